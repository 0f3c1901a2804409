-- The rows of post_instances that a top-off or a re-plan inserts, ready but for the status.
--
-- The ids are UUIDs of version 7 (RFC 9562, 6.2): the time in milliseconds, random digits drawn once a
-- call, and a counter that begins at random. Random ids throughout would cost a tenth of a row's time.
CREATE OR REPLACE FUNCTION topoff.new_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean
)
RETURNS TABLE (
    id uuid,
    tenant_id text,
    channel_account_id uuid,
    content_item_id uuid,
    slot_at timestamptz,
    category text
)
LANGUAGE plpgsql
ROWS 10000
SET search_path = pg_catalog, pg_temp
SET enable_nestloop = off
SET enable_mergejoin = off
SET jit = off
SET work_mem = '64MB'
AS $$
DECLARE
    milliseconds CONSTANT text := to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    random_digits CONSTANT text := replace(gen_random_uuid()::text, '-', '');
    id_begin CONSTANT text := lpad(milliseconds, 12, '0') || '7' || substr(random_digits, 14, 7);
    counter_begin CONSTANT bigint := ('x1' || right(random_digits, 11))::bit(48)::bigint;
BEGIN
    IF replan THEN
        RETURN QUERY
        SELECT (id_begin || to_hex(counter_begin + planned.place))::uuid,
               planned.tenant_id, planned.channel_account_id, planned.content_item_id,
               planned.slot_at, planned.category
        FROM topoff.replanned_slots(tenants, as_of, window_end, changes_only => true) WITH ORDINALITY AS planned (
            tenant_id, channel_account_id, slot_at, slot_local, category, decision, content_item_id, post_instance_id, place
        )
        WHERE planned.decision = 'create';
    ELSE
        RETURN QUERY
        SELECT (id_begin || to_hex(counter_begin + planned.place))::uuid,
               planned.tenant_id, planned.channel_account_id, planned.content_item_id,
               planned.slot_at, planned.category
        FROM topoff.planned_slots(tenants, as_of, window_end, creates_only => true) WITH ORDINALITY AS planned (
            tenant_id, channel_account_id, slot_at, slot_local, category, decision, content_item_id, place
        );
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.new_slots(text[], timestamptz, timestamptz, boolean) IS
'The slots that planned_slots(), or with replan replanned_slots(), wants created, in its order (account, instant), each with a new id and with the content that an empty slot has: NULL where post_instances allows that, else the tenant''s placeholder.';

REVOKE ALL ON FUNCTION topoff.new_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
