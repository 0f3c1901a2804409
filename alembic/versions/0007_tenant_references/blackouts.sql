-- The times when an account, or a whole tenant, does not post: holidays, pauses, skipped slots.
CREATE TABLE IF NOT EXISTS topoff.blackouts (
    id uuid DEFAULT pg_catalog.gen_random_uuid() NOT NULL,
    tenant_id text NOT NULL,
    channel_account_id uuid,
    during tsrange NOT NULL,
    reason text,
    CONSTRAINT blackouts_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT blackouts_during_not_empty_check CHECK (NOT pg_catalog.isempty(during)),
    CONSTRAINT blackouts_channel_account_fkey FOREIGN KEY (tenant_id, channel_account_id)
        REFERENCES public.channel_accounts (tenant_id, id) ON DELETE CASCADE
);

-- A planner wants the blackouts that are not over yet, however many are.
CREATE INDEX IF NOT EXISTS blackouts_not_over_idx
ON topoff.blackouts (tenant_id, coalesce(pg_catalog.upper(during), 'infinity'));

CREATE INDEX IF NOT EXISTS blackouts_channel_account_idx
ON topoff.blackouts (tenant_id, channel_account_id);

COMMENT ON TABLE topoff.blackouts IS
'When no slot is planned. A blackout never moves other slots: the rest of the week stays as it is.';
COMMENT ON COLUMN topoff.blackouts.id IS 'Identifies the blackout within its tenant.';
COMMENT ON COLUMN topoff.blackouts.tenant_id IS 'The tenant that does not post.';
COMMENT ON COLUMN topoff.blackouts.channel_account_id IS
'The account that does not post; NULL for every account of the tenant.';
COMMENT ON COLUMN topoff.blackouts.during IS
'From when to when, in the local time of each account. May be unbounded; may not be empty. A day is [2026-12-25, 2026-12-26), one instant [2026-12-25 09:00, 2026-12-25 09:00].';
COMMENT ON COLUMN topoff.blackouts.reason IS 'Why, for people; ''skipped'' where skip_planned_slot() made it.';
COMMENT ON CONSTRAINT blackouts_pkey ON topoff.blackouts IS 'One row a blackout.';
COMMENT ON CONSTRAINT blackouts_during_not_empty_check ON topoff.blackouts IS
'An empty range would black out nothing. For one instant write [t, t], with square brackets.';
COMMENT ON CONSTRAINT blackouts_channel_account_fkey ON topoff.blackouts IS
'The account is one of the same tenant; its blackouts go when it goes.';
COMMENT ON INDEX topoff.blackouts_not_over_idx IS 'A tenant''s blackouts by their end.';
COMMENT ON INDEX topoff.blackouts_channel_account_idx IS 'An account''s blackouts.';
