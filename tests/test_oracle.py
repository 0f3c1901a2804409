"""The planner against the oracle, on calendars that hypothesis makes up.

An account's zone, its cadences and the moment of planning are drawn together, so that cells fall into gaps
and overlaps, windows begin and end on a cell, and posts lie where rules meet: a draw at large would seldom
get there. PLENTY=1 makes up 5000 calendars in all, and otherwise it is a tenth of that.
"""

from bisect import bisect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import combinations, product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import psycopg
import pytest
from conftest import HOST, PASSWORD, PLENTY, PORT, USER
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from oracle import (
    Account,
    Blackout,
    Cadence,
    Calendar,
    Content,
    Decision,
    Post,
    Verdict,
    decide,
    local_of,
    programme,
    topped_off,
    weekly_cells,
)
from oracle_db import loosen, posts_in, put_in, set_content_nullable
from psycopg import Connection

TENANT, NEIGHBOUR = "h2o", "all_county"
Slot = tuple[UUID, datetime, str | None]
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LONGEST_HORIZON = 366 * DAY
CASES = 5000 if PLENTY else 500

# Slots are never planned into the past, so the years begin with the next one. The tz database's tables end
# in 2037: later years come from each zone's rule, which the server and zoneinfo each read in their own way.
YEARS = range(datetime.now(UTC).year + 1, datetime.now(UTC).year + 15)

INTERESTING_ZONES = [
    "America/New_York",
    "Europe/London",
    "Europe/Dublin",  # winter time is the daylight saving time, a negative one
    "Australia/Lord_Howe",  # shifts by half an hour
    "America/Santiago",  # midnight is in the gap; so in the next four
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Havana",
    "America/Nuuk",
    "Antarctica/Troll",  # shifts by two hours
    "Pacific/Chatham",  # 12:45 ahead
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",  # four changes in some years, none by a rule
    "Asia/Gaza",
    "US/Eastern",
    "UTC",
]
SESSION_ZONES = ["UTC", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kolkata", "Pacific/Pago_Pago"]
COMMON_TIMES = [time(9), time(17), time(0), time(23, 59, 59), time(0, 30), time(12, 15, 30)]

UNKNOWN_ZONES = ["Mars/Olympus_Mons", ""]
WHOLE_GRID = 999  # more posts a week than there are cells

KINDS = [
    "untouched",
    "untouched",
    "touched",
    "another scheduler's",
    "by hand",
    "filled",
    "moved",
    "taken off",
    "moved empty",
    "taken off empty",
    "odd",
    "midway",
    "midway",
]
STATUSES = ["Scheduled", "Draft", "Planned", "Posted", "Failed", "Approved"]
SHIFTS = [0 * HOUR, HOUR, -HOUR, 30 * MINUTE, -5 * HOUR, 12 * HOUR, DAY, -DAY, timedelta(microseconds=1)]
CATEGORIES = [None, "offer", "team", "tip"]
SPANS = ["instant", "from", "until", "from on", "up to", "always"]

# Each draw costs time, and so does making a strategy: what is drawn together is drawn at once.
ANY_PLACE = st.integers(0, 2**16 - 1)
NEIGHBOURHOODS = st.sampled_from(
    list(product(["begin", "end", "middle", "change", "change"], range(-5, 2), [False, False, True]))
)
ANY_TWO_PLACES = st.integers(0, 2**20 - 1)  # beyond 24 bits hypothesis prefers small numbers
WEEKDAYS = st.sampled_from([days for n in range(1, 8) for days in combinations((7, 1, 4, 2, 6, 3, 5), n)])
DENSITIES = st.sampled_from([1, 0.9, 0.75, 0.6, 0.5, 0.4, 0.25, 0])
STATES = st.sampled_from(
    ["active"] * 12 + ["without cadence"] * 3 + ["paused", "unknown zone", "whole grid", "whole grid"]
    + ["no days", "no times", "no zone", "nothing"]
)  # fmt: skip
# days (none: the account's), whether the times are the account's, how dense
GRIDS = list(
    product(
        [None, None, (1, 2, 3, 4, 5, 6, 7), (6, 7), (2, 4), (3,), (1, 5, 7)],
        [True, False],
        [1, 0.75, 0.5, 0.25, 0],
    )
)
# the first day and the last one, counted from some date that matters
TIMES_IN_FORCE = [
    (None, None),
    (None, None),
    *((first, None) for first in (-3, -1, 0, 1, 3, 6)),
    *((None, last) for last in (-2, -1, 0, 1, 3, 6)),
    *((first, first + days) for first in (-8, -3, -1, 0, 1, 4) for days in (0, 1, 3, 6, 10, 23)),
]
CADENCE_SKETCHES = st.lists(
    st.tuples(
        st.sampled_from(list(product(GRIDS, CATEGORIES))),
        st.sampled_from(list(product(TIMES_IN_FORCE, ["as of", "as of", "change", "place"]))),
        ANY_PLACE,
    ),
    max_size=3,
)
POST_SKETCHES = st.lists(
    st.tuples(st.sampled_from(list(product(KINDS, STATUSES, SHIFTS))), ANY_TWO_PLACES), max_size=8
)
STANDING_SKETCHES = st.sampled_from(
    list(
        product(
            ["none", "none", "none", "today's", "today's", "denser", "elsewhere", "own only", "later"],
            range(8),
            [0, 0, 1, 2, 3, 5, 8, 13, 21, 34, 55],
            [0, 0, 2, 5],
        )
    )
)
BLACKOUT_SKETCHES = st.lists(
    st.tuples(
        st.sampled_from(list(product(SPANS, range(-1, 3), (True, False), (False, True)))),
        ANY_PLACE,
        st.integers(1, 240),
    ),
    max_size=2,
)
MOMENT_SKETCHES = st.tuples(
    ANY_PLACE,
    st.integers(-12 * 24 * 60, 1 * 24 * 60),
    st.sampled_from(
        [7 * DAY, 28 * DAY, 14 * DAY]
        + [days * DAY for days in range(3, 36)]
        + [days * DAY + 7 * HOUR + 13 * MINUTE for days in range(2, 16, 3)]
        + [days * DAY for days in range(36, 61, 8)]
        + [hours * HOUR for hours in (1, 5, 12, 24, 30, 48)]
        + [LONGEST_HORIZON]
    ),
    st.sampled_from(list(product((False, True), (False, True)))),
)


@dataclass(frozen=True)
class Situation:
    """A moment of planning, the tenant that is planned, and another one that must not matter."""

    as_of: datetime
    horizon: timedelta
    session_zone: str
    calendar: Calendar
    neighbour: Calendar

    @property
    def window_end(self) -> datetime:
        """The end of the window; days are 24 hours long, as they are in UTC."""
        return self.as_of + self.horizon


@cache
def clock_changes(zone: str, year: int) -> list[datetime]:
    """Return the instants at which the zone's offset changes in a year, to the second."""

    def offset(at: datetime) -> timedelta | None:
        return at.astimezone(ZoneInfo(zone)).utcoffset()

    changes = []
    day = datetime(year, 1, 1, tzinfo=UTC)
    while day.year == year:
        before, after = day, day + DAY
        if offset(before) != offset(after):
            while after - before > timedelta(seconds=1):
                middle = (before + (after - before) / 2).replace(microsecond=0)
                before, after = (middle, after) if offset(middle) == offset(day) else (before, middle)
            changes.append(after)
        day += DAY
    return changes


@cache
def telling_times(zone: str, year: int) -> list[time]:
    """Return wall-clock times in and around the zone's gaps and overlaps: some pairs fall on one instant."""
    times = []
    for change in clock_changes(zone, year):
        before = (change - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        before += timedelta(seconds=1)
        after = change.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
        middle = before + (after - before) / 2
        times += [middle.time(), (middle + abs(after - before)).time(), before.time(), after.time()]
    return list(dict.fromkeys(times))


@cache
def zones_of_the_server() -> st.SearchStrategy[str]:
    """Draw one of the time zones that an account may have on this server, more often than not a tricky one."""
    with psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="postgres") as server:
        known = {name for (name,) in server.execute("SELECT name FROM pg_timezone_names")}
    refused = ("Etc/", "posix/", "right/", "SystemV/")
    zones = sorted(z for z in known & available_timezones() if "/" in z and not z.startswith(refused))
    assert known.issuperset(INTERESTING_ZONES)
    return st.sampled_from(INTERESTING_ZONES * (2 * len(zones) // len(INTERESTING_ZONES)) + zones)


@cache
def times_in(zone: str, year: int) -> st.SearchStrategy[list[time]]:
    """Draw some times of day that suit a zone."""
    return st.lists(st.sampled_from(telling_times(zone, year) * 2 + COMMON_TIMES), min_size=1, max_size=5)


@dataclass(frozen=True)
class AccountSketch:
    """An account as long as it is not known when its further cadences are in force, nor that its zone is lost."""

    account: Account
    spans: list[tuple[Any, ...]]
    lost_zone: str | None

    def at(self, as_of: datetime) -> Account:
        """Return the account with its cadences in force around a moment."""
        changes = [c for c in clock_changes(self.account.zone.key, as_of.year) if c > as_of]
        further = []
        for cadence, ((first, last), anchor, place) in zip(self.account.further, self.spans, strict=True):
            day = {
                "as of": as_of,
                "change": min(changes, default=as_of),
                "place": as_of + place % 28 * DAY,
            }[anchor]
            today = local_of(day, self.account).date()
            further.append(
                replace(
                    cadence,
                    first_day=None if first is None else today + first * DAY,
                    last_day=None if last is None else today + last * DAY,
                )
            )
        return replace(self.account, further=tuple(further))


@st.composite
def accounts_of(draw: st.DrawFn, number: int, year: int, zone: str) -> AccountSketch:
    """Make up an account whose times suit its zone."""
    days_of_week = draw(WEEKDAYS)
    times_local = tuple(dict.fromkeys(draw(times_in(zone, year))))
    grid = len(days_of_week) * len(times_local)
    some = max(1, round(draw(DENSITIES) * grid))
    state = draw(STATES)
    account = Account(
        id=UUID(int=9000 - number),  # not in the order of insertion
        timezone=None if state in ("no zone", "nothing") else zone,
        posts_per_week={"without cadence": 0, "whole grid": WHOLE_GRID, "nothing": None}.get(state, some),
        days_of_week=None if state in ("no days", "nothing") else days_of_week,
        times_local=None if state in ("no times", "nothing") else times_local,
        status="paused" if state == "paused" else "active",
    )
    sketches = draw(CADENCE_SKETCHES)
    further = [
        sketched_cadence(account, year, *grid_and_category, place, UUID(int=7000 - 10 * number - i * 7 % 10))
        for i, (grid_and_category, _, place) in enumerate(sketches)
    ]
    return AccountSketch(
        replace(account, further=tuple(further)),
        [(*span, place) for _, span, place in sketches],
        UNKNOWN_ZONES[number % 2] if state == "unknown zone" else None,
    )


def sketched_cadence(
    account: Account, year: int, grid: tuple[Any, ...], category: str | None, place: int, id_: UUID
) -> Cadence:
    """Turn a sketch into a further cadence, which has cells in common with the account's own in many cases."""
    days, has_own_times, density = grid
    days = days or account.own_cadence.days_of_week
    times = account.own_cadence.times_local
    if not has_own_times:
        telling = telling_times(account.zone.key, year) + COMMON_TIMES
        times = tuple(dict.fromkeys([telling[place % len(telling)], telling[place // 50 % len(telling)]]))
    return Cadence(max(1, round(density * len(days) * len(times))), days, times, category, id=id_)


def sketched_moment(
    account: Account,
    year: int,
    landmark: int,
    minutes: int,
    horizon: timedelta,
    on_a_cell: tuple[bool, bool],
) -> tuple[datetime, timedelta]:
    """Return a moment of planning near something that easily goes wrong, and a horizon."""
    month_ends = [datetime(year, month, 1, tzinfo=UTC) for month in range(2, 13)]
    year_end = datetime(year + 1, 1, 1, tzinfo=UTC)
    # the first days of January, less some days, could be in the past
    changes = [change for change in clock_changes(account.zone.key, year) if change.timetuple().tm_yday > 10]
    landmarks = [*changes, year_end, year_end, *month_ends, *changes * 15]
    as_of = landmarks[landmark % len(landmarks)] + minutes * MINUTE

    # an occurrence at as_of is out, one at the end of the window is in
    begins_on_a_cell, ends_on_a_cell = on_a_cell
    next_cells = [cell for cell in programme(account, as_of, as_of + min(horizon, 9 * DAY)) if cell >= as_of]
    if begins_on_a_cell and next_cells:
        as_of = next_cells[0]
    if ends_on_a_cell and horizon < 40 * DAY:
        horizon = next((cell - as_of for cell in next_cells[::-1] if cell >= as_of + HOUR), horizon)
    return as_of, horizon


def sketched_posts(
    account: Account, sketches: list[tuple[Any, ...]], places: list[datetime], number: int
) -> list[Post]:
    """Turn sketches into posts that lie on, beside and between the places."""
    posts = []
    for (kind, status, shift), two_places in sketches:
        number += 1
        first, second = divmod(two_places, 2**10)
        place, other = places[first % len(places)], places[second % len(places)] + shift
        post = Post(UUID(int=number), account.id, other, None, status)
        empty = replace(
            post,
            status="Planned",
            content=(Content.PLACEHOLDER, Content.NOTHING)[second // 2 % 2],
            category=CATEGORIES[second // 4 % len(CATEGORIES)],
            is_touched=second // 16 % 4 == 0,
        )
        match kind:
            case "untouched":
                post = replace(empty, planned_for=other, is_touched=False)
            case "touched":
                post = replace(empty, planned_for=other, is_touched=True)
            case "another scheduler's":
                post = empty
            case "filled":
                post = replace(post, planned_for=other, is_touched=True)
            case "moved":
                post = replace(post, planned_for=place)
            case "taken off":
                post = replace(post, planned_for=place, scheduled_for=None)
            case "moved empty":
                post = replace(empty, planned_for=place)
            case "taken off empty":
                post = replace(empty, planned_for=place, scheduled_for=None)
            case "midway":
                # as far from one cell as from another: a tie, unless the clock is changed in between
                post = replace(post, scheduled_for=place + (places[(first + 1) % len(places)] - place) / 2)
            case "odd" if status in ("Scheduled", "Posted"):
                # published without content, which the tables allow
                post = replace(post, planned_for=other, content=Content.NOTHING)
            case "odd":
                # no content in a row that is not Planned, or that no cadence planned
                planned_for = None if status == "Planned" else other
                scheduled_for = None if second % 4 == 0 else other
                post = replace(empty, status=status, planned_for=planned_for, scheduled_for=scheduled_for)
        posts.append(post)
    return posts


def standing_slots(
    account: Account,
    former: str,
    touched: int,
    posts: list[Post],
    begin: datetime,
    end: datetime,
    number: int,
) -> list[Post]:
    """Return empty slots such as earlier nights left, by today's programme or by a former one."""
    active = replace(account, status="active")
    times = account.own_cadence.times_local
    former_account = {
        "none": replace(account, status="not yet"),
        "today's": active,
        "denser": replace(active, posts_per_week=WHOLE_GRID),
        "elsewhere": replace(active, posts_per_week=WHOLE_GRID, timezone="Asia/Kathmandu"),
        "own only": replace(active, posts_per_week=WHOLE_GRID, further=()),
        "later": replace(active, times_local=tuple(time((at.hour + 6) % 24, at.minute) for at in times)),
    }[former]
    verdicts = topped_off(former_account, posts, [], begin, end)
    made = [(at, verdict.category) for at, verdict in verdicts.items() if verdict.decision == "create"]
    return [
        Post(
            UUID(int=number + i),
            account.id,
            at,
            at,
            "Planned",
            Content.NOTHING if i % 3 == 0 else Content.PLACEHOLDER,
            category,
            is_touched=touched > 0 and i % touched == 0,
        )
        for i, (at, category) in enumerate(sorted(made), start=1)
    ]


def sketched_blackouts(
    accounts: list[Account], sketches: list[tuple[Any, ...]], places: list[datetime]
) -> list[Blackout]:
    """Turn sketches into blackouts with a bound on the local time of one of the places."""
    blackouts = []
    for (span, whose, start_is_inside, end_is_inside), place, hours in sketches:
        account = accounts[whose % len(accounts)]
        local = local_of(places[place % len(places)], account)
        start, end = {
            "instant": (local, local),
            "from": (local, local + hours * HOUR),
            "until": (local - hours * HOUR, local),
            "from on": (local, None),
            "up to": (None, local),
            "always": (None, None),
        }[span]
        if span == "instant":
            start_is_inside = end_is_inside = True
        elif span == "always" and whose != 2:
            end = local  # everything at once blacked out shows little, so seldom
        owner = None if whose == -1 else account.id
        blackouts.append(Blackout(owner, start, end, start_is_inside, end_is_inside))
    return blackouts


@st.composite
def situations(draw: st.DrawFn) -> Situation:
    """Make up two tenants and a moment to plan one of them."""
    year = draw(st.sampled_from(YEARS))
    count = draw(st.integers(1, 3))
    zones = draw(st.tuples(zones_of_the_server(), zones_of_the_server()))
    sketches = [draw(accounts_of(i, year, zones[i % 2])) for i in range(count)]
    as_of, horizon = sketched_moment(sketches[0].account, year, *draw(MOMENT_SKETCHES))
    window_end = as_of + horizon
    accounts = [sketch.at(as_of) for sketch in sketches]

    posts: list[Post] = []
    places: list[datetime] = []
    for account in accounts:
        until = min(window_end, as_of + 40 * DAY)
        # some days' cells, so that posts and slots meet in one week
        where, days, everywhere = draw(NEIGHBOURHOODS)
        dense = replace(account, posts_per_week=WHOLE_GRID)
        around = list(
            programme(
                dense if everywhere or not account.cadences else account, as_of - 10 * DAY, until + 10 * DAY
            )
        )
        changes = [change for change in clock_changes(account.zone.key, as_of.year) if change > as_of]
        first = (
            days * DAY
            + {
                "begin": as_of,
                "end": until,
                "middle": as_of + (until - as_of) / 2,
                "change": min(changes, default=as_of),
            }[where]
        )
        own_places = around[bisect(around, first) : bisect(around, first + 6 * DAY)][:12]
        own_places += [as_of, window_end + 400 * DAY]
        next_cells = around[bisect(around, as_of) :][:2]
        places += own_places + next_cells * 4
        own = sketched_posts(account, draw(POST_SKETCHES), own_places, len(posts))
        former, since, till, touched = draw(STANDING_SKETCHES)
        begin, end = as_of - since * DAY, as_of + till * DAY
        own += standing_slots(account, former, touched, own, begin, end, len(posts + own))
        posts += own
    # one post a time on an account; NULL is no time
    posts = list({(p.account, p.scheduled_for or p.id): p for p in posts}.values())
    blackouts = sketched_blackouts(accounts, draw(BLACKOUT_SKETCHES), places)
    accounts = [
        account if sketch.lost_zone is None else replace(account, timezone=sketch.lost_zone)
        for account, sketch in zip(accounts, sketches, strict=True)
    ]

    calendar = Calendar(accounts, posts, blackouts)
    return Situation(
        as_of,
        horizon,
        draw(st.sampled_from(SESSION_ZONES)),
        calendar,
        neighbour_of(
            calendar, as_of, places, draw(st.sampled_from(["none", "none", "other ids", "same ids"]))
        ),
    )


def neighbour_of(calendar: Calendar, as_of: datetime, places: list[datetime], kind: str) -> Calendar:
    """Return another tenant's calendar: were the tenant forgotten anywhere, its rows would take part.

    Where ids are the same, everything else is not: it posts at the places, and every day of the week.
    """
    if kind == "none":
        return Calendar([], [], [])
    blackouts = [Blackout(None, as_of.replace(tzinfo=None), None)]
    if kind == "other ids":
        other = {account.id: UUID(int=account.id.int - 100) for account in calendar.accounts}
        return Calendar(
            [replace(a, id=other[a.id], status="active") for a in calendar.accounts],
            [replace(p, id=UUID(int=p.id.int + 10**6), account=other[p.account]) for p in calendar.posts],
            blackouts,
        )
    daily = Cadence(7, (1, 2, 3, 4, 5, 6, 7), (time(12),), "neighbour's", id=UUID(int=7000))
    posts = [replace(post, is_touched=not post.is_touched, category="neighbour's") for post in calendar.posts]
    for number, place in enumerate(places):
        account = calendar.accounts[number % len(calendar.accounts)].id
        posts.append(Post(UUID(int=10**6 + number), account, place, place + HOUR))
    return Calendar(
        [
            replace(
                account,
                timezone="Asia/Kathmandu",
                status="active",
                further=tuple(replace(daily, id=UUID(int=7000 - 10 * i + n)) for n in range(2)),
            )
            for i, account in enumerate(calendar.accounts)
        ],
        list({(p.account, p.scheduled_for or p.id): p for p in posts}.values()),
        blackouts + [Blackout(account.id, None, None) for account in calendar.accounts],
    )


def where_content_is_required(calendar: Calendar) -> Calendar:
    """Return a calendar whose posts all have content; what is empty stays so."""
    stand_in = {"Planned": Content.PLACEHOLDER}
    return replace(
        calendar,
        posts=[
            replace(post, content=stand_in.get(post.status, Content.ITEM))
            if post.content is Content.NOTHING
            else post
            for post in calendar.posts
        ],
    )


@dataclass
class Planner:
    """A database that plans, and what becomes of a slot's content there."""

    db: Connection
    content_of_slots: Content

    @contextmanager
    def having(self, situation: Situation) -> Iterator[Situation]:
        """Put a situation into the database, and take it out again; gives it as that database can have it."""
        calendars = {TENANT: situation.calendar, NEIGHBOUR: situation.neighbour}
        if self.content_of_slots is Content.PLACEHOLDER:
            calendars = {tenant: where_content_is_required(it) for tenant, it in calendars.items()}
        with self.db.transaction(force_rollback=True):
            put_in(self.db, calendars, situation.session_zone)
            yield replace(situation, calendar=calendars[TENANT], neighbour=calendars[NEIGHBOUR])

    def preview(self, situation: Situation, replan: bool = False) -> list[Decision]:
        """Ask the server about the tenant."""
        rows = self.db.execute(
            "SELECT channel_account_id, slot_at, slot_local, category, decision"
            " FROM preview_planned_slots(%s, horizon => %s, as_of => %s, replan => %s)",
            (TENANT, situation.horizon, situation.as_of, replan),
        )
        # into UTC at once: Python never calls two instants equal where one is written in an ambiguous local time
        return [Decision(account, at.astimezone(UTC), *rest) for account, at, *rest in rows]

    def top_off(self, as_of: datetime, horizon: timedelta) -> int:
        """Top off the tenant and return how many slots that created."""
        row = self.db.execute(
            "SELECT topoff_planned_slots(%s, horizon => %s, as_of => %s)", (TENANT, horizon, as_of)
        ).fetchone()
        assert row
        return row[0]

    def replan(self, situation: Situation) -> tuple[int, int]:
        """Re-plan the tenant and return how many slots that removed and created."""
        row = self.db.execute(
            "SELECT removed, created FROM replan_planned_slots(%s, horizon => %s, as_of => %s)",
            (TENANT, situation.horizon, situation.as_of),
        ).fetchone()
        assert row
        return row

    def changes_since(self, situation: Situation) -> tuple[list[Post], list[Post]]:
        """Return the tenant's posts that are gone or have another face, and those that are new or have it.

        The neighbour has none.
        """
        now = posts_in(self.db, [TENANT, NEIGHBOUR])
        assert set(now[NEIGHBOUR]) == set(situation.neighbour.posts)
        before, after = set(situation.calendar.posts), set(now[TENANT])
        return by_place(before - after), by_place(after - before)

    def slots_made(self, situation: Situation) -> list[Slot]:
        """Return the slots that were not there before, having seen that nothing else has changed."""
        gone, made = self.changes_since(situation)
        assert not gone
        return [self.slot(post) for post in made]

    def slot(self, post: Post) -> Slot:
        """Return where a slot stands and what it is for, having seen that it is as a top-off makes it."""
        assert post.is_untouched
        assert post.content is self.content_of_slots
        assert post.scheduled_for
        return post.account, post.scheduled_for, post.category


def by_place(posts: Iterable[Post]) -> list[Post]:
    """Sort posts by account and time; one without a time comes first."""
    return sorted(posts, key=lambda p: (p.account, p.scheduled_for or datetime.min.replace(tzinfo=UTC), p.id))


def oracle_says(situation: Situation, replan: bool = False, end: datetime | None = None) -> list[Decision]:
    """Ask the oracle about the tenant."""
    return decide(situation.calendar, situation.as_of, end or situation.window_end, replan)


def rows_that(decision: str, decisions: list[Decision]) -> list[Slot]:
    """Return the slots that a preview decides in one way."""
    return [(row.account, row.slot_at, row.category) for row in decisions if row.decision == decision]


def untouched_slots_ahead(situation: Situation) -> list[Post]:
    """Return what a re-plan gives up; an account of unknown zone gives up nothing."""
    known = {account.id for account in situation.calendar.accounts if account.zone}
    return [
        post
        for post in situation.calendar.posts
        if post.account in known
        and post.is_untouched
        and post.scheduled_for
        and post.scheduled_for > situation.as_of
    ]


def generated(share: float) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return settings for a test that has a share in the cases and rolls back each in its one database."""
    return settings(
        max_examples=max(1, round(CASES * share)),
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.fixture(params=[Content.PLACEHOLDER, Content.NOTHING], ids=["content_required", "content_optional"])
def planner(db: Connection, request: pytest.FixtureRequest) -> Planner:
    """Return a database whose tables are as an application may have brought them, and its slots' content."""
    loosen(db)
    set_content_nullable(db, request.param is Content.NOTHING)
    return Planner(db, request.param)


@pytest.mark.beside_one_server
def test_the_oracle_selects_the_cells_that_the_rules_name():
    weekdays, nine, five = range(1, 6), time(9), time(17)
    assert weekly_cells(1, weekdays, [nine]) == [(3, nine)]
    assert weekly_cells(2, weekdays, [nine]) == [(2, nine), (4, nine)]
    assert weekly_cells(3, weekdays, [nine]) == [(1, nine), (3, nine), (5, nine)]
    assert weekly_cells(7, weekdays, [five, nine]) == [
        *((day, nine) for day in weekdays),
        (2, five),
        (4, five),
    ]
    assert weekly_cells(11, weekdays, [nine, five]) == weekly_cells(10, weekdays, [nine, five])


@pytest.mark.beside_one_server
def test_the_oracle_takes_the_first_of_an_overlap_and_moves_on_over_a_gap():
    sundays = Account(UUID(int=1), "America/New_York", 1, (7,), (time(1, 30),))
    autumn = datetime(2027, 11, 6, tzinfo=UTC)
    assert topped_off(sundays, [], [], autumn, autumn + 2 * DAY) == {
        datetime(2027, 11, 7, 5, 30, tzinfo=UTC): Verdict(None, "create")
    }
    sundays = replace(sundays, times_local=(time(2, 30),))
    spring = datetime(2027, 3, 13, tzinfo=UTC)
    (row,) = decide(Calendar([sundays], [], []), spring, spring + 2 * DAY)
    assert row.slot_at == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert row.slot_local == datetime(2027, 3, 14, 3, 30)


def corner(
    as_of: datetime,
    account: Account,
    scheduled_for: datetime | None = None,
    blackout: datetime | None = None,
) -> Situation:
    """Return a week of one account, with a post made by hand and a blackout of one local time."""
    posts = [Post(UUID(int=2), account.id, scheduled_for)] if scheduled_for else []
    blackouts = [Blackout(None, blackout, blackout, end_is_inside=True)] if blackout else []
    return Situation(as_of, 7 * DAY, "UTC", Calendar([account], posts, blackouts), Calendar([], [], []))


WEEKEND = Account(UUID(int=1), "America/New_York", 2, (6, 7), (time(9),))
SPRING, AUTUMN = datetime(2036, 3, 4, tzinfo=UTC), datetime(2036, 10, 28, tzinfo=UTC)
# What the draws come upon in one example of hundreds:
TIE_BY_ELAPSED_TIME_ONLY = corner(SPRING, WEEKEND, datetime(2036, 3, 9, 1, 30, tzinfo=UTC))
TIE_BY_THE_WALL_CLOCK_ONLY = corner(AUTUMN, WEEKEND, datetime(2036, 11, 2, 1, tzinfo=UTC))
TWO_CELLS_ON_ONE_INSTANT = corner(
    SPRING, replace(WEEKEND, posts_per_week=4, times_local=(time(2, 30), time(3, 30)))
)
TWO_INSTANTS_OF_ONE_LOCAL_TIME = corner(AUTUMN, replace(WEEKEND, times_local=(time(1, 30),)))
# The week in which the clocks go back is longer than seven days, at whose ends the window may lie.
POST_AT_THE_BEGINNING_OF_A_LONG_WEEK = corner(
    datetime(2036, 11, 3, 4, 30, tzinfo=UTC),
    replace(WEEKEND, posts_per_week=1, days_of_week=(7,), times_local=(time(23, 45),)),
    datetime(2036, 10, 27, 4, tzinfo=UTC),
)
POST_AT_THE_END_OF_A_LONG_WEEK = corner(
    datetime(2036, 10, 20, 4, 30, tzinfo=UTC),
    replace(WEEKEND, posts_per_week=1, days_of_week=(1,), times_local=(time(0),)),
    datetime(2036, 11, 3, 4, 50, tzinfo=UTC),
)
BLACKOUT_THAT_IS_OVER_IN_LONDON = corner(
    datetime(2036, 6, 3, 3, tzinfo=UTC),
    Account(UUID(int=1), "America/Los_Angeles", 1, (1,), (time(20, 30),)),
    blackout=datetime(2036, 6, 2, 20, 30),
)
ROOM_FOR_ONE_SLOT_LESS_IN_A_GAP = corner(
    SPRING,
    replace(WEEKEND, posts_per_week=4, times_local=(time(2, 30), time(3, 30))),
    datetime(2036, 3, 8, 12, tzinfo=UTC),
)
# Saturday's cell is on Sunday, the first day of a cadence that wants it to be an offer
CAMPAIGN_THAT_BEGINS_BEYOND_A_GAP = corner(
    datetime(2036, 3, 25, tzinfo=UTC),
    Account(
        UUID(int=1),
        "America/Nuuk",
        1,
        (6,),
        (time(23, 30),),
        further=(Cadence(1, (6,), (time(23, 30),), "offer", first_day=date(2036, 3, 30), id=UUID(int=3)),),
    ),
)


@pytest.mark.beside_one_server
@generated(share=0.2)
@given(situation=situations())
def test_the_oracle_is_of_one_mind_however_many_nights_it_takes(situation):
    """What is created on the way does not change what the rest of the way comes to."""
    calendar, end = situation.calendar, situation.window_end
    expected = rows_that("create", oracle_says(situation))
    halfway = situation.as_of + situation.horizon / 2
    first = rows_that("create", decide(calendar, situation.as_of, halfway))
    slots = [
        Post(UUID(int=2 * 10**6 + i), account, at, at, "Planned", Content.NOTHING, category)
        for i, (account, at, category) in enumerate(first)
    ]
    calendar = replace(calendar, posts=calendar.posts + slots)
    for as_of in (situation.as_of, situation.as_of + situation.horizon / 3, halfway):
        then = rows_that("create", decide(calendar, as_of, end))
        assert sorted(first + then, key=str) == sorted(expected, key=str)


@generated(share=0.225)
@given(situation=situations())
@example(situation=TIE_BY_ELAPSED_TIME_ONLY)
@example(situation=TIE_BY_THE_WALL_CLOCK_ONLY)
@example(situation=TWO_CELLS_ON_ONE_INSTANT)
@example(situation=TWO_INSTANTS_OF_ONE_LOCAL_TIME)
@example(situation=POST_AT_THE_BEGINNING_OF_A_LONG_WEEK)
@example(situation=POST_AT_THE_END_OF_A_LONG_WEEK)
@example(situation=BLACKOUT_THAT_IS_OVER_IN_LONDON)
@example(situation=ROOM_FOR_ONE_SLOT_LESS_IN_A_GAP)
@example(situation=CAMPAIGN_THAT_BEGINS_BEYOND_A_GAP)
def test_the_planner_decides_as_the_oracle_does(planner, situation):
    with planner.having(situation) as situation:
        assert planner.preview(situation) == oracle_says(situation)
        assert planner.preview(situation, replan=True) == oracle_says(situation, replan=True)


@generated(share=0.1)
@given(situation=situations())
def test_a_top_off_creates_what_the_oracle_names_and_a_second_one_nothing(planner, situation):
    with planner.having(situation) as situation:
        expected = rows_that("create", oracle_says(situation))
        assert planner.top_off(situation.as_of, situation.horizon) == len(expected)
        assert planner.slots_made(situation) == expected
        assert planner.top_off(situation.as_of, situation.horizon) == 0


@generated(share=0.05)
@given(situation=situations(), waits=st.lists(st.integers(0, 4 * 24 * 60), min_size=1, max_size=4))
def test_what_a_calendar_ends_up_with_does_not_depend_on_how_many_nights_it_took(planner, situation, waits):
    nights = [situation.as_of]
    for minutes in waits:
        # no night is later than the end of the last one's window: what nobody looked at is not caught up on
        night = nights[-1] + min(minutes * MINUTE, situation.horizon)
        if night + situation.horizon <= situation.as_of + LONGEST_HORIZON:
            nights.append(night)

    with planner.having(situation) as situation:
        end = nights[-1] + situation.horizon
        expected = rows_that("create", oracle_says(situation, end=end))
        created = sum(planner.top_off(night, situation.horizon) for night in nights)
        assert planner.slots_made(situation) == expected
        assert created == len(expected)
        assert planner.top_off(situation.as_of, end - situation.as_of) == 0


@generated(share=0.125)
@given(situation=situations())
def test_a_replan_is_deleting_every_untouched_slot_and_topping_off(planner, situation):
    """But what stays keeps its id, and is then of the kind that the programme wants there."""
    with planner.having(situation) as situation:
        foreseen = oracle_says(situation, replan=True)
        given_up = untouched_slots_ahead(situation)
        with planner.db.transaction(force_rollback=True):
            planner.db.execute(
                "DELETE FROM post_instances WHERE tenant_id = %s AND id = ANY (%s)",
                (TENANT, [post.id for post in given_up]),
            )
            planner.top_off(situation.as_of, situation.horizon)
            literally = planner.changes_since(situation)[1]
        removed, created = planner.replan(situation)
        gone, come = planner.changes_since(situation)

        ids = {(post.account, post.scheduled_for): post.id for post in situation.calendar.posts}
        kept = [post for post in come if ids.get((post.account, post.scheduled_for)) == post.id]
        new = [post for post in come if post not in kept]
        changed = [post for post in gone if post.id in {post.id for post in kept}]
        lost = [post for post in gone if post not in changed]

        assert [(p.account, p.scheduled_for, p.category) for p in lost] == rows_that("remove", foreseen)
        assert [planner.slot(post) for post in new] == rows_that("create", foreseen)
        assert (removed, created) == (len(lost), len(new))
        assert all(post in given_up for post in gone)
        # a slot that was kept as it was is no change; deleted and made again it is one
        stay = {(who, at): what for who, at, what in rows_that("exists", foreseen)}
        assert all(post.category == stay[post.account, post.scheduled_for] for post in kept)
        unchanged = [post for post in given_up if post not in gone]
        assert by_place(
            replace(post, id=UUID(int=0), content=planner.content_of_slots) for post in unchanged + kept + new
        ) == [replace(post, id=UUID(int=0)) for post in literally]
        assert planner.replan(situation) == (0, 0)
        assert planner.top_off(situation.as_of, situation.horizon) == 0
