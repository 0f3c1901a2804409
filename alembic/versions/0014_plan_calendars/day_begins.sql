-- When the days of a span begin in a zone: so that a zone is asked once a day and not once a cell, which took most
-- of a button's time.
--
-- Where a day and those around it are 24 hours long, a cell is as far from the beginning of its day as its local
-- time says: no clock was ever changed and changed back within a day. The others have NULL. A row, and not a value, because
-- the planner inlines a function in FROM only.
CREATE OR REPLACE FUNCTION topoff.day_begins(zone text, first_day date, last_day date)
RETURNS TABLE (begins timestamptz[])
LANGUAGE sql
STABLE
PARALLEL SAFE
ROWS 1
BEGIN ATOMIC
    SELECT ARRAY(
        SELECT CASE
                   WHEN midnights[day] - midnights[day - 1] = interval '24 hours'
                    AND midnights[day + 1] - midnights[day] = interval '24 hours'
                    AND midnights[day + 2] - midnights[day + 1] = interval '24 hours'
                   THEN midnights[day]
               END
        FROM generate_series(2, cardinality(midnights) - 2) AS day
        ORDER BY day
    )
    FROM (
        SELECT ARRAY(
            SELECT (first_day + number)::timestamp AT TIME ZONE zone
            FROM generate_series(-2, last_day - first_day + 2) AS number
            ORDER BY number
        ) AS midnights
        OFFSET 0
    ) AS span
    OFFSET 0;
END;

COMMENT ON FUNCTION topoff.day_begins(text, date, date) IS
'A row with the instants at which the days from the one before first_day to last_day begin in the zone; NULL for each day on which, or next to which, the clock is changed. For slots_on_days(). Error 22023 for an unknown zone.';

REVOKE ALL ON FUNCTION topoff.day_begins(text, date, date) FROM PUBLIC;
