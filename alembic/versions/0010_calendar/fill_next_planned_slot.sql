-- "Add to queue": puts content into the account's earliest empty slot.
--
-- Callers pass over a slot that another one is filling at the moment (SKIP LOCKED), so many at once get
-- one each, and nobody waits.
CREATE OR REPLACE FUNCTION public.fill_next_planned_slot(
    tenant text,
    channel_account_id uuid,
    content_item_id uuid
)
RETURNS public.post_instances
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    filled public.post_instances;
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.require_content_item(tenant, content_item_id);
    IF NOT EXISTS (
        SELECT FROM public.channel_accounts AS account
        WHERE account.tenant_id = tenant AND account.id = fill_next_planned_slot.channel_account_id
    ) THEN
        RAISE EXCEPTION 'channel account % does not exist', coalesce(channel_account_id::text, 'NULL')
            USING ERRCODE = 'no_data_found', HINT = 'Read the tenant''s channel accounts again.';
    END IF;

    UPDATE public.post_instances AS post
    SET content_item_id = fill_next_planned_slot.content_item_id,
        status = 'Scheduled'
    WHERE post.tenant_id = tenant
      AND post.id = (
          SELECT slot.id
          FROM public.post_instances AS slot
          WHERE slot.tenant_id = tenant
            AND slot.channel_account_id = fill_next_planned_slot.channel_account_id
            AND slot.scheduled_for > now()
            AND topoff.is_empty_slot(slot.status::text, slot.content_item_id, placeholder)
          ORDER BY slot.scheduled_for
          LIMIT 1
          FOR UPDATE SKIP LOCKED
      )
    RETURNING post.* INTO filled;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'channel account % has no empty slot', channel_account_id
            USING ERRCODE = 'no_data_found',
                  HINT = format('Top off first: SELECT topoff_planned_slots(%L). An account without a cadence '
                                '(posts_per_week 0) gets no slots.', tenant);
    END IF;
    RETURN filled;
END;
$$;

COMMENT ON FUNCTION public.fill_next_planned_slot(text, uuid, uuid) IS
'Gives the content item to the account''s earliest empty slot after now, makes it Scheduled and returns the row. Many callers at once each get a different slot, in time order.
Errors: P0002 where the account or the content item is not one of the tenant''s, or where no slot is empty; 22023 for the placeholder as content; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.fill_next_planned_slot(text, uuid, uuid) FROM PUBLIC;
