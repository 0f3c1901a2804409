"""The application of tests/host by itself, without us: what fails here is not ours."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise, zip_longest

import pytest
from builders import column, one
from host_app import (
    ACCOUNTS,
    INACTIVE_ACCOUNTS,
    ITEMS,
    ORDINARY_STATEMENTS,
    REVISIONS,
    STATEMENTS_OUTSIDE,
    TENANTS,
    AnswerError,
    add_twins,
    application,
    calendar,
    create_account,
    create_item,
    create_posts,
    delete_account,
    delete_item,
    empty_slots,
    get_post,
    host_revision,
    list_accounts,
    list_ideas,
    list_posts,
    load_host,
    own_scheduler,
    patch_post,
    people_work,
    step_host,
    step_host_down,
    try_statement,
)
from hosts import dump
from psycopg import errors
from sqlalchemy.exc import IntegrityError

NOON = datetime(2099, 1, 1, 12, tzinfo=UTC)


def test_it_has_rows_of_every_kind(empty_db):
    load_host(empty_db, "0014")
    assert column(empty_db, "SELECT DISTINCT tenant_id FROM channel_accounts ORDER BY 1") == sorted(TENANTS)
    for tenant in TENANTS:
        listed = "SELECT id FROM {} WHERE tenant_id = %s ORDER BY 1"
        accounts = [*ACCOUNTS[tenant], *([INACTIVE_ACCOUNTS[tenant]] if tenant in INACTIVE_ACCOUNTS else [])]
        assert column(empty_db, listed.format("channel_accounts"), tenant) == accounts
        assert column(empty_db, listed.format("content_items"), tenant) == list(ITEMS[tenant])
    posts = empty_db.execute(
        "SELECT tenant_id, status, sign(extract(epoch FROM scheduled_for - now())), count(*) FROM post_instances"
        " GROUP BY 1, 2, 3"
    )
    counts = {row[:3]: row[3] for row in posts}
    for tenant in ("h2o", "all_county"):
        for kind in (
            ("Posted", -1),
            ("Failed", -1),
            ("Draft", -1),
            ("Draft", 1),
            ("Draft", None),
            ("Scheduled", 1),
        ):
            assert counts[(tenant, *kind)] >= 2
    assert not any(tenant == "evergreen" for tenant, _, _ in counts)
    assert one(empty_db, "SELECT count(*) FROM publish_jobs") > 20
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE publish_job_id IS NOT NULL") > 20


def test_its_rows_keep_the_rules_that_come_later(empty_db):
    load_host(empty_db, "0014")
    before = dump(empty_db, "--data-only", "-t", "post_instances")
    step_host(empty_db, "0015")
    assert dump(empty_db, "--data-only", "-t", "post_instances") == before
    foreign = (
        "SELECT count(*) FROM post_instances AS post JOIN channel_accounts AS account ON account.id ="
        " channel_account_id JOIN content_items AS item ON item.id = content_item_id"
        " WHERE (account.tenant_id, item.tenant_id) <> (post.tenant_id, post.tenant_id)"
    )
    assert one(empty_db, foreign) == 0


@pytest.mark.parametrize(("below", "above"), list(pairwise(REVISIONS)))
def test_each_revision_takes_back_what_it_brought(empty_db, below, above):
    load_host(empty_db, below)
    schema = dump(empty_db, "-s")
    step_host(empty_db, above)
    assert host_revision(empty_db) == above
    stepped = dump(empty_db, "-s")
    assert stepped != schema
    step_host_down(empty_db, below)
    assert host_revision(empty_db) == below
    assert dump(empty_db, "-s") == schema
    step_host(empty_db, above)
    assert dump(empty_db, "-s") == stepped


@pytest.mark.parametrize("apart", [False, True])
def test_the_whole_way_up_and_down_leaves_the_schema_and_the_rows(empty_db, apart):
    load_host(empty_db, "0014")
    before = dump(empty_db)
    step_host(empty_db, "0029", apart=apart)
    step_host_down(empty_db, "0014", apart=apart)
    assert dump(empty_db) == before


def test_0015_gives_every_account_three_posts_a_week_and_no_times(empty_db):
    load_host(empty_db, "0015")
    cadences = empty_db.execute(
        "SELECT DISTINCT posts_per_week, schedule_timezone, schedule_times FROM channel_accounts"
    )
    assert cadences.fetchall() == [(3, "America/Los_Angeles", None)]


def test_0015_uses_the_columns_that_are_there(empty_db):
    load_host(empty_db, "0014")
    empty_db.execute("ALTER TABLE channel_accounts ADD COLUMN posts_per_week smallint DEFAULT 0 NOT NULL")
    step_host(empty_db, "0015")
    assert column(empty_db, "SELECT DISTINCT posts_per_week FROM channel_accounts") == [0]
    step_host_down(empty_db, "0014")


def test_0015_deletes_all_but_the_oldest_of_posts_at_the_same_time(empty_db):
    load_host(empty_db, "0014")
    posts = "SELECT id FROM post_instances ORDER BY id"
    before = column(empty_db, posts)
    add_twins(empty_db, 5)
    assert len(column(empty_db, posts)) == len(before) + 5
    step_host(empty_db, "0015")
    assert column(empty_db, posts) == before


@pytest.mark.parametrize("revision", REVISIONS)
def test_people_work_at_every_revision_and_then_it_steps_on(empty_db, revision):
    load_host(empty_db, revision)
    people_work(empty_db)
    with application(empty_db) as session:
        for tenant in TENANTS:
            assert all(post["tenant_id"] == tenant for post in list_posts(session, tenant))
            calendar(session, tenant)
    step_host(empty_db, "0029")
    with application(empty_db) as session:
        assert len(list_posts(session, "h2o")) == 100
        assert len(empty_slots(session, "h2o")) == (0 if revision < "0029" else 43)


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_what_people_wrote_does_not_hold_up_a_downgrade_before_0029(empty_db, revision):
    load_host(empty_db, "0014")
    schema = dump(empty_db, "-s")
    step_host(empty_db, revision)
    people_work(empty_db)
    step_host_down(empty_db, "0014")
    assert dump(empty_db, "-s") == schema


def test_0029_goes_back_only_when_no_post_is_without_content(empty_db):
    load_host(empty_db, "0029")
    people_work(empty_db)
    with pytest.raises(errors.NotNullViolation):
        step_host_down(empty_db, "0028")
    assert host_revision(empty_db) == "0029"
    empty_db.execute("DELETE FROM post_instances WHERE content_item_id IS NULL")
    step_host_down(empty_db, "0014")


def test_deleting_an_item_deletes_its_posts_first(empty_db):
    load_host(empty_db, "0022")
    empty_db.execute(
        "CREATE TABLE deleted (number serial, name text, level text);"
        "CREATE FUNCTION note_deleted() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN"
        " INSERT INTO deleted (name, level) VALUES (TG_TABLE_NAME, pg_trigger_depth()); RETURN OLD; END';"
        "CREATE TRIGGER noted BEFORE DELETE ON content_items FOR EACH ROW EXECUTE FUNCTION note_deleted();"
        "CREATE TRIGGER noted BEFORE DELETE ON post_instances FOR EACH ROW EXECUTE FUNCTION note_deleted();"
    )
    with application(empty_db) as session:
        item = create_item(session, "h2o")
        create_posts(session, "h2o", item, ACCOUNTS["h2o"], NOON)
        delete_item(session, item)
    deleted = empty_db.execute("SELECT name, level FROM deleted ORDER BY number").fetchall()
    assert deleted == [("post_instances", "1")] * 3 + [("content_items", "1")]


def test_the_orm_dates_every_change_and_writes_what_changed_only(empty_db):
    load_host(empty_db, "0029")
    empty_db.execute("ALTER TABLE post_instances ADD COLUMN unknown text DEFAULT 'kept'")
    with application(empty_db) as session:
        (post,) = create_posts(session, "h2o", ITEMS["h2o"][0], ACCOUNTS["h2o"][:1], NOON)
        before = get_post(session, post)
        after = patch_post(session, post, caption_override="New")
    assert post.version == 4
    assert after["updated_at"] > before["updated_at"]
    assert after | {"updated_at": None} == before | {"updated_at": None, "caption_override": "New"}
    assert one(empty_db, "SELECT unknown FROM post_instances WHERE id = %s", post) == "kept"


def test_a_change_of_what_is_not_mapped_is_an_error(empty_db):
    load_host(empty_db, "0014")
    with application(empty_db) as session, pytest.raises(AttributeError):
        create_item(session, "h2o", content_category="tips")


def test_an_account_with_a_post_cannot_be_deleted(empty_db):
    load_host(empty_db, "0029")
    with application(empty_db) as session:
        account = create_account(session, "evergreen")
        (post,) = create_posts(session, "evergreen", ITEMS["evergreen"][0], [account])
        with pytest.raises(IntegrityError):
            delete_account(session, account)
        session.rollback()
        delete_item(session, ITEMS["evergreen"][0])
        delete_account(session, account)
        assert account not in [row.id for row in list_accounts(session, "evergreen")]
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE id = %s", post) == 0


def test_its_answers_know_the_statuses_of_its_revision_only(empty_db):
    load_host(empty_db, "0014")
    empty_db.execute("UPDATE post_instances SET status = 'Planned' WHERE scheduled_for > now()")
    with application(empty_db) as session:
        with pytest.raises(AnswerError, match="'Planned'"):
            list_posts(session, "h2o")
        with pytest.raises(AnswerError, match="'Planned'"):
            calendar(session, "h2o")
    with application(empty_db, knows={"Planned"}) as session:
        assert len(list_posts(session, "h2o")) == 100
    step_host(empty_db, "0022")
    with application(empty_db) as session:
        post = list_posts(session, "h2o")[0]["id"]
        for status in ("Draft", "Needs Approval", "Approved", "Scheduled", "Posted"):
            assert patch_post(session, post, status=status)["status"] == status


def test_its_calendar_has_every_post_with_a_time_on_its_day(empty_db):
    load_host(empty_db, "0014")
    first = one(empty_db, "SELECT min(scheduled_for) FROM post_instances WHERE status = 'Scheduled'").date()
    with application(empty_db) as session:
        assert sum(map(len, calendar(session, "h2o").values())) == one(
            empty_db,
            "SELECT count(*) FROM post_instances WHERE tenant_id = 'h2o' AND scheduled_for IS NOT NULL",
        )
        days = calendar(session, "h2o", first, first + timedelta(days=4))
        assert list(days) == [(first + timedelta(days=n)).isoformat() for n in (0, 2, 4)]
        assert [len(posts) for posts in days.values()] == [3, 3, 3]
        assert calendar(session, "evergreen") == {}


def test_its_own_scheduler_fills_slots_with_an_item_of_its_own_and_later_with_nothing(empty_db):
    load_host(empty_db, "0018")
    with application(empty_db) as session:
        slots = own_scheduler(session, "evergreen")
        assert len(slots) == 2 * 12
        assert own_scheduler(session, "evergreen") == []
        assert "PLANNED SLOT" in [idea.title for idea in list_ideas(session, "evergreen")]
    step_host(empty_db, "0029")
    with application(empty_db) as session:
        assert empty_slots(session, "evergreen") == []
        later = own_scheduler(session, "evergreen", today=datetime.now(UTC).date() + timedelta(days=28))
        assert len(later) == 2 * 12
        assert sorted(empty_slots(session, "evergreen")) == sorted(later)
    hours = "SELECT DISTINCT to_char(scheduled_for AT TIME ZONE 'America/Los_Angeles', 'HH24:MI') FROM post_instances"
    assert column(empty_db, hours + " WHERE tenant_id = 'evergreen'") == ["09:00"]


def test_its_own_scheduler_goes_by_the_times_and_the_shares_that_people_set(empty_db):
    load_host(empty_db, "0022")
    people_work(empty_db)
    slots = empty_db.execute(
        "SELECT suggested_category, count(*) FROM post_instances WHERE channel_account_id = %s"
        " AND suggested_category IS NOT NULL GROUP BY 1",
        [ACCOUNTS["h2o"][0]],
    )
    assert dict(slots.fetchall()) == {"offers": 6, "tips": 10, "crew": 4}
    local = "SELECT DISTINCT to_char(scheduled_for AT TIME ZONE %s, 'HH24:MI') FROM post_instances"
    planned = " WHERE status = 'Planned' AND channel_account_id = %s ORDER BY 1"
    first, second, _ = ACCOUNTS["h2o"]
    assert {"09:00", "14:30"} <= set(column(empty_db, local + planned, "America/Los_Angeles", first))
    assert column(empty_db, local + planned, "America/New_York", second) == ["09:00"]


@pytest.mark.beside_one_server
def test_each_ordinary_statement_has_a_name_of_its_own_and_a_revision():
    assert len({statement.name for statement in ORDINARY_STATEMENTS}) == len(ORDINARY_STATEMENTS) >= 35
    assert {statement.since for statement in ORDINARY_STATEMENTS} <= set(REVISIONS)


@pytest.mark.parametrize("worked", [False, True], ids=["fresh", "in use"])
def test_every_ordinary_statement_works_at_0029_and_leaves_no_trace(empty_db, worked):
    load_host(empty_db, "0029")
    if worked:
        people_work(empty_db)
    before = dump(empty_db, "-s")
    refused = {
        statement.name: error
        for statement in ORDINARY_STATEMENTS
        if (error := try_statement(empty_db, statement))
    }
    assert refused == {}
    assert dump(empty_db, "-s") == before


def test_every_ordinary_statement_works_from_the_revision_it_names(empty_db):
    load_host(empty_db, "0014")
    for revision, following in zip_longest(REVISIONS, REVISIONS[1:]):
        step_host(empty_db, revision)
        for statement in ORDINARY_STATEMENTS:
            if statement.since == revision:
                assert try_statement(empty_db, statement) is None, (statement.name, revision)
            elif statement.since == following and not statement.setup:
                assert try_statement(empty_db, statement) is not None, (statement.name, revision)


def test_what_stands_in_the_way_of_a_statement_is_told(empty_db):
    load_host(empty_db, "0029")
    before = dump(empty_db)
    statements = {statement.name: statement for statement in ORDINARY_STATEMENTS}
    with empty_db.transaction(force_rollback=True):
        empty_db.execute(
            "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
            "CREATE CONSTRAINT TRIGGER later AFTER DELETE ON content_items DEFERRABLE INITIALLY DEFERRED"
            " FOR EACH ROW EXECUTE FUNCTION nothing();"
            "CREATE VIEW statuses AS SELECT status FROM post_instances"
        )
        gone = statements["content_items: a new column after rows went in one transaction"]
        assert isinstance(try_statement(empty_db, gone), errors.ObjectInUse)
        retyped = statements["post_instances: status to text"]
        assert isinstance(try_statement(empty_db, retyped), errors.FeatureNotSupported)
        assert try_statement(empty_db, statements["post_instances: a volatile default"]) is None
    assert dump(empty_db) == before


def test_what_runs_outside_a_transaction_works_at_0029(empty_db):
    load_host(empty_db, "0029")
    people_work(empty_db)
    before = dump(empty_db, "-s")
    for statement in STATEMENTS_OUTSIDE:
        empty_db.execute(statement)
    assert dump(empty_db, "-s") == before
