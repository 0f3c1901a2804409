-- The nightly run: tops off every tenant that has a cadence.
--
-- It commits after every step, so a crash loses one batch at the most, and the next night makes good.
-- A procedure that commits can have neither a SET clause nor an EXCEPTION block around the COMMIT, hence
-- the steps are functions of their own, and everything here is qualified. The first COMMIT is for
-- callers whose default is another isolation level: it can only be chosen before the first snapshot, and
-- a step must see what others committed while it waited for their locks.
CREATE OR REPLACE PROCEDURE public.topoff_all_tenants(horizon interval DEFAULT '28 days')
LANGUAGE plpgsql
AS $$
DECLARE
    accounts_a_batch CONSTANT integer := 2000;
    run_id bigint;
    batch pg_catalog.text[];
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    PERFORM topoff.planning_window_end(horizon, pg_catalog.now());
    run_id := topoff.start_run();
    IF run_id IS NULL THEN
        RETURN;
    END IF;
    COMMIT AND CHAIN;

    PERFORM topoff.resume_run(run_id);
    FOR batch IN SELECT tenants FROM topoff.tenant_batches(accounts_a_batch) AS tenants LOOP
        PERFORM topoff.run_batch(run_id, batch, horizon);
        COMMIT AND CHAIN;
        PERFORM topoff.resume_run(run_id);
    END LOOP;

    PERFORM topoff.finish_run(run_id);
    COMMIT;
    PERFORM topoff.raise_run_failures(run_id);
END;
$$;

COMMENT ON PROCEDURE public.topoff_all_tenants(interval) IS
'The nightly run: tops off every tenant up to now + horizon (default: 28 days), some 2000 accounts at a time, committing after each such step; CALL it outside a transaction (inside one: 2D000, and nothing is done). A tenant that fails does not hold up the others; where any did, the run ends with an error that names them (P0001) after all work is committed. While another run is under way it returns at once with a NOTICE. The ledger is topoff.runs and topoff.run_tenants. Errors before it starts: 22004 for a NULL horizon, 22023 for one out of range.';

REVOKE ALL ON PROCEDURE public.topoff_all_tenants(interval) FROM PUBLIC;
