-- The end of the planning window: the slots after as_of and up to this instant are planned.
--
-- The horizon is added in UTC, so that "28 days" is the same whatever the session's TimeZone is.
-- The bounds of 400 days and of the year 9999 come first because a sum would leave the range of timestamps.
CREATE OR REPLACE FUNCTION topoff.planning_window_end(horizon interval, as_of timestamptz)
RETURNS timestamptz
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
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

COMMENT ON FUNCTION topoff.planning_window_end(interval, timestamptz) IS
'The instant as_of + horizon, added in UTC. Fails for a NULL (22004), and for an as_of that is infinite, past or beyond the year 9999, or a window that is empty or longer than 366 days (22023).';

REVOKE ALL ON FUNCTION topoff.planning_window_end(interval, timestamptz) FROM PUBLIC;
