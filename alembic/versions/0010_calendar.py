"""Working with the calendar: re-plan, skip, fill, bulk create, the calendar and its coverage.

Functions and a view only: no lock on the tables.
"""

from frozen import execute, install

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Install them, each after what it calls."""
    install(
        __file__,
        "replan_planned_slots",
        "skip_planned_slot",
        "require_content_item",
        "fill_next_planned_slot",
        "create_post_instances",
        "marketing_calendar",
        "calendar_grid",
        "tenant_coverage",
        "cadence_coverage",
    )


def downgrade() -> None:
    """Drop them."""
    execute(
        """
        DROP VIEW public.cadence_coverage;
        DROP FUNCTION public.tenant_coverage(text);
        DROP FUNCTION public.calendar_grid(text, date, text);
        DROP FUNCTION public.marketing_calendar(text, date, date, text);
        DROP FUNCTION public.create_post_instances(text, uuid, uuid[], timestamptz);
        DROP FUNCTION public.fill_next_planned_slot(text, uuid, uuid);
        DROP FUNCTION public.require_content_item(text, uuid);
        DROP FUNCTION public.skip_planned_slot(text, uuid);
        DROP FUNCTION public.replan_planned_slots(text, interval, timestamptz);
        """
    )
