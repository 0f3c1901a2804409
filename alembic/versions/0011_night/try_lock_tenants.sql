-- Locks those of the tenants that nobody else has locked, as lock_tenants() does, and waits for none.
CREATE OR REPLACE FUNCTION topoff.try_lock_tenants(tenants text[])
RETURNS text[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN ARRAY(
        SELECT tenant FROM unnest(tenants) AS tenant
        WHERE pg_try_advisory_xact_lock(topoff.tenant_lock(tenant))
    );
END;
$$;

COMMENT ON FUNCTION topoff.try_lock_tenants(text[]) IS
'For topoff_all_tenants(): takes the transaction-level advisory locks of these tenants, as lock_tenants() does, without waiting, and returns the tenants whose lock it got.';

REVOKE ALL ON FUNCTION topoff.try_lock_tenants(text[]) FROM PUBLIC;
