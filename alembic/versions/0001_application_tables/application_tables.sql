-- The application's three tables, in a database that has none of them.
DO $create$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_class
        WHERE relnamespace = 'public'::regnamespace
          AND relname IN ('channel_accounts', 'content_items', 'post_instances')
    ) THEN
        CREATE TABLE public.channel_accounts (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            tenant_id text NOT NULL,
            name text,
            status text DEFAULT 'active' NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT channel_accounts_pkey PRIMARY KEY (id)
        );
        CREATE TABLE public.content_items (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            tenant_id text NOT NULL,
            title text DEFAULT '' NOT NULL,
            body text,
            created_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT content_items_pkey PRIMARY KEY (id)
        );
        -- Its foreign keys, which hold a post to its own tenant, come with revision 0007.
        CREATE TABLE public.post_instances (
            id uuid DEFAULT gen_random_uuid() NOT NULL,
            tenant_id text NOT NULL,
            channel_account_id uuid NOT NULL,
            content_item_id uuid NOT NULL,
            scheduled_for timestamptz,
            status text DEFAULT 'Draft' NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT post_instances_pkey PRIMARY KEY (id),
            CONSTRAINT post_instances_status_known_check CHECK (
                status IN ('Draft', 'Planned', 'Scheduled', 'Posted', 'Failed')
            )
        );
        -- For the foreign key from a post to its content; the one to its account has the slot key.
        CREATE INDEX post_instances_content_item_idx ON public.post_instances (tenant_id, content_item_id);

        -- The last sentence of each comment tells the downgrade that the table may be dropped.
        COMMENT ON TABLE public.channel_accounts IS
            'The accounts that a tenant posts to (an Instagram page, a LinkedIn page ...), each with its cadence. Created by planned-slot top-off.';
        COMMENT ON COLUMN public.channel_accounts.id IS 'Identifies the account.';
        COMMENT ON COLUMN public.channel_accounts.tenant_id IS 'The tenant that owns the account, such as h2o.';
        COMMENT ON COLUMN public.channel_accounts.name IS 'What people call the account. NULL if nobody named it.';
        COMMENT ON COLUMN public.channel_accounts.status IS '''active'', or anything else for an account that gets no slots.';
        COMMENT ON COLUMN public.channel_accounts.created_at IS 'When the row was inserted.';
        COMMENT ON CONSTRAINT channel_accounts_pkey ON public.channel_accounts IS 'One row an account.';
        COMMENT ON TABLE public.content_items IS
            'What is posted. One item a tenant, ''Planned slot'', is the placeholder of its empty slots. Created by planned-slot top-off.';
        COMMENT ON COLUMN public.content_items.id IS 'Identifies the item; the placeholder''s is topoff.placeholder_content_item_id(tenant_id).';
        COMMENT ON COLUMN public.content_items.tenant_id IS 'The tenant that owns the item.';
        COMMENT ON COLUMN public.content_items.title IS 'The item''s title.';
        COMMENT ON COLUMN public.content_items.body IS 'The text to post. NULL while nothing is written.';
        COMMENT ON COLUMN public.content_items.created_at IS 'When the row was inserted.';
        COMMENT ON CONSTRAINT content_items_pkey ON public.content_items IS 'One row an item.';
        COMMENT ON TABLE public.post_instances IS
            'The posting calendar: one row is one content item on one account at one time. Created by planned-slot top-off.';
        COMMENT ON COLUMN public.post_instances.id IS 'Identifies the post; it stays when a slot is filled or moved.';
        COMMENT ON COLUMN public.post_instances.tenant_id IS 'The tenant that owns the post, its account and its content.';
        COMMENT ON COLUMN public.post_instances.channel_account_id IS 'The account that is posted to.';
        COMMENT ON COLUMN public.post_instances.content_item_id IS 'What is posted; the tenant''s placeholder in an empty slot.';
        COMMENT ON COLUMN public.post_instances.scheduled_for IS 'The instant of posting. NULL for a post that is not on the calendar.';
        COMMENT ON COLUMN public.post_instances.status IS 'Draft, Planned, Scheduled, Posted or Failed.';
        COMMENT ON COLUMN public.post_instances.created_at IS 'When the row was inserted.';
        COMMENT ON CONSTRAINT post_instances_pkey ON public.post_instances IS 'One row a post.';
        COMMENT ON CONSTRAINT post_instances_status_known_check ON public.post_instances IS
            'Draft, Planned, Scheduled, Posted or Failed. A status of the application''s own is let in by widening this.';
        COMMENT ON INDEX public.post_instances_content_item_idx IS 'The posts of a content item.';
    END IF;
END;
$create$;
