-- A calendar is shown also where the server has forgotten an account's time zone: names vanish with packages.
CREATE OR REPLACE FUNCTION topoff.known_time_zone(zone text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM now() AT TIME ZONE zone;
    RETURN zone;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN NULL;
END;
$$;

COMMENT ON FUNCTION topoff.known_time_zone(text) IS
'The zone itself where this server can tell its time, else NULL. No check of how it is spelt: that is topoff.require_time_zone().';

REVOKE ALL ON FUNCTION topoff.known_time_zone(text) FROM PUBLIC;
