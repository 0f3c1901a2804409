"""What a revision needs: it runs SQL, installs its frozen copies of sql/, and keeps everybody's rights.

The folder NNNN_NAME beside a revision NNNN_NAME.py holds the copies of the files in sql/ that this revision
installs. They are never edited after a release; a later revision brings newer ones. How a change is made
stands in CONTRIBUTING.md.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import NamedTuple

from alembic import op
from sqlalchemy import Connection

VERSIONS = Path(__file__).parent / "versions"

# What revision 0001 looks at: the catalogue, which notes what it finds, and the rows, after which it stops.
CHECKED_ROWS = (VERSIONS / "0001_application_tables" / "checked_rows.sql",)
CHECKS = (VERSIONS / "0001_application_tables" / "checked_schema.sql", *CHECKED_ROWS)

# What a frozen copy makes, and the part of it that CREATE OR REPLACE can't change: parameters and result of a
# routine, all that a view selects.
MADE = re.compile(
    r"^ *CREATE (?:OR REPLACE )?(FUNCTION|PROCEDURE|VIEW|TABLE|TYPE) (?:IF NOT EXISTS )?"
    r"((?:public|topoff)\.\w+)",
    re.MULTILINE,
)
HEAD = re.compile(r"^CREATE (?:OR REPLACE VIEW .*?;$|.*?(?=^LANGUAGE))", re.MULTILINE | re.DOTALL)
# What holds on to that which it calls or returns, so that this can't be dropped without it.
BOUND = re.compile(r"^(CREATE OR REPLACE VIEW|RETURN |BEGIN ATOMIC|RETURNS SETOF topoff\.)", re.MULTILINE)

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
    PERFORM set_config('statement_timeout', '0', true);
    FOR attempt IN 0..{attempts} LOOP
        BEGIN
            IF attempt = 0 THEN
                PERFORM set_config('lock_timeout', '{quiet_wait}', true);
                LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE;
            ELSE
                PERFORM set_config('lock_timeout', '{loud_wait}', true);
                LOCK TABLE {tables} IN {mode} MODE;
                RETURN;
            END IF;
        EXCEPTION WHEN lock_not_available THEN
            SELECT string_agg(
                       format('%s by %s', held.tables, coalesce(
                           'process ' || held.pid || ' (' || concat_ws(
                               ', ', activity.usename, nullif(activity.application_name, ''),
                               activity.backend_type, activity.state) || ')',
                           'a prepared transaction')),
                       '; ' ORDER BY held.pid)
            INTO holders
            FROM (
                SELECT pid, string_agg(DISTINCT relation::regclass::text, ', ') AS tables
                FROM pg_locks
                WHERE granted AND relation IN ({regclasses})
                  AND pid IS DISTINCT FROM pg_backend_pid()
                  AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND {conflicts}
                GROUP BY pid
            ) AS held
            LEFT JOIN pg_stat_activity AS activity USING (pid);
            EXIT WHEN attempt IN (0, {attempts});
            PERFORM pg_sleep_for('{pause}');
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

VALIDATE = """
DO $validate$
DECLARE
    waiting name;
BEGIN
    FOR waiting IN
        SELECT conname FROM pg_constraint
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
    FROM (
        SELECT relname AS name, 'relation ' || oid::regclass AS called FROM pg_class
        WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT proname, 'routine ' || oid::regprocedure FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    ) AS object
    WHERE object.name IN ({names});
    IF taken IS NOT NULL THEN
        RAISE EXCEPTION 'there is already, and is not ours: %', taken
            USING ERRCODE = 'duplicate_object',
                  DETAIL = 'This revision is to make something of that name in schema public.',
                  HINT = 'Nothing of this revision was changed. Rename it (ALTER ... RENAME TO ...) or move '
                         'it to another schema, and run the same command again.';
    END IF;
END;
$names$
"""

# What has rights in the two schemas; "called" is how GRANT names it.
OBJECTS = """
    SELECT 'ROUTINE' AS kind, pronamespace::regnamespace || '.' || proname AS name,
           'ROUTINE ' || oid::regprocedure AS called, proacl AS acl, proowner AS owner
    FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    UNION ALL
    SELECT kind.name, relnamespace::regnamespace || '.' || relname,
           kind.name || ' ' || pg_class.oid::regclass, relacl, relowner
    FROM pg_class
    JOIN (VALUES ('r', 'TABLE'), ('v', 'TABLE'), ('S', 'SEQUENCE')) AS kind (relkind, name)
      ON kind.relkind = pg_class.relkind::text
    WHERE relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    UNION ALL
    SELECT 'TYPE', typnamespace::regnamespace || '.' || typname, 'TYPE ' || pg_type.oid::regtype,
           typacl, typowner
    FROM pg_type
    JOIN pg_class ON pg_class.oid = typrelid AND relkind = 'c'
    WHERE typnamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    UNION ALL
    SELECT 'SCHEMA', nspname, 'SCHEMA topoff', nspacl, nspowner FROM pg_namespace WHERE nspname = 'topoff'
"""

# Of these, what a revision deals with: what is in our schema, and in public what it installs.
OURS = f"""
    SELECT * FROM ({OBJECTS}) AS object WHERE name ~ '^topoff(\\.|$)' OR name IN ({{names}})
"""

# Each right of somebody else on them.
RIGHTS = f"""
    SELECT object.kind, object.name, object.called, entry.privilege_type AS privilege,
           CASE entry.grantee WHEN 0 THEN 'PUBLIC' ELSE entry.grantee::regrole::text END AS role,
           CASE WHEN entry.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS option
    FROM ({OURS}) AS object
    CROSS JOIN LATERAL aclexplode(object.acl) AS entry
    WHERE entry.grantee <> object.owner
"""

# Noted until the transaction ends: who owns what is there already, and who has which right on it.
REMEMBER_RIGHTS = f"""
DO $remember$
BEGIN
    PERFORM set_config('topoff.owners', (
        SELECT coalesce(jsonb_object_agg(name, owner::regrole), '{{}}') FROM ({OURS}) AS object
    )::text, true);
    PERFORM set_config('topoff.rights', (
        SELECT coalesce(jsonb_agg(given), '[]') FROM ({RIGHTS}) AS given
    )::text, true);
END;
$remember$
"""

# Before the first revision nothing is ours but what Alembic and env.py have made for it.
NO_RIGHTS = """
DO $remember$
BEGIN
    PERFORM set_config('topoff.owners', '{}', true);
    PERFORM set_config('topoff.rights', '[]', true);
END;
$remember$
"""

# Whoever installs a later release, all belongs to the role that installed the first. What a routine or a type
# gives to PUBLIC its file says, which revokes the rest, and everybody may use the schema (revision 0001).
# What is taken back is noted until the session ends.
SETTLE_RIGHTS = f"""
DO $settle$
DECLARE
    owners CONSTANT jsonb := current_setting('topoff.owners');
    rights CONSTANT jsonb := current_setting('topoff.rights');
    first CONSTANT text := (
        SELECT relowner::regrole FROM pg_class WHERE oid = 'topoff.alembic_version'::regclass
    );
    taken jsonb := coalesce(nullif(current_setting('topoff.taken_back', true), ''), '[]');
    given record;
BEGIN
    FOR given IN
        SELECT called, coalesce(owners ->> name, first) AS owner
        FROM ({OURS}) AS object
        WHERE kind IN ('ROUTINE', 'TABLE', 'TYPE')
          AND owner::regrole::text <> coalesce(owners ->> name, first)
    LOOP
        EXECUTE format('ALTER %s OWNER TO %s', given.called, given.owner);
    END LOOP;
    FOR given IN
        SELECT *
        FROM ({RIGHTS}) AS given
        WHERE NOT (role = 'PUBLIC'
                   AND (kind IN ('ROUTINE', 'TYPE') OR kind = 'SCHEMA' AND privilege = 'USAGE'))
          AND (name, role, privilege, option) NOT IN (
              SELECT name, role, privilege, option
              FROM jsonb_to_recordset(rights) AS known (name text, role text, privilege text, option text)
          )
    LOOP
        EXECUTE format('REVOKE %s ON %s FROM %s', given.privilege, given.called, given.role);
        taken := taken || jsonb_build_object('role', given.role, 'kind', given.kind, 'name', given.name);
    END LOOP;
    PERFORM set_config('topoff.taken_back', taken::text, false);
    FOR given IN
        SELECT object.called, known.*
        FROM jsonb_to_recordset(rights) AS known (name text, role text, privilege text, option text)
        JOIN ({OURS}) AS object USING (name)
        WHERE (name, role, privilege, option) NOT IN (
            SELECT name, role, privilege, option FROM ({RIGHTS}) AS held
        )
    LOOP
        EXECUTE format('GRANT %s ON %s TO %s%s', given.privilege, given.called, given.role, given.option);
    END LOOP;
END;
$settle$
"""

# One notice for all revisions of a run, and then it is forgotten.
TELL_WHAT_WAS_TAKEN_BACK = """
DO $tell$
DECLARE
    told text;
BEGIN
    SELECT pg_catalog.string_agg(role || ': ' || objects, '; ' ORDER BY role) INTO told
    FROM (
        SELECT role, pg_catalog.string_agg(words, ', ' ORDER BY words) AS objects
        FROM (
            SELECT role, CASE
                       WHEN kind = 'ROUTINE'
                       THEN pg_catalog.count(DISTINCT name) || ' routines of schema '
                            || pg_catalog.split_part(pg_catalog.min(name), '.', 1)
                       ELSE pg_catalog.lower(kind) || ' '
                            || pg_catalog.string_agg(DISTINCT name, ', ' ORDER BY name)
                   END AS words
            FROM pg_catalog.jsonb_to_recordset(
                     coalesce(nullif(pg_catalog.current_setting('topoff.taken_back', true), ''), '[]')::jsonb
                 ) AS taken (role text, kind text, name text)
            GROUP BY role, kind, pg_catalog.split_part(name, '.', 1)
        ) AS by_kind
        GROUP BY role
    ) AS by_role;
    PERFORM pg_catalog.set_config('topoff.taken_back', '', false);
    IF told IS NOT NULL THEN
        RAISE NOTICE 'default privileges do not hold for planned-slot top-off: what they gave was taken back'
            USING DETAIL = told || '.',
                  HINT = 'GRANT what is meant, object by object; for the API''s role there is '
                         'topoff.isolate_tenants().';
    END IF;
END;
$tell$
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


def execute(sql: str) -> None:
    """Run SQL exactly as written: a colon in it is never taken for a bind parameter."""
    op.execute(sql.strip().removesuffix(";").replace(":", r"\:"))


TRUSTED_PATH = "pg_catalog, pg_temp"
TRUSTED = ContextVar("TRUSTED", default=False)


@contextmanager
def trusted_path() -> Iterator[None]:
    """Let names mean the server's own meanwhile.

    Who may create in public must not put a function or an operator there that is a better match for what a
    superuser runs here. The application's triggers, though, want the path that they are used to: what writes
    to its tables runs outside.
    """
    if TRUSTED.get():
        yield
        return
    token = TRUSTED.set(True)
    try:
        execute(f"SET LOCAL search_path = {TRUSTED_PATH}")
        yield
        execute("SET LOCAL search_path TO DEFAULT")
    finally:
        TRUSTED.reset(token)


def run_checks(connection: Connection, checks: Iterable[Path]) -> None:
    """Run checks of revision 0001 in the transaction at hand: an error where they find something."""
    connection.exec_driver_sql(f"SET LOCAL search_path = {TRUSTED_PATH}")
    for check in checks:
        connection.exec_driver_sql(statement(check), execution_options={"no_parameters": True})


def lock(*tables: str, mode: str = "ACCESS EXCLUSIVE") -> None:
    """Lock tables of schema public until the revision's end, or stop and say who holds them.

    A wait for SHARE UPDATE EXCLUSIVE comes first: nobody queues behind it, and an autovacuum gives way
    to it. Only then comes the lock that others have to wait for, in attempts so short that they hardly do.
    """
    names = [f"public.{table}" for table in tables]
    with trusted_path():
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
    with trusted_path():
        execute(VALIDATE.format(table=table, names=listed(constraints)))


def wait_briefly_for_locks() -> None:
    """Give up on a lock that is taken after QUIET_WAIT; what is had may take its time."""
    execute(f"SET LOCAL lock_timeout = '{QUIET_WAIT}'")
    execute("SET LOCAL statement_timeout = 0")


def statement(path: Path) -> str:
    """Read a file of SQL."""
    return path.read_text(encoding="utf-8")


def listed(names: Iterable[str]) -> str:
    """Return names as SQL lists them, and NULL where there is none."""
    return ", ".join(f"'{name}'" for name in names) or "NULL"


class Change(NamedTuple):
    """A file in sql/ as it was installed before and as it is to be installed; None where it is not there."""

    before: str | None
    after: str | None

    def drops(self) -> bool:
        """Tell whether what is there can't be replaced, but has to be dropped."""
        if self.before is None or self.after is None:
            return self.before is not None
        if re.search(r"^CREATE TYPE", self.before, re.MULTILINE):
            return True
        heads = [HEAD.search(text) for text in self]
        return all(heads) and heads[0].group().split() != heads[1].group().split()


def copies(revision: str, name: str) -> Change:
    """Return the copy that an earlier revision has of a file in sql/, and this revision's own."""
    own = VERSIONS / Path(revision).stem / f"{name}.sql"
    earlier = sorted(path for path in VERSIONS.glob(f"*/{name}.sql") if path.parent.name < own.parent.name)
    return Change(statement(earlier[-1]) if earlier else None, statement(own))


def install(revision: str, *names: str) -> None:
    """Install a revision's frozen copies, each after what it calls.

    revision: `__file__`. Where a function has other parameters or another result than before, or a view
    selects something else, it is dropped first, and what it is called by with it, if that is named here too
    and holds on to it. Everybody has the rights on the new ones that they had on the old.
    """
    change([copies(revision, name) for name in names])


def uninstall(revision: str, *names: str) -> None:
    """Take back what `install` with the same arguments did: drop what was new, install the earlier copies."""
    change([Change(after, before) for before, after in (copies(revision, name) for name in names)])


def change(changes: list[Change]) -> None:
    """Drop what has to go, the last first, and install what is to be there, in order."""
    made = [MADE.findall(after or "") for _, after in changes]
    names = listed(name for found in made for _, name in found)
    new = [
        name.removeprefix("public.")
        for (before, _), found in zip(changes, made, strict=True)
        for kind, name in found
        if before is None and kind != "TABLE" and name.startswith("public.")
    ]
    with trusted_path():
        if new:
            execute(REQUIRE_FREE_NAMES.replace("{names}", listed(new)))
        execute(REMEMBER_RIGHTS.replace("{names}", names))
        drops_any = any(one.drops() for one in changes)
        if drops_any:
            wait_briefly_for_locks()
        for one in reversed(changes):
            if one.drops() or (drops_any and one.before and BOUND.search(one.before)):
                execute(drop(one.before))
        for _, after in changes:
            if after is not None:
                execute(after)
        execute(SETTLE_RIGHTS.replace("{names}", names))


def drop(text: str) -> str:
    """Return the statement that drops what a copy makes; a routine is called there as in its COMMENT."""
    made = MADE.search(text)
    if made is None:
        raise ValueError("what this file made has to be taken back by a statement of the revision:\n" + text)
    kind, name = made.groups()
    called = re.search(rf"^COMMENT ON {kind} ({re.escape(name)}\b.*?) IS$", text, re.MULTILINE)
    return f"-- squawk-ignore ban-drop-{kind.lower()}\nDROP {kind} {called.group(1)}"


def keep_house_to_owner() -> None:
    """Take from others what default privileges gave them on the schema and on Alembic's version table."""
    with trusted_path():
        execute(NO_RIGHTS)
        execute(SETTLE_RIGHTS.replace("{names}", "NULL"))


@contextmanager
def rights_kept() -> Iterator[None]:
    """Let each role that is held to one tenant have what the release has for it afterwards, and no more."""
    with trusted_path():
        execute(FOR_ISOLATED_ROLES.format(function="revoke_api_privileges"))
    yield
    with trusted_path():
        execute(FOR_ISOLATED_ROLES.format(function="grant_api_privileges"))
