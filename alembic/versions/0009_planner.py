"""The planner, the top-off, its preview and the re-plan.

Functions only: no lock on the tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

# Each after what it calls.
NAMES = (
    "slot_instant",
    "cadence_cells",
    "require_tenant",
    "planning_window_end",
    "lock_tenants",
    "planned_slots",
    "insert_planned_slots",
    "topoff_planned_slots",
    "preview_planned_slots",
    "replan_planned_slots",
)


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Drop them."""
    uninstall(__file__, *NAMES)
