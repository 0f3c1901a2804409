-- Before an account is deleted: takes away all that planning put on it, so that no post refers to it any more
-- but those with people's work in them, and no top-off begins anew.
--
-- The tenant's lock keeps top-offs away meanwhile; a row that somebody fills at this moment stays.
CREATE OR REPLACE FUNCTION public.retire_channel_account(tenant text, channel_account_id uuid)
RETURNS integer
LANGUAGE plpgsql
AS $$
<<own>>
DECLARE
    slots pg_catalog.uuid[];
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_channel_accounts(tenant, ARRAY[channel_account_id], false);
    PERFORM topoff.stop_cadences(tenant, channel_account_id);
    slots := topoff.forget_planning(tenant, channel_account_id);
    PERFORM topoff.black_out_account(tenant, channel_account_id);
    RETURN topoff.delete_posts(tenant, slots);
END;
$$;

COMMENT ON FUNCTION public.retire_channel_account(text, uuid) IS
'Ends planning for the account: sets its posts_per_week to 0 and deletes its further cadences, its blackouts and all its empty slots that nobody has written anything into, past and future, moved or not; returns how many slots. After that DELETE FROM channel_accounts works unless a post with people''s work in it is left. Where posts_per_week is a generated column, or has a rule that forbids 0, it stays as it is, and a blackout without end, reason ''retired'', keeps slots away until the account is deleted.
Errors: P0002 for an account that is not one of the tenant''s; 23503 where rows of the application refer to one of those slots without ON DELETE; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.retire_channel_account(text, uuid) FROM PUBLIC;
