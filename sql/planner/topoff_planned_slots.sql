-- The API's "Top off" button, and the same by hand: fills a tenant's calendar ahead.
CREATE OR REPLACE FUNCTION public.topoff_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now()
)
RETURNS integer
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    window_end timestamptz;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    window_end := topoff.planning_window_end(horizon, as_of);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    RETURN (
        SELECT coalesce(sum(inserted.created), 0)
        FROM topoff.insert_planned_slots(ARRAY[tenant], as_of, window_end, replan => false) AS inserted
    );
END;
$$;

COMMENT ON FUNCTION public.topoff_planned_slots(text, interval, timestamptz) IS
'Creates the empty Planned slots that the tenant''s cadences want after as_of (default: now) and up to as_of + horizon (default: 28 days), and returns how many. Slots that are there, were moved or skipped, lie in a blackout or exceed the week''s quota are left alone, so a second call creates 0. Calls for one tenant take turns.
Errors: 22004 for a NULL; 22023 for an empty tenant, an as_of that is infinite or past, a window that is empty or longer than 366 days; P0002 for a tenant without a channel account.';

REVOKE ALL ON FUNCTION public.topoff_planned_slots(text, interval, timestamptz) FROM PUBLIC;
