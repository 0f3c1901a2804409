"""Plan account by account in the order of the slot key: a night with nothing missing takes a sixth less.

Functions only: no lock on the tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

# The files of sql/ that are new or changed, each after what it calls.
NAMES = (
    "is_blacked_out",
    "planned_calendars",
    "longest_wait",
    "tenants_to_plan",
    "api_privileges",
    "rename_tenant",
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
