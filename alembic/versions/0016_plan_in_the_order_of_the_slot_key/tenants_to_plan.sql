-- The tenants that a run has to take in hand, in the order of their names.
--
-- Who waits here holds nothing that anybody needs, so it may take longer than in a step.
--
-- Who has all the slots needs no step, no locks and no transaction, and to look takes little where many are looked at
-- together. So it looks at some, and goes on with ever more for as long as most of these were of that kind, as
-- they are when a night is run once more. On an ordinary night, when most have a day more to fill, the first look
-- is the last. Who has accounts enough for a step of his own is not looked at, there is nothing to gain.
--
-- Accounts are counted by hashing, without sorts: names compare slowly, and there are fewer tenants than accounts.
CREATE OR REPLACE FUNCTION topoff.tenants_to_plan(run_id bigint, horizon interval, replan boolean)
RETURNS TABLE (tenant_id text, accounts bigint)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_sort = off
SET jit = off
SET lock_timeout = '1min'
AS $$
DECLARE
    -- In accounts: the first look, which is as much as a run's first step, and each that follows.
    first_look CONSTANT bigint := 500;
    further_look CONSTANT bigint := 10000;
    window_end CONSTANT timestamptz := topoff.planning_window_end(horizon, now());
    tenants text[];
    sizes bigint[];
    looked_at text[];
    seen_complete text[];
    complete text[] := '{}'::text[];
BEGIN
    SELECT array_agg(known.tenant_id ORDER BY known.tenant_id), array_agg(known.accounts ORDER BY known.tenant_id)
    INTO tenants, sizes
    FROM (
        SELECT account.tenant_id::text, greatest(count(*), 10) AS accounts
        FROM public.channel_accounts AS account
        WHERE replan
           OR topoff.plans(account.status::text, account.posts_per_week, EXISTS (
                  SELECT FROM topoff.cadences AS cadence
                  WHERE cadence.tenant_id = account.tenant_id AND cadence.channel_account_id = account.id
              ))
        GROUP BY account.tenant_id
    ) AS known;

    PERFORM set_config('lock_timeout', topoff.longest_wait()::text, true);
    FOR looked_at IN
        SELECT array_agg(known.tenant ORDER BY known.place)
        FROM (
            SELECT listed.tenant, listed.place, sum(listed.size) OVER (ORDER BY listed.place) AS total
            FROM unnest(tenants, sizes) WITH ORDINALITY AS listed (tenant, size, place)
            WHERE NOT replan AND listed.size < first_look
        ) AS known
        GROUP BY ceil((known.total - first_look)::numeric / further_look)
        ORDER BY min(known.place)
    LOOP
        seen_complete := topoff.complete_tenants(looked_at, now(), window_end);
        complete := complete || seen_complete;
        EXIT WHEN 2 * cardinality(seen_complete) < cardinality(looked_at);
    END LOOP;
    UPDATE topoff.runs AS run SET tenants = run.tenants + cardinality(complete) WHERE run.id = run_id;

    RETURN QUERY
    SELECT listed.tenant, listed.size
    FROM unnest(tenants, sizes) WITH ORDINALITY AS listed (tenant, size, place)
    WHERE listed.tenant NOT IN (SELECT unnest(complete))
    ORDER BY listed.place;
END;
$$;

COMMENT ON FUNCTION topoff.tenants_to_plan(bigint, interval, boolean) IS
'For topoff_all_tenants(): the tenants that have an account that plans, or with replan any account, in the order of their names, each with the number of such accounts, 10 at the least because a tenant costs a lock. Tenants that were seen to have all their slots are not among them; they are counted in the run''s row.';

REVOKE ALL ON FUNCTION topoff.tenants_to_plan(bigint, interval, boolean) FROM PUBLIC;
