"""The nightly run over all tenants, its ledger, and scheduling it with pg_cron.

New tables and functions only: no lock on the application's tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

# Each after what it calls.
NAMES = (
    "runs",
    "run_tenants",
    "start_run",
    "resume_run",
    "longest_wait",
    "patience",
    "waited",
    "next_step",
    "require_all_rows",
    "tenants_to_plan",
    "try_lock_tenants",
    "lock_holders",
    "enter_step",
    "run_batch",
    "enter_unknown_zones",
    "finish_run",
    "raise_run_failures",
    "topoff_all_tenants",
    "schedule",
    "unschedule",
)


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Drop them."""
    uninstall(__file__, *NAMES)
