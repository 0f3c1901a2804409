"""Every page that people read: what stands there is run, is there, and leads somewhere.

Two pages are stories: their SQL is run from the top to the bottom, and what psql prints is compared (REWRITE=1
writes it into the page instead). Any other block is run by a test that asks for it by page and name, here or
elsewhere, or by one that runs all of a page's or a section's blocks. A block that nobody runs fails.
"""

import ast
import asyncio
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from textwrap import indent
from typing import Any
from uuid import uuid4

import asyncpg
import psycopg
import psycopg2
import pytest
from app.errors import STATUS, Refusal, answer_errors
from app.main import create_app
from app.serve import GRANTS
from builders import column, new_account, new_content, new_post, one
from conftest import HOST, PASSWORD, PORT, PROJECT, ROLE_PASSWORD, USER
from fastapi import FastAPI
from host_app import load_host
from hosts import environment, psql
from pages import PAGES, Block, anchors, block, blocks, links, prose, text_of
from psycopg import Connection
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

# Pages whose SQL is one session of psql.
STORIES = ("docs/reference.md", "docs/rules.md")
# The blocks that a test runs without their names: all of a kind, of a page or of its sections.
RUN_TOGETHER = {
    ("docs/operations.md", "sql"): "test_operations.py",
    ("docs/isolation.md", "sql"): "test_attacks.py",
    ("docs/upgrade.md", "sql"): "test_wheel.py",
    ("docs/upgrade.md", "sh"): "test_wheel.py",
    ("docs/scale.md", "Install it"): "test_proxy.py",
    ("docs/scale.md", "The nights, seen from the proxy"): "test_proxy.py",
    ("docs/scale.md", "From two databases to four"): "test_proxy.py",
}
# What can't be looked at from here.
ELSEWHERE = {
    "https://keepachangelog.com/en/1.1.0/",
    "https://semver.org/",
    "https://plproxy.github.io/",
}
# Nothing to run: what the partitions of the proxy look like.
PICTURES = {("docs/scale.md", "picture")}
TESTS = PROJECT / "tests"


def every(kind: str | None = None) -> list[Block]:
    """Return the blocks of all pages, of a kind where one is named."""
    return [each for page in PAGES for each in blocks(page) if kind in (None, each.kind)]


# ------------------------------------------------------------------------------------ nothing is left out


def asked_for() -> set[tuple[str, str]]:
    """Return the page and name of each block that a test asks for, in whatever call."""
    found = set()
    for path in TESTS.glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                words = [
                    word.value
                    for word in node.args
                    if isinstance(word, ast.Constant) and isinstance(word.value, str)
                ]
                found |= {(page, name) for page in words if page in PAGES for name in words}
    return found


@pytest.mark.beside_one_server
def test_every_block_of_every_page_is_run_by_a_test():
    asked = asked_for()
    left = []
    for page in PAGES:
        before = None
        for each in blocks(page):
            if each.name:
                run = (page, each.name) in asked | PICTURES
            elif page in STORIES:
                run = each.kind.startswith("sql") or (each.kind == "text" and before.kind == "sql")
            else:
                run = bool({(page, each.kind), (page, each.section)} & RUN_TOGETHER.keys())
            if not run:
                left.append(str(each))
            before = each
    assert left == []


@pytest.mark.beside_one_server
def test_a_name_is_one_blocks_only_and_every_name_that_tests_ask_for_is_there():
    names = [(each.page, each.name) for each in every() if each.name]
    assert len(names) == len(set(names))
    assert not [
        f"{page}: {name}" for page, name in asked_for() - set(names) if f"<!-- run: {name}" in text_of(page)
    ]
    for (page, what), tested in RUN_TOGETHER.items():
        assert any(what in (each.kind, each.section) and not each.name for each in blocks(page)), (page, what)
        source = (TESTS / tested).read_text(encoding="utf-8")
        assert Path(page).name in source or page in source


@pytest.mark.beside_one_server
def test_a_block_is_found_however_it_is_written(tmp_path, monkeypatch):
    written = "# A\n\n    indented\n    twice\n\n- a list\n\n  <!-- run: x -->\n  ```sql\n  SELECT;\n  ```\n\n## B\n\n```\nplain\n```\n"
    (tmp_path / "page.md").write_text(written, encoding="utf-8")
    monkeypatch.setattr("pages.PROJECT", tmp_path)
    assert [(each.section, each.kind, each.name, each.text) for each in blocks("page.md")] == [
        ("A", "indented", "", "indented\ntwice\n"),
        ("A", "sql", "x", "SELECT;\n"),
        ("B", "", "", "plain\n"),
    ]
    assert prose("page.md").split() == ["#", "A", "-", "a", "list", "##", "B"]
    assert anchors("page.md") == {"a", "b"}


@pytest.mark.beside_one_server
@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page):
    for link in links(page):
        if link.startswith(("https:", "http:")):
            assert link in ELSEWHERE, link
            continue
        path, _, anchor = link.partition("#")
        target = (PROJECT / page).parent / path if path else PROJECT / page
        assert target.exists(), link
        if anchor:
            assert anchor in anchors(str(target.resolve().relative_to(PROJECT))), link


@pytest.mark.beside_one_server
def test_every_page_is_linked_from_readme_and_says_first_who_should_read_it():
    linked = {link.partition("#")[0] for link in links("README.md")}
    assert {page for page in PAGES if page != "README.md"} <= linked
    for page in PAGES:
        first, second = [part for part in prose(page).split("\n\n") if part.strip()][1:3]
        assert first.strip().startswith("For ") or second.startswith("For "), page


@pytest.mark.beside_one_server
def test_readme_is_short():
    assert len(text_of("README.md").splitlines()) <= 180


# ------------------------------------------------------------------------------------------ what it names


def code_in_prose(page: str) -> list[str]:
    """Return what stands between backticks in a page's running text."""
    return re.findall(r"`([^`\n]+)`", prose(page))


def test_every_object_of_ours_that_a_page_names_is_there(db):
    there = set(
        column(
            db,
            "SELECT proname::text FROM pg_proc WHERE pronamespace IN ('topoff'::regnamespace, 'public'::regnamespace)"
            " UNION ALL SELECT relname FROM pg_class WHERE relnamespace IN ('topoff'::regnamespace, 'public'::regnamespace)"
            " UNION ALL SELECT attname FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relnamespace IN ('topoff'::regnamespace, 'public'::regnamespace)"
            " UNION ALL SELECT unnest(proargnames) FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " UNION ALL SELECT conname FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
        )
    )
    settings = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "sql").rglob("*.sql"))
    named = 0
    for page in PAGES:
        for code in [*code_in_prose(page), *(each.text for each in blocks(page))]:
            for name in re.findall(r"(?<![\w/.])topoff\.(\w+)", code):
                named += 1
                assert name in there or f"'topoff.{name}'" in settings or name == "sql", (
                    f"{page}: topoff.{name}"
                )
        for code in code_in_prose(page):
            if re.fullmatch(
                r"\w*(planned_slot|post_instances|marketing_calendar|channel_account|cadence_c)\w*", code
            ):
                named += 1
                assert code in there, f"{page}: {code}"
    assert named > 100


@pytest.mark.beside_one_server
def test_every_file_that_a_page_names_is_there():
    named = 0
    for page in PAGES:
        for code in code_in_prose(page):
            if re.fullmatch(r"(sql|docs|tests|alembic|\.ci)/[\w./-]*", code) and not re.search(
                "NAME|ROOM|NUMBER", code
            ):
                named += 1
                assert (PROJECT / code).exists(), f"{page}: {code}"
    assert named > 20
    for line in block("README.md", "folders").splitlines():
        assert (PROJECT / line.split()[0]).is_dir(), line


@pytest.mark.beside_one_server
@pytest.mark.parametrize("page", PAGES)
def test_every_make_that_a_page_names_has_a_target(page, copy):
    for code in code_in_prose(page):
        if found := re.fullmatch(r"make [\w-]+", code):
            planned(copy, found[0])


# ------------------------------------------------------------------------------------------------- stories

# An example, and what psql prints, if anything.
EXAMPLE = re.compile(r"^```sql( \w+)?\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


def printed(db: Connection, scripts: list[str]) -> list[str]:
    """Return what psql prints at each of the scripts, in one session."""
    mark = f"== {uuid4()} =="
    done = subprocess.run(
        ["psql", "-X", "-q"],
        input="".join(f"{script}\\echo '{mark}'\n" for script in scripts),
        env=environment(db.info.dbname) | {"PGOPTIONS": "-c client_min_messages=notice"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    # psql leaves spaces at the end of a line.
    lines = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    return [text.strip("\n") for text in lines.split(mark)[:-1]]


@pytest.fixture
def database(db: Connection) -> Iterator[Connection]:
    """A database, and no role of the examples' left behind."""
    yield db
    db.execute("DROP ROLE IF EXISTS marketing_api")


@pytest.mark.parametrize("page", STORIES)
def test_every_example_gives_what_stands_below_it(database, page):
    listed = [(kind.strip(), sql, output) for kind, sql, output in EXAMPLE.findall(text_of(page))]
    assert len(listed) == len([each for each in blocks(page) if each.kind.startswith("sql")]) > 10
    got = printed(database, [sql for _, sql, _ in listed])
    assert len(got) == len(listed)
    if os.environ.get("REWRITE"):
        rewritten = iter(got)
        (PROJECT / page).write_text(
            EXAMPLE.sub(
                lambda found: (
                    f"```sql{found[1] or ''}\n{found[2]}```\n"
                    + (f"\n```text\n{text}\n```\n" if (text := next(rewritten)) and not found[1] else "")
                ),
                text_of(page),
            ),
            encoding="utf-8",
        )
    wrong = [
        f"{sql}--- printed:\n{text}\n--- documented:\n{output}"
        for (kind, sql, output), text in zip(listed, got, strict=True)
        if not kind and text != output.strip("\n")
    ]
    assert not wrong, "\n\n".join(wrong)
    for (kind, sql, _), said in zip(listed, got, strict=True):
        if kind == "pg_cron":  # what it answers depends on the server; tests/test_pg_cron.py has them all
            assert not re.search("does not exist|syntax error", said), f"{sql}--- printed:\n{said}"


# ------------------------------------------------------------------------------------------------ commands


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as a fresh clone has it; what make installs is there already."""
    made = tmp_path_factory.mktemp("clone") / "project"
    shutil.copytree(
        PROJECT,
        made,
        symlinks=True,
        ignore=shutil.ignore_patterns(
            ".venv", ".git", "__pycache__", ".*_cache", ".hypothesis", "build", "*.egg-info", "*.png"
        ),
    )
    (made / ".venv").symlink_to(PROJECT / ".venv")
    os.utime(made / "pyproject.toml", (0, 0))  # older than what was installed by it
    return made


def shell(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a block as a person would; no server is named, and the programs are those that run this test."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PG")
        and name not in ("DATABASE_URL", "SERVER", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    kept["PATH"] = f"{Path(sys.executable).parent}:{kept['PATH']}"
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=kept | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def planned(copy: Path, command: str) -> str:
    """Return what a make command would run; every file that it names has to be there."""
    assert command.split("#")[0].rstrip().startswith(("make", "PORT=", "SIGNED_IN_AS=", "REWRITE=")), command
    would = ""
    for server in ({}, {"PGHOST": "db.example.com"}):
        done = shell(command.replace("make ", "make --dry-run ", 1), copy, **server)
        assert done.returncode == 0, done.stdout
        assert "pip install" not in done.stdout, "the copy is not as a clone with its packages is"
        for name in re.findall(r"(?<=[ \"])(?:\.ci|tests)/[\w./-]+", done.stdout):
            assert (copy / name).exists(), name
        would += done.stdout
    return would


@pytest.mark.beside_one_server
@pytest.mark.parametrize(
    "lines",
    [
        block("README.md", "commands"),
        block("CONTRIBUTING.md", "set-up"),
        block("CONTRIBUTING.md", "rewrite"),
        block("CONTRIBUTING.md", "mutants"),
        block("CONTRIBUTING.md", "release"),
        block("CONTRIBUTING.md", "dist"),
        block("docs/api.md", "demo-app"),
        block("docs/performance.md", "bench"),
    ],
    ids=["README", "CONTRIBUTING", "REWRITE", "mutants", "release", "dist", "api", "performance"],
)
def test_what_a_make_command_would_run_is_there(copy, lines):
    """Of the demonstrations test_browser.py runs those that need no more than this; make test is what runs this."""
    wanted = {
        "make demo": "tests/demo/run",
        "make demo-app": "tests/demo/run app",
        "make test": "pytest",
        "make lint": ".ci/lint",
        "make matrix": "test-trixie",
        "make release": ".ci/release",
        "make dist": "build_wheel",
        "make bench": "tests/bench/bench.py",
        "make mutants": "python -m mutants",
        "make soak": "python -m soak",
    }
    for line in lines.splitlines():
        command = re.sub(r"\w+=\S+ (?=make)", "", line.split("#")[0]).strip()
        would = planned(copy, line)
        assert wanted.get(command, "") in would, line


@pytest.mark.beside_one_server
def test_a_pytest_command_finds_its_tests(copy):
    done = shell(block("CONTRIBUTING.md", "on-yours").rstrip() + " --collect-only -q", copy)
    assert done.returncode == 0, done.stdout
    assert "test_topoff.py::test_" in done.stdout
    variable, tests, name = re.fullmatch(
        r"(\w+)=2000000 pytest -s (\S+) -k (\w+)\n", block("docs/performance.md", "upgrade")
    ).groups()
    source = (copy / tests).read_text(encoding="utf-8")
    assert f'"{variable}"' in source
    assert re.search(rf"def test_\w*{name}", source)


def where() -> str:
    """Return the tests' server as the part of a URL between // and ?, and its query."""
    url = URL.create("postgresql", USER, PASSWORD or None)
    if HOST.startswith("/"):
        url = url.set(query={"host": HOST, "port": str(PORT)})
    else:
        url = url.set(host=HOST, port=PORT)
    return url.render_as_string(hide_password=False).partition("://")[2]


def at_database(script: str, dbname: str) -> str:
    """Return a block of a page for a database of the tests' server in place of db.example.com's."""
    user, _, query = where().partition("?")
    user = user.rstrip("/")
    url = f"{user}/{dbname}{'?' + query if query else ''}"
    script = re.sub(r"://migrator(:secret)?@db\.example\.com(:5432)?/app", lambda _: f"://'{url}'", script)
    for name, value in {
        "PGHOST=db.example.com": f"PGHOST='{HOST}'",
        "PGPORT=5432": f"PGPORT={PORT}",
        "PGDATABASE=app": f"PGDATABASE={dbname}",
        "PGUSER=migrator": f"PGUSER='{USER}'",
        "PGPASSWORD=secret": f"PGPASSWORD='{PASSWORD}'",
    }.items():
        script = script.replace(name, value)
    assert "db.example.com" not in script
    return script


@pytest.mark.beside_one_server(
    "libpq and SQLAlchemy read the server's name, and what is installed then test_migrations sees to on each"
)
def test_each_way_of_naming_a_server_leads_to_the_same_database(empty_db, tmp_path):
    dbname = empty_db.info.dbname
    (tmp_path / ".pg_service.conf").write_text(
        f"[app]\nhost={HOST}\nport={PORT}\nuser={USER}\npassword={PASSWORD}\ndbname={dbname}\n",
        encoding="utf-8",
    )
    ways = [
        block("docs/install.md", "service"),
        block("docs/install.md", "url"),
        block("docs/install.md", "url-with-driver"),
        block("docs/install.md", "libpq"),
    ]
    for n, way in enumerate(ways):
        done = shell(at_database(way, dbname), PROJECT, HOME=str(tmp_path))
        assert done.returncode == 0, done.stdout
        # Whatever is another database would be upgraded, too.
        assert ("Running upgrade" in done.stdout) == (n == 0), done.stdout
    psql(empty_db, block("docs/install.md", "version"))
    assert one(empty_db, "SELECT topoff.version()")
    done = shell(
        at_database(ways[3].replace("alembic upgrade head", block("docs/install.md", "way-back")), dbname),
        PROJECT,
    )
    assert done.returncode == 0, done.stdout
    assert one(empty_db, "SELECT to_regnamespace('topoff') IS NULL")


@pytest.mark.beside_one_server
@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg2", "postgresql+asyncpg", "postgres"])
def test_the_demonstrations_understand_the_urls_that_the_migrations_accept(driver):
    script = 'eval "$(python tests/demo/server.py)"; echo "$PGHOST|$PGPORT|$PGUSER|$PGPASSWORD|$PGDATABASE|${PGSSLMODE-}|${DATABASE_URL-}"'
    for url, said in {
        f"{driver}://me:p%40ss'@h:5433/d?sslmode=require": "h|5433|me|p@ss'|d|require|",
        f"{driver}://me:p@/d?host=/tmp/a%20socket&port=5": "/tmp/a socket|5|me|p|d||",
    }.items():
        done = shell(script, PROJECT, DATABASE_URL=url)
        assert done.stdout.strip() == said
    done = shell(
        'server=$(python tests/demo/server.py); eval "$server"', PROJECT, DATABASE_URL=f"{driver}://h/d?ssl=1"
    )
    assert done.returncode != 0
    assert "ssl is no parameter" in done.stdout


@pytest.mark.beside_one_server("pip is what this adds to the upgrade, which test_migrations sees to on each")
def test_three_lines_install_it(copy, empty_db):
    """Without the packages that it depends on, which the tests' own environment has."""
    lines = block("README.md", "install")
    assert lines.startswith(block("docs/install.md", "install"))
    (copy / ".venv").unlink()
    try:
        done = shell(
            at_database(lines, empty_db.info.dbname),
            copy,
            PIP_NO_DEPS="1",
            PIP_NO_BUILD_ISOLATION="0",  # which means: none
            PYTHONPATH=sysconfig.get_path("purelib"),
            PIP_DISABLE_PIP_VERSION_CHECK="1",
            PIP_NO_COMPILE="1",  # which takes longer than the rest, and changes nothing that is tested
        )
        assert done.returncode == 0, done.stdout
        assert (copy / ".venv" / "bin" / "activate").exists()
    finally:
        shutil.rmtree(copy / ".venv", ignore_errors=True)
        (copy / ".venv").symlink_to(PROJECT / ".venv")
    assert one(empty_db, "SELECT count(*) FROM topoff.alembic_version") == 1


def test_the_script_is_for_psql(copy, empty_db):
    done = shell(
        block("docs/install.md", "offline"),
        copy,
        **{k: v for k, v in environment(empty_db.info.dbname).items() if k.startswith("PG")},
    )
    assert done.returncode == 0, done.stdout
    assert one(empty_db, "SELECT topoff.version()")


# --------------------------------------------------------------------------------------------------- README


def test_what_the_picture_of_readme_says_can_be_called(db):
    new_account(db, posts_per_week=1)
    psql(db, block("README.md", "cadence"))
    assert column(db, "SELECT DISTINCT to_char(slot_local, 'Dy HH24:MI') FROM preview_planned_slots('h2o') ORDER BY 1") == [
        "Fri 09:00", "Mon 09:00", "Wed 09:00",
    ]  # fmt: skip
    calls = re.findall(r"(?:CALL|SELECT)[^'()]*\((?:'h2o')?\)", block("README.md", "picture"))
    assert len(calls) == 3
    for call in calls:
        db.execute(call)
        assert f"`{call}`" in prose("README.md")


@pytest.mark.beside_one_server
def test_the_versions_that_readme_names_are_those_of_the_matrix():
    listed = re.search(
        r"^matrix:.*\n.*\$\(addprefix test-,(.*?)\)", (PROJECT / "Makefile").read_text(), re.MULTILINE
    )
    majors = set(
        re.findall(r"\b(1\d)\.\d+", prose("README.md").partition("## Versions")[2].partition("## ")[0])
    )
    names = {"debian": "15", "trixie": "17", "embedded": "18"}
    assert majors == {names.get(name, name) for name in listed[1].split()}


# ------------------------------------------------------------------------------------------------------ api

ACCOUNT = "a0000000-0000-4000-8000-000000000001"
CONTENT = "c0000000-0000-4000-8000-000000000001"
SLOT = "e0000000-0000-4000-8000-000000000001"


@pytest.fixture
def calendar(db: Connection) -> Connection:
    """Tenant h2o with an account, something to post, and slots, of which the page names one."""
    new_account(db, id=ACCOUNT, posts_per_week=5, name="Instagram")
    db.execute("INSERT INTO content_items (id, tenant_id, title) VALUES (%s, 'h2o', 'A post')", [CONTENT])
    db.execute("SELECT topoff_planned_slots('h2o')")
    db.execute(
        "UPDATE post_instances SET id = %s WHERE id = (SELECT id FROM post_instances ORDER BY scheduled_for LIMIT 1)",
        [SLOT],
    )
    db.execute("UPDATE post_instances SET touched_at = NULL")  # to give it another id was a touch
    return db


def libpq(db: Connection) -> dict[str, Any]:
    """Return how any driver connects to a database."""
    return {"host": HOST, "port": PORT, "user": USER, "password": PASSWORD}


def names_of_the_page() -> dict[str, Any]:
    """Return what the page's Python finds where it stands."""
    return {
        "tenant": "h2o",
        "tenant_id": "h2o",
        "token_tenant": "h2o",
        "start": "2031-05-01",
        "end": "2031-05-31",
        "content_item_id": CONTENT,
        "channel_account_ids": [ACCOUNT],
        "channel_account_id": ACCOUNT,
        "scheduled_for": datetime(2031, 5, 9, 13, tzinfo=UTC),
        "text": text,
        "json": json,
        "date": date,
        "datetime": datetime,
        "timedelta": timedelta,
        "UTC": UTC,
    }


@pytest.mark.parametrize("driver", [psycopg2, psycopg])
def test_the_calls_by_psycopg(calendar, driver):
    with (
        driver.connect(dbname=calendar.info.dbname, **libpq(calendar)) as connection,
        connection.cursor() as cursor,
    ):
        names = names_of_the_page() | {"cursor": cursor}
        exec(block("docs/api.md", "psycopg"), names)
    connection.close()
    assert names["created"] == 0
    assert isinstance(names["calendar"], dict)
    assert one(calendar, "SELECT count(*) FROM post_instances WHERE status = 'Scheduled'") == 2


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_the_calls_by_sqlalchemy(calendar, driver):
    calendar.execute("DELETE FROM post_instances")
    engine = create_engine(
        URL.create(f"postgresql+{driver}", USER, PASSWORD, HOST, PORT, calendar.info.dbname)
    )
    names = names_of_the_page() | {"engine": engine}
    exec(block("docs/api.md", "sqlalchemy"), names)
    engine.dispose()
    assert names["created"] == 20


def in_function(body: str) -> str:
    """Return what awaits as a function page(), which returns its variables."""
    return f"async def page():\n{indent(body, '    ')}\n    return locals()"


def test_the_calls_by_sqlalchemy_and_asyncpg(calendar):
    url = URL.create("postgresql+asyncpg", USER, PASSWORD, HOST, PORT, calendar.info.dbname)

    async def run() -> dict[str, Any]:
        engine = create_async_engine(url, connect_args={"statement_cache_size": 0})
        names = names_of_the_page() | {"engine": engine}
        exec(in_function(block("docs/api.md", "sqlalchemy-async")), names)
        try:
            return await names["page"]()
        finally:
            await engine.dispose()

    assert asyncio.run(run())["calendar"] == {}
    assert one(calendar, "SELECT count(*) FROM post_instances WHERE status = 'Scheduled'") == 1


def test_the_calls_by_asyncpg_and_the_types_that_it_wants(calendar):
    async def run() -> dict[str, Any]:
        connection = await asyncpg.connect(
            database=calendar.info.dbname, statement_cache_size=0, **libpq(calendar)
        )
        names = names_of_the_page() | {"connection": connection}
        names["start"] = names["end"] = None
        exec(in_function(block("docs/api.md", "asyncpg")), names)
        try:
            said = await names["page"]()
            # The types are its own: a text that any other driver takes is refused.
            for wrong in ("SELECT topoff_planned_slots('h2o', $1)", "SELECT marketing_calendar('h2o', $1)"):
                with pytest.raises(asyncpg.DataError):
                    await connection.fetchval(wrong, "28 days")
            return said
        finally:
            await connection.close()

    said = asyncio.run(run())
    assert said["created"] == 0
    assert isinstance(said["calendar"], dict)
    assert [row["status"] for row in said["rows"]] == ["Scheduled"]


@pytest.mark.beside_one_server
def test_errors_py_is_copied_and_answers(tmp_path):
    shutil.copy(TESTS / "app" / "errors.py", tmp_path)
    app = FastAPI()
    sys.path.insert(0, str(tmp_path))
    try:
        exec(block("docs/api.md", "errors"), {"app": app})
    finally:
        sys.path.remove(str(tmp_path))
        sys.modules.pop("errors", None)
    assert psycopg.Error in app.exception_handlers


@pytest.mark.beside_one_server
def test_the_page_has_every_sqlstate_with_its_status():
    listed = dict(re.findall(r"^\| `(\w{5})` \| `\w+` \| (\d{3}) \|", prose("docs/api.md"), re.MULTILINE))
    assert listed
    for sqlstate, status in listed.items():
        assert Refusal(sqlstate, "").status == int(status), sqlstate
    assert {state for state in STATUS if len(state) == 5} <= listed.keys()
    said = prose("docs/api.md")
    for number, status in ((state, status) for state, status in STATUS.items() if len(state) == 2):
        classes = re.search(rf"thers of ([^.;]*?) are {status}", said)[1]
        assert number in classes, number
    assert inspect.isfunction(answer_errors)


def test_lists_without_empty_slots(calendar):
    post = new_post(calendar, one(calendar, "SELECT id FROM channel_accounts"), "2031-05-01 12:00+00")
    assert column(calendar, block("docs/api.md", "posts")) == [post]
    ideas = column(calendar, "SELECT title FROM content_items ORDER BY title")
    assert "Planned slot" in ideas
    titles = [row[1] for row in calendar.execute(block("docs/api.md", "ideas"))]
    assert sorted([*titles, "Planned slot"]) == ideas


def test_a_slot_is_filled_moved_and_emptied_by_plain_updates(calendar):
    slot = "SELECT status, touched_at IS NOT NULL, planned_for = scheduled_for, topoff.is_empty_slot(status, content_item_id, topoff.placeholder_content_item_id('h2o')) FROM post_instances WHERE id = %s"
    psql(calendar, block("docs/api.md", "move"))
    assert calendar.execute(slot, [SLOT]).fetchone() == ("Planned", False, False, True)
    psql(calendar, block("docs/api.md", "fill"))
    assert calendar.execute(slot, [SLOT]).fetchone() == ("Scheduled", True, False, False)
    psql(calendar, block("docs/api.md", "empty"))
    assert calendar.execute(slot, [SLOT]).fetchone() == ("Planned", True, False, True)
    calendar.execute("SELECT replan_planned_slots('h2o')")
    assert calendar.execute(slot, [SLOT]).fetchone() == ("Planned", True, False, True)
    # What the page says of times that are taken, of publishing an empty slot, and of deleting one.
    other = one(calendar, "SELECT id FROM post_instances WHERE id <> %s ORDER BY scheduled_for LIMIT 1", SLOT)
    with pytest.raises(psycopg.errors.UniqueViolation):
        calendar.execute(
            "UPDATE post_instances SET scheduled_for = '2031-05-08 15:00+00' WHERE id = %s", [other]
        )
    with pytest.raises(psycopg.errors.CheckViolation):
        calendar.execute("UPDATE post_instances SET status = 'Scheduled' WHERE id = %s", [other])
    calendar.execute("DELETE FROM post_instances WHERE id = %s", [other])
    assert one(calendar, "SELECT topoff_planned_slots('h2o')") == 1


def test_the_application_grants_itself_what_the_page_says(db, new_role):
    said = block("docs/api.md", "grants")
    first, *grants, last = said.splitlines()
    assert (first, last) == ("CREATE ROLE api LOGIN;", "SELECT topoff.isolate_tenants('api');")
    assert grants == [
        f"{' '.join(grant.split())};" for grant in GRANTS.format(role="api").split(";") if grant.strip()
    ]
    role = new_role()
    psql(db, re.sub(r"\bapi\b", role, "\n".join([*grants, last])))
    assert column(db, "SELECT role FROM topoff.isolated_roles() AS role")


@pytest.mark.beside_one_server
def test_the_page_has_every_route_of_the_example_application():
    paths = create_app(make_url("postgresql://nobody@localhost/nothing")).openapi()["paths"]
    there = {
        f"{method.upper()} {path.removeprefix('/api/v1/marketing')}"
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/api/v1/marketing")
    }
    listed = set(re.findall(r"`((?:GET|POST|PUT|PATCH|DELETE) /[^`]*)`", prose("docs/api.md")))
    assert listed == there


# -------------------------------------------------------------------------------------------------- install


def test_the_roles_of_an_application_that_is_not_the_owner(db, new_role, as_role):
    new_account(db, posts_per_week=1)
    isolated, granted = new_role(), new_role()
    psql(db, re.sub(r"\bapi\b", isolated, block("docs/install.md", "isolated")))
    assert one(as_role(isolated, "h2o"), "SELECT topoff_planned_slots('h2o')") > 0
    psql(db, re.sub(r"'api'", f"'{granted}'", block("docs/install.md", "granted")))
    assert one(db, "SELECT bool_and(held) FROM topoff.api_privileges(%s)", granted)
    content = new_content(db)
    # A permissive policy lets everybody in, who has rights.
    session = as_role(granted)
    assert one(session, "SELECT topoff_planned_slots('h2o')") == 0
    session.execute("SELECT fill_next_planned_slot('h2o', (SELECT id FROM channel_accounts), %s)", [content])
    db.execute("SELECT topoff.unisolate_tenants(%s::regrole)", [isolated])


def test_the_migrating_role_gets_its_rights_by_the_statements_of_the_page(empty_db, new_role_of_empty):
    role = new_role_of_empty
    psql(
        empty_db,
        block("docs/install.md", "rights")
        .replace("migrator", role)
        .replace("DATABASE app", f'DATABASE "{empty_db.info.dbname}"'),
    )
    done = shell(
        "alembic upgrade head",
        PROJECT,
        PGHOST=HOST,
        PGPORT=str(PORT),
        PGUSER=role,
        PGPASSWORD=ROLE_PASSWORD,
        PGDATABASE=empty_db.info.dbname,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture
def new_role_of_empty(empty_db: Connection) -> Iterator[str]:
    """A login role for a test on an empty database."""
    role = f"topoff_test_{uuid4().hex}"
    empty_db.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{ROLE_PASSWORD}'")
    yield role
    empty_db.execute(f"DROP OWNED BY {role} CASCADE; DROP ROLE {role}")


def test_a_status_of_the_applications_own_is_let_in_on_tables_that_we_made(db):
    account, content = new_account(db), new_content(db)
    with pytest.raises(psycopg.errors.CheckViolation):
        new_post(db, account, "2031-01-01 12:00+00", status="Approved", content=content)
    psql(db, block("docs/install.md", "widen"))
    new_post(db, account, "2031-01-01 12:00+00", status="Approved", content=content)


def test_the_first_look_lists_what_stands_in_the_way(empty_db):
    load_host(empty_db, "0014")
    empty_db.execute(
        "ALTER TABLE content_items ALTER owner SET DEFAULT '';"
        "ALTER TABLE post_instances ALTER updated_at DROP DEFAULT, ADD CONSTRAINT ck_post_instances_status"
        " CHECK (status::text = ANY (ARRAY['Draft'::text, 'Scheduled'::text, 'Posted'::text, 'Failed'::text]))"
    )
    variables = {
        name: value for name, value in environment(empty_db.info.dbname).items() if name.startswith("PG")
    }
    done = shell("alembic upgrade head", PROJECT, **variables)
    said = "\n".join(line.rstrip() for line in done.stdout.splitlines())
    assert (
        "\n".join(line.rstrip() for line in block("docs/install.md", "problems").strip().splitlines()) in said
    )
