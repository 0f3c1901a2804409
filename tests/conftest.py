"""The server, a migrated template, and a clone of it for each test."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from pytest_postgresql import factories
from sqlalchemy import make_url

PROJECT = Path(__file__).parent.parent
SERVER = make_url(os.environ.get("DATABASE_URL") or "postgresql://").set(drivername="postgresql")
HOST = SERVER.host or SERVER.query.get("host") or os.environ.get("PGHOST", "")
PORT = SERVER.port or int(SERVER.query.get("port") or os.environ.get("PGPORT") or 5432)
USER = SERVER.username or os.environ.get("PGUSER", "postgres")
PASSWORD = SERVER.password or os.environ.get("PGPASSWORD", "")


def pytest_configure() -> None:
    """Say at once what is missing, rather than in every test."""
    if not HOST:
        raise pytest.UsageError("no server: run 'make test', or set PGHOST or DATABASE_URL")


def alembic(dbname: str, *arguments: str, user: str = USER, password: str = PASSWORD) -> subprocess.CompletedProcess[str]:
    """Run the alembic command on a database, as a person would."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "PGHOST": HOST,
        "PGPORT": str(PORT),
        "PGUSER": user,
        "PGPASSWORD": password,
        "PGDATABASE": dbname,
    }
    return subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
    )


def migrate(dbname: str, **_: Any) -> None:
    """Migrate the template; a loader for pytest-postgresql."""
    done = alembic(dbname, "upgrade", "head")
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


migrated_server = factories.postgresql_noproc(
    host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="topoff_test", load=[migrate]
)
clone = factories.postgresql("migrated_server")
empty_server = factories.postgresql_noproc(
    host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="topoff_empty"
)
empty_clone = factories.postgresql("empty_server")


@pytest.fixture
def db(clone: Connection) -> Connection:
    """A connection in autocommit mode to a migrated database of the test's own."""
    clone.autocommit = True
    return clone


@pytest.fixture
def empty_db(empty_clone: Connection) -> Connection:
    """A connection in autocommit mode to an empty database of the test's own."""
    empty_clone.autocommit = True
    return empty_clone


@pytest.fixture
def connect(db: Connection) -> Iterator[Callable[..., Connection]]:
    """Further sessions on the test's database: connect(), connect(user="api", password="...")."""
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
