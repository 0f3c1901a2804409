"""Connects Alembic to the database and tells the migrating person what the server says.

The database is the one of DATABASE_URL (any postgresql:// URL; the driver named in it does not
matter) or, without it, of libpq's own environment (PGHOST, PGDATABASE, PGSERVICE ...).
Our history has a version table of its own, so that it lives beside the application's.
"""

import os
from logging.config import fileConfig

from alembic import context
from alembic.util import CommandError
from sqlalchemy import create_engine, make_url, pool
from sqlalchemy.exc import DBAPIError

fileConfig(context.config.config_file_name, disable_existing_loggers=False)

VERSION_TABLE = "topoff_alembic_version"
DRIVER = "postgresql+psycopg2"
LOCK_NOT_AVAILABLE = "55P03"


def readable(error: DBAPIError) -> str:
    """Return the server's message with its DETAIL and HINT, without the failed statement's text."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is None or diagnostics.message_primary is None:
        return str(error.orig).strip()
    lines = [diagnostics.message_primary]
    if error.orig.pgcode == LOCK_NOT_AVAILABLE:
        lines.append(
            "HINT: Another session holds a lock on one of the tables for longer than this migration waits. "
            "Revisions that were finished stay; nothing of this one was changed, but for indexes that were "
            "being built concurrently. Run the same command again, best in a quieter minute."
        )
    lines += [
        f"{label}: {text}"
        for label, text in (
            ("DETAIL", diagnostics.message_detail),
            ("HINT", diagnostics.message_hint),
        )
        if text
    ]
    return "\n".join(lines)


def run_online() -> None:
    """Migrate the database, each revision in a transaction of its own."""
    url = make_url(os.environ.get("DATABASE_URL") or f"{DRIVER}://").set(drivername=DRIVER)
    engine = create_engine(url, poolclass=pool.NullPool)
    try:
        with engine.connect() as connection:
            context.configure(
                connection=connection,
                version_table=VERSION_TABLE,
                version_table_schema="public",
                transaction_per_migration=True,
            )
            with context.begin_transaction():
                context.run_migrations()
    except DBAPIError as error:
        raise CommandError(readable(error)) from error


def run_offline() -> None:
    """Print the migration as a script for psql."""
    context.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},
        version_table=VERSION_TABLE,
        version_table_schema="public",
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
