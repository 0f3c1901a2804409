-- Another tenant's content item is answered exactly like one that does not exist.
CREATE OR REPLACE FUNCTION topoff.require_content_item(tenant text, content_item_id uuid)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.content_items AS content
        WHERE content.tenant_id = require_content_item.tenant AND content.id = require_content_item.content_item_id
    ) THEN
        RAISE EXCEPTION 'content item % does not exist', coalesce(content_item_id::text, 'NULL')
            USING ERRCODE = 'no_data_found', HINT = 'Create the content item first.';
    ELSIF content_item_id = topoff.placeholder_content_item_id(tenant) THEN
        RAISE EXCEPTION 'content item % is the placeholder of empty slots', content_item_id
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Create a content item of its own for the post.';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_content_item(text, uuid) IS
'Fails unless the tenant has this content item (P0002), and for its placeholder (22023), which is never published.';

REVOKE ALL ON FUNCTION topoff.require_content_item(text, uuid) FROM PUBLIC;
