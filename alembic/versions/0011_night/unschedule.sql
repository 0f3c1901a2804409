-- Takes the nightly job away.
CREATE OR REPLACE FUNCTION topoff.unschedule()
RETURNS boolean
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    job_names CONSTANT text[] := ARRAY['topoff-planned-slots', 'topoff-planned-slots:' || current_database()];
    is_superuser CONSTANT boolean := (SELECT role.rolsuper FROM pg_roles AS role WHERE role.rolname = current_user);
    removed bigint;
    others text;
BEGIN
    -- Looked up in the catalogue: to_regclass('cron.job') fails for who may not use the schema.
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
       AND EXISTS (SELECT FROM pg_namespace WHERE nspname = 'cron' AND has_schema_privilege(oid, 'USAGE')) THEN
        EXECUTE 'SELECT count(cron.unschedule(jobid)) FROM cron.job'
                ' WHERE jobname = ANY ($1) AND (username = current_user OR $2)'
        INTO removed USING job_names, is_superuser;
        EXECUTE 'SELECT string_agg(format(''%s of role "%s"'', jobid, username), '', '' ORDER BY jobid) FROM cron.job'
                ' WHERE jobname = ANY ($1)'
        INTO others USING job_names;
        IF others IS NOT NULL THEN
            RAISE NOTICE 'another role goes on calling the nightly run: job %', others
                USING HINT = format('As superuser run: SELECT cron.unschedule(jobid) FROM cron.job '
                                    'WHERE jobname IN (%L, %L);', job_names[1], job_names[2]);
        ELSIF row_security_active('cron.job') THEN
            RAISE NOTICE 'role "%" cannot see whether another role has scheduled the nightly run as well', current_user
                USING HINT = format('As superuser look: SELECT jobid, username FROM cron.job '
                                    'WHERE jobname IN (%L, %L);', job_names[1], job_names[2]);
        END IF;
        RETURN removed > 0;
    END IF;
    RAISE NOTICE 'no job can be scheduled from this database by role "%"', current_user
        USING HINT = format('One that was scheduled from another database is taken away there: '
                            'SELECT cron.unschedule(%L);', 'topoff-planned-slots:' || current_database());
    RETURN false;
END;
$$;

COMMENT ON FUNCTION topoff.unschedule() IS
'Removes the calling role''s pg_cron job ''topoff-planned-slots'' from this database; true where there was one. Jobs of other roles are removed by superusers only; a NOTICE tells others of them. A job that was scheduled from another database has to be removed there; a NOTICE says how.';

REVOKE ALL ON FUNCTION topoff.unschedule() FROM PUBLIC;
