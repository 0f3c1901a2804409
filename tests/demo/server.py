"""Prints, for a shell to evaluate, where DATABASE_URL points, in libpq's own variables, and unsets it.

psql and libpq know no driver in a URL (postgresql+psycopg2://...), which SQLAlchemy and Alembic do. A host, a
port and the like may also stand in the URL's query, as they do for a socket.
"""

import os
import shlex
import sys

from sqlalchemy import make_url

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "service": "PGSERVICE",
    "passfile": "PGPASSFILE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "options": "PGOPTIONS",
    "application_name": "PGAPPNAME",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def main() -> int:
    """Print the variables; 1 where the URL has something that they can't say."""
    url = make_url(os.environ["DATABASE_URL"])
    said = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "password": url.password,
        "dbname": url.database,
    } | dict(url.query)
    for name, value in said.items():
        if value in (None, ""):
            continue
        if name not in VARIABLES or not isinstance(value, str | int):
            print(f"DATABASE_URL: {name} is no parameter that this knows", file=sys.stderr)
            return 1
        print(f"export {VARIABLES[name]}={shlex.quote(str(value))}")
    print("unset DATABASE_URL")
    return 0


if __name__ == "__main__":
    sys.exit(main())
