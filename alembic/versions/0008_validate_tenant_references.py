"""Validate the foreign keys of revision 0007.

Reads post_instances under SHARE UPDATE EXCLUSIVE and the tables it refers to under ROW SHARE: everybody
can go on reading and writing.
"""

from frozen import lock, validate

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let the server vouch for the rows that were there before."""
    lock("post_instances", mode="SHARE UPDATE EXCLUSIVE")
    validate(
        "post_instances",
        "post_instances_tenant_channel_account_fkey",
        "post_instances_tenant_content_item_fkey",
    )


def downgrade() -> None:
    """Nothing to take back: revision 0007 drops the foreign keys."""
