-- One content item on several accounts at one time, all of them or none.
--
-- An empty slot at that time is filled: it keeps its id and planned_for. That is the conflict's business,
-- account by account in order: it sees the row that really stands there, a slot that somebody has just
-- moved to that time or filled included, and two bulk creates wait for each other in one direction only.
CREATE OR REPLACE FUNCTION public.create_post_instances(
    tenant text,
    content_item_id uuid,
    channel_account_ids uuid[],
    scheduled_for timestamptz
)
RETURNS SETOF public.post_instances
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
#variable_conflict use_column
DECLARE
    placeholder CONSTANT uuid := topoff.placeholder_content_item_id(tenant);
    new_status CONSTANT public.post_instances.status%TYPE :=
        CASE WHEN scheduled_for IS NULL THEN 'Draft' ELSE 'Scheduled' END;
    unknown uuid[];
    done uuid[];
    taken uuid[];
BEGIN
    PERFORM topoff.require_tenant(tenant);
    PERFORM topoff.require_content_item(tenant, content_item_id);
    IF coalesce(cardinality(channel_account_ids), 0) = 0 THEN
        RAISE EXCEPTION 'channel_account_ids must not be empty'
            USING ERRCODE = CASE WHEN channel_account_ids IS NULL THEN 'null_value_not_allowed'
                                 ELSE 'invalid_parameter_value' END,
                  HINT = 'Name at least one channel account.';
    ELSIF NOT isfinite(scheduled_for) THEN
        RAISE EXCEPTION 'scheduled_for must not be infinite'
            USING ERRCODE = 'invalid_parameter_value',
                  HINT = 'Leave it NULL for a draft that is not on the calendar.';
    END IF;
    unknown := ARRAY(
        SELECT DISTINCT wanted.id FROM unnest(channel_account_ids) AS wanted (id)
        WHERE NOT EXISTS (
            SELECT FROM public.channel_accounts AS account
            WHERE account.tenant_id = tenant AND account.id = wanted.id
        )
        ORDER BY wanted.id
    );
    IF unknown <> '{}' THEN
        RAISE EXCEPTION 'channel account % does not exist', array_to_string(unknown, ', ', 'NULL')
            USING ERRCODE = 'no_data_found', HINT = 'Read the tenant''s channel accounts again.';
    END IF;

    PERFORM topoff.lock_tenants(ARRAY[tenant]);
    WITH wanted AS (
        SELECT DISTINCT account.id FROM unnest(channel_account_ids) AS account (id)
    ),
    written AS (
        INSERT INTO public.post_instances AS post (
            id, tenant_id, channel_account_id, content_item_id, scheduled_for, status
        )
        SELECT gen_random_uuid(), tenant, wanted.id, create_post_instances.content_item_id,
               create_post_instances.scheduled_for,
               new_status
        FROM wanted
        ORDER BY wanted.id
        ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO UPDATE
        SET content_item_id = EXCLUDED.content_item_id,
            status = EXCLUDED.status
        WHERE topoff.is_empty_slot(post.status::text, post.content_item_id, placeholder)
        RETURNING post.id, post.channel_account_id
    )
    SELECT array_agg(written.id) FILTER (WHERE written.id IS NOT NULL),
           array_agg(wanted.id ORDER BY wanted.id) FILTER (WHERE written.id IS NULL)
    INTO done, taken
    FROM wanted
    LEFT JOIN written ON written.channel_account_id = wanted.id;

    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'the time % is taken on channel account %',
                scheduled_for, array_to_string(taken, ', ')
            USING ERRCODE = 'unique_violation',
                  DETAIL = 'Each of these accounts has a post at that time that is not an empty slot. Nothing was created.',
                  HINT = 'Choose another time, or leave these accounts out.',
                  SCHEMA = 'public', TABLE = 'post_instances', CONSTRAINT = 'post_instances_slot_key';
    END IF;
    RETURN QUERY
    SELECT post.*
    FROM public.post_instances AS post
    WHERE post.tenant_id = tenant AND post.id = ANY (done)
    ORDER BY array_position(channel_account_ids, post.channel_account_id);
END;
$$;

COMMENT ON FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz) IS
'Puts the content item on every one of the accounts at one time and returns the rows, in the order of the accounts; an account named twice counts once. At an empty slot it fills the slot, which becomes Scheduled and keeps its id and planned_for; at a free time it inserts a Scheduled post; without a time (NULL) a Draft. All or nothing.
Errors: 23505 where an account has another post at that time, naming all such accounts; P0002 where an account or the content item is not one of the tenant''s; 22004 and 22023 for accounts NULL or empty, an infinite time, or the placeholder as content; for the tenant as topoff_planned_slots.';

REVOKE ALL ON FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz) FROM PUBLIC;
