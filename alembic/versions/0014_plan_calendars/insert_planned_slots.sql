-- Writes what a top-off or a re-plan wants created, for tenants whose locks the caller holds (lock_tenants).
--
-- It and its callers have no search_path of their own, so that the application's triggers find what they
-- name; hence everything in it is qualified. topoff.planning tells our own triggers that no person writes.
--
-- Posts go in in the order of account and instant, which is the order that new_slots() gives them in, so
-- that two writers who meet wait for each other in one direction only. Mostly there are none, and then it is over
-- before a statement that writes is made ready, which would take as long as a sixth of the planning.
--
-- Nearly always all of them go in. So that is tried first: neither ON CONFLICT nor rows to count, which cost a fifth of
-- a row's time. Where another session has taken an instant in the meantime (23505), or a trigger of the application
-- has kept a row out (21000), that is undone and comes again slot by slot. The placeholders go in in the same
-- statement, which is when the foreign key looks for them, and only where a slot goes in.
CREATE OR REPLACE FUNCTION topoff.insert_planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean
)
RETURNS TABLE (tenant_id text, created integer)
LANGUAGE plpgsql
AS $$
DECLARE
    -- Not in a SET clause: only a superuser may create a function with a setting that no module defines.
    planning_before CONSTANT pg_catalog.text := pg_catalog.current_setting('topoff.planning'::pg_catalog.text, true);
    calendars CONSTANT topoff.new_calendar[] := ARRAY(
        SELECT calendar FROM topoff.new_slots(tenants, as_of, window_end, replan) AS calendar
    );
    insert_slots CONSTANT pg_catalog.text :=
        $statement$
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
            FROM pg_catalog.unnest($1) AS account
        ) AS slot
        $statement$;
    insert_placeholders CONSTANT pg_catalog.text :=
        $statement$
        INSERT INTO public.content_items (id, tenant_id, title)
        SELECT DISTINCT slot.content_item_id, slot.tenant_id, 'Planned slot'
        FROM %s AS slot
        WHERE slot.content_item_id IS NOT NULL
        ORDER BY slot.tenant_id
        ON CONFLICT DO NOTHING
        $statement$;
    slots_in pg_catalog.int8;
BEGIN
    IF pg_catalog.cardinality(calendars) OPERATOR(pg_catalog.=) 0 THEN
        RETURN;
    END IF;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    BEGIN
        EXECUTE pg_catalog.format('WITH placeholder AS (%s) %s',
                                  pg_catalog.format(insert_placeholders, 'pg_catalog.unnest($1)'), insert_slots)
        USING calendars;
        GET DIAGNOSTICS slots_in = ROW_COUNT;
        IF slots_in OPERATOR(pg_catalog.<>) (
            SELECT pg_catalog.sum(pg_catalog.cardinality(calendar.slots)) FROM pg_catalog.unnest(calendars) AS calendar
        ) THEN
            RAISE cardinality_violation;
        END IF;
        RETURN QUERY
        SELECT calendar.tenant_id, pg_catalog.sum(pg_catalog.cardinality(calendar.slots))::pg_catalog.int4
        FROM pg_catalog.unnest(calendars) AS calendar
        GROUP BY calendar.tenant_id;
    EXCEPTION WHEN unique_violation OR cardinality_violation THEN
        RETURN QUERY EXECUTE pg_catalog.format(
            $statement$
            WITH new_slot AS (
                %s
                ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO NOTHING
                RETURNING post.tenant_id, post.content_item_id
            ),
            placeholder AS (%s)
            SELECT new_slot.tenant_id::pg_catalog.text, pg_catalog.count(*)::pg_catalog.int4
            FROM new_slot
            GROUP BY new_slot.tenant_id
            $statement$,
            insert_slots, pg_catalog.format(insert_placeholders, 'new_slot')
        )
        USING calendars;
    END;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, planning_before, true);
END;
$$;

COMMENT ON FUNCTION topoff.insert_planned_slots(text[], timestamptz, timestamptz, boolean) IS
'Inserts new_slots() with the same arguments, with their tenants'' placeholders; how many, for each tenant that got any. An instant that another session takes meanwhile is left to it. The caller has checked the arguments and holds lock_tenants(tenants).';

REVOKE ALL ON FUNCTION topoff.insert_planned_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
