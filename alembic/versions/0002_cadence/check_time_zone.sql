-- Refuses a time zone that is not an IANA name in its exact spelling.
--
-- PostgreSQL takes almost anything for a zone: UTC+5 (and means five hours west), EST, any case. Such
-- a zone would plan slots at wrong hours without a word, so it is refused when it is written. The
-- look-up reads the zone files, some 30 ms; hence one look-up a statement, and none where no new zone
-- comes in, rather than one a row or one a night.
CREATE OR REPLACE FUNCTION topoff.check_time_zone()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_zones text[];
    zone_names text[];
    refused text;
    meant text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        new_zones := ARRAY(SELECT DISTINCT timezone FROM written WHERE timezone <> 'UTC');
    ELSE
        new_zones := ARRAY(SELECT timezone FROM written WHERE timezone <> 'UTC'
                           EXCEPT SELECT timezone FROM overwritten);
    END IF;
    IF new_zones = '{}' THEN
        RETURN NULL;
    END IF;

    zone_names := ARRAY(
        SELECT zone.name
        FROM pg_timezone_names AS zone
        WHERE zone.name LIKE '%/%' AND zone.name !~ '^(Etc|posix|right)/'
    );
    SELECT zone INTO refused FROM unnest(new_zones) AS zone
    WHERE zone <> ALL (zone_names) ORDER BY zone LIMIT 1;
    IF refused IS NOT NULL THEN
        SELECT name INTO meant FROM unnest(zone_names) AS name WHERE lower(name) = lower(refused);
        RAISE EXCEPTION 'time zone "%" is not an IANA zone name', refused
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'An account''s time zone is UTC or a name such as Europe/London in its exact spelling: '
                           'no offset (UTC+5), no abbreviation (EST), nothing below Etc/.',
                  HINT = CASE WHEN meant IS NOT NULL THEN format('Did you mean "%s"?', meant)
                              ELSE 'The names this server knows: SELECT name FROM pg_timezone_names.' END,
                  TABLE = TG_TABLE_NAME, SCHEMA = TG_TABLE_SCHEMA, COLUMN = 'timezone';
    END IF;
    RETURN NULL;
END;
$$;

CREATE OR REPLACE TRIGGER check_time_zone_on_insert
AFTER INSERT ON public.channel_accounts
REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION topoff.check_time_zone();

CREATE OR REPLACE TRIGGER check_time_zone_on_update
AFTER UPDATE ON public.channel_accounts
REFERENCING NEW TABLE AS written OLD TABLE AS overwritten
FOR EACH STATEMENT EXECUTE FUNCTION topoff.check_time_zone();

COMMENT ON FUNCTION topoff.check_time_zone() IS
'Trigger: refuses a channel_accounts.timezone that is not an IANA zone name in its exact spelling (22023, names the value). Looks at zones that a statement brings in, not at those already there.';
COMMENT ON TRIGGER check_time_zone_on_insert ON public.channel_accounts IS
'A new account''s time zone is an IANA name.';
COMMENT ON TRIGGER check_time_zone_on_update ON public.channel_accounts IS
'A changed time zone is an IANA name.';

REVOKE ALL ON FUNCTION topoff.check_time_zone() FROM PUBLIC;
