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
    "plans",
    "is_known_zone",
    "slot_instant",
    "cadence_cells",
    "cadence_slots",
    "cells_giving_way",
    "slots_need_content",
    "require_tenant",
    "planning_window_end",
    "tenant_lock",
    "lock_tenants",
    "accounts_of_unknown_zone",
    "warn_of_unknown_zones",
    "planned_slots",
    "replanned_slots",
    "new_slots",
    "insert_planned_slots",
    "lock_changed_slots",
    "replan_slots",
    "plan_tenant",
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
