"""The command planned-slot-topoff, which a release brings: a thin door to Alembic with our configuration.

From a checkout `alembic upgrade head` does the same.
"""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

PROJECT = "planned-slot-topoff"
HERE = Path(__file__).parent
SERVER = """\
the server and the database: DATABASE_URL=postgresql://user:password@host:port/database
(postgres:// and postgresql+psycopg2:// are the same), else libpq's own environment:
PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSERVICE ...

a REVISION: head (all of this release), base (nothing), -1 (one back), 0009, or a release
such as 1.0.0 (its last revision)
"""


def releases() -> dict[str, str]:
    """Return the releases up to this one and the last revision of each."""
    lines = (HERE / "versions" / "RELEASES").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line[:1].isdigit())


def revisions(text: str) -> str:
    """Return a revision, or two with a colon between them, as Alembic calls them."""
    known = releases()
    return ":".join(known.get(part, part) for part in text.split(":"))


def parser() -> argparse.ArgumentParser:
    """Return what understands the command line."""
    whole = argparse.ArgumentParser(
        prog=PROJECT,
        description="Installs planned-slot top-off in a PostgreSQL database, upgrades it, takes it away.",
        epilog=SERVER,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    whole.add_argument("--version", action="version", version=version(PROJECT))
    verbs = whole.add_subparsers(metavar="COMMAND", required=True)

    def verb(name: str, says: str, **options: Any) -> argparse.ArgumentParser:
        one = verbs.add_parser(
            name,
            help=says,
            description=f"{says[0].upper()}{says[1:]}.",
            epilog=SERVER,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        one.set_defaults(**options)
        return one

    up = verb("upgrade", "install this release, or what of it is not there yet", run=command.upgrade)
    up.add_argument("revision", nargs="?", default="head", metavar="REVISION", help="as far as (head)")
    down = verb("downgrade", "go back, and take away what came after", run=command.downgrade)
    down.add_argument("revision", metavar="REVISION", help="as far as")
    script = verb(
        "sql", "print what upgrade would do as a script for psql", run=command.upgrade, sql=True, quiet=True
    )
    script.add_argument(
        "revision", nargs="?", default="head", metavar="FROM:TO", help="such as 1.0.0:head (the whole of it)"
    )
    verb("check", "tell what keeps this release from being installed; change nothing", run=check, quiet=True)
    return whole


def check(config: Config) -> None:
    """Run the checks that the installation begins with, and say how far it is."""
    script = ScriptDirectory.from_config(config)
    found: tuple[str, ...] = ()

    def look(installed: tuple[str, ...], context: MigrationContext) -> list[Any]:
        from frozen import CHECKED_ROWS, CHECKS, run_checks  # on the path by now, as for env.py

        nonlocal found
        found = installed
        script.get_revisions(installed)
        context.connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        run_checks(context.connection, CHECKED_ROWS if installed else CHECKS)
        return []

    with EnvironmentContext(config, script, fn=look, dont_mutate=True):
        script.run_env()
    release, head = version(PROJECT), script.get_current_head()
    if not found:
        print(f"nothing keeps release {release} from being installed")
    elif found == (head,):
        print(f"release {release} is installed")
    else:
        print(f"revision {found[0]} is installed, and nothing keeps release {release} from being installed")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command, and return its exit status."""
    options = vars(parser().parse_args(arguments))
    run = options.pop("run")
    if options.pop("quiet", False):
        logging.getLogger("alembic.runtime.migration").addFilter(lambda said: said.levelno > logging.INFO)
    if "revision" in options:
        options["revision"] = revisions(options["revision"])
    try:
        run(Config(HERE.parent / "alembic.ini"), **options)
        sys.stdout.flush()
    except CommandError as error:
        print(error, file=sys.stderr)
        if "Can't locate revision" in str(error):
            hint = f"HINT: This is release {version(PROJECT)}. What it does not know may be of a newer one."
            print(hint, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped\nHINT: Revisions that are finished stay.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever reads the script has seen enough; and Python is to say nothing about it at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
