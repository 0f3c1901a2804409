-- Which tables hold something of a tenant: before a name is given up, or taken.
--
-- row_security = off: where a policy would hide rows from the caller that is an error (42501), not a no.
CREATE OR REPLACE FUNCTION topoff.tables_of_tenant(tenant text)
RETURNS regclass[]
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    listed regclass;
    is_there boolean;
    found_in regclass[] := ARRAY[]::regclass[];
BEGIN
    FOREACH listed IN ARRAY topoff.isolated_tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS held WHERE held.tenant_id = $1)', listed)
        INTO is_there USING tenant;
        IF is_there THEN
            found_in := found_in || listed;
        END IF;
    END LOOP;
    RETURN found_in;
END;
$$;

COMMENT ON FUNCTION topoff.tables_of_tenant(text) IS
'The tables that hold rows of this tenant, of those in topoff.isolated_tables(); {} for a name that nothing has.
Errors: 42501 where row-level security would hide rows from the caller.';

REVOKE ALL ON FUNCTION topoff.tables_of_tenant(text) FROM PUBLIC;
