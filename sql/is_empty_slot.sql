-- An empty slot is Planned, with its tenant's placeholder as content, wherever it stands on the
-- calendar. The placeholder is an argument so that a query computes it once a tenant, not once a row.
CREATE OR REPLACE FUNCTION public.is_empty_slot(post public.post_instances, placeholder uuid)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN (post.status = 'Planned' AND post.content_item_id = placeholder) IS TRUE;

COMMENT ON FUNCTION public.is_empty_slot(public.post_instances, uuid) IS
'True where the post instance is an empty slot: status Planned and the tenant''s placeholder, given as placeholder_content_item_id(tenant_id), as its content. Moved or not.';

REVOKE ALL ON FUNCTION public.is_empty_slot(public.post_instances, uuid) FROM PUBLIC;
