"""The application's marketing endpoints: each is one transaction and one call of a database function."""

from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import AwareDatetime, BaseModel

from .caller import SignedIn
from .plan import plan
from .posts import posts


class NewPosts(BaseModel):
    """A content item for several accounts at one time. A time without an offset is not an instant."""

    content_item_id: UUID
    channel_account_ids: list[UUID]
    scheduled_for: AwareDatetime | None = None


marketing = APIRouter(prefix="/api/v1/marketing")
marketing.include_router(plan)
marketing.include_router(posts)


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


@marketing.post("/post-instances/bulk", status_code=201)
def create_post_instances(caller: SignedIn, tenant_id: str, wanted: NewPosts) -> list[dict[str, Any]]:
    """Put a content item on several accounts at one time: all of them or, if one is taken, none."""
    return caller.call(
        """
        SELECT jsonb_agg(post)
        FROM create_post_instances(:tenant, :content, CAST(:accounts AS uuid[]), :scheduled_for) AS post
        """,
        tenant=tenant_id,
        content=wanted.content_item_id,
        accounts=wanted.channel_account_ids,
        scheduled_for=wanted.scheduled_for,
    )


@marketing.post("/scheduler/topoff")
def topoff(caller: SignedIn, tenant_id: str) -> dict[str, int]:
    """Fill the calendar ahead: the "Top off" button."""
    return {"created": caller.call("SELECT topoff_planned_slots(:tenant)", tenant=tenant_id)}
