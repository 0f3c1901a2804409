"""Accounts and posts for tests, written as plain SQL like the application's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, sql

# How many sessions of this database wait for a lock.
WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


def insert(db: Connection, table: str, **columns: Any) -> UUID:
    """Insert a row and return its id."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(*table.split(".")),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join(sql.SQL("%s") for _ in columns),
    )
    return db.execute(statement, list(columns.values())).fetchone()[0]


def new_account(db: Connection, tenant: str = "h2o", **cadence: Any) -> UUID:
    """Insert a channel account; its cadence as the columns' names: posts_per_week, days_of_week ..."""
    return insert(db, "channel_accounts", tenant_id=tenant, **cadence)


def new_content(db: Connection, tenant: str = "h2o", title: str = "A post") -> UUID:
    """Insert a content item."""
    return insert(db, "content_items", tenant_id=tenant, title=title)


def new_post(
    db: Connection,
    account: UUID,
    scheduled_for: datetime | str | None,
    tenant: str = "h2o",
    status: str = "Scheduled",
    content: UUID | None = None,
    **columns: Any,
) -> UUID:
    """Insert a post that a person made by hand, with content of its own unless told."""
    return insert(
        db,
        "post_instances",
        tenant_id=tenant,
        channel_account_id=account,
        content_item_id=content or new_content(db, tenant),
        scheduled_for=scheduled_for,
        status=status,
        **columns,
    )


def one(db: Connection, query: str, *parameters: Any) -> Any:
    """Return the single value that a query answers with."""
    return db.execute(query, parameters).fetchone()[0]


def column(db: Connection, query: str, *parameters: Any) -> list[Any]:
    """Return the first column of what a query answers with."""
    return [row[0] for row in db.execute(query, parameters)]


def preview(db: Connection, as_of: str, horizon: str = "28 days", **options: Any) -> list[tuple[str, str]]:
    """Return the preview of a tenant's only account as (local time, decision), in time order."""
    return [
        (f"{local:%a %Y-%m-%d %H:%M}", decision)
        for local, decision in db.execute(
            "SELECT slot_local, decision FROM preview_planned_slots(%s, %s, %s, %s) ORDER BY slot_at",
            (options.get("tenant", "h2o"), horizon, as_of, options.get("replan", False)),
        )
    ]


def created(db: Connection, as_of: str, horizon: str = "28 days", **options: Any) -> list[str]:
    """Return the local times that a top-off of a tenant's only account would create."""
    return [local for local, decision in preview(db, as_of, horizon, **options) if decision == "create"]


def top_off(db: Connection, as_of: str, horizon: str = "28 days", tenant: str = "h2o") -> int:
    """Top off and return how many slots were created."""
    return one(db, "SELECT topoff_planned_slots(%s, %s, %s)", tenant, horizon, as_of)
