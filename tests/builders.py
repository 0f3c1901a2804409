"""Accounts and posts for tests, written as plain SQL like the application's."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Connection, sql


def insert(db: Connection, table: str, **columns: Any) -> UUID:
    """Insert a row and return its id."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
        sql.Identifier(table),
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
