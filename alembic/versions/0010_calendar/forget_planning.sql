-- What planning holds of an account, or of a whole tenant, in tables of its own goes; and which slots may go
-- along: the empty ones that nobody has written anything into, past and future, moved or not. They are locked
-- in the order in which writers go; one that somebody fills meanwhile is not among them. Of a tenant only
-- those that a top-off made: others are the application's, and whoever retires an account means them, too.
CREATE OR REPLACE FUNCTION topoff.forget_planning(tenant text, channel_account_id uuid)
RETURNS uuid[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET jit = off
SET plan_cache_mode = force_custom_plan
AS $$
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
BEGIN
    DELETE FROM topoff.cadences AS cadence
    WHERE cadence.tenant_id = forget_planning.tenant
      AND (cadence.channel_account_id = forget_planning.channel_account_id
           OR forget_planning.channel_account_id IS NULL);
    DELETE FROM topoff.blackouts AS blackout
    WHERE blackout.tenant_id = forget_planning.tenant
      AND (blackout.channel_account_id = forget_planning.channel_account_id
           OR forget_planning.channel_account_id IS NULL);
    RETURN ARRAY(
        SELECT post.id
        FROM public.post_instances AS post
        WHERE post.tenant_id = forget_planning.tenant
          AND (post.channel_account_id = forget_planning.channel_account_id
               OR forget_planning.channel_account_id IS NULL)
          AND topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder)
          AND post.touched_at IS NULL
          AND (post.planned_for IS NOT NULL OR forget_planning.channel_account_id IS NOT NULL)
        ORDER BY post.channel_account_id, post.scheduled_for
        FOR UPDATE
    );
END;
$$;

COMMENT ON FUNCTION topoff.forget_planning(text, uuid) IS
'Deletes the further cadences and the blackouts of the account, or with NULL of all accounts of the tenant and of the tenant itself, and returns the ids of the empty slots that nobody has touched (of a tenant: those that a top-off made), locked for the caller to delete. Checks nothing.';

REVOKE ALL ON FUNCTION topoff.forget_planning(text, uuid) FROM PUBLIC;
