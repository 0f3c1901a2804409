"""The nightly run over all tenants: what it commits, what it records, who it waits for."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
import pytest
from builders import column, new_account, new_post, one
from psycopg import Connection, errors

TENANT_LOCK = "hashtextextended('topoff_planned_slots:' || %s, 0)"
RUN_LOCK = "hashtextextended('topoff_all_tenants', 0)"
LEDGER = "SELECT status, tenants, created, failed FROM topoff.runs ORDER BY id"


def new_tenants(db: Connection, count: int) -> None:
    """Insert tenants t0001, t0002 ..., each with one account of three slots a week."""
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) "
        "SELECT to_char(number, '\"t\"FM0000'), 3 FROM generate_series(1, %s) AS number",
        [count],
    )


def break_tenant(db: Connection, tenant: str) -> None:
    """Give the tenant's accounts a zone that the server does not know, as an old dump could."""
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("UPDATE channel_accounts SET timezone = 'Mars/Olympus' WHERE tenant_id = %s", [tenant])


def refuse_slots(db: Connection, tenant: str, statement: str, deferred: bool = False) -> None:
    """Let a trigger of the application's run a PL/pgSQL statement for each new post of the tenant."""
    db.execute(
        f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF NEW.tenant_id = '{tenant}' THEN {statement}; END IF; RETURN NULL; END $$"
    )
    db.execute(
        f"CREATE {'CONSTRAINT' if deferred else ''} TRIGGER refuse AFTER INSERT ON post_instances "
        f"{'DEFERRABLE INITIALLY DEFERRED' if deferred else ''} FOR EACH ROW EXECUTE FUNCTION refuse()"
    )


def wait_for(condition: Callable[[], Any], seconds: float = 20) -> Any:
    """Poll until the condition holds, and return what it answered."""
    end = monotonic() + seconds
    while not (answer := condition()):
        assert monotonic() < end, "waited in vain"
        sleep(0.01)
    return answer


class Background:
    """A statement under way in a session of its own, with its notices and its error."""

    def __init__(self, session: Connection, statement: str) -> None:
        """Start it."""
        self.session = session
        self.pid = session.info.backend_pid
        self.notices: list[str] = []
        self.error: psycopg.Error | None = None
        session.add_notice_handler(lambda notice: self.notices.append(notice.message_primary))
        self.thread = threading.Thread(target=self._run, args=[statement])
        self.thread.start()

    def _run(self, statement: str) -> None:
        try:
            self.session.execute(statement)
        except psycopg.Error as error:
            self.error = error

    def join(self) -> psycopg.Error | None:
        """Wait for its end, and return its error."""
        self.thread.join(60)
        assert not self.thread.is_alive()
        return self.error


@contextmanager
def held_tenant(session: Connection, tenant: str) -> Iterator[None]:
    """Hold a tenant's lock, as a caller in a long transaction does."""
    with session.transaction():
        session.execute(f"SELECT pg_advisory_xact_lock({TENANT_LOCK})", [tenant])
        yield


def waits_for_lock(db: Connection, pid: int) -> bool:
    """Tell whether the backend waits for a lock."""
    return one(db, "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", pid)


# What a night does


def test_a_night_fills_every_tenant_with_a_cadence_and_the_next_one_finds_nothing_to_do(db):
    new_tenants(db, 480)
    new_account(db, "paused", posts_per_week=3, status="paused")
    new_account(db, "without", posts_per_week=0)
    db.execute("CALL topoff_all_tenants()")
    db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 5760, 0), ("succeeded", 480, 0, 0)]
    assert one(db, "SELECT count(*) FROM post_instances WHERE status = 'Planned'") == 5760
    assert column(db, "SELECT DISTINCT count(*) FROM post_instances GROUP BY tenant_id") == [12]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants WHERE created = 12 AND sqlstate IS NULL") == 480
    assert one(db, "SELECT bool_and(finished_at >= started_at) FROM topoff.runs")


def test_a_night_without_tenants_succeeds(db):
    db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("succeeded", 0, 0, 0)]


def test_the_horizon_is_the_callers(db):
    new_account(db, posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7])
    db.execute("CALL topoff_all_tenants('7 days')")
    assert one(db, "SELECT count(*) FROM post_instances") == 7
    db.execute("CALL topoff_all_tenants(horizon => '14 days')")
    assert one(db, "SELECT count(*) FROM post_instances") == 14


@pytest.mark.parametrize(
    ("horizon", "error"),
    [
        (None, errors.NullValueNotAllowed),
        ("0 days", errors.InvalidParameterValue),
        ("367 days", errors.InvalidParameterValue),
    ],
)
def test_a_wrong_horizon_is_refused_before_anything_begins(db, horizon, error):
    with pytest.raises(error, match="horizon"):
        db.execute("CALL topoff_all_tenants(%s::interval)", [horizon])
    assert db.execute(LEDGER).fetchall() == []


# Failures


def test_one_of_1000_tenants_fails_and_all_others_are_committed(db):
    new_tenants(db, 1000)
    break_tenant(db, "t0500")
    with pytest.raises(errors.RaiseException) as failure:
        db.execute("CALL topoff_all_tenants()")
    assert failure.value.diag.message_primary == "1 of 1000 tenants failed: t0500"
    assert failure.value.diag.message_detail == 't0500: time zone "Mars/Olympus" not recognized (22023)'
    assert db.execute(LEDGER).fetchall() == [("failed", 1000, 999 * 12, 1)]
    assert one(db, "SELECT count(*) FROM post_instances") == 999 * 12
    assert db.execute(
        "SELECT tenant_id, created, sqlstate, message FROM topoff.run_tenants WHERE sqlstate IS NOT NULL"
    ).fetchall() == [("t0500", 0, "22023", 'time zone "Mars/Olympus" not recognized')]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants WHERE created = 12") == 999


def test_the_hint_of_a_failed_night_holds_a_query_that_shows_the_errors(db):
    new_tenants(db, 2)
    break_tenant(db, "t0001")
    with pytest.raises(errors.RaiseException) as failure:
        db.execute("CALL topoff_all_tenants()")
    query = re.search(r"SELECT [^;]*;", failure.value.diag.message_hint)[0]
    assert [row[1] for row in db.execute(query)] == ["t0001"]


def test_a_night_with_many_failures_names_the_first_20_and_counts_all(db):
    new_tenants(db, 240)
    for number in range(1, 26):
        break_tenant(db, f"t{number:04}")
    with pytest.raises(errors.RaiseException) as failure:
        db.execute("CALL topoff_all_tenants()")
    names = ", ".join(f"t{number:04}" for number in range(1, 21))
    assert failure.value.diag.message_primary == f"25 of 240 tenants failed: {names} ..."
    assert len(failure.value.diag.message_detail.splitlines()) == 20
    assert db.execute(LEDGER).fetchall() == [("failed", 240, 215 * 12, 25)]


def test_a_tenant_that_is_mended_gets_its_slots_the_next_night(db):
    new_tenants(db, 3)
    break_tenant(db, "t0002")
    with pytest.raises(errors.RaiseException, match="(?m)1 of 3 tenants failed: t0002$"):
        db.execute("CALL topoff_all_tenants()")
    db.execute("UPDATE channel_accounts SET timezone = 'Europe/Berlin' WHERE tenant_id = 't0002'")
    break_tenant(db, "t0003")
    with pytest.raises(errors.RaiseException, match="(?m)1 of 3 tenants failed: t0003$"):
        db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("failed", 3, 24, 1), ("failed", 3, 12, 1)]


@pytest.mark.parametrize(
    ("statement", "deferred", "sqlstate", "message"),
    [
        ("RAISE 'no room' USING ERRCODE = 'check_violation'", False, "23514", "no room"),
        ("RAISE 'no room' USING ERRCODE = 'check_violation'", True, "23514", "no room"),
        ("ASSERT false, 'never'", False, "P0004", "never"),
        ("RAISE USING MESSAGE = ''", False, "P0001", ""),
    ],
    ids=["a trigger raises", "a deferred trigger raises", "an assertion fails", "without a message"],
)
def test_what_the_applications_triggers_raise_stays_with_the_tenant(
    db, statement, deferred, sqlstate, message
):
    new_tenants(db, 240)
    refuse_slots(db, "t0002", statement, deferred)
    with pytest.raises(errors.RaiseException, match="1 of 240 tenants failed: t0002"):
        db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("failed", 240, 239 * 12, 1)]
    assert db.execute(
        "SELECT tenant_id, sqlstate, message FROM topoff.run_tenants WHERE sqlstate IS NOT NULL"
    ).fetchall() == [("t0002", sqlstate, message)]


def test_a_tenant_whose_lock_is_not_to_be_had_is_left_to_the_next_night(db, connect):
    new_tenants(db, 240)
    setting = one(
        db,
        "SELECT setting FROM pg_proc, unnest(proconfig) AS setting "
        "WHERE proname = 'topoff_tenants' AND setting LIKE 'lock_timeout=%%'",
    )
    assert setting == "lock_timeout=10s"
    db.execute("ALTER FUNCTION topoff_tenants SET lock_timeout = '100ms'")
    with held_tenant(connect(), "t0007"), pytest.raises(errors.RaiseException, match="t0007"):
        db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("failed", 240, 239 * 12, 1)]
    assert column(db, "SELECT sqlstate FROM topoff.run_tenants WHERE tenant_id = 't0007'") == ["55P03"]
    db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall()[1] == ("succeeded", 240, 12, 0)


# One at a time


def test_a_second_run_at_once_steps_aside_with_a_notice(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        first = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, first.pid))
        second = Background(connect(), "CALL topoff_all_tenants()")
        assert second.join() is None
        assert second.notices == ["another run of topoff_all_tenants is under way, so this one does nothing"]
        assert db.execute(LEDGER).fetchall() == [("running", 200, 2400, 0)]
    assert first.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 5760, 0)]


def test_a_run_between_two_of_its_transactions_is_not_taken_for_dead(db, connect):
    db.execute("INSERT INTO topoff.runs DEFAULT VALUES")
    db.execute("SET lock_timeout = '10ms'")  # the role's, which is not for this wait
    second = Background(connect(), "CALL topoff_all_tenants()")
    wait_for(
        lambda: one(db, "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = %s", second.pid)
    )
    db.execute("SELECT topoff.resume_run(id) FROM topoff.runs")
    assert second.join() is None
    assert second.notices == ["another run of topoff_all_tenants is under way, so this one does nothing"]
    assert db.execute(LEDGER).fetchall() == [("running", 0, 0, 0)]


def test_runs_that_meet_again_and_again_never_take_each_other_for_dead(db, connect):
    new_tenants(db, 500)
    loop = (
        "DO $$ DECLARE stop timestamptz := clock_timestamp() + interval '2 seconds'; "
        "BEGIN WHILE clock_timestamp() < stop LOOP CALL topoff_all_tenants(); END LOOP; END $$"
    )
    runs = [Background(connect(), loop), Background(connect(), loop)]
    assert [run.join() for run in runs] == [None, None]
    assert any(run.notices for run in runs)
    assert column(db, "SELECT DISTINCT status FROM topoff.runs") == ["succeeded"]
    assert one(db, "SELECT sum(created) FROM topoff.runs") == 6000
    assert one(db, "SELECT count(*) FROM post_instances") == 6000


def test_a_run_that_was_closed_behind_its_back_stops(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        db.execute("UPDATE topoff.runs SET status = 'abandoned', finished_at = now()")
    assert isinstance(run.join(), errors.ObjectNotInPrerequisiteState)
    assert db.execute(LEDGER).fetchall() == [("abandoned", 400, 4800, 0)]


def test_a_large_tenant_is_committed_before_the_next_one_begins(db, connect):
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) "
        "SELECT 't0001', 1 FROM generate_series(1, 2000) UNION ALL SELECT 't0002', 1"
    )
    with held_tenant(connect(), "t0002"):
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        assert db.execute(LEDGER).fetchall() == [("running", 1, 8000, 0)]
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 8004, 0)]


# Runs that die


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ("pg_cancel_backend", errors.QueryCanceled),
        ("pg_terminate_backend", errors.AdminShutdown),
    ],
)
def test_a_run_that_dies_keeps_what_it_committed_and_the_next_one_completes_it(db, connect, how, error):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        db.execute(f"SELECT {how}(%s)", [run.pid])
        assert isinstance(run.join(), error)
    assert one(db, "SELECT count(*) FROM post_instances") == 2400
    assert db.execute(LEDGER).fetchall() == [("running", 200, 2400, 0)]

    # The cancelled session lives on, and does not stand in the way.
    connect().execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("abandoned", 200, 2400, 0), ("succeeded", 480, 3360, 0)]
    assert one(db, "SELECT bool_and(finished_at >= started_at) FROM topoff.runs")
    assert one(db, "SELECT count(*) FROM post_instances") == 5760


def test_a_statement_timeout_ends_the_run_but_undoes_nothing(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        run = Background(connect(options="-c statement_timeout=2s"), "CALL topoff_all_tenants()")
        assert isinstance(run.join(), errors.QueryCanceled)
    assert db.execute(LEDGER).fetchall() == [("running", 200, 2400, 0)]
    run.session.execute("SET statement_timeout = 0")
    run.session.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("abandoned", 200, 2400, 0), ("succeeded", 480, 3360, 0)]


# How it is called


def test_inside_a_transaction_it_fails_at_once_and_leaves_nothing(db):
    new_tenants(db, 1)
    with pytest.raises(errors.InvalidTransactionTermination), db.transaction():
        db.execute("SELECT 1")
        db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == []
    db.execute("CALL topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("succeeded", 1, 12, 0)]


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_callers_isolation_level_does_not_make_tenants_fail(db, connect, isolation):
    new_tenants(db, 3)
    session = connect()
    session.execute(f"SET default_transaction_isolation = '{isolation}'")
    button = connect()
    with button.transaction():
        button.execute("SELECT topoff_planned_slots('t0002')")
        run = Background(session, "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 24, 0)]
    assert one(session, "SELECT current_setting('transaction_isolation')") == isolation


def test_a_short_lock_timeout_of_the_role_does_not_end_the_run(db, connect):
    new_tenants(db, 240)
    session = connect(options="-c lock_timeout=50ms")
    with held_tenant(connect(), "t0002"):
        run = Background(session, "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        db.execute("SELECT pg_sleep(0.2)")
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 240, 2880, 0)]


def test_it_needs_nothing_from_the_callers_search_path(db, connect):
    new_tenants(db, 2)
    session = connect()
    session.execute("SET search_path = ''")
    session.execute("CALL public.topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 24, 0)]


def test_nobody_may_call_it_unless_told(db):
    assert not one(
        db,
        "SELECT bool_or(has_function_privilege('pg_monitor', oid, 'EXECUTE')) FROM pg_proc WHERE proname IN "
        "('topoff_all_tenants', 'start_topoff_run', 'resume_topoff_run', 'tenant_batches', 'topoff_tenants', "
        "'finish_topoff_run', 'raise_topoff_failures', 'schedule_topoff', 'unschedule_topoff')",
    )
    assert not one(
        db,
        "SELECT has_table_privilege('pg_monitor', 'topoff.runs', 'SELECT') "
        "OR has_table_privilege('pg_monitor', 'topoff.run_tenants', 'SELECT')",
    )


# Beside people at work


def test_the_button_and_a_night_in_progress_take_turns_for_a_tenant(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        # Done, not begun, and under way: t0201 was locked by the batch before it came to t0240.
        assert one(db, "SELECT topoff_planned_slots('t0001')") == 0
        assert one(db, "SELECT topoff_planned_slots('t0440')") == 12
        button = Background(connect(), "SELECT topoff_planned_slots('t0201')")
        wait_for(lambda: waits_for_lock(db, button.pid))
    assert run.join() is None
    assert button.join() is None
    assert one(db, "SELECT count(*) FROM post_instances") == 5760
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 5748, 0)]


def test_a_replan_in_mid_run_stands_whichever_comes_first(db, connect):
    new_tenants(db, 480)
    replan = "SELECT removed, created FROM replan_planned_slots(%s)"
    with held_tenant(connect(), "t0240"):
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        db.execute(
            "UPDATE channel_accounts SET posts_per_week = 5, times_local = '{10:00}' "
            "WHERE tenant_id IN ('t0001', 't0440')"
        )
        assert db.execute(replan, ["t0001"]).fetchone() == (12, 20)
        assert db.execute(replan, ["t0440"]).fetchone() == (0, 20)
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 478 * 12 + 12, 0)]
    assert db.execute(
        "SELECT tenant_id, count(*), count(DISTINCT scheduled_for::time) FROM post_instances "
        "WHERE tenant_id IN ('t0001', 't0440') GROUP BY tenant_id ORDER BY tenant_id"
    ).fetchall() == [("t0001", 20, 1), ("t0440", 20, 1)]


def test_a_post_made_by_hand_while_its_slot_is_written_stands_and_fails_nobody(db, connect):
    new_tenants(db, 3)
    account, at = db.execute(
        "SELECT id, (SELECT min(slot_at) FROM preview_planned_slots('t0002')) "
        "FROM channel_accounts WHERE tenant_id = 't0002'"
    ).fetchone()
    person = connect()
    with person.transaction():
        by_hand = new_post(person, account, at, tenant="t0002")
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 35, 0)]
    assert column(
        db, "SELECT id FROM post_instances WHERE scheduled_for = %s AND tenant_id = 't0002'", at
    ) == [by_hand]


def test_accounts_that_go_or_pause_in_mid_run_get_nothing_and_fail_nobody(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
        db.execute("DELETE FROM channel_accounts WHERE tenant_id IN ('t0280', 't0440')")
        db.execute("UPDATE channel_accounts SET status = 'paused' WHERE tenant_id = 't0441'")
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 477 * 12, 0)]


def test_an_account_that_goes_while_its_slots_are_written_costs_its_tenant_nothing(db, connect):
    new_tenants(db, 3)
    extra = new_account(db, "t0002", posts_per_week=3)
    session = connect()
    with session.transaction():
        session.execute("DELETE FROM channel_accounts WHERE id = %s", [extra])
        run = Background(connect(), "CALL topoff_all_tenants()")
        wait_for(lambda: waits_for_lock(db, run.pid))
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 36, 0)]


# The ledger


def test_runs_are_remembered_for_90_days(db):
    db.execute(
        "INSERT INTO topoff.runs (started_at, finished_at, status) "
        "SELECT now() - age, now() - age, 'failed' FROM unnest('{91 days, 89 days}'::interval[]) AS age"
    )
    db.execute(
        "INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message) "
        "SELECT id, 'h2o', '22023', 'no' FROM topoff.runs"
    )
    db.execute("CALL topoff_all_tenants()")
    assert column(
        db, "SELECT (extract(epoch FROM now() - started_at) / 86400)::integer FROM topoff.runs ORDER BY id"
    ) == [89, 0]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants") == 1


@pytest.mark.parametrize(
    ("table", "columns", "constraint"),
    [
        ("topoff.runs", {"status": "'done'", "finished_at": "now()"}, "topoff_runs_status_check"),
        ("topoff.runs", {"status": "'succeeded'"}, "topoff_runs_finished_check"),
        ("topoff.runs", {"finished_at": "now()"}, "topoff_runs_finished_check"),
        ("topoff.run_tenants", {"created": "0"}, "topoff_run_tenants_outcome_check"),
        (
            "topoff.run_tenants",
            {"created": "1", "sqlstate": "'22023'", "message": "'no'"},
            "topoff_run_tenants_outcome_check",
        ),
    ],
)
def test_the_ledger_refuses_what_no_run_writes(db, table, columns, constraint):
    if table == "topoff.run_tenants":
        columns = columns | {"run_id": "1", "tenant_id": "'h2o'"}
        db.execute("INSERT INTO topoff.runs DEFAULT VALUES")
    with pytest.raises(errors.CheckViolation, match=constraint):
        db.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})")


# What a DBA asks of it: the queries of README, word for word

LAST_NIGHT = """\
SELECT started_at, finished_at - started_at AS took, status, tenants, created, failed
FROM topoff.runs
ORDER BY started_at DESC
LIMIT 1;"""

FAILURES = """\
SELECT run.started_at, entry.tenant_id, entry.sqlstate, entry.message
FROM topoff.run_tenants AS entry
JOIN topoff.runs AS run ON run.id = entry.run_id
WHERE entry.sqlstate IS NOT NULL AND run.started_at > now() - interval '7 days'
ORDER BY run.started_at DESC, entry.tenant_id;"""

TIME_TAKEN = """\
SELECT date_trunc('week', started_at)::date AS week, count(*) AS runs,
       avg(finished_at - started_at) AS average, max(finished_at - started_at) AS longest,
       max(tenants) AS tenants, sum(created) AS created
FROM topoff.runs
WHERE status IN ('succeeded', 'failed')
GROUP BY week
ORDER BY week;"""

ALERT = """\
SELECT coalesce(max(finished_at) < now() - interval '26 hours', true) AS alert
FROM topoff.runs
WHERE status = 'succeeded';"""


def new_run(db: Connection, started: str, status: str, took: str = "1 minute", **failures: str) -> None:
    """Enter a run in the ledger, begun so long ago, with tenants that failed and how."""
    run = one(
        db,
        "INSERT INTO topoff.runs (started_at, finished_at, status, tenants, created, failed) "
        "SELECT at, at + %s::interval, %s, 10, 120, %s FROM (SELECT now() - %s::interval AS at) AS run "
        "RETURNING id",
        took,
        status,
        len(failures),
        started,
    )
    for tenant, message in failures.items():
        db.execute("INSERT INTO topoff.run_tenants VALUES (%s, %s, 0, '22023', %s)", [run, tenant, message])


def test_the_queries_stand_in_readme():
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for query in (LAST_NIGHT, FAILURES, TIME_TAKEN, ALERT):
        assert query in readme


def test_last_nights_result(db):
    new_run(db, "2 days", "succeeded")
    new_run(db, "3 hours", "failed", "90 seconds", h2o="no")
    assert [row[1:] for row in db.execute(LAST_NIGHT)] == [(timedelta(seconds=90), "failed", 10, 120, 1)]


def test_the_failures_of_a_week_with_their_messages(db):
    new_run(db, "8 days", "failed", h2o="too old")
    new_run(db, "2 days", "failed", h2o="first", all_county="second")
    new_run(db, "1 day", "failed", h2o="last")
    assert [row[1:] for row in db.execute(FAILURES)] == [
        ("h2o", "22023", "last"),
        ("all_county", "22023", "second"),
        ("h2o", "22023", "first"),
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
