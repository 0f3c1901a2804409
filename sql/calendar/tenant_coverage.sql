-- How far ahead the accounts of one tenant are planned: what the view cadence_coverage shows.
-- A function, so that the view looks at the tables with its reader's rights, on any server version, and
-- depends on no column of theirs. Without sequential scans, because its plans outlive the day when the tables
-- were small, and along the slot key, as in planned_calendars().
CREATE OR REPLACE FUNCTION topoff.tenant_coverage(tenant text)
RETURNS TABLE (
    channel_account_id uuid,
    cadence text,
    slots_ahead integer,
    empty_slots integer,
    filled_slots integer,
    next_empty_slot timestamptz,
    filled_until timestamptz,
    missed_slots integer,
    off_programme integer
)
LANGUAGE plpgsql
STABLE
ROWS 10
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_sort = off
SET enable_incremental_sort = off
SET jit = off
AS $$
#variable_conflict use_column
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
BEGIN
    RETURN QUERY
    WITH account AS MATERIALIZED (
        SELECT account.id AS account, account.status::text AS status,
               coalesce(account.timezone, 'UTC')::text AS timezone,
               coalesce(account.posts_per_week, 0)::bigint AS posts_per_week,
               coalesce(account.days_of_week, '{1,2,3,4,5}')::bigint[] AS days_of_week,
               coalesce(account.times_local, '{09:00}') AS times_local
        FROM public.channel_accounts AS account
        WHERE account.tenant_id = tenant_coverage.tenant
    ),
    zone AS MATERIALIZED (
        SELECT timezone, (now() AT TIME ZONE timezone)::date AS today
        FROM (SELECT DISTINCT timezone FROM account OFFSET 0) AS account
        WHERE topoff.is_known_zone(timezone)
    ),
    cadence AS MATERIALIZED (
        -- Of the accounts whose zone is known, each account's own first; further ones that are not over.
        SELECT account.account, account.status, account.timezone, zone.today,
               account.posts_per_week, account.days_of_week, account.times_local,
               NULL AS category, daterange(NULL, NULL) AS during, NULL AS id
        FROM account
        JOIN zone USING (timezone)
        WHERE account.posts_per_week > 0
        UNION ALL
        SELECT account.account, account.status, account.timezone, zone.today,
               cadence.posts_per_week, cadence.days_of_week, cadence.times_local,
               cadence.category, cadence.during, cadence.id
        FROM topoff.cadences AS cadence
        JOIN account ON account.account = cadence.channel_account_id
        JOIN zone USING (timezone)
        WHERE cadence.tenant_id = tenant_coverage.tenant
          AND cadence.during && daterange(zone.today, NULL)
    ),
    programme AS MATERIALIZED (
        SELECT account, string_agg(
                   topoff.cadence_in_words(posts_per_week, days_of_week, times_local, category, during),
                   '; ' ORDER BY id IS NOT NULL, lower(during) NULLS FIRST, category, id) AS words
        FROM cadence
        GROUP BY account
    ),
    slot AS MATERIALIZED (
        SELECT account.account, post.*, post.slot_at > now() AS is_ahead
        FROM account
        CROSS JOIN LATERAL (
            SELECT post.scheduled_for AS slot_at,
                   topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder) AS is_empty,
                   topoff.is_untouched_slot(
                       post.status::text, post.content_item_id, own.placeholder,
                       post.scheduled_for, post.planned_for, post.touched_at) AS is_untouched
            FROM public.post_instances AS post
            WHERE post.tenant_id = tenant_coverage.tenant
              AND (post.channel_account_id, post.scheduled_for) > (account.account, now() - interval '672 hours')
              AND (post.channel_account_id, post.scheduled_for) < (account.account, 'infinity')
              AND post.planned_for IS NOT NULL
            ORDER BY post.channel_account_id, post.scheduled_for
            OFFSET 0
        ) AS post
    ),
    given AS MATERIALIZED (
        -- The cells of the programmes, as the planner has them, in the months that have slots to look at,
        -- however far ahead somebody has planned.
        SELECT cadence.account, cell.slot_at
        FROM cadence
        JOIN (
            SELECT DISTINCT slot.account, date_trunc('month', slot.slot_at AT TIME ZONE account.timezone) AS begin
            FROM slot
            JOIN account USING (account)
            JOIN zone USING (timezone)
            WHERE slot.is_ahead AND slot.is_untouched
        ) AS month USING (account)
        CROSS JOIN LATERAL topoff.cadence_slots(
            cadence.posts_per_week, cadence.days_of_week, cadence.times_local, cadence.timezone,
            month.begin::date, (month.begin + interval '1 month')::date - 1
        ) AS cell
        WHERE cell.slot_local::date <@ cadence.during
          AND topoff.plans(cadence.status, cadence.posts_per_week, false)
    ),
    numbers AS MATERIALIZED (
        SELECT account,
               count(*) FILTER (WHERE is_ahead AND is_empty) AS empty,
               count(*) FILTER (WHERE is_ahead AND NOT is_empty) AS filled,
               min(slot_at) FILTER (WHERE is_ahead AND is_empty) AS next_empty,
               max(slot_at) FILTER (WHERE is_ahead) AS filled_until,
               count(*) FILTER (WHERE NOT is_ahead AND is_empty) AS missed,
               count(*) FILTER (WHERE is_ahead AND is_untouched
                                  AND (account, slot_at) NOT IN (SELECT account, slot_at FROM given)) AS off
        FROM slot
        GROUP BY account
    )
    SELECT account.account,
           CASE
               WHEN account.status IS DISTINCT FROM 'active'
                   THEN 'none: the account is ' || coalesce(account.status, 'without a status')
               WHEN zone.timezone IS NULL
                   THEN format('none: this server does not know the time zone "%s"', account.timezone)
               ELSE coalesce(programme.words || ' (' || account.timezone || ')', 'none')
           END,
           coalesce(numbers.empty + numbers.filled, 0)::integer,
           coalesce(numbers.empty, 0)::integer,
           coalesce(numbers.filled, 0)::integer,
           numbers.next_empty, numbers.filled_until,
           coalesce(numbers.missed, 0)::integer,
           CASE WHEN zone.timezone IS NOT NULL THEN coalesce(numbers.off, 0)::integer END
    FROM account
    LEFT JOIN zone USING (timezone)
    LEFT JOIN programme USING (account)
    LEFT JOIN numbers USING (account);
END;
$$;

COMMENT ON FUNCTION topoff.tenant_coverage(text) IS
'The rows of the view cadence_coverage for one tenant; none for a tenant without accounts.';

REVOKE ALL ON FUNCTION topoff.tenant_coverage(text) FROM PUBLIC;
