-- Keeps a tenant's placeholder as it is while slots have it as their content: somebody who typed a
-- post into it would publish that post in every empty slot, and deleting it would take the slots along.
CREATE OR REPLACE FUNCTION topoff.guard_placeholder()
RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF EXISTS (
        SELECT FROM public.post_instances AS post
        WHERE post.tenant_id = OLD.tenant_id AND post.content_item_id = OLD.id
    ) THEN
        RAISE EXCEPTION 'content item % is the placeholder of tenant "%" and cannot be %',
                OLD.id, OLD.tenant_id, CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END
            USING ERRCODE = 'object_in_use',
                  DETAIL = 'Empty planned slots have it as their content.',
                  HINT = 'To write a post, create a content item of its own and assign it to the slot: '
                         'fill_next_planned_slot() or UPDATE post_instances SET content_item_id = ...';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END;
$$;

CREATE OR REPLACE TRIGGER guard_placeholder_on_delete
BEFORE DELETE ON public.content_items
FOR EACH ROW
WHEN (OLD.id = topoff.placeholder_content_item_id(OLD.tenant_id))
EXECUTE FUNCTION topoff.guard_placeholder();

CREATE OR REPLACE TRIGGER guard_placeholder_on_update
BEFORE UPDATE ON public.content_items
FOR EACH ROW
WHEN (OLD OPERATOR(pg_catalog.*<>) NEW AND OLD.id = topoff.placeholder_content_item_id(OLD.tenant_id))
EXECUTE FUNCTION topoff.guard_placeholder();

COMMENT ON FUNCTION topoff.guard_placeholder() IS
'Trigger: refuses to change or delete a tenant''s placeholder content item while a post instance has it as its content (55006, with the way out in the HINT).';
COMMENT ON TRIGGER guard_placeholder_on_delete ON public.content_items IS
'The placeholder of empty slots cannot be deleted.';
COMMENT ON TRIGGER guard_placeholder_on_update ON public.content_items IS
'The placeholder of empty slots cannot be changed; an UPDATE that changes nothing passes.';

REVOKE ALL ON FUNCTION topoff.guard_placeholder() FROM PUBLIC;
