"""The rules by examples that a person can follow with a calendar beside it.

Each is put to the database, through the functions that callers use, and to the oracle, which reads the same
rows: the helpers below see to it that the two agree, and the test says on what.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from builders import insert, new_account, new_content, new_post, one
from oracle import Account, Blackout, Cadence, Calendar, Content, Decision, Post, decide, weekly_cells
from oracle_db import calendar_in, loosen, put_in, set_content_nullable
from psycopg import Connection

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
MONDAY = "2031-05-05 00:00+00"  # the fifth of May is a Monday
WEDNESDAY = "2031-05-07 00:00+00"
WEEK = "7 days"


# What is put in ------------------------------------------------------------------------------------------


def new_cadence(db: Connection, account: UUID, tenant: str = "h2o", **columns: Any) -> UUID:
    """Insert a further cadence of an account; `during` as text."""
    columns = {"id": uuid4(), "tenant_id": tenant, "channel_account_id": account} | columns
    db.execute(
        f"INSERT INTO topoff.cadences ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",
        list(columns.values()),
    )
    return columns["id"]


def new_slot(db: Connection, account: UUID, at: str, **columns: Any) -> UUID:
    """Insert an empty slot as a top-off leaves it, with the placeholder for its content unless told."""
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id('h2o')")
    db.execute(
        "INSERT INTO content_items (tenant_id, id, title) VALUES ('h2o', %s, 'Planned slot')"
        " ON CONFLICT DO NOTHING",
        (placeholder,),
    )
    columns = {
        "tenant_id": "h2o",
        "channel_account_id": account,
        "content_item_id": placeholder,
        "scheduled_for": at,
        "planned_for": at,
        "status": "Planned",
    } | columns
    return insert(db, "post_instances", **columns)


def black_out(db: Connection, during: str, account: UUID | None = None) -> None:
    """Insert a blackout of tenant h2o, or of an account, in local time."""
    db.execute(
        "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('h2o', %s, %s)",
        (account, during),
    )


# What comes out ------------------------------------------------------------------------------------------


def preview(
    db: Connection, as_of: str, horizon: str = WEEK, replan: bool = False, account: UUID | None = None
) -> list[str]:
    """Return what a preview shows of h2o, in time order, such as "Mon 05 May 09:00 create (offer)"."""
    return [
        f"{row.slot_local:%a %d %b %H:%M} {row.decision}" + (f" ({row.category})" if row.category else "")
        for row in previewed(db, as_of, horizon, replan)
        if account in (None, row.account)
    ]


def previewed(db: Connection, as_of: str, horizon: str = WEEK, replan: bool = False) -> list[Decision]:
    """Return the rows of h2o's preview in time order, having seen that the oracle says the same."""
    rows = [
        Decision(account, at.astimezone(UTC), *rest)
        for account, at, *rest in db.execute(
            "SELECT channel_account_id, slot_at, slot_local, category, decision"
            " FROM preview_planned_slots(%s, %s, %s, %s)",
            ("h2o", horizon, as_of, replan),
        )
    ]
    assert sorted(rows) == foreseen(db, as_of, horizon, replan)
    return sorted(rows, key=lambda row: (row.slot_at, row.account))


def top_off(db: Connection, as_of: str, horizon: str = WEEK) -> int:
    """Top off h2o twice; return how many slots the first time created, the second one creating none."""
    rows = foreseen(db, as_of, horizon)
    expected = slots_of(db) + [(r.account, r.slot_at, r.category) for r in rows if r.decision == "create"]
    created = one(db, "SELECT topoff_planned_slots(%s, %s, %s)", "h2o", horizon, as_of)
    assert sorted(slots_of(db), key=str) == sorted(expected, key=str)
    assert one(db, "SELECT topoff_planned_slots(%s, %s, %s)", "h2o", horizon, as_of) == 0
    return created


def replan(db: Connection, as_of: str, horizon: str = WEEK) -> tuple[int, int]:
    """Re-plan h2o twice; return how many slots the first time removed and created."""
    rows = foreseen(db, as_of, horizon, replan=True)
    changed = {(row.account, row.slot_at) for row in rows if row.decision in ("remove", "create")}
    created = [(r.account, r.slot_at, r.category) for r in rows if r.decision == "create"]
    # what stays has the category that the preview shows
    kept = {(row.account, row.slot_at): row.category for row in rows if row.decision == "exists"}
    expected = [
        (post.account, post.scheduled_for, kept[post.account, post.scheduled_for])
        if post.is_untouched and (post.account, post.scheduled_for) in kept
        else (post.account, post.scheduled_for, post.category)
        for post in posts_of(db)
        if not (post.is_untouched and (post.account, post.scheduled_for) in changed)
    ] + created
    query = "SELECT removed, created FROM replan_planned_slots(%s, %s, %s)"
    answer = db.execute(query, ("h2o", horizon, as_of)).fetchone()
    assert answer
    assert answer == (sum(row.decision == "remove" for row in rows), len(created))
    assert sorted(slots_of(db), key=str) == sorted(expected, key=str)
    assert db.execute(query, ("h2o", horizon, as_of)).fetchone() == (0, 0)
    return answer


def foreseen(db: Connection, as_of: str, horizon: str, replan: bool = False) -> list[Decision]:
    """Ask the oracle about what h2o has in the database."""
    row = db.execute(
        "SELECT start, (start AT TIME ZONE 'UTC' + %s) AT TIME ZONE 'UTC' FROM CAST(%s AS timestamptz) AS start",
        (timedelta(days=int(horizon.removesuffix(" days"))), as_of),
    ).fetchone()
    assert row
    begin, end = (at.astimezone(UTC) for at in row)
    return decide(calendar_in(db, "h2o"), begin, end, replan)


def posts_of(db: Connection) -> list[Post]:
    """Return all that h2o has."""
    return calendar_in(db, "h2o").posts


def slots_of(db: Connection) -> list[tuple[UUID, datetime | None, str | None]]:
    """Return where h2o's posts stand and what for."""
    return [(post.account, post.scheduled_for, post.category) for post in posts_of(db)]


def standing(db: Connection, begin: str, end: str, zone: str = "UTC") -> list[str]:
    """Return the posts of some days, in time order, such as "Mon 02 Jun 09:00"."""
    return [
        f"{local:%a %d %b %H:%M}"
        for (local,) in db.execute(
            "SELECT scheduled_for AT TIME ZONE %(zone)s FROM post_instances WHERE tenant_id = 'h2o'"
            " AND scheduled_for >= %(begin)s::timestamp AT TIME ZONE %(zone)s"
            " AND scheduled_for < %(end)s::timestamp AT TIME ZONE %(zone)s ORDER BY scheduled_for",
            {"zone": zone, "begin": begin, "end": end},
        )
    ]


# Rule 1: cells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posts_per_week", "times", "cells"),
    [
        (1, ["09:00"], ["Wed 07 May 09:00"]),
        (2, ["09:00"], ["Tue 06 May 09:00", "Thu 08 May 09:00"]),
        (3, ["09:00"], ["Mon 05 May 09:00", "Wed 07 May 09:00", "Fri 09 May 09:00"]),
        (
            7,
            ["17:00", "09:00"],
            [
                "Mon 05 May 09:00",
                "Tue 06 May 09:00",
                "Tue 06 May 17:00",
                "Wed 07 May 09:00",
                "Thu 08 May 09:00",
                "Thu 08 May 17:00",
                "Fri 09 May 09:00",
            ],
        ),
    ],
)
def test_posts_are_spread_over_the_week(db, posts_per_week, times, cells):
    new_account(db, posts_per_week=posts_per_week, times_local=times)
    assert preview(db, MONDAY) == [f"{cell} create" for cell in cells]
    selected = weekly_cells(posts_per_week, range(1, 6), [time.fromisoformat(at) for at in times])
    assert sorted(f"{day} {at:%H:%M}" for day, at in selected) == [
        f"{int(cell[4:6]) - 4} {cell[-5:]}" for cell in cells
    ]


def test_the_order_in_which_days_and_times_were_written_makes_no_difference(db):
    new_account(db, posts_per_week=4, days_of_week=[5, 1, 3], times_local=["17:00", "09:00"])
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Wed 07 May 17:00 create",
        "Fri 09 May 09:00 create",
    ]


def test_more_posts_a_week_than_cells_are_all_the_cells(db):
    loosen(db)
    new_account(db, posts_per_week=30, days_of_week=[1, 3], times_local=["09:00", "17:00"])
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Mon 05 May 17:00 create",
        "Wed 07 May 09:00 create",
        "Wed 07 May 17:00 create",
    ]


def test_a_week_of_an_account_that_wants_more_posts_than_cells_has_room_for_its_cells_only(db):
    loosen(db)
    account = new_account(db, posts_per_week=30, days_of_week=[1, 3, 5])
    new_post(db, account, "2031-05-07 10:00+00")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 quota",
        "Fri 09 May 09:00 create",
    ]


def test_what_nobody_filled_in_is_the_default(db):
    loosen(db)
    new_account(db, posts_per_week=3, days_of_week=None, times_local=None, timezone=None)
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 create",
    ]
    db.execute("UPDATE channel_accounts SET posts_per_week = NULL")
    assert preview(db, MONDAY) == []
    db.execute(
        "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week, category)"
        " SELECT tenant_id, id, 1, 'news' FROM channel_accounts"
    )
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create (news)"]


# Rule 2: weeks -------------------------------------------------------------------------------------------


def test_the_53rd_week_of_a_year_is_one_week_with_the_first_days_of_the_next(db):
    account = new_account(db, posts_per_week=3, days_of_week=[1, 3, 6])
    new_post(db, account, "2033-01-02 09:00+00")  # the Sunday of 2032-W53
    assert preview(db, "2032-12-26 12:00+00", "14 days") == [
        "Mon 27 Dec 09:00 create",
        "Wed 29 Dec 09:00 create",
        "Sat 01 Jan 09:00 quota",
        "Mon 03 Jan 09:00 create",
        "Wed 05 Jan 09:00 create",
        "Sat 08 Jan 09:00 create",
    ]


def test_the_first_week_of_a_year_is_one_week_with_the_last_days_of_the_year_before(db):
    account = new_account(db, posts_per_week=3, days_of_week=[1, 3, 6])
    new_post(db, account, "2030-12-31 09:00+00")  # the Tuesday of 2031-W01
    # Monday and Wednesday are as near to it: the earlier cell wins
    assert preview(db, "2030-12-29 12:00+00") == [
        "Mon 30 Dec 09:00 create",
        "Wed 01 Jan 09:00 quota",
        "Sat 04 Jan 09:00 create",
    ]


# Rule 3: instants ----------------------------------------------------------------------------------------


def test_a_cell_in_a_gap_is_shown_and_blacked_out_at_the_time_that_the_clock_shows(db):
    new_account(db, posts_per_week=1, days_of_week=[7], times_local=["02:30"], timezone="America/New_York")
    assert preview(db, "2031-03-08 12:00+00") == ["Sun 09 Mar 03:30 create"]
    assert [row.slot_at for row in previewed(db, "2031-03-08 12:00+00")] == [
        datetime(2031, 3, 9, 7, 30, tzinfo=UTC)
    ]
    black_out(db, "[2031-03-09 02:00,2031-03-09 03:00)")
    assert preview(db, "2031-03-08 12:00+00") == ["Sun 09 Mar 03:30 create"]
    black_out(db, "[2031-03-09 03:00,2031-03-09 04:00)")
    assert preview(db, "2031-03-08 12:00+00") == ["Sun 09 Mar 03:30 blackout"]


def test_a_cell_in_an_overlap_is_the_first_of_the_two(db):
    new_account(db, posts_per_week=1, days_of_week=[7], times_local=["01:30"], timezone="America/New_York")
    assert preview(db, "2031-11-01 12:00+00") == ["Sun 02 Nov 01:30 create"]
    assert [row.slot_at for row in previewed(db, "2031-11-01 12:00+00")] == [
        datetime(2031, 11, 2, 5, 30, tzinfo=UTC)
    ]


def test_a_week_in_which_two_cells_fall_on_one_instant_wants_one_post_less(db):
    account = new_account(
        db,
        posts_per_week=4,
        days_of_week=[6, 7],
        times_local=["02:30", "03:30"],
        timezone="America/New_York",
    )
    assert preview(db, "2031-03-03 12:00+00") == [
        "Sat 08 Mar 02:30 create",
        "Sat 08 Mar 03:30 create",
        "Sun 09 Mar 03:30 create",
    ]
    # three are wanted, so a post made by hand leaves room for two
    new_post(db, account, "2031-03-05 12:00+00")
    assert preview(db, "2031-03-03 12:00+00") == [
        "Sat 08 Mar 02:30 quota",
        "Sat 08 Mar 03:30 create",
        "Sun 09 Mar 03:30 create",
    ]


def test_daily_posts_keep_their_local_time_in_the_weeks_in_which_the_clocks_change(db):
    new_account(db, posts_per_week=7, days_of_week=EVERY_DAY, times_local=["08:00"], timezone="Europe/London")
    for week in ("2031-03-24", "2031-10-20"):  # change on the Sunday
        assert [row[10:] for row in preview(db, f"{week} 00:00 Europe/London", "8 days")] == [
            " 08:00 create"
        ] * 8  # fmt: skip


def test_the_week_in_which_the_clocks_go_back_ends_an_hour_later(db):
    """Its last hour is after 168 hours: a post in it counts for this week, not for the next one."""
    account = new_account(db, posts_per_week=1, days_of_week=[2], timezone="America/New_York")
    new_post(db, account, "2031-11-02 23:30 America/New_York")
    assert preview(db, "2031-10-26 12:00+00", "14 days") == [
        "Tue 28 Oct 09:00 quota",
        "Tue 04 Nov 09:00 create",
    ]


# Rule 5: who gives way -----------------------------------------------------------------------------------


def test_the_cell_next_to_a_manual_post_gives_way(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-08 10:00+00")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 quota",
    ]


def test_cells_beyond_the_window_take_part_in_the_quota(db):
    """Friday is farther from the manual post than Wednesday, so Wednesday gives way before Friday is in sight."""
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-06 09:00+00")
    new_post(db, account, "2031-05-05 09:00+00")
    assert preview(db, MONDAY, "3 days") == ["Mon 05 May 09:00 exists", "Wed 07 May 09:00 quota"]
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 exists",
        "Wed 07 May 09:00 quota",
        "Fri 09 May 09:00 create",
    ]


def test_a_moved_slot_counts_where_it_went_and_does_not_come_back_where_it_was(db):
    new_account(db, posts_per_week=3)
    top_off(db, MONDAY)
    db.execute(
        "UPDATE post_instances SET scheduled_for = '2031-05-13 09:00+00'"
        " WHERE scheduled_for = '2031-05-07 09:00+00'"
    )
    assert preview(db, MONDAY, "14 days") == [
        "Mon 05 May 09:00 exists",
        "Wed 07 May 09:00 moved",
        "Fri 09 May 09:00 exists",
        "Mon 12 May 09:00 create",
        "Wed 14 May 09:00 quota",
        "Fri 16 May 09:00 create",
    ]


def test_a_blackout_takes_its_cells_out_of_the_quota(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-08 10:00+00")
    black_out(db, "[2031-05-05,2031-05-06)")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 blackout",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 create",
    ]


@pytest.mark.parametrize("status", ["Draft", "Scheduled", "Posted", "Failed", "Approved", "Needs Approval"])
def test_a_post_of_any_status_counts(db, status):
    loosen(db)
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-08 10:00+00", status=status)
    assert preview(db, MONDAY)[2] == "Fri 09 May 09:00 quota"


# Slots of an earlier cadence -----------------------------------------------------------------------------


def test_after_new_times_without_a_replan_a_week_that_was_begun_gets_no_day_twice_and_misses_none(db):
    new_account(db, posts_per_week=3)
    top_off(db, WEDNESDAY, "28 days")
    # the window ended on a Wednesday at midnight: of its last week Monday is planned
    assert standing(db, "2031-06-02", "2031-06-09") == ["Mon 02 Jun 09:00"]
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    for day in range(8, 15):
        top_off(db, f"2031-05-{day:02} 00:00+00", "28 days")
    assert standing(db, "2031-06-02", "2031-06-09") == [
        "Mon 02 Jun 09:00",
        "Wed 04 Jun 15:00",
        "Fri 06 Jun 15:00",
    ]
    # the weeks before have slots enough, and the next one is all of the new cadence
    assert standing(db, "2031-05-12", "2031-06-02") == [
        f"{day} 09:00"
        for day in (
            "Mon 12 May", "Wed 14 May", "Fri 16 May", "Mon 19 May", "Wed 21 May", "Fri 23 May",
            "Mon 26 May", "Wed 28 May", "Fri 30 May",
        )
    ]  # fmt: skip
    assert standing(db, "2031-06-09", "2031-06-16") == ["Mon 09 Jun 15:00"]


def test_a_slot_on_a_cell_of_the_present_programme_keeps_nobody_away(db):
    account = new_account(db, posts_per_week=4, days_of_week=[1, 2, 3, 4])
    new_slot(db, account, "2031-05-05 09:00+00")
    new_post(db, account, "2031-05-11 09:00+00")
    # room is left for two of three: only Sunday's post has a say
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 exists",
        "Tue 06 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Thu 08 May 09:00 quota",
    ]


def test_a_slot_that_is_on_no_cell_any_more_keeps_others_away_like_a_persons_post(db):
    account = new_account(db, posts_per_week=4, days_of_week=[1, 2, 3, 4])
    new_slot(db, account, "2031-05-05 08:00+00")
    new_post(db, account, "2031-05-11 09:00+00")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 quota",
        "Tue 06 May 09:00 quota",
        "Wed 07 May 09:00 create",
        "Thu 08 May 09:00 create",
    ]


def test_a_slot_of_a_further_cadence_that_is_over_keeps_others_away(db):
    account = new_account(db, posts_per_week=3)
    campaign = new_cadence(db, account, posts_per_week=1, days_of_week=[2], category="offer")
    top_off(db, MONDAY)
    db.execute("DELETE FROM post_instances WHERE planned_category IS NULL")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Tue 06 May 09:00 exists (offer)",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 create",
    ]
    db.execute("DELETE FROM topoff.cadences WHERE id = %s", (campaign,))
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 quota",
        "Fri 09 May 09:00 create",
    ]


def test_after_new_times_and_a_replan_all_slots_ahead_are_of_the_new_cadence(db):
    new_account(db, posts_per_week=3)
    top_off(db, WEDNESDAY, "14 days")
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    assert replan(db, "2031-05-08 00:00+00", "14 days") == (5, 6)
    assert standing(db, "2031-05-05", "2031-06-02") == [
        "Wed 07 May 09:00",
        "Fri 09 May 15:00",
        "Mon 12 May 15:00",
        "Wed 14 May 15:00",
        "Fri 16 May 15:00",
        "Mon 19 May 15:00",
        "Wed 21 May 15:00",
    ]


# Touched slots, and slots that others made ---------------------------------------------------------------


def test_a_touched_slot_keeps_others_away_even_on_a_cell(db):
    account = new_account(db, posts_per_week=4, days_of_week=[1, 2, 3, 4])
    new_slot(db, account, "2031-05-05 09:00+00", touched_at="2031-05-01 00:00+00")
    new_post(db, account, "2031-05-11 09:00+00")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 exists",
        "Tue 06 May 09:00 quota",
        "Wed 07 May 09:00 create",
        "Thu 08 May 09:00 create",
    ]


def test_a_replan_leaves_touched_slots_where_they_are(db):
    new_account(db, posts_per_week=3)
    top_off(db, MONDAY)
    db.execute(
        "UPDATE post_instances SET touched_at = '2031-05-01 00:00+00'"
        " WHERE scheduled_for = '2031-05-09 09:00+00'"
    )
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    # Friday's slot is work of a person's: Friday's cell is next to it
    assert preview(db, MONDAY, replan=True) == [
        "Mon 05 May 09:00 remove",
        "Mon 05 May 15:00 create",
        "Wed 07 May 09:00 remove",
        "Wed 07 May 15:00 create",
        "Fri 09 May 15:00 quota",
    ]
    assert replan(db, MONDAY) == (2, 2)
    assert standing(db, "2031-05-05", "2031-05-12") == [
        "Mon 05 May 15:00",
        "Wed 07 May 15:00",
        "Fri 09 May 09:00",
    ]


def test_slots_that_another_scheduler_made_count_and_stay(db):
    account = new_account(db, posts_per_week=3)
    new_slot(db, account, "2031-05-06 09:00+00", planned_for=None)
    rows = ["Mon 05 May 09:00 create", "Wed 07 May 09:00 quota", "Fri 09 May 09:00 create"]
    assert preview(db, MONDAY) == rows
    assert preview(db, MONDAY, replan=True) == rows
    assert replan(db, MONDAY) == (0, 2)


def test_a_slot_without_content_is_as_empty_as_one_with_the_placeholder(db):
    account = new_account(db, posts_per_week=3)
    new_slot(db, account, "2031-05-05 10:00+00")
    set_content_nullable(db, True)
    new_slot(db, account, "2031-05-07 10:00+00", content_item_id=None)
    assert preview(db, MONDAY, replan=True) == [
        "Mon 05 May 09:00 create",
        "Mon 05 May 10:00 remove",
        "Wed 07 May 09:00 create",
        "Wed 07 May 10:00 remove",
        "Fri 09 May 09:00 create",
    ]
    assert replan(db, MONDAY) == (2, 3)
    assert [post.content for post in posts_of(db)] == [Content.NOTHING] * 3


def test_where_content_is_required_new_slots_have_the_placeholder(db):
    new_account(db, posts_per_week=3)
    set_content_nullable(db, False)
    assert top_off(db, MONDAY) == 3
    assert [post.content for post in posts_of(db)] == [Content.PLACEHOLDER] * 3


def test_a_post_that_was_published_without_content_is_a_persons(db):
    account = new_account(db, posts_per_week=3)
    set_content_nullable(db, True)
    new_slot(db, account, "2031-05-08 10:00+00", content_item_id=None, status="Scheduled")
    assert preview(db, MONDAY, replan=True)[2] == "Fri 09 May 09:00 quota"
    assert replan(db, MONDAY) == (0, 2)


# Section 3.1: programmes of several cadences -------------------------------------------------------------


def test_a_programme_is_the_cells_of_all_its_cadences(db):
    """Tuesdays and Thursdays 10:00 a team post, Fridays 15:00 an offer, weekends 11:00."""
    account = new_account(db, posts_per_week=2, days_of_week=[6, 7], times_local=["11:00"])
    new_cadence(db, account, posts_per_week=2, days_of_week=[2, 4], times_local=[time(10)], category="team")
    new_cadence(db, account, posts_per_week=1, days_of_week=[5], times_local=[time(15)], category="offer")
    programme = [
        "Tue 06 May 10:00 create (team)",
        "Thu 08 May 10:00 create (team)",
        "Fri 09 May 15:00 create (offer)",
        "Sat 10 May 11:00 create",
        "Sun 11 May 11:00 create",
    ]
    assert preview(db, MONDAY) == programme
    assert top_off(db, MONDAY) == 5
    assert preview(db, MONDAY) == [row.replace("create", "exists") for row in programme]


def test_an_account_can_live_by_its_further_cadences_alone(db):
    account = new_account(db)
    assert preview(db, MONDAY) == []
    new_cadence(db, account, posts_per_week=1, category="offer")
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create (offer)"]
    db.execute("UPDATE channel_accounts SET status = 'paused'")
    assert preview(db, MONDAY) == []


def test_further_cadences_are_in_the_time_zone_of_their_account(db):
    account = new_account(db, timezone="Asia/Tokyo")
    new_cadence(db, account, posts_per_week=1)
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create"]
    assert [row.slot_at for row in previewed(db, MONDAY)] == [datetime(2031, 5, 7, tzinfo=UTC)]


def test_the_room_of_a_week_is_the_whole_programme(db):
    account = new_account(db, posts_per_week=3)
    new_cadence(db, account, posts_per_week=2, days_of_week=[6, 7], category="team")
    new_post(db, account, "2031-05-08 10:00+00")
    new_post(db, account, "2031-05-10 10:00+00")
    # five are wanted and two there; Friday and Sunday are each 23 hours from the nearest of them
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 create",
        "Sat 10 May 09:00 quota (team)",
        "Sun 11 May 09:00 quota (team)",
    ]


def test_a_cadence_with_the_cells_of_the_accounts_own_adds_no_slot_but_a_category(db):
    account = new_account(db, posts_per_week=3)
    new_cadence(db, account, posts_per_week=3, category="team")
    programme = [
        "Mon 05 May 09:00 create (team)",
        "Wed 07 May 09:00 create (team)",
        "Fri 09 May 09:00 create (team)",
    ]
    assert preview(db, MONDAY) == programme
    # nor is there room for more than three
    new_post(db, account, "2031-05-08 10:00+00")
    assert preview(db, MONDAY) == [*programme[:2], "Fri 09 May 09:00 quota (team)"]


def test_of_several_cadences_on_one_instant_the_first_category_is_the_slots(db):
    account = new_account(db, posts_per_week=1)
    new_cadence(db, account, posts_per_week=1)
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create"]
    new_cadence(db, account, posts_per_week=1, category="team")
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create (team)"]
    new_cadence(db, account, posts_per_week=1, category="offer")
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create (offer)"]
    db.execute("DELETE FROM topoff.cadences WHERE category IS NOT NULL")
    assert preview(db, MONDAY) == ["Wed 07 May 09:00 create"]


def test_cadences_meet_on_an_instant_that_a_gap_makes_of_two_local_times(db):
    account = new_account(
        db, posts_per_week=1, days_of_week=[7], times_local=["03:30"], timezone="America/New_York"
    )
    new_cadence(db, account, posts_per_week=1, days_of_week=[7], times_local=[time(2, 30)], category="offer")
    assert preview(db, "2031-03-08 12:00+00", "14 days") == [
        "Sun 09 Mar 03:30 create (offer)",
        "Sun 16 Mar 02:30 create (offer)",
        "Sun 16 Mar 03:30 create",
    ]


def test_a_cadence_on_other_dates_gives_its_category_on_those_only(db):
    account = new_account(db, posts_per_week=5)
    new_cadence(db, account, posts_per_week=5, category="offer", during="[2031-05-07,2031-05-08]")
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Tue 06 May 09:00 create",
        "Wed 07 May 09:00 create (offer)",
        "Thu 08 May 09:00 create (offer)",
        "Fri 09 May 09:00 create",
    ]


# Campaigns -----------------------------------------------------------------------------------------------


def test_seven_a_week_from_the_first_to_the_24th_of_december(db):
    account = new_account(db, posts_per_week=3)
    new_cadence(
        db,
        account,
        posts_per_week=7,
        days_of_week=EVERY_DAY,
        category="advent",
        during="[2031-12-01,2031-12-24]",
    )
    assert preview(db, "2031-11-24 00:00+00", "42 days") == [
        "Mon 24 Nov 09:00 create",
        "Wed 26 Nov 09:00 create",
        "Fri 28 Nov 09:00 create",
        *(
            f"{datetime(2031, 12, day, tzinfo=UTC):%a %d %b} 09:00 create (advent)" for day in range(1, 25)
        ),
        "Fri 26 Dec 09:00 create",
        "Mon 29 Dec 09:00 create",
        "Wed 31 Dec 09:00 create",
        "Fri 02 Jan 09:00 create",
    ]  # fmt: skip


def test_a_campaign_that_begins_in_mid_week_does_not_make_up_for_the_days_before(db):
    account = new_account(db)
    new_cadence(db, account, posts_per_week=3, during="[2031-05-08,)")
    assert preview(db, MONDAY, "14 days") == [
        "Fri 09 May 09:00 create",
        "Mon 12 May 09:00 create",
        "Wed 14 May 09:00 create",
        "Fri 16 May 09:00 create",
    ]


def test_a_campaign_that_ends_in_mid_week_does_not_crowd_the_days_that_are_left(db):
    account = new_account(db)
    new_cadence(db, account, posts_per_week=3, during="(,2031-05-13]")
    assert preview(db, MONDAY, "14 days") == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 create",
        "Mon 12 May 09:00 create",
    ]


def test_the_room_of_a_week_is_what_the_campaign_wants_in_it(db):
    """One post is wanted in the week in which it begins, so one that a person made is enough."""
    account = new_account(db)
    new_cadence(db, account, posts_per_week=3, during="[2031-05-08,)")
    new_post(db, account, "2031-05-05 10:00+00")
    assert preview(db, MONDAY) == ["Fri 09 May 09:00 quota"]


def test_a_campaign_begins_and_ends_on_the_accounts_own_dates(db):
    account = new_account(db, timezone="Pacific/Auckland")
    new_cadence(
        db,
        account,
        posts_per_week=7,
        days_of_week=EVERY_DAY,
        times_local=[time(0, 30)],
        during="[2031-05-06,2031-05-07]",
    )
    # in UTC these are the fifth and the sixth
    assert preview(db, "2031-05-04 00:00+00") == ["Tue 06 May 00:30 create", "Wed 07 May 00:30 create"]


@pytest.mark.parametrize(
    ("during", "rows"),
    [
        ("[2031-03-29,2031-03-29]", []),
        ("[2031-03-30,2031-03-30]", ["Sun 30 Mar 00:30 create"]),
    ],
)
def test_a_cell_that_a_gap_moves_over_midnight_is_on_the_date_that_the_clock_shows(db, during, rows):
    account = new_account(db, timezone="America/Nuuk")
    new_cadence(db, account, posts_per_week=1, days_of_week=[6], times_local=[time(23, 30)], during=during)
    assert preview(db, "2031-03-29 12:00+00", "2 days") == rows


def test_a_campaign_over_new_year_is_one_week_of_both_years(db):
    account = new_account(db)
    new_cadence(db, account, posts_per_week=2, days_of_week=EVERY_DAY, during="[2033-01-01,2033-01-05]")
    # Tuesday and Saturday of 2032-W53, and of the week after it
    assert preview(db, "2032-12-27 00:00+00", "14 days") == [
        "Sat 01 Jan 09:00 create",
        "Tue 04 Jan 09:00 create",
    ]


def test_a_campaigns_slots_are_taken_away_when_it_is_called_off(db):
    account = new_account(db, posts_per_week=3)
    new_cadence(db, account, posts_per_week=5, category="offer", during="[2031-05-05,2031-05-09]")
    assert top_off(db, MONDAY, "14 days") == 8
    db.execute("DELETE FROM topoff.cadences")
    assert preview(db, MONDAY, "14 days", replan=True) == [
        "Mon 05 May 09:00 exists",
        "Tue 06 May 09:00 remove (offer)",
        "Wed 07 May 09:00 exists",
        "Thu 08 May 09:00 remove (offer)",
        "Fri 09 May 09:00 exists",
        "Mon 12 May 09:00 exists",
        "Wed 14 May 09:00 exists",
        "Fri 16 May 09:00 exists",
    ]
    assert replan(db, MONDAY, "14 days") == (2, 0)
    # those that stay are no offers any more
    assert {post.category for post in posts_of(db)} == {None}


def test_a_replan_tells_the_slots_that_stay_what_they_are_for_now(db):
    account = new_account(db, posts_per_week=3)
    top_off(db, MONDAY)
    before = {post.id: post.scheduled_for for post in posts_of(db)}
    new_cadence(db, account, posts_per_week=1, days_of_week=[5], category="offer")
    assert preview(db, MONDAY, replan=True) == [
        "Mon 05 May 09:00 exists",
        "Wed 07 May 09:00 exists",
        "Fri 09 May 09:00 exists (offer)",
    ]
    assert replan(db, MONDAY) == (0, 0)
    assert {post.id: post.scheduled_for for post in posts_of(db)} == before
    assert [post.category for post in sorted(posts_of(db), key=str) if post.category] == ["offer"]
    assert all(post.is_untouched for post in posts_of(db))


def test_a_replan_takes_slots_beyond_the_window_and_of_accounts_that_do_not_plan(db):
    gone = new_account(db, posts_per_week=1)
    stays = new_account(db, posts_per_week=1)
    top_off(db, MONDAY, "14 days")
    db.execute("UPDATE channel_accounts SET status = 'paused' WHERE id = %s", (gone,))
    assert preview(db, MONDAY, replan=True, account=gone) == [
        "Wed 07 May 09:00 remove",
        "Wed 14 May 09:00 remove",
    ]
    assert preview(db, MONDAY, replan=True, account=stays) == [
        "Wed 07 May 09:00 exists",
        "Wed 14 May 09:00 remove",
    ]
    assert replan(db, MONDAY) == (3, 0)


# Rule 6: who plans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("zone", ["Mars/Olympus_Mons", ""])
def test_an_account_of_unknown_zone_plans_nothing_and_stops_nobody(db, zone):
    loosen(db)
    lost = new_account(db, posts_per_week=3)
    other = new_account(db, posts_per_week=3)
    new_cadence(db, lost, posts_per_week=1, days_of_week=[6], category="offer")
    top_off(db, MONDAY)
    db.execute("UPDATE channel_accounts SET timezone = %s WHERE id = %s", (zone, lost))
    assert preview(db, MONDAY, "14 days", account=lost) == []
    assert len(preview(db, MONDAY, "14 days", account=other)) == 6
    assert top_off(db, MONDAY, "14 days") == 3


def test_a_replan_takes_nothing_from_an_account_of_unknown_zone(db):
    loosen(db)
    lost = new_account(db, posts_per_week=3)
    other = new_account(db, posts_per_week=3)
    top_off(db, MONDAY)
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    db.execute("UPDATE channel_accounts SET timezone = 'Mars/Olympus_Mons' WHERE id = %s", (lost,))
    assert preview(db, MONDAY, replan=True, account=lost) == []
    assert replan(db, MONDAY) == (3, 3)
    stand = [(post.account, post.scheduled_for.hour) for post in posts_of(db) if post.scheduled_for]
    assert sorted(stand) == sorted([(lost, 9)] * 3 + [(other, 15)] * 3)


# Section 2: told by tenant and id ------------------------------------------------------------------------


def test_two_tenants_with_the_same_ids_have_nothing_to_do_with_each_other(db):
    loosen(db)
    account, post = uuid4(), uuid4()
    content = new_content(db)
    db.execute(
        "INSERT INTO content_items (tenant_id, id, title) VALUES ('all_county', %s, 'Same')", (content,)
    )
    new_account(db, id=account, posts_per_week=3)
    new_account(db, "all_county", id=account, posts_per_week=5, timezone="Asia/Tokyo")
    new_cadence(db, account, "all_county", posts_per_week=2, days_of_week=[6, 7], category="theirs")
    new_post(db, account, "2031-05-05 09:00+00", "all_county", content=content, id=post)
    new_post(db, account, "2031-05-08 10:00+00", content=content, id=post)
    db.execute(
        "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('all_county', %s, '(,)')",
        (account,),
    )
    assert preview(db, MONDAY) == [
        "Mon 05 May 09:00 create",
        "Wed 07 May 09:00 create",
        "Fri 09 May 09:00 quota",
    ]
    theirs = calendar_in(db, "all_county")
    assert top_off(db, MONDAY) == 2
    db.execute("UPDATE channel_accounts SET posts_per_week = 2 WHERE tenant_id = 'h2o'")
    # Tuesday and Thursday are wanted now; Thursday is next to the post
    assert replan(db, MONDAY) == (2, 1)
    assert calendar_in(db, "all_county") == theirs


def calendars_of_one_set_of_ids(content: Content) -> dict[str, Calendar]:
    """Return three tenants whose accounts have the same ids and each a calendar of another kind.

    Nothing stands on it, only a post, only a slot that was moved away, all that is wanted, or slots of an
    earlier cadence; and some of it, or all of it, is blacked out. What differs between two tenants' accounts
    is one column of a further cadence. The third tenant is there to be left out. `content` is what the empty slots
    of one account have.
    """
    ids = [UUID(int=number) for number in range(1, 10)]
    bare, told, kept, away, shut, full, late, gone, mixed = ids
    numbers = iter(range(1, 1000))

    def at(day: int, hour: int = 9) -> datetime:
        return datetime(2031, 5, day, hour, tzinfo=UTC)

    def slot(account: UUID, when: datetime, **fields: Any) -> Post:
        made = {"planned_for": when, "status": "Planned", "content": Content.PLACEHOLDER} | fields
        return Post(UUID(int=next(numbers)), account, when, **made)

    def further(
        category: str, per_week: int = 2, days: tuple = (2, 4), hour: int = 10, **fields: Any
    ) -> tuple:
        return (Cadence(per_week, days, (time(hour),), category, id=UUID(int=next(numbers)), **fields),)

    days_of_full = (7, 9, 12, 14, 16)
    return {
        "h2o": Calendar(
            [
                Account(bare, posts_per_week=3),
                Account(told, further=further("team")),
                Account(kept, posts_per_week=2, days_of_week=(1, 3), further=further("team", hour=11)),
                Account(away, "America/New_York", 3, further=further("team", days=(4, 5))),
                Account(shut, posts_per_week=5, further=further("offer", per_week=1)),
                Account(full, posts_per_week=3),
                Account(late, posts_per_week=1, days_of_week=(7,), times_local=(time(23),)),
                Account(gone, posts_per_week=3),
                Account(mixed, "Pacific/Auckland", 4, further=further("offer", last_day=at(13).date())),
            ],
            [
                Post(UUID(int=next(numbers)), kept, at(8, 12)),
                Post(UUID(int=next(numbers)), kept, at(5)),
                slot(away, at(9, 13), planned_for=at(7, 13)),
                slot(away, at(30), planned_for=at(14, 13)),
                *(slot(full, at(day)) for day in days_of_full),
                slot(mixed, at(6, 3), content=content),
                slot(mixed, at(7, 21), content=content),
                slot(mixed, at(14, 3), is_touched=True),
                slot(mixed, at(15, 21), content=content),
            ],
            [
                Blackout(shut, at(9, 0).replace(tzinfo=None), at(13, 0).replace(tzinfo=None)),
                Blackout(gone, None, None),
            ],
        ),
        "all_county": Calendar(
            [
                Account(bare, posts_per_week=1, further=further("theirs", per_week=1)),
                Account(told, further=further("team", per_week=1)),
                Account(kept, posts_per_week=2, days_of_week=(1, 3), further=further("team", hour=12)),
                Account(away, "America/New_York", 3, further=further("team", days=(3, 5))),
                Account(shut, "Asia/Tokyo", posts_per_week=5, further=further("offer", per_week=1)),
                Account(full, posts_per_week=3),
                Account(late, posts_per_week=3),
                Account(gone, posts_per_week=3),
                Account(mixed, "Pacific/Auckland", 4),
            ],
            [slot(gone, at(9))],
            [Blackout(None, at(14, 0).replace(tzinfo=None), at(15, 0).replace(tzinfo=None))],
        ),
        "walnut": Calendar(
            [Account(id, posts_per_week=1, further=further("walnut", per_week=1)) for id in ids],
            [
                *(slot(id, at(day)) for id in ids for day in days_of_full),
                *(slot(id, at(20, day), planned_for=at(day, 10)) for id in ids for day in (8, 13)),
            ],
            [Blackout(None, None, None)],
        ),
    }


@pytest.mark.parametrize("content", [Content.PLACEHOLDER, Content.NOTHING])
@pytest.mark.parametrize("replan", [False, True])
def test_a_batch_of_tenants_with_the_same_ids_is_planned_by_the_rules_and_created_as_it_is_shown(
    db, replan, content
):
    calendars = calendars_of_one_set_of_ids(content)
    loosen(db)
    set_content_nullable(db, content == Content.NOTHING)
    with db.transaction():
        put_in(db, calendars, "Asia/Tokyo")
    as_of, end = datetime(2031, 5, 7, 8, tzinfo=UTC), datetime(2031, 5, 18, 10, tzinfo=UTC)
    batch = (["h2o", "all_county"], as_of, end)

    def shown(step: str, *more: bool) -> list[tuple]:
        return sorted(
            (tenant, account, at.astimezone(UTC), *rest)
            for tenant, account, at, *rest in db.execute(
                "SELECT tenant_id, channel_account_id, slot_at, slot_local, coalesce(category, ''), decision"
                f" FROM topoff.{step}({', '.join(['%s'] * (3 + len(more)))})",
                batch + more,
            )
        )

    assert shown("replanned_slots" if replan else "planned_slots") == sorted(
        (tenant, row.account, row.slot_at, row.slot_local, row.category or "", row.decision)
        for tenant in batch[0]
        for row in decide(calendars[tenant], as_of, end, replan)
    )
    # whoever asks for nothing but what is to be created gets just that, however it stands with the account
    wanted = [row for row in shown("planned_slots", replan, False) if row[-1] == "create"]
    assert shown("planned_slots", replan, True) == wanted
    accounts = db.execute(
        "SELECT tenant_id, channel_account_id, cardinality(slots), content_item_id"
        " FROM topoff.planned_calendars(%s, %s, %s, %s, true)", (*batch, replan)
    ).fetchall()  # fmt: skip
    assert sorted(row[:3] for row in accounts) == [
        (*account, sum(row[:2] == account for row in wanted))
        for account in sorted({row[:2] for row in wanted})
    ]
    placeholders = dict(
        db.execute(
            "SELECT tenant, topoff.placeholder_content_item_id(tenant) FROM unnest(%s::text[]) AS tenant",
            batch[:1],
        ).fetchall()
    )
    assert {(tenant, item) for tenant, _, _, item in accounts} == {
        (tenant, None if content == Content.NOTHING else item) for tenant, item in placeholders.items()
    }
    new = db.execute(
        "SELECT tenant_id, channel_account_id, ids, slots, categories FROM topoff.new_slots(%s, %s, %s, %s)",
        (*batch, replan),
    ).fetchall()
    assert sorted(
        (tenant, account, at.astimezone(UTC), category or "")
        for tenant, account, _, slots, categories in new
        for at, category in zip(slots, categories, strict=True)
    ) == [
        (*row[:3], row[4])
        for row in shown("replanned_slots" if replan else "planned_slots")
        if row[-1] == "create"
    ]
    # an account's in the order of time, and the ids count up
    assert [row[:2] for row in new] == sorted((row[:2] for row in new), key=lambda row: (row[1], row[0]))
    assert all(slots == sorted(slots) for _, _, _, slots, _ in new)
    ids = [id.int for _, _, made, _, _ in new for id in made]
    assert ids == list(range(ids[0], ids[0] + len(ids)))
