-- Whose is a column of the application's table: ours while it is as we have added it, and says so.
--
-- The application may take one over: with the tool for it (topoff.hand_over_column), with a comment of its
-- own, or by changing the type, the default or the NOT NULL. What it has taken over it writes by its own rules.
CREATE OR REPLACE FUNCTION topoff.is_our_column(of_table regclass, name name)
RETURNS boolean
LANGUAGE sql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
    SELECT EXISTS (
        SELECT
        FROM pg_attribute AS attribute
        LEFT JOIN pg_attrdef AS value ON value.adrelid = attribute.attrelid AND value.adnum = attribute.attnum
        WHERE attribute.attrelid = of_table AND attribute.attname = name AND NOT attribute.attisdropped
          AND col_description(attribute.attrelid, attribute.attnum) LIKE '%Added by planned-slot top-off.'
          AND (format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull,
               pg_get_expr(value.adbin, value.adrelid)) IN (
              ('smallint', true, '0'),
              ('smallint[]', true, '''{1,2,3,4,5}''::smallint[]'),
              ('time without time zone[]', true, '''{09:00:00}''::time without time zone[]'),
              ('text', true, '''UTC''::text')
          )
    )
$$;

COMMENT ON FUNCTION topoff.is_our_column(regclass, name) IS
'True while a cadence column of channel_accounts is ours: its comment ends with our mark, and its type, default and NOT NULL are those that we gave it. False for a column that the application has, or has taken over.';

-- Whoever writes an account has a trigger call this.
GRANT EXECUTE ON FUNCTION topoff.is_our_column(regclass, name) TO PUBLIC;
