-- In an application's own table a NULL that is written into a cadence column of ours means its default.
--
-- A later migration of the application that adds a column of one of these names "if it does not exist" takes ours
-- for its own, and its ORM then writes NULL where nobody has said anything. (In a table that we have made, NULL is
-- refused.)
CREATE OR REPLACE FUNCTION topoff.default_cadence()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    defaults CONSTANT jsonb :=
        '{"posts_per_week": 0, "days_of_week": [1, 2, 3, 4, 5], "times_local": ["09:00"], "timezone": "UTC"}'::jsonb;
    missing jsonb;
BEGIN
    SELECT jsonb_object_agg(cadence.key, cadence.value) INTO missing
    FROM jsonb_each(defaults) AS cadence
    WHERE to_jsonb(NEW) -> cadence.key = 'null' AND topoff.is_our_column(TG_RELID, cadence.key::name);
    IF missing IS NOT NULL THEN
        NEW := jsonb_populate_record(NEW, missing);
    END IF;
    RETURN NEW;
EXCEPTION
    WHEN untranslatable_character THEN  -- a json value that jsonb can't take
        RETURN NEW;
END;
$$;

DO $trigger$
BEGIN
    IF NOT pg_catalog.starts_with(
        pg_catalog.reverse(coalesce(
            pg_catalog.obj_description('public.channel_accounts'::pg_catalog.regclass, 'pg_class'), ''
        )),
        pg_catalog.reverse('Created by planned-slot top-off.')
    ) THEN
        CREATE OR REPLACE TRIGGER default_cadence
        BEFORE INSERT OR UPDATE ON public.channel_accounts
        FOR EACH ROW EXECUTE FUNCTION topoff.default_cadence();

        COMMENT ON TRIGGER default_cadence ON public.channel_accounts IS
        'NULL in a cadence column that planned-slot top-off has added means the default.';
    END IF;
END;
$trigger$;

COMMENT ON FUNCTION topoff.default_cadence() IS
'Trigger: turns a NULL that is written into a cadence column of ours into that column''s default. Leaves columns that the application has, or has taken over, as they are written.';

REVOKE ALL ON FUNCTION topoff.default_cadence() FROM PUBLIC;
