-- The name of the policy that holds a role to one tenant.
CREATE OR REPLACE FUNCTION public.isolation_policy(api_role regrole)
RETURNS name
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (SELECT 'topoff_one_tenant_' || role.rolname FROM pg_roles AS role WHERE role.oid = api_role);
END;
$$;

COMMENT ON FUNCTION public.isolation_policy(regrole) IS
'The name of the restrictive policies of isolate_tenants() for this role.';

REVOKE ALL ON FUNCTION public.isolation_policy(regrole) FROM PUBLIC;
