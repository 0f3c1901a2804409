"""One post a time on an account, and the keys that the foreign keys of revision 0007 refer to.

Every index is built CONCURRENTLY, outside a transaction: nobody waits for it, and it waits, for
BUILD_PATIENCE at most, for transactions that are older than itself. An index of the name that a
cancelled build left INVALID is dropped and built anew; one that is finished is kept, so a re-run goes
on where the last one stopped. Making it a constraint is a change of the catalogue.
"""

from typing import NamedTuple

from alembic import context, op

from frozen import execute, lock

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


BUILD_PATIENCE = "10min"


class Index(NamedTuple):
    """An index to build, and what its COMMENT says; a unique one becomes a constraint."""

    name: str
    table: str
    rest: str
    unique: bool
    comment: str


INDEXES = (
    Index(
        "channel_accounts_tenant_id_id_key",
        "channel_accounts",
        "(tenant_id, id)",
        True,
        "For foreign keys that hold a row to accounts of its own tenant.",
    ),
    Index(
        "content_items_tenant_id_id_key",
        "content_items",
        "(tenant_id, id)",
        True,
        "For foreign keys that hold a row to content of its own tenant.",
    ),
    Index(
        "post_instances_slot_key",
        "post_instances",
        "(tenant_id, channel_account_id, scheduled_for)",
        True,
        "One post a time on an account. Any number of posts may be off the calendar (scheduled_for NULL).",
    ),
    Index(
        "post_instances_moved_idx",
        "post_instances",
        "(tenant_id, planned_for, channel_account_id)"
        " WHERE planned_for IS NOT NULL AND planned_for IS DISTINCT FROM scheduled_for",
        False,
        "The slots that a person has moved, by the time that the cadence gave them.",
    ),
)

TABLES = ("channel_accounts", "content_items", "post_instances")


def upgrade() -> None:
    """Build the indexes, then make the unique ones constraints."""
    with op.get_context().autocommit_block():
        execute("SET statement_timeout = 0")
        execute(f"SET lock_timeout = '{BUILD_PATIENCE}'")
        for index in INDEXES:
            valid = is_valid(index.name)
            if valid is False:
                execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{index.name}")
            if not valid:
                unique = "UNIQUE " if index.unique else ""
                execute(
                    f"CREATE {unique}INDEX CONCURRENTLY {index.name} ON public.{index.table} {index.rest}"
                )
        execute("RESET lock_timeout")
        execute("RESET statement_timeout")
    lock(*TABLES)
    for index in INDEXES:
        comment = index.comment.replace("'", "''")
        if index.unique:
            constraint = f"ADD CONSTRAINT {index.name} UNIQUE USING INDEX {index.name}"
            execute(f"ALTER TABLE public.{index.table} {constraint}")
            execute(f"COMMENT ON CONSTRAINT {index.name} ON public.{index.table} IS '{comment}'")
        else:
            execute(f"COMMENT ON INDEX public.{index.name} IS '{comment}'")


def is_valid(name: str) -> bool | None:
    """Tell whether an earlier run built the index (True), was stopped at it (False) or never began (None).

    A script for psql cannot look, and drops what may be there.
    """
    if context.is_offline_mode():
        return False
    return (
        op.get_bind()
        .exec_driver_sql(
            "SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = to_regclass(%(name)s)",
            {"name": f"public.{name}"},
        )
        .scalar()
    )


def downgrade() -> None:
    """Drop them."""
    lock(*TABLES)
    for index in reversed(INDEXES):
        if index.unique:
            execute(f"ALTER TABLE public.{index.table} DROP CONSTRAINT {index.name}")
        else:
            execute(f"DROP INDEX public.{index.name}")
