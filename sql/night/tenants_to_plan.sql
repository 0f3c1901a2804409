-- The tenants that a run has to look at, in the order of their names.
--
-- Who waits here holds nothing that anybody needs, so it may take longer than in a step.
CREATE OR REPLACE FUNCTION topoff.tenants_to_plan(replan boolean)
RETURNS TABLE (tenant_id text, accounts bigint, is_last boolean)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET jit = off
SET lock_timeout = '1min'
AS $$
BEGIN
    RETURN QUERY
    SELECT account.tenant_id::text, greatest(count(*), 10),
           lead(account.tenant_id) OVER (ORDER BY account.tenant_id) IS NULL
    FROM public.channel_accounts AS account
    WHERE replan
       OR topoff.plans(account.status::text, account.posts_per_week, EXISTS (
              SELECT FROM topoff.cadences AS cadence
              WHERE cadence.tenant_id = account.tenant_id AND cadence.channel_account_id = account.id
          ))
    GROUP BY account.tenant_id
    ORDER BY account.tenant_id;
END;
$$;

COMMENT ON FUNCTION topoff.tenants_to_plan(boolean) IS
'For topoff_all_tenants(): the tenants that have an account that plans, or with replan any account, in the order of their names: each with the number of such accounts, 10 at the least because a tenant costs a lock, and whether it is the last one.';

REVOKE ALL ON FUNCTION topoff.tenants_to_plan(boolean) FROM PUBLIC;
