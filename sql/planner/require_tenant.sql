-- A misspelt tenant must not be answered with 0 or with nothing: it is an error.
-- A plan made while there were few accounts would read all of them for ever, hence enable_seqscan.
-- Under isolate_tenants() another tenant is not visible, and so is answered like one that does not exist.
CREATE OR REPLACE FUNCTION topoff.require_tenant(tenant text)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
    IF tenant IS NULL THEN
        RAISE EXCEPTION 'tenant must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Name a tenant, such as ''h2o''.';
    ELSIF tenant = '' THEN
        RAISE EXCEPTION 'tenant must not be empty'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a tenant, such as ''h2o''.';
    ELSIF NOT EXISTS (SELECT FROM public.channel_accounts AS account WHERE account.tenant_id = require_tenant.tenant) THEN
        RAISE EXCEPTION 'tenant "%" has no channel account', tenant
            USING ERRCODE = 'no_data_found',
                  HINT = 'Check the spelling; the tenants are SELECT DISTINCT tenant_id FROM channel_accounts.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_tenant(text) IS
'Fails unless the tenant has a channel account: 22004 for NULL, 22023 for an empty name, P0002 for a tenant without one.';

REVOKE ALL ON FUNCTION topoff.require_tenant(text) FROM PUBLIC;
