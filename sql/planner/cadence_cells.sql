-- Which cells of the week a cadence posts at.
--
-- N days and M times span a grid of N x M cells; posts_per_week = k picks k of them:
-- q = floor(k/N) full rounds of the earliest times on every day, and the remaining r = k mod N
-- at the next time, on the day indexes floor((i + 1/2) * N / r) for i = 0 .. r-1, which spreads
-- them evenly (k=1 of Monday to Friday is Wednesday, k=2 Tuesday and Thursday).
-- Nothing but the cadence decides, so every night picks the same cells. Counted from 0, number i of the k is in round
-- floor(i/N); of all the days or, in the last round, of those few, it has number i mod N.
--
-- The numbers come from an array because the server expects ten rows of one, and a thousand of a series: whoever joins
-- a few of these would have JIT compile the query, which takes a second.
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
    SELECT grid.days[1 + CASE
                             WHEN i / size.days < size.cells / size.days THEN i % size.days
                             ELSE (2 * (i % size.days) + 1) * size.days / (2 * (size.cells % size.days))
                         END],
           grid.times[1 + i / size.days]
    FROM (
        SELECT ARRAY(SELECT DISTINCT d::integer FROM unnest(days_of_week) AS d WHERE d BETWEEN 1 AND 7 ORDER BY 1) AS days,
               ARRAY(SELECT DISTINCT t FROM unnest(times_local) AS t WHERE t IS NOT NULL ORDER BY 1) AS times
        OFFSET 0
    ) AS grid
    CROSS JOIN LATERAL (
        SELECT cardinality(grid.days) AS days,
               least(posts_per_week, cardinality(grid.days) * cardinality(grid.times))::integer AS cells
        OFFSET 0
    ) AS size
    CROSS JOIN LATERAL unnest(ARRAY(SELECT generate_series(0, size.cells - 1))) AS i
    WHERE posts_per_week > 0;
END;

COMMENT ON FUNCTION topoff.cadence_cells(bigint, bigint[], time[]) IS
'The cells of the week that a cadence posts at: posts_per_week rows of (ISO day 1 = Monday ... 7 = Sunday, local time), or the whole grid of days and times where that is smaller. A pure function of its arguments. No rows for posts_per_week 0 or NULL.';

REVOKE ALL ON FUNCTION topoff.cadence_cells(bigint, bigint[], time[]) FROM PUBLIC;
