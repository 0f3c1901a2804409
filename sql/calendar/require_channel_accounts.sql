-- The one place for which accounts a caller may name: another tenant's is answered exactly like one that does
-- not exist, and nobody puts a post on an account that is not active.
CREATE OR REPLACE FUNCTION topoff.require_channel_accounts(
    tenant text,
    channel_account_ids uuid[],
    active boolean DEFAULT true
)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    unknown text;
    inactive text;
    statuses text;
BEGIN
    SELECT string_agg(coalesce(wanted.id::text, 'NULL'), ', ' ORDER BY wanted.id) FILTER (WHERE account.id IS NULL),
           string_agg(account.id::text, ', ' ORDER BY account.id) FILTER (WHERE NOT account.is_active),
           string_agg(account.state, '; ' ORDER BY account.id) FILTER (WHERE NOT account.is_active)
    INTO unknown, inactive, statuses
    FROM (
        SELECT DISTINCT named.id FROM unnest(require_channel_accounts.channel_account_ids) AS named (id)
    ) AS wanted
    LEFT JOIN LATERAL (
        SELECT account.id,
               account.status::text IS NOT DISTINCT FROM 'active' AS is_active,
               format('%s has %s', account.id, coalesce('the status ' || account.status::text, 'no status')) AS state
        FROM public.channel_accounts AS account
        WHERE account.tenant_id = require_channel_accounts.tenant AND account.id = wanted.id
    ) AS account ON true;

    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'channel account % does not exist', unknown
            USING ERRCODE = 'no_data_found', HINT = 'Read the tenant''s channel accounts again.';
    ELSIF active AND inactive IS NOT NULL THEN
        RAISE EXCEPTION 'channel account % is not active', inactive
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = statuses || '.',
                  HINT = 'Set it active again (status = ''active''), or leave it out.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_channel_accounts(text, uuid[], boolean) IS
'Fails unless the tenant has all of these channel accounts (P0002, names those that it has not) and, unless active is false, they are active (55000, names those that are not).';

REVOKE ALL ON FUNCTION topoff.require_channel_accounts(text, uuid[], boolean) FROM PUBLIC;
