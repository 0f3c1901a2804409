"""A cadence on every channel account.

Constant defaults, so no row is rewritten, and CHECKs that are NOT VALID yet, so no row is read: the
ACCESS EXCLUSIVE lock on channel_accounts lasts as long as the change of the catalogue. Columns that the
application has already are used as they are, and stay.
"""

from frozen import execute, install, lock, rights_kept, uninstall

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns that are not there, their rules and the check of the time zone."""
    with rights_kept():
        install(__file__, "array_is_set", "time_zone_name", "require_time_zone", "is_our_column")
        lock("channel_accounts")
        install(__file__, "channel_accounts_added", "check_time_zone")


def downgrade() -> None:
    """Take away what the upgrade added, which the comments of the columns tell."""
    lock("channel_accounts")
    execute(
        """
        DROP TRIGGER IF EXISTS check_time_zone_on_update ON public.channel_accounts;
        DROP TRIGGER IF EXISTS check_time_zone_on_insert ON public.channel_accounts;
        ALTER TABLE public.channel_accounts
            DROP CONSTRAINT IF EXISTS channel_accounts_posts_per_week_check,
            DROP CONSTRAINT IF EXISTS channel_accounts_days_of_week_check,
            DROP CONSTRAINT IF EXISTS channel_accounts_times_local_check;
        """
    )
    execute(DROP_OWN_COLUMNS)
    uninstall(
        __file__, "check_time_zone", "is_our_column", "require_time_zone", "time_zone_name", "array_is_set"
    )


DROP_OWN_COLUMNS = """
DO $$
DECLARE
    own name;
BEGIN
    FOR own IN
        SELECT attname FROM pg_catalog.pg_attribute
        WHERE attrelid = 'public.channel_accounts'::regclass AND attnum > 0 AND NOT attisdropped
          AND topoff.is_our_column(attrelid, attname)
    LOOP
        EXECUTE format('ALTER TABLE public.channel_accounts DROP COLUMN %I', own);
    END LOOP;
END;
$$
"""
