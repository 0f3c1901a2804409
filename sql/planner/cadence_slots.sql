-- The slots that one cadence gives in a span of days: its cells of the week on the calendar.
--
-- From here on a cell is its instant: two cells on one instant are one slot, and its local time is what the
-- clock shows then. A clock that goes forward can carry a cell into the next day, hence the day before the
-- first. OFFSET 0 has each step computed once.
CREATE OR REPLACE FUNCTION topoff.cadence_slots(
    posts_per_week bigint,
    days_of_week bigint[],
    times_local time[],
    zone text,
    first_day date,
    last_day date
)
RETURNS TABLE (slot_at timestamptz, slot_local timestamp)
LANGUAGE sql
STABLE
PARALLEL SAFE
ROWS 30
BEGIN ATOMIC
    SELECT DISTINCT instant.slot_at, clock.slot_local
    FROM topoff.cadence_cells(posts_per_week, days_of_week, times_local) AS cell
    CROSS JOIN LATERAL generate_series(
        date_trunc('week', first_day - interval '1 day'), last_day, interval '7 days'
    ) AS monday
    CROSS JOIN LATERAL (
        SELECT monday + (cell.day_of_week - 1) * interval '1 day' + cell.time_local AS local_time
        OFFSET 0
    ) AS cell_time
    CROSS JOIN LATERAL (
        SELECT topoff.slot_instant(cell_time.local_time, zone) AS slot_at
        OFFSET 0
    ) AS instant
    CROSS JOIN LATERAL (
        SELECT instant.slot_at AT TIME ZONE zone AS slot_local
        OFFSET 0
    ) AS clock
    WHERE cell_time.local_time >= first_day - interval '1 day'
      AND clock.slot_local >= first_day
      AND clock.slot_local < last_day + 1;
END;

COMMENT ON FUNCTION topoff.cadence_slots(bigint, bigint[], time[], text, date, date) IS
'The slots that a cadence gives from first_day to last_day (both included, by the clock of the zone), as instants and as local times: what a settings page can show before the cadence is saved. No blackout and no post is looked at. Independent of the session''s TimeZone. Error 22023 for an unknown zone.';

REVOKE ALL ON FUNCTION topoff.cadence_slots(bigint, bigint[], time[], text, date, date) FROM PUBLIC;
