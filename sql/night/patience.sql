-- How long a nightly run waits for others altogether: the setting topoff.patience, or else five minutes.
CREATE OR REPLACE FUNCTION topoff.patience()
RETURNS integer
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    setting CONSTANT text := coalesce(nullif(current_setting('topoff.patience', true), ''), '5 minutes');
BEGIN
    IF setting::interval >= interval '0' THEN
        RETURN least(1000 * extract(epoch FROM setting::interval), 2000000000);
    END IF;
    RAISE invalid_datetime_format;
EXCEPTION
    WHEN invalid_datetime_format OR datetime_field_overflow OR interval_field_overflow THEN
        RAISE EXCEPTION 'topoff.patience must be a time, not "%"', setting
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'For example: SET topoff.patience = ''5 minutes''; or for the job''s role: '
                         'ALTER ROLE ... SET topoff.patience = ''5 minutes'';';
END;
$$;

COMMENT ON FUNCTION topoff.patience() IS
'For topoff_all_tenants(): how long it waits altogether for tenants that others hold, before they are failures of this night, in milliseconds: the setting topoff.patience of the session or its role, by default 5 minutes. Fails (22023) where that is no time.';

REVOKE ALL ON FUNCTION topoff.patience() FROM PUBLIC;
