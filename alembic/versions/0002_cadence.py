"""A cadence on every channel account.

Constant defaults, so no row is rewritten, and CHECKs that are NOT VALID yet, so no row is read: the
ACCESS EXCLUSIVE lock on channel_accounts lasts as long as the change of the catalogue.
"""

from frozen import execute, install, lock, run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the four columns, their rules and the check of the time zone."""
    install(__file__, "array_is_set")
    lock("channel_accounts")
    run_script(__file__)
    install(__file__, "check_time_zone")


def downgrade() -> None:
    """Take the cadence away."""
    lock("channel_accounts")
    execute(
        """
        DROP TRIGGER check_time_zone_on_update ON public.channel_accounts;
        DROP TRIGGER check_time_zone_on_insert ON public.channel_accounts;
        DROP FUNCTION public.check_time_zone();
        ALTER TABLE public.channel_accounts
            DROP CONSTRAINT channel_accounts_posts_per_week_check,
            DROP CONSTRAINT channel_accounts_days_of_week_check,
            DROP CONSTRAINT channel_accounts_times_local_check,
            DROP COLUMN posts_per_week,
            DROP COLUMN days_of_week,
            DROP COLUMN times_local,
            DROP COLUMN timezone;
        DROP FUNCTION public.array_is_set(anyarray);
        """
    )
