-- Writes what the planner wants created, for tenants whose locks the caller holds (lock_tenants).
--
-- Posts go in in the order of account and instant, which is the order that the planner gives them in, so
-- that two writers who meet wait for each other in one direction only. Where another session has taken an
-- instant in the meantime its post stands; ON CONFLICT costs a sixth of a row's time, though, so that who
-- can do it again otherwise (run_batch) first tries it strict. The clause is all that differs, and
-- one statement can't have it both ways, hence EXECUTE. The placeholder goes in in the same statement, and
-- only where a slot went in.
--
-- The ids are UUIDs of version 7 (RFC 9562, 6.2): the time in milliseconds, random digits drawn once a
-- call, and a counter that begins at random. Random ids throughout would cost a tenth of a row's time.
CREATE OR REPLACE FUNCTION topoff.insert_planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean,
    strict boolean DEFAULT false
)
RETURNS TABLE (tenant_id text, created integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
DECLARE
    milliseconds CONSTANT text := to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    random_digits CONSTANT text := replace(gen_random_uuid()::text, '-', '');
    id_begin CONSTANT text := lpad(milliseconds, 12, '0') || '7' || substr(random_digits, 14, 7);
    counter_begin CONSTANT bigint := ('x1' || right(random_digits, 11))::bit(48)::bigint;
    on_conflict CONSTANT text := CASE
        WHEN strict THEN ''
        ELSE 'ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO NOTHING'
    END;
BEGIN
    RETURN QUERY EXECUTE format(
        $statement$
        WITH new_slot AS (
            INSERT INTO public.post_instances AS post (
                id, tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status
            )
            SELECT ($5 || to_hex($6 + planned.place))::uuid,
                   planned.tenant_id, planned.channel_account_id, planned.content_item_id,
                   planned.slot_at, planned.slot_at, 'Planned'
            FROM topoff.planned_slots($1, $2, $3, replan => $4, changes_only => true) WITH ORDINALITY AS planned (
                tenant_id, channel_account_id, slot_at, slot_local, decision, content_item_id, place
            )
            WHERE planned.decision = 'create'
            %s
            RETURNING post.tenant_id, post.content_item_id
        ),
        outcome AS (
            SELECT new_slot.tenant_id, new_slot.content_item_id, count(*)::integer AS created
            FROM new_slot
            GROUP BY new_slot.tenant_id, new_slot.content_item_id
        ),
        new_placeholder AS (
            INSERT INTO public.content_items (id, tenant_id, title)
            SELECT outcome.content_item_id, outcome.tenant_id, 'Planned slot'
            FROM outcome
            ORDER BY outcome.tenant_id
            ON CONFLICT DO NOTHING
        )
        SELECT outcome.tenant_id::text, outcome.created FROM outcome
        $statement$,
        on_conflict
    )
    USING tenants, as_of, window_end, replan, id_begin, counter_begin;
END;
$$;

COMMENT ON FUNCTION topoff.insert_planned_slots(text[], timestamptz, timestamptz, boolean, boolean) IS
'Inserts the slots that planned_slots() with the same arguments wants created, with their tenants'' placeholders; how many, for each tenant that got any. An instant that another session takes meanwhile is left to it, or with strict is an error (23505). The caller has checked the arguments and holds lock_tenants(tenants).';

REVOKE ALL ON FUNCTION topoff.insert_planned_slots(text[], timestamptz, timestamptz, boolean, boolean) FROM PUBLIC;
