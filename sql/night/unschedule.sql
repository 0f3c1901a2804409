-- Takes the nightly job away.
CREATE OR REPLACE FUNCTION topoff.unschedule()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    jobs bigint;
BEGIN
    -- Looked up in the catalogue: to_regclass('cron.job') fails for who may not use the schema.
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
       AND EXISTS (SELECT FROM pg_namespace WHERE nspname = 'cron' AND has_schema_privilege(oid, 'USAGE')) THEN
        EXECUTE 'SELECT count(cron.unschedule(jobid)) FROM cron.job WHERE jobname = ''topoff-planned-slots'''
        INTO jobs;
        RETURN jobs > 0;
    END IF;
    RAISE NOTICE 'no job can be scheduled from this database by role "%"', current_user
        USING HINT = format('One that was scheduled from another database is taken away there: '
                            'SELECT cron.unschedule(%L);', 'topoff-planned-slots:' || current_database());
    RETURN false;
END;
$$;

COMMENT ON FUNCTION topoff.unschedule() IS
'Removes the pg_cron job ''topoff-planned-slots'' from this database; true where there was one. A job that was scheduled from another database has to be removed there; a NOTICE says how.';

REVOKE ALL ON FUNCTION topoff.unschedule() FROM PUBLIC;
