"""Runs SQL in a revision: statements of its own, and the frozen copies of the files in sql/.

NNNN_NAME.sql beside a revision NNNN is the copy of sql/NAME.sql that this revision installs. It is
never edited after a release; a later revision brings a newer copy.
"""

from pathlib import Path

from alembic import op

VERSIONS = Path(__file__).parent / "versions"

# What revision 0001 looks at: the catalogue, which notes what it finds, and the rows, after which it stops.
CHECKED_ROWS = (VERSIONS / "0001_checked_rows.sql",)
CHECKS = (VERSIONS / "0001_checked_schema.sql", *CHECKED_ROWS)

# How long a lock is waited for that keeps nobody waiting (SHARE UPDATE EXCLUSIVE), and one that does:
# everybody who comes after a waiting ACCESS EXCLUSIVE queues behind it, hence short waits with pauses.
QUIET_WAIT = "3s"
LOUD_WAIT = "200ms"
PAUSE = "300ms"
ATTEMPTS = 15

# Which locks of others keep us from having one.
CONFLICTS = {
    "SHARE UPDATE EXCLUSIVE": "mode IN ('ShareUpdateExclusiveLock', 'ShareLock', 'ShareRowExclusiveLock', "
    "'ExclusiveLock', 'AccessExclusiveLock')",
    "SHARE ROW EXCLUSIVE": "mode NOT IN ('AccessShareLock', 'RowShareLock')",
    "ACCESS EXCLUSIVE": "true",
}

LOCK = """
DO $lock$
DECLARE
    holders text;
BEGIN
    PERFORM pg_catalog.set_config('statement_timeout', '0', true);
    FOR attempt IN 0..{attempts} LOOP
        BEGIN
            IF attempt = 0 THEN
                PERFORM pg_catalog.set_config('lock_timeout', '{quiet_wait}', true);
                LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE;
            ELSE
                PERFORM pg_catalog.set_config('lock_timeout', '{loud_wait}', true);
                LOCK TABLE {tables} IN {mode} MODE;
                RETURN;
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            SELECT pg_catalog.string_agg(
                       pg_catalog.format('%s by %s', held.tables, coalesce(
                           'process ' || held.pid || ' (' || pg_catalog.concat_ws(
                               ', ', activity.usename, nullif(activity.application_name, ''),
                               activity.backend_type, activity.state) || ')',
                           'a prepared transaction')),
                       '; ' ORDER BY held.pid)
            INTO holders
            FROM (
                SELECT pid, pg_catalog.string_agg(DISTINCT relation::regclass::text, ', ') AS tables
                FROM pg_catalog.pg_locks
                WHERE granted AND relation IN ({regclasses})
                  AND pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
                  AND database = (SELECT oid FROM pg_catalog.pg_database
                                  WHERE datname = pg_catalog.current_database())
                  AND {conflicts}
                GROUP BY pid
            ) AS held
            LEFT JOIN pg_catalog.pg_stat_activity AS activity USING (pid);
            EXIT WHEN attempt IN (0, {attempts});
            PERFORM pg_catalog.pg_sleep_for('{pause}');
        END;
    END LOOP;
    RAISE EXCEPTION 'another session holds a lock on a table that is to be changed'
        USING ERRCODE = 'lock_not_available',
              DETAIL = 'Held: ' || coalesce(holders, 'by sessions that come and go') || '.',
              HINT = 'Nothing of this revision was changed; finished ones stay. End that session, or wait '
                     'for its end, and run the same command again: it goes on from here.';
END;
$lock$
"""


def execute(sql: str) -> None:
    """Run SQL exactly as written: a colon in it is never taken for a bind parameter."""
    op.execute(sql.strip().removesuffix(";").replace(":", r"\:"))


def lock(*tables: str, mode: str = "ACCESS EXCLUSIVE") -> None:
    """Lock tables until the revision's end, or stop and say who holds them.

    A wait for SHARE UPDATE EXCLUSIVE comes first: nobody queues behind it, and an autovacuum gives way
    to it. Only then comes the lock that others have to wait for, in attempts so short that they hardly do.
    """
    names = [f"public.{table}" for table in tables]
    execute(
        LOCK.format(
            tables=", ".join(names),
            regclasses=", ".join(f"'{name}'::regclass" for name in names),
            mode=mode,
            conflicts=CONFLICTS[mode],
            attempts=ATTEMPTS,
            quiet_wait=QUIET_WAIT,
            loud_wait=LOUD_WAIT,
            pause=PAUSE,
        )
    )


def wait_briefly_for_locks() -> None:
    """Give up on a lock that is taken after QUIET_WAIT."""
    execute(f"SET LOCAL lock_timeout = '{QUIET_WAIT}'")


def statement(path: Path) -> str:
    """Read a file of SQL."""
    return path.read_text(encoding="utf-8")


def run_script(revision_file: str) -> None:
    """Run the SQL file of the revision's own name that stands beside it."""
    execute(statement(Path(revision_file).with_suffix(".sql")))


def install(revision_file: str, *names: str) -> None:
    """Install this revision's frozen copies of sql/NAME.sql, in the order given."""
    revision = Path(revision_file)
    number = revision.name.split("_", 1)[0]
    for name in names:
        execute(statement(revision.with_name(f"{number}_{name}.sql")))
