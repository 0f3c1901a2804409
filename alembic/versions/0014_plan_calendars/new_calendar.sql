-- An account's new slots in one value, so that those of many accounts can be looked at before they are written.
CREATE TYPE topoff.new_calendar AS (
    tenant_id text,
    channel_account_id uuid,
    content_item_id uuid,
    ids uuid[],
    slots timestamptz[],
    categories text[]
);

COMMENT ON TYPE topoff.new_calendar IS
'The slots that an account is to get (new_slots()).';
COMMENT ON COLUMN topoff.new_calendar.tenant_id IS
'The account''s tenant.';
COMMENT ON COLUMN topoff.new_calendar.channel_account_id IS
'The account.';
COMMENT ON COLUMN topoff.new_calendar.content_item_id IS
'The content that an empty slot has: NULL where post_instances allows that, else the tenant''s placeholder.';
COMMENT ON COLUMN topoff.new_calendar.ids IS
'A new id for each slot, in the order of the slots.';
COMMENT ON COLUMN topoff.new_calendar.slots IS
'The instants of the slots, in the order of time.';
COMMENT ON COLUMN topoff.new_calendar.categories IS
'The category wanted at each slot, in the order of the slots; NULL for none.';

REVOKE ALL ON TYPE topoff.new_calendar FROM PUBLIC;
