-- A database in use that release 1.1.2 has installed. Role topoff_release_api has to be there.
-- Made by tests/release_dump.py; never made anew once the release is out.

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE SCHEMA topoff;

COMMENT ON SCHEMA topoff IS 'Planned-slot top-off: its tables, its helpers and the DBA''s tools. What the application calls is in public. Created by planned-slot top-off.';

CREATE TYPE public.tenant_name AS ENUM (
    'h2o',
    'all_county'
);

CREATE TYPE topoff.new_calendar AS (
	tenant_id text,
	channel_account_id uuid,
	content_item_id uuid,
	ids uuid[],
	slots timestamp with time zone[],
	categories text[]
);

COMMENT ON TYPE topoff.new_calendar IS 'The slots that an account is to get (new_slots()).';

COMMENT ON COLUMN topoff.new_calendar.tenant_id IS 'The account''s tenant.';

COMMENT ON COLUMN topoff.new_calendar.channel_account_id IS 'The account.';

COMMENT ON COLUMN topoff.new_calendar.content_item_id IS 'The content that an empty slot has: NULL where post_instances allows that, else the tenant''s placeholder.';

COMMENT ON COLUMN topoff.new_calendar.ids IS 'A new id for each slot, in the order of the slots.';

COMMENT ON COLUMN topoff.new_calendar.slots IS 'The instants of the slots, in the order of time.';

COMMENT ON COLUMN topoff.new_calendar.categories IS 'The category wanted at each slot, in the order of the slots; NULL for none.';

CREATE FUNCTION public.calendar_grid(tenant text, month date, timezone text DEFAULT 'UTC'::text) RETURNS TABLE(week text, mon text, tue text, wed text, thu text, fri text, sat text, sun text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET enable_incremental_sort TO 'off'
    SET jit TO 'off'
    AS $$
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    first_day timestamp;
    last_day timestamp;
    since timestamptz;
    upto timestamptz;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    IF month IS NULL THEN
        RAISE EXCEPTION 'month must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'The month is any day in it, such as current_date.';
    ELSIF NOT isfinite(month) THEN
        RAISE EXCEPTION 'month must not be infinite'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The month is any day in it, such as current_date.';
    ELSIF month NOT BETWEEN '4700-01-01 BC' AND '294276-11-30' THEN
        RAISE EXCEPTION 'month % is out of range', month
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The month is any day in it, such as current_date.';
    END IF;
    PERFORM topoff.require_time_zone(timezone);
    first_day := date_trunc('month', month::timestamp);
    last_day := first_day + interval '1 month' - interval '1 day';
    since := (first_day - interval '2 days') AT TIME ZONE 'UTC';
    upto := (last_day + interval '3 days') AT TIME ZONE 'UTC';

    RETURN QUERY
    WITH post AS MATERIALIZED (
        SELECT dated.date, dated.mark, count(*) AS posts
        FROM public.channel_accounts AS account
        CROSS JOIN LATERAL (
            SELECT (post.scheduled_for AT TIME ZONE calendar_grid.timezone)::date AS date,
                   CASE WHEN topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder) THEN 'o'
                        WHEN post.status::text = 'Planned' THEN 'P'
                        WHEN post.status::text = 'Draft' THEN 'D'
                        WHEN post.status::text = 'Scheduled' THEN 'S'
                        WHEN post.status::text = 'Posted' THEN '*'
                        WHEN post.status::text = 'Failed' THEN '!'
                        ELSE '?' END AS mark
            FROM public.post_instances AS post
            WHERE post.tenant_id = calendar_grid.tenant
              AND (post.channel_account_id, post.scheduled_for) > (account.id, own.since)
              AND (post.channel_account_id, post.scheduled_for) < (account.id, own.upto)
            ORDER BY post.channel_account_id, post.scheduled_for
            OFFSET 0
        ) AS dated
        WHERE account.tenant_id = calendar_grid.tenant
        GROUP BY dated.date, dated.mark
    ),
    day AS MATERIALIZED (
        SELECT date_trunc('week', calendar.day) AS monday, date_part('isodow', calendar.day) AS day_of_week,
               to_char(calendar.day, 'FMDD') || coalesce('  ' || (
                   SELECT string_agg(
                              CASE WHEN post.posts <= 3 THEN repeat(post.mark, post.posts::integer)
                                   ELSE post.mark || post.posts END,
                              ' ' ORDER BY strpos('*!SDP?o', post.mark))
                   FROM post
                   WHERE post.date = calendar.day::date
               ), '') AS marks
        FROM generate_series(own.first_day, own.last_day, interval '1 day') AS calendar (day)
    )
    SELECT to_char(day.monday, 'IYYY-"W"IW'),
           max(day.marks) FILTER (WHERE day.day_of_week = 1),
           max(day.marks) FILTER (WHERE day.day_of_week = 2),
           max(day.marks) FILTER (WHERE day.day_of_week = 3),
           max(day.marks) FILTER (WHERE day.day_of_week = 4),
           max(day.marks) FILTER (WHERE day.day_of_week = 5),
           max(day.marks) FILTER (WHERE day.day_of_week = 6),
           max(day.marks) FILTER (WHERE day.day_of_week = 7)
    FROM day
    GROUP BY day.monday
    ORDER BY day.monday;
END;
$$;

COMMENT ON FUNCTION public.calendar_grid(tenant text, month date, timezone text) IS 'The tenant''s calendar of one month (that of any day given) for people in psql, by the clock of the given zone: a row for each ISO week, a column for each day, each day its number and its posts as marks:
o empty slot   P Planned with content   D Draft   S Scheduled   * Posted   ! Failed   ? any other status
Up to three are drawn one by one, more as mark and number: o12. Days of other months are NULL.
Errors: 22004 for a NULL, 22023 for a month that is infinite or out of range and for a zone that is not an IANA name in its exact spelling; for the tenant as topoff_planned_slots.';

CREATE FUNCTION topoff.placeholder_content_item_id(tenant text) RETURNS uuid
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ("left"(OVERLAY(OVERLAY(OVERLAY(encode(sha256(('\x9e107d9d372b4b0f8c5ad1a4c2f6e831'::bytea || decode(replace(tenant, '\'::text, '\\'::text), 'escape'::text))), 'hex'::text) PLACING '746f706f'::text FROM 1) PLACING '8'::text FROM 13) PLACING '8'::text FROM 17), 32))::uuid;

COMMENT ON FUNCTION topoff.placeholder_content_item_id(tenant text) IS 'Id of the tenant''s placeholder content item (title ''Planned slot''), which every empty slot has as its content. A name-based UUID: the same tenant always gives the same id, whether or not the item exists. NULL for NULL.';

SET default_tablespace = '';

SET default_table_access_method = heap;

CREATE TABLE public.post_instances (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    content_item_id uuid,
    channel_account_id uuid NOT NULL,
    caption_override text,
    scheduled_for timestamp with time zone,
    status character varying DEFAULT 'Draft'::character varying NOT NULL,
    posted_at timestamp with time zone,
    post_url character varying,
    posted_manually boolean DEFAULT false NOT NULL,
    screenshot_url character varying,
    autopost_enabled boolean DEFAULT false NOT NULL,
    publish_job_id uuid,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    planned_for timestamp with time zone,
    planned_category text,
    touched_at timestamp with time zone,
    suggested_category character varying,
    notes text,
    reviewer character varying,
    campaign character varying,
    target_city character varying,
    call_to_action character varying,
    CONSTRAINT post_instances_empty_slot_not_published_check CHECK (((concat(status) <> ALL (ARRAY['Scheduled'::text, 'Posted'::text])) OR (content_item_id <> topoff.placeholder_content_item_id((tenant_id)::text))))
);

COMMENT ON COLUMN public.post_instances.planned_for IS 'The instant that the cadence gave this slot, set once by the top-off. Where scheduled_for differs, a person has moved the slot, and it does not come back here. NULL for a post made by hand.';

COMMENT ON COLUMN public.post_instances.planned_category IS 'The kind of post that the cadence wants in this slot: its category (topoff.cadences). NULL for any.';

COMMENT ON COLUMN public.post_instances.touched_at IS 'When somebody first put something into this slot: content, a caption, anything but another time. NULL while nobody has.';

COMMENT ON CONSTRAINT post_instances_empty_slot_not_published_check ON public.post_instances IS 'A row that is Scheduled or Posted has content of its own, not the placeholder: an empty slot is never published.';

CREATE FUNCTION public.create_post_instances(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) RETURNS SETOF public.post_instances
    LANGUAGE plpgsql
    AS $$
#variable_conflict use_column
<<own>>
DECLARE
    accounts CONSTANT pg_catalog.uuid[] := topoff.accounts_to_post_on(
        create_post_instances.tenant, create_post_instances.content_item_id,
        create_post_instances.channel_account_ids, create_post_instances.scheduled_for);
    placeholder CONSTANT pg_catalog.uuid := topoff.placeholder_content_item_id(create_post_instances.tenant);
    written_ids pg_catalog.uuid[];
    written_accounts pg_catalog.uuid[];
BEGIN
    IF create_post_instances.scheduled_for IS NULL THEN
        WITH written AS (
            INSERT INTO public.post_instances AS post (
                id, tenant_id, channel_account_id, content_item_id, scheduled_for, status
            )
            SELECT pg_catalog.gen_random_uuid(), create_post_instances.tenant, account.id,
                   create_post_instances.content_item_id, NULL, 'Draft'
            FROM pg_catalog.unnest(own.accounts) AS account (id)
            RETURNING post.id, post.channel_account_id
        )
        SELECT pg_catalog.array_agg(written.id), pg_catalog.array_agg(written.channel_account_id)
        INTO own.written_ids, own.written_accounts
        FROM written;
    ELSE
        WITH written AS (
            INSERT INTO public.post_instances AS post (
                id, tenant_id, channel_account_id, content_item_id, scheduled_for, status
            )
            SELECT pg_catalog.gen_random_uuid(), create_post_instances.tenant, account.id,
                   create_post_instances.content_item_id, create_post_instances.scheduled_for, 'Scheduled'
            FROM pg_catalog.unnest(own.accounts) AS account (id)
            ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO UPDATE
            SET content_item_id = EXCLUDED.content_item_id,
                status = EXCLUDED.status
            WHERE topoff.is_empty_slot(post.status::pg_catalog.text, post.content_item_id, own.placeholder)
            RETURNING post.id, post.channel_account_id
        )
        SELECT pg_catalog.array_agg(written.id), pg_catalog.array_agg(written.channel_account_id)
        INTO own.written_ids, own.written_accounts
        FROM written;
    END IF;
    PERFORM topoff.require_all_posted(own.accounts, own.written_accounts, create_post_instances.scheduled_for);

    RETURN QUERY
    SELECT post.*
    FROM public.post_instances AS post
    WHERE post.tenant_id OPERATOR(pg_catalog.=) create_post_instances.tenant
      AND post.id OPERATOR(pg_catalog.=) ANY (own.written_ids)
    ORDER BY pg_catalog.array_position(create_post_instances.channel_account_ids, post.channel_account_id);
END;
$$;

COMMENT ON FUNCTION public.create_post_instances(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) IS 'Puts the content item on every one of the accounts at one time and returns the rows, in the order of the accounts; an account named twice counts once. At an empty slot it fills the slot, which becomes Scheduled and keeps its id and planned_for; at a free time it inserts a Scheduled post; without a time (NULL) a Draft. All or nothing.
Errors: 23505 where an account has another post at that time, naming all such accounts; P0002 where an account or the content item is not one of the tenant''s; 55000 for accounts that are not active; 22004 and 22023 for accounts NULL or empty, a time that is over or infinite, or the placeholder as content; for the tenant as topoff_planned_slots.';

CREATE FUNCTION public.fill_next_planned_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text DEFAULT NULL::text) RETURNS public.post_instances
    LANGUAGE plpgsql
    AS $$
<<own>>
DECLARE
    slot CONSTANT pg_catalog.uuid := topoff.next_empty_slot(tenant, channel_account_id, content_item_id, category);
    filled public.post_instances;
BEGIN
    UPDATE public.post_instances AS post
    SET content_item_id = fill_next_planned_slot.content_item_id,
        status = 'Scheduled'
    WHERE post.tenant_id OPERATOR(pg_catalog.=) fill_next_planned_slot.tenant
      AND post.id OPERATOR(pg_catalog.=) own.slot
    RETURNING post.* INTO filled;
    RETURN filled;
END;
$$;

COMMENT ON FUNCTION public.fill_next_planned_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) IS 'Gives the content item to the account''s earliest empty slot after now, makes it Scheduled and returns the row; with a category, to the earliest that was planned for posts of that category. Many callers at once each get a different slot, in time order.
Errors: P0002 where the account or the content item is not one of the tenant''s, or where no such slot is empty; 55000 for an account that is not active; 22023 for the placeholder as content or an empty category; for the tenant as topoff_planned_slots.';

CREATE FUNCTION public.marketing_calendar(tenant text, start_date date DEFAULT NULL::date, end_date date DEFAULT NULL::date, timezone text DEFAULT 'UTC'::text) RETURNS jsonb
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET enable_incremental_sort TO 'off'
    SET jit TO 'off'
    AS $$
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    first_day CONSTANT date := greatest(start_date, '4700-01-01 BC');
    last_day CONSTANT date := least(end_date, '294276-12-01');
    since CONSTANT timestamptz := (least(first_day, '294276-12-01')::timestamp - interval '2 days') AT TIME ZONE 'UTC';
    upto CONSTANT timestamptz := (greatest(last_day, '4700-01-01 BC')::timestamp + interval '3 days') AT TIME ZONE 'UTC';
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.require_time_zone(timezone);
    RETURN (
        SELECT coalesce(jsonb_object_agg(day.date, day.posts), '{}')
        FROM (
            SELECT dated.date, jsonb_agg(
                       dated.post || jsonb_build_object('slot', jsonb_build_object(
                           'empty', dated.is_empty,
                           'local_time', dated.scheduled_for AT TIME ZONE account.known_zone,
                           'timezone', account.timezone,
                           'category', dated.planned_category,
                           'title', dated.title
                       ))
                       ORDER BY dated.scheduled_for, dated.id
                   ) AS posts
            FROM (
                SELECT account.id, zone.timezone,
                       CASE WHEN topoff.is_known_zone(zone.timezone) THEN zone.timezone END AS known_zone
                FROM public.channel_accounts AS account
                CROSS JOIN LATERAL (SELECT coalesce(account.timezone::text, 'UTC') AS timezone) AS zone
                WHERE account.tenant_id = marketing_calendar.tenant
                OFFSET 0
            ) AS account
            CROSS JOIN LATERAL (
                SELECT (post.scheduled_for AT TIME ZONE marketing_calendar.timezone)::date AS date,
                       post.scheduled_for, post.id, post.planned_category, to_jsonb(post.*) AS post,
                       topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder) AS is_empty,
                       (SELECT content.title
                        FROM public.content_items AS content
                        WHERE content.tenant_id = marketing_calendar.tenant
                          AND content.id = post.content_item_id
                          AND content.id <> own.placeholder) AS title
                FROM public.post_instances AS post
                WHERE post.tenant_id = marketing_calendar.tenant
                  AND (post.channel_account_id, post.scheduled_for) >= (account.id, own.since)
                  AND (post.channel_account_id, post.scheduled_for) <= (account.id, own.upto)
                ORDER BY post.channel_account_id, post.scheduled_for
                OFFSET 0
            ) AS dated
            WHERE dated.date >= own.first_day
              AND dated.date <= own.last_day
            GROUP BY dated.date
        ) AS day
    );
END;
$$;

COMMENT ON FUNCTION public.marketing_calendar(tenant text, start_date date, end_date date, timezone text) IS 'The tenant''s calendar as JSON: a key for each date that has posts ("2026-11-30", by the clock of the given zone), its value the post instances of that day in time order, each with all columns of its row; instants in UTC. Each has one further key, slot: empty (true for an empty slot), local_time (by the account''s own clock, "2026-11-30T09:00:00"; null where the server does not know its zone), timezone (the account''s), category (what the cadence wants there, or null) and title (of the content; null where there is none). From start_date to end_date, both included, NULL for no bound. Posts without a time, or with an infinite one, are on no calendar.
Errors: 22004 for a NULL zone, 22023 for one that is not an IANA name in its exact spelling; for the tenant as topoff_planned_slots.';

CREATE FUNCTION public.preview_planned_slots(tenant text, horizon interval DEFAULT '28 days'::interval, as_of timestamp with time zone DEFAULT now(), replan boolean DEFAULT false) RETURNS TABLE(channel_account_id uuid, slot_at timestamp with time zone, slot_local timestamp without time zone, category text, decision text)
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
DECLARE
    window_end timestamptz;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    window_end := topoff.planning_window_end(horizon, as_of);
    IF replan IS NULL THEN
        RAISE EXCEPTION 'replan must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out to preview a top-off.';
    END IF;
    PERFORM topoff.warn_of_unknown_zones(tenant);
    IF replan THEN
        RETURN QUERY
        SELECT planned.channel_account_id, planned.slot_at, planned.slot_local, planned.category, planned.decision
        FROM topoff.replanned_slots(ARRAY[tenant], as_of, window_end) AS planned;
    ELSE
        RETURN QUERY
        SELECT planned.channel_account_id, planned.slot_at, planned.slot_local, planned.category, planned.decision
        FROM topoff.planned_slots(ARRAY[tenant], as_of, window_end) AS planned;
    END IF;
END;
$$;

COMMENT ON FUNCTION public.preview_planned_slots(tenant text, horizon interval, as_of timestamp with time zone, replan boolean) IS 'The dry run of topoff_planned_slots, or with replan => true of replan_planned_slots. A row for each account and instant of its programme in the window, slot_local being the account''s own time and category what kind of post is wanted there, and the decision: create; or why not: exists (a post of any status is there), moved (a person moved that slot away), blackout, quota (the week has posts enough). A re-plan has a row ''remove'' for each empty untouched slot that it would take away, wherever it is, in place of its cell''s. Changes nothing. Errors and warnings as topoff_planned_slots.';

CREATE FUNCTION public.replan_planned_slots(tenant text, horizon interval DEFAULT '28 days'::interval, as_of timestamp with time zone DEFAULT now()) RETURNS TABLE(removed integer, created integer)
    LANGUAGE plpgsql
    AS $$
DECLARE
    window_end pg_catalog.timestamptz;
BEGIN
    window_end := topoff.planning_window_end(horizon, as_of);
    RETURN QUERY SELECT done.removed, done.created FROM topoff.plan_tenant(tenant, as_of, window_end, true) AS done;
END;
$$;

COMMENT ON FUNCTION public.replan_planned_slots(tenant text, horizon interval, as_of timestamp with time zone) IS 'Brings the tenant''s slots after as_of (default: now) in line with its present cadences, zones and blackouts, and returns how many rows it removed and created. The calendar is then as if every empty untouched slot after as_of had been deleted and the tenant topped off up to as_of + horizon (default: 28 days), but rows that stay keep their id, with the category that the programme has there now. Filled, moved and touched slots and posts made by hand never change. An account that is not active or has no cadence loses its empty untouched slots, and so does the time beyond the horizon: pass the horizon that the nightly run uses. See before: preview_planned_slots(..., replan => true). Errors and warnings as topoff_planned_slots.';

CREATE FUNCTION public.retire_channel_account(tenant text, channel_account_id uuid) RETURNS integer
    LANGUAGE plpgsql
    AS $$
<<own>>
DECLARE
    slots pg_catalog.uuid[];
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_channel_accounts(tenant, ARRAY[channel_account_id], false);
    PERFORM topoff.stop_cadences(tenant, channel_account_id);
    slots := topoff.forget_planning(tenant, channel_account_id);
    PERFORM topoff.black_out_account(tenant, channel_account_id);
    RETURN topoff.delete_posts(tenant, slots);
END;
$$;

COMMENT ON FUNCTION public.retire_channel_account(tenant text, channel_account_id uuid) IS 'Ends planning for the account: sets its posts_per_week to 0 and deletes its further cadences, its blackouts and all its empty slots that nobody has written anything into, past and future, moved or not; returns how many slots. After that DELETE FROM channel_accounts works unless a post with people''s work in it is left. Where posts_per_week is a generated column, or has a rule that forbids 0, it stays as it is, and a blackout without end, reason ''retired'', keeps slots away until the account is deleted.
Errors: P0002 for an account that is not one of the tenant''s; 23503 where rows of the application refer to one of those slots without ON DELETE; for the tenant as topoff_planned_slots.';

CREATE FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM topoff.black_out_slot(tenant, post_instance_id);
    PERFORM topoff.delete_posts(tenant, ARRAY[post_instance_id]);
END;
$$;

COMMENT ON FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid) IS 'Deletes one empty slot and leaves a blackout of one instant, reason ''skipped'', at its account''s local time, so that no top-off brings it back; for a moved slot also at the time it was planned for. To have it back, delete the blackout and top off.
Errors: P0002 for an id that is not one of the tenant''s post instances; 55000 for a post that is not an empty slot or not in the future; for the tenant as topoff_planned_slots.';

CREATE PROCEDURE public.topoff_all_tenants(IN horizon interval DEFAULT '28 days'::interval, IN replan boolean DEFAULT false)
    LANGUAGE plpgsql
    AS $$
DECLARE
    -- All times are in milliseconds.
    longest_wait CONSTANT integer := topoff.longest_wait();
    patience integer := topoff.patience();
    pause integer := 500;
    longest_pause CONSTANT integer := 10000;
    accounts_a_step integer := 500;
    run_id bigint;
    names pg_catalog.text[];
    sizes bigint[];
    tenant record;
    step pg_catalog.text[] := '{}'::pg_catalog.text[];
    accounts bigint := 0;
    aside pg_catalog.text[] := '{}'::pg_catalog.text[];
    round pg_catalog.text[];
    again pg_catalog.text[];
    pass pg_catalog.text;
    name pg_catalog.text;
BEGIN
    COMMIT;
    SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
    PERFORM topoff.planning_window_end(horizon, pg_catalog.now());
    PERFORM topoff.require_all_rows();
    run_id := topoff.start_run(replan);
    IF run_id IS NULL THEN
        RETURN;
    END IF;
    COMMIT AND CHAIN;

    PERFORM topoff.resume_run(run_id);
    SELECT pg_catalog.array_agg(known.tenant_id), pg_catalog.array_agg(known.accounts) INTO names, sizes
    FROM topoff.tenants_to_plan(run_id, horizon, replan) AS known;
    COMMIT AND CHAIN;

    PERFORM topoff.resume_run(run_id);
    FOR tenant IN
        SELECT known.name, known.accounts, known.place
        FROM ROWS FROM (pg_catalog.unnest(names), pg_catalog.unnest(sizes))
             WITH ORDINALITY AS known (name, accounts, place)
    LOOP
        step := pg_catalog.array_append(step, tenant.name);
        accounts := accounts OPERATOR(pg_catalog.+) tenant.accounts;
        CONTINUE WHEN accounts OPERATOR(pg_catalog.<) accounts_a_step
                  AND tenant.place OPERATOR(pg_catalog.<) pg_catalog.cardinality(names);
        again := topoff.run_batch(run_id, step, horizon, replan, 'all', longest_wait);
        aside := pg_catalog.array_cat(aside, again);
        accounts_a_step := topoff.next_step(accounts_a_step, longest_wait);
        step := ARRAY[]::pg_catalog.text[];
        accounts := 0;
        COMMIT AND CHAIN;
        PERFORM topoff.resume_run(run_id);
    END LOOP;

    WHILE pg_catalog.cardinality(aside) OPERATOR(pg_catalog.>) 0 LOOP
        IF patience OPERATOR(pg_catalog.>) 0 THEN
            -- It holds nothing but the run's own row meanwhile, so that whoever waited for it gets done before it tries again.
            pause := least(pause, patience, longest_pause);
            PERFORM pg_catalog.pg_sleep(pause OPERATOR(pg_catalog./) 1000.0);
            patience := patience OPERATOR(pg_catalog.-) pause;
            pause := pause OPERATOR(pg_catalog.*) 2;
            COMMIT AND CHAIN;
            PERFORM topoff.resume_run(run_id);
        END IF;
        pass := CASE WHEN patience OPERATOR(pg_catalog.>) 0 THEN 'again' ELSE 'last' END;
        round := aside;
        aside := ARRAY[]::pg_catalog.text[];
        FOREACH name IN ARRAY round LOOP
            again := topoff.run_batch(
                run_id, ARRAY[name], horizon, replan, pass, greatest(least(longest_wait, patience), 1));
            aside := pg_catalog.array_cat(aside, again);
            IF pg_catalog.cardinality(again) OPERATOR(pg_catalog.>) 0 THEN
                patience := patience OPERATOR(pg_catalog.-) topoff.waited();
            END IF;
            COMMIT AND CHAIN;
            PERFORM topoff.resume_run(run_id);
        END LOOP;
    END LOOP;

    PERFORM topoff.enter_unknown_zones(run_id);
    PERFORM topoff.finish_run(run_id);
    COMMIT;
    PERFORM topoff.raise_run_failures(run_id);
END;
$$;

COMMENT ON PROCEDURE public.topoff_all_tenants(IN horizon interval, IN replan boolean) IS 'The nightly run: tops off every tenant up to now + horizon (default: 28 days), up to 2000 accounts at a time, committing after each such step, and leaves tenants in peace whom it sees to have all their slots; CALL it outside a transaction (inside one: 2D000, and nothing is done). With replan it re-plans instead, also for tenants that no longer plan: after an update of the server''s time zone data, or a change of many cadences.
It gives way: it waits for a lock a tenth of deadlock_timeout at the most. A tenant that somebody holds is done at the end, in several attempts for up to topoff.patience (5 minutes) altogether. A tenant that fails does not hold up the others; where any did, the run ends with an error that names them (P0001) after all work is committed. While another run is under way it returns at once with a NOTICE. The ledger is topoff.runs and topoff.run_tenants.
Errors before it starts: 22004 for a NULL, 22023 for a horizon or a topoff.patience out of range, 42501 for a role that row-level security hides rows from.';

CREATE FUNCTION public.topoff_planned_slots(tenant text, horizon interval DEFAULT '28 days'::interval, as_of timestamp with time zone DEFAULT now()) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    window_end pg_catalog.timestamptz;
BEGIN
    window_end := topoff.planning_window_end(horizon, as_of);
    RETURN (SELECT done.created FROM topoff.plan_tenant(tenant, as_of, window_end, false) AS done);
END;
$$;

COMMENT ON FUNCTION public.topoff_planned_slots(tenant text, horizon interval, as_of timestamp with time zone) IS 'Creates the empty Planned slots that the tenant''s cadences want after as_of (default: now) and up to as_of + horizon (default: 28 days), and returns how many. Slots that are there, were moved or skipped, lie in a blackout or exceed the week''s quota are left alone, so a second call creates 0. Calls for one tenant take turns. A WARNING names accounts whose time zone the server does not know: nothing is planned for them.
Errors: 22004 for a NULL; 22023 for an empty tenant, an as_of that is infinite, past or beyond the year 9999, a window that is empty or longer than 366 days; P0002 for a tenant without a channel account.';

CREATE FUNCTION topoff.accounts_of_unknown_zone(tenants text[]) RETURNS TABLE(tenant_id text, channel_account_id uuid, timezone text)
    LANGUAGE plpgsql STABLE ROWS 10
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
#variable_conflict use_column
DECLARE
    unknown CONSTANT text[] := ARRAY(
        SELECT timezone
        FROM (
            SELECT DISTINCT account.timezone
            FROM unnest(tenants) AS tenant (tenant_id)
            CROSS JOIN LATERAL (
                SELECT account.timezone::text AS timezone
                FROM public.channel_accounts AS account
                WHERE account.tenant_id = tenant.tenant_id
                OFFSET 0
            ) AS account
            OFFSET 0
        ) AS zone
        WHERE NOT topoff.is_known_zone(timezone)
    );
BEGIN
    IF cardinality(unknown) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT tenant_id, account.id, account.timezone
    FROM (SELECT DISTINCT tenant_id FROM unnest(tenants) AS tenant_id) AS tenant
    CROSS JOIN LATERAL (
        SELECT account.id, account.timezone::text AS timezone, account.status::text AS status, account.posts_per_week
        FROM public.channel_accounts AS account
        WHERE account.tenant_id = tenant.tenant_id
        OFFSET 0
    ) AS account
    WHERE account.timezone = ANY (unknown)
      AND topoff.plans(account.status, account.posts_per_week, EXISTS (
              SELECT FROM topoff.cadences AS cadence
              WHERE cadence.tenant_id = tenant.tenant_id AND cadence.channel_account_id = account.id
          ))
    ORDER BY tenant_id, account.id;
END;
$$;

COMMENT ON FUNCTION topoff.accounts_of_unknown_zone(tenants text[]) IS 'The accounts of these tenants that plan (topoff.plans) but in a time zone that this server does not know (topoff.is_known_zone), so that nothing is planned for them.';

CREATE FUNCTION topoff.accounts_to_post_on(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    PERFORM topoff.require_tenant(tenant);
    IF coalesce(cardinality(channel_account_ids), 0) = 0 THEN
        RAISE EXCEPTION 'channel_account_ids must not be empty'
            USING ERRCODE = CASE WHEN channel_account_ids IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Name at least one channel account.';
    ELSIF NOT isfinite(scheduled_for) THEN
        RAISE EXCEPTION 'scheduled_for must not be infinite'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Leave it NULL for a draft that is not on the calendar.';
    ELSIF scheduled_for <= now() THEN
        RAISE EXCEPTION 'scheduled_for % is not in the future', scheduled_for
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('It is %s now.', now()),
                  HINT = 'Choose a time to come, or leave it NULL for a draft that is not on the calendar.';
    END IF;
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_content_item(tenant, content_item_id);
    PERFORM topoff.require_channel_accounts(tenant, channel_account_ids);
    RETURN ARRAY(SELECT DISTINCT named.id FROM unnest(channel_account_ids) AS named (id) ORDER BY named.id);
END;
$$;

COMMENT ON FUNCTION topoff.accounts_to_post_on(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) IS 'For create_post_instances(): checks its arguments, locks the tenant, and returns the accounts in the order of their ids, each once. Errors as create_post_instances, but for a time that is taken.';

CREATE FUNCTION topoff.api_privileges(api_role regrole) RETURNS TABLE(privilege text, held boolean, granted_by regrole[])
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH relation AS (
        SELECT class.oid, class.relacl, wanted.privilege, wanted.columns::name[] AS columns
        FROM (VALUES
            ('public.channel_accounts', 'SELECT',
             '{id,tenant_id,status,posts_per_week,days_of_week,times_local,timezone}'),
            ('public.channel_accounts', 'UPDATE', '{posts_per_week}'),
            ('public.content_items', 'SELECT', '{id,tenant_id,title}'),
            ('public.content_items', 'INSERT', '{id,tenant_id,title}'),
            ('public.post_instances', 'SELECT', NULL),
            ('public.post_instances', 'INSERT',
             '{id,tenant_id,channel_account_id,content_item_id,scheduled_for,planned_for,planned_category,status}'),
            ('public.post_instances', 'UPDATE', '{content_item_id,status,planned_category}'),
            ('public.post_instances', 'DELETE', NULL),
            ('topoff.cadences', 'SELECT',
             '{id,tenant_id,channel_account_id,posts_per_week,days_of_week,times_local,category,during}'),
            ('topoff.cadences', 'DELETE', NULL),
            ('topoff.blackouts', 'SELECT', '{tenant_id,channel_account_id,during}'),
            ('topoff.blackouts', 'DELETE', NULL),
            ('topoff.blackouts', 'INSERT', '{tenant_id,channel_account_id,during,reason}'),
            ('public.cadence_coverage', 'SELECT', NULL)
        ) AS wanted (name, privilege, columns)
        JOIN pg_class AS class ON class.oid = to_regclass(wanted.name)
    ),
    routine AS (
        SELECT routine.oid, routine.proacl
        FROM unnest(ARRAY[
            -- what the API calls
            'public.topoff_planned_slots(text,interval,timestamptz)',
            'public.preview_planned_slots(text,interval,timestamptz,boolean)',
            'public.replan_planned_slots(text,interval,timestamptz)',
            'public.skip_planned_slot(text,uuid)',
            'public.fill_next_planned_slot(text,uuid,uuid,text)',
            'public.create_post_instances(text,uuid,uuid[],timestamptz)',
            'public.retire_channel_account(text,uuid)',
            'public.marketing_calendar(text,date,date,text)',
            'public.calendar_grid(text,date,text)',
            -- what these and the view call
            'topoff.require_tenant(text)',
            'topoff.require_content_item(text,uuid)',
            'topoff.require_channel_accounts(text,uuid[],boolean)',
            'topoff.black_out_slot(text,uuid)',
            'topoff.next_empty_slot(text,uuid,uuid,text)',
            'topoff.accounts_to_post_on(text,uuid,uuid[],timestamptz)',
            'topoff.require_all_posted(uuid[],uuid[],timestamptz)',
            'topoff.stop_cadences(text,uuid)',
            'topoff.forget_planning(text,uuid)',
            'topoff.black_out_account(text,uuid)',
            'topoff.delete_posts(text,uuid[])',
            'topoff.planning_window_end(interval,timestamptz)',
            'topoff.lock_tenants(text[])',
            'topoff.tenant_lock(text)',
            'topoff.planned_calendars(text[],timestamptz,timestamptz,boolean,boolean)',
            'topoff.planned_slots(text[],timestamptz,timestamptz,boolean,boolean)',
            'topoff.insert_planned_slots(text[],timestamptz,timestamptz,boolean)',
            'topoff.plan_tenant(text,timestamptz,timestamptz,boolean)',
            'topoff.placeholder_content_item_id(text)',
            'topoff.time_zone_name(text)',
            'topoff.require_time_zone(text)',
            'topoff.slot_instant(timestamp,text)',
            'topoff.cadence_cells(bigint,bigint[],time[])',
            'topoff.cadence_slots(bigint,bigint[],time[],text,date,date)',
            'topoff.day_begins(text,date,date)',
            'topoff.slots_on_days(bigint,bigint[],time[],text,date,date,timestamptz[])',
            'topoff.cells_giving_way(timestamptz[],timestamptz[],bigint)',
            'topoff.plans(text,bigint,boolean)',
            'topoff.is_blacked_out(timestamp,tsmultirange,tsmultirange)',
            'topoff.is_known_zone(text)',
            'topoff.accounts_of_unknown_zone(text[])',
            'topoff.warn_of_unknown_zones(text)',
            'topoff.slots_need_content()',
            'topoff.replanned_slots(text[],timestamptz,timestamptz,boolean)',
            'topoff.new_slots(text[],timestamptz,timestamptz,boolean)',
            'topoff.lock_changed_slots(text[],timestamptz,timestamptz)',
            'topoff.replan_slots(text[],timestamptz,timestamptz)',
            'topoff.is_empty_slot(text,uuid,uuid)',
            'topoff.is_untouched_slot(text,uuid,uuid,timestamptz,timestamptz,timestamptz)',
            'topoff.tenants()',
            'topoff.cadence_in_words(bigint,bigint[],time[],text,daterange)',
            'topoff.tenant_coverage(text)'
        ]) AS wanted (signature)
        JOIN pg_proc AS routine ON routine.oid = to_regprocedure(wanted.signature)
    ),
    listed AS (
        SELECT format('USAGE ON SCHEMA %I', ours.nspname) AS privilege,
               has_schema_privilege(api_role, ours.oid, 'USAGE') AS held, ours.nspacl AS acl
        FROM pg_namespace AS ours
        WHERE ours.nspname IN ('public', 'topoff')
        UNION ALL
        SELECT format('%s (%I) ON %s', relation.privilege, attribute.attname, relation.oid::regclass),
               has_column_privilege(api_role, relation.oid, attribute.attnum, relation.privilege),
               attribute.attacl
        FROM relation
        JOIN pg_attribute AS attribute
          ON attribute.attrelid = relation.oid AND attribute.attnum > 0 AND NOT attribute.attisdropped
         AND attribute.attname = ANY (relation.columns)
        UNION ALL
        SELECT format('%s ON %s', relation.privilege, relation.oid::regclass),
               has_table_privilege(api_role, relation.oid, relation.privilege), relation.relacl
        FROM relation
        WHERE relation.columns IS NULL
        UNION ALL
        -- The application may number its rows from sequences.
        SELECT format('USAGE ON SEQUENCE %s', sequence.oid::regclass),
               has_sequence_privilege(api_role, sequence.oid, 'USAGE'), sequence.relacl
        FROM pg_class AS sequence
        WHERE sequence.relkind = 'S'
          AND sequence.oid IN (
              SELECT depends.refobjid
              FROM pg_attrdef AS column_default
              JOIN pg_depend AS depends
                ON depends.classid = 'pg_attrdef'::regclass AND depends.objid = column_default.oid
               AND depends.refclassid = 'pg_class'::regclass
              WHERE column_default.adrelid IN ('public.content_items'::regclass, 'public.post_instances'::regclass)
          )
        UNION ALL
        SELECT format('EXECUTE ON FUNCTION %s', routine.oid::regprocedure),
               has_function_privilege(api_role, routine.oid, 'EXECUTE'), routine.proacl
        FROM routine
    )
    SELECT listed.privilege, listed.held,
           ARRAY(SELECT entry.grantor::regrole
                 FROM aclexplode(listed.acl) AS entry
                 WHERE entry.grantee = api_role
                   AND entry.privilege_type = split_part(listed.privilege, ' ', 1)
                 ORDER BY entry.grantor)
    FROM listed;
END;
$$;

COMMENT ON FUNCTION topoff.api_privileges(api_role regrole) IS 'The privileges that the API''s role needs for the functions of the calendar, as GRANT spells them; whether the role holds each already, by itself or through another role or PUBLIC; and who granted it to the role itself. isolate_tenants() grants those that are missing.';

CREATE FUNCTION topoff.array_is_set(elements anyarray) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT count(DISTINCT element) = cardinality(elements) FROM unnest(elements) AS element
$$;

COMMENT ON FUNCTION topoff.array_is_set(elements anyarray) IS 'True where the array holds no NULL and no element twice. Used by the CHECKs on channel_accounts.days_of_week and times_local.';

CREATE FUNCTION topoff.begin_rename(old text, new text) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    SET lock_timeout TO '0'
    AS $$
DECLARE
    attempts CONSTANT integer := 20;
    in_the_way regclass[];
BEGIN
    PERFORM topoff.require_tenant_rows(old, 'old');
    IF new IS NULL OR new = '' THEN
        RAISE EXCEPTION 'new must not be %', CASE WHEN new IS NULL THEN 'null' ELSE 'empty' END
            USING ERRCODE = CASE WHEN new IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Give the name that the tenant is to have.';
    ELSIF new = old THEN
        RAISE EXCEPTION 'tenant "%" has that name already', old
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the name that the tenant is to have.';
    END IF;

    PERFORM set_config('lock_timeout', greatest(setting::integer / 2, 1) || 'ms', true)
    FROM pg_settings WHERE name = 'deadlock_timeout';
    FOR attempt IN 1 .. attempts LOOP
        BEGIN
            PERFORM topoff.lock_tenants(ARRAY[old, new]);
            PERFORM FROM public.post_instances AS post
            WHERE post.tenant_id = begin_rename.old ORDER BY post.channel_account_id, post.scheduled_for FOR UPDATE;
            PERFORM FROM public.content_items AS content
            WHERE content.tenant_id = begin_rename.old ORDER BY content.id FOR UPDATE;
            PERFORM FROM public.channel_accounts AS account
            WHERE account.tenant_id = begin_rename.old ORDER BY account.id FOR UPDATE;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF attempt = attempts THEN
                RAISE EXCEPTION 'tenant "%" is in use', old
                    USING ERRCODE = 'lock_not_available',
                          DETAIL = format('Other transactions held its rows, or its lock, at each of %s attempts.',
                                          attempts),
                          HINT = 'Nothing was renamed. Call this again when they have ended: SELECT pid, '
                                 'xact_start, query FROM pg_stat_activity ORDER BY xact_start.';
            END IF;
            PERFORM pg_sleep(0.1 * random());
        END;
    END LOOP;
    PERFORM topoff.require_tenant_rows(old, 'old');  -- somebody else may have renamed it meanwhile
    in_the_way := topoff.tables_of_tenant(new);
    IF in_the_way <> '{}' THEN
        RAISE EXCEPTION 'tenant "%" has rows of its own', new
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('In %s. Two tenants are never made one.', array_to_string(in_the_way, ', ')),
                  HINT = format('Choose another name. What planning has left behind of a former tenant of that '
                                'name goes with SELECT topoff.erase_tenant(%L).', new);
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.begin_rename(old text, new text) IS 'For rename_tenant(): checks its arguments and takes the locks. Errors as rename_tenant.';

CREATE FUNCTION topoff.black_out_account(tenant text, channel_account_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)
    SELECT black_out_account.tenant, account.id, '(,)', 'retired'
    FROM public.channel_accounts AS account
    WHERE account.tenant_id = black_out_account.tenant
      AND account.id = black_out_account.channel_account_id
      AND account.posts_per_week > 0;
END;
$$;

COMMENT ON FUNCTION topoff.black_out_account(tenant text, channel_account_id uuid) IS 'Leaves a blackout without end, reason ''retired'', on the account if its posts_per_week is not 0. Checks nothing.';

CREATE FUNCTION topoff.black_out_slot(tenant text, post_instance_id uuid) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    slot record;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.lock_tenants(ARRAY[tenant]);

    SELECT post.channel_account_id, post.status::text AS status, post.content_item_id,
           post.scheduled_for, post.planned_for, coalesce(post.scheduled_for, post.planned_for) AS stands_at
    INTO slot
    FROM public.post_instances AS post
    WHERE post.tenant_id = black_out_slot.tenant AND post.id = black_out_slot.post_instance_id
    FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'post instance % does not exist', coalesce(post_instance_id::text, 'NULL')
            USING ERRCODE = 'no_data_found',
                  HINT = 'It may have been deleted; read the calendar again.';
    ELSIF NOT topoff.is_empty_slot(slot.status, slot.content_item_id, placeholder) THEN
        RAISE EXCEPTION 'post instance % is not an empty slot', post_instance_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Its status is %s, and it %s content of its own.', slot.status,
                                  CASE WHEN coalesce(slot.content_item_id, placeholder) = placeholder
                                       THEN 'has no' ELSE 'has' END),
                  HINT = 'Only empty Planned slots are skipped; move or delete a post instead.';
    ELSIF slot.stands_at IS NULL OR slot.stands_at <= now() THEN
        RAISE EXCEPTION 'post instance % is not in the future', post_instance_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('Its time is %s.', coalesce(slot.stands_at::text, 'not set')),
                  HINT = 'A slot that has gone by is left alone.';
    END IF;

    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)
    SELECT DISTINCT black_out_slot.tenant, account.id, tsrange(clock.shows, clock.shows, '[]'), 'skipped'
    FROM public.channel_accounts AS account
    CROSS JOIN unnest(ARRAY[slot.scheduled_for, slot.planned_for]) AS taken (instant)
    CROSS JOIN LATERAL (
        SELECT taken.instant AT TIME ZONE coalesce(account.timezone::text, 'UTC') AS shows
    ) AS clock
    WHERE account.tenant_id = black_out_slot.tenant
      AND account.id = slot.channel_account_id
      AND taken.instant IS NOT NULL;
END;
$$;

COMMENT ON FUNCTION topoff.black_out_slot(tenant text, post_instance_id uuid) IS 'For skip_planned_slot(): locks the tenant and the slot, fails unless it is an empty slot of the future, and leaves the blackouts that keep it away. Errors as skip_planned_slot.';

CREATE FUNCTION topoff.cadence_cells(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[]) RETURNS TABLE(day_of_week integer, time_local time without time zone)
    LANGUAGE sql IMMUTABLE ROWS 7 PARALLEL SAFE
    BEGIN ATOMIC
 SELECT grid.days[(1 +
         CASE
             WHEN ((i.i / size.days) < (size.cells / size.days)) THEN (i.i % size.days)
             ELSE ((((2 * (i.i % size.days)) + 1) * size.days) / (2 * (size.cells % size.days)))
         END)] AS days,
     grid.times[(1 + (i.i / size.days))] AS times
    FROM ((( SELECT ARRAY( SELECT DISTINCT (d.d)::integer AS d
                    FROM unnest(cadence_cells.days_of_week) d(d)
                   WHERE ((d.d >= 1) AND (d.d <= 7))
                   ORDER BY ((d.d)::integer)) AS days,
             ARRAY( SELECT DISTINCT t.t
                    FROM unnest(cadence_cells.times_local) t(t)
                   WHERE (t.t IS NOT NULL)
                   ORDER BY t.t) AS times
          OFFSET 0) grid
      CROSS JOIN LATERAL ( SELECT cardinality(grid.days) AS days,
             (LEAST(cadence_cells.posts_per_week, ((cardinality(grid.days) * cardinality(grid.times)))::bigint))::integer AS cells
          OFFSET 0) size)
      CROSS JOIN LATERAL unnest(ARRAY( SELECT generate_series(0, (size.cells - 1)) AS generate_series)) i(i))
   WHERE (cadence_cells.posts_per_week > 0);
END;

COMMENT ON FUNCTION topoff.cadence_cells(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[]) IS 'The cells of the week that a cadence posts at: posts_per_week rows of (ISO day 1 = Monday ... 7 = Sunday, local time), or the whole grid of days and times where that is smaller. A pure function of its arguments. No rows for posts_per_week 0 or NULL.';

CREATE FUNCTION topoff.cadence_in_words(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], category text, during daterange) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    first_day CONSTANT date := nullif(lower(during), '-infinity');
    last_day CONSTANT date := nullif(upper(during), 'infinity') - 1;
    this_year CONSTANT text := to_char(now() AT TIME ZONE 'UTC', ' YYYY');
    -- Of two dates in one month or one year the first goes without it.
    first_words CONSTANT text := concat(
        to_char(first_day, 'FMDD'),
        CASE WHEN date_trunc('month', first_day) IS DISTINCT FROM date_trunc('month', last_day)
             THEN to_char(first_day, ' FMMonth') END,
        CASE WHEN date_trunc('year', first_day) IS DISTINCT FROM date_trunc('year', last_day)
             THEN nullif(to_char(first_day, ' YYYY'), this_year) END);
    last_words CONSTANT text := concat(
        to_char(last_day, 'FMDD FMMonth'), nullif(to_char(last_day, ' YYYY'), this_year));
    cells bigint;
    cells_words text;
BEGIN
    SELECT coalesce(sum(round.cells), 0),
           string_agg(round.days || ' ' || round.time_local, ', ' ORDER BY round.time_local)
    INTO cells, cells_words
    FROM (
        SELECT regexp_replace(cell.time_local::text, ':00$', '') AS time_local, count(*) AS cells,
               string_agg((ARRAY['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'])[cell.day_of_week],
                          ' ' ORDER BY cell.day_of_week) AS days
        FROM topoff.cadence_cells(posts_per_week, days_of_week, times_local) AS cell
        GROUP BY cell.time_local
    ) AS round;
    RETURN concat(
        CASE
            WHEN first_day = last_day THEN format('on %s ', last_words)
            WHEN first_day < last_day THEN format('from %s to %s ', first_words, last_words)
            WHEN first_day IS NOT NULL THEN format('from %s ', first_words)
            WHEN last_day IS NOT NULL THEN format('until %s ', last_words)
        END,
        posts_per_week, ' a week', ' ' || category,
        CASE WHEN cells < posts_per_week THEN format(' (its days and times allow %s)', cells) END,
        ': ' || cells_words);
END;
$_$;

COMMENT ON FUNCTION topoff.cadence_in_words(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], category text, during daterange) IS 'A cadence in English words, days and times in its account''s zone: [on/from/until dates] posts_per_week "a week" [category]: days time, ... Where it wants more than its days and times allow, it says how many these are.';

CREATE FUNCTION topoff.day_begins(zone text, first_day date, last_day date) RETURNS TABLE(begins timestamp with time zone[])
    LANGUAGE sql STABLE ROWS 1 PARALLEL SAFE
    BEGIN ATOMIC
 SELECT ARRAY( SELECT
                 CASE
                     WHEN (((span.midnights[day.day] - span.midnights[(day.day - 1)]) = '24:00:00'::interval) AND ((span.midnights[(day.day + 1)] - span.midnights[day.day]) = '24:00:00'::interval) AND ((span.midnights[(day.day + 2)] - span.midnights[(day.day + 1)]) = '24:00:00'::interval)) THEN span.midnights[day.day]
                     ELSE NULL::timestamp with time zone
                 END AS "case"
            FROM generate_series(2, (cardinality(span.midnights) - 2)) day(day)
           ORDER BY day.day) AS "array"
    FROM ( SELECT ARRAY( SELECT (((day_begins.first_day + number.number))::timestamp without time zone AT TIME ZONE day_begins.zone) AS timezone
                    FROM generate_series('-2'::integer, ((day_begins.last_day - day_begins.first_day) + 2)) number(number)
                   ORDER BY number.number) AS midnights
          OFFSET 0) span
  OFFSET 0;
END;

COMMENT ON FUNCTION topoff.day_begins(zone text, first_day date, last_day date) IS 'A row with the instants at which the days from the one before first_day to last_day begin in the zone; NULL for each day on which, or next to which, the clock is changed. For slots_on_days(). Error 22023 for an unknown zone.';

CREATE FUNCTION topoff.slot_instant(local_time timestamp without time zone, zone text) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN ((((local_time AT TIME ZONE zone) - '24:00:00'::interval) AT TIME ZONE zone) = (local_time - '24:00:00'::interval)) THEN (local_time AT TIME ZONE zone) WHEN ((((local_time AT TIME ZONE zone) - ((((local_time AT TIME ZONE zone) - '24:00:00'::interval) AT TIME ZONE zone) - (local_time - '24:00:00'::interval))) AT TIME ZONE zone) = local_time) THEN ((local_time AT TIME ZONE zone) - ((((local_time AT TIME ZONE zone) - '24:00:00'::interval) AT TIME ZONE zone) - (local_time - '24:00:00'::interval))) ELSE (local_time AT TIME ZONE zone) END;

COMMENT ON FUNCTION topoff.slot_instant(local_time timestamp without time zone, zone text) IS 'The instant of a local time in an IANA zone by RFC 5545: the first of the two where clocks go back, with the offset from before the gap where they go forward. Independent of the session''s TimeZone. Error 22023 for an unknown zone.';

CREATE FUNCTION topoff.slots_on_days(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date, day_begins timestamp with time zone[]) RETURNS TABLE(slot_at timestamp with time zone, slot_local timestamp without time zone)
    LANGUAGE sql STABLE ROWS 30 PARALLEL SAFE
    BEGIN ATOMIC
 SELECT slot.slot_at,
     clock.slot_local
    FROM ((((topoff.cadence_cells(slots_on_days.posts_per_week, slots_on_days.days_of_week, slots_on_days.times_local) cell(day_of_week, time_local)
      CROSS JOIN LATERAL generate_series((1 + (((8 + cell.day_of_week) - (EXTRACT(isodow FROM slots_on_days.first_day))::integer) % 7)), cardinality(slots_on_days.day_begins), 7) day(day))
      CROSS JOIN LATERAL ( SELECT ((slots_on_days.first_day + (day.day - 2)) + cell.time_local) AS local_time,
             ((slots_on_days.day_begins)[day.day] + (cell.time_local)::interval) AS plain_slot
          OFFSET 0) wanted)
      CROSS JOIN LATERAL ( SELECT
                 CASE
                     WHEN (wanted.plain_slot IS NULL) THEN topoff.slot_instant(wanted.local_time, slots_on_days.zone)
                     ELSE wanted.plain_slot
                 END AS slot_at) slot)
      CROSS JOIN LATERAL ( SELECT
                 CASE
                     WHEN (wanted.plain_slot IS NULL) THEN (slot.slot_at AT TIME ZONE slots_on_days.zone)
                     ELSE wanted.local_time
                 END AS slot_local) clock)
   WHERE ((clock.slot_local >= slots_on_days.first_day) AND (clock.slot_local < (slots_on_days.last_day + 1)));
END;

COMMENT ON FUNCTION topoff.slots_on_days(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date, day_begins timestamp with time zone[]) IS 'What cadence_slots() gives, for callers with many cadences in one zone: day_begins is what topoff.day_begins(zone, first_day, last_day) gives, and two cells on one instant are two rows.';

CREATE FUNCTION topoff.cadence_slots(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date) RETURNS TABLE(slot_at timestamp with time zone, slot_local timestamp without time zone)
    LANGUAGE sql STABLE ROWS 30 PARALLEL SAFE
    BEGIN ATOMIC
 SELECT DISTINCT slot.slot_at,
     slot.slot_local
    FROM (topoff.day_begins(cadence_slots.zone, cadence_slots.first_day, cadence_slots.last_day) day(begins)
      CROSS JOIN LATERAL topoff.slots_on_days(cadence_slots.posts_per_week, cadence_slots.days_of_week, cadence_slots.times_local, cadence_slots.zone, cadence_slots.first_day, cadence_slots.last_day, day.begins) slot(slot_at, slot_local));
END;

COMMENT ON FUNCTION topoff.cadence_slots(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date) IS 'The slots that a cadence gives from first_day to last_day (both included, by the clock of the zone), as instants and as local times: what a settings page can show before the cadence is saved. No blackout and no post is looked at. Independent of the session''s TimeZone. Error 22023 for an unknown zone.';

CREATE FUNCTION topoff.cells_giving_way(free_cells timestamp with time zone[], neighbours timestamp with time zone[], room bigint) RETURNS SETOF timestamp with time zone
    LANGUAGE sql IMMUTABLE ROWS 3 PARALLEL SAFE
    BEGIN ATOMIC
 SELECT ranked.cell
    FROM ( SELECT free.cell,
             row_number() OVER (ORDER BY ( SELECT min(GREATEST((free.cell - neighbour.neighbour), (neighbour.neighbour - free.cell))) AS min
                    FROM unnest(cells_giving_way.neighbours) neighbour(neighbour)) DESC, free.cell) AS rank
            FROM unnest(cells_giving_way.free_cells) free(cell)) ranked
   WHERE (ranked.rank > cells_giving_way.room);
END;

COMMENT ON FUNCTION topoff.cells_giving_way(free_cells timestamp with time zone[], neighbours timestamp with time zone[], room bigint) IS 'Those of a week''s free cells that its quota has no room for: all but the room cells that are farthest, in elapsed time, from the nearest of the neighbours (the posts to keep away from); the later of two at one distance. All of them where room is 0 or less, none where there is room enough. A pure function of its arguments.';

CREATE FUNCTION topoff.check_time_zone() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    new_zones text[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        new_zones := ARRAY(SELECT DISTINCT timezone::text FROM written);
    ELSE
        new_zones := ARRAY(SELECT timezone::text FROM written EXCEPT SELECT timezone::text FROM overwritten);
    END IF;
    new_zones := array_remove(array_remove(new_zones, 'UTC'), NULL);
    IF new_zones <> '{}' AND topoff.is_our_column(TG_RELID, 'timezone') THEN
        PERFORM topoff.require_time_zone(new_zone)
        FROM (SELECT new_zone FROM unnest(new_zones) AS new_zone ORDER BY new_zone) AS ordered;
    END IF;
    RETURN NULL;
EXCEPTION
    WHEN undefined_column THEN  -- the application has dropped it
        RETURN NULL;
END;
$$;

COMMENT ON FUNCTION topoff.check_time_zone() IS 'Trigger: refuses a channel_accounts.timezone that is not an IANA zone name in its exact spelling (22023, names the value), while that column is ours. Looks at zones that a statement brings in, not at those already there.';

CREATE FUNCTION topoff.complete_tenants(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    AS $$
BEGIN
    RETURN ARRAY(
        SELECT tenant FROM unnest(tenants) AS tenant
        WHERE tenant NOT IN (
            SELECT planned.tenant_id
            FROM topoff.planned_calendars(tenants, as_of, window_end, creates_only => true) AS planned
        )
    );
EXCEPTION
    WHEN OTHERS THEN
        RETURN ARRAY[]::text[];
END;
$$;

COMMENT ON FUNCTION topoff.complete_tenants(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) IS 'For topoff_all_tenants(): those of the tenants for whom a top-off with as_of < instant <= window_end would create nothing; none of them where that cannot be told. Takes no lock and checks no argument.';

CREATE FUNCTION topoff.default_cadence() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    defaults CONSTANT jsonb :=
        '{"posts_per_week": 0, "days_of_week": [1, 2, 3, 4, 5], "times_local": ["09:00"], "timezone": "UTC"}'::jsonb;
    missing jsonb;
BEGIN
    SELECT jsonb_object_agg(cadence.key, cadence.value) INTO missing
    FROM jsonb_each(defaults) AS cadence
    WHERE to_jsonb(NEW) -> cadence.key = 'null' AND topoff.is_our_column(TG_RELID, cadence.key::name);
    IF missing IS NOT NULL THEN
        NEW := jsonb_populate_record(NEW, missing);
    END IF;
    RETURN NEW;
EXCEPTION
    WHEN untranslatable_character THEN  -- a json value that jsonb can't take
        RETURN NEW;
END;
$$;

COMMENT ON FUNCTION topoff.default_cadence() IS 'Trigger: turns a NULL that is written into a cadence column of ours into that column''s default. Leaves columns that the application has, or has taken over, as they are written.';

CREATE FUNCTION topoff.delete_posts(tenant text, post_instance_ids uuid[]) RETURNS integer
    LANGUAGE plpgsql
    AS $$
<<own>>
DECLARE
    deleted pg_catalog.int4;
BEGIN
    DELETE FROM public.post_instances AS post
    WHERE post.tenant_id OPERATOR(pg_catalog.=) delete_posts.tenant
      AND post.id OPERATOR(pg_catalog.=) ANY (delete_posts.post_instance_ids);
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION topoff.delete_posts(tenant text, post_instance_ids uuid[]) IS 'Deletes these post instances of the tenant and returns how many it had. Checks nothing.';

CREATE FUNCTION topoff.drop_isolation_policies(api_role regrole) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    held record;
BEGIN
    FOR held IN
        SELECT policy.polname, policy.polrelid::regclass AS isolated
        FROM pg_policy AS policy
        WHERE policy.polrelid = ANY (topoff.isolated_tables())
          AND policy.polname LIKE 'topoff\_one\_tenant\_%'
          AND policy.polroles = ARRAY[api_role::oid]
        ORDER BY array_position(topoff.isolated_tables(), policy.polrelid::regclass)
    LOOP
        EXECUTE format('DROP POLICY %I ON %s', held.polname, held.isolated);
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff.drop_isolation_policies(api_role regrole) IS 'For topoff.isolate_tenants() and topoff.unisolate_tenants(): drops the restrictive policies of this role.';

CREATE FUNCTION topoff.enter_step(run_id bigint, tenants text[], done text[], pass text, error_state text, error_message text) RETURNS text[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    AS $$
DECLARE
    -- Without an error, the tenant's own lock was not to be had.
    is_held CONSTANT boolean := coalesce(
        error_state IN ('55P03', '40P01', '40001'), true);  -- lock_not_available, deadlock_detected, serialization_failure
    again text[] := ARRAY(SELECT tenant FROM unnest(tenants) AS tenant WHERE tenant <> ALL (done));
BEGIN
    IF NOT (pass = 'all' OR pass = 'again' AND is_held) THEN
        INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message)
        SELECT enter_step.run_id, tenant, coalesce(error_state, '55P03'),
               CASE
                   WHEN NOT is_held THEN error_message
                   ELSE 'a lock that it needs was not to be had: '
                       || coalesce('held by ' || topoff.lock_holders(tenant),
                                   'it is not to be seen who held it')
               END
        FROM unnest(again) AS tenant;
        again := ARRAY[]::text[];
    END IF;

    UPDATE topoff.runs AS run
    SET tenants = run.tenants + cardinality(enter_step.tenants) - cardinality(again),
        created = run.created + outcome.created,
        removed = run.removed + outcome.removed,
        failed = run.failed + outcome.failed
    FROM (
        SELECT coalesce(sum(entry.created), 0) AS created, coalesce(sum(entry.removed), 0) AS removed,
               count(entry.sqlstate) AS failed
        FROM unnest(enter_step.tenants) AS tenant
        CROSS JOIN LATERAL (
            SELECT entry.created, entry.removed, entry.sqlstate
            FROM topoff.run_tenants AS entry
            WHERE entry.run_id = enter_step.run_id AND entry.tenant_id = tenant
            OFFSET 0
        ) AS entry
    ) AS outcome
    WHERE run.id = enter_step.run_id;
    RETURN again;
END;
$$;

COMMENT ON FUNCTION topoff.enter_step(run_id bigint, tenants text[], done text[], pass text, error_state text, error_message text) IS 'For run_batch(): enters the failures of a step, counts the step in the run''s row, and returns the tenants that are to be tried again.';

CREATE FUNCTION topoff.enter_unknown_zones(run_id bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET jit TO 'off'
    SET lock_timeout TO '1min'
    AS $$
DECLARE
    unknown_zones CONSTANT text[] := ARRAY(
        SELECT zone.name
        FROM (SELECT DISTINCT account.timezone::text FROM public.channel_accounts AS account OFFSET 0) AS zone (name)
        WHERE NOT topoff.is_known_zone(zone.name)
    );
    failures bigint;
BEGIN
    IF unknown_zones = '{}' THEN
        RETURN;
    END IF;
    INSERT INTO topoff.run_tenants AS entry (run_id, tenant_id, sqlstate, message)
    SELECT enter_unknown_zones.run_id, account.tenant_id, '22023',  -- invalid_parameter_value
           string_agg(format('channel account %s: time zone "%s" is not known to this server',
                             account.channel_account_id, account.timezone),
                      '; ' ORDER BY account.place) FILTER (WHERE account.place <= 5)
               || CASE WHEN count(*) > 5 THEN format('; and %s more', count(*) - 5) ELSE '' END
    FROM (
        SELECT unknown.tenant_id, unknown.channel_account_id, unknown.timezone,
               row_number() OVER (PARTITION BY unknown.tenant_id ORDER BY unknown.channel_account_id) AS place
        FROM topoff.accounts_of_unknown_zone(ARRAY(
                 SELECT DISTINCT account.tenant_id::text FROM public.channel_accounts AS account
                 WHERE account.timezone::text = ANY (unknown_zones)
             )) AS unknown
    ) AS account
    GROUP BY account.tenant_id
    ON CONFLICT ON CONSTRAINT run_tenants_pkey DO UPDATE
        SET sqlstate = EXCLUDED.sqlstate, message = EXCLUDED.message
        WHERE entry.sqlstate IS NULL;
    GET DIAGNOSTICS failures = ROW_COUNT;

    UPDATE topoff.runs AS run SET failed = run.failed + failures WHERE run.id = enter_unknown_zones.run_id;
END;
$$;

COMMENT ON FUNCTION topoff.enter_unknown_zones(run_id bigint) IS 'For topoff_all_tenants(): enters in the ledger, as failures (22023) of their tenants in this run, the accounts that plan but in a time zone that this server does not know, the first 5 of a tenant by name.';

CREATE FUNCTION topoff.erase_tenant(tenant text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
<<own>>
DECLARE
    removed pg_catalog.int4;
    placeholder pg_catalog.uuid;
BEGIN
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_tenant_rows(tenant, 'tenant'::pg_catalog.text);
    PERFORM topoff.unneeded_placeholder(tenant);  -- who deletes it locks it first, and then its posts: so do we
    PERFORM topoff.stop_cadences(tenant, NULL::pg_catalog.uuid);
    removed := topoff.delete_posts(tenant, topoff.forget_planning(tenant, NULL::pg_catalog.uuid));
    DELETE FROM topoff.run_tenants AS entry
    WHERE entry.tenant_id OPERATOR(pg_catalog.=) erase_tenant.tenant;

    placeholder := topoff.unneeded_placeholder(tenant);
    IF placeholder IS NOT NULL THEN
        PERFORM pg_catalog.set_config('topoff.erasing'::pg_catalog.text, tenant, true);  -- guard_placeholder
        DELETE FROM public.content_items AS content
        WHERE content.tenant_id OPERATOR(pg_catalog.=) erase_tenant.tenant
          AND content.id OPERATOR(pg_catalog.=) own.placeholder;
    END IF;
    RETURN removed;
END;
$$;

COMMENT ON FUNCTION topoff.erase_tenant(tenant text) IS 'Takes away all that planning holds of a tenant, also of one that has no channel account any more: the empty slots that top-offs made and nobody has written anything into, past and future, moved or not; further cadences, blackouts and ledger entries; the placeholder content item, unless a row still refers to it; and sets posts_per_week of its accounts to 0. Returns how many slots. The accounts, posts and content items of the application stay for it to delete. Where posts_per_week is a generated column or has a rule that forbids 0 it stays as it is, so call this in the transaction that deletes the accounts, or after it.
Errors: 22004 for NULL; 22023 for an empty name; P0002 for a name that no row has; 42501 where row-level security would hide rows from the caller.';

CREATE FUNCTION topoff.finish_run(run_id bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    UPDATE topoff.runs AS run
    SET finished_at = clock_timestamp(),
        status = CASE WHEN run.failed > 0 THEN 'failed' ELSE 'succeeded' END
    WHERE run.id = run_id;
END;
$$;

COMMENT ON FUNCTION topoff.finish_run(run_id bigint) IS 'For topoff_all_tenants(): closes the run''s row in topoff.runs as succeeded or failed.';

CREATE FUNCTION topoff.forget_planning(tenant text, channel_account_id uuid) RETURNS uuid[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
BEGIN
    DELETE FROM topoff.cadences AS cadence
    WHERE cadence.tenant_id = forget_planning.tenant
      AND (cadence.channel_account_id = forget_planning.channel_account_id
           OR forget_planning.channel_account_id IS NULL);
    DELETE FROM topoff.blackouts AS blackout
    WHERE blackout.tenant_id = forget_planning.tenant
      AND (blackout.channel_account_id = forget_planning.channel_account_id
           OR forget_planning.channel_account_id IS NULL);
    RETURN ARRAY(
        SELECT post.id
        FROM public.post_instances AS post
        WHERE post.tenant_id = forget_planning.tenant
          AND (post.channel_account_id = forget_planning.channel_account_id
               OR forget_planning.channel_account_id IS NULL)
          AND topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder)
          AND post.touched_at IS NULL
          AND (post.planned_for IS NOT NULL OR forget_planning.channel_account_id IS NOT NULL)
        ORDER BY post.channel_account_id, post.scheduled_for
        FOR UPDATE
    );
END;
$$;

COMMENT ON FUNCTION topoff.forget_planning(tenant text, channel_account_id uuid) IS 'Deletes the further cadences and the blackouts of the account, or with NULL of all accounts of the tenant and of the tenant itself, and returns the ids of the empty slots that nobody has touched (of a tenant: those that a top-off made), locked for the caller to delete. Checks nothing.';

CREATE FUNCTION topoff.grant_api_privileges(api_role regrole) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    noted text[] := topoff.isolation_grants(api_role);
    missing text[] := ARRAY(
        SELECT needed.privilege FROM topoff.api_privileges(api_role) AS needed WHERE NOT needed.held
    );
    privilege text;
BEGIN
    FOREACH privilege IN ARRAY missing LOOP
        EXECUTE format('GRANT %s TO %s', privilege, api_role);
        IF privilege <> ALL (noted) THEN
            noted := noted || privilege;
        END IF;
    END LOOP;
    -- A GRANT of what the caller may not pass on can end in a warning.
    missing := ARRAY(
        SELECT needed.privilege FROM topoff.api_privileges(api_role) AS needed WHERE NOT needed.held
    );
    IF missing <> '{}' THEN
        RAISE EXCEPTION 'role "%" may not grant % to role "%"', current_user, missing[1],
                (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role)
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('As the owner or a superuser: GRANT %s TO %s;',
                                array_to_string(missing, format(' TO %s; GRANT ', api_role)), api_role);
    END IF;
    EXECUTE format('COMMENT ON POLICY %I ON public.post_instances IS %L', topoff.isolation_policy(api_role),
                   'The role sees the tenant in app.tenant_id, or none. Granted along with it: '
                   || to_json(ARRAY(SELECT entry FROM unnest(noted) AS entry ORDER BY entry))::text);
END;
$$;

COMMENT ON FUNCTION topoff.grant_api_privileges(api_role regrole) IS 'Grants a role that is held to one tenant what it lacks of topoff.api_privileges(), and notes it. Called by topoff.isolate_tenants() and after an upgrade or a downgrade.
Errors: 42501 where the caller may not grant what is needed.';

CREATE FUNCTION topoff.guard_placeholder() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    done CONSTANT text := CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END;
    reason text;
    way_out text;
BEGIN
    IF NOT topoff.is_placeholder_id(OLD.id)
       OR current_setting('topoff.erasing', true) IN (OLD.tenant_id, '*') THEN
        RETURN NEW;
    ELSIF TG_OP = 'DELETE' THEN
        -- At the end of the transaction: an ORM deletes the posts of an item before the item, and a tenant that
        -- goes with all it has may lose its accounts after its items.
        IF EXISTS (SELECT FROM public.channel_accounts AS account WHERE account.tenant_id = OLD.tenant_id) THEN
            reason := 'Empty planned slots have it as their content, and the tenant has channel accounts.';
            way_out := format('It costs nothing to keep. For a tenant that goes: SELECT topoff.erase_tenant(%L).',
                              OLD.tenant_id);
        END IF;
    ELSIF (NEW.tenant_id, NEW.id, NEW.title) IS DISTINCT FROM (OLD.tenant_id, OLD.id, OLD.title)
          OR EXISTS (
              SELECT
              FROM jsonb_each(to_jsonb(NEW)) AS written
              JOIN pg_attribute AS attribute ON attribute.attrelid = TG_RELID AND attribute.attname = written.key
              JOIN pg_type AS type ON type.oid = attribute.atttypid
              WHERE type.typcategory IN ('S', 'A', 'U')
                AND written.value NOT IN ('null', '""', '[]', '{}')
                AND coalesce(to_jsonb(OLD) -> written.key, 'null') IN ('null', '""', '[]', '{}')
          ) THEN
        IF EXISTS (
            SELECT FROM public.post_instances AS post
            WHERE post.tenant_id = OLD.tenant_id AND post.content_item_id = OLD.id
        ) THEN
            reason := 'Empty planned slots have it as their content.';
            way_out := CASE WHEN NEW.tenant_id = OLD.tenant_id
                THEN 'To write a post, create a content item of its own and assign it to the slot: '
                     'fill_next_planned_slot() or UPDATE post_instances SET content_item_id = ... '
                     'A migration that fills a column of every item: SET LOCAL topoff.erasing = ''*'' before.'
                ELSE format('To give a tenant another name: SELECT topoff.rename_tenant(%L, %L).',
                            OLD.tenant_id, NEW.tenant_id)
            END;
        END IF;
    END IF;
    IF reason IS NOT NULL THEN
        RAISE EXCEPTION 'content item % is the placeholder of tenant "%" and cannot be %', OLD.id, OLD.tenant_id, done
            USING ERRCODE = 'object_in_use', DETAIL = reason, HINT = way_out;
    END IF;
    RETURN NEW;
END;
$$;

COMMENT ON FUNCTION topoff.guard_placeholder() IS 'Trigger: refuses to change a tenant''s placeholder content item while a post instance has it as its content, and to delete it while the tenant has a channel account, the latter at the end of the transaction (55006, with the way out in the HINT). What erases or renames a tenant sets topoff.erasing to its name for the rest of the transaction (set_config(''topoff.erasing'', tenant, true)), ''*'' for every tenant. Changed means: tenant_id, id, title, or something written into a text, a list or the like that was empty.';

CREATE FUNCTION topoff.hand_over_column(name name) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    cadence CONSTANT regclass := 'public.channel_accounts';
    mark CONSTANT text := '%Added by planned-slot top-off.';
    place CONSTANT smallint := (
        SELECT attribute.attnum
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = cadence AND attribute.attname = hand_over_column.name
          AND attribute.attnum > 0 AND NOT attribute.attisdropped
          AND col_description(cadence, attribute.attnum) LIKE mark
    );
    rule name;
BEGIN
    IF place IS NULL THEN
        RAISE EXCEPTION 'channel_accounts has no column % that planned-slot top-off has added',
                coalesce(quote_ident(name), 'NULL')
            USING ERRCODE = 'undefined_column',
                  HINT = 'posts_per_week, days_of_week, times_local and timezone are those that there may be.';
    END IF;
    FOR rule IN
        SELECT known.conname FROM pg_constraint AS known
        WHERE known.conrelid = cadence AND place = ANY (known.conkey)
          AND obj_description(known.oid, 'pg_constraint') LIKE mark
    LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', cadence, rule);
    END LOOP;
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', cadence, name);
    EXECUTE format('COMMENT ON COLUMN %s.%I IS NULL', cadence, name);
END;
$$;

COMMENT ON FUNCTION topoff.hand_over_column(name name) IS 'Makes a cadence column of channel_accounts that planned-slot top-off has added the application''s own: it may be NULL, no CHECK or trigger of ours looks at it any more, its type and default are the application''s to change, and a downgrade leaves it. Planning goes on using it. For the owner of the table. Error 42703 where there is no such column.';

CREATE FUNCTION topoff.insert_planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) RETURNS TABLE(tenant_id text, created integer)
    LANGUAGE plpgsql
    AS $_$
DECLARE
    -- Not in a SET clause: only a superuser may create a function with a setting that no module defines.
    planning_before CONSTANT pg_catalog.text := pg_catalog.current_setting('topoff.planning'::pg_catalog.text, true);
    calendars CONSTANT topoff.new_calendar[] := ARRAY(
        SELECT calendar FROM topoff.new_slots(tenants, as_of, window_end, replan) AS calendar
    );
    insert_slots CONSTANT pg_catalog.text :=
        $statement$
        INSERT INTO public.post_instances AS post (
            id, tenant_id, channel_account_id, content_item_id,
            scheduled_for, planned_for, planned_category, status
        )
        SELECT slot.id, slot.tenant_id, slot.channel_account_id, slot.content_item_id,
               slot.slot_at, slot.slot_at, slot.category, 'Planned'
        FROM (
            SELECT account.tenant_id, account.channel_account_id, account.content_item_id,
                   pg_catalog.unnest(account.ids) AS id, pg_catalog.unnest(account.slots) AS slot_at,
                   pg_catalog.unnest(account.categories) AS category
            FROM pg_catalog.unnest($1) AS account
        ) AS slot
        $statement$;
    insert_placeholders CONSTANT pg_catalog.text :=
        $statement$
        INSERT INTO public.content_items (id, tenant_id, title)
        SELECT DISTINCT slot.content_item_id, slot.tenant_id, 'Planned slot'
        FROM %s AS slot
        WHERE slot.content_item_id IS NOT NULL
        ORDER BY slot.tenant_id
        ON CONFLICT DO NOTHING
        $statement$;
    slots_in pg_catalog.int8;
BEGIN
    IF pg_catalog.cardinality(calendars) OPERATOR(pg_catalog.=) 0 THEN
        RETURN;
    END IF;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    BEGIN
        EXECUTE pg_catalog.format('WITH placeholder AS (%s) %s',
                                  pg_catalog.format(insert_placeholders, 'pg_catalog.unnest($1)'), insert_slots)
        USING calendars;
        GET DIAGNOSTICS slots_in = ROW_COUNT;
        IF slots_in OPERATOR(pg_catalog.<>) (
            SELECT pg_catalog.sum(pg_catalog.cardinality(calendar.slots)) FROM pg_catalog.unnest(calendars) AS calendar
        ) THEN
            RAISE cardinality_violation;
        END IF;
        RETURN QUERY
        SELECT calendar.tenant_id, pg_catalog.sum(pg_catalog.cardinality(calendar.slots))::pg_catalog.int4
        FROM pg_catalog.unnest(calendars) AS calendar
        GROUP BY calendar.tenant_id;
    EXCEPTION WHEN unique_violation OR cardinality_violation THEN
        RETURN QUERY EXECUTE pg_catalog.format(
            $statement$
            WITH new_slot AS (
                %s
                ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO NOTHING
                RETURNING post.tenant_id, post.content_item_id
            ),
            placeholder AS (%s)
            SELECT new_slot.tenant_id::pg_catalog.text, pg_catalog.count(*)::pg_catalog.int4
            FROM new_slot
            GROUP BY new_slot.tenant_id
            $statement$,
            insert_slots, pg_catalog.format(insert_placeholders, 'new_slot')
        )
        USING calendars;
    END;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, planning_before, true);
END;
$_$;

COMMENT ON FUNCTION topoff.insert_planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) IS 'Inserts new_slots() with the same arguments, with their tenants'' placeholders; how many, for each tenant that got any. An instant that another session takes meanwhile is left to it. The caller has checked the arguments and holds lock_tenants(tenants).';

CREATE FUNCTION topoff.is_blacked_out(slot_local timestamp without time zone, own tsmultirange, everybody tsmultirange) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((slot_local <@ own) OR (slot_local <@ everybody)) IS TRUE);

COMMENT ON FUNCTION topoff.is_blacked_out(slot_local timestamp without time zone, own tsmultirange, everybody tsmultirange) IS 'True where a local time lies in one of these times, both by the same clock: the blackouts of an account and those of all its tenant''s accounts, NULL where there are none.';

CREATE FUNCTION topoff.is_empty_slot(status text, content_item_id uuid, placeholder uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((status = 'Planned'::text) AND (COALESCE(content_item_id, placeholder) = placeholder)) IS TRUE);

COMMENT ON FUNCTION topoff.is_empty_slot(status text, content_item_id uuid, placeholder uuid) IS 'True where a post instance with this status and content is an empty slot: Planned, and without content (NULL, or the tenant''s placeholder, given as topoff.placeholder_content_item_id(tenant_id)). Moved or not, made by a top-off or not.';

CREATE FUNCTION topoff.is_known_zone(zone text) RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (zone !~ '[0-9]' AND now() AT TIME ZONE zone IS NOT NULL) IS TRUE;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN false;
END;
$$;

COMMENT ON FUNCTION topoff.is_known_zone(zone text) IS 'True where this server knows a time zone of that name now. Offsets and POSIX forms (UTC+5, EST5EDT), an empty name and NULL are not known. Whether a name may be written is another question: topoff.check_time_zone().';

CREATE FUNCTION topoff.is_our_column(of_table regclass, name name) RETURNS boolean
    LANGUAGE sql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
    SELECT EXISTS (
        SELECT
        FROM pg_attribute AS attribute
        LEFT JOIN pg_attrdef AS value ON value.adrelid = attribute.attrelid AND value.adnum = attribute.attnum
        WHERE attribute.attrelid = of_table AND attribute.attname = name AND NOT attribute.attisdropped
          AND col_description(attribute.attrelid, attribute.attnum) LIKE '%Added by planned-slot top-off.'
          AND (format_type(attribute.atttypid, attribute.atttypmod), attribute.attnotnull,
               pg_get_expr(value.adbin, value.adrelid)) IN (
              ('smallint', true, '0'),
              ('smallint[]', true, '''{1,2,3,4,5}''::smallint[]'),
              ('time without time zone[]', true, '''{09:00:00}''::time without time zone[]'),
              ('text', true, '''UTC''::text')
          )
    )
$$;

COMMENT ON FUNCTION topoff.is_our_column(of_table regclass, name name) IS 'True while a cadence column of channel_accounts is ours: its comment ends with our mark, and its type, default and NOT NULL are those that we gave it. False for a column that the application has, or has taken over.';

CREATE FUNCTION topoff.is_placeholder_id(id uuid) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN ((id)::text ~~ '746f706f-____-8%'::text);

COMMENT ON FUNCTION topoff.is_placeholder_id(id uuid) IS 'True where a content item''s id has the form that ids of placeholders have (746f706f-xxxx-8xxx-8xxx-xxxxxxxxxxxx), whoever''s placeholder it is. NULL for NULL.';

CREATE FUNCTION topoff.is_untouched_slot(status text, content_item_id uuid, placeholder uuid, scheduled_for timestamp with time zone, planned_for timestamp with time zone, touched_at timestamp with time zone) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (topoff.is_empty_slot(status, content_item_id, placeholder) AND ((planned_for = scheduled_for) IS TRUE) AND (touched_at IS NULL));

COMMENT ON FUNCTION topoff.is_untouched_slot(status text, content_item_id uuid, placeholder uuid, scheduled_for timestamp with time zone, planned_for timestamp with time zone, touched_at timestamp with time zone) IS 'True where a post instance with these values is an untouched slot: an empty one (topoff.is_empty_slot) at the very instant that the cadence gave it, into which nobody has written anything.';

CREATE FUNCTION topoff.isolate_tenants(api_role regrole) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '3s'
    SET client_min_messages TO 'warning'
    AS $$
DECLARE
    role_name CONSTANT name := (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role);
    isolated regclass;
    one_tenant name;
    noted text[];
    members text;
BEGIN
    PERFORM topoff.require_isolable_role(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        IF EXISTS (
            SELECT FROM pg_policy AS policy
            JOIN pg_class AS class ON class.oid = policy.polrelid
            WHERE class.oid = isolated AND NOT class.relrowsecurity AND policy.polname NOT LIKE 'topoff\_%'
        ) THEN
            RAISE EXCEPTION 'table % has policies that are not in force', isolated
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = 'Enabling row-level security would put them in force, and so change what other '
                               'roles see.',
                      HINT = format('Put them in force: ALTER TABLE %s ENABLE ROW LEVEL SECURITY; or drop them.',
                                    isolated);
        END IF;
    END LOOP;

    one_tenant := topoff.isolation_policy(api_role);
    noted := coalesce(topoff.isolation_grants(api_role), '{}');
    PERFORM topoff.drop_isolation_policies(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        IF NOT (SELECT class.relrowsecurity FROM pg_class AS class WHERE class.oid = isolated) THEN
            EXECUTE format('DROP POLICY IF EXISTS topoff_everybody ON %s', isolated);
            EXECUTE format('CREATE POLICY topoff_everybody ON %s USING (true) WITH CHECK (true)', isolated);
            EXECUTE format('COMMENT ON POLICY topoff_everybody ON %s IS %L', isolated,
                           'Leaves every role but isolated ones as it was before isolate_tenants().');
            EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', isolated);
        END IF;
        -- Once a SET LOCAL has ended, the setting is not absent but empty.
        EXECUTE format('CREATE POLICY %I ON %s AS RESTRICTIVE TO %s '
                       'USING (tenant_id = nullif(current_setting(''app.tenant_id'', true), '''')) '
                       'WITH CHECK (tenant_id = nullif(current_setting(''app.tenant_id'', true), ''''))',
                       one_tenant, isolated, api_role);
        EXECUTE format('COMMENT ON POLICY %I ON %s IS %L', one_tenant, isolated,
                       'The role sees the tenant in app.tenant_id, or none.'
                       || CASE WHEN isolated = 'public.post_instances'::regclass
                               THEN ' Granted along with it: ' || to_json(noted)::text ELSE '' END);
    END LOOP;
    PERFORM topoff.grant_api_privileges(api_role);

    SELECT string_agg(role.rolname, ', ' ORDER BY role.rolname) INTO members
    FROM pg_roles AS role
    WHERE pg_has_role(role.oid, api_role, 'USAGE')
      AND role.oid <> api_role AND NOT role.rolsuper AND NOT role.rolbypassrls;
    IF members IS NOT NULL THEN
        RAISE WARNING 'members of role "%" are held to one tenant too: %', role_name, members
            USING HINT = 'Where that is not meant, take the role from them with REVOKE.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.isolate_tenants(api_role regrole) IS 'Grants the API''s role what it needs to call the calendar''s functions (api_privileges(), as far as it does not hold it yet) and enables row-level security, so that it sees and writes only the rows of the tenant in the setting app.tenant_id, and none where that is absent; every other role is as before, but members of this one, which a WARNING names. May be called again, and then grants what has been lost meanwhile. Takes ACCESS EXCLUSIVE locks on the tables for a moment, and gives up after 3 seconds of waiting. unisolate_tenants() takes it back.
Errors: 22004 for NULL; 55000 for a role that could get round row-level security, with what to revoke in the HINT, and for a table with policies that are not in force; 0A000 on a server with Citus; 42501 where the caller may not grant what is needed.';

CREATE FUNCTION topoff.isolated_roles() RETURNS SETOF regrole
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN QUERY
    SELECT DISTINCT role.oid::regrole
    FROM pg_policy AS policy
    JOIN pg_roles AS role ON policy.polroles = ARRAY[role.oid]
    WHERE policy.polrelid = ANY (topoff.isolated_tables())
      AND policy.polname LIKE 'topoff\_one\_tenant\_%';
END;
$$;

COMMENT ON FUNCTION topoff.isolated_roles() IS 'The roles that topoff.isolate_tenants() holds to one tenant.';

CREATE TABLE public.channel_accounts (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    channel_id uuid NOT NULL,
    name character varying NOT NULL,
    profile_url character varying,
    login_email character varying,
    login_vault_ref character varying,
    password_vault_ref character varying,
    status character varying DEFAULT 'active'::character varying NOT NULL,
    oauth_provider character varying,
    oauth_connected boolean DEFAULT false NOT NULL,
    oauth_token_ref character varying,
    oauth_scopes character varying[],
    oauth_expires_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    posts_per_week smallint DEFAULT 0,
    days_of_week smallint[] DEFAULT '{1,2,3,4,5}'::smallint[] NOT NULL,
    times_local time without time zone[] DEFAULT '{09:00:00}'::time without time zone[] NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    schedule_timezone character varying,
    schedule_times character varying[],
    brand_diet json,
    CONSTRAINT channel_accounts_days_of_week_check CHECK (((array_ndims(days_of_week) = 1) AND ((cardinality(days_of_week) >= 1) AND (cardinality(days_of_week) <= 7)) AND (days_of_week <@ '{1,2,3,4,5,6,7}'::smallint[]) AND topoff.array_is_set(days_of_week))),
    CONSTRAINT channel_accounts_times_local_check CHECK (((array_ndims(times_local) = 1) AND ((cardinality(times_local) >= 1) AND (cardinality(times_local) <= 24)) AND ('24:00:00'::time without time zone <> ALL (times_local)) AND (times_local = (times_local)::time(0) without time zone[]) AND topoff.array_is_set(times_local)))
);

COMMENT ON COLUMN public.channel_accounts.days_of_week IS 'The days to post on, ISO: 1 = Monday ... 7 = Sunday. One to seven of them, each once, in any order. Added by planned-slot top-off.';

COMMENT ON COLUMN public.channel_accounts.times_local IS 'The times of day to post at, in the account''s time zone. One to 24 of them, each once, in any order; in whole seconds; 00:00, not 24:00. Added by planned-slot top-off.';

COMMENT ON COLUMN public.channel_accounts.timezone IS 'The IANA name of the time zone that days and times are meant in, such as America/New_York, in its exact spelling. Added by planned-slot top-off.';

COMMENT ON CONSTRAINT channel_accounts_days_of_week_check ON public.channel_accounts IS 'One to seven ISO days 1 ... 7, none twice, none NULL. Added by planned-slot top-off.';

COMMENT ON CONSTRAINT channel_accounts_times_local_check ON public.channel_accounts IS 'One to 24 times of day, none twice, none NULL, none 24:00, none with parts of a second. Added by planned-slot top-off.';

CREATE TABLE public.content_items (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    title character varying NOT NULL,
    base_caption text,
    media_urls character varying[],
    tags character varying[],
    target_url character varying,
    owner character varying DEFAULT ''::character varying NOT NULL,
    status character varying DEFAULT 'Idea'::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    content_category character varying,
    offer_id uuid,
    CONSTRAINT content_items_placeholder_id_check CHECK (((NOT topoff.is_placeholder_id(id)) OR (id = topoff.placeholder_content_item_id((tenant_id)::text))))
);

COMMENT ON CONSTRAINT content_items_placeholder_id_check ON public.content_items IS 'An item with an id of the form of placeholders (topoff.is_placeholder_id) is the placeholder of its own tenant: nobody can take another tenant''s placeholder id, and a placeholder cannot change tenants.';

CREATE TABLE topoff.blackouts (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id text NOT NULL,
    channel_account_id uuid,
    during tsrange NOT NULL,
    reason text,
    CONSTRAINT blackouts_during_not_empty_check CHECK ((NOT isempty(during)))
);

COMMENT ON TABLE topoff.blackouts IS 'When no slot is planned. A blackout never moves other slots: the rest of the week stays as it is.';

COMMENT ON COLUMN topoff.blackouts.id IS 'Identifies the blackout within its tenant.';

COMMENT ON COLUMN topoff.blackouts.tenant_id IS 'The tenant that does not post.';

COMMENT ON COLUMN topoff.blackouts.channel_account_id IS 'The account that does not post; NULL for every account of the tenant.';

COMMENT ON COLUMN topoff.blackouts.during IS 'From when to when, in the local time of each account. May be unbounded; may not be empty. A day is [2026-12-25, 2026-12-26), one instant [2026-12-25 09:00, 2026-12-25 09:00].';

COMMENT ON COLUMN topoff.blackouts.reason IS 'Why, for people; ''skipped'' where skip_planned_slot() made it.';

COMMENT ON CONSTRAINT blackouts_during_not_empty_check ON topoff.blackouts IS 'An empty range would black out nothing. For one instant write [t, t], with square brackets.';

CREATE TABLE topoff.cadences (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    tenant_id text NOT NULL,
    channel_account_id uuid NOT NULL,
    posts_per_week smallint NOT NULL,
    days_of_week smallint[] DEFAULT '{1,2,3,4,5}'::smallint[] NOT NULL,
    times_local time without time zone[] DEFAULT '{09:00:00}'::time without time zone[] NOT NULL,
    category text,
    during daterange DEFAULT '(,)'::daterange NOT NULL,
    CONSTRAINT cadences_category_not_empty_check CHECK ((category <> ''::text)),
    CONSTRAINT cadences_days_of_week_check CHECK (((array_ndims(days_of_week) = 1) AND ((cardinality(days_of_week) >= 1) AND (cardinality(days_of_week) <= 7)) AND (days_of_week <@ '{1,2,3,4,5,6,7}'::smallint[]) AND topoff.array_is_set(days_of_week))),
    CONSTRAINT cadences_during_not_empty_check CHECK ((NOT isempty(during))),
    CONSTRAINT cadences_posts_per_week_check CHECK (((posts_per_week >= 1) AND (posts_per_week <= (cardinality(days_of_week) * cardinality(times_local))))),
    CONSTRAINT cadences_times_local_check CHECK (((array_ndims(times_local) = 1) AND ((cardinality(times_local) >= 1) AND (cardinality(times_local) <= 24)) AND ('24:00:00'::time without time zone <> ALL (times_local)) AND (times_local = (times_local)::time(0) without time zone[]) AND topoff.array_is_set(times_local)))
);

COMMENT ON TABLE topoff.cadences IS 'Further cadences of channel accounts. Together with the cadence in the account''s own columns they are its programme; two that give the same instant give one slot.';

COMMENT ON COLUMN topoff.cadences.id IS 'Identifies the cadence within its tenant.';

COMMENT ON COLUMN topoff.cadences.tenant_id IS 'The tenant that owns the account.';

COMMENT ON COLUMN topoff.cadences.channel_account_id IS 'The account that posts by it, in its own time zone.';

COMMENT ON COLUMN topoff.cadences.posts_per_week IS 'Slots a week, from 1 to days x times. Which cells of the week they are: topoff.cadence_cells().';

COMMENT ON COLUMN topoff.cadences.days_of_week IS 'The days to post on, ISO: 1 = Monday ... 7 = Sunday. One to seven of them, each once, in any order.';

COMMENT ON COLUMN topoff.cadences.times_local IS 'The times of day to post at, in the account''s time zone. One to 24 of them, each once, in any order; in whole seconds; 00:00, not 24:00.';

COMMENT ON COLUMN topoff.cadences.category IS 'What kind of post belongs in these slots, such as team_post; NULL for any.';

COMMENT ON COLUMN topoff.cadences.during IS 'The dates, by the account''s clock, on which the cadence is in force: a campaign is [2026-12-01,2026-12-25). Unbounded unless given; may not be empty. It drops the slots outside and moves none.';

COMMENT ON CONSTRAINT cadences_category_not_empty_check ON topoff.cadences IS 'A category has a name; for slots of any kind leave it NULL.';

COMMENT ON CONSTRAINT cadences_days_of_week_check ON topoff.cadences IS 'One to seven ISO days 1 ... 7, none twice, none NULL.';

COMMENT ON CONSTRAINT cadences_during_not_empty_check ON topoff.cadences IS 'An empty range of dates would never be in force.';

COMMENT ON CONSTRAINT cadences_posts_per_week_check ON topoff.cadences IS 'At least 1, and at most the number of days times the number of times.';

COMMENT ON CONSTRAINT cadences_times_local_check ON topoff.cadences IS 'One to 24 times of day, none twice, none NULL, none 24:00, none with parts of a second.';

CREATE TABLE topoff.run_tenants (
    run_id bigint NOT NULL,
    tenant_id text NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    removed integer DEFAULT 0 NOT NULL,
    sqlstate text,
    message text,
    CONSTRAINT run_tenants_error_check CHECK (((sqlstate IS NULL) = (message IS NULL))),
    CONSTRAINT run_tenants_outcome_check CHECK (((created >= 0) AND (removed >= 0) AND ((created > 0) OR (removed > 0) OR (sqlstate IS NOT NULL))))
);

COMMENT ON TABLE topoff.run_tenants IS 'What a nightly run did for a tenant: a row for each tenant that got or lost slots or failed, kept as long as its run.';

COMMENT ON COLUMN topoff.run_tenants.run_id IS 'The run.';

COMMENT ON COLUMN topoff.run_tenants.tenant_id IS 'The tenant.';

COMMENT ON COLUMN topoff.run_tenants.created IS 'Slots created.';

COMMENT ON COLUMN topoff.run_tenants.removed IS 'Slots removed; 0 unless the run re-planned.';

COMMENT ON COLUMN topoff.run_tenants.sqlstate IS 'The error''s SQLSTATE; NULL where it went well. 55P03: somebody held a lock all the time. Where created is more than 0, it is an error of single accounts.';

COMMENT ON COLUMN topoff.run_tenants.message IS 'The error''s message; NULL where it went well. It names the accounts where the error is theirs, and who held a lock.';

COMMENT ON CONSTRAINT run_tenants_error_check ON topoff.run_tenants IS 'An error has an SQLSTATE and a message.';

COMMENT ON CONSTRAINT run_tenants_outcome_check ON topoff.run_tenants IS 'Slots, or an error, or both.';

CREATE FUNCTION topoff.isolated_tables() RETURNS regclass[]
    LANGUAGE sql STABLE
    RETURN ARRAY['public.channel_accounts'::regclass, 'public.content_items'::regclass, 'public.post_instances'::regclass, 'topoff.cadences'::regclass, 'topoff.blackouts'::regclass, 'topoff.run_tenants'::regclass];

COMMENT ON FUNCTION topoff.isolated_tables() IS 'The tables on which isolate_tenants() enables row-level security.';

CREATE FUNCTION topoff.isolation_grants(api_role regrole) RETURNS text[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    note CONSTANT text := (
        SELECT obj_description(policy.oid, 'pg_policy')
        FROM pg_policy AS policy
        WHERE policy.polrelid = 'public.post_instances'::regclass
          AND policy.polname = topoff.isolation_policy(api_role)
    );
BEGIN
    IF api_role IN (SELECT isolated FROM topoff.isolated_roles() AS isolated) THEN
        RETURN ARRAY(
            SELECT needed.privilege
            FROM topoff.api_privileges(api_role) AS needed
            WHERE strpos(note, to_json(needed.privilege)::text) > 0
               OR (note ~ 'Granted along with it: \[.*\]$') IS NOT TRUE
        );
    END IF;
    RETURN NULL;
END;
$_$;

COMMENT ON FUNCTION topoff.isolation_grants(api_role regrole) IS 'The privileges of topoff.api_privileges() that isolate_tenants() gave the role, those that it held before left out; all of them where the note of that is lost; NULL where the role is not isolated.';

CREATE FUNCTION topoff.isolation_policy(api_role regrole) RETURNS name
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN coalesce(
        (SELECT policy.polname
         FROM pg_policy AS policy
         WHERE policy.polrelid = ANY (topoff.isolated_tables())
           AND policy.polname LIKE 'topoff\_one\_tenant\_%'
           AND policy.polroles = ARRAY[api_role::oid]
         ORDER BY policy.polrelid <> 'public.post_instances'::regclass, policy.polname
         LIMIT 1),
        (SELECT candidate.name
         FROM generate_series(1, 1000) AS attempt
         CROSS JOIN LATERAL (
             SELECT 'topoff_one_tenant_' || api_role::oid
                    || CASE WHEN attempt = 1 THEN '' ELSE '_' || attempt::text END AS name
         ) AS candidate
         WHERE NOT EXISTS (
             SELECT FROM pg_policy AS policy
             WHERE policy.polrelid = ANY (topoff.isolated_tables()) AND policy.polname = candidate.name
         )
         ORDER BY attempt
         LIMIT 1));
END;
$$;

COMMENT ON FUNCTION topoff.isolation_policy(api_role regrole) IS 'The name of the restrictive policies of isolate_tenants() for this role, whether it is isolated or is going to be.';

CREATE FUNCTION topoff.lock_changed_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) RETURNS TABLE(tenant_id text, id uuid, decision text, category text)
    LANGUAGE plpgsql ROWS 10
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_custom_plan'
    SET enable_seqscan TO 'off'
    SET jit TO 'off'
    AS $$
BEGIN
    RETURN QUERY
    SELECT changed.tenant_id, changed.post_instance_id, changed.decision, changed.category
    FROM (
        SELECT changed.*, topoff.placeholder_content_item_id(changed.tenant_id) AS placeholder
        FROM topoff.replanned_slots(tenants, as_of, window_end, changes_only => true) AS changed
        WHERE changed.post_instance_id IS NOT NULL
        ORDER BY changed.channel_account_id, changed.slot_at
    ) AS changed
    CROSS JOIN LATERAL (
        SELECT
        FROM public.post_instances AS slot
        WHERE slot.tenant_id = changed.tenant_id
          AND slot.id = changed.post_instance_id
          AND topoff.is_untouched_slot(
                  slot.status::text, slot.content_item_id, changed.placeholder,
                  slot.scheduled_for, slot.planned_for, slot.touched_at)
        FOR UPDATE
    ) AS locked;
END;
$$;

COMMENT ON FUNCTION topoff.lock_changed_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) IS 'The slots for which replanned_slots() says remove, or exists with another category than they have, each locked FOR UPDATE and untouched to this moment.';

CREATE FUNCTION topoff.lock_holders(tenant text) RETURNS text
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    tenant_lock CONSTANT bigint := topoff.tenant_lock(tenant);
    holders text[];
BEGIN
    WITH held AS MATERIALIZED (
        SELECT lock.pid, lock.virtualtransaction,
               bool_or(lock.locktype = 'advisory') AS has_tenant
        FROM pg_locks AS lock
        WHERE lock.granted AND lock.pid IS DISTINCT FROM pg_backend_pid()
          AND lock.database = (SELECT known.oid FROM pg_database AS known WHERE known.datname = current_database())
          AND (lock.locktype = 'relation' AND lock.mode <> 'AccessShareLock' AND lock.relation IN (
                   'public.post_instances'::regclass, 'public.channel_accounts'::regclass,
                   'public.content_items'::regclass, 'topoff.cadences'::regclass, 'topoff.blackouts'::regclass)
               OR lock.locktype = 'advisory' AND lock.objsubid = 1
                  AND (lock.classid::bigint << 32 | lock.objid::bigint) = tenant_lock)
        GROUP BY lock.pid, lock.virtualtransaction
    ),
    suspect AS (
        SELECT held.pid, held.has_tenant, activity.xact_start AS since,
               format('process %s (%s)', held.pid, concat_ws(
                   ', ', 'role ' || activity.usename, nullif(activity.application_name, ''), activity.state,
                   'in its transaction for '
                       || justify_hours(date_trunc('second', clock_timestamp() - activity.xact_start)))) AS told
        FROM held
        JOIN pg_stat_activity AS activity ON activity.pid = held.pid
        UNION ALL
        SELECT NULL, held.has_tenant, prepared.prepared,
               format('the prepared transaction %L (role %s, since %s)', prepared.gid, prepared.owner, prepared.prepared)
        FROM held
        JOIN pg_locks AS own ON own.locktype = 'transactionid' AND own.virtualtransaction = held.virtualtransaction
        JOIN pg_prepared_xacts AS prepared ON prepared.transaction = own.transactionid
        WHERE held.pid IS NULL AND own.pid IS NULL
    )
    SELECT array_agg(known.told ORDER BY known.since)
    INTO holders
    FROM (
        SELECT suspect.told, suspect.since
        FROM suspect
        WHERE suspect.has_tenant = (SELECT bool_or(each.has_tenant) FROM suspect AS each)
          AND (suspect.has_tenant OR suspect.since IS NULL
               OR suspect.since <= clock_timestamp() - topoff.longest_wait() * interval '1 millisecond')
        ORDER BY suspect.since
        LIMIT 3
    ) AS known;
    RETURN CASE cardinality(holders)
        WHEN 1 THEN holders[1]
        ELSE 'one of ' || array_to_string(holders, ', ')
    END;
END;
$$;

COMMENT ON FUNCTION topoff.lock_holders(tenant text) IS 'For topoff_all_tenants(): the session that holds the tenant''s advisory lock, or else those, at most 3, that hold locks on rows of the tables in a transaction older than longest_wait(): process, role, application_name, state, and how long its transaction has lasted, as far as the calling role may see that (pg_read_all_stats). NULL where there is none any more.';

CREATE FUNCTION topoff.lock_tenants(tenants text[]) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    held record;
BEGIN
    PERFORM pg_advisory_xact_lock(topoff.tenant_lock(ordered.tenant))
    FROM (SELECT tenant FROM unnest(tenants) AS tenant ORDER BY tenant) AS ordered;
EXCEPTION WHEN lock_not_available THEN
    SELECT string_agg(DISTINCT wanted.tenant, ', ') AS tenants,
           string_agg(DISTINCT CASE
               WHEN lock.pid IS NULL THEN 'a prepared transaction'
               ELSE format('process %s (%s)', lock.pid, concat_ws(', ', 'role ' || activity.usename,
                           nullif(activity.application_name, ''), activity.state))
           END, '; ') AS holders,
           string_agg(DISTINCT format(' SELECT pg_terminate_backend(%s);', lock.pid), '')
               FILTER (WHERE lock.pid IS NOT NULL) AS ending
    INTO held
    FROM (
        SELECT tenant, topoff.tenant_lock(tenant) AS key
        FROM unnest(tenants) AS tenant
    ) AS wanted
    JOIN pg_locks AS lock
      ON lock.locktype = 'advisory' AND lock.objsubid = 1 AND lock.granted
     AND lock.classid = ((wanted.key >> 32) & 4294967295)::oid AND lock.objid = (wanted.key & 4294967295)::oid
     AND lock.pid IS DISTINCT FROM pg_backend_pid()
    JOIN pg_database AS here ON here.oid = lock.database AND here.datname = current_database()
    LEFT JOIN pg_stat_activity AS activity ON activity.pid = lock.pid;
    RAISE EXCEPTION 'another session is changing the calendar of tenant "%"',
            coalesce(held.tenants, array_to_string(tenants, ', '))
        USING ERRCODE = 'lock_not_available',
              DETAIL = format('Its lock is held by %s.', coalesce(held.holders, 'sessions that come and go')),
              HINT = 'Call again when that transaction is over.' || coalesce(' To end it:' || held.ending, '');
END;
$$;

COMMENT ON FUNCTION topoff.lock_tenants(tenants text[]) IS 'Takes the transaction-level advisory lock of each tenant, topoff.tenant_lock(tenant), in the order of their names. Plain reads and writes of the tables do not wait for it.
Errors: 55P03 where one is not to be had within lock_timeout, with who holds it in the DETAIL.';

CREATE FUNCTION topoff.longest_wait() RETURNS integer
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN greatest(floor(100 * extract(epoch FROM current_setting('deadlock_timeout')::interval)), 1);
END;
$$;

COMMENT ON FUNCTION topoff.longest_wait() IS 'For topoff_all_tenants(): how long a step waits for a lock, in milliseconds: a tenth of the server''s deadlock_timeout, 100 ms where that is not changed.';

CREATE FUNCTION topoff.new_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) RETURNS SETOF topoff.new_calendar
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET jit TO 'off'
    SET work_mem TO '64MB'
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

COMMENT ON FUNCTION topoff.new_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) IS 'The slots that planned_calendars(), or with replan replanned_slots(), wants created: a row for each account that gets any, in the order of their ids, with a new id, the instant and the category of each, in the order of time. content_item_id is the content that an empty slot has: NULL where post_instances allows that, else the tenant''s placeholder.';

CREATE FUNCTION topoff.next_empty_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET enable_incremental_sort TO 'off'
    SET jit TO 'off'
    AS $$
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    slot uuid;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.require_content_item(tenant, content_item_id);
    PERFORM topoff.require_channel_accounts(tenant, ARRAY[channel_account_id]);
    IF category = '' THEN
        RAISE EXCEPTION 'category must not be empty'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out for a slot of any category.';
    END IF;

    SELECT post.id INTO slot
    FROM public.post_instances AS post
    WHERE post.tenant_id = next_empty_slot.tenant
      AND (post.channel_account_id, post.scheduled_for) > (next_empty_slot.channel_account_id, now())
      AND (post.channel_account_id, post.scheduled_for) < (next_empty_slot.channel_account_id, 'infinity')
      AND topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder)
      AND (next_empty_slot.category IS NULL OR post.planned_category = next_empty_slot.category)
    ORDER BY post.channel_account_id, post.scheduled_for
    LIMIT 1
    FOR UPDATE SKIP LOCKED;
    IF slot IS NULL THEN
        RAISE EXCEPTION '%', CASE
                WHEN category IS NULL THEN format('channel account %s has no empty slot', channel_account_id)
                ELSE format('channel account %s has no empty slot of category "%s"', channel_account_id, category)
            END
            USING ERRCODE = 'no_data_found',
                  HINT = format('Top off first: SELECT topoff_planned_slots(%L). An account without a cadence '
                                '%sgets no slots.', tenant,
                                CASE WHEN category IS NULL THEN '' ELSE 'of this category ' END);
    END IF;
    RETURN slot;
END;
$$;

COMMENT ON FUNCTION topoff.next_empty_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) IS 'For fill_next_planned_slot(): the id of the account''s earliest empty slot after now, of the category if one is given, that nobody else has locked; locked until the end of the transaction. Errors as fill_next_planned_slot.';

CREATE FUNCTION topoff.next_step(accounts integer, longest_wait integer) RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    took CONSTANT integer := topoff.waited();
BEGIN
    RETURN CASE
        WHEN took > 7 * longest_wait THEN greatest(accounts / 2, 1)
        WHEN 4 * took < 3 * longest_wait THEN least(accounts * 4, 2000)
        WHEN took < 3 * longest_wait THEN least(accounts * 2, 2000)
        ELSE accounts
    END;
END;
$$;

COMMENT ON FUNCTION topoff.next_step(accounts integer, longest_wait integer) IS 'For topoff_all_tenants(): the size of the next step in accounts, after one of this size that took as long as this transaction has lasted: twice or four times as many after a quick one, up to 2000, half as many after a slow one, measured by longest_wait() in milliseconds.';

CREATE FUNCTION topoff.note_touch() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF current_setting('topoff.planning', true) = 'on' THEN
        RETURN NEW;
    ELSIF EXISTS (
        SELECT
        FROM jsonb_each(to_jsonb(NEW)) AS written
        WHERE written.value IS DISTINCT FROM to_jsonb(OLD) -> written.key
          AND written.key NOT IN ('scheduled_for', 'updated_at', 'planned_for', 'planned_category', 'touched_at')
          AND NOT EXISTS (
              SELECT FROM pg_attribute AS attribute
              WHERE attribute.attrelid = TG_RELID AND attribute.attname = written.key
                AND attribute.attgenerated <> ''
          )
    ) THEN
        NEW.touched_at := now();
    END IF;
    RETURN NEW;
EXCEPTION
    WHEN untranslatable_character THEN  -- a json value that jsonb can't take
        NEW.touched_at := now();
        RETURN NEW;
END;
$$;

COMMENT ON FUNCTION topoff.note_touch() IS 'Trigger: sets post_instances.touched_at at the first change of a slot in anything but scheduled_for, updated_at, generated columns and our own. Not while the setting topoff.planning is on, which is so inside the functions that plan slots: what the application''s triggers do to a slot as it is made is nobody''s work.';

CREATE FUNCTION topoff.patience() RETURNS integer
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    setting CONSTANT text := coalesce(nullif(current_setting('topoff.patience', true), ''), '5 minutes');
BEGIN
    IF setting::interval >= interval '0' THEN
        RETURN least(1000 * extract(epoch FROM setting::interval), 2000000000);
    END IF;
    RAISE invalid_datetime_format;
EXCEPTION
    WHEN invalid_datetime_format OR datetime_field_overflow OR interval_field_overflow THEN
        RAISE EXCEPTION 'topoff.patience must be a time, not "%"', setting
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'For example: SET topoff.patience = ''5 minutes''; or for the job''s role: '
                         'ALTER ROLE ... SET topoff.patience = ''5 minutes'';';
END;
$$;

COMMENT ON FUNCTION topoff.patience() IS 'For topoff_all_tenants(): how long it waits altogether for tenants that others hold, before they are failures of this night, in milliseconds: the setting topoff.patience of the session or its role, by default 5 minutes. Fails (22023) where that is no time.';

CREATE FUNCTION topoff.plan_tenant(tenant text, as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) RETURNS TABLE(removed integer, created integer)
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_tenant(tenant);  -- after the wait: the tenant may have been renamed meanwhile
    PERFORM topoff.warn_of_unknown_zones(tenant);
    FOR attempt IN 1 .. 5 LOOP
        BEGIN
            IF replan THEN
                SELECT coalesce(pg_catalog.sum(done.removed), 0), coalesce(pg_catalog.sum(done.created), 0)
                INTO removed, created
                FROM topoff.replan_slots(ARRAY[tenant], as_of, window_end) AS done;
            ELSE
                SELECT 0, coalesce(pg_catalog.sum(done.created), 0)
                INTO removed, created
                FROM topoff.insert_planned_slots(ARRAY[tenant], as_of, window_end, false) AS done;
            END IF;
            RETURN NEXT;
            RETURN;
        EXCEPTION WHEN foreign_key_violation THEN
            IF attempt OPERATOR(pg_catalog.=) 5 THEN
                RAISE;
            END IF;
        END;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff.plan_tenant(tenant text, as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) IS 'For topoff_planned_slots() and, with replan, replan_planned_slots(): waits for the tenant''s lock, checks that the tenant exists, warns of unknown zones, and writes; returns how many slots it removed and created. The caller has checked the window.
Errors: 22004, 22023, P0002 for the tenant; 55P03 where its lock is not to be had within lock_timeout.';

CREATE FUNCTION topoff.planned_calendars(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean DEFAULT false, creates_only boolean DEFAULT false) RETURNS TABLE(tenant_id text, channel_account_id uuid, content_item_id uuid, slots timestamp with time zone[], local_times timestamp without time zone[], categories text[], decisions text[])
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_nestloop TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_sort TO 'off'
    SET enable_incremental_sort TO 'off'
    SET enable_memoize TO 'off'
    SET jit TO 'off'
    SET work_mem TO '64MB'
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

COMMENT ON FUNCTION topoff.planned_calendars(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean, creates_only boolean) IS 'The planner behind topoff_, preview_ and replan_planned_slots: a row for each account with what its programme gives at as_of < instant <= window_end, both in their order: the instants, the account''s own time then, the category wanted there, and what becomes of each: create, exists, moved, blackout or quota. content_item_id is what a slot there has as its content: the tenant''s placeholder, or NULL where post_instances allows that. With without_untouched, as if the untouched slots after as_of were gone. With creates_only, no other slots than those to create (decisions may be NULL then), and no row for an account without. Checks no argument.';

CREATE FUNCTION topoff.planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean DEFAULT false, creates_only boolean DEFAULT false) RETURNS TABLE(tenant_id text, channel_account_id uuid, slot_at timestamp with time zone, slot_local timestamp without time zone, category text, decision text, content_item_id uuid)
    LANGUAGE plpgsql STABLE ROWS 10000
    SET search_path TO 'pg_catalog', 'pg_temp'
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

COMMENT ON FUNCTION topoff.planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean, creates_only boolean) IS 'A row for each account and instant of its programme with as_of < instant <= window_end, in that order, the category wanted there, and what becomes of it: create, exists, moved, blackout or quota. content_item_id is what a slot there has as its content: the tenant''s placeholder, or NULL where post_instances allows that. With without_untouched, as if the untouched slots after as_of were gone. With creates_only, no other rows than create. Checks no argument.';

CREATE FUNCTION topoff.planning_window_end(horizon interval, as_of timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    window_end timestamptz;
BEGIN
    IF horizon IS NULL OR as_of IS NULL THEN
        RAISE EXCEPTION '% must not be null', CASE WHEN horizon IS NULL THEN 'horizon' ELSE 'as_of' END
            USING ERRCODE = 'null_value_not_allowed',
                  HINT = 'Leave it out for the default: 28 days from now.';
    ELSIF NOT isfinite(as_of) THEN
        RAISE EXCEPTION 'as_of must not be infinite'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out to plan from now.';
    ELSIF as_of < now() THEN
        RAISE EXCEPTION 'as_of % is in the past', as_of
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('It is %s now, and slots are never planned into the past.', now()),
                  HINT = 'Leave as_of out to plan from now.';
    ELSIF as_of >= '10000-01-01 00:00+00' THEN
        RAISE EXCEPTION 'as_of % is out of range', as_of
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = 'The last year to plan in is 9999.',
                  HINT = 'Leave as_of out to plan from now.';
    END IF;

    IF horizon <= interval '400 days' AND horizon > interval '-400 days' THEN
        window_end := (as_of AT TIME ZONE 'UTC' + horizon) AT TIME ZONE 'UTC';
    END IF;
    IF window_end > as_of AND window_end - as_of <= interval '366 days' THEN
        RETURN window_end;
    END IF;
    RAISE EXCEPTION 'horizon % is out of range', horizon
        USING ERRCODE = 'invalid_parameter_value',
              DETAIL = 'The window must end after as_of, and at most 366 days after it.',
              HINT = 'The default is 28 days.';
END;
$$;

COMMENT ON FUNCTION topoff.planning_window_end(horizon interval, as_of timestamp with time zone) IS 'The instant as_of + horizon, added in UTC. Fails for a NULL (22004), and for an as_of that is infinite, past or beyond the year 9999, or a window that is empty or longer than 366 days (22023).';

CREATE FUNCTION topoff.plans(status text, posts_per_week bigint, has_further_cadences boolean) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (((status = 'active'::text) AND ((posts_per_week > 0) OR has_further_cadences)) IS TRUE);

COMMENT ON FUNCTION topoff.plans(status text, posts_per_week bigint, has_further_cadences boolean) IS 'True where a channel account with this status and posts_per_week plans slots: active, with a cadence of its own or with further ones in topoff.cadences. (Where the server does not know its time zone it plans nothing all the same: topoff.accounts_of_unknown_zone.)';

CREATE FUNCTION topoff.raise_run_failures(run_id bigint) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    run topoff.runs;
    examples text;
    errors text;
BEGIN
    SELECT * INTO run FROM topoff.runs AS known WHERE known.id = run_id;
    IF run.failed IS NULL OR run.failed = 0 THEN
        RETURN;
    END IF;
    SELECT string_agg(failure.tenant_id, ', ' ORDER BY failure.tenant_id),
           string_agg(format('%s: %s (%s)', failure.tenant_id, failure.message, failure.sqlstate),
                      E'\n' ORDER BY failure.tenant_id)
    INTO examples, errors
    FROM (
        SELECT entry.tenant_id, entry.message, entry.sqlstate
        FROM topoff.run_tenants AS entry
        WHERE entry.run_id = raise_run_failures.run_id AND entry.sqlstate IS NOT NULL
        ORDER BY entry.tenant_id
        LIMIT 20
    ) AS failure;
    -- Of who has been erased since, the ledger has no entry any more.
    RAISE EXCEPTION '% of % tenants failed%', run.failed, run.tenants,
            coalesce(': ' || examples || CASE WHEN run.failed > 20 THEN ' ...' ELSE '' END, '')
        USING ERRCODE = 'raise_exception',
              DETAIL = coalesce(errors, 'The ledger has no entry of them any more.'),
              HINT = format('For all others it is done. All errors: SELECT * FROM topoff.run_tenants '
                            'WHERE run_id = %s AND sqlstate IS NOT NULL; Mend the cause, then call '
                            'public.topoff_planned_slots for the tenant, or leave it to the next night.', run_id);
END;
$$;

COMMENT ON FUNCTION topoff.raise_run_failures(run_id bigint) IS 'For topoff_all_tenants(): fails (P0001) naming the tenants, the first 20 of them, that failed in the run; does nothing after a run without failures.';

CREATE FUNCTION topoff.rename_statement() RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
BEGIN
    RETURN (
        WITH RECURSIVE reference AS (
            SELECT key.confrelid AS referred_table, referred.attname AS referred_name,
                   key.conrelid AS relation, referring.attname AS name
            FROM pg_constraint AS key
            CROSS JOIN LATERAL unnest(key.conkey, key.confkey) AS pair (referring, referred)
            JOIN pg_attribute AS referring
              ON referring.attrelid = key.conrelid AND referring.attnum = pair.referring
             AND referring.attgenerated = ''
            JOIN pg_attribute AS referred
              ON referred.attrelid = key.confrelid AND referred.attnum = pair.referred
            WHERE key.contype = 'f' AND key.conparentid = 0
        ),
        tenant_column AS (
            SELECT listed.relation::oid AS relation, 'tenant_id'::name AS name
            FROM unnest(topoff.isolated_tables()) AS listed (relation)
            UNION
            SELECT reference.relation, reference.name
            FROM tenant_column
            JOIN reference ON reference.referred_table = tenant_column.relation
                          AND reference.referred_name = tenant_column.name
        ),
        changed_column AS (
            SELECT tenant_column.relation, tenant_column.name, '$1' AS old, '$2' AS new FROM tenant_column
            UNION
            SELECT 'public.content_items'::regclass, 'id', '$3', '$4'
            UNION
            SELECT reference.relation, reference.name, '$3', '$4'
            FROM reference
            WHERE reference.referred_table = 'public.content_items'::regclass AND reference.referred_name = 'id'
        ),
        changed_table AS (
            SELECT row_number() OVER (ORDER BY part.relation) AS place,
                   format('UPDATE %s AS held SET %s WHERE %s RETURNING 1', part.relation::regclass,
                          string_agg(format('%I = CASE WHEN %s THEN %s ELSE held.%I END',
                                            part.name, part.is_old, part.new, part.name), ', ' ORDER BY part.name),
                          string_agg(part.is_old, ' OR ' ORDER BY part.name)) AS change
            FROM (
                SELECT changed_column.*,
                       format('held.%I OPERATOR(pg_catalog.=) %s', changed_column.name, changed_column.old) AS is_old
                FROM changed_column
            ) AS part
            GROUP BY part.relation
        )
        SELECT format('WITH %s SELECT pg_catalog.sum(renamed.rows)::pg_catalog.int4 FROM (%s) AS renamed',
                      string_agg(format('renamed_%s AS (%s)', changed_table.place, changed_table.change),
                                 ', ' ORDER BY changed_table.place),
                      string_agg(format('SELECT pg_catalog.count(*) AS rows FROM renamed_%s', changed_table.place),
                                 ' UNION ALL ' ORDER BY changed_table.place))
        FROM changed_table
    );
END;
$_$;

COMMENT ON FUNCTION topoff.rename_statement() IS 'For rename_tenant(): the statement that renames the tenant $1 to $2 and its placeholder''s id $3 to $4, in all tables of topoff.isolated_tables() and in those that refer to them by a foreign key with the tenant, or the placeholder, in it; it returns how many rows.';

CREATE FUNCTION topoff.rename_tenant(old text, new text) RETURNS integer
    LANGUAGE plpgsql
    AS $$
<<own>>
DECLARE
    renamed pg_catalog.int4;
BEGIN
    PERFORM topoff.begin_rename(old, new);
    PERFORM pg_catalog.set_config('topoff.erasing'::pg_catalog.text, old, true);
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    FOR attempt IN 1 .. 5 LOOP
        BEGIN
            EXECUTE topoff.rename_statement() INTO renamed
            USING old, new, topoff.placeholder_content_item_id(old), topoff.placeholder_content_item_id(new);
            EXIT;
        EXCEPTION WHEN foreign_key_violation THEN
            IF attempt OPERATOR(pg_catalog.=) 5 THEN
                RAISE;
            END IF;
            PERFORM topoff.begin_rename(old, new);
        END;
    END LOOP;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'off'::pg_catalog.text, true);
    RETURN renamed;
END;
$$;

COMMENT ON FUNCTION topoff.rename_tenant(old text, new text) IS 'Gives the tenant old the name new: in its accounts, content items, posts, cadences, blackouts and ledger entries, and in tables of the application that refer to these by a foreign key with the tenant in it; its placeholder gets the id that goes with the name. Returns how many rows. Other tables of the application are its own to rename; where it has a table of tenants that these refer to, insert the new name there first, and delete the old one afterwards, in the same transaction.
Errors: 22004 for a NULL; 22023 for an empty name, and where both are the same; P0002 where no row has the old name; 55000 where the new one has rows already; 42501 where row-level security would hide rows from the caller; 55P03 where other transactions hold its rows for long; 23503 where a foreign key of the application wants the new name in a table of its own.';

CREATE FUNCTION topoff.replan_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) RETURNS TABLE(tenant_id text, removed integer, created integer)
    LANGUAGE plpgsql
    AS $_$
DECLARE
    planning_before CONSTANT pg_catalog.text := pg_catalog.current_setting('topoff.planning'::pg_catalog.text, true);
BEGIN
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, 'on'::pg_catalog.text, true);
    FOR attempt IN 1 .. 10 LOOP
        RETURN QUERY EXECUTE
            $statement$
            WITH changed AS MATERIALIZED (
                SELECT slot.tenant_id, slot.id, slot.decision, slot.category
                FROM topoff.lock_changed_slots($1, $2, $3) AS slot
            ),
            relabelled AS (
                UPDATE public.post_instances AS post
                SET planned_category = changed.category
                FROM changed
                WHERE changed.decision OPERATOR(pg_catalog.=) 'exists'
                  AND post.tenant_id OPERATOR(pg_catalog.=) changed.tenant_id
                  AND post.id OPERATOR(pg_catalog.=) changed.id
            ),
            gone AS (
                DELETE FROM public.post_instances AS post
                USING changed
                WHERE changed.decision OPERATOR(pg_catalog.=) 'remove'
                  AND post.tenant_id OPERATOR(pg_catalog.=) changed.tenant_id
                  AND post.id OPERATOR(pg_catalog.=) changed.id
                RETURNING post.tenant_id
            )
            SELECT gone.tenant_id::pg_catalog.text, pg_catalog.count(*)::pg_catalog.int4, 0
            FROM gone
            GROUP BY gone.tenant_id
            $statement$
        USING tenants, as_of, window_end;

        RETURN QUERY
        SELECT inserted.tenant_id, 0, inserted.created
        FROM topoff.insert_planned_slots(tenants, as_of, window_end, true) AS inserted;

        EXIT WHEN NOT EXISTS (
            SELECT FROM topoff.replanned_slots(tenants, as_of, window_end, true) AS changed
        );
    END LOOP;
    PERFORM pg_catalog.set_config('topoff.planning'::pg_catalog.text, planning_before, true);
END;
$_$;

COMMENT ON FUNCTION topoff.replan_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) IS 'Re-plans these tenants after as_of and up to window_end: removes the untouched slots that replanned_slots() has no place for, refreshes planned_category on those that stay, and creates what is missing. How many were removed and created, in a row for each step that did anything for a tenant: sum them. The caller has checked the arguments and holds lock_tenants(tenants).';

CREATE FUNCTION topoff.replanned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, changes_only boolean DEFAULT false) RETURNS TABLE(tenant_id text, channel_account_id uuid, slot_at timestamp with time zone, slot_local timestamp without time zone, category text, decision text, content_item_id uuid, post_instance_id uuid)
    LANGUAGE plpgsql STABLE ROWS 10000
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_nestloop TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_sort TO 'off'
    SET enable_incremental_sort TO 'off'
    SET jit TO 'off'
    SET work_mem TO '64MB'
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

COMMENT ON FUNCTION topoff.replanned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, changes_only boolean) IS 'What a re-plan would do: the rows of planned_slots() as if the untouched slots after as_of were gone, but exists, with its post_instance_id, where such a slot stays, and remove where it does not, in place of its cell''s row or as a row of its own. With changes_only, only create, remove, and the exists whose slot has another planned_category than the programme wants. Checks no argument.';

CREATE FUNCTION topoff.require_all_posted(channel_account_ids uuid[], written_ids uuid[], scheduled_for timestamp with time zone) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    taken CONSTANT uuid[] := ARRAY(
        SELECT unnest(channel_account_ids) EXCEPT SELECT unnest(written_ids) ORDER BY 1
    );
BEGIN
    IF taken <> '{}' THEN
        RAISE EXCEPTION 'the time % is taken on channel account %', scheduled_for, array_to_string(taken, ', ')
            USING ERRCODE = 'unique_violation',
                  DETAIL = 'Each of these accounts has a post at that time that is not an empty slot. Nothing was created.',
                  HINT = 'Choose another time, or leave these accounts out.',
                  SCHEMA = 'public', TABLE = 'post_instances', CONSTRAINT = 'post_instances_slot_key';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_all_posted(channel_account_ids uuid[], written_ids uuid[], scheduled_for timestamp with time zone) IS 'For create_post_instances(): fails unless a row was written for every one of the accounts (23505, names those whose time is taken).';

CREATE FUNCTION topoff.require_all_rows() RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    hidden text;
BEGIN
    SELECT string_agg(protected.name, ', ' ORDER BY protected.place) INTO hidden
    FROM unnest(ARRAY[
        'public.channel_accounts', 'public.post_instances', 'public.content_items',
        'topoff.cadences', 'topoff.blackouts', 'topoff.runs', 'topoff.run_tenants'
    ]) WITH ORDINALITY AS protected (name, place)
    CROSS JOIN LATERAL (
        SELECT bool_or(policy.polpermissive AND policy.polcmd = '*'
                       AND pg_get_expr(policy.polqual, policy.polrelid) = 'true') AS shows_all,
               bool_or(NOT policy.polpermissive) AS takes_away
        FROM pg_policy AS policy
        WHERE policy.polrelid = protected.name::regclass
          AND EXISTS (
              SELECT FROM unnest(policy.polroles) AS for_role
              WHERE for_role = 0 OR pg_has_role(for_role, 'USAGE')
          )
    ) AS policies
    WHERE row_security_active(protected.name)
      AND (policies.shows_all IS NOT TRUE OR policies.takes_away);
    IF hidden IS NOT NULL THEN
        RAISE EXCEPTION 'role "%" does not see all rows: row-level security of %', current_user, hidden
            USING ERRCODE = 'insufficient_privilege',
                  DETAIL = 'The run over all tenants would leave out those that are hidden from it.',
                  HINT = format('As superuser: ALTER ROLE %I BYPASSRLS; Or call it as another role.', current_user);
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_all_rows() IS 'For topoff_all_tenants(): fails (42501) where row-level security can hide rows of the tables that planning reads or writes from this role.';

CREATE FUNCTION topoff.require_channel_accounts(tenant text, channel_account_ids uuid[], active boolean DEFAULT true) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
DECLARE
    unknown text;
    inactive text;
    statuses text;
BEGIN
    SELECT string_agg(coalesce(wanted.id::text, 'NULL'), ', ' ORDER BY wanted.id) FILTER (WHERE account.id IS NULL),
           string_agg(account.id::text, ', ' ORDER BY account.id) FILTER (WHERE NOT account.is_active),
           string_agg(account.state, '; ' ORDER BY account.id) FILTER (WHERE NOT account.is_active)
    INTO unknown, inactive, statuses
    FROM (
        SELECT DISTINCT named.id FROM unnest(require_channel_accounts.channel_account_ids) AS named (id)
    ) AS wanted
    LEFT JOIN LATERAL (
        SELECT account.id,
               account.status::text IS NOT DISTINCT FROM 'active' AS is_active,
               format('%s has %s', account.id, coalesce('the status ' || account.status::text, 'no status')) AS state
        FROM public.channel_accounts AS account
        WHERE account.tenant_id = require_channel_accounts.tenant AND account.id = wanted.id
    ) AS account ON true;

    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'channel account % does not exist', unknown
            USING ERRCODE = 'no_data_found', HINT = 'Read the tenant''s channel accounts again.';
    ELSIF active AND inactive IS NOT NULL THEN
        RAISE EXCEPTION 'channel account % is not active', inactive
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = statuses || '.',
                  HINT = 'Set it active again (status = ''active''), or leave it out.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_channel_accounts(tenant text, channel_account_ids uuid[], active boolean) IS 'Fails unless the tenant has all of these channel accounts (P0002, names those that it has not) and, unless active is false, they are active (55000, names those that are not).';

CREATE FUNCTION topoff.require_content_item(tenant text, content_item_id uuid) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.content_items AS content
        WHERE content.tenant_id = require_content_item.tenant AND content.id = require_content_item.content_item_id
    ) THEN
        RAISE EXCEPTION 'content item % does not exist', coalesce(content_item_id::text, 'NULL')
            USING ERRCODE = 'no_data_found', HINT = 'Create the content item first.';
    ELSIF content_item_id = topoff.placeholder_content_item_id(tenant) THEN
        RAISE EXCEPTION 'content item % is the placeholder of empty slots', content_item_id
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Create a content item of its own for the post.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_content_item(tenant text, content_item_id uuid) IS 'Fails unless the tenant has this content item (P0002), and for its placeholder (22023), which is never published.';

CREATE FUNCTION topoff.require_isolable_role(api_role regrole) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    role_name CONSTANT name := (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role);
    reasons text;
    mends text;
BEGIN
    IF role_name IS NULL THEN
        RAISE EXCEPTION 'api_role must not be null or unknown'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Name the role that the API connects as.';
    ELSIF EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN
        RAISE EXCEPTION 'no role can be held to one tenant on a server with Citus'
            USING ERRCODE = 'feature_not_supported',
                  DETAIL = 'On its shards Citus makes a permissive policy of a restrictive one, which then lets '
                           'everybody see everything.',
                  HINT = 'Spread tenants over several databases, each with planned-slot top-off of its own.';
    ELSIF (SELECT role.rolsuper FROM pg_roles AS role WHERE role.oid = api_role) THEN
        RAISE EXCEPTION 'role "%" cannot be held to one tenant', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'It is a superuser.',
                  HINT = 'Let the API connect as a role of its own: CREATE ROLE api LOGIN;';
    END IF;

    WITH RECURSIVE becomes AS (
        -- The roles that it can become, each with the membership that leads there; PostgreSQL 16 and later know
        -- memberships that SET ROLE cannot use.
        SELECT api_role::oid AS oid, NULL::oid AS through
        UNION
        SELECT membership.roleid, coalesce(becomes.through, membership.roleid)
        FROM becomes
        JOIN pg_auth_members AS membership ON membership.member = becomes.oid
        WHERE coalesce((to_jsonb(membership) ->> 'set_option')::boolean, true) OR membership.admin_option
    ),
    owned AS (
        SELECT CASE class.relkind WHEN 'v' THEN 'view ' ELSE 'table ' END || class.oid::regclass AS object,
               class.relowner AS owner
        FROM pg_class AS class
        WHERE class.oid = ANY (topoff.isolated_tables()) OR class.oid = to_regclass('public.cadence_coverage')
           OR class.relnamespace = 'topoff'::regnamespace AND class.relkind = 'r'
        UNION ALL
        SELECT 'function ' || routine.oid::regprocedure, routine.proowner
        FROM pg_proc AS routine
        WHERE routine.pronamespace = 'topoff'::regnamespace
           OR routine.pronamespace = 'public'::regnamespace AND routine.proname = 'topoff_all_tenants'
           OR routine.oid IN (
               SELECT to_regprocedure(substring(needed.privilege FROM 'EXECUTE ON FUNCTION (.*)'))
               FROM topoff.api_privileges(api_role) AS needed
           )
        UNION ALL
        SELECT 'schema ' || schema.nspname, schema.nspowner
        FROM pg_namespace AS schema
        WHERE schema.nspname IN ('public', 'topoff')
        UNION ALL
        SELECT 'database ' || database.datname, database.datdba
        FROM pg_database AS database
        WHERE database.datname = current_database()
    ),
    beyond AS (
        SELECT format('SCHEMA %I', schema.nspname) AS object, schema.nspowner AS owner, entry.*
        FROM pg_namespace AS schema
        CROSS JOIN LATERAL aclexplode(schema.nspacl) AS entry
        WHERE schema.nspname IN ('public', 'topoff') AND entry.privilege_type = 'CREATE'
        UNION ALL
        SELECT format('DATABASE %I', database.datname), database.datdba, entry.*
        FROM pg_database AS database
        CROSS JOIN LATERAL aclexplode(database.datacl) AS entry
        WHERE database.datname = current_database() AND entry.privilege_type = 'CREATE'
        UNION ALL
        SELECT class.oid::regclass::text, class.relowner, entry.*
        FROM pg_class AS class
        CROSS JOIN LATERAL (
            SELECT of_table.* FROM aclexplode(class.relacl) AS of_table
            UNION
            SELECT of_column.*
            FROM pg_attribute AS attribute
            CROSS JOIN LATERAL aclexplode(attribute.attacl) AS of_column
            WHERE attribute.attrelid = class.oid AND NOT attribute.attisdropped
        ) AS entry
        WHERE class.oid = ANY (topoff.isolated_tables())
          AND entry.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER')
    ),
    problem AS (
        SELECT 1 AS position,
               CASE WHEN role.oid = api_role THEN 'It is ' ELSE format('It can become %I, which is ', role.rolname) END
               || attribute.name AS reason,
               CASE WHEN role.oid = api_role THEN format('ALTER ROLE %s NO%s;', api_role, attribute.name)
                    ELSE format('REVOKE %s FROM %s;', becomes.through::regrole, api_role) END AS mend
        FROM becomes
        JOIN pg_roles AS role ON role.oid = becomes.oid
        CROSS JOIN LATERAL (VALUES
            ('SUPERUSER', role.rolsuper), ('BYPASSRLS', role.rolbypassrls),
            ('CREATEROLE', role.rolcreaterole), ('REPLICATION', role.rolreplication)
        ) AS attribute (name, has_it)
        WHERE attribute.has_it
        UNION ALL
        SELECT 2, format('It is a member of %s', role.oid::regrole),
               format('REVOKE %s FROM %s;', coalesce(becomes.through, role.oid)::regrole, api_role)
        FROM pg_roles AS role
        LEFT JOIN becomes ON becomes.oid = role.oid
        WHERE role.rolname IN ('pg_read_all_data', 'pg_write_all_data', 'pg_read_server_files',
                               'pg_write_server_files', 'pg_execute_server_program')
          AND pg_has_role(api_role, role.oid, 'MEMBER')
        UNION ALL
        SELECT 3,
               format('%s %s, owner of %s', CASE WHEN owned.owner = api_role THEN 'It is' ELSE 'It is a member of' END,
                      owned.owner::regrole, min(owned.object))
               || CASE count(*) WHEN 1 THEN '' ELSE format(' and %s more', count(*) - 1) END,
               CASE WHEN owned.owner = api_role THEN 'CREATE ROLE api LOGIN;  -- one of its own for the API'
                    ELSE format('REVOKE %s FROM %s;', coalesce(becomes.through, owned.owner)::regrole, api_role) END
        FROM owned
        LEFT JOIN becomes ON becomes.oid = owned.owner
        WHERE pg_has_role(api_role, owned.owner, 'MEMBER')
        GROUP BY owned.owner, becomes.through
        UNION ALL
        SELECT 4,
               format('%s on %s, which %s has', string_agg(DISTINCT beyond.privilege_type, ', '), beyond.object, holder.name),
               format('REVOKE %s ON %s FROM %s;', string_agg(DISTINCT beyond.privilege_type, ', '), beyond.object,
                      holder.name)
        FROM beyond
        CROSS JOIN LATERAL (
            SELECT CASE beyond.grantee WHEN 0 THEN 'PUBLIC' ELSE beyond.grantee::regrole::text END AS name
        ) AS holder
        WHERE beyond.grantee <> beyond.owner
          AND (beyond.grantee = 0 OR pg_has_role(api_role, beyond.grantee, 'MEMBER'))
        GROUP BY beyond.object, holder.name
        UNION ALL
        SELECT 5, format('It can become %s, which has rights on %s and is not held to one tenant',
                         becomes.oid::regrole, string_agg(DISTINCT class.oid::regclass::text, ', ')),
               format('REVOKE %s FROM %s;  -- or hold that one too: SELECT topoff.isolate_tenants(%L);',
                      becomes.through::regrole, api_role, becomes.oid::regrole)
        FROM becomes
        JOIN pg_roles AS role ON role.oid = becomes.oid AND NOT role.rolsuper AND role.rolname !~ '^pg_'
        JOIN pg_class AS class ON class.oid = ANY (topoff.isolated_tables())
        WHERE becomes.oid <> api_role
          AND NOT pg_has_role(becomes.oid, class.relowner, 'MEMBER')
          AND (has_table_privilege(becomes.oid, class.oid, 'SELECT, INSERT, UPDATE, DELETE')
               OR has_any_column_privilege(becomes.oid, class.oid, 'SELECT, INSERT, UPDATE'))
          AND NOT EXISTS (
              SELECT FROM topoff.isolated_roles() AS isolated WHERE pg_has_role(becomes.oid, isolated, 'USAGE')
          )
        GROUP BY becomes.oid, becomes.through
    )
    SELECT string_agg(problem.reason || '.', ' ' ORDER BY problem.position, problem.reason),
           (SELECT string_agg(mend.mend, E'\n' ORDER BY mend.position, mend.mend)
            FROM (SELECT problem.mend, min(problem.position) AS position FROM problem GROUP BY problem.mend) AS mend)
    INTO reasons, mends
    FROM problem;
    IF reasons IS NOT NULL THEN
        RAISE EXCEPTION 'role "%" cannot be held to one tenant', role_name
            USING ERRCODE = 'object_not_in_prerequisite_state', DETAIL = reasons, HINT = mends;
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_isolable_role(api_role regrole) IS 'For topoff.isolate_tenants(): fails for a role that could get round row-level security, with the statements that mend it in the HINT.
Errors: 22004 for NULL or an unknown role; 0A000 on a server with Citus; 55000 for a superuser; for a role that is, or can become one that is, BYPASSRLS, CREATEROLE or REPLICATION; that is a member of a predefined role that reads everything or of an owner of the tables, the functions, the schemas or the database; that may create in public, in topoff or in the database; that has TRUNCATE, REFERENCES or TRIGGER on the tables; that can become another role with rights on the tables that is not held.';

CREATE FUNCTION topoff.require_tenant(tenant text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_seqscan TO 'off'
    AS $$
BEGIN
    IF tenant IS NULL THEN
        RAISE EXCEPTION 'tenant must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Name a tenant, such as ''h2o''.';
    ELSIF tenant = '' THEN
        RAISE EXCEPTION 'tenant must not be empty'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Name a tenant, such as ''h2o''.';
    ELSIF NOT EXISTS (SELECT FROM public.channel_accounts AS account WHERE account.tenant_id = require_tenant.tenant) THEN
        RAISE EXCEPTION 'tenant "%" has no channel account', tenant
            USING ERRCODE = 'no_data_found',
                  HINT = 'Check the spelling; the tenants are SELECT DISTINCT tenant_id FROM channel_accounts.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_tenant(tenant text) IS 'Fails unless the tenant has a channel account: 22004 for NULL, 22023 for an empty name, P0002 for a tenant without one.';

CREATE FUNCTION topoff.require_tenant_rows(tenant text, parameter text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    IF tenant IS NULL OR tenant = '' THEN
        RAISE EXCEPTION '% must not be %', parameter, CASE WHEN tenant IS NULL THEN 'null' ELSE 'empty' END
            USING ERRCODE = CASE WHEN tenant IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Name a tenant, such as ''h2o''.';
    ELSIF topoff.tables_of_tenant(tenant) = '{}' THEN
        RAISE EXCEPTION 'tenant "%" has no rows', tenant
            USING ERRCODE = 'no_data_found',
                  DETAIL = 'No account, content item, post, cadence, blackout or ledger entry has that name.',
                  HINT = 'Check the spelling; the tenants are SELECT DISTINCT tenant_id FROM channel_accounts.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_tenant_rows(tenant text, parameter text) IS 'Fails unless some table has a row of this tenant: 22004 for NULL, 22023 for an empty name, both naming the parameter; P0002 for a tenant without any row.';

CREATE FUNCTION topoff.require_time_zone(zone text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    meant CONSTANT text := topoff.time_zone_name(zone);
BEGIN
    IF zone IS NULL THEN
        RAISE EXCEPTION 'timezone must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for UTC.';
    ELSIF meant = zone THEN
        RETURN;
    END IF;
    RAISE EXCEPTION 'time zone "%" is not an IANA zone name', zone
        USING ERRCODE = 'invalid_parameter_value',
              DETAIL = 'A time zone is UTC or a name such as Europe/London in its exact spelling: '
                       'no offset (UTC+5), no abbreviation (EST), nothing below Etc/.',
              HINT = CASE WHEN meant IS NOT NULL THEN format('Did you mean "%s"?', meant)
                          ELSE 'The names this server knows: SELECT name FROM pg_timezone_names.' END,
              COLUMN = 'timezone';
END;
$$;

COMMENT ON FUNCTION topoff.require_time_zone(zone text) IS 'Fails unless the text is the name of a time zone in its exact spelling (topoff.time_zone_name): 22004 for NULL, 22023 for anything else, with what may have been meant in the HINT. For the zone of an account and for one that a calendar is shown in.';

CREATE FUNCTION topoff.resume_run(run_id bigint) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '1min'
    AS $$
BEGIN
    PERFORM FROM topoff.runs AS run WHERE run.id = run_id AND run.status = 'running' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'run % of topoff_all_tenants is no longer running in the ledger', run_id
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = 'Somebody closed it, or a later run took it for dead. What it had committed stands.',
                  HINT = 'CALL topoff_all_tenants() does what is still to be done.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.resume_run(run_id bigint) IS 'For topoff_all_tenants(): locks the run''s row in topoff.runs for this transaction. Fails (55000) where the run is no longer marked running.';

CREATE FUNCTION topoff.revoke_api_privileges(api_role regrole) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    noted CONSTANT text[] := topoff.isolation_grants(api_role);
    own_columns CONSTANT text[] := ARRAY(
        SELECT format('GRANT %s (%I) ON %s TO %s%s', entry.privilege_type, attribute.attname, class.oid::regclass,
                      api_role, CASE WHEN entry.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
        FROM topoff.api_privileges(api_role) AS listed
        JOIN pg_class AS class ON listed.privilege = 'SELECT ON ' || class.oid::regclass
        JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND NOT attribute.attisdropped
        CROSS JOIN LATERAL aclexplode(attribute.attacl) AS entry
        WHERE listed.privilege = ANY (noted) AND listed.granted_by <> '{}'
          AND class.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
          AND entry.grantee = api_role AND entry.grantor = class.relowner AND entry.privilege_type = 'SELECT'
    );
    given record;
    statement text;
BEGIN
    FOR given IN
        SELECT listed.privilege, listed.granted_by
        FROM topoff.api_privileges(api_role) AS listed
        WHERE listed.privilege = ANY (noted) AND listed.granted_by <> '{}'
    LOOP
        EXECUTE format('REVOKE %s FROM %s', given.privilege, api_role);
        IF EXISTS (
            SELECT FROM topoff.api_privileges(api_role) AS listed
            WHERE listed.privilege = given.privilege AND listed.granted_by = given.granted_by
        ) THEN
            RAISE EXCEPTION 'role "%" may not revoke % from role "%"', current_user, given.privilege,
                    (SELECT role.rolname FROM pg_roles AS role WHERE role.oid = api_role)
                USING ERRCODE = 'insufficient_privilege',
                      DETAIL = format('It was granted by %s.', array_to_string(given.granted_by, ', ')),
                      HINT = format('As that role: REVOKE %s FROM %s;', given.privilege, api_role);
        END IF;
    END LOOP;
    FOREACH statement IN ARRAY own_columns LOOP
        EXECUTE statement;
    END LOOP;
    EXECUTE format('COMMENT ON POLICY %I ON public.post_instances IS %L', topoff.isolation_policy(api_role),
                   'The role sees the tenant in app.tenant_id, or none. Granted along with it: []');
END;
$$;

COMMENT ON FUNCTION topoff.revoke_api_privileges(api_role regrole) IS 'Takes from a role that is held to one tenant what topoff.grant_api_privileges() gave it, and leaves what it had before. Called by topoff.unisolate_tenants() and before an upgrade or a downgrade.
Errors: 42501 where the caller may not revoke it; 2BP01 where the role has passed it on.';

CREATE FUNCTION topoff.run_batch(run_id bigint, tenants text[], horizon interval, replan boolean, pass text, longest_wait integer) RETURNS text[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    window_end CONSTANT pg_catalog.timestamptz := topoff.planning_window_end(horizon, pg_catalog.now());
    locked pg_catalog.text[];
    error_state pg_catalog.text;
    error_message pg_catalog.text;
BEGIN
    PERFORM pg_catalog.set_config('lock_timeout', longest_wait::pg_catalog.text, true);
    BEGIN
        locked := topoff.try_lock_tenants(tenants);
        IF replan THEN
            INSERT INTO topoff.run_tenants (run_id, tenant_id, removed, created)
            SELECT run_batch.run_id, done.tenant_id,
                   pg_catalog.sum(done.removed)::pg_catalog.int4, pg_catalog.sum(done.created)::pg_catalog.int4
            FROM topoff.replan_slots(locked, pg_catalog.now(), window_end) AS done
            GROUP BY done.tenant_id;
        ELSE
            INSERT INTO topoff.run_tenants (run_id, tenant_id, created)
            SELECT run_batch.run_id, done.tenant_id, done.created
            FROM topoff.insert_planned_slots(locked, pg_catalog.now(), window_end, false) AS done;
        END IF;
        -- What the application has deferred to the commit must fail here, where it hurts one tenant.
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN OTHERS OR assert_failure THEN
        GET STACKED DIAGNOSTICS error_state = RETURNED_SQLSTATE, error_message = MESSAGE_TEXT;
        locked := ARRAY[]::pg_catalog.text[];
    END;
    RETURN topoff.enter_step(run_id, tenants, locked, pass, error_state, error_message);
END;
$$;

COMMENT ON FUNCTION topoff.run_batch(run_id bigint, tenants text[], horizon interval, replan boolean, pass text, longest_wait integer) IS 'For topoff_all_tenants(): tops off, or with replan re-plans, these tenants up to now + horizon and enters in the ledger, under the run, who got how many slots. Returns those that are to be tried again: in the pass ''all'' whoever could not be done; in the pass ''again'', which is for one tenant at a time, whom somebody holds a lock of; in the pass ''last'' nobody. The others that could not be done are entered as failures. longest_wait: for how many milliseconds it waits for a lock.';

CREATE FUNCTION topoff.schedule(schedule text DEFAULT '0 3 * * *'::text) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    -- With all arguments: whoever may create in public could put a procedure without any beside it, and the
    -- shorter call would fail every night, because two would fit.
    command CONSTANT text := 'CALL public.topoff_all_tenants(''28 days''::pg_catalog.interval, false)';
    job_name CONSTANT text := 'topoff-planned-slots';
    name_elsewhere CONSTANT text := job_name || ':' || current_database();
    job_names CONSTANT text[] := ARRAY[job_name, name_elsewhere];
    again CONSTANT text := format('SELECT topoff.schedule(%L);', schedule);
    from_elsewhere CONSTANT text := format(
        'CREATE EXTENSION IF NOT EXISTS pg_cron; SELECT cron.schedule_in_database(%1$L, %2$L, %3$L, %4$L, %5$L); '
        'SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = %1$L AND username <> %5$L;',
        name_elsewhere, schedule, command, current_database(), current_user);
    -- NULL where this role may not see the setting, or pg_cron is not loaded.
    cron_database CONSTANT text := (SELECT setting FROM pg_settings WHERE name = 'cron.database_name');
    cron_host CONSTANT text := (SELECT setting FROM pg_settings WHERE name = 'cron.host');
    preloaded CONSTANT text := (SELECT setting FROM pg_settings WHERE name = 'shared_preload_libraries');
    is_superuser CONSTANT boolean := (SELECT role.rolsuper FROM pg_roles AS role WHERE role.rolname = current_user);
    job bigint;
    others text;
    callers text;
BEGIN
    IF schedule IS NULL THEN
        RAISE EXCEPTION 'schedule must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for every night at 3:00.';
    ELSIF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'pg_cron') THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: pg_cron is not installed on this server'
            USING ERRCODE = 'feature_not_supported',
                  HINT = format('Install its package (Debian: postgresql-%s-cron) and run %s here again: it '
                                'says what comes next. Or have any other scheduler run %s; here every night.',
                                current_setting('server_version_num')::integer / 10000, again, command);
    ELSIF preloaded !~ '\mpg_cron\M' THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: pg_cron is not in shared_preload_libraries'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('shared_preload_libraries is "%s".', preloaded),
                  HINT = format('As superuser run: ALTER SYSTEM SET shared_preload_libraries = %s; Then restart '
                                'the server, and run %s here again.',
                                (SELECT string_agg(quote_literal(trim(library)), ', ' ORDER BY position)
                                 FROM string_to_table(concat_ws(',', nullif(preloaded, ''), 'pg_cron'), ',')
                                      WITH ORDINALITY AS loaded (library, position)),
                                again);
    ELSIF cron_database <> current_database() THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: pg_cron works in database "%", and this is "%"',
                cron_database, current_database()
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = format('As superuser in database "%s" run: %s', cron_database, from_elsewhere);
    ELSIF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron') THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: the extension pg_cron is not created in this database'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = CASE WHEN cron_database IS NULL
                      THEN format('Ask a superuser what SHOW cron.database_name says. In that database run: %s '
                                  'Or, where it is this one: CREATE EXTENSION pg_cron; GRANT USAGE ON SCHEMA cron '
                                  'TO %I; and then, as %I: %s',
                                  from_elsewhere, current_user, current_user, again)
                      ELSE format('As superuser run here: CREATE EXTENSION pg_cron; %s', again)
                  END;
    ELSIF NOT has_schema_privilege('cron', 'USAGE') THEN
        RAISE EXCEPTION 'the nightly run is not scheduled: role "%" may not use pg_cron', current_user
            USING ERRCODE = 'insufficient_privilege',
                  HINT = format('As superuser in database "%s" run: GRANT USAGE ON SCHEMA cron TO %I; '
                                'Then, as %I: %s', current_database(), current_user, current_user, again);
    END IF;

    EXECUTE 'SELECT jobid FROM cron.job WHERE jobname = $1 AND username = current_user AND schedule = $2'
            ' AND command = $3 AND database = current_database() AND active'
            ' AND nodename = coalesce($4, nodename) AND nodeport = current_setting(''port'')::integer'
    INTO job USING job_name, schedule, command, cron_host;
    EXECUTE 'SELECT string_agg(format(''%s of role "%s"'', jobid, username), '', '' ORDER BY jobid) FROM cron.job'
            ' WHERE jobname = ANY ($1) AND username <> current_user'
    INTO others USING job_names;
    EXECUTE 'SELECT count(cron.unschedule(jobid)) FROM cron.job'
            ' WHERE jobname = ANY ($1) AND jobid IS DISTINCT FROM $2 AND (username = current_user OR $3)'
    USING job_names, job, is_superuser;
    IF job IS NULL THEN
        EXECUTE 'SELECT cron.schedule($1, $2, $3)' INTO job USING job_name, schedule, command;
    END IF;

    IF others IS NOT NULL AND is_superuser THEN
        RAISE NOTICE 'role "%" has taken over the nightly run: job % is removed', current_user, others;
    ELSIF others IS NOT NULL THEN
        RAISE NOTICE 'another role has scheduled the nightly run as well: job %', others
            USING DETAIL = 'Both will run; whichever comes second has nothing to do.',
                  HINT = format('As superuser run: SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname IN (%L, %L) '
                                'AND username <> %L;', job_name, name_elsewhere, current_user);
    ELSIF row_security_active('cron.job') THEN
        IF has_table_privilege('topoff.runs', 'SELECT') THEN
            SELECT string_agg(DISTINCT format('"%s"', run.called_by), ', ') INTO callers
            FROM topoff.runs AS run
            WHERE run.started_at > now() - interval '7 days' AND run.called_by <> current_user;
        END IF;
        RAISE NOTICE 'role "%" cannot see whether another role has scheduled the nightly run as well', current_user
            USING DETAIL = CASE
                      WHEN callers IS NULL THEN 'No other role is known to have called it in the last 7 days.'
                      ELSE format('In the last 7 days it was called by %s.', callers)
                  END,
                  HINT = format('As superuser look: SELECT jobid, username FROM cron.job WHERE jobname IN (%L, %L); '
                                'and remove what is too much with cron.unschedule(jobid).', job_name, name_elsewhere);
    END IF;
    RETURN job;
END;
$_$;

COMMENT ON FUNCTION topoff.schedule(schedule text) IS 'Schedules topoff_all_tenants(), with its defaults, with pg_cron as the job ''topoff-planned-slots'' of the calling role and returns the job''s id; the default is every night at 3:00, in GMT or, from pg_cron 1.5 on, in cron.timezone. Call it again to change the schedule or to mend the job, and after a restore.
A job of another role is taken over by a superuser; other roles can neither remove it nor, mostly, see it: a NOTICE says so.
Errors, each with the statement to run in its HINT: 0A000 where pg_cron is not installed; 55000 where it is not in shared_preload_libraries, works in another database or is not created; 42501 where the role may not use it.';

CREATE FUNCTION topoff.slots_need_content() RETURNS boolean
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN (
        SELECT attribute.attnotnull
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = 'public.post_instances'::regclass AND attribute.attname = 'content_item_id'
    );
END;
$$;

COMMENT ON FUNCTION topoff.slots_need_content() IS 'True where post_instances.content_item_id is NOT NULL: then new slots have their tenant''s placeholder as their content, else NULL.';

CREATE FUNCTION topoff.start_run(replan boolean) RETURNS bigint
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '1min'
    AS $$
DECLARE
    unfinished bigint;
    alone boolean := true;
    run_id bigint;
BEGIN
    IF replan IS NULL THEN
        RAISE EXCEPTION 'replan must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for a night that tops off.';
    END IF;

    SELECT run.id INTO unfinished FROM topoff.runs AS run WHERE run.status = 'running';
    IF FOUND THEN
        PERFORM FROM topoff.runs AS run WHERE run.id = unfinished AND run.status = 'running'
        FOR UPDATE SKIP LOCKED;
        alone := FOUND;
        FOR look IN 1 .. 50 LOOP
            EXIT WHEN NOT alone;
            PERFORM pg_sleep(0.01);
            alone := NOT EXISTS (
                SELECT FROM pg_locks AS lock
                WHERE NOT lock.granted AND lock.locktype IN ('transactionid', 'tuple')
                  AND pg_backend_pid() = ANY (pg_blocking_pids(lock.pid))
            );
        END LOOP;
    END IF;

    IF alone THEN
        UPDATE topoff.runs AS run
        SET status = 'abandoned', finished_at = now()
        WHERE run.id = unfinished;
        DELETE FROM topoff.runs AS run
        WHERE run.started_at < now() - interval '90 days';
        INSERT INTO topoff.runs (id, replan)
        SELECT coalesce(max(run.id), 0) + 1, start_run.replan FROM topoff.runs AS run
        ON CONFLICT DO NOTHING
        RETURNING id INTO run_id;
    END IF;
    IF run_id IS NULL THEN
        RAISE NOTICE 'another run of topoff_all_tenants is under way, so this one does nothing';
    END IF;
    RETURN run_id;
END;
$$;

COMMENT ON FUNCTION topoff.start_run(replan boolean) IS 'For topoff_all_tenants(): opens a row in topoff.runs and returns its id; NULL, with a NOTICE, where another run is under way. Marks a run that died as abandoned and forgets those older than 90 days. Fails (22004) for a NULL.';

CREATE FUNCTION topoff.stop_cadences(tenant text, channel_account_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute AS attribute
        WHERE attribute.attrelid OPERATOR(pg_catalog.=) 'public.channel_accounts'::pg_catalog.regclass
          AND attribute.attname OPERATOR(pg_catalog.=) 'posts_per_week'
          AND attribute.attgenerated OPERATOR(pg_catalog.=) ''
    ) THEN
        UPDATE public.channel_accounts AS account
        SET posts_per_week = 0
        WHERE account.tenant_id OPERATOR(pg_catalog.=) stop_cadences.tenant
          AND (account.id OPERATOR(pg_catalog.=) stop_cadences.channel_account_id
               OR stop_cadences.channel_account_id IS NULL)
          AND account.posts_per_week OPERATOR(pg_catalog.>) 0;
    END IF;
EXCEPTION
    WHEN check_violation THEN
        RETURN;
END;
$$;

COMMENT ON FUNCTION topoff.stop_cadences(tenant text, channel_account_id uuid) IS 'Sets posts_per_week to 0 for the account, or with NULL for all accounts of the tenant. Where that column is generated, or has a rule that forbids 0, it stays as it is. Checks nothing.';

CREATE FUNCTION topoff.tables_of_tenant(tenant text) RETURNS regclass[]
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $_$
DECLARE
    listed regclass;
    is_there boolean;
    found_in regclass[] := ARRAY[]::regclass[];
BEGIN
    FOREACH listed IN ARRAY topoff.isolated_tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS held WHERE held.tenant_id = $1)', listed)
        INTO is_there USING tenant;
        IF is_there THEN
            found_in := found_in || listed;
        END IF;
    END LOOP;
    RETURN found_in;
END;
$_$;

COMMENT ON FUNCTION topoff.tables_of_tenant(tenant text) IS 'The tables that hold rows of this tenant, of those in topoff.isolated_tables(); {} for a name that nothing has.
Errors: 42501 where row-level security would hide rows from the caller.';

CREATE FUNCTION topoff.tenant_coverage(tenant text) RETURNS TABLE(channel_account_id uuid, cadence text, slots_ahead integer, empty_slots integer, filled_slots integer, next_empty_slot timestamp with time zone, filled_until timestamp with time zone, missed_slots integer, off_programme integer)
    LANGUAGE plpgsql STABLE ROWS 10
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET plan_cache_mode TO 'force_generic_plan'
    SET enable_seqscan TO 'off'
    SET enable_sort TO 'off'
    SET enable_incremental_sort TO 'off'
    SET jit TO 'off'
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

COMMENT ON FUNCTION topoff.tenant_coverage(tenant text) IS 'The rows of the view cadence_coverage for one tenant; none for a tenant without accounts.';

CREATE FUNCTION topoff.tenant_lock(tenant text) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    RETURN hashtextextended(('topoff_planned_slots:'::text || tenant), (0)::bigint);

COMMENT ON FUNCTION topoff.tenant_lock(tenant text) IS 'The number of the advisory lock that callers which change a tenant''s calendar take.';

CREATE FUNCTION topoff.tenants() RETURNS TABLE(tenant_id text)
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT account.tenant_id::pg_catalog.text FROM public.channel_accounts AS account
$$;

COMMENT ON FUNCTION topoff.tenants() IS 'The tenants that have a channel account.';

CREATE FUNCTION topoff.tenants_to_plan(run_id bigint, horizon interval, replan boolean) RETURNS TABLE(tenant_id text, accounts bigint)
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET enable_sort TO 'off'
    SET jit TO 'off'
    SET lock_timeout TO '1min'
    AS $$
DECLARE
    -- In accounts: the first look, which is as much as a run's first step, and each that follows.
    first_look CONSTANT bigint := 500;
    further_look CONSTANT bigint := 10000;
    window_end CONSTANT timestamptz := topoff.planning_window_end(horizon, now());
    tenants text[];
    sizes bigint[];
    looked_at text[];
    seen_complete text[];
    complete text[] := '{}'::text[];
BEGIN
    SELECT array_agg(known.tenant_id ORDER BY known.tenant_id), array_agg(known.accounts ORDER BY known.tenant_id)
    INTO tenants, sizes
    FROM (
        SELECT account.tenant_id::text, greatest(count(*), 10) AS accounts
        FROM public.channel_accounts AS account
        WHERE replan
           OR topoff.plans(account.status::text, account.posts_per_week, EXISTS (
                  SELECT FROM topoff.cadences AS cadence
                  WHERE cadence.tenant_id = account.tenant_id AND cadence.channel_account_id = account.id
              ))
        GROUP BY account.tenant_id
    ) AS known;

    PERFORM set_config('lock_timeout', topoff.longest_wait()::text, true);
    FOR looked_at IN
        SELECT array_agg(known.tenant ORDER BY known.place)
        FROM (
            SELECT listed.tenant, listed.place, sum(listed.size) OVER (ORDER BY listed.place) AS total
            FROM unnest(tenants, sizes) WITH ORDINALITY AS listed (tenant, size, place)
            WHERE NOT replan AND listed.size < first_look
        ) AS known
        GROUP BY ceil((known.total - first_look)::numeric / further_look)
        ORDER BY min(known.place)
    LOOP
        seen_complete := topoff.complete_tenants(looked_at, now(), window_end);
        complete := complete || seen_complete;
        EXIT WHEN 2 * cardinality(seen_complete) < cardinality(looked_at);
    END LOOP;
    UPDATE topoff.runs AS run SET tenants = run.tenants + cardinality(complete) WHERE run.id = run_id;

    RETURN QUERY
    SELECT listed.tenant, listed.size
    FROM unnest(tenants, sizes) WITH ORDINALITY AS listed (tenant, size, place)
    WHERE listed.tenant NOT IN (SELECT unnest(complete))
    ORDER BY listed.place;
END;
$$;

COMMENT ON FUNCTION topoff.tenants_to_plan(run_id bigint, horizon interval, replan boolean) IS 'For topoff_all_tenants(): the tenants that have an account that plans, or with replan any account, in the order of their names, each with the number of such accounts, 10 at the least because a tenant costs a lock. Tenants that were seen to have all their slots are not among them; they are counted in the run''s row.';

CREATE FUNCTION topoff.time_zone_name(zone text) RETURNS text
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET "TimeZone" TO 'UTC'
    AS $$
BEGIN
    IF zone = 'UTC' THEN
        RETURN zone;
    ELSIF zone NOT LIKE '%/%' OR zone ~* '^(etc|posix|right)/' THEN
        RETURN CASE WHEN upper(zone) = 'UTC' THEN 'UTC' END;
    END IF;
    PERFORM set_config('timezone', zone, true);
    IF current_setting('timezone') ~ '[a-z]' COLLATE "C" AND zone IS NOT NULL THEN
        RETURN current_setting('timezone');
    END IF;
    RETURN NULL;
EXCEPTION
    WHEN invalid_parameter_value THEN
        RETURN NULL;
END;
$$;

COMMENT ON FUNCTION topoff.time_zone_name(zone text) IS 'The time zone''s name in its exact spelling: UTC, or an IANA name such as Europe/London that this server knows. NULL for anything else: an offset (UTC+5), an abbreviation (EST), Etc/, posix/, right/, NULL. A zone is well spelt where topoff.time_zone_name(zone) = zone.';

CREATE FUNCTION topoff.try_lock_tenants(tenants text[]) RETURNS text[]
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN ARRAY(
        SELECT tenant FROM unnest(tenants) AS tenant
        WHERE pg_try_advisory_xact_lock(topoff.tenant_lock(tenant))
    );
END;
$$;

COMMENT ON FUNCTION topoff.try_lock_tenants(tenants text[]) IS 'For topoff_all_tenants(): takes the transaction-level advisory locks of these tenants, as lock_tenants() does, without waiting, and returns the tenants whose lock it got.';

CREATE FUNCTION topoff.unisolate_tenants(api_role regrole) RETURNS void
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET lock_timeout TO '3s'
    AS $$
DECLARE
    isolated regclass;
BEGIN
    IF topoff.isolation_grants(api_role) IS NULL THEN
        RAISE EXCEPTION 'role % is not isolated', coalesce(api_role::text, 'NULL')
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  HINT = 'The isolated ones: SELECT * FROM topoff.isolated_roles();';
    END IF;
    PERFORM topoff.revoke_api_privileges(api_role);
    PERFORM topoff.drop_isolation_policies(api_role);
    FOREACH isolated IN ARRAY topoff.isolated_tables() LOOP
        -- The last isolated role turns off the light, unless the application has policies of its own.
        IF (SELECT array_agg(policy.polname) = '{topoff_everybody}'
            FROM pg_policy AS policy WHERE policy.polrelid = isolated) THEN
            EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', isolated);
            EXECUTE format('DROP POLICY topoff_everybody ON %s', isolated);
        END IF;
    END LOOP;
END;
$$;

COMMENT ON FUNCTION topoff.unisolate_tenants(api_role regrole) IS 'Takes back what isolate_tenants() did for this role: its policies and the privileges it was granted then, and, with the last isolated role, row-level security itself.
Errors: 55000 for a role that is not isolated; 42501 where the caller may not revoke what was granted; 2BP01 where the role has passed it on.';

CREATE FUNCTION topoff.unneeded_placeholder(tenant text) RETURNS uuid
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    SET row_security TO 'off'
    AS $_$
<<own>>
DECLARE
    placeholder uuid;
    referring record;
    is_needed boolean;
BEGIN
    SELECT content.id INTO placeholder
    FROM public.content_items AS content
    WHERE content.tenant_id = unneeded_placeholder.tenant
      AND content.id = topoff.placeholder_content_item_id(unneeded_placeholder.tenant)
    FOR UPDATE;
    FOR referring IN
        SELECT reference.conrelid::regclass AS relation, attribute.attname AS name
        FROM pg_constraint AS reference
        CROSS JOIN LATERAL unnest(reference.conkey, reference.confkey) AS pair (referring, referred)
        JOIN pg_attribute AS attribute
          ON attribute.attrelid = reference.conrelid AND attribute.attnum = pair.referring
        JOIN pg_attribute AS referred
          ON referred.attrelid = reference.confrelid AND referred.attnum = pair.referred
        WHERE reference.contype = 'f'
          AND reference.confrelid = 'public.content_items'::regclass
          AND referred.attname = 'id'
          AND own.placeholder IS NOT NULL
    LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %s AS held WHERE held.%I = $1)', referring.relation, referring.name)
        INTO is_needed USING placeholder;
        IF is_needed THEN
            RETURN NULL;
        END IF;
    END LOOP;
    RETURN placeholder;
END;
$_$;

COMMENT ON FUNCTION topoff.unneeded_placeholder(tenant text) IS 'The id of the tenant''s placeholder content item, locked for the caller to delete, where it exists and no foreign key leads to it from any row; else NULL.';

CREATE FUNCTION topoff.unschedule() RETURNS boolean
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $_$
DECLARE
    job_names CONSTANT text[] := ARRAY['topoff-planned-slots', 'topoff-planned-slots:' || current_database()];
    is_superuser CONSTANT boolean := (SELECT role.rolsuper FROM pg_roles AS role WHERE role.rolname = current_user);
    removed bigint;
    others text;
BEGIN
    -- Looked up in the catalogue: to_regclass('cron.job') fails for who may not use the schema.
    IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_cron')
       AND EXISTS (SELECT FROM pg_namespace WHERE nspname = 'cron' AND has_schema_privilege(oid, 'USAGE')) THEN
        EXECUTE 'SELECT count(cron.unschedule(jobid)) FROM cron.job'
                ' WHERE jobname = ANY ($1) AND (username = current_user OR $2)'
        INTO removed USING job_names, is_superuser;
        EXECUTE 'SELECT string_agg(format(''%s of role "%s"'', jobid, username), '', '' ORDER BY jobid) FROM cron.job'
                ' WHERE jobname = ANY ($1)'
        INTO others USING job_names;
        IF others IS NOT NULL THEN
            RAISE NOTICE 'another role goes on calling the nightly run: job %', others
                USING HINT = format('As superuser run: SELECT cron.unschedule(jobid) FROM cron.job '
                                    'WHERE jobname IN (%L, %L);', job_names[1], job_names[2]);
        ELSIF row_security_active('cron.job') THEN
            RAISE NOTICE 'role "%" cannot see whether another role has scheduled the nightly run as well', current_user
                USING HINT = format('As superuser look: SELECT jobid, username FROM cron.job '
                                    'WHERE jobname IN (%L, %L);', job_names[1], job_names[2]);
        END IF;
        RETURN removed > 0;
    END IF;
    RAISE NOTICE 'no job can be scheduled from this database by role "%"', current_user
        USING HINT = format('One that was scheduled from another database is taken away there: '
                            'SELECT cron.unschedule(%L);', 'topoff-planned-slots:' || current_database());
    RETURN false;
END;
$_$;

COMMENT ON FUNCTION topoff.unschedule() IS 'Removes the calling role''s pg_cron job ''topoff-planned-slots'' from this database; true where there was one. Jobs of other roles are removed by superusers only; a NOTICE tells others of them. A job that was scheduled from another database has to be removed there; a NOTICE says how.';

CREATE FUNCTION topoff.version() RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN '1.1.2'::text;

COMMENT ON FUNCTION topoff.version() IS 'The release of planned-slot top-off that is installed in this database, such as 1.0.0.';

CREATE FUNCTION topoff.waited() RETURNS integer
    LANGUAGE plpgsql
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
BEGIN
    RETURN 1 + 1000 * extract(epoch FROM clock_timestamp() - now());
END;
$$;

COMMENT ON FUNCTION topoff.waited() IS 'For topoff_all_tenants(): the milliseconds since the transaction began, and one more.';

CREATE FUNCTION topoff.warn_of_unknown_zones(tenant text) RETURNS void
    LANGUAGE plpgsql STABLE
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    accounts bigint;
    listed text;
BEGIN
    SELECT count(*), string_agg(format('%s (time zone "%s")', account.channel_account_id, account.timezone), ', ')
                     FILTER (WHERE account.place <= 20)
    INTO accounts, listed
    FROM topoff.accounts_of_unknown_zone(ARRAY[tenant]) WITH ORDINALITY
         AS account (tenant_id, channel_account_id, timezone, place);
    IF accounts > 0 THEN
        RAISE WARNING 'nothing is planned for channel account %',
                listed || CASE WHEN accounts > 20 THEN ' ...' ELSE '' END
            USING DETAIL = format('This server does not know the time zone of %s channel account%s of tenant "%s".',
                                  accounts, CASE WHEN accounts > 1 THEN 's' END, tenant),
                  HINT = 'Set channel_accounts.timezone to a name in pg_timezone_names and top off again.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.warn_of_unknown_zones(tenant text) IS 'Raises one WARNING that names the tenant''s accounts for which nothing is planned because the server does not know their time zone, the first 20 of them with their zones; does nothing where there is none.';

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);

CREATE VIEW public.cadence_coverage WITH (security_barrier='true', security_invoker='true') AS
 SELECT tenant.tenant_id,
    coverage.channel_account_id,
    coverage.cadence,
    coverage.slots_ahead,
    coverage.empty_slots,
    coverage.filled_slots,
    coverage.next_empty_slot,
    coverage.filled_until,
    coverage.missed_slots,
    coverage.off_programme
   FROM (topoff.tenants() tenant(tenant_id)
     CROSS JOIN LATERAL topoff.tenant_coverage(tenant.tenant_id) coverage(channel_account_id, cadence, slots_ahead, empty_slots, filled_slots, next_empty_slot, filled_until, missed_slots, off_programme));

COMMENT ON VIEW public.cadence_coverage IS 'For every channel account, its programme and the slots that top-offs gave it. Reads the last 28 days and what lies ahead, not the history; ask for one tenant with WHERE tenant_id = ...';

COMMENT ON COLUMN public.cadence_coverage.tenant_id IS 'The tenant that owns the account.';

COMMENT ON COLUMN public.cadence_coverage.channel_account_id IS 'The account.';

COMMENT ON COLUMN public.cadence_coverage.cadence IS 'The account''s programme in words, in its local time: its own cadence, then the further ones that are not over, such as ''3 a week: Mon Wed Fri 09:00; 2 a week team_post: Tue Thu 10:00 (Europe/London)''; ''none'', with the reason, where the account gets no slots.';

COMMENT ON COLUMN public.cadence_coverage.slots_ahead IS 'Slots of the cadence that lie ahead, empty or filled, moved or not. Posts made by hand are not counted.';

COMMENT ON COLUMN public.cadence_coverage.empty_slots IS 'Of these, the ones that nobody has written a post for.';

COMMENT ON COLUMN public.cadence_coverage.filled_slots IS 'Of these, the ones that have content.';

COMMENT ON COLUMN public.cadence_coverage.next_empty_slot IS 'The earliest empty slot ahead.';

COMMENT ON COLUMN public.cadence_coverage.filled_until IS 'The last slot ahead: the calendar is filled until then.';

COMMENT ON COLUMN public.cadence_coverage.missed_slots IS 'Slots of the last 28 days that went by empty.';

COMMENT ON COLUMN public.cadence_coverage.off_programme IS 'Empty slots ahead, as a top-off made them, that stand on no cell of the present programme: left behind by a change of cadence or zone, or by new time zone rules. replan_planned_slots() takes them away. NULL where the server does not know the zone.';

CREATE TABLE public.content_mix_tracking (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    channel_account_id uuid NOT NULL,
    category character varying NOT NULL,
    month date NOT NULL,
    posts integer DEFAULT 0 NOT NULL
);

CREATE TABLE public.local_seo_topics (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    topic character varying NOT NULL,
    city character varying,
    last_post_instance_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.marketing_channels (
    id uuid NOT NULL,
    key character varying NOT NULL,
    display_name character varying NOT NULL,
    supports_autopost boolean DEFAULT false NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.media_assets (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    content_item_id uuid,
    url character varying NOT NULL,
    mime_type character varying,
    width integer,
    height integer,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.offers (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    title character varying NOT NULL,
    valid_until date,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.portal_credentials (
    id uuid NOT NULL,
    portal_id uuid NOT NULL,
    tenant public.tenant_name NOT NULL,
    username character varying,
    vault_ref character varying
);

CREATE TABLE public.portals (
    id uuid NOT NULL,
    tenant public.tenant_name NOT NULL,
    name character varying NOT NULL,
    url character varying NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.publish_jobs (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    post_instance_id uuid NOT NULL,
    provider character varying NOT NULL,
    status character varying DEFAULT 'Queued'::character varying NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    response json,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.reviews (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    author character varying NOT NULL,
    stars integer NOT NULL,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    content_item_id uuid
);

CREATE TABLE public.users (
    id uuid NOT NULL,
    tenant_id character varying NOT NULL,
    email character varying NOT NULL,
    role character varying DEFAULT 'member'::character varying NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE topoff.alembic_version (
    version_num character varying(32) NOT NULL
);

COMMENT ON TABLE topoff.alembic_version IS 'The revision of planned-slot top-off that is installed.';

CREATE TABLE topoff.runs (
    id bigint NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    status text DEFAULT 'running'::text NOT NULL,
    replan boolean DEFAULT false NOT NULL,
    called_by text DEFAULT CURRENT_USER NOT NULL,
    tenants integer DEFAULT 0 NOT NULL,
    created integer DEFAULT 0 NOT NULL,
    removed integer DEFAULT 0 NOT NULL,
    failed integer DEFAULT 0 NOT NULL,
    CONSTRAINT runs_finished_check CHECK (((finished_at IS NULL) = (status = 'running'::text))),
    CONSTRAINT runs_status_check CHECK ((status = ANY (ARRAY['running'::text, 'succeeded'::text, 'failed'::text, 'abandoned'::text])))
);

COMMENT ON TABLE topoff.runs IS 'The ledger of topoff_all_tenants(): a row for each run, kept for 90 days.';

COMMENT ON COLUMN topoff.runs.id IS 'Numbers the runs.';

COMMENT ON COLUMN topoff.runs.started_at IS 'When the run began.';

COMMENT ON COLUMN topoff.runs.finished_at IS 'When it ended; NULL while it runs. For an abandoned run, when the next one found it dead.';

COMMENT ON COLUMN topoff.runs.status IS 'running; succeeded; failed (some tenant failed, the others were planned for); abandoned (it was cancelled, or its session or the server went down; what it had committed stands).';

COMMENT ON COLUMN topoff.runs.replan IS 'Whether it re-planned (topoff_all_tenants(replan => true)).';

COMMENT ON COLUMN topoff.runs.called_by IS 'The role that called it.';

COMMENT ON COLUMN topoff.runs.tenants IS 'Tenants dealt with so far, the failed ones included; not those that were put aside because somebody held a lock.';

COMMENT ON COLUMN topoff.runs.created IS 'Slots created so far, over all tenants.';

COMMENT ON COLUMN topoff.runs.removed IS 'Slots removed so far, over all tenants: 0 unless it re-planned.';

COMMENT ON COLUMN topoff.runs.failed IS 'Tenants that failed so far, wholly or with some account; topoff.run_tenants says how.';

COMMENT ON CONSTRAINT runs_finished_check ON topoff.runs IS 'Whatever is not running has an end.';

COMMENT ON CONSTRAINT runs_status_check ON topoff.runs IS 'running, succeeded, failed or abandoned.';

INSERT INTO public.alembic_version (version_num) VALUES
	('0029_nullable_content_item');

INSERT INTO public.channel_accounts (id, tenant_id, channel_id, name, profile_url, login_email, login_vault_ref, password_vault_ref, status, oauth_provider, oauth_connected, oauth_token_ref, oauth_scopes, oauth_expires_at, created_at, updated_at, posts_per_week, days_of_week, times_local, timezone, schedule_timezone, schedule_times, brand_diet) VALUES
	('a0000000-0000-4000-8000-000000000101', 'h2o', '90000000-0000-4000-8000-000000000001', 'H2O Plumbing', NULL, 'h2o@marketing.example', 'vault:login/101', 'vault:password/101', 'active', 'meta', true, 'vault:token/101', '{pages_manage_posts,instagram_basic}', '2030-01-01 00:00:00+00', '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 5, '{1,2,3,4,5}', '{09:00:00}', 'Asia/Tokyo', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000103', 'h2o', '90000000-0000-4000-8000-000000000003', 'H2O Plumbing San Diego', NULL, 'h2o@marketing.example', 'vault:login/103', 'vault:password/103', 'active', NULL, false, NULL, NULL, NULL, '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 2, '{6,7}', '{11:00:00}', 'UTC', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000201', 'all_county', '90000000-0000-4000-8000-000000000002', 'All County Drains', NULL, 'all_county@marketing.example', 'vault:login/201', 'vault:password/201', 'active', 'meta', true, 'vault:token/201', '{pages_manage_posts,instagram_basic}', '2030-01-01 00:00:00+00', '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 7, '{1,2,3,4,5,6,7}', '{08:30:00}', 'Asia/Kolkata', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000301', 'evergreen', '90000000-0000-4000-8000-000000000001', 'Evergreen Gardens', NULL, 'evergreen@marketing.example', 'vault:login/301', 'vault:password/301', 'active', 'meta', true, 'vault:token/301', '{pages_manage_posts,instagram_basic}', '2030-01-01 00:00:00+00', '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 2, '{2,4}', '{16:00:00}', 'America/New_York', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000302', 'evergreen', '90000000-0000-4000-8000-000000000002', 'Evergreen Gardens', NULL, 'evergreen@marketing.example', 'vault:login/302', 'vault:password/302', 'active', 'meta', true, 'vault:token/302', '{pages_manage_posts,instagram_basic}', '2030-01-01 00:00:00+00', '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 0, '{1,2,3,4,5}', '{09:00:00}', 'Europe/Berlin', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000104', 'h2o', '90000000-0000-4000-8000-000000000004', 'H2O Careers', NULL, 'h2o@marketing.example', 'vault:login/104', 'vault:password/104', 'inactive', NULL, false, NULL, NULL, NULL, '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 0, '{1,2,3,4,5}', '{09:00:00}', 'UTC', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000203', 'all_county', '90000000-0000-4000-8000-000000000005', 'All County Neighbors', NULL, 'all_county@marketing.example', 'vault:login/203', 'vault:password/203', 'disconnected', NULL, false, NULL, NULL, NULL, '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 0, '{1,2,3,4,5}', '{09:00:00}', 'UTC', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000202', 'all_county', '90000000-0000-4000-8000-000000000001', 'All County Drains', NULL, 'all_county@marketing.example', 'vault:login/202', 'vault:password/202', 'active', 'meta', true, 'vault:token/202', '{pages_manage_posts,instagram_basic}', '2030-01-01 00:00:00+00', '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 3, '{1,2,3,4,5}', '{09:00:00}', 'UTC', 'America/Los_Angeles', NULL, NULL),
	('a0000000-0000-4000-8000-000000000102', 'h2o', '90000000-0000-4000-8000-000000000002', 'H2O Plumbing', NULL, 'h2o@marketing.example', 'vault:login/102', 'vault:password/102', 'active', 'meta', true, 'vault:token/102', '{pages_manage_posts,instagram_basic}', '2030-01-01 00:00:00+00', '2024-01-02 10:00:00+00', '2024-03-04 11:30:15.123456+00', 3, '{1,3,5}', '{07:00:00,12:30:00}', 'America/Phoenix', 'America/Los_Angeles', NULL, NULL);

INSERT INTO public.content_items (id, tenant_id, title, base_caption, media_urls, tags, target_url, owner, status, created_at, updated_at, content_category, offer_id) VALUES
	('c0000000-0000-4000-8000-000000000101', 'h2o', 'Leak tips 1', 'Caption no. 1 - call us!', NULL, '{}', NULL, 'maria', 'Draft', '2024-02-02 08:00:00+00', '2024-02-02 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000102', 'h2o', 'Meet the crew 2', 'Caption no. 2 - call us!', NULL, '{tips,h2o}', NULL, 'maria', 'Ready', '2024-02-03 08:00:00+00', '2024-02-03 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000103', 'h2o', 'Before and after 3', 'Caption no. 3 - call us!', '{https://media.example/3.jpg}', '{}', NULL, 'maria', 'Published', '2024-02-04 08:00:00+00', '2024-02-04 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000104', 'h2o', 'Water heater offer 4', 'Caption no. 4 - call us!', NULL, '{tips,h2o}', 'https://example.com/h2o', 'maria', 'Idea', '2024-02-05 08:00:00+00', '2024-02-05 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000105', 'h2o', 'Leak tips 5', NULL, NULL, '{}', NULL, 'maria', 'Draft', '2024-02-06 08:00:00+00', '2024-02-06 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000106', 'h2o', 'Meet the crew 6', 'Caption no. 6 - call us!', '{https://media.example/6.jpg}', '{tips,h2o}', NULL, 'maria', 'Ready', '2024-02-07 08:00:00+00', '2024-02-07 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000107', 'h2o', 'Before and after 7', 'Caption no. 7 - call us!', NULL, '{}', NULL, 'maria', 'Published', '2024-02-08 08:00:00+00', '2024-02-08 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000108', 'h2o', 'Water heater offer 8', 'Caption no. 8 - call us!', NULL, '{tips,h2o}', 'https://example.com/h2o', 'maria', 'Idea', '2024-02-09 08:00:00+00', '2024-02-09 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000109', 'h2o', 'Leak tips 9', 'Caption no. 9 - call us!', '{https://media.example/9.jpg}', '{}', NULL, 'maria', 'Draft', '2024-02-10 08:00:00+00', '2024-02-10 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000110', 'h2o', 'Meet the crew 10', NULL, NULL, '{tips,h2o}', NULL, 'maria', 'Ready', '2024-02-11 08:00:00+00', '2024-02-11 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000111', 'h2o', 'Before and after 11', 'Caption no. 11 - call us!', NULL, '{}', NULL, 'maria', 'Published', '2024-02-12 08:00:00+00', '2024-02-12 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000112', 'h2o', 'Water heater offer 12', 'Caption no. 12 - call us!', '{https://media.example/12.jpg}', '{tips,h2o}', 'https://example.com/h2o', 'maria', 'Idea', '2024-02-13 08:00:00+00', '2024-02-13 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000201', 'all_county', 'Storm warning 1', 'Caption no. 1 - call us!', NULL, '{}', NULL, 'lee', 'Draft', '2024-02-02 08:00:00+00', '2024-02-02 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000202', 'all_county', 'Review of the week 2', 'Caption no. 2 - call us!', NULL, '{tips,all_county}', NULL, 'lee', 'Ready', '2024-02-03 08:00:00+00', '2024-02-03 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000203', 'all_county', 'New van 3', 'Caption no. 3 - call us!', '{https://media.example/3.jpg}', '{}', NULL, 'lee', 'Published', '2024-02-04 08:00:00+00', '2024-02-04 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000204', 'all_county', 'Drain tips 4', 'Caption no. 4 - call us!', NULL, '{tips,all_county}', 'https://example.com/all_county', 'lee', 'Idea', '2024-02-05 08:00:00+00', '2024-02-05 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000205', 'all_county', 'Storm warning 5', NULL, NULL, '{}', NULL, 'lee', 'Draft', '2024-02-06 08:00:00+00', '2024-02-06 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000206', 'all_county', 'Review of the week 6', 'Caption no. 6 - call us!', '{https://media.example/6.jpg}', '{tips,all_county}', NULL, 'lee', 'Ready', '2024-02-07 08:00:00+00', '2024-02-07 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000207', 'all_county', 'New van 7', 'Caption no. 7 - call us!', NULL, '{}', NULL, 'lee', 'Published', '2024-02-08 08:00:00+00', '2024-02-08 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000208', 'all_county', 'Drain tips 8', 'Caption no. 8 - call us!', NULL, '{tips,all_county}', 'https://example.com/all_county', 'lee', 'Idea', '2024-02-09 08:00:00+00', '2024-02-09 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000301', 'evergreen', 'Lawn care 1', 'Caption no. 1 - call us!', NULL, '{}', NULL, 'kim', 'Draft', '2024-02-02 08:00:00+00', '2024-02-02 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000302', 'evergreen', 'Tree of the month 2', 'Caption no. 2 - call us!', NULL, '{tips,evergreen}', NULL, 'kim', 'Ready', '2024-02-03 08:00:00+00', '2024-02-03 09:00:00+00', NULL, NULL),
	('c0000000-0000-4000-8000-000000000303', 'evergreen', 'Pests 3', 'Caption no. 3 - call us!', '{https://media.example/3.jpg}', '{}', NULL, 'kim', 'Published', '2024-02-04 08:00:00+00', '2024-02-04 09:00:00+00', NULL, NULL),
	('746f706f-70e0-8047-88c0-6880c2a656ec', 'all_county', 'Planned slot', NULL, NULL, NULL, NULL, '', 'Idea', '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', NULL, NULL),
	('746f706f-110b-84ec-8a33-e27a4f298243', 'evergreen', 'Planned slot', NULL, NULL, NULL, NULL, '', 'Idea', '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', NULL, NULL),
	('746f706f-9ca2-8ded-8e59-28de54ac7270', 'h2o', 'Planned slot', NULL, NULL, NULL, NULL, '', 'Idea', '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', NULL, NULL);

INSERT INTO public.marketing_channels (id, key, display_name, supports_autopost, created_at) VALUES
	('90000000-0000-4000-8000-000000000001', 'instagram', 'Instagram', true, '2026-12-01 16:53:47.848093+00'),
	('90000000-0000-4000-8000-000000000002', 'facebook', 'Facebook', true, '2026-12-01 16:53:47.848093+00'),
	('90000000-0000-4000-8000-000000000003', 'google_business', 'Google Business Profile', false, '2026-12-01 16:53:47.848093+00'),
	('90000000-0000-4000-8000-000000000004', 'linkedin', 'LinkedIn', false, '2026-12-01 16:53:47.848093+00'),
	('90000000-0000-4000-8000-000000000005', 'nextdoor', 'Nextdoor', false, '2026-12-01 16:53:47.848093+00');

INSERT INTO public.portal_credentials (id, portal_id, tenant, username, vault_ref) VALUES
	('f1000000-0000-4000-8000-000000000001', 'f0000000-0000-4000-8000-000000000001', 'h2o', 'maria', 'vault:permits');

INSERT INTO public.portals (id, tenant, name, url, is_active, created_at) VALUES
	('f0000000-0000-4000-8000-000000000001', 'h2o', 'Permits', 'https://permits.example/h2o', true, '2026-12-01 16:53:47.848093+00'),
	('f0000000-0000-4000-8000-000000000002', 'all_county', 'Supplies', 'https://supplies.example', true, '2026-12-01 16:53:47.848093+00');

INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('b0000000-0000-4000-8000-000000101002', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/101/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101004', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/101/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101006', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000101', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/101/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101008', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/101/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101010', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/101/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101012', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/101/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101014', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101016', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/101/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101018', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000101', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/101/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101020', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/101/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101021', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-03 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101022', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-05 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101023', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-07 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101024', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', 'A caption for this account only, no. 24', '2026-12-09 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101025', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-11 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101026', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-13 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101027', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-15 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101028', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-17 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101029', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-19 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101030', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000101', 'A caption for this account only, no. 30', '2026-12-21 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101031', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-23 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101032', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-25 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101033', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-22 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-13 19:30:00+00', '2026-11-21 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101034', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-19 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-10 19:30:00+00', '2026-11-18 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101035', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-16 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-07 19:30:00+00', '2026-11-15 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101036', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', 'A caption for this account only, no. 36', '2026-11-13 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-04 19:30:00+00', '2026-11-12 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101037', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000101', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101038', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000101', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101039', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000101', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101040', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000101', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102002', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/102/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102004', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/102/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102006', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000102', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/102/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102008', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/102/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102010', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/102/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102012', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000102', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/102/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102014', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102016', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/102/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102018', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000102', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/102/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102020', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/102/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102021', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-03 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102022', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-05 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102023', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-07 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102024', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000102', 'A caption for this account only, no. 24', '2026-12-09 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102025', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-11 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102026', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-13 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102027', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-15 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102028', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-17 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102029', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-19 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102030', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000102', 'A caption for this account only, no. 30', '2026-12-21 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('b0000000-0000-4000-8000-000000102031', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-23 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102032', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-25 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102033', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-22 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-13 19:30:00+00', '2026-11-21 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102034', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-19 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-10 19:30:00+00', '2026-11-18 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102035', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-16 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-07 19:30:00+00', '2026-11-15 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102036', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000102', 'A caption for this account only, no. 36', '2026-11-13 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-04 19:30:00+00', '2026-11-12 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102037', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000102', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102038', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000102', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102039', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000102', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102040', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000102', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103002', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/103/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103004', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/103/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103006', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000103', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/103/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103008', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/103/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103010', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/103/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103012', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000103', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/103/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103014', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103016', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/103/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103018', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000103', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/103/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103020', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/103/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103021', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-03 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103022', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-05 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103023', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-07 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103024', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000103', 'A caption for this account only, no. 24', '2026-12-09 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103025', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-11 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103026', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-13 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103027', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-15 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103028', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-17 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103029', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-19 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103030', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000103', 'A caption for this account only, no. 30', '2026-12-21 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103031', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-23 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103032', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-12-25 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103033', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-22 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-13 19:30:00+00', '2026-11-21 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103034', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-19 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-10 19:30:00+00', '2026-11-18 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103035', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-16 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-07 19:30:00+00', '2026-11-15 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103036', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000103', 'A caption for this account only, no. 36', '2026-11-13 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-04 19:30:00+00', '2026-11-12 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103037', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000103', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103038', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000103', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103039', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000103', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103040', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000103', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104002', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/104/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104004', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/104/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104006', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000104', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/104/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104008', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/104/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104010', 'h2o', 'c0000000-0000-4000-8000-000000000111', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/104/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104012', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000104', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/104/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104014', 'h2o', 'c0000000-0000-4000-8000-000000000103', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104016', 'h2o', 'c0000000-0000-4000-8000-000000000105', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/104/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104018', 'h2o', 'c0000000-0000-4000-8000-000000000107', 'a0000000-0000-4000-8000-000000000104', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/104/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104020', 'h2o', 'c0000000-0000-4000-8000-000000000109', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/104/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('b0000000-0000-4000-8000-000000201002', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/201/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201004', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/201/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201006', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000201', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/201/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201008', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/201/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201010', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/201/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201012', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000201', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/201/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201014', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201016', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/201/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201018', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000201', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/201/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201020', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/201/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201021', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-03 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201022', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-05 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201023', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-07 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201024', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', 'A caption for this account only, no. 24', '2026-12-09 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201025', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-11 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201026', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-13 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201027', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-15 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201028', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-17 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201029', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-19 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201030', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000201', 'A caption for this account only, no. 30', '2026-12-21 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201031', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-23 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201032', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-25 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201033', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-22 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-13 19:30:00+00', '2026-11-21 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201034', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-19 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-10 19:30:00+00', '2026-11-18 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201035', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-16 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-07 19:30:00+00', '2026-11-15 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201036', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000201', 'A caption for this account only, no. 36', '2026-11-13 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-04 19:30:00+00', '2026-11-12 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201037', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000201', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201038', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000201', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201039', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000201', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201040', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202002', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/202/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202004', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/202/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202006', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000202', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/202/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202008', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/202/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202010', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/202/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202012', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000202', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/202/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202014', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202016', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/202/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202018', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000202', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/202/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202020', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/202/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202021', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-03 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202022', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-05 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202023', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-07 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202024', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', 'A caption for this account only, no. 24', '2026-12-09 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202025', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-11 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202026', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-13 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202027', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-15 17:20:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202028', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-17 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202029', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-19 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202030', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000202', 'A caption for this account only, no. 30', '2026-12-21 17:20:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('b0000000-0000-4000-8000-000000202031', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-23 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202032', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-25 17:20:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202033', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-22 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-13 19:30:00+00', '2026-11-21 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202034', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-19 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-10 19:30:00+00', '2026-11-18 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202035', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-16 19:30:00+00', 'Draft', NULL, NULL, false, NULL, true, NULL, NULL, '2026-11-07 19:30:00+00', '2026-11-15 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202036', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000202', 'A caption for this account only, no. 36', '2026-11-13 19:30:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-04 19:30:00+00', '2026-11-12 19:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202037', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000202', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202038', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000202', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202039', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000202', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202040', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', NULL, NULL, 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-11-22 16:53:47.848093+00', '2026-11-30 16:53:47.848093+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203002', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-27 16:20:00+00', 'Posted', '2026-11-27 16:21:12.345678+00', 'https://posts.example/203/2', true, 'https://media.example/shot/2.png', false, NULL, NULL, '2026-11-18 16:20:00+00', '2026-11-26 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203004', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-23 16:20:00+00', 'Posted', '2026-11-23 16:21:12.345678+00', 'https://posts.example/203/4', true, 'https://media.example/shot/4.png', false, NULL, NULL, '2026-11-14 16:20:00+00', '2026-11-22 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203006', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000203', 'A caption for this account only, no. 6', '2026-11-19 16:20:00+00', 'Posted', '2026-11-19 16:21:12.345678+00', 'https://posts.example/203/6', true, 'https://media.example/shot/6.png', false, NULL, NULL, '2026-11-10 16:20:00+00', '2026-11-18 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203008', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-15 16:20:00+00', 'Posted', '2026-11-15 16:21:12.345678+00', 'https://posts.example/203/8', true, 'https://media.example/shot/8.png', false, NULL, NULL, '2026-11-06 16:20:00+00', '2026-11-14 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203010', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-11 16:20:00+00', 'Posted', '2026-11-11 16:21:12.345678+00', 'https://posts.example/203/10', true, 'https://media.example/shot/10.png', false, NULL, NULL, '2026-11-02 16:20:00+00', '2026-11-10 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203012', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000203', 'A caption for this account only, no. 12', '2026-11-07 16:20:00+00', 'Posted', '2026-11-07 16:21:12.345678+00', 'https://posts.example/203/12', true, 'https://media.example/shot/12.png', false, NULL, NULL, '2026-10-29 16:20:00+00', '2026-11-06 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203014', 'all_county', 'c0000000-0000-4000-8000-000000000207', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-03 16:20:00+00', 'Failed', NULL, NULL, false, NULL, false, NULL, 'The provider answered 429 Too Many Requests', '2026-10-25 16:20:00+00', '2026-11-02 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203016', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-10-30 16:20:00+00', 'Posted', '2026-10-30 16:21:12.345678+00', 'https://posts.example/203/16', true, 'https://media.example/shot/16.png', false, NULL, NULL, '2026-10-21 16:20:00+00', '2026-10-29 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203018', 'all_county', 'c0000000-0000-4000-8000-000000000203', 'a0000000-0000-4000-8000-000000000203', 'A caption for this account only, no. 18', '2026-10-26 16:20:00+00', 'Posted', '2026-10-26 16:21:12.345678+00', 'https://posts.example/203/18', true, 'https://media.example/shot/18.png', false, NULL, NULL, '2026-10-17 16:20:00+00', '2026-10-25 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203020', 'all_county', 'c0000000-0000-4000-8000-000000000205', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-10-22 16:20:00+00', 'Posted', '2026-10-22 16:21:12.345678+00', 'https://posts.example/203/20', true, 'https://media.example/shot/20.png', false, NULL, NULL, '2026-10-13 16:20:00+00', '2026-10-21 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101001', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/101/1', false, NULL, true, '70000000-0000-4000-8000-000000101001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101003', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/101/3', false, NULL, true, '70000000-0000-4000-8000-000000101003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101005', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/101/5', false, NULL, true, '70000000-0000-4000-8000-000000101005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101007', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000101007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101009', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/101/9', false, NULL, true, '70000000-0000-4000-8000-000000101009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101011', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/101/11', false, NULL, true, '70000000-0000-4000-8000-000000101011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101013', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/101/13', false, NULL, true, '70000000-0000-4000-8000-000000101013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101015', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/101/15', false, NULL, true, '70000000-0000-4000-8000-000000101015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101017', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/101/17', false, NULL, true, '70000000-0000-4000-8000-000000101017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000101019', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/101/19', false, NULL, true, '70000000-0000-4000-8000-000000101019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102001', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/102/1', false, NULL, true, '70000000-0000-4000-8000-000000102001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102003', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/102/3', false, NULL, true, '70000000-0000-4000-8000-000000102003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102005', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/102/5', false, NULL, true, '70000000-0000-4000-8000-000000102005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102007', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000102007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102009', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/102/9', false, NULL, true, '70000000-0000-4000-8000-000000102009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102011', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/102/11', false, NULL, true, '70000000-0000-4000-8000-000000102011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102013', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/102/13', false, NULL, true, '70000000-0000-4000-8000-000000102013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102015', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/102/15', false, NULL, true, '70000000-0000-4000-8000-000000102015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102017', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/102/17', false, NULL, true, '70000000-0000-4000-8000-000000102017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000102019', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/102/19', false, NULL, true, '70000000-0000-4000-8000-000000102019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103001', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/103/1', false, NULL, true, '70000000-0000-4000-8000-000000103001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103003', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/103/3', false, NULL, true, '70000000-0000-4000-8000-000000103003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103005', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/103/5', false, NULL, true, '70000000-0000-4000-8000-000000103005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103007', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000103007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103009', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/103/9', false, NULL, true, '70000000-0000-4000-8000-000000103009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103011', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/103/11', false, NULL, true, '70000000-0000-4000-8000-000000103011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103013', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/103/13', false, NULL, true, '70000000-0000-4000-8000-000000103013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103015', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/103/15', false, NULL, true, '70000000-0000-4000-8000-000000103015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103017', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/103/17', false, NULL, true, '70000000-0000-4000-8000-000000103017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000103019', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000103', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/103/19', false, NULL, true, '70000000-0000-4000-8000-000000103019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('b0000000-0000-4000-8000-000000104001', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/104/1', false, NULL, true, '70000000-0000-4000-8000-000000104001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104003', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/104/3', false, NULL, true, '70000000-0000-4000-8000-000000104003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104005', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/104/5', false, NULL, true, '70000000-0000-4000-8000-000000104005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104007', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000104007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104009', 'h2o', 'c0000000-0000-4000-8000-000000000110', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/104/9', false, NULL, true, '70000000-0000-4000-8000-000000104009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104011', 'h2o', 'c0000000-0000-4000-8000-000000000112', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/104/11', false, NULL, true, '70000000-0000-4000-8000-000000104011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104013', 'h2o', 'c0000000-0000-4000-8000-000000000102', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/104/13', false, NULL, true, '70000000-0000-4000-8000-000000104013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104015', 'h2o', 'c0000000-0000-4000-8000-000000000104', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/104/15', false, NULL, true, '70000000-0000-4000-8000-000000104015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104017', 'h2o', 'c0000000-0000-4000-8000-000000000106', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/104/17', false, NULL, true, '70000000-0000-4000-8000-000000104017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000104019', 'h2o', 'c0000000-0000-4000-8000-000000000108', 'a0000000-0000-4000-8000-000000000104', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/104/19', false, NULL, true, '70000000-0000-4000-8000-000000104019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201001', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/201/1', false, NULL, true, '70000000-0000-4000-8000-000000201001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201003', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/201/3', false, NULL, true, '70000000-0000-4000-8000-000000201003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201005', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/201/5', false, NULL, true, '70000000-0000-4000-8000-000000201005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201007', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000201007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201009', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/201/9', false, NULL, true, '70000000-0000-4000-8000-000000201009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27cc', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-15 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-15 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201011', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/201/11', false, NULL, true, '70000000-0000-4000-8000-000000201011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201013', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/201/13', false, NULL, true, '70000000-0000-4000-8000-000000201013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201015', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/201/15', false, NULL, true, '70000000-0000-4000-8000-000000201015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201017', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/201/17', false, NULL, true, '70000000-0000-4000-8000-000000201017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000201019', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/201/19', false, NULL, true, '70000000-0000-4000-8000-000000201019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202001', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/202/1', false, NULL, true, '70000000-0000-4000-8000-000000202001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202003', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/202/3', false, NULL, true, '70000000-0000-4000-8000-000000202003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202005', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/202/5', false, NULL, true, '70000000-0000-4000-8000-000000202005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202007', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000202007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202009', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/202/9', false, NULL, true, '70000000-0000-4000-8000-000000202009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202011', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/202/11', false, NULL, true, '70000000-0000-4000-8000-000000202011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202013', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/202/13', false, NULL, true, '70000000-0000-4000-8000-000000202013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202015', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/202/15', false, NULL, true, '70000000-0000-4000-8000-000000202015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202017', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/202/17', false, NULL, true, '70000000-0000-4000-8000-000000202017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000202019', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/202/19', false, NULL, true, '70000000-0000-4000-8000-000000202019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203001', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-29 16:20:00+00', 'Posted', '2026-11-29 16:21:12.345678+00', 'https://posts.example/203/1', false, NULL, true, '70000000-0000-4000-8000-000000203001', NULL, '2026-11-20 16:20:00+00', '2026-11-28 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203003', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-25 16:20:00+00', 'Posted', '2026-11-25 16:21:12.345678+00', 'https://posts.example/203/3', false, NULL, true, '70000000-0000-4000-8000-000000203003', NULL, '2026-11-16 16:20:00+00', '2026-11-24 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203005', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-21 16:20:00+00', 'Posted', '2026-11-21 16:21:12.345678+00', 'https://posts.example/203/5', false, NULL, true, '70000000-0000-4000-8000-000000203005', NULL, '2026-11-12 16:20:00+00', '2026-11-20 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203007', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-17 16:20:00+00', 'Failed', NULL, NULL, false, NULL, true, '70000000-0000-4000-8000-000000203007', 'The provider answered 429 Too Many Requests', '2026-11-08 16:20:00+00', '2026-11-16 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203009', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-13 16:20:00+00', 'Posted', '2026-11-13 16:21:12.345678+00', 'https://posts.example/203/9', false, NULL, true, '70000000-0000-4000-8000-000000203009', NULL, '2026-11-04 16:20:00+00', '2026-11-12 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203011', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-09 16:20:00+00', 'Posted', '2026-11-09 16:21:12.345678+00', 'https://posts.example/203/11', false, NULL, true, '70000000-0000-4000-8000-000000203011', NULL, '2026-10-31 16:20:00+00', '2026-11-08 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203013', 'all_county', 'c0000000-0000-4000-8000-000000000206', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-05 16:20:00+00', 'Posted', '2026-11-05 16:21:12.345678+00', 'https://posts.example/203/13', false, NULL, true, '70000000-0000-4000-8000-000000203013', NULL, '2026-10-27 16:20:00+00', '2026-11-04 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203015', 'all_county', 'c0000000-0000-4000-8000-000000000208', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-11-01 16:20:00+00', 'Posted', '2026-11-01 16:21:12.345678+00', 'https://posts.example/203/15', false, NULL, true, '70000000-0000-4000-8000-000000203015', NULL, '2026-10-23 16:20:00+00', '2026-10-31 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203017', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-10-28 16:20:00+00', 'Posted', '2026-10-28 16:21:12.345678+00', 'https://posts.example/203/17', false, NULL, true, '70000000-0000-4000-8000-000000203017', NULL, '2026-10-19 16:20:00+00', '2026-10-27 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('b0000000-0000-4000-8000-000000203019', 'all_county', 'c0000000-0000-4000-8000-000000000204', 'a0000000-0000-4000-8000-000000000203', NULL, '2026-10-24 16:20:00+00', 'Posted', '2026-10-24 16:21:12.345678+00', 'https://posts.example/203/19', false, NULL, true, '70000000-0000-4000-8000-000000203019', NULL, '2026-10-15 16:20:00+00', '2026-10-23 16:20:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27bb', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-17 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-17 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27bc', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-21 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-21 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27bd', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-23 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-23 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27be', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-25 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-25 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27bf', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-28 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-28 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c0', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-29 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-29 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c4', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-03 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-03 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c5', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-04 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-04 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c6', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-05 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-05 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('01a23286-db43-7aca-81d1-15fdb13f27c7', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-06 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-06 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c8', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-07 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-07 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c9', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-09 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-09 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27cb', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-14 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-14 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27b5', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-03 01:30:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-03 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27b7', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', NULL, NULL, 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-07 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27b8', 'h2o', '746f706f-9ca2-8ded-8e59-28de54ac7270', 'a0000000-0000-4000-8000-000000000101', 'Begun', '2026-12-09 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-09 00:00:00+00', NULL, '2026-12-01 16:53:48.501908+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27b9', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-11 00:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-11 00:00:00+00', NULL, '2026-12-01 16:53:48.502492+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27ba', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-15 00:00:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-15 00:00:00+00', NULL, '2026-12-01 16:53:48.503138+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c1', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-02 17:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-02 17:00:00+00', NULL, '2026-12-01 16:53:48.503647+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c3', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-02 03:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-02 03:00:00+00', NULL, '2026-12-01 16:53:48.509377+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27c2', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000102', NULL, '2026-12-28 17:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-28 17:00:00+00', NULL, '2026-12-01 16:53:48.604494+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27cd', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-17 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-17 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27ce', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-19 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-19 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27cf', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-21 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-21 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d0', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-23 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-23 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d1', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-25 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-25 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d2', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-27 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-27 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d3', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-28 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-28 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d4', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-29 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-29 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d5', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-02 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-02 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d6', 'all_county', '746f706f-70e0-8047-88c0-6880c2a656ec', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-28 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-28 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d7', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-01 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-01 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d8', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-03 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-03 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27d9', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-08 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-08 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27da', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-10 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-10 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27db', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-15 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-15 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27dc', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-17 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-17 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27dd', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-22 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-22 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27de', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000301', NULL, '2026-12-24 21:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-24 21:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27df', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-03 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-03 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e0', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-08 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-08 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e1', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-10 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-10 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e2', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-15 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-15 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e3', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-17 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-17 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e4', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-22 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-22 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e5', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-24 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-24 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27e6', 'evergreen', '746f706f-110b-84ec-8a33-e27a4f298243', 'a0000000-0000-4000-8000-000000000302', NULL, '2026-12-29 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-29 09:00:00+00', 'team', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db43-7aca-81d1-15fdb13f27b6', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-04 06:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.48137+00', '2026-12-01 16:53:48.48137+00', '2026-12-04 06:00:00+00', 'offer', '2026-12-01 16:53:48.505209+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('5f4231ec-73ac-48cb-947f-b75b0c615ba8', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', NULL, '2026-12-10 00:03:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.507175+00', '2026-12-01 16:53:48.507175+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('c32c656a-eede-4136-a3f4-f44d3c912955', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', NULL, '2026-12-10 00:03:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.507175+00', '2026-12-01 16:53:48.507175+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db89-7523-8d44-13aa91899d70', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-04 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.552997+00', '2026-12-01 16:53:48.552997+00', '2026-12-04 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-db89-7523-8d44-13aa91899d71', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2026-12-08 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.552997+00', '2026-12-01 16:53:48.552997+00', '2026-12-08 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dba9-7539-8d51-1fb0d4c142c5', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-06 01:30:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.582828+00', '2026-12-01 16:53:48.582828+00', '2099-01-06 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dba9-7539-8d51-1fb0d4c142c7', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, NULL, 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.582828+00', '2026-12-01 16:53:48.582828+00', '2099-01-07 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dba9-7539-8d51-1fb0d4c142c8', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', 'Begun', '2099-01-07 10:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.582828+00', '2026-12-01 16:53:48.582828+00', '2099-01-07 10:00:00+00', 'new year', '2026-12-01 16:53:48.602742+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dba9-7539-8d51-1fb0d4c142c9', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-08 00:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.582828+00', '2026-12-01 16:53:48.582828+00', '2099-01-08 00:00:00+00', NULL, '2026-12-01 16:53:48.603271+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dba9-7539-8d51-1fb0d4c142ca', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-08 10:00:00+00', 'Draft', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.582828+00', '2026-12-01 16:53:48.582828+00', '2099-01-08 10:00:00+00', 'new year', '2026-12-01 16:53:48.603996+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dba9-7539-8d51-1fb0d4c142cc', 'h2o', 'c0000000-0000-4000-8000-000000000101', 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-09 06:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.582828+00', '2026-12-01 16:53:48.582828+00', '2099-01-09 06:00:00+00', 'offer', '2026-12-01 16:53:48.606102+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('bc5cd574-cee8-42fe-bb89-6d0a9a7e7bff', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-14 00:03:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.607468+00', '2026-12-01 16:53:48.607468+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('70c672d9-b4ae-46f5-9664-e3091388390d', 'all_county', 'c0000000-0000-4000-8000-000000000201', 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-14 00:03:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.607468+00', '2026-12-01 16:53:48.607468+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbb3-7f3d-b0ee-16f7ef72492d', 'all_county', 'c0000000-0000-4000-8000-000000000202', 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-05 03:00:00+00', 'Scheduled', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.594618+00', '2026-12-01 16:53:48.594618+00', '2099-01-05 03:00:00+00', NULL, '2026-12-01 16:53:48.609836+00', NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2df', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-06 10:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-06 10:00:00+00', 'new year', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e0', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-09 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-09 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e1', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-09 10:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-09 10:00:00+00', 'new year', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e2', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-10 10:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-10 10:00:00+00', 'new year', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e3', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-11 10:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-11 10:00:00+00', 'new year', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e4', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-12 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-12 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e5', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-13 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-13 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e6', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-16 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-16 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e7', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-16 06:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-16 06:00:00+00', 'offer', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e8', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-19 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-19 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2e9', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-20 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-20 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2ea', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-21 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-21 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2eb', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-22 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-22 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2ec', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-23 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-23 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2ed', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-23 06:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-23 06:00:00+00', 'offer', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2ee', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-26 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-26 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2ef', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-27 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-27 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f0', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-28 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-28 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f1', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-29 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-29 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f2', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-30 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-30 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f3', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-01-30 06:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-30 06:00:00+00', 'offer', NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f4', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000101', NULL, '2099-02-02 00:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-02-02 00:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f5', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-05 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-05 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f6', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-07 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-07 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f7', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-09 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-09 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f8', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-12 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-12 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2f9', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-16 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-16 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2fa', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-19 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-19 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2fb', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-21 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-21 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2fc', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-23 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-23 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2fd', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-26 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-26 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2fe', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-28 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-28 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a2ff', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000102', NULL, '2099-01-30 14:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-30 14:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a300', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-10 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-10 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a301', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-11 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-11 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a302', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-17 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-17 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a303', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-18 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-18 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a304', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-24 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-24 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a305', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-25 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-25 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a306', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-01-31 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-01-31 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dbfc-70a5-aed3-1964f932a307', 'h2o', NULL, 'a0000000-0000-4000-8000-000000000103', NULL, '2099-02-01 11:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.667961+00', '2026-12-01 16:53:48.667961+00', '2099-02-01 11:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc927f', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-06 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-06 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9280', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-07 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-07 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9281', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-08 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-08 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9282', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-09 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-09 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9283', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-10 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-10 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9284', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-11 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-11 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9285', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-12 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-12 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO public.post_instances (id, tenant_id, content_item_id, channel_account_id, caption_override, scheduled_for, status, posted_at, post_url, posted_manually, screenshot_url, autopost_enabled, publish_job_id, last_error, created_at, updated_at, planned_for, planned_category, touched_at, suggested_category, notes, reviewer, campaign, target_city, call_to_action) VALUES
	('01a23286-dc00-71da-8716-19f9a6bc9286', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-13 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-13 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9287', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-15 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-15 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9288', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-16 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-16 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9289', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-17 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-17 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc928a', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-18 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-18 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc928b', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-19 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-19 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc928c', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-20 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-20 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc928d', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-21 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-21 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc928e', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-22 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-22 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc928f', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-23 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-23 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9290', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-24 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-24 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9291', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-25 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-25 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9292', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-26 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-26 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9293', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-27 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-27 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9294', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-28 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-28 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9295', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-29 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-29 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9296', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-30 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-30 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9297', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-01-31 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-31 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9298', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000201', NULL, '2099-02-01 03:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-02-01 03:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc9299', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-05 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-05 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc929a', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-07 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-07 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc929b', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-09 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-09 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc929c', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-12 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-12 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc929d', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-16 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-16 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a23286-dc00-71da-8716-19f9a6bc929e', 'all_county', NULL, 'a0000000-0000-4000-8000-000000000202', NULL, '2099-01-19 09:00:00+00', 'Planned', NULL, NULL, false, NULL, false, NULL, NULL, '2026-12-01 16:53:48.672011+00', '2026-12-01 16:53:48.672011+00', '2099-01-19 09:00:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);

INSERT INTO public.publish_jobs (id, tenant_id, post_instance_id, provider, status, attempts, response, created_at, updated_at) VALUES
	('70000000-0000-4000-8000-000000101001', 'h2o', 'b0000000-0000-4000-8000-000000101001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101003', 'h2o', 'b0000000-0000-4000-8000-000000101003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101005', 'h2o', 'b0000000-0000-4000-8000-000000101005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101007', 'h2o', 'b0000000-0000-4000-8000-000000101007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101009', 'h2o', 'b0000000-0000-4000-8000-000000101009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101011', 'h2o', 'b0000000-0000-4000-8000-000000101011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101013', 'h2o', 'b0000000-0000-4000-8000-000000101013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101015', 'h2o', 'b0000000-0000-4000-8000-000000101015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101017', 'h2o', 'b0000000-0000-4000-8000-000000101017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000101019', 'h2o', 'b0000000-0000-4000-8000-000000101019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102001', 'h2o', 'b0000000-0000-4000-8000-000000102001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102003', 'h2o', 'b0000000-0000-4000-8000-000000102003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102005', 'h2o', 'b0000000-0000-4000-8000-000000102005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102007', 'h2o', 'b0000000-0000-4000-8000-000000102007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102009', 'h2o', 'b0000000-0000-4000-8000-000000102009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102011', 'h2o', 'b0000000-0000-4000-8000-000000102011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102013', 'h2o', 'b0000000-0000-4000-8000-000000102013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102015', 'h2o', 'b0000000-0000-4000-8000-000000102015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102017', 'h2o', 'b0000000-0000-4000-8000-000000102017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000102019', 'h2o', 'b0000000-0000-4000-8000-000000102019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103001', 'h2o', 'b0000000-0000-4000-8000-000000103001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103003', 'h2o', 'b0000000-0000-4000-8000-000000103003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103005', 'h2o', 'b0000000-0000-4000-8000-000000103005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103007', 'h2o', 'b0000000-0000-4000-8000-000000103007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103009', 'h2o', 'b0000000-0000-4000-8000-000000103009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103011', 'h2o', 'b0000000-0000-4000-8000-000000103011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103013', 'h2o', 'b0000000-0000-4000-8000-000000103013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103015', 'h2o', 'b0000000-0000-4000-8000-000000103015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103017', 'h2o', 'b0000000-0000-4000-8000-000000103017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000103019', 'h2o', 'b0000000-0000-4000-8000-000000103019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104001', 'h2o', 'b0000000-0000-4000-8000-000000104001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104003', 'h2o', 'b0000000-0000-4000-8000-000000104003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104005', 'h2o', 'b0000000-0000-4000-8000-000000104005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104007', 'h2o', 'b0000000-0000-4000-8000-000000104007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104009', 'h2o', 'b0000000-0000-4000-8000-000000104009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104011', 'h2o', 'b0000000-0000-4000-8000-000000104011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104013', 'h2o', 'b0000000-0000-4000-8000-000000104013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104015', 'h2o', 'b0000000-0000-4000-8000-000000104015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104017', 'h2o', 'b0000000-0000-4000-8000-000000104017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000104019', 'h2o', 'b0000000-0000-4000-8000-000000104019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201001', 'all_county', 'b0000000-0000-4000-8000-000000201001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201003', 'all_county', 'b0000000-0000-4000-8000-000000201003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201005', 'all_county', 'b0000000-0000-4000-8000-000000201005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201007', 'all_county', 'b0000000-0000-4000-8000-000000201007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201009', 'all_county', 'b0000000-0000-4000-8000-000000201009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201011', 'all_county', 'b0000000-0000-4000-8000-000000201011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201013', 'all_county', 'b0000000-0000-4000-8000-000000201013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201015', 'all_county', 'b0000000-0000-4000-8000-000000201015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201017', 'all_county', 'b0000000-0000-4000-8000-000000201017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000201019', 'all_county', 'b0000000-0000-4000-8000-000000201019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00');
INSERT INTO public.publish_jobs (id, tenant_id, post_instance_id, provider, status, attempts, response, created_at, updated_at) VALUES
	('70000000-0000-4000-8000-000000202001', 'all_county', 'b0000000-0000-4000-8000-000000202001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202003', 'all_county', 'b0000000-0000-4000-8000-000000202003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202005', 'all_county', 'b0000000-0000-4000-8000-000000202005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202007', 'all_county', 'b0000000-0000-4000-8000-000000202007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202009', 'all_county', 'b0000000-0000-4000-8000-000000202009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202011', 'all_county', 'b0000000-0000-4000-8000-000000202011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202013', 'all_county', 'b0000000-0000-4000-8000-000000202013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202015', 'all_county', 'b0000000-0000-4000-8000-000000202015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202017', 'all_county', 'b0000000-0000-4000-8000-000000202017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000202019', 'all_county', 'b0000000-0000-4000-8000-000000202019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203001', 'all_county', 'b0000000-0000-4000-8000-000000203001', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-29 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203003', 'all_county', 'b0000000-0000-4000-8000-000000203003', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-25 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203005', 'all_county', 'b0000000-0000-4000-8000-000000203005', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-21 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203007', 'all_county', 'b0000000-0000-4000-8000-000000203007', 'meta', 'Failed', 5, '{"http" : 429}', '2026-11-17 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203009', 'all_county', 'b0000000-0000-4000-8000-000000203009', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-13 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203011', 'all_county', 'b0000000-0000-4000-8000-000000203011', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-09 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203013', 'all_county', 'b0000000-0000-4000-8000-000000203013', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-05 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203015', 'all_county', 'b0000000-0000-4000-8000-000000203015', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-11-01 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203017', 'all_county', 'b0000000-0000-4000-8000-000000203017', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-28 16:20:00+00', '2026-12-01 16:53:47.848093+00'),
	('70000000-0000-4000-8000-000000203019', 'all_county', 'b0000000-0000-4000-8000-000000203019', 'meta', 'Succeeded', 1, '{"http" : 200}', '2026-10-24 16:20:00+00', '2026-12-01 16:53:47.848093+00');

INSERT INTO public.reviews (id, tenant_id, author, stars, body, created_at, content_item_id) VALUES
	('e0000000-0000-4000-8000-000000000001', 'h2o', 'J. Ortiz', 5, 'Came at night, fixed the heater.', '2026-12-01 16:53:47.848093+00', NULL),
	('e0000000-0000-4000-8000-000000000002', 'h2o', 'P. Chen', 4, NULL, '2026-12-01 16:53:47.848093+00', NULL),
	('e0000000-0000-4000-8000-000000000003', 'all_county', 'R. Diaz', 5, 'On time and clean.', '2026-12-01 16:53:47.848093+00', NULL);

INSERT INTO public.users (id, tenant_id, email, role, created_at) VALUES
	('d0000000-0000-4000-8000-000000000001', 'h2o', 'maria@h2o.example', 'admin', '2026-12-01 16:53:47.848093+00'),
	('d0000000-0000-4000-8000-000000000002', 'h2o', 'sam@h2o.example', 'member', '2026-12-01 16:53:47.848093+00'),
	('d0000000-0000-4000-8000-000000000003', 'all_county', 'lee@allcounty.example', 'admin', '2026-12-01 16:53:47.848093+00');

INSERT INTO topoff.alembic_version (version_num) VALUES
	('0016');

INSERT INTO topoff.blackouts (id, tenant_id, channel_account_id, during, reason) VALUES
	('09c51130-72e7-40cc-9baa-b44b613ecd8f', 'h2o', NULL, '["2099-01-14 00:00:00","2099-01-16 00:00:00")', 'works outing'),
	('71d44555-b542-4416-a37e-ecc8ccb5ab28', 'h2o', 'a0000000-0000-4000-8000-000000000103', '(,"2020-01-01 00:00:00")', 'before there was an account'),
	('98127879-5511-4419-9178-917463a407f8', 'all_county', 'a0000000-0000-4000-8000-000000000202', '["2099-01-20 00:00:00",)', NULL),
	('86f1fbd5-3ec4-4cd2-8af8-27c6ce94e03b', 'h2o', 'a0000000-0000-4000-8000-000000000101', '["2026-12-02 09:00:00","2026-12-02 09:00:00"]', 'skipped'),
	('1bc42121-d61d-4173-9c9f-a6486765c789', 'h2o', 'a0000000-0000-4000-8000-000000000101', '["2099-01-05 19:00:00","2099-01-05 19:00:00"]', 'skipped');

INSERT INTO topoff.cadences (id, tenant_id, channel_account_id, posts_per_week, days_of_week, times_local, category, during) VALUES
	('4c3986f3-526e-4f58-9bb4-d35050d1f85b', 'h2o', 'a0000000-0000-4000-8000-000000000101', 1, '{5}', '{15:00:00}', 'offer', '(,)'),
	('2107ec6e-8917-4a71-aacf-405ea90ea440', 'h2o', 'a0000000-0000-4000-8000-000000000101', 7, '{1,2,3,4,5,6,7}', '{19:00:00}', 'new year', '[2099-01-05,2099-01-12)'),
	('b26555ed-4133-480a-a319-5fb52673c347', 'h2o', 'a0000000-0000-4000-8000-000000000103', 1, '{3}', '{20:00:00}', 'team', '(,2026-01-01)'),
	('c3d73a8f-62a5-4d8d-af1b-4a25ec91b822', 'evergreen', 'a0000000-0000-4000-8000-000000000302', 2, '{2,4}', '{10:00:00}', 'team', '(,)');

INSERT INTO topoff.run_tenants (run_id, tenant_id, created, removed, sqlstate, message) VALUES
	(1, 'all_county', 20, 0, NULL, NULL),
	(1, 'evergreen', 16, 0, NULL, NULL),
	(1, 'h2o', 15, 0, NULL, NULL),
	(2, 'h2o', 2, 0, NULL, NULL),
	(2, 'all_county', 0, 0, '22023', 'channel account a0000000-0000-4000-8000-000000000202: time zone "Mars/Olympus" is not known to this server'),
	(3, 'h2o', 0, 572, NULL, NULL),
	(3, 'all_county', 0, 35, NULL, NULL);

INSERT INTO topoff.runs (id, started_at, finished_at, status, replan, called_by, tenants, created, removed, failed) VALUES
	(1, '2026-12-01 16:53:48.457751+00', '2026-12-01 16:53:48.493976+00', 'succeeded', false, 'postgres', 3, 51, 0, 0),
	(2, '2026-12-01 16:53:48.542683+00', '2026-12-01 16:53:48.557972+00', 'failed', false, 'postgres', 3, 2, 0, 1),
	(3, '2026-12-01 16:53:48.646431+00', '2026-12-01 16:53:48.667418+00', 'succeeded', true, 'postgres', 3, 0, 607, 0);

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY public.channel_accounts
    ADD CONSTRAINT channel_accounts_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.channel_accounts
    ADD CONSTRAINT channel_accounts_tenant_id_id_key UNIQUE (tenant_id, id);

COMMENT ON CONSTRAINT channel_accounts_tenant_id_id_key ON public.channel_accounts IS 'For foreign keys that hold a row to accounts of its own tenant.';

ALTER TABLE ONLY public.content_items
    ADD CONSTRAINT content_items_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.content_items
    ADD CONSTRAINT content_items_tenant_id_id_key UNIQUE (tenant_id, id);

COMMENT ON CONSTRAINT content_items_tenant_id_id_key ON public.content_items IS 'For foreign keys that hold a row to content of its own tenant.';

ALTER TABLE ONLY public.content_mix_tracking
    ADD CONSTRAINT content_mix_tracking_channel_account_id_category_month_key UNIQUE (channel_account_id, category, month);

ALTER TABLE ONLY public.content_mix_tracking
    ADD CONSTRAINT content_mix_tracking_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.local_seo_topics
    ADD CONSTRAINT local_seo_topics_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.marketing_channels
    ADD CONSTRAINT marketing_channels_key_key UNIQUE (key);

ALTER TABLE ONLY public.marketing_channels
    ADD CONSTRAINT marketing_channels_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.media_assets
    ADD CONSTRAINT media_assets_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.offers
    ADD CONSTRAINT offers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portal_credentials
    ADD CONSTRAINT portal_credentials_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.portals
    ADD CONSTRAINT portals_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT post_instances_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT post_instances_slot_key UNIQUE (tenant_id, channel_account_id, scheduled_for);

COMMENT ON CONSTRAINT post_instances_slot_key ON public.post_instances IS 'One post a time on an account. Any number of posts may be off the calendar (scheduled_for NULL).';

ALTER TABLE ONLY public.publish_jobs
    ADD CONSTRAINT publish_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT reviews_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT uq_post_instance_schedule UNIQUE (tenant_id, channel_account_id, scheduled_for);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY topoff.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);

ALTER TABLE ONLY topoff.blackouts
    ADD CONSTRAINT blackouts_pkey PRIMARY KEY (tenant_id, id);

COMMENT ON CONSTRAINT blackouts_pkey ON topoff.blackouts IS 'One row a blackout.';

ALTER TABLE ONLY topoff.cadences
    ADD CONSTRAINT cadences_pkey PRIMARY KEY (tenant_id, id);

COMMENT ON CONSTRAINT cadences_pkey ON topoff.cadences IS 'One row a further cadence.';

ALTER TABLE ONLY topoff.run_tenants
    ADD CONSTRAINT run_tenants_pkey PRIMARY KEY (run_id, tenant_id);

COMMENT ON CONSTRAINT run_tenants_pkey ON topoff.run_tenants IS 'One row a tenant in a run.';

ALTER TABLE ONLY topoff.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);

COMMENT ON CONSTRAINT runs_pkey ON topoff.runs IS 'One row a run.';

CREATE INDEX ix_channel_accounts_status ON public.channel_accounts USING btree (status);

CREATE INDEX ix_channel_accounts_tenant_id ON public.channel_accounts USING btree (tenant_id);

CREATE INDEX ix_channel_accounts_tenant_status ON public.channel_accounts USING btree (tenant_id, status);

CREATE INDEX ix_content_items_category ON public.content_items USING btree (content_category);

CREATE INDEX ix_content_items_created_at ON public.content_items USING btree (created_at);

CREATE INDEX ix_content_items_offer_id ON public.content_items USING btree (offer_id);

CREATE INDEX ix_content_items_owner ON public.content_items USING btree (owner);

CREATE INDEX ix_content_items_status ON public.content_items USING btree (status);

CREATE INDEX ix_content_items_tenant_id ON public.content_items USING btree (tenant_id);

CREATE INDEX ix_content_items_tenant_status ON public.content_items USING btree (tenant_id, status);

CREATE INDEX ix_content_mix_tracking_tenant_id ON public.content_mix_tracking USING btree (tenant_id);

CREATE INDEX ix_local_seo_topics_tenant_id ON public.local_seo_topics USING btree (tenant_id);

CREATE INDEX ix_media_assets_content_item_id ON public.media_assets USING btree (content_item_id);

CREATE INDEX ix_media_assets_tenant_id ON public.media_assets USING btree (tenant_id);

CREATE INDEX ix_offers_tenant_id ON public.offers USING btree (tenant_id);

CREATE INDEX ix_portals_tenant ON public.portals USING btree (tenant);

CREATE INDEX ix_post_instances_account_scheduled ON public.post_instances USING btree (channel_account_id, scheduled_for);

CREATE INDEX ix_post_instances_autopost_enabled ON public.post_instances USING btree (autopost_enabled);

CREATE INDEX ix_post_instances_channel_account_id ON public.post_instances USING btree (channel_account_id);

CREATE INDEX ix_post_instances_content_item_id ON public.post_instances USING btree (content_item_id);

CREATE INDEX ix_post_instances_created_at ON public.post_instances USING btree (created_at);

CREATE INDEX ix_post_instances_post_url ON public.post_instances USING btree (post_url);

CREATE INDEX ix_post_instances_posted_at ON public.post_instances USING btree (posted_at);

CREATE INDEX ix_post_instances_posted_manually ON public.post_instances USING btree (posted_manually);

CREATE INDEX ix_post_instances_publish_job_id ON public.post_instances USING btree (publish_job_id);

CREATE INDEX ix_post_instances_scheduled_for ON public.post_instances USING btree (scheduled_for);

CREATE INDEX ix_post_instances_screenshot_url ON public.post_instances USING btree (screenshot_url);

CREATE INDEX ix_post_instances_status ON public.post_instances USING btree (status);

CREATE INDEX ix_post_instances_tenant_id ON public.post_instances USING btree (tenant_id);

CREATE INDEX ix_post_instances_tenant_scheduled ON public.post_instances USING btree (tenant_id, scheduled_for);

CREATE INDEX ix_post_instances_tenant_status ON public.post_instances USING btree (tenant_id, status);

CREATE INDEX ix_post_instances_updated_at ON public.post_instances USING btree (updated_at);

CREATE INDEX ix_publish_jobs_post_instance_id ON public.publish_jobs USING btree (post_instance_id);

CREATE INDEX ix_publish_jobs_status ON public.publish_jobs USING btree (status);

CREATE INDEX ix_publish_jobs_tenant_id ON public.publish_jobs USING btree (tenant_id);

CREATE INDEX ix_reviews_content_item_id ON public.reviews USING btree (content_item_id);

CREATE INDEX ix_reviews_tenant_id ON public.reviews USING btree (tenant_id);

CREATE INDEX post_instances_moved_idx ON public.post_instances USING btree (tenant_id, planned_for, channel_account_id) WHERE ((planned_for IS NOT NULL) AND (planned_for IS DISTINCT FROM scheduled_for));

COMMENT ON INDEX public.post_instances_moved_idx IS 'The slots that a person has moved, by the time that the cadence gave them.';

CREATE INDEX blackouts_channel_account_idx ON topoff.blackouts USING btree (tenant_id, channel_account_id);

COMMENT ON INDEX topoff.blackouts_channel_account_idx IS 'An account''s blackouts.';

CREATE INDEX blackouts_not_over_idx ON topoff.blackouts USING btree (tenant_id, COALESCE(upper(during), 'infinity'::timestamp without time zone));

COMMENT ON INDEX topoff.blackouts_not_over_idx IS 'A tenant''s blackouts by their end.';

CREATE INDEX cadences_channel_account_idx ON topoff.cadences USING btree (tenant_id, channel_account_id);

COMMENT ON INDEX topoff.cadences_channel_account_idx IS 'An account''s further cadences.';

CREATE UNIQUE INDEX runs_running_key ON topoff.runs USING btree (status) WHERE (status = 'running'::text);

COMMENT ON INDEX topoff.runs_running_key IS 'One run at a time.';

CREATE INDEX runs_started_at_idx ON topoff.runs USING btree (started_at);

COMMENT ON INDEX topoff.runs_started_at_idx IS 'The runs in time order.';

CREATE TRIGGER check_time_zone_on_insert AFTER INSERT ON public.channel_accounts REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION topoff.check_time_zone();

COMMENT ON TRIGGER check_time_zone_on_insert ON public.channel_accounts IS 'A new account''s time zone is an IANA name.';

CREATE TRIGGER check_time_zone_on_update AFTER UPDATE ON public.channel_accounts REFERENCING OLD TABLE AS overwritten NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION topoff.check_time_zone();

COMMENT ON TRIGGER check_time_zone_on_update ON public.channel_accounts IS 'A changed time zone is an IANA name.';

CREATE TRIGGER default_cadence BEFORE INSERT OR UPDATE ON public.channel_accounts FOR EACH ROW EXECUTE FUNCTION topoff.default_cadence();

COMMENT ON TRIGGER default_cadence ON public.channel_accounts IS 'NULL in a cadence column that planned-slot top-off has added means the default.';

CREATE CONSTRAINT TRIGGER guard_placeholder_on_delete AFTER DELETE ON public.content_items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((to_json(old.*))::text ~ '"id":"[0-9a-f]{8}-[0-9a-f]{4}-8'::text)) EXECUTE FUNCTION topoff.guard_placeholder();

COMMENT ON TRIGGER guard_placeholder_on_delete ON public.content_items IS 'The placeholder of empty slots cannot be deleted, except together with the tenant''s channel accounts.';

CREATE TRIGGER guard_placeholder_on_update BEFORE UPDATE ON public.content_items FOR EACH ROW EXECUTE FUNCTION topoff.guard_placeholder();

COMMENT ON TRIGGER guard_placeholder_on_update ON public.content_items IS 'The placeholder of empty slots cannot be changed; an UPDATE that writes nothing into it passes.';

CREATE TRIGGER note_touch BEFORE UPDATE ON public.post_instances FOR EACH ROW WHEN (((old.planned_for IS NOT NULL) AND (old.touched_at IS NULL))) EXECUTE FUNCTION topoff.note_touch();

COMMENT ON TRIGGER note_touch ON public.post_instances IS 'The first change of a slot leaves its time in touched_at.';

ALTER TABLE ONLY public.channel_accounts
    ADD CONSTRAINT channel_accounts_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES public.marketing_channels(id);

ALTER TABLE ONLY public.content_mix_tracking
    ADD CONSTRAINT content_mix_tracking_channel_account_id_fkey FOREIGN KEY (channel_account_id) REFERENCES public.channel_accounts(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.content_items
    ADD CONSTRAINT fk_content_items_offer_id FOREIGN KEY (offer_id) REFERENCES public.offers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT fk_post_instances_publish_job_id FOREIGN KEY (publish_job_id) REFERENCES public.publish_jobs(id);

ALTER TABLE ONLY public.reviews
    ADD CONSTRAINT fk_reviews_content_item_id FOREIGN KEY (content_item_id) REFERENCES public.content_items(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.local_seo_topics
    ADD CONSTRAINT local_seo_topics_last_post_instance_id_fkey FOREIGN KEY (last_post_instance_id) REFERENCES public.post_instances(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.media_assets
    ADD CONSTRAINT media_assets_content_item_id_fkey FOREIGN KEY (content_item_id) REFERENCES public.content_items(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.portal_credentials
    ADD CONSTRAINT portal_credentials_portal_id_fkey FOREIGN KEY (portal_id) REFERENCES public.portals(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT post_instances_channel_account_id_fkey FOREIGN KEY (channel_account_id) REFERENCES public.channel_accounts(id);

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT post_instances_content_item_id_fkey FOREIGN KEY (content_item_id) REFERENCES public.content_items(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT post_instances_tenant_channel_account_fkey FOREIGN KEY (tenant_id, channel_account_id) REFERENCES public.channel_accounts(tenant_id, id);

COMMENT ON CONSTRAINT post_instances_tenant_channel_account_fkey ON public.post_instances IS 'The account belongs to the tenant of the post.';

ALTER TABLE ONLY public.post_instances
    ADD CONSTRAINT post_instances_tenant_content_item_fkey FOREIGN KEY (tenant_id, content_item_id) REFERENCES public.content_items(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT post_instances_tenant_content_item_fkey ON public.post_instances IS 'The content belongs to the tenant of the post.';

ALTER TABLE ONLY public.publish_jobs
    ADD CONSTRAINT publish_jobs_post_instance_id_fkey FOREIGN KEY (post_instance_id) REFERENCES public.post_instances(id);

ALTER TABLE ONLY topoff.blackouts
    ADD CONSTRAINT blackouts_channel_account_fkey FOREIGN KEY (tenant_id, channel_account_id) REFERENCES public.channel_accounts(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT blackouts_channel_account_fkey ON topoff.blackouts IS 'The account is one of the same tenant; its blackouts go when it goes.';

ALTER TABLE ONLY topoff.cadences
    ADD CONSTRAINT cadences_channel_account_fkey FOREIGN KEY (tenant_id, channel_account_id) REFERENCES public.channel_accounts(tenant_id, id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT cadences_channel_account_fkey ON topoff.cadences IS 'The account is one of the same tenant; its cadences go when it goes.';

ALTER TABLE ONLY topoff.run_tenants
    ADD CONSTRAINT run_tenants_run_fkey FOREIGN KEY (run_id) REFERENCES topoff.runs(id) ON DELETE CASCADE;

COMMENT ON CONSTRAINT run_tenants_run_fkey ON topoff.run_tenants IS 'Goes when its run goes.';

ALTER TABLE public.channel_accounts ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.content_items ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.post_instances ENABLE ROW LEVEL SECURITY;

CREATE POLICY topoff_everybody ON public.channel_accounts USING (true) WITH CHECK (true);

COMMENT ON POLICY topoff_everybody ON public.channel_accounts IS 'Leaves every role but isolated ones as it was before isolate_tenants().';

CREATE POLICY topoff_everybody ON public.content_items USING (true) WITH CHECK (true);

COMMENT ON POLICY topoff_everybody ON public.content_items IS 'Leaves every role but isolated ones as it was before isolate_tenants().';

CREATE POLICY topoff_everybody ON public.post_instances USING (true) WITH CHECK (true);

COMMENT ON POLICY topoff_everybody ON public.post_instances IS 'Leaves every role but isolated ones as it was before isolate_tenants().';

CREATE POLICY topoff_one_tenant_16384 ON public.channel_accounts AS RESTRICTIVE TO topoff_release_api USING (((tenant_id)::text = NULLIF(current_setting('app.tenant_id'::text, true), ''::text))) WITH CHECK (((tenant_id)::text = NULLIF(current_setting('app.tenant_id'::text, true), ''::text)));

COMMENT ON POLICY topoff_one_tenant_16384 ON public.channel_accounts IS 'The role sees the tenant in app.tenant_id, or none.';

CREATE POLICY topoff_one_tenant_16384 ON public.content_items AS RESTRICTIVE TO topoff_release_api USING (((tenant_id)::text = NULLIF(current_setting('app.tenant_id'::text, true), ''::text))) WITH CHECK (((tenant_id)::text = NULLIF(current_setting('app.tenant_id'::text, true), ''::text)));

COMMENT ON POLICY topoff_one_tenant_16384 ON public.content_items IS 'The role sees the tenant in app.tenant_id, or none.';

CREATE POLICY topoff_one_tenant_16384 ON public.post_instances AS RESTRICTIVE TO topoff_release_api USING (((tenant_id)::text = NULLIF(current_setting('app.tenant_id'::text, true), ''::text))) WITH CHECK (((tenant_id)::text = NULLIF(current_setting('app.tenant_id'::text, true), ''::text)));

COMMENT ON POLICY topoff_one_tenant_16384 ON public.post_instances IS 'The role sees the tenant in app.tenant_id, or none. Granted along with it: ["DELETE ON public.post_instances","DELETE ON topoff.blackouts","DELETE ON topoff.cadences","EXECUTE ON FUNCTION public.calendar_grid(text,date,text)","EXECUTE ON FUNCTION public.create_post_instances(text,uuid,uuid[],timestamp with time zone)","EXECUTE ON FUNCTION public.fill_next_planned_slot(text,uuid,uuid,text)","EXECUTE ON FUNCTION public.marketing_calendar(text,date,date,text)","EXECUTE ON FUNCTION public.preview_planned_slots(text,interval,timestamp with time zone,boolean)","EXECUTE ON FUNCTION public.replan_planned_slots(text,interval,timestamp with time zone)","EXECUTE ON FUNCTION public.retire_channel_account(text,uuid)","EXECUTE ON FUNCTION public.skip_planned_slot(text,uuid)","EXECUTE ON FUNCTION public.topoff_planned_slots(text,interval,timestamp with time zone)","EXECUTE ON FUNCTION topoff.accounts_of_unknown_zone(text[])","EXECUTE ON FUNCTION topoff.accounts_to_post_on(text,uuid,uuid[],timestamp with time zone)","EXECUTE ON FUNCTION topoff.black_out_account(text,uuid)","EXECUTE ON FUNCTION topoff.black_out_slot(text,uuid)","EXECUTE ON FUNCTION topoff.cadence_cells(bigint,bigint[],time without time zone[])","EXECUTE ON FUNCTION topoff.cadence_in_words(bigint,bigint[],time without time zone[],text,daterange)","EXECUTE ON FUNCTION topoff.cadence_slots(bigint,bigint[],time without time zone[],text,date,date)","EXECUTE ON FUNCTION topoff.cells_giving_way(timestamp with time zone[],timestamp with time zone[],bigint)","EXECUTE ON FUNCTION topoff.day_begins(text,date,date)","EXECUTE ON FUNCTION topoff.delete_posts(text,uuid[])","EXECUTE ON FUNCTION topoff.forget_planning(text,uuid)","EXECUTE ON FUNCTION topoff.insert_planned_slots(text[],timestamp with time zone,timestamp with time zone,boolean)","EXECUTE ON FUNCTION topoff.is_blacked_out(timestamp without time zone,tsmultirange,tsmultirange)","EXECUTE ON FUNCTION topoff.is_empty_slot(text,uuid,uuid)","EXECUTE ON FUNCTION topoff.is_known_zone(text)","EXECUTE ON FUNCTION topoff.is_untouched_slot(text,uuid,uuid,timestamp with time zone,timestamp with time zone,timestamp with time zone)","EXECUTE ON FUNCTION topoff.lock_changed_slots(text[],timestamp with time zone,timestamp with time zone)","EXECUTE ON FUNCTION topoff.lock_tenants(text[])","EXECUTE ON FUNCTION topoff.new_slots(text[],timestamp with time zone,timestamp with time zone,boolean)","EXECUTE ON FUNCTION topoff.next_empty_slot(text,uuid,uuid,text)","EXECUTE ON FUNCTION topoff.plan_tenant(text,timestamp with time zone,timestamp with time zone,boolean)","EXECUTE ON FUNCTION topoff.planned_calendars(text[],timestamp with time zone,timestamp with time zone,boolean,boolean)","EXECUTE ON FUNCTION topoff.planned_slots(text[],timestamp with time zone,timestamp with time zone,boolean,boolean)","EXECUTE ON FUNCTION topoff.planning_window_end(interval,timestamp with time zone)","EXECUTE ON FUNCTION topoff.plans(text,bigint,boolean)","EXECUTE ON FUNCTION topoff.replan_slots(text[],timestamp with time zone,timestamp with time zone)","EXECUTE ON FUNCTION topoff.replanned_slots(text[],timestamp with time zone,timestamp with time zone,boolean)","EXECUTE ON FUNCTION topoff.require_all_posted(uuid[],uuid[],timestamp with time zone)","EXECUTE ON FUNCTION topoff.require_channel_accounts(text,uuid[],boolean)","EXECUTE ON FUNCTION topoff.require_content_item(text,uuid)","EXECUTE ON FUNCTION topoff.require_tenant(text)","EXECUTE ON FUNCTION topoff.slot_instant(timestamp without time zone,text)","EXECUTE ON FUNCTION topoff.slots_need_content()","EXECUTE ON FUNCTION topoff.slots_on_days(bigint,bigint[],time without time zone[],text,date,date,timestamp with time zone[])","EXECUTE ON FUNCTION topoff.stop_cadences(text,uuid)","EXECUTE ON FUNCTION topoff.tenant_coverage(text)","EXECUTE ON FUNCTION topoff.tenant_lock(text)","EXECUTE ON FUNCTION topoff.tenants()","EXECUTE ON FUNCTION topoff.warn_of_unknown_zones(text)","INSERT (channel_account_id) ON public.post_instances","INSERT (channel_account_id) ON topoff.blackouts","INSERT (content_item_id) ON public.post_instances","INSERT (during) ON topoff.blackouts","INSERT (id) ON public.content_items","INSERT (id) ON public.post_instances","INSERT (planned_category) ON public.post_instances","INSERT (planned_for) ON public.post_instances","INSERT (reason) ON topoff.blackouts","INSERT (scheduled_for) ON public.post_instances","INSERT (status) ON public.post_instances","INSERT (tenant_id) ON public.content_items","INSERT (tenant_id) ON public.post_instances","INSERT (tenant_id) ON topoff.blackouts","INSERT (title) ON public.content_items","SELECT (category) ON topoff.cadences","SELECT (channel_account_id) ON topoff.blackouts","SELECT (channel_account_id) ON topoff.cadences","SELECT (days_of_week) ON topoff.cadences","SELECT (during) ON topoff.blackouts","SELECT (during) ON topoff.cadences","SELECT (id) ON public.content_items","SELECT (id) ON topoff.cadences","SELECT (posts_per_week) ON topoff.cadences","SELECT (tenant_id) ON public.content_items","SELECT (tenant_id) ON topoff.blackouts","SELECT (tenant_id) ON topoff.cadences","SELECT (times_local) ON topoff.cadences","SELECT (title) ON public.content_items","SELECT ON public.cadence_coverage","SELECT ON public.post_instances","UPDATE (content_item_id) ON public.post_instances","UPDATE (planned_category) ON public.post_instances","UPDATE (posts_per_week) ON public.channel_accounts","UPDATE (status) ON public.post_instances"]';

ALTER TABLE topoff.blackouts ENABLE ROW LEVEL SECURITY;

ALTER TABLE topoff.cadences ENABLE ROW LEVEL SECURITY;

ALTER TABLE topoff.run_tenants ENABLE ROW LEVEL SECURITY;

CREATE POLICY topoff_everybody ON topoff.blackouts USING (true) WITH CHECK (true);

COMMENT ON POLICY topoff_everybody ON topoff.blackouts IS 'Leaves every role but isolated ones as it was before isolate_tenants().';

CREATE POLICY topoff_everybody ON topoff.cadences USING (true) WITH CHECK (true);

COMMENT ON POLICY topoff_everybody ON topoff.cadences IS 'Leaves every role but isolated ones as it was before isolate_tenants().';

CREATE POLICY topoff_everybody ON topoff.run_tenants USING (true) WITH CHECK (true);

COMMENT ON POLICY topoff_everybody ON topoff.run_tenants IS 'Leaves every role but isolated ones as it was before isolate_tenants().';

CREATE POLICY topoff_one_tenant_16384 ON topoff.blackouts AS RESTRICTIVE TO topoff_release_api USING ((tenant_id = NULLIF(current_setting('app.tenant_id'::text, true), ''::text))) WITH CHECK ((tenant_id = NULLIF(current_setting('app.tenant_id'::text, true), ''::text)));

COMMENT ON POLICY topoff_one_tenant_16384 ON topoff.blackouts IS 'The role sees the tenant in app.tenant_id, or none.';

CREATE POLICY topoff_one_tenant_16384 ON topoff.cadences AS RESTRICTIVE TO topoff_release_api USING ((tenant_id = NULLIF(current_setting('app.tenant_id'::text, true), ''::text))) WITH CHECK ((tenant_id = NULLIF(current_setting('app.tenant_id'::text, true), ''::text)));

COMMENT ON POLICY topoff_one_tenant_16384 ON topoff.cadences IS 'The role sees the tenant in app.tenant_id, or none.';

CREATE POLICY topoff_one_tenant_16384 ON topoff.run_tenants AS RESTRICTIVE TO topoff_release_api USING ((tenant_id = NULLIF(current_setting('app.tenant_id'::text, true), ''::text))) WITH CHECK ((tenant_id = NULLIF(current_setting('app.tenant_id'::text, true), ''::text)));

COMMENT ON POLICY topoff_one_tenant_16384 ON topoff.run_tenants IS 'The role sees the tenant in app.tenant_id, or none.';

GRANT USAGE ON SCHEMA topoff TO PUBLIC;

REVOKE ALL ON TYPE topoff.new_calendar FROM PUBLIC;

REVOKE ALL ON FUNCTION public.calendar_grid(tenant text, month date, timezone text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.calendar_grid(tenant text, month date, timezone text) TO topoff_release_api;

GRANT SELECT,DELETE ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(id) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(tenant_id) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(content_item_id),UPDATE(content_item_id) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(channel_account_id) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(scheduled_for) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(status),UPDATE(status) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(planned_for) ON TABLE public.post_instances TO topoff_release_api;

GRANT INSERT(planned_category),UPDATE(planned_category) ON TABLE public.post_instances TO topoff_release_api;

REVOKE ALL ON FUNCTION public.create_post_instances(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.create_post_instances(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION public.fill_next_planned_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.fill_next_planned_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) TO topoff_release_api;

REVOKE ALL ON FUNCTION public.marketing_calendar(tenant text, start_date date, end_date date, timezone text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.marketing_calendar(tenant text, start_date date, end_date date, timezone text) TO topoff_release_api;

REVOKE ALL ON FUNCTION public.preview_planned_slots(tenant text, horizon interval, as_of timestamp with time zone, replan boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION public.preview_planned_slots(tenant text, horizon interval, as_of timestamp with time zone, replan boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION public.replan_planned_slots(tenant text, horizon interval, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.replan_planned_slots(tenant text, horizon interval, as_of timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION public.retire_channel_account(tenant text, channel_account_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.retire_channel_account(tenant text, channel_account_id uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION public.skip_planned_slot(tenant text, post_instance_id uuid) TO topoff_release_api;

REVOKE ALL ON PROCEDURE public.topoff_all_tenants(IN horizon interval, IN replan boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION public.topoff_planned_slots(tenant text, horizon interval, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION public.topoff_planned_slots(tenant text, horizon interval, as_of timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.accounts_of_unknown_zone(tenants text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.accounts_of_unknown_zone(tenants text[]) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.accounts_to_post_on(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.accounts_to_post_on(tenant text, content_item_id uuid, channel_account_ids uuid[], scheduled_for timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.api_privileges(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.begin_rename(old text, new text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.black_out_account(tenant text, channel_account_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.black_out_account(tenant text, channel_account_id uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.black_out_slot(tenant text, post_instance_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.black_out_slot(tenant text, post_instance_id uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.cadence_cells(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[]) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.cadence_cells(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[]) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.cadence_in_words(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], category text, during daterange) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.cadence_in_words(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], category text, during daterange) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.day_begins(zone text, first_day date, last_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.day_begins(zone text, first_day date, last_day date) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.slot_instant(local_time timestamp without time zone, zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.slot_instant(local_time timestamp without time zone, zone text) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.slots_on_days(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date, day_begins timestamp with time zone[]) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.slots_on_days(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date, day_begins timestamp with time zone[]) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.cadence_slots(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.cadence_slots(posts_per_week bigint, days_of_week bigint[], times_local time without time zone[], zone text, first_day date, last_day date) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.cells_giving_way(free_cells timestamp with time zone[], neighbours timestamp with time zone[], room bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.cells_giving_way(free_cells timestamp with time zone[], neighbours timestamp with time zone[], room bigint) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.check_time_zone() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.complete_tenants(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.default_cadence() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.delete_posts(tenant text, post_instance_ids uuid[]) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.delete_posts(tenant text, post_instance_ids uuid[]) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.drop_isolation_policies(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.enter_step(run_id bigint, tenants text[], done text[], pass text, error_state text, error_message text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.enter_unknown_zones(run_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.erase_tenant(tenant text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.finish_run(run_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.forget_planning(tenant text, channel_account_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.forget_planning(tenant text, channel_account_id uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.grant_api_privileges(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.guard_placeholder() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.hand_over_column(name name) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.insert_planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.insert_planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.is_blacked_out(slot_local timestamp without time zone, own tsmultirange, everybody tsmultirange) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.is_blacked_out(slot_local timestamp without time zone, own tsmultirange, everybody tsmultirange) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.is_empty_slot(status text, content_item_id uuid, placeholder uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.is_empty_slot(status text, content_item_id uuid, placeholder uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.is_known_zone(zone text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.is_known_zone(zone text) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.is_untouched_slot(status text, content_item_id uuid, placeholder uuid, scheduled_for timestamp with time zone, planned_for timestamp with time zone, touched_at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.is_untouched_slot(status text, content_item_id uuid, placeholder uuid, scheduled_for timestamp with time zone, planned_for timestamp with time zone, touched_at timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.isolate_tenants(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.isolated_roles() FROM PUBLIC;

GRANT SELECT ON TABLE public.channel_accounts TO topoff_release_api;

GRANT UPDATE(name) ON TABLE public.channel_accounts TO topoff_release_api;

GRANT UPDATE(posts_per_week) ON TABLE public.channel_accounts TO topoff_release_api;

GRANT SELECT(id),INSERT(id) ON TABLE public.content_items TO topoff_release_api;

GRANT SELECT(tenant_id),INSERT(tenant_id) ON TABLE public.content_items TO topoff_release_api;

GRANT SELECT(title),INSERT(title) ON TABLE public.content_items TO topoff_release_api;

GRANT DELETE ON TABLE topoff.blackouts TO topoff_release_api;

GRANT SELECT(tenant_id),INSERT(tenant_id) ON TABLE topoff.blackouts TO topoff_release_api;

GRANT SELECT(channel_account_id),INSERT(channel_account_id) ON TABLE topoff.blackouts TO topoff_release_api;

GRANT SELECT(during),INSERT(during) ON TABLE topoff.blackouts TO topoff_release_api;

GRANT INSERT(reason) ON TABLE topoff.blackouts TO topoff_release_api;

GRANT DELETE ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(id) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(tenant_id) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(channel_account_id) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(posts_per_week) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(days_of_week) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(times_local) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(category) ON TABLE topoff.cadences TO topoff_release_api;

GRANT SELECT(during) ON TABLE topoff.cadences TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.isolated_tables() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.isolation_grants(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.isolation_policy(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.lock_changed_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.lock_changed_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.lock_holders(tenant text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.lock_tenants(tenants text[]) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.lock_tenants(tenants text[]) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.longest_wait() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.new_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.new_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.next_empty_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.next_empty_slot(tenant text, channel_account_id uuid, content_item_id uuid, category text) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.next_step(accounts integer, longest_wait integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.note_touch() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.patience() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.plan_tenant(tenant text, as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.plan_tenant(tenant text, as_of timestamp with time zone, window_end timestamp with time zone, replan boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.planned_calendars(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean, creates_only boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.planned_calendars(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean, creates_only boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean, creates_only boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.planned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, without_untouched boolean, creates_only boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.planning_window_end(horizon interval, as_of timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.planning_window_end(horizon interval, as_of timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.plans(status text, posts_per_week bigint, has_further_cadences boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.plans(status text, posts_per_week bigint, has_further_cadences boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.raise_run_failures(run_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.rename_statement() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.rename_tenant(old text, new text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.replan_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.replan_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.replanned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, changes_only boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.replanned_slots(tenants text[], as_of timestamp with time zone, window_end timestamp with time zone, changes_only boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.require_all_posted(channel_account_ids uuid[], written_ids uuid[], scheduled_for timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.require_all_posted(channel_account_ids uuid[], written_ids uuid[], scheduled_for timestamp with time zone) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.require_all_rows() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.require_channel_accounts(tenant text, channel_account_ids uuid[], active boolean) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.require_channel_accounts(tenant text, channel_account_ids uuid[], active boolean) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.require_content_item(tenant text, content_item_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.require_content_item(tenant text, content_item_id uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.require_isolable_role(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.require_tenant(tenant text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.require_tenant(tenant text) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.require_tenant_rows(tenant text, parameter text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.resume_run(run_id bigint) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.revoke_api_privileges(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.run_batch(run_id bigint, tenants text[], horizon interval, replan boolean, pass text, longest_wait integer) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.schedule(schedule text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.slots_need_content() FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.slots_need_content() TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.start_run(replan boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.stop_cadences(tenant text, channel_account_id uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.stop_cadences(tenant text, channel_account_id uuid) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.tables_of_tenant(tenant text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.tenant_coverage(tenant text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.tenant_coverage(tenant text) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.tenant_lock(tenant text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.tenant_lock(tenant text) TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.tenants() TO topoff_release_api;

REVOKE ALL ON FUNCTION topoff.tenants_to_plan(run_id bigint, horizon interval, replan boolean) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.try_lock_tenants(tenants text[]) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.unisolate_tenants(api_role regrole) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.unneeded_placeholder(tenant text) FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.unschedule() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.version() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.waited() FROM PUBLIC;

REVOKE ALL ON FUNCTION topoff.warn_of_unknown_zones(tenant text) FROM PUBLIC;
GRANT ALL ON FUNCTION topoff.warn_of_unknown_zones(tenant text) TO topoff_release_api;

GRANT SELECT ON TABLE public.cadence_coverage TO topoff_release_api;
