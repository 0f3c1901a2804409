"""The same top-off as a team would write it in Python: what bench.py compares the nightly run with.

A job of a scheduler such as APScheduler would call topoff_all_tenants() every night. It knows all the
rules (cells, DST, moved slots, blackouts, quota), and bench.py checks that it makes the very same slots.
It does what is known to be fast: two reads a tenant instead of one a slot, a cadence's instants computed
once a tenant, and one multi-row INSERT ... ON CONFLICT DO NOTHING a tenant. That is written as SQLAlchemy's
manual does, insert(table).values(rows), or where batched is true as few know that it can be: a list of
parameters and a RETURNING make SQLAlchemy compile the statement only once (insertmanyvalues).
"""

from collections import defaultdict
from datetime import UTC, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, MetaData, Table, func, or_, select
from sqlalchemy.dialects.postgresql import insert

DAY = timedelta(days=1)


class Cadence(NamedTuple):
    """When an account posts."""

    zone: str
    posts_per_week: int
    days: tuple[int, ...]
    times: tuple[time, ...]


class Cell(NamedTuple):
    """A slot that a cadence wants."""

    at: datetime
    local: datetime
    week: datetime


class Scheduler:
    """Keeps the calendars filled ahead."""

    def __init__(self, engine: Engine, batched: bool = False, horizon: timedelta = 28 * DAY) -> None:
        """Read the tables' definitions."""
        self.engine = engine
        self.batched = batched
        self.horizon = horizon
        metadata = MetaData()
        names = ("channel_accounts", "content_items", "post_instances", "topoff.blackouts")
        self.account, self.content, self.post, self.blackout = (
            Table(
                name.split(".")[-1], metadata, schema="topoff" if "." in name else None, autoload_with=engine
            )
            for name in names
        )

    def topoff_all_tenants(self) -> int:
        """Top off every tenant, each in a transaction of its own, and return how many slots were new."""
        account = self.account.c
        plans = (account.status == "active", account.posts_per_week > 0)
        with self.engine.connect() as connection:
            tenants = connection.scalars(select(account.tenant_id).where(*plans).distinct()).all()
        now = datetime.now(UTC)
        created = 0
        for tenant in sorted(tenants):
            with self.engine.begin() as connection:
                created += self.topoff_tenant(connection, tenant, now)
        return created

    def topoff_tenant(self, connection: Connection, tenant: str, now: datetime) -> int:
        """Create the tenant's missing slots."""
        account, post, blackout = self.account.c, self.post.c, self.blackout.c
        end = now + self.horizon
        lock = func.hashtextextended(f"topoff_planned_slots:{tenant}", 0)
        connection.execute(select(func.pg_advisory_xact_lock(lock)))
        accounts = connection.execute(
            select(
                account.id,
                account.timezone,
                account.posts_per_week,
                account.days_of_week,
                account.times_local,
            )
            .where(account.tenant_id == tenant, account.status == "active", account.posts_per_week > 0)
            .order_by(account.id)
        ).all()
        placeholder = connection.scalar(select(func.topoff.placeholder_content_item_id(tenant)))

        posts: dict[UUID, dict[datetime, bool]] = defaultdict(dict)
        moved: set[tuple[UUID, datetime]] = set()
        around = (now - 8 * DAY, end + 8 * DAY)
        for account_id, at, planned_for, status, content in connection.execute(
            select(
                post.channel_account_id,
                post.scheduled_for,
                post.planned_for,
                post.status,
                post.content_item_id,
            ).where(
                post.tenant_id == tenant,
                or_(post.scheduled_for.between(*around), post.planned_for.between(*around)),
            )
        ):
            if at is not None:
                posts[account_id][at] = status == "Planned" and content == placeholder and planned_for == at
            if planned_for is not None and planned_for != at:
                moved.add((account_id, planned_for))
        closed = defaultdict(list)
        for account_id, during in connection.execute(
            select(blackout.channel_account_id, blackout.during).where(blackout.tenant_id == tenant)
        ):
            closed[account_id].append(during)

        cells: dict[Cadence, list[Cell]] = {}
        rows: list[dict[str, Any]] = []
        for account_id, zone, posts_per_week, days, times in accounts:
            cadence = Cadence(zone, posts_per_week, tuple(days), tuple(times))
            if cadence not in cells:
                cells[cadence] = cells_of(cadence, now, end)
            ranges = closed[account_id] + closed[None]
            present = posts[account_id]
            free = [
                cell
                for cell in cells[cadence]
                if cell.at not in present
                and (account_id, cell.at) not in moved
                and not any(cell.local in during for during in ranges)
            ]
            rows += (
                {
                    "id": uuid4(),
                    "tenant_id": tenant,
                    "channel_account_id": account_id,
                    "content_item_id": placeholder,
                    "scheduled_for": at,
                    "planned_for": at,
                    "status": "Planned",
                }
                for at in within_quota(free, cadence, present, end)
            )
        if not rows:
            return 0
        connection.execute(
            insert(self.content).on_conflict_do_nothing(),
            {"id": placeholder, "tenant_id": tenant, "title": "Planned slot"},
        )
        statement = insert(self.post)
        if not self.batched:
            statement = statement.values(rows)
        statement = statement.on_conflict_do_nothing(constraint="post_instances_slot_key").returning(post.id)
        return len(connection.execute(statement, rows if self.batched else None).all())


def monday_of(local: datetime) -> datetime:
    """Return the midnight with which the ISO week of a local time begins."""
    return datetime.combine(local.date() - local.weekday() * DAY, time())


def cells_of(cadence: Cadence, now: datetime, end: datetime) -> list[Cell]:
    """List what the cadence wants after now, up to the end of the ISO week that the window ends in."""
    zone = ZoneInfo(cadence.zone)
    days, times = sorted(cadence.days), sorted(cadence.times)
    rounds, remainder = divmod(cadence.posts_per_week, len(days))
    grid = [(day, at) for at in times[:rounds] for day in days]
    grid += [(days[(2 * i + 1) * len(days) // (2 * remainder)], times[rounds]) for i in range(remainder)]

    monday = monday_of(now.astimezone(zone).replace(tzinfo=None)) - 7 * DAY
    last_week = monday_of(end.astimezone(zone).replace(tzinfo=None))
    found = set()
    while monday <= last_week:
        for day, at in grid:
            # fold=0 is RFC 5545: the first of two, and in a gap the offset from before it.
            instant = datetime.combine(monday + (day - 1) * DAY, at, zone).astimezone(UTC)
            if instant > now:
                local = instant.astimezone(zone).replace(tzinfo=None)
                if (week := monday_of(local)) <= last_week:
                    found.add(Cell(instant, local, week))
        monday += 7 * DAY
    return sorted(found)


def within_quota(
    free: list[Cell], cadence: Cadence, present: dict[datetime, bool], end: datetime
) -> list[datetime]:
    """Return the free cells in the window that their weeks have room for, in time order."""
    if not any(cell.at <= end for cell in free):
        return []
    by_week: dict[datetime, list[Cell]] = defaultdict(list)
    for cell in free:
        by_week[cell.week].append(cell)
    zone = ZoneInfo(cadence.zone)
    taken: dict[datetime, list[datetime]] = defaultdict(list)
    for at in present:
        taken[monday_of(at.astimezone(zone).replace(tzinfo=None))].append(at)

    winners: list[datetime] = []
    for week, wanted in by_week.items():
        cells = wanted
        room = cadence.posts_per_week - len(taken[week])
        people = [at for at in taken[week] if not present[at]]
        if room < len(cells):
            if people:
                cells = sorted(cells, key=lambda cell: (-min(abs(cell.at - at) for at in people), cell.at))
            cells = cells[: max(room, 0)]
        winners += (cell.at for cell in cells if cell.at <= end)
    return sorted(winners)
