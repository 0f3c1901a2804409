-- The calendar endpoint's answer: the tenant's posts by day.
--
-- Account by account along the slot key (why that takes row comparisons: planned_calendars), so that a month costs
-- the same after years of posts. The
-- dates are exact in the given zone; the bounds of a day and more around them are only for the index, and
-- end where timestamps do: infinite times and those at the edge of all time, where a zone's clock would leave
-- it, are on no calendar. Instants come out in UTC ("2026-11-30T14:00:00+00:00"), whatever the session's
-- TimeZone is.
CREATE OR REPLACE FUNCTION public.marketing_calendar(
    tenant text,
    start_date date DEFAULT NULL,
    end_date date DEFAULT NULL,
    timezone text DEFAULT 'UTC'
)
RETURNS jsonb
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC'
SET enable_seqscan = off
SET enable_sort = off
SET enable_incremental_sort = off
SET jit = off
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

COMMENT ON FUNCTION public.marketing_calendar(text, date, date, text) IS
'The tenant''s calendar as JSON: a key for each date that has posts ("2026-11-30", by the clock of the given zone), its value the post instances of that day in time order, each with all columns of its row; instants in UTC. Each has one further key, slot: empty (true for an empty slot), local_time (by the account''s own clock, "2026-11-30T09:00:00"; null where the server does not know its zone), timezone (the account''s), category (what the cadence wants there, or null) and title (of the content; null where there is none). From start_date to end_date, both included, NULL for no bound. Posts without a time, or with an infinite one, are on no calendar.
Errors: 22004 for a NULL zone, 22023 for one that is not an IANA name in its exact spelling; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.marketing_calendar(text, date, date, text) FROM PUBLIC;
