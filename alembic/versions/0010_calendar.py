"""Working with the calendar: skip, fill, bulk create, retire, the calendar and its coverage.

Functions and a view only: no lock on the tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# Each after what it calls.
NAMES = (
    "require_content_item",
    "require_channel_accounts",
    "delete_posts",
    "black_out_slot",
    "skip_planned_slot",
    "next_empty_slot",
    "fill_next_planned_slot",
    "accounts_to_post_on",
    "require_all_posted",
    "create_post_instances",
    "stop_cadences",
    "forget_planning",
    "black_out_account",
    "retire_channel_account",
    "marketing_calendar",
    "calendar_grid",
    "tenants",
    "cadence_in_words",
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
