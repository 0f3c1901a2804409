"""The server, a migrated template, and a clone of it for each test."""

import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import cycle
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4
from zlib import crc32

import psycopg
import pytest
import uvicorn
from app.main import create_app
from app.serve import GRANTS
from commands import alembic_command
from databases import Databases, Prepare
from fastapi import FastAPI
from plpgsql_coverage import Coverage
from psycopg import Connection, sql
from pytest_postgresql import factories
from sqlalchemy import URL, make_url
from xdist.scheduler.loadscope import LoadScopeScheduling

PROJECT = Path(__file__).parent.parent
SERVER = make_url(os.environ.get("DATABASE_URL") or "postgresql://").set(drivername="postgresql")
HOST = SERVER.host or SERVER.query.get("host") or os.environ.get("PGHOST", "")
PORT = SERVER.port or int(SERVER.query.get("port") or os.environ.get("PGPORT") or 5432)
USER = SERVER.username or os.environ.get("PGUSER", "postgres")
PASSWORD = SERVER.password or os.environ.get("PGPASSWORD", "")
ROLE_PASSWORD = "of roles made by tests"
# Many more made-up calendars and random calls than on an everyday run: make test PLENTY=1
PLENTY = os.environ.get("PLENTY") == "1"
COVERAGE = Coverage()

# Where make test runs the suite on several servers at once: all of them, and which one this is. Tests whose
# result does not depend on the server run beside the first. Of what hardly does, be it a long list of cases
# or a whole file, each runs a share: the first a third of another's, as it has the former as well.
# On a server of its own, and with make matrix, every test runs on each.
SERVERS = os.environ.get("SERVERS", "").split()
ON = os.environ.get("ON") if len(SERVERS) > 1 else None
BESIDE = SERVERS[0] if ON and SERVERS[0] != ON else None
# A test that asks for one of these is such a test, and why.
OF_ONE_SERVER = {
    "chromium": "the page sees the database through the API alone, and what that answers test_app and"
    " test_page_api see to on this server too",
}
SERVERS_FIXTURES = {"databases", "empty_databases"}
# Files that are divided, but for tests marked on_each_server, and why that is enough. Not among them is what
# hangs on the server itself: how slots are planned, how sessions wait for each other, what revisions leave.
DIVIDED = {
    "test_adoption": "what is in the way is looked up in the same catalogs",
    "test_app": "the page's API sends the statements that test_steps and others send on this server too",
    "test_attacks": "each is attacked in several ways",
    "test_crash": "each is killed at several moments",
    "test_grown": "what is there already is looked up in the same catalogs",
    "test_host": "what is tested is the example of an application",
    "test_house": "who gets which rights is looked up in the same catalogs",
    "test_install": "what the application has is looked up in the same catalogs",
    "test_isolation": "each holds roles to a tenant in several ways",
    "test_page_api": "the page's API sends the statements that test_steps and others send on this server too",
    "test_recipe": "what a revision is made of does not depend on the server",
    "test_releases": "each release goes up and down on one, and the revisions on both",
    "test_tenants": "tenants are renamed and erased by the same statements",
    "test_walk": "each has its statements of several revisions",
}


def pytest_configure(config: pytest.Config) -> None:
    """Say at once what is missing, rather than in every test."""
    config.addinivalue_line(
        "markers",
        "beside_one_server(why): the result does not depend on the server, so one of several is enough;"
        " a test that has a database says why",
    )
    config.addinivalue_line(
        "markers",
        "divided_among_servers(why): each of several servers runs a share of its many cases, and why that is"
        " enough",
    )
    config.addinivalue_line(
        "markers", "on_each_server: is not divided, for what it tests differs from version to version"
    )
    if not HOST:
        raise pytest.UsageError("no server: run 'make test', or set PGHOST or DATABASE_URL")


def share(tests: list[pytest.Item]) -> list[pytest.Item]:
    """Return those of many like tests that this server is to run: all, where it is on its own.

    The servers of one make test run each once between them. Whose it is goes by its name, mixed up so
    that each server gets some of every kind, and the same ones each time.
    """
    if not ON or PLENTY:
        return tests
    turns = [*SERVERS, *SERVERS[1:], *SERVERS[1:]]
    mixed = sorted(tests, key=lambda test: crc32(test.nodeid.encode()))
    return [test for turn, test in zip(cycle(turns), mixed, strict=False) if turn == ON]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of OF_ONE_SERVER, and of the divided ones those of another server's share.

    Who has a database and is marked without a reason is an error.
    """
    divided = defaultdict(list)
    for item in items:
        for fixture in OF_ONE_SERVER.keys() & set(item.fixturenames):
            item.add_marker(pytest.mark.beside_one_server(OF_ONE_SERVER[fixture]))
        mark = item.get_closest_marker("beside_one_server")
        if mark and not mark.args and SERVERS_FIXTURES & set(item.fixturenames):
            raise pytest.UsageError(
                f"{item.nodeid} has a database: beside_one_server(...) has to say why one is enough"
            )
        if mark or item.get_closest_marker("on_each_server"):
            continue
        if item.path.stem in DIVIDED:
            divided[item.path.stem, DIVIDED[item.path.stem]].append(item)
        elif mark := item.get_closest_marker("divided_among_servers"):
            divided[item.nodeid.split("[")[0], *mark.args].append(item)
    for (_, why), tests in divided.items():
        ours = share(tests)
        for item in tests:
            if item not in ours:
                item.add_marker(pytest.mark.skip(f"in the share of another server: {why}"))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave out a test that runs beside another server."""
    mark = item.get_closest_marker("beside_one_server")
    if mark and BESIDE:
        (why,) = mark.args or ("it asks no server",)
        pytest.skip(
            f"runs beside the other server ({BESIDE}), as its result does not depend on the server: {why}"
        )


class Scheduling(LoadScopeScheduling):
    """Gives tests to workers one by one, but first whole files to one worker whose tests share something."""

    # They share servers of their own, names in the whole server, a browser, a copy of the project, a wheel.
    TOGETHER = (
        "test_pg_cron",
        "test_browser",
        "test_proxy",
        "test_crash",
        "test_docs",
    )
    # These share a role with each other, too: the one that a release's dump names.
    OF_RELEASES = ("test_recipe", "test_wheel", "test_releases")

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        if Path(file).stem in self.OF_RELEASES:
            return "releases"
        return file if Path(file).stem in self.TOGETHER else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:
    """Let several workers share the server: pytest --numprocesses=2."""
    return Scheduling(config, log)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the tests have executed of the PL/pgSQL, where the server counts it."""
    if table := COVERAGE.report():
        terminalreporter.section("PL/pgSQL executed")
        terminalreporter.write_line("\n".join(table))


def alembic(
    dbname: str,
    *arguments: str,
    user: str = USER,
    password: str = PASSWORD,
    host: str = HOST,
    port: int = PORT,
) -> subprocess.CompletedProcess[str]:
    """Run the alembic command on a database, as a person would."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "PGHOST": host,
        "PGPORT": str(port),
        "PGUSER": user,
        "PGPASSWORD": password,
        "PGDATABASE": dbname,
    }
    return alembic_command(PROJECT, environment, *arguments)


def quoted(name: str) -> str:
    """Return a name as SQL spells it."""
    return sql.Identifier(name).as_string(None)


def take_create(dbname: str, **_: Any) -> None:
    """Let nobody but the owner create in public; a loader for pytest-postgresql.

    Before PostgreSQL 15 everybody may, and then no role can be isolated.
    """
    with psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=dbname) as session:
        session.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")


def migrate(dbname: str, **_: Any) -> None:
    """Migrate the template; a loader for pytest-postgresql."""
    done = alembic(dbname, "upgrade", "head")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


migrated_server = factories.postgresql_noproc(
    host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="topoff_test", load=[take_create, migrate]
)
empty_server = factories.postgresql_noproc(
    host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="topoff_empty", load=[take_create]
)


def clones_of(server: str) -> Any:
    """Return the fixture of the clones of a template, which is a fixture of this name.

    Where TOPOFF_TEMPLATE names a template, it stands in for the migrated one (tests/mutants).
    """

    @pytest.fixture(scope="session")
    def clones(request: pytest.FixtureRequest) -> Iterator[Databases]:
        def session(dbname: str) -> Connection:
            return psycopg.connect(
                host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=dbname, autocommit=True
            )

        template = os.environ.get("TOPOFF_TEMPLATE") if server == "migrated_server" else None
        template = template or request.getfixturevalue(server).template_dbname
        lent = Databases(template, session, COVERAGE)
        yield lent
        lent.close()

    return clones


databases = clones_of("migrated_server")
empty_databases = clones_of("empty_server")


@pytest.fixture
def db(databases: Databases) -> Iterator[Connection]:
    """A connection in autocommit mode to a migrated database of the test's own."""
    session = databases.lend()
    COVERAGE.expect(session)
    name = session.info.dbname
    yield session
    databases.take_back(session, name)


@pytest.fixture
def empty_db(empty_databases: Databases) -> Iterator[Connection]:
    """A connection in autocommit mode to an empty database of the test's own."""
    session = empty_databases.lend_new()
    name = session.info.dbname
    yield session
    session.close()
    empty_databases.go(name)


@pytest.fixture
def prepared(empty_databases: Databases) -> Iterator[Callable[..., Connection]]:
    """A connection in autocommit mode to a database of the test's own that a function makes ready.

    prepared("a name for what it is then", function) calls the function with an empty database, once for all;
    with a third argument, ("a name", function), with one that has been made ready as this says.
    """
    with ExitStack() as lent:

        def lend(what: str, prepare: Prepare, *before: tuple[str, Prepare]) -> Connection:
            session = empty_databases.lend_prepared(what, prepare, *before)
            lent.callback(empty_databases.go, session.info.dbname)
            return lent.enter_context(session)

        yield lend


@pytest.fixture
def connect(db: Connection) -> Iterator[Callable[..., Connection]]:
    """Open further sessions on the test's database, as this user or, with user="api", as another."""
    with ExitStack() as sessions:

        def session(**options: Any) -> Connection:
            options = {"autocommit": True} | options
            return sessions.enter_context(
                psycopg.connect(
                    **{
                        "host": HOST,
                        "port": PORT,
                        "user": USER,
                        "password": PASSWORD,
                        "dbname": db.info.dbname,
                    }
                    | options
                )
            )

        yield session


@pytest.fixture
def new_role(db: Connection) -> Iterator[Callable[..., str]]:
    """Create login roles for this test only, with attributes such as "BYPASSRLS", under any name."""
    roles = []

    def create(*attributes: str, name: str | None = None) -> str:
        role = name or f"topoff_test_{uuid4().hex}"
        db.execute(
            sql.SQL("CREATE ROLE {} LOGIN PASSWORD {} {}").format(
                sql.Identifier(role), ROLE_PASSWORD, sql.SQL(" ".join(attributes))
            )
        )
        roles.append(db.execute("SELECT %s::regrole::oid", [quoted(role)]).fetchone()[0])
        return role

    yield create
    COVERAGE.collect(db)
    for oid in roles:
        row = db.execute("SELECT rolname FROM pg_roles WHERE oid = %s", [oid]).fetchone()
        if row:
            role = sql.Identifier(row[0])
            db.execute(sql.SQL("DROP OWNED BY {}").format(role))
            db.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def as_role(connect: Callable[..., Connection]) -> Callable[..., Connection]:
    """Sessions of a role; with a tenant, its setting is that."""

    def session(role: str, tenant: str | None = None, **options: Any) -> Connection:
        connection = connect(user=role, password=ROLE_PASSWORD, **options)
        if tenant is not None:
            connection.execute("SELECT set_config('app.tenant_id', %s, false)", [tenant])
        return connection

    return session


@pytest.fixture
def api_url(db: Connection, new_role: Callable[..., str]) -> URL:
    """The test's database, as a login role that topoff.isolate_tenants() holds to one tenant."""
    role = new_role()
    db.execute(sql.SQL(GRANTS).format(role=sql.Identifier(role)))
    db.execute("SELECT topoff.isolate_tenants(CAST(%s AS regrole))", [role])
    return URL.create("postgresql", role, ROLE_PASSWORD, HOST, PORT, db.info.dbname)


@pytest.fixture
def site(api_url: URL) -> Iterator[tuple[str, FastAPI]]:
    """The application of tests/app, served to real HTTP clients: its address and itself."""
    app = create_app(api_url)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the application did not start"
        thread.join(timeout=0.01)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}", app
    server.should_exit = True
    thread.join()
    app.state.engine.dispose()
