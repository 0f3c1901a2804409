"""The nightly run over all tenants: what it commits, what it records, and that it gives way."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any
from uuid import UUID

import psycopg
import pytest
from builders import column, new_account, new_content, new_post, one
from conftest import PLENTY
from psycopg import Connection, errors

LEDGER = "SELECT status, tenants, created, failed FROM topoff.runs ORDER BY id"
NIGHT = "CALL topoff_all_tenants()"

# A night in such a session waits for six minutes for a lock, so that a test can stop it where it likes. Its
# steps are then of 500, 1000, 2000, 2000 ... accounts, each tenant counting for 10 at the least.
STOPPABLE = "-c deadlock_timeout=1h"


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
def held_tenant(session: Connection, *tenants: str) -> Iterator[None]:
    """Hold tenants' locks, as callers in a long transaction do."""
    with session.transaction():
        for tenant in tenants:
            session.execute("SELECT topoff.lock_tenants(ARRAY[%s])", [tenant])
        yield


def planned_instants(db: Connection, tenant: str) -> tuple[UUID, list[Any]]:
    """Return the tenant's only account and the instants that a top-off would plan for it."""
    account = one(db, "SELECT id FROM channel_accounts WHERE tenant_id = %s", tenant)
    return account, column(db, "SELECT slot_at FROM preview_planned_slots(%s) ORDER BY slot_at", tenant)


@contextmanager
def held_slot(session: Connection, *tenants: str) -> Iterator[None]:
    """Hold one slot of each tenant, as an import in a long transaction does: a post where it will be planned."""
    with session.transaction():
        for tenant in tenants:
            account, instants = planned_instants(session, tenant)
            new_post(session, account, instants[0], tenant=tenant)
        yield


@contextmanager
def stopped_night(db: Connection, connect: Callable[..., Connection], tenant: str) -> Iterator[Background]:
    """Run a night up to the tenant's first slot, with what comes before it in the step written."""
    db.execute(
        "CREATE OR REPLACE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_advisory_xact_lock_shared(42); RETURN NEW; END $$"
    )
    db.execute(
        "CREATE OR REPLACE TRIGGER stop BEFORE INSERT ON post_instances FOR EACH ROW "
        f"WHEN (NEW.tenant_id = '{tenant}' AND NEW.status = 'Planned') EXECUTE FUNCTION stop()"
    )
    gate = connect()
    gate.execute("SELECT pg_advisory_lock(42)")
    run = Background(connect(options=STOPPABLE), NIGHT)
    wait_for(lambda: waits_for_lock(db, run.pid))
    try:
        yield run
    finally:
        gate.execute("SELECT pg_advisory_unlock(42)")


def pauses(db: Connection, pid: int) -> bool:
    """Tell whether the night has done what it could and waits for others."""
    return one(db, "SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = %s", pid)


def waits_for_lock(db: Connection, pid: int) -> bool:
    """Tell whether the backend waits for a lock."""
    return one(db, "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s", pid)


# What a night does


def test_a_night_fills_every_tenant_with_a_cadence_and_the_next_one_finds_nothing_to_do(db):
    new_tenants(db, 480)
    new_account(db, "paused", posts_per_week=3, status="paused")
    new_account(db, "without", posts_per_week=0)
    db.execute(NIGHT)
    db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 5760, 0), ("succeeded", 480, 0, 0)]
    assert one(db, "SELECT count(*) FROM post_instances WHERE status = 'Planned'") == 5760
    assert column(db, "SELECT DISTINCT count(*) FROM post_instances GROUP BY tenant_id") == [12]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants WHERE created = 12 AND sqlstate IS NULL") == 480
    assert one(db, "SELECT bool_and(finished_at >= started_at) FROM topoff.runs")


def test_a_night_without_tenants_succeeds(db):
    db.execute(NIGHT)
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


def test_an_account_of_an_unknown_zone_fails_alone_and_is_named(db):
    new_tenants(db, 1000)
    break_tenant(db, "t0500")
    broken = one(db, "SELECT id FROM channel_accounts WHERE tenant_id = 't0500'")
    new_account(db, "t0500", posts_per_week=3)
    with pytest.raises(errors.RaiseException) as failure:
        db.execute(NIGHT)
    message = f'channel account {broken}: time zone "Mars/Olympus" is not known to this server'
    assert failure.value.diag.message_primary == "1 of 1000 tenants failed: t0500"
    assert failure.value.diag.message_detail == f"t0500: {message} (22023)"
    assert db.execute(LEDGER).fetchall() == [("failed", 1000, 1000 * 12, 1)]
    assert db.execute(
        "SELECT tenant_id, created, sqlstate, message FROM topoff.run_tenants WHERE sqlstate IS NOT NULL"
    ).fetchall() == [("t0500", 12, "22023", message)]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants WHERE created = 12") == 1000


def test_of_many_accounts_of_unknown_zones_five_are_named_and_the_rest_is_counted(db):
    for _ in range(7):
        new_account(db, posts_per_week=3)
    break_tenant(db, "h2o")
    with pytest.raises(errors.RaiseException, match="1 of 1 tenants failed: h2o"):
        db.execute(NIGHT)
    message = one(db, "SELECT message FROM topoff.run_tenants")
    named = column(db, "SELECT id FROM channel_accounts ORDER BY id")[:5]
    assert message == "; ".join(
        [
            f'channel account {account}: time zone "Mars/Olympus" is not known to this server'
            for account in named
        ]
        + ["and 2 more"]
    )


def test_a_night_whose_failed_tenant_is_erased_meanwhile_still_says_that_one_failed(db, connect):
    new_tenants(db, 2)
    refuse_slots(db, "t0001", "RAISE 'no'")
    holder = connect()
    with held_tenant(holder, "t0002"):
        run = Background(connect(), NIGHT)
        wait_for(lambda: one(db, "SELECT count(*) FROM topoff.run_tenants WHERE tenant_id = 't0001'"))
        db.execute("SELECT topoff.erase_tenant('t0001')")
    error = run.join()
    assert isinstance(error, errors.RaiseException)
    assert error.diag.message_primary.startswith("1 of 2 tenants failed")


def test_the_hint_of_a_failed_night_holds_a_query_that_shows_the_errors(db):
    new_tenants(db, 2)
    break_tenant(db, "t0001")
    with pytest.raises(errors.RaiseException) as failure:
        db.execute(NIGHT)
    query = re.search(r"SELECT [^;]*;", failure.value.diag.message_hint)[0]
    assert [row[1] for row in db.execute(query)] == ["t0001"]


def test_a_night_with_many_failures_names_the_first_20_and_counts_all(db):
    new_tenants(db, 240)
    for number in range(1, 26):
        break_tenant(db, f"t{number:04}")
    with pytest.raises(errors.RaiseException) as failure:
        db.execute(NIGHT)
    names = ", ".join(f"t{number:04}" for number in range(1, 21))
    assert failure.value.diag.message_primary == f"25 of 240 tenants failed: {names} ..."
    assert len(failure.value.diag.message_detail.splitlines()) == 20
    assert db.execute(LEDGER).fetchall() == [("failed", 240, 215 * 12, 25)]


def test_a_tenant_that_is_mended_gets_its_slots_the_next_night(db):
    new_tenants(db, 3)
    break_tenant(db, "t0002")
    with pytest.raises(errors.RaiseException, match="(?m)1 of 3 tenants failed: t0002$"):
        db.execute(NIGHT)
    db.execute("UPDATE channel_accounts SET timezone = 'Europe/Berlin' WHERE tenant_id = 't0002'")
    break_tenant(db, "t0003")
    with pytest.raises(errors.RaiseException, match="(?m)1 of 3 tenants failed: t0003$"):
        db.execute(NIGHT)
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
        db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("failed", 240, 239 * 12, 1)]
    assert db.execute(
        "SELECT tenant_id, sqlstate, message FROM topoff.run_tenants WHERE sqlstate IS NOT NULL"
    ).fetchall() == [("t0002", sqlstate, message)]


def test_one_failing_tenant_in_each_step_costs_no_other_one_its_slots(db):
    new_tenants(db, 480)
    db.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN IF right(NEW.tenant_id, 1) = '7' THEN RAISE 'no room'; END IF; RETURN NULL; END $$"
    )
    db.execute("CREATE TRIGGER refuse AFTER INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION refuse()")
    with pytest.raises(errors.RaiseException, match="48 of 480 tenants failed: t0007, t0017, "):
        db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("failed", 480, 432 * 12, 48)]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants WHERE message = 'no room'") == 48


# Who has all the slots is not taken in hand


def put_before(db: Connection, function: str, arguments: str, result: str, statements: str) -> None:
    """Have a function execute some statements, and then do what it does."""
    db.execute(f"ALTER FUNCTION topoff.{function} RENAME TO other")
    db.execute(
        f"CREATE FUNCTION topoff.{function}({arguments}) RETURNS {result} LANGUAGE plpgsql "
        f"AS $$ BEGIN {statements} RETURN topoff.other({', '.join(re.findall('[a-z_]+(?= )', arguments))}); END $$"
    )


def test_it_looks_at_few_first_and_goes_on_while_most_of_them_have_all_their_slots(db):
    new_tenants(db, 240)
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) SELECT 't0001', 1 FROM generate_series(1, 500)"
    )
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) SELECT 't0002', 1 FROM generate_series(1, 498)"
    )
    db.execute("CREATE TABLE looks (number serial, tenants text[])")
    put_before(
        db,
        "complete_tenants",
        "tenants text[], as_of timestamptz, window_end timestamptz",
        "text[]",
        "INSERT INTO public.looks (tenants) VALUES (tenants);",
    )
    looked_at = (
        "WITH night AS (DELETE FROM looks RETURNING *) SELECT cardinality(tenants) FROM night ORDER BY number"
    )

    db.execute(NIGHT)
    assert column(db, looked_at) == [1]  # t0002 has 499 accounts, and t0001 a step of its own
    db.execute(NIGHT)
    assert column(db, looked_at) == [1, 238]
    db.execute("DELETE FROM post_instances WHERE tenant_id = 't0002'")
    db.execute(NIGHT)
    assert column(db, looked_at) == [1]
    db.execute("CALL topoff_all_tenants(replan => true)")
    assert column(db, looked_at) == []
    assert db.execute("SELECT tenants, failed FROM topoff.runs ORDER BY id").fetchall() == [(240, 0)] * 4


def test_who_has_all_the_slots_is_not_waited_for(db, connect):
    new_tenants(db, 240)
    db.execute(NIGHT)
    db.execute("DELETE FROM post_instances WHERE tenant_id IN ('t0011', 't0222')")
    with held_tenant(connect(), "t0007"):
        db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall()[1:] == [("succeeded", 240, 24, 0)]
    assert column(db, "SELECT tenant_id FROM topoff.run_tenants WHERE run_id = 2 ORDER BY 1") == [
        "t0011",
        "t0222",
    ]


def test_a_tenant_that_cannot_be_looked_at_fails_alone(db):
    new_tenants(db, 240)
    put_before(
        db,
        "placeholder_content_item_id",
        "tenant text",
        "uuid",
        "IF tenant = 't0007' THEN RAISE 'not that one'; END IF;",
    )
    for number, created in enumerate((239 * 12, 0)):
        with pytest.raises(errors.RaiseException, match="1 of 240 tenants failed: t0007"):
            db.execute(NIGHT)
        assert db.execute(LEDGER).fetchall()[number] == ("failed", 240, created, 1)


def test_who_keeps_a_table_keeps_a_night_from_looking_no_longer_than_from_a_step(db, connect):
    new_tenants(db, 30)
    db.execute(NIGHT)
    holder = connect()
    night = connect(options="-c topoff.patience=0 -c statement_timeout=30s")
    with holder.transaction():
        holder.execute("LOCK TABLE topoff.blackouts")
        with pytest.raises(errors.RaiseException, match="30 of 30 tenants failed"):
            night.execute(NIGHT)


# It gives way


@pytest.mark.parametrize("hold", [held_tenant, held_slot])
def test_a_held_tenant_costs_the_others_nothing_and_its_holder_is_named(db, connect, hold):
    new_tenants(db, 240)
    holder = connect(application_name="an import")
    night = connect(options="-c topoff.patience=0")
    with hold(holder, "t0007"):
        with pytest.raises(errors.RaiseException) as failure:
            night.execute(NIGHT)
        assert failure.value.diag.message_primary == "1 of 240 tenants failed: t0007"
    assert db.execute(LEDGER).fetchall() == [("failed", 240, 239 * 12, 1)]
    ((state, message),) = db.execute(
        "SELECT sqlstate, message FROM topoff.run_tenants WHERE tenant_id = 't0007'"
    )
    assert state == "55P03"
    user = one(db, "SELECT current_user")
    assert re.fullmatch(
        f"a lock that it needs was not to be had: held by process {holder.info.backend_pid} "
        rf"\(role {user}, an import, idle in transaction, in its transaction for \d\d:\d\d:\d\d\)",
        message,
    )
    night.execute(NIGHT)
    assert db.execute(LEDGER).fetchall()[1] == ("succeeded", 240, 12 if hold is held_tenant else 11, 0)


@pytest.mark.parametrize("hold", [held_tenant, held_slot])
def test_a_held_tenant_is_waited_for_in_pauses_in_which_the_night_keeps_nobody(db, connect, hold):
    new_tenants(db, 240)
    with hold(connect(), "t0007"):
        run = Background(connect(), NIGHT)
        wait_for(lambda: db.execute(LEDGER).fetchall() == [("running", 239, 239 * 12, 0)])
        wait_for(lambda: pauses(db, run.pid))
        # But for the row of the run: no tenant, and no table of the application's.
        assert column(
            db,
            "SELECT DISTINCT split_part(coalesce(relation::regclass::text, locktype), '_', 1) FROM pg_locks "
            "WHERE pid = %s AND locktype NOT IN ('virtualxid', 'transactionid') AND mode <> 'AccessShareLock'",
            run.pid,
        ) == ["topoff.runs"]
        hurried = connect(options="-c lock_timeout=1ms")
        assert one(hurried, "SELECT topoff_planned_slots('t0006')") == 0
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [
        ("succeeded", 240, 240 * 12 - (0 if hold is held_tenant else 1), 0)
    ]


def test_a_step_that_meets_a_lock_lets_go_of_all_that_it_had_at_once(db, connect):
    new_tenants(db, 25)
    db.execute("CREATE TABLE had (pid integer, what text)")
    db.execute(
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO public.had SELECT pid, locktype FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'; "
        "RETURN NEW; END $$"
    )
    # When the step is entered in the ledger it has been given up, and its transaction is still open.
    db.execute("CREATE TRIGGER tell BEFORE UPDATE ON topoff.runs FOR EACH ROW EXECUTE FUNCTION tell()")
    with held_slot(connect(), "t0020"):
        run = Background(connect(), NIGHT)
        wait_for(lambda: column(db, "SELECT tenants FROM topoff.runs") == [24] and pauses(db, run.pid))
        # 24 steps of one tenant each had that tenant; the first one, of all of them, and the one of t0020 none.
        assert one(db, "SELECT count(*) FROM had") == 24
    assert run.join() is None


def test_no_wait_is_longer_than_a_tenth_of_deadlock_timeout(db, connect):
    assert one(db, "SELECT topoff.longest_wait()") == 100
    new_tenants(db, 3)
    db.execute("CREATE TABLE waits (step text, lock_timeout text)")
    db.execute(
        "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "INSERT INTO waits VALUES (NEW.tenant_id, current_setting('lock_timeout')); RETURN NEW; END $$"
    )
    db.execute("CREATE TRIGGER tell BEFORE INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION tell()")
    # The role's own, longer or shorter, makes no difference; t0002 comes in a step of its own.
    for setting in ("0", "10min", "5ms"):
        session = connect(options=f"-c deadlock_timeout=300ms -c lock_timeout={setting}")
        with held_tenant(connect(), "t0002"):
            run = Background(session, NIGHT)
            wait_for(lambda: pauses(db, run.pid))  # noqa: B023
        assert run.join() is None
        assert column(db, "SELECT DISTINCT lock_timeout FROM waits") == ["30ms"]
        assert column(db, "SELECT DISTINCT step FROM waits ORDER BY 1") == ["t0001", "t0002", "t0003"]
        assert one(session, "SHOW lock_timeout") == setting
        db.execute("DELETE FROM post_instances; DELETE FROM waits")
    assert one(connect(options="-c deadlock_timeout=1ms"), "SELECT topoff.longest_wait()") == 1


@pytest.mark.parametrize("hold", [held_tenant, held_slot])
def test_two_hundred_held_tenants_take_no_longer_than_the_nights_patience(db, connect, hold):
    new_tenants(db, 400)
    held = [f"t{number:04}" for number in range(1, 401, 2)]
    with hold(connect(), *held):
        session = connect(options="-c deadlock_timeout=10s -c topoff.patience=3s")
        begun = monotonic()
        with pytest.raises(errors.RaiseException, match="200 of 400 tenants failed"):
            session.execute(NIGHT)
        # One round of a second for each would take two hundred.
        assert monotonic() - begun < 60
    assert db.execute(LEDGER).fetchall() == [("failed", 400, 200 * 12, 200)]
    assert column(db, "SELECT tenant_id FROM topoff.run_tenants WHERE sqlstate = '55P03' ORDER BY 1") == held


def test_who_keeps_a_whole_table_is_named(db, connect):
    new_tenants(db, 30)
    holder = connect(application_name="a migration")
    with holder.transaction():
        holder.execute("LOCK TABLE post_instances")
        with pytest.raises(errors.RaiseException, match="30 of 30 tenants failed"):
            connect(options="-c topoff.patience=0").execute(NIGHT)
    assert (
        one(
            db,
            "SELECT count(*) FROM topoff.run_tenants "
            "WHERE message LIKE '%%held by process ' || %s || ' (role %%, a migration, idle in transaction, in %%'",
            holder.info.backend_pid,
        )
        == 30
    )


def test_of_several_that_may_hold_a_row_the_oldest_come_first_and_the_young_are_left_out(db, connect):
    new_tenants(db, 2)
    sessions = [connect(application_name=f"session {number}") for number in range(5)]
    for number, session in enumerate(sessions):
        session.execute("BEGIN")
        account, instants = planned_instants(session, "t0001")
        new_post(session, account, instants[number], tenant="t0001")
    db.execute("SET deadlock_timeout = '10s'")
    db.execute("SELECT pg_sleep(1.1)")  # they are older than a tenth of it
    young = connect(application_name="young")
    young.execute("BEGIN")
    new_account(young, "t0003")
    assert re.fullmatch(
        r"one of process \d+ \(role \w+, session 0, .*\), process \d+ \(role \w+, session 1, .*\), "
        r"process \d+ \(role \w+, session 2, .*\)",
        one(db, "SELECT topoff.lock_holders('t0001')"),
    )
    for session in sessions:
        session.execute("ROLLBACK")
    assert one(db, "SELECT topoff.lock_holders('t0001')") is None


def test_a_night_whose_role_may_not_look_into_other_sessions_still_names_the_process(db, connect, new_role):
    new_tenants(db, 1)
    role = new_role()
    db.execute(
        f"GRANT USAGE ON SCHEMA topoff TO {role}; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA topoff TO {role}"
    )
    holder = connect(application_name="an import")
    night = connect(user=role, password="of roles made by tests")
    with held_tenant(holder, "t0001"):
        told = one(night, "SELECT topoff.lock_holders('t0001')")
    assert told.startswith(f"process {holder.info.backend_pid} (role ")


@pytest.mark.parametrize("patience", ["soon", "-1s", "1e400 days"])
def test_a_patience_that_is_no_time_is_refused_before_anything_begins(db, connect, patience):
    session = connect()
    session.execute("SELECT set_config('topoff.patience', %s, false)", [patience])
    with pytest.raises(errors.InvalidParameterValue) as refused:
        session.execute(NIGHT)
    assert refused.value.diag.message_primary == f'topoff.patience must be a time, not "{patience}"'
    assert "SET topoff.patience = '5 minutes'" in refused.value.diag.message_hint
    assert db.execute(LEDGER).fetchall() == []


def test_who_has_the_tenant_is_named_and_nobody_else_however_young(db, connect):
    new_tenants(db, 2)
    writer, reader, holder, other, plain = (
        connect(application_name=name) for name in ("writer", "reader", "holder", "other", "")
    )
    elsewhere = connect(dbname="postgres")
    for session in (writer, reader, holder, other, elsewhere):
        session.execute("BEGIN")
    writer.execute("UPDATE channel_accounts SET name = 'x'")
    reader.execute("SELECT FROM post_instances, channel_accounts, content_items")
    other.execute("SELECT topoff.lock_tenants('{t0002}')")
    elsewhere.execute("SELECT pg_advisory_xact_lock(%s)", [one(db, "SELECT topoff.tenant_lock('t0001')")])
    db.execute("SET deadlock_timeout = '1h'")  # so that no writer is old enough to be a suspect
    assert one(db, "SELECT topoff.lock_holders('t0001')") is None
    holder.execute("SELECT topoff.lock_tenants('{t0001}')")
    told = one(db, "SELECT topoff.lock_holders('t0001')")
    who = f"process {holder.info.backend_pid} (role {db.info.user}, holder, idle in transaction, in its transaction for "
    assert re.fullmatch(re.escape(who) + r"\d\d:\d\d:\d\d\)", told)
    db.execute("SET deadlock_timeout = '1ms'")
    assert one(db, "SELECT topoff.lock_holders('t0001')").startswith(who)
    holder.execute("ROLLBACK")
    # then whoever writes may be it, with a name or without; who reads, or is elsewhere, can't be
    writing = f"process {writer.info.backend_pid} (role {db.info.user}, writer, idle in transaction, in its"
    assert one(db, "SELECT topoff.lock_holders('t0001')").startswith(writing)
    writer.execute("ROLLBACK")
    plain.execute("BEGIN")
    plain.execute("LOCK topoff.blackouts IN ROW EXCLUSIVE MODE")
    db.execute("SELECT pg_sleep(0.01)")
    unnamed = f"process {plain.info.backend_pid} (role {db.info.user}, idle in transaction, in its"
    assert one(db, "SELECT topoff.lock_holders('t0001')").startswith(unnamed)
    # one's own locks are nobody's
    plain.execute("ROLLBACK")
    db.execute("BEGIN")
    db.execute("SELECT topoff.lock_tenants('{t0001}')")
    db.execute("UPDATE channel_accounts SET name = 'y'")
    assert one(db, "SELECT topoff.lock_holders('t0001')") is None


# Deadlocks: the others never lose

# Who has waited that long looks for a deadlock, and loses it. It is half of the night's deadlock_timeout, so
# that the night is gone by then, or is seen.
NOTICES_FIRST = "-c deadlock_timeout=500ms"


def in_each_others_way(db: Connection, one_pid: int, other_pid: int) -> bool:
    """Tell whether two sessions wait for each other."""
    return one(db, "SELECT %s = ANY (pg_blocking_pids(%s))", one_pid, other_pid) and one(
        db, "SELECT %s = ANY (pg_blocking_pids(%s))", other_pid, one_pid
    )


def test_two_inserts_in_the_wrong_order_never_lose_to_a_night(db, connect):
    # A night writes in the order of tenants and accounts.
    for number in (1, 2):
        new_account(db, f"t000{number}", id=UUID(int=number), posts_per_week=3)
    places = {tenant: planned_instants(db, tenant) for tenant in ("t0001", "t0002")}
    met = 0
    for attempt in range(10):
        person = connect(options="-c deadlock_timeout=2s")
        with person.transaction():
            (first, first_at), (second, second_at) = places["t0001"], places["t0002"]
            content = new_content(person, "t0001")
            new_post(person, second, second_at[attempt], "t0002")
            night = Background(connect(options="-c deadlock_timeout=4s"), NIGHT)
            # It has written the slots of t0001, and is at those of t0002.
            wait_for(lambda: waits_for_lock(db, night.pid))  # noqa: B023
            insert = Background(
                person,
                "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status) "
                f"VALUES ('t0001', '{first}', '{content}', '{first_at[attempt]}', 'Scheduled') "
                "ON CONFLICT DO NOTHING",
            )
            has_met = False
            while insert.thread.is_alive() and not has_met:
                has_met = in_each_others_way(db, night.pid, insert.pid)
                sleep(0.003)
            met += has_met
            assert insert.join() is None
        assert night.join() is None
        # A night that had given up before the insert began is a matter of luck: it has planned that slot by then.
        scheduled = one(db, "SELECT count(*) FROM post_instances WHERE status = 'Scheduled'")
        assert scheduled == 2 or (scheduled == 1 and not has_met)
        db.execute("DELETE FROM post_instances")
    assert met > 0  # all ten, mostly: each is a matter of 0.4 s
    assert column(db, "SELECT DISTINCT status FROM topoff.runs") == ["succeeded"]


def test_an_import_in_random_order_never_loses_to_a_night(db, connect):
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week, days_of_week) "
        "SELECT to_char(number % 50, '\"t\"FM0000'), 7, '{1,2,3,4,5,6,7}' FROM generate_series(1, 500) AS number"
    )
    db.execute("INSERT INTO content_items (tenant_id) SELECT DISTINCT tenant_id FROM channel_accounts")
    person = connect(options=NOTICES_FIRST)
    for _ in range(10 if PLENTY else 4):
        with person.transaction():
            night = Background(connect(), NIGHT)
            person.execute(
                "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status) "
                "SELECT account.tenant_id, account.id, item.id, slot.at, 'Scheduled' "
                "FROM channel_accounts AS account JOIN content_items AS item USING (tenant_id), "
                "generate_series(current_date + 1 + time '09:00', current_date + 27, '1 day') AS slot (at) "
                "WHERE item.title IS DISTINCT FROM 'Planned slot' "
                "ORDER BY random() "
                "ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO NOTHING"
            )
        assert night.join() is None
        db.execute("DELETE FROM post_instances")
    assert column(db, "SELECT DISTINCT status FROM topoff.runs") == ["succeeded"]


def test_a_button_pressed_all_the_time_hardly_waits_for_a_night_that_others_hold_up(db, connect):
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) "
        "SELECT to_char(number % 40, '\"t\"FM0000'), 5 FROM generate_series(1, 2000) AS number"
    )
    bystander = connect()
    longest = 0.0
    with held_slot(connect(), "t0003", "t0011", "t0019", "t0027", "t0035"):
        night = Background(connect(options="-c topoff.patience=6s"), NIGHT)
        presses = 0
        while night.thread.is_alive():
            tenant = f"t{presses * 7 % 40:04}"
            presses += 1
            if tenant not in ("t0003", "t0011", "t0019", "t0027", "t0035"):
                begun = monotonic()
                bystander.execute("SELECT topoff_planned_slots(%s)", [tenant])
                longest = max(longest, monotonic() - begun)
                sleep(0.01)  # a hundred presses a second are enough
    print(f"{presses} presses, the longest took {longest:.3f} s")
    assert "5 of 40 tenants failed" in str(night.join())
    assert longest < 2


# One at a time


IN_THE_WAY = "another run of topoff_all_tenants is under way, so this one does nothing"


def test_a_second_run_at_once_steps_aside_with_a_notice(db, connect):
    new_tenants(db, 480)
    with stopped_night(db, connect, "t0060") as first:
        second = Background(connect(), NIGHT)
        assert second.join() is None
        assert second.notices == [IN_THE_WAY]
        assert db.execute(LEDGER).fetchall() == [("running", 50, 600, 0)]
    assert first.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 5760, 0)]


def test_a_second_run_steps_aside_also_while_the_first_one_waits_for_others(db, connect):
    new_tenants(db, 3)
    with held_tenant(connect(), "t0002"):
        first = Background(connect(), NIGHT)
        wait_for(lambda: pauses(db, first.pid))
        second = Background(connect(), NIGHT)
        assert second.join() is None
        assert second.notices == [IN_THE_WAY]
    assert first.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 36, 0)]


def test_a_run_between_two_of_its_transactions_is_not_taken_for_dead(db, connect):
    db.execute("INSERT INTO topoff.runs (id) VALUES (1)")
    db.execute("SET lock_timeout = '1ms'")  # the role's, which is not for this wait
    for _ in range(10):
        second = Background(connect(), NIGHT)
        wait_for(lambda: pauses(db, second.pid))  # noqa: B023
        db.execute("SELECT topoff.resume_run(1)")
        assert second.join() is None
        assert second.notices == [IN_THE_WAY]
    assert db.execute(LEDGER).fetchall() == [("running", 0, 0, 0)]


def test_runs_that_meet_again_and_again_never_take_each_other_for_dead(db, connect):
    new_tenants(db, 500)
    loop = (
        "DO $$ DECLARE stop timestamptz := clock_timestamp() + interval '2 seconds'; "
        "BEGIN WHILE clock_timestamp() < stop LOOP CALL topoff_all_tenants(); END LOOP; END $$"
    )
    runs = [Background(connect(), loop) for _ in range(3)]
    assert [run.join() for run in runs] == [None, None, None]
    assert any(run.notices for run in runs)
    assert column(db, "SELECT DISTINCT status FROM topoff.runs") == ["succeeded"]
    assert one(db, "SELECT sum(created) FROM topoff.runs") == 6000
    assert one(db, "SELECT count(*) FROM post_instances") == 6000


def test_of_two_that_begin_at_the_same_moment_one_steps_aside(db, connect):
    first = connect()
    with first.transaction():
        assert one(first, "SELECT topoff.start_run(false)") == 1
        second = Background(connect(), "SELECT topoff.start_run(false)")
        wait_for(lambda: waits_for_lock(db, second.pid))
    assert second.join() is None
    assert second.notices == [IN_THE_WAY]
    assert db.execute(LEDGER).fetchall() == [("running", 0, 0, 0)]


def test_a_role_without_rights_on_our_tables_cannot_keep_nights_away(db, connect, new_role):
    new_tenants(db, 2)
    role = new_role()
    stranger = connect(user=role, password="of roles made by tests", autocommit=False)
    # What was the run's lock once, whatever else of the kind, and all that the role is let have.
    stranger.execute("SELECT pg_advisory_lock(hashtextextended('topoff_all_tenants', 0))")
    stranger.commit()
    db.execute(f"GRANT USAGE ON SCHEMA topoff TO {role}; GRANT SELECT ON topoff.runs TO {role}")
    for attempt in ("SELECT FROM topoff.runs FOR UPDATE", "SELECT FROM topoff.runs FOR KEY SHARE"):
        with pytest.raises(errors.InsufficientPrivilege):
            stranger.execute(attempt)
        stranger.rollback()
    with pytest.raises(errors.InsufficientPrivilege):
        stranger.execute("LOCK TABLE topoff.runs IN ROW EXCLUSIVE MODE")
    stranger.rollback()
    stranger.execute("LOCK TABLE topoff.runs IN ACCESS SHARE MODE")
    db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 24, 0)]


def test_vacuum_of_the_ledger_does_not_look_like_another_run(db, connect):
    new_tenants(db, 2)
    cleaner = connect(autocommit=False)
    cleaner.execute("LOCK TABLE topoff.runs IN SHARE UPDATE EXCLUSIVE MODE")  # as VACUUM does
    db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 24, 0)]


def test_a_run_that_was_closed_behind_its_back_stops(db, connect):
    db.execute("INSERT INTO topoff.runs (id) VALUES (1)")
    person = connect()
    with person.transaction():
        person.execute("UPDATE topoff.runs SET status = 'abandoned', finished_at = now()")
        run = Background(connect(), "SELECT topoff.resume_run(1)")
        wait_for(lambda: waits_for_lock(db, run.pid))
    error = run.join()
    assert isinstance(error, errors.ObjectNotInPrerequisiteState)
    assert error.diag.message_primary == "run 1 of topoff_all_tenants is no longer running in the ledger"


def test_a_large_tenant_is_committed_before_the_next_one_begins(db, connect):
    db.execute(
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) "
        "SELECT 't0001', 1 FROM generate_series(1, 2000) UNION ALL SELECT 't0002', 1"
    )
    with stopped_night(db, connect, "t0002") as run:
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
@pytest.mark.parametrize("moment", ["at a lock", "in a pause"])
def test_a_run_that_dies_keeps_what_it_committed_and_the_next_one_completes_it(
    db, connect, how, error, moment
):
    new_tenants(db, 480)
    if moment == "at a lock":
        done = 50
        with stopped_night(db, connect, "t0060") as run:
            db.execute(f"SELECT {how}(%s)", [run.pid])
            assert isinstance(run.join(), error)
    else:
        done = 479
        with held_tenant(connect(), "t0240"):
            run = Background(connect(), NIGHT)
            wait_for(lambda: pauses(db, run.pid))
            db.execute(f"SELECT {how}(%s)", [run.pid])
            assert isinstance(run.join(), error)
    assert one(db, "SELECT count(*) FROM post_instances") == 12 * done
    assert db.execute(LEDGER).fetchall() == [("running", done, 12 * done, 0)]

    # The cancelled session lives on, and does not stand in the way.
    connect().execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [
        ("abandoned", done, 12 * done, 0),
        ("succeeded", 480, 5760 - 12 * done, 0),
    ]
    assert one(db, "SELECT bool_and(finished_at >= started_at) FROM topoff.runs")
    assert one(db, "SELECT count(*) FROM post_instances") == 5760


def test_a_statement_timeout_ends_the_run_but_undoes_nothing(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0240"):
        run = Background(connect(options="-c statement_timeout=2s"), NIGHT)
        assert isinstance(run.join(), errors.QueryCanceled)
    assert db.execute(LEDGER).fetchall() == [("running", 479, 5748, 0)]
    run.session.execute("SET statement_timeout = 0")
    run.session.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("abandoned", 479, 5748, 0), ("succeeded", 480, 12, 0)]


# How it is called


def test_inside_a_transaction_it_fails_at_once_and_leaves_nothing(db):
    new_tenants(db, 1)
    with pytest.raises(errors.InvalidTransactionTermination), db.transaction():
        db.execute("SELECT 1")
        db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == []
    db.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("succeeded", 1, 12, 0)]


@pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
def test_a_callers_isolation_level_does_not_make_tenants_fail(db, connect, isolation):
    new_tenants(db, 3)
    session = connect()
    session.execute(f"SET default_transaction_isolation = '{isolation}'")
    button = connect()
    with button.transaction():
        button.execute("SELECT topoff_planned_slots('t0002')")
        run = Background(session, NIGHT)
        wait_for(lambda: pauses(db, run.pid))
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 24, 0)]
    assert one(session, "SELECT current_setting('transaction_isolation')") == isolation


def test_every_transaction_of_a_night_reads_what_others_have_committed(db, connect):
    new_tenants(db, 60)  # two steps, and two tenants that are put aside
    db.execute("CREATE TABLE levels (tenant text, level text)")
    db.execute(
        "CREATE FUNCTION note_level() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.levels"
        " VALUES (NEW.tenant_id, current_setting('transaction_isolation')); RETURN NULL; END $$;"
        " CREATE TRIGGER note_level AFTER INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION note_level()"
    )
    session, holder = connect(), connect()
    session.execute("SET default_transaction_isolation = 'repeatable read'")
    with held_tenant(holder, "t0007", "t0008"):
        run = Background(session, NIGHT)
        wait_for(lambda: pauses(db, run.pid))
    assert run.join() is None
    assert db.execute("SELECT level, count(DISTINCT tenant) FROM levels GROUP BY level").fetchall() == [
        ("read committed", 60)
    ]


def test_it_needs_nothing_from_the_callers_search_path(db, connect):
    new_tenants(db, 2)
    session = connect()
    session.execute("SET search_path = ''")
    session.execute("CALL public.topoff_all_tenants()")
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 24, 0)]


def test_the_applications_triggers_find_what_they_name_and_their_errors_are_told(db):
    new_tenants(db, 2)
    db.execute("CREATE TABLE audit_log (tenant text)")
    db.execute(
        "CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN INSERT INTO audit_log VALUES (NEW.tenant_id); RETURN NULL; END $$"
    )
    db.execute("CREATE TRIGGER audit AFTER INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION audit()")
    db.execute(NIGHT)
    db.execute("UPDATE channel_accounts SET times_local = '{11:00}'")
    db.execute("CALL topoff_all_tenants(replan => true)")
    assert one(db, "SELECT count(*) FROM audit_log") == 48


def test_nobody_may_call_it_unless_told(db):
    routines = db.execute(
        "SELECT proname, has_function_privilege('pg_monitor', oid, 'EXECUTE') FROM pg_proc "
        "WHERE proname IN ('topoff_all_tenants', 'start_run', 'resume_run', 'tenants_to_plan', 'run_batch', "
        "'enter_step', 'lock_holders', 'finish_run', 'raise_run_failures', 'schedule', 'unschedule')"
    ).fetchall()
    assert len(routines) == 11
    assert not any(allowed for _, allowed in routines)
    assert not one(
        db,
        "SELECT has_table_privilege('pg_monitor', 'topoff.runs', 'SELECT') "
        "OR has_table_privilege('pg_monitor', 'topoff.run_tenants', 'SELECT')",
    )


# It sees all tenants, or fails


PER_TENANT = "(tenant_id = current_setting('app.tenant_id', true))"


@pytest.mark.parametrize(
    "policy",
    [
        "",
        f"CREATE POLICY own ON {{table}} USING {PER_TENANT}",
        "CREATE POLICY seen ON {table} FOR SELECT USING (true)",
        f"CREATE POLICY shown ON {{table}} USING (true); CREATE POLICY own ON {{table}} AS RESTRICTIVE USING {PER_TENANT}",
    ],
    ids=["none", "one tenant", "not for writing", "restrictive"],
)
@pytest.mark.parametrize("table", ["channel_accounts", "post_instances"])
def test_a_night_whose_role_does_not_see_all_rows_fails(db, connect, new_role, table, policy):
    new_tenants(db, 2)
    role = night_role(db, new_role)
    db.execute(f"ALTER TABLE {table} OWNER TO {role}; ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    db.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY; {policy.format(table=table)}")
    night = connect(user=role, password="of roles made by tests")
    with pytest.raises(errors.InsufficientPrivilege) as refused:
        night.execute(NIGHT)
    assert refused.value.diag.message_primary == (
        f'role "{role}" does not see all rows: row-level security of public.{table}'
    )
    assert db.execute(LEDGER).fetchall() == []
    db.execute(re.search("ALTER ROLE [^;]*", refused.value.diag.message_hint)[0])
    night.execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 24, 0)]
    db.execute(f"ALTER TABLE {table} OWNER TO CURRENT_USER")


def test_policies_that_hide_nothing_from_the_nights_role_do_not_keep_it_away(db, connect, new_role):
    new_tenants(db, 2)
    role, api = night_role(db, new_role), new_role()
    db.execute("SELECT topoff.isolate_tenants(CAST(%s AS regrole))", [api])
    assert one(db, "SELECT relrowsecurity FROM pg_class WHERE relname = 'channel_accounts'")
    connect(user=role, password="of roles made by tests").execute(NIGHT)
    assert db.execute(LEDGER).fetchall() == [("succeeded", 2, 24, 0)]
    assert column(db, "SELECT called_by FROM topoff.runs") == [role]


def night_role(db: Connection, new_role: Callable[..., str]) -> str:
    """Create a role that has what a night needs, and is neither superuser nor owner."""
    role = new_role()
    db.execute(
        f"GRANT USAGE ON SCHEMA topoff TO {role}; "
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, topoff TO {role}; "
        f"GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public, topoff TO {role}"
    )
    return role


# It re-plans


def test_a_night_that_re_plans_brings_everybody_in_line_also_who_no_longer_plans(db):
    new_tenants(db, 300)
    db.execute(NIGHT)
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    db.execute("UPDATE channel_accounts SET status = 'paused' WHERE tenant_id = 't0002'")
    touched = "id = (SELECT id FROM post_instances WHERE tenant_id = 't0003' ORDER BY scheduled_for LIMIT 1)"
    db.execute(f"UPDATE post_instances SET touched_at = now() WHERE {touched}")
    db.execute("CALL topoff_all_tenants(replan => true)")
    assert one(db, "SELECT count(*) FROM post_instances WHERE extract(hour FROM scheduled_for) = 9") == 1
    assert one(db, "SELECT count(DISTINCT tenant_id) FROM post_instances") == 299
    db.execute("CALL topoff_all_tenants(replan => true)")
    runs = db.execute(
        "SELECT replan, status, tenants, removed > 3000, created > 3000, failed FROM topoff.runs ORDER BY id"
    ).fetchall()
    assert runs == [
        (False, "succeeded", 300, False, True, 0),
        (True, "succeeded", 300, True, True, 0),
        (True, "succeeded", 300, False, False, 0),
    ]
    assert db.execute(
        "SELECT removed, created FROM topoff.run_tenants WHERE run_id = 2 AND tenant_id IN ('t0001', 't0002') "
        "ORDER BY tenant_id"
    ).fetchall() == [(12, 12), (12, 0)]


def test_a_night_that_re_plans_gives_way_as_well(db, connect):
    new_tenants(db, 240)
    db.execute(NIGHT)
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    person = connect()
    content = new_content(person, "t0007")
    with person.transaction():
        person.execute(
            "UPDATE post_instances SET content_item_id = %s, status = 'Draft' WHERE id = "
            "(SELECT id FROM post_instances WHERE tenant_id = 't0007' ORDER BY scheduled_for LIMIT 1)",
            [content],
        )
        run = Background(connect(), "CALL topoff_all_tenants(replan => true)")
        wait_for(
            lambda: (
                column(db, "SELECT tenants FROM topoff.runs WHERE status = 'running'") == [239]
                and pauses(db, run.pid)
            )
        )
        hurried = connect(options="-c lock_timeout=1ms")
        assert one(hurried, "SELECT topoff_planned_slots('t0006')") == 0
    assert run.join() is None
    assert column(db, "SELECT status FROM topoff.runs ORDER BY id") == ["succeeded", "succeeded"]
    assert one(db, "SELECT count(*) FROM post_instances WHERE content_item_id = %s", content) == 1


def test_whether_to_re_plan_must_be_told(db):
    with pytest.raises(errors.NullValueNotAllowed, match="replan must not be null"):
        db.execute("CALL topoff_all_tenants(replan => NULL)")
    assert db.execute(LEDGER).fetchall() == []


# Beside people at work


def test_the_button_and_a_night_in_progress_take_turns_for_a_tenant(db, connect):
    new_tenants(db, 480)
    with stopped_night(db, connect, "t0240") as run:
        # Done, not begun, and under way: t0201 was written in the step that came to t0240.
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
    with stopped_night(db, connect, "t0240") as run:
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
    account, instants = planned_instants(db, "t0002")
    person = connect()
    with person.transaction():
        by_hand = new_post(person, account, instants[0], tenant="t0002")
        run = Background(connect(options=STOPPABLE), NIGHT)
        wait_for(lambda: waits_for_lock(db, run.pid))
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 35, 0)]
    assert column(
        db, "SELECT id FROM post_instances WHERE scheduled_for = %s AND tenant_id = 't0002'", instants[0]
    ) == [by_hand]


def test_accounts_that_go_or_pause_in_mid_run_get_nothing_and_fail_nobody(db, connect):
    new_tenants(db, 480)
    with held_tenant(connect(), "t0030"), stopped_night(db, connect, "t0240") as run:
        db.execute("DELETE FROM channel_accounts WHERE tenant_id IN ('t0030', 't0440')")
        db.execute("UPDATE channel_accounts SET status = 'paused' WHERE tenant_id = 't0441'")
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 480, 477 * 12, 0)]


def test_an_account_that_goes_while_its_slots_are_written_costs_its_tenant_nothing(db, connect):
    new_tenants(db, 3)
    extra = new_account(db, "t0002", posts_per_week=3)
    session = connect()
    with session.transaction():
        session.execute("DELETE FROM channel_accounts WHERE id = %s", [extra])
        run = Background(connect(), NIGHT)
        wait_for(lambda: pauses(db, run.pid))
    assert run.join() is None
    assert db.execute(LEDGER).fetchall() == [("succeeded", 3, 36, 0)]


# The ledger


def test_runs_are_remembered_for_90_days(db):
    db.execute(
        "INSERT INTO topoff.runs (id, started_at, finished_at, status) "
        "SELECT row_number() OVER (), now() - age, now() - age, 'failed' "
        "FROM unnest('{91 days, 89 days}'::interval[]) AS age"
    )
    db.execute(
        "INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message) "
        "SELECT id, 'h2o', '22023', 'no' FROM topoff.runs"
    )
    db.execute(NIGHT)
    assert column(
        db, "SELECT (extract(epoch FROM now() - started_at) / 86400)::integer FROM topoff.runs ORDER BY id"
    ) == [89, 0]
    assert one(db, "SELECT count(*) FROM topoff.run_tenants") == 1


def test_a_subscriber_of_logical_replication_takes_over(db, connect):
    # What travels are rows: of earlier nights, and of one that was under way when the publisher went down.
    new_tenants(db, 2)
    db.execute(
        "INSERT INTO topoff.runs (id, started_at, finished_at, status) "
        "SELECT id, now() - (30 - id) * interval '1 day', now(), 'succeeded' FROM generate_series(3, 29) AS id; "
        "INSERT INTO topoff.runs (id) VALUES (30); "
        "INSERT INTO topoff.run_tenants VALUES (30, 't0001', 12)"
    )
    db.execute(NIGHT)
    db.execute(NIGHT)
    assert db.execute("SELECT id, status FROM topoff.runs WHERE id > 28 ORDER BY id").fetchall() == [
        (29, "succeeded"),
        (30, "abandoned"),
        (31, "succeeded"),
        (32, "succeeded"),
    ]
    # Nothing else counts: what a sequence has counted to would have stayed behind.
    assert one(db, "SELECT count(*) FROM pg_class WHERE relkind = 'S'") == 0


@pytest.mark.parametrize(
    ("table", "columns", "constraint"),
    [
        ("topoff.runs", {"status": "'done'", "finished_at": "now()"}, "runs_status_check"),
        ("topoff.runs", {"status": "'succeeded'"}, "runs_finished_check"),
        ("topoff.runs", {"finished_at": "now()"}, "runs_finished_check"),
        ("topoff.run_tenants", {"created": "0"}, "run_tenants_outcome_check"),
        ("topoff.run_tenants", {"created": "-1", "removed": "1"}, "run_tenants_outcome_check"),
        ("topoff.run_tenants", {"sqlstate": "'22023'"}, "run_tenants_error_check"),
        ("topoff.run_tenants", {"created": "1", "message": "'no'"}, "run_tenants_error_check"),
    ],
)
def test_the_ledger_refuses_what_no_run_writes(db, table, columns, constraint):
    if table == "topoff.run_tenants":
        columns = columns | {"run_id": "1", "tenant_id": "'h2o'"}
        db.execute("INSERT INTO topoff.runs (id) VALUES (1)")
    else:
        columns = columns | {"id": "2"}
    with pytest.raises(errors.CheckViolation, match=constraint):
        db.execute(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(columns.values())})")


def test_the_ledger_holds_one_running_run_and_no_more(db):
    db.execute("INSERT INTO topoff.runs (id) VALUES (1)")
    with pytest.raises(errors.UniqueViolation, match="runs_running_key"):
        db.execute("INSERT INTO topoff.runs (id) VALUES (2)")
