"""The nightly run when a backend is killed: the server goes down and recovers, and the next run makes good.

SIGKILL takes down every session of the server, so this has a server of its own.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from builders import column, one
from conftest import HOST, PASSWORD, PORT, USER, alembic
from interleaving import PATIENCE, in_background
from own_server import own_server
from psycopg import Connection, OperationalError

TENANTS = 920
BATCH = 200
SLOTS = 28

# At 12 hours from now: however long the test takes, each tenant is due the same number of slots.
ACCOUNTS = f"""
INSERT INTO channel_accounts (tenant_id, posts_per_week, days_of_week, times_local)
SELECT 'tenant ' || to_char(number, 'FM000'), 7, '{{1,2,3,4,5,6,7}}', ARRAY[(now() + interval '12 hours')::time(0)]
FROM generate_series(1, {TENANTS}) AS number
"""

# A run stops where the test says, before it writes a row, as long as the test holds the lock.
STOP = """
CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(42);
    RETURN NEW;
END;
$$;
CREATE TRIGGER stop BEFORE {event} FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION stop();
"""
# What it is about to write, and how many tenants' slots it has committed by then.
STOPS = {
    "before its first commit": ("INSERT ON topoff.runs", "true", 0),
    "at its first slot": ("INSERT ON post_instances", "true", 0),
    "amid a batch": ("INSERT ON post_instances", "NEW.tenant_id = 'tenant 500'", 400),
    "at a batch's entry in the ledger": ("UPDATE ON topoff.runs", "NEW.tenants = 800", 600),
    "at the last tenant": ("INSERT ON post_instances", f"NEW.tenant_id = 'tenant {TENANTS}'", 800),
    "when all is done but its end": ("UPDATE ON topoff.runs", "NEW.status = 'succeeded'", TENANTS),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with a migrated template, in which no tenant is topped off."""
    with psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="postgres") as session:
        programs = Path(one(session, "SELECT setting FROM pg_config() WHERE name = 'BINDIR'"))
    if not (programs / "initdb").exists():
        pytest.skip(f"the server's programs ({programs}) are not on this machine: no server to crash")
    with own_server(programs) as host:
        with session_on(host, "postgres") as session:
            session.execute("CREATE DATABASE night_template")
        done = alembic(
            "night_template", "upgrade", "head", user="postgres", password="", host=host, port=5432
        )
        assert done.returncode == 0, done.stderr
        with session_on(host, "night_template") as session:
            session.execute(ACCOUNTS)
        yield host


@pytest.fixture
def night(server: str) -> Iterator[Callable[[], Connection]]:
    """Open sessions on a database of the test's own, one a call."""
    with session_on(server, "postgres") as session:
        session.execute("DROP DATABASE IF EXISTS night")
        session.execute("CREATE DATABASE night TEMPLATE night_template")
    with ExitStack() as sessions:
        yield lambda: sessions.enter_context(session_on(server, "night"))


def session_on(host: str, dbname: str) -> Connection:
    """Open a session as soon as the server lets one in."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(host=host, port=5432, user="postgres", dbname=dbname, autocommit=True)
        except OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def wait_for(condition: Callable[[], Any]) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline


def kill(runner: Connection, run: Future[Any], other: Connection) -> None:
    """Kill a session's backend, whatever it is at, and see its call and, with the server, other sessions fail."""
    os.kill(runner.info.backend_pid, signal.SIGKILL)
    error = run.exception(timeout=PATIENCE)
    assert error is None or isinstance(error, OperationalError)

    def is_down() -> bool:
        try:
            other.execute("SELECT")
        except OperationalError:
            return True
        return False

    wait_for(is_down)


def topped_off(session: Connection) -> list[str]:
    """Return the tenants that are topped off, having seen that the others are as they were before."""
    tenants = session.execute("""
        SELECT tenant_id,
               (SELECT count(*) FROM post_instances AS post WHERE post.tenant_id = tenant.tenant_id),
               (SELECT count(*) FROM content_items AS content WHERE content.tenant_id = tenant.tenant_id)
        FROM (SELECT DISTINCT tenant_id FROM channel_accounts) AS tenant
        ORDER BY tenant_id
    """).fetchall()
    assert {(slots, placeholders) for _, slots, placeholders in tenants} <= {(0, 0), (SLOTS, 1)}
    return [tenant for tenant, slots, _ in tenants if slots]


def runs(session: Connection) -> list[tuple[str, int, int]]:
    """Return the ledger, as status, tenants and created."""
    return session.execute("SELECT status, tenants, created FROM topoff.runs ORDER BY id").fetchall()


def assert_next_run_completes(session: Connection) -> None:
    """Run the night to its end and see that every tenant got its slots once."""
    session.execute("CALL topoff_all_tenants()")
    assert len(topped_off(session)) == TENANTS
    *died, last = runs(session)
    assert {status for status, _, _ in died} <= {"abandoned"}
    assert last[:2] == ("succeeded", TENANTS)
    assert sum(created for _, _, created in [*died, last]) == TENANTS * SLOTS
    entries = column(session, "SELECT tenant_id FROM topoff.run_tenants WHERE created > 0")
    assert len(entries) == len(set(entries)) == TENANTS
    session.execute("CALL topoff_all_tenants()")
    assert runs(session)[-1] == ("succeeded", TENANTS, 0)


@pytest.mark.parametrize("moment", STOPS)
def test_a_run_killed_at_any_moment_leaves_whole_batches_and_the_next_completes_it(night, moment):
    event, when, committed = STOPS[moment]
    watcher, runner = night(), night()
    watcher.execute(STOP.format(event=event, when=when))
    watcher.execute("SELECT pg_advisory_lock(42)")
    with in_background() as start:
        run = start(runner.execute, "CALL topoff_all_tenants()")
        pid = runner.info.backend_pid
        wait_for(lambda: run.done() or one(watcher, "SELECT cardinality(pg_blocking_pids(%s)) > 0", pid))
        kill(runner, run, watcher)
    session = night()
    assert topped_off(session) == [f"tenant {number:03}" for number in range(1, committed + 1)]
    expected = [] if event == "INSERT ON topoff.runs" else [("running", committed, committed * SLOTS)]
    assert runs(session) == expected
    assert_next_run_completes(session)
    assert [status for status, _, _ in runs(session)][: len(expected)] == ["abandoned"] * len(expected)


def test_a_run_killed_night_after_night_at_no_particular_moment_gets_done_in_the_end(night):
    done: set[str] = set()
    for deaths in range(1, 6):
        progress = deaths * TENANTS // 6
        watcher, runner = night(), night()
        earlier = column(watcher, "SELECT id FROM topoff.runs")
        now_at = "SELECT max(tenants) FROM topoff.runs WHERE id <> ALL (%s)"
        with in_background() as start:
            run = start(runner.execute, "CALL topoff_all_tenants()")
            wait_for(lambda: run.done() or (one(watcher, now_at, earlier) or 0) >= progress)  # noqa: B023
            kill(runner, run, watcher)
        before, done = done, set(topped_off(night()))
        assert before <= done
        assert len(done) >= progress
        assert len(done) == TENANTS or len(done) % BATCH == 0
    assert_next_run_completes(night())
