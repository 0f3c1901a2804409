"""Many sessions at random work on some tenants, and what is looked at meanwhile."""

import os
import re
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from psycopg import Connection, errors, sql

from soak.actions import ACTIONS, HORIZON, PICKS, Action

WATCH = (Path(__file__).parent / "watch.sql").read_text(encoding="utf-8")
TENANTS = 6
WORLD = """
INSERT INTO channel_accounts (tenant_id, name, posts_per_week, days_of_week, times_local, timezone)
SELECT 'tenant ' || tenant, 'account ' || account, 3, '{1,2,3,4,5}', '{09:00}',
       (ARRAY['UTC', 'America/New_York', 'Asia/Tokyo', 'Europe/London'])[account]
FROM generate_series(0, %s) AS tenant, generate_series(1, 4) AS account;
"""
ITEMS = """
INSERT INTO content_items (tenant_id, title)
SELECT 'tenant ' || tenant, 'idea ' || idea
FROM generate_series(0, %s) AS tenant, generate_series(1, 20) AS idea
"""
# Who takes no tenant's lock. A filled slot is one that the others keep away from.
UNLOCKED = frozenset(("people", "fill"))
PATIENCE = 60.0
TOO_LATE = frozenset(("40001",))
PLACE = re.compile(r"\{([a-z_]+)\}")


class Broken(Exception):  # noqa: N818  it says what is
    """An invariant does not hold."""


@dataclass
class Record:
    """One thing that was done."""

    session: str
    tenant: int
    began: float
    ended: float
    action: Action
    statement: str
    answer: str


@dataclass
class Tally:
    """How often an action was done, with what answers and how fast."""

    answers: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)


class Soak:
    """A soak of one database."""

    def __init__(
        self,
        connect: Callable[..., Connection],
        seed: int,
        sessions: int = 8,
        role: str | None = None,
        without: Collection[str] = (),
    ) -> None:
        """Make the world.

        connect: opens sessions on a migrated database in autocommit mode; of another role with role=.
        role: a login role of the API's to isolate, for some of the sessions.
        without: names of actions that are left out.
        """
        self.connect = connect
        self.seed = seed
        self.sessions = sessions
        self.role = role
        self.actions = [action for action in ACTIONS if action.name not in without]
        self.ours = [
            action for action in self.actions if action.kind not in ("people", "retire", "erase", "rename")
        ]
        self.end = 0.0
        self.wanted: Collection[str] = ()
        self.lock = threading.Lock()
        self.tallies: dict[str, Tally] = {}
        self.recent: deque[Record] = deque(maxlen=4000)
        self.open: dict[str, tuple[int, float, Action]] = {}
        self.suspects = self.excused = 0
        self.filled: set[Any] = set()
        self.broken: list[str] = []
        self.night_pids: set[int] = set()
        self.deadlocks = 0
        self.renamed = [False] * TENANTS
        with connect() as db:
            db.execute(WATCH)
            db.execute(WORLD.replace("%s", str(TENANTS - 1)))
            db.execute(ITEMS.replace("%s", str(TENANTS - 1)))
            if Random(seed).random() < 0.5:
                db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
            if role:
                db.execute(
                    sql.SQL("SELECT topoff.isolate_tenants({}::regrole)").format(sql.Literal(f'"{role}"'))
                )
                for table in ("channel_accounts", "content_items", "post_instances"):
                    db.execute(
                        sql.SQL("GRANT SELECT ON {} TO {}").format(
                            sql.Identifier(table), sql.Identifier(role)
                        )
                    )

    # Running ------------------------------------------------------------------------------------------------

    def run(self, seconds: float, wanted: Collection[str] = ()) -> bool:
        """Soak for so long, and until each of the actions wanted has worked once; whether everything held."""
        self.end = time.time() + seconds
        self.wanted = wanted
        works: list[tuple[str, Callable[[str], None]]] = [
            (f"session {number}", self.people) for number in range(self.sessions)
        ]
        works += [("night", self.nights), ("another night", self.nights), ("watch", self.look)]
        if self.role:
            works += [("isolated 1", self.isolated), ("isolated 2", self.isolated)]
        threads = [threading.Thread(target=self.guarded, args=work, daemon=True) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=max(self.end - time.time(), 0) + 2 * PATIENCE)
            if thread.is_alive():
                self.complain("a session hangs: " + self.waiting())
        if not self.broken:
            self.guarded("the end", self.look_at_the_end)
        return not self.broken

    def guarded(self, name: str, work: Callable[[str], None]) -> None:
        """Do a session's work; what it did not expect is an invariant that does not hold."""
        try:
            work(name)
        except Broken as broken:
            self.complain(str(broken))
        except Exception as error:
            self.complain(f"{name}: {type(error).__name__}: {error}")

    def goes_on(self) -> bool:
        """Tell whether there is time left, or something to do, and nothing broken."""
        left = self.end - time.time()
        return not self.broken and (left > 0 or (left > -PATIENCE and not self.has_done(self.wanted)))

    def has_done(self, names: Collection[str]) -> bool:
        """Tell whether each of these actions has worked."""
        with self.lock:
            return all(name in self.tallies and self.tallies[name].answers["ok"] for name in names)

    def people(self, name: str) -> None:
        """Do anything, also what only people do."""
        chance = Random(f"{self.seed} {name}")
        with self.connect() as session, self.connect() as eyes:
            while self.goes_on():
                # Now and then all leave it to our functions, which take turns: then nobody has an excuse.
                usual = self.actions if time.time() % 5 > 2 else self.ours
                action = chance.choices(usual, [action.weight for action in usual])[0]
                self.act(name, chance, session, eyes, action, chance.randrange(TENANTS))

    def isolated(self, name: str) -> None:
        """Do what the API's role may, for one tenant at a time, and try it for others."""
        chance = Random(f"{self.seed} {name}")
        actions = [action for action in self.actions if action.isolated]
        with self.connect(role=self.role) as session, self.connect() as eyes:
            while self.goes_on():
                tenant = chance.randrange(TENANTS)
                setting = names(tenant)[self.renamed[tenant]]
                session.execute("SELECT set_config('app.tenant_id', %s, false)", [setting])
                seen = session.execute("SELECT DISTINCT tenant_id FROM post_instances").fetchall()
                if any(row != (setting,) for row in seen):
                    raise Broken(f"{name}, held to {setting}, sees posts of {seen}")
                action = chance.choices(actions, [action.weight for action in actions])[0]
                other = chance.randrange(TENANTS) if chance.random() < 0.2 else tenant
                self.act(name, chance, session, eyes, action, other, "" if other == tenant else "P0002")

    def act(
        self,
        name: str,
        chance: Random,
        session: Connection,
        eyes: Connection,
        action: Action,
        tenant: int,
        wanted: str = "",
    ) -> None:
        """Do one thing and judge the answer; wanted is an error that it must end with, but for mere reads."""
        called = names(tenant)[self.renamed[tenant] ^ (chance.random() < 0.03)]
        other_name = next(each for each in names(tenant) if each != called)
        known = {"tenant": called, "other_name": other_name}
        statements = action.statements(chance)
        for pick in PICKS.keys() & set(PLACE.findall(" ".join(statements))):
            row = eyes.execute(PICKS[pick], {"tenant": called}).fetchone()
            known[pick] = str(row[0]) if row else "00000000-0000-4000-8000-000000000000"
            if not row and pick == "slot_time":
                known[pick] = "2099-01-01 00:00+00"
        literals = {key: sql.Literal(value).as_string(None) for key, value in known.items()}
        statements = [
            PLACE.sub(lambda place: literals.get(place[1], place[0]), statement) for statement in statements
        ]
        level = "REPEATABLE READ" if chance.random() < 0.05 else "READ COMMITTED"
        session.execute(f"SET default_transaction_isolation = '{level}'")
        session.execute(
            "SELECT set_config('soak.action', %s, false), set_config('soak.tenants', %s, false)",
            [action.kind, "{" + ",".join(f'"{each}"' for each in names(tenant)) + "}"],
        )
        began = time.time()
        self.open[name] = (tenant, began, action)
        answer, zero = "", None
        try:
            for statement in statements:
                cursor = session.execute(statement)
                if cursor.description and cursor.description[0].name == "must_be_0":
                    zero = cursor.fetchone()[0]
                elif cursor.description and cursor.description[0].name == "filled":
                    self.note_filled(cursor.fetchone()[0], called)
            answer = "ok"
            if action.kind == "rename":
                self.renamed[tenant] = other_name == names(tenant)[1]
        except psycopg.Error as error:
            answer = error.sqlstate or type(error).__name__
            self.judge(name, action, called, statements, error, level, wanted)
            with suppress(psycopg.Error):
                session.rollback()
        finally:
            ended = time.time()
            record = Record(name, tenant, began, ended, action, "; ".join(statements), answer)
            with self.lock:
                self.recent.append(record)
                tally = self.tallies.setdefault(action.name, Tally())
                tally.answers[answer] += 1
                tally.seconds.append(ended - began)
            del self.open[name]
        if wanted and answer == "ok" and action.name != "coverage":
            raise Broken(f"{name} got an answer for a tenant that it is not held to: {statements}")
        if zero and not self.excuse(tenant, began, ended, UNLOCKED):
            raise Broken(f"{name}: {zero} left to do right after {statements}\n" + self.history(tenant))

    def note_filled(self, post: Any, tenant: str) -> None:
        """Nobody fills a slot twice: people here don't empty any."""
        if post is None:
            raise Broken(f"a fill for {tenant} has filled nothing, and said nothing")
        with self.lock:
            if post in self.filled:
                raise Broken(f"post {post} of {tenant} was filled twice")
            self.filled.add(post)

    def judge(
        self,
        name: str,
        action: Action,
        called: str,
        statements: list[str],
        error: psycopg.Error,
        level: str,
        wanted: str,
    ) -> None:
        """Complain about an error that is not one of those to be expected."""
        if isinstance(error, errors.DeadlockDetected):
            detail = error.diag.message_detail or ""
            if self.night_pids & {int(pid) for pid in re.findall(r"[Pp]rocess (\d+)", detail)}:
                raise Broken(f"{name} lost a deadlock against the night: {statements}\n{detail}")
            # Several statements in one transaction can meet others in any order: that is people's own.
            if any(other.name == "take time" for other in (action, *self.doing())):
                self.deadlocks += 1
                return
        allowed = action.errors | (TOO_LATE if level != "READ COMMITTED" else frozenset())
        if error.sqlstate not in allowed and not (wanted and error.sqlstate == wanted):
            diag = error.diag
            raise Broken(
                f"{name}, {action.name} for {called}: {error.sqlstate} {diag.message_primary}\n"
                f"  statements: {statements}\n  detail: {diag.message_detail}\n  hint: {diag.message_hint}\n"
                f"  context: {diag.context}"
            )

    def doing(self) -> list[Action]:
        """Return what other sessions are at or have just done."""
        with self.lock:
            recent = [record.action for record in self.recent if record.ended > time.time() - 3]
            return recent + [action for _, _, action in self.open.values()]

    def nights(self, name: str) -> None:
        """Call the night again and again."""
        chance = Random(f"{self.seed} {name}")
        with self.connect() as session:
            self.night_pids.add(session.info.backend_pid)
            session.execute("SET topoff.patience = '3s'; SET soak.action = 'night'; SET soak.tenants = '{*}'")
            while self.goes_on():
                began = time.time()
                replan = "true" if chance.random() < 0.3 else "false"
                answer = "ok"
                try:
                    session.execute(f"CALL topoff_all_tenants('{HORIZON}', {replan})")
                except errors.RaiseException as error:
                    answer = "P0001"
                    states = set(re.findall(r"\((\w{5})\)$", error.diag.message_detail or "", re.MULTILINE))
                    if states - {"55P03"}:
                        raise Broken(f"{name}: {error}\n{error.diag.message_detail}") from error
                with self.lock:
                    tally = self.tallies.setdefault("night", Tally())
                    tally.answers[answer] += 1
                    tally.seconds.append(time.time() - began)
                time.sleep(chance.random() * 2)

    # Looking ------------------------------------------------------------------------------------------------

    def look(self, name: str) -> None:
        """Look at what must hold all the time."""
        with self.connect() as session:
            session.execute("SET soak.erases = 'on'")
            while self.goes_on():
                self.check(session)
                time.sleep(0.5)

    def check(self, session: Connection) -> None:
        """Complain about what is broken at this moment, and about suspects that nobody excuses."""
        found = [row[0] for row in session.execute("SELECT what FROM soak.broken")]
        if found:
            raise Broken("\n".join(found))
        # Who wrote meanwhile is known a moment after they have committed.
        suspects = session.execute(
            "DELETE FROM soak.suspect WHERE seen < clock_timestamp() - interval '2 seconds'"
            " RETURNING action, tenant_id, channel_account_id, slot_at, what,"
            " extract(epoch FROM began)::float8,"
            " extract(epoch FROM seen)::float8"
        ).fetchall()
        for action, tenant, account, slot_at, what, began, seen in suspects:
            self.suspects += 1
            if self.excuse(number(tenant), began, seen):
                self.excused += 1
            else:
                posts = session.execute(
                    "SELECT post::text FROM post_instances AS post WHERE channel_account_id = %s"
                    " AND abs(extract(epoch FROM scheduled_for - %s)) < 8 * 86400 ORDER BY scheduled_for",
                    [account, slot_at],
                ).fetchall()
                about = session.execute(
                    "SELECT account::text FROM channel_accounts AS account WHERE id = %s"
                    " UNION ALL SELECT cadence::text FROM topoff.cadences AS cadence"
                    " WHERE channel_account_id = %s",
                    [account, account],
                ).fetchall()
                raise Broken(
                    f"{action} for {tenant}, account {account}: {what}, at {slot_at}\n"
                    f"  it ran from {began:.3f} to"
                    f" {seen:.3f}\n  the account and its cadences: {about}\n  its posts around it:\n    "
                    + "\n    ".join(row[0] for row in posts)
                    + "\n"
                    + self.history(number(tenant))
                )

    def excuse(
        self, tenant: int, began: float, ended: float, kinds: Collection[str] = frozenset(("people",))
    ) -> bool:
        """Tell whether somebody has written to a tenant, without its lock, between two moments."""
        with self.lock:
            recent = list(self.recent)
            still = dict(self.open)
        return any(
            record.tenant == tenant
            and record.action.kind in kinds
            and record.began <= ended
            and record.ended >= began
            for record in recent
        ) or any(
            at == tenant and action.kind in kinds and since <= ended for at, since, action in still.values()
        )

    def history(self, tenant: int) -> str:
        """Return what was last done to a tenant."""
        with self.lock:
            recent = [record for record in self.recent if record.tenant == tenant][-25:]
        return "  what was last done to the tenant:\n" + "\n".join(
            f"    {record.began:.3f} - {record.ended:.3f} {record.session}:"
            f" {record.statement} -> {record.answer}"
            for record in recent
        )

    def waiting(self) -> str:
        """Return who waits for whom."""
        with self.connect() as session:
            rows = session.execute(
                "SELECT pid, pg_blocking_pids(pid), state, query FROM pg_stat_activity"
                " WHERE datname = current_database()"
            ).fetchall()
        return "\n".join(map(str, rows))

    def look_at_the_end(self, name: str) -> None:
        """When all is quiet: the ledger is closed, and every tenant is where a top-off leaves it."""
        with self.connect() as session:
            session.execute("SET soak.erases = 'on'")
            time.sleep(2.1)
            self.check(session)
            runs = session.execute(
                "SELECT id, status FROM topoff.runs WHERE status IN ('running', 'abandoned')"
            ).fetchall()
            if runs:
                raise Broken(f"the ledger is not closed: {runs}")
            for (tenant,) in session.execute("SELECT DISTINCT tenant_id FROM channel_accounts").fetchall():
                session.execute("SELECT topoff_planned_slots(%s, %s)", [tenant, HORIZON])
                again = session.execute("SELECT topoff_planned_slots(%s, %s)", [tenant, HORIZON]).fetchone()[
                    0
                ]
                session.execute("SELECT FROM replan_planned_slots(%s, %s)", [tenant, HORIZON])
                left = session.execute(
                    "SELECT removed, created FROM replan_planned_slots(%s, %s)", [tenant, HORIZON]
                ).fetchone()
                crowded = session.execute(
                    "SELECT * FROM soak.crowded WHERE tenant_id = %s", [tenant]
                ).fetchall()
                if again or left != (0, 0) or crowded:
                    raise Broken(
                        f"at the end, {tenant}: {again} created by a second top-off, {left} by a second"
                        f" re-plan; {crowded}"
                    )
            self.check(session)

    def complain(self, what: str) -> None:
        """Keep what is broken; the sessions end."""
        with self.lock:
            self.broken.append(what)

    def table(self) -> str:
        """Return what was done, in a table."""
        lines = [f"{'':20}{'times':>7}{'median':>9}{'longest':>9}  answers"]
        for name, tally in sorted(self.tallies.items(), key=lambda each: -len(each[1].seconds)):
            times = sorted(tally.seconds)
            answers = ", ".join(f"{count} {answer}" for answer, count in tally.answers.most_common())
            lines.append(
                f"{name:20}{len(times):7}{1000 * times[len(times) // 2]:6.0f} ms"
                f"{1000 * times[-1]:6.0f} ms  {answers}"
            )
        calls = sum(len(tally.seconds) for tally in self.tallies.values())
        return "\n".join(
            [
                *lines,
                f"{calls} in all; {self.deadlocks} deadlocks of people's own, none lost to the night",
                f"{self.suspects} slots looked wrong at the commit, {self.excused} of them because of what"
                " people wrote meanwhile",
            ]
        )


def names(tenant: int) -> tuple[str, str]:
    """Return what a tenant may be called."""
    return f"tenant {tenant}", f"tenant {tenant}, renamed"


def number(name: str) -> int:
    """Return which tenant has a name."""
    return int(re.search(r"\d+", name)[0])


def fresh_seed() -> int:
    """Return a seed that nobody has chosen."""
    return int.from_bytes(os.urandom(3))
