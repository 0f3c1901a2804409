"""One post at a time: write into a slot, move it, skip it, add to the queue.

Times travel as people read them, by the clock of the post's account; the database makes instants of them.
"""

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, HTTPException
from pydantic import AwareDatetime, BaseModel, NaiveDatetime
from sqlalchemy import Connection, text

from .caller import SignedIn
from .plan import require_tenant

posts = APIRouter()

POST = """
    SELECT post.id, post.channel_account_id, post.status, post.content_item_id, post.scheduled_for,
           account.name AS account, account.timezone,
           to_char(post.scheduled_for AT TIME ZONE account.timezone, 'FMDy FMDD Mon HH24:MI') AS shown_time,
           post.planned_category, content.title, content.body,
           topoff.is_empty_slot(post.status::text, post.content_item_id,
                                topoff.placeholder_content_item_id(:tenant)) AS is_empty
    FROM post_instances AS post
    JOIN channel_accounts AS account
      ON account.tenant_id = post.tenant_id AND account.id = post.channel_account_id
    LEFT JOIN content_items AS content
      ON content.tenant_id = post.tenant_id AND content.id = post.content_item_id
    WHERE post.tenant_id = :tenant
"""


class Seen(BaseModel):
    """What a post was when its caller began to change it."""

    status: str
    content_item_id: UUID | None
    scheduled_for: AwareDatetime | None


class Change(BaseModel):
    """What is to become of a post; what is left out stays."""

    title: str | None = None
    body: str | None = None
    status: Literal["Draft", "Scheduled"] | None = None
    local_time: NaiveDatetime | None = None
    seen: Seen | None = None


class QueuedPost(BaseModel):
    """A new post for an account's next empty slot, of a category if one is named."""

    title: str
    body: str | None = None
    category: str | None = None


def refuse(status: int, message: str, detail: str | None = None, hint: str | None = None) -> HTTPException:
    """Return a refusal with the same parts as one of the database."""
    return HTTPException(status, {"message": message, "detail": detail, "hint": hint})


def in_words(post: Any) -> str:
    """Return what stands in a post's place now."""
    content = "an empty slot" if post.is_empty else f'"{post.title}", {post.status}'
    return f"{content}, on {post.shown_time or 'no date'} ({post.timezone})"


def new_content(connection: Connection, tenant: str, title: str, body: str | None) -> UUID:
    """Insert a content item and return its id."""
    if not title.strip():
        raise refuse(422, "a post needs a title")
    return connection.execute(
        text("""
            INSERT INTO content_items (tenant_id, title, body)
            VALUES (:tenant, trim(:title), nullif(trim(:body), '')) RETURNING id
        """),
        {"tenant": tenant, "title": title, "body": body},
    ).scalar_one()


def find(connection: Connection, tenant: str, post_id: UUID, lock: bool = False) -> Any:
    """Return a post, locked if asked for, or refuse with 404."""
    require_tenant(connection, tenant)
    if lock:
        lock_post(connection, tenant, post_id)
    found = connection.execute(
        text(f"{POST} AND post.id = :id"), {"tenant": tenant, "id": post_id}
    ).one_or_none()
    if found is None:
        raise refuse(
            404,
            f"post instance {post_id} does not exist",
            hint="Somebody may have skipped or deleted it meanwhile; look at the calendar again.",
        )
    return found


def lock_post(connection: Connection, tenant: str, post_id: UUID) -> None:
    """Wait for whoever is changing a post. Read it afterwards, in a statement that sees what they did."""
    connection.execute(
        text("SELECT FROM post_instances WHERE tenant_id = :tenant AND id = :id FOR NO KEY UPDATE"),
        {"tenant": tenant, "id": post_id},
    )


@posts.get("/post-instances/{post_id}")
def read_post(caller: SignedIn, tenant_id: str, post_id: UUID) -> dict[str, Any]:
    """Return a post with its content."""
    with caller.transaction() as connection:
        post = find(connection, tenant_id, post_id)
        return {**post._mapping, **({"title": None, "body": None} if post.is_empty else {})}


@posts.patch("/post-instances/{post_id}")
def change_post(caller: SignedIn, tenant_id: str, post_id: UUID, change: Change) -> dict[str, Any]:
    """Write a post into a slot, or change what is written; move it to another time; or both."""
    with caller.transaction() as connection:
        post = find(connection, tenant_id, post_id, lock=True)
        if change.seen and change.seen != Seen.model_validate(post, from_attributes=True):
            raise refuse(
                409,
                "somebody else has changed this post meanwhile",
                f"Now it is {in_words(post)}.",
                "Nothing of yours was saved. Close this and look at the calendar.",
            )
        if post.status == "Posted":
            raise refuse(409, "this post is published already", f"It is {in_words(post)}.")
        content = post.content_item_id
        if post.is_empty and change.title is not None:
            content = new_content(connection, tenant_id, change.title, change.body)
        elif change.title is not None:
            if not change.title.strip():
                raise refuse(422, "a post needs a title")
            connection.execute(
                text("""
                    UPDATE content_items SET title = trim(:title), body = nullif(trim(:body), '')
                    WHERE tenant_id = :tenant AND id = :id
                """),
                {"tenant": tenant_id, "id": content, "title": change.title, "body": change.body},
            )
        elif post.is_empty and change.status:
            raise refuse(422, "an empty slot has nothing to publish", hint="Give the post a title.")
        other = None
        status = change.status or ("Draft" if content != post.content_item_id else post.status)
        instant = post.scheduled_for
        if change.local_time:  # an empty slot at that time takes this one's place
            instant = instant_to_move_to(connection, tenant_id, post, change)
            stays_empty = post.is_empty and content == post.content_item_id
            other = make_room(connection, tenant_id, post, instant, stays_empty)
        connection.execute(
            text("""
                UPDATE post_instances
                SET content_item_id = :content, status = :status, scheduled_for = :instant
                WHERE tenant_id = :tenant AND id = :id
            """),
            {"tenant": tenant_id, "id": post_id, "content": content, "status": status, "instant": instant},
        )
        if other:
            put_at(connection, tenant_id, other, post.scheduled_for)
        return {**find(connection, tenant_id, post_id)._mapping, "swapped": other is not None}


def instant_to_move_to(connection: Connection, tenant: str, post: Any, change: Change) -> Any:
    """Return the instant of a local time, or refuse one that is over or taken."""
    instant, is_over = connection.execute(
        text("SELECT instant, instant <= now() FROM topoff.slot_instant(:local, :zone) AS instant"),
        {"local": change.local_time, "zone": post.timezone},
    ).one()
    if instant == post.scheduled_for:
        return instant
    if is_over:
        raise refuse(
            422,
            "that time is over",
            f"{change.local_time:%a %-d %b %H:%M} ({post.timezone}) has gone by.",
            "Choose a time that lies ahead.",
        )
    return instant


def make_room(connection: Connection, tenant: str, post: Any, instant: Any, is_empty: bool) -> UUID | None:
    """Refuse a time that another post has; an empty slot makes way for a written post, and is returned."""
    if instant == post.scheduled_for:
        return None
    there = f"{POST} AND post.channel_account_id = :account AND post.scheduled_for = :instant"
    at = {"tenant": tenant, "account": post.channel_account_id, "instant": instant}
    taken = connection.execute(text(there), at).one_or_none()
    if taken and taken.is_empty:  # somebody may be filling it at this moment
        lock_post(connection, tenant, taken.id)
        taken = connection.execute(text(there), at).one_or_none()
    if taken is None:
        return None
    if is_empty or not taken.is_empty:
        raise refuse(
            409,
            "that time is taken",
            f"{post.account or 'The account'} has {in_words(taken)} there.",
            "Choose another time.",
        )
    put_at(connection, tenant, taken.id, None)
    return taken.id


def put_at(connection: Connection, tenant: str, post_id: UUID, instant: Any) -> None:
    """Move a post."""
    connection.execute(
        text("UPDATE post_instances SET scheduled_for = :instant WHERE tenant_id = :tenant AND id = :id"),
        {"tenant": tenant, "id": post_id, "instant": instant},
    )


@posts.post("/post-instances/{post_id}/skip", status_code=204)
def skip(caller: SignedIn, tenant_id: str, post_id: UUID) -> None:
    """Take an empty slot off the calendar for good."""
    caller.call("SELECT skip_planned_slot(:tenant, :id)", tenant=tenant_id, id=post_id)


@posts.post("/channel-accounts/{account_id}/queue", status_code=201)
def add_to_queue(caller: SignedIn, tenant_id: str, account_id: UUID, queued: QueuedPost) -> dict[str, Any]:
    """Put a new post into the account's next empty slot."""
    with caller.transaction() as connection:
        require_tenant(connection, tenant_id)
        filled = connection.execute(
            text("""
                SELECT id FROM fill_next_planned_slot(:tenant, :account, :content, category => :category)
            """),
            {
                "tenant": tenant_id,
                "account": account_id,
                "content": new_content(connection, tenant_id, queued.title, queued.body),
                "category": queued.category,
            },
        ).scalar_one()
        return find(connection, tenant_id, filled)._mapping
