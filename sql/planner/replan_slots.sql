-- Brings the future slots of some tenants, whose locks the caller holds, in line with their programmes.
--
-- First goes what the new plan has no place for; then comes what is missing. What the old and the new plan
-- have in common keeps its row, and gets the category that the programme has there now.
--
-- Writers that take no lock can change what the plan hangs on between one step and the next: a cadence,
-- a post, the very slot that is to go. Half of one plan and half of another would crowd a week for good,
-- as a top-off takes nothing away. So it is done only when a plan made afterwards finds nothing to do;
-- the number of attempts is bounded, for a trigger of the application may keep a row in its place.
--
-- Without a search_path of its own and all qualified, as insert_planned_slots(). EXECUTE has the statement
-- planned for the tables as they are now.
CREATE OR REPLACE FUNCTION topoff.replan_slots(tenants text[], as_of timestamptz, window_end timestamptz)
RETURNS TABLE (tenant_id text, removed integer, created integer)
LANGUAGE plpgsql
AS $$
DECLARE
    planning_before CONSTANT pg_catalog.text := pg_catalog.current_setting('topoff.planning'::pg_catalog.text, true);
BEGIN
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    FOR attempt IN 1 .. 10 LOOP
        RETURN QUERY EXECUTE
            $statement$
            WITH changed AS MATERIALIZED (
                SELECT slot.tenant_id, slot.id, slot.decision, slot.category
                FROM topoff.lock_changed_slots($1, $2, $3) AS slot
            ),
            relabelled AS (
                UPDATE public.post_instances AS post
                SET planned_category = changed.category
                FROM changed
                WHERE changed.decision OPERATOR(pg_catalog.=) 'exists'
                  AND post.tenant_id OPERATOR(pg_catalog.=) changed.tenant_id
                  AND post.id OPERATOR(pg_catalog.=) changed.id
            ),
            gone AS (
                DELETE FROM public.post_instances AS post
                USING changed
                WHERE changed.decision OPERATOR(pg_catalog.=) 'remove'
                  AND post.tenant_id OPERATOR(pg_catalog.=) changed.tenant_id
                  AND post.id OPERATOR(pg_catalog.=) changed.id
                RETURNING post.tenant_id
            )
            SELECT gone.tenant_id::pg_catalog.text, pg_catalog.count(*)::pg_catalog.int4, 0
            FROM gone
            GROUP BY gone.tenant_id
            $statement$
        USING tenants, as_of, window_end;

        RETURN QUERY
        SELECT inserted.tenant_id, 0, inserted.created
        FROM topoff.insert_planned_slots(tenants, as_of, window_end, true) AS inserted;

        EXIT WHEN NOT EXISTS (
            SELECT FROM topoff.replanned_slots(tenants, as_of, window_end, true) AS changed
        );
    END LOOP;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, planning_before, true);
END;
$$;

COMMENT ON FUNCTION topoff.replan_slots(text[], timestamptz, timestamptz) IS
'Re-plans these tenants after as_of and up to window_end: removes the untouched slots that replanned_slots() has no place for, refreshes planned_category on those that stay, and creates what is missing. How many were removed and created, in a row for each step that did anything for a tenant: sum them. The caller has checked the arguments and holds lock_tenants(tenants).';

REVOKE ALL ON FUNCTION topoff.replan_slots(text[], timestamptz, timestamptz) FROM PUBLIC;
