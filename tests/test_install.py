"""What docs/install.md tells the application's developers, as it stands there."""

import re
from datetime import UTC, datetime

import pytest
from builders import column, one
from conftest import PROJECT
from host_app import (
    ACCOUNTS,
    ITEMS,
    application,
    create_account,
    create_item,
    create_posts,
    delete_item,
    load_host,
    patch_account,
    step_host,
    step_host_down,
)
from hosts import dump, psql, run
from psycopg import Connection, errors
from test_walk import ACCOUNT, configure, install, schema, slots

PAGE = (PROJECT / "docs" / "install.md").read_text(encoding="utf-8")
BLOCKS = dict(re.findall(r"<!-- sql: ([a-z-]+) -->\n```sql\n(.*?)```", PAGE, flags=re.DOTALL))


def paste(db: Connection, name: str) -> None:
    """Run a block of the page in psql."""
    psql(db, BLOCKS[name])


def test_every_statement_of_the_page_is_run_here():
    assert PAGE.count("```sql") == len(BLOCKS)
    tests = "".join(
        (PROJECT / "tests" / name).read_text(encoding="utf-8")
        for name in ("test_install.py", "test_touch.py")
    )
    assert [name for name in BLOCKS if f'"{name}")' not in tests] == []


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
        paste(empty_db, "recipe-later")
    with application(empty_db, knows={"Planned"}) as session:
        for n, (zone, times, _) in given.items():
            patch_account(
                session,
                ACCOUNTS["evergreen"][n],
                schedule_timezone=zone,
                schedule_times=times,
                posts_per_week=10,
            )
        paste(empty_db, "recipe")
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


def test_a_column_that_is_handed_over_is_the_applications(empty_db):
    load_host(empty_db, "0014")
    install(empty_db)
    with pytest.raises(errors.CheckViolation):
        empty_db.execute("UPDATE channel_accounts SET posts_per_week = 6")
    paste(empty_db, "hand-over-column")
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
def test_a_column_that_the_application_has_changed_stays_at_the_downgrade(empty_db, change):
    load_host(empty_db, "0014")
    install(empty_db)
    empty_db.execute(change)
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 4 WHERE id = %s", [ACCOUNT])
    run(empty_db, "downgrade", "base")
    assert one(empty_db, "SELECT posts_per_week FROM channel_accounts WHERE id = %s", ACCOUNT) == 4
    assert "topoff" not in dump(empty_db, "-s").replace("As the settings page", "")
    assert "planned-slot top-off" not in dump(empty_db, "-s")


def test_a_column_that_it_only_found_goes_at_the_downgrade(empty_db):
    load_host(empty_db, "0014")
    install(empty_db)
    step_host(empty_db, "0015")
    run(empty_db, "downgrade", "base")
    with pytest.raises(errors.UndefinedColumn):
        empty_db.execute("SELECT posts_per_week FROM channel_accounts")


def test_null_means_the_default_where_an_orm_writes_it_into_a_column_of_ours(empty_db):
    load_host(empty_db, "0014")
    install(empty_db)
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


def test_what_is_not_ours_cannot_be_handed_over(empty_db):
    load_host(empty_db, "0015")
    install(empty_db)
    for name in ("posts_per_week", "name", "nothing"):
        with pytest.raises(errors.UndefinedColumn) as refused:
            empty_db.execute("SELECT topoff.hand_over_column(%s)", [name])
        assert (
            refused.value.diag.message_primary
            == f"channel_accounts has no column {name} that planned-slot top-off has added"
        )
        assert refused.value.diag.message_hint.startswith("posts_per_week, days_of_week")


def test_a_migration_fills_a_column_of_every_item(empty_db):
    load_host(empty_db, "0017")
    install(empty_db)
    configure(empty_db)
    slots(empty_db)
    paste(empty_db, "fill-every-item")
    empty_db.execute("ALTER TABLE content_items ALTER content_category SET NOT NULL")


def test_the_foreign_key_of_ours_follows_the_applications(empty_db):
    if empty_db.info.server_version < 150000:
        pytest.skip("SET NULL of one column of two is known from PostgreSQL 15 on")
    load_host(empty_db, "0029")
    install(empty_db)
    empty_db.execute(
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_content_item_id_fkey, ADD CONSTRAINT fk_content"
        " FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE SET NULL"
    )
    paste(empty_db, "same-action")
    posts = one(empty_db, "SELECT count(*) FROM post_instances")
    empty_db.execute("DELETE FROM content_items WHERE id = %s", [ITEMS["h2o"][0]])
    assert one(empty_db, "SELECT count(*) FROM post_instances") == posts


def test_what_the_applications_downgrade_took_along_is_brought_back(empty_db):
    load_host(empty_db, "0015")
    install(empty_db)
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
    paste(empty_db, "bring-back")
    configure(empty_db)
    assert slots(empty_db) == before
    run(empty_db, "downgrade", "base")
    assert column(empty_db, "SELECT id FROM post_instances WHERE status = 'Planned'") == []
