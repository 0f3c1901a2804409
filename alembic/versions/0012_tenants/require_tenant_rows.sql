-- For the DBA's tools, which also serve a tenant that has no channel account any more: a misspelt name must
-- not be answered with 0, so it is an error where nothing has it.
CREATE OR REPLACE FUNCTION topoff.require_tenant_rows(tenant text, parameter text)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF tenant IS NULL OR tenant = '' THEN
        RAISE EXCEPTION '% must not be %', parameter, CASE WHEN tenant IS NULL THEN 'null' ELSE 'empty' END
            USING ERRCODE = CASE WHEN tenant IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Name a tenant, such as ''h2o''.';
    ELSIF topoff.tables_of_tenant(tenant) = '{}' THEN
        RAISE EXCEPTION 'tenant "%" has no rows', tenant
            USING ERRCODE = 'no_data_found',
                  DETAIL = 'No account, content item, post, cadence, blackout or ledger entry has that name.',
                  HINT = 'Check the spelling; the tenants are SELECT DISTINCT tenant_id FROM channel_accounts.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_tenant_rows(text, text) IS
'Fails unless some table has a row of this tenant: 22004 for NULL, 22023 for an empty name, both naming the parameter; P0002 for a tenant without any row.';

REVOKE ALL ON FUNCTION topoff.require_tenant_rows(text, text) FROM PUBLIC;
