DO $adopt$
DECLARE
    -- What a later revision or a top-off would stumble over: the problem, and below it what mends it.
    problems text[] := '{}';
    present CONSTANT text[] := ARRAY(
        SELECT relname::text
        FROM pg_catalog.pg_class
        WHERE relnamespace = 'public'::regnamespace
          AND relname IN ('channel_accounts', 'content_items', 'post_instances')
    );
    -- Every column that is read or written, with the types it may have.
    contract CONSTANT jsonb := '[
        {"table": "channel_accounts", "column": "id", "types": ["uuid"]},
        {"table": "channel_accounts", "column": "tenant_id", "types": ["text", "varchar"]},
        {"table": "channel_accounts", "column": "status", "types": ["text", "varchar", "enum"], "values": ["active"]},
        {"table": "content_items", "column": "id", "types": ["uuid"]},
        {"table": "content_items", "column": "tenant_id", "types": ["text", "varchar"]},
        {"table": "content_items", "column": "title", "types": ["text", "varchar"], "values": ["Planned slot"]},
        {"table": "post_instances", "column": "id", "types": ["uuid"]},
        {"table": "post_instances", "column": "tenant_id", "types": ["text", "varchar"]},
        {"table": "post_instances", "column": "channel_account_id", "types": ["uuid"]},
        {"table": "post_instances", "column": "content_item_id", "types": ["uuid"]},
        {"table": "post_instances", "column": "scheduled_for", "types": ["timestamptz"]},
        {"table": "post_instances", "column": "status", "types": ["text", "varchar", "enum"],
         "values": ["Draft", "Planned", "Scheduled", "Posted", "Failed"]}
    ]';
    wanted_type CONSTANT jsonb := '{"uuid": "uuid", "text": "text", "timestamptz": "timestamp with time zone"}';
    -- What the later revisions add; a thing of the same name would be overwritten or refused.
    own_columns CONSTANT text[] := ARRAY['channel_accounts.posts_per_week', 'channel_accounts.days_of_week',
        'channel_accounts.times_local', 'channel_accounts.timezone', 'post_instances.planned_for'];
    own_relations CONSTANT text[] := ARRAY['blackouts', 'topoff_runs', 'topoff_run_tenants', 'cadence_coverage',
        'channel_accounts_tenant_id_id_key', 'content_items_tenant_id_id_key',
        'post_instances_slot_key', 'post_instances_moved_idx'];
    own_functions CONSTANT text[] := ARRAY['topoff_planned_slots', 'preview_planned_slots',
        'replan_planned_slots', 'skip_planned_slot', 'fill_next_planned_slot', 'create_post_instances',
        'marketing_calendar', 'calendar_grid', 'topoff_all_tenants', 'schedule_topoff', 'unschedule_topoff',
        'isolate_tenants', 'unisolate_tenants', 'placeholder_content_item_id', 'planned_slots',
        'insert_planned_slots', 'slot_instant', 'cadence_cells', 'array_is_set'];
    item record;
    forbids boolean;
    rows_found bigint;
    examples text;
BEGIN
    IF present = '{}' THEN
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
            CONSTRAINT post_instances_pkey PRIMARY KEY (id)
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
        COMMENT ON COLUMN public.content_items.id IS 'Identifies the item; the placeholder''s is placeholder_content_item_id(tenant_id).';
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
        COMMENT ON INDEX public.post_instances_content_item_idx IS 'The posts of a content item.';
        RETURN;
    END IF;

    FOR item IN
        SELECT name FROM unnest(ARRAY['channel_accounts', 'content_items', 'post_instances']) AS name
        WHERE name <> ALL (present)
    LOOP
        problems := problems || format(
            E'table public.%s is missing, though others of the application''s are there\n'
            '   run the application''s own migrations up to the one that creates it', item.name);
    END LOOP;

    FOR item IN
        SELECT class.relname, class.relkind, pg_get_userbyid(class.relowner) AS owner,
               pg_has_role(class.relowner, 'USAGE') AS owned
        FROM pg_catalog.pg_class AS class
        WHERE class.relnamespace = 'public'::regnamespace AND class.relname = ANY (present)
        ORDER BY class.relname
    LOOP
        IF item.relkind <> 'r' THEN
            problems := problems || format(
                E'public.%s is not an ordinary table\n'
                '   views, partitioned and foreign tables cannot be adopted', item.relname);
        ELSIF NOT item.owned THEN
            problems := problems || format(
                E'table public.%s belongs to %s, and the migrating role %s may not alter it\n'
                '   GRANT %s TO %s;', item.relname, item.owner, current_user,
                quote_ident(item.owner), quote_ident(current_user));
        END IF;
    END LOOP;

    FOR item IN
        SELECT need.*, attribute.attname, type.typname, type.typtype,
               format_type(attribute.atttypid, attribute.atttypmod) AS is_type,
               coalesce(wanted_type ->> (need.types ->> 0), need.types ->> 0) AS wanted,
               CASE WHEN type.typname = 'varchar' THEN attribute.atttypmod - 4 END AS max_length,
               (SELECT array_agg(label ORDER BY position)
                FROM jsonb_array_elements_text(need.values) WITH ORDINALITY AS value (label, position)
                WHERE type.typtype = 'e' AND NOT EXISTS (
                    SELECT FROM pg_catalog.pg_enum AS known
                    WHERE known.enumtypid = type.oid AND known.enumlabel = value.label
                )) AS missing_labels,
               (SELECT max(length(label)) FROM jsonb_array_elements_text(need.values) AS label) AS needed_length
        FROM jsonb_to_recordset(contract)
             AS need ("table" text, "column" text, types jsonb, "values" jsonb)
        LEFT JOIN pg_catalog.pg_attribute AS attribute
               ON attribute.attrelid = to_regclass('public.' || need."table")
              AND attribute.attname = need."column" AND NOT attribute.attisdropped
        LEFT JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
        WHERE need."table" = ANY (present)
    LOOP
        IF item.attname IS NULL THEN
            problems := problems || format(
                E'column %s.%s is missing\n   ALTER TABLE public.%s ADD COLUMN %s %s;',
                item."table", item."column", item."table", item."column", item.wanted);
        ELSIF NOT item.types ? (CASE item.typtype WHEN 'e' THEN 'enum' ELSE item.typname END) THEN
            problems := problems || format(
                E'column %s.%s is of type %s, not %s\n   ALTER TABLE public.%s ALTER COLUMN %s TYPE %s USING %s;',
                item."table", item."column", item.is_type, item.wanted, item."table", item."column", item.wanted,
                CASE item.typname WHEN 'timestamp' THEN item."column" || ' AT TIME ZONE ''UTC'''
                                  ELSE item."column" || '::' || item.wanted END);
        ELSIF item.max_length < item.needed_length THEN
            problems := problems || format(
                E'column %s.%s is too short: %s, where %s characters are needed\n'
                '   ALTER TABLE public.%s ALTER COLUMN %s TYPE text;',
                item."table", item."column", item.is_type, item.needed_length, item."table", item."column");
        ELSIF item.missing_labels IS NOT NULL THEN
            problems := problems || format(
                E'column %s.%s is of type %s, which does not know %s\n   %s',
                item."table", item."column", item.is_type, array_to_string(item.missing_labels, ', '),
                (SELECT string_agg(format('ALTER TYPE %s ADD VALUE %L;', item.is_type, label), ' ')
                 FROM unnest(item.missing_labels) AS label));
        END IF;
    END LOOP;

    -- A top-off names these columns in its INSERTs; every other one must fill itself.
    FOR item IN
        SELECT class.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod) AS is_type,
               CASE
                   WHEN type.typname IN ('timestamptz', 'timestamp', 'date') THEN 'now()'
                   WHEN type.typname = 'uuid' THEN 'gen_random_uuid()'
                   WHEN type.typname IN ('json', 'jsonb') THEN quote_literal('{}')
                   WHEN type.typcategory = 'A' THEN quote_literal('{}')
                   WHEN type.typcategory = 'S' THEN quote_literal('')
                   WHEN type.typcategory = 'N' THEN '0'
                   WHEN type.typcategory = 'B' THEN 'false'
               END AS suggestion
        FROM pg_catalog.pg_class AS class
        JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
        JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relname = ANY (present)
          AND (class.relname = 'content_items' AND attribute.attname NOT IN ('id', 'tenant_id', 'title')
               OR class.relname = 'post_instances' AND attribute.attname NOT IN (
                   'id', 'tenant_id', 'channel_account_id', 'content_item_id', 'scheduled_for', 'status'))
          AND attribute.attnum > 0 AND NOT attribute.attisdropped
          AND attribute.attnotnull AND NOT attribute.atthasdef
          AND attribute.attidentity = '' AND attribute.attgenerated = ''
        ORDER BY class.relname, attribute.attnum
    LOOP
        problems := problems || format(
            E'column %s.%s (%s) is NOT NULL without a default, so no planned slot could be inserted\n'
            '   ALTER TABLE public.%s ALTER COLUMN %I %s;',
            item.relname, item.attname, item.is_type, item.relname, item.attname,
            coalesce('SET DEFAULT ' || item.suggestion, 'DROP NOT NULL'));
    END LOOP;

    FOR item IN
        SELECT check_constraint.conname, attribute.attname,
               pg_get_expr(check_constraint.conbin, check_constraint.conrelid) AS rule,
               format_type(attribute.atttypid, attribute.atttypmod) AS is_type
        FROM pg_catalog.pg_constraint AS check_constraint
        JOIN pg_catalog.pg_attribute AS attribute
          ON attribute.attrelid = check_constraint.conrelid
         AND check_constraint.conkey = ARRAY[attribute.attnum]
        WHERE check_constraint.conrelid = to_regclass('public.post_instances')
          AND check_constraint.contype = 'c'
          AND attribute.attname = 'status'
          AND format_type(attribute.atttypid, NULL) IN ('text', 'character varying')
    LOOP
        EXECUTE format('SELECT (%s) IS FALSE FROM (SELECT CAST(''Planned'' AS %s) AS %I) AS post_instances',
                       item.rule, item.is_type, item.attname)
        INTO forbids;
        IF forbids THEN
            problems := problems || format(
                E'CHECK %s on post_instances forbids the status Planned\n'
                '   ALTER TABLE public.post_instances DROP CONSTRAINT %I;'
                '  -- ours, with Draft, Planned, Scheduled, Posted and Failed, comes in its place',
                item.conname, item.conname);
        END IF;
    END LOOP;

    FOR item IN
        SELECT split_part(own.name, '.', 1) AS relname, split_part(own.name, '.', 2) AS attname
        FROM unnest(own_columns) AS own (name)
        JOIN pg_catalog.pg_attribute AS attribute
          ON attribute.attrelid = to_regclass('public.' || split_part(own.name, '.', 1))
         AND attribute.attname = split_part(own.name, '.', 2) AND NOT attribute.attisdropped
    LOOP
        problems := problems || format(
            E'column %s.%s is there already, and is not ours\n   ALTER TABLE public.%s RENAME COLUMN %s TO %s_before_topoff;',
            item.relname, item.attname, item.relname, item.attname, item.attname);
    END LOOP;
    FOR item IN
        SELECT class.relname, class.relkind FROM pg_catalog.pg_class AS class
        WHERE class.relnamespace = 'public'::regnamespace AND class.relname = ANY (own_relations)
    LOOP
        problems := problems || format(
            E'public.%s is there already, and is not ours\n   ALTER %s public.%s RENAME TO %s_before_topoff;',
            item.relname,
            CASE item.relkind WHEN 'i' THEN 'INDEX' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
            item.relname, item.relname);
    END LOOP;
    FOR item IN
        SELECT proc.oid::regprocedure AS signature, proc.proname
        FROM pg_catalog.pg_proc AS proc
        WHERE proc.pronamespace = 'public'::regnamespace AND proc.proname = ANY (own_functions)
    LOOP
        problems := problems || format(
            E'function %s is there already, and is not ours\n   ALTER ROUTINE %s RENAME TO %s_before_topoff;',
            item.signature, item.signature, item.proname);
    END LOOP;

    -- The rows are looked at only where the columns are as they should be.
    IF problems = '{}' THEN
        SELECT sum(surplus), string_agg(format('%s at %s (%s rows)', channel_account_id, scheduled_for, surplus + 1), ', ')
                   FILTER (WHERE nth <= 20)
        INTO rows_found, examples
        FROM (
            SELECT channel_account_id, scheduled_for, count(*) - 1 AS surplus,
                   row_number() OVER (ORDER BY channel_account_id, scheduled_for) AS nth
            FROM public.post_instances
            WHERE scheduled_for IS NOT NULL
            GROUP BY tenant_id, channel_account_id, scheduled_for
            HAVING count(*) > 1
        ) AS duplicate;
        IF rows_found > 0 THEN
            problems := problems || format(
                E'%s rows of post_instances have the account and time of another: %s\n'
                '   UPDATE public.post_instances AS post SET scheduled_for = post.scheduled_for + (nth - 1) * interval ''1 second''\n'
                '   FROM (SELECT id, row_number() OVER (PARTITION BY tenant_id, channel_account_id, scheduled_for ORDER BY id) AS nth\n'
                '         FROM public.post_instances WHERE scheduled_for IS NOT NULL) AS twin\n'
                '   WHERE twin.id = post.id AND twin.nth > 1;  -- or delete the ones that are too many',
                rows_found, examples);
        END IF;

        SELECT count(*), string_agg(format('%s (%L)', id, status), ', ') FILTER (WHERE nth <= 20)
        INTO rows_found, examples
        FROM (
            SELECT id, status::text AS status, row_number() OVER (ORDER BY id) AS nth
            FROM public.post_instances
            WHERE status::text NOT IN ('Draft', 'Planned', 'Scheduled', 'Posted', 'Failed')
        ) AS unknown;
        IF rows_found > 0 THEN
            problems := problems || format(
                E'%s rows of post_instances have an unknown status: %s\n'
                '   UPDATE public.post_instances SET status = ''Draft''  -- or Scheduled, Posted, Failed\n'
                '   WHERE status::text NOT IN (''Draft'', ''Planned'', ''Scheduled'', ''Posted'', ''Failed'');',
                rows_found, examples);
        END IF;

        SELECT count(*), string_agg(format('%s (%s, account of %s)', id, tenant_id, coalesce(owner, 'nobody')), ', ')
                   FILTER (WHERE nth <= 20)
        INTO rows_found, examples
        FROM (
            SELECT post.id, post.tenant_id, account.tenant_id AS owner, row_number() OVER (ORDER BY post.id) AS nth
            FROM public.post_instances AS post
            LEFT JOIN public.channel_accounts AS account ON account.id = post.channel_account_id
            WHERE post.channel_account_id IS NOT NULL AND account.tenant_id IS DISTINCT FROM post.tenant_id
        ) AS stray;
        IF rows_found > 0 THEN
            problems := problems || format(
                E'%s rows of post_instances refer to another tenant''s account: %s\n'
                '   UPDATE public.post_instances AS post SET tenant_id = account.tenant_id  -- or point them at an account of their own tenant\n'
                '   FROM public.channel_accounts AS account\n'
                '   WHERE account.id = post.channel_account_id AND account.tenant_id <> post.tenant_id;',
                rows_found, examples);
        END IF;

        SELECT count(*), string_agg(format('%s (%s, content of %s)', id, tenant_id, coalesce(owner, 'nobody')), ', ')
                   FILTER (WHERE nth <= 20)
        INTO rows_found, examples
        FROM (
            SELECT post.id, post.tenant_id, content.tenant_id AS owner, row_number() OVER (ORDER BY post.id) AS nth
            FROM public.post_instances AS post
            LEFT JOIN public.content_items AS content ON content.id = post.content_item_id
            WHERE post.content_item_id IS NOT NULL AND content.tenant_id IS DISTINCT FROM post.tenant_id
        ) AS stray;
        IF rows_found > 0 THEN
            problems := problems || format(
                E'%s rows of post_instances refer to another tenant''s content: %s\n'
                '   give each a content item of its own tenant:\n'
                '   UPDATE public.post_instances SET content_item_id = ''...'' WHERE id = ''...'';',
                rows_found, examples);
        END IF;
    END IF;

    IF problems <> '{}' THEN
        RAISE EXCEPTION 'this database cannot be adopted yet: % found', CASE cardinality(problems)
                WHEN 1 THEN '1 problem' ELSE cardinality(problems) || ' problems' END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = (SELECT string_agg(format(E'\n%s. %s', position, problem), '' ORDER BY position)
                            FROM unnest(problems) WITH ORDINALITY AS listed (problem, position)),
                  HINT = 'Nothing was changed. Run what stands below each problem, or what serves you better, '
                         'and then this command again.';
    END IF;
END;
$adopt$;
