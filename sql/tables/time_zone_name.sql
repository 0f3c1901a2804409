-- The one place for the rule what a time zone's name is: UTC, or a name with a slash in it that the server's
-- time zone database has, but for Etc/ (whose signs are the wrong way round), posix/ and right/.
--
-- PostgreSQL takes almost anything for a zone: UTC+5 (and means five hours west), EST, any case. As the value
-- of TimeZone it becomes the name in its own spelling: in that of its file, or in capitals throughout where it
-- is a POSIX rule and no file (which no IANA name with a slash is). The file is looked for once a session,
-- where a look-up in pg_timezone_names reads all of them each time, some 30 ms.
CREATE OR REPLACE FUNCTION topoff.time_zone_name(zone text)
RETURNS text
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
AS $$
BEGIN
    IF zone = 'UTC' THEN
        RETURN zone;
    ELSIF zone NOT LIKE '%/%' OR zone ~* '^(etc|posix|right)/' THEN
        RETURN CASE WHEN upper(zone) = 'UTC' THEN 'UTC' END;
    END IF;
    PERFORM set_config('timezone', zone, true);
    IF current_setting('timezone') ~ '[a-z]' COLLATE "C" AND zone IS NOT NULL THEN
        RETURN current_setting('timezone');
    END IF;
    RETURN NULL;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN NULL;
END;
$$;

COMMENT ON FUNCTION topoff.time_zone_name(text) IS
'The time zone''s name in its exact spelling: UTC, or an IANA name such as Europe/London that this server knows. NULL for anything else: an offset (UTC+5), an abbreviation (EST), Etc/, posix/, right/, NULL. A zone is well spelt where topoff.time_zone_name(zone) = zone.';

-- Whoever writes an account has a trigger call this.
GRANT EXECUTE ON FUNCTION topoff.time_zone_name(text) TO PUBLIC;
