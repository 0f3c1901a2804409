-- What rename_tenant() decides: whether the tenant may have the new name.
--
-- Both tenants' locks keep top-offs and their like away. The rows themselves are locked before the statement
-- that renames them: who is inserting a post right now holds its account, so his post is there to be renamed
-- along, and who comes later waits, and finds no such account any more. In which order people's transactions
-- take their locks is not ours to know, so no wait is longer than half of deadlock_timeout: in a deadlock this
-- one gives way, and tries again.
CREATE OR REPLACE FUNCTION topoff.begin_rename(old text, new text)
RETURNS void
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET row_security = off
SET lock_timeout = 0
AS $$
DECLARE
    attempts CONSTANT integer := 20;
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

    PERFORM set_config('lock_timeout', greatest(setting::integer / 2, 1) || 'ms', true)
    FROM pg_settings WHERE name = 'deadlock_timeout';
    FOR attempt IN 1 .. attempts LOOP
        BEGIN
            PERFORM topoff.lock_tenants(ARRAY[old, new]);
            PERFORM FROM public.post_instances AS post
            WHERE post.tenant_id = begin_rename.old ORDER BY post.channel_account_id, post.scheduled_for FOR UPDATE;
            PERFORM FROM public.content_items AS content
            WHERE content.tenant_id = begin_rename.old ORDER BY content.id FOR UPDATE;
            PERFORM FROM public.channel_accounts AS account
            WHERE account.tenant_id = begin_rename.old ORDER BY account.id FOR UPDATE;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF attempt = attempts THEN
                RAISE EXCEPTION 'tenant "%" is in use', old
                    USING ERRCODE = 'lock_not_available',
                          DETAIL = format('Other transactions held its rows, or its lock, at each of %s attempts.',
                                          attempts),
                          HINT = 'Nothing was renamed. Call this again when they have ended: SELECT pid, '
                                 'xact_start, query FROM pg_stat_activity ORDER BY xact_start.';
            END IF;
            PERFORM pg_sleep(0.1 * random());
        END;
    END LOOP;
    PERFORM topoff.require_tenant_rows(old, 'old');  -- somebody else may have renamed it meanwhile
    in_the_way := topoff.tables_of_tenant(new);
    IF in_the_way <> '{}' THEN
        RAISE EXCEPTION 'tenant "%" has rows of its own', new
            USING ERRCODE = 'object_not_in_prerequisite_state',
                  DETAIL = format('In %s. Two tenants are never made one.', array_to_string(in_the_way, ', ')),
                  HINT = format('Choose another name. What planning has left behind of a former tenant of that '
                                'name goes with SELECT topoff.erase_tenant(%L).', new);
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.begin_rename(text, text) IS
'For rename_tenant(): checks its arguments and takes the locks. Errors as rename_tenant.';

REVOKE ALL ON FUNCTION topoff.begin_rename(text, text) FROM PUBLIC;
