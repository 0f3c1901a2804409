"""${message}

Which lock this takes on the application's tables, and why that is safe on a large live one.
"""

from frozen import install, rights_kept, uninstall

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    """What is there afterwards."""
    with rights_kept():
        install(__file__)


def downgrade() -> None:
    """How it is taken back."""
    with rights_kept():
        uninstall(__file__)
