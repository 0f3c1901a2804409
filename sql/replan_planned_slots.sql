-- After a change of cadence, time zone or blackouts: brings the tenant's future slots in line with it.
--
-- First goes what the new plan has no place for; each row is looked at again as it is deleted, so a
-- slot that somebody fills or moves at this moment stays. Then comes what is missing. What the old and
-- the new plan have in common is not touched.
CREATE OR REPLACE FUNCTION public.replan_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT now()
)
RETURNS TABLE (removed integer, created integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    window_end timestamptz;
    placeholder CONSTANT uuid := public.placeholder_content_item_id(tenant);
BEGIN
    PERFORM public.require_tenant(tenant);
    window_end := public.planning_window_end(horizon, as_of);
    PERFORM public.lock_tenants(tenant);

    DELETE FROM public.post_instances AS post
    USING public.planned_slots(ARRAY[tenant], as_of, window_end, replan => true) AS planned
    WHERE planned.decision = 'remove'
      AND post.tenant_id = tenant
      AND post.channel_account_id = planned.channel_account_id
      AND post.scheduled_for = planned.slot_at
      AND public.is_untouched_slot(post, placeholder);
    GET DIAGNOSTICS removed = ROW_COUNT;

    SELECT coalesce(sum(inserted.created), 0) INTO created
    FROM public.insert_planned_slots(ARRAY[tenant], as_of, window_end, replan => true) AS inserted;
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) IS
'Brings the tenant''s slots after as_of (default: now) in line with its present cadences, zones and blackouts, and returns how many rows it removed and created. The calendar is then as if every empty untouched slot after as_of had been deleted and the tenant topped off up to as_of + horizon (default: 28 days), but rows that stay keep their id. Filled and moved slots and posts made by hand never change. An account that is not active or has posts_per_week 0 loses its empty untouched slots, and so does the time beyond the horizon: pass the horizon that the nightly run uses. See before: preview_planned_slots(..., replan => true). Errors as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) FROM PUBLIC;
