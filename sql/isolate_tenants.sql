-- Holds the API's role to one tenant at a time: the one in the setting app.tenant_id.
--
-- A permissive policy for everybody and a restrictive one for the role: other roles see no difference,
-- the API's sees the rows of one tenant, or none where the setting is absent. On a table whose
-- row-level security the application has enabled itself, who may see what is its own affair, and only
-- the restrictive policy is added. What had to be granted is noted in that policy's comment, so that
-- unisolate_tenants() takes away nothing that the role had before.
CREATE OR REPLACE FUNCTION public.isolate_tenants(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '3s'
SET client_min_messages = warning
AS $$
DECLARE
    role_name CONSTANT name := (SELECT rolname FROM pg_roles WHERE oid = api_role);
    isolated regclass;
    wanted record;
    granted text[];
BEGIN
    IF role_name IS NULL THEN
        RAISE EXCEPTION 'api_role must not be null or unknown'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Name the role that the API connects as.';
    ELSIF EXISTS (
        SELECT FROM pg_roles AS role
        WHERE role.oid = api_role AND (role.rolsuper OR role.rolbypassrls)
    ) OR EXISTS (
        SELECT FROM pg_class AS class
        WHERE class.oid = ANY (public.isolated_tables()) AND pg_has_role(api_role, class.relowner, 'USAGE')
    ) THEN
        RAISE EXCEPTION 'role "%" cannot be held to one tenant', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Row-level security does not apply to superusers, to roles with BYPASSRLS and to the '
                           'owner of a table or a member of its role.',
                  HINT = 'Let the API connect as a role of its own: CREATE ROLE api LOGIN.';
    END IF;

    SELECT coalesce(public.isolation_grants(api_role), '{}') INTO granted;
    IF NOT has_schema_privilege(api_role, 'public', 'USAGE') THEN
        granted := granted || 'USAGE ON SCHEMA public'::text;
    END IF;
    FOR wanted IN SELECT * FROM public.api_privileges() LOOP
        IF wanted.routine IS NOT NULL THEN
            CONTINUE WHEN has_function_privilege(api_role, wanted.routine, 'EXECUTE');
            granted := granted || format('EXECUTE ON FUNCTION %s', wanted.routine);
        ELSIF wanted.columns IS NULL THEN
            CONTINUE WHEN has_table_privilege(api_role, wanted.object, wanted.privilege);
            granted := granted || format('%s ON %s', wanted.privilege, wanted.object);
        ELSE
            CONTINUE WHEN (
                SELECT bool_and(has_column_privilege(api_role, wanted.object, wanted_column, wanted.privilege))
                FROM unnest(wanted.columns) AS wanted_column
            );
            granted := granted || format('%s (%s) ON %s', wanted.privilege,
                                         array_to_string(wanted.columns, ', '), wanted.object);
        END IF;
    END LOOP;
    FOR wanted IN SELECT unnest(granted) AS privilege LOOP
        EXECUTE format('GRANT %s TO %I', wanted.privilege, role_name);
    END LOOP;

    FOREACH isolated IN ARRAY public.isolated_tables() LOOP
        IF NOT (SELECT relrowsecurity FROM pg_class WHERE oid = isolated) THEN
            EXECUTE format('CREATE POLICY topoff_everybody ON %s USING (true) WITH CHECK (true)', isolated);
            EXECUTE format('COMMENT ON POLICY topoff_everybody ON %s IS %L', isolated,
                           'Leaves every role but isolated ones as it was before isolate_tenants().');
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', isolated);
        END IF;
        EXECUTE format('DROP POLICY IF EXISTS %I ON %s', public.isolation_policy(api_role), isolated);
        EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE TO %I '
                       'USING (tenant_id = current_setting(''app.tenant_id'', true)) '
                       'WITH CHECK (tenant_id = current_setting(''app.tenant_id'', true))',
                       public.isolation_policy(api_role), isolated, role_name);
        EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', public.isolation_policy(api_role), isolated,
                       'The role sees the tenant in app.tenant_id, or none. Granted along with it: '
                       || to_json(granted)::text);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION public.isolate_tenants(regrole) IS
'Grants the API''s role what it needs to call the calendar''s functions (api_privileges(), as far as it does not hold it yet) and enables row-level security, so that it sees and writes only the rows of the tenant in the setting app.tenant_id, and none where that is absent; every other role is as before. May be called again. Takes ACCESS EXCLUSIVE locks on the tables for a moment, and gives up after 3 seconds of waiting. unisolate_tenants() takes it back.
Errors: 55000 for a superuser, a role with BYPASSRLS and one with the rights of the tables'' owner, which row-level security does not hold.';

REVOKE ALL ON FUNCTION public.isolate_tenants(regrole) FROM PUBLIC;
