-- "Add to queue": puts content into the account's earliest empty slot.
CREATE OR REPLACE FUNCTION public.fill_next_planned_slot(
    tenant text,
    channel_account_id uuid,
    content_item_id uuid,
    category text DEFAULT NULL
)
RETURNS public.post_instances
LANGUAGE plpgsql
AS $$
<<own>>
DECLARE
    slot CONSTANT pg_catalog.uuid := topoff.next_empty_slot(tenant, channel_account_id, content_item_id, category);
    filled public.post_instances;
BEGIN
    UPDATE public.post_instances AS post
    SET content_item_id = fill_next_planned_slot.content_item_id,
        status = 'Scheduled'
    WHERE post.tenant_id OPERATOR(pg_catalog.=) fill_next_planned_slot.tenant
      AND post.id OPERATOR(pg_catalog.=) own.slot
    RETURNING post.* INTO filled;
    RETURN filled;
END;
$$;

COMMENT ON FUNCTION public.fill_next_planned_slot(text, uuid, uuid, text) IS
'Gives the content item to the account''s earliest empty slot after now, makes it Scheduled and returns the row; with a category, to the earliest that was planned for posts of that category. Many callers at once each get a different slot, in time order.
Errors: P0002 where the account or the content item is not one of the tenant''s, or where no such slot is empty; 55000 for an account that is not active; 22023 for the placeholder as content or an empty category; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.fill_next_planned_slot(text, uuid, uuid, text) FROM PUBLIC;
