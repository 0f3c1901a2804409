-- After a change of cadence, time zone or blackouts: brings the tenant's future slots in line with it.
-- Like topoff_planned_slots() it has no search_path of its own, and all in it is qualified.
CREATE OR REPLACE FUNCTION public.replan_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now()
)
RETURNS TABLE (removed integer, created integer)
LANGUAGE plpgsql
AS $$
DECLARE
    window_end pg_catalog.timestamptz;
BEGIN
    window_end := topoff.planning_window_end(horizon, as_of);
    RETURN QUERY SELECT done.removed, done.created FROM topoff.plan_tenant(tenant, as_of, window_end, true) AS done;
END;
$$;

COMMENT ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) IS
'Brings the tenant''s slots after as_of (default: now) in line with its present cadences, zones and blackouts, and returns how many rows it removed and created. The calendar is then as if every empty untouched slot after as_of had been deleted and the tenant topped off up to as_of + horizon (default: 28 days), but rows that stay keep their id, with the category that the programme has there now. Filled, moved and touched slots and posts made by hand never change. An account that is not active or has no cadence loses its empty untouched slots, and so does the time beyond the horizon: pass the horizon that the nightly run uses. See before: preview_planned_slots(..., replan => true). Errors and warnings as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.replan_planned_slots(text, interval, timestamptz) FROM PUBLIC;
