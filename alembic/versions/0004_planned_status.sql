ALTER TABLE public.post_instances ADD COLUMN planned_for timestamptz;

ALTER TABLE public.post_instances
    ADD CONSTRAINT post_instances_status_known_check CHECK (
        status IN ('Draft', 'Planned', 'Scheduled', 'Posted', 'Failed')
    ) NOT VALID,
    ADD CONSTRAINT post_instances_empty_slot_not_published_check CHECK (
        status NOT IN ('Scheduled', 'Posted')
        OR content_item_id <> public.placeholder_content_item_id(tenant_id)
    ) NOT VALID;

COMMENT ON COLUMN public.post_instances.planned_for IS
'The instant that the cadence gave this slot, set once by the top-off. Where scheduled_for differs, a person has moved the slot, and it does not come back here. NULL for a post made by hand.';
COMMENT ON CONSTRAINT post_instances_status_known_check ON public.post_instances IS
'Draft, Planned, Scheduled, Posted or Failed.';
COMMENT ON CONSTRAINT post_instances_empty_slot_not_published_check ON public.post_instances IS
'A row that is Scheduled or Posted has content of its own, not the placeholder: an empty slot is never published.';
