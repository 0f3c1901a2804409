-- The calendar endpoint's answer: the tenant's posts by day.
--
-- Account by account along the slot key, so that a month costs the same after years of posts. The
-- dates are exact in the given zone; the bounds of a day and more around them are only for the index.
-- Instants come out in UTC ("2026-11-30T14:00:00+00:00"), whatever the session's TimeZone is.
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
AS $$
BEGIN
    PERFORM topoff.require_tenant(tenant);
    IF timezone IS NULL THEN
        RAISE EXCEPTION 'timezone must not be null'
            USING ERRCODE = 'null_value_not_allowed', HINT = 'Leave it out for UTC.';
    END IF;
    PERFORM now() AT TIME ZONE timezone;  -- an unknown zone is an error without any post, too
    RETURN (
        SELECT coalesce(jsonb_object_agg(day.date, day.posts), '{}')
        FROM (
            SELECT dated.date, jsonb_agg(dated.post ORDER BY dated.scheduled_for, dated.id) AS posts
            FROM public.channel_accounts AS account
            CROSS JOIN LATERAL (
                SELECT (post.scheduled_for AT TIME ZONE marketing_calendar.timezone)::date AS date,
                       post.scheduled_for, post.id, to_jsonb(post) AS post
                FROM public.post_instances AS post
                WHERE post.tenant_id = tenant
                  AND post.channel_account_id = account.id
                  AND post.scheduled_for >= coalesce(start_date::timestamp - interval '2 days', '-infinity') AT TIME ZONE 'UTC'
                  AND post.scheduled_for <= coalesce(end_date::timestamp + interval '3 days', 'infinity') AT TIME ZONE 'UTC'
                OFFSET 0
            ) AS dated
            WHERE account.tenant_id = tenant
              AND dated.date >= coalesce(start_date, '-infinity')
              AND dated.date <= coalesce(end_date, 'infinity')
            GROUP BY dated.date
        ) AS day
    );
END;
$$;

COMMENT ON FUNCTION public.marketing_calendar(text, date, date, text) IS
'The tenant''s calendar as JSON: a key for each date that has posts ("2026-11-30", by the clock of the given zone), its value the post instances of that day in time order, each with all columns of its row; instants in UTC. From start_date to end_date, both included, NULL for no bound. Posts without a time are not on the calendar.
Errors: 22004 for a NULL zone, 22023 for an unknown one; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.marketing_calendar(text, date, date, text) FROM PUBLIC;
