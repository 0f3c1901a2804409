-- The accounts that would plan, did the server know their time zone. They plan nothing and stop nobody.
-- Each zone is looked at once, and accounts only where one is unknown; no zone (NULL) means UTC, and equals no
-- unknown one. A plan made while there were few accounts would read all of them for ever, hence enable_seqscan.
CREATE OR REPLACE FUNCTION topoff.accounts_of_unknown_zone(tenants text[])
RETURNS TABLE (tenant_id text, channel_account_id uuid, timezone text)
LANGUAGE plpgsql
STABLE
ROWS 10
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    unknown CONSTANT text[] := ARRAY(
        SELECT timezone
        FROM (
            SELECT DISTINCT account.timezone
            FROM unnest(tenants) AS tenant (tenant_id)
            CROSS JOIN LATERAL (
                SELECT account.timezone::text AS timezone
                FROM public.channel_accounts AS account
                WHERE account.tenant_id = tenant.tenant_id
                OFFSET 0
            ) AS account
            OFFSET 0
        ) AS zone
        WHERE NOT topoff.is_known_zone(timezone)
    );
BEGIN
    IF cardinality(unknown) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT tenant_id, account.id, account.timezone
    FROM (SELECT DISTINCT tenant_id FROM unnest(tenants) AS tenant_id) AS tenant
    CROSS JOIN LATERAL (
        SELECT account.id, account.timezone::text AS timezone, account.status::text AS status, account.posts_per_week
        FROM public.channel_accounts AS account
        WHERE account.tenant_id = tenant.tenant_id
        OFFSET 0
    ) AS account
    WHERE account.timezone = ANY (unknown)
      AND topoff.plans(account.status, account.posts_per_week, EXISTS (
              SELECT FROM topoff.cadences AS cadence
              WHERE cadence.tenant_id = tenant.tenant_id AND cadence.channel_account_id = account.id
          ))
    ORDER BY tenant_id, account.id;
END;
$$;

COMMENT ON FUNCTION topoff.accounts_of_unknown_zone(text[]) IS
'The accounts of these tenants that plan (topoff.plans) but in a time zone that this server does not know (topoff.is_known_zone), so that nothing is planned for them.';

REVOKE ALL ON FUNCTION topoff.accounts_of_unknown_zone(text[]) FROM PUBLIC;
