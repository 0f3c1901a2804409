"""Connects Alembic to the database and tells the migrating person what the server says.

The database is the one of DATABASE_URL (any postgresql:// URL; the driver named in it does not
matter) or, without it, of libpq's own environment (PGHOST, PGDATABASE, PGSERVICE ...).
Our history has a version table in a schema of our own, topoff, so that it lives beside the application's.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from logging.config import fileConfig
from typing import Any

from alembic import context
from alembic.ddl.postgresql import PostgresqlImpl
from alembic.util import CommandError
from psycopg2.extensions import set_wait_callback
from psycopg2.extras import wait_select
from sqlalchemy import URL, Connection, create_engine, event, make_url, pool
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, PendingRollbackError

from frozen import CHECKED_ROWS, CHECKS, TELL_WHAT_WAS_TAKEN_BACK, run_checks

fileConfig(context.config.config_file_name, disable_existing_loggers=False)

SCHEMA = "topoff"
VERSION_TABLE = "alembic_version"
DRIVER = "postgresql+psycopg2"
LOCK_NOT_AVAILABLE = "55P03"
INSUFFICIENT_PRIVILEGE = "42501"


class VersionTableImpl(PostgresqlImpl):
    """Writes the version table where nobody's operator can be a better match for the = of its varchar."""

    __dialect__ = "postgresql"

    def _exec(self, construct: Any, *arguments: Any, **options: Any) -> Any:
        if getattr(getattr(construct, "table", None), "name", None) == VERSION_TABLE:
            super()._exec("SET LOCAL search_path = pg_catalog, pg_temp")
        return super()._exec(construct, *arguments, **options)


def readable(error: DBAPIError) -> str:
    """Return the server's message with its DETAIL and HINT, without the failed statement's text."""
    diagnostics = getattr(error.orig, "diag", None)
    if diagnostics is None or diagnostics.message_primary is None:
        return str(error.orig).strip()
    hint = diagnostics.message_hint
    if error.orig.pgcode == LOCK_NOT_AVAILABLE and not hint:
        hint = "Revisions that are finished stay. Run the same command again, in a quieter minute."
    lines = [diagnostics.message_primary]
    lines += [
        f"{label}: {text}" for label, text in (("DETAIL", diagnostics.message_detail), ("HINT", hint)) if text
    ]
    return "\n".join(lines)


@contextmanager
def errors_for_people() -> Iterator[None]:
    """End with the server's message alone: no traceback, and once.

    Alembic logs an error and then prints it again, on a terminal with its lines run together.
    """
    try:
        yield
    except DBAPIError as error:
        raise stopped(readable(error)) from error
    except PendingRollbackError as error:
        raise stopped(
            "the connection to the server was lost\n"
            "HINT: Revisions that are finished stay. Run the same command again: it goes on from there."
        ) from error


def stopped(message: str) -> CommandError:
    """Return the error that ends the command."""
    context.config.messaging_opts = {"quiet": True}
    return CommandError(message)


def run_online() -> None:
    """Migrate the database, each revision in a transaction of its own."""
    # Lets Ctrl-C cancel a statement that waits or takes long.
    set_wait_callback(wait_select)
    engine = create_engine(server(), poolclass=pool.NullPool)
    event.listen(engine, "connect", see_every_row)
    with errors_for_people(), engine.connect() as connection:
        context.configure(
            connection=connection,
            version_table=VERSION_TABLE,
            version_table_schema=SCHEMA,
            transaction_per_migration=True,
        )
        if context.get_context().opts.get("dont_mutate"):
            context.run_migrations()
            return
        refuse_company(connection)
        try:
            make_schema(connection)
            with context.begin_transaction():
                context.run_migrations()
        except DBAPIError as error:
            if not error.connection_invalidated:
                leave(connection)
                explain(connection, error)
            raise
        finally:
            leave(connection)
            if not connection.invalidated:
                # Not only by its end, which the server may notice after the next command has begun.
                connection.exec_driver_sql(f"SELECT pg_catalog.pg_advisory_unlock({ALONE})")


def server() -> URL:
    """Return where the database is."""
    try:
        return make_url(os.environ.get("DATABASE_URL") or f"{DRIVER}://").set(drivername=DRIVER)
    except (ArgumentError, ValueError) as error:
        raise stopped(
            "DATABASE_URL is not the URL of a server\n"
            "HINT: postgresql://user:password@host:port/database, with %40 for an @ in the password."
        ) from error


def see_every_row(connection: DBAPIConnection, _: object) -> None:
    """Make it an error where row-level security would hide rows from what checks, moves or deletes them."""
    with connection.cursor() as cursor:
        cursor.execute(SEE_EVERY_ROW)
    connection.commit()


SEE_EVERY_ROW = "SET row_security = off"


# The key of the lock that whoever migrates has.
ALONE = "pg_catalog.hashtextextended('topoff.alembic_version', 0)"


def refuse_company(connection: Connection) -> None:
    """Stop where another session is migrating this database: each would undo what the other builds.

    It does not wait: a waiting session is one that a concurrent index build waits for.
    """
    alone = connection.exec_driver_sql(f"SELECT pg_catalog.pg_try_advisory_lock({ALONE})").scalar()
    connection.commit()
    if not alone:
        raise stopped(
            "another session is migrating this database\n"
            "HINT: Wait for its end and run the same command again."
        )


def make_schema(connection: Connection) -> None:
    """Make our schema, where Alembic then makes its version table, before it runs the first revision.

    One that a DBA has made for us is taken, and stays at the downgrade: only ours has the comment.
    """
    with connection.begin():
        connection.exec_driver_sql(MAKE_SCHEMA, execution_options={"no_parameters": True})


MAKE_SCHEMA = f"""
DO $schema$
DECLARE
    other text;
BEGIN
    IF to_regnamespace('{SCHEMA}') IS NOT NULL THEN
        RETURN;
    END IF;
    CREATE SCHEMA {SCHEMA};
    COMMENT ON SCHEMA {SCHEMA} IS
    'Planned-slot top-off: its tables, its helpers and the DBA''s tools. '
    'What the application calls is in public. Created by planned-slot top-off.';
    -- Default privileges may let others create in it, and revision 0001, which looks closer, takes a while.
    FOR other IN
        SELECT DISTINCT CASE entry.grantee WHEN 0 THEN 'PUBLIC' ELSE entry.grantee::regrole::text END
        FROM pg_catalog.pg_namespace
        CROSS JOIN LATERAL aclexplode(nspacl) AS entry
        WHERE nspname = '{SCHEMA}' AND entry.grantee <> nspowner
    LOOP
        EXECUTE format('REVOKE CREATE ON SCHEMA {SCHEMA} FROM %s', other);
    END LOOP;
END;
$schema$
"""

# A schema of the name that holds other things is somebody else's, and revision 0001 says so.
DROP_EMPTY_SCHEMA = f"""
DO $schema$
DECLARE
    is_empty boolean;
BEGIN
    IF to_regclass('{SCHEMA}.{VERSION_TABLE}') IS NOT NULL THEN
        EXECUTE 'SELECT count(*) = 0 FROM {SCHEMA}.{VERSION_TABLE}' INTO is_empty;
        IF is_empty THEN
            DROP TABLE {SCHEMA}.{VERSION_TABLE};
        END IF;
    END IF;
    IF pg_catalog.obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace')
       LIKE '%Created by planned-slot top-off.'
       AND NOT EXISTS (
           SELECT FROM pg_catalog.pg_depend
           WHERE refclassid = 'pg_catalog.pg_namespace'::regclass
             AND refobjid = to_regnamespace('{SCHEMA}') AND deptype = 'n'
       ) THEN
        DROP SCHEMA {SCHEMA};
    END IF;
END;
$schema$
"""


def explain(connection: Connection, error: DBAPIError) -> None:
    """Raise a better error where the checks of revision 0001 know one, else nothing.

    Without the right to create the schema or the version table, that revision is never reached; and rows that
    the application has written since then can break a rule that is validated later.
    """
    if isinstance(error, IntegrityError):
        checks = CHECKED_ROWS
    elif error.orig.pgcode == INSUFFICIENT_PRIVILEGE and not version_table_exists(connection):
        checks = CHECKS
    else:
        return
    with connection.begin():
        run_checks(connection, checks)


def version_table_exists(connection: Connection) -> bool:
    """Tell whether a migration has begun."""
    with connection.begin():
        return connection.exec_driver_sql(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_class"
            f" WHERE relnamespace = to_regnamespace('{SCHEMA}') AND relname = '{VERSION_TABLE}')"
        ).scalar()


def leave(connection: Connection) -> None:
    """Leave nothing behind where nothing is installed: a first run stopped, or a downgrade went to base.

    And say, once, whom default privileges would have given something of ours.
    """
    if connection.invalidated:
        return
    connection.rollback()
    with connection.begin():
        for last_words in (DROP_EMPTY_SCHEMA, TELL_WHAT_WAS_TAKEN_BACK):
            connection.exec_driver_sql(last_words, execution_options={"no_parameters": True})


def run_offline() -> None:
    """Print the migration as a script for psql."""
    context.configure(
        dialect_name="postgresql",
        dialect_opts={"paramstyle": "named"},
        version_table=VERSION_TABLE,
        version_table_schema=SCHEMA,
        transaction_per_migration=True,
    )
    context.execute(SEE_EVERY_ROW)
    # A script begins with the version table, and one that goes back to base ends with dropping it.
    if context.get_starting_revision_argument() is None:
        context.execute(MAKE_SCHEMA)
    with context.begin_transaction():
        context.run_migrations()
    if context.get_revision_argument() is None:
        context.execute(DROP_EMPTY_SCHEMA)
    context.execute(TELL_WHAT_WAS_TAKEN_BACK)


if context.is_offline_mode():
    run_offline()
else:
    run_online()
