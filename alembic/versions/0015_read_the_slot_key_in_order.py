"""Read accounts and their posts in the order of the slot key: a night with nothing missing takes less.

Functions only: no lock on the tables.
"""

from frozen import install, rights_kept, uninstall

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

# The files of sql/ that are new or changed, each after what it calls.
NAMES = ("planned_calendars", "version")


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Take them back: drop the new ones, and install the others as they were."""
    with rights_kept():
        uninstall(__file__, *NAMES)
