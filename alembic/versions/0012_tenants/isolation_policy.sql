-- The name of the policies that hold a role to one tenant, on every one of the isolated tables.
--
-- Found by the role that they are for: a role may have been renamed since, and has another oid after a
-- restore. New ones are named by the oid, because a role's name can be as long as a policy's.
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
         WHERE policy.polrelid = 'public.post_instances'::regclass
           AND policy.polname LIKE 'topoff\_one\_tenant\_%'
           AND policy.polroles = ARRAY[api_role::oid]),
        'topoff_one_tenant_' || api_role::oid);
END;
$$;

COMMENT ON FUNCTION topoff.isolation_policy(regrole) IS
'The name of the restrictive policies of isolate_tenants() for this role, whether it is isolated or is going to be.';

REVOKE ALL ON FUNCTION topoff.isolation_policy(regrole) FROM PUBLIC;
