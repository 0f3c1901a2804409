-- Keeps a retired account without slots where its posts_per_week could not be set to 0 (stop_cadences).
CREATE OR REPLACE FUNCTION topoff.black_out_account(tenant text, channel_account_id uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)
    SELECT black_out_account.tenant, account.id, '(,)', 'retired'
    FROM public.channel_accounts AS account
    WHERE account.tenant_id = black_out_account.tenant
      AND account.id = black_out_account.channel_account_id
      AND account.posts_per_week > 0;
END;
$$;

COMMENT ON FUNCTION topoff.black_out_account(text, uuid) IS
'Leaves a blackout without end, reason ''retired'', on the account if its posts_per_week is not 0. Checks nothing.';

REVOKE ALL ON FUNCTION topoff.black_out_account(text, uuid) FROM PUBLIC;
