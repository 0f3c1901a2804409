-- Writes what the planner wants created, for tenants whose locks the caller holds (lock_tenants).
--
-- Posts go in in the order of account and instant, so that two writers who meet wait for each other in
-- one direction only; where another session has taken an instant in the meantime its post stands. The
-- placeholder goes in in the same statement, and only where a slot went in.
--
-- The ids are UUIDs of version 7 (RFC 9562, 6.2): the time in milliseconds, random digits drawn once a
-- call, and a counter that begins at random. Random ids throughout would cost a fifth of the time that
-- a row takes, half of it for drawing them and half for going into the primary key all over the place.
CREATE OR REPLACE FUNCTION public.insert_planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean
)
RETURNS TABLE (tenant_id text, created integer)
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    milliseconds CONSTANT text := to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    random_digits CONSTANT text := replace(gen_random_uuid()::text, '-', '');
    id_begin CONSTANT text := lpad(milliseconds, 12, '0') || '7' || substr(random_digits, 14, 7);
    counter_begin CONSTANT bigint := ('x1' || right(random_digits, 11))::bit(48)::bigint;
BEGIN
    RETURN QUERY
    WITH placeholder AS MATERIALIZED (
        SELECT DISTINCT tenant AS tenant_id, public.placeholder_content_item_id(tenant) AS id
        FROM unnest(tenants) AS tenant
    ),
    new_slot AS (
        INSERT INTO public.post_instances AS post (
            id, tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status
        )
        SELECT (id_begin || to_hex(counter_begin + row_number() OVER (
                   ORDER BY planned.channel_account_id, planned.slot_at)))::uuid,
               planned.tenant_id, planned.channel_account_id, placeholder.id,
               planned.slot_at, planned.slot_at, 'Planned'
        FROM public.planned_slots(tenants, as_of, window_end, replan, changes_only => true) AS planned
        JOIN placeholder ON placeholder.tenant_id = planned.tenant_id
        WHERE planned.decision = 'create'
        ORDER BY planned.channel_account_id, planned.slot_at
        ON CONFLICT ON CONSTRAINT post_instances_slot_key DO NOTHING
        RETURNING post.tenant_id
    ),
    outcome AS (
        SELECT new_slot.tenant_id::text, count(*)::integer AS created
        FROM new_slot
        GROUP BY new_slot.tenant_id
    ),
    new_placeholder AS (
        INSERT INTO public.content_items (id, tenant_id, title)
        SELECT placeholder.id, placeholder.tenant_id, 'Planned slot'
        FROM outcome
        JOIN placeholder ON placeholder.tenant_id = outcome.tenant_id
        ORDER BY placeholder.tenant_id
        ON CONFLICT DO NOTHING
    )
    SELECT outcome.tenant_id, outcome.created FROM outcome;
END;
$$;

COMMENT ON FUNCTION public.insert_planned_slots(text[], timestamptz, timestamptz, boolean) IS
'Inserts the slots that planned_slots() with the same arguments wants created, with their tenants'' placeholders; how many, for each tenant that got any. The caller has checked the arguments and holds lock_tenants(tenants).';

REVOKE ALL ON FUNCTION public.insert_planned_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
