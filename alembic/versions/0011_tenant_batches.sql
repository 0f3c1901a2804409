-- The tenants that a nightly run has to look at, some at a time.
CREATE OR REPLACE FUNCTION public.tenant_batches(tenants_a_batch integer)
RETURNS SETOF text[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
BEGIN
    RETURN QUERY
    SELECT array_agg(numbered.tenant_id ORDER BY numbered.tenant_id)
    FROM (
        SELECT tenant.tenant_id::text, (row_number() OVER (ORDER BY tenant.tenant_id) - 1) / tenants_a_batch AS batch
        FROM (
            SELECT DISTINCT account.tenant_id
            FROM public.channel_accounts AS account
            WHERE account.status = 'active' AND account.posts_per_week > 0
        ) AS tenant
    ) AS numbered
    GROUP BY numbered.batch
    ORDER BY numbered.batch;
END;
$$;

COMMENT ON FUNCTION public.tenant_batches(integer) IS
'For topoff_all_tenants(): the tenants that have an active account with a cadence, in the order of their names, so many at a time.';

REVOKE ALL ON FUNCTION public.tenant_batches(integer) FROM PUBLIC;
