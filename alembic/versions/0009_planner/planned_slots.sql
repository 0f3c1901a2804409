-- The planner: what becomes of every slot that the cadences of some tenants give, and why.
-- All the rules of planning stand here and in the functions it calls, and nowhere else: a top-off
-- inserts the rows that say 'create', a preview shows all of them, a re-plan also deletes 'remove'.
-- Asking for changes_only spares a night the slots that exist, which are nearly all of them.
--
-- One statement for any number of tenants, because a night works on batches of them. To plan it takes
-- longer than to run it for one tenant, so a session plans it once, and that plan has to be right whatever
-- becomes of the tables: by hash joins, because the row counts of a chain of CTEs can't be estimated;
-- without sequential scans; each table in a LATERAL of its own, by conditions that an index of ours has and
-- no other (OFFSET 0 keeps the rest out). Only while there are next to no posts do all indexes look the
-- same, so that plan is not kept. JIT would take a second to compile it.
CREATE OR REPLACE FUNCTION topoff.planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean,
    changes_only boolean DEFAULT false
)
RETURNS TABLE (
    tenant_id text,
    channel_account_id uuid,
    slot_at timestamptz,
    slot_local timestamp,
    decision text,
    content_item_id uuid
)
LANGUAGE plpgsql
STABLE
ROWS 10000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off
SET enable_nestloop = off
SET enable_mergejoin = off
SET jit = off
SET work_mem = '64MB'
AS $$
#variable_conflict use_column
DECLARE
    -- No week is longer than 7 days and a change of the clock, no zone farther than a day from UTC.
    weeks_begin CONSTANT timestamptz := as_of - interval '8 days';
    weeks_end CONSTANT timestamptz := window_end + interval '8 days';
    day_before CONSTANT timestamp := as_of AT TIME ZONE 'UTC' - interval '1 day';
BEGIN
    IF pg_relation_size('public.post_instances') > 128 * 1024 THEN
        PERFORM set_config('plan_cache_mode', 'force_generic_plan', true);
    END IF;
    RETURN QUERY
    WITH tenant AS MATERIALIZED (
        -- The placeholder once a tenant: to compute one takes as long as to read an account.
        SELECT DISTINCT tenant_id, topoff.placeholder_content_item_id(tenant_id) AS placeholder
        FROM unnest(tenants) AS tenant_id
    ),
    closed AS MATERIALIZED (
        -- Blackouts that are not over, as one set of times an account; NULL is the whole tenant.
        SELECT tenant.tenant_id, blackout.channel_account_id, range_agg(blackout.during) AS during
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT blackout.channel_account_id, blackout.during
            FROM topoff.blackouts AS blackout
            WHERE blackout.tenant_id = tenant.tenant_id
              AND coalesce(upper(blackout.during), 'infinity') >= day_before
            OFFSET 0
        ) AS blackout
        GROUP BY tenant.tenant_id, blackout.channel_account_id
    ),
    account AS MATERIALIZED (
        -- The accounts that plan.
        SELECT tenant.tenant_id, tenant.placeholder, account.id,
               account.timezone, account.posts_per_week, account.days_of_week, account.times_local,
               own.during AS account_closed, everybody.during AS tenant_closed
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT account.id, account.status,
                   account.timezone, account.posts_per_week, account.days_of_week, account.times_local
            FROM public.channel_accounts AS account
            WHERE account.tenant_id = tenant.tenant_id
            OFFSET 0
        ) AS account
        LEFT JOIN closed AS own
               ON own.tenant_id = tenant.tenant_id AND own.channel_account_id = account.id
        LEFT JOIN closed AS everybody
               ON everybody.tenant_id = tenant.tenant_id AND everybody.channel_account_id IS NULL
        WHERE account.status = 'active'
          AND account.posts_per_week > 0
    ),
    cadence AS MATERIALIZED (
        -- Each cadence once, with as_of and the Monday of the window's last ISO week by its own clock.
        SELECT row_number() OVER () AS cadence, timezone, posts_per_week, days_of_week, times_local,
               as_of AT TIME ZONE timezone AS local_as_of,
               date_trunc('week', window_end AT TIME ZONE timezone) AS last_week
        FROM (SELECT DISTINCT timezone, posts_per_week, days_of_week, times_local FROM account) AS account
    ),
    cell AS MATERIALIZED (
        -- The cells after as_of up to the end of that week, those after the window included. From here on
        -- a cell is its instant: two cells on one instant are one, and its local time is what the clock
        -- shows then. A clock that goes forward can carry a cell into the next day, and so into the first
        -- week from the one before. OFFSET 0 has each step computed once.
        SELECT cadence.cadence, slot_at, slot_local, date_trunc('week', slot_local) AS week,
               bool_or(date_trunc('week', slot_local) <> monday) AS carried
        FROM cadence
        CROSS JOIN LATERAL topoff.cadence_cells(
            cadence.posts_per_week, cadence.days_of_week, cadence.times_local) AS cell
        CROSS JOIN LATERAL generate_series(
            date_trunc('week', cadence.local_as_of) - interval '7 days', cadence.last_week, interval '7 days'
        ) AS monday
        CROSS JOIN LATERAL (
            SELECT monday + (cell.day_of_week - 1) * interval '1 day' + cell.time_local AS local_time
            OFFSET 0
        ) AS cell_time
        CROSS JOIN LATERAL (
            SELECT topoff.slot_instant(local_time, cadence.timezone) AS slot_at
            OFFSET 0
        ) AS instant
        CROSS JOIN LATERAL (
            SELECT slot_at AT TIME ZONE cadence.timezone AS slot_local
            OFFSET 0
        ) AS clock
        WHERE local_time > cadence.local_as_of - interval '1 day'
          AND slot_at > as_of
          AND date_trunc('week', slot_local) <= cadence.last_week
        GROUP BY cadence.cadence, slot_at, slot_local
    ),
    candidate AS MATERIALIZED (
        -- The accounts to look into. Asking for changes only spares those on whose calendar stands, in the
        -- window, what the cadence gives and nothing else: the slot key alone tells that.
        SELECT account.*, cadence
        FROM account
        JOIN cadence USING (timezone, posts_per_week, days_of_week, times_local)
        LEFT JOIN (
            SELECT cadence, array_agg(slot_at ORDER BY slot_at) AS slots
            FROM cell
            WHERE slot_at <= window_end
            GROUP BY cadence
        ) AS wanted USING (cadence)
        WHERE replan
           OR NOT changes_only
           OR wanted.slots IS DISTINCT FROM ARRAY(
               SELECT post.scheduled_for
               FROM public.post_instances AS post
               WHERE post.tenant_id = account.tenant_id
                 AND post.channel_account_id = account.id
                 AND post.scheduled_for > as_of
                 AND post.scheduled_for <= window_end
               ORDER BY post.scheduled_for
           )
    ),
    post AS MATERIALIZED (
        -- What stands on the calendar in those weeks. A re-plan looks at it as if the untouched slots of
        -- the future were gone.
        SELECT candidate.id AS channel_account_id, post.scheduled_for, post.is_untouched
        FROM candidate
        CROSS JOIN LATERAL (
            SELECT post.scheduled_for, topoff.is_untouched_slot(
                       post.status::text, post.content_item_id, candidate.placeholder,
                       post.scheduled_for, post.planned_for, post.touched_at) AS is_untouched
            FROM public.post_instances AS post
            WHERE post.tenant_id = candidate.tenant_id
              AND post.channel_account_id = candidate.id
              AND post.scheduled_for > weeks_begin
              AND post.scheduled_for < weeks_end
            OFFSET 0
        ) AS post
        WHERE NOT (replan AND post.is_untouched AND post.scheduled_for > as_of)
    ),
    moved AS MATERIALIZED (
        SELECT post.channel_account_id, post.planned_for
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT post.channel_account_id, post.planned_for
            FROM public.post_instances AS post
            WHERE post.tenant_id = tenant.tenant_id
              AND post.planned_for > as_of
              AND post.planned_for < weeks_end
              AND post.planned_for IS DISTINCT FROM post.scheduled_for
            OFFSET 0
        ) AS post
    ),
    slot AS MATERIALIZED (
        -- Every account's cells, with the first reason not to plan one; those without are free.
        SELECT *
        FROM (
            SELECT candidate.tenant_id, candidate.placeholder, candidate.id AS channel_account_id,
                   cadence, cell.slot_at, cell.slot_local, cell.week,
                   CASE
                       WHEN (candidate.id, cell.slot_at) IN (SELECT channel_account_id, scheduled_for FROM post)
                       THEN 'exists'
                       WHEN (candidate.id, cell.slot_at) IN (SELECT channel_account_id, planned_for FROM moved)
                       THEN 'moved'
                       WHEN cell.slot_local <@ candidate.account_closed
                         OR cell.slot_local <@ candidate.tenant_closed
                       THEN 'blackout'
                   END AS reason
            FROM candidate
            JOIN cell USING (cadence)
            OFFSET 0
        ) AS judged
        WHERE reason IS NULL OR NOT changes_only
    ),
    week AS MATERIALIZED (
        -- The weeks with a free cell in the window: only there the quota has something to decide. Without
        -- posts it has nothing either, unless a cell was carried into a week that is full without it.
        SELECT channel_account_id, week, count(*) AS free_cells
        FROM slot
        WHERE reason IS NULL
          AND (channel_account_id IN (SELECT channel_account_id FROM post)
               OR cadence IN (SELECT cadence FROM cell WHERE carried))
        GROUP BY channel_account_id, week
        HAVING bool_or(slot_at <= window_end)
    ),
    crowded AS MATERIALIZED (
        -- The weeks that have less room than free cells, and the posts to keep away from.
        SELECT week.channel_account_id, week.week,
               candidate.posts_per_week - count(post.scheduled_for) AS room,
               array_agg(post.scheduled_for) FILTER (WHERE NOT post.is_untouched) AS neighbours
        FROM week
        JOIN candidate ON candidate.id = week.channel_account_id
        LEFT JOIN post
               ON post.channel_account_id = week.channel_account_id
              AND date_trunc('week', post.scheduled_for AT TIME ZONE candidate.timezone) = week.week
        GROUP BY week.channel_account_id, week.week, week.free_cells, candidate.posts_per_week
        HAVING candidate.posts_per_week - count(post.scheduled_for) < week.free_cells
    ),
    over_quota AS MATERIALIZED (
        -- The cells farthest from people's posts win; ties, and weeks without such a post: the earlier.
        SELECT channel_account_id, slot_at
        FROM (
            SELECT slot.channel_account_id, slot.slot_at, crowded.room,
                   row_number() OVER (
                       PARTITION BY slot.channel_account_id, slot.week
                       ORDER BY (SELECT min(greatest(slot.slot_at - neighbour, neighbour - slot.slot_at))
                                 FROM unnest(crowded.neighbours) AS neighbour) DESC,
                                slot.slot_at
                   ) AS rank
            FROM crowded
            JOIN slot USING (channel_account_id, week)
            WHERE slot.reason IS NULL
        ) AS ranked
        WHERE rank > room
    ),
    verdict AS (
        SELECT tenant_id, placeholder, channel_account_id, slot_at, slot_local,
               CASE
                   WHEN reason IS NOT NULL THEN reason
                   WHEN (channel_account_id, slot_at) IN (SELECT channel_account_id, slot_at FROM over_quota)
                   THEN 'quota'
                   ELSE 'create'
               END AS decision
        FROM slot
        WHERE slot_at <= window_end
    ),
    standing AS MATERIALIZED (
        -- For a re-plan: the untouched slots of the future, of every account, however far ahead.
        SELECT tenant.tenant_id, tenant.placeholder, account.id AS channel_account_id,
               post.scheduled_for AS slot_at,
               post.scheduled_for AT TIME ZONE account.timezone AS slot_local
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT account.id, account.timezone
            FROM public.channel_accounts AS account
            WHERE account.tenant_id = tenant.tenant_id
            OFFSET 0
        ) AS account
        CROSS JOIN LATERAL (
            SELECT post.scheduled_for
            FROM public.post_instances AS post
            WHERE post.tenant_id = tenant.tenant_id
              AND post.channel_account_id = account.id
              AND post.scheduled_for > as_of
              AND topoff.is_untouched_slot(
                      post.status::text, post.content_item_id, tenant.placeholder,
                      post.scheduled_for, post.planned_for, post.touched_at)
            OFFSET 0
        ) AS post
        WHERE replan
    )
    SELECT tenant_id, channel_account_id, slot_at, slot_local, decision, placeholder
    FROM (
        SELECT tenant_id, placeholder, channel_account_id, slot_at, slot_local,
               CASE
                   WHEN (channel_account_id, slot_at) NOT IN (SELECT channel_account_id, slot_at FROM standing)
                   THEN decision
                   WHEN decision = 'create' THEN 'exists'
                   ELSE 'remove'
               END AS decision
        FROM verdict
        UNION ALL
        SELECT tenant_id, placeholder, channel_account_id, slot_at, slot_local, 'remove'
        FROM standing
        WHERE (channel_account_id, slot_at) NOT IN (SELECT channel_account_id, slot_at FROM verdict)
    ) AS planned
    WHERE NOT changes_only OR decision IN ('create', 'remove')
    ORDER BY channel_account_id, slot_at;
END;
$$;

COMMENT ON FUNCTION topoff.planned_slots(text[], timestamptz, timestamptz, boolean, boolean) IS
'The planner behind topoff_, preview_ and replan_planned_slots: a row for each account and instant of the cadence with as_of < instant <= window_end, in that order, and what becomes of it: create, exists, moved, blackout or quota; content_item_id is the tenant''s placeholder. With replan, as if the untouched slots after as_of were gone, and with a row ''remove'' for each of them that would not be planned again. With changes_only, no other rows than create and remove. Checks no argument.';

REVOKE ALL ON FUNCTION topoff.planned_slots(text[], timestamptz, timestamptz, boolean, boolean) FROM PUBLIC;
