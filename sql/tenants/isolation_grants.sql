-- What isolate_tenants() had to grant the role, as noted in the comment of its policies.
CREATE OR REPLACE FUNCTION topoff.isolation_grants(api_role regrole)
RETURNS text[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT ARRAY(SELECT json_array_elements_text(
                         substring(obj_description(policy.oid, 'pg_policy') FROM '\[.*\]$')::json))
        FROM pg_policy AS policy
        WHERE policy.polrelid = 'public.post_instances'::regclass
          AND policy.polname = topoff.isolation_policy(api_role)
    );
END;
$$;

COMMENT ON FUNCTION topoff.isolation_grants(regrole) IS
'The privileges that isolate_tenants() gave the role, those that it held before left out; NULL where the role is not isolated.';

REVOKE ALL ON FUNCTION topoff.isolation_grants(regrole) FROM PUBLIC;
