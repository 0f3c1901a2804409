-- Whether slots can be planned in a time zone: names vanish with packages and restores, and a column of the
-- application's may hold anything.
--
-- To look into pg_timezone_names takes 30 ms; to try takes microseconds. What the server takes and is no name,
-- such as UTC+5 (which means five hours west), has a digit in it: it would plan slots at wrong hours
-- without a word.
CREATE OR REPLACE FUNCTION topoff.is_known_zone(zone text)
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (zone !~ '[0-9]' AND now() AT TIME ZONE zone IS NOT NULL) IS TRUE;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN false;
END;
$$;

COMMENT ON FUNCTION topoff.is_known_zone(text) IS
'True where this server knows a time zone of that name now. Offsets and POSIX forms (UTC+5, EST5EDT), an empty name and NULL are not known. Whether a name may be written is another question: topoff.check_time_zone().';

REVOKE ALL ON FUNCTION topoff.is_known_zone(text) FROM PUBLIC;
