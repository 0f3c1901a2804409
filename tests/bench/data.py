"""The database that bench.py measures on, and what it puts into it."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from psycopg2.extensions import connection as Connection  # noqa: N812
from sqlalchemy import URL, make_url

PROJECT = Path(__file__).parent.parent.parent
DBNAME = "topoff_bench"

# Cadences as a customer base would have them: 8 zones x 3 pairs of times x 2 sets of days x the rates given.
ACCOUNTS = """
    INSERT INTO channel_accounts (tenant_id, name, posts_per_week, days_of_week, times_local, timezone)
    SELECT 'tenant ' || lpad(tenant::text, 6, '0'), 'account ' || account,
           (%s)[1 + (account + tenant) %% 3],
           (ARRAY['{1,2,3,4,5}', '{1,2,3,4,5,6,7}'])[1 + account / 3 %% 2]::smallint[],
           (ARRAY['{09:00,17:30}', '{08:15,12:00}', '{10:45,19:00}'])[1 + tenant %% 3]::time[],
           (ARRAY['America/New_York', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Tokyo',
                  'Europe/London', 'Asia/Kolkata', 'Australia/Sydney', 'UTC'])
               [1 + (tenant * 7 + account / 4) %% 8]
    FROM generate_series(1, %s) AS tenant, generate_series(1, %s) AS account
"""

# Two further cadences for each account, with categories: at times of its own, and at its tenant's.
FURTHER_CADENCES = """
    INSERT INTO topoff.cadences
        (tenant_id, channel_account_id, posts_per_week, days_of_week, times_local, category)
    SELECT tenant_id, id, 2, '{2,4}'::smallint[],
           ARRAY[make_time(10 + abs(hashtext(id::text)) % 8, 15 * (abs(hashtext(id::text)) % 4), 0)],
           'team_post'
    FROM channel_accounts
    UNION ALL
    SELECT tenant_id, id, 1, '{5,6,7}', ARRAY[make_time(8 + abs(hashtext(tenant_id)) % 12, 0, 0)], 'offer'
    FROM channel_accounts
"""

# Fifty blackouts a tenant, a day every nine: half of them of all accounts, half of one.
BLACKOUTS = """
    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during)
    SELECT tenant_id, CASE WHEN number % 2 = 0 THEN account END, tsrange(day, day + interval '1 day')
    FROM (SELECT tenant_id, min(id::text)::uuid AS account FROM channel_accounts GROUP BY tenant_id) AS own,
         generate_series(1, 50) AS number,
         LATERAL (SELECT date_trunc('day', now()::timestamp) + number * interval '9 days' AS day) AS begin
"""

# Many blackouts of one tenant that lie ahead, half of them of all accounts, half of one each.
MANY_BLACKOUTS = """
    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during)
    SELECT tenant_id, CASE WHEN number %% 2 = 0 THEN account[1 + number %% cardinality(account)] END,
           tsrange(at, at + interval '10 minutes')
    FROM (SELECT tenant_id, array_agg(id) AS account FROM channel_accounts GROUP BY tenant_id) AS tenant,
         generate_series(1, %s) AS number,
         LATERAL (SELECT now()::timestamp + number * interval '400 days' / %s AS at) AS begin
"""

# Posts of the past, an hour apart on each account and stored in the order of time, as they come to be.
HISTORY = """
    INSERT INTO content_items (id, tenant_id, title)
    SELECT overlay(md5('history of ' || tenant_id) PLACING '4' FROM 13)::uuid, tenant_id, 'Long ago'
    FROM channel_accounts
    GROUP BY tenant_id;
    INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)
    SELECT tenant_id, id, content,
           date_trunc('hour', now()) - interval '9 days' - hours * interval '1 hour', 'Posted'
    FROM generate_series(%s, 1, -1) AS hours
    CROSS JOIN (
        SELECT *, overlay(md5('history of ' || tenant_id) PLACING '4' FROM 13)::uuid AS content
        FROM channel_accounts
    ) AS account
"""


def server() -> URL:
    """Tell where the server is: DATABASE_URL, or else libpq's environment."""
    return make_url(os.environ.get("DATABASE_URL") or "postgresql://").set(drivername="postgresql")


def connect(dbname: str | None = DBNAME) -> Connection:
    """Open a session in autocommit mode."""
    url = server() if dbname is None else server().set(database=dbname)
    session = psycopg2.connect(url.render_as_string(hide_password=False))
    session.autocommit = True
    return session


def execute(statement: str, *parameters: object, dbname: str | None = DBNAME) -> list[tuple]:
    """Run a statement in a session of its own and return the rows, if any."""
    session = connect(dbname)
    try:
        with session.cursor() as cursor:
            cursor.execute(statement, parameters or None)
            return cursor.fetchall() if cursor.description else []
    finally:
        session.close()


@contextmanager
def database() -> Iterator[None]:
    """Create and migrate the database, and drop it at the end.

    Autovacuum is kept off the application's tables: it would analyze them sooner or later, and what is
    wanted is that the plans are right before that.
    """
    maintenance = None if server().database or os.environ.get("PGDATABASE") else "postgres"
    execute(f"DROP DATABASE IF EXISTS {DBNAME}", dbname=maintenance)
    execute(f"CREATE DATABASE {DBNAME}", dbname=maintenance)
    try:
        url = server().set(database=DBNAME)
        done = subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=PROJECT,
            env=os.environ | {"DATABASE_URL": url.render_as_string(hide_password=False)},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise SystemExit(done.stdout + done.stderr)
        for table in ("channel_accounts", "content_items", "post_instances"):
            execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
        yield
    finally:
        execute(f"DROP DATABASE {DBNAME} WITH (FORCE)", dbname=maintenance)


def new_accounts(tenants: int, accounts_a_tenant: int, posts_per_week: Sequence[int] = (3, 5, 7)) -> None:
    """Begin anew with these accounts, each with one of three rates, and nothing planned."""
    execute(
        "TRUNCATE channel_accounts, content_items, post_instances, topoff.cadences, topoff.blackouts, "
        "topoff.runs, topoff.run_tenants"
    )
    execute(ACCOUNTS, list(posts_per_week), tenants, accounts_a_tenant)


def clear_calendar() -> None:
    """Take every post away. A truncated table counts as never analyzed."""
    execute("TRUNCATE content_items, post_instances, topoff.runs, topoff.run_tenants")
    execute("CHECKPOINT")


def add_history(posts_an_account: int) -> None:
    """Add posts of the past in bulk: the constraints and indexes go away meanwhile, and come back after."""
    put_back = execute(
        """
        SELECT format('ALTER TABLE post_instances DROP CONSTRAINT %I', conname),
               format('ALTER TABLE post_instances ADD CONSTRAINT %I %s%s', conname, pg_get_constraintdef(oid),
                      CASE WHEN contype IN ('c', 'f') AND convalidated THEN ' NOT VALID' END)
        FROM pg_constraint
        WHERE conrelid = 'post_instances'::regclass AND contype IN ('c', 'f', 'p', 'u')
        UNION ALL
        SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
        FROM pg_index
        WHERE indrelid = 'post_instances'::regclass
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """
    )
    for drop, _ in put_back:
        execute(drop)
    execute(HISTORY, posts_an_account)
    for _, add in put_back:
        execute("SET maintenance_work_mem = '512MB'; " + add)
