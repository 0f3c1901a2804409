"""Calls of two sessions in a chosen order: calendars to call them on, gates that hold one up in mid-call.

Each run has a tenant of its own, a copy of one of the two template tenants, and its end state is told
without ids, so that the runs of all tenants can be compared.
"""

import hashlib
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple
from uuid import UUID

from builders import column, one
from psycopg import Connection, errors

PATIENCE = 30
# Seconds between two looks at whether a call waits, which take CPU from the call.
LOOK = 0.003
OPTIONS = f"-c timezone=UTC -c deadlock_timeout=100ms -c statement_timeout={PATIENCE}s"

# A gate is a lock that the test holds while the gate is closed. A session passes the gates of the calls
# that it makes until its setting has counted down to the one it is to wait at: one before each statement
# that writes, when its snapshot is taken and nothing has been read or locked yet, and one ("checks") after
# a post went in, before the foreign keys are checked.
GATES = """
CREATE FUNCTION pass_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    setting CONSTANT text := 'gate.' || TG_ARGV[0];
    gates_to_go CONSTANT integer := coalesce(nullif(current_setting(setting, true), ''), '0')::integer;
BEGIN
    IF gates_to_go > 0 THEN
        PERFORM set_config(setting, (gates_to_go - 1)::text, false);
        IF gates_to_go = 1 THEN
            PERFORM pg_advisory_xact_lock_shared(42);
        END IF;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON post_instances
FOR EACH STATEMENT EXECUTE FUNCTION pass_gate('statement');
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON content_items
FOR EACH STATEMENT EXECUTE FUNCTION pass_gate('statement');
CREATE TRIGGER gate BEFORE INSERT OR UPDATE OR DELETE ON topoff.blackouts
FOR EACH STATEMENT EXECUTE FUNCTION pass_gate('statement');
-- Triggers fire in the order of their names, and those of foreign keys are called RI_...
CREATE TRIGGER "A gate" AFTER INSERT ON post_instances
FOR EACH ROW EXECUTE FUNCTION pass_gate('checks');
"""

# Monday 2031-05-05 is "today". "busy" is topped off for a week and has a week to go; what stands there:
#   Ann    Mon Wed Fri, and a post by hand on Tue
#   Ben    Mon filled, Wed moved to 11:00, Fri; the second week has a post by hand on Thu
#   Cid    Mon to Fri from an older cadence; today's is Tue Thu
#   Eve    twice on Mon and Fri; in the second week a post by hand after Friday's
# "bare" has a cadence and a placeholder that no slot uses.
WORLDS = """
INSERT INTO channel_accounts (id, tenant_id, name, posts_per_week, days_of_week, times_local) VALUES
    ('a0000000-0000-0000-0000-000000000000', 'busy', 'Ann', 3, DEFAULT, DEFAULT),
    ('b0000000-0000-0000-0000-000000000000', 'busy', 'Ben', 3, DEFAULT, DEFAULT),
    ('c0000000-0000-0000-0000-000000000000', 'busy', 'Cid', 5, DEFAULT, DEFAULT),
    ('d0000000-0000-0000-0000-000000000000', 'bare', 'Dot', 3, DEFAULT, DEFAULT),
    ('e0000000-0000-0000-0000-000000000000', 'busy', 'Eve', 4, '{1,5}', '{09:00,10:00}');
INSERT INTO content_items (tenant_id, title)
SELECT tenant, title
FROM unnest('{busy,bare}'::text[]) AS tenant, unnest('{by hand,filled,one,two,three}'::text[]) AS title;
SELECT topoff_planned_slots('busy', '7 days', '2031-05-05 00:00+00');
INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)
SELECT account.tenant_id, account.id, content.id, manual.scheduled_for::timestamptz, 'Scheduled'
FROM (VALUES ('Ann', '2031-05-06 12:00+00'), ('Ben', '2031-05-15 15:00+00'),
             ('Eve', '2031-05-16 12:00+00')) AS manual (name, scheduled_for)
JOIN channel_accounts AS account USING (name)
JOIN content_items AS content ON content.tenant_id = account.tenant_id AND content.title = 'by hand';
UPDATE post_instances SET status = 'Scheduled', content_item_id = (
    SELECT id FROM content_items WHERE tenant_id = 'busy' AND title = 'filled')
WHERE channel_account_id = 'b0000000-0000-0000-0000-000000000000' AND scheduled_for = '2031-05-05 09:00+00';
UPDATE post_instances SET scheduled_for = '2031-05-07 11:00+00'
WHERE channel_account_id = 'b0000000-0000-0000-0000-000000000000' AND scheduled_for = '2031-05-07 09:00+00';
UPDATE channel_accounts SET posts_per_week = 2 WHERE name = 'Cid';
INSERT INTO content_items (id, tenant_id, title)
VALUES (topoff.placeholder_content_item_id('bare'), 'bare', 'Planned slot');

-- The accounts of a copy sort like their originals. Their ids are of version 4.
CREATE FUNCTION copy_of(id uuid, tenant text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN (left(id::text, 1) || overlay(right(md5(id || tenant), 31) PLACING '4' FROM 12))::uuid;
CREATE FUNCTION copy_of_content(id uuid, world text, tenant text) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN CASE id WHEN topoff.placeholder_content_item_id(world) THEN topoff.placeholder_content_item_id(tenant)
               ELSE copy_of(id, tenant) END;
CREATE FUNCTION copy_world(world text, tenant text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO channel_accounts (id, tenant_id, name, status, posts_per_week, days_of_week, times_local)
    SELECT copy_of(id, tenant), tenant, name, status, posts_per_week, days_of_week, times_local
    FROM channel_accounts
    WHERE tenant_id = world;
    INSERT INTO content_items (id, tenant_id, title)
    SELECT copy_of_content(id, world, tenant), tenant, title
    FROM content_items
    WHERE tenant_id = world;
    INSERT INTO post_instances (
        id, tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status, touched_at)
    SELECT copy_of(id, tenant), tenant, copy_of(channel_account_id, tenant),
           copy_of_content(content_item_id, world, tenant), scheduled_for, planned_for, status, touched_at
    FROM post_instances
    WHERE tenant_id = world;
$$;
CREATE FUNCTION calendar(tenant text) RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT format('post %s %s %s %s, planned %s', account.name, to_char(post.scheduled_for, 'MM-DD HH24:MI'),
                  post.status, content.title, to_char(post.planned_for, 'MM-DD HH24:MI'))
    FROM post_instances AS post
    JOIN channel_accounts AS account ON account.id = post.channel_account_id
    JOIN content_items AS content ON content.id = post.content_item_id
    WHERE post.tenant_id = tenant
    UNION ALL
    SELECT format('account %s %s %s %s', name, status, posts_per_week, timezone)
    FROM channel_accounts WHERE tenant_id = tenant
    UNION ALL
    SELECT format('blackout %s %s %s', account.name, during, reason)
    FROM topoff.blackouts LEFT JOIN channel_accounts AS account ON account.id = channel_account_id
    WHERE blackouts.tenant_id = tenant
    UNION ALL
    SELECT 'content ' || title FROM content_items WHERE tenant_id = tenant
    ORDER BY 1
$$;
"""

BROKEN = """
SELECT 'twice at one time: ' || min(t::text) FROM post_instances AS t WHERE scheduled_for IS NOT NULL
GROUP BY channel_account_id, scheduled_for HAVING count(*) > 1
UNION ALL
SELECT 'one slot twice: ' || min(t::text) FROM post_instances AS t WHERE planned_for IS NOT NULL
GROUP BY channel_account_id, planned_for HAVING count(*) > 1
UNION ALL
SELECT 'published empty: ' || t FROM post_instances AS t
WHERE status IN ('Scheduled', 'Posted') AND content_item_id = topoff.placeholder_content_item_id(tenant_id)
UNION ALL
SELECT 'orphan: ' || t FROM post_instances AS t
WHERE NOT EXISTS (SELECT FROM channel_accounts AS a
                  WHERE (a.tenant_id, a.id) = (t.tenant_id, t.channel_account_id))
   OR NOT EXISTS (SELECT FROM content_items AS c WHERE (c.tenant_id, c.id) = (t.tenant_id, t.content_item_id))
UNION ALL
SELECT 'a second placeholder: ' || t FROM content_items AS t
WHERE title = 'Planned slot' AND id <> topoff.placeholder_content_item_id(tenant_id)
"""


# What a call may answer because another came first.
EXPECTED = (
    errors.UniqueViolation,
    errors.NoDataFound,
    errors.ObjectNotInPrerequisiteState,
    errors.ObjectInUse,
    errors.SerializationFailure,
    errors.ForeignKeyViolation,
)


class Call(NamedTuple):
    """One statement of a session: a call of a function, or the application's own write, which takes no lock.

    It is written with copies of ids: {ann}, {one}; and {mon} for Ann's slot on Monday, {cid_fri} for Cid's.
    """

    statement: str
    is_function: bool


class Outcome(NamedTuple):
    """What two calls answered, as a value or as an SQLSTATE, and the calendar that they left."""

    first: str
    second: str
    calendar: tuple[str, ...]


def names(db: Connection) -> dict[str, UUID]:
    """Return the ids in the template tenants of everything that calls name."""
    rows = db.execute("""
        SELECT lower(name), id FROM channel_accounts WHERE tenant_id IN ('busy', 'bare')
        UNION ALL
        SELECT replace(title, ' ', '_'), id FROM content_items WHERE tenant_id = 'busy'
        UNION ALL
        SELECT CASE name WHEN 'Ann' THEN '' ELSE lower(name) || '_' END || to_char(scheduled_for, 'dy'),
               min(post.id::text)::uuid
        FROM post_instances AS post JOIN channel_accounts AS account ON account.id = post.channel_account_id
        WHERE post.tenant_id = 'busy'
        GROUP BY 1
    """)
    return dict(rows.fetchall())


class Stage:
    """Two sessions beside the one that watches them, and the tenants that they call for."""

    def __init__(
        self, db: Connection, connect: Callable[..., Connection], start: Callable[..., Future[str]]
    ) -> None:
        """Make the template tenants, the functions that copy and tell them, and the gates."""
        db.execute("SET TimeZone = 'UTC'")
        db.execute(WORLDS)
        db.execute(GATES)
        self.db = db
        self.start = start
        self.names = names(db)
        self.first = connect(options=OPTIONS)
        self.second = connect(options=OPTIONS)
        self.tenants = 0

    def new_tenant(self, world: str) -> str:
        """Copy a template tenant."""
        self.tenants += 1
        tenant = f"{world} {self.tenants}"
        self.db.execute("SELECT copy_world(%s, %s)", (world, tenant))
        return tenant

    def text(self, call: Call, tenant: str) -> str:
        """Return the call's statement for this tenant."""
        copies = {name: f"'{of}'" for name, of in self.names.items()}
        if tenant not in ("busy", "bare"):
            for name, of in self.names.items():
                digest = hashlib.md5(f"{of}{tenant}".encode()).hexdigest()
                copies[name] = f"'{UUID(str(of)[0] + digest[1:12] + '4' + digest[13:])}'"
        return call.statement.format(tenant=f"'{tenant}'", **copies)

    def calendar(self, tenant: str) -> tuple[str, ...]:
        """Return all that the tenant has, whatever a call has renamed it to, without ids."""
        return tuple(
            column(
                self.db,
                "SELECT calendar(%s) UNION ALL SELECT 'renamed: ' || calendar(%s)",
                tenant,
                f"{tenant} renamed",
            )
        )

    def serially(self, world: str, *calls: Call) -> Outcome:
        """Make one or two calls one after the other for the template tenant, and take everything back."""
        with self.db.transaction(force_rollback=True):
            answers = []
            for call in calls:
                try:
                    with self.db.transaction():
                        made = make(self.db, self.text(call, world))
                        self.db.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what would fail when it commits
                        answers.append(made)
                except EXPECTED as error:
                    answers.append(error.sqlstate)
            return Outcome(answers[0], answers[-1], self.calendar(world))

    def gates(self, world: str, call: Call) -> list[str]:
        """Return the gates that a call passes, as 'statement 1', 'statement 2', 'checks 1'."""
        passed = []
        for kind, at_most in (("statement", 3), ("checks", 1)):
            with self.db.transaction(force_rollback=True):
                self.db.execute(f"SET LOCAL gate.{kind} = 100")
                with suppress(*EXPECTED), self.db.transaction():
                    make(self.db, self.text(call, world))
                    number = 100 - int(one(self.db, f"SELECT current_setting('gate.{kind}')"))
                    passed += [f"{kind} {gate}" for gate in range(1, min(number, at_most) + 1)]
        return passed

    def waits(self, session: Connection, call: Future[str]) -> bool:
        """Wait until a session's call is done or waits for another session; true where it waits."""
        deadline = time.monotonic() + PATIENCE
        while not wait([call], LOOK).done:
            if one(self.db, "SELECT cardinality(pg_blocking_pids(%s)) > 0", session.info.backend_pid):
                return True
            assert time.monotonic() < deadline, "the call neither ends nor waits for a lock"
        return False

    def call_and_end(self, world: str, first: Call, second: Call, end: str) -> Outcome:
        """Make the second call while the first one's transaction is open, then end that."""
        tenant = self.new_tenant(world)
        self.first.execute("BEGIN")
        answered = answer(self.first, self.text(first, tenant))
        call = self.start(answer, self.second, self.text(second, tenant))
        self.waits(self.second, call)
        try:
            self.first.execute(end)
        except EXPECTED as error:
            answered = error.sqlstate
        return Outcome(answered, call.result(), self.calendar(tenant))

    def call_waits(self, world: str, first: Call, second: Call) -> bool:
        """Tell whether the second call waits for the first one's transaction, and take both back."""
        tenant = self.new_tenant(world)
        self.first.execute("BEGIN")
        self.second.execute("BEGIN")
        answer(self.first, self.text(first, tenant))
        call = self.start(answer, self.second, self.text(second, tenant))
        waits = self.waits(self.second, call)
        self.first.execute("ROLLBACK")
        call.result()
        self.second.execute("ROLLBACK")
        return waits

    def call_in_between(self, world: str, first: Call, second: Call, gate: str) -> Outcome:
        """Make the second call while the first one waits at a gate."""
        tenant = self.new_tenant(world)
        kind, number = gate.split()
        self.first.execute(f"SET gate.{kind} = {number}")
        self.db.execute("SELECT pg_advisory_lock(42)")
        earlier = self.start(answer, self.first, self.text(first, tenant))
        assert self.waits(self.first, earlier)
        later = self.start(answer, self.second, self.text(second, tenant))
        self.waits(self.second, later)
        self.db.execute("SELECT pg_advisory_unlock(42)")
        return Outcome(earlier.result(), later.result(), self.calendar(tenant))

    def call_with_older_snapshot(self, world: str, first: Call, second: Call, level: str) -> Outcome:
        """Make the second call in a transaction that began to read before the first call was made."""
        tenant = self.new_tenant(world)
        self.second.execute(f"BEGIN ISOLATION LEVEL {level}")
        self.second.execute("SELECT FROM channel_accounts LIMIT 1")
        answers = [
            answer(self.first, self.text(first, tenant)),
            answer(self.second, self.text(second, tenant)),
        ]
        try:
            self.second.execute("COMMIT")
        except errors.SerializationFailure as error:
            answers[1] = error.sqlstate
        return Outcome(*answers, self.calendar(tenant))


def make(session: Connection, statement: str) -> str:
    """Execute a statement and return its answer, or how many rows it wrote."""
    cursor = session.execute(statement)
    return str(cursor.fetchall() if cursor.description else cursor.rowcount)


def answer(session: Connection, statement: str) -> str:
    """Execute a statement and return its answer, or the SQLSTATE of an error that is to be expected."""
    try:
        return make(session, statement)
    except EXPECTED as error:
        return error.sqlstate


@contextmanager
def in_background() -> Iterator[Callable[..., Future[Any]]]:
    """Run calls beside the test: start(function, argument ...) returns a Future."""
    with ThreadPoolExecutor(max_workers=16) as pool:
        yield pool.submit
