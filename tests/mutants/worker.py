"""A pytest that tries mutants: a plugin of the pytest that __main__ starts, one for each worker.

It collects the tests once and migrates one template. Then each mutant goes into the template, and a fork
of this process runs the tests that reach the mutated function, the likeliest to fail first, until one
fails. A fork costs some milliseconds, and whatever a mutant does to it, the next one is fresh.
"""

import fcntl
import gc
import json
import os
import select
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from hypothesis import Phase, settings
from psycopg import Connection

from mutants.profile import Profile, reach
from mutants.rooms import OWN_TESTS

TEMPLATE = "mutants_template"
CHECK = "mutants_check"
STATE = Path(os.environ["MUTANTS_STATE"])
NUMBER, WORKERS = (int(part) for part in os.environ["MUTANTS_WORKER"].split("/"))
LEAST_PATIENCE = 20.0
FINDINGS = """
    SELECT finding.message
    FROM pg_proc AS routine
    JOIN pg_language AS language ON language.oid = prolang AND lanname = 'plpgsql'
    CROSS JOIN LATERAL plpgsql_check.plpgsql_check_function_tb(
        routine.oid, fatal_errors => false, other_warnings => false, performance_warnings => false,
        extra_warnings => false
    ) AS finding
    WHERE proname = %s AND pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
      AND finding.level = 'error' AND finding.message !~ 'schema "cron"|"cron.job"'
"""
CLIENTS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""

# The same examples for every mutant, and none made smaller: that it fails is all that counts.
settings.register_profile(
    "mutants", phases=(Phase.explicit, Phase.generate), derandomize=True, database=None, deadline=None
)
settings.load_profile("mutants")


def is_ready(file: int, seconds: float) -> bool:
    """Wait until there is something to read; False after so many seconds in which this process could run.

    Where somebody has stopped it for a while, the fork was stopped as well, and must not pay for that.
    """
    return any(select.select([file], [], [], 0.25)[0] for _ in range(int(4 * seconds) + 1))


class Verdict(NamedTuple):
    """What became of a mutant: refused, killed, timeout or survived; by which test, or with which error."""

    verdict: str
    by: str
    seconds: float
    tests: int


class Failures:
    """A plugin that remembers whether the test just run has failed."""

    def __init__(self) -> None:
        """Begin without."""
        self.failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        self.failed = self.failed or report.failed


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try mutants instead of running the tests."""
    Worker(session).work()
    return True


class Worker:
    """One of those that take mutants from the list until none is left."""

    def __init__(self, session: pytest.Session) -> None:
        """Make the template."""
        import conftest

        self.conftest = conftest
        self.failures = Failures()
        session.config.pluginmanager.register(self.failures)
        self.items = {item.nodeid: item for item in session.items}
        self.kills: dict[str, Counter[str]] = {}
        os.environ["TOPOFF_TEMPLATE"] = TEMPLATE
        with self.connect("postgres") as admin:
            admin.execute(f"CREATE DATABASE {TEMPLATE}")
        conftest.take_create(TEMPLATE)
        conftest.migrate(TEMPLATE)
        with self.connect("postgres") as admin:
            admin.execute(f"CREATE DATABASE {CHECK} TEMPLATE {TEMPLATE}")
        with self.connect(CHECK) as check:
            check.execute("CREATE SCHEMA plpgsql_check; CREATE EXTENSION plpgsql_check SCHEMA plpgsql_check")

    def connect(self, dbname: str) -> Connection:
        """Open a session on this worker's server."""
        there = self.conftest
        return psycopg.connect(
            host=there.HOST,
            port=there.PORT,
            user=there.USER,
            password=there.PASSWORD,
            dbname=dbname,
            autocommit=True,
        )

    def work(self) -> None:
        """Find out which test reaches which function, and then take one mutant after the other."""
        self.profile = Profile(STATE, self.items)
        self.measure()
        self.profile.wait(WORKERS)
        tasks = json.loads((STATE / "tasks.json").read_text())
        for line in (STATE / "results.jsonl").read_text().splitlines():
            self.remember(json.loads(line))
        while (task := self.next_task(tasks)) is not None:
            result = task["mutant"] | self.try_mutant(task)._asdict() | {"worker": NUMBER, "at": time.time()}
            self.remember(result)
            with (STATE / "results.jsonl").open("a") as file:
                file.write(json.dumps(result) + "\n")

    def next_task(self, tasks: list[dict[str, Any]]) -> dict[str, Any] | None:
        """Take the next mutant off the list that all workers share."""
        with (STATE / "next").open("r+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            number = int(file.read())
            file.seek(0)
            file.write(str(number + 1))
        return tasks[number] if number < len(tasks) else None

    def remember(self, result: dict[str, Any]) -> None:
        """Note which test has killed a mutant, so that its like meet it first."""
        if result["verdict"] == "killed":
            self.kills.setdefault(result["file"], Counter())[result["by"]] += 1

    # Mutants ------------------------------------------------------------------------------------------------

    def try_mutant(self, task: dict[str, Any]) -> Verdict:
        """Put a mutant in the place of its function, and see whether a test notices."""
        began = time.monotonic()
        if refusal := self.refusal(task):
            return Verdict("refused", refusal, 0, 0)
        with self.installed(task):
            wanted = self.order(task)
            verdict, by, tests = self.run(wanted)
        return Verdict(verdict, by, round(time.monotonic() - began, 2), tests)

    def refusal(self, task: dict[str, Any]) -> str:
        """Return the error by which the server or plpgsql_check refuses a mutant; '' for none."""
        name = Path(task["mutant"]["file"]).stem
        with self.connect(CHECK) as check, check.transaction(force_rollback=True):
            try:
                check.execute(task["text"].encode())
                # What an EXECUTEd string says is not checked; tests will tell.
                found = check.execute(FINDINGS, [name]).fetchall()
            except psycopg.Error as error:
                return str(error).splitlines()[0]
        return found[0][0] if found else ""

    @contextmanager
    def installed(self, task: dict[str, Any]) -> Iterator[None]:
        """Have the mutant in the template and in the copy that migrations install, and take it out again."""
        name = Path(task["mutant"]["file"]).name
        copies = sorted((self.conftest.PROJECT / "alembic" / "versions").glob(f"*/{name}"))
        frozen = {path: path.read_text() for path in copies[-1:]}
        for path in frozen:
            path.write_text(task["text"])
        self.define(task["text"])
        try:
            yield
        finally:
            for path, text in frozen.items():
                path.write_text(text)
            self.define(task["original"])

    def define(self, text: str) -> None:
        """Execute a file in the template, which nobody may be connected to when it is cloned."""
        with self.connect(TEMPLATE) as template:
            template.execute(text.encode())

    def order(self, task: dict[str, Any]) -> list[pytest.Item]:
        """Return the tests that can notice a mutant, those that are likely to and quick first.

        Who has survived meets first what was written since then.
        """
        file, slow, number = task["mutant"]["file"], task["slow"], task["mutant"]["number"]
        kills = self.kills.get(file, Counter())
        own = OWN_TESTS[file.split("/")[0]]
        reaching = self.profile.reaching(file, slow)
        lines = task["original"].splitlines()[max(number - 2, 0) : number + 3]
        likeness = self.profile.likeness(reaching, " ".join(lines))

        def cost(node: str) -> float:
            """Return how late a test should come."""
            is_new = task["survived_at"] is not None and self.profile.measured_at(node) > task["survived_at"]
            hope = (1 + 4 * (self.profile.topic(node) in own)) * (1 + 20 * kills[node]) * (1 + 100 * is_new)
            return (self.profile.seconds(node) + 0.05) / hope / (1 + 30 * likeness[node] ** 3)

        ordered = sorted(reaching, key=cost)
        spent = accumulate(self.profile.seconds(node) for node in ordered)
        return [
            self.items[node]
            for node, seconds in zip(ordered, spent, strict=True)
            if slow or seconds < task["budget"] or kills[node]
        ]

    # Tests --------------------------------------------------------------------------------------------------

    def run(self, items: list[pytest.Item]) -> tuple[str, str, int]:
        """Run tests in a fork until one fails twice; the verdict, by which test, after how many."""
        reports, writer = os.pipe()
        gc.collect()
        gc.freeze()  # so that the next one need not look at all of pytest again
        pid = os.fork()
        if pid == 0:
            os.close(reports)
            os.setsid()
            try:
                self.in_child(items, lambda text: os.write(writer, f"{text}\n".encode()))
            finally:
                os._exit(0)
        os.close(writer)
        number, verdict = -1, ""
        pending = b""
        while not verdict:
            patience = LEAST_PATIENCE
            if number >= 0:
                patience += 6 * self.profile.seconds(items[number].nodeid)
            if not is_ready(reports, patience):
                verdict = "timeout"
                break
            received = os.read(reports, 65536)
            *lines, pending = (pending + received).split(b"\n")
            for line in lines:
                word, _, argument = line.decode().partition(" ")
                number = int(argument)
                verdict = word if word in ("killed", "survived") else verdict
            if not received and not verdict:
                verdict = "killed"  # the fork has died of it
        with_children = os.getpgid(pid) if verdict != "survived" else 0
        if with_children == pid:
            os.killpg(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reports)
        with self.connect("postgres") as admin:
            admin.execute(CLIENTS)
        by = items[number].nodeid if verdict != "survived" and number >= 0 else ""
        return verdict, by, number + 1

    def in_child(self, items: list[pytest.Item], report: Callable[[str], Any]) -> None:
        """Be the fork: say which test begins, and at last how it ended."""
        for number, item in enumerate(items):
            report(f"begins {number}")
            following = items[number + 1] if number + 1 < len(items) else None
            # A test that depends on the machine's mood is not to kill: it has to fail twice.
            if self.fails(item, following) and self.fails(item, following):
                report(f"killed {number}")
                return
        report(f"survived {len(items) - 1}")

    def fails(self, item: pytest.Item, following: pytest.Item | None) -> bool:
        """Run a test."""
        self.failures.failed = False
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return self.failures.failed

    # Which test reaches what --------------------------------------------------------------------------------

    def measure(self) -> None:
        """Run this worker's share of the tests whose reach is not known yet, as they are."""
        unknown = [node for node in self.profile.unknown() if self.profile.share(node, WORKERS) == NUMBER]
        if unknown:
            with self.connect("postgres") as admin:
                admin.execute("ALTER SYSTEM SET track_functions = 'all'")
                admin.execute("SELECT pg_reload_conf()")
            pid = os.fork()
            if pid == 0:
                status = 1
                try:
                    self.measure_in_child([self.items[node] for node in unknown])
                    status = 0
                except BaseException:
                    traceback.print_exc()
                finally:
                    sys.stderr.flush()
                    os._exit(status)
            # Without it no test would reach any mutant, and all would survive.
            if os.waitpid(pid, 0)[1]:
                raise RuntimeError("which test reaches what could not be measured")
            with self.connect("postgres") as admin:
                admin.execute("ALTER SYSTEM RESET track_functions")
                admin.execute("SELECT pg_reload_conf()")
        self.profile.done(NUMBER)

    def measure_in_child(self, items: list[pytest.Item]) -> None:
        """Be the fork that measures."""
        with self.connect("postgres") as admin:
            # Where own_server() has the server write it.
            log = Path(admin.execute("SHOW data_directory").fetchone()[0]).parent / "log"
        with reach(log) as reached:
            for number, item in enumerate(items):
                reached.begin()
                began = time.monotonic()
                failed = self.fails(item, items[number + 1] if number + 1 < len(items) else None)
                self.profile.write(NUMBER, item.nodeid, time.monotonic() - began, failed, reached.end())
