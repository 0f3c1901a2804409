-- The name of the policies that hold a role to one tenant, on every one of the isolated tables.
--
-- Found by the role that they are for: a role may have been renamed since, and has another oid after a
-- restore. New ones are named by the oid, because a role's name can be as long as a policy's; where another
-- role's policy came with a restore and has that name, there is a number behind it.
CREATE OR REPLACE FUNCTION topoff.isolation_policy(api_role regrole)
RETURNS name
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN coalesce(
        (SELECT policy.polname
         FROM pg_policy AS policy
         WHERE policy.polrelid = ANY (topoff.isolated_tables())
           AND policy.polname LIKE 'topoff\_one\_tenant\_%'
           AND policy.polroles = ARRAY[api_role::oid]
         ORDER BY policy.polrelid <> 'public.post_instances'::regclass, policy.polname
         LIMIT 1),
        (SELECT candidate.name
         FROM generate_series(1, 1000) AS attempt
         CROSS JOIN LATERAL (
             SELECT 'topoff_one_tenant_' || api_role::oid
                    || CASE WHEN attempt = 1 THEN '' ELSE '_' || attempt::text END AS name
         ) AS candidate
         WHERE NOT EXISTS (
             SELECT FROM pg_policy AS policy
             WHERE policy.polrelid = ANY (topoff.isolated_tables()) AND policy.polname = candidate.name
         )
         ORDER BY attempt
         LIMIT 1));
END;
$$;

COMMENT ON FUNCTION topoff.isolation_policy(regrole) IS
'The name of the restrictive policies of isolate_tenants() for this role, whether it is isolated or is going to be.';

REVOKE ALL ON FUNCTION topoff.isolation_policy(regrole) FROM PUBLIC;
