-- What becomes of every slot that the programmes of some tenants give, slot by slot (see planned_calendars).
CREATE OR REPLACE FUNCTION topoff.planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    without_untouched boolean DEFAULT false,
    creates_only boolean DEFAULT false
)
RETURNS TABLE (
    tenant_id text,
    channel_account_id uuid,
    slot_at timestamptz,
    slot_local timestamp,
    category text,
    decision text,
    content_item_id uuid
)
LANGUAGE plpgsql
STABLE
ROWS 10000
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT tenant_id, channel_account_id, slot_at, slot_local, category, coalesce(decision, 'create'), content_item_id
    FROM (
        SELECT tenant_id, channel_account_id, content_item_id, unnest(slots) AS slot_at,
               unnest(local_times) AS slot_local, unnest(categories) AS category, unnest(decisions) AS decision
        FROM topoff.planned_calendars(tenants, as_of, window_end, without_untouched, creates_only)
    ) AS planned;
END;
$$;

COMMENT ON FUNCTION topoff.planned_slots(text[], timestamptz, timestamptz, boolean, boolean) IS
'A row for each account and instant of its programme with as_of < instant <= window_end, in that order, the category wanted there, and what becomes of it: create, exists, moved, blackout or quota. content_item_id is what a slot there has as its content: the tenant''s placeholder, or NULL where post_instances allows that. With without_untouched, as if the untouched slots after as_of were gone. With creates_only, no other rows than create. Checks no argument.';

REVOKE ALL ON FUNCTION topoff.planned_slots(text[], timestamptz, timestamptz, boolean, boolean) FROM PUBLIC;
