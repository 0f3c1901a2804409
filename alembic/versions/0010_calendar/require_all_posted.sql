-- What create_post_instances() decides afterwards: all of the accounts or none.
CREATE OR REPLACE FUNCTION topoff.require_all_posted(
    channel_account_ids uuid[],
    written_ids uuid[],
    scheduled_for timestamptz
)
RETURNS void
LANGUAGE plpgsql
STABLE
SET search_path = pg_catalog, pg_temp
AS $$
DECLARE
    taken CONSTANT uuid[] := ARRAY(
        SELECT unnest(channel_account_ids) EXCEPT SELECT unnest(written_ids) ORDER BY 1
    );
BEGIN
    IF taken <> '{}' THEN
        RAISE EXCEPTION 'the time % is taken on channel account %', scheduled_for, array_to_string(taken, ', ')
            USING ERRCODE = 'unique_violation',
                  DETAIL = 'Each of these accounts has a post at that time that is not an empty slot. Nothing was created.',
                  HINT = 'Choose another time, or leave these accounts out.',
                  SCHEMA = 'public', TABLE = 'post_instances', CONSTRAINT = 'post_instances_slot_key';
    END IF;
END;
$$;

COMMENT ON FUNCTION topoff.require_all_posted(uuid[], uuid[], timestamptz) IS
'For create_post_instances(): fails unless a row was written for every one of the accounts (23505, names those whose time is taken).';

REVOKE ALL ON FUNCTION topoff.require_all_posted(uuid[], uuid[], timestamptz) FROM PUBLIC;
