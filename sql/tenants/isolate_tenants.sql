-- Holds the API's role to one tenant at a time: the one in the setting app.tenant_id.
--
-- A permissive policy for everybody and a restrictive one for the role: other roles see no difference,
-- the API's sees the rows of one tenant, or none where the setting is absent. On a table whose
-- row-level security the application has enabled itself, who may see what is its own affair, and only
-- the restrictive policy is added. What had to be granted is noted in the comment of that policy on
-- post_instances, so that unisolate_tenants() takes away nothing that the role had before.
CREATE OR REPLACE FUNCTION topoff.isolate_tenants(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '3s'
SET client_min_messages = warning
AS $$
DECLARE
    role_name CONSTANT name := (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role);
    isolated regclass;
    one_tenant name;
    noted text[];
    members text;
BEGIN
    PERFORM topoff.require_isolable_role(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        IF EXISTS (
            SELECT FROM pg_policy AS policy
            JOIN pg_class AS class ON class.oid = policy.polrelid
            WHERE class.oid = isolated AND NOT class.relrowsecurity AND policy.polname NOT LIKE 'topoff\_%'
        ) THEN
            RAISE EXCEPTION 'table % has policies that are not in force', isolated
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = 'Enabling row-level security would put them in force, and so change what other '
                               'roles see.',
                      HINT = format('Put them in force: ALTER TABLE %s ENABLE ROW LEVEL SECURITY; or drop them.',
                                    isolated);
        END IF;
    END LOOP;

    one_tenant := topoff.isolation_policy(api_role);
    noted := coalesce(topoff.isolation_grants(api_role), '{}');
    PERFORM topoff.drop_isolation_policies(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        IF NOT (SELECT class.relrowsecurity FROM pg_class AS class WHERE class.oid = isolated) THEN
            EXECUTE format('DROP POLICY IF EXISTS topoff_everybody ON %s', isolated);
            EXECUTE format('CREATE POLICY topoff_everybody ON %s USING (true) WITH CHECK (true)', isolated);
            EXECUTE format('COMMENT ON POLICY topoff_everybody ON %s IS %L', isolated,
                           'Leaves every role but isolated ones as it was before isolate_tenants().');
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', isolated);
        END IF;
        -- Once a SET LOCAL has ended, the setting is not absent but empty.
        EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE TO %s '
                       'USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')) '
                       'WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), ''''))',
                       one_tenant, isolated, api_role);
        EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', one_tenant, isolated,
                       'The role sees the tenant in app.tenant_id, or none.'
                       || CASE WHEN isolated = 'public.post_instances'::regclass
                               THEN ' Granted along with it: ' || to_json(noted)::text ELSE '' END);
    END LOOP;
    PERFORM topoff.grant_api_privileges(api_role);

    SELECT string_agg(role.rolname, ', ' ORDER BY role.rolname) INTO members
    FROM pg_roles AS role
    WHERE pg_has_role(role.oid, api_role, 'USAGE')
      AND role.oid <> api_role AND NOT role.rolsuper AND NOT role.rolbypassrls;
    IF members IS NOT NULL THEN
        RAISE WARNING 'members of role "%" are held to one tenant too: %', role_name, members
            USING HINT = 'Where that is not meant, take the role from them with REVOKE.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.isolate_tenants(regrole) IS
'Grants the API''s role what it needs to call the calendar''s functions (api_privileges(), as far as it does not hold it yet) and enables row-level security, so that it sees and writes only the rows of the tenant in the setting app.tenant_id, and none where that is absent; every other role is as before, but members of this one, which a WARNING names. May be called again, and then grants what has been lost meanwhile. Takes ACCESS EXCLUSIVE locks on the tables for a moment, and gives up after 3 seconds of waiting. unisolate_tenants() takes it back.
Errors: 22004 for NULL; 55000 for a role that could get round row-level security, with what to revoke in the HINT, and for a table with policies that are not in force; 0A000 on a server with Citus; 42501 where the caller may not grant what is needed.';

REVOKE ALL ON FUNCTION topoff.isolate_tenants(regrole) FROM PUBLIC;
