"""What docs/install.md tells the application's developers, as it stands there."""

from datetime import UTC, datetime

import pytest
from builders import column, one
from conftest import HOST, PASSWORD, PORT, USER
from host_app import (
    ACCOUNTS,
    ITEMS,
    AnswerError,
    application,
    calendar,
    create_account,
    create_item,
    create_posts,
    delete_item,
    list_posts,
    load_host,
    patch_account,
    step_host,
    step_host_down,
)
from hosts import dump, problems_of, psql, run, run_mends, start
from pages import block
from psycopg import Connection, errors
from sqlalchemy import URL, ForeignKey, NullPool, String, Uuid, create_engine, event, inspect, select
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, relationship
from test_walk import ACCOUNT, arrived, configure, install, schema, slots


def paste(db: Connection, page: str, name: str) -> None:
    """Run a block of a page in psql."""
    psql(db, block(page, name))


def local_slots(db: Connection, account) -> set[tuple[str, str]]:
    """Top off, and return the days and times of an account's slots by its own clock."""
    db.execute("SELECT topoff_planned_slots('evergreen')")
    return set(
        db.execute(
            "SELECT to_char(post.scheduled_for AT TIME ZONE coalesce(account.timezone, 'UTC'), 'HH24:MI'), account.timezone"
            " FROM post_instances AS post JOIN channel_accounts AS account ON account.id = post.channel_account_id"
            " WHERE account.id = %s AND post.planned_for IS NOT NULL AND post.status = 'Planned'",
            [account],
        ).fetchall()
    )


@pytest.mark.parametrize("installed_before", [False, True])
def test_the_recipe_translates_what_the_settings_page_writes(empty_db, installed_before):
    load_host(empty_db, "0022")
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    given = {
        0: ("pst8pdt", ["9:00", "soon"], {("09:00", "America/Los_Angeles")}),
        1: (
            "",
            ["14:30", None, "7:05", "7:05"],
            {("14:30", "America/Los_Angeles"), ("07:05", "America/Los_Angeles")},
        ),
    }
    if installed_before:
        install(empty_db)
        paste(empty_db, "docs/install.md", "recipe-later")
    with application(empty_db, knows={"Planned"}) as session:
        for n, (zone, times, _) in given.items():
            patch_account(
                session,
                ACCOUNTS["evergreen"][n],
                schedule_timezone=zone,
                schedule_times=times,
                posts_per_week=10,
            )
        paste(empty_db, "docs/install.md", "recipe")
        if not installed_before:
            recipe = schema(empty_db)
            install(empty_db)
        for n, (_, _, expected) in given.items():
            assert local_slots(empty_db, ACCOUNTS["evergreen"][n]) == expected
        # The page goes on: all of it to nothing, then a zone of the usual spelling.
        new = create_account(session, "evergreen", posts_per_week=3)
        assert local_slots(empty_db, new) == {("09:00", "America/Los_Angeles")}
        patch_account(session, new, schedule_timezone="Europe/London", schedule_times=["soon"])
        empty_db.execute("SELECT replan_planned_slots('evergreen')")
        assert local_slots(empty_db, new) == {("09:00", "Europe/London")}
        # A zone that nobody knows is no error of the page's, and the others are planned.
        patch_account(session, new, schedule_timezone="Mars/Olympus", posts_per_week=5)
    empty_db.execute("SELECT topoff_planned_slots('evergreen')")
    run(empty_db, "downgrade", "base")
    if not installed_before:
        mend = "ALTER COLUMN owner SET DEFAULT ''"
        assert mend not in recipe
        empty_db.execute("ALTER TABLE content_items ALTER COLUMN owner DROP DEFAULT")
        assert schema(empty_db) == recipe


def test_a_column_that_is_handed_over_is_the_applications(prepared):
    empty_db = arrived(prepared, "0014", "theirs first")
    with pytest.raises(errors.CheckViolation):
        empty_db.execute("UPDATE channel_accounts SET posts_per_week = 6")
    paste(empty_db, "docs/install.md", "hand-over-column")
    step_host(empty_db, "0015")
    with application(empty_db, knows={"Planned"}) as session:
        # Beyond our grid of five days, NULL, and a type of its own.
        patch_account(session, ACCOUNT, posts_per_week=7)
        new = create_account(session, "evergreen", posts_per_week=None)
    assert one(empty_db, "SELECT posts_per_week IS NULL FROM channel_accounts WHERE id = %s", new)
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 0 WHERE id <> %s", [ACCOUNT])
    assert len(slots(empty_db)) == 20
    empty_db.execute("ALTER TABLE channel_accounts ALTER posts_per_week TYPE integer")
    run(empty_db, "downgrade", "base")
    assert one(empty_db, "SELECT posts_per_week FROM channel_accounts WHERE id = %s", ACCOUNT) == 7
    with pytest.raises(errors.UndefinedColumn):
        empty_db.execute("SELECT timezone FROM channel_accounts")


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE channel_accounts ALTER posts_per_week TYPE integer",
        "ALTER TABLE channel_accounts ALTER posts_per_week SET DEFAULT 3",
        "ALTER TABLE channel_accounts ALTER posts_per_week DROP NOT NULL",
        "COMMENT ON COLUMN channel_accounts.posts_per_week IS 'As the settings page has it'",
        "CREATE VIEW busy AS SELECT id FROM channel_accounts WHERE posts_per_week > 3",
    ],
)
def test_a_column_that_the_application_has_changed_stays_at_the_downgrade(prepared, change):
    empty_db = arrived(prepared, "0014", "theirs first")
    empty_db.execute(change)
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 4 WHERE id = %s", [ACCOUNT])
    run(empty_db, "downgrade", "base")
    assert one(empty_db, "SELECT posts_per_week FROM channel_accounts WHERE id = %s", ACCOUNT) == 4
    assert "topoff" not in dump(empty_db, "-s").replace("As the settings page", "")
    assert "planned-slot top-off" not in dump(empty_db, "-s")


def test_a_column_that_it_only_found_goes_at_the_downgrade(prepared):
    empty_db = arrived(prepared, "0014", "theirs first")
    step_host(empty_db, "0015")
    run(empty_db, "downgrade", "base")
    with pytest.raises(errors.UndefinedColumn):
        empty_db.execute("SELECT posts_per_week FROM channel_accounts")


def test_null_means_the_default_where_an_orm_writes_it_into_a_column_of_ours(prepared):
    empty_db = arrived(prepared, "0014", "theirs first")
    step_host(empty_db, "0018")
    with application(empty_db) as session:
        new = create_account(session, "evergreen")
        patch_account(session, new, posts_per_week=4)
        patch_account(session, new, posts_per_week=None)
    assert one(empty_db, "SELECT posts_per_week FROM channel_accounts WHERE id = %s", new) == 0
    empty_db.execute("UPDATE channel_accounts SET days_of_week = NULL, times_local = NULL, timezone = NULL")
    assert empty_db.execute(
        "SELECT DISTINCT days_of_week, times_local::text[], timezone FROM channel_accounts"
    ).fetchall() == [([1, 2, 3, 4, 5], ["09:00:00"], "UTC")]


def test_what_is_not_ours_cannot_be_handed_over(prepared):
    empty_db = arrived(prepared, "0015", "theirs first")
    for name in ("posts_per_week", "name", "nothing"):
        with pytest.raises(errors.UndefinedColumn) as refused:
            empty_db.execute("SELECT topoff.hand_over_column(%s)", [name])
        assert (
            refused.value.diag.message_primary
            == f"channel_accounts has no column {name} that planned-slot top-off has added"
        )
        assert refused.value.diag.message_hint.startswith("posts_per_week, days_of_week")


def test_a_migration_fills_a_column_of_every_item(prepared):
    empty_db = arrived(prepared, "0017", "theirs first")
    configure(empty_db)
    slots(empty_db)
    paste(empty_db, "docs/install.md", "fill-every-item")
    empty_db.execute("ALTER TABLE content_items ALTER content_category SET NOT NULL")


def test_the_foreign_key_of_ours_follows_the_applications(prepared):
    empty_db = arrived(prepared, "0029", "theirs first")
    if empty_db.info.server_version < 150000:
        pytest.skip("SET NULL of one column of two is known from PostgreSQL 15 on")
    empty_db.execute(
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_content_item_id_fkey, ADD CONSTRAINT fk_content"
        " FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE SET NULL"
    )
    paste(empty_db, "docs/install.md", "same-action")
    posts = one(empty_db, "SELECT count(*) FROM post_instances")
    empty_db.execute("DELETE FROM content_items WHERE id = %s", [ITEMS["h2o"][0]])
    assert one(empty_db, "SELECT count(*) FROM post_instances") == posts


def test_what_the_applications_downgrade_took_along_is_brought_back(prepared):
    empty_db = arrived(prepared, "0015", "theirs first")
    configure(empty_db)
    before = slots(empty_db)
    step_host_down(empty_db, "0014")
    with pytest.raises(errors.UndefinedColumn):
        slots(empty_db)
    with application(empty_db, knows={"Planned"}) as session:
        create_posts(
            session, "h2o", create_item(session, "h2o"), ACCOUNTS["h2o"], datetime(2099, 1, 1, tzinfo=UTC)
        )
        delete_item(session, create_item(session, "h2o"))
        create_account(session, "h2o")
    paste(empty_db, "docs/install.md", "bring-back")
    configure(empty_db)
    assert slots(empty_db) == before
    run(empty_db, "downgrade", "base")
    assert column(empty_db, "SELECT id FROM post_instances WHERE status = 'Planned'") == []


def test_the_page_is_followed_from_its_top(empty_db):
    """On a copy of the application at 0014; the one at 0029 below has a cadence already."""
    follow(empty_db, "0014")


def test_the_page_is_followed_from_its_top_a_year_later(empty_db):
    said = follow(empty_db, "0029")
    assert block("docs/install.md", "notice").strip() in said


def follow(db: Connection, revision: str) -> str:
    """Do what the page says, in its order, and go back; return what the upgrade said."""
    load_host(db, revision)
    process = start(db, "upgrade", "head")
    mends = problems_of("".join(process.communicate()))
    run_mends(db, mends)
    before = schema(db)
    rows = one(db, "SELECT count(*) FROM post_instances")
    process = start(db, "upgrade", "head", options="-c client_min_messages=notice")
    said = "".join(process.communicate())
    assert process.returncode == 0, said
    with application(db, knows={"Planned"}) as session:
        paste(db, "docs/install.md", "first-cadence")
        paste(db, "docs/install.md", "first-slots")
        assert (
            one(
                db,
                "SELECT DISTINCT cadence FROM cadence_coverage JOIN channel_accounts ON id = channel_account_id WHERE cadence_coverage.tenant_id = 'h2o' AND status = 'active'",
            )
            == "3 a week: Mon Wed Fri 09:00 (America/New_York)"
        )
        shown = [post for day in calendar(session, "h2o").values() for post in day]
        assert [post for post in shown if post["status"] == "Planned"]
        assert len(list_posts(session, "h2o")) <= 100
    # An application that does not know the status yet: the reason for the page's first section.
    with application(db, revision="0014") as session, pytest.raises(AnswerError):
        calendar(session, "h2o")
    run(db, "downgrade", "base")
    assert schema(db) == before
    assert one(db, "SELECT count(*) FROM post_instances") == rows
    return said


def test_the_columns_of_the_model_are_those_of_the_database(db):
    class Base(DeclarativeBase):
        pass

    names = {"Base": Base}
    exec("from sqlalchemy import ARRAY, Column, SmallInteger, Text, Time", names)
    body = block("docs/install.md", "model").replace(
        "    ...\n", "    __tablename__ = 'channel_accounts'\n    id = Column(Text, primary_key=True)\n"
    )
    exec(body, names)
    url = URL.create("postgresql+psycopg", USER, PASSWORD, HOST, PORT, db.info.dbname)
    there = {
        each["name"]: each
        for each in inspect(create_engine(url, poolclass=NullPool)).get_columns("channel_accounts")
    }
    mapped = [each for each in names["ChannelAccount"].__table__.columns if each.name != "id"]
    assert len(mapped) == 4
    for each in mapped:
        found = there[each.name]
        assert str(found["type"]) == str(each.type)
        assert found["nullable"] is each.nullable is False
        assert each.server_default.arg in found["default"] or each.name == "times_local"


@pytest.mark.parametrize("name", ["passive-deletes", "passive-deletes-all"])
def test_the_orm_reads_no_slots_for_an_item_that_is_deleted(prepared, name):
    empty_db = arrived(prepared, "0014", "theirs first")
    configure(empty_db)
    slots(empty_db)
    line = {
        "passive-deletes": block("docs/install.md", "passive-deletes"),
        "passive-deletes-all": block("docs/install.md", "passive-deletes-all"),
    }[name]
    line = line.replace("post_instances = ", "")
    item, _, sent = mapped_by(line)
    url = URL.create("postgresql+psycopg", USER, PASSWORD, HOST, PORT, empty_db.info.dbname)
    engine = create_engine(url, poolclass=NullPool)
    event.listen(engine, "before_cursor_execute", lambda *args: sent.append(args[2]))
    before = one(empty_db, "SELECT count(*) FROM post_instances")
    with Session(engine) as session:
        session.delete(session.scalars(select(item).where(item.title == "Planned slot")).one())
        with pytest.raises(DBAPIError) as refused:
            session.commit()
    assert refused.value.orig.sqlstate == "55006"
    assert one(empty_db, "SELECT count(*) FROM post_instances") == before
    assert not [statement for statement in sent if "FROM post_instances" in statement]
    # Any other item goes, and its posts with it, by the foreign key.
    with application(empty_db) as session:
        with_posts = create_item(session, "h2o")
        create_posts(session, "h2o", with_posts, ACCOUNTS["h2o"])
    with Session(engine) as session:
        session.delete(session.get_one(item, with_posts))
        session.commit()
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE content_item_id = %s", with_posts) == 0


def mapped_by(relation: str) -> tuple[type, type, list[str]]:
    """Return models of items and posts with the page's relationship, and an empty list."""

    class Base(DeclarativeBase):
        pass

    class ContentItem(Base):
        __tablename__ = "content_items"
        id = mapped_column(Uuid, primary_key=True)
        title = mapped_column(String)
        post_instances = eval(relation, {"relationship": relationship})

    class PostInstance(Base):
        __tablename__ = "post_instances"
        id = mapped_column(Uuid, primary_key=True)
        content_item_id = mapped_column(Uuid, ForeignKey("content_items.id", ondelete="CASCADE"))
        content_item = relationship("ContentItem", back_populates="post_instances")

    return ContentItem, PostInstance, []


@pytest.mark.beside_one_server
def test_sqlalchemy_refuses_the_other_form_together_with_delete_orphan():
    line = block("docs/install.md", "passive-deletes").replace("post_instances = ", "")
    models = mapped_by(line.replace("passive_deletes=True", 'passive_deletes="all"'))
    with pytest.raises(ArgumentError, match="passive_deletes"):
        models[0]()


@pytest.mark.parametrize("loaded", [False, True])
def test_emptying_a_slot_by_the_relationship_deletes_it_where_the_posts_are_loaded(empty_db, loaded):
    load_host(empty_db, "0029")
    with application(empty_db) as session:
        post = session.scalars(
            select(session.info["models"].PostInstance).where(
                session.info["models"].PostInstance.content_item_id == ITEMS["h2o"][0]
            )
        ).first()
        key = post.id
        if loaded:
            assert post.content_item.post_instances
        post.content_item = None
        session.commit()
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE id = %s", key) == (0 if loaded else 1)
