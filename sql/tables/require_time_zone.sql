-- A zone that is not what it seems would plan or show posts at wrong hours without a word.
CREATE OR REPLACE FUNCTION topoff.require_time_zone(zone text)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    meant CONSTANT text := topoff.time_zone_name(zone);
BEGIN
    IF zone IS NULL THEN
        RAISE EXCEPTION 'timezone must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for UTC.';
    ELSIF meant = zone THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'time zone "%" is not an IANA zone name', zone
        USING ERRCODE = 'invalid_parameter_value',
              DETAIL = 'A time zone is UTC or a name such as Europe/London in its exact spelling: '
                       'no offset (UTC+5), no abbreviation (EST), nothing below Etc/.',
              HINT = CASE WHEN meant IS NOT NULL THEN format('Did you mean "%s"?', meant)
                          ELSE 'The names this server knows: SELECT name FROM pg_timezone_names.' END,
              COLUMN = 'timezone';
END;
$$;

COMMENT ON FUNCTION topoff.require_time_zone(text) IS
'Fails unless the text is the name of a time zone in its exact spelling (topoff.time_zone_name): 22004 for NULL, 22023 for anything else, with what may have been meant in the HINT. For the zone of an account and for one that a calendar is shown in.';

-- Whoever writes an account has a trigger call this.
GRANT EXECUTE ON FUNCTION topoff.require_time_zone(text) TO PUBLIC;
