-- The plan of a re-plan: what the planner would create were the untouched slots of the future gone, compared
-- with these. What both have stays, and keeps its row.
--
-- Every account's untouched slots, however far ahead: also of one that does not plan any more. Not of one
-- whose time zone the server does not know (any more): what its programme gives, nobody can tell.
-- Settings as in planned_calendars().
CREATE OR REPLACE FUNCTION topoff.replanned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    changes_only boolean DEFAULT false
)
RETURNS TABLE (
    tenant_id text,
    channel_account_id uuid,
    slot_at timestamptz,
    slot_local timestamp,
    category text,
    decision text,
    content_item_id uuid,
    post_instance_id uuid
)
LANGUAGE plpgsql
STABLE
ROWS 10000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_nestloop = off
SET enable_mergejoin = off
SET enable_sort = off
SET enable_incremental_sort = off
SET jit = off
SET work_mem = '64MB'
AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH tenant AS MATERIALIZED (
        SELECT tenant_id, topoff.placeholder_content_item_id(tenant_id) AS placeholder
        FROM (SELECT DISTINCT tenant_id FROM unnest(tenants) AS tenant_id) AS named
    ),
    account AS MATERIALIZED (
        SELECT tenant.tenant_id, tenant.placeholder, account.id, account.timezone
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT account.id, coalesce(account.timezone, 'UTC')::text AS timezone
            FROM public.channel_accounts AS account
            WHERE account.tenant_id = tenant.tenant_id
            OFFSET 0
        ) AS account
    ),
    zone AS MATERIALIZED (
        SELECT timezone
        FROM (SELECT DISTINCT timezone FROM account OFFSET 0) AS account
        WHERE topoff.is_known_zone(timezone)
    ),
    standing AS MATERIALIZED (
        SELECT account.tenant_id, account.id AS channel_account_id, post.*,
               post.slot_at AT TIME ZONE account.timezone AS slot_local
        FROM account
        JOIN zone USING (timezone)
        CROSS JOIN LATERAL (
            SELECT post.id, post.scheduled_for AS slot_at, post.planned_category AS category
            FROM public.post_instances AS post
            WHERE post.tenant_id = account.tenant_id
              AND (post.channel_account_id, post.scheduled_for) > (account.id, replanned_slots.as_of)
              AND (post.channel_account_id, post.scheduled_for) <= (account.id, 'infinity')
              AND topoff.is_untouched_slot(
                      post.status::text, post.content_item_id, account.placeholder,
                      post.scheduled_for, post.planned_for, post.touched_at)
            ORDER BY post.channel_account_id, post.scheduled_for
            OFFSET 0
        ) AS post
    ),
    replanned AS (
        SELECT tenant_id, channel_account_id, slot_at,
               coalesce(planned.slot_local, standing.slot_local) AS slot_local,
               planned.category, standing.category AS present_category, standing.id, planned.content_item_id,
               CASE
                   WHEN standing.id IS NULL THEN planned.decision
                   WHEN planned.decision = 'create' THEN 'exists'
                   ELSE 'remove'
               END AS decision
        FROM topoff.planned_slots(
            tenants, as_of, window_end, without_untouched => true, creates_only => changes_only
        ) AS planned
        FULL JOIN standing USING (tenant_id, channel_account_id, slot_at)
    )
    SELECT tenant_id, channel_account_id, slot_at, slot_local,
           CASE decision WHEN 'remove' THEN present_category ELSE category END,
           decision, content_item_id, id
    FROM replanned
    WHERE NOT changes_only
       OR decision <> 'exists'
       OR category IS DISTINCT FROM present_category
    ORDER BY channel_account_id, slot_at;
END;
$$;

COMMENT ON FUNCTION topoff.replanned_slots(text[], timestamptz, timestamptz, boolean) IS
'What a re-plan would do: the rows of planned_slots() as if the untouched slots after as_of were gone, but exists, with its post_instance_id, where such a slot stays, and remove where it does not, in place of its cell''s row or as a row of its own. With changes_only, only create, remove, and the exists whose slot has another planned_category than the programme wants. Checks no argument.';

REVOKE ALL ON FUNCTION topoff.replanned_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
