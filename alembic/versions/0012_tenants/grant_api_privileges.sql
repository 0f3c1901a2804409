-- Grants an isolated role what it lacks of the list (api_privileges), and notes what that was in the comment of
-- its policy on post_instances, so that revoke_api_privileges() takes nothing away that the role had before.
CREATE OR REPLACE FUNCTION topoff.grant_api_privileges(api_role regrole)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    noted text[] := topoff.isolation_grants(api_role);
    missing text[] := ARRAY(
        SELECT needed.privilege FROM topoff.api_privileges(api_role) AS needed WHERE NOT needed.held
    );
    privilege text;
BEGIN
    FOREACH privilege IN ARRAY missing LOOP
        EXECUTE format('GRANT %s TO %s', privilege, api_role);
        IF privilege <> ALL (noted) THEN
            noted := noted || privilege;
        END IF;
    END LOOP;
    -- A GRANT of what the caller may not pass on can end in a warning.
    missing := ARRAY(
        SELECT needed.privilege FROM topoff.api_privileges(api_role) AS needed WHERE NOT needed.held
    );
    IF missing <> '{}' THEN
        RAISE EXCEPTION 'role "%" may not grant % to role "%"', current_user, missing[1],
                (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role)
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('As the owner or a superuser: GRANT %s TO %s;',
                                array_to_string(missing, format(' TO %s; GRANT ', api_role)), api_role);
    END IF;
    EXECUTE format('COMMENT ON POLICY %I ON public.post_instances IS %L', topoff.isolation_policy(api_role),
                   'The role sees the tenant in app.tenant_id, or none. Granted along with it: '
                   || to_json(ARRAY(SELECT entry FROM unnest(noted) AS entry ORDER BY entry))::text);
END;
$$;

COMMENT ON FUNCTION topoff.grant_api_privileges(regrole) IS
'Grants a role that is held to one tenant what it lacks of topoff.api_privileges(), and notes it. Called by topoff.isolate_tenants() and after an upgrade or a downgrade.
Errors: 42501 where the caller may not grant what is needed.';

REVOKE ALL ON FUNCTION topoff.grant_api_privileges(regrole) FROM PUBLIC;
