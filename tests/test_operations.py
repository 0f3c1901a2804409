"""docs/operations.md: its statements, as they stand there, and what they answer.

Those that call pg_cron run in test_pg_cron.py, beside a server that has it.
"""

from datetime import timedelta

from builders import column, new_account, new_content, one
from operations import needs_pg_cron, statement, statements
from psycopg import Connection

LAST_NIGHT = statement("Last night's result:")
FAILURES = statement("The failures of a week, with their messages:")
TIME_TAKEN = statement("How long nights take, week by week:")
ALERT = statement("No success in 26 hours.")
AGAIN_AND_AGAIN = statement("A tenant that failed in each of the last three nights")
CALLERS = statement("Who has called the night of late:")
OFF_PROGRAMME = statement("How many slots stand where the present programme has none:")
CHANGES = statement("And slot by slot, for all tenants:")
UNKNOWN_ZONES = statement("before the upgrade on the new server's copy, or after it:")
PRESENT_NAME = statement("which changes no slot:")
REPLAN = "CALL topoff_all_tenants(replan => true);"


def new_run(db: Connection, started: str, status: str, took: str = "1 minute", **failures: str) -> None:
    """Enter a run in the ledger, begun so long ago, with tenants that failed and how."""
    run = one(
        db,
        "INSERT INTO topoff.runs (id, started_at, finished_at, status, tenants, created, failed) "
        "SELECT coalesce((SELECT max(id) FROM topoff.runs), 0) + 1, at, at + %s::interval, %s, 10, 120, %s "
        "FROM (SELECT now() - %s::interval AS at) AS run RETURNING id",
        took,
        status,
        len(failures),
        started,
    )
    for tenant, message in failures.items():
        db.execute(
            "INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message) VALUES (%s, %s, '22023', %s)",
            [run, tenant, message],
        )


def test_every_statement_runs_as_it_stands_one_after_the_other(db):
    new_account(db, "h2o", name="Instagram", posts_per_week=3)
    new_account(db, "all_county", posts_per_week=3)
    ran = 0
    for text in statements():
        if not needs_pg_cron(text):
            db.execute(text)
            ran += 1
    assert ran > 25
    assert column(db, "SELECT DISTINCT tenant_id FROM post_instances") == ["all_county"]


def test_accounts_of_a_zone_that_the_server_does_not_know_are_found_and_mended(db):
    account = new_account(db, "h2o", posts_per_week=3)
    db.execute("ALTER TABLE channel_accounts DISABLE TRIGGER USER")
    db.execute("UPDATE channel_accounts SET timezone = 'US/Middle' WHERE id = %s", [account])
    assert db.execute(UNKNOWN_ZONES).fetchall() == [("US/Middle", 1, "h2o")]
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    db.execute("UPDATE channel_accounts SET timezone = 'US/Eastern' WHERE id = %s", [account])
    db.execute("ALTER TABLE channel_accounts ENABLE TRIGGER USER")
    is_lost = one(db, "SELECT count(*) = 0 FROM pg_timezone_names WHERE name = 'US/Eastern'")
    assert bool(db.execute(UNKNOWN_ZONES).fetchall()) == is_lost
    db.execute("SELECT topoff_planned_slots('h2o')")
    db.execute(PRESENT_NAME)
    assert db.execute(UNKNOWN_ZONES).fetchall() == []
    assert db.execute("SELECT * FROM replan_planned_slots('h2o')").fetchone() == (0, 12 if is_lost else 0)


def test_an_import_fills_empty_slots_and_leaves_peoples_posts(db):
    account, content = new_account(db, "h2o", posts_per_week=3), new_content(db)
    db.execute("SELECT topoff_planned_slots('h2o')")
    slots = column(db, "SELECT scheduled_for FROM post_instances ORDER BY scheduled_for")
    theirs = one(
        db,
        "UPDATE post_instances SET content_item_id = %s, status = 'Draft' WHERE scheduled_for = %s RETURNING id",
        new_content(db),
        slots[1],
    )
    make, insert = statements()[
        [text.startswith("CREATE TEMPORARY TABLE imported") for text in statements()].index(True) :
    ][:2]
    db.execute(make)
    for at in (slots[2], slots[0], slots[1], "2031-01-01 12:00+00"):
        db.execute(
            "INSERT INTO imported (id, tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
            " VALUES (gen_random_uuid(), 'h2o', %s, %s, %s, 'Scheduled')",
            [account, content, at],
        )
    db.execute(insert)
    assert column(
        db, "SELECT scheduled_for FROM post_instances WHERE content_item_id = %s ORDER BY 1", content
    )[:2] == [slots[0], slots[2]]
    assert one(db, "SELECT count(*) FROM post_instances WHERE content_item_id = %s", content) == 3
    assert one(db, "SELECT status FROM post_instances WHERE id = %s", theirs) == "Draft"


def test_last_nights_result(db):
    new_run(db, "2 days", "succeeded")
    new_run(db, "3 hours", "failed", "90 seconds", h2o="no")
    assert [row[1:] for row in db.execute(LAST_NIGHT)] == [
        (timedelta(seconds=90), "failed", False, 10, 120, 0, 1)
    ]


def test_the_failures_of_a_week_with_their_messages(db):
    new_run(db, "8 days", "failed", h2o="too old")
    new_run(db, "2 days", "failed", h2o="first", all_county="second")
    new_run(db, "1 day", "failed", h2o="last")
    assert [row[1:] for row in db.execute(FAILURES)] == [
        ("h2o", 0, "22023", "last"),
        ("all_county", 0, "22023", "second"),
        ("h2o", 0, "22023", "first"),
    ]


def test_the_time_that_runs_take_week_by_week(db):
    # At one instant, lest a week ends between them.
    with db.transaction():
        new_run(db, "0 seconds", "succeeded", "60 seconds")
        new_run(db, "0 seconds", "failed", "180 seconds", h2o="no")
    new_run(db, "0 seconds", "abandoned", "9 days")
    new_run(db, "70 days", "succeeded", "30 seconds")
    weeks = [row[1:] for row in db.execute(TIME_TAKEN)]
    assert weeks == [
        (1, timedelta(seconds=30), timedelta(seconds=30), 10, 120),
        (2, timedelta(seconds=120), timedelta(seconds=180), 10, 240),
    ]


def test_the_alert_is_on_until_there_was_a_success_within_26_hours(db):
    assert one(db, ALERT) is True
    new_run(db, "1 hour", "failed", h2o="no")
    new_run(db, "2 hours", "abandoned")
    new_run(db, "26 hours 2 minutes", "succeeded")
    assert one(db, ALERT) is True
    new_run(db, "25 hours", "succeeded")
    assert one(db, ALERT) is False


def test_who_failed_in_each_of_the_last_three_nights(db):
    new_run(db, "4 days", "failed", h2o="no", all_county="no")
    new_run(db, "3 days", "failed", h2o="no", all_county="no")
    new_run(db, "2 days", "failed", h2o="no")
    new_run(db, "2 days", "abandoned")
    assert db.execute(AGAIN_AND_AGAIN).fetchall() == [("h2o", "no")]
    new_run(db, "1 day", "succeeded")
    assert db.execute(AGAIN_AND_AGAIN).fetchall() == []


def test_who_called_the_night(db):
    new_run(db, "2 days", "succeeded")
    new_run(db, "1 day", "succeeded")
    db.execute("UPDATE topoff.runs SET called_by = 'planner' WHERE id = 2")
    assert [row[:2] for row in db.execute(CALLERS)] == [("planner", 1), (one(db, "SELECT current_user"), 1)]


def test_what_a_re_plan_would_do_is_seen_before_and_is_done_then(db):
    """As after an update of time zone data: the slots stand at the instants of other rules."""
    for tenant in ("h2o", "all_county"):
        new_account(db, tenant, posts_per_week=3, timezone="Europe/London")
    db.execute("CALL topoff_all_tenants()")
    db.execute("UPDATE channel_accounts SET timezone = 'Europe/Berlin' WHERE tenant_id = 'h2o'")
    assert db.execute(OFF_PROGRAMME).fetchall() == [("h2o", 12)]
    changes = [(row[0], row[-1]) for row in db.execute(CHANGES)]
    assert {tenant for tenant, _ in changes} == {"h2o"}
    removed, created = (sum(decision == what for _, decision in changes) for what in ("remove", "create"))
    assert REPLAN in statements()
    db.execute(REPLAN)
    assert db.execute("SELECT removed, created FROM topoff.runs WHERE replan").fetchall() == [
        (removed, created)
    ]
    assert removed == 12
    assert db.execute(OFF_PROGRAMME).fetchall() == db.execute(CHANGES).fetchall() == []
