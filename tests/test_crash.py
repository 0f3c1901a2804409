"""The nightly run when a backend is killed: the server goes down and recovers, and the next run makes good.

SIGKILL takes down every session of the server, so this has a server of its own.
"""

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from typing import Any

import psycopg
import pytest
from builders import column, one
from conftest import HOST, PASSWORD, PORT, USER, alembic
from interleaving import PATIENCE, in_background
from own_server import Programs, own_server
from psycopg import Connection, OperationalError

TENANTS = 920
SLOTS = 28
# The tenants that a run has committed after each of its steps: it begins with 500 accounts and goes on with
# 2000, each tenant counting for 10; the server's deadlock_timeout lets no step count as a slow one.
STEPS = (50, 250, 450, 650, 850, TENANTS)

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
    "amid a step": ("INSERT ON post_instances", "NEW.tenant_id = 'tenant 500'", 450),
    "at a step's entry in the ledger": ("UPDATE ON topoff.runs", "NEW.tenants = 850", 650),
    "at the last tenant": ("INSERT ON post_instances", f"NEW.tenant_id = 'tenant {TENANTS}'", 850),
    "when all is done but its end": ("UPDATE ON topoff.runs", "NEW.status = 'succeeded'", TENANTS),
}


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server with a migrated template, in which no tenant is topped off."""
    with psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="postgres") as session:
        programs = Programs(one(session, "SELECT setting FROM pg_config() WHERE name = 'BINDIR'"))
    if not programs.are_here():
        pytest.skip(f"the server's programs ({programs.folder}) are not on this machine: no server to crash")
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
        time.sleep(0.003)


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


def assert_next_run_completes(session: Connection, ended: Iterable[str] = ("abandoned",)) -> None:
    """Run the night to its end and see that every tenant got its slots once; ended: how earlier ones may have."""
    session.execute("CALL topoff_all_tenants()")
    assert len(topped_off(session)) == TENANTS
    *died, last = runs(session)
    assert {status for status, _, _ in died} <= set(ended)
    assert last[:2] == ("succeeded", TENANTS)
    assert sum(created for _, _, created in [*died, last]) == TENANTS * SLOTS
    entries = column(session, "SELECT tenant_id FROM topoff.run_tenants WHERE created > 0")
    assert len(entries) == len(set(entries)) == TENANTS
    session.execute("CALL topoff_all_tenants()")
    assert runs(session)[-1] == ("succeeded", TENANTS, 0)


@pytest.mark.parametrize("moment", STOPS)
def test_a_run_killed_at_any_moment_leaves_whole_steps_and_the_next_completes_it(night, moment):
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


@pytest.mark.parametrize("moment", ["in the pause between two rounds", "amid a tenant of its own"])
def test_a_run_killed_while_it_gives_way_has_all_but_those_that_are_held_and_the_next_completes_it(
    night, moment
):
    held = ("tenant 100", "tenant 101", "tenant 800")
    watcher, holder, runner = night(), night(), night()
    with suppress(OperationalError), holder.transaction():
        for tenant in held:
            holder.execute("SELECT topoff.lock_tenants(ARRAY[%s])", [tenant])
        with in_background() as start:
            run = start(runner.execute, "CALL topoff_all_tenants()")
            pid = runner.info.backend_pid
            pauses = "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = %s"
            wait_for(lambda: run.done() or one(watcher, pauses, pid))
            if moment == "amid a tenant of its own":
                watcher.execute(
                    STOP.format(event="INSERT ON post_instances", when="NEW.tenant_id = 'tenant 101'")
                )
                watcher.execute("SELECT pg_advisory_lock(42)")
                holder.execute("COMMIT")
                wait_for(
                    lambda: run.done() or one(watcher, "SELECT cardinality(pg_blocking_pids(%s)) > 0", pid)
                )
            kill(runner, run, watcher)
    session = night()
    missing = held if moment == "in the pause between two rounds" else held[1:]
    done = topped_off(session)
    assert [
        f"tenant {number:03}" for number in range(1, TENANTS + 1) if f"tenant {number:03}" not in done
    ] == list(missing)
    assert runs(session) == [("running", len(done), len(done) * SLOTS)]
    assert_next_run_completes(session)


def test_a_tenant_that_a_prepared_transaction_holds_is_named_with_it(night):
    session = night()
    session.execute("BEGIN")
    session.execute("UPDATE channel_accounts SET id = gen_random_uuid() WHERE tenant_id = 'tenant 100'")
    session.execute("PREPARE TRANSACTION 'half an import'")
    session.execute("SET topoff.patience = 0; SET deadlock_timeout = '1s'")
    try:
        with pytest.raises(psycopg.errors.RaiseException, match="1 of 920 tenants failed: tenant 100"):
            session.execute("CALL topoff_all_tenants()")
    finally:
        session.execute("ROLLBACK PREPARED 'half an import'")
    assert "held by the prepared transaction 'half an import' (role postgres, since " in one(
        session, "SELECT message FROM topoff.run_tenants WHERE sqlstate IS NOT NULL"
    )


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
        # Those that it saw to be done already are not among its steps.
        assert len(done) == TENANTS or len(done) - len(before) in (0, *STEPS)
    # The last of them may have been at its end when it was to be killed.
    assert_next_run_completes(night(), ended=("abandoned", "succeeded"))
