"""A change of the product after its release, made in a copy of the project as CONTRIBUTING.md says.

What a developer would write stands here as text, as an edit of what is in sql/ now. An edit that does not
apply any more fails by itself.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from builders import column, one
from commands import alembic_command
from conftest import PROJECT, ROLE_PASSWORD
from hosts import dump, environment, psql
from pages import block
from psycopg import Connection
from release_dump import API, load, make_role
from tenants import CALLS, COVERAGE_OF_TENANT, World, answer, isolate
from test_house import DEFAULT_PRIVILEGES, RIGHTS_OF_OTHERS
from test_releases import DUMPS, api, arguments_of

VERSIONS = Path("alembic", "versions")
RELEASED = max(path.name[:4] for path in (PROJECT / VERSIONS).glob("*.py"))
NEXT = f"{int(RELEASED) + 1:04}"

# The commands of the recipe, as CONTRIBUTING.md gives them.
NEW_REVISION = block("CONTRIBUTING.md", "revision").strip()
FREEZE = block("CONTRIBUTING.md", "freeze").strip()
CLOSE = ".ci/release"  # what make release does before it makes the dump

HELPER = """\
-- What is noted of a tenant.
CREATE OR REPLACE FUNCTION topoff.note_of(tenant text)
RETURNS text
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
RETURN 'note of ' || tenant;

COMMENT ON FUNCTION topoff.note_of(text) IS
'What is noted of a tenant.';

REVOKE ALL ON FUNCTION topoff.note_of(text) FROM PUBLIC;
"""

PUBLIC_FUNCTION = """\
-- The note of a tenant, for the application.
CREATE OR REPLACE FUNCTION public.planned_slots_note(tenant text)
RETURNS text
LANGUAGE sql
STABLE
RETURN topoff.note_of(tenant);

COMMENT ON FUNCTION public.planned_slots_note(text) IS
'The note of a tenant.';

REVOKE ALL ON FUNCTION public.planned_slots_note(text) FROM PUBLIC;
"""

# In the order in which they are installed: each after what it calls.
NAMES = (
    "note_of",
    "planned_slots_note",
    "require_tenant",
    "preview_planned_slots",
    "fill_next_planned_slot",
    "tenant_coverage",
    "cadence_coverage",
    "api_privileges",
)

# What only the new release can do.
NEW_CALLS = {
    "the new function": "SELECT planned_slots_note(%(tenant)s)",
    "the new column": "SELECT min(note) FROM preview_planned_slots(%(tenant)s, '7 days')",
    "the new parameter": "SELECT status FROM fill_next_planned_slot(%(tenant)s, %(account)s, %(content)s,"
    " note => 'urgent')",
    "the new column of the view": "SELECT min(note) FROM cadence_coverage WHERE tenant_id = %(tenant)s",
}
OLD_CALLS = CALLS | {"coverage": COVERAGE_OF_TENANT}
UNKNOWN_TENANT = "SELECT topoff_planned_slots('nobody')"

# Every right that the role has by itself, as GRANT spells it.
HELD = """
    SELECT CASE WHEN attname IS NULL THEN privilege || ' ON ' || object
                ELSE privilege || ' (' || quote_ident(attname) || ') ON ' || object END
    FROM (
        SELECT privilege_type AS privilege, oid::regclass::text AS object, NULL::name AS attname, grantee
        FROM pg_class CROSS JOIN aclexplode(relacl) WHERE relkind <> 'S'
        UNION ALL
        SELECT privilege_type, 'SEQUENCE ' || oid::regclass, NULL, grantee
        FROM pg_class CROSS JOIN aclexplode(relacl) WHERE relkind = 'S'
        UNION ALL
        SELECT privilege_type, attrelid::regclass::text, attname, grantee
        FROM pg_attribute CROSS JOIN aclexplode(attacl)
        UNION ALL
        SELECT privilege_type, 'FUNCTION ' || oid::regprocedure, NULL, grantee
        FROM pg_proc CROSS JOIN aclexplode(proacl)
        UNION ALL
        SELECT privilege_type, 'SCHEMA ' || quote_ident(nspname), NULL, grantee
        FROM pg_namespace CROSS JOIN aclexplode(nspacl)
    ) AS entry
    WHERE grantee = %s::regrole
"""


class Project:
    """A copy of the project, which a developer works in."""

    def __init__(self, path: Path, source: Path = PROJECT) -> None:
        """Copy what it takes to change and install it."""
        self.path = path
        for name in ("alembic", "sql", ".ci"):
            shutil.copytree(source / name, path / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("alembic.ini", "pyproject.toml", "Makefile", "CHANGELOG.md"):
            shutil.copy(source / name, path / name)

    def run(self, command: str, db: Connection | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command in it; alembic is the one of this interpreter, and already imported."""
        if db is None:
            variables = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        else:
            variables = environment(db.info.dbname)
        variables["PATH"] = f"{Path(sys.executable).parent}:{variables['PATH']}"
        program, *arguments = shlex.split(command)
        if program == "alembic":
            return alembic_command(self.path, variables, *arguments)
        return subprocess.run(
            ["bash", "-c", command], cwd=self.path, env=variables, capture_output=True, text=True
        )

    def done(self, command: str, db: Connection | None = None) -> str:
        """Run a command, which must succeed, and return what it prints to its standard output."""
        ran = self.run(command, db)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout

    def file(self, name: str) -> Path:
        """Return the one file of sql/ that has this name."""
        (found,) = (self.path / "sql").glob(f"*/{name}.sql")
        return found

    def edit(
        self, path: Path, pattern: str, new: str | Callable[[re.Match[str]], str], count: int | None = 1
    ) -> None:
        """Edit a file; where what is looked for is not there exactly so often, say so."""
        text = path.read_text(encoding="utf-8")
        edited, found = re.subn(pattern, new, text, flags=re.DOTALL | re.MULTILINE)
        assert found == count or (count is None and found), f"{path.name}: {found} places match {pattern}"
        path.write_text(edited, encoding="utf-8")

    def release(self) -> None:
        """Note that what is there now is released."""
        with (self.path / VERSIONS / "RELEASES").open("a", encoding="utf-8") as releases:
            releases.write(f"99.0.0 {RELEASED}\n")
        self.done(FREEZE)

    def state(self) -> dict[str, bytes]:
        """Return the contents of the revisions and their copies."""
        return {
            str(path.relative_to(self.path)): path.read_bytes()
            for path in (self.path / VERSIONS).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A copy of the project as it is released."""
    made = Project(tmp_path / "project")
    made.release()
    return made


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy of the project with a change after the release."""
    made = Project(tmp_path_factory.mktemp("recipe") / "project")
    made.release()
    # 1. the current definitions
    made.file("lock_tenants").with_name("note_of.sql").write_text(HELPER, encoding="utf-8")
    made.file("calendar_grid").with_name("planned_slots_note.sql").write_text(
        PUBLIC_FUNCTION, encoding="utf-8"
    )
    made.edit(
        made.file("require_tenant"), r"HINT = '(?:[^']|'')*'", "HINT = 'Changed by the recipe.'", count=None
    )
    preview = made.file("preview_planned_slots")
    made.edit(preview, r"^RETURNS TABLE \((.*?)\n?\)\nLANGUAGE", r"RETURNS TABLE (\1, note text)\nLANGUAGE")
    made.edit(
        preview, r"(RETURN QUERY\n +SELECT .*?)(\n +FROM )", r"\1, topoff.note_of(tenant)\2", count=None
    )
    for name in ("fill_next_planned_slot", "tenant_coverage"):
        file = made.file(name)
        made.edit(
            file, r"(CREATE OR REPLACE FUNCTION [\w.]+\(.*?)(\n?\)\nRETURNS)", r"\1, note text DEFAULT NULL\2"
        )
        made.edit(file, rf"^((?:COMMENT|REVOKE ALL) ON FUNCTION \w+\.{name}\(.*?)\)", r"\1, text)", count=2)
        made.edit(made.file("api_privileges"), rf"('\w+\.{name}\(.*?)\)'", r"\1,text)'")
    view = made.file("cadence_coverage")
    made.edit(view, r"coverage\.\*", "coverage.*, topoff.note_of(tenant.tenant_id) AS note")
    made.edit(
        view,
        r"\A(.*\n)(REVOKE ALL)",
        r"\1COMMENT ON COLUMN public.cadence_coverage.note IS 'The note.';\n\n\2",
    )
    for signature in ("topoff.note_of(text)", "public.planned_slots_note(text)"):
        made.edit(
            made.file("api_privileges"),
            r"^( *)'public\.skip_planned_slot\(.*?\)',\n",
            rf"\g<0>\1'{signature}',\n",
        )
    # 2. the revision
    made.done(re.sub(r"(?<=--rev-id )\d+", NEXT, NEW_REVISION))
    (revision,) = (made.path / VERSIONS).glob(f"{NEXT}_*.py")
    made.edit(revision, r"^NAMES = \(\)$", "NAMES = (" + ", ".join(f'"{name}"' for name in NAMES) + ")")
    # 3. its copies
    made.done(FREEZE)
    return made


@pytest.fixture
def role(db: Connection) -> Iterator[Callable[[], str]]:
    """Make login roles that go with the test's database."""
    roles = []

    def create() -> str:
        roles.append(f"topoff_test_{uuid4().hex}")
        db.execute(f"CREATE ROLE {roles[-1]} LOGIN PASSWORD '{ROLE_PASSWORD}'")
        return roles[-1]

    yield create
    for name in roles:
        db.execute(f"DROP OWNED BY {name} CASCADE")
        db.execute(f"DROP ROLE {name}")


def schema(db: Connection) -> list[str]:
    """Return all that a dump says of the schema, in an order that does not depend on that of the grants."""
    return sorted(line for line in dump(db, "--schema-only").splitlines() if "COMMENT ON POLICY" not in line)


@pytest.mark.beside_one_server
def test_the_recipe_names_the_number_that_is_next():
    assert f"--rev-id {NEXT} " in NEW_REVISION


@pytest.mark.beside_one_server
def test_only_the_new_revision_is_new(project, changed):
    before, after = project.state(), changed.state()
    assert {name for name in after if before.get(name) != after[name]} == {
        f"alembic/versions/{NEXT}_a_note_on_every_slot.py",
        "alembic/versions/SHA256SUMS",
        *(f"alembic/versions/{NEXT}_a_note_on_every_slot/{name}.sql" for name in NAMES),
    }
    assert before.keys() <= after.keys()


def test_a_change_is_upgraded_and_downgraded_under_everybodys_rights(changed, db, connect, role):
    world = World(db)
    arguments = world.arguments("h2o")
    api, reporting, anon = role(), role(), role()
    db.execute("SET search_path = pg_catalog")  # names are shown with their schema, as api_privileges() does
    for statement in DEFAULT_PRIVILEGES:
        db.execute(statement.format(anon=anon))
    isolate(db, api)
    by_hand = {
        f"function preview_planned_slots: EXECUTE to {reporting}",
        f"function fill_next_planned_slot: EXECUTE to {reporting}",
        f"function calendar_grid: EXECUTE to {reporting}",
        f"cadence_coverage: SELECT to {reporting}",
        f"schema topoff: USAGE to {reporting}",
    }
    db.execute(f"GRANT USAGE ON SCHEMA topoff TO {reporting}")
    db.execute(f"GRANT SELECT ON public.cadence_coverage TO {reporting} WITH GRANT OPTION")
    for name in ("preview_planned_slots", "fill_next_planned_slot", "calendar_grid"):
        db.execute(f"GRANT EXECUTE ON FUNCTION public.{name} TO {reporting} WITH GRANT OPTION")

    def check(calls: dict[str, str], hint: str) -> None:
        with connect(user=api, password=ROLE_PASSWORD, autocommit=True) as session:
            session.execute("SET app.tenant_id = 'h2o'")
            for name, call in calls.items():
                with session.transaction(force_rollback=True):
                    assert session.execute(call, arguments).fetchall(), name
            with pytest.raises(psycopg.Error) as refused:
                session.execute(UNKNOWN_TENANT)
        assert (refused.value.diag.message_hint == "Changed by the recipe.") == (hint == "new")
        listed = set(column(db, "SELECT privilege FROM topoff.api_privileges(%s::regrole)", api))
        missing = column(db, "SELECT privilege FROM topoff.api_privileges(%s::regrole) WHERE NOT held", api)
        assert missing == []
        held = set(column(db, HELD, api))
        assert held - listed == set()
        assert listed - held <= set(column(db, HELD, "-"))  # what everybody has
        others = column(db, RIGHTS_OF_OTHERS)
        assert {right for right in others if right.endswith(f" to {reporting}")} == by_hand
        assert [right for right in others if right.endswith(f" to {anon}")] == []
        assert one(
            db,
            "SELECT has_function_privilege(%s, oid, 'EXECUTE WITH GRANT OPTION') FROM pg_proc"
            " WHERE proname = 'preview_planned_slots'",
            reporting,
        )
        twice = "SELECT proname FROM pg_proc WHERE pronamespace::regnamespace::text IN ('public', 'topoff')"
        assert column(db, twice + " GROUP BY proname HAVING count(*) > 1") == []

    check(OLD_CALLS, "old")
    before = schema(db)

    changed.done("alembic upgrade head", db)
    check(OLD_CALLS | NEW_CALLS, "new")
    after = schema(db)

    changed.done("alembic downgrade -1", db)
    check(OLD_CALLS, "old")
    assert schema(db) == before

    psql(db, changed.done(f"alembic upgrade {RELEASED}:head --sql", db))
    check(OLD_CALLS | NEW_CALLS, "new")
    assert schema(db) == after

    psql(db, changed.done(f"alembic downgrade {NEXT}:{RELEASED} --sql", db))
    check(OLD_CALLS, "old")
    assert schema(db) == before


def test_an_upgraded_database_is_like_a_new_one(changed, db, empty_db):
    changed.done("alembic upgrade head", db)
    changed.done("alembic upgrade head", empty_db)
    assert dump(db) == dump(empty_db)


def test_what_holds_on_to_a_helper_or_a_type_that_changes_is_made_anew_with_it(changed, tmp_path, db, role):
    project = Project(tmp_path / "project", changed.path)
    with (project.path / VERSIONS / "RELEASES").open("a", encoding="utf-8") as releases:
        releases.write(f"99.1.0 {NEXT}\n")
    helper = project.file("note_of")
    project.edit(helper, r"\(tenant text\)", "(tenant text, polite boolean DEFAULT true)")
    project.edit(helper, r"note_of\(text\)", "note_of(text, boolean)", count=2)
    project.edit(project.file("api_privileges"), r"note_of\(text\)", "note_of(text,boolean)")
    row = project.file("new_calendar")
    project.edit(row, r"categories text\[\]\n", "categories text[],\n    note text\n")
    project.edit(
        row, r"\A(.*\n)(REVOKE)", r"\1COMMENT ON COLUMN topoff.new_calendar.note IS 'The note.';\n\n\2"
    )
    project.edit(
        project.file("new_slots"), r"slots, categories\n    FROM", "slots, categories, NULL\n    FROM"
    )
    later = f"{int(NEXT) + 1:04}"
    project.done(f"alembic revision --rev-id {later} -m later")
    names = (
        '("note_of", "planned_slots_note", "cadence_coverage", "new_calendar", "new_slots", "api_privileges")'
    )
    project.edit(project.path / VERSIONS / f"{later}_later.py", r"^NAMES = \(\)$", f"NAMES = {names}")
    project.done(FREEZE)

    project.done(f"alembic upgrade {NEXT}", db)
    db.execute(f"GRANT SELECT ON cadence_coverage TO {role()}")
    db.execute(f"GRANT EXECUTE ON FUNCTION planned_slots_note TO {role()}")
    before = schema(db)
    project.done("alembic upgrade head", db)
    assert one(db, "SELECT planned_slots_note('h2o')") == "note of h2o"
    assert one(db, "SELECT count(note) FROM topoff.new_slots('{h2o}', now(), now(), false)") == 0
    project.done("alembic downgrade -1", db)
    assert schema(db) == before


def test_a_public_name_that_the_application_has_taken_meanwhile_stops_the_upgrade(changed, db):
    db.execute("CREATE FUNCTION planned_slots_note(integer) RETURNS text LANGUAGE sql AS 'SELECT 1'")
    before = dump(db)
    stopped = changed.run("alembic upgrade head", db)
    assert stopped.returncode != 0
    assert (
        "there is already, and is not ours: routine public.planned_slots_note(integer)"
        in stopped.stdout + stopped.stderr
    )
    assert dump(db) == before


def test_an_overload_that_the_application_has_made_is_left_alone(changed, db):
    db.execute(
        "CREATE FUNCTION fill_next_planned_slot(integer) RETURNS text LANGUAGE sql AS 'SELECT ''mine'''"
    )
    db.execute("GRANT EXECUTE ON FUNCTION fill_next_planned_slot(integer) TO pg_monitor")
    changed.done("alembic upgrade head", db)
    changed.done("alembic downgrade -1", db)
    assert one(db, "SELECT fill_next_planned_slot(1)") == "mine"
    assert one(
        db, "SELECT has_function_privilege('pg_monitor', 'fill_next_planned_slot(integer)', 'EXECUTE')"
    )


@pytest.mark.beside_one_server
def test_squawk_has_nothing_against_it(changed):
    excepted = tomllib.loads((PROJECT / ".ci" / "exceptions.toml").read_text(encoding="utf-8"))["squawk"]
    script = changed.path / "upgrade.sql"
    script.write_text(changed.done(f"alembic upgrade {RELEASED}:head --sql"), encoding="utf-8")
    said = changed.run(f"squawk --pg-version 14 --reporter json {script}").stdout
    assert [finding["message"] for finding in json.loads(said) if finding["rule_name"] not in excepted] == []


@pytest.mark.parametrize("dump", DUMPS, ids=lambda path: path.stem)
def test_a_database_in_use_of_each_release_goes_to_the_next_one_and_back(changed, empty_db, dump):
    make_role(empty_db)
    try:
        load(empty_db, dump)
        before = schema(empty_db)
        reached = one(empty_db, "SELECT version_num FROM topoff.alembic_version")
        changed.done("alembic upgrade head", empty_db)
        arguments = arguments_of(empty_db, "h2o")
        with api(empty_db, "h2o") as own:
            for name, call in NEW_CALLS.items():
                expected = answer(empty_db, call, arguments)
                assert isinstance(expected, list), (name, expected)
                assert answer(own, call, arguments) == expected, name
        changed.done(f"alembic downgrade {reached}", empty_db)
        assert schema(empty_db) == before
        with api(empty_db, "h2o") as own:
            assert isinstance(answer(own, OLD_CALLS["top off"], arguments), list)
    finally:
        empty_db.execute(f"DROP OWNED BY {API} CASCADE")
        empty_db.execute(f"DROP ROLE {API}")


# -------------------------------------------------------------------------------------------- the next release


@pytest.fixture
def next_release(changed, tmp_path) -> Project:
    """The change, with the number of a release everywhere."""
    project = Project(tmp_path / "project", changed.path)
    project.edit(project.path / "pyproject.toml", r'^version = ".*?"', 'version = "99.1.0"')
    project.edit(project.file("version"), r"^RETURN '.*?'", "RETURN '99.1.0'")
    revision = project.path / VERSIONS / f"{NEXT}_a_note_on_every_slot.py"
    project.edit(revision, r"^NAMES = \(", 'NAMES = ("version", ')
    changelog = project.path / "CHANGELOG.md"
    project.edit(changelog, r"^## Unreleased\n", "## Unreleased\n\n- A note.\n")
    return project


@pytest.mark.beside_one_server
def test_a_release_is_closed_once_and_then_its_revisions_are_history(next_release):
    changelog = next_release.path / "CHANGELOG.md"
    assert f"released: 99.1.0, up to revision {NEXT}\n" in next_release.done(CLOSE)
    lines = (next_release.path / VERSIONS / "RELEASES").read_text(encoding="utf-8").splitlines()
    assert lines[-1] == f"99.1.0 {NEXT}"
    assert re.search(
        r"^## Unreleased\n\n## 99\.1\.0 - \d{4}-\d\d-\d\d\n\n- A note\.$",
        changelog.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    before = next_release.state() | {"changes": changelog.read_bytes()}
    next_release.done(CLOSE)
    assert next_release.state() | {"changes": changelog.read_bytes()} == before
    next_release.edit(next_release.file("note_of"), "note of ", "remark on ")
    assert 'add "note_of" to the NAMES of a new revision' in refused(next_release)


@pytest.mark.beside_one_server
@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("sql/tables/version.sql", "99.1.0", "99.0.9", "sql/tables/version.sql another number"),
        ("CHANGELOG.md", "## Unreleased", "## Coming", "CHANGELOG.md has nothing Unreleased"),
        ("alembic/versions/RELEASES", "99.0.0 ", "99.1.0 ", "99.1.0 is out already"),
    ],
)
def test_a_release_that_is_not_whole_is_not_closed(next_release, file, old, new, why):
    next_release.edit(next_release.path / file, re.escape(old), new)
    assert why in refused(next_release, CLOSE)


# --------------------------------------------------------------------------------------- what freeze refuses


def refused(project: Project, command: str = FREEZE) -> str:
    """Freeze or release, which must be refused and change nothing, and return what is said."""
    before = project.state()
    ran = project.run(command)
    assert ran.returncode != 0
    assert project.state() == before
    return ran.stderr


@pytest.mark.beside_one_server
def test_a_change_that_no_new_revision_installs_is_not_frozen(project):
    project.edit(project.file("calendar_grid"), r"\Z", "-- changed\n")
    assert 'add "calendar_grid" to the NAMES of a new revision' in refused(project)


@pytest.mark.beside_one_server
def test_a_new_file_that_no_revision_installs_is_not_frozen(project):
    project.file("calendar_grid").with_name("note_of.sql").write_text(HELPER, encoding="utf-8")
    assert 'add "note_of" to the NAMES of the newest' in refused(project)


@pytest.mark.beside_one_server
@pytest.mark.parametrize(
    "released",
    ["0009_planner.py", "0009_planner/topoff_planned_slots.sql", "0001_application_tables/checked_rows.sql"],
)
@pytest.mark.parametrize("what", ["edited", "removed"])
def test_a_released_file_that_was_changed_is_not_frozen(project, released, what):
    path = project.path / VERSIONS / released
    if what == "edited":
        path.write_bytes(path.read_bytes() + b"\n")
    else:
        path.unlink()
    assert f"alembic/versions/{released} is released and was changed" in refused(project)


@pytest.mark.beside_one_server
def test_a_file_added_to_a_released_revision_is_not_frozen(project):
    (project.path / VERSIONS / "0010_calendar" / "note_of.sql").write_text(HELPER, encoding="utf-8")
    assert "alembic/versions/0010_calendar/note_of.sql is released" in refused(project)


@pytest.mark.beside_one_server
def test_what_is_not_released_yet_is_frozen_anew(changed, tmp_path):
    project = Project(tmp_path / "project", changed.path)
    project.edit(project.file("note_of"), "note of ", "remark on ")
    assert f"frozen: alembic/versions/{NEXT}_a_note_on_every_slot/note_of.sql" in project.done(FREEZE)
    assert any(b"remark on" in text for name, text in project.state().items() if name.endswith("note_of.sql"))
