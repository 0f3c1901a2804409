-- Which cells of the week a cadence posts at.
--
-- N days and M times span a grid of N x M cells; posts_per_week = k picks k of them:
-- q = floor(k/N) full rounds of the earliest times on every day, and the remaining r = k mod N
-- at the next time, on the day indexes floor((i + 1/2) * N / r) for i = 0 .. r-1, which spreads
-- them evenly (k=1 of Monday to Friday is Wednesday, k=2 Tuesday and Thursday).
-- Nothing but the cadence decides, so every night picks the same cells.
CREATE OR REPLACE FUNCTION topoff.cadence_cells(
    posts_per_week smallint,
    days_of_week smallint[],
    times_local time[]
)
RETURNS TABLE (day_of_week smallint, time_local time)
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
ROWS 7
BEGIN ATOMIC
    WITH size AS (
        SELECT cardinality(days_of_week) AS days,
               posts_per_week / cardinality(days_of_week) AS rounds,
               posts_per_week % cardinality(days_of_week) AS remainder
    ),
    spread AS (
        SELECT (2 * i + 1) * days / (2 * remainder) AS day_index
        FROM size, generate_series(0, remainder - 1) AS i
    )
    SELECT day.day_of_week, slot_time.time_local
    FROM size,
         (SELECT d AS day_of_week, row_number() OVER (ORDER BY d) - 1 AS day_index
          FROM unnest(days_of_week) AS d) AS day,
         (SELECT t AS time_local, row_number() OVER (ORDER BY t) - 1 AS round
          FROM unnest(times_local) AS t) AS slot_time
    WHERE slot_time.round < size.rounds
       OR slot_time.round = size.rounds AND day.day_index IN (SELECT spread.day_index FROM spread);
END;

COMMENT ON FUNCTION topoff.cadence_cells(smallint, smallint[], time[]) IS
'The cells of the week that a cadence posts at: posts_per_week rows of (ISO day 1 = Monday ... 7 = Sunday, local time). A pure function of its arguments. No rows for posts_per_week 0.';

REVOKE ALL ON FUNCTION topoff.cadence_cells(smallint, smallint[], time[]) FROM PUBLIC;
