"""The view cadence_coverage: how far ahead every account is planned, and what it costs to ask."""

from uuid import UUID

import pytest
from builders import column, new_account, new_content, new_post, one
from psycopg import Connection

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
NUMBERS = (
    "SELECT slots_ahead, empty_slots, filled_slots, next_empty_slot, filled_until, missed_slots "
    "FROM cadence_coverage"
)


def new_slot(db: Connection, account, when: str, planned_for: str | None = None, **columns):
    """Insert a slot at an SQL expression of time, such as now() + '1 day'; empty unless told."""
    tenant = columns.pop("tenant", "h2o")
    db.execute(
        "INSERT INTO content_items (id, tenant_id, title) "
        "VALUES (topoff.placeholder_content_item_id(%s), %s, 'Planned slot') ON CONFLICT DO NOTHING",
        [tenant, tenant],
    )
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id(%s)", tenant)
    values = {"status": "Planned", "content": placeholder} | columns
    return new_post(
        db,
        account,
        one(db, f"SELECT {when}"),
        tenant,
        planned_for=one(db, f"SELECT {planned_for or when}"),
        **values,
    )


@pytest.mark.parametrize(
    ("cadence", "words"),
    [
        (
            {"posts_per_week": 3, "timezone": "America/New_York"},
            "3 a week: Mon Wed Fri 09:00 (America/New_York)",
        ),
        ({"posts_per_week": 1}, "1 a week: Wed 09:00 (UTC)"),
        (
            {"posts_per_week": 7, "times_local": ["17:30", "08:15:30"]},
            "7 a week: Mon Tue Wed Thu Fri 08:15:30, Tue Thu 17:30 (UTC)",
        ),
        (
            {"posts_per_week": 2, "days_of_week": [7, 6], "times_local": ["00:00"]},
            "2 a week: Sat Sun 00:00 (UTC)",
        ),
        (
            {"posts_per_week": 2, "days_of_week": [1], "times_local": ["09:00:25", "09:00"]},
            "2 a week: Mon 09:00, Mon 09:00:25 (UTC)",
        ),
        ({"posts_per_week": 0}, "none"),
        ({"posts_per_week": 3, "status": "paused"}, "none: the account is paused"),
    ],
)
def test_the_cadence_in_words(db, cadence, words):
    new_account(db, **cadence)
    assert column(db, "SELECT cadence FROM cadence_coverage") == [words]


def new_cadence(db: Connection, account, **columns) -> None:
    """Insert a further cadence; `during` as text."""
    columns = {"tenant_id": "h2o", "channel_account_id": account} | columns
    db.execute(
        f"INSERT INTO topoff.cadences ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",
        list(columns.values()),
    )


def test_the_programme_in_words_has_the_own_cadence_first_and_then_the_further_ones(db):
    account = new_account(db, posts_per_week=3, timezone="Europe/London")
    year = one(db, "SELECT extract(year FROM now())::integer") + 1
    everyday = {"posts_per_week": 7, "days_of_week": EVERY_DAY}
    new_cadence(db, account, **everyday, during=f"[{year}-12-01,{year}-12-25)", category="advent")
    new_cadence(
        db, account, posts_per_week=2, days_of_week=[2, 4], times_local=["10:00"], category="team_post"
    )
    new_cadence(db, account, posts_per_week=1, during="[2020-01-01,2020-02-01)", category="long ago")
    assert column(db, "SELECT cadence FROM cadence_coverage") == [
        "3 a week: Mon Wed Fri 09:00; 2 a week team_post: Tue Thu 10:00; "
        f"from 1 to 24 December {year} 7 a week advent: Mon Tue Wed Thu Fri Sat Sun 09:00 (Europe/London)"
    ]


def test_further_cadences_come_by_their_first_day_then_by_category_and_by_id(db):
    account = new_account(db)
    for number, (during, category) in enumerate(
        [
            ("[2041-03-01,)", "early"),
            ("(,)", "tips"),
            ("(,)", "offer"),
            ("(,)", "news"),
            ("[2041-02-01,)", "late"),
        ]
    ):
        new_cadence(db, account, posts_per_week=1, during=during, category=category, id=UUID(int=number))
    for number in (9, 7, 18, 8, 15, 11, 17, 13, 10, 14, 16, 12):
        time = f"{30 - number:02}:30"
        new_cadence(db, account, posts_per_week=1, times_local=[time], category="talk", id=UUID(int=number))
    words = "; ".join(
        f"{dates}1 a week {category}: Wed {time}"
        for dates, category, time in [
            ("", "news", "09:00"), ("", "offer", "09:00"),
            *(("", "talk", f"{30 - number}:30") for number in range(7, 19)), ("", "tips", "09:00"),
            ("from 1 February 2041 ", "late", "09:00"), ("from 1 March 2041 ", "early", "09:00"),
        ]
    )  # fmt: skip
    assert column(db, "SELECT cadence FROM cadence_coverage") == [f"{words} (UTC)"]
    # nor is it the doing of an index that has them in that order
    db.execute("ALTER TABLE topoff.cadences DROP CONSTRAINT cadences_pkey")
    assert column(db, "SELECT cadence FROM cadence_coverage") == [f"{words} (UTC)"]


@pytest.mark.parametrize(
    ("during", "words"),
    [
        ("[{y}-12-01,{y}-12-25)", "from 1 to 24 December 1 a week: Wed 09:00"),
        ("[{y}-03-09,{y}-04-01)", "from 9 to 31 March 1 a week: Wed 09:00"),
        ("[{y}-03-09,{y}-04-02)", "from 9 March to 1 April 1 a week: Wed 09:00"),
        ("[{y}-12-27,{y1}-01-07)", "from 27 December to 6 January {y1} 1 a week: Wed 09:00"),
        ("[2041-12-27,2042-01-07)", "from 27 December 2041 to 6 January 2042 1 a week: Wed 09:00"),
        ("[2041-03-01,2041-04-06)", "from 1 March to 5 April 2041 1 a week: Wed 09:00"),
        ("[2041-03-01,2041-03-02)", "on 1 March 2041 1 a week: Wed 09:00"),
        ("[{y}-12-24,{y}-12-24]", "on 24 December 1 a week: Wed 09:00"),
        ("[2041-03-01,)", "from 1 March 2041 1 a week: Wed 09:00"),
        ("[{y}-12-01,infinity)", "from 1 December 1 a week: Wed 09:00"),
        ("(,2041-03-01)", "until 28 February 2041 1 a week: Wed 09:00"),
        ("(,)", "1 a week: Wed 09:00"),
        ("[-infinity,infinity]", "1 a week: Wed 09:00"),
    ],
)
def test_the_dates_of_a_campaign_in_words(db, during, words):
    year = one(db, "SELECT extract(year FROM now() AT TIME ZONE 'UTC')::integer")
    names = {"y": year, "y1": year + 1}
    assert one(
        db,
        "SELECT topoff.cadence_in_words(1, '{1,2,3,4,5}', '{09:00}', NULL, %s::daterange)",
        during.format(**names),
    ) == words.format(**names)


def test_a_cadence_beyond_its_grid_says_so(db):
    db.execute("ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_posts_per_week_check")
    new_account(db, posts_per_week=9)
    assert column(db, "SELECT cadence FROM cadence_coverage") == [
        "9 a week (its days and times allow 5): Mon Tue Wed Thu Fri 09:00 (UTC)"
    ]


def test_a_cadence_without_a_cell_says_that_its_days_and_times_allow_none(db):
    in_words = "SELECT topoff.cadence_in_words(3, %s::bigint[], %s::time[], NULL, '(,)')"
    for days, times in (([], ["09:00"]), ([8], ["09:00"]), ([1], [])):
        assert one(db, in_words, days, times) == "3 a week (its days and times allow 0)"


def test_the_days_of_a_large_grid_are_in_the_order_of_the_week_whatever_plan_groups_them(db):
    times = [f"{hour:02}:00" for hour in range(24)]
    words = ", ".join(f"Mon Tue Wed Thu Fri Sat Sun {time}" for time in times)
    for hashed in ("on", "off"):
        db.execute(f"SET enable_hashagg = {hashed}")
        assert (
            one(
                db,
                "SELECT topoff.cadence_in_words(168, %s::bigint[], %s::time[], NULL, '(,)')",
                EVERY_DAY[::-1],
                times[::-1],
            )
            == f"168 a week: {words}"
        )


def test_an_account_without_a_status_is_told_as_such(db):
    new_account(db, posts_per_week=3)
    db.execute("ALTER TABLE channel_accounts ALTER status DROP NOT NULL")
    db.execute("UPDATE channel_accounts SET status = NULL")
    assert column(db, "SELECT cadence FROM cadence_coverage") == ["none: the account is without a status"]


def test_what_nobody_filled_in_is_the_default_in_words_as_well(db):
    for name in ("posts_per_week", "days_of_week", "times_local", "timezone"):
        db.execute(f"ALTER TABLE channel_accounts ALTER {name} DROP NOT NULL")
    account = new_account(db, posts_per_week=1, days_of_week=None, times_local=None, timezone=None)
    assert column(db, "SELECT cadence FROM cadence_coverage") == ["1 a week: Wed 09:00 (UTC)"]
    db.execute("UPDATE channel_accounts SET posts_per_week = NULL WHERE id = %s", (account,))
    assert column(db, "SELECT cadence FROM cadence_coverage") == ["none"]


def test_an_account_of_unknown_zone_is_told_and_stops_nobody(db):
    lost = new_account(db, posts_per_week=3)
    new_account(db, posts_per_week=1)
    db.execute("SELECT topoff_planned_slots('h2o')")
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("UPDATE channel_accounts SET timezone = 'US/Gone' WHERE id = %s", (lost,))
    query = "SELECT cadence, slots_ahead, off_programme FROM cadence_coverage"
    assert db.execute(f"{query} WHERE channel_account_id = %s", (lost,)).fetchall() == [
        ('none: this server does not know the time zone "US/Gone"', 12, None)
    ]
    assert db.execute(f"{query} WHERE channel_account_id <> %s", (lost,)).fetchall() == [
        ("1 a week: Wed 09:00 (UTC)", 4, 0)
    ]


def test_slots_that_the_present_programme_would_not_give_are_counted_until_a_replan_clears_them(db):
    def off() -> list[int]:
        return column(db, "SELECT off_programme FROM cadence_coverage")

    account = new_account(db, posts_per_week=3)
    new_cadence(db, account, posts_per_week=2, days_of_week=[2, 4], category="offer")
    made = one(db, "SELECT topoff_planned_slots('h2o')")
    assert (made, off()) == (20, [0])
    one(db, "SELECT topoff_planned_slots('h2o', '56 days')")
    db.execute("DELETE FROM topoff.cadences")
    assert off() == [16]
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    assert off() == [40]
    # what somebody filled or moved is no empty slot left behind
    db.execute("UPDATE post_instances SET scheduled_for = scheduled_for + interval '1 hour' WHERE id ="
               " (SELECT id FROM post_instances ORDER BY scheduled_for DESC LIMIT 1)")  # fmt: skip
    assert off() == [39]
    db.execute("SELECT replan_planned_slots('h2o', '56 days')")
    assert off() == [0]
    db.execute("UPDATE channel_accounts SET status = 'paused'")
    assert off() == [one(db, "SELECT count(*)::integer - 1 FROM post_instances")]


def test_slots_without_content_are_empty_and_infinite_times_are_on_no_calendar(db):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    account = new_account(db, posts_per_week=1)
    db.execute("SELECT topoff_planned_slots('h2o')")
    for time in ("infinity", "-infinity"):
        new_post(db, account, time, planned_for="2031-05-07 09:00+00")
    last = one(db, "SELECT max(scheduled_for) FROM post_instances WHERE scheduled_for < 'infinity'")
    assert db.execute(
        "SELECT slots_ahead, empty_slots, filled_until, off_programme FROM cadence_coverage"
    ).fetchall() == [(4, 4, last, 0)]


def test_the_application_can_change_every_column_that_the_view_shows(db):
    new_account(db, posts_per_week=1)
    for change in (
        "channel_accounts ALTER posts_per_week TYPE bigint",
        "channel_accounts ALTER timezone TYPE varchar(64)",
        "channel_accounts ALTER status TYPE varchar(20)",
        "post_instances ADD COLUMN stamp timestamptz DEFAULT clock_timestamp()",
    ):
        db.execute(f"ALTER TABLE {change}")
    assert column(db, "SELECT cadence FROM cadence_coverage") == ["1 a week: Wed 09:00 (UTC)"]
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 4
    assert one(db, "SELECT count(*) FROM preview_planned_slots('h2o')") == 4


def test_the_numbers_of_a_calendar_made_by_hand(db):
    account = new_account(db, posts_per_week=3)
    with db.transaction():  # all at one now()
        # Ahead: three empty, of which one was moved from the past; two filled, one of them posted early.
        new_slot(db, account, "now() + interval '3 days'")
        new_slot(db, account, "now() + interval '5 days'")
        new_slot(db, account, "now() + interval '2 days'", planned_for="now() - interval '1 day'")
        new_slot(
            db, account, "now() + interval '1 day'", status="Scheduled", content=new_content(db, title="A")
        )
        new_slot(
            db, account, "now() + interval '9 days'", status="Posted", content=new_content(db, title="B")
        )
        # Gone by: three empty within 28 days, one of this moment; two before that, one of them just so; one filled;
        # one taken off the calendar.
        new_slot(db, account, "now()")
        new_slot(db, account, "now() - interval '1 second'")
        new_slot(db, account, "now() - interval '671 hours 59 minutes'")
        new_slot(db, account, "now() - interval '672 hours 1 minute'")
        new_slot(db, account, "now() - interval '672 hours'")
        new_slot(
            db, account, "now() - interval '3 days'", status="Posted", content=new_content(db, title="C")
        )
        new_slot(db, account, "NULL::timestamptz", planned_for="now() + interval '4 days'")
        # By hand, so no slot of the cadence.
        new_post(db, account, one(db, "SELECT now() + interval '30 days'"))
        new_post(db, account, one(db, "SELECT now() - interval '2 days'"), status="Failed")

        in_days = "SELECT now() + make_interval(days => %s)"
        assert db.execute(NUMBERS).fetchall() == [(5, 3, 2, one(db, in_days, 2), one(db, in_days, 9), 3)]


def test_what_a_top_off_makes_is_what_the_view_counts(db):
    new_account(db, posts_per_week=7, days_of_week=EVERY_DAY)
    db.execute("SELECT topoff_planned_slots('h2o')")
    slots = column(db, "SELECT scheduled_for FROM post_instances ORDER BY scheduled_for")
    assert db.execute(NUMBERS).fetchall() == [(28, 28, 0, slots[0], slots[-1], 0)]
    account, content = one(db, "SELECT id FROM channel_accounts"), new_content(db)
    db.execute("SELECT fill_next_planned_slot('h2o', %s, %s)", [account, content])
    assert db.execute(NUMBERS).fetchall() == [(28, 27, 1, slots[1], slots[-1], 0)]
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances WHERE scheduled_for = %s", [slots[1]])
    assert db.execute(NUMBERS).fetchall() == [(27, 26, 1, slots[2], slots[-1], 0)]


def test_an_account_without_slots_has_a_row_of_zeros(db):
    new_account(db, posts_per_week=3)
    assert db.execute(NUMBERS).fetchall() == [(0, 0, 0, None, None, 0)]
    assert column(db, "SELECT off_programme FROM cadence_coverage") == [0]


def test_an_account_of_which_all_slots_have_gone_by_is_filled_until_no_time(db):
    account = new_account(db)
    with db.transaction():
        new_slot(db, account, "now() - interval '1 day'")
    numbers = NUMBERS.replace(" FROM", ", off_programme FROM")
    assert db.execute(numbers).fetchall() == [(0, 0, 0, None, None, 1, 0)]
    with db.transaction():
        new_slot(db, account, "now() + interval '1 day'")
    ahead = one(db, "SELECT max(scheduled_for) FROM post_instances")
    assert db.execute(numbers).fetchall() == [(1, 1, 0, ahead, ahead, 1, 1)]


def test_slots_of_a_campaign_that_was_cut_short_are_off_programme(db):
    account = new_account(db)
    monday = one(db, "SELECT date_trunc('week', now() AT TIME ZONE 'UTC')::date + 7")
    new_cadence(db, account, posts_per_week=7, days_of_week=EVERY_DAY)
    db.execute("SELECT topoff_planned_slots('h2o', '14 days', %s::timestamp AT TIME ZONE 'UTC')", (monday,))
    off = "SELECT slots_ahead, off_programme FROM cadence_coverage"
    assert db.execute(off).fetchall() == [(14, 0)]
    db.execute("UPDATE topoff.cadences SET during = daterange(%s, %s::date + 10)", (monday, monday))
    assert db.execute(off).fetchall() == [(14, 4)]
    db.execute("UPDATE topoff.cadences SET during = daterange(%s::date + 1, %s::date + 10)", (monday, monday))
    assert db.execute(off).fetchall() == [(14, 5)]


def test_reading_it_leaves_the_sessions_settings_as_they_were(db):
    settings = "SELECT name, setting FROM pg_settings ORDER BY name"
    account = new_account(db, posts_per_week=1)
    db.execute(
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
        " SELECT 'h2o', %s, %s, now() + hour * interval '1 hour', 'Draft' FROM generate_series(1, 2000) AS hour",
        (account, new_content(db)),
    )
    assert one(db, "SELECT pg_relation_size('post_instances') > 128 * 1024")
    before = db.execute(settings).fetchall()
    db.execute("TABLE cadence_coverage")
    assert db.execute(settings).fetchall() == before


def test_a_further_cadence_is_told_of_its_account_alone(db):
    db.execute(
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
    )
    account, other = UUID(int=1), UUID(int=2)
    for tenant, number in (("h2o", account), ("h2o", other), ("all_county", account)):
        new_account(db, tenant, id=number)
    new_cadence(db, account, posts_per_week=1, category="offer")
    assert db.execute(
        "SELECT tenant_id, channel_account_id, cadence FROM cadence_coverage ORDER BY 1, 2"
    ).fetchall() == [
        ("all_county", account, "none"),
        ("h2o", account, "1 a week offer: Wed 09:00 (UTC)"),
        ("h2o", other, "none"),
    ]


def test_accounts_and_tenants_do_not_mix(db):
    for tenant, slots in (("h2o", 1), ("h2o", 2), ("all_county", 3)):
        account = new_account(db, tenant)
        for day in range(1, slots + 1):
            new_slot(db, account, f"now() + interval '{day} days'", tenant=tenant)
    rows = "SELECT tenant_id, slots_ahead FROM cadence_coverage"
    assert sorted(db.execute(rows)) == [("all_county", 3), ("h2o", 1), ("h2o", 2)]
    assert db.execute(f"{rows} WHERE tenant_id = 'all_county'").fetchall() == [("all_county", 3)]
    assert db.execute(f"{rows} WHERE tenant_id = 'h2'").fetchall() == []


def test_the_sessions_time_zone_changes_nothing(db):
    account = new_account(db, posts_per_week=3)
    db.execute("SET TimeZone = 'America/New_York'")
    with db.transaction():
        new_slot(db, account, "now() - interval '671 hours 59 minutes'")
        new_slot(db, account, "now() - interval '672 hours 1 minute'")
        counts = []
        for zone in ("UTC", "America/New_York", "Pacific/Kiritimati"):
            db.execute(f"SET LOCAL TimeZone = '{zone}'")
            counts += column(db, "SELECT missed_slots FROM cadence_coverage")
        assert counts == [1, 1, 1]


def read_by(db: Connection, query: str) -> dict[str, tuple[int, int, int]]:
    """Run a query; tell for each table its sequential scans, its index scans and the rows these fetched."""
    counters = (
        "SELECT relname, coalesce(seq_scan, 0), coalesce(idx_scan, 0), coalesce(idx_tup_fetch, 0) "
        "FROM pg_stat_xact_user_tables WHERE relname IN ('channel_accounts', 'post_instances')"
    )
    with db.transaction():
        before = {name: counts for name, *counts in db.execute(counters)}
        db.execute(query).fetchall()
        after = {name: counts for name, *counts in db.execute(counters)}
    return {
        name: tuple(now - then for now, then in zip(counts, before[name], strict=True))
        for name, counts in after.items()
    }


def test_it_takes_one_look_into_the_slot_key_an_account_and_never_reads_history(db):
    # The plan is made, and kept, while the table is known to be empty: the worst case.
    db.execute("ALTER TABLE post_instances SET (autovacuum_enabled = false)")
    db.execute("TRUNCATE post_instances")  # the database may have served another test
    db.execute("ANALYZE post_instances")
    for tenant in ("h2o", "all_county"):
        for _ in range(5):
            new_account(db, tenant, posts_per_week=7, days_of_week=EVERY_DAY)
    for _ in range(8):
        db.execute("TABLE cadence_coverage")
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute(
            "INSERT INTO post_instances "
            "(tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status) "
            "SELECT tenant_id, id, gen_random_uuid(), at, at, 'Posted' FROM channel_accounts, "
            "generate_series(now() - interval '2000 days', now() - interval '30 days', interval '1 day') AS at"
        )
    db.execute("CALL topoff_all_tenants()")
    assert one(db, "SELECT count(*) FROM post_instances") == 10 * (1971 + 28)

    assert read_by(db, "TABLE cadence_coverage")["post_instances"] == (0, 10, 10 * 28)
    of_one = read_by(db, "SELECT * FROM cadence_coverage WHERE tenant_id = 'h2o'")
    assert of_one["post_instances"] == (0, 5, 5 * 28)


def test_accounts_are_looked_up_by_tenant_however_many_there_are(db):
    # The plan is made, and kept, while the table is known to be empty: the worst case.
    db.execute("ALTER TABLE channel_accounts SET (autovacuum_enabled = false)")
    db.execute("ANALYZE channel_accounts")
    for _ in range(8):
        db.execute("SELECT topoff.tenant_coverage('t1234')")
    db.execute(
        "INSERT INTO channel_accounts (tenant_id) SELECT 't' || number FROM generate_series(1, 2000) AS number"
    )
    assert read_by(db, "TABLE cadence_coverage")["channel_accounts"][0] <= 1
    db.execute("ANALYZE channel_accounts")  # for the view's own list of tenants
    of_one = read_by(db, "SELECT * FROM cadence_coverage WHERE tenant_id = 't1234'")
    seq_scans, _, rows = of_one["channel_accounts"]
    assert (seq_scans, rows <= 2) == (0, True)


def test_slots_without_content_that_an_old_cadence_left_behind_are_off_programme(db):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    new_account(db, posts_per_week=1)
    db.execute("SELECT topoff_planned_slots('h2o', '14 days')")
    assert one(db, "SELECT count(*) FROM post_instances WHERE content_item_id IS NULL") == 2
    assert one(db, "SELECT off_programme FROM cadence_coverage") == 0
    db.execute("UPDATE channel_accounts SET times_local = '{10:00}'")
    assert one(db, "SELECT off_programme FROM cadence_coverage") == 2


def test_what_a_window_of_a_year_has_planned_is_on_the_programme(db):
    new_account(db, posts_per_week=7, days_of_week=EVERY_DAY, times_local=["00:00", "23:59"])
    db.execute("SELECT topoff_planned_slots('h2o', '366 days')")
    assert db.execute("SELECT slots_ahead, off_programme FROM cadence_coverage").fetchall() == [(366, 0)]


def test_what_was_planned_from_a_day_far_ahead_is_on_the_programme(db):
    new_account(db, posts_per_week=3)
    db.execute("SELECT topoff_planned_slots('h2o', '28 days', now() + interval '400 days')")
    assert db.execute("SELECT slots_ahead, off_programme FROM cadence_coverage").fetchall() == [(12, 0)]
