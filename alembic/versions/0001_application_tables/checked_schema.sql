-- Notes, in the setting topoff.problems, what in the catalogue a later revision or a top-off would
-- stumble over: each problem on a line, and below it, as SQL, what mends it. Changes nothing.
DO $check$
DECLARE
    problems text[] := '{}';
    application_tables CONSTANT name[] := ARRAY['channel_accounts', 'content_items', 'post_instances'];
    present CONSTANT name[] := ARRAY(
        SELECT relname
        FROM pg_catalog.pg_class
        WHERE relnamespace = 'public'::regnamespace AND relname = ANY (application_tables)
    );
    -- Every column that is read or written, with the types it may have and the values it must hold.
    contract CONSTANT jsonb := '[
        {"table": "channel_accounts", "column": "id", "types": ["uuid"]},
        {"table": "channel_accounts", "column": "tenant_id", "types": ["text", "varchar"]},
        {"table": "channel_accounts", "column": "status", "types": ["text", "varchar", "enum"],
         "labels": ["active"]},
        {"table": "content_items", "column": "id", "types": ["uuid"]},
        {"table": "content_items", "column": "tenant_id", "types": ["text", "varchar"]},
        {"table": "content_items", "column": "title", "types": ["text", "varchar"], "labels": ["Planned slot"]},
        {"table": "post_instances", "column": "id", "types": ["uuid"]},
        {"table": "post_instances", "column": "tenant_id", "types": ["text", "varchar"]},
        {"table": "post_instances", "column": "channel_account_id", "types": ["uuid"]},
        {"table": "post_instances", "column": "content_item_id", "types": ["uuid"]},
        {"table": "post_instances", "column": "scheduled_for", "types": ["timestamptz"]},
        {"table": "post_instances", "column": "status", "types": ["text", "varchar", "enum"],
         "labels": ["Draft", "Planned", "Scheduled"]}
    ]';
    -- What an empty slot and its placeholder have in these columns, for the application's CHECKs to judge.
    trial CONSTANT jsonb := '{
        "content_items": {"id": "gen_random_uuid()", "title": "''Planned slot''",
                          "tenant_id": "(SELECT tenant_id FROM public.channel_accounts LIMIT 1)"},
        "post_instances": {"id": "gen_random_uuid()", "channel_account_id": "gen_random_uuid()",
                           "content_item_id": "gen_random_uuid()", "status": "''Planned''",
                           "tenant_id": "(SELECT tenant_id FROM public.channel_accounts LIMIT 1)",
                           "scheduled_for": "now() + interval ''1 day''"}
    }';
    -- What the later revisions make; a thing of the same name would be overwritten or refused.
    own_columns CONSTANT text[] := ARRAY[
        'post_instances.planned_for', 'post_instances.planned_category', 'post_instances.touched_at'
    ];
    own_constraints CONSTANT name[] := ARRAY[
        'channel_accounts_posts_per_week_check', 'channel_accounts_days_of_week_check',
        'channel_accounts_times_local_check', 'content_items_placeholder_id_check',
        'post_instances_empty_slot_not_published_check', 'post_instances_tenant_channel_account_fkey',
        'post_instances_tenant_content_item_fkey'
    ];
    own_relations CONSTANT name[] := ARRAY[
        'channel_accounts_tenant_id_id_key', 'content_items_tenant_id_id_key', 'post_instances_slot_key',
        'post_instances_moved_idx', 'cadence_coverage'
    ];
    own_routines CONSTANT name[] := ARRAY[
        'calendar_grid', 'create_post_instances', 'fill_next_planned_slot', 'marketing_calendar',
        'preview_planned_slots', 'replan_planned_slots', 'retire_channel_account', 'skip_planned_slot',
        'topoff_all_tenants', 'topoff_planned_slots'
    ];
    -- Columns that are used where they are there.
    cadence CONSTANT jsonb := '[
        {"column": "posts_per_week", "types": ["int2", "int4", "int8"], "wanted": "integer"},
        {"column": "days_of_week", "types": ["_int2", "_int4", "_int8"], "wanted": "smallint[]"},
        {"column": "times_local", "types": ["_time"], "wanted": "time[]"},
        {"column": "timezone", "types": ["text", "varchar"], "wanted": "text"}
    ]';
    -- Read by its text, whether a list, a text or JSON holds the value; what is none becomes NULL.
    conversion CONSTANT jsonb := jsonb_build_object(
        'posts_per_week',
        $using$CASE WHEN %1$I::text ~ '^\s*\d{1,4}(\.\d*)?\s*$' THEN trunc(%1$I::text::numeric)::integer END$using$,
        'days_of_week',
        $using$string_to_array(nullif(ltrim(regexp_replace(',' || regexp_replace(regexp_replace(regexp_replace(regexp_replace(
            regexp_replace(regexp_replace(regexp_replace(regexp_replace(lower(%1$I::text), '[{}\[\]"\s]', '', 'g'),
            'mon[a-z]*', '1', 'g'), 'tue[a-z]*', '2', 'g'), 'wed[a-z]*', '3', 'g'), 'thu[a-z]*', '4', 'g'),
            'fri[a-z]*', '5', 'g'), 'sat[a-z]*', '6', 'g'), 'sun[a-z]*', '7', 'g'),
            ',(?![1-7](,|$))[^,]*', '', 'g'), ','), ''), ',')::smallint[]$using$,
        'times_local',
        $using$string_to_array(nullif(ltrim(regexp_replace(',' || regexp_replace(%1$I::text, '[{}\[\]"\s]|[+-][\d:]+', '', 'g'),
            ',(?!([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(,|$))[^,]*', '', 'g'), ','), ''), ',')::time[]$using$,
        'timezone',
        $using$nullif(trim(%1$I::text), '')$using$
    );
    item record;
    unfit text[] := '{}';
    refused boolean;
BEGIN
    IF current_setting('server_version_num')::integer < 140000 THEN
        problems := problems || format(
            E'this server is PostgreSQL %s, and 14 or newer is needed\n-- upgrade the server',
            current_setting('server_version'));
    END IF;
    IF NOT has_schema_privilege('public', 'CREATE') THEN
        problems := problems || format(
            E'the migrating role %1$I may not create anything in schema public\nGRANT CREATE ON SCHEMA public TO %1$I;',
            current_user);
    END IF;
    IF to_regnamespace('topoff') IS NULL THEN
        IF NOT has_database_privilege(current_database(), 'CREATE') THEN
            problems := problems || format(
                E'the migrating role %1$I may not create schema topoff\n'
                'GRANT CREATE ON DATABASE %2$I TO %1$I;  -- or: CREATE SCHEMA topoff AUTHORIZATION %1$I;',
                current_user, current_database());
        END IF;
    ELSIF NOT has_schema_privilege('topoff', 'USAGE') OR NOT has_schema_privilege('topoff', 'CREATE') THEN
        problems := problems || format(
            E'the migrating role %1$I may not create anything in schema topoff\n'
            'GRANT USAGE, CREATE ON SCHEMA topoff TO %1$I;',
            current_user);
    ELSIF EXISTS (
        SELECT FROM pg_catalog.pg_class WHERE relnamespace = 'topoff'::regnamespace
        AND relname NOT IN ('alembic_version', 'alembic_version_pkc')
        UNION ALL SELECT FROM pg_catalog.pg_proc WHERE pronamespace = 'topoff'::regnamespace
        UNION ALL SELECT FROM pg_catalog.pg_type
        WHERE typnamespace = 'topoff'::regnamespace AND typrelid = 0 AND typelem = 0
    ) THEN
        problems := problems || E'schema topoff is there already, and is not ours\n'
            'ALTER SCHEMA topoff RENAME TO topoff_before_topoff;'::text;
    END IF;

    IF present <> '{}' THEN
        problems := problems || ARRAY(
            SELECT format(E'table public.%s is missing, though others of the application''s are there\n'
                          '-- run the application''s own migrations up to the one that creates it', name)
            FROM unnest(application_tables) AS name
            WHERE name <> ALL (present)
        );
    END IF;

    problems := problems || ARRAY(
        SELECT CASE
                   WHEN class.relkind <> 'r' THEN format(
                       E'public.%s is not an ordinary table\n'
                       '-- views, partitioned and foreign tables cannot be adopted', class.relname)
                   WHEN kin.is_there THEN format(
                       E'public.%s is a partition, or has tables that inherit from it\n'
                       '-- a key holds within one table only, so these cannot be adopted', class.relname)
                   WHEN NOT pg_has_role(class.relowner, 'USAGE') THEN format(
                       E'table public.%s belongs to %s, so the migrating role %I may not alter it\n'
                       'GRANT %I TO %I;  -- or migrate as the owner', class.relname, owner.rolname, current_user,
                       owner.rolname, current_user)
                   ELSE format(
                       E'table public.%1$s has FORCE ROW LEVEL SECURITY, and its policies hold the migrating role %2$I\n'
                       'ALTER TABLE public.%1$s NO FORCE ROW LEVEL SECURITY;  -- or: ALTER ROLE %2$I BYPASSRLS;',
                       class.relname, current_user)
               END
        FROM pg_catalog.pg_class AS class
        JOIN pg_catalog.pg_roles AS owner ON owner.oid = class.relowner
        CROSS JOIN LATERAL (
            SELECT EXISTS (
                SELECT FROM pg_catalog.pg_inherits WHERE class.oid IN (inhparent, inhrelid)
            ) AS is_there
        ) AS kin
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relname = ANY (present)
          AND (class.relkind <> 'r' OR kin.is_there
               OR NOT pg_has_role(class.relowner, 'USAGE') OR row_security_active(class.oid))
        ORDER BY class.relname
    );

    FOR item IN
        SELECT need."table", need."column", attribute.attname, type.typname,
               format_type(attribute.atttypid, attribute.atttypmod) AS is_type,
               need.types ->> 0 AS wanted,
               need.types ? (CASE type.typtype WHEN 'e' THEN 'enum' ELSE type.typname END) AS fits,
               type.typname = 'varchar' AND attribute.atttypmod - 4 < needed.length AND attribute.atttypmod > 0
                   AS too_short,
               needed.length AS needed_length, missing.labels AS missing_labels,
               EXISTS (
                   SELECT FROM pg_catalog.pg_constraint AS foreign_key
                   WHERE foreign_key.contype = 'f'
                     AND (foreign_key.conrelid = attribute.attrelid AND attribute.attnum = ANY (foreign_key.conkey)
                          OR foreign_key.confrelid = attribute.attrelid
                             AND attribute.attnum = ANY (foreign_key.confkey))
               ) AS in_foreign_key
        FROM ROWS FROM (jsonb_to_recordset(contract) AS ("table" text, "column" text, types jsonb, labels jsonb))
             WITH ORDINALITY AS need ("table", "column", types, labels, position)
        LEFT JOIN pg_catalog.pg_attribute AS attribute
               ON attribute.attrelid = to_regclass('public.' || need."table")
              AND attribute.attname = need."column" AND NOT attribute.attisdropped
        LEFT JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
        CROSS JOIN LATERAL (
            SELECT max(length(label)) FROM jsonb_array_elements_text(need.labels) AS label
        ) AS needed (length)
        CROSS JOIN LATERAL (
            SELECT array_agg(label ORDER BY position)
            FROM jsonb_array_elements_text(need.labels) WITH ORDINALITY AS wanted (label, position)
            WHERE type.typtype = 'e' AND NOT EXISTS (
                SELECT FROM pg_catalog.pg_enum AS known
                WHERE known.enumtypid = type.oid AND known.enumlabel = wanted.label
            )
        ) AS missing (labels)
        WHERE need."table" = ANY (present)
        ORDER BY need.position
    LOOP
        IF item.attname IS NULL THEN
            problems := problems || format(
                E'column %1$s.%2$s is missing\nALTER TABLE public.%1$s ADD COLUMN %2$s %3$s;',
                item."table", item."column", item.wanted);
        ELSIF NOT item.fits THEN
            problems := problems || (format('column %s.%s is of type %s, not %s',
                                            item."table", item."column", item.is_type, item.wanted)
                || CASE
                    WHEN item.in_foreign_key THEN format(
                        E'\n-- together with the columns at the other end of its foreign keys: drop the keys, run\n'
                        '-- ALTER TABLE public.%1$s ALTER COLUMN %2$s TYPE %3$s USING %2$s::%3$s;\n'
                        '-- and the like for each column, and add the keys again',
                        item."table", item."column", item.wanted)
                    WHEN item.typname = 'timestamp' THEN format(
                        E'\n-- if its times are meant in UTC (with another zone the table is rewritten)\n'
                        'SET TimeZone = ''UTC'';\n'
                        'ALTER TABLE public.%s ALTER COLUMN %s TYPE timestamptz;\n'
                        'RESET TimeZone;', item."table", item."column")
                    ELSE format(
                        E'\nALTER TABLE public.%1$s ALTER COLUMN %2$s TYPE %3$s USING %2$s::%3$s;',
                        item."table", item."column", item.wanted)
                END);
        ELSIF item.too_short THEN
            problems := problems || format(
                E'column %1$s.%2$s is too short: %3$s, where %4$s characters are needed\n'
                'ALTER TABLE public.%1$s ALTER COLUMN %2$s TYPE text;',
                item."table", item."column", item.is_type, item.needed_length);
        ELSIF item.missing_labels IS NOT NULL THEN
            problems := problems || format(
                E'column %s.%s is of type %s, which does not know %s\n%s',
                item."table", item."column", item.is_type, array_to_string(item.missing_labels, ', '),
                (SELECT string_agg(format('ALTER TYPE %s ADD VALUE %L;', item.is_type, label), E'\n')
                 FROM unnest(item.missing_labels) AS label));
        ELSE
            CONTINUE;
        END IF;
        IF NOT item.too_short IS TRUE THEN
            unfit := unfit || (item."table" || '.' || item."column");
        END IF;
    END LOOP;

    problems := problems || ARRAY(
        SELECT format(
            E'column channel_accounts.%1$I is of type %2$s, not %3$s\n'
            '-- what cannot be read as such becomes NULL, and NULL means the default\n'
            '%4$sALTER TABLE public.channel_accounts\n%5$s    ALTER COLUMN %1$I TYPE %3$s USING\n        %6$s;',
            need."column", format_type(attribute.atttypid, attribute.atttypmod), need.wanted,
            CASE WHEN attribute.attgenerated <> '' THEN format(
                E'-- from then on nothing fills it: docs/install.md has a trigger that does\n'
                'ALTER TABLE public.channel_accounts ALTER COLUMN %I DROP EXPRESSION;\n', need."column")
            ELSE '' END,
            CASE WHEN attribute.atthasdef AND attribute.attgenerated = ''
                 THEN format(E'    ALTER COLUMN %I DROP DEFAULT,\n', need."column") ELSE '' END
            || CASE WHEN attribute.attnotnull
                    THEN format(E'    ALTER COLUMN %I DROP NOT NULL,\n', need."column") ELSE '' END,
            format(conversion ->> need."column", need."column"))
        FROM ROWS FROM (jsonb_to_recordset(cadence) AS ("column" text, types jsonb, wanted text))
             WITH ORDINALITY AS need ("column", types, wanted, position)
        JOIN pg_catalog.pg_attribute AS attribute
          ON attribute.attrelid = to_regclass('public.channel_accounts')
         AND attribute.attname = need."column" AND NOT attribute.attisdropped
        JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
        WHERE NOT need.types ? type.typname
        ORDER BY need.position
    );

    -- A top-off names these columns in its INSERTs; every other one must fill itself. A made-up value
    -- would break a rule that the column has beside NOT NULL, so then it is let go.
    problems := problems || ARRAY(
        SELECT format(
            E'column %1$s.%2$I (%3$s) is NOT NULL without a default, so no planned slot could be inserted\n'
            'ALTER TABLE public.%1$s ALTER COLUMN %2$I %4$s;',
            class.relname, attribute.attname, format_type(attribute.atttypid, attribute.atttypmod),
            coalesce('SET DEFAULT ' || CASE
                WHEN type.typname = 'timestamptz' THEN 'now()'
                WHEN type.typname = 'timestamp' THEN '(now() AT TIME ZONE ''UTC'')'
                WHEN type.typname = 'date' THEN 'CURRENT_DATE'
                WHEN EXISTS (
                    SELECT FROM pg_catalog.pg_constraint AS rule
                    WHERE rule.conrelid = class.oid AND rule.contype IN ('c', 'f', 'u', 'p', 'x')
                      AND attribute.attnum = ANY (rule.conkey)
                ) OR EXISTS (
                    SELECT FROM pg_catalog.pg_index AS key
                    WHERE key.indrelid = class.oid AND key.indisunique AND attribute.attnum = ANY (key.indkey)
                ) THEN NULL
                WHEN type.typname IN ('json', 'jsonb') OR type.typcategory = 'A' THEN quote_literal('{}')
                WHEN type.typcategory = 'S' THEN quote_literal('')
                WHEN type.typcategory = 'N' THEN '0'
                WHEN type.typcategory = 'B' THEN 'false'
            END, 'DROP NOT NULL'))
        FROM pg_catalog.pg_class AS class
        JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid
        JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relname = ANY (present)
          AND trial ? class.relname
          AND NOT (trial -> class.relname) ? attribute.attname
          AND attribute.attnum > 0 AND NOT attribute.attisdropped
          AND attribute.attnotnull AND NOT attribute.atthasdef AND attribute.attidentity = ''
        ORDER BY class.relname, attribute.attnum
    );

    -- The application's CHECKs, asked about an empty slot and about a placeholder; what a top-off leaves
    -- to a default has it, but for those that would draw from a sequence.
    FOR item IN
        SELECT class.relname, rule.conname, rule.convalidated, pg_get_expr(rule.conbin, rule.conrelid) AS expression,
               string_agg(format('CAST(%s AS %s) AS %I',
                                 coalesce(trial -> class.relname ->> attribute.attname, filled.default_value, 'NULL'),
                                 format_type(attribute.atttypid, NULL), attribute.attname), ', ') AS columns
        FROM pg_catalog.pg_class AS class
        JOIN pg_catalog.pg_constraint AS rule ON rule.conrelid = class.oid AND rule.contype = 'c'
        JOIN pg_catalog.pg_attribute AS attribute
          ON attribute.attrelid = class.oid AND attribute.attnum = ANY (rule.conkey)
        LEFT JOIN LATERAL (
            SELECT pg_get_expr(value.adbin, value.adrelid) AS default_value
            FROM pg_catalog.pg_attrdef AS value
            WHERE value.adrelid = class.oid AND value.adnum = attribute.attnum AND attribute.attgenerated = ''
              AND NOT EXISTS (
                  SELECT FROM pg_catalog.pg_depend AS needs
                  JOIN pg_catalog.pg_class AS sequence ON sequence.oid = needs.refobjid AND sequence.relkind = 'S'
                  WHERE needs.classid = 'pg_catalog.pg_attrdef'::regclass AND needs.objid = value.oid
                    AND needs.refclassid = 'pg_catalog.pg_class'::regclass
              )
        ) AS filled ON true
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relname = ANY (present)
          AND trial ? class.relname
          AND 0 <> ALL (rule.conkey)
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_attribute AS judged
              WHERE judged.attrelid = class.oid AND judged.attnum = ANY (rule.conkey)
                AND class.relname || '.' || judged.attname = ANY (unfit)
          )
        GROUP BY class.relname, rule.oid, rule.conname, rule.convalidated, rule.conbin, rule.conrelid
        ORDER BY class.relname, rule.conname
    LOOP
        CONTINUE WHEN item.columns LIKE '%public.channel_accounts%'
                  AND NOT has_table_privilege(to_regclass('public.channel_accounts'), 'SELECT') IS TRUE;
        EXECUTE format('SELECT (%s) IS FALSE FROM (SELECT %s) AS %I', item.expression, item.columns, item.relname)
        INTO refused;
        IF refused THEN
            problems := problems || format(
                E'CHECK %2$I on %1$s forbids %3$s: %4$s\n'
                'ALTER TABLE public.%1$s DROP CONSTRAINT %2$I,\n'
                '    ADD CONSTRAINT %2$I CHECK ((%4$s) OR %5$s) NOT VALID;%6$s',
                item.relname, item.conname,
                CASE item.relname WHEN 'post_instances' THEN 'a planned slot' ELSE 'the placeholder' END,
                item.expression,
                CASE item.relname WHEN 'post_instances' THEN 'status = ''Planned''' ELSE 'title = ''Planned slot''' END,
                CASE WHEN item.convalidated
                     THEN format(E'\nALTER TABLE public.%s VALIDATE CONSTRAINT %I;', item.relname, item.conname)
                     ELSE '' END);
        END IF;
    END LOOP;

    -- A key on just these columns is one that ON CONFLICT finds, and fails on.
    problems := problems || ARRAY(
        SELECT format(
            E'constraint %1$I on post_instances is deferrable, and ON CONFLICT cannot go by such a key\n'
            'ALTER TABLE public.post_instances DROP CONSTRAINT %1$I,\n    ADD CONSTRAINT %1$I UNIQUE (%2$s);',
            key.conname, columns.list)
        FROM pg_catalog.pg_constraint AS key
        CROSS JOIN LATERAL (
            SELECT string_agg(quote_ident(attribute.attname), ', ' ORDER BY place.nth) AS list,
                   array_agg(attribute.attname::text ORDER BY attribute.attname) AS names
            FROM unnest(key.conkey) WITH ORDINALITY AS place (attnum, nth)
            JOIN pg_catalog.pg_attribute AS attribute
              ON attribute.attrelid = key.conrelid AND attribute.attnum = place.attnum
        ) AS columns
        WHERE key.conrelid = to_regclass('public.post_instances') AND key.contype = 'u' AND key.condeferrable
          AND columns.names = ARRAY['channel_account_id', 'scheduled_for', 'tenant_id']
        ORDER BY key.conname
    );

    problems := problems || ARRAY(
        SELECT format(E'column %1$s.%2$s is there already, and is not ours\n'
                      '-- together with a release of the application that knows its new name\n'
                      'ALTER TABLE public.%1$s RENAME COLUMN %2$s TO %2$s_before_topoff;',
                      split_part(own.name, '.', 1), split_part(own.name, '.', 2))
        FROM unnest(own_columns) WITH ORDINALITY AS own (name, position)
        JOIN pg_catalog.pg_attribute AS attribute
          ON attribute.attrelid = to_regclass('public.' || split_part(own.name, '.', 1))
         AND attribute.attname = split_part(own.name, '.', 2) AND NOT attribute.attisdropped
        ORDER BY own.position
    ) || ARRAY(
        SELECT format(E'constraint %1$s on %2$s is there already, and is not ours\n'
                      'ALTER TABLE %2$s RENAME CONSTRAINT %1$s TO %3$s;',
                      taken.conname, taken.conrelid::regclass, left(taken.conname, 49) || '_before_topoff')
        FROM pg_catalog.pg_constraint AS taken
        WHERE taken.conname = ANY (own_constraints)
          -- A rule that the application has for a cadence column of its own stays, and ours does not come.
          AND NOT EXISTS (
              SELECT FROM pg_catalog.pg_attribute AS theirs
              WHERE theirs.attrelid = taken.conrelid AND NOT theirs.attisdropped
                AND taken.conname = format('channel_accounts_%s_check', theirs.attname)
          )
          AND taken.conrelid = ANY (ARRAY(SELECT to_regclass('public.' || name) FROM unnest(present) AS name))
        ORDER BY taken.conname
    ) || ARRAY(
        SELECT format(E'public.%1$s is there already, and is not ours\n'
                      'ALTER %2$s public.%1$s RENAME TO %1$s_before_topoff;', taken.relname,
                      CASE taken.relkind WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' WHEN 'v' THEN 'VIEW'
                                         WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                                         WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END)
        FROM pg_catalog.pg_class AS taken
        WHERE taken.relnamespace = 'public'::regnamespace AND taken.relname = ANY (own_relations)
        ORDER BY taken.relname
    ) || ARRAY(
        SELECT format(E'function %1$s is there already, and is not ours\n'
                      'ALTER ROUTINE %1$s RENAME TO %2$s_before_topoff;', taken.oid::regprocedure, taken.proname)
        FROM pg_catalog.pg_proc AS taken
        WHERE taken.pronamespace = 'public'::regnamespace AND taken.proname = ANY (own_routines)
        ORDER BY taken.oid::regprocedure::text
    );

    PERFORM set_config('topoff.problems', to_json(problems)::text, true);
END;
$check$;
