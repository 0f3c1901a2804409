-- The roles that isolate_tenants() holds to one tenant: those that its restrictive policies are for.
CREATE OR REPLACE FUNCTION topoff.isolated_roles()
RETURNS SETOF regrole
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT role.oid::regrole
    FROM pg_policy AS policy
    JOIN pg_roles AS role ON policy.polroles = ARRAY[role.oid]
    WHERE policy.polrelid = ANY (topoff.isolated_tables())
      AND policy.polname LIKE 'topoff\_one\_tenant\_%';
END;
$$;

COMMENT ON FUNCTION topoff.isolated_roles() IS
'The roles that topoff.isolate_tenants() holds to one tenant.';

REVOKE ALL ON FUNCTION topoff.isolated_roles() FROM PUBLIC;
