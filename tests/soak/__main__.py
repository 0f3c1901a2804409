"""make soak MINUTES=10 [SEED=...] [SESSIONS=8]: a random mix of everything, for as long as told.

On the server that libpq's environment names, in a database that is made for it and dropped when all held;
where something did not, it stays for whoever looks into it. The same seed gives each session the same
intentions; how they meet is up to the machine.
"""

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
from commands import alembic_command
from psycopg import Connection, sql

from soak.run import Soak, fresh_seed

PROJECT = Path(__file__).resolve().parent.parent.parent


def main() -> int:
    """Soak, and print what came of it."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=fresh_seed())
    parser.add_argument("--sessions", type=int, default=8)
    parser.add_argument("--without", action="append", default=[], help="the name of an action to leave out")
    wanted = parser.parse_args()
    database = f"topoff_soak_{wanted.seed}"
    api = f"{database}_api"
    with psycopg.connect(dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(database)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
        admin.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(api)))
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'of the soak'").format(sql.Identifier(api)))
        version = admin.execute("SHOW server_version").fetchone()[0]
    migrated = alembic_command(PROJECT, os.environ | {"PGDATABASE": database}, "upgrade", "head")
    if migrated.returncode:
        print(migrated.stderr, file=sys.stderr)
        return 2

    def connect(role: str | None = None) -> Connection:
        as_role: dict[str, Any] = {"user": role, "password": "of the soak"} if role else {}
        return psycopg.connect(dbname=database, autocommit=True, **as_role)

    print(
        f"seed {wanted.seed}, {wanted.sessions} sessions, {wanted.minutes:g} minutes, PostgreSQL {version}",
        flush=True,
    )
    soak = Soak(connect, wanted.seed, wanted.sessions, api, wanted.without)
    began = time.monotonic()
    held = soak.run(60 * wanted.minutes)
    print(soak.table())
    if not held:
        print(
            f"\nBROKEN after {time.monotonic() - began:.0f} s, with seed {wanted.seed},"
            f" in database {database}:"
        )
        print("\n".join(soak.broken))
        return 1
    with psycopg.connect(dbname="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database)))
        admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(api)))
    print("everything held")
    return 0


if __name__ == "__main__":
    sys.exit(main())
