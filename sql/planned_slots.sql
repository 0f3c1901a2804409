-- The planner: what becomes of every slot that the cadences of some tenants give, and why.
-- All the rules of planning stand here and in the functions it calls, and nowhere else: a top-off
-- inserts the rows that say 'create', a preview shows all of them, a re-plan also deletes 'remove'.
-- Who asks for changes only spares a night the rows that are the many: the slots that exist.
--
-- One statement for any number of tenants, because a night works on batches of them. The settings keep
-- it fast whatever the state of the tables: planned anew at each call, so that no plan made while a
-- table was empty or never analyzed outlives that state; by hash joins, because the row counts of a
-- chain of CTEs can't be estimated; without JIT, which would take a second to compile it.
CREATE OR REPLACE FUNCTION public.planned_slots(
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
    placeholder AS MATERIALIZED (
        -- Once a tenant: to compute one takes as long as to read an account.
        SELECT DISTINCT tenant AS tenant_id, public.placeholder_content_item_id(tenant) AS id
        FROM unnest(tenants) AS tenant
    ),
    account AS MATERIALIZED (
        -- The accounts that plan. Those with the same cadence get the same number.
        SELECT account.tenant_id, account.id,
               account.timezone, account.posts_per_week, account.days_of_week, account.times_local,
               dense_rank() OVER (
                   ORDER BY account.timezone, account.posts_per_week, account.days_of_week, account.times_local
               ) AS cadence,
               own.during AS account_closed, everybody.during AS tenant_closed,
               placeholder.id AS placeholder
        FROM public.channel_accounts AS account
        JOIN placeholder ON placeholder.tenant_id = account.tenant_id
        LEFT JOIN closed AS own
               ON own.tenant_id = account.tenant_id AND own.channel_account_id = account.id
        LEFT JOIN closed AS everybody
               ON everybody.tenant_id = account.tenant_id AND everybody.channel_account_id IS NULL
        WHERE account.tenant_id = ANY (tenants)
          AND account.status = 'active'
          AND account.posts_per_week > 0
    ),
    cadence AS MATERIALIZED (
        -- Each cadence once, with as_of and the Monday of the window's last ISO week by its own clock.
        SELECT cadence, timezone, posts_per_week, days_of_week, times_local,
               as_of AT TIME ZONE timezone AS local_as_of,
               date_trunc('week', window_end AT TIME ZONE timezone) AS last_week
        FROM (
            SELECT DISTINCT ON (cadence) cadence, timezone, posts_per_week, days_of_week, times_local
            FROM account
            ORDER BY cadence
        ) AS account
    ),
    cell AS MATERIALIZED (
        -- The cells after as_of up to the end of that week, those after the window included. From here on
        -- a cell is its instant: two cells on one instant are one, and its local time is what the clock
        -- shows then. A clock that goes forward can carry a cell into the next day, and so into the first
        -- week from the one before. OFFSET 0 has each step computed once.
        SELECT DISTINCT cadence.cadence, slot_at, slot_local, date_trunc('week', slot_local) AS week
        FROM cadence
        CROSS JOIN LATERAL public.cadence_cells(
            cadence.posts_per_week, cadence.days_of_week, cadence.times_local) AS cell
        CROSS JOIN LATERAL generate_series(
            date_trunc('week', cadence.local_as_of) - interval '7 days', cadence.last_week, interval '7 days'
        ) AS monday
        CROSS JOIN LATERAL (
            SELECT monday + (cell.day_of_week - 1) * interval '1 day' + cell.time_local AS local_time
            OFFSET 0
        ) AS cell_time
        CROSS JOIN LATERAL (
            SELECT public.slot_instant(local_time, cadence.timezone) AS slot_at
            OFFSET 0
        ) AS instant
        CROSS JOIN LATERAL (
            SELECT slot_at AT TIME ZONE cadence.timezone AS slot_local
            OFFSET 0
        ) AS clock
        WHERE local_time > cadence.local_as_of - interval '1 day'
          AND slot_at > as_of
          AND date_trunc('week', slot_local) <= cadence.last_week
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
        SELECT post.channel_account_id, post.planned_for
        FROM public.post_instances AS post
        WHERE post.tenant_id = ANY (tenants)
          AND post.planned_for > as_of
          AND post.planned_for < window_end + interval '8 days'
          AND post.planned_for IS DISTINCT FROM post.scheduled_for
    ),
    slot AS MATERIALIZED (
        -- Every account's cells, with the first reason not to plan one; those without are free.
        SELECT account.tenant_id, account.id AS channel_account_id,
               cell.slot_at, cell.slot_local, cell.week,
               CASE
                   WHEN post.scheduled_for IS NOT NULL THEN 'exists'
                   WHEN (account.id, cell.slot_at) IN (SELECT channel_account_id, planned_for FROM moved) THEN 'moved'
                   WHEN cell.slot_local <@ account.account_closed
                     OR cell.slot_local <@ account.tenant_closed THEN 'blackout'
               END AS reason
        FROM account
        JOIN cell USING (cadence)
        LEFT JOIN post
               ON post.channel_account_id = account.id AND post.scheduled_for = cell.slot_at
        WHERE post.scheduled_for IS NULL OR NOT changes_only
    ),
    week AS MATERIALIZED (
        -- The weeks with a free cell in the window: only there the quota has something to decide.
        SELECT channel_account_id, week, count(*) AS free_cells
        FROM slot
        WHERE reason IS NULL
        GROUP BY channel_account_id, week
        HAVING bool_or(slot_at <= window_end)
    ),
    crowded AS MATERIALIZED (
        -- The weeks that have less room than free cells, and the posts to keep away from.
        SELECT week.channel_account_id, week.week,
               account.posts_per_week - count(post.scheduled_for) AS room,
               array_agg(post.scheduled_for) FILTER (WHERE NOT post.is_untouched) AS neighbours
        FROM week
        JOIN account ON account.id = week.channel_account_id
        LEFT JOIN post
               ON post.channel_account_id = week.channel_account_id
              AND date_trunc('week', post.scheduled_for AT TIME ZONE account.timezone) = week.week
        GROUP BY week.channel_account_id, week.week, week.free_cells, account.posts_per_week
        HAVING account.posts_per_week - count(post.scheduled_for) < week.free_cells
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
        SELECT tenant_id, channel_account_id, slot_at, slot_local,
               CASE
                   WHEN reason IS NOT NULL THEN reason
                   WHEN (channel_account_id, slot_at) IN (
                       SELECT channel_account_id, slot_at FROM over_quota
                   ) THEN 'quota'
                   ELSE 'create'
               END AS decision
        FROM slot
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
    SELECT tenant_id, channel_account_id, slot_at, slot_local, decision
    FROM (
        SELECT coalesce(verdict.tenant_id, standing.tenant_id)::text AS tenant_id, channel_account_id, slot_at,
               coalesce(verdict.slot_local, standing.slot_local) AS slot_local,
               CASE
                   WHEN standing.slot_local IS NULL THEN verdict.decision
                   WHEN verdict.decision = 'create' THEN 'exists'
                   ELSE 'remove'
               END AS decision
        FROM verdict
        FULL JOIN standing USING (channel_account_id, slot_at)
    ) AS planned
    WHERE NOT changes_only OR decision IN ('create', 'remove');
END;
$$;

COMMENT ON FUNCTION public.planned_slots(text[], timestamptz, timestamptz, boolean, boolean) IS
'The planner behind topoff_, preview_ and replan_planned_slots: a row for each account and instant of the cadence with as_of < instant <= window_end, and what becomes of it: create, exists, moved, blackout or quota. With replan, as if the untouched slots after as_of were gone, and with a row ''remove'' for each of them that would not be planned again. With changes_only, no other rows than create and remove. Checks no argument.';

REVOKE ALL ON FUNCTION public.planned_slots(text[], timestamptz, timestamptz, boolean, boolean) FROM PUBLIC;
