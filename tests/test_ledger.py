"""The steps of a nightly run one by one: what each enters in the ledger, asks for, or says."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from builders import WAITING, column, insert, new_account, new_post, one
from interleaving import in_background
from psycopg import Connection, errors

NOT_SEEN = "a lock that it needs was not to be had: it is not to be seen who held it"


def new_run(db: Connection, number: int = 1, **columns: Any) -> int:
    """Insert a run, running unless told, and return its number."""
    return insert(db, "topoff.runs", id=number, **columns)


def entries(db: Connection) -> list[tuple[Any, ...]]:
    """Return what the ledger has of tenants."""
    return db.execute(
        "SELECT run_id, tenant_id, created, sqlstate, message FROM topoff.run_tenants ORDER BY 1, 2"
    ).fetchall()


# A step ----------------------------------------------------------------------------------------------------


def entered(db: Connection, tenants: list[str], done: list[str], *outcome: str | None) -> list[str]:
    """Enter a step of run 1 and return who is to be tried again; outcome: the pass, the SQLSTATE, the message."""
    return one(db, "SELECT topoff.enter_step(1, %s, %s, %s, %s, %s)", tenants, done, *outcome)


@pytest.mark.parametrize("state", [None, "55P03", "40P01", "40001"])
def test_a_tenant_that_somebody_holds_is_tried_again_until_the_last_pass(db, state):
    new_run(db)
    assert entered(db, ["a"], [], "all", state, "no") == ["a"]
    assert entered(db, ["a"], [], "again", state, "no") == ["a"]
    assert entries(db) == []
    assert entered(db, ["a"], [], "last", state, "no") == []
    assert entries(db) == [(1, "a", 0, state or "55P03", NOT_SEEN)]


def test_a_tenant_that_failed_of_itself_gets_one_more_attempt_and_its_own_words(db):
    new_run(db)
    assert entered(db, ["a"], [], "all", "23514", "no room") == ["a"]
    assert entries(db) == []
    assert entered(db, ["a"], [], "again", "23514", "no room") == []
    assert entered(db, ["b"], [], "last", "P0001", "") == []
    assert entries(db) == [(1, "a", 0, "23514", "no room"), (1, "b", 0, "P0001", "")]


def test_who_held_a_tenant_to_the_end_is_named(db, connect):
    new_run(db)
    holder = connect(application_name="an import")
    with holder.transaction():
        holder.execute("SELECT topoff.lock_tenants(ARRAY['a'])")
        assert entered(db, ["a"], [], "last", None, None) == []
    ((_, _, _, state, message),) = entries(db)
    assert state == "55P03"
    assert message.startswith(
        f"a lock that it needs was not to be had: held by process {holder.info.backend_pid} (role "
    )


def test_a_step_counts_in_its_run_what_it_did_and_nothing_else(db):
    counted = "SELECT id, tenants, created, removed, failed FROM topoff.runs ORDER BY id"
    new_run(db, 2, status="failed", finished_at="now()", tenants=5, created=6, removed=7, failed=8)
    new_run(db, tenants=10, created=100, removed=1000, failed=1)
    for run, tenant, created, removed in [
        (1, "a", 3, 0), (1, "b", 4, 20), (1, "of an earlier step", 50, 50), (2, "a", 60, 60),
    ]:  # fmt: skip
        db.execute(
            "INSERT INTO topoff.run_tenants (run_id, tenant_id, created, removed) VALUES (%s, %s, %s, %s)",
            (run, tenant, created, removed),
        )
    # c had nothing to do; d is put aside
    assert entered(db, ["a", "b", "c", "d"], ["a", "b", "c"], "all", None, None) == ["d"]
    assert db.execute(counted).fetchall() == [(1, 13, 107, 1020, 1), (2, 5, 6, 7, 8)]
    assert entered(db, ["d"], [], "last", None, None) == []
    assert db.execute(counted).fetchall() == [(1, 14, 107, 1020, 2), (2, 5, 6, 7, 8)]
    assert entered(db, ["e"], ["e"], "again", None, None) == []
    assert db.execute(counted).fetchall() == [(1, 15, 107, 1020, 2), (2, 5, 6, 7, 8)]


def step(db: Connection, tenants: list[str], which: str, replan: bool = False) -> list[str]:
    """Take a step of run 1 and return who is to be tried again."""
    return one(db, "SELECT topoff.run_batch(1, %s, '28 days', %s, %s, 100)", tenants, replan, which)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        ("RAISE 'no room' USING ERRCODE = 'check_violation'", "23514"),
        ("ASSERT false, 'no room'", "P0004"),
    ],
)
@pytest.mark.parametrize("deferred", [False, True])
def test_a_step_in_which_one_tenant_fails_is_undone_and_comes_back_tenant_by_tenant(
    db, error, state, deferred
):
    new_run(db)
    for tenant in ("a", "b"):
        new_account(db, tenant, posts_per_week=3)
    db.execute(
        f"CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {error}; END $$;"
        f" CREATE {'CONSTRAINT' if deferred else ''} TRIGGER refuse AFTER INSERT ON post_instances"
        f" {'DEFERRABLE INITIALLY DEFERRED' if deferred else ''} FOR EACH ROW WHEN (NEW.tenant_id = 'a')"
        " EXECUTE FUNCTION refuse()"
    )
    assert step(db, ["a", "b"], "all") == ["a", "b"]
    assert column(db, "SELECT count(*) FROM post_instances") == [0]
    assert step(db, ["b"], "again") == step(db, ["a"], "again") == []
    assert entries(db) == [(1, "a", 0, state, "no room"), (1, "b", 12, None, None)]
    assert column(db, "SELECT DISTINCT tenant_id FROM post_instances") == ["b"]


def test_a_step_leaves_out_whom_another_holds_and_waits_no_longer_than_it_may(db, connect):
    new_run(db)
    for tenant in ("a", "b"):
        new_account(db, tenant, posts_per_week=3)
    holder = connect()
    with holder.transaction():
        holder.execute("SELECT topoff.lock_tenants('{a}')")
        with db.transaction():
            assert step(db, ["a", "b"], "all") == ["a"]
            assert one(db, "SHOW lock_timeout") == "100ms"
    assert one(db, "SHOW lock_timeout") == "0"
    assert column(db, "SELECT DISTINCT tenant_id FROM post_instances") == ["b"]


@pytest.mark.parametrize("which", ["all", "again"])
def test_a_post_made_by_hand_in_a_slots_place_meanwhile_stands_and_the_other_slots_are_written(
    db, connect, which
):
    new_run(db)
    account = new_account(db, "a", posts_per_week=3)
    instant = one(db, "SELECT min(slot_at) FROM preview_planned_slots('a')")
    person, night = connect(), connect()
    with in_background() as start:
        with person.transaction():
            by_hand = new_post(person, account, instant, tenant="a")
            call = "SELECT topoff.run_batch(1, '{a}', '28 days', false, %s, 10000)"
            taken = start(one, night, call, which)
            while not one(db, WAITING):
                assert not taken.done()
        assert taken.result() == []
    assert [entry[2:4] for entry in entries(db)] == [(11, None)]
    assert column(db, "SELECT id FROM post_instances WHERE scheduled_for = %s", instant) == [by_hand]


def test_a_step_creates_what_the_preview_tells_for_a_top_off_or_for_a_re_plan(db):
    new_run(db)
    new_account(db, "a", posts_per_week=3)
    assert step(db, ["a"], "all") == []
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'; DELETE FROM topoff.run_tenants")
    told = "SELECT count(*) FILTER (WHERE decision = 'create') FROM preview_planned_slots('a', replan => %s)"
    topped_off, re_planned = one(db, told, False), one(db, told, True)
    assert topped_off < re_planned
    assert step(db, ["a"], "all") == step(db, ["a"], "again") == []
    assert one(db, "SELECT coalesce(sum(created), 0) FROM topoff.run_tenants") == topped_off
    db.execute("DELETE FROM topoff.run_tenants")
    re_planned = one(db, told, True)
    assert step(db, ["a"], "all", replan=True) == []
    assert db.execute("SELECT created, removed > 0 FROM topoff.run_tenants").fetchall() == [
        (re_planned, True)
    ]


# Unknown zones ---------------------------------------------------------------------------------------------


def enter_unknown_zones(db: Connection) -> None:
    """Enter in run 1 who plans in a zone that the server does not know."""
    db.execute("SELECT topoff.enter_unknown_zones(1)")


def new_lost_account(
    db: Connection, tenant: str, number: int, zone: str = "Mars/Base", **columns: Any
) -> str:
    """Insert an account in a zone that the server does not know, and return what is said of it."""
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        new_account(
            db,
            tenant,
            id=UUID(int=number),
            timezone=zone,
            **{"status": "active", "posts_per_week": 1} | columns,
        )
    return f'channel account {UUID(int=number)}: time zone "{zone}" is not known to this server'


@pytest.mark.parametrize(("accounts", "more"), [(1, ""), (5, ""), (6, "; and 1 more"), (12, "; and 7 more")])
def test_up_to_five_accounts_of_unknown_zones_are_named_in_order_and_the_others_counted(db, accounts, more):
    new_run(db)
    numbers = list(range(1, accounts + 1))
    said = {number: new_lost_account(db, "a", number) for number in numbers[::2] + numbers[1::2]}
    enter_unknown_zones(db)
    message = "; ".join(said[number] for number in numbers[:5]) + more
    assert entries(db) == [(1, "a", 0, "22023", message)]
    assert column(db, "SELECT failed FROM topoff.runs") == [1]


def test_unknown_zones_of_each_tenant_are_told_beside_its_slots_but_not_in_place_of_its_error(db):
    new_run(db, 2, status="failed", finished_at="now()", failed=5)
    new_run(db, failed=1)
    said = {
        tenant: new_lost_account(db, tenant, number, zone)
        for number, (tenant, zone) in enumerate(
            [("a", "Mars/Base"), ("b", "Mars/Base"), ("c", "Mars/Hill")], 1
        )
    }
    new_account(db, "d", posts_per_week=1)
    new_lost_account(db, "e", 9, posts_per_week=0)
    db.execute("INSERT INTO topoff.run_tenants (run_id, tenant_id, created) VALUES (1, 'a', 3), (2, 'c', 4)")
    db.execute(
        "INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message) VALUES (1, 'b', '23514', 'no room')"
    )
    enter_unknown_zones(db)
    assert entries(db) == [
        (1, "a", 3, "22023", said["a"]),
        (1, "b", 0, "23514", "no room"),
        (1, "c", 0, "22023", said["c"]),
        (2, "c", 4, None, None),
    ]
    assert db.execute("SELECT id, failed FROM topoff.runs ORDER BY id").fetchall() == [(1, 3), (2, 5)]


def test_of_each_tenant_five_accounts_are_named(db):
    new_run(db)
    said = {number: new_lost_account(db, "ab"[number % 2], number) for number in range(8)}
    enter_unknown_zones(db)
    assert [message for *_, message in entries(db)] == [
        "; ".join(said[number] for number in range(first, 8, 2)) for first in (0, 1)
    ]


def test_where_all_zones_are_known_nothing_is_entered(db):
    new_run(db)
    new_account(db, "a", posts_per_week=1, timezone="Asia/Tokyo")
    enter_unknown_zones(db)
    assert entries(db) == []
    assert column(db, "SELECT failed FROM topoff.runs") == [0]


# Its beginning and its end ---------------------------------------------------------------------------------


def test_a_run_that_begins_takes_the_next_number_forgets_the_old_and_ends_the_dead(db):
    day = timedelta(days=1)
    for number, age in ((3, 90 * day + timedelta(hours=1)), (4, 90 * day - timedelta(hours=1)), (7, day)):
        started = one(db, "SELECT now() - %s::interval", age)
        new_run(
            db, number, started_at=started, status="running" if number == 7 else "succeeded",
            finished_at=None if number == 7 else started,
        )  # fmt: skip
    with db.transaction():
        new_run(
            db,
            5,
            started_at=one(db, "SELECT now() - interval '90 days'"),
            status="failed",
            finished_at="now()",
        )
        assert one(db, "SELECT topoff.start_run(true)") == 8
        assert db.execute(
            "SELECT id, status, replan, finished_at = now(), tenants FROM topoff.runs ORDER BY id"
        ).fetchall() == [
            (4, "succeeded", False, False, 0),
            (5, "failed", False, True, 0),
            (7, "abandoned", False, True, 0),
            (8, "running", True, None, 0),
        ]
    db.execute("DELETE FROM topoff.runs")
    assert one(db, "SELECT topoff.start_run(false)") == 1
    assert column(db, "SELECT replan FROM topoff.runs") == [False]


def test_a_run_whose_row_is_held_is_under_way_and_not_waited_for(db, connect):
    new_run(db)
    first, second = connect(), connect(options="-c statement_timeout=5s")
    notices = []
    second.add_notice_handler(lambda notice: notices.append(notice.message_primary))
    with first.transaction():
        first.execute("SELECT topoff.resume_run(1)")
        assert one(second, "SELECT topoff.start_run(false)") is None
        second.execute("CALL topoff_all_tenants()")
    assert notices == ["another run of topoff_all_tenants is under way, so this one does nothing"] * 2
    assert db.execute("SELECT id, status FROM topoff.runs").fetchall() == [(1, "running")]


def test_who_waits_for_others_or_for_the_whole_ledger_is_no_run_that_lives(db, connect):
    new_run(db)
    account = new_account(db)
    writer, waiting, second, cleaner = (connect() for _ in range(4))
    with in_background() as start:
        with writer.transaction():
            write = "UPDATE channel_accounts SET name = 'x' WHERE id = %s"
            writer.execute(write, (account,))
            for_others = start(waiting.execute, write, (account,))
            while not one(db, WAITING):
                assert not for_others.done()
            run = start(one, second, "SELECT topoff.start_run(false)")
            cleaner.execute("BEGIN")
            new_account(cleaner, "another")  # so that it has a transaction's number of its own
            holds = "SELECT count(*) FROM pg_locks WHERE relation = 'topoff.runs'::regclass AND mode = 'RowShareLock'"
            while not one(db, holds):
                assert not run.done()
            for_all = start(cleaner.execute, "LOCK TABLE topoff.runs")
            assert run.result() == 2
        for_others.result()
        for_all.result()
        cleaner.execute("ROLLBACK")
    assert column(db, "SELECT status FROM topoff.runs ORDER BY id") == ["abandoned", "running"]


def test_a_run_that_ends_while_another_looks_at_it_keeps_its_end(db, connect):
    new_run(db)
    first, second = connect(), connect()
    with in_background() as start:
        with first.transaction():
            # Who reads the ledger may, who locks a row of it waits.
            first.execute("LOCK TABLE topoff.runs IN EXCLUSIVE MODE")
            run = start(one, second, "SELECT topoff.start_run(false)")
            while not one(db, WAITING):
                assert not run.done()
            first.execute("SELECT topoff.finish_run(1)")
        run.result()
    assert column(db, "SELECT status FROM topoff.runs WHERE id = 1") == ["succeeded"]


def test_a_run_without_a_word_on_re_planning_is_refused(db):
    with pytest.raises(errors.NullValueNotAllowed) as refused:
        db.execute("SELECT topoff.start_run(NULL)")
    diag = refused.value.diag
    assert (diag.message_primary, diag.message_hint) == (
        "replan must not be null",
        "Leave it out for a night that tops off.",
    )


def test_a_run_that_is_over_is_not_resumed_and_the_way_out_is_told(db):
    new_run(db, 1, status="abandoned", finished_at="now()")
    new_run(db, 2)
    db.execute("SELECT topoff.resume_run(2)")
    for number in (1, 3):
        with pytest.raises(errors.ObjectNotInPrerequisiteState) as refused:
            db.execute("SELECT topoff.resume_run(%s)", (number,))
        diag = refused.value.diag
        assert (diag.message_primary, diag.message_detail, diag.message_hint) == (
            f"run {number} of topoff_all_tenants is no longer running in the ledger",
            "Somebody closed it, or a later run took it for dead. What it had committed stands.",
            "CALL topoff_all_tenants() does what is still to be done.",
        )


@pytest.mark.parametrize(("failed", "status"), [(0, "succeeded"), (1, "failed"), (2, "failed")])
def test_a_run_ends_as_its_tenants_did(db, failed, status):
    new_run(db, 1, status="succeeded", finished_at="2031-05-07 09:00+00")
    new_run(db, 2, failed=failed)
    before = one(db, "SELECT clock_timestamp()")
    with db.transaction():
        db.execute("SELECT pg_sleep(0.01), topoff.finish_run(2)")
        assert one(db, "SELECT finished_at > now() FROM topoff.runs WHERE id = 2")
    assert db.execute(
        "SELECT status, finished_at BETWEEN %s AND clock_timestamp() FROM topoff.runs ORDER BY id", (before,)
    ).fetchall() == [("succeeded", False), (status, True)]


# What it says of failures ----------------------------------------------------------------------------------

HINT = (
    "For all others it is done. All errors: SELECT * FROM topoff.run_tenants WHERE run_id = 1 AND sqlstate IS NOT NULL;"
    " Mend the cause, then call public.topoff_planned_slots for the tenant, or leave it to the next night."
)


def said_of_failures(db: Connection) -> tuple[str, str, str]:
    """Return what run 1 says of its failures: message, DETAIL and HINT."""
    with pytest.raises(errors.RaiseException) as raised:
        db.execute("SELECT topoff.raise_run_failures(1)")
    diag = raised.value.diag
    return diag.message_primary, diag.message_detail, diag.message_hint


@pytest.mark.parametrize("failed", [1, 19, 20, 21])
def test_a_run_with_failures_names_twenty_of_them_in_order_each_with_its_error(db, failed):
    new_run(db, 2, status="failed", finished_at="now()", tenants=1, failed=1)
    new_run(db, 1, tenants=40, failed=failed)
    names = [f"t{number:02}" for number in range(failed)]
    for run, tenant in [(1, name) for name in names[::-1]] + [(2, "a")]:
        db.execute(
            "INSERT INTO topoff.run_tenants (run_id, tenant_id, sqlstate, message) VALUES (%s, %s, '23514', %s)",
            (run, tenant, f"no room for {tenant}"),
        )
    db.execute("INSERT INTO topoff.run_tenants (run_id, tenant_id, created) VALUES (1, 'b', 3)")
    assert said_of_failures(db) == (
        f"{failed} of 40 tenants failed: {', '.join(names[:20])}{' ...' if failed > 20 else ''}",
        "\n".join(f"{name}: no room for {name} (23514)" for name in names[:20]),
        HINT,
    )


def test_failures_that_the_ledger_has_forgotten_are_still_counted(db):
    new_run(db, 1, tenants=4, failed=2)
    assert said_of_failures(db) == (
        "2 of 4 tenants failed",
        "The ledger has no entry of them any more.",
        HINT,
    )


def test_a_run_without_failures_and_one_that_is_forgotten_end_quietly(db):
    new_run(db, 1, tenants=4)
    for run in (1, 2):
        db.execute("SELECT topoff.raise_run_failures(%s)", (run,))


# Whom it looks at, and how long it waits -------------------------------------------------------------------


def test_tenants_come_by_name_with_the_accounts_that_plan_and_ten_at_the_least(db):
    for tenant, accounts in (("b", 9), ("c", 11), ("a", 10), ("e", 1)):
        for _ in range(accounts):
            new_account(db, tenant, posts_per_week=1)
    for _ in range(5):
        new_account(db, "c", posts_per_week=0)
    for _ in range(11):
        new_account(db, "d", posts_per_week=0)
    further = new_account(db, "d", posts_per_week=0)
    insert(db, "topoff.cadences", tenant_id="d", channel_account_id=further, posts_per_week=1)
    for name, columns in (("f", {"posts_per_week": 0}), ("g", {"posts_per_week": 1, "status": "paused"})):
        new_account(db, name, **columns)
    new_run(db)
    listed = "SELECT tenant_id, accounts FROM topoff.tenants_to_plan(1, '28 days', %s)"
    assert db.execute(listed, (False,)).fetchall() == [("a", 10), ("b", 10), ("c", 11), ("d", 10), ("e", 10)]
    assert db.execute(listed, (True,)).fetchall() == [
        ("a", 10), ("b", 10), ("c", 16), ("d", 12), ("e", 10), ("f", 10), ("g", 10),
    ]  # fmt: skip


def test_another_accounts_further_cadence_makes_nobody_plan(db):
    db.execute(
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
    )
    account = new_account(db, "a", posts_per_week=0)
    new_account(db, "a", posts_per_week=0)
    new_account(db, "b", posts_per_week=0, id=account)
    insert(db, "topoff.cadences", tenant_id="a", channel_account_id=account, posts_per_week=1)
    new_run(db)
    assert column(db, "SELECT tenant_id FROM topoff.tenants_to_plan(1, '28 days', false)") == ["a"]
    assert one(db, "SELECT tenants FROM topoff.runs") == 0  # b was not looked at


@pytest.mark.parametrize(
    ("timeout", "milliseconds"),
    [("1s", 100), ("19ms", 1), ("20ms", 2), ("9ms", 1), ("1ms", 1), ("1h", 360000)],
)
def test_a_wait_is_a_tenth_of_deadlock_timeout_and_a_millisecond_at_the_least(db, timeout, milliseconds):
    db.execute(f"SET deadlock_timeout = '{timeout}'")
    assert one(db, "SELECT topoff.longest_wait()") == milliseconds


def test_what_a_step_took_is_told_in_milliseconds_and_one_more(db):
    took = "round(1000 * extract(epoch FROM clock_timestamp() - now()))::integer"
    seen = set()
    with db.transaction():
        while len(seen) < 3:
            # More than a second, so that a thousandth too many or too few of it shows.
            db.execute("SELECT pg_sleep(%s)", (0.01 if seen else 1.05,))
            before, told, after = db.execute(f"SELECT {took}, topoff.waited(), {took}").fetchone()
            assert before < told <= after + 1
            if before == after:  # no millisecond has gone by meanwhile
                assert told == before + 1
                seen.add(told)


@pytest.mark.parametrize(
    ("setting", "milliseconds"),
    [
        ("", 300000), ("1 millisecond", 1), ("0", 0), ("-0s", 0), ("1.5s", 1500), ("23 days", 1987200000),
        ("24 days", 2000000000), ("1 month", 2000000000),
    ],
)  # fmt: skip
def test_patience_is_told_in_milliseconds_up_to_what_an_integer_holds(db, setting, milliseconds):
    assert one(db, "SELECT topoff.patience()") == 300000
    db.execute("SELECT set_config('topoff.patience', %s, false)", (setting,))
    assert one(db, "SELECT topoff.patience()") == milliseconds


@pytest.mark.parametrize(
    "setting", ["soon", "-1 millisecond", "1e400 days", "2147483648 months", "200000000 years"]
)
def test_a_patience_that_is_no_time_is_told_what_one_looks_like(db, setting):
    db.execute("SELECT set_config('topoff.patience', %s, false)", (setting,))
    with pytest.raises(errors.InvalidParameterValue) as refused:
        db.execute("SELECT topoff.patience()")
    diag = refused.value.diag
    assert (diag.message_primary, diag.message_hint) == (
        f'topoff.patience must be a time, not "{setting}"',
        "For example: SET topoff.patience = '5 minutes'; or for the job's role: "
        "ALTER ROLE ... SET topoff.patience = '5 minutes';",
    )


@pytest.mark.parametrize(
    ("took", "accounts", "following"),
    [
        (1, 100, 400), (74, 100, 400), (74, 499, 1996), (74, 501, 2000), (75, 100, 200), (299, 100, 200),
        (299, 999, 1998), (299, 1001, 2000), (300, 100, 100), (700, 100, 100), (701, 100, 50), (701, 3, 1),
        (701, 1, 1),
    ],
)  # fmt: skip
def test_a_step_grows_and_shrinks_by_what_the_one_before_took(db, took, accounts, following):
    db.execute(f"CREATE OR REPLACE FUNCTION topoff.waited() RETURNS integer LANGUAGE sql AS 'SELECT {took}'")
    assert one(db, "SELECT topoff.next_step(%s, 100)", accounts) == following


# The course of a night -------------------------------------------------------------------------------------

DOUBLES = """
    CREATE TABLE tenants (name text, accounts bigint, place integer GENERATED ALWAYS AS IDENTITY);
    CREATE TABLE notes (
        what text, isolation text, transaction xid8, holds_run boolean, began_run boolean,
        place integer GENERATED ALWAYS AS IDENTITY
    );
    CREATE FUNCTION note(what text) RETURNS void LANGUAGE sql AS $$
        INSERT INTO public.notes (what, isolation, transaction, holds_run, began_run)
        SELECT note.what, current_setting('transaction_isolation'), pg_current_xact_id(),
               EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND mode = 'RowShareLock'
                                              AND relation = 'topoff.runs'::regclass),
               (SELECT xmin = pg_current_xact_id()::xid FROM topoff.runs WHERE status = 'running')
    $$;
    CREATE FUNCTION note_pause(seconds numeric) RETURNS void LANGUAGE sql AS $$
        SELECT public.note('pause ' || (1000 * seconds)::integer)
    $$;
"""


def put_double(db: Connection, function: str, body: str) -> None:
    """Let a function of ours in PL/pgSQL do something else."""
    head, _, _ = one(db, "SELECT pg_get_functiondef(%s::regproc)", function).partition("AS $function$")
    db.execute(f"{head} AS $function$ BEGIN {body} END $function$")


@pytest.fixture
def course(db, connect):
    """A night that goes its way but plans nothing and notes its pauses in place of waiting.

    A step takes 50 ms and can't have tenants that begin with x or y; when it comes back to them, one by one, those
    that begin with y are free.
    """
    db.execute(DOUBLES)
    put_double(
        db,
        "topoff.tenants_to_plan",
        "RETURN QUERY SELECT t.name, t.accounts FROM public.tenants AS t ORDER BY t.place;",
    )
    put_double(
        db,
        "topoff.run_batch",
        "PERFORM public.note(format('%s %s %s: %s %s %s', run_id, horizon, replan, array_to_string(tenants, ' '),"
        " pass, longest_wait)); RETURN ARRAY(SELECT t FROM unnest(tenants) AS t"
        " WHERE t ~ CASE pass WHEN 'all' THEN '^[xy]' WHEN 'again' THEN '^x' ELSE '^$' END);",
    )
    put_double(db, "topoff.waited", "RETURN 50;")
    night = one(db, "SELECT pg_get_functiondef('public.topoff_all_tenants'::regproc)")
    assert night.count("pg_catalog.pg_sleep(") == 1
    db.execute(night.replace("pg_catalog.pg_sleep(", "public.note_pause("))

    def run(
        patience: str, tenants: list[tuple[str, int]], call: str = "CALL topoff_all_tenants()"
    ) -> list[str]:
        """Run a night and return what it did, without the number of the run, the horizon and replan."""
        db.execute("TRUNCATE notes, tenants; DELETE FROM topoff.runs")
        for tenant, accounts in tenants:
            db.execute("INSERT INTO tenants (name, accounts) VALUES (%s, %s)", (tenant, accounts))
        session = connect()
        session.execute("SET default_transaction_isolation = 'repeatable read'")
        session.execute("SELECT set_config('topoff.patience', %s, false)", (patience,))
        session.execute(call)
        assert column(db, "SELECT status FROM topoff.runs") == ["succeeded"]
        # Each in a transaction of its own, which sees what others have committed and has the row of its run.
        assert db.execute(
            "SELECT isolation, holds_run, began_run, count(DISTINCT transaction) = count(*)"
            " FROM notes GROUP BY 1, 2, 3"
        ).fetchall() == ([("read committed", True, False, True)] if tenants else [])
        return [what.split(": ")[-1] for what in column(db, "SELECT what FROM notes ORDER BY place")]

    return run


def test_a_night_goes_in_steps_and_comes_back_in_order_to_whom_it_could_not_have(db, course):
    tenants = [("a", 479), ("xa", 10), ("y", 10), ("xc", 1), ("d", 1999), ("xe", 1), ("f", 5)]
    assert course("620 ms", tenants) == [
        # 499 are no step yet, 500 are; the next one is of 2000, and the last of what is left.
        "a xa y xc all 100", "d xe all 100", "f all 100", "pause 500",
        # Who can't be had costs patience, who can be doesn't.
        "xa again 100", "y again 70", "xc again 70", "xe again 20",
        "xa last 1", "xc last 1", "xe last 1",
    ]  # fmt: skip
    called = "SELECT DISTINCT split_part(what, ':', 1) FROM notes WHERE what !~ 'pause'"
    assert column(db, called) == ["1 28 days f"]
    told = "CALL topoff_all_tenants('7 days', true)"
    assert course("620 ms", [("xa", 1)], told)[0] == "xa all 100"
    assert column(db, called) == ["1 7 days t"]


@pytest.mark.parametrize(
    ("patience", "then"),
    [
        ("0", ["last 1"]),
        ("1 ms", ["pause 1", "last 1"]),
        ("500 ms", ["pause 500", "last 1"]),
        ("501 ms", ["pause 500", "again 1", "last 1"]),
        ("550 ms", ["pause 500", "again 50", "last 1"]),
        ("551 ms", ["pause 500", "again 51", "pause 1", "last 1"]),
        ("1550 ms", ["pause 500", "again 100", "pause 1000", "last 1"]),
        ("1601 ms", ["pause 500", "again 100", "pause 1000", "again 51", "pause 1", "last 1"]),
    ],
)
def test_what_a_night_has_of_patience_is_spent_on_attempts_and_pauses_to_the_end(course, patience, then):
    assert course(patience, [("x", 1)]) == [
        "x all 100", *(what if "pause" in what else f"x {what}" for what in then)
    ]  # fmt: skip


def test_a_night_that_has_had_everybody_pauses_no_more(course):
    assert course("5 minutes", [("a", 1), ("y", 1)]) == ["a y all 100", "pause 500", "y again 100"]
    assert course("5 minutes", []) == []


def test_pauses_double_up_to_ten_seconds_until_patience_is_at_its_end(course):
    did = course("5 minutes", [("x", 1)])
    pauses = [int(what.removeprefix("pause ")) for what in did if "pause" in what]
    assert pauses[:6] == [500, 1000, 2000, 4000, 8000, 10000]
    assert set(pauses[6:-1]) == {10000}
    assert sum(pauses) + 50 * did.count("x again 100") == 300000
    assert did[-1] == "x last 1"


# Who is in the way -----------------------------------------------------------------------------------------


def told_of(pid: int, role: str, *more: str) -> str:
    """Return how a session that has just begun its transaction is told of, as a pattern."""
    told = ", ".join((f"role {role}", *more, "in its transaction for "))
    return re.escape(f"process {pid} ({told}") + r"\d\d:\d\d:\d\d\)"


def test_who_has_a_tenants_lock_is_told_whatever_else_it_has_and_for_how_long(db, connect):
    role = db.info.user
    account = new_account(db)
    holder, other = connect(application_name="an import"), connect()
    key = one(db, "SELECT topoff.tenant_lock('h2o')")
    # Another kind of lock of the same number, and a lock of which no transaction's row is.
    other.execute("SELECT pg_advisory_lock(%s, %s)", (key >> 32, (key & 0xFFFFFFFF) - (key << 1 & 1 << 32)))
    other.execute("BEGIN")
    db.execute("SET deadlock_timeout = '1h'")
    assert one(db, "SELECT topoff.lock_holders('h2o')") is None
    holder.execute("BEGIN")
    holder.execute("SELECT topoff.lock_tenants('{h2o}')")
    holder.execute("UPDATE channel_accounts SET name = 'x' WHERE id = %s", (account,))
    wanted = told_of(holder.info.backend_pid, role, "an import", "idle in transaction")
    assert re.fullmatch(wanted, one(db, "SELECT topoff.lock_holders('h2o')"))
    waiting = connect()
    with in_background() as start:
        late = start(waiting.execute, "SELECT topoff.lock_tenants('{h2o}')")
        while not one(db, WAITING):
            assert not late.done()
        told = one(db, "SELECT topoff.lock_holders('h2o')")
        db.execute("SELECT pg_cancel_backend(%s)", (waiting.info.backend_pid,))
        with pytest.raises(errors.QueryCanceled):
            late.result()
    assert re.fullmatch(wanted, told)
    db.execute("SELECT pg_sleep(1.2)")
    (seconds,) = re.findall(r"for 00:00:(\d\d)\)$", one(db, "SELECT topoff.lock_holders('h2o')"))
    assert int(seconds) >= 1


def test_the_oldest_three_of_those_that_may_hold_a_row_are_told_and_who_is_too_young_is_not(db, connect):
    role = db.info.user
    account = new_account(db)
    db.execute("SET deadlock_timeout = '2s'")  # so that a fifth of a second counts
    sessions = [connect(application_name=f"number {number}") for number in range(6)]
    by_age = [3, 0, 4, 1, 2]
    for number in by_age:
        sessions[number].execute("BEGIN")
    for number in range(5):
        sessions[number].execute("SELECT FROM channel_accounts WHERE id = %s FOR SHARE", (account,))
    db.execute("SELECT pg_sleep(0.25)")
    sessions[5].execute("BEGIN")
    sessions[5].execute("SELECT FROM channel_accounts WHERE id = %s FOR SHARE", (account,))
    first_three = ", ".join(
        told_of(sessions[number].info.backend_pid, role, f"number {number}", "idle in transaction")
        for number in by_age[:3]
    )
    assert re.fullmatch(f"one of {first_three}", one(db, "SELECT topoff.lock_holders('h2o')"))
    for number in by_age[:4]:
        sessions[number].execute("ROLLBACK")
    last = told_of(sessions[2].info.backend_pid, role, "number 2", "idle in transaction")
    assert re.fullmatch(last, one(db, "SELECT topoff.lock_holders('h2o')"))


def test_a_role_that_may_not_look_into_sessions_is_told_of_who_writes_whatever_its_age(db, connect, night):
    holder = connect()
    with holder.transaction():
        new_account(holder)
        assert re.fullmatch(
            rf"process {holder.info.backend_pid} \(role {db.info.user}.*\)",
            one(night, "SELECT topoff.lock_holders('h2o')"),
        )


def test_a_prepared_transaction_that_is_in_the_way_is_told_by_its_name(db, connect):
    if one(db, "SELECT current_setting('max_prepared_transactions')::integer") < 3:
        pytest.skip("this server lets nobody prepare transactions")
    name = db.info.dbname
    account = new_account(db)
    statements = {
        f"{name} tenant": "SELECT topoff.lock_tenants('{h2o}')",
        f"{name} row": f"UPDATE channel_accounts SET name = 'x' WHERE id = '{account}'",
        f"{name} other": "CREATE TABLE of_no_interest ()",
    }
    prepared: list[str] = []
    try:
        for what, statement in statements.items():
            db.execute("BEGIN")
            db.execute(statement)
            db.execute(f"PREPARE TRANSACTION '{what}'")
            prepared.append(what)
        bystander = connect()
        bystander.execute("BEGIN")
        bystander.execute("CREATE TABLE of_none_either ()")
        for what in prepared[:2]:
            since = one(db, "SELECT prepared::text FROM pg_prepared_xacts WHERE gid = %s", what)
            db.execute("SELECT pg_sleep(0.15)")  # older than a tenth of deadlock_timeout
            assert one(db, "SELECT topoff.lock_holders('h2o')") == (
                f"the prepared transaction '{what}' (role {db.info.user}, since {since})"
            )
            db.execute(f"ROLLBACK PREPARED '{what}'")
            prepared.remove(what)
        assert one(db, "SELECT topoff.lock_holders('h2o')") is None
    finally:
        db.execute("ROLLBACK")
        for what in prepared:
            db.execute(f"ROLLBACK PREPARED '{what}'")


# Whether it sees all ---------------------------------------------------------------------------------------

PLANNED = (
    "public.channel_accounts", "public.post_instances", "public.content_items",
    "topoff.cadences", "topoff.blackouts", "topoff.runs", "topoff.run_tenants",
)  # fmt: skip


@pytest.fixture
def night(db, connect, new_role):
    """A session of a role that may call what a night calls, and owns nothing."""
    role = new_role()
    db.execute(
        f"GRANT USAGE ON SCHEMA topoff TO {role}; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA topoff TO {role};"
        f" GRANT SELECT ON ALL TABLES IN SCHEMA public, topoff TO {role}"
    )
    return connect(user=role, password="of roles made by tests")


def hidden(night: Connection) -> str:
    """Return of which tables a role does not see all rows."""
    role = night.info.user
    try:
        night.execute("SELECT topoff.require_all_rows()")
    except errors.InsufficientPrivilege as refused:
        diag = refused.diag
        assert (
            diag.message_detail == "The run over all tenants would leave out those that are hidden from it."
        )
        assert diag.message_hint == f"As superuser: ALTER ROLE {role} BYPASSRLS; Or call it as another role."
        said = re.fullmatch(
            f'role "{role}" does not see all rows: row-level security of (.*)', diag.message_primary
        )
        assert said
        return said[1]
    return ""


def test_tables_that_hide_rows_from_the_nights_role_are_named_in_the_order_in_which_it_needs_them(db, night):
    assert hidden(night) == ""
    for table in PLANNED[::-1]:
        db.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        if table != "topoff.cadences":
            assert hidden(night).split(", ")[0] == table
    assert hidden(night) == ", ".join(PLANNED)
    db.execute("SELECT topoff.require_all_rows()")  # whom row-level security does not hold


@pytest.mark.parametrize(
    ("policies", "sees"),
    [
        (["USING (true)"], True),
        (["TO {role} USING (true)"], True),
        (["TO pg_monitor USING (true)"], False),
        (["TO pg_monitor, {role} USING (true)"], True),
        (["USING (tenant_id = 'a')"], False),
        (["USING (tenant_id = 'a')", "TO {role} USING (true)"], True),
        (["FOR SELECT USING (true)"], False),
        (["USING (true)", "AS RESTRICTIVE USING (tenant_id = 'a')"], False),
        (["USING (true)", "AS RESTRICTIVE TO pg_monitor USING (tenant_id = 'a')"], True),
        (["AS RESTRICTIVE USING (true)"], False),
        (["USING (true)", "AS RESTRICTIVE USING (true)"], False),
    ],
)
def test_a_policy_shows_all_where_it_is_for_the_role_for_everything_and_without_condition(
    db, night, policies, sees
):
    db.execute("ALTER TABLE topoff.cadences ENABLE ROW LEVEL SECURITY")
    # What another table's policies say does not count.
    db.execute("CREATE POLICY all_rows ON topoff.blackouts USING (true)")
    for number, policy in enumerate(policies):
        db.execute(f"CREATE POLICY p{number} ON topoff.cadences {policy.format(role=night.info.user)}")
    assert hidden(night) == ("" if sees else "topoff.cadences")
