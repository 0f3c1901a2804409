-- A month for people in psql: weeks as rows, the day's number and its posts as marks.
CREATE OR REPLACE FUNCTION public.calendar_grid(tenant text, month date, timezone text DEFAULT 'UTC')
RETURNS TABLE (week text, mon text, tue text, wed text, thu text, fri text, sat text, sun text)
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    first_day date;
    last_day date;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    IF month IS NULL OR timezone IS NULL THEN
        RAISE EXCEPTION '% must not be null', CASE WHEN month IS NULL THEN 'month' ELSE 'timezone' END
            USING ERRCODE = 'null_value_not_allowed', HINT = 'The month is any day in it, such as current_date.';
    ELSIF NOT isfinite(month) THEN
        RAISE EXCEPTION 'month must not be infinite'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'The month is any day in it, such as current_date.';
    END IF;
    PERFORM now() AT TIME ZONE timezone;  -- an unknown zone is an error without any post, too
    first_day := date_trunc('month', month::timestamp);
    last_day := first_day + interval '1 month' - interval '1 day';

    RETURN QUERY
    WITH post AS (
        SELECT dated.date, dated.status, count(*) AS posts
        FROM public.channel_accounts AS account
        CROSS JOIN LATERAL (
            SELECT (post.scheduled_for AT TIME ZONE calendar_grid.timezone)::date AS date,
                   CASE WHEN topoff.is_empty_slot(post.status::text, post.content_item_id, placeholder) THEN 'empty'
                        ELSE post.status::text END AS status
            FROM public.post_instances AS post
            WHERE post.tenant_id = tenant
              AND post.channel_account_id = account.id
              AND post.scheduled_for > (first_day::timestamp - interval '2 days') AT TIME ZONE 'UTC'
              AND post.scheduled_for < (last_day::timestamp + interval '3 days') AT TIME ZONE 'UTC'
            OFFSET 0
        ) AS dated
        WHERE account.tenant_id = tenant
        GROUP BY dated.date, dated.status
    ),
    day AS (
        SELECT day::date AS date,
               to_char(day, 'FMDD') || coalesce('  ' || (
                   SELECT string_agg(
                              CASE WHEN post.posts <= 3 THEN repeat(mark.mark, post.posts::integer)
                                   ELSE mark.mark || post.posts END,
                              ' ' ORDER BY mark.position)
                   FROM post
                   JOIN (VALUES (1, 'Posted', '*'), (2, 'Failed', '!'), (3, 'Scheduled', 'S'),
                                (4, 'Draft', 'D'), (5, 'Planned', 'P'), (6, 'empty', 'o')
                        ) AS mark (position, status, mark) ON mark.status = post.status
                   WHERE post.date = day::date
               ), '') AS marks
        FROM generate_series(first_day::timestamp, last_day::timestamp, interval '1 day') AS day
    )
    SELECT to_char(date_trunc('week', date::timestamp), 'IYYY-"W"IW'),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 1),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 2),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 3),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 4),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 5),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 6),
           max(marks) FILTER (WHERE date_part('isodow', date::timestamp) = 7)
    FROM day
    GROUP BY date_trunc('week', date::timestamp)
    ORDER BY date_trunc('week', date::timestamp);
END;
$$;

COMMENT ON FUNCTION public.calendar_grid(text, date, text) IS
'The tenant''s calendar of one month (that of any day given) for people in psql, by the clock of the given zone: a row for each ISO week, a column for each day, each day its number and its posts as marks:
o empty slot   P Planned with content   D Draft   S Scheduled   * Posted   ! Failed
Up to three are drawn one by one, more as mark and number: o12. Days of other months are NULL.
Errors: 22004 for a NULL, 22023 for an infinite month or an unknown zone; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.calendar_grid(text, date, text) FROM PUBLIC;
