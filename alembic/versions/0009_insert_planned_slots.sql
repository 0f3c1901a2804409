-- Writes what the planner wants created, for tenants whose locks the caller holds (lock_tenants).
--
-- Posts go in in the order of account and instant, so that two writers who meet wait for each other in
-- one direction only; where another session has taken an instant in the meantime its post stands. The
-- placeholder goes in in the same statement, and only where there is a slot to serve.
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
BEGIN
    RETURN QUERY
    WITH slot AS MATERIALIZED (
        SELECT planned.tenant_id, planned.channel_account_id, planned.slot_at
        FROM public.planned_slots(tenants, as_of, window_end, replan) AS planned
        WHERE planned.decision = 'create'
    ),
    placeholder AS MATERIALIZED (
        SELECT tenant_id, public.placeholder_content_item_id(tenant_id) AS id
        FROM (SELECT DISTINCT tenant_id FROM slot) AS tenant
    ),
    new_placeholder AS (
        INSERT INTO public.content_items (id, tenant_id, title)
        SELECT id, tenant_id, 'Planned slot'
        FROM placeholder
        ORDER BY tenant_id
        ON CONFLICT DO NOTHING
    ),
    new_slot AS (
        INSERT INTO public.post_instances AS post (
            id, tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status
        )
        SELECT gen_random_uuid(), slot.tenant_id, slot.channel_account_id, placeholder.id,
               slot.slot_at, slot.slot_at, 'Planned'
        FROM slot
        JOIN placeholder USING (tenant_id)
        ORDER BY slot.channel_account_id, slot.slot_at
        ON CONFLICT ON CONSTRAINT post_instances_slot_key DO NOTHING
        RETURNING post.tenant_id
    )
    SELECT new_slot.tenant_id::text, count(*)::integer
    FROM new_slot
    GROUP BY new_slot.tenant_id;
END;
$$;

COMMENT ON FUNCTION public.insert_planned_slots(text[], timestamptz, timestamptz, boolean) IS
'Inserts the slots that planned_slots() with the same arguments wants created, with their tenants'' placeholders; how many, for each tenant that got any. The caller has checked the arguments and holds lock_tenants(tenants).';

REVOKE ALL ON FUNCTION public.insert_planned_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
