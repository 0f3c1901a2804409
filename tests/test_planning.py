"""The rules of planning: weeks, instants, window, reasons and quota, by worked examples."""

from datetime import timedelta

import pytest
from builders import column, created, new_account, new_post, one, preview, top_off
from psycopg import Connection
from psycopg.types.range import Range

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def black_out(db: Connection, lower: str | None, upper: str | None, bounds: str = "[)", account=None) -> None:
    """Insert a blackout of tenant h2o in local time."""
    db.execute(
        "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('h2o', %s, tsrange(%s, %s, %s))",
        (account, lower, upper, bounds),
    )


# Instants ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "time_local", "as_of", "local", "instant"),
    [
        # gaps: with the offset from before
        ("America/New_York", "02:30", "2031-03-09 00:00-05", "Sun 2031-03-09 03:30", "2031-03-09 07:30+00"),
        ("Europe/London", "01:15", "2031-03-30 00:00+00", "Sun 2031-03-30 02:15", "2031-03-30 01:15+00"),
        ("Australia/Lord_Howe", "02:15", "2031-10-04 14:00+00", "Sun 2031-10-05 02:45", "2031-10-04 15:45+00"),
        ("America/Santiago", "00:30", "2031-09-07 03:30+00", "Sun 2031-09-07 01:30", "2031-09-07 04:30+00"),
        # overlaps: the first of the two
        ("America/New_York", "01:30", "2031-11-02 00:00-04", "Sun 2031-11-02 01:30", "2031-11-02 05:30+00"),
        ("Europe/London", "01:30", "2031-10-26 00:00+01", "Sun 2031-10-26 01:30", "2031-10-26 00:30+00"),
        ("Australia/Lord_Howe", "01:45", "2031-04-05 13:30+00", "Sun 2031-04-06 01:45", "2031-04-05 14:45+00"),
        # around them, and where clocks never change
        ("America/New_York", "03:30", "2031-03-09 00:00-05", "Sun 2031-03-09 03:30", "2031-03-09 07:30+00"),
        ("America/New_York", "02:00", "2031-11-02 00:00-04", "Sun 2031-11-02 02:00", "2031-11-02 07:00+00"),
        ("Asia/Kathmandu", "09:00", "2031-03-09 00:00+00", "Sun 2031-03-09 09:00", "2031-03-09 03:15+00"),
    ],
)  # fmt: skip
def test_a_local_time_becomes_an_instant_as_rfc_5545_says(db, zone, time_local, as_of, local, instant):
    new_account(db, posts_per_week=1, days_of_week=[7], times_local=[time_local], timezone=zone)
    assert preview(db, as_of, "1 day") == [(local, "create")]
    assert one(db, "SELECT slot_at = %s FROM preview_planned_slots('h2o', '1 day', %s)", instant, as_of)


def test_slots_keep_their_wall_clock_time_over_a_change_of_the_clocks(db):
    new_account(db, posts_per_week=7, days_of_week=EVERY_DAY, timezone="America/New_York")
    top_off(db, "2031-03-01 00:00+00", "30 days")
    assert column(
        db,
        "SELECT DISTINCT (scheduled_for AT TIME ZONE 'America/New_York')::time::text FROM post_instances",
    ) == ["09:00:00"]
    assert column(
        db,
        "SELECT DISTINCT to_char(scheduled_for AT TIME ZONE 'UTC', 'HH24:MI') FROM post_instances ORDER BY 1",
    ) == ["13:00", "14:00"]


def test_two_cells_on_one_instant_are_one_slot(db):
    new_account(
        db,
        posts_per_week=2,
        days_of_week=[7],
        times_local=["02:30", "03:30"],
        timezone="America/New_York",
    )
    assert preview(db, "2031-03-09 00:00-05", "1 day") == [("Sun 2031-03-09 03:30", "create")]
    assert top_off(db, "2031-03-09 00:00-05", "1 day") == 1
    assert top_off(db, "2031-03-09 00:00-05", "1 day") == 0


def test_a_cell_in_a_gap_at_midnight_belongs_to_the_day_that_the_clock_shows(db):
    new_account(db, posts_per_week=1, days_of_week=[6], times_local=["23:30"], timezone="America/Nuuk")
    assert preview(db, "2031-03-30 00:00+00", "6 hours") == [("Sun 2031-03-30 00:30", "create")]


# Weeks and window ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("monday", ["2030-12-30", "2032-12-27", "2026-12-28", "2035-12-31"])
def test_a_week_over_the_year_boundary_is_one_week(db, monday):
    new_account(db, posts_per_week=2, days_of_week=EVERY_DAY)
    days = created(db, f"{monday} 00:00+00", "7 days")
    assert [day[:3] for day in days] == ["Tue", "Sat"]


def test_a_week_is_counted_by_the_clock_of_the_account_not_of_the_session(db):
    # Monday 00:30 in Auckland is Sunday noon in UTC: the post counts for the week that begins there.
    account = new_account(db, posts_per_week=1, days_of_week=[5], timezone="Pacific/Auckland")
    new_post(db, account, "2031-06-02 00:30 Pacific/Auckland")
    expected = [("Fri 2031-06-06 09:00", "quota"), ("Fri 2031-06-13 09:00", "create")]
    for zone in ("UTC", "America/Los_Angeles", "Pacific/Auckland", "Asia/Kolkata"):
        db.execute("SELECT set_config('TimeZone', %s, false)", (zone,))
        assert preview(db, "2031-06-01 13:00+00", "14 days") == expected


@pytest.mark.parametrize("setting", ["DateStyle = 'SQL, DMY'", "DateStyle = 'German'", "IntervalStyle = 'iso_8601'",
                                     "TimeZone = 'Asia/Tokyo'", "search_path = ''", "extra_float_digits = 0"])  # fmt: skip
def test_session_settings_make_no_difference(db, setting):
    new_account(db, posts_per_week=5, timezone="America/New_York")
    query = "SELECT to_jsonb(array_agg(p ORDER BY p)) FROM public.preview_planned_slots('h2o', '28 days', '2031-03-01 00:00+00') p"
    db.execute("SET TimeZone = 'UTC'")
    before = one(db, query)
    db.execute(f"SET {setting}")
    after = one(db, query)
    assert [(row["decision"], row["slot_local"]) for row in after] == [
        (row["decision"], row["slot_local"]) for row in before
    ]
    assert one(db, "SELECT public.topoff_planned_slots('h2o', '28 days', '2031-03-01 00:00+00')") == len(
        before
    )


def test_the_window_excludes_its_beginning_and_includes_its_end(db):
    new_account(db, posts_per_week=7, days_of_week=EVERY_DAY)
    assert created(db, "2031-05-05 09:00+00", "2 days") == ["Tue 2031-05-06 09:00", "Wed 2031-05-07 09:00"]
    assert created(db, "2031-05-05 09:00:00.000001+00", "2 days")[-1] == "Wed 2031-05-07 09:00"
    assert created(db, "2031-05-05 08:59:59.999999+00", "1 day") == ["Mon 2031-05-05 09:00"]


def test_the_horizon_is_added_in_utc(db):
    # In New York this day has 23 hours; in UTC it ends an hour after the slot.
    new_account(
        db, posts_per_week=7, days_of_week=EVERY_DAY, times_local=["00:30"], timezone="America/New_York"
    )
    db.execute("SET TimeZone = 'America/New_York'")
    assert created(db, "2031-03-09 05:00+00", "1 day") == ["Sun 2031-03-09 00:30", "Mon 2031-03-10 00:30"]
    assert created(db, "2031-01-31 12:00+00", "1 month")[-1].startswith("Fri 2031-02-28")


def test_a_partial_week_is_neither_compressed_nor_caught_up(db):
    new_account(db, posts_per_week=3)
    # From a Thursday: of Monday, Wednesday and Friday only Friday is left.
    assert created(db, "2031-05-08 00:00+00", "4 days") == ["Fri 2031-05-09 09:00"]


def test_the_horizon_counts_from_as_of_however_far_ahead_a_post_stands(db):
    account = new_account(db, posts_per_week=1)
    new_post(db, account, "2040-01-01 09:00+00")
    assert len(created(db, "2031-05-05 00:00+00")) == 4


# Reasons -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["Draft", "Planned", "Scheduled", "Posted", "Failed"])
def test_a_post_of_any_status_at_the_instant_holds_the_cell(db, status):
    account = new_account(db, posts_per_week=1)
    new_post(db, account, "2031-05-07 09:00+00", status=status)
    assert preview(db, "2031-05-05 00:00+00", "7 days") == [("Wed 2031-05-07 09:00", "exists")]


@pytest.mark.parametrize(
    "target", ["2031-05-08 11:00+00", "2031-06-20 11:00+00", "2031-05-01 11:00+00", None]
)
def test_a_moved_slot_does_not_come_back(db, target):
    new_account(db, posts_per_week=1)
    assert top_off(db, "2031-05-05 00:00+00", "7 days") == 1
    db.execute("UPDATE post_instances SET scheduled_for = %s", (target,))
    assert preview(db, "2031-05-05 00:00+00", "7 days") == [("Wed 2031-05-07 09:00", "moved")]
    assert top_off(db, "2031-05-05 00:00+00", "7 days") == 0


def test_a_slot_moved_over_a_change_of_the_clocks_does_not_come_back(db):
    new_account(db, posts_per_week=1, days_of_week=[7], times_local=["02:30"], timezone="America/New_York")
    assert top_off(db, "2031-03-08 00:00+00", "3 days") == 1
    db.execute("UPDATE post_instances SET scheduled_for = scheduled_for + interval '25 hours'")
    assert top_off(db, "2031-03-08 00:00+00", "3 days") == 0


def test_a_slot_moved_back_to_its_place_is_untouched_again(db):
    new_account(db, posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00", "7 days")
    db.execute("UPDATE post_instances SET scheduled_for = scheduled_for + interval '1 day'")
    db.execute("UPDATE post_instances SET scheduled_for = planned_for")
    assert preview(db, "2031-05-05 00:00+00", "7 days") == [("Wed 2031-05-07 09:00", "exists")]


def test_a_deleted_slot_comes_back(db):
    new_account(db, posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00", "7 days")
    db.execute("DELETE FROM post_instances")
    assert top_off(db, "2031-05-05 00:00+00", "7 days") == 1


def test_a_post_that_stands_where_another_was_moved_from_shows_as_existing(db):
    account = new_account(db, posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00", "7 days")
    db.execute("UPDATE post_instances SET scheduled_for = NULL")
    new_post(db, account, "2031-05-07 09:00+00")
    assert preview(db, "2031-05-05 00:00+00", "7 days") == [("Wed 2031-05-07 09:00", "exists")]


@pytest.mark.parametrize(
    ("lower", "upper", "bounds", "closed"),
    [
        ("2031-05-06", "2031-05-07", "[)", ["Tue"]),
        ("2031-05-06 09:00", "2031-05-07 09:00", "[)", ["Tue"]),
        ("2031-05-06 09:00", "2031-05-07 09:00", "(]", ["Wed"]),
        ("2031-05-07 09:00", "2031-05-07 09:00", "[]", ["Wed"]),
        (None, "2031-05-06 12:00", "()", ["Mon", "Tue"]),
        ("2031-05-08", None, "[)", ["Thu", "Fri"]),
        (None, None, "()", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("2020-01-01", "2031-05-05 09:00", "[]", ["Mon"]),
    ],
)
@pytest.mark.parametrize("whole_tenant", [True, False])
def test_no_slot_is_planned_in_a_blackout(db, lower, upper, bounds, closed, whole_tenant):
    account = new_account(db, posts_per_week=5, timezone="Asia/Tokyo")
    black_out(db, lower, upper, bounds, None if whole_tenant else account)
    decisions = dict(preview(db, "2031-05-04 15:00+00", "7 days"))
    assert [day[:3] for day, decision in decisions.items() if decision == "blackout"] == closed
    assert len(decisions) == 5
    assert set(decisions.values()) <= {"create", "blackout"}


def test_a_blackout_of_one_account_leaves_the_others_alone(db):
    paused = new_account(db, posts_per_week=5)
    new_account(db, posts_per_week=5)
    new_account(db, tenant="all_county", posts_per_week=5)
    black_out(db, None, None, "()", paused)
    assert top_off(db, "2031-05-05 00:00+00", "7 days") == 5
    assert one(db, "SELECT count(*) FROM post_instances WHERE channel_account_id = %s", paused) == 0
    assert top_off(db, "2031-05-05 00:00+00", "7 days", tenant="all_county") == 5


def test_a_holiday_does_not_move_the_other_slots(db):
    new_account(db, posts_per_week=3)
    before = created(db, "2031-05-05 00:00+00", "14 days")
    black_out(db, "2031-05-07", "2031-05-08")
    assert created(db, "2031-05-05 00:00+00", "14 days") == [day for day in before if "05-07" not in day]


def test_an_empty_blackout_is_refused(db):
    with pytest.raises(Exception, match="blackouts_during_not_empty_check"):
        db.execute(
            "INSERT INTO topoff.blackouts (tenant_id, during) VALUES ('h2o', %s)", (Range(empty=True),)
        )


def test_a_blackout_follows_the_wall_clock_through_a_gap(db):
    account = new_account(
        db, posts_per_week=1, days_of_week=[7], times_local=["02:30"], timezone="America/New_York"
    )
    black_out(db, "2031-03-09 03:30", "2031-03-09 03:30", "[]", account)
    assert preview(db, "2031-03-09 00:00-05", "1 day") == [("Sun 2031-03-09 03:30", "blackout")]


# Quota ---------------------------------------------------------------------------------------------------


def test_a_manual_post_takes_the_place_of_the_cell_next_to_it(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-08 10:00+00")
    assert preview(db, "2031-05-05 00:00+00", "7 days") == [
        ("Mon 2031-05-05 09:00", "create"),
        ("Wed 2031-05-07 09:00", "create"),
        ("Fri 2031-05-09 09:00", "quota"),
    ]


def test_the_distance_to_a_manual_post_is_elapsed_time(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-06 08:00+00")
    assert [d for _, d in preview(db, "2031-05-05 00:00+00", "7 days")] == ["quota", "create", "create"]


def test_at_equal_distance_the_earlier_cell_wins(db):
    account = new_account(db, posts_per_week=2, days_of_week=[1, 3])
    new_post(db, account, "2031-05-06 09:00+00")
    assert [d for _, d in preview(db, "2031-05-05 00:00+00", "7 days")] == ["create", "quota"]


def test_a_week_with_posts_enough_gets_no_slot(db):
    account = new_account(db, posts_per_week=2)
    for day in (5, 8, 10):
        new_post(db, account, f"2031-05-{day:02} 20:00+00", status="Posted")
    assert {d for _, d in preview(db, "2031-05-05 00:00+00", "7 days")} == {"quota"}


def test_posts_of_the_week_that_have_gone_by_count(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-05 09:00+00", status="Posted")
    new_post(db, account, "2031-05-06 20:00+00", status="Failed")
    # As of Wednesday noon room is left for one; Monday and Tuesday have two posts.
    assert preview(db, "2031-05-07 12:00+00", "4 days") == [("Fri 2031-05-09 09:00", "create")]
    new_post(db, account, "2031-05-06 21:00+00", status="Posted")
    assert preview(db, "2031-05-07 12:00+00", "4 days") == [("Fri 2031-05-09 09:00", "quota")]


def test_a_blacked_out_cell_takes_no_part_in_the_quota(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2031-05-08 10:00+00")
    black_out(db, "2031-05-05", "2031-05-06")
    assert [d for _, d in preview(db, "2031-05-05 00:00+00", "7 days")] == ["blackout", "create", "create"]


def test_a_moved_slot_counts_in_the_week_that_it_was_moved_to(db):
    new_account(db, posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00", "7 days")
    db.execute("UPDATE post_instances SET scheduled_for = '2031-05-12 15:00+00'")
    assert preview(db, "2031-05-05 00:00+00", "14 days") == [
        ("Wed 2031-05-07 09:00", "moved"),
        ("Wed 2031-05-14 09:00", "quota"),
    ]


def test_a_free_cell_at_the_very_end_of_the_window_is_weighed_as_well(db):
    account = new_account(db, posts_per_week=1)
    new_post(db, account, "2031-05-08 09:00+00")
    assert preview(db, "2031-05-06 09:00+00", "1 day") == [("Wed 2031-05-07 09:00", "quota")]


def test_a_week_that_begins_in_the_month_before_is_a_whole_week(db):
    account = new_account(db, posts_per_week=5)
    for day in (28, 29):
        new_post(db, account, f"2031-04-{day} 10:00+00", status="Posted")
    assert preview(db, "2031-05-01 00:00+00", "2 days") == [
        ("Thu 2031-05-01 09:00", "create"),
        ("Fri 2031-05-02 09:00", "create"),
    ]


@pytest.mark.parametrize(
    ("post", "as_of", "horizon", "weighed"),
    [
        # the first minutes of a week that is an hour longer, when its last are yet to come
        ("2031-10-27 00:10", "2031-11-02 23:30", "1 day", "Sun 2031-11-02 23:45"),
        # and its last hour, when only its first instant is in the window
        ("2031-11-02 23:30", "2031-10-26 12:00", "12 hours", "Mon 2031-10-27 00:00"),
    ],
)
def test_a_week_in_which_the_clocks_go_back_counts_from_its_first_minute_to_its_last(
    db, post, as_of, horizon, weighed
):
    day, at = (1, "00:00") if weighed.startswith("Mon") else (7, "23:45")
    account = new_account(
        db, posts_per_week=1, days_of_week=[day], times_local=[at], timezone="America/New_York"
    )
    new_post(db, account, f"{post} America/New_York")
    assert preview(db, f"{as_of} America/New_York", horizon) == [(weighed, "quota")]


def test_what_a_week_ends_up_with_does_not_depend_on_how_many_nights_it_took(db):
    """The cells beyond the window compete as well, and created slots do not count for distance."""
    at_once = new_account(db, tenant="at_once", posts_per_week=4, days_of_week=EVERY_DAY)
    by_night = new_account(db, tenant="by_night", posts_per_week=4, days_of_week=EVERY_DAY)
    for tenant, account in (("at_once", at_once), ("by_night", by_night)):
        new_post(db, account, "2031-05-06 10:00+00", tenant=tenant)
        new_post(db, account, "2031-05-09 10:00+00", tenant=tenant)
    top_off(db, "2031-05-04 12:00+00", "8 days", tenant="at_once")
    for hours in range(0, 8 * 24, 6):
        as_of = one(
            db, "SELECT '2031-05-04 12:00+00'::timestamptz - interval '7 days' + %s", timedelta(hours=hours)
        )
        top_off(db, as_of, "7 days", tenant="by_night")
    weeks = [
        column(
            db,
            "SELECT scheduled_for::text FROM post_instances WHERE channel_account_id = %s"
            " AND scheduled_for BETWEEN '2031-05-05' AND '2031-05-12' ORDER BY 1",
            account,
        )
        for account in (at_once, by_night)
    ]
    assert weeks[0] == weeks[1]
    assert len(weeks[0]) == 4


# Who plans -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [{"status": "paused"}, {"status": "ACTIVE"}, {"posts_per_week": 0}])
def test_only_active_accounts_with_a_cadence_plan(db, columns):
    new_account(db, **({"posts_per_week": 5} | columns))
    assert preview(db, "2031-05-05 00:00+00") == []
    assert top_off(db, "2031-05-05 00:00+00") == 0


def test_an_occupied_time_on_one_account_does_not_hold_another_account(db):
    busy = new_account(db, posts_per_week=5)
    new_account(db, posts_per_week=5)
    for day in range(5, 10):
        new_post(db, busy, f"2031-05-{day:02} 09:00+00")
    assert top_off(db, "2031-05-05 00:00+00", "7 days") == 5


def test_posts_that_went_out_are_never_moved_or_changed(db):
    account = new_account(db, posts_per_week=5)
    for day in range(5, 10):
        new_post(db, account, f"2031-05-{day:02} 11:00+00", status="Posted")
    before = column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1")
    top_off(db, "2031-05-05 00:00+00")
    db.execute("UPDATE channel_accounts SET times_local = '{11:00}', posts_per_week = 2")
    db.execute("SELECT replan_planned_slots('h2o', as_of => '2031-05-05 00:00+00')")
    assert (
        column(db, "SELECT post::text FROM post_instances AS post WHERE status = 'Posted' ORDER BY 1")
        == before
    )


def test_no_column_of_the_applications_is_mistaken_for_something_of_the_planners(db):
    new_account(db, posts_per_week=3)
    for table in ("channel_accounts", "post_instances"):
        for name in ("as_of", "window_end", "weeks_begin", "weeks_end"):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} timestamptz DEFAULT '2001-01-01 00:00+00'")
        for name in ("tenant", "tenants", "horizon", "replan", "slot_at", "decision", "account", "zone"):
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} text DEFAULT 'all_county'")
        db.execute(f"ALTER TABLE {table} ADD COLUMN placeholder uuid")
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 12
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert db.execute(
        "SELECT cadence, slots_ahead, empty_slots, off_programme FROM cadence_coverage WHERE tenant_id = 'h2o'"
    ).fetchone() == ("3 a week: Mon Wed Fri 09:00 (UTC)", 12, 12, 0)
    db.execute("UPDATE channel_accounts SET posts_per_week = 1")
    assert db.execute("SELECT removed > 6, created < 6 FROM replan_planned_slots('h2o')").fetchone() == (
        True,
        True,
    )
    assert one(db, "SELECT count(*) FROM post_instances") == 4
