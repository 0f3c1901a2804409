-- Drops the policies that hold a role to one tenant, whatever they are called and on whichever tables they are left.
CREATE OR REPLACE FUNCTION topoff.drop_isolation_policies(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT policy.polname, policy.polrelid::regclass AS isolated
        FROM pg_policy AS policy
        WHERE policy.polrelid = ANY (topoff.isolated_tables())
          AND policy.polname LIKE 'topoff\_one\_tenant\_%'
          AND policy.polroles = ARRAY[api_role::oid]
        ORDER BY array_position(topoff.isolated_tables(), policy.polrelid::regclass)
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', held.polname, held.isolated);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff.drop_isolation_policies(regrole) IS
'For topoff.isolate_tenants() and topoff.unisolate_tenants(): drops the restrictive policies of this role.';

REVOKE ALL ON FUNCTION topoff.drop_isolation_policies(regrole) FROM PUBLIC;
