-- Deletes rows of the application's, told by their keys. Its triggers see its own search_path, so nothing is
-- pinned here, and all is qualified. What may go the caller has decided, and has locked.
CREATE OR REPLACE FUNCTION topoff.delete_posts(tenant text, post_instance_ids uuid[])
RETURNS integer
LANGUAGE plpgsql
AS $$
<<own>>
DECLARE
    deleted pg_catalog.int4;
BEGIN
    DELETE FROM public.post_instances AS post
    WHERE post.tenant_id OPERATOR(pg_catalog.=) delete_posts.tenant
      AND post.id OPERATOR(pg_catalog.=) ANY (delete_posts.post_instance_ids);
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END;
$$;

COMMENT ON FUNCTION topoff.delete_posts(text, uuid[]) IS
'Deletes these post instances of the tenant and returns how many it had. Checks nothing.';

REVOKE ALL ON FUNCTION topoff.delete_posts(text, uuid[]) FROM PUBLIC;
