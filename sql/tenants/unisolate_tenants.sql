-- Takes back what isolate_tenants() did for a role.
CREATE OR REPLACE FUNCTION topoff.unisolate_tenants(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '3s'
AS $$
DECLARE
    isolated regclass;
BEGIN
    IF topoff.isolation_grants(api_role) IS NULL THEN
        RAISE EXCEPTION 'role % is not isolated', coalesce(api_role::text, 'NULL')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'The isolated ones: SELECT * FROM topoff.isolated_roles();';
    END IF;
    PERFORM topoff.revoke_api_privileges(api_role);
    PERFORM topoff.drop_isolation_policies(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        -- The last isolated role turns off the light, unless the application has policies of its own.
        IF (SELECT array_agg(policy.polname) = '{topoff_everybody}'
            FROM pg_policy AS policy WHERE policy.polrelid = isolated) THEN
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', isolated);
            EXECUTE format('DROP POLICY topoff_everybody ON %s', isolated);
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff.unisolate_tenants(regrole) IS
'Takes back what isolate_tenants() did for this role: its policies and the privileges it was granted then, and, with the last isolated role, row-level security itself.
Errors: 55000 for a role that is not isolated; 42501 where the caller may not revoke what was granted; 2BP01 where the role has passed it on.';

REVOKE ALL ON FUNCTION topoff.unisolate_tenants(regrole) FROM PUBLIC;
