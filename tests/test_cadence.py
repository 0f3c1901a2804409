"""The cadence of an account: which values it may have, and which cells of the week it picks."""

import time

import pytest
from builders import column, insert, new_account, one
from psycopg import errors


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"posts_per_week": -1}, "channel_accounts_posts_per_week_check"),
        ({"posts_per_week": 6}, "channel_accounts_posts_per_week_check"),
        (
            {"posts_per_week": 5, "days_of_week": [1, 2], "times_local": ["09:00", "17:00"]},
            "channel_accounts_posts_per_week_check",
        ),
        ({"days_of_week": []}, "channel_accounts_days_of_week_check"),
        ({"days_of_week": [0]}, "channel_accounts_days_of_week_check"),
        ({"days_of_week": [8]}, "channel_accounts_days_of_week_check"),
        ({"days_of_week": [1, 1]}, "channel_accounts_days_of_week_check"),
        ({"days_of_week": [1, None]}, "channel_accounts_days_of_week_check"),
        ({"days_of_week": [[1, 2], [3, 4]]}, "channel_accounts_days_of_week_check"),
        ({"times_local": []}, "channel_accounts_times_local_check"),
        ({"times_local": ["09:00", "09:00"]}, "channel_accounts_times_local_check"),
        ({"times_local": ["09:00", None]}, "channel_accounts_times_local_check"),
        ({"times_local": ["24:00"]}, "channel_accounts_times_local_check"),
        ({"times_local": ["09:00", "17:00:00.5"]}, "channel_accounts_times_local_check"),
        (
            {"times_local": [f"{h:02}:{m}" for h in range(24) for m in ("00", "30")][:25]},
            "channel_accounts_times_local_check",
        ),
    ],
)
def test_a_cadence_that_breaks_a_rule_is_refused_by_the_check_of_that_rule(db, columns, constraint):
    account = new_account(db)
    for write in (
        lambda: new_account(db, **columns),
        lambda: db.execute(
            f"UPDATE channel_accounts SET {', '.join(f'{name} = %s' for name in columns)} WHERE id = %s",
            [*columns.values(), account],
        ),
    ):
        with pytest.raises(errors.CheckViolation) as refused:
            write()
        assert refused.value.diag.constraint_name == constraint
    assert db.execute("SELECT count(*), max(posts_per_week) FROM channel_accounts").fetchone() == (1, 0)


@pytest.mark.parametrize("name", ["posts_per_week", "days_of_week", "times_local", "timezone"])
def test_a_cadence_column_is_never_null(db, name):
    with pytest.raises(errors.NotNullViolation) as refused:
        new_account(db, **{name: None})
    assert refused.value.diag.column_name == name


def test_the_widest_cadence_is_taken(db):
    account = new_account(
        db,
        posts_per_week=168,
        days_of_week=[7, 6, 5, 4, 3, 2, 1],
        times_local=[f"{h:02}:15" for h in range(24)],
    )
    assert one(db, "SELECT count(*) FROM preview_planned_slots('h2o', '7 days')") in (167, 168, 169)
    assert one(db, "SELECT posts_per_week FROM channel_accounts WHERE id = %s", account) == 168


def test_an_account_that_nobody_configured_gets_no_slots(db):
    new_account(db)
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert db.execute(
        "SELECT posts_per_week, days_of_week, times_local::text[], timezone FROM channel_accounts"
    ).fetchone() == (0, [1, 2, 3, 4, 5], ["09:00:00"], "UTC")


REFUSED_ZONES = [
    "UTC+5", "UTC-5", "<+05>-5", "EST", "EST5EDT", "GMT", "Japan", "Cuba", "Etc/UTC", "Etc/GMT+5", "localtime", "Factory",
    "posix/Europe/London", "right/Europe/London", "posixrules", "europe/london", "EUROPE/LONDON", "utc", "",
    "America/New_Yrk5", " Europe/London", "Mars/Olympus",
]  # fmt: skip


@pytest.mark.parametrize("zone", REFUSED_ZONES)
def test_a_zone_that_is_no_iana_name_in_exact_spelling_is_refused(db, zone):
    account = new_account(db, timezone="Europe/London")
    for write in (
        lambda: new_account(db, timezone=zone),
        lambda: db.execute("UPDATE channel_accounts SET timezone = %s WHERE id = %s", (zone, account)),
    ):
        with pytest.raises(errors.InvalidParameterValue) as refused:
            write()
        assert refused.value.diag.message_primary == f'time zone "{zone}" is not an IANA zone name'
        assert refused.value.diag.column_name == "timezone"
        assert refused.value.diag.message_hint
    assert column(db, "SELECT timezone FROM channel_accounts") == ["Europe/London"]


def test_a_misspelt_zone_is_answered_with_the_right_spelling(db):
    with pytest.raises(errors.InvalidParameterValue) as refused:
        new_account(db, timezone="america/new_york")
    assert refused.value.diag.message_hint == 'Did you mean "America/New_York"?'


@pytest.mark.parametrize(
    "zone", ["UTC", "US/Eastern", "America/Argentina/Ushuaia", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
def test_an_iana_name_is_taken_links_included(db, zone):
    new_account(db, timezone=zone)
    assert column(db, "SELECT timezone FROM channel_accounts") == [zone]


def test_one_statement_with_a_bad_zone_among_many_rows_writes_none(db):
    with pytest.raises(errors.InvalidParameterValue):
        db.execute(
            "INSERT INTO channel_accounts (tenant_id, timezone) VALUES ('h2o', 'Europe/Paris'), ('h2o', 'CET')"
        )
    assert one(db, "SELECT count(*) FROM channel_accounts") == 0


def test_an_update_of_something_else_is_not_held_up_by_a_zone_that_the_server_has_forgotten(db):
    account = new_account(db, timezone="Europe/London")
    db.execute("SET session_replication_role = replica")
    db.execute("UPDATE channel_accounts SET timezone = 'Europe/Atlantis'")
    db.execute("SET session_replication_role = origin")
    db.execute("UPDATE channel_accounts SET status = 'paused' WHERE id = %s", (account,))
    assert column(db, "SELECT status FROM channel_accounts") == ["paused"]


MON_FRI = [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("posts_per_week", "days", "times", "cells"),
    [
        (1, MON_FRI, ["09:00"], "3@09"),
        (2, MON_FRI, ["09:00"], "2@09 4@09"),
        (3, MON_FRI, ["09:00"], "1@09 3@09 5@09"),
        (4, MON_FRI, ["09:00"], "1@09 2@09 4@09 5@09"),
        (5, MON_FRI, ["09:00"], "1@09 2@09 3@09 4@09 5@09"),
        (7, MON_FRI, ["09:00", "17:00"], "1@09 2@09 3@09 4@09 5@09 2@17 4@17"),
        (10, MON_FRI, ["09:00", "17:00"], "1@09 2@09 3@09 4@09 5@09 1@17 2@17 3@17 4@17 5@17"),
        (1, [7], ["08:00"], "7@08"),
        (2, [1, 7], ["08:00", "20:00"], "1@08 7@08"),
        (3, [1, 7], ["08:00", "20:00"], "1@08 7@08 7@20"),
        (3, [1, 2, 3, 4, 5, 6, 7], ["12:00"], "2@12 4@12 6@12"),
        (0, MON_FRI, ["09:00"], ""),
    ],
)
def test_the_cells_are_full_rounds_of_early_times_and_an_even_spread_of_the_rest(
    db, posts_per_week, days, times, cells
):
    for shown_days, shown_times in ((days, times), (days[::-1], times[::-1])):
        assert (
            one(
                db,
                "SELECT coalesce(string_agg(day_of_week || to_char(time_local, '@HH24'), ' '"
                " ORDER BY time_local, day_of_week), '')"
                " FROM topoff.cadence_cells(%s, %s::bigint[], %s::time[])",
                posts_per_week,
                shown_days,
                shown_times,
            )
            == cells
        )


def test_the_names_taken_are_those_of_the_servers_database_that_the_rule_lets_in(db):
    """Also each of them in other letters, which is answered with the right ones."""
    assert (
        column(
            db,
            r"""
            SELECT name FROM pg_timezone_names
            WHERE (topoff.time_zone_name(name) IS NOT DISTINCT FROM name)
                  <> (name = 'UTC' OR name LIKE '%%/%%' AND name !~ '^(Etc|posix|right)/')
               OR name LIKE '%%/%%' AND name !~ '^(Etc|posix|right)/'
                  AND (topoff.time_zone_name(lower(name)), topoff.time_zone_name(upper(name)))
                      IS DISTINCT FROM (name, name)
            """,
        )
        == []
    )


@pytest.mark.parametrize(
    "zone", ["AMERICA/NEW_YRK5", "A/B0", "1/2", "+1/2", "../UTC", "/UTC", "America/", "Interval/1", "/" * 300]
)
def test_what_only_looks_like_a_name_is_none(db, zone):
    assert one(db, "SELECT topoff.time_zone_name(%s) IS NULL", zone)


def test_the_sessions_time_zone_stays(db):
    db.execute("SET timezone = 'Asia/Tokyo'")
    new_account(db, timezone="Europe/London")
    with pytest.raises(errors.InvalidParameterValue):
        new_account(db, timezone="Europe/Lundon")
    assert one(db, "SHOW timezone") == "Asia/Tokyo"


def test_an_import_row_by_row_looks_each_zone_up_once(db):
    """A look-up in pg_timezone_names takes some 30 ms, thirty times as long as the rest of a row."""
    took = {}
    for zones in (("UTC", "UTC"), ("Europe/London", "America/New_York")):
        began = time.monotonic()
        with db.transaction():
            for n in range(300):
                new_account(db, timezone=zones[n % 2])
        took[zones[0]] = time.monotonic() - began
    assert took["Europe/London"] < 8 * took["UTC"]


# Further cadences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "constraint"),
    [
        ({"posts_per_week": 0}, "posts_per_week"),
        ({"posts_per_week": -1}, "posts_per_week"),
        ({"posts_per_week": 6}, "posts_per_week"),
        ({"posts_per_week": 3, "days_of_week": [1], "times_local": ["09:00", "17:00"]}, "posts_per_week"),
        ({"days_of_week": []}, "days_of_week"),
        ({"days_of_week": [0]}, "days_of_week"),
        ({"days_of_week": [8]}, "days_of_week"),
        ({"days_of_week": [1, 1]}, "days_of_week"),
        ({"days_of_week": [1, None]}, "days_of_week"),
        ({"days_of_week": [[1, 2], [3, 4]]}, "days_of_week"),
        ({"times_local": []}, "posts_per_week"),  # of two rules broken the first by name
        ({"times_local": ["09:00", "09:00"]}, "times_local"),
        ({"times_local": ["09:00", None]}, "times_local"),
        ({"times_local": ["24:00"]}, "times_local"),
        ({"category": ""}, "category_not_empty"),
        ({"during": "empty"}, "during_not_empty"),
    ],
)
def test_a_further_cadence_that_breaks_a_rule_is_refused_by_the_check_of_that_rule(db, columns, constraint):
    account = new_account(db)
    key = {"tenant_id": "h2o", "channel_account_id": account}
    insert(db, "topoff.cadences", **key, posts_per_week=1)
    for write in (
        lambda: insert(db, "topoff.cadences", **key, **({"posts_per_week": 1} | columns)),
        lambda: db.execute(
            f"UPDATE topoff.cadences SET {', '.join(f'{name} = %s' for name in columns)}",
            list(columns.values()),
        ),
    ):
        with pytest.raises(errors.CheckViolation) as refused:
            write()
        assert refused.value.diag.constraint_name == f"cadences_{constraint}_check"
        assert "Failing row contains" in refused.value.diag.message_detail
    assert one(db, "SELECT count(*) FROM topoff.cadences") == 1


def test_a_further_cadence_is_working_with_its_posts_per_week_alone(db):
    account = new_account(db)
    insert(db, "topoff.cadences", tenant_id="h2o", channel_account_id=account, posts_per_week=3)
    assert db.execute(
        "SELECT days_of_week, times_local::text[], category, during::text FROM topoff.cadences"
    ).fetchall() == [([1, 2, 3, 4, 5], ["09:00:00"], None, "(,)")]
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 12


def test_a_further_cadence_belongs_to_an_account_of_its_tenant_and_goes_with_it(db):
    account = new_account(db)
    with pytest.raises(errors.ForeignKeyViolation):
        insert(db, "topoff.cadences", tenant_id="all_county", channel_account_id=account, posts_per_week=1)
    insert(db, "topoff.cadences", tenant_id="h2o", channel_account_id=account, posts_per_week=1)
    db.execute("DELETE FROM channel_accounts")
    assert one(db, "SELECT count(*) FROM topoff.cadences") == 0
