-- An empty slot is Planned and has no content, wherever it stands on the calendar and whoever made it:
-- NULL where the application allows that, else its tenant's placeholder. The placeholder is an argument so
-- that a query computes it once a tenant, not once a row.
CREATE OR REPLACE FUNCTION topoff.is_empty_slot(status text, content_item_id uuid, placeholder uuid)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN (status = 'Planned' AND coalesce(content_item_id, placeholder) = placeholder) IS TRUE;

COMMENT ON FUNCTION topoff.is_empty_slot(text, uuid, uuid) IS
'True where a post instance with this status and content is an empty slot: Planned, and without content (NULL, or the tenant''s placeholder, given as topoff.placeholder_content_item_id(tenant_id)). Moved or not, made by a top-off or not.';

REVOKE ALL ON FUNCTION topoff.is_empty_slot(text, uuid, uuid) FROM PUBLIC;
