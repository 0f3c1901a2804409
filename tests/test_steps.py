"""The steps of the planner one by one: pure functions of scalars and arrays, and who plans."""

import re
from uuid import UUID, uuid4

import pytest
from builders import column, insert, new_account, new_content, new_post, one
from interleaving import in_background
from oracle_db import loosen
from psycopg import Connection, errors

NINE = ["09:00"]
MON_FRI = [1, 2, 3, 4, 5]

# Cells of a cadence --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("posts_per_week", "days", "times", "cells"),
    [
        (6, MON_FRI, NINE, "1@09 2@09 3@09 4@09 5@09"),
        (32767, [1, 7], ["08:00", "20:00"], "1@08 7@08 1@20 7@20"),
        (9223372036854775807, [3], NINE, "3@09"),
        (2, [0, 9, 2, 2, -1, 4], NINE, "2@09 4@09"),
        (2, [2, None, 4], NINE, "2@09 4@09"),
        (3, [2, 2, 4], NINE, "2@09 4@09"),
        (2, [9223372036854775807, 2, 4], NINE, "2@09 4@09"),
        (3, [1], ["09:00", None, "09:00", "17:00"], "1@09 1@17"),
        (3, [], NINE, ""),
        (3, [0, 8], NINE, ""),
        (3, MON_FRI, [], ""),
        (3, [None], [None], ""),
        (-1, MON_FRI, NINE, ""),
        (-7, MON_FRI, NINE, ""),
        (None, MON_FRI, NINE, ""),
        (3, None, NINE, ""),
        (3, MON_FRI, None, ""),
    ],
)
def test_a_cadence_that_nobody_checked_gives_what_of_it_makes_sense(db, posts_per_week, days, times, cells):
    assert (
        one(
            db,
            "SELECT coalesce(string_agg(day_of_week || coalesce(to_char(time_local, '@HH24'), '@?'), ' '"
            " ORDER BY time_local, day_of_week), '') FROM topoff.cadence_cells(%s, %s::bigint[], %s::time[])",
            posts_per_week,
            days,
            times,
        )
        == cells
    )


def cadence_slots(db: Connection, *cadence: object) -> list[str]:
    """Return what a cadence gives in a span of days, as local times and the hour in UTC."""
    return column(
        db,
        "SELECT to_char(slot_local, 'Dy DD HH24:MI ') || to_char(slot_at AT TIME ZONE 'UTC', '= HH24:MI')"
        " FROM topoff.cadence_slots(%s, %s::bigint[], %s::time[], %s, %s, %s) ORDER BY slot_at",
        *cadence,
    )


def test_a_settings_page_can_show_what_a_cadence_would_give(db):
    assert cadence_slots(db, 3, MON_FRI, NINE, "Europe/London", "2031-03-26", "2031-04-02") == [
        "Wed 26 09:00 = 09:00",
        "Fri 28 09:00 = 09:00",
        "Mon 31 09:00 = 08:00",
        "Wed 02 09:00 = 08:00",
    ]
    assert cadence_slots(db, 1, [3], NINE, "UTC", "2031-05-07", "2031-05-07") == ["Wed 07 09:00 = 09:00"]
    assert cadence_slots(db, 1, [3], NINE, "UTC", "2031-05-08", "2031-05-13") == []
    assert cadence_slots(db, 1, [3], NINE, "UTC", "2031-05-08", "2031-05-01") == []
    # What is not filled in on the page yet is no day and no time.
    assert cadence_slots(db, 3, [*MON_FRI, None], [*NINE, None], "UTC", "2031-05-05", "2031-05-11") == [
        "Mon 05 09:00 = 09:00",
        "Wed 07 09:00 = 09:00",
        "Fri 09 09:00 = 09:00",
    ]


@pytest.mark.parametrize(
    "call",
    [
        "topoff.cadence_cells(3, '{1,2,3,4,5}', '{09:00}')",
        "topoff.cadence_slots(3, '{1,2,3,4,5}', '{09:00}', 'Europe/London', '2031-03-26', '2031-04-02')",
    ],
)
def test_what_a_settings_page_asks_is_too_little_to_be_compiled(db, call):
    """JIT compilation begins where a statement's estimated cost is beyond jit_above_cost, and takes a second."""
    (plan,) = one(db, f"EXPLAIN (FORMAT JSON) SELECT * FROM {call}")
    assert plan["Plan"]["Total Cost"] * 20 < float(one(db, "SHOW jit_above_cost"))


def test_two_cells_on_one_instant_are_one_slot_of_a_cadence(db):
    assert cadence_slots(db, 2, [7], ["02:30", "03:30"], "America/New_York", "2031-03-03", "2031-03-09") == [
        "Sun 09 03:30 = 07:30"
    ]


def test_a_cell_in_a_gap_at_midnight_is_of_the_day_that_the_clock_shows(db):
    cadence = (1, [6], ["23:30"], "America/Nuuk")
    assert cadence_slots(db, *cadence, "2031-03-29", "2031-03-29") == []
    assert cadence_slots(db, *cadence, "2031-03-30", "2031-03-30") == ["Sun 30 00:30 = 01:30"]


def test_24_00_is_the_midnight_at_the_end_of_the_day(db):
    assert cadence_slots(db, 1, [7], ["24:00"], "UTC", "2031-05-12", "2031-05-18") == ["Mon 12 00:00 = 00:00"]


def day_begins(db: Connection, *span: str) -> list[str]:
    """Return when the days of a span begin in a zone, in UTC, '-' for those that are not to be counted from."""
    return column(
        db,
        "SELECT coalesce(to_char(day.begin AT TIME ZONE 'UTC', 'DD HH24:MI'), '-')"
        " FROM topoff.day_begins(%s, %s, %s) AS span, unnest(span.begins) WITH ORDINALITY AS day (begin, number)"
        " ORDER BY number",
        *span,
    )


def test_days_next_to_a_change_of_the_clock_are_not_counted_from(db):
    assert day_begins(db, "Europe/London", "2031-03-28", "2031-04-02") == [
        "27 00:00", "28 00:00", "-", "-", "-", "31 23:00", "01 23:00",
    ]  # fmt: skip
    assert day_begins(db, "America/New_York", "2031-11-02", "2031-11-05") == [
        "-",
        "-",
        "-",
        "04 05:00",
        "05 05:00",
    ]
    assert day_begins(db, "UTC", "2031-05-08", "2031-05-08") == ["07 00:00", "08 00:00"]
    assert day_begins(db, "UTC", "2031-05-08", "2031-05-01") == []


def test_a_day_that_a_zone_left_out_is_not_counted_from(db):
    assert day_begins(db, "Pacific/Apia", "2011-12-29", "2012-01-02") == [
        "28 10:00", "-", "-", "-", "31 10:00", "01 10:00",
    ]  # fmt: skip


def test_what_is_counted_from_the_beginning_of_a_day_is_what_the_zone_says_all_over_the_world(db):
    assert (
        db.execute(
            """
            WITH zone AS MATERIALIZED (
                -- One of those that have the same days.
                SELECT min(known.name) AS name, date '2031-01-01' AS begin, days.begins
                FROM pg_timezone_names AS known
                CROSS JOIN LATERAL topoff.day_begins(known.name, '2031-01-01', '2031-12-31') AS days
                WHERE topoff.is_known_zone(known.name)
                GROUP BY days.begins
            ),
            given AS MATERIALIZED (
                SELECT zone.name, slot.slot_at, slot.slot_local
                FROM zone
                CROSS JOIN LATERAL topoff.slots_on_days(
                    28, '{1,2,3,4,5,6,7}', '{00:00,01:30,23:45,24:00}',
                    zone.name, zone.begin, zone.begin + 364, zone.begins
                ) AS slot
            ),
            wanted AS MATERIALIZED (
                SELECT zone.name, slot_at, slot_at AT TIME ZONE zone.name AS slot_local
                FROM zone
                CROSS JOIN generate_series(-1, 364) AS day
                CROSS JOIN unnest('{00:00,01:30,23:45,24:00}'::time[]) AS time
                CROSS JOIN LATERAL topoff.slot_instant(zone.begin + day + time, zone.name) AS slot_at
                WHERE slot_at AT TIME ZONE zone.name >= zone.begin
                  AND slot_at AT TIME ZONE zone.name < zone.begin + 365
            )
            (SELECT 'too many', * FROM (TABLE given EXCEPT ALL TABLE wanted) AS other)
            UNION ALL
            (SELECT 'missing', * FROM (TABLE wanted EXCEPT ALL TABLE given) AS other)
            ORDER BY 3 LIMIT 10
            """
        ).fetchall()
        == []
    )


# Who gives way -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("free", "neighbours", "room", "giving_way"),
    [
        # Monday, Wednesday and Friday at nine; Thursday's post is next to Friday
        ("05 07 09", "08T10", 2, "09"),
        ("05 07 09", "08T08", 2, "07"),
        ("05 07 09", "06T08", 2, "05"),
        # as far from one as from another: the earlier wins
        ("05 07", "06", 1, "07"),
        ("05 07 09", "07", 2, "07"),
        ("05 07 09", "07", 1, "07 09"),
        # nobody to keep away from
        ("05 07 09", "", 2, "09"),
        ("09 05 07", "", 1, "07 09"),
        ("05 07 09", None, 1, "07 09"),
        # the nearest of several counts
        ("05 06 07 08", "05T08 08T23", 2, "05 08"),
        ("05 06 07 08", "01 11", 2, "07 08"),
        # no room at all, and room enough
        ("05 07", "06", 0, "05 07"),
        ("05 07", "06", -3, "05 07"),
        ("05 07", "06", 2, ""),
        ("05 07", "06", 9, ""),
        ("", "06", 1, ""),
    ],
)
def test_who_gives_way(db, free, neighbours, room, giving_way):
    def instants(days: str | None) -> list[str] | None:
        if days is None:
            return None
        return [f"2031-05-{day}:00Z" if "T" in day else f"2031-05-{day}T09:00Z" for day in days.split()]

    assert (
        column(
            db,
            "SELECT to_char(cell AT TIME ZONE 'UTC', 'DD')"
            " FROM topoff.cells_giving_way(%s::timestamptz[], %s::timestamptz[], %s) AS cell ORDER BY cell",
            instants(free),
            instants(neighbours),
            room,
        )
        == giving_way.split()
    )


def test_the_distance_that_decides_who_gives_way_is_elapsed_time(db):
    """By the clock the post is halfway; the clocks go forward before it, so Sunday is an hour nearer."""
    db.execute("SET TimeZone = 'America/New_York'")
    assert column(
        db,
        "SELECT to_char(cell, 'Dy') FROM topoff.cells_giving_way("
        "ARRAY['2031-03-08 09:00', '2031-03-10 09:00']::timestamptz[], '{2031-03-09 09:00}', 1) AS cell",
    ) == ["Sat"]


# What a blackout closes ----------------------------------------------------------------------------------

MAY_4, MAY_5 = "{[2031-05-04 00:00,2031-05-05 00:00)}", "{[2031-05-05 00:00,2031-05-06 00:00)}"


@pytest.mark.parametrize(
    ("slot_local", "own", "everybody", "closed"),
    [
        ("2031-05-04 09:00", MAY_4, None, True),
        ("2031-05-04 09:00", None, MAY_4, True),
        ("2031-05-04 09:00", MAY_5, MAY_4, True),
        ("2031-05-04 09:00", MAY_4, MAY_5, True),
        ("2031-05-04 00:00", MAY_4, None, True),
        ("2031-05-05 00:00", MAY_4, None, False),
        ("2031-05-06 09:00", MAY_4, MAY_5, False),
        ("2031-05-04 09:00", MAY_5, None, False),
        ("2031-05-04 09:00", "{}", "{}", False),
        ("2031-05-04 09:00", None, None, False),
    ],
)
def test_a_cell_is_closed_by_a_blackout_of_its_account_or_of_all(db, slot_local, own, everybody, closed):
    call = "SELECT topoff.is_blacked_out(%s, %s::tsmultirange, %s::tsmultirange)"
    assert one(db, call, slot_local, own, everybody) is closed


# Who plans -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "posts_per_week", "has_further", "plans"),
    [
        ("active", 1, False, True),
        ("active", 0, True, True),
        ("active", None, True, True),
        ("active", 0, False, False),
        ("active", None, False, False),
        ("active", -1, False, False),
        ("paused", 5, True, False),
        ("Active", 5, True, False),
        (None, 5, True, False),
    ],
)
def test_an_account_plans_when_it_is_active_and_has_a_cadence(db, status, posts_per_week, has_further, plans):
    assert one(db, "SELECT topoff.plans(%s, %s, %s)", status, posts_per_week, has_further) is plans


@pytest.mark.parametrize(
    ("zone", "known"),
    [
        ("UTC", True),
        ("Europe/London", True),
        ("US/Eastern", True),
        ("America/Argentina/Ushuaia", True),
        ("Mars/Olympus", False),
        ("", False),
        (None, False),
        ("UTC+5", False),
        ("America/New_Yrk5", False),
        ("<+05>-5", False),
    ],
)
def test_what_is_no_name_of_a_zone_is_not_known(db, zone, known):
    assert one(db, "SELECT topoff.is_known_zone(%s)", zone) is known


def forget_zone(db: Connection, account: object, zone: str) -> None:
    """Give an account a zone that its trigger would refuse, as a restore on another server does."""
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("UPDATE channel_accounts SET timezone = %s WHERE id = %s", (zone, account))


def listen(db: Connection) -> list[tuple[str, str, str, str, str]]:
    """Return a list that every notice from now on comes into: severity, SQLSTATE, message, detail, hint."""
    heard = []
    db.add_notice_handler(
        lambda said: heard.append(
            (
                said.severity_nonlocalized,
                said.sqlstate,
                said.message_primary,
                said.message_detail,
                said.message_hint,
            )
        )
    )
    return heard


CALLS = [
    "SELECT topoff_planned_slots('h2o')",
    "SELECT count(*) FROM preview_planned_slots('h2o')",
    "SELECT count(*) FROM preview_planned_slots('h2o', replan => true)",
    "SELECT created FROM replan_planned_slots('h2o')",
]


@pytest.mark.parametrize("call", CALLS)
def test_a_warning_names_the_account_whose_zone_the_server_does_not_know(db, call):
    lost = new_account(db, posts_per_week=3)
    new_account(db, posts_per_week=1)
    forget_zone(db, lost, "US/Gone")
    forget_zone(db, new_account(db, posts_per_week=0), "US/Gone")
    forget_zone(db, new_account(db, posts_per_week=3, status="paused"), "US/Gone")
    forget_zone(db, new_account(db, "all_county", posts_per_week=3), "US/Gone")
    heard = listen(db)
    assert one(db, call) == 4
    assert heard == [
        (
            "WARNING",
            "01000",
            f'nothing is planned for channel account {lost} (time zone "US/Gone")',
            'This server does not know the time zone of 1 channel account of tenant "h2o".',
            "Set channel_accounts.timezone to a name in pg_timezone_names and top off again.",
        )
    ]


def test_one_warning_names_the_first_twenty_accounts_of_many(db):
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) SELECT 'h2o', 1 FROM generate_series(1, 21)"
    )
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("UPDATE channel_accounts SET timezone = ''")
    heard = listen(db)
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    ((_, _, message, detail, _),) = heard
    one_of_them = r'[0-9a-f-]{36} \(time zone ""\)'
    assert re.fullmatch(
        rf"nothing is planned for channel account ({one_of_them}, ){{19}}{one_of_them} \.\.\.", message
    )
    assert "of 21 channel accounts of" in detail


def test_accounts_of_unknown_zone_are_told_for_a_batch_of_tenants(db):
    lost = [new_account(db, tenant, posts_per_week=1) for tenant in ("a", "b", "c")]
    for account in lost:
        forget_zone(db, account, "US/Gone")
    campaign = new_account(db, "a")
    forget_zone(db, campaign, "Mars/Olympus")
    new_account(db, "a", posts_per_week=1)
    query = "SELECT tenant_id, channel_account_id, timezone FROM topoff.accounts_of_unknown_zone(%s)"
    rows = db.execute(query, (["a", "b", "b", "z"],)).fetchall()
    assert rows == [("a", lost[0], "US/Gone"), ("b", lost[1], "US/Gone")]
    db.execute(
        "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week) VALUES ('a', %s, 1)",
        (campaign,),
    )
    assert ("a", campaign, "Mars/Olympus") in db.execute(query, (["a"],)).fetchall()


def test_no_warning_where_every_zone_is_known(db):
    new_account(db, posts_per_week=1)
    heard = listen(db)
    for call in CALLS:
        db.execute(call)
    assert heard == []


# Re-planning a batch of tenants --------------------------------------------------------------------------


def test_a_batch_of_tenants_is_replanned_in_one_call(db):
    for tenant in ("a", "b", "c"):
        new_account(db, tenant, posts_per_week=3)
        one(db, "SELECT topoff_planned_slots(%s)", tenant)
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    rows = db.execute(
        "SELECT tenant_id, sum(removed), sum(created)"
        " FROM topoff.replan_slots('{a,b}', now(), now() + interval '672 hours') GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert rows == [("a", 12, 12), ("b", 12, 12)]
    assert column(
        db,
        "SELECT DISTINCT tenant_id || (scheduled_for AT TIME ZONE 'UTC')::time FROM post_instances ORDER BY 1",
    ) == ["a15:00:00", "b15:00:00", "c09:00:00"]


# The application's triggers ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "written"),
    [("SELECT topoff_planned_slots('h2o')", "INSERT"), ("SELECT replan_planned_slots('h2o')", "DELETE")],
)
def test_a_trigger_of_the_application_finds_what_its_own_search_path_has(db, call, written):
    new_account(db, posts_per_week=1)
    if written == "DELETE":
        one(db, "SELECT topoff_planned_slots('h2o')")
        db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    db.execute("""
        CREATE SCHEMA app;
        CREATE TABLE app.audit_log (event text);
        CREATE FUNCTION app.audit() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO audit_log VALUES (TG_OP || ' ' || current_setting('topoff.planning', true)); RETURN NULL; END $$;
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON post_instances
            FOR EACH ROW EXECUTE FUNCTION app.audit();
        SET search_path = public, app;
    """)
    db.execute(call)
    assert f"{written} on" in column(db, "SELECT DISTINCT event FROM audit_log")


# Absurd moments ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "as_of", ["10000-01-01 00:00+00", "294276-12-31 23:59:59+00", "294276-12-01 00:00+00"]
)
def test_a_year_of_five_digits_is_out_of_range(db, as_of):
    new_account(db, posts_per_week=1)
    for function in ("topoff_planned_slots", "preview_planned_slots", "replan_planned_slots"):
        with pytest.raises(errors.InvalidParameterValue, match="as_of .* is out of range") as refused:
            db.execute(f"SELECT {function}('h2o', as_of => %s)", (as_of,))
        assert refused.value.diag.message_hint == "Leave as_of out to plan from now."
    assert one(db, "SELECT topoff_planned_slots('h2o', '366 days', '9999-12-31 23:59:59.999999+00')") == 52


def test_an_account_without_a_zone_is_on_the_clock_of_utc_and_no_account_of_unknown_zone(db):
    db.execute("ALTER TABLE channel_accounts ALTER timezone DROP NOT NULL")
    new_account(db, posts_per_week=3, timezone=None)
    assert db.execute("SELECT FROM topoff.accounts_of_unknown_zone('{h2o}')").fetchall() == []


def test_who_waits_too_long_for_a_tenants_lock_is_told_which_and_whom_for(db, connect):
    lock = "SELECT topoff.lock_tenants(%s)"
    holder, second, bystander, waiting = (
        connect(application_name=name) for name in ("import", "second", "other", "late")
    )
    second.execute("BEGIN")
    second.execute(lock, [["walnut"]])
    holder.execute("BEGIN")
    holder.execute(lock, [["h2o", "all_county"]])
    bystander.execute("SELECT pg_advisory_lock(42), pg_advisory_lock(classid::bigint::integer, objid::bigint::integer)"
                      " FROM (SELECT ((key >> 32) & 2147483647) AS classid, (key & 2147483647) AS objid"
                      " FROM topoff.tenant_lock('h2o') AS key) AS two")  # fmt: skip
    with in_background() as start:
        late = start(waiting.execute, lock, [["h2o"]])
        while not one(db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            assert not late.done()
        db.execute("BEGIN")
        db.execute(lock, [["evergreen"]])
        db.execute("SET lock_timeout = '10ms'")
        with pytest.raises(errors.LockNotAvailable) as refused:
            db.execute(lock, [["h2o", "evergreen", "all_county", "walnut"]])
        holder.execute("ROLLBACK")
        late.result()
    db.execute("ROLLBACK")
    diag = refused.value.diag
    pids = [holder.info.backend_pid, second.info.backend_pid]
    held = sorted(
        f"process {pid} (role {db.info.user}, {name}, idle in transaction)"
        for pid, name in zip(pids, ("import", "second"), strict=True)
    )
    ends = sorted(f" SELECT pg_terminate_backend({pid});" for pid in pids)
    # all of them that others have, however many of them one has
    assert (
        diag.message_primary == 'another session is changing the calendar of tenant "all_county, h2o, walnut"'
    )
    assert diag.message_detail == f"Its lock is held by {'; '.join(held)}."
    assert diag.message_hint == f"Call again when that transaction is over. To end it:{''.join(ends)}"


def test_a_cell_of_a_day_that_a_country_skipped_stands_on_the_next(db):
    # Samoa had no 30 December 2011, a Friday.
    assert cadence_slots(db, 1, [5], ["00:00"], "Pacific/Apia", "2011-12-31", "2011-12-31") == [
        "Sat 31 00:00 = 10:00"
    ]


def test_the_number_of_a_tenants_lock_stays_what_it_was(db):
    # so that whoever is still at work with an earlier release takes turns with who works with the next
    assert one(db, "SELECT topoff.tenant_lock('h2o')") == one(
        db, "SELECT hashtextextended('topoff_planned_slots:h2o', 0)"
    )


@pytest.mark.parametrize(
    "step",
    [
        "planned_slots(%s, now(), now() + interval '14 days')",
        "replanned_slots(%s, now(), now() + interval '14 days')",
        "accounts_of_unknown_zone(%s)",
    ],
)
def test_a_tenant_that_is_named_twice_counts_once(db, step):
    new_account(db, posts_per_week=3)
    gone = new_account(db, posts_per_week=3)
    db.execute("SELECT topoff_planned_slots('h2o')")
    db.execute("UPDATE channel_accounts SET posts_per_week = 2 WHERE id <> %s", (gone,))
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE channel_accounts SET timezone = 'US/Gone' WHERE id = %s", (gone,))
    once, twice = (
        db.execute(f"SELECT * FROM topoff.{step}", [t]).fetchall() for t in (["h2o"], ["h2o", "h2o"])
    )
    assert once == twice != []


# What is planned, row by row ------------------------------------------------------------------------------


def planned(db: Connection, begin: str, end: str) -> list[tuple]:
    """Return the planner's rows for h2o as it gives them: account, local time, decision."""
    return db.execute(
        "SELECT channel_account_id, to_char(slot_local, 'Dy DD HH24:MI'), decision"
        " FROM topoff.planned_slots('{h2o}', %s, %s)",
        (begin, end),
    ).fetchall()


def black_out(db: Connection, during: str, account: UUID | None = None) -> None:
    """Insert a blackout of h2o or of one of its accounts."""
    insert(db, "topoff.blackouts", tenant_id="h2o", channel_account_id=account, during=during)


@pytest.mark.parametrize("scans", ["on", "off"])
def test_slots_come_in_the_order_of_account_and_time_however_the_accounts_are_stored(db, scans):
    db.execute(
        f"SET enable_indexscan = {scans}; SET enable_bitmapscan = {scans}; SET enable_indexonlyscan = {scans}"
    )
    ids = sorted((uuid4() for _ in range(4)), reverse=True)
    for id in ids:
        new_account(db, id=id, posts_per_week=2)
    assert planned(db, "2031-05-05 00:00+00", "2031-05-12 00:00+00") == [
        (id, at, "create") for id in reversed(ids) for at in ("Tue 06 09:00", "Thu 08 09:00")
    ]
    assert db.execute(
        "SELECT channel_account_id, cardinality(ids), cardinality(slots)"
        " FROM topoff.new_slots('{h2o}', '2031-05-05', '2031-05-12', false)"
    ).fetchall() == [(id, 2, 2) for id in reversed(ids)]


def test_the_window_begins_after_its_first_instant_and_ends_with_its_last(db):
    account = new_account(db, posts_per_week=5)
    assert planned(db, "2031-05-05 09:00+00", "2031-05-07 09:00+00") == [
        (account, "Tue 06 09:00", "create"),
        (account, "Wed 07 09:00", "create"),
    ]


@pytest.mark.parametrize(
    ("zone", "begin", "during"),
    [
        # by the clock of UTC it is over already, by the account's it is not
        ("Pacific/Pago_Pago", "2031-05-07 19:00+00", "[2031-05-07 00:00,2031-05-07 10:00)"),
        ("UTC", "2031-05-07 08:00+00", "[2031-05-07 00:00,2031-05-07 10:00)"),
        ("Pacific/Kiritimati", "2031-05-06 18:00+00", "[2031-05-07 09:00,2031-05-07 09:00]"),
        ("Pacific/Kiritimati", "2031-05-06 18:00+00", "(,)"),
    ],
)
def test_a_blackout_holds_until_the_account_s_clock_says_that_it_is_over(db, zone, begin, during):
    account, other = (new_account(db, posts_per_week=1, timezone=zone) for _ in range(2))
    black_out(db, during, account)
    # two hours are enough for Wednesday's 09:00
    end = one(db, "SELECT (%s::timestamptz + interval '2 hours')::text", begin)
    expected = [(account, "Wed 07 09:00", "blackout"), (other, "Wed 07 09:00", "create")]
    assert planned(db, begin, end) == sorted(expected)


def test_exactly_twenty_accounts_of_unknown_zone_are_all_named(db):
    for _ in range(20):
        new_account(db, posts_per_week=1)
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE channel_accounts SET timezone = 'US/Gone'")
    notices = []
    db.add_notice_handler(lambda notice: notices.append(notice.message_primary))
    db.execute("SELECT topoff.warn_of_unknown_zones('h2o')")
    assert len(notices) == 1
    assert notices[0].count("US/Gone") == 20
    assert not notices[0].endswith("...")


def test_who_plans_is_a_question_of_the_accounts_own_cadences(db):
    idle, busy = new_account(db, posts_per_week=0), new_account(db, posts_per_week=0)
    insert(db, "topoff.cadences", tenant_id="h2o", channel_account_id=busy, posts_per_week=1)
    assert {account for account, _, _ in planned(db, "2031-05-05 00:00+00", "2031-05-12 00:00+00")} == {busy}
    assert idle != busy
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE channel_accounts SET timezone = 'US/Gone'")
    assert column(db, "SELECT channel_account_id FROM topoff.accounts_of_unknown_zone('{h2o}')") == [busy]


def test_a_slot_that_is_moved_stays_away_from_its_own_account_only(db):
    account, other = new_account(db, posts_per_week=1), new_account(db, posts_per_week=1)
    db.execute("SELECT topoff_planned_slots('h2o', '7 days', '2031-05-05 00:00+00')")
    db.execute("DELETE FROM post_instances WHERE channel_account_id = %s", (other,))
    db.execute("UPDATE post_instances SET scheduled_for = '2031-05-14 10:00+00'")
    assert planned(db, "2031-05-05 00:00+00", "2031-05-12 00:00+00") == sorted(
        [(account, "Wed 07 09:00", "moved"), (other, "Wed 07 09:00", "create")]
    )


def test_a_further_cadence_is_its_own_accounts_only_also_where_another_tenant_has_one_of_that_id(db):
    db.execute("ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE")
    db.execute("ALTER TABLE channel_accounts ADD PRIMARY KEY (tenant_id, id)")
    account, other = new_account(db, posts_per_week=1), new_account(db, posts_per_week=1)
    new_account(db, "all_county", id=account, posts_per_week=1)
    new_account(db, "all_county", id=other, posts_per_week=1)
    wanted = {}
    for day, (tenant, id) in enumerate(
        ((tenant, id) for tenant in ("h2o", "all_county") for id in (account, other)), start=4
    ):
        insert(
            db,
            "topoff.cadences",
            tenant_id=tenant,
            channel_account_id=id,
            posts_per_week=1,
            days_of_week=[day],
        )
        wanted[tenant, id] = {3, day}
    insert(db, "topoff.blackouts", tenant_id="walnut", during="(,)")
    found: dict = {}
    for tenant, id, day in db.execute(
        "SELECT tenant_id, channel_account_id, extract(isodow FROM slot_local)::integer"
        " FROM topoff.planned_slots('{h2o,all_county}', '2031-05-05', '2031-05-12') WHERE decision = 'create'"
    ):
        found.setdefault((tenant, id), set()).add(day)
    assert found == wanted
    # and a blackout or a slot that is moved is that account's and that tenant's
    insert(db, "topoff.blackouts", tenant_id="h2o", channel_account_id=account, during="(,)")
    closed = db.execute(
        "SELECT DISTINCT tenant_id, channel_account_id FROM topoff.planned_slots("
        "'{h2o,all_county}', '2031-05-05', '2031-05-12') WHERE decision = 'blackout'"
    ).fetchall()
    assert closed == [("h2o", account)]


@pytest.mark.parametrize(
    ("status", "content", "scheduled_for", "planned_for", "touched_at", "untouched"),
    [
        ("Planned", "placeholder", "2031-05-05", "2031-05-05", None, True),
        ("Planned", None, "2031-05-05", "2031-05-05", None, True),
        ("Planned", "other", "2031-05-05", "2031-05-05", None, False),
        ("Draft", "placeholder", "2031-05-05", "2031-05-05", None, False),
        (None, "placeholder", "2031-05-05", "2031-05-05", None, False),
        ("Planned", "placeholder", "2031-05-05", "2031-05-06", None, False),
        ("Planned", "placeholder", "2031-05-05", None, None, False),
        ("Planned", "placeholder", None, "2031-05-05", None, False),
        ("Planned", "placeholder", "2031-05-05", "2031-05-05", "2031-05-01", False),
    ],
)
def test_what_is_an_untouched_slot(db, status, content, scheduled_for, planned_for, touched_at, untouched):
    placeholder, other = uuid4(), uuid4()
    content = {"placeholder": placeholder, "other": other, None: None}[content]
    assert (
        one(
            db,
            "SELECT topoff.is_untouched_slot(%s, %s::uuid, %s, %s::timestamptz, %s::timestamptz, %s::timestamptz)",
            status,
            content,
            placeholder,
            scheduled_for,
            planned_for,
            touched_at,
        )
        is untouched
    )


def test_accounts_of_unknown_zone_come_in_the_order_of_tenant_and_account(db):
    ids = sorted((uuid4() for _ in range(4)), reverse=True)
    for tenant in ("b", "a"):
        for id in ids if tenant == "a" else []:
            new_account(db, tenant, id=id, posts_per_week=1)
        new_account(db, tenant, posts_per_week=1)
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE channel_accounts SET timezone = 'US/Gone'")
    db.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
    assert (
        db.execute(
            "SELECT tenant_id, channel_account_id FROM topoff.accounts_of_unknown_zone('{a,b}')"
        ).fetchall()
        == db.execute("SELECT tenant_id, id FROM channel_accounts ORDER BY 1, 2").fetchall()
    )


@pytest.mark.parametrize(
    "call",
    [
        "topoff_planned_slots('h2o')",
        "replan_planned_slots('h2o')",
        "skip_planned_slot('h2o', gen_random_uuid())",
        "retire_channel_account('h2o', gen_random_uuid())",
        "create_post_instances('h2o', gen_random_uuid(), ARRAY[gen_random_uuid()], NULL)",
        "topoff.erase_tenant('h2o')",
    ],
)
def test_who_changes_a_tenants_calendar_waits_for_its_lock(db, connect, call):
    new_account(db, posts_per_week=1)
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT topoff.lock_tenants('{h2o}')")
    db.execute("SET lock_timeout = '10ms'")
    with pytest.raises(errors.LockNotAvailable, match='is changing the calendar of tenant "h2o"'):
        db.execute(f"SELECT FROM {call}")


def test_a_columns_null_means_the_default_wherever_planning_reads_it(db):
    for column_name in ("timezone", "posts_per_week", "days_of_week", "times_local"):
        db.execute(f"ALTER TABLE channel_accounts ALTER {column_name} DROP NOT NULL")
    account = new_account(db, posts_per_week=3, timezone=None, days_of_week=None, times_local=None)
    new_account(db, posts_per_week=None)
    days = [(account, at, "create") for at in ("Mon 05 09:00", "Wed 07 09:00", "Fri 09 09:00")]
    assert planned(db, "2031-05-05 00:00+00", "2031-05-12 00:00+00") == days
    db.execute("SELECT topoff_planned_slots('h2o', '7 days', '2031-05-05 00:00+00')")
    db.execute("UPDATE channel_accounts SET posts_per_week = 2 WHERE id = %s", (account,))
    assert db.execute(
        "SELECT to_char(slot_local, 'Dy HH24:MI'), decision FROM topoff.replanned_slots('{h2o}', '2031-05-05',"
        " '2031-05-12')"
    ).fetchall() == [
        ("Mon 09:00", "remove"), ("Tue 09:00", "create"), ("Wed 09:00", "remove"),
        ("Thu 09:00", "create"), ("Fri 09:00", "remove"),
    ]  # fmt: skip


def test_slots_without_content_need_no_placeholder_and_a_re_plan_can_be_a_sessions_first_call(db, connect):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    new_account(db, posts_per_week=3)
    assert connect().execute(
        "SELECT removed, created FROM replan_planned_slots('h2o', '7 days', '2031-05-05 00:00+00')"
    ).fetchall() == [(0, 3)]
    assert one(db, "SELECT count(*) FROM content_items") == 0
    assert one(db, "SELECT count(*) FROM post_instances WHERE content_item_id IS NULL") == 3


def test_the_locks_of_tenants_are_taken_in_the_order_of_their_names(db, connect):
    holder, waiting = connect(), connect()
    holder.execute("BEGIN")
    holder.execute("SELECT topoff.lock_tenants('{b}')")
    with in_background() as start:
        late = start(waiting.execute, "SELECT topoff.lock_tenants('{c,a,b}')")
        while not one(db, "SELECT cardinality(pg_blocking_pids(%s))", waiting.info.backend_pid):
            assert not late.done()
        taken = column(
            db,
            "SELECT tenant FROM unnest('{a,b,c}'::text[]) AS tenant JOIN pg_locks AS lock"
            " ON lock.objid = (topoff.tenant_lock(tenant) & 4294967295)::oid"
            " WHERE locktype = 'advisory' AND granted AND pid = %s",
            waiting.info.backend_pid,
        )
        holder.execute("ROLLBACK")
        late.result()
    assert taken == ["a"]


@pytest.mark.parametrize("first_is_full", [True, False])
def test_an_account_on_which_nothing_stands_is_planned_whatever_stands_on_others(db, first_is_full):
    loosen(db)
    ids = sorted(uuid4() for _ in range(2))
    full, bare = ids if first_is_full else reversed(ids)
    for id in ids:
        new_account(db, id=id, posts_per_week=3)
    new_account(db, "all_county", id=bare, posts_per_week=3)
    window = ("2031-05-05 00:00+00", "2031-05-19 00:00+00")
    for tenant in ("h2o", "all_county"):
        db.execute("SELECT topoff_planned_slots(%s, '14 days', '2031-05-05 00:00+00')", [tenant])
    db.execute("DELETE FROM post_instances WHERE tenant_id = 'h2o' AND channel_account_id = %s", [bare])
    assert db.execute(
        "SELECT channel_account_id, cardinality(slots)"
        " FROM topoff.planned_calendars('{h2o}', %s, %s, creates_only => true)",
        window,
    ).fetchall() == [(bare, 6)]
    # nor does what stands before the window, beyond it or on a cell that is not the one
    db.execute(
        "DELETE FROM post_instances WHERE scheduled_for IN ('2031-05-05 09:00+00', '2031-05-16 09:00+00')"
    )
    assert db.execute(
        "SELECT channel_account_id, slots[1] = '2031-05-05 09:00+00', slots[cardinality(slots)] = '2031-05-16 09:00+00'"
        " FROM topoff.planned_calendars('{h2o}', %s, %s, creates_only => true) WHERE channel_account_id = %s",
        (*window, full),
    ).fetchall() == [(full, True, True)]


def test_calendars_come_in_the_order_of_their_accounts(db):
    ids = sorted((uuid4() for _ in range(9)), reverse=True)
    for number, id in enumerate(ids):
        new_account(db, id=id, posts_per_week=2 + number % 3)
        if number % 2:
            insert(db, "topoff.cadences", tenant_id="h2o", channel_account_id=id, posts_per_week=1)
        if number % 4 == 2:
            new_post(db, id, "2031-05-06 09:00+00")
    for creates_only in (True, False):
        given = db.execute(
            "SELECT channel_account_id, slots, slots = ARRAY(SELECT unnest(slots) ORDER BY 1)"
            " FROM topoff.planned_calendars('{h2o}', '2031-05-05', '2031-05-12', creates_only => %s)",
            [creates_only],
        ).fetchall()
        assert [account for account, _, _ in given] == list(reversed(ids))
        assert all(in_order for _, _, in_order in given)


def test_writing_slots_leaves_the_setting_that_tells_our_triggers_as_it_was(db):
    new_account(db, posts_per_week=1)
    with db.transaction():
        db.execute("SET LOCAL topoff.planning = 'mine'")
        db.execute("SELECT topoff_planned_slots('h2o')")
        assert one(db, "SELECT current_setting('topoff.planning')") == "mine"
        db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
        db.execute("SELECT replan_planned_slots('h2o')")
        assert one(db, "SELECT current_setting('topoff.planning')") == "mine"
    # and when that transaction is over nothing of it is left
    assert not one(db, "SELECT current_setting('topoff.planning', true)")
    for call in ("topoff_planned_slots", "replan_planned_slots"):
        db.execute(f"SELECT {call}('h2o')")
        assert not one(db, "SELECT current_setting('topoff.planning', true)")


@pytest.mark.parametrize("call", ["topoff_planned_slots", "replan_planned_slots"])
def test_a_foreign_key_that_refuses_the_slots_for_good_is_an_error_after_five_attempts(db, call):
    new_account(db, posts_per_week=1)
    db.execute("""
        CREATE SEQUENCE attempts;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM nextval('public.attempts');
            RAISE foreign_key_violation USING MESSAGE = 'no such account';
        END;
        $$;
        CREATE TRIGGER refuse BEFORE INSERT ON post_instances FOR EACH STATEMENT EXECUTE FUNCTION refuse();
    """)
    with pytest.raises(errors.ForeignKeyViolation, match="no such account"):
        db.execute(f"SELECT * FROM {call}('h2o')")
    assert one(db, "SELECT last_value FROM attempts") == 5


def test_posts_and_placeholders_go_in_in_an_order_that_all_writers_share(db):
    """Posts by account and time, placeholders by tenant: who meets another writer waits for it, and not it for him."""
    ids = sorted(uuid4() for _ in range(6))
    tenants = ["f", "b", "d", "a", "e", "c"]
    for tenant, id in zip(tenants, ids, strict=True):
        new_account(db, tenant, id=id, posts_per_week=2)
    assert (
        one(
            db,
            "SELECT sum(created) FROM topoff.insert_planned_slots(%s, '2031-05-05', '2031-05-19', false)",
            tenants,
        )
        == 24
    )
    assert column(db, "SELECT tenant_id FROM content_items ORDER BY ctid") == sorted(tenants)
    written = db.execute(
        "SELECT channel_account_id, scheduled_for FROM post_instances ORDER BY ctid"
    ).fetchall()
    assert written == sorted(written)
    assert {account for account, _ in written} == set(ids)


@pytest.mark.parametrize(
    ("rule", "kept_out"), [("EXTRACT(isodow FROM NEW.scheduled_for) = 1", 4), ("true", 12)]
)
def test_what_a_trigger_of_the_application_keeps_out_is_not_counted_and_the_rest_goes_in(db, rule, kept_out):
    for tenant in ("a", "b", "c"):
        new_account(db, tenant, posts_per_week=3)
    db.execute(f"""
        CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF NEW.tenant_id <> 'b' AND {rule} THEN RETURN NULL; END IF; RETURN NEW; END $$;
        CREATE TRIGGER keep_out BEFORE INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION keep_out();
    """)
    span = "'2031-05-05', '2031-06-02', false"
    created = dict(
        db.execute(f"SELECT * FROM topoff.insert_planned_slots(ARRAY['a', 'b', 'c'], {span})").fetchall()
    )
    written = dict(db.execute("SELECT tenant_id, count(*) FROM post_instances GROUP BY tenant_id").fetchall())
    assert created == written == {tenant: 12 - kept_out for tenant in ("a", "c") if kept_out < 12} | {"b": 12}
    # and nobody has a placeholder in vain
    assert set(column(db, "SELECT tenant_id FROM content_items")) == written.keys()


def test_what_goes_in_as_a_whole_is_written_by_one_statement(db):
    new_account(db, posts_per_week=3)
    db.execute("""
        CREATE SEQUENCE statements;
        CREATE FUNCTION tick() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN PERFORM nextval('public.statements'); RETURN NULL; END $$;
        CREATE TRIGGER tick BEFORE INSERT ON post_instances FOR EACH STATEMENT EXECUTE FUNCTION tick();
    """)
    assert one(db, "SELECT topoff_planned_slots('h2o')") > 0
    assert one(db, "SELECT last_value FROM statements WHERE is_called") == 1
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert one(db, "SELECT last_value FROM statements") == 1


def test_what_another_trigger_counts_of_an_insert_is_written_once(db):
    """What was tried first and undone leaves nothing of what the application's triggers did."""
    new_account(db, posts_per_week=3)
    db.execute("""
        CREATE TABLE audit_log (posts bigint);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN INSERT INTO public.audit_log SELECT count(*) FROM new_posts; RETURN NULL; END $$;
        CREATE TRIGGER audit AFTER INSERT ON post_instances REFERENCING NEW TABLE AS new_posts
            FOR EACH STATEMENT EXECUTE FUNCTION audit();
        CREATE FUNCTION keep_out() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN IF EXTRACT(isodow FROM NEW.scheduled_for) = 1 THEN RETURN NULL; END IF; RETURN NEW; END $$;
        CREATE TRIGGER keep_out BEFORE INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION keep_out();
    """)
    created = one(db, "SELECT topoff_planned_slots('h2o')")
    assert 0 < created < 12
    assert column(db, "SELECT posts FROM audit_log") == [created]
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0


def test_who_holds_a_lock_of_another_number_or_in_another_database_is_not_named(db, connect):
    number = one(db, "SELECT topoff.tenant_lock('h2o')")
    holder, alike, elsewhere = connect(), connect(), connect(dbname="postgres")
    elsewhere.execute("SELECT pg_advisory_lock(%s)", [number])
    alike.execute("SELECT pg_advisory_lock(%s), pg_advisory_lock(%s)", [number ^ 1, number ^ 1 << 40])
    holder.execute("BEGIN")
    holder.execute("SELECT topoff.lock_tenants('{h2o}')")
    db.execute("SET lock_timeout = '10ms'")
    with pytest.raises(errors.LockNotAvailable) as refused:
        db.execute("SELECT topoff.lock_tenants('{h2o}')")
    assert refused.value.diag.message_detail == (
        f"Its lock is held by process {holder.info.backend_pid} (role {db.info.user}, idle in transaction)."
    )
    assert refused.value.diag.message_hint.endswith(f"pg_terminate_backend({holder.info.backend_pid});")


def test_the_cells_of_a_cadence_do_not_depend_on_how_the_server_sorts(db):
    times = [f"{hour:02}:{minute:02}" for hour in (17, 3, 22, 9, 11) for minute in (45, 0, 30)]
    cells = (
        "SELECT day_of_week || to_char(time_local, '@HH24:MI')"
        " FROM topoff.cadence_cells(16, '{6,2,7,1,4}', %s::time[])"
    )
    expected = [f"{day}@{at}" for at in ("03:00", "03:30", "03:45") for day in (1, 2, 4, 6, 7)] + ["4@09:00"]
    for sorts in ("on", "off"):
        db.execute(f"SET enable_sort = {sorts}")
        assert column(db, cells, times) == expected


def test_an_account_without_a_number_of_posts_has_its_further_cadences(db):
    loosen(db)
    account = new_account(db, posts_per_week=None)
    insert(db, "topoff.cadences", tenant_id="h2o", channel_account_id=account, posts_per_week=1)
    assert planned(db, "2031-05-05 00:00+00", "2031-05-12 00:00+00") == [(account, "Wed 07 09:00", "create")]


def test_a_slot_that_somebody_fills_at_this_moment_is_not_taken_away(db, connect):
    account = new_account(db, posts_per_week=1)
    db.execute("SELECT topoff_planned_slots('h2o', '7 days', '2031-05-05 00:00+00')")
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    filling, replanning = connect(), connect()
    filling.execute("BEGIN")
    filling.execute("UPDATE post_instances SET status = 'Scheduled', content_item_id = %s", [new_content(db)])
    with in_background() as start:
        done = start(
            replanning.execute,
            "SELECT FROM topoff.lock_changed_slots('{h2o}', '2031-05-05', '2031-05-12')",
        )
        while not one(db, "SELECT cardinality(pg_blocking_pids(%s))", replanning.info.backend_pid):
            assert not done.done()
        filling.execute("COMMIT")
        assert done.result().fetchall() == []
    assert one(db, "SELECT count(*) FROM post_instances WHERE channel_account_id = %s", account) == 1


def test_a_prepared_transaction_holds_a_lock_that_no_session_can_be_ended_for(db, connect):
    if one(db, "SELECT current_setting('max_prepared_transactions')::integer") < 2:
        pytest.skip("this server lets nobody prepare transactions")
    name = f"{db.info.dbname} calendar"
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT topoff.lock_tenants('{h2o}')")
    holder.execute(f"PREPARE TRANSACTION '{name}'")
    try:
        db.execute("SET lock_timeout = '10ms'")
        with pytest.raises(errors.LockNotAvailable) as refused:
            db.execute("SELECT topoff.lock_tenants('{h2o,walnut}')")
    finally:
        holder.execute(f"ROLLBACK PREPARED '{name}'")
    assert refused.value.diag.message_primary == 'another session is changing the calendar of tenant "h2o"'
    assert refused.value.diag.message_detail == "Its lock is held by a prepared transaction."
    assert refused.value.diag.message_hint == "Call again when that transaction is over."


def test_whoever_holds_the_locks_of_many_tenants_is_found_for_each(db, connect):
    tenants = list("abcdefgh")
    holder = connect()
    holder.execute("BEGIN")
    holder.execute("SELECT topoff.lock_tenants(%s)", [tenants])
    db.execute("SET lock_timeout = '10ms'")
    with pytest.raises(errors.LockNotAvailable) as refused:
        db.execute("SELECT topoff.lock_tenants(%s)", [tenants])
    assert refused.value.diag.message_primary.endswith(f'of tenant "{", ".join(tenants)}"')


def test_a_warning_of_two_accounts_speaks_of_accounts(db):
    for _ in range(2):
        forget_zone(db, new_account(db, posts_per_week=1), "US/Gone")
    heard = listen(db)
    db.execute("SELECT topoff.warn_of_unknown_zones('h2o')")
    assert [detail for _, _, _, detail, _ in heard] == [
        'This server does not know the time zone of 2 channel accounts of tenant "h2o".'
    ]


def test_an_account_of_unknown_zone_is_told_by_its_own_tenants_cadences(db):
    loosen(db)
    account = new_account(db, posts_per_week=0, timezone="US/Gone")
    new_account(db, "all_county", id=account, posts_per_week=0, timezone="US/Gone")
    insert(db, "topoff.cadences", tenant_id="all_county", channel_account_id=account, posts_per_week=1)
    told = "SELECT tenant_id FROM topoff.accounts_of_unknown_zone('{h2o,all_county}')"
    assert column(db, told) == ["all_county"]


def test_a_replan_gives_its_own_category_to_each_slot_that_stays_and_to_no_other(db):
    account = new_account(db, posts_per_week=3)
    db.execute("SELECT topoff_planned_slots('h2o', '7 days', '2031-05-05 00:00+00')")
    insert(
        db,
        "topoff.cadences",
        tenant_id="h2o",
        channel_account_id=account,
        posts_per_week=1,
        category="offer",
    )
    db.execute("SELECT replan_planned_slots('h2o', '7 days', '2031-05-05 00:00+00')")
    assert column(db, "SELECT planned_category FROM post_instances ORDER BY scheduled_for") == [
        None,
        "offer",
        None,
    ]
