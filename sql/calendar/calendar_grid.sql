-- A month for people in psql: weeks as rows, the day's number and its posts as marks. Along the slot key, as
-- marketing_calendar() reads.
CREATE OR REPLACE FUNCTION public.calendar_grid(tenant text, month date, timezone text DEFAULT 'UTC')
RETURNS TABLE (week text, mon text, tue text, wed text, thu text, fri text, sat text, sun text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_sort = off
SET enable_incremental_sort = off
SET jit = off
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

COMMENT ON FUNCTION public.calendar_grid(text, date, text) IS
'The tenant''s calendar of one month (that of any day given) for people in psql, by the clock of the given zone: a row for each ISO week, a column for each day, each day its number and its posts as marks:
o empty slot   P Planned with content   D Draft   S Scheduled   * Posted   ! Failed   ? any other status
Up to three are drawn one by one, more as mark and number: o12. Days of other months are NULL.
Errors: 22004 for a NULL, 22023 for a month that is infinite or out of range and for a zone that is not an IANA name in its exact spelling; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.calendar_grid(text, date, text) FROM PUBLIC;
