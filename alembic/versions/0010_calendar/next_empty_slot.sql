-- What fill_next_planned_slot() decides: which slot it is, locked for the caller.
--
-- Callers pass over a slot that another one is filling at the moment (SKIP LOCKED), so many at once get
-- one each, and nobody waits. The lock holds until the end of the transaction, so the caller's UPDATE meets
-- the very row that was chosen here.
CREATE OR REPLACE FUNCTION topoff.next_empty_slot(
    tenant text,
    channel_account_id uuid,
    content_item_id uuid,
    category text
)
RETURNS uuid
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
SET enable_seqscan = off
SET enable_sort = off
SET enable_incremental_sort = off
SET jit = off
AS $$
<<own>>
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    slot uuid;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.require_content_item(tenant, content_item_id);
    PERFORM topoff.require_channel_accounts(tenant, ARRAY[channel_account_id]);
    IF category = '' THEN
        RAISE EXCEPTION 'category must not be empty'
            USING ERRCODE = 'invalid_parameter_value', HINT = 'Leave it out for a slot of any category.';
    END IF;

    SELECT post.id INTO slot
    FROM public.post_instances AS post
    WHERE post.tenant_id = next_empty_slot.tenant
      AND (post.channel_account_id, post.scheduled_for) > (next_empty_slot.channel_account_id, now())
      AND (post.channel_account_id, post.scheduled_for) < (next_empty_slot.channel_account_id, 'infinity')
      AND topoff.is_empty_slot(post.status::text, post.content_item_id, own.placeholder)
      AND (next_empty_slot.category IS NULL OR post.planned_category = next_empty_slot.category)
    ORDER BY post.channel_account_id, post.scheduled_for
    LIMIT 1
    FOR UPDATE SKIP LOCKED;
    IF slot IS NULL THEN
        RAISE EXCEPTION '%', CASE
                WHEN category IS NULL THEN format('channel account %s has no empty slot', channel_account_id)
                ELSE format('channel account %s has no empty slot of category "%s"', channel_account_id, category)
            END
            USING ERRCODE = 'no_data_found',
                  HINT = format('Top off first: SELECT topoff_planned_slots(%L). An account without a cadence '
                                '%sgets no slots.', tenant,
                                CASE WHEN category IS NULL THEN '' ELSE 'of this category ' END);
    END IF;
    RETURN slot;
END;
$$;

COMMENT ON FUNCTION topoff.next_empty_slot(text, uuid, uuid, text) IS
'For fill_next_planned_slot(): the id of the account''s earliest empty slot after now, of the category if one is given, that nobody else has locked; locked until the end of the transaction. Errors as fill_next_planned_slot.';

REVOKE ALL ON FUNCTION topoff.next_empty_slot(text, uuid, uuid, text) FROM PUBLIC;
