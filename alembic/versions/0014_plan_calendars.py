"""Plan calendar by calendar: a first fill, an idle night and the button in less time.

Functions only: no lock on the tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

# Each after what it calls.
NAMES = (
    "cadence_cells",
    "day_begins",
    "slots_on_days",
    "cadence_slots",
    "lock_tenants",
    "planned_calendars",
    "planned_slots",
    "replanned_slots",
    "new_calendar",
    "new_slots",
    "insert_planned_slots",
    "is_known_zone",
    "accounts_of_unknown_zone",
    "replan_slots",
    "plan_tenant",
    "run_batch",
    "tenant_coverage",
    "marketing_calendar",
    "complete_tenants",
    "tenants_to_plan",
    "topoff_all_tenants",
    "api_privileges",
    "version",
)


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Take them back: drop the new ones, and install the others as they were."""
    with rights_kept():
        uninstall(__file__, *NAMES)
