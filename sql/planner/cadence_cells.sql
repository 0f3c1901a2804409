-- Which cells of the week a cadence posts at.
--
-- N days and M times span a grid of N x M cells; posts_per_week = k picks k of them:
-- q = floor(k/N) full rounds of the earliest times on every day, and the remaining r = k mod N
-- at the next time, on the day indexes floor((i + 1/2) * N / r) for i = 0 .. r-1, which spreads
-- them evenly (k=1 of Monday to Friday is Wednesday, k=2 Tuesday and Thursday).
-- Nothing but the cadence decides, so every night picks the same cells.
--
-- A cadence in columns of the application's has been checked by nobody: a k beyond the grid picks all of it,
-- and what is no day of the week, is NULL or stands twice, counts for nothing.
CREATE OR REPLACE FUNCTION topoff.cadence_cells(
    posts_per_week bigint,
    days_of_week bigint[],
    times_local time[]
)
RETURNS TABLE (day_of_week integer, time_local time)
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
ROWS 7
BEGIN ATOMIC
    WITH day AS (
        SELECT d::integer AS day_of_week, row_number() OVER (ORDER BY d) - 1 AS day_index
        FROM unnest(days_of_week) AS d
        WHERE d BETWEEN 1 AND 7
        GROUP BY d
    ),
    slot_time AS (
        SELECT t AS time_local, row_number() OVER (ORDER BY t) - 1 AS round
        FROM unnest(times_local) AS t
        WHERE t IS NOT NULL
        GROUP BY t
    ),
    size AS (
        SELECT days.n AS days, least(posts_per_week, days.n * times.n) AS cells
        FROM (SELECT count(*) AS n FROM day) AS days, (SELECT count(*) AS n FROM slot_time) AS times
        WHERE days.n > 0 AND posts_per_week > 0
    ),
    spread AS (
        SELECT (2 * i + 1) * size.days / (2 * (size.cells % size.days)) AS day_index
        FROM size, generate_series(0, size.cells % size.days - 1) AS i
    )
    SELECT day.day_of_week, slot_time.time_local
    FROM size, day, slot_time
    WHERE slot_time.round < size.cells / size.days
       OR slot_time.round = size.cells / size.days AND day.day_index IN (SELECT spread.day_index FROM spread);
END;

COMMENT ON FUNCTION topoff.cadence_cells(bigint, bigint[], time[]) IS
'The cells of the week that a cadence posts at: posts_per_week rows of (ISO day 1 = Monday ... 7 = Sunday, local time), or the whole grid of days and times where that is smaller. A pure function of its arguments. No rows for posts_per_week 0 or NULL.';

REVOKE ALL ON FUNCTION topoff.cadence_cells(bigint, bigint[], time[]) FROM PUBLIC;
