-- The number of a tenant's advisory lock, the one place for it.
CREATE OR REPLACE FUNCTION topoff.tenant_lock(tenant text)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
RETURN pg_catalog.hashtextextended('topoff_planned_slots:' OPERATOR(pg_catalog.||) tenant, 0);

COMMENT ON FUNCTION topoff.tenant_lock(text) IS
'The number of the advisory lock that callers which change a tenant''s calendar take.';

REVOKE ALL ON FUNCTION topoff.tenant_lock(text) FROM PUBLIC;
