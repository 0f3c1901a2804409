"""Validate the CHECKs on post_instances.

Reads the table under SHARE UPDATE EXCLUSIVE, which lets everybody read and write.
"""

from frozen import execute, lock

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the server vouch for the rows that were there before."""
    lock("post_instances", mode="SHARE UPDATE EXCLUSIVE")
    execute(
        """
        ALTER TABLE public.post_instances
            VALIDATE CONSTRAINT post_instances_status_known_check,
            VALIDATE CONSTRAINT post_instances_empty_slot_not_published_check;
        """
    )


def downgrade() -> None:
    """Nothing to take back: revision 0004 drops the CHECKs."""
