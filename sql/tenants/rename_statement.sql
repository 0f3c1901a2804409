-- The one statement that renames a tenant, for EXECUTE ... USING its old and new name and the id of its
-- placeholder under each.
--
-- One statement, because foreign keys are checked when a statement ends, whether they say CASCADE, RESTRICT or
-- nothing, and ours can't be deferred: what they hold together has to change together. That goes for the
-- application's own tables, too, where a key of theirs to one of these has the tenant in it, and for whatever
-- refers to the placeholder, whose id is made of the tenant's name.
-- It runs with the search_path of the application's triggers, so all in it is qualified.
CREATE OR REPLACE FUNCTION topoff.rename_statement()
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        WITH RECURSIVE reference AS (
            SELECT key.confrelid AS referred_table, referred.attname AS referred_name,
                   key.conrelid AS relation, referring.attname AS name
            FROM pg_constraint AS key
            CROSS JOIN LATERAL unnest(key.conkey, key.confkey) AS pair (referring, referred)
            JOIN pg_attribute AS referring
              ON referring.attrelid = key.conrelid AND referring.attnum = pair.referring
             AND referring.attgenerated = ''
            JOIN pg_attribute AS referred
              ON referred.attrelid = key.confrelid AND referred.attnum = pair.referred
            WHERE key.contype = 'f' AND key.conparentid = 0
        ),
        tenant_column AS (
            SELECT listed.relation::oid AS relation, 'tenant_id'::name AS name
            FROM unnest(topoff.isolated_tables()) AS listed (relation)
            UNION
            SELECT reference.relation, reference.name
            FROM tenant_column
            JOIN reference ON reference.referred_table = tenant_column.relation
                          AND reference.referred_name = tenant_column.name
        ),
        changed_column AS (
            SELECT tenant_column.relation, tenant_column.name, '$1' AS old, '$2' AS new FROM tenant_column
            UNION
            SELECT 'public.content_items'::regclass, 'id', '$3', '$4'
            UNION
            SELECT reference.relation, reference.name, '$3', '$4'
            FROM reference
            WHERE reference.referred_table = 'public.content_items'::regclass AND reference.referred_name = 'id'
        ),
        changed_table AS (
            SELECT row_number() OVER (ORDER BY part.relation) AS place,
                   format('UPDATE %s AS held SET %s WHERE %s RETURNING 1', part.relation::regclass,
                          string_agg(format('%I = CASE WHEN %s THEN %s ELSE held.%I END',
                                            part.name, part.is_old, part.new, part.name), ', ' ORDER BY part.name),
                          string_agg(part.is_old, ' OR ' ORDER BY part.name)) AS change
            FROM (
                SELECT changed_column.*,
                       format('held.%I OPERATOR(pg_catalog.=) %s', changed_column.name, changed_column.old) AS is_old
                FROM changed_column
            ) AS part
            GROUP BY part.relation
        )
        SELECT format('WITH %s SELECT pg_catalog.sum(renamed.rows)::pg_catalog.int4 FROM (%s) AS renamed',
                      string_agg(format('renamed_%s AS (%s)', changed_table.place, changed_table.change),
                                 ', ' ORDER BY changed_table.place),
                      string_agg(format('SELECT pg_catalog.count(*) AS rows FROM renamed_%s', changed_table.place),
                                 ' UNION ALL ' ORDER BY changed_table.place))
        FROM changed_table
    );
END;
$$;

COMMENT ON FUNCTION topoff.rename_statement() IS
'For rename_tenant(): the statement that renames the tenant $1 to $2 and its placeholder''s id $3 to $4, in all tables of topoff.isolated_tables() and in those that refer to them by a foreign key with the tenant, or the placeholder, in it; it returns how many rows.';

REVOKE ALL ON FUNCTION topoff.rename_statement() FROM PUBLIC;
