-- After a change of cadence, time zone or blackouts: brings the tenant's future slots in line with it.
--
-- First goes what the new plan has no place for; each row is looked at again as it is deleted, so a
-- slot that somebody fills or moves at this moment stays. Then comes what is missing. What the old and
-- the new plan have in common is not touched.
--
-- Writers that take no lock can change what the plan hangs on between one step and the next: a cadence,
-- a post, the very slot that is to go. Half of one plan and half of another would crowd a week for good,
-- as a top-off takes nothing away. So it is done only when a plan made afterwards finds nothing to do;
-- the number of attempts is bounded, for a trigger of the application may keep a row in its place.
CREATE OR REPLACE FUNCTION public.replan_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now()
)
RETURNS TABLE (removed integer, created integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    attempts CONSTANT integer := 10;
    window_end timestamptz;
    written integer;
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
BEGIN
    PERFORM topoff.require_tenant(tenant);
    window_end := topoff.planning_window_end(horizon, as_of);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);

    removed := 0;
    created := 0;
    FOR attempt IN 1 .. attempts LOOP
        DELETE FROM public.post_instances AS post
        USING (
            SELECT slot.id
            FROM topoff.planned_slots(
                ARRAY[tenant], as_of, window_end, replan => true, changes_only => true
            ) AS planned
            JOIN public.post_instances AS slot
              ON slot.tenant_id = tenant
             AND slot.channel_account_id = planned.channel_account_id
             AND slot.scheduled_for = planned.slot_at
            WHERE planned.decision = 'remove'
              AND topoff.is_untouched_slot(
                      slot.status::text, slot.content_item_id, placeholder,
                      slot.scheduled_for, slot.planned_for, slot.touched_at)
            ORDER BY slot.channel_account_id, slot.scheduled_for
            FOR UPDATE OF slot
        ) AS unwanted
        WHERE post.tenant_id = tenant AND post.id = unwanted.id;
        GET DIAGNOSTICS written = ROW_COUNT;
        removed := removed + written;

        SELECT coalesce(sum(inserted.created), 0) INTO written
        FROM topoff.insert_planned_slots(ARRAY[tenant], as_of, window_end, replan => true) AS inserted;
        created := created + written;

        EXIT WHEN NOT EXISTS (
            SELECT FROM topoff.planned_slots(
                ARRAY[tenant], as_of, window_end, replan => true, changes_only => true
            )
        );
    END LOOP;
    RETURN NEXT;
END;
$$;

COMMENT ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) IS
'Brings the tenant''s slots after as_of (default: now) in line with its present cadences, zones and blackouts, and returns how many rows it removed and created. The calendar is then as if every empty untouched slot after as_of had been deleted and the tenant topped off up to as_of + horizon (default: 28 days), but rows that stay keep their id. Filled and moved slots and posts made by hand never change. An account that is not active or has posts_per_week 0 loses its empty untouched slots, and so does the time beyond the horizon: pass the horizon that the nightly run uses. See before: preview_planned_slots(..., replan => true). Errors as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) FROM PUBLIC;
