-- Has pg_cron call topoff_all_tenants() every night, whatever state the job is in now.
--
-- A job that is exactly as wanted stays; any other of the name is taken away and made anew, because
-- pg_cron before 1.6.3 does not move a job to another database, none activates a disabled one, and one
-- that came with a dump may still call the server that the dump was taken from.
-- What pg_cron offers is called dynamically: it may not be there.
--
-- pg_cron tells jobs apart by name and role, and shows a role its own ones only. So a second role that
-- schedules the night makes a second job: a superuser takes the first one over, others are told.
CREATE OR REPLACE FUNCTION topoff.schedule(schedule text DEFAULT '0 3 * * *')
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    -- With all arguments: whoever may create in public could put a procedure without any beside it, and the
    -- shorter call would fail every night, because two would fit.
    command CONSTANT text := 'CALL public.topoff_all_tenants(''28 days''::pg_catalog.interval, false)';
    job_name CONSTANT text := 'topoff-planned-slots';
    name_elsewhere CONSTANT text := job_name || ':' || current_database();
    job_names CONSTANT text[] := ARRAY[job_name, name_elsewhere];
    again CONSTANT text := format('SELECT topoff.schedule(%L);', schedule);
    from_elsewhere CONSTANT text := format(
        'CREATE EXTENSION IF NOT EXISTS pg_cron; SELECT cron.schedule_in_database(%1$L, %2$L, %3$L, %4$L, %5$L); '
        'SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = %1$L AND username <> %5$L;',
        name_elsewhere, schedule, command, current_database(), current_user);
    -- NULL where this role may not see the setting, or pg_cron is not loaded.
    cron_database CONSTANT text := (SELECT setting FROM pg_settings WHERE name = 'cron.database_name');
    cron_host CONSTANT text := (SELECT setting FROM pg_settings WHERE name = 'cron.host');
    preloaded CONSTANT text := (SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries');
    is_superuser CONSTANT boolean := (SELECT role.rolsuper FROM pg_roles AS role WHERE role.rolname = current_user);
    job bigint;
    others text;
    callers text;
BEGIN
    IF schedule IS NULL THEN
        RAISE EXCEPTION 'schedule must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for every night at 3:00.';
    ELSIF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron') THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: pg_cron is not installed on this server'
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Install its package (Debian: postgresql-%s-cron) and run %s here again: it '
                                'says what comes next. Or have any other scheduler run %s; here every night.',
                                current_setting('server_version_num')::integer / 10000, again, command);
    ELSIF preloaded !~ '\mpg_cron\M' THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: pg_cron is not in shared_preload_libraries'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('shared_preload_libraries is "%s".', preloaded),
                  HINT = format('As superuser run: ALTER SYSTEM SET shared_preload_libraries = %s; Then restart '
                                'the server, and run %s here again.',
                                (SELECT string_agg(quote_literal(trim(library)), ', ' ORDER BY position)
                                 FROM string_to_table(concat_ws(',', nullif(preloaded, ''), 'pg_cron'), ',')
                                      WITH ORDINALITY AS loaded (library, position)),
                                again);
    ELSIF cron_database <> current_database() THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: pg_cron works in database "%", and this is "%"',
                cron_database, current_database()
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('As superuser in database "%s" run: %s', cron_database, from_elsewhere);
    ELSIF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: the extension pg_cron is not created in this database'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = CASE WHEN cron_database IS NULL
                      THEN format('Ask a superuser what SHOW cron.database_name says. In that database run: %s '
                                  'Or, where it is this one: CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron '
                                  'TO %I; and then, as %I: %s',
                                  from_elsewhere, current_user, current_user, again)
                      ELSE format('As superuser run here: CREATE EXTENSION pg_cron; %s', again)
                  END;
    ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: role "%" may not use pg_cron', current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('As superuser in database "%s" run: GRANT USAGE ON SCHEMA cron TO %I; '
                                'Then, as %I: %s', current_database(), current_user, current_user, again);
    END IF;

    EXECUTE 'SELECT jobid FROM cron.job WHERE jobname = $1 AND username = current_user AND schedule = $2'
            ' AND command = $3 AND database = current_database() AND active'
            ' AND nodename = coalesce($4, nodename) AND nodeport = current_setting(''port'')::integer'
    INTO job USING job_name, schedule, command, cron_host;
    EXECUTE 'SELECT string_agg(format(''%s of role "%s"'', jobid, username), '', '' ORDER BY jobid) FROM cron.job'
            ' WHERE jobname = ANY ($1) AND username <> current_user'
    INTO others USING job_names;
    EXECUTE 'SELECT count(cron.unschedule(jobid)) FROM cron.job'
            ' WHERE jobname = ANY ($1) AND jobid IS DISTINCT FROM $2 AND (username = current_user OR $3)'
    USING job_names, job, is_superuser;
    IF job IS NULL THEN
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING job_name, schedule, command;
    END IF;

    IF others IS NOT NULL AND is_superuser THEN
        RAISE NOTICE 'role "%" has taken over the nightly run: job % is removed', current_user, others;
    ELSIF others IS NOT NULL THEN
        RAISE NOTICE 'another role has scheduled the nightly run as well: job %', others
            USING DETAIL = 'Both will run; whichever comes second has nothing to do.',
                  HINT = format('As superuser run: SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname IN (%L, %L) '
                                'AND username <> %L;', job_name, name_elsewhere, current_user);
    ELSIF row_security_active('cron.job') THEN
        IF has_table_privilege('topoff.runs', 'SELECT') THEN
            SELECT string_agg(DISTINCT format('"%s"', run.called_by), ', ') INTO callers
            FROM topoff.runs AS run
            WHERE run.started_at > now() - interval '7 days' AND run.called_by <> current_user;
        END IF;
        RAISE NOTICE 'role "%" cannot see whether another role has scheduled the nightly run as well', current_user
            USING DETAIL = CASE
                      WHEN callers IS NULL THEN 'No other role is known to have called it in the last 7 days.'
                      ELSE format('In the last 7 days it was called by %s.', callers)
                  END,
                  HINT = format('As superuser look: SELECT jobid, username FROM cron.job WHERE jobname IN (%L, %L); '
                                'and remove what is too much with cron.unschedule(jobid).', job_name, name_elsewhere);
    END IF;
    RETURN job;
END;
$$;

COMMENT ON FUNCTION topoff.schedule(text) IS
'Schedules topoff_all_tenants(), with its defaults, with pg_cron as the job ''topoff-planned-slots'' of the calling role and returns the job''s id; the default is every night at 3:00, in GMT or, from pg_cron 1.5 on, in cron.timezone. Call it again to change the schedule or to mend the job, and after a restore.
A job of another role is taken over by a superuser; other roles can neither remove it nor, mostly, see it: a NOTICE says so.
Errors, each with the statement to run in its HINT: 0A000 where pg_cron is not installed; 55000 where it is not in shared_preload_libraries, works in another database or is not created; 42501 where the role may not use it.';

REVOKE ALL ON FUNCTION topoff.schedule(text) FROM PUBLIC;
