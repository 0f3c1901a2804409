-- Sets posts_per_week of an account, or of all accounts of a tenant, to 0, where the application lets us: the
-- column may be its own, generated from others, or held to a rule that knows no 0.
-- A row of the application's is written, so nothing is pinned here, and all is qualified.
CREATE OR REPLACE FUNCTION topoff.stop_cadences(tenant text, channel_account_id uuid)
RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS attribute
        WHERE attribute.attrelid OPERATOR(pg_catalog.=) 'public.channel_accounts'::pg_catalog.regclass
          AND attribute.attname OPERATOR(pg_catalog.=) 'posts_per_week'
          AND attribute.attgenerated OPERATOR(pg_catalog.=) ''
    ) THEN
        UPDATE public.channel_accounts AS account
        SET posts_per_week = 0
        WHERE account.tenant_id OPERATOR(pg_catalog.=) stop_cadences.tenant
          AND (account.id OPERATOR(pg_catalog.=) stop_cadences.channel_account_id
               OR stop_cadences.channel_account_id IS NULL)
          AND account.posts_per_week OPERATOR(pg_catalog.>) 0;
    END IF;
EXCEPTION
    WHEN check_violation THEN
        RETURN;
END;
$$;

COMMENT ON FUNCTION topoff.stop_cadences(text, uuid) IS
'Sets posts_per_week to 0 for the account, or with NULL for all accounts of the tenant. Where that column is generated, or has a rule that forbids 0, it stays as it is. Checks nothing.';

REVOKE ALL ON FUNCTION topoff.stop_cadences(text, uuid) FROM PUBLIC;
