-- Ends a nightly run in the ledger.
CREATE OR REPLACE FUNCTION topoff.finish_run(run_id bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    UPDATE topoff.runs AS run
    SET finished_at = clock_timestamp(),
        status = CASE WHEN run.failed > 0 THEN 'failed' ELSE 'succeeded' END
    WHERE run.id = run_id;
END;
$$;

COMMENT ON FUNCTION topoff.finish_run(bigint) IS
'For topoff_all_tenants(): closes the run''s row in topoff.runs as succeeded or failed.';

REVOKE ALL ON FUNCTION topoff.finish_run(bigint) FROM PUBLIC;
