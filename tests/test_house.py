"""Our schema: who owns it, that nobody else has a right on anything in it, and what a stopped run leaves."""

import subprocess
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from alembic import command
from alembic.config import Config
from builders import column, one
from conftest import PROJECT, ROLE_PASSWORD, alembic
from hosts import dump, environment, load, problems_of, psql, upgrade
from psycopg import Connection
from test_frozen import APPLICATION_TABLES, FOR_EVERYBODY

# What a DBA, or a platform that publishes a schema as a web API, may have set.
DEFAULT_PRIVILEGES = [
    f"ALTER DEFAULT PRIVILEGES {where} GRANT ALL ON {kind} TO {role}"
    for role in ("PUBLIC", "{anon}")
    for where, kinds in (
        ("", "TABLES FUNCTIONS SEQUENCES TYPES SCHEMAS"),
        ("IN SCHEMA public", "TABLES FUNCTIONS SEQUENCES TYPES"),
    )
    for kind in kinds.split()
]

# Each right of somebody who is not the owner, on what is in our schema and on what has our names in public.
RIGHTS_OF_OTHERS = """
    SELECT object || ': ' || entry.privilege_type
           || CASE entry.grantee WHEN 0 THEN ' to PUBLIC' ELSE ' to ' || entry.grantee::regrole END
    FROM (
        SELECT 'schema topoff' AS object, nspowner AS owner, nspacl AS acl
        FROM pg_namespace WHERE nspname = 'topoff'
        UNION ALL
        SELECT relname, relowner, coalesce(relacl, acldefault('r', relowner)) FROM pg_class
        WHERE relnamespace IN ('public'::regnamespace, to_regnamespace('topoff')) AND relkind <> 'S'
        UNION ALL
        SELECT relname, relowner, relacl FROM pg_class
        WHERE relnamespace IN ('public'::regnamespace, to_regnamespace('topoff')) AND relkind = 'S'
        UNION ALL
        SELECT attrelid::regclass || '.' || attname, relowner, attacl FROM pg_attribute
        JOIN pg_class ON pg_class.oid = attrelid
        WHERE relnamespace IN ('public'::regnamespace, to_regnamespace('topoff'))
        UNION ALL
        SELECT 'function ' || proname, proowner, coalesce(proacl, acldefault('f', proowner)) FROM pg_proc
        WHERE pronamespace IN ('public'::regnamespace, to_regnamespace('topoff'))
        UNION ALL
        SELECT 'type ' || typname, typowner, typacl FROM pg_type
        WHERE typnamespace IN ('public'::regnamespace, to_regnamespace('topoff'))
    ) AS ours
    CROSS JOIN aclexplode(acl) AS entry
    WHERE entry.grantee <> owner
    ORDER BY 1
"""


def granted_by_us(db: Connection) -> set[str]:
    """Return what is granted to others on purpose, as far as it is installed."""
    there = column(db, "SELECT proname FROM pg_proc WHERE proname = ANY (%s)", list(FOR_EVERYBODY))
    return {"schema topoff: USAGE to PUBLIC", *(f"function {name}: EXECUTE to PUBLIC" for name in there)}


@pytest.fixture
def role(empty_db: Connection) -> Iterator[Callable[..., str]]:
    """Make login roles that go with the test's database."""
    roles = []

    def create() -> str:
        roles.append(f"topoff_test_{uuid4().hex}")
        empty_db.execute(f"CREATE ROLE {roles[-1]} LOGIN PASSWORD '{ROLE_PASSWORD}'")
        return roles[-1]

    yield create
    for name in roles:
        empty_db.execute(f"DROP OWNED BY {name} CASCADE")
        empty_db.execute(f"DROP ROLE {name}")


@pytest.fixture
def generous(empty_db: Connection, role: Callable[..., str]) -> str:
    """The role that default privileges give everything to, and so they do to PUBLIC."""
    anon = role()
    for statement in DEFAULT_PRIVILEGES:
        empty_db.execute(statement.format(anon=anon))
    return anon


@pytest.fixture
def migrate(empty_db: Connection, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Return what runs an Alembic command in this process, which is quicker: (command.upgrade, "0001")."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    for name, value in environment(empty_db.info.dbname).items():
        if name.startswith("PG"):
            monkeypatch.setenv(name, value)
    return lambda run, revision: run(Config(PROJECT / "alembic.ini"), revision)


def printed(db: Connection, *arguments: str, **options: Any) -> str:
    """Run the alembic command, which must succeed, and return what it prints."""
    done = alembic(db.info.dbname, *arguments, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def script(db: Connection, *arguments: str) -> str:
    """Return what alembic prints with --sql."""
    done = alembic(db.info.dbname, *arguments, "--sql")
    assert done.returncode == 0, done.stderr
    return done.stdout


# ---------------------------------------------------------------------------------------- default privileges


def test_default_privileges_give_nothing_of_ours_away_at_any_revision(empty_db, generous, migrate):
    for _ in range(13):
        migrate(command.upgrade, "+1")
        assert set(column(empty_db, RIGHTS_OF_OTHERS)) == granted_by_us(empty_db)
    for _ in range(12):
        migrate(command.downgrade, "-1")
        assert set(column(empty_db, RIGHTS_OF_OTHERS)) == granted_by_us(empty_db)


@pytest.mark.parametrize("by", ["command", "script"])
def test_on_adopted_tables_others_have_what_they_had(empty_db, generous, role, by):
    load(empty_db, "page")
    reporting = role()
    empty_db.execute(f"GRANT SELECT ON post_instances TO {reporting} WITH GRANT OPTION")
    before = set(column(empty_db, RIGHTS_OF_OTHERS))
    assert f"post_instances: SELECT to {reporting}" in before
    assert f"post_instances: DELETE to {generous}" in before
    if by == "script":
        psql(empty_db, script(empty_db, "upgrade", "head"))
    else:
        printed(empty_db, "upgrade", "head")
    assert set(column(empty_db, RIGHTS_OF_OTHERS)) == before | granted_by_us(empty_db)


def test_the_script_for_psql_gives_nothing_of_ours_away_either(empty_db, generous):
    psql(empty_db, script(empty_db, "upgrade", "head"))
    assert set(column(empty_db, RIGHTS_OF_OTHERS)) == granted_by_us(empty_db)


def test_nobody_may_create_in_our_schema_even_before_the_first_revision_is_done(empty_db, generous):
    psql(empty_db, script(empty_db, "upgrade", "head").split("BEGIN;", 1)[0])
    assert one(empty_db, "SELECT has_schema_privilege('topoff', 'CREATE')")
    assert not one(empty_db, "SELECT has_schema_privilege(%s, 'topoff', 'CREATE')", generous)


def test_one_notice_says_what_was_taken_back_and_from_whom(empty_db, generous):
    notices = printed(empty_db, "upgrade", "head").split("NOTICE:")[1:]
    told = [notice for notice in notices if "default privileges" in notice]
    assert len(told) == 1, notices
    for part in (
        f"{generous}: ",
        "PUBLIC: ",
        "schema topoff",
        "topoff.alembic_version",
        "topoff.blackouts",
        "public.cadence_coverage",
        "public.post_instances",
        "routines of schema public",
        "routines of schema topoff",
    ):
        assert part in told[0]
    assert len(told[0]) < 1500


def test_in_psql_it_is_one_notice_too_and_no_row_of_ours_is_printed(empty_db, generous):
    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"],
        input=script(empty_db, "upgrade", "head"),
        env=environment(empty_db.info.dbname) | {"PGOPTIONS": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("default privileges do not hold for planned-slot top-off") == 1
    assert done.stdout.split() == ["version_num", "-------------", "0001", "(1", "row)"]  # that is Alembic's


def test_without_default_privileges_there_is_no_such_notice(empty_db):
    assert "default privileges" not in printed(empty_db, "upgrade", "head")


def test_what_the_owner_gave_by_hand_survives_a_later_upgrade(empty_db, migrate, role):
    migrate(command.upgrade, "0012")
    reporting = role()
    empty_db.execute(f"GRANT SELECT ON topoff.runs TO {reporting}")
    empty_db.execute(f"GRANT EXECUTE ON FUNCTION calendar_grid TO {reporting} WITH GRANT OPTION")
    before = column(empty_db, RIGHTS_OF_OTHERS)
    migrate(command.upgrade, "head")
    migrate(command.downgrade, "-1")
    assert column(empty_db, RIGHTS_OF_OTHERS) == before


# ------------------------------------------------------------------------------------------- whose schema it is


def test_the_schema_says_what_it_is(db):
    assert "planned-slot top-off" in one(db, "SELECT obj_description('topoff'::regnamespace)").lower()


@pytest.fixture
def migrator(empty_db: Connection, role: Callable[..., str]) -> str:
    """A role that owns the application's tables, and may create nothing in the database but in public."""
    load(empty_db, "page")
    name = role()
    for table in APPLICATION_TABLES:
        empty_db.execute(f"ALTER TABLE {table} OWNER TO {name}")
    empty_db.execute(f"GRANT CREATE ON SCHEMA public TO {name}")
    return name


def test_a_schema_that_a_dba_made_for_the_migrating_role_serves_and_stays(empty_db, migrator):
    refused = alembic(empty_db.info.dbname, "upgrade", "head", user=migrator, password=ROLE_PASSWORD)
    mend = f"CREATE SCHEMA topoff AUTHORIZATION {migrator};"
    assert mend in problems_of(refused.stdout + refused.stderr)[0]
    empty_db.execute(mend)
    before = dump(empty_db, "--schema-only")
    assert "CREATE SCHEMA topoff" in before
    printed(empty_db, "upgrade", "head", user=migrator, password=ROLE_PASSWORD)
    empty_db.execute(f"SET ROLE {migrator}")
    empty_db.execute(
        "UPDATE channel_accounts SET posts_per_week = 3, status = 'active' WHERE tenant_id = 'h2o'"
    )
    assert one(empty_db, "SELECT topoff_planned_slots('h2o')") > 0
    empty_db.execute("RESET ROLE")
    printed(empty_db, "downgrade", "base", user=migrator, password=ROLE_PASSWORD)
    assert dump(empty_db, "--schema-only") == before


def test_what_a_superuser_adds_later_belongs_to_the_role_that_installed_the_rest(empty_db, migrator):
    empty_db.execute(f"CREATE SCHEMA topoff AUTHORIZATION {migrator}")
    printed(empty_db, "upgrade", "0009", user=migrator, password=ROLE_PASSWORD)
    printed(empty_db, "upgrade", "head")
    foreign = column(
        empty_db,
        """
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace) AND proowner <> %(owner)s::regrole
        UNION ALL
        SELECT oid::regclass::text FROM pg_class
        WHERE (relnamespace = 'topoff'::regnamespace OR relname = 'cadence_coverage')
          AND relowner <> %(owner)s::regrole
        """.replace("%(owner)s", f"'{migrator}'"),
    )
    assert foreign == []


def test_a_schema_of_the_name_that_is_somebody_elses_is_refused_and_renamed(empty_db):
    load(empty_db, "page")
    empty_db.execute("CREATE SCHEMA topoff")
    empty_db.execute("CREATE TABLE topoff.horses (name text)")
    before = dump(empty_db)
    (problem,) = [text for text in problems_of(upgrade(empty_db)) if "schema topoff" in text]
    assert problem.splitlines()[0] == "schema topoff is there already, and is not ours"
    assert dump(empty_db) == before
    psql(empty_db, problem.splitlines()[1])
    printed(empty_db, "upgrade", "head")
    assert one(empty_db, "SELECT count(*) FROM topoff_before_topoff.horses") == 0


# --------------------------------------------------------------------------------- what a stopped run leaves


def test_a_run_that_stops_at_the_first_revision_leaves_nothing_behind(empty_db):
    load(empty_db, "page")
    empty_db.execute("CREATE FUNCTION topoff_planned_slots() RETURNS void LANGUAGE sql AS ''")
    before = dump(empty_db)
    upgrade(empty_db)
    assert dump(empty_db) == before


def test_a_run_to_a_revision_that_there_is_not_leaves_nothing_behind(empty_db):
    before = dump(empty_db)
    stopped = alembic(empty_db.info.dbname, "upgrade", "9999")
    assert stopped.returncode != 0
    assert "Can't locate revision" in stopped.stdout + stopped.stderr
    assert dump(empty_db) == before


@pytest.mark.parametrize("question", ["current", "history", "heads"])
def test_asking_leaves_nothing_behind(empty_db, question):
    before = dump(empty_db)
    printed(empty_db, question)
    assert dump(empty_db) == before


def test_a_name_that_was_taken_since_the_checks_stops_the_revision_that_needs_it(empty_db):
    printed(empty_db, "upgrade", "0009")
    empty_db.execute(
        "CREATE FUNCTION calendar_grid(text, date, text) RETURNS text LANGUAGE sql AS 'SELECT 1'"
    )
    said = upgrade(empty_db)
    assert "there is already, and is not ours: routine public.calendar_grid(text,date,text)" in said
    assert "HINT: Nothing of this revision was changed." in said
    assert one(empty_db, "SELECT version_num FROM topoff.alembic_version") == "0009"
    empty_db.execute("ALTER FUNCTION calendar_grid(text, date, text) RENAME TO my_calendar_grid")
    printed(empty_db, "upgrade", "head")


# ------------------------------------------------------------------------------------ what a superuser runs


def test_a_function_in_public_is_no_better_match_for_what_a_revision_runs(empty_db):
    """Each of these takes precedence over the server's own where the path has public in it."""
    printed(empty_db, "upgrade", "0001")
    empty_db.execute(
        """
        CREATE FUNCTION public.trapped() RETURNS text LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'somebody else''s function was run as %', current_user; END $$;
        CREATE FUNCTION public.format(text, name) RETURNS text LANGUAGE sql AS 'SELECT public.trapped()';
        CREATE FUNCTION public.format(text, regclass, name, text) RETURNS text LANGUAGE sql AS 'SELECT public.trapped()';
        CREATE FUNCTION public.format(text, text, text) RETURNS text LANGUAGE sql AS 'SELECT public.trapped()';
        CREATE FUNCTION public.jsonb_build_object(text, text, text, text, text, text) RETURNS jsonb
            LANGUAGE sql AS 'SELECT to_jsonb(public.trapped())';
        CREATE FUNCTION public.lock_tenants(text) RETURNS void LANGUAGE sql AS 'SELECT public.trapped()';
        """
    )
    printed(empty_db, "upgrade", "head")
    printed(empty_db, "downgrade", "0001")
