-- "Not this one": takes an empty slot off the calendar for good.
--
-- The blackout of one instant that it leaves is what keeps the slot away, in local time, so that it
-- does so in any later cadence with the same local time. A moved slot would come back where the cadence
-- put it as soon as its row is gone, so that instant is blacked out too.
CREATE OR REPLACE FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    slot public.post_instances;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);

    SELECT post.* INTO slot
    FROM public.post_instances AS post
    WHERE post.tenant_id = tenant AND post.id = post_instance_id
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'post instance % does not exist', coalesce(post_instance_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'It may have been deleted; read the calendar again.';
    ELSIF NOT topoff.is_empty_slot(slot.status::text, slot.content_item_id, placeholder) THEN
        RAISE EXCEPTION 'post instance % is not an empty slot', post_instance_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Its status is %s, and it %s content of its own.', slot.status,
                                  CASE WHEN coalesce(slot.content_item_id, placeholder) = placeholder
                                       THEN 'has no' ELSE 'has' END),
                  HINT = 'Only empty Planned slots are skipped; move or delete a post instead.';
    ELSIF coalesce(slot.scheduled_for, slot.planned_for) IS NULL
          OR coalesce(slot.scheduled_for, slot.planned_for) <= now() THEN
        RAISE EXCEPTION 'post instance % is not in the future', post_instance_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Its time is %s.', coalesce(slot.scheduled_for, slot.planned_for)),
                  HINT = 'A slot that has gone by is left alone.';
    END IF;

    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)
    SELECT DISTINCT tenant, slot.channel_account_id,
           tsrange(instant AT TIME ZONE account.timezone, instant AT TIME ZONE account.timezone, '[]'),
           'skipped'
    FROM public.channel_accounts AS account
    CROSS JOIN unnest(ARRAY[slot.scheduled_for, slot.planned_for]) AS instant
    WHERE account.tenant_id = tenant
      AND account.id = slot.channel_account_id
      AND instant IS NOT NULL;

    DELETE FROM public.post_instances AS post
    WHERE post.tenant_id = tenant AND post.id = slot.id;
END;
$$;

COMMENT ON FUNCTION public.skip_planned_slot(text, uuid) IS
'Deletes one empty slot and leaves a blackout of one instant, reason ''skipped'', at its account''s local time, so that no top-off brings it back; for a moved slot also at the time it was planned for. To have it back, delete the blackout and top off.
Errors: P0002 for an id that is not one of the tenant''s post instances; 55000 for a post that is not an empty slot or not in the future; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.skip_planned_slot(text, uuid) FROM PUBLIC;
