-- One content item on several accounts at one time, all of them or none.
--
-- An empty slot at that time is filled: it keeps its id and planned_for. That is the conflict's business,
-- account by account in order: it sees the row that really stands there, a slot that somebody has just
-- moved to that time or filled included, and two bulk creates wait for each other in one direction only.
CREATE OR REPLACE FUNCTION public.create_post_instances(
    tenant text,
    content_item_id uuid,
    channel_account_ids uuid[],
    scheduled_for timestamptz
)
RETURNS SETOF public.post_instances
LANGUAGE plpgsql
AS $$
#variable_conflict use_column
<<own>>
DECLARE
    accounts CONSTANT pg_catalog.uuid[] := topoff.accounts_to_post_on(
        create_post_instances.tenant, create_post_instances.content_item_id,
        create_post_instances.channel_account_ids, create_post_instances.scheduled_for);
    placeholder CONSTANT pg_catalog.uuid := topoff.placeholder_content_item_id(create_post_instances.tenant);
    written_ids pg_catalog.uuid[];
    written_accounts pg_catalog.uuid[];
BEGIN
    IF create_post_instances.scheduled_for IS NULL THEN
        WITH written AS (
            INSERT INTO public.post_instances AS post (
                id, tenant_id, channel_account_id, content_item_id, scheduled_for, status
            )
            SELECT pg_catalog.gen_random_uuid(), create_post_instances.tenant, account.id,
                   create_post_instances.content_item_id, NULL, 'Draft'
            FROM pg_catalog.unnest(own.accounts) AS account (id)
            RETURNING post.id, post.channel_account_id
        )
        SELECT pg_catalog.array_agg(written.id), pg_catalog.array_agg(written.channel_account_id)
        INTO own.written_ids, own.written_accounts
        FROM written;
    ELSE
        WITH written AS (
            INSERT INTO public.post_instances AS post (
                id, tenant_id, channel_account_id, content_item_id, scheduled_for, status
            )
            SELECT pg_catalog.gen_random_uuid(), create_post_instances.tenant, account.id,
                   create_post_instances.content_item_id, create_post_instances.scheduled_for, 'Scheduled'
            FROM pg_catalog.unnest(own.accounts) AS account (id)
            ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO UPDATE
            SET content_item_id = EXCLUDED.content_item_id,
                status = EXCLUDED.status
            WHERE topoff.is_empty_slot(post.status::pg_catalog.text, post.content_item_id, own.placeholder)
            RETURNING post.id, post.channel_account_id
        )
        SELECT pg_catalog.array_agg(written.id), pg_catalog.array_agg(written.channel_account_id)
        INTO own.written_ids, own.written_accounts
        FROM written;
    END IF;
    PERFORM topoff.require_all_posted(own.accounts, own.written_accounts, create_post_instances.scheduled_for);

    RETURN QUERY
    SELECT post.*
    FROM public.post_instances AS post
    WHERE post.tenant_id OPERATOR(pg_catalog.=) create_post_instances.tenant
      AND post.id OPERATOR(pg_catalog.=) ANY (own.written_ids)
    ORDER BY pg_catalog.array_position(create_post_instances.channel_account_ids, post.channel_account_id);
END;
$$;

COMMENT ON FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz) IS
'Puts the content item on every one of the accounts at one time and returns the rows, in the order of the accounts; an account named twice counts once. At an empty slot it fills the slot, which becomes Scheduled and keeps its id and planned_for; at a free time it inserts a Scheduled post; without a time (NULL) a Draft. All or nothing.
Errors: 23505 where an account has another post at that time, naming all such accounts; P0002 where an account or the content item is not one of the tenant''s; 55000 for accounts that are not active; 22004 and 22023 for accounts NULL or empty, a time that is over or infinite, or the placeholder as content; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz) FROM PUBLIC;
