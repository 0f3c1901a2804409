-- Takes the nightly job away.
CREATE OR REPLACE FUNCTION public.unschedule_topoff()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    jobs bigint := 0;
BEGIN
    IF to_regclass('cron.job') IS NULL OR NOT has_schema_privilege('cron', 'USAGE') THEN
        RAISE NOTICE 'no job can be scheduled from this database'
            USING HINT = format('One that was scheduled from another database is taken away there: '
                                'SELECT cron.unschedule(%L);', 'topoff-planned-slots:' || current_database());
        RETURN false;
    END IF;
    EXECUTE 'SELECT count(cron.unschedule(jobid)) FROM cron.job WHERE jobname = ''topoff-planned-slots'''
    INTO jobs;
    RETURN jobs > 0;
END;
$$;

COMMENT ON FUNCTION public.unschedule_topoff() IS
'Removes the pg_cron job ''topoff-planned-slots'' from this database; true where there was one. A job that was scheduled from another database has to be removed there; a NOTICE says how.';

REVOKE ALL ON FUNCTION public.unschedule_topoff() FROM PUBLIC;
