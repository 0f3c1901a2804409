"""The application of tests/host goes its way from 0014 to 0029 and back with us installed, in either order."""

import difflib
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from builders import column, one
from conftest import HOST, PASSWORD, PORT, USER, take_create
from host_app import (
    ACCOUNTS,
    ITEMS,
    ORDINARY_STATEMENTS,
    REVISIONS,
    AnswerError,
    application,
    calendar,
    create_account,
    create_item,
    create_posts,
    delete_account,
    delete_item,
    empty_slots,
    get_post,
    list_posts,
    load_host,
    patch_account,
    patch_post,
    people_work,
    step_host,
    step_host_down,
    try_statement,
)
from hosts import dump, problems_of, run, run_mends, start
from psycopg import Connection, errors, sql

ORDERS = ("ours first", "theirs first")


def install(db: Connection) -> None:
    """Install us as its DBA does: run it, mend what it asks for, run it again."""
    process = start(db, "upgrade", "head")
    out, error = process.communicate()
    if process.returncode:
        run_mends(db, problems_of(out + error))
        run(db, "upgrade", "head")


def beside(revision: str) -> tuple[str, Callable[[Connection], None]]:
    """Return what it is called that the application is at a revision and then we are installed, and how."""

    def arrive(db: Connection) -> None:
        load_host(db, revision)
        install(db)

    return f"{revision}, then us", arrive


def arrived(prepared: Callable[..., Connection], revision: str, order: str = "ours first") -> Connection:
    """Return a session on a database where both are installed, the application at a revision."""

    def go_on(db: Connection) -> None:
        step_host(db, revision)
        if revision >= "0015":
            db.execute("SELECT topoff.hand_over_column('posts_per_week')")

    if order == "theirs first" or revision == "0014":
        return prepared(*beside(revision))
    return prepared(f"0014, then us, then {revision}", go_on, beside("0014"))


ACCOUNT = ACCOUNTS["evergreen"][0]
ITEM = ITEMS["evergreen"][1]


def configure(db: Connection, account: UUID = ACCOUNT, posts_per_week: int = 5) -> None:
    """Give an account a cadence, and no other any."""
    db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    db.execute("UPDATE channel_accounts SET posts_per_week = %s WHERE id = %s", [posts_per_week, account])


def slots(db: Connection, tenant: str = "evergreen") -> list[UUID]:
    """Top off and return the tenant's slots of ours that are untouched, in time order."""
    db.execute("SELECT topoff_planned_slots(%s)", [tenant])
    return column(
        db,
        "SELECT id FROM post_instances WHERE tenant_id = %s AND status = 'Planned' AND scheduled_for = planned_for"
        " AND touched_at IS NULL ORDER BY scheduled_for, id",
        tenant,
    )


@pytest.mark.parametrize("revision", ["0014", "0022", "0029"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_application_works_as_before_and_we_beside_it(prepared, revision, order):
    empty_db = arrived(prepared, revision, order)
    people_work(empty_db)
    configure(empty_db)
    with application(empty_db, knows={"Planned"}) as session:
        assert calendar(session, "evergreen") == {}
        free = slots(empty_db)
        assert len(free) >= 5
        assert len(free) == len(calendar(session, "evergreen")) == len(list_posts(session, "evergreen")) == 20

        # A slot is filled by PATCH, often in several steps.
        for status in ("Draft", *(("Needs Approval", "Approved") if revision >= "0022" else ()), "Scheduled"):
            answered = patch_post(session, free[0], content_item_id=ITEM, status=status)
            assert answered["status"] == status
        # What people put into an empty slot survives a re-plan.
        patch_post(session, free[1], caption_override="Begun")
        patch_post(session, free[2], autopost_enabled=True)
        patch_post(session, free[3], screenshot_url="https://media.example/1.png")
        at = get_post(session, free[4])["scheduled_for"]
        patch_post(session, free[4], scheduled_for=at + timedelta(hours=1))
        patch_account(session, ACCOUNT, name="Another name")

        item = create_item(session, "evergreen")
        made = create_posts(
            session, "evergreen", item, ACCOUNTS["evergreen"], datetime(2099, 1, 1).astimezone()
        )
        delete_item(session, item)
        assert one(empty_db, "SELECT count(*) FROM post_instances WHERE id = ANY (%s)", made) == 0
        new = create_account(session, "evergreen")
        assert (
            one(empty_db, "SELECT coalesce(posts_per_week, 0) FROM channel_accounts WHERE id = %s", new) == 0
        )
        delete_account(session, new)

        empty_db.execute("UPDATE channel_accounts SET posts_per_week = 0")
        empty_db.execute("SELECT replan_planned_slots('evergreen')")
        assert {post["id"] for day in calendar(session, "evergreen").values() for post in day} >= set(
            free[:5]
        )
    assert column(empty_db, "SELECT id FROM post_instances WHERE id = ANY (%s)", free[5:]) == []
    assert column(
        empty_db, "SELECT id FROM post_instances WHERE touched_at IS NULL AND id = ANY (%s)", free[:5]
    ) == [free[4]]


@pytest.mark.parametrize("order", ORDERS)
def test_at_0014_the_applications_answers_have_to_know_planned_first(prepared, order):
    empty_db = arrived(prepared, "0014", order)
    configure(empty_db)
    assert slots(empty_db)
    with application(empty_db) as session, pytest.raises(AnswerError, match="Planned"):
        calendar(session, "evergreen")


@pytest.mark.parametrize("revision", ["0014", "0022", "0029"])
@pytest.mark.parametrize("order", ORDERS)
def test_the_orm_cannot_take_the_slots_along_with_the_placeholder(prepared, revision, order):
    empty_db = arrived(prepared, revision, order)
    configure(empty_db)
    assert len(slots(empty_db)) == 20
    placeholder = one(empty_db, "SELECT topoff.placeholder_content_item_id('evergreen')")
    posts = one(empty_db, "SELECT count(*) FROM post_instances")
    with application(empty_db, knows={"Planned"}) as session:
        if revision >= "0029":
            assert one(empty_db, "SELECT count(*) FROM content_items WHERE id = %s", placeholder) == 0
            assert len(empty_slots(session, "evergreen")) == 20
        else:
            with pytest.raises(Exception, match="is the placeholder of tenant") as refused:
                delete_item(session, placeholder)
            assert refused.value.orig.sqlstate == "55006"
            session.rollback()
    assert one(empty_db, "SELECT count(*) FROM post_instances") == posts


STEPS = [(revision, order) for order in ORDERS for revision in REVISIONS]


@pytest.mark.parametrize(("revision", "order"), STEPS)
def test_every_ordinary_statement_works_with_us_beside_it(prepared, revision, order):
    """Where it comes from the revision itself; all of them at 0029."""
    empty_db = arrived(prepared, revision, order)
    configure(empty_db)
    slots(empty_db)
    before = dump(empty_db, "-s")
    refused = {
        statement.name: str(error)
        for statement in ORDINARY_STATEMENTS
        if statement.since == revision or revision == "0029"
        if (error := try_statement(empty_db, statement))
    }
    assert refused == {}
    assert dump(empty_db, "-s") == before


def schema(db: Connection) -> str:
    """Return its schema."""
    return dump(db, "-s")


@pytest.fixture
def twin(empty_db) -> Callable[[str], str]:
    """Return the schema of the same application at a revision, which never had us."""

    def at(revision: str, *statements: str) -> str:
        name = f"{empty_db.info.dbname}_twin"
        empty_db.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        take_create(name)
        try:
            with psycopg.connect(
                host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=name, autocommit=True
            ) as db:
                load_host(db, revision)
                for statement in statements:
                    db.execute(statement)
                return schema(db)
        finally:
            empty_db.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))

    return at


def changed(one: str, other: str) -> list[str]:
    """Return the lines in which two schemas differ."""
    return [
        line
        for line in difflib.ndiff(one.splitlines(), other.splitlines())
        if line[:2] in ("+ ", "- ") and line[2:].strip()
    ]


# The preflight asks for this.
MEND = "ALTER TABLE public.content_items ALTER COLUMN owner SET DEFAULT ''"


@pytest.mark.parametrize("revision", REVISIONS)
def test_its_revisions_first_and_then_ours_leaves_the_twins_schema(empty_db, twin, revision):
    load_host(empty_db, revision)
    people_work(empty_db)
    install(empty_db)
    configure(empty_db)
    slots(empty_db)
    empty_db.execute("CALL topoff_all_tenants()")
    run(empty_db, "downgrade", "base")
    assert changed(schema(empty_db), twin(revision, MEND)) == []


def test_the_walk_with_ours_first(prepared, twin):
    empty_db = arrived(prepared, "0014")
    for revision in REVISIONS[1:]:
        step_host(empty_db, revision)
        if revision == "0015":
            empty_db.execute("SELECT topoff.hand_over_column('posts_per_week')")
        configure(empty_db)
        assert slots(empty_db)
        empty_db.execute("CALL topoff_all_tenants()")
        with application(empty_db, knows={"Planned"}) as session:
            calendar(session, "h2o")
    # It then gives its column the shape that its own code has, in a revision of its own.
    empty_db.execute(
        "ALTER TABLE channel_accounts ALTER posts_per_week TYPE integer, ALTER posts_per_week DROP DEFAULT"
    )
    run(empty_db, "downgrade", "base")
    assert changed(schema(empty_db), twin("0029", MEND)) == []
    # and without us goes back.
    empty_db.execute("DELETE FROM post_instances WHERE content_item_id IS NULL")
    step_host_down(empty_db, "0014")
    assert changed(schema(empty_db), twin("0014", MEND)) == []


@pytest.mark.parametrize("order", ORDERS)
def test_the_application_goes_back_with_us_installed(prepared, twin, order):
    """From 0029 to 0014: its downgrade of 0015 takes posts_per_week and the unique constraint along."""
    empty_db = arrived(prepared, "0029", order)
    configure(empty_db)
    slots(empty_db)
    with pytest.raises(errors.NotNullViolation):
        step_host_down(empty_db, "0028")  # as without us, while a post has no content
    empty_db.execute("DELETE FROM post_instances WHERE content_item_id IS NULL")
    for below, revision in zip(REVISIONS[-2::-1], REVISIONS[:0:-1], strict=True):
        step_host_down(empty_db, below)
        if below >= "0015":
            assert slots(empty_db), revision
    run(empty_db, "downgrade", "base")
    assert changed(schema(empty_db), twin("0014", MEND)) == []
    install(empty_db)
    configure(empty_db)
    assert slots(empty_db)
