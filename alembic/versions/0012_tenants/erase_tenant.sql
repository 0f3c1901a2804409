-- Takes away all that planning holds of a tenant, so that who gets the name later inherits nothing.
--
-- It writes to the application's tables, whose triggers see their own search_path: nothing is pinned here,
-- and all is qualified.
CREATE OR REPLACE FUNCTION topoff.erase_tenant(tenant text)
RETURNS integer
LANGUAGE plpgsql
AS $$
<<own>>
DECLARE
    removed pg_catalog.int4;
    placeholder pg_catalog.uuid;
BEGIN
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_tenant_rows(tenant, 'tenant'::pg_catalog.text);
    PERFORM topoff.unneeded_placeholder(tenant);  -- who deletes it locks it first, and then its posts: so do we
    PERFORM topoff.stop_cadences(tenant, NULL::pg_catalog.uuid);
    removed := topoff.delete_posts(tenant, topoff.forget_planning(tenant, NULL::pg_catalog.uuid));
    DELETE FROM topoff.run_tenants AS entry
    WHERE entry.tenant_id OPERATOR(pg_catalog.=) erase_tenant.tenant;

    placeholder := topoff.unneeded_placeholder(tenant);
    IF placeholder IS NOT NULL THEN
        PERFORM pg_catalog.set_config('topoff.erasing'::pg_catalog.text, tenant, true);  -- guard_placeholder
        DELETE FROM public.content_items AS content
        WHERE content.tenant_id OPERATOR(pg_catalog.=) erase_tenant.tenant
          AND content.id OPERATOR(pg_catalog.=) own.placeholder;
    END IF;
    RETURN removed;
END;
$$;

COMMENT ON FUNCTION topoff.erase_tenant(text) IS
'Takes away all that planning holds of a tenant, also of one that has no channel account any more: the empty slots that top-offs made and nobody has written anything into, past and future, moved or not; further cadences, blackouts and ledger entries; the placeholder content item, unless a row still refers to it; and sets posts_per_week of its accounts to 0. Returns how many slots. The accounts, posts and content items of the application stay for it to delete. Where posts_per_week is a generated column or has a rule that forbids 0 it stays as it is, so call this in the transaction that deletes the accounts, or after it.
Errors: 22004 for NULL; 22023 for an empty name; P0002 for a name that no row has; 42501 where row-level security would hide rows from the caller.';

REVOKE ALL ON FUNCTION topoff.erase_tenant(text) FROM PUBLIC;
