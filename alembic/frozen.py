"""What a revision needs: it runs SQL, installs its frozen copies of sql/, and keeps everybody's rights.

The folder NNNN_NAME beside a revision NNNN_NAME.py holds the copies of the files in sql/ that this revision
installs. They are never edited after a release; a later revision brings newer ones. How a change is made
stands in CONTRIBUTING.md.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import op

VERSIONS = Path(__file__).parent / "versions"

# What revision 0001 looks at: the catalogue, which notes what it finds, and the rows, after which it stops.
CHECKED_ROWS = (VERSIONS / "0001_application_tables" / "checked_rows.sql",)
CHECKS = (VERSIONS / "0001_application_tables" / "checked_schema.sql", *CHECKED_ROWS)

# What a file in sql/ makes; a routine's name is enough to drop it, because it has no overloads.
MADE = re.compile(
    r"^CREATE (?:OR REPLACE )?(FUNCTION|PROCEDURE|VIEW|TABLE) (?:IF NOT EXISTS )?([a-z_]+\.[a-z_]+)",
    re.MULTILINE,
)

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

# What stands in the two schemas that ours are in; "called" is how GRANT and REVOKE name it.
OBJECTS = """
    SELECT routine.oid, routine.proname AS name, 'ROUTINE ' || routine.oid::regprocedure AS called,
           routine.proacl AS acl, routine.proowner AS owner
    FROM pg_catalog.pg_proc AS routine
    WHERE routine.pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    UNION ALL
    SELECT relation.oid, relation.relname, 'TABLE ' || relation.oid::regclass,
           relation.relacl, relation.relowner
    FROM pg_catalog.pg_class AS relation
    WHERE relation.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
      AND relation.relkind IN ('r', 'v')
"""

KNOW_OBJECTS = f"""
SELECT set_config('topoff.known_objects', (
    SELECT coalesce(string_agg(object.called, ';'), '') FROM ({OBJECTS}) AS object
), true)
"""

# What a file in sql/ gives to PUBLIC it says itself, and it revokes the rest; tables don't.
TAKE_DEFAULTS_BACK = f"""
DO $rights$
DECLARE
    given record;
    taken text[] := '{{}}';
BEGIN
    FOR given IN
        SELECT DISTINCT object.called, coalesce(quote_ident(grantee.rolname), 'PUBLIC') AS role
        FROM ({OBJECTS}) AS object
        CROSS JOIN LATERAL aclexplode(object.acl) AS entry
        LEFT JOIN pg_catalog.pg_roles AS grantee ON grantee.oid = entry.grantee
        WHERE object.called <> ALL (string_to_array(current_setting('topoff.known_objects'), ';'))
          AND entry.grantee <> object.owner
          AND (entry.grantee <> 0 OR object.called LIKE 'TABLE %')
        ORDER BY 1, 2
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s', given.called, given.role);
        taken := taken || (given.called || ' from ' || given.role);
    END LOOP;
    IF taken <> '{{}}' THEN
        RAISE NOTICE 'default privileges of this database do not hold for planned-slot top-off: % taken back',
                CASE cardinality(taken) WHEN 1 THEN '1 grant' ELSE cardinality(taken) || ' grants' END
            USING DETAIL = array_to_string(taken, ', ') || '.',
                  HINT = 'GRANT what is meant object by object; for the API''s role: topoff.isolate_tenants().';
    END IF;
END;
$rights$
"""

# The roles that topoff.isolate_tenants() holds to one tenant, where it is there at all.
FOR_ISOLATED_ROLES = """
DO $isolated$
DECLARE
    isolated regrole;
BEGIN
    IF to_regprocedure('topoff.isolated_roles()') IS NOT NULL THEN
        FOR isolated IN EXECUTE 'SELECT role FROM topoff.isolated_roles() AS role' LOOP
            EXECUTE 'SELECT topoff.{function}($1)' USING isolated;
        END LOOP;
    END IF;
END;
$isolated$
"""

REMEMBER_GRANTS = f"""
SELECT set_config('topoff.grants', (
    SELECT coalesce(jsonb_agg(jsonb_build_object(
               'name', object.name, 'privilege', entry.privilege_type,
               'role', coalesce(quote_ident(grantee.rolname), 'PUBLIC'),
               'option', CASE WHEN entry.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)), '[]')
    FROM unnest(ARRAY[{{dropped}}]) AS dropped (called)
    JOIN ({OBJECTS}) AS object ON object.oid IN (to_regprocedure(dropped.called), to_regclass(dropped.called))
    CROSS JOIN LATERAL aclexplode(object.acl) AS entry
    LEFT JOIN pg_catalog.pg_roles AS grantee ON grantee.oid = entry.grantee
    WHERE entry.grantee <> object.owner
)::text, true)
"""

GRANT_AGAIN = f"""
DO $grants$
DECLARE
    given record;
BEGIN
    FOR given IN
        SELECT known.privilege, object.called, known.role, known.option
        FROM jsonb_to_recordset(current_setting('topoff.grants')::jsonb)
             AS known (name text, privilege text, role text, option text)
        JOIN ({OBJECTS}) AS object ON object.name = known.name
    LOOP
        EXECUTE format('GRANT %s ON %s TO %s%s', given.privilege, given.called, given.role, given.option);
    END LOOP;
END;
$grants$
"""

VALIDATE = """
DO $validate$
DECLARE
    waiting name;
BEGIN
    FOR waiting IN
        SELECT conname FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.{table}'::regclass AND conname IN ({names}) AND NOT convalidated
    LOOP
        EXECUTE format('ALTER TABLE public.{table} VALIDATE CONSTRAINT %I', waiting);
    END LOOP;
END;
$validate$
"""

REQUIRE_FREE_NAMES = """
DO $names$
DECLARE
    taken text;
BEGIN
    SELECT string_agg(object.called, ', ' ORDER BY object.called) INTO taken
    FROM ({objects}) AS object
    WHERE object.name = ANY (ARRAY[{names}])
      AND object.called NOT LIKE '% topoff.%';
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'there is already, and is not ours: %', taken
            USING ERRCODE = 'duplicate_object',
                  DETAIL = 'A new function of this release is to have that name.',
                  HINT = 'Nothing of this revision was changed. Rename it (ALTER ... RENAME TO ...) or move '
                         'it to another schema, and run the same command again.';
    END IF;
END;
$names$
"""


def execute(sql: str) -> None:
    """Run SQL exactly as written: a colon in it is never taken for a bind parameter."""
    op.execute(sql.strip().removesuffix(";").replace(":", r"\:"))


def lock(*tables: str, mode: str = "ACCESS EXCLUSIVE") -> None:
    """Lock tables of schema public until the revision's end, or stop and say who holds them.

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


def validate(table: str, *constraints: str) -> None:
    """Validate those of these constraints of a table of schema public that are there and not valid yet."""
    listed = ", ".join(f"'{name}'" for name in constraints)
    execute(VALIDATE.format(table=table, names=listed))


def wait_briefly_for_locks() -> None:
    """Give up on a lock that is taken after QUIET_WAIT."""
    execute(f"SET LOCAL lock_timeout = '{QUIET_WAIT}'")


def statement(path: Path) -> str:
    """Read a file of SQL."""
    return path.read_text(encoding="utf-8")


def folder(revision: str) -> Path:
    """Return the folder of a revision's frozen copies; the revision as its file or as NNNN_NAME."""
    return VERSIONS / Path(revision).stem


def install(revision: str, *names: str) -> None:
    """Install the frozen copies of a revision, in the order given.

    revision: `__file__`; in a downgrade that goes back to an earlier copy, the earlier revision's NNNN_NAME.
    A copy begins with CREATE OR REPLACE and so serves what is new and what has kept its parameters and its
    result; for anything else see `replace`.

    The search_path is pg_catalog meanwhile, so that nobody's operator or function can be a better match for
    what a copy calls.
    """
    execute("SET LOCAL search_path = pg_catalog, pg_temp")
    for name in names:
        execute(statement(folder(revision) / f"{name}.sql"))
    execute("SET LOCAL search_path TO DEFAULT")


def uninstall(revision: str, *names: str) -> None:
    """Drop what the revision's frozen copies of these names have made, in the order given."""
    for name in names:
        kind, called = MADE.search(statement(folder(revision) / f"{name}.sql")).groups()
        execute(f"DROP {kind} {called}")


def replace(revision: str, *names: str, dropping: tuple[str, ...]) -> None:
    """Drop objects and install copies in their place; who had rights on them has the same on the new ones.

    For a function whose parameters or result differ, and for a view that loses a column: CREATE OR REPLACE
    would refuse, or leave the old one beside the new. dropping: signatures as in
    "public.skip_planned_slot(text, uuid)", a view as its name; in an order in which they can be
    dropped. Inside `rights_kept`.
    """
    listed = ", ".join(f"'{signature}'" for signature in dropping)
    execute(TAKE_DEFAULTS_BACK)
    execute(REMEMBER_GRANTS.replace("{dropped}", listed))
    for signature in dropping:
        execute(f"DROP {'ROUTINE' if '(' in signature else 'VIEW'} {signature}")
    execute(KNOW_OBJECTS)
    install(revision, *names)
    execute(TAKE_DEFAULTS_BACK)
    execute(GRANT_AGAIN)
    execute(KNOW_OBJECTS)


def require_free_names(*names: str) -> None:
    """Stop where schema public has something of a name that this revision is to give there."""
    listed = ", ".join(f"'{name}'" for name in names)
    execute(REQUIRE_FREE_NAMES.format(objects=OBJECTS, names=listed))


@contextmanager
def rights_kept() -> Iterator[None]:
    """Keep rights as they are granted while a revision makes, replaces or drops objects.

    What is new belongs to its owner alone, whatever ALTER DEFAULT PRIVILEGES says; a role that
    topoff.isolate_tenants() holds to one tenant can call what the release has for it, and nothing more.
    """
    execute(FOR_ISOLATED_ROLES.format(function="revoke_api_privileges"))
    execute(KNOW_OBJECTS)
    yield
    execute(TAKE_DEFAULTS_BACK)
    execute(FOR_ISOLATED_ROLES.format(function="grant_api_privileges"))
