"""Moving into the application's database: what stops it, what mends it, what it leaves alone."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from builders import column, one
from conftest import HOST, PASSWORD, PORT, PROJECT, USER, alembic
from hosts import SHAPES, dump, load, mended, problems_of, run, run_mends, upgrade
from pages import block
from psycopg import Connection, errors
from sqlalchemy import (
    ARRAY,
    URL,
    Column,
    DateTime,
    ForeignKey,
    SmallInteger,
    String,
    Text,
    Time,
    Uuid,
    create_engine,
    text,
)
from sqlalchemy.orm import DeclarativeBase

ACCOUNT = "a0000000-0000-0000-0000-000000000001"
CONTENT = "c0000000-0000-0000-0000-000000000001"
POST = "b0000000-0000-0000-0000-000000000001"

# The enum that SQLAlchemy's Enum would make, without Planned.
ENUM = """
    DROP INDEX IF EXISTS ix_post_instances_scheduled_for;
    CREATE TYPE post_status AS ENUM ('Draft', 'Scheduled', 'Posted', 'Failed');
    ALTER TABLE post_instances ALTER status DROP DEFAULT;
    ALTER TABLE post_instances ALTER status TYPE post_status USING status::post_status;
    ALTER TABLE post_instances ALTER status SET DEFAULT 'Draft';
"""


def use_everything(db: Connection) -> None:
    """Call every function of the contract once, on an account of the application's."""
    db.execute(
        "UPDATE channel_accounts SET posts_per_week = 3, timezone = 'America/New_York' WHERE id = %s",
        [ACCOUNT],
    )
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 12
    assert one(db, "SELECT count(*) FROM preview_planned_slots('h2o') WHERE decision = 'exists'") == 12
    assert db.execute("SELECT * FROM replan_planned_slots('h2o')").fetchone() == (0, 0)
    filled = db.execute(
        "SELECT id, status::text FROM fill_next_planned_slot('h2o', %s, %s)", [ACCOUNT, CONTENT]
    )
    assert filled.fetchone()[1] == "Scheduled"
    slot = one(db, "SELECT id FROM post_instances WHERE status = 'Planned' ORDER BY scheduled_for LIMIT 1")
    db.execute("SELECT skip_planned_slot('h2o', %s)", [slot])
    create = "SELECT status::text FROM create_post_instances('h2o', %s, ARRAY[%s::uuid], %s)"
    assert one(db, create, CONTENT, ACCOUNT, "2099-01-01 00:00+00") == "Scheduled"
    assert one(db, create, CONTENT, ACCOUNT, None) == "Draft"
    assert (
        one(db, "SELECT marketing_calendar('h2o', '2099-01-01') -> '2099-01-01' -> 0 ->> 'status'")
        == "Scheduled"
    )
    assert db.execute("SELECT * FROM calendar_grid('h2o', '2099-01-01')").rowcount >= 5
    assert one(db, "SELECT count(*) FROM cadence_coverage") > 0
    db.execute("CALL topoff_all_tenants()")


def test_the_application_of_the_page_is_adopted_as_it_is(empty_db):
    load(empty_db, "page")
    before = dump(empty_db, "--data-only", "-t", "content_items", "-t", "alembic_version")
    posts = dump(empty_db, "--data-only", "--inserts", "--column-inserts", "-t", "post_instances")
    run(empty_db, "upgrade", "head")
    assert dump(empty_db, "--data-only", "-t", "content_items", "-t", "alembic_version") == before
    after = dump(empty_db, "--data-only", "--inserts", "--column-inserts", "-t", "post_instances")
    after = after.replace(", planned_for, planned_category, touched_at)", ")")
    assert after.replace(", NULL, NULL, NULL);", ");") == posts
    use_everything(empty_db)


def test_an_orm_with_defaults_in_python_only_is_told_every_column(empty_db):
    load(empty_db, "orm")
    printed = upgrade(empty_db)
    problems = problems_of(printed)
    assert [problem.split(" is NOT NULL")[0] for problem in problems[:-1]] == [
        "column content_items.author_id (uuid)",
        "column content_items.slug (character varying(80))",
        "column content_items.kind (character varying(10))",
        "column content_items.media (jsonb)",
        "column content_items.tags (text[])",
        "column content_items.language (character varying(8))",
        "column content_items.created_at (timestamp with time zone)",
        "column content_items.updated_at (timestamp without time zone)",
        "column post_instances.retries (integer)",
        "column post_instances.pinned (boolean)",
        "column post_instances.created_at (timestamp with time zone)",
        "column post_instances.updated_at (timestamp with time zone)",
    ]
    assert problems[-1].startswith("CHECK ck_post_instances_status on post_instances forbids a planned slot")
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")
    use_everything(empty_db)


def test_a_made_up_default_never_breaks_a_rule_of_the_column(empty_db):
    load(empty_db, "orm")
    problems = problems_of(upgrade(empty_db))
    for name in ("author_id", "slug", "kind"):
        (problem,) = (problem for problem in problems if f"content_items.{name} " in problem)
        assert f"ALTER TABLE public.content_items ALTER COLUMN {name} DROP NOT NULL;" in problem


def test_the_application_keeps_its_own_rule_for_the_status(empty_db):
    mended(empty_db, "orm")
    run(empty_db, "upgrade", "head")
    with pytest.raises(errors.CheckViolation):
        empty_db.execute("UPDATE post_instances SET status = 'Lost' WHERE id = %s", [POST])
    assert one(empty_db, "SELECT convalidated FROM pg_constraint WHERE conname = 'ck_post_instances_status'")


@pytest.mark.parametrize("shape", SHAPES)
def test_deleting_through_a_key_of_the_application_works_as_before(empty_db, shape):
    mended_or_loaded = mended if shape == "orm" else load
    mended_or_loaded(empty_db, shape)
    run(empty_db, "upgrade", "head")
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 3 WHERE id = %s", [ACCOUNT])
    empty_db.execute("SELECT topoff_planned_slots('h2o')")
    empty_db.execute(
        "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('h2o', %s, '(,)')",
        [ACCOUNT],
    )
    if shape == "orm":
        empty_db.execute("DELETE FROM channel_accounts WHERE id = %s", [ACCOUNT])
        assert one(empty_db, "SELECT count(*) FROM post_instances") == 0
        assert one(empty_db, "SELECT count(*) FROM topoff.blackouts") == 0
    else:
        with pytest.raises(errors.ForeignKeyViolation):
            empty_db.execute("DELETE FROM channel_accounts WHERE id = %s", [ACCOUNT])


@pytest.mark.parametrize(
    ("action", "change", "expected"),
    [
        ("ON DELETE CASCADE", "DELETE FROM content_items WHERE id = '{content}'", 0),
        ("ON DELETE SET NULL", "DELETE FROM content_items WHERE id = '{content}'", 80),
        ("ON UPDATE CASCADE", "UPDATE content_items SET id = gen_random_uuid() WHERE id = '{content}'", 80),
    ],
)
def test_what_the_applications_key_does_ours_does(empty_db, action, change, expected):
    load(empty_db, "page")
    empty_db.execute(
        "ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL, "
        "DROP CONSTRAINT post_instances_content_item_id_fkey, "
        f"ADD CONSTRAINT fk_content FOREIGN KEY (content_item_id) REFERENCES content_items (id) {action}"
    )
    run(empty_db, "upgrade", "head")
    # As after a dump and restore, where the order of the keys is anybody's. Before PostgreSQL 15 no key of two
    # columns can set one of them to NULL, so ours has to come after the application's, as docs/install.md says.
    empty_db.execute(
        "ALTER TABLE post_instances DROP CONSTRAINT fk_content, "
        f"ADD CONSTRAINT fk_content FOREIGN KEY (content_item_id) REFERENCES content_items (id) {action}"
    )
    if empty_db.info.server_version < 150000 and action == "ON DELETE SET NULL":
        with pytest.raises(errors.ForeignKeyViolation):
            empty_db.execute(change.format(content=CONTENT))
        empty_db.execute(
            "ALTER TABLE post_instances DROP CONSTRAINT post_instances_tenant_content_item_fkey, "
            "ADD CONSTRAINT post_instances_tenant_content_item_fkey "
            "FOREIGN KEY (tenant_id, content_item_id) REFERENCES content_items (tenant_id, id)"
        )
    empty_db.execute(change.format(content=CONTENT))
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'h2o'") == expected


# What is wrong, the problem that is reported, and whether what is printed below it mends it as it stands.
PROBLEMS = {
    "duplicates": (
        "UPDATE post_instances SET scheduled_for = '2025-01-01 09:00+00' WHERE right(id::text, 1) IN ('3', '4')"
        " AND scheduled_for IS NOT NULL",
        "21 rows in post_instances with the account and time of another: "
        f"{ACCOUNT} at 2025-01-01 09:00:00+00 (b0000000-0000-0000-0000-000000010003, ",
    ),
    "an account of another tenant": (
        "UPDATE post_instances SET tenant_id = 'all_county' WHERE id = 'b0000000-0000-0000-0000-000000010007'",
        "1 row in post_instances with another tenant's account: "
        "b0000000-0000-0000-0000-000000010007 (of all_county, account of h2o)",
    ),
    "content of another tenant": (
        "UPDATE post_instances SET content_item_id = 'c0000000-0000-0000-0000-000000000003'"
        f" WHERE channel_account_id = '{ACCOUNT}'",
        "40 rows in post_instances with another tenant's content: "
        "b0000000-0000-0000-0000-000000010001 (of h2o, content of all_county)",
    ),
    "an account that is gone": (
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_channel_account_id_fkey;"
        f"DELETE FROM channel_accounts WHERE id = '{ACCOUNT[:-1]}3'",
        "40 rows in post_instances with an account that does not exist: ",
    ),
    "content that is gone": (
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_content_item_id_fkey;"
        f"DELETE FROM content_items WHERE id = '{CONTENT[:-1]}3'",
        "40 rows in post_instances with a content item that does not exist: ",
    ),
    "items with ids of placeholders": (
        "INSERT INTO content_items (id, tenant_id, title)"
        " VALUES ('746f706f-0000-8000-8000-000000000008', 'h2o', 'Autumn sale');"
        "UPDATE post_instances SET content_item_id = '746f706f-0000-8000-8000-000000000008'"
        f" WHERE content_item_id = '{CONTENT}' AND scheduled_for IS NULL",
        "1 row in content_items with an id that is kept for placeholders:"
        " 746f706f-0000-8000-8000-000000000008 (of h2o)",
    ),
    "a missing column": (
        "ALTER TABLE content_items DROP COLUMN title",
        "column content_items.title is missing",
    ),
    "times without zone": (
        "ALTER TABLE post_instances ALTER scheduled_for TYPE timestamp",
        "column post_instances.scheduled_for is of type timestamp without time zone, not timestamptz",
    ),
    "a padded tenant": (
        "ALTER TABLE channel_accounts ALTER tenant_id TYPE char(20)",
        "column channel_accounts.tenant_id is of type character(20), not text",
    ),
    "a short status": (
        "ALTER TABLE post_instances ALTER status TYPE varchar(8) USING left(status, 8);"
        "UPDATE post_instances SET status = 'Draft' WHERE status = 'Schedule'",
        "column post_instances.status is too short: character varying(8), where 9 characters are needed",
    ),
    "an enum without Planned": (
        ENUM,
        "column post_instances.status is of type public.post_status, which does not know Planned",
    ),
    "an extra required column": (
        "ALTER TABLE content_items ADD COLUMN kind text DEFAULT 'post' NOT NULL;"
        "ALTER TABLE content_items ALTER kind DROP DEFAULT",
        "column content_items.kind (text) is NOT NULL without a default, so no planned slot could be inserted",
    ),
    "an extra required enum": (
        "CREATE TYPE network AS ENUM ('x', 'y');"
        "ALTER TABLE post_instances ADD COLUMN network network DEFAULT 'x' NOT NULL;"
        "ALTER TABLE post_instances ALTER network DROP DEFAULT",
        "column post_instances.network (public.network) is NOT NULL without a default",
    ),
    "a status CHECK": (
        "ALTER TABLE post_instances ADD CONSTRAINT known CHECK (status NOT IN ('Planned', 'Lost'))",
        "CHECK known on post_instances forbids a planned slot: ",
    ),
    "a CHECK of two columns": (
        "ALTER TABLE post_instances ADD COLUMN note text DEFAULT 'none';"
        "ALTER TABLE post_instances ADD CONSTRAINT noted CHECK (status IN ('Draft', 'Scheduled', 'Posted', 'Failed')"
        " OR note <> 'none') NOT VALID",
        "CHECK noted on post_instances forbids a planned slot: ",
    ),
    "a CHECK on content": (
        "ALTER TABLE content_items ADD CONSTRAINT written CHECK (body IS NOT NULL OR title <> 'Planned slot')",
        "CHECK written on content_items forbids the placeholder: ",
    ),
    "a column of our name": (
        "ALTER TABLE post_instances ADD COLUMN touched_at timestamptz",
        "column post_instances.touched_at is there already, and is not ours",
    ),
    "a schema of our name": (
        "CREATE SCHEMA topoff; CREATE TABLE topoff.blackouts (day date)",
        "schema topoff is there already, and is not ours",
    ),
    "posts a week as text": (
        "ALTER TABLE channel_accounts ADD COLUMN posts_per_week text DEFAULT 'three' NOT NULL",
        "column channel_accounts.posts_per_week is of type text, not integer",
    ),
    "days by their names": (
        "ALTER TABLE channel_accounts ADD COLUMN days_of_week varchar[] DEFAULT '{Mon,wednesday,holiday}'",
        "column channel_accounts.days_of_week is of type character varying[], not smallint[]",
    ),
    "times as text": (
        "ALTER TABLE channel_accounts ADD COLUMN times_local text[] DEFAULT '{9:00,soon,14:30}' NOT NULL",
        "column channel_accounts.times_local is of type text[], not time[]",
    ),
    "a zone of a type of its own": (
        "CREATE TYPE zone AS ENUM ('UTC', 'Europe/London');"
        "ALTER TABLE channel_accounts ADD COLUMN timezone zone DEFAULT 'Europe/London'",
        "column channel_accounts.timezone is of type public.zone, not text",
    ),
    "a key that may be checked later": (
        "ALTER TABLE post_instances"
        " ADD CONSTRAINT uq_slot UNIQUE (scheduled_for, tenant_id, channel_account_id) DEFERRABLE",
        "constraint uq_slot on post_instances is deferrable, and ON CONFLICT cannot go by such a key",
    ),
    "a view of our name": (
        "CREATE VIEW cadence_coverage AS SELECT 1 AS one",
        "public.cadence_coverage is there already, and is not ours",
    ),
    "an index of our name": (
        "CREATE INDEX post_instances_slot_key ON post_instances (id)",
        "public.post_instances_slot_key is there already, and is not ours",
    ),
    "a constraint of our name": (
        "ALTER TABLE post_instances ADD CONSTRAINT post_instances_empty_slot_not_published_check CHECK (status <> '')",
        "constraint post_instances_empty_slot_not_published_check on public.post_instances is there already,"
        " and is not ours",
    ),
    "a function of our name": (
        "CREATE FUNCTION marketing_calendar(text, date, date, text) RETURNS jsonb LANGUAGE sql AS 'SELECT null::jsonb'",
        "function public.marketing_calendar(text,date,date,text) is there already, and is not ours",
    ),
}


def check(db: Connection) -> list[str]:
    """Run what revision 0001 runs first, and return the problems that it lists."""
    versions = PROJECT / "alembic" / "versions" / "0001_application_tables"
    try:
        with db.transaction():
            db.execute("SET LOCAL search_path = pg_catalog, pg_temp")
            for name in ("checked_schema.sql", "checked_rows.sql"):
                db.execute((versions / name).read_text(encoding="utf-8"))
    except errors.ObjectNotInPrerequisiteState as error:
        return problems_of(f"DETAIL: {error.diag.message_detail}")
    return []


@pytest.mark.parametrize(("breakage", "expected"), PROBLEMS.values(), ids=PROBLEMS)
def test_a_problem_is_told_and_what_is_printed_mends_it(empty_db, breakage, expected):
    load(empty_db, "page")
    empty_db.execute(breakage)
    (problem,) = check(empty_db)
    assert problem.startswith(expected)
    run_mends(empty_db, [problem])
    assert check(empty_db) == []


@pytest.mark.parametrize("kind", ["an enum without Planned", "a short status", "times without zone"])
def test_after_the_mending_the_same_command_completes(empty_db, kind):
    load(empty_db, "page")
    empty_db.execute(PROBLEMS[kind][0])
    run_mends(empty_db, problems_of(upgrade(empty_db)))
    run(empty_db, "upgrade", "head")
    use_everything(empty_db)


def test_all_problems_are_told_at_once_and_all_mended_at_once(empty_db):
    load(empty_db, "page")
    # These would hide rows or columns that others are about.
    exclusive = {
        "a missing column",
        "an enum without Planned",
        "a short status",
        "a padded tenant",
        "a key that may be checked later",
        "content that is gone",
    }
    kinds = [kind for kind in PROBLEMS if kind not in exclusive]
    for kind in kinds:
        empty_db.execute(PROBLEMS[kind][0])
    before = dump(empty_db)
    printed = upgrade(empty_db)
    assert dump(empty_db) == before
    problems = problems_of(printed)
    assert f"{len(problems)} problems found" in printed
    for kind in kinds:
        beginning = PROBLEMS[kind][1].split(": ")[0].lstrip("0123456789 ")
        assert any(beginning in problem for problem in problems), kind
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")
    use_everything(empty_db)


def test_a_post_of_the_wrong_tenant_is_one_problem_with_its_content_and_its_twin(empty_db):
    load(empty_db, "page")
    post = "b0000000-0000-0000-0000-000000010007"
    empty_db.execute("UPDATE post_instances SET tenant_id = 'all_county' WHERE id = %s", [post])
    empty_db.execute(
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for)"
        " SELECT 'h2o', channel_account_id, content_item_id, scheduled_for FROM post_instances WHERE id = %s",
        [post],
    )
    problems = problems_of(upgrade(empty_db))
    assert len(problems) == 2
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")


def test_no_more_than_twenty_rows_are_listed(empty_db):
    load(empty_db, "page")
    empty_db.execute(PROBLEMS["content of another tenant"][0])
    (problem,) = problems_of(upgrade(empty_db))
    assert problem.startswith("40 rows in post_instances")
    assert problem.count("content of all_county)") == 20


def test_the_error_is_printed_once_and_readable(empty_db):
    load(empty_db, "page")
    empty_db.execute("ALTER TABLE post_instances DROP COLUMN scheduled_for")
    assert [line for line in upgrade(empty_db).splitlines() if not line.startswith("INFO")] == [
        "ERROR  this database cannot be adopted yet: 1 problem found",
        "DETAIL: ",
        "1. column post_instances.scheduled_for is missing",
        "   ALTER TABLE public.post_instances ADD COLUMN scheduled_for timestamptz;",
        "HINT: Nothing was changed. Run what stands below each problem, or what serves you better, "
        "and then the same command again.",
    ]


def test_where_only_some_tables_are_there_the_others_are_named(empty_db):
    load(empty_db, "page")
    empty_db.execute("DROP TABLE post_instances, content_items")
    before = dump(empty_db)
    problems = problems_of(upgrade(empty_db))
    assert [problem.splitlines()[0] for problem in problems] == [
        "table public.content_items is missing, though others of the application's are there",
        "table public.post_instances is missing, though others of the application's are there",
    ]
    assert dump(empty_db) == before


def test_days_times_and_numbers_are_read_from_whatever_holds_them(empty_db):
    load(empty_db, "page")
    empty_db.execute(
        """
        ALTER TABLE channel_accounts ADD COLUMN posts_per_week varchar, ADD COLUMN days_of_week jsonb,
            ADD COLUMN times_local varchar, ADD COLUMN timezone char(20);
        UPDATE channel_accounts AS account
        SET posts_per_week = given.posts, days_of_week = given.days::jsonb, times_local = given.times,
            timezone = given.zone
        FROM (VALUES
            (1, ' 3', '["Mon", "tue", 3, "Thursday", 9]', '9:00, 14:30,25:00,noon,23:59:59', 'Europe/London'),
            (2, 'a few', '[]', '', ''),
            (3, NULL, NULL, NULL, NULL)
        ) AS given (account, posts, days, times, zone)
        WHERE account.id = ('a0000000-0000-0000-0000-00000000000' || given.account)::uuid
        """
    )
    problems = problems_of(upgrade(empty_db))
    assert len(problems) == 4
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")
    assert empty_db.execute(
        "SELECT posts_per_week, days_of_week, times_local::text, timezone FROM channel_accounts ORDER BY id"
    ).fetchall() == [
        (3, [1, 2, 3, 4], "{09:00:00,14:30:00,23:59:59}", "Europe/London"),
        (None, None, None, None),
        (None, None, None, None),
    ]


def test_a_generated_column_of_another_type_stops_being_generated(empty_db):
    load(empty_db, "page")
    empty_db.execute(
        "ALTER TABLE channel_accounts ADD COLUMN every_days integer DEFAULT 2,"
        " ADD COLUMN posts_per_week numeric GENERATED ALWAYS AS (7.0 / every_days) STORED"
    )
    problems = problems_of(upgrade(empty_db))
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")
    assert column(empty_db, "SELECT DISTINCT posts_per_week FROM channel_accounts") == [3]


def keyed_by_tenant(db: Connection) -> None:
    """Let ids be unique within a tenant only, and have two tenants with the same ones."""
    db.execute(
        """
        ALTER TABLE post_instances DROP CONSTRAINT post_instances_channel_account_id_fkey,
            DROP CONSTRAINT post_instances_content_item_id_fkey, DROP CONSTRAINT post_instances_pkey,
            ADD PRIMARY KEY (tenant_id, id);
        ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey, ADD PRIMARY KEY (tenant_id, id);
        ALTER TABLE content_items DROP CONSTRAINT content_items_pkey, ADD PRIMARY KEY (id, tenant_id);
        INSERT INTO channel_accounts (id, tenant_id) SELECT id, 'twin' FROM channel_accounts WHERE tenant_id = 'h2o';
        INSERT INTO content_items (id, tenant_id, title)
        SELECT id, 'twin', title FROM content_items WHERE tenant_id = 'h2o';
        INSERT INTO post_instances SELECT id, 'twin', channel_account_id, content_item_id, scheduled_for, status
        FROM post_instances WHERE tenant_id = 'h2o';
        """
    )


def test_ids_that_are_unique_within_a_tenant_only_are_adopted(empty_db):
    load(empty_db, "page")
    keyed_by_tenant(empty_db)
    before = [dump(empty_db, "-s"), rows_of(empty_db)]
    run(empty_db, "upgrade", "head")
    # The primary keys serve the foreign keys.
    assert column(
        empty_db,
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname ~ '_key$'",
    ) == ["post_instances_slot_key"]
    use_everything(empty_db)
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 3 WHERE tenant_id = 'twin'")
    empty_db.execute("SELECT topoff_planned_slots('twin')")
    assert (
        one(empty_db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'twin' AND planned_for > now()")
        == 24
    )
    empty_db.execute("DELETE FROM post_instances WHERE id::text !~ '^b0000000' AND status <> 'Planned'")
    run(empty_db, "downgrade", "base")
    assert [dump(empty_db, "-s"), rows_of(empty_db)] == before


def rows_of(db: Connection) -> list[Any]:
    """Return the rows of the application's three tables."""
    return [
        db.execute(f"SELECT * FROM {table} ORDER BY tenant_id, id").fetchall()
        for table in ("channel_accounts", "content_items", "post_instances")
    ]


def test_references_across_tenants_are_found_where_both_have_the_id(empty_db):
    load(empty_db, "page")
    keyed_by_tenant(empty_db)
    empty_db.execute(
        "DELETE FROM channel_accounts WHERE tenant_id = 'twin' AND id = %s", [ACCOUNT]
    )  # its 40 posts then have an account of h2o's, at the times of h2o's posts
    problems = problems_of(upgrade(empty_db))
    assert [problem.split(":")[0] for problem in problems] == [
        "40 rows in post_instances with another tenant's account",
        "38 rows in post_instances with the account and time of another",
    ]


def test_a_placeholder_that_an_earlier_downgrade_left_is_no_problem(empty_db):
    load(empty_db, "page")
    empty_db.execute(
        "INSERT INTO content_items (id, tenant_id, title)"
        " VALUES ('746f706f-9ca2-8ded-8e59-28de54ac7270', 'h2o', 'Planned slot')"
    )
    run(empty_db, "upgrade", "head")
    use_everything(empty_db)


def test_row_level_security_that_holds_the_migrating_role_is_a_problem(empty_db, role):
    """The checks of the rows would see none, and the night would plan nobody."""
    load(empty_db, "page")
    for table in ("channel_accounts", "content_items", "post_instances"):
        empty_db.execute(f"ALTER TABLE {table} OWNER TO {role}")
        empty_db.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        empty_db.execute(
            f"CREATE POLICY own ON {table} USING (tenant_id = current_setting('app.tenant', true))"
        )
    empty_db.execute("ALTER TABLE channel_accounts FORCE ROW LEVEL SECURITY")
    empty_db.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    empty_db.execute(f"GRANT CREATE ON DATABASE {empty_db.info.dbname} TO {role}")
    stopped = alembic(empty_db.info.dbname, "upgrade", "head", user=role, password="x")
    (problem,) = problems_of(stopped.stdout + stopped.stderr)
    assert problem.startswith(
        "table public.channel_accounts has FORCE ROW LEVEL SECURITY, and its policies hold the migrating role"
    )
    run_mends(empty_db, [problem])
    done = alembic(empty_db.info.dbname, "upgrade", "0005", user=role, password="x")
    assert done.returncode == 0, done.stderr
    # Where it comes in the middle, it is an error and not a check of no rows.
    empty_db.execute("ALTER TABLE post_instances FORCE ROW LEVEL SECURITY")
    stopped = alembic(empty_db.info.dbname, "downgrade", "base", user=role, password="x")
    assert stopped.returncode != 0
    assert 'row-level security policy for table "post_instances"' in stopped.stderr
    empty_db.execute("ALTER TABLE post_instances NO FORCE ROW LEVEL SECURITY")
    done = alembic(empty_db.info.dbname, "upgrade", "head", user=role, password="x")
    assert done.returncode == 0, done.stderr


def test_a_table_with_heirs_is_not_adopted(empty_db):
    load(empty_db, "page")
    empty_db.execute("CREATE TABLE archived_posts () INHERITS (post_instances)")
    assert [problem.splitlines()[0] for problem in problems_of(upgrade(empty_db))] == [
        "public.post_instances is a partition, or has tables that inherit from it"
    ]


def test_a_view_or_partitioned_table_is_not_adopted(empty_db):
    load(empty_db, "page")
    empty_db.execute(
        "ALTER TABLE content_items RENAME TO items; CREATE VIEW content_items AS SELECT * FROM items;"
        "DROP TABLE post_instances; CREATE TABLE post_instances (id uuid, tenant_id text, channel_account_id uuid,"
        " content_item_id uuid, scheduled_for timestamptz, status text) PARTITION BY LIST (tenant_id)"
    )
    assert [problem.splitlines()[0] for problem in problems_of(upgrade(empty_db))] == [
        "public.content_items is not an ordinary table",
        "public.post_instances is not an ordinary table",
    ]


def test_names_that_are_taken_stop_an_installation_from_nothing_too(empty_db):
    empty_db.execute("CREATE SCHEMA topoff; CREATE TABLE topoff.blackouts (day date)")
    problems = problems_of(upgrade(empty_db))
    run_mends(empty_db, problems)
    run(empty_db, "upgrade", "head")


def test_every_name_that_is_made_is_looked_for_first(db, empty_db):
    """Install, forget that it was us, and see each thing reported."""
    load(empty_db, "page")
    run(empty_db, "upgrade", "head")
    ours = column(
        empty_db,
        """
        SELECT 'public.' || relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind <> 'S'
          AND relname !~ '^(alembic_version|(channel_accounts|content_items|post_instances)(_pkey)?$)'
        UNION ALL
        SELECT 'function public.' || oid::regprocedure FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        UNION ALL
        SELECT 'constraint ' || conname || ' on public.' || conrelid::regclass FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 'channel_accounts'::regclass
          AND conname !~ '_pkey$|_key$|_pkc$|_(channel_account|content_item)_id_fkey$' AND contype IN ('c', 'f')
        UNION ALL
        SELECT 'column ' || attrelid::regclass || '.' || attname FROM pg_attribute
        WHERE attname IN ('planned_for', 'planned_category', 'touched_at')
          AND attrelid = 'post_instances'::regclass
        UNION ALL
        SELECT 'schema topoff'
        """,
    )
    empty_db.execute("DROP TABLE topoff.alembic_version")
    # A CHECK whose columns are there is taken for the application's, and the (tenant_id, id) keys serve.
    problems = problems_of(upgrade(empty_db))
    assert len(ours) > 20
    assert [name for name in ours if not any(problem.startswith(f"{name} is ") for problem in problems)] == []


@pytest.fixture
def role(empty_db) -> Iterator[str]:
    """An ordinary login role, gone after the test."""
    name = f"migrator_{uuid4().hex}"
    empty_db.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    yield name
    empty_db.execute(f"DROP OWNED BY {name} CASCADE")
    empty_db.execute(f"DROP ROLE {name}")


def test_an_ordinary_role_is_told_which_rights_it_needs(empty_db, role):
    load(empty_db, "page")
    empty_db.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    empty_db.execute("ALTER TABLE post_instances ADD COLUMN extra integer DEFAULT 1 NOT NULL")
    empty_db.execute("ALTER TABLE post_instances ALTER extra DROP DEFAULT")
    before = dump(empty_db)
    stopped = alembic(empty_db.info.dbname, "upgrade", "head", user=role, password="x")
    assert stopped.returncode != 0
    assert dump(empty_db) == before
    owner = one(empty_db, "SELECT tableowner FROM pg_tables WHERE tablename = 'post_instances'")
    problems = problems_of(stopped.stdout + stopped.stderr)
    assert [problem.splitlines()[0] for problem in problems] == [
        f"the migrating role {role} may not create anything in schema public",
        f"the migrating role {role} may not create schema topoff",
        f"table public.channel_accounts belongs to {owner}, so the migrating role {role} may not alter it",
        f"table public.content_items belongs to {owner}, so the migrating role {role} may not alter it",
        f"table public.post_instances belongs to {owner}, so the migrating role {role} may not alter it",
        "column post_instances.extra (integer) is NOT NULL without a default, so no planned slot could be inserted",
    ]


@pytest.mark.parametrize("through_membership", [False, True])
def test_an_ordinary_role_with_the_tables_and_the_schema_migrates_and_tops_off(
    empty_db, role, through_membership
):
    load(empty_db, "page")
    owner = role
    if through_membership:
        owner = f"{role}_group"
        empty_db.execute(f"CREATE ROLE {owner}")
        empty_db.execute(f"GRANT {owner} TO {role}")
    for table in ("channel_accounts", "content_items", "post_instances"):
        empty_db.execute(f"ALTER TABLE {table} OWNER TO {owner}")
    empty_db.execute(f"GRANT CREATE ON SCHEMA public TO {role}")
    empty_db.execute(f"GRANT CREATE ON DATABASE {empty_db.info.dbname} TO {role}")
    try:
        done = alembic(empty_db.info.dbname, "upgrade", "head", user=role, password="x")
        assert done.returncode == 0, done.stderr
        empty_db.execute(f"SET ROLE {role}")
        use_everything(empty_db)
        empty_db.execute("RESET ROLE")
        done = alembic(empty_db.info.dbname, "downgrade", "base", user=role, password="x")
        assert done.returncode == 0, done.stderr
    finally:
        empty_db.execute("RESET ROLE")
        if through_membership:
            empty_db.execute(f"DROP OWNED BY {owner} CASCADE")
            empty_db.execute(f"DROP ROLE {owner}")


class Base(DeclarativeBase):
    """The application's models, as the guide says to declare them."""


class ChannelAccount(Base):
    """An account, with its cadence."""

    __tablename__ = "channel_accounts"
    id = Column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    tenant_id = Column(Text, nullable=False)
    status = Column(String, nullable=False, server_default="active")
    posts_per_week = Column(SmallInteger, nullable=False, server_default="0")
    days_of_week = Column(ARRAY(SmallInteger), nullable=False, server_default="{1,2,3,4,5}")
    times_local = Column(ARRAY(Time), nullable=False, server_default="{09:00}")
    timezone = Column(Text, nullable=False, server_default="UTC")


class ContentItem(Base):
    """Content: nothing of ours in it."""

    __tablename__ = "content_items"
    id = Column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    tenant_id = Column(Text, nullable=False)
    title = Column(Text)
    body = Column(Text)


class PostInstance(Base):
    """A post on the calendar; planned_for is not mapped."""

    __tablename__ = "post_instances"
    id = Column(Uuid, primary_key=True, server_default=text("gen_random_uuid()"))
    tenant_id = Column(Text, nullable=False)
    channel_account_id = Column(Uuid, ForeignKey("channel_accounts.id"), nullable=False)
    content_item_id = Column(Uuid, ForeignKey("content_items.id"), nullable=False)
    scheduled_for = Column(DateTime(timezone=True))
    status = Column(String, nullable=False, server_default="Draft")


def filter_of_the_guide() -> Callable[..., bool]:
    """Return include_object as docs/install.md gives it, merged with one that the application has already."""
    names: dict[str, Any] = {"include_object_of_ours": lambda *what: what[1] != "color"}
    exec(block("docs/install.md", "filter"), names)
    exec(block("docs/install.md", "merged-filter"), names)
    return names["include_object"]


def differences(db: Connection, **more: Any) -> list[Any]:
    """Return what the application's autogenerate would write into a revision."""
    url = URL.create("postgresql+psycopg2", USER, PASSWORD, HOST, PORT, db.info.dbname)
    engine = create_engine(url)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True} | more
        options["include_object"] = filter_of_the_guide()
        found = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    return found


def test_autogenerate_is_quiet_with_the_filter_of_the_guide(empty_db):
    load(empty_db, "page")
    run(empty_db, "upgrade", "head")
    assert differences(empty_db) == []
    assert differences(empty_db, include_schemas=True) == []
    # What is the application's own is compared as before, and its own filter is asked, too.
    empty_db.execute("ALTER TABLE channel_accounts ADD COLUMN shape text, ADD COLUMN color text")
    assert [(found[0], found[3].name) for found in differences(empty_db)] == [("remove_column", "shape")]
