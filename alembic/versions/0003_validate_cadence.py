"""Validate the cadence's CHECKs.

Reads channel_accounts under SHARE UPDATE EXCLUSIVE, which lets everybody read and write.
"""

from frozen import lock, validate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the server vouch for the rows that were there before."""
    lock("channel_accounts", mode="SHARE UPDATE EXCLUSIVE")
    validate(
        "channel_accounts",
        "channel_accounts_posts_per_week_check",
        "channel_accounts_days_of_week_check",
        "channel_accounts_times_local_check",
    )


def downgrade() -> None:
    """Nothing to take back: revision 0002 drops the CHECKs."""
