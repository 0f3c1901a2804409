"""Working with the calendar: skip, fill, bulk create, the calendar and its coverage.

Functions and a view only: no lock on the tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Each after what it calls.
NAMES = (
    "skip_planned_slot",
    "require_content_item",
    "fill_next_planned_slot",
    "create_post_instances",
    "marketing_calendar",
    "calendar_grid",
    "tenant_coverage",
    "cadence_coverage",
)


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Drop them."""
    uninstall(__file__, *NAMES)
