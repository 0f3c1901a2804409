"""Every revision up and down, as a script too, while others use the tables, and after being stopped."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from builders import column, new_account, new_content, new_post, one
from commands import alembic_command
from conftest import HOST, PASSWORD, PORT, PROJECT, USER
from hosts import (
    SHAPES,
    dump,
    environment,
    load,
    mended,
    problems_of,
    psql,
    run,
    run_mends,
    start,
    upgrade,
)
from psycopg import Connection
from sqlalchemy import event
from sqlalchemy.pool import Pool

ACCOUNT = "a0000000-0000-0000-0000-000000000001"
CONTENT = "c0000000-0000-0000-0000-000000000001"
REVISIONS = [
    script.revision
    for script in reversed(
        list(ScriptDirectory.from_config(Config(PROJECT / "alembic.ini")).walk_revisions())
    )
]
VALIDATING = ("0003", "0005", "0008")
# Seconds between two looks, which take CPU from what is looked at.
PAUSE = 0.005
# How many posts the application has in the test of a running one; 2000000 for the figures in README.
POSTS = int(os.environ.get("TOPOFF_TEST_POSTS", "20000"))


@contextmanager
def session(db: Connection, **options: Any) -> Iterator[Connection]:
    """Open another session on the same database."""
    where = {"host": HOST, "port": PORT, "user": USER, "password": PASSWORD, "dbname": db.info.dbname}
    with psycopg.connect(**where | {"autocommit": True} | options) as other:
        yield other


@pytest.fixture
def migrate(empty_db, monkeypatch) -> Callable[[Callable[..., None], str], None]:
    """Return what runs an Alembic command in this process, which is quicker: (command.upgrade, "0001")."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in environment(empty_db.info.dbname).items():
        if name.startswith("PG"):
            monkeypatch.setenv(name, value)
    return lambda run_command, revision: run_command(Config(PROJECT / "alembic.ini"), revision)


def script(db: Connection, *arguments: str) -> str:
    """Return what alembic prints with --sql."""
    done = alembic_command(PROJECT, environment(db.info.dbname), *arguments, "--sql")
    assert done.returncode == 0, done.stderr
    return done.stdout


def prepare(db: Connection, shape: str) -> None:
    """Make the database that the migration starts from."""
    if shape == "orm":
        mended(db, shape)
    elif shape == "page":
        load(db, shape)


def wait_until(db: Connection, condition: str, *parameters: Any) -> None:
    """Wait for a condition in SQL."""
    deadline = time.monotonic() + 60
    while not one(db, f"SELECT {condition}", *parameters):
        assert time.monotonic() < deadline, f"never: {condition}"
        time.sleep(0.02)


@pytest.mark.divided_among_servers(
    "each walks through one of two, and up, down and up again at once with all"
)
@pytest.mark.parametrize("shape", ["nothing", "orm"])
def test_each_revision_goes_up_down_and_up_again(empty_db, migrate, shape):
    prepare(empty_db, shape)
    below, standing = "base", dump(empty_db)
    for revision in REVISIONS:
        migrate(command.upgrade, revision)
        reached = dump(empty_db)
        migrate(command.downgrade, below)
        # What has been validated stays so until the constraint itself goes.
        expected = reached.replace(f"\n{revision}\n", f"\n{below}\n") if revision in VALIDATING else standing
        assert dump(empty_db) == expected, f"{revision} leaves something behind"
        migrate(command.upgrade, revision)
        assert dump(empty_db) == reached, f"{revision} comes back another"
        below, standing = revision, reached


@pytest.mark.parametrize("shape", ["nothing", *SHAPES])
def test_up_down_up_leaves_the_same(empty_db, migrate, shape):
    prepare(empty_db, shape)
    before = dump(empty_db)
    migrate(command.upgrade, "head")
    installed = dump(empty_db)
    migrate(command.downgrade, "base")
    assert dump(empty_db) == before
    migrate(command.upgrade, "head")
    assert dump(empty_db) == installed


@pytest.mark.divided_among_servers("it sends what the command sends")
@pytest.mark.parametrize("shape", ["nothing", *SHAPES])
def test_the_script_for_psql_gives_the_same_schema(empty_db, migrate, shape):
    prepare(empty_db, shape)
    before = dump(empty_db)
    psql(empty_db, script(empty_db, "upgrade", "head"))
    by_script = dump(empty_db)
    psql(empty_db, script(empty_db, "downgrade", "head:base"))
    assert dump(empty_db) == before
    migrate(command.upgrade, "head")
    assert by_script == dump(empty_db)


def test_the_script_for_psql_stops_at_the_same_problems(empty_db):
    load(empty_db, "orm")
    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"],
        input=script(empty_db, "upgrade", "head"),
        env=environment(empty_db.info.dbname),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 3
    assert "this database cannot be adopted yet: 13 problems found" in done.stderr
    assert one(empty_db, "SELECT to_regclass('topoff.alembic_version') IS NULL")


def test_a_downgrade_leaves_the_applications_rows_and_what_people_made_of_slots(empty_db):
    mended(empty_db, "orm")
    before = dump(empty_db)
    run(empty_db, "upgrade", "head")
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 5 WHERE id = %s", [ACCOUNT])
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 1 WHERE id <> %s", [ACCOUNT])
    empty_db.execute(
        "INSERT INTO topoff.blackouts (tenant_id, during) VALUES ('h2o', '[2020-01-01, 2020-01-02)')"
    )
    assert one(empty_db, "SELECT topoff_planned_slots('h2o')") == 24
    slots = column(
        empty_db, "SELECT id FROM post_instances WHERE status = 'Planned' ORDER BY scheduled_for, id"
    )
    filled, written, moved, unscheduled, measured = slots[:5]
    empty_db.execute(
        "UPDATE post_instances SET status = 'Scheduled', content_item_id = %s WHERE id = %s",
        [CONTENT, filled],
    )
    empty_db.execute("UPDATE post_instances SET content_item_id = %s WHERE id = %s", [CONTENT, written])
    empty_db.execute(
        "UPDATE post_instances SET scheduled_for = scheduled_for + interval '1 hour' WHERE id = %s", [moved]
    )
    empty_db.execute("UPDATE post_instances SET scheduled_for = NULL WHERE id = %s", [unscheduled])
    empty_db.execute("INSERT INTO post_metrics VALUES (%s, 1)", [measured])
    by_hand = new_post(
        empty_db,
        ACCOUNT,
        "2099-01-01 00:00+00",
        status="Planned",
        content=CONTENT,
        id="e" * 8 + "-0000-0000-0000-" + "e" * 12,
    )

    run(empty_db, "downgrade", "base")

    left = dict(
        empty_db.execute("SELECT id, status FROM post_instances WHERE created_at > '2024-01-01'").fetchall()
    )
    assert left == {
        filled: "Scheduled",
        written: "Draft",
        moved: "Draft",
        unscheduled: "Draft",
        measured: "Draft",
        by_hand: "Planned",
    }
    assert one(empty_db, "SELECT count(*) FROM post_metrics WHERE post_instance_id = %s", measured) == 1
    assert column(empty_db, "SELECT title FROM content_items ORDER BY title") == [
        "Planned slot",
        "Spring sale",
    ]
    empty_db.execute("DELETE FROM post_instances WHERE id = ANY (%s)", [list(left)])
    empty_db.execute("DELETE FROM content_items WHERE title = 'Planned slot'")
    assert dump(empty_db) == before


def test_a_downgrade_takes_placeholders_that_nobody_needs_and_no_item_of_that_title(empty_db):
    load(empty_db, "page")
    namesake = new_content(empty_db, title="Planned slot")
    before = dump(empty_db)
    run(empty_db, "upgrade", "head")
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 5")
    empty_db.execute("CALL topoff_all_tenants()")
    assert one(empty_db, "SELECT count(*) FROM content_items WHERE title = 'Planned slot'") == 3
    run(empty_db, "downgrade", "base")
    assert column(empty_db, "SELECT id FROM content_items WHERE title = 'Planned slot'") == [namesake]
    assert dump(empty_db) == before


def test_a_downgrade_does_not_drop_tables_with_rows(db):
    account = new_account(db, posts_per_week=3)
    new_post(db, account, "2099-01-01 00:00+00")
    db.execute("SELECT topoff_planned_slots('h2o')")
    process = start(db, "downgrade", "base")
    _, error = process.communicate()
    assert process.returncode != 0
    assert "the application's tables are not empty, so they are not dropped" in error
    assert (
        "public.post_instances holds 1 row; public.content_items holds 1 row; public.channel_accounts"
        in error
    )
    db.execute("TRUNCATE post_instances, content_items, channel_accounts")
    run(db, "downgrade", "base")
    assert column(db, "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace") == []


@pytest.mark.divided_among_servers("locks and their timeouts are those of every version")
@pytest.mark.parametrize(
    ("arguments", "lock_mode", "stands_at"),
    [
        (("upgrade", "head"), "ACCESS SHARE", "0003"),
        (("upgrade", "head"), "SHARE UPDATE EXCLUSIVE", "0003"),
        (("downgrade", "base"), "ROW EXCLUSIVE", "0007"),
    ],
)
def test_a_lock_that_cannot_be_had_is_given_up_and_the_next_run_goes_on(
    empty_db, arguments, lock_mode, stands_at
):
    load(empty_db, "page")
    if arguments[0] == "downgrade":
        run(empty_db, "upgrade", "head")
    with session(empty_db, autocommit=False, application_name="year-end report") as report:
        report.execute(f"LOCK TABLE post_instances IN {lock_mode} MODE")
        waits = Waits(empty_db, ["SELECT count(*) FROM post_instances WHERE scheduled_for > now()"])
        began = time.monotonic()
        process = start(empty_db, *arguments)
        _, error = process.communicate()
        took = time.monotonic() - began
        waits.stop()
        report.rollback()
        pid = report.info.backend_pid
    assert process.returncode != 0
    assert "another session holds a lock on a table that is to be changed" in error
    assert f"DETAIL: Held: public.post_instances by process {pid} (" in error
    assert "year-end report, client backend, idle in transaction)" in error
    assert "HINT: Nothing of this revision was changed" in error
    assert took < 30
    assert waits.longest < 1.5
    assert one(empty_db, "SELECT version_num FROM topoff.alembic_version") == stands_at
    run(empty_db, *arguments)


BUILDING = "EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX CONCURRENTLY post_instances_slot_key%%' AND wait_event_type = 'Lock' AND state = 'active' AND datname = current_database())"


@pytest.mark.divided_among_servers("what is done anew does not depend on who has cancelled it")
@pytest.mark.parametrize("by", ["Ctrl-C", "pg_cancel_backend", "pg_terminate_backend", "SIGKILL"])
def test_a_cancelled_index_build_is_done_anew(empty_db, by):
    load(empty_db, "page")
    run(empty_db, "upgrade", "0005")
    with session(empty_db, autocommit=False) as old:
        old.execute(
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for) VALUES ('h2o', %s, %s, now())",
            [ACCOUNT, CONTENT],
        )
        process = start(empty_db, "upgrade", "head")
        wait_until(empty_db, BUILDING)
        if by == "Ctrl-C":
            process.send_signal(signal.SIGINT)
        elif by == "SIGKILL":
            process.kill()
        else:
            empty_db.execute(
                f"SELECT {by}(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE UNIQUE INDEX CONCURRENTLY%'"
                " AND state = 'active' AND datname = current_database()"
            )
        _, error = process.communicate(timeout=60)
        assert process.returncode != 0
        if by != "SIGKILL":
            assert "Traceback" not in error, error[-6000:]
            assert "ERROR  " in error
        # A killed client's backend works on until it wants to answer.
        old.rollback()
    wait_until(empty_db, "count(*) = 1 FROM pg_stat_activity WHERE datname = current_database()")
    index = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'post_instances_slot_key'::regclass"
    assert one(empty_db, index) is (by == "SIGKILL")
    run(empty_db, "upgrade", "head")
    assert one(empty_db, index) is True
    assert one(empty_db, "SELECT convalidated FROM pg_constraint WHERE conname = 'post_instances_slot_key'")


def test_an_invalid_index_is_not_taken_for_one_that_is_done(empty_db):
    load(empty_db, "page")
    run(empty_db, "upgrade", "0005")
    empty_db.execute("CREATE INDEX post_instances_moved_idx ON post_instances (tenant_id)")
    empty_db.execute(
        "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'post_instances_moved_idx'::regclass"
    )
    run(empty_db, "upgrade", "head")
    assert "IS DISTINCT FROM" in one(empty_db, "SELECT pg_get_indexdef('post_instances_moved_idx'::regclass)")


def test_only_one_session_migrates_at_a_time(empty_db):
    load(empty_db, "page")
    run(empty_db, "upgrade", "0005")
    with session(empty_db, autocommit=False) as old:
        old.execute("UPDATE post_instances SET scheduled_for = scheduled_for")
        first = start(empty_db, "upgrade", "head")
        wait_until(empty_db, BUILDING)
        printed = upgrade(empty_db)
        run(empty_db, "current")
        old.rollback()
    _, error = first.communicate()
    assert first.returncode == 0, error
    assert "another session is migrating this database" in printed


def test_a_command_can_follow_another_at_once(empty_db, migrate):
    held = []

    def look(session: Any, _: object) -> None:
        with session.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            )
            held.append(cursor.fetchone()[0])

    # Just before the command's session ends, which the server may notice late.
    event.listen(Pool, "close", look)
    try:
        migrate(command.upgrade, "0001")
        with pytest.raises(CommandError):
            migrate(command.upgrade, "nowhere")
    finally:
        event.remove(Pool, "close", look)
    assert held == [0, 0]


@pytest.mark.parametrize(
    ("reached", "change", "expected"),
    [
        (
            "0003",
            "INSERT INTO content_items (id, tenant_id, title)"
            " SELECT '746f706f-0000-8000-8000-000000000008', 'h2o', 'Written meanwhile'",
            "1 row in content_items with an id that is kept for placeholders: ",
        ),
        (
            "0005",
            "UPDATE post_instances SET scheduled_for = now() WHERE id::text ~ '01000[78]$'",
            "1 row in post_instances with the account and time of another: ",
        ),
        (
            "0006",
            "UPDATE post_instances SET tenant_id = 'all_county' WHERE id::text LIKE '%010007'",
            "1 row in post_instances with another tenant's account: ",
        ),
    ],
)
def test_rows_that_come_in_after_the_checks_are_listed_and_mended_too(empty_db, reached, change, expected):
    load(empty_db, "page")
    run(empty_db, "upgrade", reached)
    empty_db.execute(change)
    problems = problems_of(upgrade(empty_db))
    assert problems[0].startswith(expected)
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")


class Waits:
    """An application that repeats its statements and notes how long each took."""

    def __init__(self, db: Connection, statements: list[str]) -> None:
        """Begin."""
        self.longest = 0.0
        self.rounds = 0
        self.failure: Exception | None = None
        self.statements = statements
        self.dbname = db.info.dbname
        self.stopped = Event()
        self.thread = Thread(target=self.work, args=[db])
        self.thread.start()

    def work(self, db: Connection) -> None:
        """Repeat the statements."""
        try:
            with session(db) as application:
                while not self.stopped.wait(PAUSE):
                    for statement in self.statements:
                        began = time.monotonic()
                        application.execute(statement)
                        self.longest = max(self.longest, time.monotonic() - began)
                    self.rounds += 1
        except Exception as failure:
            self.failure = failure

    def stop(self) -> None:
        """End, and see that no statement failed."""
        self.stopped.set()
        self.thread.join()
        assert self.failure is None


def held_exclusively(db: Connection, stopped: Event, longest: list[float]) -> None:
    """Note for how long on end the application's tables are seen under ACCESS EXCLUSIVE locks."""
    query = """
        SELECT clock_timestamp(), array_agg(pid) FROM pg_locks
        WHERE granted AND mode = 'AccessExclusiveLock' AND locktype = 'relation'
          AND relation IN ('channel_accounts'::regclass, 'content_items'::regclass, 'post_instances'::regclass)
    """
    since = None
    with session(db) as watcher:
        while not stopped.wait(PAUSE):
            now, held = watcher.execute(query).fetchone()
            since = (since or now) if held else None
            if since:
                longest[0] = max(longest[0], (now - since).total_seconds())


def test_the_application_inserts_all_the_while(empty_db):
    load(empty_db, "page")
    empty_db.execute(
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
        " SELECT 'h2o', %s, %s, '1990-01-01'::timestamptz + n * interval '1 minute', 'Posted'"
        " FROM generate_series(1, %s) AS n",
        [ACCOUNT, CONTENT, POSTS],
    )
    figures = {}
    for arguments in (("upgrade", "head"), ("downgrade", "base")):
        if arguments[0] == "downgrade":
            empty_db.execute("UPDATE channel_accounts SET posts_per_week = 5")
            empty_db.execute("CALL topoff_all_tenants()")
        application = Waits(
            empty_db,
            [
                f"INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for) VALUES ('h2o', '{ACCOUNT}', '{CONTENT}', clock_timestamp())",
                f"UPDATE channel_accounts SET status = 'active' WHERE id = '{ACCOUNT}'",
                "INSERT INTO content_items (tenant_id, title) VALUES ('h2o', 'Another')",
                f"SELECT id, status FROM post_instances WHERE id = '{CONTENT}'",
            ],
        )
        stopped, exclusive = Event(), [0.0]
        watcher = Thread(target=held_exclusively, args=[empty_db, stopped, exclusive])
        watcher.start()
        began = time.monotonic()
        run(empty_db, *arguments)
        took = time.monotonic() - began
        stopped.set()
        watcher.join()
        application.stop()
        figures[arguments[0]] = (
            f"{took:.1f} s, longest wait {application.longest * 1000:.0f} ms, longest ACCESS EXCLUSIVE {exclusive[0] * 1000:.0f} ms, {application.rounds} rounds"
        )
        assert application.rounds > 20
        assert application.longest < 1.5
        assert exclusive[0] < 1
    print(POSTS, figures)
    assert one(empty_db, "SELECT count(*) FROM post_instances") > POSTS + 120
