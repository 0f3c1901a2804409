"""The calendar: as JSON for the endpoint, and as a month for people in psql."""

from uuid import UUID

import pytest
from builders import column, insert, new_account, new_content, new_post, one, top_off
from psycopg import errors


def calendar(db, *arguments):
    placeholders = ", ".join(["%s", "%s::date", "%s::date", "%s"][: len(arguments)])
    return one(db, f"SELECT marketing_calendar({placeholders})", *arguments)


def test_the_calendar_is_dates_with_their_posts_in_time_order(db):
    account, other = new_account(db), new_account(db)
    late = new_post(db, account, "2031-05-07 20:00+00")
    early = new_post(db, other, "2031-05-07 08:00+00", status="Draft")
    next_day = new_post(db, account, "2031-05-08 00:00+00")
    new_post(db, account, None, status="Draft")
    days = calendar(db, "h2o")
    assert {day: [post["id"] for post in posts] for day, posts in days.items()} == {
        "2031-05-07": [str(early), str(late)],
        "2031-05-08": [str(next_day)],
    }


def test_posts_of_a_day_come_by_time_and_then_by_id_whatever_their_accounts(db):
    accounts = [new_account(db) for _ in range(3)]
    ids = [UUID(int=number) for number in range(1, 7)]
    # The later, the smaller its id; and three at one time.
    for number, (account, hour) in enumerate(zip(accounts, (11, 10, 9), strict=True)):
        new_post(db, account, f"2031-05-07 {hour:02}:00+00", id=ids[number])
    for number, account in enumerate(accounts):
        new_post(db, account, "2031-05-07 12:00+00", id=ids[3 + (number + 1) % 3])
    wanted = [str(ids[number]) for number in (2, 1, 0, 3, 4, 5)]
    assert [post["id"] for post in calendar(db, "h2o")["2031-05-07"]] == wanted


def test_a_post_has_every_column_of_its_row_as_it_is(db):
    db.execute(
        "ALTER TABLE post_instances ADD COLUMN likes integer DEFAULT 3, ADD COLUMN tags text[] DEFAULT '{a,b}'"
    )
    account = new_account(db)
    post = new_post(db, account, "2031-05-07 20:00:00.123456+02")
    (row,) = calendar(db, "h2o")["2031-05-07"]
    assert row["id"] == str(post)
    assert row["scheduled_for"] == "2031-05-07T18:00:00.123456+00:00"
    assert (row["likes"], row["tags"], row["status"], row["planned_for"]) == (
        3,
        ["a", "b"],
        "Scheduled",
        None,
    )
    assert row.keys() - {"slot"} == set(
        column(
            db, "SELECT attname FROM pg_attribute WHERE attrelid = 'post_instances'::regclass AND attnum > 0"
        )
    )


def test_a_post_tells_its_slot_so_that_a_client_needs_no_second_call(db):
    account = new_account(db, posts_per_week=1, timezone="America/New_York")
    insert(
        db,
        "topoff.cadences",
        tenant_id="h2o",
        channel_account_id=account,
        posts_per_week=1,
        days_of_week=[5],
        times_local=["15:00"],
        category="offer",
    )
    top_off(db, "2031-05-05 00:00+00", "7 days")
    db.execute(
        "UPDATE post_instances SET content_item_id = %s, status = 'Draft' WHERE planned_category IS NULL",
        (new_content(db, title="Spring sale"),),
    )
    empty = new_post(db, account, "2031-05-08 20:00+00", status="Planned")
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    db.execute("UPDATE post_instances SET content_item_id = NULL WHERE id = %s", (empty,))
    days = calendar(db, "h2o")
    zone = "America/New_York"
    assert {day: [post["slot"] for post in posts] for day, posts in days.items()} == {
        "2031-05-07": [
            {"empty": False, "local_time": "2031-05-07T09:00:00", "timezone": zone, "category": None, "title": "Spring sale"}
        ],
        "2031-05-08": [
            {"empty": True, "local_time": "2031-05-08T16:00:00", "timezone": zone, "category": None, "title": None}
        ],
        "2031-05-09": [
            {"empty": True, "local_time": "2031-05-09T15:00:00", "timezone": zone, "category": "offer", "title": None}
        ],
    }  # fmt: skip


def test_the_placeholders_title_is_nobodys_and_the_accounts_clock_is_not_the_calendars(db):
    account = new_account(db, posts_per_week=1, timezone="Asia/Tokyo")
    top_off(db, "2031-05-05 00:00+00", "7 days")
    db.execute("UPDATE post_instances SET status = 'Draft'")
    (row,) = calendar(db, "h2o", None, None, "America/New_York")["2031-05-06"]
    assert row["slot"] == {
        "empty": False,
        "local_time": "2031-05-07T09:00:00",
        "timezone": "Asia/Tokyo",
        "category": None,
        "title": None,
    }
    assert row["channel_account_id"] == str(account)


def test_an_account_whose_zone_the_server_has_forgotten_keeps_nobody_from_the_calendar(db):
    account, other = new_account(db), new_account(db)
    new_post(db, account, "2031-05-07 20:00+00")
    new_post(db, other, "2031-05-07 21:00+00")
    db.execute("ALTER TABLE channel_accounts DISABLE TRIGGER USER")
    db.execute("UPDATE channel_accounts SET timezone = 'Mars/Base' WHERE id = %s", (account,))
    db.execute("ALTER TABLE channel_accounts ALTER timezone DROP NOT NULL")
    db.execute("UPDATE channel_accounts SET timezone = NULL WHERE id = %s", (other,))
    slots = [post["slot"] for post in calendar(db, "h2o")["2031-05-07"]]
    assert [(slot["local_time"], slot["timezone"]) for slot in slots] == [
        (None, "Mars/Base"),
        ("2031-05-07T21:00:00", "UTC"),
    ]


def test_infinite_times_and_those_at_the_edge_of_all_time_are_on_no_calendar(db):
    account = new_account(db)
    for time in ("infinity", "-infinity", "4714-11-24 00:00+00 BC", "294276-12-31 23:59:59+00"):
        new_post(db, account, time)
    wanted = new_post(db, account, "2031-05-07 20:00+00")
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        for start, end in [(None, None), ("-infinity", "infinity"), ("4714-11-24 BC", "5874897-12-31")]:
            days = calendar(db, "h2o", start, end, zone)
            assert [post["id"] for posts in days.values() for post in posts] == [str(wanted)]
    assert calendar(db, "h2o", "infinity") == calendar(db, "h2o", None, "-infinity") == {}
    assert calendar(db, "h2o", "5874897-12-31") == calendar(db, "h2o", None, "4714-11-24 BC") == {}


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        (None, None, [4, 5, 6, 7]),
        ("2031-05-05", None, [5, 6, 7]),
        (None, "2031-05-05", [4, 5]),
        ("2031-05-05", "2031-05-06", [5, 6]),
        ("2031-05-06", "2031-05-06", [6]),
        ("2031-05-06", "2031-05-05", []),
        ("-infinity", "infinity", [4, 5, 6, 7]),
        ("2032-01-01", None, []),
    ],
)
def test_start_and_end_are_included_and_either_may_be_missing(db, start, end, days):
    account = new_account(db)
    for day in (4, 5, 6, 7):
        new_post(db, account, f"2031-05-0{day} 00:00+00")
        new_post(db, account, f"2031-05-0{day} 23:59:59.999999+00")
    assert list(calendar(db, "h2o", start, end)) == [f"2031-05-0{day}" for day in days]


def test_dates_are_those_of_the_given_zone(db):
    account = new_account(db)
    new_post(db, account, "2031-05-07 20:00+00")
    for zone, day in [
        ("UTC", "07"),
        ("Asia/Tokyo", "08"),
        ("Pacific/Kiritimati", "08"),
        ("America/New_York", "07"),
    ]:
        assert list(calendar(db, "h2o", f"2031-05-{day}", f"2031-05-{day}", zone)) == [f"2031-05-{day}"]


@pytest.mark.parametrize(("day", "posts"), [("2031-03-09", 23), ("2031-11-02", 25)])
def test_the_day_of_a_change_of_the_clocks_has_all_its_hours(db, day, posts):
    account = new_account(db)
    db.execute(
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for)"
        " SELECT 'h2o', %s, %s, hour FROM generate_series(%s::timestamptz - interval '2 days',"
        " %s::timestamptz + interval '3 days', interval '1 hour') AS hour",
        (account, new_content(db), day, day),
    )
    assert len(calendar(db, "h2o", day, day, "America/New_York")[day]) == posts


def test_the_sessions_time_zone_changes_nothing(db):
    account = new_account(db)
    new_post(db, account, "2031-05-07 20:00+00")
    before = calendar(db, "h2o", "2031-05-07", "2031-05-07")
    db.execute("SET TimeZone = 'Asia/Tokyo'")
    db.execute("SET DateStyle = 'German'")
    assert calendar(db, "h2o", "2031-05-07", "2031-05-07") == before


def test_a_tenant_without_posts_has_an_empty_calendar_and_sees_no_other_tenants_posts(db):
    new_account(db)
    other = new_account(db, tenant="all_county")
    new_post(db, other, "2031-05-07 20:00+00", tenant="all_county")
    assert calendar(db, "h2o") == {}


def test_rows_of_one_id_in_two_tenants_do_not_mix(db):
    for table in ("channel_accounts", "content_items", "post_instances"):
        db.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
        )
    account, content, post = UUID(int=1), UUID(int=2), UUID(int=3)
    for tenant, zone, hour in (("h2o", "Europe/London", 10), ("all_county", "Asia/Tokyo", 11)):
        new_account(db, tenant, id=account, timezone=zone)
        insert(db, "content_items", tenant_id=tenant, id=content, title=f"Of {tenant}")
        new_post(db, account, f"2031-05-07 {hour}:00+00", tenant, content=content, id=post)
    for tenant, zone, local in (
        ("h2o", "Europe/London", "2031-05-07T11:00:00"),
        ("all_county", "Asia/Tokyo", "2031-05-07T20:00:00"),
    ):
        ((day, (row,)),) = calendar(db, tenant).items()
        assert (day, row["tenant_id"]) == ("2031-05-07", tenant)
        assert row["slot"] == {
            "empty": False, "local_time": local, "timezone": zone, "category": None, "title": f"Of {tenant}",
        }  # fmt: skip
    assert [day for row in grid(db, "2031-05-01") for day in row[1:] if day and "S" in day] == ["7  S"]


@pytest.mark.parametrize(
    "call", ["marketing_calendar('h2o', timezone => {})", "calendar_grid('h2o', '2031-05-01', {})"]
)
def test_a_zone_that_is_none_is_an_error_with_posts_and_without(db, call):
    account = new_account(db)
    for hour in range(2):
        for zone in ("Mars/Base", "UTC+5", "EST", "america/new_york", "Etc/GMT+5", ""):
            with pytest.raises(errors.InvalidParameterValue) as refused:
                db.execute(f"SELECT * FROM {call.format(repr(zone))}")
            assert refused.value.diag.message_primary == f'time zone "{zone}" is not an IANA zone name'
            assert refused.value.diag.message_hint
        with pytest.raises(errors.NullValueNotAllowed, match="timezone must not be null"):
            db.execute(f"SELECT * FROM {call.format('NULL')}")
        new_post(db, account, f"2031-05-07 {hour}:00+00")


# The month -----------------------------------------------------------------------------------------------


def grid(db, month, zone="UTC"):
    return db.execute("SELECT * FROM calendar_grid('h2o', %s, %s)", (month, zone)).fetchall()


def test_a_month_has_its_weeks_as_rows_and_only_its_own_days(db):
    new_account(db)
    assert grid(db, "2031-05-17") == [
        ("2031-W18", None, None, None, "1", "2", "3", "4"),
        ("2031-W19", "5", "6", "7", "8", "9", "10", "11"),
        ("2031-W20", "12", "13", "14", "15", "16", "17", "18"),
        ("2031-W21", "19", "20", "21", "22", "23", "24", "25"),
        ("2031-W22", "26", "27", "28", "29", "30", "31", None),
    ]


@pytest.mark.parametrize(
    ("month", "weeks", "days"),
    [("2027-02-01", ["2027-W05", "2027-W08"], 28), ("2028-02-29", ["2028-W05", "2028-W09"], 29),
     ("2027-01-31", ["2026-W53", "2027-W04"], 31), ("2030-12-25", ["2030-W48", "2031-W01"], 31)],
)  # fmt: skip
def test_month_edges_are_right(db, month, weeks, days):
    new_account(db)
    rows = grid(db, month)
    assert [rows[0][0], rows[-1][0]] == weeks
    assert [day for row in rows for day in row[1:] if day] == [str(day) for day in range(1, days + 1)]


def test_posts_are_marks_by_status(db):
    account = new_account(db, posts_per_week=5, times_local=["09:00"])
    top_off(db, "2031-05-05 00:00+00", "5 days")
    for status, hour in [
        ("Posted", 1),
        ("Failed", 2),
        ("Scheduled", 3),
        ("Draft", 4),
        ("Planned", 5),
        ("Draft", 6),
    ]:
        new_post(db, account, f"2031-05-06 {hour:02}:00+00", status=status)
    for minute in range(12):
        new_post(db, account, f"2031-05-10 10:{minute:02}+00")
    week = grid(db, "2031-05-01")[1]
    assert week == ("2031-W19", "5  o", "6  * ! S DD P o", "7  o", "8  o", "9  o", "10  S12", "11")


def test_a_post_stands_on_the_day_of_the_given_zone(db):
    account = new_account(db)
    new_post(db, account, "2031-05-31 20:00+00")
    new_post(db, account, "2031-04-30 20:00+00")
    assert [d for row in grid(db, "2031-05-01") for d in row[1:] if d and "S" in d] == ["31  S"]
    assert [d for row in grid(db, "2031-05-01", "Asia/Tokyo") for d in row[1:] if d and "S" in d] == ["1  S"]


def test_a_status_that_nobody_told_us_of_is_a_question_mark(db):
    account = new_account(db)
    db.execute("ALTER TABLE post_instances DROP CONSTRAINT post_instances_status_known_check")
    db.execute("ALTER TABLE post_instances ALTER status DROP NOT NULL")
    for hour, status in enumerate(["Approved", "Needs Approval", "Draft", None, "Published"]):
        new_post(db, account, f"2031-05-06 {hour:02}:00+00", status=status)
    assert [day for row in grid(db, "2031-05-01") for day in row[1:] if day and "?" in day] == ["6  D ?4"]


@pytest.mark.parametrize(
    ("month", "error", "message"),
    [
        (None, errors.NullValueNotAllowed, "month must not be null"),
        ("infinity", errors.InvalidParameterValue, "month must not be infinite"),
        ("-infinity", errors.InvalidParameterValue, "month must not be infinite"),
        ("294276-12-31", errors.InvalidParameterValue, "month 294276-12-31 is out of range"),
        ("5874897-12-31", errors.InvalidParameterValue, "month 5874897-12-31 is out of range"),
        ("4714-11-24 BC", errors.InvalidParameterValue, "month 4714-11-24 BC is out of range"),
    ],
)
def test_a_month_that_is_none_is_an_error(db, month, error, message):
    new_account(db)
    with pytest.raises(error) as refused:
        grid(db, month)
    assert refused.value.diag.message_primary == message
    assert refused.value.diag.message_hint == "The month is any day in it, such as current_date."


def test_three_posts_of_a_kind_are_drawn_and_four_are_counted(db):
    account = new_account(db)
    for day, posts in ((6, 3), (7, 4)):
        for hour in range(posts):
            new_post(db, account, f"2031-05-{day:02} {hour:02}:00+00")
    assert grid(db, "2031-05-01")[1][2:4] == ("6  SSS", "7  S4")


def test_a_month_as_far_as_months_go_has_its_days(db):
    new_account(db)
    for month in ("4700-01-01 BC", "294276-11-30"):
        assert len([day for row in grid(db, month) for day in row[1:] if day]) in (30, 31)
        assert len([day for row in grid(db, month, "Pacific/Kiritimati") for day in row[1:] if day]) in (
            30,
            31,
        )


def test_a_month_reads_each_accounts_posts_once(db):
    accounts = [new_account(db) for _ in range(3)]
    for account in accounts:
        for day in range(1, 20):
            new_post(db, account, f"2031-05-{day:02} 10:00+00")
    scans = "SELECT seq_scan, idx_scan FROM pg_stat_xact_user_tables WHERE relname = 'post_instances'"
    for read in (lambda: grid(db, "2031-05-01"), lambda: calendar(db, "h2o", "2031-05-01", "2031-05-31")):
        with db.transaction():
            before = db.execute(scans).fetchone()
            read()
            after = db.execute(scans).fetchone()
        assert (after[0] - before[0], after[1] - before[1]) == (0, len(accounts))


def test_a_month_costs_the_same_after_years_of_posts(db):
    account, content = new_account(db), new_content(db)
    db.execute("ALTER TABLE post_instances SET (autovacuum_enabled = false)")
    db.execute(
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for)"
        " SELECT 'h2o', %s, %s, day FROM generate_series('2021-05-01 12:00+00'::timestamptz,"
        " '2041-05-01 12:00+00'::timestamptz, interval '1 day') AS day",
        (account, content),
    )
    fetched = (
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = 'post_instances'"
    )
    for read in (lambda: grid(db, "2031-05-01"), lambda: calendar(db, "h2o", "2031-05-01", "2031-05-31")):
        with db.transaction():
            before = one(db, fetched)
            read()
            assert 31 <= one(db, fetched) - before <= 31 + 2 * 3


def test_a_slot_without_content_is_marked_as_empty(db):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    account = new_account(db)
    for hour, status in ((9, "Planned"), (10, "Draft")):
        insert(
            db, "post_instances", tenant_id="h2o", channel_account_id=account, status=status,
            scheduled_for=f"2031-05-06 {hour:02}:00+00",
        )  # fmt: skip
    assert [day for row in grid(db, "2031-05-01") for day in row[1:] if day and "o" in day] == ["6  D o"]


# Whatever the application adds ---------------------------------------------------------------------------


def test_a_column_that_is_called_like_something_of_ours_changes_no_answer(db):
    account = new_account(db, posts_per_week=3)
    top_off(db, "2031-05-05 00:00+00", "7 days")
    new_post(db, account, "2031-05-06 20:00+00")
    before = calendar(db, "h2o", "2031-05-05", "2031-05-08"), grid(db, "2031-05-01")
    names = """tenant start_date end_date month week mon tue wed thu fri sat sun placeholder own post content account
        first_day last_day since upto date day marks mark posts is_empty known_zone slot dated zone"""
    for table in ("channel_accounts", "content_items", "post_instances"):
        for name in names.split():
            db.execute(f"ALTER TABLE {table} ADD COLUMN {name} text DEFAULT 'all_county'")
    after = calendar(db, "h2o", "2031-05-05", "2031-05-08"), grid(db, "2031-05-01")
    assert before[1] == after[1]
    assert {day: [(post["id"], post["slot"]) for post in posts] for day, posts in after[0].items()} == {
        day: [(post["id"], post["slot"]) for post in posts] for day, posts in before[0].items()
    }
