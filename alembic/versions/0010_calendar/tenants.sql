-- The tenants, for the view cadence_coverage: without a search_path of its own, so that a query on the view can
-- look one of them up in the index, and with a body that is text, so that the application can go on
-- changing its table.
CREATE OR REPLACE FUNCTION topoff.tenants()
RETURNS TABLE (tenant_id text)
LANGUAGE sql
STABLE
AS $$
    SELECT DISTINCT account.tenant_id::pg_catalog.text FROM public.channel_accounts AS account
$$;

COMMENT ON FUNCTION topoff.tenants() IS
'The tenants that have a channel account.';

REVOKE ALL ON FUNCTION topoff.tenants() FROM PUBLIC;
