-- Writes what a top-off or a re-plan wants created, for tenants whose locks the caller holds (lock_tenants).
--
-- It and its callers have no search_path of their own, so that the application's triggers find what they
-- name; hence everything in it is qualified. topoff.planning tells our own triggers that no person writes.
--
-- Posts go in in the order of account and instant, which is the order that new_slots() gives them in, so
-- that two writers who meet wait for each other in one direction only. Where another session has taken an
-- instant in the meantime its post stands; ON CONFLICT costs a sixth of a row's time, though, so that who
-- can do it again otherwise (run_batch) first tries it strict. The clause is all that differs, and
-- one statement can't have it both ways, hence EXECUTE. The placeholder goes in in the same statement, and
-- only where a slot went in: before the posts it would stay behind where all of them were taken.
CREATE OR REPLACE FUNCTION topoff.insert_planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean,
    strict boolean DEFAULT false
)
RETURNS TABLE (tenant_id text, created integer)
LANGUAGE plpgsql
AS $$
DECLARE
    -- Not in a SET clause: only a superuser may create a function with a setting that no module defines.
    planning_before CONSTANT pg_catalog.text := pg_catalog.current_setting('topoff.planning'::pg_catalog.text, true);
    on_conflict CONSTANT pg_catalog.text := CASE
        WHEN strict THEN ''
        ELSE 'ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO NOTHING'
    END;
BEGIN
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    RETURN QUERY EXECUTE pg_catalog.format(
        $statement$
        WITH new_slot AS (
            INSERT INTO public.post_instances AS post (
                id, tenant_id, channel_account_id, content_item_id,
                scheduled_for, planned_for, planned_category, status
            )
            SELECT slot.id, slot.tenant_id, slot.channel_account_id, slot.content_item_id,
                   slot.slot_at, slot.slot_at, slot.category, 'Planned'
            FROM (
                SELECT account.tenant_id, account.channel_account_id, account.content_item_id,
                       pg_catalog.unnest(account.ids) AS id, pg_catalog.unnest(account.slots) AS slot_at,
                       pg_catalog.unnest(account.categories) AS category
                FROM topoff.new_slots($1, $2, $3, $4) AS account
            ) AS slot
            %s
            RETURNING post.tenant_id, post.content_item_id
        ),
        outcome AS (
            SELECT new_slot.tenant_id, new_slot.content_item_id, pg_catalog.count(*)::pg_catalog.int4 AS created
            FROM new_slot
            GROUP BY new_slot.tenant_id, new_slot.content_item_id
        ),
        new_placeholder AS (
            INSERT INTO public.content_items (id, tenant_id, title)
            SELECT outcome.content_item_id, outcome.tenant_id, 'Planned slot'
            FROM outcome
            WHERE outcome.content_item_id IS NOT NULL
            ORDER BY outcome.tenant_id
            ON CONFLICT DO NOTHING
        )
        SELECT outcome.tenant_id::pg_catalog.text, outcome.created FROM outcome
        $statement$,
        on_conflict
    )
    USING tenants, as_of, window_end, replan;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, planning_before, true);
END;
$$;

COMMENT ON FUNCTION topoff.insert_planned_slots(text[], timestamptz, timestamptz, boolean, boolean) IS
'Inserts new_slots() with the same arguments, with their tenants'' placeholders; how many, for each tenant that got any. An instant that another session takes meanwhile is left to it, or with strict is an error (23505). The caller has checked the arguments and holds lock_tenants(tenants).';

REVOKE ALL ON FUNCTION topoff.insert_planned_slots(text[], timestamptz, timestamptz, boolean, boolean) FROM PUBLIC;
