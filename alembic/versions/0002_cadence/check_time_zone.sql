-- Refuses an account's time zone that is not an IANA name in its exact spelling, when it is written.
--
-- Only where the column is ours: one that the application has, or has taken over, it writes by its own
-- rules, and its pages must not fail. (An account with a zone that nobody knows plans nothing.) Zones that
-- were there before a statement pass, for the server may have forgotten one since.
CREATE OR REPLACE FUNCTION topoff.check_time_zone()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    new_zones text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        new_zones := ARRAY(SELECT DISTINCT timezone::text FROM written);
    ELSE
        new_zones := ARRAY(SELECT timezone::text FROM written EXCEPT SELECT timezone::text FROM overwritten);
    END IF;
    new_zones := array_remove(array_remove(new_zones, 'UTC'), NULL);
    IF new_zones <> '{}' AND topoff.is_our_column(TG_RELID, 'timezone') THEN
        PERFORM topoff.require_time_zone(new_zone)
        FROM (SELECT new_zone FROM unnest(new_zones) AS new_zone ORDER BY new_zone) AS ordered;
    END IF;
    RETURN NULL;
EXCEPTION
    WHEN undefined_column THEN  -- the application has dropped it
        RETURN NULL;
END;
$$;

DO $triggers$
BEGIN
    IF topoff.is_our_column('public.channel_accounts', 'timezone') THEN
        CREATE OR REPLACE TRIGGER check_time_zone_on_insert
        AFTER INSERT ON public.channel_accounts
        REFERENCING NEW TABLE AS written
        FOR EACH STATEMENT EXECUTE FUNCTION topoff.check_time_zone();

        CREATE OR REPLACE TRIGGER check_time_zone_on_update
        AFTER UPDATE ON public.channel_accounts
        REFERENCING NEW TABLE AS written OLD TABLE AS overwritten
        FOR EACH STATEMENT EXECUTE FUNCTION topoff.check_time_zone();

        COMMENT ON TRIGGER check_time_zone_on_insert ON public.channel_accounts IS
        'A new account''s time zone is an IANA name.';
        COMMENT ON TRIGGER check_time_zone_on_update ON public.channel_accounts IS
        'A changed time zone is an IANA name.';
    END IF;
END;
$triggers$;

COMMENT ON FUNCTION topoff.check_time_zone() IS
'Trigger: refuses a channel_accounts.timezone that is not an IANA zone name in its exact spelling (22023, names the value), while that column is ours. Looks at zones that a statement brings in, not at those already there.';

REVOKE ALL ON FUNCTION topoff.check_time_zone() FROM PUBLIC;
