-- How far ahead the accounts of one tenant are planned: what the view cadence_coverage shows.
-- A function, so that the view looks at the tables with its reader's rights, on any server version.
-- Without sequential scans, because its plans outlive the day when the tables were small.
CREATE OR REPLACE FUNCTION topoff.tenant_coverage(tenant text)
RETURNS TABLE (
    channel_account_id uuid,
    cadence text,
    slots_ahead integer,
    empty_slots integer,
    filled_slots integer,
    next_empty_slot timestamptz,
    filled_until timestamptz,
    missed_slots integer
)
LANGUAGE plpgsql
STABLE
ROWS 10
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
AS $$
#variable_conflict use_column
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
BEGIN
    RETURN QUERY
    SELECT account.id,
           CASE
               WHEN account.status IS DISTINCT FROM 'active'
                   THEN 'none: the account is ' || coalesce(account.status::text, 'without a status')
               WHEN account.posts_per_week = 0 THEN 'none'
               ELSE format('%s a week: %s (%s)', account.posts_per_week, cell.words, account.timezone)
           END,
           (slot.empty + slot.filled)::integer, slot.empty::integer, slot.filled::integer,
           slot.next_empty, slot.filled_until, slot.missed::integer
    FROM public.channel_accounts AS account
    CROSS JOIN LATERAL (
        SELECT string_agg(round.days || ' ' || round.time_local, ', ' ORDER BY round.time_local) AS words
        FROM (
            SELECT regexp_replace(cell.time_local::text, ':00$', '') AS time_local,
                   string_agg((ARRAY['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[cell.day_of_week],
                              ' ' ORDER BY cell.day_of_week) AS days
            FROM topoff.cadence_cells(account.posts_per_week::bigint, account.days_of_week::bigint[], account.times_local) AS cell
            GROUP BY cell.time_local
        ) AS round
    ) AS cell
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE post.is_ahead AND post.is_empty) AS empty,
               count(*) FILTER (WHERE post.is_ahead AND NOT post.is_empty) AS filled,
               min(post.scheduled_for) FILTER (WHERE post.is_ahead AND post.is_empty) AS next_empty,
               max(post.scheduled_for) FILTER (WHERE post.is_ahead) AS filled_until,
               count(*) FILTER (WHERE NOT post.is_ahead AND post.is_empty) AS missed
        FROM (
            SELECT post.scheduled_for, post.scheduled_for > now() AS is_ahead,
                   topoff.is_empty_slot(post.status::text, post.content_item_id, placeholder) AS is_empty
            FROM public.post_instances AS post
            WHERE post.tenant_id = tenant
              AND post.channel_account_id = account.id
              AND post.scheduled_for > now() - interval '672 hours'
              AND post.planned_for IS NOT NULL
            OFFSET 0
        ) AS post
    ) AS slot
    WHERE account.tenant_id = tenant;
END;
$$;

COMMENT ON FUNCTION topoff.tenant_coverage(text) IS
'The rows of the view cadence_coverage for one tenant; none for a tenant without accounts.';

REVOKE ALL ON FUNCTION topoff.tenant_coverage(text) FROM PUBLIC;
