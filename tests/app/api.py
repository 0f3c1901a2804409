"""The application's marketing endpoints: who is calling, one transaction, one call of a database function.

A token says which tenant its bearer belongs to, and the query says which tenant is asked for. They are
not compared here. Each transaction tells the database the token's tenant, and each call passes on the
query's; row-level security (isolate_tenants) answers for another tenant as for one that does not exist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import Connection, text

from .tokens import read_token


class NewPosts(BaseModel):
    """A content item for several accounts at one time. A time without an offset is not an instant."""

    content_item_id: UUID
    channel_account_ids: list[UUID]
    scheduled_for: AwareDatetime | None = None


class Cadence(BaseModel):
    """When an account posts. Only the forms are checked here: the rules are the database's."""

    posts_per_week: int
    days_of_week: list[int]
    times_local: list[Annotated[str, Field(pattern=r"^\d\d:\d\d(:\d\d)?$")]]
    timezone: str


class Caller:
    """Somebody with a token of a tenant, and the database as far as that tenant goes."""

    def __init__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
    ) -> None:
        """Read the tenant from the request's bearer token, or refuse with 401."""
        self.engine = request.app.state.engine
        self.tenant = read_token(request.app.state.secret, credentials.credentials if credentials else "")

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a transaction that sees the token's tenant only, and commit it before the answer leaves."""
        with self.engine.begin() as connection:
            # As SET LOCAL, which takes no parameter: it ends with the transaction, so that nothing of
            # it is left on a pooled connection.
            connection.execute(
                text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": self.tenant}
            )
            yield connection

    def call(self, query: str, **arguments: Any) -> Any:
        """Return the one value of a query, in a transaction of its own."""
        with self.transaction() as connection:
            return connection.execute(text(query), arguments).scalar()


SignedIn = Annotated[Caller, Depends()]
marketing = APIRouter(prefix="/api/v1/marketing")


@marketing.get("/calendar")
def calendar(
    caller: SignedIn,
    tenant_id: str,
    start_date: date | None = None,
    end_date: date | None = None,
    timezone: str = "UTC",
) -> dict[str, list[dict[str, Any]]]:
    """Return the posts by date, from start_date to end_date."""
    return caller.call(
        "SELECT marketing_calendar(:tenant, :start_date, :end_date, :timezone)",
        tenant=tenant_id,
        start_date=start_date,
        end_date=end_date,
        timezone=timezone,
    )


@marketing.get("/channel-accounts")
def channel_accounts(caller: SignedIn, tenant_id: str) -> list[dict[str, Any]]:
    """Return the accounts, each with its cadence and how far ahead it is filled."""
    return caller.call(
        """
        SELECT jsonb_agg(to_jsonb(listed) ORDER BY listed.name, listed.id), topoff.require_tenant(:tenant)
        FROM (
            SELECT account.id, account.name, account.status, account.posts_per_week, account.days_of_week,
                   account.times_local, account.timezone, coverage.cadence, coverage.slots_ahead,
                   coverage.empty_slots, coverage.filled_slots, coverage.next_empty_slot,
                   coverage.filled_until, coverage.missed_slots
            FROM channel_accounts AS account
            JOIN cadence_coverage AS coverage
              ON coverage.tenant_id = account.tenant_id AND coverage.channel_account_id = account.id
            WHERE account.tenant_id = :tenant
        ) AS listed
        """,
        tenant=tenant_id,
    )


@marketing.post("/post-instances/bulk", status_code=201)
def create_post_instances(caller: SignedIn, tenant_id: str, posts: NewPosts) -> list[dict[str, Any]]:
    """Put a content item on several accounts at one time: all of them or, if one is taken, none."""
    return caller.call(
        """
        SELECT jsonb_agg(post)
        FROM create_post_instances(:tenant, :content, CAST(:accounts AS uuid[]), :scheduled_for) AS post
        """,
        tenant=tenant_id,
        content=posts.content_item_id,
        accounts=posts.channel_account_ids,
        scheduled_for=posts.scheduled_for,
    )


@marketing.post("/scheduler/topoff")
def topoff(caller: SignedIn, tenant_id: str) -> dict[str, int]:
    """Fill the calendar ahead: the "Top off" button."""
    return {"created": caller.call("SELECT topoff_planned_slots(:tenant)", tenant=tenant_id)}


@marketing.put("/channel-accounts/{account_id}/cadence")
def set_cadence(caller: SignedIn, tenant_id: str, account_id: UUID, cadence: Cadence) -> dict[str, int]:
    """Change an account's cadence and re-plan its tenant's empty slots, or do neither."""
    with caller.transaction() as connection:
        updated = connection.execute(
            text("""
                UPDATE channel_accounts
                SET posts_per_week = :posts_per_week, days_of_week = :days_of_week,
                    times_local = CAST(:times_local AS time[]), timezone = :timezone
                WHERE tenant_id = :tenant AND id = :id
            """),
            {"tenant": tenant_id, "id": account_id, **cadence.model_dump()},
        )
        if updated.rowcount == 0:
            raise HTTPException(404, f"channel account {account_id} does not exist")
        replanned = connection.execute(
            text("SELECT removed, created FROM replan_planned_slots(:tenant)"), {"tenant": tenant_id}
        )
        return dict(replanned.mappings().one())
