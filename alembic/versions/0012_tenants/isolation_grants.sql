-- What isolate_tenants() had to grant the role: those of the list (api_privileges) that the comment of its policy
-- on post_instances names.
--
-- The comment is only ever asked whether it names a privilege of the list; nothing in it is read as anything else.
-- The tables' owner can edit it, and so decide which of the listed privileges are revoked: all of them are on
-- objects that are his or that run with their caller's rights, so he gains nothing by it.
-- A comment that is gone (pg_restore --no-comments) or no longer ours names all of them: to take away what the role
-- had before is mended with a GRANT, but rights that are left to a role that nothing holds any more show it every tenant.
CREATE OR REPLACE FUNCTION topoff.isolation_grants(api_role regrole)
RETURNS text[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    note CONSTANT text := (
        SELECT obj_description(policy.oid, 'pg_policy')
        FROM pg_policy AS policy
        WHERE policy.polrelid = 'public.post_instances'::regclass
          AND policy.polname = topoff.isolation_policy(api_role)
    );
BEGIN
    IF api_role IN (SELECT isolated FROM topoff.isolated_roles() AS isolated) THEN
        RETURN ARRAY(
            SELECT needed.privilege
            FROM topoff.api_privileges(api_role) AS needed
            WHERE strpos(note, to_json(needed.privilege)::text) > 0
               OR (note ~ 'Granted along with it: \[.*\]$') IS NOT TRUE
        );
    END IF;
    RETURN NULL;
END;
$$;

COMMENT ON FUNCTION topoff.isolation_grants(regrole) IS
'The privileges of topoff.api_privileges() that isolate_tenants() gave the role, those that it held before left out; all of them where the note of that is lost; NULL where the role is not isolated.';

REVOKE ALL ON FUNCTION topoff.isolation_grants(regrole) FROM PUBLIC;
