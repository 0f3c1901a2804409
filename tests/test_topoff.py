"""Topping off: what a caller of topoff_planned_slots gets, errors included."""

import re
from uuid import RFC_4122

import psycopg2
import pytest
from builders import column, new_account, new_post, one, top_off
from conftest import HOST, PASSWORD, PORT, USER
from interleaving import in_background
from psycopg import Connection, errors

WINDOW_FUNCTIONS = ["topoff_planned_slots", "preview_planned_slots", "replan_planned_slots"]
TENANT_CALLS = [
    *(f"{name}(%s)" for name in WINDOW_FUNCTIONS),
    "skip_planned_slot(%s, gen_random_uuid())",
    "fill_next_planned_slot(%s, gen_random_uuid(), gen_random_uuid())",
    "create_post_instances(%s, gen_random_uuid(), ARRAY[gen_random_uuid()], now())",
    "marketing_calendar(%s)",
    "calendar_grid(%s, current_date)",
]


def everything(db: Connection) -> list[str]:
    """Return all rows that a call could have changed."""
    return [
        row
        for table in ("channel_accounts", "content_items", "post_instances", "topoff.blackouts")
        for row in column(db, f"SELECT t::text FROM {table} AS t ORDER BY 1")
    ]


def test_a_month_is_filled_and_a_second_call_creates_nothing(db):
    new_account(db, posts_per_week=3)
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 12
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert one(
        db,
        "SELECT max(scheduled_for) <= now() + interval '28 days' AND min(scheduled_for) > now() FROM post_instances",
    )


def test_the_working_cadence_of_the_manual_is_monday_wednesday_friday_at_nine(db):
    new_account(db)
    db.execute("UPDATE channel_accounts SET posts_per_week = 3, timezone = 'America/New_York'")
    top_off(db, "2031-05-05 00:00+00", "7 days")
    assert column(
        db,
        "SELECT to_char(scheduled_for AT TIME ZONE 'America/New_York', 'Dy HH24:MI') FROM post_instances ORDER BY scheduled_for",
    ) == ["Mon 09:00", "Wed 09:00", "Fri 09:00"]


def test_a_created_slot_is_planned_empty_and_untouched(db):
    account = new_account(db, posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00", "7 days")
    assert db.execute(
        "SELECT tenant_id, channel_account_id, status, scheduled_for = planned_for,"
        " content_item_id = topoff.placeholder_content_item_id('h2o') FROM post_instances"
    ).fetchall() == [("h2o", account, "Planned", True, True)]
    assert db.execute("SELECT tenant_id, title FROM content_items").fetchall() == [("h2o", "Planned slot")]


def test_a_call_with_nothing_to_create_writes_no_placeholder(db):
    new_account(db)
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert one(db, "SELECT count(*) FROM content_items") == 0


def test_what_the_preview_says_is_what_the_top_off_does(db):
    account = new_account(db, posts_per_week=5, times_local=["08:00", "20:00"], timezone="Europe/Paris")
    new_post(db, account, "2031-05-07 06:00+00")
    new_post(db, account, "2031-05-14 10:00+00")
    before = everything(db)
    foreseen = column(
        db,
        "SELECT slot_at FROM preview_planned_slots('h2o', as_of => '2031-05-05 00:00+00')"
        " WHERE decision = 'create' ORDER BY slot_at",
    )
    assert everything(db) == before
    assert top_off(db, "2031-05-05 00:00+00") == len(foreseen)
    assert (
        column(db, "SELECT scheduled_for FROM post_instances WHERE status = 'Planned' ORDER BY 1") == foreseen
    )


def test_a_later_night_adds_the_next_day(db):
    new_account(db, posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7])
    assert top_off(db, "2031-05-05 00:00+00") == 28
    assert top_off(db, "2031-05-06 00:00+00") == 1
    assert top_off(db, "2031-05-06 09:00+00") == 1
    assert top_off(db, "2031-05-20 00:00+00") == 13


def test_a_post_too_many_in_one_week_is_not_taken_for_the_slot_that_another_week_lacks(db):
    account = new_account(db, posts_per_week=1)
    assert top_off(db, "2031-05-05 00:00+00", "14 days") == 2
    db.execute("DELETE FROM post_instances WHERE scheduled_for = '2031-05-14 09:00+00'")
    new_post(db, account, "2031-05-09 12:00+00")
    assert top_off(db, "2031-05-05 00:00+00", "14 days") == 1
    assert column(db, "SELECT to_char(scheduled_for, 'DD') FROM post_instances ORDER BY 1") == [
        "07",
        "09",
        "14",
    ]


def test_one_tenant_is_topped_off_and_no_other(db):
    new_account(db, tenant="h2o", posts_per_week=3)
    new_account(db, tenant="all_county", posts_per_week=3)
    one(db, "SELECT topoff_planned_slots('h2o')")
    assert column(db, "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]


def test_tenants_with_strange_names_are_served(db):
    tenants = ["o'hara", 'say "hi"', "back\\slash\\003", "größe 😀", " ", "%s", "NULL", "a" * 300]
    for tenant in tenants:
        new_account(db, tenant=tenant, posts_per_week=1)
        assert one(db, "SELECT topoff_planned_slots(%s)", tenant) == 4
    assert one(db, "SELECT count(DISTINCT id) FROM content_items") == len(tenants)


def test_named_arguments_are_the_contract(db):
    new_account(db, posts_per_week=1)
    assert (
        one(
            db,
            "SELECT topoff_planned_slots(tenant => 'h2o', horizon => '14 days', as_of => '2031-05-05 00:00+00')",
        )
        == 2
    )
    assert (
        one(
            db,
            "SELECT count(*) FROM preview_planned_slots(tenant => 'h2o', horizon => '14 days',"
            " as_of => '2031-05-05 00:00+00', replan => true)",
        )
        == 2
    )


def test_the_application_calls_it_with_psycopg2_in_one_statement(db):
    new_account(db, posts_per_week=3)
    with (
        psycopg2.connect(
            host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=db.info.dbname
        ) as session,
        session.cursor() as cursor,
    ):
        cursor.execute("SELECT topoff_planned_slots(%s)", ("h2o",))
        assert cursor.fetchone() == (12,)
    session.close()


# Errors --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("call", TENANT_CALLS)
@pytest.mark.parametrize(
    ("tenant", "error", "message"),
    [
        (None, errors.NullValueNotAllowed, "tenant must not be null"),
        ("", errors.InvalidParameterValue, "tenant must not be empty"),
        ("h20", errors.NoDataFound, 'tenant "h20" has no channel account'),
        ("H2O", errors.NoDataFound, 'tenant "H2O" has no channel account'),
    ],
)
def test_a_tenant_that_is_not_there_is_an_error_in_every_function(db, call, tenant, error, message):
    new_account(db, posts_per_week=3)
    before = everything(db)
    with pytest.raises(error) as refused:
        db.execute(f"SELECT * FROM {call}", (tenant,))
    assert refused.value.diag.message_primary == message
    assert refused.value.diag.message_hint
    assert everything(db) == before


@pytest.mark.parametrize("function", WINDOW_FUNCTIONS)
@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ("horizon => NULL", errors.NullValueNotAllowed, "horizon must not be null"),
        ("as_of => NULL", errors.NullValueNotAllowed, "as_of must not be null"),
        ("horizon => '0 days'", errors.InvalidParameterValue, "horizon 00:00:00 is out of range"),
        ("horizon => '-1 day'", errors.InvalidParameterValue, "horizon -1 days is out of range"),
        (
            "horizon => '366 days 1 second'",
            errors.InvalidParameterValue,
            "horizon 366 days 00:00:01 is out of range",
        ),
        ("horizon => '100000 years'", errors.InvalidParameterValue, "horizon 100000 years is out of range"),
        ("horizon => '300000 years'", errors.InvalidParameterValue, "horizon 300000 years is out of range"),
        (
            "horizon => '-178000000 years'",
            errors.InvalidParameterValue,
            "horizon -178000000 years is out of range",
        ),
        ("as_of => 'infinity'", errors.InvalidParameterValue, "as_of must not be infinite"),
        ("as_of => '-infinity'", errors.InvalidParameterValue, "as_of must not be infinite"),
        (
            "as_of => now() - interval '1 microsecond'",
            errors.InvalidParameterValue,
            "as_of .* is in the past",
        ),
        ("as_of => '2020-02-02 00:00+00'", errors.InvalidParameterValue, "as_of .* is in the past"),
        ("as_of => '10000-01-01 00:00+00'", errors.InvalidParameterValue, "as_of .* is out of range"),
        ("as_of => '294276-12-31 00:00+00'", errors.InvalidParameterValue, "as_of .* is out of range"),
    ],
)
def test_a_window_that_makes_no_sense_is_an_error(db, function, arguments, error, message):
    new_account(db, posts_per_week=3)
    before = everything(db)
    with pytest.raises(error) as refused:
        db.execute(f"SELECT * FROM {function}('h2o', {arguments})")
    assert re.fullmatch(message, refused.value.diag.message_primary)
    assert refused.value.diag.message_hint
    assert everything(db) == before


def test_the_longest_window_is_366_days(db):
    new_account(db, posts_per_week=1)
    assert top_off(db, "2031-05-05 00:00+00", "366 days") == 52
    assert top_off(db, "2031-05-05 00:00+00", "1 year") == 0


def test_an_infinite_horizon_is_out_of_range(db):
    if db.info.server_version < 170000:
        pytest.skip("this server version knows no infinite interval")
    new_account(db, posts_per_week=1)
    for horizon in ("infinity", "-infinity"):
        with pytest.raises(errors.InvalidParameterValue, match="is out of range"):
            top_off(db, "2031-05-05 00:00+00", horizon)


def test_a_null_replan_is_an_error(db):
    new_account(db, posts_per_week=1)
    with pytest.raises(errors.NullValueNotAllowed, match="^replan must not be null"):
        db.execute("SELECT * FROM preview_planned_slots('h2o', replan => NULL)")


@pytest.mark.parametrize(
    ("arguments", "sqlstate", "detail", "hint"),
    [
        ("NULL", "22004", None, "Name a tenant, such as 'h2o'."),
        ("''", "22023", None, "Name a tenant, such as 'h2o'."),
        (
            "'h20'",
            "P0002",
            None,
            "Check the spelling; the tenants are SELECT DISTINCT tenant_id FROM channel_accounts.",
        ),
        ("'h2o', horizon => NULL", "22004", None, "Leave it out for the default: 28 days from now."),
        (
            "'h2o', horizon => '400 days 1 second'",
            "22023",
            "The window must end after as_of, and at most 366 days after it.",
            "The default is 28 days.",
        ),
        ("'h2o', as_of => 'infinity'", "22023", None, "Leave it out to plan from now."),
        (
            "'h2o', as_of => '2020-02-02 00:00+00'",
            "22023",
            "It is NOW now, and slots are never planned into the past.",
            "Leave as_of out to plan from now.",
        ),
        (
            "'h2o', as_of => '10000-01-01 00:00+00'",
            "22023",
            "The last year to plan in is 9999.",
            "Leave as_of out to plan from now.",
        ),
        ("'h2o', replan => NULL", "22004", None, "Leave it out to preview a top-off."),
    ],
)
def test_an_error_has_its_code_the_facts_and_the_way_out(db, arguments, sqlstate, detail, hint):
    new_account(db, posts_per_week=3)
    with db.transaction(force_rollback=True):
        now = one(db, "SELECT now()::text")
        with pytest.raises(errors.Error) as refused:
            db.execute(f"SELECT * FROM preview_planned_slots({arguments})")
    diag = refused.value.diag
    told = diag.message_detail and diag.message_detail.replace(now, "NOW")
    assert (diag.sqlstate, told, diag.message_hint) == (sqlstate, detail, hint)


def test_the_last_instant_to_plan_from_is_in_the_year_9999(db):
    new_account(db, posts_per_week=1)
    assert top_off(db, "9999-12-31 23:59:59+00", "7 days") == 1


def test_where_every_zone_is_known_nobody_is_warned(db):
    new_account(db, posts_per_week=3, timezone="Europe/London")
    new_account(db, posts_per_week=0)
    notices = []
    db.add_notice_handler(notices.append)
    top_off(db, "2031-05-05 00:00+00")
    db.execute("SELECT FROM replan_planned_slots('h2o')")
    db.execute("SELECT FROM preview_planned_slots('h2o')")
    assert notices == []


def test_the_ids_of_slots_tell_when_they_were_made(db):
    new_account(db, posts_per_week=5)
    for week in range(8):
        before = one(db, "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        assert top_off(db, f"203{week}-05-05 00:00+00", "7 days") == 5
        after = one(db, "SELECT ceil(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        made = f"SELECT id FROM post_instances WHERE scheduled_for > '203{week}-01-01' ORDER BY scheduled_for"
        ids = [id for (id,) in db.execute(made)]
        assert [id.version for id in ids] == [7] * 5
        assert [id.variant for id in ids] == [RFC_4122] * 5
        assert all(before <= id.int >> 80 <= after for id in ids)
        assert ids == sorted(ids)


@pytest.mark.parametrize("call", ["topoff_planned_slots", "replan_planned_slots"])
def test_an_account_that_is_deleted_while_its_tenant_is_planned_costs_the_others_nothing(db, connect, call):
    stays, goes = new_account(db, posts_per_week=3), new_account(db, posts_per_week=3)
    deleting, planning = connect(), connect()
    deleting.execute("BEGIN")
    deleting.execute("DELETE FROM channel_accounts WHERE id = %s", (goes,))
    with in_background() as start:
        planned = start(planning.execute, f"SELECT FROM {call}('h2o', '28 days', '2031-05-05 00:00+00')")
        while not one(db, "SELECT cardinality(pg_blocking_pids(%s))", planning.info.backend_pid):
            assert not planned.done()
        deleting.execute("COMMIT")
        planned.result()
    assert [
        account for (account,) in db.execute("SELECT DISTINCT channel_account_id FROM post_instances")
    ] == [stays]
