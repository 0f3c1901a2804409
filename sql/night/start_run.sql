-- Begins a nightly run, unless one is under way.
--
-- The lock of a run is its row in the ledger, so that only who may write the ledger can hold it. A run takes
-- it in each of its transactions (resume_run). Such a lock dies with its transaction, so a run that was
-- cancelled in a session that lives on does not keep later ones away, as a lock of the session would. The
-- price: it can be had for a moment between two steps of a live run, which then queues for it. So where the
-- ledger has a run without an end, whoever gets its row looks for half a second whether anybody comes for
-- it; if nobody does, that run is dead.
--
-- Two that begin at the same moment meet at the index on what is running: the later one inserts nothing.
CREATE OR REPLACE FUNCTION topoff.start_run(replan boolean)
RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1min'
AS $$
DECLARE
    unfinished bigint;
    alone boolean := true;
    run_id bigint;
BEGIN
    IF replan IS NULL THEN
        RAISE EXCEPTION 'replan must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for a night that tops off.';
    END IF;

    SELECT run.id INTO unfinished FROM topoff.runs AS run WHERE run.status = 'running';
    IF FOUND THEN
        PERFORM FROM topoff.runs AS run WHERE run.id = unfinished AND run.status = 'running'
        FOR UPDATE SKIP LOCKED;
        alone := FOUND;
        FOR look IN 1 .. 50 LOOP
            EXIT WHEN NOT alone;
            PERFORM pg_sleep(0.01);
            alone := NOT EXISTS (
                SELECT FROM pg_locks AS lock
                WHERE NOT lock.granted AND lock.locktype IN ('transactionid', 'tuple')
                  AND pg_backend_pid() = ANY (pg_blocking_pids(lock.pid))
            );
        END LOOP;
    END IF;

    IF alone THEN
        UPDATE topoff.runs AS run
        SET status = 'abandoned', finished_at = now()
        WHERE run.id = unfinished;
        DELETE FROM topoff.runs AS run
        WHERE run.started_at < now() - interval '90 days';
        INSERT INTO topoff.runs (id, replan)
        SELECT coalesce(max(run.id), 0) + 1, start_run.replan FROM topoff.runs AS run
        ON CONFLICT DO NOTHING
        RETURNING id INTO run_id;
    END IF;
    IF run_id IS NULL THEN
        RAISE NOTICE 'another run of topoff_all_tenants is under way, so this one does nothing';
    END IF;
    RETURN run_id;
END;
$$;

COMMENT ON FUNCTION topoff.start_run(boolean) IS
'For topoff_all_tenants(): opens a row in topoff.runs and returns its id; NULL, with a NOTICE, where another run is under way. Marks a run that died as abandoned and forgets those older than 90 days. Fails (22004) for a NULL.';

REVOKE ALL ON FUNCTION topoff.start_run(boolean) FROM PUBLIC;
