"""Planned slots on the calendar: planned_for, the statuses, the placeholder and its guard.

A NULL column and CHECKs that are NOT VALID yet: no row is rewritten or read under the ACCESS EXCLUSIVE
lock on post_instances.
"""

from frozen import execute, install, run_script, wait_briefly_for_locks

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a post instance be a planned slot."""
    wait_briefly_for_locks()
    install(__file__, "placeholder_content_item_id")
    run_script(__file__)
    install(__file__, "guard_placeholder")


def downgrade() -> None:
    """Take the empty untouched slots away and leave what people filled or moved, as Draft.

    A placeholder that such a row still has as its content stays, an ordinary content item from now on.
    """
    wait_briefly_for_locks()
    execute(
        """
        DROP TRIGGER guard_placeholder_on_update ON public.content_items;
        DROP TRIGGER guard_placeholder_on_delete ON public.content_items;
        DROP FUNCTION public.guard_placeholder();

        DELETE FROM public.post_instances
        WHERE status = 'Planned'
          AND content_item_id = public.placeholder_content_item_id(tenant_id)
          AND planned_for = scheduled_for;
        UPDATE public.post_instances SET status = 'Draft' WHERE status = 'Planned';
        DELETE FROM public.content_items AS content
        WHERE content.id = public.placeholder_content_item_id(content.tenant_id)
          AND NOT EXISTS (
              SELECT FROM public.post_instances AS post
              WHERE post.tenant_id = content.tenant_id AND post.content_item_id = content.id
          );
        """
    )
    execute(
        """
        ALTER TABLE public.post_instances
            DROP CONSTRAINT post_instances_empty_slot_not_published_check,
            DROP CONSTRAINT post_instances_status_known_check,
            DROP COLUMN planned_for;
        DROP FUNCTION public.placeholder_content_item_id(text);
        """
    )
