"""Sessions at the same time: whatever two of them call, the calendar ends as if they had taken turns."""

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from functools import cache
from itertools import product
from threading import Barrier, Lock
from uuid import UUID

import pytest
from builders import column, new_account, new_content, new_post, one
from interleaving import BROKEN, EXPECTED, OPTIONS, PATIENCE, Call, Outcome, Stage, answer, in_background
from psycopg import Connection, errors

TODAY = "'2031-05-05 00:00+00'"
CALLS = {
    "busy": {
        "top-off": Call(f"SELECT topoff_planned_slots({{tenant}}, '14 days', {TODAY})", True),
        "re-plan": Call(f"SELECT FROM replan_planned_slots({{tenant}}, '14 days', {TODAY})", True),
        "fill": Call("SELECT (fill_next_planned_slot({tenant}, {ann}, {one})).scheduled_for::text", True),
        "fill a slot that a re-plan removes": Call(
            "SELECT (fill_next_planned_slot({tenant}, {cid}, {one})).scheduled_for::text", True
        ),
        "skip": Call("SELECT skip_planned_slot({tenant}, {mon})", True),
        "skip a moved slot": Call("SELECT skip_planned_slot({tenant}, {ben_wed})", True),
        "skip a slot that a re-plan removes": Call("SELECT skip_planned_slot({tenant}, {cid_wed})", True),
        "bulk create, on slots and between": Call(
            "SELECT status FROM create_post_instances({tenant}, {two}, ARRAY[{cid}, {ben}, {ann}]::uuid[], '2031-05-07 09:00+00')",
            True,
        ),
        "bulk create, where a top-off plans": Call(
            "SELECT status FROM create_post_instances({tenant}, {two}, ARRAY[{ann}, {ben}, {eve}]::uuid[], '2031-05-12 09:00+00')",
            True,
        ),
        "retire": Call("SELECT retire_channel_account({tenant}, {cid})", True),
        "erase": Call("SELECT topoff.erase_tenant({tenant})", True),
        "rename": Call("SELECT topoff.rename_tenant({tenant}, {tenant} || ' renamed')", True),
        "insert where a top-off plans": Call(
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
            " VALUES ({tenant}, {ann}, {three}, '2031-05-12 09:00+00', 'Scheduled')",
            False,
        ),
        "insert where a bulk create inserts": Call(
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
            " VALUES ({tenant}, {ben}, {three}, '2031-05-07 09:00+00', 'Draft')",
            False,
        ),
        "insert between": Call(
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
            " VALUES ({tenant}, {ann}, {three}, '2031-05-17 10:00+00', 'Scheduled')",
            False,
        ),
        "move a slot": Call(
            "UPDATE post_instances SET scheduled_for = '2031-05-10 10:00+00' WHERE id = {mon}", False
        ),
        "move a slot off the calendar": Call(
            "UPDATE post_instances SET scheduled_for = NULL WHERE id = {mon}", False
        ),
        "move a slot to where a top-off plans": Call(
            "UPDATE post_instances SET scheduled_for = '2031-05-12 09:00+00' WHERE id = {fri}", False
        ),
        "move a slot to where a bulk create inserts": Call(
            "UPDATE post_instances SET scheduled_for = '2031-05-07 09:00+00' WHERE id = {ben_fri}", False
        ),
        "move a moved slot back": Call(
            "UPDATE post_instances SET scheduled_for = planned_for WHERE id = {ben_wed}", False
        ),
        "move a post": Call(
            "UPDATE post_instances SET scheduled_for = '2031-05-11 12:00+00' WHERE id = {tue}", False
        ),
        "move a post to where a top-off plans": Call(
            "UPDATE post_instances SET scheduled_for = '2031-05-16 09:00+00' WHERE id = {tue}", False
        ),
        "change a cadence": Call("UPDATE channel_accounts SET posts_per_week = 2 WHERE id = {ann}", False),
        "change a zone": Call("UPDATE channel_accounts SET timezone = 'Asia/Tokyo' WHERE id = {ben}", False),
        "pause an account": Call("UPDATE channel_accounts SET status = 'paused' WHERE id = {cid}", False),
        "assign content": Call(
            "UPDATE post_instances SET content_item_id = {three}, status = 'Scheduled' WHERE id = {mon}",
            False,
        ),
        "assign content to a slot that a re-plan removes": Call(
            "UPDATE post_instances SET content_item_id = {three} WHERE id = {cid_fri}", False
        ),
        "delete a slot": Call("DELETE FROM post_instances WHERE id = {wed}", False),
        "delete a post": Call("DELETE FROM post_instances WHERE id = {tue}", False),
        "delete the placeholder": Call(
            "DELETE FROM content_items WHERE tenant_id = {tenant} AND title = 'Planned slot'", False
        ),
    },
    "bare": {
        "top-off": Call(f"SELECT topoff_planned_slots({{tenant}}, '14 days', {TODAY})", True),
        "re-plan": Call(f"SELECT FROM replan_planned_slots({{tenant}}, '14 days', {TODAY})", True),
        "bulk create": Call(
            "SELECT status FROM create_post_instances({tenant}, {one}, ARRAY[{dot}]::uuid[], '2031-05-07 09:00+00')",
            True,
        ),
        "fill": Call("SELECT (fill_next_planned_slot({tenant}, {dot}, {one})).scheduled_for::text", True),
        "rename the placeholder": Call(
            "UPDATE content_items SET title = 'Slot' WHERE tenant_id = {tenant} AND title = 'Planned slot'",
            False,
        ),
        "delete the placeholder": Call(
            "DELETE FROM content_items WHERE tenant_id = {tenant} AND title = 'Planned slot'", False
        ),
    },
}
FUNCTIONS = [
    (world, name) for world, calls in CALLS.items() for name, call in calls.items() if call.is_function
]


@pytest.fixture
def stage(db, connect) -> Iterator[Stage]:
    """Two sessions and their tenants."""
    with in_background() as start:
        yield Stage(db, connect, start)


def told(calls: str, got: Outcome, *wanted: Outcome) -> str:
    """Tell an outcome that should not be, and the nearest that should."""
    nearest = min(wanted, key=lambda outcome: len(set(outcome.calendar) ^ set(got.calendar)))
    return "\n".join(
        [f"{calls}: answers {got[:2]}, in turns {[outcome[:2] for outcome in wanted]}"]
        + [f"   not in turns: {line}" for line in got.calendar if line not in nearest.calendar]
        + [f"   only in turns: {line}" for line in nearest.calendar if line not in got.calendar]
    )


def is_excused(
    first: str, second: str, how: str, got: Outcome, in_order: Outcome, second_alone: Outcome
) -> bool:
    """Tell the outcomes that no turns give, and that are meant or put up with.

    Filling passes over a slot that another session has its hands on, even if that lets go of it; and it
    fills a slot that is moved at that very moment where it goes, though it may not be the earliest there.
    Deleting an unused placeholder within the blink in which the first slots get it makes the top-off fail.
    """
    if how == "ROLLBACK":
        return second.startswith("fill") and got.second == in_order.second
    if first == "fill" and second.startswith("move a slot"):
        return "2031-05-10" in got.first
    if second == "delete the placeholder" and how == "checks 1":
        return got == ("23503", second_alone.second, second_alone.calendar)
    return False


@pytest.mark.divided_among_servers("row locks and snapshots are those of every version")
@pytest.mark.parametrize(("world", "function"), FUNCTIONS)
def test_two_calls_at_once_end_as_if_they_had_taken_turns(stage, world, function):
    calls = CALLS[world]
    turns = cache(lambda *names: stage.serially(world, *(calls[name] for name in names)))
    wrong = []

    def judge(first: str, second: str, how: str, got: Outcome) -> None:
        there_first = turns(second, first)
        wanted = [turns(first, second), Outcome(there_first.second, there_first.first, there_first.calendar)]
        alone = Outcome("", turns(second).first, turns(second).calendar)
        if how == "ROLLBACK":
            wanted, got = [alone], got._replace(first="")
        if got not in wanted and not is_excused(first, second, how, got, turns(first, second), alone):
            wrong.append(told(f"{first} / {second}, {how}", got, *wanted))

    gates = stage.gates(world, calls[function])
    for other, call in calls.items():
        judge(function, other, "COMMIT", stage.call_and_end(world, calls[function], call, "COMMIT"))
        for gate in gates:
            judge(function, other, gate, stage.call_in_between(world, calls[function], call, gate))
        if not call.is_function:
            judge(other, function, "COMMIT", stage.call_and_end(world, call, calls[function], "COMMIT"))
        judge(other, function, "ROLLBACK", stage.call_and_end(world, call, calls[function], "ROLLBACK"))
    assert not wrong, "\n".join(wrong)
    assert column(stage.db, BROKEN) == []


@pytest.mark.divided_among_servers("row locks and snapshots are those of every version")
@pytest.mark.parametrize("level", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_caller_with_an_older_snapshot_gets_a_serialization_error_at_worst(stage, level):
    calls = {name: call for name, call in CALLS["busy"].items() if call.is_function}
    turns = cache(lambda *names: stage.serially("busy", *(calls[name] for name in names)))
    wrong, failures = [], set()
    stage.first.execute(f"SET default_transaction_isolation = '{level.lower()}'")
    for first, second in product(calls, calls):
        got = stage.call_with_older_snapshot("busy", calls[first], calls[second], level)
        there_first = turns(second, first)
        wanted = [turns(first, second), Outcome(there_first.second, there_first.first, there_first.calendar)]
        if got.second == errors.SerializationFailure.sqlstate:
            failures.add((first, second))
            wanted = [got._replace(first=turns(first).first, calendar=turns(first).calendar)]
        if got not in wanted and (
            level == "SERIALIZABLE" or got.second == errors.SerializationFailure.sqlstate
        ):
            wrong.append(told(f"{first} / {second}", got, *wanted))
    assert not wrong, "\n".join(wrong)
    assert column(stage.db, BROKEN) == []
    assert ("top-off", "top-off") in failures


@pytest.mark.parametrize("function", ["top-off", "re-plan", "skip", "bulk create, on slots and between"])
def test_calls_that_plan_for_one_tenant_take_turns_and_keep_nobody_else_waiting(stage, function):
    waiting = {
        name
        for name, call in CALLS["busy"].items()
        if stage.call_waits("busy", CALLS["busy"][function], call)
        and (call.is_function or name.startswith(("insert between", "change", "pause")))
    }
    assert waiting == {name for world, name in FUNCTIONS if world == "busy" and not name.startswith("fill")}
    tenant, other = stage.new_tenant("busy"), stage.new_tenant("busy")
    stage.first.execute("BEGIN")
    stage.first.execute(stage.text(CALLS["busy"][function], tenant))
    stage.second.execute("SET lock_timeout = '1ms'")
    stage.second.execute(stage.text(CALLS["busy"][function], other))


def ordered_accounts(db: Connection, **cadence: object) -> list:
    """Insert eight accounts and return them in the order in which rows are written."""
    for _ in range(8):
        new_account(db, **cadence)
    return column(db, "SELECT id FROM channel_accounts WHERE tenant_id = 'h2o' ORDER BY id")


def write_against(
    stage: Stage, call: str, rows: list[tuple], statement: Callable[[tuple], tuple[str, tuple]]
) -> str:
    """Write row after row in one transaction, the call beginning after the first; return its answer."""
    stage.first.execute("BEGIN")
    stage.first.execute(*statement(rows[0]))
    answered = stage.start(answer, stage.second, call)
    assert stage.waits(stage.second, answered)
    for row in rows[1:]:
        stage.first.execute(*statement(row))
    stage.first.execute("COMMIT")
    return answered.result()


def test_a_writer_in_order_and_a_top_off_cannot_deadlock(stage):
    accounts = ordered_accounts(stage.db, posts_per_week=5)
    content = new_content(stage.db)
    rows = [(account, f"2031-05-{day:02} 09:00+00") for account in accounts for day in range(5, 10)]
    statement = (
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for)"
        " VALUES ('h2o', %s, %s, %s)"
    )
    call = f"SELECT topoff_planned_slots('h2o', '7 days', {TODAY})"
    created = write_against(stage, call, rows, lambda row: (statement, (row[0], content, row[1])))
    assert created == "[(0,)]"
    assert one(stage.db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'h2o'") == len(rows)


def test_a_writer_in_order_and_a_re_plan_cannot_deadlock(stage):
    ordered_accounts(stage.db, posts_per_week=5)
    content = new_content(stage.db)
    stage.db.execute(f"SELECT topoff_planned_slots('h2o', '7 days', {TODAY})")
    stage.db.execute("UPDATE channel_accounts SET posts_per_week = 1 WHERE tenant_id = 'h2o'")
    rows = stage.db.execute(
        "SELECT id FROM post_instances WHERE tenant_id = 'h2o' AND extract(isodow FROM scheduled_for) <> 3"
        " ORDER BY channel_account_id, scheduled_for"
    ).fetchall()
    call = f"SELECT removed, created FROM replan_planned_slots('h2o', '7 days', {TODAY})"
    done = write_against(
        stage,
        call,
        rows,
        lambda row: ("UPDATE post_instances SET content_item_id = %s WHERE id = %s", (content, *row)),
    )
    # What stands on Wednesday was the new plan until the other four were filled.
    assert done == "[(8, 0)]"


def test_a_writer_in_order_and_a_bulk_create_cannot_deadlock(stage):
    accounts = ordered_accounts(stage.db)
    content, other = new_content(stage.db), new_content(stage.db)
    placeholder = one(stage.db, "SELECT topoff.placeholder_content_item_id('h2o')")
    stage.db.execute("INSERT INTO content_items (id, tenant_id) VALUES (%s, 'h2o')", (placeholder,))
    time = "2031-05-07 09:00+00"
    for account in accounts[1::2]:
        new_post(stage.db, account, time, status="Planned", content=placeholder)
    ids = ", ".join(f"'{account}'" for account in reversed(accounts))
    done = write_against(
        stage,
        f"SELECT FROM create_post_instances('h2o', '{other}', ARRAY[{ids}]::uuid[], '{time}')",
        [(account,) for account in accounts],
        lambda row: (
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
            " VALUES ('h2o', %s, %s, %s, 'Scheduled') ON CONFLICT (tenant_id, channel_account_id, scheduled_for)"
            " DO UPDATE SET content_item_id = EXCLUDED.content_item_id, status = EXCLUDED.status",
            (*row, content, time),
        ),
    )
    assert done == errors.UniqueViolation.sqlstate


def test_a_bulk_create_that_loses_a_race_names_every_account_that_is_taken(stage):
    accounts = ordered_accounts(stage.db)
    content = new_content(stage.db)
    stage.first.execute("BEGIN")
    for account in accounts[:2]:
        new_post(stage.first, account, "2031-05-07 09:00+00", content=content)
    call = stage.start(
        stage.second.execute,
        "SELECT FROM create_post_instances('h2o', %s, %s, '2031-05-07 09:00+00')",
        (content, accounts),
    )
    assert stage.waits(stage.second, call)
    stage.first.execute("COMMIT")
    with pytest.raises(errors.UniqueViolation) as error:
        call.result()
    assert [str(account) in error.value.diag.message_primary for account in accounts] == [True] * 2 + [
        False
    ] * 6
    assert one(stage.db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'h2o'") == 2


def test_fillers_get_a_slot_each_in_time_order_and_do_not_wait(db, connect):
    account, content = new_account(db, posts_per_week=3), new_content(db)
    db.execute(f"SELECT topoff_planned_slots('h2o', '7 days', {TODAY})")
    slots = column(db, "SELECT scheduled_for FROM post_instances ORDER BY scheduled_for")
    call = "SELECT (fill_next_planned_slot('h2o', %s, %s)).scheduled_for"
    sessions = [connect(autocommit=False, options="-c lock_timeout=1ms") for _ in slots]
    assert [one(session, call, account, content) for session in sessions] == slots
    with pytest.raises(errors.NoDataFound) as error:
        db.execute(call, (account, content))
    assert error.value.diag.message_primary == f"channel account {account} has no empty slot"
    assert "SELECT topoff_planned_slots('h2o')" in error.value.diag.message_hint


def test_of_more_fillers_than_slots_at_once_exactly_the_surplus_finds_none(db, connect):
    account = new_account(db, posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7])
    db.execute(f"SELECT topoff_planned_slots('h2o', '7 days', {TODAY})")
    contents = [new_content(db, title=str(number)) for number in range(10)]
    together = Barrier(len(contents))

    def fill(content: object) -> str:
        session = connect(options=OPTIONS)
        together.wait(PATIENCE)
        return answer(session, f"SELECT id FROM fill_next_planned_slot('h2o', '{account}', '{content}')")

    with in_background() as start:
        answers = [call.result() for call in [start(fill, content) for content in contents]]
    assert answers.count(errors.NoDataFound.sqlstate) == 3
    assert len(set(answers)) == 8
    assert (
        one(db, "SELECT count(DISTINCT content_item_id) FROM post_instances WHERE status = 'Scheduled'") == 7
    )


def test_of_many_top_offs_at_once_each_slot_is_created_once_and_counted_once(db, connect):
    tenants = ["h2o", "all_county"]
    for tenant in tenants * 3:
        new_account(db, tenant, posts_per_week=5)
    together = Barrier(8)

    def top_off(tenant: str) -> int:
        session = connect(options=OPTIONS)
        together.wait(PATIENCE)
        return one(session, f"SELECT topoff_planned_slots(%s, '28 days', {TODAY})", tenant)

    with in_background() as start:
        created = [call.result() for call in [start(top_off, tenant) for tenant in tenants * 4]]
    assert sorted(created) == [0] * 6 + [60] * 2
    assert one(db, "SELECT count(*) FROM post_instances") == 120
    assert column(db, "SELECT tenant_id FROM content_items ORDER BY 1") == ["all_county", "h2o"]
    assert column(db, BROKEN) == []


class User:
    """A session that does one thing after another to the tenant h2o, and remembers what it published."""

    def __init__(self, session: Connection, seed: int) -> None:
        """Take a session, and a seed to choose by."""
        self.session = session
        self.random = random.Random(seed)
        self.published = {}

    def work(self, calls: int) -> None:
        """Do things at random."""
        for _ in range(calls):
            with suppress(*EXPECTED):
                self.random.choice(DEEDS)(self)

    def publish(self, statement: str, *parameters: object) -> None:
        """Put a new content item on the calendar; its id is the statement's first parameter."""
        content = new_content(self.session)
        self.published[content] = 0
        self.published[content] = self.session.execute(statement, (content, *parameters)).rowcount

    def account(self) -> UUID:
        """Choose an account."""
        return self.random.choice(column(self.session, "SELECT id FROM channel_accounts ORDER BY id"))

    def post(self, which: str = "true") -> UUID | None:
        """Choose a post."""
        posts = column(self.session, f"SELECT id FROM post_instances WHERE {which} ORDER BY id")
        return self.random.choice(posts or [None])

    def time(self) -> datetime | None:
        """Choose a time: a slot's, some other, or none."""
        slots = column(
            self.session, "SELECT DISTINCT planned_for FROM post_instances WHERE planned_for > now()"
        )
        hours = self.random.randrange(1, 14 * 24)
        other = one(self.session, "SELECT date_trunc('hour', now()) + %s * interval '1 hour'", hours)
        return self.random.choice([*slots, other, None])


def tops_off(user):
    user.session.execute("SELECT topoff_planned_slots('h2o', '14 days')")


def plans_anew(user):
    user.session.execute("SELECT replan_planned_slots('h2o', '14 days')")


def runs_the_night(user):
    user.session.execute("CALL topoff_all_tenants('14 days')")


def fills(user):
    user.publish(
        "SELECT FROM fill_next_planned_slot(content_item_id => %s, tenant => 'h2o', channel_account_id => %s)",
        user.account(),
    )


def skips(user):
    user.session.execute("SELECT skip_planned_slot('h2o', %s)", (user.post("status = 'Planned'"),))


def creates_in_bulk(user):
    user.publish(
        "SELECT FROM create_post_instances("
        "    content_item_id => %s, tenant => 'h2o', channel_account_ids => %s, scheduled_for => %s)",
        list({user.account() for _ in range(3)}),
        user.time(),
    )


def inserts(user):
    user.publish(
        "INSERT INTO post_instances (tenant_id, content_item_id, channel_account_id, scheduled_for, status)"
        " VALUES ('h2o', %s, %s, %s, 'Scheduled')",
        user.account(),
        user.time(),
    )


def assigns(user):
    user.publish(
        "UPDATE post_instances SET content_item_id = %s, status = 'Scheduled'"
        " WHERE id = %s AND content_item_id = topoff.placeholder_content_item_id(tenant_id)",
        user.post("status = 'Planned'"),
    )


# Two who exchange the times of two posts at one moment wait for each other, whatever else there is in the database.
MOVING = Lock()


def moves(user):
    statement = "UPDATE post_instances SET scheduled_for = %s WHERE id = %s"
    time, post = user.time(), user.post()
    with MOVING:
        user.session.execute(statement, (time, post))


def deletes_a_slot(user):
    user.session.execute(
        "DELETE FROM post_instances WHERE id = %s AND content_item_id = topoff.placeholder_content_item_id(tenant_id)",
        (user.post(),),
    )


def changes_the_cadence(user):
    user.session.execute(
        "UPDATE channel_accounts SET posts_per_week = %s, timezone = %s, status = %s WHERE id = %s",
        (
            user.random.randrange(8),
            user.random.choice(["UTC", "Asia/Tokyo", "America/New_York"]),
            user.random.choice(["active", "active", "paused"]),
            user.account(),
        ),
    )


DEEDS = [tops_off, plans_anew, runs_the_night, fills, skips, creates_in_bulk, inserts, assigns, moves]
DEEDS += [deletes_a_slot, changes_the_cadence]


def test_many_sessions_doing_everything_at_once_lose_nothing_and_double_nothing(db, connect):
    seed = random.SystemRandom().randrange(1_000_000)
    print("seed", seed)
    for _ in range(3):
        new_account(db, posts_per_week=7, times_local=["09:00", "15:00"])
    users = [User(connect(options=OPTIONS), seed + number) for number in range(8)]
    with in_background() as start:
        for done in [start(user.work, 25) for user in users]:
            done.result()
    published = {content: posts for user in users for content, posts in user.published.items()}
    assert sum(published.values()) > 20
    assert {
        content: one(db, "SELECT count(*) FROM post_instances WHERE content_item_id = %s", content)
        for content in published
    } == published
    assert column(db, BROKEN) == []
    assert column(db, "SELECT DISTINCT status FROM topoff.runs") == ["succeeded"]
    db.execute("SELECT replan_planned_slots('h2o', '14 days')")
    assert one(db, "SELECT topoff_planned_slots('h2o', '14 days')") == 0
