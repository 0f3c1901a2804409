-- What rename_tenant() decides: whether the tenant may have the new name.
--
-- Both tenants' locks keep top-offs and their like away. The rows of accounts and content are locked before
-- the statement that renames them: who is inserting a post right now holds them, so his post is there to be
-- renamed along, and who comes later waits, and finds no such account any more.
CREATE OR REPLACE FUNCTION topoff.begin_rename(old text, new text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET row_security = off
AS $$
DECLARE
    in_the_way regclass[];
BEGIN
    PERFORM topoff.require_tenant_rows(old, 'old');
    IF new IS NULL OR new = '' THEN
        RAISE EXCEPTION 'new must not be %', CASE WHEN new IS NULL THEN 'null' ELSE 'empty' END
            USING ERRCODE = CASE WHEN new IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Give the name that the tenant is to have.';
    ELSIF new = old THEN
        RAISE EXCEPTION 'tenant "%" has that name already', old
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Give the name that the tenant is to have.';
    END IF;
    PERFORM topoff.lock_tenants(ARRAY[old, new]);
    in_the_way := topoff.tables_of_tenant(new);
    IF in_the_way <> '{}' THEN
        RAISE EXCEPTION 'tenant "%" has rows of its own', new
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('In %s. Two tenants are never made one.', array_to_string(in_the_way, ', ')),
                  HINT = format('Choose another name. What planning has left behind of a former tenant of that '
                                'name goes with SELECT topoff.erase_tenant(%L).', new);
    END IF;
    PERFORM FROM public.channel_accounts AS account
    WHERE account.tenant_id = begin_rename.old ORDER BY account.id FOR UPDATE;
    PERFORM FROM public.content_items AS content
    WHERE content.tenant_id = begin_rename.old ORDER BY content.id FOR UPDATE;
END;
$$;

COMMENT ON FUNCTION topoff.begin_rename(text, text) IS
'For rename_tenant(): checks its arguments and takes the locks. Errors as rename_tenant.';

REVOKE ALL ON FUNCTION topoff.begin_rename(text, text) FROM PUBLIC;
