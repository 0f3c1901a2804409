"""An application that this moves into, from its revision 0014 to 0029: its schema, its code, its habits.

tests/host has its DDL: the whole schema with rows at 0014, and one step up and down for each later
revision that touches what we use. Everything is the application's own; nothing here knows of us. So a
test can install us anywhere on its way and then behave as the application does.

    load_host(db, "0022")                   its database
    with application(db) as session:        its code of that revision
        delete_item(session, item)
"""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from conftest import HOST, PASSWORD, PORT, USER
from psycopg import Connection, Error
from sqlalchemy import (
    ARRAY,
    JSON,
    URL,
    Boolean,
    DateTime,
    ForeignKey,
    Integer,
    NullPool,
    String,
    Text,
    Uuid,
    create_engine,
    func,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, relationship

REVISIONS = ("0014", "0015", "0016", "0017", "0018", "0022", "0025", "0027", "0028", "0029")
TABLES = ("channel_accounts", "content_items", "post_instances")
FILES = Path(__file__).parent / "host"

# Rows that 0014.sql has. The third tenant has accounts and ideas, and no post.
TENANTS = ("h2o", "all_county", "evergreen")
ACCOUNTS = {
    "h2o": tuple(UUID(f"a0000000-0000-4000-8000-000000000{number}") for number in (101, 102, 103)),
    "all_county": tuple(UUID(f"a0000000-0000-4000-8000-000000000{number}") for number in (201, 202)),
    "evergreen": tuple(UUID(f"a0000000-0000-4000-8000-000000000{number}") for number in (301, 302)),
}
INACTIVE_ACCOUNTS = {
    "h2o": UUID("a0000000-0000-4000-8000-000000000104"),
    "all_county": UUID("a0000000-0000-4000-8000-000000000203"),
}
ITEMS = {
    "h2o": tuple(UUID(f"c0000000-0000-4000-8000-{100 + n:012}") for n in range(1, 13)),
    "all_county": tuple(UUID(f"c0000000-0000-4000-8000-{200 + n:012}") for n in range(1, 9)),
    "evergreen": tuple(UUID(f"c0000000-0000-4000-8000-{300 + n:012}") for n in range(1, 4)),
}


# Its database


def load_host(db: Connection, revision: str) -> None:
    """Make the application's database as it is at a revision, with the rows that were there at 0014."""
    db.execute((FILES / "0014.sql").read_text(encoding="utf-8"))
    step_host(db, revision)


def host_revision(db: Connection) -> str:
    """Return the revision that the application's database is at, such as "0022"."""
    return db.execute("SELECT version_num FROM alembic_version").fetchone()[0][:4]


def step_host(db: Connection, revision: str, *, apart: bool = False) -> None:
    """Upgrade the application from where it is, in one transaction as Alembic does, or in one a step."""
    steps = REVISIONS[REVISIONS.index(host_revision(db)) + 1 : REVISIONS.index(revision) + 1]
    _run_steps(db, [f"{step}_up.sql" for step in steps], apart)


def step_host_down(db: Connection, revision: str, *, apart: bool = False) -> None:
    """Downgrade the application from where it is, in one transaction as Alembic does, or in one a step."""
    steps = REVISIONS[REVISIONS.index(revision) + 1 : REVISIONS.index(host_revision(db)) + 1]
    _run_steps(db, [f"{step}_down.sql" for step in reversed(steps)], apart)


def _run_steps(db: Connection, names: list[str], apart: bool) -> None:
    """Run files of tests/host in a transaction, or in one each."""
    with ExitStack() as whole:
        if not apart:
            whole.enter_context(db.transaction())
        for name in names:
            with db.transaction():
                db.execute((FILES / name).read_text(encoding="utf-8"))


def add_twins(db: Connection, count: int = 5) -> None:
    """Copy some coming posts, so that accounts are booked twice: what 0015 deletes. Before 0015 only."""
    db.execute(
        "INSERT INTO post_instances"
        " (id, tenant_id, content_item_id, channel_account_id, scheduled_for, status)"
        " SELECT gen_random_uuid(), tenant_id, content_item_id, channel_account_id, scheduled_for, 'Draft'"
        " FROM post_instances WHERE scheduled_for > now() ORDER BY id LIMIT %s",
        [count],
    )


# Its code


class Models(NamedTuple):
    """The mapped classes of one revision of the application's code, and what its answers may hold."""

    revision: str
    MarketingChannel: type
    ChannelAccount: type
    ContentItem: type
    PostInstance: type
    statuses: frozenset[str]


class AnswerError(ValueError):
    """An answer that the application's own schema refuses: its client sees a 500."""


def _now() -> datetime:
    """Return the time that the ORM writes into updated_at."""
    return datetime.now(UTC)


@lru_cache
def models(revision: str) -> Models:
    """Return the application's models as its code has them at a revision: they know its columns only."""

    class Base(DeclarativeBase):
        pass

    class Dated:
        created_at = mapped_column(DateTime(timezone=True), server_default=func.now(), nullable=False)
        updated_at = mapped_column(
            DateTime(timezone=True), server_default=func.now(), onupdate=_now, nullable=False
        )

    class MarketingChannel(Base):
        __tablename__ = "marketing_channels"
        id = mapped_column(Uuid, primary_key=True, default=uuid4)
        key = mapped_column(String, nullable=False)
        display_name = mapped_column(String, nullable=False)

    class ChannelAccount(Dated, Base):
        __tablename__ = "channel_accounts"
        id = mapped_column(Uuid, primary_key=True, default=uuid4)
        tenant_id = mapped_column(String, nullable=False)
        channel_id = mapped_column(Uuid, ForeignKey("marketing_channels.id"), nullable=False)
        name = mapped_column(String, nullable=False)
        profile_url = mapped_column(String)
        login_email = mapped_column(String)
        login_vault_ref = mapped_column(String)
        password_vault_ref = mapped_column(String)
        status = mapped_column(String, default="active", nullable=False)
        oauth_provider = mapped_column(String)
        oauth_connected = mapped_column(Boolean, default=False, nullable=False)
        oauth_token_ref = mapped_column(String)
        oauth_scopes = mapped_column(ARRAY(String))
        oauth_expires_at = mapped_column(DateTime(timezone=True))
        if revision >= "0015":
            posts_per_week = mapped_column(Integer)
            schedule_timezone = mapped_column(String)
            schedule_times = mapped_column(ARRAY(String))
        if revision >= "0018":
            brand_diet = mapped_column(JSON(none_as_null=True))

    class ContentItem(Dated, Base):
        __tablename__ = "content_items"
        id = mapped_column(Uuid, primary_key=True, default=uuid4)
        tenant_id = mapped_column(String, nullable=False)
        title = mapped_column(String, nullable=False)
        base_caption = mapped_column(Text)
        media_urls = mapped_column(ARRAY(String))
        tags = mapped_column(ARRAY(String))
        target_url = mapped_column(String)
        owner = mapped_column(String, nullable=False)
        status = mapped_column(String, default="Idea", nullable=False)
        if revision >= "0017":
            content_category = mapped_column(String)
        if revision >= "0025":
            offer_id = mapped_column(Uuid)
        post_instances = relationship(
            "PostInstance", back_populates="content_item", cascade="all, delete-orphan"
        )

    class PostInstance(Dated, Base):
        __tablename__ = "post_instances"
        id = mapped_column(Uuid, primary_key=True, default=uuid4)
        tenant_id = mapped_column(String, nullable=False)
        content_item_id = mapped_column(
            Uuid, ForeignKey("content_items.id", ondelete="CASCADE"), nullable=revision >= "0029"
        )
        channel_account_id = mapped_column(Uuid, ForeignKey("channel_accounts.id"), nullable=False)
        caption_override = mapped_column(Text)
        scheduled_for = mapped_column(DateTime(timezone=True))
        status = mapped_column(String, default="Draft", nullable=False)
        posted_at = mapped_column(DateTime(timezone=True))
        post_url = mapped_column(String)
        posted_manually = mapped_column(Boolean, default=False, nullable=False)
        screenshot_url = mapped_column(String)
        autopost_enabled = mapped_column(Boolean, default=False, nullable=False)
        publish_job_id = mapped_column(Uuid)
        last_error = mapped_column(Text)
        if revision >= "0017":
            suggested_category = mapped_column(String)
        if revision >= "0018":
            notes = mapped_column(Text)
        if revision >= "0022":
            reviewer = mapped_column(String)
        if revision >= "0025":
            campaign = mapped_column(String)
            target_city = mapped_column(String)
            call_to_action = mapped_column(String)
        content_item = relationship("ContentItem", back_populates="post_instances")

    statuses = {"Draft", "Scheduled", "Posted", "Failed"}
    if revision >= "0015":
        statuses |= {"Planned"}
    if revision >= "0022":
        statuses |= {"Needs Approval", "Approved"}
    return Models(revision, MarketingChannel, ChannelAccount, ContentItem, PostInstance, frozenset(statuses))


@contextmanager
def application(
    db: Connection,
    *,
    revision: str | None = None,
    knows: Collection[str] = (),
    user: str = USER,
    password: str = PASSWORD,
) -> Iterator[Session]:
    """Open a session of the application's code, of its database's revision unless told another.

    As its asyncpg does, the driver prepares nothing. knows: statuses that its schema lets through besides
    those of its revision, as after the change that it makes before it installs us.
    """
    code = models(revision or host_revision(db))
    engine = create_engine(
        URL.create("postgresql+psycopg", user, password or None, HOST, PORT, db.info.dbname),
        poolclass=NullPool,
        connect_args={"prepare_threshold": None},
    )
    info = {"models": code, "statuses": code.statuses | frozenset(knows)}
    try:
        with Session(engine, info=info) as session:
            yield session
    finally:
        engine.dispose()


def _of(session: Session) -> Models:
    """Return the models that a session works with."""
    return session.info["models"]


def _change(row: Any, changes: dict[str, Any]) -> None:
    """Write into a row's attributes, which must be mapped: anything else would be lost without a word."""
    for name, value in changes.items():
        if name not in type(row).__mapper__.column_attrs:
            raise AttributeError(f"{type(row).__name__} has no {name} at this revision")
        setattr(row, name, value)


def _answer(session: Session, row: Any) -> dict[str, Any]:
    """Return a post as the application's API answers it, checked by its schema."""
    if row.status not in session.info["statuses"]:
        raise AnswerError(f"post {row.id}: unknown status {row.status!r}")
    if row.content_item_id is None and _of(session).revision < "0029":
        raise AnswerError(f"post {row.id}: content_item_id is missing")
    return {attribute.key: getattr(row, attribute.key) for attribute in type(row).__mapper__.column_attrs}


def create_account(
    session: Session, tenant: str, name: str = "A new account", channel: str = "instagram", **columns: Any
) -> UUID:
    """Create a channel account; nobody has configured when it posts."""
    code = _of(session)
    channel_id = session.scalars(
        select(code.MarketingChannel.id).where(code.MarketingChannel.key == channel)
    ).one()
    account = code.ChannelAccount(tenant_id=tenant, name=name, channel_id=channel_id)
    _change(account, columns)
    session.add(account)
    session.commit()
    return account.id


def patch_account(session: Session, account_id: UUID, **changes: Any) -> None:
    """Change a channel account, as its settings page does: name, status, from 0015 on posts_per_week ..."""
    _change(session.get_one(_of(session).ChannelAccount, account_id), changes)
    session.commit()


def list_accounts(session: Session, tenant: str) -> list[Any]:
    """Return a tenant's channel accounts as the ORM has them."""
    account = _of(session).ChannelAccount
    return list(
        session.scalars(select(account).where(account.tenant_id == tenant).order_by(account.name, account.id))
    )


def delete_account(session: Session, account_id: UUID) -> None:
    """Delete a channel account; the database refuses while a post refers to it."""
    session.delete(session.get_one(_of(session).ChannelAccount, account_id))
    session.commit()


def create_item(
    session: Session, tenant: str, title: str = "An idea", owner: str = "maria", **columns: Any
) -> UUID:
    """Create a content item, an idea unless told otherwise."""
    item = _of(session).ContentItem(tenant_id=tenant, title=title, owner=owner)
    _change(item, columns)
    session.add(item)
    session.commit()
    return item.id


def patch_item(session: Session, item_id: UUID, **changes: Any) -> None:
    """Change a content item."""
    _change(session.get_one(_of(session).ContentItem, item_id), changes)
    session.commit()


def list_ideas(session: Session, tenant: str) -> list[Any]:
    """Return a tenant's ideas as the ORM has them; a placeholder that somebody put there is one of them."""
    item = _of(session).ContentItem
    return list(
        session.scalars(
            select(item).where(item.tenant_id == tenant, item.status == "Idea").order_by(item.created_at)
        )
    )


def delete_item(session: Session, item_id: UUID) -> None:
    """Delete a content item through the ORM: first its posts, one by one, then the item, and commit."""
    session.delete(session.get_one(_of(session).ContentItem, item_id))
    session.commit()


def create_posts(
    session: Session,
    tenant: str,
    item_id: UUID,
    account_ids: Collection[UUID],
    scheduled_for: datetime | None = None,
    **columns: Any,
) -> list[UUID]:
    """Create a post of an item on several accounts, as the bulk endpoint does."""
    posts = [
        _of(session).PostInstance(
            tenant_id=tenant,
            content_item_id=item_id,
            channel_account_id=account_id,
            scheduled_for=scheduled_for,
            status="Scheduled" if scheduled_for else "Draft",
        )
        for account_id in account_ids
    ]
    for post in posts:
        _change(post, columns)
    session.add_all(posts)
    session.commit()
    return [post.id for post in posts]


def patch_post(session: Session, post_id: UUID, **changes: Any) -> dict[str, Any]:
    """Change a post, or fill a slot: content_item_id, status, caption_override, scheduled_for ..."""
    post = session.get_one(_of(session).PostInstance, post_id)
    _change(post, changes)
    session.commit()
    return _answer(session, post)


def get_post(session: Session, post_id: UUID) -> dict[str, Any]:
    """Return a post as the API answers it."""
    return _answer(session, session.get_one(_of(session).PostInstance, post_id, populate_existing=True))


def delete_post(session: Session, post_id: UUID) -> None:
    """Delete a post through the ORM."""
    session.delete(session.get_one(_of(session).PostInstance, post_id))
    session.commit()


def list_posts(session: Session, tenant: str, limit: int = 100) -> list[dict[str, Any]]:
    """Return a tenant's newest posts as the API answers them."""
    post = _of(session).PostInstance
    query = select(post).where(post.tenant_id == tenant).order_by(post.created_at.desc()).limit(limit)
    return [_answer(session, row) for row in session.scalars(query.execution_options(populate_existing=True))]


def calendar(
    session: Session, tenant: str, start: date | None = None, end: date | None = None
) -> dict[str, list[dict[str, Any]]]:
    """Return a tenant's posts that have a time, by their UTC date, as the calendar endpoint answers."""
    post = _of(session).PostInstance
    query = select(post).where(post.tenant_id == tenant, post.scheduled_for.is_not(None))
    if start:
        query = query.where(post.scheduled_for >= datetime.combine(start, time(), UTC))
    if end:
        query = query.where(post.scheduled_for < datetime.combine(end + timedelta(days=1), time(), UTC))
    days: dict[str, list[dict[str, Any]]] = {}
    query = query.order_by(post.scheduled_for, post.id).execution_options(populate_existing=True)
    for row in session.scalars(query):
        days.setdefault(row.scheduled_for.astimezone(UTC).date().isoformat(), []).append(
            _answer(session, row)
        )
    return days


def empty_slots(session: Session, tenant: str) -> list[UUID]:
    """Return what the application's clients take for empty slots, by time: posts without content."""
    post = _of(session).PostInstance
    return list(
        session.scalars(
            select(post.id)
            .where(post.tenant_id == tenant, post.content_item_id.is_(None))
            .order_by(post.scheduled_for)
        )
    )


def own_scheduler(session: Session, tenant: str, today: date | None = None, days: int = 28) -> list[UUID]:
    """Put slots where the application's own scheduler of 0015 would: Planned, spread evenly from today.

    They have no content, before 0029 that of an item of the application's own. What makes the real one fail
    from its second day on, a slot that it puts again because it compares times wrongly, is left out here.
    """
    code = _of(session)
    assert code.revision >= "0015", "the application has no scheduler yet"
    today = today or datetime.now(UTC).date()
    content = None if code.revision >= "0029" else _own_placeholder(session, tenant)
    made = []
    for account in list_accounts(session, tenant):
        if account.status != "active":
            continue
        post = code.PostInstance
        taken = set(session.scalars(select(post.scheduled_for).where(post.channel_account_id == account.id)))
        zone = ZoneInfo(account.schedule_timezone or "America/Los_Angeles")
        times = [time(*map(int, clock.split(":"))) for clock in account.schedule_times or ["09:00"]]
        per_week = 3 if account.posts_per_week is None else account.posts_per_week
        categories = _rotation(account.brand_diet if code.revision >= "0018" else None)
        wanted = per_week * days // 7
        for n in range(wanted):
            day = today + timedelta(days=n * days // wanted)
            slot = datetime.combine(day, times[n % len(times)], zone).astimezone(UTC)
            if slot in taken:
                continue
            taken.add(slot)
            row = post(
                tenant_id=tenant,
                channel_account_id=account.id,
                content_item_id=content,
                scheduled_for=slot,
                status="Planned",
            )
            if categories:
                row.suggested_category = categories[n % len(categories)]
                row.notes = f"Post something of the kind: {row.suggested_category}"
            session.add(row)
            made.append(row)
    session.commit()
    return [row.id for row in made]


def _own_placeholder(session: Session, tenant: str) -> UUID:
    """Return the item that the application's own scheduler uses before 0029."""
    item = _of(session).ContentItem
    query = select(item.id).where(item.tenant_id == tenant, item.title == "PLANNED SLOT")
    return session.scalars(query).first() or create_item(session, tenant, "PLANNED SLOT", owner="system")


def _rotation(brand_diet: dict[str, float] | None) -> list[str]:
    """Return categories to take in turn, each as often in ten as its share says."""
    shares = {name: round(10 * share) for name, share in (brand_diet or {}).items()}
    return [name for turn in range(max(shares.values(), default=0)) for name, n in shares.items() if turn < n]


def people_work(db: Connection) -> None:
    """Write what people and the application's code have written by its revision, beyond the rows of 0014.

    Configured accounts, its scheduler's slots (one of them with a caption, one moved), categories, posts
    that wait for an approval, rows of the tables that refer to the three. From 0029 on its empty slots
    have no content, which 0029's downgrade refuses.
    """
    revision = host_revision(db)
    first, second, _ = ACCOUNTS["h2o"]
    with application(db) as session:
        if revision >= "0018":
            diet = {"offers": 0.3, "tips": 0.5, "crew": 0.2}
            patch_account(session, first, brand_diet=diet)
        if revision >= "0015":
            patch_account(session, first, posts_per_week=5, schedule_times=["09:00", "14:30"])
            patch_account(session, second, schedule_times=["9:00"], schedule_timezone="America/New_York")
            slots = own_scheduler(session, "h2o")
            patch_post(session, slots[1], caption_override="Begun before there was anything to post")
            moved = get_post(session, slots[2])["scheduled_for"] + timedelta(minutes=15)
            patch_post(session, slots[2], scheduled_for=moved)
            patch_post(session, slots[3], content_item_id=ITEMS["h2o"][0], status="Draft")
        if revision >= "0017":
            patch_item(session, ITEMS["h2o"][1], content_category="tips")
        if revision >= "0022":
            item = create_item(session, "h2o", "Summer sale", status="Ready")
            noon = datetime.combine(datetime.now(UTC).date() + timedelta(days=3), time(12), UTC)
            waiting = create_posts(session, "h2o", item, ACCOUNTS["h2o"], noon)
            patch_post(session, waiting[0], status="Needs Approval")
            patch_post(session, waiting[1], status="Approved", reviewer="sam")
        if revision >= "0016":
            session.execute(
                text(
                    "INSERT INTO media_assets (id, tenant_id, content_item_id, url)"
                    " VALUES (gen_random_uuid(), 'h2o', :item, 'https://media.example/van.jpg')"
                ),
                {"item": ITEMS["h2o"][0]},
            )
        if revision >= "0025":
            offer = uuid4()
            session.execute(
                text("INSERT INTO offers (id, tenant_id, title) VALUES (:id, 'h2o', '20 % off')"),
                {"id": offer},
            )
            patch_item(session, item, offer_id=offer)
            session.execute(
                text(
                    "INSERT INTO local_seo_topics (id, tenant_id, topic, city, last_post_instance_id)"
                    " VALUES (gen_random_uuid(), 'h2o', 'Water heaters', 'San Diego', :post)"
                ),
                {"post": waiting[1]},
            )
        if revision >= "0027":
            session.execute(
                text(
                    "INSERT INTO content_mix_tracking"
                    " (id, tenant_id, channel_account_id, category, month, posts)"
                    " VALUES (gen_random_uuid(), 'h2o', :account, 'tips', '2025-01-01', 4)"
                ),
                {"account": first},
            )
            session.execute(
                text("UPDATE reviews SET content_item_id = :item WHERE tenant_id = 'h2o' AND stars = 5"),
                {"item": ITEMS["h2o"][2]},
            )
        session.commit()


# What its later migrations may say


class Ordinary(NamedTuple):
    """A statement of an application's migration, the first revision it works at, and what comes before."""

    name: str
    sql: str
    since: str = "0014"
    setup: str = ""


def try_statement(db: Connection, statement: Ordinary) -> Error | None:
    """Run a statement after its set-up, with all that a commit would check, and take everything back.

    Return the error with which one of the two, which are both ordinary, was refused. The connection is in
    autocommit mode or in a transaction.
    """
    with db.transaction(force_rollback=True):
        try:
            with db.transaction():
                if statement.setup:
                    db.execute(statement.setup)
                db.execute(statement.sql)
                db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except Error as error:
            return error
    return None


STATUSES = {
    "channel_accounts": "'active', 'inactive', 'disconnected'",
    "content_items": "'Idea', 'Draft', 'Ready', 'Published'",
    "post_instances": "'Draft', 'Planned', 'Needs Approval', 'Approved', 'Scheduled', 'Posted', 'Failed'",
}
DEFAULT_STATUS = {"channel_accounts": "active", "content_items": "Idea", "post_instances": "Draft"}
DELETED_ROWS = {
    "channel_accounts": "name = 'Gone'",
    "content_items": f"id = '{ITEMS['evergreen'][0]}'",
    "post_instances": "scheduled_for IS NULL",
}
TOUCH = (
    "CREATE FUNCTION touch_row() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN NEW.updated_at := now(); RETURN NEW; END';"
)


def _on_each_table(table: str) -> Iterator[Ordinary]:
    """Yield what can be said of any of the three tables: all have a status and the two times."""
    alter = f"ALTER TABLE {table}"
    to_enum = (
        f"{alter} ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE status_kind"
        f" USING status::status_kind, ALTER COLUMN status SET DEFAULT '{DEFAULT_STATUS[table]}'"
    )
    new_enum = f"CREATE TYPE status_kind AS ENUM ({STATUSES[table]});"
    new_trigger = (
        TOUCH + f"CREATE TRIGGER touch BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION touch_row();"
    )
    for name, sql, setup in (
        ("a column that may be NULL", f"{alter} ADD COLUMN remark varchar", ""),
        ("a constant default", f"{alter} ADD COLUMN priority integer DEFAULT 1 NOT NULL", ""),
        ("a default of now()", f"{alter} ADD COLUMN seen_at timestamptz DEFAULT now() NOT NULL", ""),
        ("a volatile default", f"{alter} ADD COLUMN token uuid DEFAULT gen_random_uuid() NOT NULL", ""),
        ("a serial column", f"{alter} ADD COLUMN number bigserial", ""),
        ("an identity column", f"{alter} ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY", ""),
        (
            "a stored generated column",
            f"{alter} ADD COLUMN status_key text GENERATED ALWAYS AS (lower(status)) STORED",
            "",
        ),
        (
            "a column that refers to another table",
            f"{alter} ADD COLUMN user_id uuid REFERENCES users (id) ON DELETE SET NULL",
            "",
        ),
        ("a column with a CHECK", f"{alter} ADD COLUMN score integer CHECK (score >= 0)", ""),
        ("a unique column", f"{alter} ADD COLUMN external_id varchar UNIQUE", ""),
        ("an array column", f"{alter} ADD COLUMN labels text[] DEFAULT '{{}}' NOT NULL", ""),
        (
            "several changes at once",
            f"{alter} ADD COLUMN color varchar(7), ALTER COLUMN updated_at DROP NOT NULL,"
            " DROP COLUMN created_at",
            "",
        ),
        ("status to text", f"{alter} ALTER COLUMN status TYPE text", ""),
        ("status to varchar(40)", f"{alter} ALTER COLUMN status TYPE varchar(40)", ""),
        (
            "status from varchar(40) to varchar(20)",
            f"{alter} ALTER COLUMN status TYPE varchar(20)",
            f"{alter} ALTER COLUMN status TYPE varchar(40);",
        ),
        (
            "status from text to varchar",
            f"{alter} ALTER COLUMN status TYPE varchar",
            f"{alter} ALTER COLUMN status TYPE text;",
        ),
        ("status to an enum", to_enum, new_enum),
        (
            "status from an enum to varchar",
            f"{alter} ALTER COLUMN status DROP DEFAULT, ALTER COLUMN status TYPE varchar USING status::text,"
            f" ALTER COLUMN status SET DEFAULT '{DEFAULT_STATUS[table]}'",
            f"{new_enum} {to_enum};",
        ),
        ("no default of status", f"{alter} ALTER COLUMN status DROP DEFAULT", ""),
        (
            "another default of status",
            f"{alter} ALTER COLUMN status SET DEFAULT '{DEFAULT_STATUS[table]}'::text",
            "",
        ),
        ("status may be NULL", f"{alter} ALTER COLUMN status DROP NOT NULL", ""),
        (
            "a CHECK of the statuses",
            f"{alter} ADD CONSTRAINT ck_status CHECK (status IN ({STATUSES[table]}))",
            "",
        ),
        (
            "a CHECK of the statuses goes",
            f"{alter} DROP CONSTRAINT ck_status",
            f"{alter} ADD CONSTRAINT ck_status CHECK (status IN ({STATUSES[table]}));",
        ),
        (
            "a CHECK is validated later",
            f"{alter} VALIDATE CONSTRAINT ck_dates",
            f"{alter} ADD CONSTRAINT ck_dates CHECK (updated_at > '2000-01-01 00:00+00') NOT VALID;",
        ),
        ("times to the second", f"{alter} ALTER COLUMN created_at TYPE timestamptz(0)", ""),
        (
            "times without zone",
            f"{alter} ALTER COLUMN created_at DROP DEFAULT,"
            " ALTER COLUMN created_at TYPE timestamp USING created_at AT TIME ZONE 'UTC',"
            " ALTER COLUMN created_at SET DEFAULT (now() AT TIME ZONE 'UTC')",
            "",
        ),
        (
            "an integer to bigint",
            f"{alter} ALTER COLUMN views TYPE bigint",
            f"{alter} ADD COLUMN views integer DEFAULT 0 NOT NULL;",
        ),
        ("a column by another name", f"{alter} RENAME COLUMN created_at TO inserted_at", ""),
        ("a column goes", f"{alter} DROP COLUMN updated_at", ""),
        ("created_at may be NULL", f"{alter} ALTER COLUMN created_at DROP NOT NULL", ""),
        (
            "created_at may not be NULL",
            f"{alter} ALTER COLUMN created_at SET NOT NULL",
            f"{alter} ALTER COLUMN created_at DROP NOT NULL;",
        ),
        ("an index", f"CREATE INDEX ix_status_updated_at ON {table} (status, updated_at DESC)", ""),
        (
            "an index of some rows",
            f"CREATE INDEX ix_drafts ON {table} (tenant_id) WHERE status = 'Draft'",
            "",
        ),
        ("an index of an expression", f"CREATE INDEX ix_lower_status ON {table} (lower(status))", ""),
        ("an index goes", f"DROP INDEX ix_{table}_status", ""),
        (
            "an index by another name",
            f"ALTER INDEX ix_{table}_status RENAME TO ix_{table}_by_status",
            "",
        ),
        ("extended statistics", f"CREATE STATISTICS st_status ON tenant_id, status FROM {table}", ""),
        ("rows in the order of an index", f"CLUSTER {table} USING ix_{table}_status", ""),
        ("an order to cluster by", f"{alter} CLUSTER ON ix_{table}_status", ""),
        ("no order any more", f"{alter} SET WITHOUT CLUSTER", f"{alter} CLUSTER ON ix_{table}_status;"),
        ("all indexes anew", f"REINDEX TABLE {table}", ""),
        ("room on each page", f"{alter} SET (fillfactor = 80)", ""),
        ("its own autovacuum", f"{alter} SET (autovacuum_vacuum_scale_factor = 0.01)", ""),
        ("the tablespace", f"{alter} SET TABLESPACE pg_default", ""),
        ("the owner", f"{alter} OWNER TO CURRENT_USER", ""),
        ("the whole row as replica identity", f"{alter} REPLICA IDENTITY FULL", ""),
        ("the key as replica identity", f"{alter} REPLICA IDENTITY USING INDEX {table}_pkey", ""),
        ("statistics of a column", f"{alter} ALTER COLUMN status SET STATISTICS 500", ""),
        ("an option of a column", f"{alter} ALTER COLUMN tenant_id SET (n_distinct = 50)", ""),
        ("how a column is stored", f"{alter} ALTER COLUMN status SET STORAGE EXTERNAL", ""),
        ("how a column is compressed", f"{alter} ALTER COLUMN status SET COMPRESSION pglz", ""),
        ("a trigger", new_trigger, ""),
        ("a trigger is off", f"{alter} DISABLE TRIGGER touch", new_trigger),
        (
            "a trigger is on again",
            f"{alter} ENABLE TRIGGER touch",
            f"{new_trigger} {alter} DISABLE TRIGGER touch;",
        ),
        ("a trigger fires always", f"{alter} ENABLE ALWAYS TRIGGER touch", new_trigger),
        ("a trigger by another name", f"ALTER TRIGGER touch ON {table} RENAME TO touched", new_trigger),
        ("a trigger goes", f"DROP TRIGGER touch ON {table}", new_trigger),
        (
            "all triggers off for a change of the rows, and on",
            f"{alter} DISABLE TRIGGER USER; UPDATE {table} SET updated_at = updated_at;"
            f"{alter} ENABLE TRIGGER USER",
            "",
        ),
        ("row-level security", f"{alter} ENABLE ROW LEVEL SECURITY", ""),
        ("a policy", f"CREATE POLICY own_tenant ON {table} USING (tenant_id <> '')", ""),
        ("a view", f"CREATE VIEW newest AS SELECT * FROM {table} ORDER BY created_at DESC LIMIT 10", ""),
        ("a materialized view", f"CREATE MATERIALIZED VIEW all_rows AS SELECT * FROM {table}", ""),
        ("a right", f"GRANT SELECT (id, status) ON {table} TO PUBLIC", ""),
        ("a comment on the table", f"COMMENT ON TABLE {table} IS 'Marketing'", ""),
        ("a comment on a column", f"COMMENT ON COLUMN {table}.status IS 'See the handbook'", ""),
        (
            "a comment on a constraint",
            f"COMMENT ON CONSTRAINT {table}_pkey ON {table} IS 'Made in Python'",
            "",
        ),
        ("a comment on an index", f"COMMENT ON INDEX ix_{table}_status IS 'For the list'", ""),
        (
            "a new column after a change of the rows in one transaction",
            f"{alter} ADD COLUMN batch uuid DEFAULT gen_random_uuid()",
            f"UPDATE {table} SET updated_at = now();",
        ),
        (
            "a new column after rows went in one transaction",
            f"{alter} ADD COLUMN batch uuid DEFAULT gen_random_uuid()",
            f"DELETE FROM {table} WHERE {DELETED_ROWS[table]};",
        ),
    ):
        if table == "channel_accounts" and "rows went" in name:
            setup = (
                "INSERT INTO channel_accounts (id, tenant_id, channel_id, name)"
                f" SELECT gen_random_uuid(), 'h2o', id, 'Gone' FROM marketing_channels LIMIT 1; {setup}"
            )
        yield Ordinary(f"{table}: {name}", sql, setup=setup)


def _on_one_table(table: str, *statements: tuple[str, ...]) -> Iterator[Ordinary]:
    """Yield ALTER TABLE statements of a table: a name, what is changed, perhaps since when and a set-up."""
    for name, change, *more in statements:
        yield Ordinary(f"{table}: {name}", f"ALTER TABLE {table} {change}", *more)


ORDINARY_STATEMENTS = [
    *(statement for table in TABLES for statement in _on_each_table(table)),
    *_on_one_table(
        "channel_accounts",
        ("a longest name", "ALTER COLUMN name TYPE varchar(200)"),
        ("name to text", "ALTER COLUMN name TYPE text"),
        ("another collation", 'ALTER COLUMN name TYPE varchar COLLATE "C"'),
        ("a default of the name", "ALTER COLUMN name SET DEFAULT 'New account'"),
        ("scopes to text[]", "ALTER COLUMN oauth_scopes TYPE text[]"),
        ("expiry to the second", "ALTER COLUMN oauth_expires_at TYPE timestamptz(0)"),
        ("the login by another name", "RENAME COLUMN login_email TO login"),
        ("the profile goes", "DROP COLUMN profile_url"),
        ("oauth goes", "DROP COLUMN oauth_provider, DROP COLUMN oauth_scopes, DROP COLUMN oauth_expires_at"),
        ("the key to channels goes", "DROP CONSTRAINT channel_accounts_channel_id_fkey"),
        (
            "the key to channels cascades",
            "DROP CONSTRAINT channel_accounts_channel_id_fkey, ADD CONSTRAINT fk_channel"
            " FOREIGN KEY (channel_id) REFERENCES marketing_channels (id) ON DELETE CASCADE",
        ),
        ("one name a channel", "ADD CONSTRAINT uq_account_name UNIQUE (tenant_id, channel_id, name)"),
        ("posts_per_week to bigint", "ALTER COLUMN posts_per_week TYPE bigint", "0015"),
        ("posts_per_week to smallint", "ALTER COLUMN posts_per_week TYPE smallint", "0015"),
        ("posts_per_week has a default", "ALTER COLUMN posts_per_week SET DEFAULT 3", "0015"),
        ("posts_per_week may not be NULL", "ALTER COLUMN posts_per_week SET NOT NULL", "0015"),
        (
            "a CHECK of posts_per_week",
            "ADD CONSTRAINT ck_posts_per_week CHECK (posts_per_week BETWEEN 0 AND 70)",
            "0015",
        ),
        ("schedule_timezone to text", "ALTER COLUMN schedule_timezone TYPE text", "0015"),
        (
            "schedule_timezone has a default",
            "ALTER COLUMN schedule_timezone SET DEFAULT 'America/Los_Angeles'",
            "0015",
        ),
        ("schedule_timezone by another name", "RENAME COLUMN schedule_timezone TO zone_name", "0015"),
        (
            "schedule_times to time[]",
            "ALTER COLUMN schedule_times TYPE time[] USING schedule_times::time[]",
            "0015",
        ),
        ("schedule_times goes", "DROP COLUMN schedule_times", "0015"),
        ("brand_diet to jsonb", "ALTER COLUMN brand_diet TYPE jsonb", "0018"),
        (
            "brand_diet back to json",
            "ALTER COLUMN brand_diet TYPE json",
            "0018",
            "ALTER TABLE channel_accounts ALTER COLUMN brand_diet TYPE jsonb;",
        ),
        ("brand_diet goes", "DROP COLUMN brand_diet", "0018"),
    ),
    *_on_one_table(
        "content_items",
        ("a longest title", "ALTER COLUMN title TYPE varchar(300)"),
        ("title to text", "ALTER COLUMN title TYPE text"),
        (
            "a longer title",
            "ALTER COLUMN title TYPE varchar(300)",
            "0014",
            "ALTER TABLE content_items ALTER COLUMN title TYPE varchar(200);",
        ),
        (
            "a shorter title",
            "ALTER COLUMN title TYPE varchar(100)",
            "0014",
            "ALTER TABLE content_items ALTER COLUMN title TYPE varchar(200);",
        ),
        ("a CHECK of the title", "ADD CONSTRAINT ck_title CHECK (char_length(title) <= 300)"),
        ("titles tell items apart", "ADD CONSTRAINT uq_item_title UNIQUE (tenant_id, title)"),
        ("the caption to varchar", "ALTER COLUMN base_caption TYPE varchar(5000)"),
        ("owner to varchar(120)", "ALTER COLUMN owner TYPE varchar(120)"),
        ("owner may be NULL", "ALTER COLUMN owner DROP NOT NULL"),
        ("owner has a default", "ALTER COLUMN owner SET DEFAULT 'marketing'"),
        ("owner by another name", "RENAME COLUMN owner TO author"),
        ("media to text[]", "ALTER COLUMN media_urls TYPE text[]"),
        ("media to jsonb", "ALTER COLUMN media_urls TYPE jsonb USING to_jsonb(media_urls)"),
        ("media goes", "DROP COLUMN media_urls"),
        ("tags have a default", "ALTER COLUMN tags SET DEFAULT '{}'"),
        (
            "tags may not be NULL",
            "ALTER COLUMN tags SET NOT NULL",
            "0014",
            "UPDATE content_items SET tags = '{}' WHERE tags IS NULL;",
        ),
        (
            "a full-text column",
            "ADD COLUMN search tsvector GENERATED ALWAYS AS"
            " (to_tsvector('english', title || ' ' || coalesce(base_caption, ''))) STORED",
        ),
        ("content_category to varchar(60)", "ALTER COLUMN content_category TYPE varchar(60)", "0017"),
        ("content_category goes", "DROP COLUMN content_category", "0017"),
        ("the key to offers goes", "DROP CONSTRAINT fk_content_items_offer_id", "0025"),
        (
            "the key to offers restricts",
            "DROP CONSTRAINT fk_content_items_offer_id, ADD CONSTRAINT fk_offer FOREIGN KEY (offer_id)"
            " REFERENCES offers (id) ON DELETE RESTRICT",
            "0025",
        ),
    ),
    *_on_one_table(
        "post_instances",
        ("the caption to varchar", "ALTER COLUMN caption_override TYPE varchar(2200)"),
        ("the caption by another name", "RENAME COLUMN caption_override TO caption"),
        (
            "the caption may not be NULL",
            "ALTER COLUMN caption_override SET NOT NULL",
            "0014",
            "UPDATE post_instances SET caption_override = '' WHERE caption_override IS NULL;",
        ),
        ("post_url to text", "ALTER COLUMN post_url TYPE text"),
        ("post_url to varchar(2048)", "ALTER COLUMN post_url TYPE varchar(2048)"),
        ("posted_at to the second", "ALTER COLUMN posted_at TYPE timestamptz(0)"),
        (
            "posted_at without zone",
            "ALTER COLUMN posted_at TYPE timestamp USING posted_at AT TIME ZONE 'UTC'",
        ),
        (
            "posted_manually to a number",
            "ALTER COLUMN posted_manually DROP DEFAULT, ALTER COLUMN posted_manually TYPE smallint"
            " USING posted_manually::integer::smallint, ALTER COLUMN posted_manually SET DEFAULT 0",
        ),
        (
            "autopost_enabled to a word",
            "ALTER COLUMN autopost_enabled DROP DEFAULT, ALTER COLUMN autopost_enabled TYPE varchar"
            " USING CASE WHEN autopost_enabled THEN 'auto' ELSE 'manual' END,"
            " ALTER COLUMN autopost_enabled SET DEFAULT 'manual'",
        ),
        ("autopost_enabled may be NULL", "ALTER COLUMN autopost_enabled DROP NOT NULL"),
        ("autopost_enabled by another name", "RENAME COLUMN autopost_enabled TO autopost"),
        ("last_error goes", "DROP COLUMN last_error"),
        ("screenshot_url and its index go", "DROP COLUMN screenshot_url"),
        ("content_item_id may be NULL", "ALTER COLUMN content_item_id DROP NOT NULL"),
        (
            "a CHECK of two columns",
            "ADD CONSTRAINT ck_posted CHECK (status <> 'Posted' OR posted_at IS NOT NULL)",
        ),
        ("one post a job", "ADD CONSTRAINT uq_post_job UNIQUE (publish_job_id)"),
        ("one post a job by exclusion", "ADD CONSTRAINT ex_post_job EXCLUDE (publish_job_id WITH =)"),
        (
            "a unique constraint by an index that is there",
            "ADD CONSTRAINT uq_post_job UNIQUE USING INDEX ix_post_job",
            "0014",
            "CREATE UNIQUE INDEX ix_post_job ON post_instances (publish_job_id);",
        ),
        ("the key to jobs goes", "DROP CONSTRAINT fk_post_instances_publish_job_id"),
        (
            "the key to jobs sets NULL",
            "DROP CONSTRAINT fk_post_instances_publish_job_id, ADD CONSTRAINT fk_job"
            " FOREIGN KEY (publish_job_id) REFERENCES publish_jobs (id) ON DELETE SET NULL",
        ),
        (
            "a key is validated later",
            "VALIDATE CONSTRAINT fk_job",
            "0014",
            "ALTER TABLE post_instances DROP CONSTRAINT fk_post_instances_publish_job_id;"
            "ALTER TABLE post_instances ADD CONSTRAINT fk_job FOREIGN KEY (publish_job_id)"
            " REFERENCES publish_jobs (id) NOT VALID;",
        ),
        (
            "a key by another name",
            "RENAME CONSTRAINT post_instances_channel_account_id_fkey TO fk_post_account",
        ),
        (
            "the key to items restricts",
            "DROP CONSTRAINT post_instances_content_item_id_fkey, ADD CONSTRAINT fk_item"
            " FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE RESTRICT",
        ),
        (
            "the key to accounts cascades",
            "DROP CONSTRAINT post_instances_channel_account_id_fkey, ADD CONSTRAINT fk_account"
            " FOREIGN KEY (channel_account_id) REFERENCES channel_accounts (id) ON DELETE CASCADE",
        ),
        ("uq_post_instance_schedule goes", "DROP CONSTRAINT uq_post_instance_schedule", "0015"),
        (
            "uq_post_instance_schedule by another name",
            "RENAME CONSTRAINT uq_post_instance_schedule TO uq_slot",
            "0015",
        ),
        (
            "uq_post_instance_schedule anew",
            "DROP CONSTRAINT uq_post_instance_schedule,"
            " ADD CONSTRAINT uq_slot UNIQUE (tenant_id, channel_account_id, scheduled_for)",
            "0015",
        ),
        ("suggested_category to varchar(50)", "ALTER COLUMN suggested_category TYPE varchar(50)", "0017"),
        ("suggested_category has a default", "ALTER COLUMN suggested_category SET DEFAULT 'tips'", "0017"),
        ("notes to varchar", "ALTER COLUMN notes TYPE varchar(1000)", "0018"),
        ("notes by another name", "RENAME COLUMN notes TO hint", "0018"),
        ("reviewer to text", "ALTER COLUMN reviewer TYPE text", "0022"),
        ("reviewer goes", "DROP COLUMN reviewer", "0022"),
        ("campaign to varchar(80)", "ALTER COLUMN campaign TYPE varchar(80)", "0025"),
        (
            "three columns go",
            "DROP COLUMN campaign, DROP COLUMN target_city, DROP COLUMN call_to_action",
            "0025",
        ),
    ),
    Ordinary(
        "post_instances: a log of its changes",
        "CREATE TABLE audit_log (at timestamptz DEFAULT now(), posts bigint);"
        "CREATE FUNCTION log_posts() RETURNS trigger LANGUAGE plpgsql AS"
        " 'BEGIN INSERT INTO audit_log (posts) SELECT count(*) FROM changed; RETURN NULL; END';"
        "CREATE TRIGGER log_posts AFTER UPDATE ON post_instances REFERENCING NEW TABLE AS changed"
        " FOR EACH STATEMENT EXECUTE FUNCTION log_posts();"
        "UPDATE post_instances SET updated_at = now()",
    ),
    Ordinary(
        "post_instances: a table that refers to it",
        "CREATE TABLE post_metrics (post_instance_id uuid PRIMARY KEY"
        " REFERENCES post_instances (id) ON DELETE CASCADE, likes integer)",
    ),
    Ordinary(
        "content_items: an index of words",
        "CREATE INDEX ix_content_items_tags ON content_items USING gin (tags)",
    ),
    Ordinary("post_instances: an index of 0028 goes", "DROP INDEX ix_post_instances_tenant_status", "0028"),
]

# What PostgreSQL runs outside a transaction only, in this order: each leaves the schema to the next.
STATEMENTS_OUTSIDE = [
    "CREATE INDEX CONCURRENTLY ix_posts_by_error ON post_instances (status) WHERE last_error IS NOT NULL",
    "REINDEX INDEX CONCURRENTLY ix_posts_by_error",
    "DROP INDEX CONCURRENTLY ix_posts_by_error",
    *(f"REINDEX TABLE CONCURRENTLY {table}" for table in TABLES),
    *(f"VACUUM (FULL, ANALYZE) {table}" for table in TABLES),
]
