-- Begins a nightly run, unless one is under way.
--
-- A run holds the advisory lock 'topoff_all_tenants' in each of its transactions (resume_run).
-- Such a lock dies with its transaction, so a run that was cancelled in a session that lives on does not
-- keep later ones away, as a lock of the session would. The price: it can be had for a moment between two
-- steps of a live run, which then queues for it. So where the ledger has a run without an end, whoever
-- gets the lock looks whether anybody comes for it; if nobody does, that run is dead.
CREATE OR REPLACE FUNCTION topoff.start_run()
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    alone boolean := pg_try_advisory_xact_lock(hashtextextended('topoff_all_tenants', 0));
    run_id bigint;
BEGIN
    IF alone AND EXISTS (SELECT FROM topoff.runs AS run WHERE run.status = 'running') THEN
        PERFORM pg_sleep(0.5);
        alone := NOT EXISTS (
            SELECT FROM pg_locks AS lock
            WHERE lock.locktype = 'advisory' AND NOT lock.granted
              AND pg_backend_pid() = ANY (pg_blocking_pids(lock.pid))
        );
    END IF;
    IF NOT alone THEN
        RAISE NOTICE 'another run of topoff_all_tenants is under way, so this one does nothing';
        RETURN NULL;
    END IF;

    UPDATE topoff.runs AS run
    SET status = 'abandoned', finished_at = now()
    WHERE run.status = 'running';
    DELETE FROM topoff.runs AS run
    WHERE run.started_at < now() - interval '90 days';
    INSERT INTO topoff.runs DEFAULT VALUES RETURNING id INTO run_id;
    RETURN run_id;
END;
$$;

COMMENT ON FUNCTION topoff.start_run() IS
'For topoff_all_tenants(): opens a row in topoff.runs and returns its id; NULL, with a NOTICE, where another run is under way. Marks runs that died as abandoned and forgets those older than 90 days.';

REVOKE ALL ON FUNCTION topoff.start_run() FROM PUBLIC;
