"""The planner, the top-off and its preview.

Functions only: no lock on the tables.
"""

from frozen import execute, install

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Install them, each after what it calls."""
    install(
        __file__,
        "slot_instant",
        "cadence_cells",
        "is_empty_slot",
        "is_untouched_slot",
        "require_tenant",
        "planning_window_end",
        "lock_tenants",
        "planned_slots",
        "insert_planned_slots",
        "topoff_planned_slots",
        "preview_planned_slots",
    )


def downgrade() -> None:
    """Drop them."""
    execute(
        """
        DROP FUNCTION public.preview_planned_slots(text, interval, timestamptz, boolean);
        DROP FUNCTION public.topoff_planned_slots(text, interval, timestamptz);
        DROP FUNCTION public.insert_planned_slots(text[], timestamptz, timestamptz, boolean, boolean);
        DROP FUNCTION public.planned_slots(text[], timestamptz, timestamptz, boolean, boolean);
        DROP FUNCTION public.lock_tenants(text[]);
        DROP FUNCTION public.planning_window_end(interval, timestamptz);
        DROP FUNCTION public.require_tenant(text);
        DROP FUNCTION public.is_untouched_slot(public.post_instances, uuid);
        DROP FUNCTION public.is_empty_slot(public.post_instances, uuid);
        DROP FUNCTION public.cadence_cells(smallint, smallint[], time[]);
        DROP FUNCTION public.slot_instant(timestamp, text);
        """
    )
