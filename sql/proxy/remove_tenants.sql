-- Takes away the tenants of one partition, after they were copied elsewhere:
--
--     psql -d OLD -v partition=2 -v partitions=4 -f sql/proxy/remove_tenants.sql
--
-- Tables of the application that refer to these rows are its own to empty before.
\set ON_ERROR_STOP on
BEGIN;
SELECT tenant.tenant_id, topoff.erase_tenant(tenant.tenant_id) AS empty_slots
FROM (
    SELECT account.tenant_id FROM public.channel_accounts AS account
    UNION
    SELECT content.tenant_id FROM public.content_items AS content
    UNION
    SELECT blackout.tenant_id FROM topoff.blackouts AS blackout
) AS tenant
WHERE pg_catalog.hashtext(tenant.tenant_id) & (:partitions - 1) = :partition
ORDER BY tenant.tenant_id;
DELETE FROM public.post_instances AS held WHERE pg_catalog.hashtext(held.tenant_id) & (:partitions - 1) = :partition;
DELETE FROM public.channel_accounts AS held WHERE pg_catalog.hashtext(held.tenant_id) & (:partitions - 1) = :partition;
DELETE FROM public.content_items AS held WHERE pg_catalog.hashtext(held.tenant_id) & (:partitions - 1) = :partition;
COMMIT;
