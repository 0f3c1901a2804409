-- Takes from an isolated role what grant_api_privileges() gave it. What the note says is looked up in the list
-- and never executed: whoever may comment on a policy must not have a superuser run his text.
CREATE OR REPLACE FUNCTION topoff.revoke_api_privileges(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    noted CONSTANT text[] := topoff.isolation_grants(api_role);
    listed text;
BEGIN
    FOR listed IN
        SELECT needed.privilege FROM topoff.api_privileges(api_role) AS needed
        WHERE needed.privilege = ANY (noted)
    LOOP
        EXECUTE format('REVOKE %s FROM %s', listed, api_role);
    END LOOP;
    EXECUTE format('COMMENT ON POLICY %I ON public.post_instances IS %L', topoff.isolation_policy(api_role),
                   'The role sees the tenant in app.tenant_id, or none. Granted along with it: []');
END;
$$;

COMMENT ON FUNCTION topoff.revoke_api_privileges(regrole) IS
'Takes from a role that is held to one tenant what topoff.grant_api_privileges() gave it, and leaves what it had before. Called by topoff.unisolate_tenants() and before an upgrade or a downgrade.';

REVOKE ALL ON FUNCTION topoff.revoke_api_privileges(regrole) FROM PUBLIC;
