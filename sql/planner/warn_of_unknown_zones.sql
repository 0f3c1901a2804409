-- Tells whoever tops off, previews or re-plans which accounts are left out because of their time zone.
CREATE OR REPLACE FUNCTION topoff.warn_of_unknown_zones(tenant text)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    accounts bigint;
    listed text;
BEGIN
    SELECT count(*), string_agg(format('%s (time zone "%s")', account.channel_account_id, account.timezone), ', ')
                     FILTER (WHERE account.place <= 20)
    INTO accounts, listed
    FROM topoff.accounts_of_unknown_zone(ARRAY[tenant]) WITH ORDINALITY
         AS account (tenant_id, channel_account_id, timezone, place);
    IF accounts > 0 THEN
        RAISE WARNING 'nothing is planned for channel account %',
                listed || CASE WHEN accounts > 20 THEN ' ...' ELSE '' END
            USING DETAIL = format('This server does not know the time zone of %s channel account%s of tenant "%s".',
                                  accounts, CASE WHEN accounts > 1 THEN 's' END, tenant),
                  HINT = 'Set channel_accounts.timezone to a name in pg_timezone_names and top off again.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.warn_of_unknown_zones(text) IS
'Raises one WARNING that names the tenant''s accounts for which nothing is planned because the server does not know their time zone, the first 20 of them with their zones; does nothing where there is none.';

REVOKE ALL ON FUNCTION topoff.warn_of_unknown_zones(text) FROM PUBLIC;
