-- Looks for rows that a constraint of a later revision would refuse, and stops with these and with what
-- topoff.problems holds from the check of the schema, all in one error. Changes nothing.
--
-- Each check runs where the columns that it compares are there, readable and of the right type. The
-- order is that of the mending: a post that goes to its account's tenant may come upon a duplicate there.
DO $check$
DECLARE
    problems text[] := ARRAY(
        SELECT json_array_elements_text(coalesce(nullif(current_setting('topoff.problems', true), ''), '[]')::json)
    );
    fit CONSTANT text[] := ARRAY(
        SELECT class.relname || '.' || attribute.attname
        FROM pg_catalog.pg_class AS class
        JOIN pg_catalog.pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
        JOIN pg_catalog.pg_type AS type ON type.oid = attribute.atttypid
        WHERE class.relnamespace = 'public'::regnamespace
          AND class.relname IN ('channel_accounts', 'content_items', 'post_instances')
          AND class.relkind = 'r'
          AND NOT row_security_active(class.oid)
          AND has_column_privilege(class.oid, attribute.attnum, 'SELECT')
          AND (attribute.attname IN ('id', 'channel_account_id', 'content_item_id') AND type.typname = 'uuid'
               OR attribute.attname = 'tenant_id' AND type.typname IN ('text', 'varchar')
               OR attribute.attname = 'status' AND (type.typname IN ('text', 'varchar') OR type.typtype = 'e')
               OR attribute.attname = 'scheduled_for' AND type.typname IN ('timestamptz', 'timestamp'))
    );
    post_ids CONSTANT text[] := ARRAY['post_instances.id', 'post_instances.tenant_id'];
    account_reference CONSTANT text[] := post_ids || ARRAY[
        'post_instances.channel_account_id', 'channel_accounts.id', 'channel_accounts.tenant_id'
    ];
    content_reference CONSTANT text[] := account_reference || ARRAY[
        'post_instances.content_item_id', 'content_items.id', 'content_items.tenant_id'
    ];
    copied_columns text;
    found bigint;
    examples text;
BEGIN
    IF account_reference <@ fit THEN
        SELECT count(*), string_agg(format('%s (account %s)', id, channel_account_id), ', ' ORDER BY id)
                             FILTER (WHERE nth <= 20)
        INTO found, examples
        FROM (
            SELECT post.id, post.channel_account_id, row_number() OVER (ORDER BY post.id) AS nth
            FROM public.post_instances AS post
            WHERE post.channel_account_id IS NOT NULL
              AND NOT EXISTS (
                  SELECT FROM public.channel_accounts AS account WHERE account.id = post.channel_account_id
              )
        ) AS stray;
        IF found > 0 THEN
            problems := problems || format(
                E'%s in post_instances with an account that does not exist: %s\n'
                'DELETE FROM public.post_instances AS post  -- or give each an account of its tenant\n'
                'WHERE post.channel_account_id IS NOT NULL AND NOT EXISTS (\n'
                '    SELECT FROM public.channel_accounts AS account WHERE account.id = post.channel_account_id\n'
                ');',
                CASE found WHEN 1 THEN '1 row' ELSE found || ' rows' END, examples);
        END IF;

        -- Where ids are unique within a tenant only, the account of another tenant may have the same one.
        SELECT count(*), string_agg(format('%s (of %s, account of %s)', id, tenant_id, owner), ', ' ORDER BY id)
                             FILTER (WHERE nth <= 20)
        INTO found, examples
        FROM (
            SELECT post.id, post.tenant_id, other.tenant_id AS owner, row_number() OVER (ORDER BY post.id) AS nth
            FROM public.post_instances AS post
            LEFT JOIN public.channel_accounts AS own
                   ON own.id = post.channel_account_id AND own.tenant_id = post.tenant_id
            JOIN (
                SELECT id, min(tenant_id) AS tenant_id FROM public.channel_accounts GROUP BY id
            ) AS other ON other.id = post.channel_account_id
            WHERE own.id IS NULL AND post.tenant_id IS NOT NULL
        ) AS stray;
        IF found > 0 THEN
            problems := problems || format(
                E'%s in post_instances with another tenant''s account: %s\n'
                'UPDATE public.post_instances AS post SET tenant_id = other.tenant_id  -- or give each an account of its tenant\n'
                'FROM (SELECT id, min(tenant_id) AS tenant_id FROM public.channel_accounts GROUP BY id) AS other\n'
                'WHERE other.id = post.channel_account_id AND NOT EXISTS (\n'
                '    SELECT FROM public.channel_accounts AS account\n'
                '    WHERE account.id = post.channel_account_id AND account.tenant_id = post.tenant_id\n'
                ');',
                CASE found WHEN 1 THEN '1 row' ELSE found || ' rows' END, examples);
        END IF;
    END IF;

    IF content_reference <@ fit THEN
        SELECT count(*), string_agg(format('%s (content %s)', id, content_item_id), ', ' ORDER BY id)
                             FILTER (WHERE nth <= 20)
        INTO found, examples
        FROM (
            SELECT post.id, post.content_item_id, row_number() OVER (ORDER BY post.id) AS nth
            FROM public.post_instances AS post
            WHERE post.content_item_id IS NOT NULL
              AND NOT EXISTS (SELECT FROM public.content_items AS content WHERE content.id = post.content_item_id)
        ) AS stray;
        IF found > 0 THEN
            problems := problems || format(
                E'%s in post_instances with a content item that does not exist: %s\n'
                'DELETE FROM public.post_instances AS post  -- or give each a content item of its tenant\n'
                'WHERE post.content_item_id IS NOT NULL AND NOT EXISTS (\n'
                '    SELECT FROM public.content_items AS content WHERE content.id = post.content_item_id\n'
                ');',
                CASE found WHEN 1 THEN '1 row' ELSE found || ' rows' END, examples);
        END IF;

        -- Against the tenant that the post will be in: its own may be what is wrong, and then that is mended first.
        SELECT count(*), string_agg(format('%s (of %s, content of %s)', id, tenant_id, owner), ', ' ORDER BY id)
                             FILTER (WHERE nth <= 20)
        INTO found, examples
        FROM (
            SELECT post.id, post.tenant_id, other.tenant_id AS owner, row_number() OVER (ORDER BY post.id) AS nth
            FROM public.post_instances AS post
            LEFT JOIN public.channel_accounts AS own
                   ON own.id = post.channel_account_id AND own.tenant_id = post.tenant_id
            LEFT JOIN (
                SELECT id, min(tenant_id) AS tenant_id FROM public.channel_accounts GROUP BY id
            ) AS account ON account.id = post.channel_account_id
            LEFT JOIN public.content_items AS content
                   ON content.id = post.content_item_id
                  AND content.tenant_id = coalesce(own.tenant_id, account.tenant_id, post.tenant_id)
            JOIN (
                SELECT id, min(tenant_id) AS tenant_id FROM public.content_items GROUP BY id
            ) AS other ON other.id = post.content_item_id
            WHERE content.id IS NULL AND post.tenant_id IS NOT NULL
        ) AS stray;
        IF found > 0 THEN
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
            INTO copied_columns
            FROM pg_catalog.pg_attribute
            WHERE attrelid = 'public.content_items'::regclass AND attnum > 0 AND NOT attisdropped
              AND attgenerated = '' AND attidentity = '' AND attname NOT IN ('id', 'tenant_id');
            problems := problems || format(
                E'%s in post_instances with another tenant''s content: %s\n'
                '-- gives each a copy of its tenant''s own; or give each a content item of its tenant\n'
                'WITH copy AS MATERIALIZED (\n'
                '    SELECT post.tenant_id AS new_tenant, content.id AS old_id, min(content.tenant_id) AS old_tenant,\n'
                '           gen_random_uuid() AS new_id\n'
                '    FROM public.post_instances AS post\n'
                '    JOIN public.content_items AS content ON content.id = post.content_item_id\n'
                '    GROUP BY post.tenant_id, content.id\n'
                '    HAVING NOT bool_or(content.tenant_id = post.tenant_id)\n'
                '), inserted AS (\n'
                '    INSERT INTO public.content_items (id, tenant_id%3$s)\n'
                '    SELECT copy.new_id, copy.new_tenant%3$s\n'
                '    FROM copy\n'
                '    JOIN public.content_items AS content\n'
                '      ON content.id = copy.old_id AND content.tenant_id = copy.old_tenant\n'
                ')\n'
                'UPDATE public.post_instances AS post SET content_item_id = copy.new_id\n'
                'FROM copy WHERE post.tenant_id = copy.new_tenant AND post.content_item_id = copy.old_id;',
                CASE found WHEN 1 THEN '1 row' ELSE found || ' rows' END, examples, ', ' || copied_columns);
        END IF;
    END IF;

    -- In the tenant that the post will be in.
    IF account_reference || ARRAY['post_instances.scheduled_for'] <@ fit THEN
        SELECT sum(posts - 1),
               string_agg(format('%s at %s (%s)', channel_account_id, scheduled_for, array_to_string(ids, ', ')), '; '
                          ORDER BY nth) FILTER (WHERE nth <= 20)
        INTO found, examples
        FROM (
            SELECT post.channel_account_id, post.scheduled_for, count(*) AS posts,
                   (array_agg(post.id ORDER BY post.id))[:20] AS ids,
                   row_number() OVER (ORDER BY post.channel_account_id, post.scheduled_for) AS nth
            FROM public.post_instances AS post
            LEFT JOIN public.channel_accounts AS own
                   ON own.id = post.channel_account_id AND own.tenant_id = post.tenant_id
            LEFT JOIN (
                SELECT id, min(tenant_id) AS tenant_id FROM public.channel_accounts GROUP BY id
            ) AS account ON account.id = post.channel_account_id
            WHERE post.scheduled_for IS NOT NULL AND post.channel_account_id IS NOT NULL
            GROUP BY coalesce(own.tenant_id, account.tenant_id, post.tenant_id),
                     post.channel_account_id, post.scheduled_for
            HAVING count(*) > 1
        ) AS duplicate;
        IF found > 0 THEN
            problems := problems || format(
                E'%s in post_instances with the account and time of another: %s\n'
                '-- moves them by a second each; or delete the ones that are too many\n'
                'UPDATE public.post_instances AS post\n'
                'SET scheduled_for = post.scheduled_for + (twin.nth - 1) * interval ''1 second''\n'
                'FROM (\n'
                '    SELECT tenant_id, id, row_number() OVER (\n'
                '        PARTITION BY tenant_id, channel_account_id, scheduled_for\n'
                '        ORDER BY status::text <> ''Posted'', id\n'
                '    ) AS nth\n'
                '    FROM public.post_instances\n'
                '    WHERE scheduled_for IS NOT NULL AND channel_account_id IS NOT NULL\n'
                ') AS twin\n'
                'WHERE twin.tenant_id = post.tenant_id AND twin.id = post.id AND twin.nth > 1;',
                CASE found WHEN 1 THEN '1 row' ELSE found || ' rows' END, examples);
        END IF;
    END IF;

    -- An id of this form is a placeholder's, which topoff.placeholder_content_item_id(tenant) derives like this;
    -- one that an earlier downgrade has left is in its place.
    IF ARRAY['content_items.id', 'content_items.tenant_id'] <@ fit THEN
        SELECT count(*), string_agg(format('%s (of %s)', id, tenant_id), ', ' ORDER BY id) FILTER (WHERE nth <= 20)
        INTO found, examples
        FROM (
            SELECT content.id, content.tenant_id, row_number() OVER (ORDER BY content.id) AS nth
            FROM public.content_items AS content
            WHERE content.id::text LIKE '746f706f-____-8%'
              AND content.id IS DISTINCT FROM left(overlay(overlay(overlay(
                      encode(sha256('\x9e107d9d372b4b0f8c5ad1a4c2f6e831'::bytea
                                    || decode(replace(content.tenant_id, '\', '\\'), 'escape')), 'hex')
                      PLACING '746f706f' FROM 1) PLACING '8' FROM 13) PLACING '8' FROM 17), 32)::uuid
        ) AS stray;
        IF found > 0 THEN
            SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum)
            INTO copied_columns
            FROM pg_catalog.pg_attribute
            WHERE attrelid = 'public.content_items'::regclass AND attnum > 0 AND NOT attisdropped
              AND attgenerated = '' AND attidentity = '' AND attname NOT IN ('id', 'tenant_id');
            problems := problems || format(
                E'%s in content_items with an id that is kept for placeholders: %s\n'
                '-- gives each an id of version 4, and takes along what refers to it\n'
                'BEGIN;\n'
                'SET LOCAL topoff.erasing = ''*'';\n'
                'CREATE TEMPORARY TABLE renumbered ON COMMIT DROP AS\n'
                'SELECT tenant_id, id AS old_id, gen_random_uuid() AS new_id\n'
                'FROM public.content_items WHERE id::text LIKE ''746f706f-____-8%%'';\n'
                'INSERT INTO public.content_items (id, tenant_id, %3$s)\n'
                'SELECT renumbered.new_id, renumbered.tenant_id, %3$s\n'
                'FROM renumbered JOIN public.content_items AS content\n'
                '  ON content.tenant_id = renumbered.tenant_id AND content.id = renumbered.old_id;\n'
                '%4$s'
                'DELETE FROM public.content_items AS content USING renumbered\n'
                'WHERE content.tenant_id = renumbered.tenant_id AND content.id = renumbered.old_id;\n'
                'COMMIT;',
                CASE found WHEN 1 THEN '1 row' ELSE found || ' rows' END, examples, copied_columns,
                (
                    SELECT coalesce(string_agg(DISTINCT format(
                        E'UPDATE %1$s AS referring SET %2$I = renumbered.new_id FROM renumbered\n'
                        'WHERE referring.%2$I = renumbered.old_id%3$s;\n',
                        reference.conrelid::regclass, referring.attname, tenant.condition), ''), '')
                    FROM pg_catalog.pg_constraint AS reference
                    CROSS JOIN LATERAL unnest(reference.conkey, reference.confkey) AS pair (conkey, confkey)
                    JOIN pg_catalog.pg_attribute AS referred
                      ON referred.attrelid = reference.confrelid AND referred.attnum = pair.confkey
                     AND referred.attname = 'id'
                    JOIN pg_catalog.pg_attribute AS referring
                      ON referring.attrelid = reference.conrelid AND referring.attnum = pair.conkey
                    LEFT JOIN LATERAL (
                        SELECT format(' AND referring.%I = renumbered.tenant_id', theirs.attname) AS condition
                        FROM unnest(reference.conkey, reference.confkey) AS other (conkey, confkey)
                        JOIN pg_catalog.pg_attribute AS theirs
                          ON theirs.attrelid = reference.conrelid AND theirs.attnum = other.conkey
                        JOIN pg_catalog.pg_attribute AS its
                          ON its.attrelid = reference.confrelid AND its.attnum = other.confkey
                         AND its.attname = 'tenant_id'
                    ) AS tenant ON true
                    WHERE reference.contype = 'f' AND reference.confrelid = 'public.content_items'::regclass
                ));
        END IF;
    END IF;

    IF problems <> '{}' THEN
        RAISE EXCEPTION 'this database cannot be adopted yet: % found',
                CASE cardinality(problems) WHEN 1 THEN '1 problem' ELSE cardinality(problems) || ' problems' END
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = (
                      SELECT string_agg(format(E'\n%s. %s', position, replace(problem, E'\n', E'\n   ')), ''
                                        ORDER BY position)
                      FROM unnest(problems) WITH ORDINALITY AS listed (problem, position)
                  ),
                  HINT = 'Nothing was changed. Run what stands below each problem, or what serves you better, '
                         'and then the same command again.';
    END IF;
END;
$check$;
