-- The slots that one cadence gives in a span of days, for whoever asks for one: two cells on one instant are
-- one slot.
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
    SELECT DISTINCT slot.slot_at, slot.slot_local
    FROM topoff.day_begins(zone, first_day, last_day) AS day
    CROSS JOIN LATERAL topoff.slots_on_days(
        posts_per_week, days_of_week, times_local, zone, first_day, last_day, day.begins
    ) AS slot;
END;

COMMENT ON FUNCTION topoff.cadence_slots(bigint, bigint[], time[], text, date, date) IS
'The slots that a cadence gives from first_day to last_day (both included, by the clock of the zone), as instants and as local times: what a settings page can show before the cadence is saved. No blackout and no post is looked at. Independent of the session''s TimeZone. Error 22023 for an unknown zone.';

REVOKE ALL ON FUNCTION topoff.cadence_slots(bigint, bigint[], time[], text, date, date) FROM PUBLIC;
