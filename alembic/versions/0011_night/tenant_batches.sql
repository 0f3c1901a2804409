-- The tenants that a nightly run has to look at, some at a time: many small ones or a few large ones.
CREATE OR REPLACE FUNCTION topoff.tenant_batches(accounts_a_batch integer)
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
        SELECT tenant.tenant_id,
               div(sum(tenant.weight) OVER (ORDER BY tenant.tenant_id) - tenant.weight, accounts_a_batch) AS batch
        FROM (
            -- No tenant counts for less than ten accounts, because each costs a lock.
            SELECT account.tenant_id::text, greatest(count(*), 10) AS weight
            FROM public.channel_accounts AS account
            WHERE account.status = 'active' AND account.posts_per_week > 0
            GROUP BY account.tenant_id
        ) AS tenant
    ) AS numbered
    GROUP BY numbered.batch
    ORDER BY numbered.batch;
END;
$$;

COMMENT ON FUNCTION topoff.tenant_batches(integer) IS
'For topoff_all_tenants(): the tenants that have an active account with a cadence, in the order of their names, some at a time. A batch takes tenants until they have accounts_a_batch such accounts together, a tenant counting as ten accounts at the least and never being split.';

REVOKE ALL ON FUNCTION topoff.tenant_batches(integer) FROM PUBLIC;
