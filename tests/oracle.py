"""What the calendar's rules ask for, worked out in plain Python: a second opinion on the planner's SQL.

Nothing here is shared with the SQL, zone arithmetic included: zoneinfo reads the tz database itself
(the one that PYTHONTZPATH names, where the server has its own). Instants are aware datetimes in UTC and
local times are naive ones, so that no sum is ever done on a zone's wall clock.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

WEEK = timedelta(weeks=1)
DEFAULT_ZONE = "UTC"
DEFAULT_DAYS = (1, 2, 3, 4, 5)
DEFAULT_TIMES = (time(9),)
OWN = UUID(int=0)  # the id of a cadence that is the account's own


@dataclass(frozen=True)
class Cadence:
    """So many posts a week, on these days, at these times; a further one has an id, and may have the rest.

    It is in force from its first day to its last, both included; None is no bound.
    """

    posts_per_week: int
    days_of_week: tuple[int, ...] = DEFAULT_DAYS
    times_local: tuple[time, ...] = DEFAULT_TIMES
    category: str | None = None
    first_day: date | None = None
    last_day: date | None = None
    id: UUID = OWN

    def is_in_force_on(self, day: date) -> bool:
        """Say whether a local date lies in the time for which the cadence was made."""
        begun = self.first_day is None or self.first_day <= day
        over = self.last_day is not None and self.last_day < day
        return begun and not over


@dataclass(frozen=True)
class Account:
    """A channel account with its own cadence and further ones.

    None is what stands in a column that nobody filled, where the application had that column before.
    """

    id: UUID
    timezone: str | None = DEFAULT_ZONE
    posts_per_week: int | None = 0
    days_of_week: tuple[int, ...] | None = DEFAULT_DAYS
    times_local: tuple[time, ...] | None = DEFAULT_TIMES
    status: str = "active"
    further: tuple[Cadence, ...] = ()

    @property
    def zone(self) -> ZoneInfo | None:
        """The account's time zone; None where nobody knows it."""
        return zone_of(DEFAULT_ZONE if self.timezone is None else self.timezone)

    @property
    def own_cadence(self) -> Cadence:
        """What the account's columns say, the defaults standing in for what they don't."""
        return Cadence(
            self.posts_per_week or 0,
            DEFAULT_DAYS if self.days_of_week is None else self.days_of_week,
            DEFAULT_TIMES if self.times_local is None else self.times_local,
        )

    @property
    def cadences(self) -> list[Cadence]:
        """Section 3.1: all its cadences, that one first whose category a slot has that several of them give.

        Further ones by category, then by id, a category before none; the account's own is the last.
        """
        further = sorted(self.further, key=lambda c: (c.category is None, c.category or "", c.id))
        own = self.own_cadence
        return further + [own] * (own.posts_per_week > 0)

    @property
    def plans(self) -> bool:
        """Rule 6."""
        return self.status == "active" and self.zone is not None and bool(self.cadences)


class Content(StrEnum):
    """What a post has for its content."""

    ITEM = "item"
    PLACEHOLDER = "placeholder"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Post:
    """A post instance; `category` is the kind of post that was planned there."""

    id: UUID
    account: UUID
    scheduled_for: datetime | None
    planned_for: datetime | None = None
    status: str = "Scheduled"
    content: Content = Content.ITEM
    category: str | None = None
    is_touched: bool = False

    @property
    def is_moved(self) -> bool:
        """Someone moved the slot, or took it off the calendar."""
        return self.planned_for is not None and self.planned_for != self.scheduled_for

    @property
    def is_empty(self) -> bool:
        """A slot that waits for its content, whoever made it."""
        return self.status == "Planned" and self.content is not Content.ITEM

    @property
    def is_untouched(self) -> bool:
        """An empty slot, just as the top-off left it."""
        on_its_cell = self.scheduled_for is not None and self.planned_for == self.scheduled_for
        return self.is_empty and on_its_cell and not self.is_touched


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


@dataclass(frozen=True)
class Calendar:
    """What one tenant has."""

    accounts: list[Account]
    posts: list[Post]
    blackouts: list[Blackout]


class Verdict(NamedTuple):
    """What becomes of an instant, and what kind of post is wanted there."""

    category: str | None
    decision: str


class Decision(NamedTuple):
    """A row of the preview."""

    account: UUID
    slot_at: datetime
    slot_local: datetime
    category: str | None
    decision: str


# The tenant ----------------------------------------------------------------------------------------------


def decide(calendar: Calendar, as_of: datetime, window_end: datetime, replan: bool = False) -> list[Decision]:
    """Return the rows that a preview of the tenant shows, by account and instant.

    An account of unknown zone has none, in a re-plan neither: who does not know its programme can't say
    which of its slots have to go, and has no local time to show.
    """
    weigh = replanned if replan else topped_off
    rows = []
    for account in calendar.accounts:
        if account.zone is None:
            continue
        posts = [post for post in calendar.posts if post.account == account.id]
        blackouts = [blackout for blackout in calendar.blackouts if blackout.account in (None, account.id)]
        verdicts = weigh(account, posts, blackouts, as_of, window_end)
        rows += [Decision(account.id, at, local_of(at, account), *verdicts[at]) for at in verdicts]
    return sorted(rows)


# The account ---------------------------------------------------------------------------------------------


def topped_off(
    account: Account, posts: list[Post], blackouts: list[Blackout], as_of: datetime, window_end: datetime
) -> dict[datetime, Verdict]:
    """Rules 4 to 6: each of the window's cells, and what becomes of it."""
    if not account.plans:
        return {}
    cells = programme(account, as_of, window_end)
    decisions = reasons_against([cell for cell in cells if cell > as_of], account, posts, blackouts)
    free_cells = by_week((cell for cell, reason in decisions.items() if reason is None), account)
    wanted = by_week(cells, account)
    standing = by_week((post.scheduled_for for post in posts if post.scheduled_for), account)
    peoples = by_week(peoples_times(posts, cells), account)

    for week, free in free_cells.items():
        ranked = farthest_first(free, peoples[week])
        room = max(0, len(wanted[week]) - len(standing[week]))
        decisions |= dict.fromkeys(ranked[:room], "create")
        decisions |= dict.fromkeys(ranked[room:], "quota")

    return {cell: Verdict(cells[cell], why) for cell, why in decisions.items() if why and cell <= window_end}


def replanned(
    account: Account, posts: list[Post], blackouts: list[Blackout], as_of: datetime, window_end: datetime
) -> dict[datetime, Verdict]:
    """Return what deleting every untouched future slot and topping off comes to, slot by slot.

    A slot that stays has the category of the present programme; one that goes shows the one that it has.
    """
    given_up = [p for p in posts if p.is_untouched and p.scheduled_for and p.scheduled_for > as_of]
    verdicts = topped_off(account, [p for p in posts if p not in given_up], blackouts, as_of, window_end)
    for slot in given_up:
        cell = verdicts.get(slot.scheduled_for)
        if cell and cell.decision == "create":
            verdicts[slot.scheduled_for] = Verdict(cell.category, "exists")
        else:
            verdicts[slot.scheduled_for] = Verdict(slot.category, "remove")
    return verdicts


# Rule 5 --------------------------------------------------------------------------------------------------


def reasons_against(
    cells: Iterable[datetime], account: Account, posts: list[Post], blackouts: list[Blackout]
) -> dict[datetime, str | None]:
    """Rule 5: why there can be no new slot, whatever room the week has; None for a free cell."""
    taken = {post.scheduled_for for post in posts}
    vacated = {post.planned_for for post in posts if post.is_moved}

    def reason(cell: datetime) -> str | None:
        if cell in taken:
            return "exists"
        if cell in vacated:
            return "moved"
        local = local_of(cell, account)
        return "blackout" if any(blackout.covers(local) for blackout in blackouts) else None

    return {cell: reason(cell) for cell in cells}


def peoples_times(posts: list[Post], cells: Mapping[datetime, str | None]) -> list[datetime]:
    """Rule 5: the times that cells keep away from, each in its own week.

    An untouched slot on a cell of the present programme is none of them; one that an earlier cadence left
    behind is.
    """
    return [
        post.scheduled_for
        for post in posts
        if post.scheduled_for and not (post.is_untouched and post.scheduled_for in cells)
    ]


def farthest_first(free_cells: list[datetime], peoples: list[datetime]) -> list[datetime]:
    """Rule 5: the cells in the order in which they win, by elapsed time; the earlier one of a tie."""

    def distance(cell: datetime) -> timedelta:
        return min((abs(cell - at) for at in peoples), default=timedelta(0))

    return sorted(free_cells, key=lambda cell: (-distance(cell), cell))


# Cells ---------------------------------------------------------------------------------------------------


def programme(account: Account, begin: datetime, end: datetime) -> dict[datetime, str | None]:
    """Section 3.1: the cells of all cadences, in every week that the time from begin to end touches.

    Each instant once, with its category, in time order.
    """
    cells: dict[datetime, str | None] = {}
    for cadence in account.cadences:
        for cell in cells_in_force(cadence, account, begin, end):
            cells.setdefault(cell, cadence.category)
    return dict(sorted(cells.items()))


def cells_in_force(cadence: Cadence, account: Account, begin: datetime, end: datetime) -> list[datetime]:
    """Section 3.1: cells of whole weeks, less those on a date on which the cadence is not in force.

    A week's margin on both sides, for a cell that a gap pushes over midnight into the next week.
    """
    monday, last_monday = week_of(begin, account) - WEEK, week_of(end, account) + WEEK
    cells = []
    while monday <= last_monday:
        for day, at in weekly_cells(cadence.posts_per_week, cadence.days_of_week, cadence.times_local):
            cells.append(instant_of(datetime.combine(monday + timedelta(days=day - 1), at), account))
        monday += WEEK
    return [cell for cell in cells if cadence.is_in_force_on(local_of(cell, account).date())]


def weekly_cells(
    posts_per_week: int, days_of_week: Iterable[int], times_local: Iterable[time]
) -> list[tuple[int, time]]:
    """Rule 1: the cells of the grid that the cadence selects; all where it wants more than there are."""
    days, times = sorted(days_of_week), sorted(times_local)
    full_rounds, rest = divmod(min(posts_per_week, len(days) * len(times)), len(days))
    selected = [(day, at) for at in times[:full_rounds] for day in days]
    # floor((i + 1/2) * N / r), in whole numbers
    spread = [days[(2 * i + 1) * len(days) // (2 * rest)] for i in range(rest)]
    return selected + [(day, times[full_rounds]) for day in spread]


# Clocks --------------------------------------------------------------------------------------------------


@cache
def zone_of(name: str) -> ZoneInfo | None:
    """Return a time zone; None where the tz database has none of that name."""
    return ZoneInfo(name) if name in all_zones() else None


@cache
def all_zones() -> set[str]:
    """Return the names that the tz database knows."""
    return available_timezones()


def instant_of(local: datetime, account: Account) -> datetime:
    """Rule 3: the first of an overlap's two; in a gap, what the offset from before it gives."""
    # fold=0 means both
    return local.replace(tzinfo=account.zone, fold=0).astimezone(UTC)


def local_of(instant: datetime, account: Account) -> datetime:
    """Rule 3: the account's wall clock at an instant."""
    return instant.astimezone(account.zone).replace(tzinfo=None, fold=0)


def week_of(instant: datetime, account: Account) -> date:
    """Rule 2: the Monday of an instant's ISO week on the account's calendar."""
    day = local_of(instant, account).date()
    return day - timedelta(days=day.weekday())


def by_week(instants: Iterable[datetime], account: Account) -> defaultdict[date, list[datetime]]:
    """Sort instants into the account's weeks; a week without any has an empty list."""
    weeks = defaultdict(list)
    for instant in instants:
        weeks[week_of(instant, account)].append(instant)
    return weeks
