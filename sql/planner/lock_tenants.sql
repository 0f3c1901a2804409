-- Makes callers that change the same tenant's calendar take turns, until the end of the transaction.
--
-- To be called in a statement of its own before the statement that reads the calendar: a lock inside
-- that statement would come after its snapshot, and the second caller would not see what the first
-- one did. In the order of the names, so that two callers with several tenants cannot deadlock.
CREATE OR REPLACE FUNCTION topoff.lock_tenants(tenants text[])
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(topoff.tenant_lock(ordered.tenant))
    FROM (SELECT tenant FROM unnest(tenants) AS tenant ORDER BY tenant) AS ordered;
END;
$$;

COMMENT ON FUNCTION topoff.lock_tenants(text[]) IS
'Takes the transaction-level advisory lock of each tenant, topoff.tenant_lock(tenant), in the order of their names. Plain reads and writes of the tables do not wait for it.';

REVOKE ALL ON FUNCTION topoff.lock_tenants(text[]) FROM PUBLIC;
