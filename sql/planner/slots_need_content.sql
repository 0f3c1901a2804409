-- Whether a new slot needs a content item: the application decides that, and may change it any day.
CREATE OR REPLACE FUNCTION topoff.slots_need_content()
RETURNS boolean
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    RETURN (
        SELECT attribute.attnotnull
        FROM pg_attribute AS attribute
        WHERE attribute.attrelid = 'public.post_instances'::regclass AND attribute.attname = 'content_item_id'
    );
END;
$$;

COMMENT ON FUNCTION topoff.slots_need_content() IS
'True where post_instances.content_item_id is NOT NULL: then new slots have their tenant''s placeholder as their content, else NULL.';

REVOKE ALL ON FUNCTION topoff.slots_need_content() FROM PUBLIC;
