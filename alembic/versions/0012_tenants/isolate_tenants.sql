-- Holds the API's role to one tenant at a time: the one in the setting app.tenant_id.
--
-- A permissive policy for everybody and a restrictive one for the role: other roles see no difference,
-- the API's sees the rows of one tenant, or none where the setting is absent. On a table whose
-- row-level security the application has enabled itself, who may see what is its own affair, and only
-- the restrictive policy is added. What had to be granted is noted in that policy's comment, so that
-- unisolate_tenants() takes away nothing that the role had before.
CREATE OR REPLACE FUNCTION topoff.isolate_tenants(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '3s'
SET client_min_messages = warning
AS $$
DECLARE
    role_name CONSTANT name := (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role);
    one_tenant CONSTANT name := topoff.isolation_policy(api_role);
    isolated regclass;
    noted text[];
    beyond text;
    members text;
BEGIN
    IF role_name IS NULL THEN
        RAISE EXCEPTION 'api_role must not be null or unknown'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Name the role that the API connects as.';
    ELSIF EXISTS (
        SELECT FROM pg_roles AS role
        WHERE role.oid = api_role AND (role.rolsuper OR role.rolbypassrls)
    ) OR EXISTS (
        SELECT FROM pg_class AS class
        WHERE class.oid = ANY (topoff.isolated_tables()) AND pg_has_role(api_role, class.relowner, 'USAGE')
    ) THEN
        RAISE EXCEPTION 'role "%" cannot be held to one tenant', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Row-level security does not apply to superusers, to roles with BYPASSRLS and to the '
                           'owner of a table or a member of its role.',
                  HINT = 'Let the API connect as a role of its own: CREATE ROLE api LOGIN.';
    END IF;
    SELECT string_agg(relation::text, ', ') INTO beyond
    FROM unnest(topoff.isolated_tables()) AS relation
    WHERE has_table_privilege(api_role, relation, 'TRUNCATE, REFERENCES, TRIGGER');
    IF beyond IS NOT NULL THEN
        RAISE EXCEPTION 'role "%" has privileges that row-level security does not hold', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('TRUNCATE, REFERENCES or TRIGGER on %s.', beyond),
                  HINT = format('Where it has them itself: REVOKE TRUNCATE, REFERENCES, TRIGGER ON %s FROM %s;',
                                beyond, api_role);
    END IF;
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

    noted := topoff.isolation_grants(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        IF NOT (SELECT class.relrowsecurity FROM pg_class AS class WHERE class.oid = isolated) THEN
            EXECUTE format('DROP POLICY IF EXISTS topoff_everybody ON %s', isolated);
            EXECUTE format('CREATE POLICY topoff_everybody ON %s USING (true) WITH CHECK (true)', isolated);
            EXECUTE format('COMMENT ON POLICY topoff_everybody ON %s IS %L', isolated,
                           'Leaves every role but isolated ones as it was before isolate_tenants().');
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', isolated);
        END IF;
        EXECUTE format('DROP POLICY IF EXISTS %I ON %s', one_tenant, isolated);
        -- Once a SET LOCAL has ended, the setting is not absent but empty.
        EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE TO %s '
                       'USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')) '
                       'WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), ''''))',
                       one_tenant, isolated, api_role);
        EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', one_tenant, isolated,
                       'The role sees the tenant in app.tenant_id, or none. Granted along with it: '
                       || to_json(coalesce(noted, '{}'))::text);
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
'Grants the API''s role what it needs to call the calendar''s functions (api_privileges(), as far as it does not hold it yet) and enables row-level security, so that it sees and writes only the rows of the tenant in the setting app.tenant_id, and none where that is absent; every other role is as before, but members of this one, which a WARNING names. May be called again, and should be after a new release. Takes ACCESS EXCLUSIVE locks on the tables for a moment, and gives up after 3 seconds of waiting. unisolate_tenants() takes it back.
Errors: 22004 for NULL; 55000 for a superuser, a role with BYPASSRLS and one with the rights of the tables'' owner or with TRUNCATE, REFERENCES or TRIGGER on them, which row-level security does not hold, and for a table with policies that are not in force; 42501 where the caller may not grant what is needed.';

REVOKE ALL ON FUNCTION topoff.isolate_tenants(regrole) FROM PUBLIC;
