"""The planner against the oracle, on calendars that hypothesis makes up.

An account's zone, its cadence and the moment of planning are drawn together, so that cells fall into gaps
and overlaps, windows begin and end on a cell, and posts lie where rules meet: a draw at large would seldom
get there.
"""

import json
from bisect import bisect
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from itertools import combinations, product
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

import psycopg
import pytest
from conftest import HOST, PASSWORD, PORT, USER
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from oracle import Account, Blackout, Decision, Post, cells, decide, local_of, topped_off, weekly_cells
from psycopg import ClientCursor, Connection

TENANT, NEIGHBOUR = "h2o", "all_county"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
LONGEST_HORIZON = 366 * DAY

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
COMMON_TIMES = [time(9), time(17), time(0), time(23, 59, 59, 999999), time(0, 30), time(12, 15, 30)]

KINDS = [
    "untouched",
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
STATUSES = ["Scheduled", "Draft", "Planned", "Posted", "Failed"]
SHIFTS = [0 * HOUR, HOUR, -HOUR, 30 * MINUTE, -5 * HOUR, 12 * HOUR, DAY, -DAY, timedelta(microseconds=1)]
SPANS = ["instant", "from", "until", "from on", "up to", "always"]

# Each draw costs time, and so does making a strategy: what is drawn together is drawn at once.
ANY_PLACE = st.integers(0, 2**16 - 1)
NEIGHBOURHOODS = st.sampled_from(
    list(product(["begin", "end", "middle", "change", "change"], range(-5, 2), [False, False, True]))
)
ANY_TWO_PLACES = st.integers(0, 2**20 - 1)  # beyond 24 bits hypothesis prefers small numbers
WEEKDAYS = st.sampled_from([days for n in range(1, 8) for days in combinations((7, 1, 4, 2, 6, 3, 5), n)])
DENSITIES = st.sampled_from([1, 0.9, 0.75, 0.6, 0.5, 0.4, 0.25, 0])
STATES = st.sampled_from(["active"] * 7 + ["paused", "without cadence"])
POST_SKETCHES = st.lists(
    st.tuples(st.sampled_from(list(product(KINDS, STATUSES, SHIFTS))), ANY_TWO_PLACES), max_size=8
)
STANDING_SKETCHES = st.sampled_from(
    list(
        product(
            ["none", "none", "none", "today's", "today's", "denser", "elsewhere"],
            range(8),
            [0, 0, 1, 2, 3, 5, 8, 13, 21, 34, 55],
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
class Calendar:
    """What one tenant has."""

    accounts: list[Account]
    posts: list[Post]
    blackouts: list[Blackout]


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


@st.composite
def accounts_of(draw: st.DrawFn, number: int, year: int, zone: str) -> Account:
    """Make up an account whose times suit its zone."""
    days_of_week = draw(WEEKDAYS)
    times_local = tuple(dict.fromkeys(draw(times_in(zone, year))))
    grid = len(days_of_week) * len(times_local)
    posts_per_week = max(1, round(draw(DENSITIES) * grid))
    state = draw(STATES)
    return Account(
        id=UUID(int=9000 - number),  # not in the order of insertion
        timezone=zone,
        posts_per_week=0 if state == "without cadence" else posts_per_week,
        days_of_week=days_of_week,
        times_local=times_local,
        status="paused" if state == "paused" else "active",
    )


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
    changes = [change for change in clock_changes(account.timezone, year) if change.timetuple().tm_yday > 10]
    landmarks = [*changes, year_end, year_end, *month_ends, *changes * 15]
    as_of = landmarks[landmark % len(landmarks)] + minutes * MINUTE

    # an occurrence at as_of is out, one at the end of the window is in
    begins_on_a_cell, ends_on_a_cell = on_a_cell
    next_cells = [cell for cell in cells(account, as_of, as_of + min(horizon, 9 * DAY)) if cell >= as_of]
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
        match kind:
            case "untouched":
                post = replace(post, planned_for=other, status="Planned", is_placeholder=True)
            case "filled":
                post = replace(post, planned_for=other)
            case "moved":
                post = replace(post, planned_for=place)
            case "taken off":
                post = replace(post, planned_for=place, scheduled_for=None)
            case "moved empty":
                post = replace(post, planned_for=place, status="Planned", is_placeholder=True)
            case "taken off empty":
                post = replace(
                    post, planned_for=place, scheduled_for=None, status="Planned", is_placeholder=True
                )
            case "midway":
                # as far from one cell as from another: a tie, unless the clock is changed in between
                post = replace(post, scheduled_for=place + (places[(first + 1) % len(places)] - place) / 2)
            case "odd" if status not in ("Scheduled", "Posted"):
                # the placeholder in a row that is not Planned, or that no cadence planned
                planned_for = None if status == "Planned" else other
                scheduled_for = None if second % 4 == 0 else other
                post = replace(
                    post, planned_for=planned_for, scheduled_for=scheduled_for, is_placeholder=True
                )
        posts.append(post)
    return posts


def standing_slots(
    account: Account, cadence: str, posts: list[Post], begin: datetime, end: datetime, number: int
) -> list[Post]:
    """Return empty slots such as earlier nights left, by today's cadence or by a former one."""
    grid = len(account.days_of_week) * len(account.times_local)
    former = {
        "none": replace(account, posts_per_week=0),
        "today's": replace(account, status="active"),
        "denser": replace(account, status="active", posts_per_week=grid),
        "elsewhere": replace(account, status="active", posts_per_week=grid, timezone="Asia/Kathmandu"),
    }[cadence]
    decisions = topped_off(former, posts, [], begin, end)
    slots = sorted(slot for slot, decision in decisions.items() if decision == "create")
    return [
        Post(UUID(int=number + i), account.id, slot, slot, "Planned", True)
        for i, slot in enumerate(slots, start=1)
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
    accounts = [draw(accounts_of(i, year, zones[i % 2])) for i in range(count)]
    as_of, horizon = sketched_moment(accounts[0], year, *draw(MOMENT_SKETCHES))
    window_end = as_of + horizon

    posts: list[Post] = []
    places: list[datetime] = []
    for account in accounts:
        until = min(window_end, as_of + 40 * DAY)
        # some days' cells, so that posts and slots meet in one week
        where, days, everywhere = draw(NEIGHBOURHOODS)
        dense = replace(account, posts_per_week=len(account.days_of_week) * len(account.times_local))
        cadence = dense if everywhere or not account.posts_per_week else account
        around = cells(cadence, as_of - 10 * DAY, until + 10 * DAY)
        changes = [change for change in clock_changes(account.timezone, as_of.year) if change > as_of]
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
        former, since, till = draw(STANDING_SKETCHES)
        own += standing_slots(account, former, own, as_of - since * DAY, as_of + till * DAY, len(posts + own))
        posts += own
    # one post a time on an account; NULL is no time
    posts = list({(p.account, p.scheduled_for or p.id): p for p in posts}.values())
    blackouts = sketched_blackouts(accounts, draw(BLACKOUT_SKETCHES), places)

    neighbour = Calendar([], [], [])
    if draw(st.booleans()):
        # the same calendar under other ids: were the tenant forgotten anywhere, its rows would take part
        other = {account.id: UUID(int=account.id.int - 100) for account in accounts}
        neighbour = Calendar(
            [replace(a, id=other[a.id], status="active") for a in accounts],
            [replace(p, id=UUID(int=p.id.int + 10**6), account=other[p.account]) for p in posts],
            [Blackout(None, as_of.replace(tzinfo=None), None)],
        )
    return Situation(
        as_of, horizon, draw(st.sampled_from(SESSION_ZONES)), Calendar(accounts, posts, blackouts), neighbour
    )


def as_json(situation: Situation) -> dict[str, Any]:
    """Return the rows of both tenants, table by table, with the session's time zone."""
    accounts, posts, blackouts = [], [], []
    for tenant, calendar in ((TENANT, situation.calendar), (NEIGHBOUR, situation.neighbour)):
        accounts += [
            {
                "tenant_id": tenant,
                "id": str(account.id),
                "timezone": account.timezone,
                "posts_per_week": account.posts_per_week,
                "days_of_week": account.days_of_week,
                "times_local": [at.isoformat() for at in account.times_local],
                "status": account.status,
            }
            for account in calendar.accounts
        ]
        posts += [
            {
                "tenant_id": tenant,
                "id": str(post.id),
                "channel_account_id": str(post.account),
                "scheduled_for": post.scheduled_for and post.scheduled_for.isoformat(),
                "planned_for": post.planned_for and post.planned_for.isoformat(),
                "status": post.status,
                "is_placeholder": post.is_placeholder,
            }
            for post in calendar.posts
        ]
        blackouts += [
            {
                "tenant_id": tenant,
                "channel_account_id": blackout.account and str(blackout.account),
                "during": "{}{},{}{}".format(
                    "[" if blackout.start_is_inside else "(",
                    blackout.start or "",
                    blackout.end or "",
                    "]" if blackout.end_is_inside else ")",
                ),
            }
            for blackout in calendar.blackouts
        ]
    return {
        "session_zone": situation.session_zone,
        "accounts": json.dumps(accounts),
        "posts": json.dumps(posts),
        "blackouts": json.dumps(blackouts),
    }


def set_up(db: Connection, situation: Situation) -> None:
    """Insert both tenants' rows in one round trip, in a session that lives in some other time zone."""
    ClientCursor(db).execute(
        """
        SELECT set_config('TimeZone', %(session_zone)s, true);

        INSERT INTO channel_accounts
            (tenant_id, id, timezone, posts_per_week, days_of_week, times_local, status)
        SELECT tenant_id, id, timezone, posts_per_week, days_of_week, times_local, status
        FROM jsonb_populate_recordset(NULL::channel_accounts, %(accounts)s);

        -- each tenant's placeholder, where it is wanted, and one item that is every other post's content
        INSERT INTO content_items (tenant_id, id, title)
        SELECT DISTINCT tenant_id, CASE WHEN is_placeholder THEN topoff.placeholder_content_item_id(tenant_id)
            ELSE md5(tenant_id)::uuid END, 'Planned slot'
        FROM jsonb_to_recordset(%(posts)s) AS post (tenant_id text, is_placeholder boolean);

        INSERT INTO post_instances
            (tenant_id, id, channel_account_id, content_item_id, scheduled_for, planned_for, status)
        SELECT tenant_id, id, channel_account_id, CASE WHEN is_placeholder
            THEN topoff.placeholder_content_item_id(tenant_id) ELSE md5(tenant_id)::uuid END,
            scheduled_for, planned_for, status
        FROM jsonb_to_recordset(%(posts)s) AS post (tenant_id text, id uuid, channel_account_id uuid,
            scheduled_for timestamptz, planned_for timestamptz, status text, is_placeholder boolean);

        INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during)
        SELECT tenant_id, channel_account_id, during
        FROM jsonb_populate_recordset(NULL::blackouts, %(blackouts)s)
        """,
        as_json(situation),
    )


def oracle_says(
    situation: Situation, replan: bool = False, as_of: datetime | None = None, end: datetime | None = None
) -> list[Decision]:
    """Ask the oracle about the tenant."""
    calendar = situation.calendar
    return decide(
        calendar.accounts,
        calendar.posts,
        calendar.blackouts,
        as_of or situation.as_of,
        end or situation.window_end,
        replan,
    )


def preview(db: Connection, situation: Situation, replan: bool = False) -> list[Decision]:
    """Ask the server about the tenant."""
    rows = db.execute(
        "SELECT * FROM preview_planned_slots(%s, horizon => %s, as_of => %s, replan => %s)",
        (TENANT, situation.horizon, situation.as_of, replan),
    )
    # into UTC at once: Python never calls two instants equal where one is written in an ambiguous local time
    return [Decision(account, at.astimezone(UTC), local, why) for account, at, local, why in rows]


def top_off(db: Connection, as_of: datetime, horizon: timedelta) -> int:
    """Top off the tenant and return how many slots that created."""
    row = db.execute(
        "SELECT topoff_planned_slots(%s, horizon => %s, as_of => %s)", (TENANT, horizon, as_of)
    ).fetchone()
    assert row
    return row[0]


def slots_made(db: Connection, situation: Situation) -> list[tuple[UUID, datetime]]:
    """Return the slots that were not there before, having seen that nothing else has changed."""
    before = {post.id: post for post in situation.calendar.posts + situation.neighbour.posts}
    made = []
    for tenant, id_, account, scheduled_for, planned_for, status, is_placeholder in db.execute(
        """
        SELECT tenant_id, id, channel_account_id, scheduled_for, planned_for, status,
            content_item_id IN (
                SELECT topoff.placeholder_content_item_id(tenant) FROM unnest(%s::text[]) AS tenant
            )
        FROM post_instances
        """,
        ([TENANT, NEIGHBOUR],),
    ):
        scheduled_for = scheduled_for and scheduled_for.astimezone(UTC)
        planned_for = planned_for and planned_for.astimezone(UTC)
        post = Post(id_, account, scheduled_for, planned_for, status, is_placeholder)
        if id_ in before:
            assert post == before.pop(id_)
        else:
            assert tenant == TENANT
            assert post.is_untouched
            made.append((account, scheduled_for))
    assert not before
    return sorted(made)


def creations(decisions: list[Decision]) -> list[tuple[UUID, datetime]]:
    """Return the slots that a preview would create."""
    return [(row.account, row.slot_at) for row in decisions if row.decision == "create"]


def generated(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Return settings for a test that rolls back what each example did to the test's one database."""
    return settings(
        max_examples=examples,
        deadline=None,
        print_blob=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )


@pytest.fixture
def planner_db(db: Connection) -> Connection:
    """Return a database that looks up no account's time zone, which would cost each example 30 ms."""
    db.execute("ALTER TABLE channel_accounts DISABLE TRIGGER check_time_zone_on_insert")
    return db


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


def test_the_oracle_takes_the_first_of_an_overlap_and_moves_on_over_a_gap():
    sundays = Account(UUID(int=1), "America/New_York", 1, (7,), (time(1, 30),))
    autumn = datetime(2027, 11, 6, tzinfo=UTC)
    assert topped_off(sundays, [], [], autumn, autumn + 2 * DAY) == {
        datetime(2027, 11, 7, 5, 30, tzinfo=UTC): "create"
    }
    sundays = replace(sundays, times_local=(time(2, 30),))
    spring = datetime(2027, 3, 13, tzinfo=UTC)
    (row,) = decide([sundays], [], [], spring, spring + 2 * DAY)
    assert row.slot_at == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)
    assert row.slot_local == datetime(2027, 3, 14, 3, 30)


def corner(
    as_of: datetime,
    cadence: Account,
    scheduled_for: datetime | None = None,
    blackout: datetime | None = None,
) -> Situation:
    """Return a week of one account, with a post made by hand and a blackout of one local time."""
    posts = [Post(UUID(int=2), cadence.id, scheduled_for)] if scheduled_for else []
    blackouts = [Blackout(None, blackout, blackout, end_is_inside=True)] if blackout else []
    return Situation(as_of, 7 * DAY, "UTC", Calendar([cadence], posts, blackouts), Calendar([], [], []))


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


@generated(examples=1000)
@given(situation=situations())
@example(situation=TIE_BY_ELAPSED_TIME_ONLY)
@example(situation=TIE_BY_THE_WALL_CLOCK_ONLY)
@example(situation=TWO_CELLS_ON_ONE_INSTANT)
@example(situation=TWO_INSTANTS_OF_ONE_LOCAL_TIME)
@example(situation=POST_AT_THE_BEGINNING_OF_A_LONG_WEEK)
@example(situation=POST_AT_THE_END_OF_A_LONG_WEEK)
@example(situation=BLACKOUT_THAT_IS_OVER_IN_LONDON)
def test_the_planner_decides_as_the_oracle_does(planner_db, situation):
    with planner_db.transaction(force_rollback=True):
        set_up(planner_db, situation)
        assert preview(planner_db, situation) == oracle_says(situation)
        assert preview(planner_db, situation, replan=True) == oracle_says(situation, replan=True)


@generated(examples=300)
@given(situation=situations())
def test_a_top_off_creates_what_the_oracle_names_and_a_second_one_nothing(planner_db, situation):
    expected = creations(oracle_says(situation))
    with planner_db.transaction(force_rollback=True):
        set_up(planner_db, situation)
        assert top_off(planner_db, situation.as_of, situation.horizon) == len(expected)
        assert slots_made(planner_db, situation) == expected
        assert top_off(planner_db, situation.as_of, situation.horizon) == 0


@generated(examples=150)
@given(situation=situations(), waits=st.lists(st.integers(0, 4 * 24 * 60), min_size=1, max_size=4))
def test_what_a_calendar_ends_up_with_does_not_depend_on_how_many_nights_it_took(
    planner_db, situation, waits
):
    nights = [situation.as_of]
    for minutes in waits:
        # no night is later than the end of the last one's window: what nobody looked at is not caught up on
        night = nights[-1] + min(minutes * MINUTE, situation.horizon)
        if night + situation.horizon <= situation.as_of + LONGEST_HORIZON:
            nights.append(night)

    expected = creations(oracle_says(situation, end=nights[-1] + situation.horizon))
    with planner_db.transaction(force_rollback=True):
        set_up(planner_db, situation)
        created = sum(top_off(planner_db, night, situation.horizon) for night in nights)
        assert slots_made(planner_db, situation) == expected
        assert created == len(expected)
        assert top_off(planner_db, situation.as_of, nights[-1] + situation.horizon - situation.as_of) == 0
