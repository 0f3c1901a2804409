-- The rows of post_instances that a top-off or a re-plan inserts, ready but for the status: an account's in one row.
--
-- The ids are UUIDs of version 7 (RFC 9562, 6.2): the time in milliseconds, random digits drawn once a
-- call, and a counter that begins at random. Random ids throughout would cost a tenth of a row's time.
CREATE OR REPLACE FUNCTION topoff.new_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean
)
RETURNS SETOF topoff.new_calendar
LANGUAGE plpgsql
ROWS 1000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET jit = off
SET work_mem = '64MB'
AS $$
#variable_conflict use_column
DECLARE
    milliseconds CONSTANT text := to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint);
    random_digits CONSTANT text := replace(gen_random_uuid()::text, '-', '');
    id_begin CONSTANT text := lpad(milliseconds, 12, '0') || '7' || substr(random_digits, 14, 7);
    counter_begin CONSTANT bigint := ('x1' || right(random_digits, 11))::bit(48)::bigint;
BEGIN
    RETURN QUERY
    SELECT tenant_id, channel_account_id, content_item_id,
           ARRAY(
               SELECT (id_begin || to_hex(counter_begin + slots_before + number))::uuid
               FROM generate_series(1, cardinality(slots)) AS number
               ORDER BY number
           ),
           slots, categories
    FROM (
        SELECT *, sum(cardinality(slots)) OVER in_order - cardinality(slots) AS slots_before
        FROM (
            SELECT tenant_id, channel_account_id, content_item_id, slots, categories
            FROM topoff.planned_calendars(tenants, as_of, window_end, creates_only => true)
            WHERE NOT replan
            UNION ALL
            SELECT tenant_id, channel_account_id, content_item_id,
                   array_agg(slot_at ORDER BY slot_at), array_agg(category ORDER BY slot_at)
            FROM topoff.replanned_slots(tenants, as_of, window_end, changes_only => true)
            WHERE replan AND decision = 'create'
            GROUP BY tenant_id, channel_account_id, content_item_id
        ) AS calendar
        WINDOW in_order AS (ORDER BY channel_account_id, tenant_id)
    ) AS calendar
    ORDER BY channel_account_id, tenant_id;
END;
$$;

COMMENT ON FUNCTION topoff.new_slots(text[], timestamptz, timestamptz, boolean) IS
'The slots that planned_calendars(), or with replan replanned_slots(), wants created: a row for each account that gets any, in the order of their ids, with a new id, the instant and the category of each, in the order of time. content_item_id is the content that an empty slot has: NULL where post_instances allows that, else the tenant''s placeholder.';

REVOKE ALL ON FUNCTION topoff.new_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
