"""Databases for tests: clones of a template, used again where a test has left nothing but rows behind.

To make a database and to find everything in its catalogue for the first time takes longer than most tests do.
Whether it is as it was tells a fingerprint of the catalogue: whatever a test defines, grants, comments on or
analyzes changes it, and then the database is dropped, as it is where a session is still connected to it.
"""

from collections.abc import Callable
from contextlib import suppress

import psycopg
from plpgsql_coverage import Coverage
from psycopg import Connection, sql
from psycopg.pq.abc import PGconn

# What makes a database ready for tests.
Prepare = Callable[[Connection], None]

# TRUNCATE gives a table another file and resets what is known of its size, so pg_class by name and rights.
# Rows of transaction 1 are as the server was made. Prepared, because to plan it takes as long as to run it.
PREPARE_FINGERPRINT = """
    PREPARE fingerprint AS
    SELECT md5(concat_ws(';',
        (SELECT string_agg(concat_ws(',', relname, relnamespace, relowner, relkind, relam, relpersistence,
                                     relnatts, relchecks, relhasindex, relhastriggers, relrowsecurity,
                                     relforcerowsecurity, relreplident, relacl, reloptions), '|' ORDER BY oid)
         FROM pg_class WHERE oid >= 16384 OR relacl IS NOT NULL),
        (SELECT string_agg(t.xmin::text || attrelid || attnum, ',' ORDER BY attrelid, attnum)
         FROM pg_attribute AS t WHERE attrelid >= 16384),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_proc WHERE xmin <> '1'),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_type WHERE xmin <> '1'),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_operator WHERE oid >= 16384),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_constraint),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_trigger),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_policy),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_attrdef),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_namespace),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_extension),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_default_acl),
        (SELECT string_agg(oid || '.' || xmin, ',' ORDER BY oid) FROM pg_event_trigger),
        (SELECT string_agg(indexrelid || '.' || xmin, ',' ORDER BY indexrelid)
         FROM pg_index WHERE indexrelid >= 16384),
        (SELECT string_agg(objoid || '.' || objsubid || '.' || xmin, ',' ORDER BY classoid, objoid, objsubid)
         FROM pg_description WHERE objoid >= 16384),
        (SELECT count(*) FROM pg_statistic WHERE starelid >= 16384),
        (SELECT count(*) FROM pg_publication),
        (SELECT string_agg(setconfig::text, ',') FROM pg_db_role_setting
         WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())),
        (SELECT concat_ws(',', datacl, datconnlimit, datallowconn, datdba)
         FROM pg_database WHERE datname = current_database())
    ))
"""
FINGERPRINT = "EXECUTE fingerprint"

# DISCARD ALL but for the plans: to plan the planner's statement takes longer than most tests do, and a
# session of the application's keeps its plan as well.
AS_NEW = """
    CLOSE ALL;
    SET SESSION AUTHORIZATION DEFAULT;
    RESET ALL;
    DO $$
    DECLARE
        statement text;
    BEGIN
        FOR statement IN SELECT name FROM pg_prepared_statements WHERE name <> 'fingerprint' LOOP
            EXECUTE format('DEALLOCATE %I', statement);
        END LOOP;
    END;
    $$;
    UNLISTEN *;
    SELECT pg_advisory_unlock_all();
    DISCARD TEMP;
    DISCARD SEQUENCES
"""

OTHER_SESSIONS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)

# To give seven tables and their indexes new files takes longer than to delete a few rows.
EMPTY = """
    DO $$
    BEGIN
        IF pg_relation_size('public.post_instances') + pg_relation_size('public.channel_accounts')
           + pg_relation_size('public.content_items') > 64 * 1024
           OR pg_relation_size('topoff.blackouts') + pg_relation_size('topoff.run_tenants') > 64 * 1024
        THEN
            TRUNCATE public.channel_accounts, public.content_items, public.post_instances,
                     topoff.cadences, topoff.blackouts, topoff.runs, topoff.run_tenants;
        ELSE
            PERFORM set_config('session_replication_role', 'replica', true);
            DELETE FROM public.post_instances;
            DELETE FROM public.content_items;
            DELETE FROM public.channel_accounts;
            DELETE FROM topoff.cadences;
            DELETE FROM topoff.blackouts;
            DELETE FROM topoff.run_tenants;
            DELETE FROM topoff.runs;
        END IF;
    END;
    $$
"""


class Databases:
    """Clones of one template, each lent to one test at a time."""

    def __init__(self, template: str, connect: Callable[..., Connection], coverage: Coverage) -> None:
        """Lend clones of a template.

        connect: opens a session in autocommit mode on the database named by its keyword dbname.
        coverage: is given a session on each database before it goes, where it is measured.
        """
        self.template = template
        self.connect = connect
        self.coverage = coverage
        self.admin = connect(dbname="postgres")
        self.free: list[PGconn] = []
        self.prepared: dict[str, str] = {}
        self.made = 0
        self.fingerprint: str | None = None

    def lend(self) -> Connection:
        """Return a session on a database as the migrations have made it."""
        if self.free:
            # The server's session is used again, with what it has found in the catalogue; the object is new.
            lent = Connection(self.free.pop())
            lent.autocommit = True
            return lent
        lent = self.lend_new()
        lent.execute(PREPARE_FINGERPRINT)
        if self.fingerprint is None:
            self.fingerprint = lent.execute(FINGERPRINT).fetchone()[0]
        return lent

    def lend_prepared(self, what: str, prepare: Prepare, *before: tuple[str, Prepare]) -> Connection:
        """Return a session on a database made ready by a function, which is called once for each "what".

        before: what the function goes on from, and the function that made that ready; else from the template.
        """
        return self.lend_new(self.ready(what, prepare, *before))

    def ready(self, what: str, prepare: Prepare, *before: tuple[str, Prepare]) -> str:
        """Return the name of the database that clones of "what" are made of."""
        if what not in self.prepared:
            with self.lend_new(self.ready(*before[0]) if before else None) as session:
                prepare(session)
                self.prepared[what] = session.info.dbname
        return self.prepared[what]

    def lend_new(self, template: str | None = None) -> Connection:
        """Return a session on a clone that nobody has used before, of the template or of another."""
        self.made += 1
        name = f"{self.template}_{self.made}"
        self.drop(name)
        # To copy the files takes half as long as to log every page of them, and is the only way before 15.
        strategy = "STRATEGY = FILE_COPY" if self.admin.info.server_version >= 150000 else ""
        self.admin.execute(
            sql.SQL(f"CREATE DATABASE {{}} TEMPLATE {{}} {strategy}").format(
                sql.Identifier(name), sql.Identifier(template or self.template)
            )
        )
        return self.connect(dbname=name)

    def take_back(self, lent: Connection, name: str) -> None:
        """Make the database of this name ready for another test, or drop it."""
        try:
            lent.rollback()
            lent.autocommit = True
            lent.execute(AS_NEW)
            if (
                lent.info.dbname == name
                and lent.execute(OTHER_SESSIONS).fetchone()[0] == 0
                and lent.execute(FINGERPRINT).fetchone()[0] == self.fingerprint
            ):
                lent.execute(EMPTY)
                self.free.append(lent.pgconn)
                return
        except psycopg.Error:
            pass  # the test has closed it, or taken the server or the database away
        lent.close()
        self.go(name)

    def go(self, name: str) -> None:
        """Drop a database when all is collected that is to be known of it."""
        if self.coverage.ours:
            with suppress(psycopg.OperationalError), self.connect(dbname=name) as session:
                self.coverage.collect(session)
        self.drop(name)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        self.admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def close(self) -> None:
        """Drop every database."""
        for pgconn in self.free:
            name = pgconn.db.decode()
            pgconn.finish()
            self.go(name)
        for name in self.prepared.values():
            self.go(name)
        self.admin.close()
