-- Takes from an isolated role what grant_api_privileges() gave it.
--
-- What is executed is built from the list (api_privileges) alone; the note only says which of it (isolation_grants).
-- To revoke SELECT on a table is to revoke it on every column, so single columns that the role had before, or has been
-- given since, are given back. Not every REVOKE that changes nothing is an error to PostgreSQL; here it is one.
CREATE OR REPLACE FUNCTION topoff.revoke_api_privileges(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    noted CONSTANT text[] := topoff.isolation_grants(api_role);
    own_columns CONSTANT text[] := ARRAY(
        SELECT format('GRANT %s (%I) ON %s TO %s%s', entry.privilege_type, attribute.attname, class.oid::regclass,
                      api_role, CASE WHEN entry.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM topoff.api_privileges(api_role) AS listed
        JOIN pg_class AS class ON listed.privilege = 'SELECT ON ' || class.oid::regclass
        JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND NOT attribute.attisdropped
        CROSS JOIN LATERAL aclexplode(attribute.attacl) AS entry
        WHERE listed.privilege = ANY (noted) AND listed.granted_by <> '{}'
          AND class.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
          AND entry.grantee = api_role AND entry.grantor = class.relowner AND entry.privilege_type = 'SELECT'
    );
    given record;
    statement text;
BEGIN
    FOR given IN
        SELECT listed.privilege, listed.granted_by
        FROM topoff.api_privileges(api_role) AS listed
        WHERE listed.privilege = ANY (noted) AND listed.granted_by <> '{}'
    LOOP
        EXECUTE format('REVOKE %s FROM %s', given.privilege, api_role);
        IF EXISTS (
            SELECT FROM topoff.api_privileges(api_role) AS listed
            WHERE listed.privilege = given.privilege AND listed.granted_by = given.granted_by
        ) THEN
            RAISE EXCEPTION 'role "%" may not revoke % from role "%"', current_user, given.privilege,
                    (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role)
                USING ERRCODE = 'insufficient_privilege',
                      DETAIL = format('It was granted by %s.', array_to_string(given.granted_by, ', ')),
                      HINT = format('As that role: REVOKE %s FROM %s;', given.privilege, api_role);
        END IF;
    END LOOP;
    FOREACH statement IN ARRAY own_columns LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('COMMENT ON POLICY %I ON public.post_instances IS %L', topoff.isolation_policy(api_role),
                   'The role sees the tenant in app.tenant_id, or none. Granted along with it: []');
END;
$$;

COMMENT ON FUNCTION topoff.revoke_api_privileges(regrole) IS
'Takes from a role that is held to one tenant what topoff.grant_api_privileges() gave it, and leaves what it had before. Called by topoff.unisolate_tenants() and before an upgrade or a downgrade.
Errors: 42501 where the caller may not revoke it; 2BP01 where the role has passed it on.';

REVOKE ALL ON FUNCTION topoff.revoke_api_privileges(regrole) FROM PUBLIC;
