-- Begins the next transaction of a nightly run: locks the run's row again (see start_run).
--
-- The only one to wait for is a second run that looks whether this one lives; whatever lock_timeout the
-- role has is not for that. At this moment the run holds nothing else, so nobody waits for it meanwhile.
-- Should that one have come to the wrong answer, it does the work, and going on here would make two.
CREATE OR REPLACE FUNCTION topoff.resume_run(run_id bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '1min'
AS $$
BEGIN
    PERFORM FROM topoff.runs AS run WHERE run.id = run_id AND run.status = 'running' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % of topoff_all_tenants is no longer running in the ledger', run_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Somebody closed it, or a later run took it for dead. What it had committed stands.',
                  HINT = 'CALL topoff_all_tenants() does what is still to be done.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.resume_run(bigint) IS
'For topoff_all_tenants(): locks the run''s row in topoff.runs for this transaction. Fails (55000) where the run is no longer marked running.';

REVOKE ALL ON FUNCTION topoff.resume_run(bigint) FROM PUBLIC;
