"""Two tenants of an application whose API is held to one of them, and what tests ask there."""

from collections.abc import Callable
from typing import Any, TypeVar

import psycopg
from builders import new_account, new_post, one
from conftest import quoted
from psycopg import Connection
from psycopg.rows import dict_row

Test = TypeVar("Test", bound=Callable[..., None])

NOBODY = "00000000-0000-4000-8000-000000000000"
HAND_MADE = "date_trunc('day', now()) + interval '40 days'"
TABLES = (
    "channel_accounts",
    "content_items",
    "post_instances",
    "topoff.cadences",
    "topoff.blackouts",
    "topoff.run_tenants",
)
LEDGER = ("topoff.runs", "topoff.run_tenants")

# Every function of the contract that the API calls, and the view. Nothing may depend on a run's ids.
CALLS = {
    "top off": "SELECT topoff_planned_slots(%(tenant)s, '35 days')",
    "preview": "SELECT count(*), min(slot_at), min(decision)"
    " FROM preview_planned_slots(%(tenant)s, '35 days')",
    "preview a re-plan": "SELECT count(*), max(slot_local), max(decision)"
    " FROM preview_planned_slots(%(tenant)s, '7 days', replan => true)",
    "re-plan": "SELECT * FROM replan_planned_slots(%(tenant)s, '7 days')",
    "skip": "SELECT skip_planned_slot(%(tenant)s, %(slot)s)",
    "fill": "SELECT scheduled_for, status FROM fill_next_planned_slot(%(tenant)s, %(account)s, %(content)s)",
    "create at a free time": "SELECT scheduled_for, status FROM create_post_instances("
    f"%(tenant)s, %(content)s, ARRAY[%(account)s]::uuid[], {HAND_MADE})",
    "create at a slot": "SELECT scheduled_for, status FROM create_post_instances("
    "%(tenant)s, %(content)s, ARRAY[%(account)s]::uuid[], %(slot_at)s)",
    "create a draft": "SELECT scheduled_for, status FROM create_post_instances("
    "%(tenant)s, %(content)s, ARRAY[%(account)s]::uuid[], NULL)",
    "retire": "SELECT retire_channel_account(%(tenant)s, %(account)s)",
    "calendar": "SELECT marketing_calendar(%(tenant)s)",
    "grid": "SELECT * FROM calendar_grid(%(tenant)s, current_date)",
}
COVERAGE_OF_TENANT = "SELECT * FROM cadence_coverage WHERE tenant_id = %(tenant)s"

# Everything in a dump that has to do with who may do what.
RIGHTS = """
    SELECT 'class ' || class.oid::regclass, entry::text
    FROM pg_class AS class
    CROSS JOIN aclexplode(coalesce(class.relacl, acldefault(
        CASE class.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, class.relowner))) AS entry
    WHERE class.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    UNION ALL
    SELECT 'column ' || attribute.attrelid::regclass || '.' || attribute.attname, entry::text
    FROM pg_attribute AS attribute CROSS JOIN aclexplode(attribute.attacl) AS entry
    WHERE attribute.attrelid >= 16384
    UNION ALL
    SELECT 'function ' || oid::regprocedure, entry::text
    FROM pg_proc CROSS JOIN aclexplode(coalesce(proacl, acldefault('f', proowner))) AS entry
    WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    UNION ALL
    SELECT 'schema ' || nspname, entry::text
    FROM pg_namespace CROSS JOIN aclexplode(coalesce(nspacl, acldefault('n', nspowner))) AS entry
    UNION ALL
    SELECT 'policy ' || tablename || '.' || policyname, (permissive, roles, cmd, qual, with_check)::text
    FROM pg_policies
    UNION ALL
    SELECT 'row-level security ' || oid::regclass, (relrowsecurity, relforcerowsecurity)::text
    FROM pg_class WHERE relrowsecurity OR relforcerowsecurity
"""


class World:
    """Two tenants with the same calendar, and a third that has a single row and an empty name."""

    def __init__(self, db: Connection) -> None:
        """Make them."""
        self.db = db
        for tenant in ("h2o", "all_county"):
            account = new_account(db, tenant, posts_per_week=3)
            new_account(db, tenant, posts_per_week=2, timezone="America/New_York")
            new_post(db, account, one(db, f"SELECT {HAND_MADE} - interval '30 days'"), tenant)
            db.execute(
                "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during)"
                " VALUES (%s, %s, tsrange(now()::timestamp + '6 days', now()::timestamp + '8 days'))",
                [tenant, account],
            )
            db.execute(
                "INSERT INTO topoff.cadences"
                " (tenant_id, channel_account_id, posts_per_week, times_local, category)"
                " VALUES (%s, %s, 1, '{17:00}', 'offer')",
                [tenant, account],
            )
        new_account(db, "")
        db.execute("CALL topoff_all_tenants()")

    def arguments(self, tenant: str) -> dict[str, Any]:
        """Return what CALLS want to know of a tenant."""
        row = self.db.cursor(row_factory=dict_row).execute(
            """
            SELECT post.id AS slot, post.scheduled_for AS slot_at, post.channel_account_id AS account
            FROM post_instances AS post
            JOIN channel_accounts AS account ON account.id = post.channel_account_id
            WHERE post.tenant_id = %s AND post.status = 'Planned' AND account.timezone = 'UTC'
            ORDER BY post.scheduled_for DESC LIMIT 1
            """,
            [tenant],
        )
        content = one(
            self.db, "SELECT id FROM content_items WHERE tenant_id = %s AND title = 'A post'", tenant
        )
        return row.fetchone() | {"tenant": tenant, "content": content}


def says(sentences: str) -> Callable[[Test], Test]:
    """Mark a test as what makes sentences of docs/isolation.md true."""

    def mark(test: Test) -> Test:
        return test

    return mark


def isolate(db: Connection, role: str) -> None:
    """Hold a role to one tenant."""
    db.execute("SELECT topoff.isolate_tenants(%s::regrole)", [quoted(role)])


def unisolate(db: Connection, role: str) -> None:
    """Take that back."""
    db.execute("SELECT topoff.unisolate_tenants(%s::regrole)", [quoted(role)])


def rights(db: Connection) -> set[tuple[str, str]]:
    """Return who may do what."""
    return set(db.execute(RIGHTS))


def answer(connection: Connection, query: str, arguments: dict[str, Any]) -> Any:
    """Return the rows of a query that is rolled back, or all that the server says of its failure."""
    try:
        with connection.transaction(force_rollback=True):
            return connection.execute(query, arguments).fetchall()
    except psycopg.Error as error:
        said = error.diag
        return (
            said.sqlstate,
            said.message_primary,
            said.message_detail,
            said.message_hint,
            said.constraint_name,
        )


def without(answer: Any, *names: Any) -> str:
    """Return an answer with the names in it blotted out."""
    text = repr(answer)
    for name in names:
        text = text.replace(str(name), "...")
    return text
