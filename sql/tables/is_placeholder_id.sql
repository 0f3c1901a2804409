-- Whether an id is of the form that placeholders have, and nothing else by chance: an application may make its ids
-- as it likes, of version 8 or as md5(...)::uuid, of which one in sixteen looks like version 8. The form itself is
-- made in topoff.placeholder_content_item_id().
CREATE OR REPLACE FUNCTION topoff.is_placeholder_id(id uuid)
RETURNS boolean
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN id::text LIKE '746f706f-____-8%';

COMMENT ON FUNCTION topoff.is_placeholder_id(uuid) IS
'True where a content item''s id has the form that ids of placeholders have (746f706f-xxxx-8xxx-8xxx-xxxxxxxxxxxx), whoever''s placeholder it is. NULL for NULL.';

-- Everybody who writes a content item has a CHECK and a trigger call this.
GRANT EXECUTE ON FUNCTION topoff.is_placeholder_id(uuid) TO PUBLIC;
