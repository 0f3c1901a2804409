"""What the calendar's rules ask for, worked out in plain Python: a second opinion on the planner's SQL.

Nothing here is shared with the SQL, zone arithmetic included: zoneinfo reads the tz database itself
(the one that PYTHONTZPATH names, where the server has its own). Instants are aware datetimes in UTC and
local times are naive ones, so that no sum is ever done on a zone's wall clock.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Account:
    """A channel account and its cadence."""

    id: UUID
    timezone: str = "UTC"
    posts_per_week: int = 0
    days_of_week: tuple[int, ...] = (1, 2, 3, 4, 5)
    times_local: tuple[time, ...] = (time(9),)
    status: str = "active"

    @property
    def plans(self) -> bool:
        """Rule 6."""
        return self.status == "active" and self.posts_per_week > 0


@dataclass(frozen=True)
class Post:
    """A post instance; `is_placeholder` says that the tenant's placeholder is its content."""

    id: UUID
    account: UUID
    scheduled_for: datetime | None
    planned_for: datetime | None = None
    status: str = "Scheduled"
    is_placeholder: bool = False

    @property
    def is_moved(self) -> bool:
        """Someone moved the slot, or took it off the calendar."""
        return self.planned_for is not None and self.planned_for != self.scheduled_for

    @property
    def is_untouched(self) -> bool:
        """An empty slot, just as the top-off left it."""
        on_its_cell = self.scheduled_for is not None and self.planned_for == self.scheduled_for
        return self.status == "Planned" and self.is_placeholder and on_its_cell


@dataclass(frozen=True)
class Blackout:
    """A time without slots, in local time; of the whole tenant where `account` is None."""

    account: UUID | None
    start: datetime | None
    end: datetime | None
    start_is_inside: bool = True
    end_is_inside: bool = False

    def covers(self, local: datetime) -> bool:
        """Say whether a local time lies inside; a bound that is None never excludes."""
        begun = self.start is None or self.start < local or (self.start == local and self.start_is_inside)
        over = self.end is not None and (self.end < local or (self.end == local and not self.end_is_inside))
        return begun and not over


class Decision(NamedTuple):
    """A row of the preview."""

    account: UUID
    slot_at: datetime
    slot_local: datetime
    decision: str


def decide(
    accounts: Iterable[Account],
    posts: Iterable[Post],
    blackouts: Iterable[Blackout],
    as_of: datetime,
    window_end: datetime,
    replan: bool = False,
) -> list[Decision]:
    """Return the rows that a preview of the tenant shows, by account and instant."""
    posts, blackouts = list(posts), list(blackouts)
    rows = []
    for account in accounts:
        own_posts = [post for post in posts if post.account == account.id]
        own_blackouts = [blackout for blackout in blackouts if blackout.account in (None, account.id)]
        weigh = replanned if replan else topped_off
        decisions = weigh(account, own_posts, own_blackouts, as_of, window_end)
        rows += [Decision(account.id, at, local_of(at, account), why) for at, why in decisions.items()]
    return sorted(rows)


def topped_off(
    account: Account, posts: list[Post], blackouts: list[Blackout], as_of: datetime, window_end: datetime
) -> dict[datetime, str]:
    """Rules 4 and 5: each of the window's cells, and what becomes of it."""
    decisions: dict[datetime, str] = {}
    if not account.plans:
        return decisions
    taken = {post.scheduled_for for post in posts}
    vacated = {post.planned_for for post in posts if post.is_moved}

    free_cells_by_week: dict[date, list[datetime]] = defaultdict(list)
    for cell in cells(account, as_of, window_end):
        if cell <= as_of:
            continue
        local = local_of(cell, account)
        if cell in taken:
            decisions[cell] = "exists"
        elif cell in vacated:
            decisions[cell] = "moved"
        elif any(blackout.covers(local) for blackout in blackouts):
            decisions[cell] = "blackout"
        else:
            free_cells_by_week[week_of(local)].append(cell)

    for week, free_cells in free_cells_by_week.items():
        week_posts = [
            p for p in posts if p.scheduled_for and week_of(local_of(p.scheduled_for, account)) == week
        ]
        room = max(0, account.posts_per_week - len(week_posts))
        peoples = [p.scheduled_for for p in week_posts if not p.is_untouched]
        by_distance = sorted(
            free_cells,
            key=lambda cell: (-min((abs(cell - at) for at in peoples), default=timedelta(0)), cell),
        )
        decisions |= dict.fromkeys(by_distance[:room], "create")
        decisions |= dict.fromkeys(by_distance[room:], "quota")

    return {cell: why for cell, why in decisions.items() if cell <= window_end}


def replanned(
    account: Account, posts: list[Post], blackouts: list[Blackout], as_of: datetime, window_end: datetime
) -> dict[datetime, str]:
    """Return what deleting every empty untouched future slot and topping off comes to, slot by slot."""
    given_up = [p for p in posts if p.is_untouched and p.scheduled_for and p.scheduled_for > as_of]
    decisions = topped_off(account, [p for p in posts if p not in given_up], blackouts, as_of, window_end)
    for slot in given_up:
        comes_back = decisions.get(slot.scheduled_for) == "create"
        decisions[slot.scheduled_for] = "exists" if comes_back else "remove"
    return decisions


def cells(account: Account, begin: datetime, end: datetime) -> list[datetime]:
    """Rules 1 to 3: the instants of the cadence, in every week that the time from begin to end touches.

    A week's margin on both sides, for a cell that a gap pushes over midnight into the next week.
    """
    zone = ZoneInfo(account.timezone)
    monday = week_of(local_of(begin, account)) - timedelta(weeks=1)
    last_monday = week_of(local_of(end, account)) + timedelta(weeks=1)
    cadence = weekly_cells(account.posts_per_week, account.days_of_week, account.times_local)
    instants = set()
    while monday <= last_monday:
        for day, at in cadence:
            wall = datetime.combine(monday + timedelta(days=day - 1), at)
            # fold=0 is RFC 5545: the first of an overlap's two, and in a gap the offset from before it
            instants.add(wall.replace(tzinfo=zone, fold=0).astimezone(UTC))
        monday += timedelta(weeks=1)
    return sorted(instants)


def weekly_cells(
    posts_per_week: int, days_of_week: Iterable[int], times_local: Iterable[time]
) -> list[tuple[int, time]]:
    """Rule 1: the cells of the grid that the cadence selects."""
    days, times = sorted(days_of_week), sorted(times_local)
    full_rounds, rest = divmod(posts_per_week, len(days))
    selected = [(day, at) for at in times[:full_rounds] for day in days]
    # floor((i + 1/2) * N / r), in whole numbers
    spread = [days[(2 * i + 1) * len(days) // (2 * rest)] for i in range(rest)]
    return selected + [(day, times[full_rounds]) for day in spread]


def local_of(instant: datetime, account: Account) -> datetime:
    """Return the account's wall clock at an instant."""
    return instant.astimezone(ZoneInfo(account.timezone)).replace(tzinfo=None, fold=0)


def week_of(local: datetime) -> date:
    """Rule 2: the Monday of a local time's ISO week."""
    return local.date() - timedelta(days=local.weekday())
