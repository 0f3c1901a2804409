-- Begins the next transaction of a nightly run: takes the run's lock again (see start_run).
--
-- The only one to wait for is a second run that looks whether this one lives; whatever lock_timeout the
-- role has is not for that. Should that one have come to the wrong answer, it does the work, and going on
-- here would make two.
CREATE OR REPLACE FUNCTION topoff.resume_run(run_id bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1min'
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('topoff_all_tenants', 0));
    IF NOT EXISTS (SELECT FROM topoff.runs AS run WHERE run.id = run_id AND run.status = 'running') THEN
        RAISE EXCEPTION 'run % of topoff_all_tenants is no longer running in the ledger', run_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Somebody closed it, or a later run took it for dead. What it had committed stands.',
                  HINT = 'CALL topoff_all_tenants() creates what is still missing.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.resume_run(bigint) IS
'For topoff_all_tenants(): holds the advisory lock of the nightly run, hashtextextended(''topoff_all_tenants'', 0), for this transaction. Fails (55000) where the run is no longer marked running.';

REVOKE ALL ON FUNCTION topoff.resume_run(bigint) FROM PUBLIC;
