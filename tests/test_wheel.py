"""A release that is installed without a checkout: the wheel, its command, and the script that it carries."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import textwrap
import tomllib
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

import psycopg
import pytest
from builders import one
from conftest import HOST, PASSWORD, PORT, PROJECT, USER
from host_app import load_host
from hosts import dump, environment, problems_of, psql, run, run_mends
from packaging.requirements import Requirement
from psycopg import Connection
from release_dump import API, RELEASES, load, make_role
from sqlalchemy import URL

PAGE = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")
BLOCKS = [
    (language, textwrap.dedent(text))
    for language, text in re.findall(r"^ *```(\w+)\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL)
]
BEFORE, NEWEST = sorted(path.name[:4] for path in (PROJECT / "alembic" / "versions").glob("[0-9]*.py"))[-2:]
BUILD = "from setuptools.build_meta import *; build_{}('dist')"
IN_PYTHON = (
    "what a wheel adds to the checkout is Python; test_migrations and test_adoption see to what is installed"
)
NOT_IN_A_RELEASE = (".venv", ".git", "__pycache__", ".*_cache", ".hypothesis", "build", "dist", "*.egg-info")


def shell(text: str, place: Path, variables: dict[str, str]) -> str:
    """Run a block of the page in a folder, to its end, and return what it prints."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", text],
        cwd=place,
        env=variables | {"PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, text + done.stdout + done.stderr
    return done.stdout


def build(project: Path, what: str) -> Path:
    """Build a distribution and return its path."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD.format(what)], cwd=project, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (made,) = (project / "dist").glob("*.whl" if what == "wheel" else "*.tar.gz")
    return made


@pytest.fixture(scope="module")
def release() -> str:
    """The number of this release."""
    return tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory, release: str) -> Path:
    """The source distribution, made in a copy of the project in which this release is listed."""
    project = tmp_path_factory.mktemp("wheel") / "project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns(*NOT_IN_A_RELEASE))
    releases = project / "alembic" / "versions" / "RELEASES"
    newest = max(releases.parent.glob("[0-9]*.py")).name[:4]
    if f"{release} " not in releases.read_text(encoding="utf-8"):
        with releases.open("a", encoding="utf-8") as lines:
            lines.write(f"{release} {newest}\n")
    return build(project, "sdist")


@pytest.fixture(scope="module")
def wheel(sdist: Path) -> Path:
    """The wheel, made from the source distribution."""
    shutil.unpack_archive(sdist, sdist.parent / "unpacked")
    (project,) = (sdist.parent / "unpacked").iterdir()
    return build(project, "wheel")


def needed(wheel: Path) -> list[str]:
    """Return the names of the distributions that a wheel needs, and of those that they need."""
    with zipfile.ZipFile(wheel) as archive:
        (metadata,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        lines = archive.read(metadata).decode().splitlines()
    asked = [line.removeprefix("Requires-Dist: ") for line in lines if line.startswith("Requires-Dist: ")]
    names: list[str] = []
    while asked:
        one = Requirement(asked.pop())
        if one.name not in names and (one.marker is None or one.marker.evaluate({"extra": ""})):
            names.append(one.name)
            asked += distribution(one.name).requires or []
    return names


@pytest.fixture(scope="module")
def folder(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where a release is pinned as docs/upgrade.md says, and nothing else.

    What the wheel says that it needs is copied from this environment: no registry is asked.
    """
    place = tmp_path_factory.mktemp("pinned")
    shutil.copy(wheel, place)
    make, install, _ = BLOCKS[0][1].splitlines()
    for line in (make, install):
        shell(line, place, os.environ | {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1"})
    (packages,) = place.glob("topoff/lib/python*/site-packages")
    for name in needed(wheel):
        there = distribution(name)
        for file in there.files or ():
            if ".." not in file.parts:
                copy = packages / file
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(there.locate_file(file), copy)
    return place


@pytest.fixture(scope="module")
def command(folder: Path) -> Path:
    """The command, in a virtual environment that has the wheel and what it needs."""
    return folder / "topoff" / "bin" / "planned-slot-topoff"


@pytest.fixture
def ran(command: Path, empty_db: Connection, tmp_path: Path):
    """Run the command on the test's database, from a folder that has nothing in it."""

    def run_it(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [command, *arguments],
            cwd=tmp_path,
            env=environment(empty_db.info.dbname) | variables,
            capture_output=True,
            text=True,
        )
        assert "Traceback" not in done.stderr
        return done

    return run_it


@pytest.fixture
def db_at_release(empty_db: Connection) -> Connection:
    """The test's database, with all of the checkout installed."""
    run(empty_db, "upgrade", "head")
    return empty_db


def contents(wheel: Path) -> dict[str, bytes]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


# ----------------------------------------------------------------------------------------- what is in it


@pytest.mark.beside_one_server
def test_the_wheel_has_every_revision_and_copy_and_no_module_called_alembic(wheel):
    found = contents(wheel)
    prefix = "planned_slot_topoff/alembic/"
    for path in (PROJECT / "alembic").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts and path.name != "RELEASES":
            assert found[prefix + str(path.relative_to(PROJECT / "alembic"))] == path.read_bytes()
    tops = {name.split("/")[0] for name in found}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"planned_slot_topoff"}


@pytest.mark.beside_one_server
def test_the_source_distribution_builds_the_wheel_that_the_checkout_does(sdist, wheel):
    checkout = sdist.parent.parent
    left_over = checkout / "build" / "lib" / "planned_slot_topoff" / "alembic" / "versions" / "0099_gone.py"
    left_over.parent.mkdir(parents=True, exist_ok=True)
    left_over.touch()
    assert contents(build(checkout, "wheel")) == contents(wheel)


@pytest.mark.beside_one_server
def test_the_source_distribution_has_the_whole_project(sdist):
    with tarfile.open(sdist) as archive:
        found = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    for name in (
        "Makefile",
        "alembic.ini",
        "sql/proxy/install.sql",
        "tests/conftest.py",
        ".ci/freeze",
        "docs/install.md",
    ):
        assert name in found
    assert not [name for name in found if ".venv" in name or "__pycache__" in name]


@pytest.mark.beside_one_server("nothing is sent to the database")
def test_the_script_that_the_wheel_carries_is_what_sql_prints(wheel, ran):
    printed = ran("sql")
    assert (printed.returncode, printed.stderr) == (0, "")
    assert contents(wheel)["planned_slot_topoff/schema.sql"].decode() == printed.stdout


# --------------------------------------------------------------------------------------------- what it does


@pytest.mark.beside_one_server(IN_PYTHON)
def test_it_installs_checks_and_goes_back_in_an_empty_database(ran, empty_db, release):
    before = dump(empty_db)
    assert ran("check").stdout == f"nothing keeps release {release} from being installed\n"
    assert dump(empty_db) == before
    up = ran("upgrade")
    assert (up.returncode, up.stdout) == (0, "")
    assert f"Running upgrade {BEFORE} -> {NEWEST}" in up.stderr
    assert ran("check").stdout == f"release {release} is installed\n"
    assert one(empty_db, "SELECT topoff.version()") == release
    installed = dump(empty_db)
    assert ran("downgrade", "base").returncode == 0
    assert dump(empty_db) == before
    psql(empty_db, ran("sql").stdout)
    assert dump(empty_db) == installed


@pytest.mark.beside_one_server(IN_PYTHON)
def test_a_release_is_its_last_revision(ran, db_at_release, release):
    """The script goes from one to the other, as it would from release to release."""
    installed = dump(db_at_release)
    assert ran("downgrade", "-1").returncode == 0
    assert ran("check").stdout == (
        f"revision {BEFORE} is installed, and nothing keeps release {release} from being installed\n"
    )
    psql(db_at_release, ran("sql", f"{BEFORE}:{release}").stdout)
    assert dump(db_at_release) == installed
    assert ran("downgrade", release).returncode == 0
    assert dump(db_at_release) == installed


@pytest.mark.beside_one_server(IN_PYTHON)
def test_the_check_of_an_applications_database_lists_what_is_in_the_way_and_changes_nothing(ran, empty_db):
    load_host(empty_db, "0022")
    empty_db.execute(
        "UPDATE post_instances SET tenant_id = 'nobody' WHERE id = (SELECT min(id::text)::uuid FROM post_instances)"
    )
    before = dump(empty_db)
    refused = ran("check")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert refused.stderr.startswith("this database cannot be adopted yet: ")
    problems = problems_of(refused.stderr)
    assert any("nobody" in problem for problem in problems)
    assert "\nHINT: " in refused.stderr
    assert dump(empty_db) == before
    assert ran("upgrade").stderr.endswith(refused.stderr)
    run_mends(empty_db, problems)
    before = dump(empty_db)
    assert ran("check").returncode == 0
    assert ran("upgrade").returncode == 0
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 3")
    assert one(empty_db, "SELECT topoff_planned_slots('evergreen')") > 0
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = DEFAULT")
    assert ran("downgrade", "base").returncode == 0
    assert [line for line in dump(empty_db, "-s").splitlines() if "topoff" in line] == []


# ---------------------------------------------------------------------------------- how a server is named


@pytest.mark.beside_one_server("SQLAlchemy reads the URL, not the server")
@pytest.mark.parametrize("scheme", ["postgres", "postgresql+psycopg2"])
def test_a_url_names_the_server_in_each_form(ran, empty_db, scheme):
    where = {"host": HOST, "port": str(PORT)}  # a folder, where it is a socket
    url = URL.create(scheme, USER, PASSWORD or None, database=empty_db.info.dbname, query=where)
    elsewhere = {"PGHOST": "nowhere.invalid", "PGDATABASE": "nothing"}
    done = ran("check", DATABASE_URL=url.render_as_string(hide_password=False), **elsewhere)
    assert done.returncode == 0, done.stderr


@pytest.mark.beside_one_server("nothing is sent to the database")
@pytest.mark.parametrize("url", ["postgresql:password", "postgresql://host:password"])
def test_a_url_that_is_none_is_said_to_be_none_without_its_password(ran, url):
    done = ran("upgrade", DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr == (
        "DATABASE_URL is not the URL of a server\n"
        "HINT: postgresql://user:password@host:port/database, with %40 for an @ in the password.\n"
    )


@pytest.mark.beside_one_server(IN_PYTHON)
def test_a_server_that_does_not_answer_is_one_line(ran):
    done = ran("check", PGDATABASE="there_is_no_such_database")
    assert done.returncode == 1
    assert 'database "there_is_no_such_database" does not exist' in done.stderr


# ------------------------------------------------------------------------------------------ what it refuses


@pytest.mark.beside_one_server("nothing is sent to the database")
@pytest.mark.parametrize("arguments", [(), ("install",), ("upgrade", "head", "more"), ("downgrade",)])
def test_what_it_does_not_understand_ends_with_the_usage_and_2(ran, arguments):
    done = ran(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("usage: planned-slot-topoff ")


@pytest.mark.beside_one_server(IN_PYTHON)
def test_a_revision_that_the_release_does_not_know_is_an_error_with_a_hint(ran, empty_db, release):
    hint = f"HINT: This is release {release}. What it does not know may be of a newer one.\n"
    done = ran("upgrade", "99.0.0")
    assert (done.returncode, done.stderr[-len(hint) :]) == (1, hint)
    empty_db.execute("CREATE SCHEMA topoff CREATE TABLE topoff.alembic_version (version_num varchar(32))")
    empty_db.execute("INSERT INTO topoff.alembic_version VALUES ('9999')")
    for arguments in (("upgrade",), ("check",)):
        done = ran(*arguments)
        assert done.returncode == 1
        assert done.stderr.endswith(f"Can't locate revision identified by '9999'\n{hint}")


@pytest.mark.beside_one_server
def test_whoever_has_seen_enough_of_the_script_gets_no_traceback(command, tmp_path):
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} sql | head -n 1"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")


# ------------------------------------------------------------------------------- docs/upgrade.md, top to end


@pytest.fixture
def in_use(empty_db: Connection, release: str) -> Iterator[Connection]:
    """A database that the release before this one has installed, with a role that is held to one tenant."""
    make_role(empty_db)
    dumps = [path for path in RELEASES.glob("*.sql") if path.stem != release]
    load(empty_db, max(dumps, key=lambda path: tuple(map(int, path.stem.split(".")))))
    yield empty_db
    empty_db.execute("DROP DATABASE IF EXISTS rehearsal WITH (FORCE)")
    empty_db.execute(f"DROP OWNED BY {API} CASCADE")
    empty_db.execute(f"DROP ROLE {API}")


def newer_programs(db: Connection, place: Path, variables: dict[str, str]) -> bool:
    """Tell whether this machine's pg_dump is of a newer PostgreSQL than the server."""
    (major,) = re.findall(r"\) (\d+)", shell("pg_dump --version", place, variables))
    return int(major) > db.info.server_version // 10000


@pytest.mark.beside_one_server(IN_PYTHON)
def test_the_page_about_upgrades_holds_from_top_to_end(folder, in_use, release):
    variables = environment(in_use.info.dbname)
    before = one(in_use, "SELECT topoff.version()")
    revision = one(in_use, "SELECT version_num FROM topoff.alembic_version")
    said = {}
    for language, text in BLOCKS:
        if text == BLOCKS[0][1]:
            said[text] = shell(text.splitlines()[-1], folder, variables)
        elif "topoff.schedule()" in text:  # the server's pg_cron, if it has one, works in another database
            with pytest.raises(psycopg.Error, match="the nightly run is not scheduled"):
                in_use.execute(text)
        elif language == "sh":
            if "unzip" in text and not shutil.which("unzip"):
                continue
            if "pg_restore" in text and newer_programs(in_use, folder, variables):
                continue  # what a pg_dump newer than the server writes is restored with an error
            said[text] = shell(text, folder, variables)
        else:
            text = text.replace("'api'", f"'{API}'")
            said[text] = shell(f"psql -XAtq -v ON_ERROR_STOP=1 <<'END'\n{text}END", folder, variables)
        if "downgrade base" in text:
            assert [line for line in dump(in_use, "-s").splitlines() if "topoff." in line] == []
    answers = list(said.values())
    assert answers[:3] == [
        f"{release}\n",
        f"{before}\n{revision}\n",
        f"revision {revision} is installed, and nothing keeps release {release} from being installed\n",
    ]
    assert "succeeded|0\n" in "".join(answers)
    assert f"{API}\n" in answers  # the only isolated role, and it lacks nothing
    assert one(in_use, "SELECT topoff.version()") == release


def test_a_right_that_an_isolated_role_has_lost_is_named_and_granted_again(in_use):
    lacks = (
        next(text for _, text in BLOCKS if "NOT held" in text).splitlines()[1].replace("'api'", f"'{API}'")
    )
    again = next(text for _, text in BLOCKS if "isolate_tenants(" in text).replace("'api'", f"'{API}'")
    in_use.execute(f"REVOKE EXECUTE ON FUNCTION skip_planned_slot FROM {API}")
    assert ["skip_planned_slot" in name for (name,) in in_use.execute(lacks)] == [True]
    in_use.execute(again)
    assert in_use.execute(lacks).fetchall() == []
