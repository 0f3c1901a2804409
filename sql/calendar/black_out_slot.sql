-- What skip_planned_slot() decides: whether the slot may go, and what keeps it away.
--
-- That is a blackout of one instant, in local time, so that it does so in any later cadence with the same
-- local time. A moved slot would come back where the cadence put it as soon as its row is gone, so that
-- instant is blacked out too.
CREATE OR REPLACE FUNCTION topoff.black_out_slot(tenant text, post_instance_id uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    slot record;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);

    SELECT post.channel_account_id, post.status::text AS status, post.content_item_id,
           post.scheduled_for, post.planned_for, coalesce(post.scheduled_for, post.planned_for) AS stands_at
    INTO slot
    FROM public.post_instances AS post
    WHERE post.tenant_id = black_out_slot.tenant AND post.id = black_out_slot.post_instance_id
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'post instance % does not exist', coalesce(post_instance_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'It may have been deleted; read the calendar again.';
    ELSIF NOT topoff.is_empty_slot(slot.status, slot.content_item_id, placeholder) THEN
        RAISE EXCEPTION 'post instance % is not an empty slot', post_instance_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Its status is %s, and it %s content of its own.', slot.status,
                                  CASE WHEN coalesce(slot.content_item_id, placeholder) = placeholder
                                       THEN 'has no' ELSE 'has' END),
                  HINT = 'Only empty Planned slots are skipped; move or delete a post instead.';
    ELSIF slot.stands_at IS NULL OR slot.stands_at <= now() THEN
        RAISE EXCEPTION 'post instance % is not in the future', post_instance_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Its time is %s.', coalesce(slot.stands_at::text, 'not set')),
                  HINT = 'A slot that has gone by is left alone.';
    END IF;

    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)
    SELECT DISTINCT black_out_slot.tenant, account.id, tsrange(clock.shows, clock.shows, '[]'), 'skipped'
    FROM public.channel_accounts AS account
    CROSS JOIN unnest(ARRAY[slot.scheduled_for, slot.planned_for]) AS taken (instant)
    CROSS JOIN LATERAL (
        SELECT taken.instant AT TIME ZONE coalesce(account.timezone::text, 'UTC') AS shows
    ) AS clock
    WHERE account.tenant_id = black_out_slot.tenant
      AND account.id = slot.channel_account_id
      AND taken.instant IS NOT NULL;
END;
$$;

COMMENT ON FUNCTION topoff.black_out_slot(text, uuid) IS
'For skip_planned_slot(): locks the tenant and the slot, fails unless it is an empty slot of the future, and leaves the blackouts that keep it away. Errors as skip_planned_slot.';

REVOKE ALL ON FUNCTION topoff.black_out_slot(text, uuid) FROM PUBLIC;
