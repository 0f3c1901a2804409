"""Validate the CHECKs on content_items and post_instances.

Reads the tables under SHARE UPDATE EXCLUSIVE, which lets everybody read and write.
"""

from frozen import lock, validate

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the server vouch for the rows that were there before."""
    lock("content_items", "post_instances", mode="SHARE UPDATE EXCLUSIVE")
    validate("content_items", "content_items_placeholder_id_check")
    validate("post_instances", "post_instances_empty_slot_not_published_check")


def downgrade() -> None:
    """Nothing to take back: revision 0004 drops the CHECKs."""
