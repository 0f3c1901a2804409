-- Enters in the ledger the accounts that a nightly run left out because the server does not know their zone.
--
-- They stop nobody, but are to be mended: an error of their tenant, beside the slots that its others got. Once
-- a run and not in each step: mostly all zones are known, and zones are few.
CREATE OR REPLACE FUNCTION topoff.enter_unknown_zones(run_id bigint)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
SET lock_timeout = '1min'
AS $$
DECLARE
    unknown_zones CONSTANT text[] := ARRAY(
        SELECT zone.name
        FROM (SELECT DISTINCT account.timezone::text FROM public.channel_accounts AS account OFFSET 0) AS zone (name)
        WHERE NOT topoff.is_known_zone(zone.name)
    );
    failures bigint;
BEGIN
    IF unknown_zones = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO topoff.run_tenants AS entry (run_id, tenant_id, sqlstate, message)
    SELECT enter_unknown_zones.run_id, account.tenant_id, '22023',  -- invalid_parameter_value
           string_agg(format('channel account %s: time zone "%s" is not known to this server',
                             account.channel_account_id, account.timezone),
                      '; ' ORDER BY account.place) FILTER (WHERE account.place <= 5)
               || CASE WHEN count(*) > 5 THEN format('; and %s more', count(*) - 5) ELSE '' END
    FROM (
        SELECT unknown.tenant_id, unknown.channel_account_id, unknown.timezone,
               row_number() OVER (PARTITION BY unknown.tenant_id ORDER BY unknown.channel_account_id) AS place
        FROM topoff.accounts_of_unknown_zone(ARRAY(
                 SELECT DISTINCT account.tenant_id::text FROM public.channel_accounts AS account
                 WHERE account.timezone::text = ANY (unknown_zones)
             )) AS unknown
    ) AS account
    GROUP BY account.tenant_id
    ON CONFLICT ON CONSTRAINT run_tenants_pkey DO UPDATE
        SET sqlstate = EXCLUDED.sqlstate, message = EXCLUDED.message
        WHERE entry.sqlstate IS NULL;
    GET DIAGNOSTICS failures = ROW_COUNT;

    UPDATE topoff.runs AS run SET failed = run.failed + failures WHERE run.id = enter_unknown_zones.run_id;
END;
$$;

COMMENT ON FUNCTION topoff.enter_unknown_zones(bigint) IS
'For topoff_all_tenants(): enters in the ledger, as failures (22023) of their tenants in this run, the accounts that plan but in a time zone that this server does not know, the first 5 of a tenant by name.';

REVOKE ALL ON FUNCTION topoff.enter_unknown_zones(bigint) FROM PUBLIC;
