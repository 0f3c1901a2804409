"""One post a time on an account, and the keys that the foreign keys of revision 0007 refer to.

Every index is built CONCURRENTLY, outside a transaction: nobody waits for it, and it waits, for
BUILD_PATIENCE at most, for transactions that are older than itself. An index of the name that a
cancelled build left INVALID is dropped and built anew; one that is finished is kept, so a re-run goes
on where the last one stopped. Making it a constraint is a change of the catalogue.

A key that the application has on exactly these columns serves as ours: a second one would cost every writer
the same again.
"""

from typing import NamedTuple

from alembic import context, op

from frozen import TRUSTED_PATH, execute, lock, trusted_path
from give_back import Thing, take_away

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

    def served(self) -> str:
        """Return the condition in SQL that the application has a key on exactly these columns.

        Any order of two serves a foreign key; the slots are looked up in this order of the three. ON CONFLICT
        and foreign keys pass over keys that are partial, deferrable or INVALID.
        """
        names = self.rest.strip("()")
        return f"""
            EXISTS (
                SELECT FROM pg_catalog.pg_index AS theirs
                CROSS JOIN LATERAL (
                    SELECT array_agg(attribute.attname::text ORDER BY place.nth) AS names
                    FROM unnest(theirs.indkey) WITH ORDINALITY AS place (attnum, nth)
                    JOIN pg_catalog.pg_attribute AS attribute
                      ON attribute.attrelid = theirs.indrelid AND attribute.attnum = place.attnum
                    WHERE place.nth <= theirs.indnkeyatts
                ) AS key
                WHERE theirs.indrelid = 'public.{self.table}'::regclass
                  AND theirs.indexrelid IS DISTINCT FROM to_regclass('public.{self.name}')
                  AND theirs.indisunique AND theirs.indisvalid AND theirs.indimmediate
                  AND theirs.indpred IS NULL AND theirs.indexprs IS NULL
                  AND (key.names = '{{{names}}}'
                       OR cardinality(key.names) = 2
                          AND key.names <@ '{{{names}}}' AND key.names @> '{{{names}}}')
            )
        """


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
        execute(f"SET search_path = {TRUSTED_PATH}")
        for index in INDEXES:
            if index.unique and is_served(index):
                continue
            valid = is_valid(index.name)
            if valid is False:
                execute(f"DROP INDEX CONCURRENTLY IF EXISTS public.{index.name}")
            if not valid:
                unique = "UNIQUE " if index.unique else ""
                execute(
                    f"CREATE {unique}INDEX CONCURRENTLY {index.name} ON public.{index.table} {index.rest}"
                )
        execute("RESET search_path")
        execute("RESET lock_timeout")
        execute("RESET statement_timeout")
    lock(*TABLES)
    with trusted_path():
        make_constraints()


def make_constraints() -> None:
    """Make the unique indexes constraints, and say what each is for."""
    for index in INDEXES:
        comment = index.comment.replace("'", "''")
        if index.unique:
            execute(
                MAKE_CONSTRAINT.format(
                    table=index.table, name=index.name, comment=comment, served=index.served().strip()
                )
            )
        else:
            execute(f"COMMENT ON INDEX public.{index.name} IS '{comment}'")


# A script for psql has built the index by now, not knowing whether it is needed.
MAKE_CONSTRAINT = """
DO $key$
BEGIN
    IF {served} THEN
        DROP INDEX IF EXISTS public.{name};
    ELSE
        ALTER TABLE public.{table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name};
        COMMENT ON CONSTRAINT {name} ON public.{table} IS '{comment}';
    END IF;
END;
$key$
"""


def is_served(index: Index) -> bool:
    """Tell whether the application has the key itself; a script for psql cannot look."""
    if context.is_offline_mode():
        return False
    return op.get_bind().exec_driver_sql(f"SELECT {index.served()}").scalar()


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
    """Drop them. What is gone already is passed over; a key that the application refers to stays."""
    lock(*TABLES)
    take_away(
        Thing(kind, index.table, index.name)
        for index in reversed(INDEXES)
        for kind in (("CONSTRAINT", "INDEX") if index.unique else ("INDEX",))
    )
