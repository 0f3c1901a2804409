-- The dry run: what a top-off or a re-plan would do at this moment, and why.
CREATE OR REPLACE FUNCTION public.preview_planned_slots(
    tenant text,
    horizon interval DEFAULT '28 days',
    as_of timestamptz DEFAULT pg_catalog.now(),
    replan boolean DEFAULT false
)
RETURNS TABLE (
    channel_account_id uuid,
    slot_at timestamptz,
    slot_local timestamp,
    category text,
    decision text
)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    window_end timestamptz;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    window_end := topoff.planning_window_end(horizon, as_of);
    IF replan IS NULL THEN
        RAISE EXCEPTION 'replan must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out to preview a top-off.';
    END IF;
    PERFORM topoff.warn_of_unknown_zones(tenant);
    IF replan THEN
        RETURN QUERY
        SELECT planned.channel_account_id, planned.slot_at, planned.slot_local, planned.category, planned.decision
        FROM topoff.replanned_slots(ARRAY[tenant], as_of, window_end) AS planned;
    ELSE
        RETURN QUERY
        SELECT planned.channel_account_id, planned.slot_at, planned.slot_local, planned.category, planned.decision
        FROM topoff.planned_slots(ARRAY[tenant], as_of, window_end) AS planned;
    END IF;
END;
$$;

COMMENT ON FUNCTION public.preview_planned_slots(text, interval, timestamptz, boolean) IS
'The dry run of topoff_planned_slots, or with replan => true of replan_planned_slots. A row for each account and instant of its programme in the window, slot_local being the account''s own time and category what kind of post is wanted there, and the decision: create; or why not: exists (a post of any status is there), moved (a person moved that slot away), blackout, quota (the week has posts enough). A re-plan has a row ''remove'' for each empty untouched slot that it would take away, wherever it is, in place of its cell''s. Changes nothing. Errors and warnings as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.preview_planned_slots(text, interval, timestamptz, boolean) FROM PUBLIC;
