-- Gives a cadence column of ours to the application, which has come to use it: after a revision of its own that
-- adds a column of that name "if it does not exist", say.
CREATE OR REPLACE FUNCTION topoff.hand_over_column(name name)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    cadence CONSTANT regclass := 'public.channel_accounts';
    mark CONSTANT text := '%Added by planned-slot top-off.';
    place CONSTANT smallint := (
        SELECT attribute.attnum
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = cadence AND attribute.attname = hand_over_column.name
          AND attribute.attnum > 0 AND NOT attribute.attisdropped
          AND col_description(cadence, attribute.attnum) LIKE mark
    );
    rule name;
BEGIN
    IF place IS NULL THEN
        RAISE EXCEPTION 'channel_accounts has no column % that planned-slot top-off has added',
                coalesce(quote_ident(name), 'NULL')
            USING ERRCODE = 'undefined_column',
                  HINT = 'posts_per_week, days_of_week, times_local and timezone are those that there may be.';
    END IF;
    FOR rule IN
        SELECT known.conname FROM pg_constraint AS known
        WHERE known.conrelid = cadence AND place = ANY (known.conkey)
          AND obj_description(known.oid, 'pg_constraint') LIKE mark
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', cadence, rule);
    END LOOP;
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', cadence, name);
    EXECUTE format('COMMENT ON COLUMN %s.%I IS NULL', cadence, name);
END;
$$;

COMMENT ON FUNCTION topoff.hand_over_column(name) IS
'Makes a cadence column of channel_accounts that planned-slot top-off has added the application''s own: it may be NULL, no CHECK or trigger of ours looks at it any more, its type and default are the application''s to change, and a downgrade leaves it. Planning goes on using it. For the owner of the table. Error 42703 where there is no such column.';

REVOKE ALL ON FUNCTION topoff.hand_over_column(name) FROM PUBLIC;
