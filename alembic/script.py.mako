"""${message}

Which locks this takes on the application's tables, and why that is safe on a large live one.
"""

from frozen import install, rights_kept, uninstall

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}

# The files of sql/ that are new or changed, each after what it calls.
NAMES = ()


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Take them back: drop the new ones, and install the others as they were."""
    with rights_kept():
        uninstall(__file__, *NAMES)
