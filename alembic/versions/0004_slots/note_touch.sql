-- Notes when somebody first puts something into a slot: whoever wrote a caption into an empty one has put work
-- into it, so a re-plan leaves it alone.
--
-- Moving a slot shows in planned_for, and back on its place it is as before; an ORM sets updated_at whatever it
-- writes. A generated column follows another, and has no value yet when this looks. What the application's own
-- triggers fill in while slots are planned is nobody's work: the planner says topoff.planning = on meanwhile.
CREATE OR REPLACE FUNCTION topoff.note_touch()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF current_setting('topoff.planning', true) = 'on' THEN
        RETURN NEW;
    ELSIF EXISTS (
        SELECT
        FROM jsonb_each(to_jsonb(NEW)) AS written
        WHERE written.value IS DISTINCT FROM to_jsonb(OLD) -> written.key
          AND written.key NOT IN ('scheduled_for', 'updated_at', 'planned_for', 'planned_category', 'touched_at')
          AND NOT EXISTS (
              SELECT FROM pg_attribute AS attribute
              WHERE attribute.attrelid = TG_RELID AND attribute.attname = written.key
                AND attribute.attgenerated <> ''
          )
    ) THEN
        NEW.touched_at := now();
    END IF;
    RETURN NEW;
EXCEPTION
    WHEN untranslatable_character THEN  -- a json value that jsonb can't take
        NEW.touched_at := now();
        RETURN NEW;
END;
$$;

CREATE OR REPLACE TRIGGER note_touch
BEFORE UPDATE ON public.post_instances
FOR EACH ROW
WHEN (OLD.planned_for IS NOT NULL AND OLD.touched_at IS NULL)
EXECUTE FUNCTION topoff.note_touch();

COMMENT ON FUNCTION topoff.note_touch() IS
'Trigger: sets post_instances.touched_at at the first change of a slot in anything but scheduled_for, updated_at, generated columns and our own. Not while the setting topoff.planning is on, which is so inside the functions that plan slots: what the application''s triggers do to a slot as it is made is nobody''s work.';
COMMENT ON TRIGGER note_touch ON public.post_instances IS
'The first change of a slot leaves its time in touched_at.';

REVOKE ALL ON FUNCTION topoff.note_touch() FROM PUBLIC;
