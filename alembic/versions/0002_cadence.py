"""A cadence on every channel account.

Constant defaults, so no row is rewritten, and CHECKs that are NOT VALID yet, so no row is read: the
ACCESS EXCLUSIVE lock on channel_accounts lasts as long as the change of the catalogue. Columns that the
application has already are used as they are, and stay.
"""

from frozen import execute, install, lock, rights_kept, trusted_path, uninstall
from give_back import MARK, Thing, take_away

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

HELPERS = ("array_is_set", "time_zone_name", "require_time_zone", "is_our_column")
NAMES = ("check_time_zone", "default_cadence", "hand_over_column")
TRIGGERS = ("check_time_zone_on_insert", "check_time_zone_on_update", "default_cadence")
COLUMNS = ("posts_per_week", "days_of_week", "times_local", "timezone")


def upgrade() -> None:
    """Add the columns that are not there, their rules and the check of the time zone."""
    with trusted_path(), rights_kept():
        execute(SAY_WHO_WILL_BE_PLANNED)
        install(__file__, *HELPERS)
        lock("channel_accounts")
        install(__file__, "channel_accounts_added", *NAMES)


def downgrade() -> None:
    """Take away what the upgrade added, which the comments tell.

    A column that the application has changed since is its own, and so is one that it was handed.
    """
    lock("channel_accounts")
    take_away(Thing("TRIGGER", "channel_accounts", name) for name in TRIGGERS)
    with trusted_path():
        execute(DROP_OWN_RULES)
        for name in COLUMNS:
            execute(
                DROP_OWN_COLUMN.format(column=name, drop=Thing("COLUMN", "channel_accounts", name).drop())
            )
    uninstall(__file__, *HELPERS, *NAMES)


# Before the lock: the rows are read.
SAY_WHO_WILL_BE_PLANNED = """
DO $$
DECLARE
    planned bigint;
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = 'public.channel_accounts'::regclass AND attname = 'posts_per_week'
          AND NOT attisdropped
    ) THEN
        EXECUTE 'SELECT count(*) FROM public.channel_accounts '
                'WHERE status::text = ''active'' AND posts_per_week > 0'
        INTO planned;
        RAISE NOTICE 'channel_accounts.posts_per_week is there already and is used: % will be planned',
                CASE planned WHEN 1 THEN '1 active account' ELSE planned || ' active accounts' END
            USING DETAIL = 'From the next top-off or nightly run on.',
                  HINT = 'See first: SELECT * FROM preview_planned_slots(''...''). An account with '
                         'posts_per_week 0 or NULL is not planned.';
    END IF;
END;
$$
"""

DROP_OWN_RULES = f"""
DO $$
DECLARE
    rule name;
BEGIN
    FOR rule IN
        SELECT conname FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.channel_accounts'::regclass
          AND pg_catalog.obj_description(oid, 'pg_constraint') LIKE '%{MARK}'
    LOOP
        EXECUTE format('ALTER TABLE public.channel_accounts DROP CONSTRAINT %I', rule);
    END LOOP;
END;
$$
"""

DROP_OWN_COLUMN = f"""
DO $column$
DECLARE
    is_ours CONSTANT boolean := topoff.is_our_column('public.channel_accounts', '{{column}}');
    says_so CONSTANT boolean := EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = 'public.channel_accounts'::regclass AND attname = '{{column}}' AND NOT attisdropped
          AND col_description(attrelid, attnum) LIKE '%{MARK}'
    );
    needed_by text;
BEGIN
    IF is_ours THEN
        {{drop}};
    ELSIF says_so THEN
        COMMENT ON COLUMN public.channel_accounts.{{column}} IS NULL;
        RAISE NOTICE 'channel_accounts.{{column}} stays: the application has changed it since it was added';
    END IF;
EXCEPTION WHEN dependent_objects_still_exist THEN
    GET STACKED DIAGNOSTICS needed_by = PG_EXCEPTION_DETAIL;
    COMMENT ON COLUMN public.channel_accounts.{{column}} IS NULL;
    RAISE WARNING 'channel_accounts.{{column}} stays: the application has come to need it'
        USING DETAIL = needed_by, HINT = 'It is the application''s own from now on.';
END;
$column$
"""
