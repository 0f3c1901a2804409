-- What planning adds to the application's post_instances: what a slot was planned as, and who has touched it.
--
-- NULL columns and a CHECK that is NOT VALID yet: no row is rewritten or read. concat() lets the CHECK take a
-- status of any type, so that the application can go on changing that.
ALTER TABLE public.post_instances
    ADD COLUMN IF NOT EXISTS planned_for timestamptz,
    ADD COLUMN IF NOT EXISTS planned_category text,
    ADD COLUMN IF NOT EXISTS touched_at timestamptz;

DO $check$
BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.post_instances'::regclass
          AND conname = 'post_instances_empty_slot_not_published_check'
    ) THEN
        ALTER TABLE public.post_instances
            ADD CONSTRAINT post_instances_empty_slot_not_published_check CHECK (
                concat(status) NOT IN ('Scheduled', 'Posted')
                OR content_item_id <> topoff.placeholder_content_item_id(tenant_id)
            ) NOT VALID;
    END IF;
END;
$check$;

COMMENT ON COLUMN public.post_instances.planned_for IS
'The instant that the cadence gave this slot, set once by the top-off. Where scheduled_for differs, a person has moved the slot, and it does not come back here. NULL for a post made by hand.';
COMMENT ON COLUMN public.post_instances.planned_category IS
'The kind of post that the cadence wants in this slot: its category (topoff.cadences). NULL for any.';
COMMENT ON COLUMN public.post_instances.touched_at IS
'When somebody first put something into this slot: content, a caption, anything but another time. NULL while nobody has.';
COMMENT ON CONSTRAINT post_instances_empty_slot_not_published_check ON public.post_instances IS
'A row that is Scheduled or Posted has content of its own, not the placeholder: an empty slot is never published.';
