-- The planner: what becomes of every slot that the cadences of some tenants give, and why.
-- All the rules of planning stand here and in the functions it calls, and nowhere else: a top-off
-- inserts the rows that say 'create', a preview shows all of them, a re-plan also deletes 'remove'.
--
-- One statement for any number of tenants, because a night works on batches of them. The settings keep
-- it fast whatever the state of the tables: planned anew at each call, so that no plan made while a
-- table was empty or never analyzed outlives that state; by hash joins, because the row counts of a
-- chain of CTEs can't be estimated; without JIT, which would take a second to compile it.
CREATE OR REPLACE FUNCTION public.planned_slots(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    replan boolean
)
RETURNS TABLE (
    tenant_id text,
    channel_account_id uuid,
    slot_at timestamptz,
    slot_local timestamp,
    decision text
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
BEGIN
    RETURN QUERY
    WITH closed AS MATERIALIZED (
        -- Blackouts that are not over, as one set of times an account; NULL is the whole tenant.
        SELECT blackout.tenant_id, blackout.channel_account_id, range_agg(blackout.during) AS during
        FROM public.blackouts AS blackout
        WHERE blackout.tenant_id = ANY (tenants)
          AND coalesce(upper(blackout.during), 'infinity') >= as_of AT TIME ZONE 'UTC' - interval '1 day'
        GROUP BY blackout.tenant_id, blackout.channel_account_id
    ),
    account AS MATERIALIZED (
        -- The accounts that plan. Those with the same cadence get the same number.
        SELECT account.tenant_id, account.id,
               account.timezone, account.posts_per_week, account.days_of_week, account.times_local,
               dense_rank() OVER (
                   ORDER BY account.timezone, account.posts_per_week, account.days_of_week, account.times_local
               ) AS cadence,
               own.during AS account_closed, everybody.during AS tenant_closed,
               public.placeholder_content_item_id(account.tenant_id) AS placeholder
        FROM public.channel_accounts AS account
        LEFT JOIN closed AS own
               ON own.tenant_id = account.tenant_id AND own.channel_account_id = account.id
        LEFT JOIN closed AS everybody
               ON everybody.tenant_id = account.tenant_id AND everybody.channel_account_id IS NULL
        WHERE account.tenant_id = ANY (tenants)
          AND account.status = 'active'
          AND account.posts_per_week > 0
    ),
    cadence AS MATERIALIZED (
        -- Each cadence once, with the Mondays of the ISO weeks, by its own clock, that the window touches.
        SELECT DISTINCT ON (cadence)
               cadence, timezone, posts_per_week, days_of_week, times_local,
               date_trunc('week', as_of AT TIME ZONE timezone) AS first_week,
               date_trunc('week', window_end AT TIME ZONE timezone) AS last_week
        FROM account
        ORDER BY cadence
    ),
    cell AS MATERIALIZED (
        -- The cells of those weeks after as_of, those after the end of the window included. From here
        -- on a cell is its instant: two cells on one instant are one, and its local time is what the
        -- clock shows then. A clock that goes forward can carry a cell into the next day, and so into
        -- the first week from the one before.
        SELECT DISTINCT cadence.cadence, slot_at,
               slot_at AT TIME ZONE cadence.timezone AS slot_local,
               date_trunc('week', slot_at AT TIME ZONE cadence.timezone) AS week
        FROM cadence
        CROSS JOIN LATERAL generate_series(
            cadence.first_week - interval '7 days', cadence.last_week, interval '7 days') AS monday
        CROSS JOIN LATERAL public.cadence_cells(
            cadence.posts_per_week, cadence.days_of_week, cadence.times_local) AS cell
        CROSS JOIN LATERAL public.slot_instant(
            monday + (cell.day_of_week - 1) * interval '1 day' + cell.time_local, cadence.timezone) AS slot_at
        WHERE slot_at > as_of
          AND date_trunc('week', slot_at AT TIME ZONE cadence.timezone) <= cadence.last_week
    ),
    post AS MATERIALIZED (
        -- What stands on the calendar in those weeks (none is longer than 7 days and a change of the
        -- clock). A re-plan looks at it as if the untouched slots of the future were gone.
        SELECT account.id AS channel_account_id, post.scheduled_for, post.is_untouched
        FROM account
        CROSS JOIN LATERAL (
            SELECT post.scheduled_for, public.is_untouched_slot(post, account.placeholder) AS is_untouched
            FROM public.post_instances AS post
            WHERE post.tenant_id = account.tenant_id
              AND post.channel_account_id = account.id
              AND post.scheduled_for > as_of - interval '8 days'
              AND post.scheduled_for < window_end + interval '8 days'
            OFFSET 0  -- one look into the slot key an account, not one join over the table
        ) AS post
        WHERE NOT (replan AND post.is_untouched AND post.scheduled_for > as_of)
    ),
    moved AS MATERIALIZED (
        SELECT DISTINCT post.channel_account_id, post.planned_for
        FROM public.post_instances AS post
        WHERE post.tenant_id = ANY (tenants)
          AND post.planned_for > as_of
          AND post.planned_for < window_end + interval '8 days'
          AND post.planned_for IS DISTINCT FROM post.scheduled_for
    ),
    slot AS MATERIALIZED (
        -- Every account's cells, with the first reason not to plan one; those without are free.
        SELECT account.tenant_id, account.id AS channel_account_id,
               account.timezone, account.posts_per_week,
               cell.slot_at, cell.slot_local, cell.week,
               CASE
                   WHEN post.scheduled_for IS NOT NULL THEN 'exists'
                   WHEN moved.planned_for IS NOT NULL THEN 'moved'
                   WHEN cell.slot_local <@ account.account_closed
                     OR cell.slot_local <@ account.tenant_closed THEN 'blackout'
               END AS reason
        FROM account
        JOIN cell USING (cadence)
        LEFT JOIN post
               ON post.channel_account_id = account.id AND post.scheduled_for = cell.slot_at
        LEFT JOIN moved
               ON moved.channel_account_id = account.id AND moved.planned_for = cell.slot_at
    ),
    week AS MATERIALIZED (
        -- The weeks with a free cell in the window: only there the quota has something to decide.
        SELECT channel_account_id, week, timezone, posts_per_week, count(*) AS free_cells
        FROM slot
        WHERE reason IS NULL
        GROUP BY channel_account_id, week, timezone, posts_per_week
        HAVING bool_or(slot_at <= window_end)
    ),
    crowded AS MATERIALIZED (
        -- The weeks that have less room than free cells, and the posts to keep away from.
        SELECT week.channel_account_id, week.week,
               week.posts_per_week - count(post.scheduled_for) AS room,
               array_agg(post.scheduled_for) FILTER (WHERE NOT post.is_untouched) AS neighbours
        FROM week
        LEFT JOIN post
               ON post.channel_account_id = week.channel_account_id
              AND date_trunc('week', post.scheduled_for AT TIME ZONE week.timezone) = week.week
        GROUP BY week.channel_account_id, week.week, week.posts_per_week, week.free_cells
        HAVING week.posts_per_week - count(post.scheduled_for) < week.free_cells
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
        SELECT slot.tenant_id, channel_account_id, slot_at, slot.slot_local,
               CASE
                   WHEN slot.reason IS NOT NULL THEN slot.reason
                   WHEN over_quota.slot_at IS NOT NULL THEN 'quota'
                   ELSE 'create'
               END AS decision
        FROM slot
        LEFT JOIN over_quota USING (channel_account_id, slot_at)
        WHERE slot_at <= window_end
    ),
    standing AS MATERIALIZED (
        -- For a re-plan: the untouched slots of the future, of every account, however far ahead.
        SELECT account.tenant_id, account.id AS channel_account_id, post.scheduled_for AS slot_at,
               post.scheduled_for AT TIME ZONE account.timezone AS slot_local
        FROM public.channel_accounts AS account
        CROSS JOIN LATERAL (
            SELECT post.scheduled_for
            FROM public.post_instances AS post
            WHERE post.tenant_id = account.tenant_id
              AND post.channel_account_id = account.id
              AND post.scheduled_for > as_of
              AND public.is_untouched_slot(post, public.placeholder_content_item_id(account.tenant_id))
            OFFSET 0
        ) AS post
        WHERE replan
          AND account.tenant_id = ANY (tenants)
    )
    SELECT tenant_id, channel_account_id, slot_at,
           coalesce(verdict.slot_local, standing.slot_local),
           CASE
               WHEN standing.slot_local IS NULL THEN verdict.decision
               WHEN verdict.decision = 'create' THEN 'exists'
               ELSE 'remove'
           END
    FROM verdict
    FULL JOIN standing USING (tenant_id, channel_account_id, slot_at);
END;
$$;

COMMENT ON FUNCTION public.planned_slots(text[], timestamptz, timestamptz, boolean) IS
'The planner behind topoff_, preview_ and replan_planned_slots: a row for each account and instant of the cadence with as_of < instant <= window_end, and what becomes of it: create, exists, moved, blackout or quota. With replan, as if the untouched slots after as_of were gone, and with a row ''remove'' for each of them that would not be planned again. Checks no argument.';

REVOKE ALL ON FUNCTION public.planned_slots(text[], timestamptz, timestamptz, boolean) FROM PUBLIC;
