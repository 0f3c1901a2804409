-- The untouched slots that a re-plan takes away or gives another category, locked for the caller.
--
-- Each row is looked at again as it is locked, so a slot that somebody fills or moves at this moment is not
-- among them. In the order of account and instant, as all that write many slots.
CREATE OR REPLACE FUNCTION topoff.lock_changed_slots(tenants text[], as_of timestamptz, window_end timestamptz)
RETURNS TABLE (tenant_id text, id uuid, decision text, category text)
LANGUAGE plpgsql
ROWS 10
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET jit = off
AS $$
BEGIN
    RETURN QUERY
    SELECT changed.tenant_id, changed.post_instance_id, changed.decision, changed.category
    FROM (
        SELECT changed.*, topoff.placeholder_content_item_id(changed.tenant_id) AS placeholder
        FROM topoff.replanned_slots(tenants, as_of, window_end, changes_only => true) AS changed
        WHERE changed.post_instance_id IS NOT NULL
        ORDER BY changed.channel_account_id, changed.slot_at
    ) AS changed
    CROSS JOIN LATERAL (
        SELECT
        FROM public.post_instances AS slot
        WHERE slot.tenant_id = changed.tenant_id
          AND slot.id = changed.post_instance_id
          AND topoff.is_untouched_slot(
                  slot.status::text, slot.content_item_id, changed.placeholder,
                  slot.scheduled_for, slot.planned_for, slot.touched_at)
        FOR UPDATE
    ) AS locked;
END;
$$;

COMMENT ON FUNCTION topoff.lock_changed_slots(text[], timestamptz, timestamptz) IS
'The slots for which replanned_slots() says remove, or exists with another category than they have, each locked FOR UPDATE and untouched to this moment.';

REVOKE ALL ON FUNCTION topoff.lock_changed_slots(text[], timestamptz, timestamptz) FROM PUBLIC;
