-- The API's "Top off" button, and the same by hand: fills a tenant's calendar ahead.
-- The application's triggers run in here as they do for its own writes, with the caller's search_path: so
-- neither this nor what it calls to write has one of its own, and all in them is qualified.
CREATE OR REPLACE FUNCTION public.topoff_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now()
)
RETURNS integer
LANGUAGE plpgsql
AS $$
DECLARE
    window_end pg_catalog.timestamptz;
BEGIN
    window_end := topoff.planning_window_end(horizon, as_of);
    RETURN (SELECT done.created FROM topoff.plan_tenant(tenant, as_of, window_end, false) AS done);
END;
$$;

COMMENT ON FUNCTION public.topoff_planned_slots(text, interval, timestamptz) IS
'Creates the empty Planned slots that the tenant''s cadences want after as_of (default: now) and up to as_of + horizon (default: 28 days), and returns how many. Slots that are there, were moved or skipped, lie in a blackout or exceed the week''s quota are left alone, so a second call creates 0. Calls for one tenant take turns. A WARNING names accounts whose time zone the server does not know: nothing is planned for them.
Errors: 22004 for a NULL; 22023 for an empty tenant, an as_of that is infinite, past or beyond the year 9999, a window that is empty or longer than 366 days; P0002 for a tenant without a channel account.';

REVOKE ALL ON FUNCTION public.topoff_planned_slots(text, interval, timestamptz) FROM PUBLIC;
