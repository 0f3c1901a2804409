-- The slots that one cadence gives in a span of days: its cells of the week on the calendar.
--
-- From here on a cell is its instant, and its local time is what the clock shows then. A clock that goes forward
-- can carry a cell into the next day, hence the day before the first.
--
-- Days whose beginning is given are plain ones; on the others slot_instant() decides. OFFSET 0 has a step computed
-- once.
CREATE OR REPLACE FUNCTION topoff.slots_on_days(
    posts_per_week bigint,
    days_of_week bigint[],
    times_local time[],
    zone text,
    first_day date,
    last_day date,
    day_begins timestamptz[]
)
RETURNS TABLE (slot_at timestamptz, slot_local timestamp)
LANGUAGE sql
STABLE
PARALLEL SAFE
ROWS 30
BEGIN ATOMIC
    SELECT slot.slot_at, clock.slot_local
    FROM topoff.cadence_cells(posts_per_week, days_of_week, times_local) AS cell
    CROSS JOIN LATERAL generate_series(
        1 + (8 + cell.day_of_week - extract(isodow FROM first_day)::integer) % 7, cardinality(day_begins), 7
    ) AS day
    CROSS JOIN LATERAL (
        SELECT first_day + (day - 2) + cell.time_local AS local_time,
               day_begins[day] + cell.time_local::interval AS plain_slot
        OFFSET 0
    ) AS wanted
    CROSS JOIN LATERAL (
        SELECT CASE WHEN plain_slot IS NULL THEN topoff.slot_instant(local_time, zone) ELSE plain_slot END AS slot_at
    ) AS slot
    CROSS JOIN LATERAL (
        SELECT CASE WHEN plain_slot IS NULL THEN slot.slot_at AT TIME ZONE zone ELSE local_time END AS slot_local
    ) AS clock
    WHERE clock.slot_local >= first_day
      AND clock.slot_local < last_day + 1;
END;

COMMENT ON FUNCTION topoff.slots_on_days(bigint, bigint[], time[], text, date, date, timestamptz[]) IS
'What cadence_slots() gives, for callers with many cadences in one zone: day_begins is what topoff.day_begins(zone, first_day, last_day) gives, and two cells on one instant are two rows.';

REVOKE ALL ON FUNCTION topoff.slots_on_days(bigint, bigint[], time[], text, date, date, timestamptz[]) FROM PUBLIC;
