-- Further cadences of an account, beside the one in its own columns: other times on other days, a queue for a
-- category, a campaign. The account's programme is the union of all of them, in the account's time zone.
CREATE TABLE IF NOT EXISTS topoff.cadences (
    id uuid DEFAULT pg_catalog.gen_random_uuid() NOT NULL,
    tenant_id text NOT NULL,
    channel_account_id uuid NOT NULL,
    posts_per_week smallint NOT NULL,
    days_of_week smallint[] DEFAULT '{1,2,3,4,5}' NOT NULL,
    times_local time[] DEFAULT '{09:00}' NOT NULL,
    category text,
    during daterange DEFAULT '(,)' NOT NULL,
    CONSTRAINT cadences_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT cadences_channel_account_fkey FOREIGN KEY (tenant_id, channel_account_id)
        REFERENCES public.channel_accounts (tenant_id, id) ON DELETE CASCADE,
    CONSTRAINT cadences_days_of_week_check CHECK (
        pg_catalog.array_ndims(days_of_week) = 1
        AND pg_catalog.cardinality(days_of_week) BETWEEN 1 AND 7
        AND days_of_week <@ '{1,2,3,4,5,6,7}'::smallint[]
        AND topoff.array_is_set(days_of_week)
    ),
    CONSTRAINT cadences_times_local_check CHECK (
        pg_catalog.array_ndims(times_local) = 1
        AND pg_catalog.cardinality(times_local) BETWEEN 1 AND 24
        AND '24:00' <> ALL (times_local)
        AND times_local = times_local::time(0)[]
        AND topoff.array_is_set(times_local)
    ),
    CONSTRAINT cadences_posts_per_week_check CHECK (
        posts_per_week BETWEEN 1 AND pg_catalog.cardinality(days_of_week) * pg_catalog.cardinality(times_local)
    ),
    CONSTRAINT cadences_category_not_empty_check CHECK (category <> ''),
    CONSTRAINT cadences_during_not_empty_check CHECK (NOT pg_catalog.isempty(during))
);

CREATE INDEX IF NOT EXISTS cadences_channel_account_idx ON topoff.cadences (tenant_id, channel_account_id);

COMMENT ON TABLE topoff.cadences IS
'Further cadences of channel accounts. Together with the cadence in the account''s own columns they are its programme; two that give the same instant give one slot.';
COMMENT ON COLUMN topoff.cadences.id IS 'Identifies the cadence within its tenant.';
COMMENT ON COLUMN topoff.cadences.tenant_id IS 'The tenant that owns the account.';
COMMENT ON COLUMN topoff.cadences.channel_account_id IS 'The account that posts by it, in its own time zone.';
COMMENT ON COLUMN topoff.cadences.posts_per_week IS
'Slots a week, from 1 to days x times. Which cells of the week they are: topoff.cadence_cells().';
COMMENT ON COLUMN topoff.cadences.days_of_week IS
'The days to post on, ISO: 1 = Monday ... 7 = Sunday. One to seven of them, each once, in any order.';
COMMENT ON COLUMN topoff.cadences.times_local IS
'The times of day to post at, in the account''s time zone. One to 24 of them, each once, in any order; in whole seconds; 00:00, not 24:00.';
COMMENT ON COLUMN topoff.cadences.category IS
'What kind of post belongs in these slots, such as team_post; NULL for any.';
COMMENT ON COLUMN topoff.cadences.during IS
'The dates, by the account''s clock, on which the cadence is in force: a campaign is [2026-12-01,2026-12-25). Unbounded unless given; may not be empty. It drops the slots outside and moves none.';
COMMENT ON CONSTRAINT cadences_pkey ON topoff.cadences IS 'One row a further cadence.';
COMMENT ON CONSTRAINT cadences_channel_account_fkey ON topoff.cadences IS
'The account is one of the same tenant; its cadences go when it goes.';
COMMENT ON CONSTRAINT cadences_days_of_week_check ON topoff.cadences IS
'One to seven ISO days 1 ... 7, none twice, none NULL.';
COMMENT ON CONSTRAINT cadences_times_local_check ON topoff.cadences IS
'One to 24 times of day, none twice, none NULL, none 24:00, none with parts of a second.';
COMMENT ON CONSTRAINT cadences_posts_per_week_check ON topoff.cadences IS
'At least 1, and at most the number of days times the number of times.';
COMMENT ON CONSTRAINT cadences_category_not_empty_check ON topoff.cadences IS
'A category has a name; for slots of any kind leave it NULL.';
COMMENT ON CONSTRAINT cadences_during_not_empty_check ON topoff.cadences IS
'An empty range of dates would never be in force.';
COMMENT ON INDEX topoff.cadences_channel_account_idx IS 'An account''s further cadences.';
