"""Databases of applications that planned-slot top-off moves into, and what tests look at there."""

import os
import re
import subprocess
from pathlib import Path

from commands import Command, alembic_command
from conftest import HOST, PASSWORD, PORT, PROJECT, USER
from psycopg import Connection

SHAPES = ("page", "orm")

# What differs from dump to dump of the same; what a newer pg_dump than the server sets that is unknown there;
# and a number that Debian's PostgreSQL 17 keeps of a column's changes, which only its own pg_dump leaves out.
DIFFERS = re.compile(
    r"^(--.*|\\(un)?restrict .*|SET transaction_timeout .*|ALTER TABLE .* SET \(pg_attver=\d+\);|)\n",
    re.MULTILINE,
)


def environment(dbname: str, user: str = USER, password: str = PASSWORD) -> dict[str, str]:
    """Return the environment that lets a program find the database."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "PGHOST": HOST,
        "PGPORT": str(PORT),
        "PGUSER": user,
        "PGPASSWORD": password,
        "PGDATABASE": dbname,
        "PGOPTIONS": "-c client_min_messages=warning",
    }


def load(db: Connection, shape: str) -> None:
    """Make the application's tables, with its rows."""
    db.execute((Path(__file__).parent / f"host_{shape}.sql").read_text(encoding="utf-8"))


def mended(db: Connection, shape: str) -> None:
    """Make the application's tables, and mend what keeps them from being adopted."""
    load(db, shape)
    run_mends(db, problems_of(upgrade(db)))


def dump(db: Connection, *options: str) -> str:
    """Return what pg_dump says, without what differs from run to run."""
    done = subprocess.run(
        ["pg_dump", "--no-owner", *options], env=environment(db.info.dbname), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return DIFFERS.sub("", done.stdout)


def start(db: Connection, *arguments: str, options: str | None = None) -> Command:
    """Start the alembic command and go on. options: of the server's, in place of those that keep it quiet."""
    changes = {} if options is None else {"PGOPTIONS": options}
    return Command(PROJECT, environment(db.info.dbname) | changes, *arguments)


def run(db: Connection, *arguments: str) -> None:
    """Run the alembic command, which must succeed."""
    done = alembic_command(PROJECT, environment(db.info.dbname), *arguments)
    assert done.returncode == 0, done.stdout + done.stderr


def upgrade(db: Connection) -> str:
    """Run the upgrade, which must stop, and return what it prints."""
    done = alembic_command(PROJECT, environment(db.info.dbname), "upgrade", "head")
    assert done.returncode != 0, "the upgrade did not stop"
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


def problems_of(printed: str) -> list[str]:
    """Return the problems that a stopped upgrade lists, each with its mending statements."""
    listed = printed.split("DETAIL: ", 1)[1].split("\nHINT: ", 1)[0]
    problems = re.split(r"^\d+\. ", listed, flags=re.MULTILINE)[1:]
    assert re.findall(r"^(\d+)\. ", listed, flags=re.MULTILINE) == [str(n + 1) for n in range(len(problems))]
    return problems


def run_mends(db: Connection, problems: list[str]) -> None:
    """Run everything that stands below the problems, in psql, as a person would paste it."""
    script = "\n".join(
        line for problem in problems for line in problem.splitlines() if line.startswith("   ")
    )
    psql(db, script)


def psql(db: Connection, script: str) -> None:
    """Run a script in psql, to its end or the first error."""
    done = subprocess.run(
        ["psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"],
        input=script,
        env=environment(db.info.dbname),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
