-- How long the transaction has lasted, in milliseconds: in a nightly run, the step.
CREATE OR REPLACE FUNCTION topoff.waited()
RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN 1 + 1000 * extract(epoch FROM clock_timestamp() - now());
END;
$$;

COMMENT ON FUNCTION topoff.waited() IS
'For topoff_all_tenants(): the milliseconds since the transaction began, and one more.';

REVOKE ALL ON FUNCTION topoff.waited() FROM PUBLIC;
