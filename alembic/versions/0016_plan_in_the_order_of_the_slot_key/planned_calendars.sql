-- The planner: what becomes of every slot that the programmes of some tenants give, and why.
-- All the rules of planning stand here and in the functions it calls, and nowhere else: a top-off
-- inserts the slots that say 'create', a preview shows all of them, replanned_slots() compares them with
-- what stands. Asking for creates_only spares a night the slots that exist, which are nearly all of them.
--
-- A row is an account's calendar, and not a slot: most of what a first fill plans are calendars on which nothing
-- stands, and these go as they are, in one piece, from the programme to the insert. planned_slots() gives the same
-- slot by slot.
--
-- One statement for any number of tenants, because a night works on batches of them. To plan it takes
-- longer than to run it for one tenant, so a session plans it once, and that plan has to be right whatever
-- becomes of the tables: by hash joins, because the row counts of a chain of CTEs can't be estimated;
-- without sequential scans; each table in a LATERAL of its own, by conditions that an index of ours has and
-- no other (OFFSET 0 keeps the rest out). An account's posts in a span are asked for as a range of the slot
-- key, in its order, while sorting is off: no other index can give that, so none is taken, not even while all
-- look alike because the table is small or was never analyzed. (So it is wherever posts are read by account.)
-- JIT would take a second to compile it.
--
-- What works on one cadence or one week is a function of its own. The programme is not: many accounts have
-- the same cadence, whose cells are worked out once for all of them, and a function would hand over a row for
-- each account and cell, which is as many as an idle night has slots. Accounts have a number in here, because
-- tenant and id together tell them apart and a number is quicker to compare. The numbers are in the order of the slot
-- key, tenant by tenant and id by id, and where posts are looked for account by account it is in this order: from
-- one end of the key to the other, which saves an idle night, that does little else, a tenth.
CREATE OR REPLACE FUNCTION topoff.planned_calendars(
    tenants text[],
    as_of timestamptz,
    window_end timestamptz,
    without_untouched boolean DEFAULT false,
    creates_only boolean DEFAULT false
)
RETURNS TABLE (
    tenant_id text,
    channel_account_id uuid,
    content_item_id uuid,
    slots timestamptz[],
    local_times timestamp[],
    categories text[],
    decisions text[]
)
LANGUAGE plpgsql
STABLE
ROWS 1000
SET search_path = pg_catalog, pg_temp
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off
SET enable_nestloop = off
SET enable_mergejoin = off
SET enable_sort = off
SET enable_incremental_sort = off
SET enable_memoize = off
SET jit = off
SET work_mem = '64MB'
AS $$
#variable_conflict use_column
<<span>>
DECLARE
    -- No week is longer than 7 days and a change of the clock, no zone farther than a day from UTC.
    weeks_begin CONSTANT timestamptz := as_of - interval '8 days';
    weeks_end CONSTANT timestamptz := window_end + interval '8 days';
    weeks CONSTANT tsrange := tsrange(weeks_begin AT TIME ZONE 'UTC', weeks_end AT TIME ZONE 'UTC');
    slots_need_content CONSTANT boolean := topoff.slots_need_content();
    day_before CONSTANT timestamp := as_of AT TIME ZONE 'UTC' - interval '1 day';
BEGIN
    RETURN QUERY
    WITH tenant AS MATERIALIZED (
        SELECT DISTINCT tenant_id FROM unnest(tenants) AS tenant_id ORDER BY tenant_id
    ),
    further AS MATERIALIZED (
        -- Further cadences that are in force some day of these weeks.
        SELECT tenant.tenant_id, cadence.*
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT cadence.channel_account_id, cadence.posts_per_week::bigint,
                   cadence.days_of_week::bigint[], cadence.times_local, cadence.category, cadence.during
            FROM topoff.cadences AS cadence
            WHERE cadence.tenant_id = tenant.tenant_id
            OFFSET 0
        ) AS cadence
        WHERE cadence.during && daterange(lower(weeks)::date, upper(weeks)::date, '[]')
    ),
    account AS MATERIALIZED (
        -- The accounts that plan. NULL is possible in columns of the application's, and means the default.
        SELECT row_number() OVER () AS account, tenant_id, id, timezone, posts_per_week, days_of_week, times_local,
               has_further
        FROM (
            SELECT tenant.tenant_id, account.*,
                   (tenant.tenant_id, account.id) IN (SELECT tenant_id, channel_account_id FROM further) AS has_further
            FROM tenant
            CROSS JOIN LATERAL (
                SELECT account.id, account.status::text AS status, coalesce(account.timezone, 'UTC')::text AS timezone,
                       coalesce(account.posts_per_week, 0)::bigint AS posts_per_week,
                       coalesce(account.days_of_week, '{1,2,3,4,5}')::bigint[] AS days_of_week,
                       coalesce(account.times_local, '{09:00}') AS times_local
                FROM public.channel_accounts AS account
                WHERE account.tenant_id = tenant.tenant_id
                ORDER BY account.id
                OFFSET 0
            ) AS account
            OFFSET 0
        ) AS account
        WHERE topoff.plans(status, posts_per_week, has_further)
    ),
    part AS MATERIALIZED (
        -- The cadences of those that have further ones: their programmes are put together from these.
        SELECT row_number() OVER () AS part, part.*
        FROM (
            SELECT account, timezone, posts_per_week, days_of_week, times_local,
                   NULL AS category, NULL::daterange AS during
            FROM account
            WHERE has_further
            UNION ALL
            SELECT account.account, account.timezone, further.posts_per_week, further.days_of_week, further.times_local,
                   further.category, nullif(further.during, '(,)')
            FROM further
            JOIN account ON account.tenant_id = further.tenant_id AND account.id = further.channel_account_id
        ) AS part
    ),
    cadence AS MATERIALIZED (
        -- Each cadence once, with the accounts that have it alone and the parts of programmes that it is.
        SELECT row_number() OVER () AS cadence, cadence.*
        FROM (
            SELECT timezone, posts_per_week, days_of_week, times_local,
                   array_agg(account) FILTER (WHERE account IS NOT NULL) AS accounts,
                   array_agg(part) FILTER (WHERE part IS NOT NULL) AS parts
            FROM (
                SELECT timezone, posts_per_week, days_of_week, times_local, account, NULL AS part
                FROM account
                WHERE NOT has_further
                UNION ALL
                SELECT timezone, posts_per_week, days_of_week, times_local, NULL, part
                FROM part
            ) AS cadence
            GROUP BY timezone, posts_per_week, days_of_week, times_local
        ) AS cadence
    ),
    zone AS MATERIALIZED (
        -- Each zone once, with the first day and the last of the window's ISO weeks by its own clock. An
        -- account whose zone the server does not know gets no cells and so no slots.
        SELECT zone.*, day.begins AS day_begins
        FROM (
            SELECT timezone,
                   date_trunc('week', as_of AT TIME ZONE timezone)::date AS first_day,
                   date_trunc('week', window_end AT TIME ZONE timezone)::date + 6 AS last_day
            FROM (SELECT DISTINCT timezone FROM cadence OFFSET 0) AS cadence
            WHERE topoff.is_known_zone(timezone)
            OFFSET 0
        ) AS zone
        CROSS JOIN LATERAL topoff.day_begins(timezone, first_day, last_day) AS day
    ),
    cell AS MATERIALIZED (
        -- The cadences' cells in the whole of these weeks.
        SELECT cadence.cadence, slot.slot_at, slot.slot_local
        FROM cadence
        JOIN zone USING (timezone)
        CROSS JOIN LATERAL topoff.slots_on_days(
            cadence.posts_per_week, cadence.days_of_week, cadence.times_local,
            zone.timezone, zone.first_day, zone.last_day, zone.day_begins
        ) AS slot
    ),
    calendar AS MATERIALIZED (
        -- Each programme in a row of its own: a cadence, for all the accounts that have it alone, or what an account's
        -- parts give together, each on the dates when it is in force (NULL: always); that has the number of the
        -- account, with a minus. Two cells on one instant are one, with the category of the further cadence: of several
        -- the first. They are in the order of time, and the window is from the cell after the number seen to the number last.
        SELECT programme.*, bounds.*, slots[seen + 1:last] AS wanted
        FROM (
            SELECT programme, array_agg(slot_at) AS slots, array_agg(slot_local) AS local_times,
                   array_agg(category) AS categories
            FROM (
                SELECT DISTINCT ON (programme, slot_at) programme, slot_at, slot_local, category
                FROM (
                    SELECT cadence AS programme, slot_at, slot_local, NULL AS category
                    FROM cell
                    UNION ALL
                    SELECT -part.account, cell.slot_at, cell.slot_local, part.category
                    FROM (SELECT cadence, unnest(parts) AS part FROM cadence) AS cadence
                    JOIN part USING (part)
                    JOIN cell USING (cadence)
                    WHERE part.during IS NULL OR cell.slot_local::date <@ part.during
                ) AS cell
                ORDER BY programme, slot_at, category COLLATE "C"
            ) AS cell
            GROUP BY programme
        ) AS programme
        CROSS JOIN LATERAL (
            SELECT width_bucket(as_of, slots) AS seen, width_bucket(window_end, slots) AS last
        ) AS bounds
    ),
    incomplete AS MATERIALIZED (
        -- The accounts to look into: all of them, but that asking for creates_only spares those on whose calendar
        -- stands, in the window, what the programme gives and nothing else. The slot key alone tells that.
        SELECT account, tenant_id, id, timezone, programme
        FROM (
            SELECT account.*, calendar.programme, calendar.wanted
            FROM (
                SELECT calendar.programme, calendar.wanted,
                       unnest(CASE WHEN programme < 0 THEN ARRAY[-programme] ELSE cadence.accounts END) AS account
                FROM calendar
                LEFT JOIN cadence ON cadence.cadence = calendar.programme
            ) AS calendar
            JOIN account USING (account)
            ORDER BY account
            OFFSET 0
        ) AS planning
        WHERE without_untouched
           OR NOT creates_only
           OR wanted <> ARRAY(
               SELECT post.scheduled_for
               FROM public.post_instances AS post
               WHERE post.tenant_id = planning.tenant_id
                 AND (post.channel_account_id, post.scheduled_for) > (planning.id, planned_calendars.as_of)
                 AND (post.channel_account_id, post.scheduled_for) <= (planning.id, planned_calendars.window_end)
               ORDER BY post.channel_account_id, post.scheduled_for
           )
    ),
    candidate AS MATERIALIZED (
        -- They and their placeholders, once a tenant: to compute one takes as long as to read an account.
        SELECT incomplete.*, placeholder, CASE WHEN slots_need_content THEN placeholder END AS content_item_id
        FROM incomplete
        JOIN (
            SELECT tenant_id, topoff.placeholder_content_item_id(tenant_id) AS placeholder
            FROM (SELECT DISTINCT tenant_id FROM incomplete OFFSET 0) AS incomplete
            OFFSET 0
        ) AS tenant USING (tenant_id)
    ),
    post AS MATERIALIZED (
        -- What stands on their calendars in those weeks; a re-plan looks at it without the untouched slots of
        -- the future.
        SELECT candidate.account, post.scheduled_for, post.is_untouched
        FROM candidate
        CROSS JOIN LATERAL (
            SELECT post.scheduled_for, topoff.is_untouched_slot(
                       post.status::text, post.content_item_id, candidate.placeholder,
                       post.scheduled_for, post.planned_for, post.touched_at) AS is_untouched
            FROM public.post_instances AS post
            WHERE post.tenant_id = candidate.tenant_id
              AND (post.channel_account_id, post.scheduled_for) > (candidate.id, span.weeks_begin)
              AND (post.channel_account_id, post.scheduled_for) < (candidate.id, span.weeks_end)
            ORDER BY post.channel_account_id, post.scheduled_for
            OFFSET 0
        ) AS post
        WHERE NOT (without_untouched AND post.is_untouched AND post.scheduled_for > as_of)
    ),
    moved AS MATERIALIZED (
        SELECT candidate.account, post.planned_for
        FROM (
            SELECT tenant.tenant_id, post.channel_account_id, post.planned_for
            FROM tenant
            CROSS JOIN LATERAL (
                SELECT post.channel_account_id, post.planned_for
                FROM public.post_instances AS post
                WHERE post.tenant_id = tenant.tenant_id
                  AND post.planned_for > planned_calendars.as_of
                  AND post.planned_for < span.weeks_end
                  AND post.planned_for IS DISTINCT FROM post.scheduled_for
                ORDER BY post.planned_for
                OFFSET 0
            ) AS post
            OFFSET 0
        ) AS post
        JOIN candidate ON candidate.tenant_id = post.tenant_id AND candidate.id = post.channel_account_id
    ),
    blackout AS MATERIALIZED (
        -- Those of these weeks; the index knows which are not over yet.
        SELECT tenant.tenant_id, blackout.channel_account_id, blackout.during
        FROM tenant
        CROSS JOIN LATERAL (
            SELECT blackout.channel_account_id, blackout.during
            FROM topoff.blackouts AS blackout
            WHERE blackout.tenant_id = tenant.tenant_id
              AND coalesce(upper(blackout.during), 'infinity') >= day_before
            OFFSET 0
        ) AS blackout
        WHERE blackout.during && weeks
    ),
    closed AS MATERIALIZED (
        -- As one set of times for each account that has any, and one for each whole tenant.
        SELECT candidate.account, NULL AS tenant_id, range_agg(blackout.during) AS during
        FROM blackout
        JOIN candidate
          ON candidate.tenant_id = blackout.tenant_id AND candidate.id = blackout.channel_account_id
        GROUP BY candidate.account
        UNION ALL
        SELECT NULL, tenant_id, range_agg(during)
        FROM blackout
        WHERE channel_account_id IS NULL
        GROUP BY tenant_id
    ),
    own_calendar AS MATERIALIZED (
        -- Every account's calendar: whether anything stands on it, and when it is closed.
        SELECT candidate.account, calendar.*,
               candidate.account IN (SELECT account FROM post)
               OR candidate.account IN (SELECT account FROM moved) AS is_used,
               own.during AS closed, everybody.during AS everybody_closed
        FROM candidate
        JOIN calendar USING (programme)
        LEFT JOIN closed AS own ON own.account = candidate.account
        LEFT JOIN closed AS everybody ON everybody.tenant_id = candidate.tenant_id
    ),
    slot AS MATERIALIZED (
        -- Their cells with the first reason not to plan one; those without are free.
        SELECT *
        FROM (
            SELECT cell.account, cell.programme, cell.slot_at, cell.slot_local, cell.category,
                   CASE
                       WHEN (cell.account, cell.slot_at) IN (SELECT account, scheduled_for FROM post)
                       THEN 'exists'
                       WHEN (cell.account, cell.slot_at) IN (SELECT account, planned_for FROM moved)
                       THEN 'moved'
                       WHEN topoff.is_blacked_out(cell.slot_local, cell.closed, cell.everybody_closed)
                       THEN 'blackout'
                   END AS reason
            FROM (
                SELECT account, programme, unnest(slots[seen + 1:]) AS slot_at,
                       unnest(local_times[seen + 1:]) AS slot_local, unnest(categories[seen + 1:]) AS category,
                       closed, everybody_closed
                FROM own_calendar
                WHERE is_used OR NOT creates_only
            ) AS cell
            OFFSET 0
        ) AS judged
        WHERE reason IS NULL OR NOT creates_only
    ),
    week AS MATERIALIZED (
        -- The weeks with a free cell in the window: only there the quota has something to decide, and only
        -- where the account has posts.
        SELECT account, programme, date_trunc('week', slot_local) AS week, array_agg(slot_at) AS free_cells
        FROM slot
        WHERE reason IS NULL AND account IN (SELECT account FROM post)
        GROUP BY account, programme, date_trunc('week', slot_local)
        HAVING bool_or(slot_at <= window_end)
    ),
    programme AS MATERIALIZED (
        SELECT programme, unnest(slots) AS slot_at, date_trunc('week', unnest(local_times)) AS week
        FROM calendar
        WHERE programme IN (SELECT programme FROM week)
    ),
    crowded AS MATERIALIZED (
        -- Those that have less room than free cells: the cells of the programme in the whole week less the
        -- account's posts. The posts to keep away from are all but untouched slots on a cell of the programme;
        -- one that an earlier cadence has left behind counts like a person's.
        SELECT week.account, week.free_cells, size.cells - count(post.scheduled_for) AS room,
               array_agg(post.scheduled_for) FILTER (
                   WHERE NOT post.is_untouched
                      OR (week.programme, post.scheduled_for) NOT IN (SELECT programme, slot_at FROM programme)
               ) AS neighbours
        FROM week
        JOIN candidate ON candidate.account = week.account
        JOIN (
            SELECT programme, week, count(*) AS cells
            FROM programme
            GROUP BY programme, week
        ) AS size ON size.programme = week.programme AND size.week = week.week
        JOIN post
          ON post.account = week.account
         AND date_trunc('week', post.scheduled_for AT TIME ZONE candidate.timezone) = week.week
        GROUP BY week.account, week.week, week.free_cells, size.cells
        HAVING size.cells - count(post.scheduled_for) < cardinality(week.free_cells)
    ),
    over_quota AS MATERIALIZED (
        SELECT crowded.account, slot_at
        FROM crowded
        CROSS JOIN LATERAL topoff.cells_giving_way(free_cells, neighbours, room) AS slot_at
    ),
    planned AS (
        SELECT account, array_agg(slot_at) AS slots, array_agg(slot_local) AS local_times,
               array_agg(category) AS categories, array_agg(decision) AS decisions
        FROM (
            SELECT account, slot_at, slot_local, category,
                   CASE
                       WHEN reason IS NOT NULL THEN reason
                       WHEN (account, slot_at) IN (SELECT account, slot_at FROM over_quota) THEN 'quota'
                       ELSE 'create'
                   END AS decision
            FROM slot
            WHERE slot_at <= window_end
            ORDER BY account, slot_at
        ) AS judged
        WHERE decision = 'create' OR NOT creates_only
        GROUP BY account
        UNION ALL
        -- Where nothing stands, all that is not closed is to be created.
        SELECT account, open.slots, open.local_times, open.categories, NULL
        FROM own_calendar
        CROSS JOIN LATERAL (
            SELECT wanted AS slots, local_times[seen + 1:last] AS local_times,
                   categories[seen + 1:last] AS categories
            WHERE closed IS NULL AND everybody_closed IS NULL
            UNION ALL
            SELECT array_agg(slot_at), array_agg(slot_local), array_agg(category)
            FROM (
                SELECT unnest(wanted) AS slot_at, unnest(local_times[seen + 1:last]) AS slot_local,
                       unnest(categories[seen + 1:last]) AS category
                WHERE closed IS NOT NULL OR everybody_closed IS NOT NULL
            ) AS cell
            WHERE NOT topoff.is_blacked_out(slot_local, closed, everybody_closed)
        ) AS open
        WHERE creates_only AND NOT is_used AND open.slots IS NOT NULL
    )
    SELECT candidate.tenant_id, candidate.id, candidate.content_item_id,
           planned.slots, planned.local_times, planned.categories, planned.decisions
    FROM planned
    JOIN candidate USING (account)
    ORDER BY candidate.id;
END;
$$;

COMMENT ON FUNCTION topoff.planned_calendars(text[], timestamptz, timestamptz, boolean, boolean) IS
'The planner behind topoff_, preview_ and replan_planned_slots: a row for each account with what its programme gives at as_of < instant <= window_end, both in their order: the instants, the account''s own time then, the category wanted there, and what becomes of each: create, exists, moved, blackout or quota. content_item_id is what a slot there has as its content: the tenant''s placeholder, or NULL where post_instances allows that. With without_untouched, as if the untouched slots after as_of were gone. With creates_only, no other slots than those to create (decisions may be NULL then), and no row for an account without. Checks no argument.';

REVOKE ALL ON FUNCTION topoff.planned_calendars(text[], timestamptz, timestamptz, boolean, boolean) FROM PUBLIC;
