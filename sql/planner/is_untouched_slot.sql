-- An untouched slot is an empty one that still stands where the cadence put it and that nobody has written
-- anything into. Nothing of a person's is in it, so a re-plan may take it away.
CREATE OR REPLACE FUNCTION topoff.is_untouched_slot(
    status text,
    content_item_id uuid,
    placeholder uuid,
    scheduled_for timestamptz,
    planned_for timestamptz,
    touched_at timestamptz
)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN topoff.is_empty_slot(status, content_item_id, placeholder)
    AND (planned_for = scheduled_for) IS TRUE
    AND touched_at IS NULL;

COMMENT ON FUNCTION topoff.is_untouched_slot(text, uuid, uuid, timestamptz, timestamptz, timestamptz) IS
'True where a post instance with these values is an untouched slot: an empty one (topoff.is_empty_slot) at the very instant that the cadence gave it, into which nobody has written anything.';

REVOKE ALL ON FUNCTION topoff.is_untouched_slot(text, uuid, uuid, timestamptz, timestamptz, timestamptz) FROM PUBLIC;
