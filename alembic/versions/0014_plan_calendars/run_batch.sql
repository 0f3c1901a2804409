-- One step of a nightly run: plans for some tenants, and gives way to everybody.
--
-- No wait is longer than longest_wait. A step that fails, for a lock or for anything else, is undone as a
-- whole, which lets go of all locks at once. Its tenants come back one by one at the end of the run. Those
-- whose own lock another caller has are left out from the beginning, and come back as well.
--
-- It writes to the application's tables, so the search_path is the caller's here, and all is qualified. A
-- cancel request is the one error that nothing here catches: it ends the run.
CREATE OR REPLACE FUNCTION topoff.run_batch(
    run_id bigint,
    tenants text[],
    horizon interval,
    replan boolean,
    pass text,
    longest_wait integer
)
RETURNS text[]
LANGUAGE plpgsql
AS $$
DECLARE
    window_end CONSTANT pg_catalog.timestamptz := topoff.planning_window_end(horizon, pg_catalog.now());
    locked pg_catalog.text[];
    error_state pg_catalog.text;
    error_message pg_catalog.text;
BEGIN
    PERFORM pg_catalog.set_config('lock_timeout', longest_wait::pg_catalog.text, true);
    BEGIN
        locked := topoff.try_lock_tenants(tenants);
        IF replan THEN
            INSERT INTO topoff.run_tenants (run_id, tenant_id, removed, created)
            SELECT run_batch.run_id, done.tenant_id,
                   pg_catalog.sum(done.removed)::pg_catalog.int4, pg_catalog.sum(done.created)::pg_catalog.int4
            FROM topoff.replan_slots(locked, pg_catalog.now(), window_end) AS done
            GROUP BY done.tenant_id;
        ELSE
            INSERT INTO topoff.run_tenants (run_id, tenant_id, created)
            SELECT run_batch.run_id, done.tenant_id, done.created
            FROM topoff.insert_planned_slots(locked, pg_catalog.now(), window_end, false) AS done;
        END IF;
        -- What the application has deferred to the commit must fail here, where it hurts one tenant.
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
        GET STACKED DIAGNOSTICS error_state = RETURNED_SQLSTATE, error_message = MESSAGE_TEXT;
        locked := ARRAY[]::pg_catalog.text[];
    END;
    RETURN topoff.enter_step(run_id, tenants, locked, pass, error_state, error_message);
END;
$$;

COMMENT ON FUNCTION topoff.run_batch(bigint, text[], interval, boolean, text, integer) IS
'For topoff_all_tenants(): tops off, or with replan re-plans, these tenants up to now + horizon and enters in the ledger, under the run, who got how many slots. Returns those that are to be tried again: in the pass ''all'' whoever could not be done; in the pass ''again'', which is for one tenant at a time, whom somebody holds a lock of; in the pass ''last'' nobody. The others that could not be done are entered as failures. longest_wait: for how many milliseconds it waits for a lock.';

REVOKE ALL ON FUNCTION topoff.run_batch(bigint, text[], interval, boolean, text, integer) FROM PUBLIC;
