-- What create_post_instances() decides beforehand: whether it makes sense, and the order of its rows. Who
-- writes the accounts in the order of their ids waits for another writer in one direction only.
CREATE OR REPLACE FUNCTION topoff.accounts_to_post_on(
    tenant text,
    content_item_id uuid,
    channel_account_ids uuid[],
    scheduled_for timestamptz
)
RETURNS uuid[]
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    PERFORM topoff.require_tenant(tenant);
    IF coalesce(cardinality(channel_account_ids), 0) = 0 THEN
        RAISE EXCEPTION 'channel_account_ids must not be empty'
            USING ERRCODE = CASE WHEN channel_account_ids IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Name at least one channel account.';
    ELSIF NOT isfinite(scheduled_for) THEN
        RAISE EXCEPTION 'scheduled_for must not be infinite'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Leave it NULL for a draft that is not on the calendar.';
    ELSIF scheduled_for <= now() THEN
        RAISE EXCEPTION 'scheduled_for % is not in the future', scheduled_for
            USING ERRCODE = 'invalid_parameter_value',
                  DETAIL = format('It is %s now.', now()),
                  HINT = 'Choose a time to come, or leave it NULL for a draft that is not on the calendar.';
    END IF;
    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    PERFORM topoff.require_content_item(tenant, content_item_id);
    PERFORM topoff.require_channel_accounts(tenant, channel_account_ids);
    RETURN ARRAY(SELECT DISTINCT named.id FROM unnest(channel_account_ids) AS named (id) ORDER BY named.id);
END;
$$;

COMMENT ON FUNCTION topoff.accounts_to_post_on(text, uuid, uuid[], timestamptz) IS
'For create_post_instances(): checks its arguments, locks the tenant, and returns the accounts in the order of their ids, each once. Errors as create_post_instances, but for a time that is taken.';

REVOKE ALL ON FUNCTION topoff.accounts_to_post_on(text, uuid, uuid[], timestamptz) FROM PUBLIC;
