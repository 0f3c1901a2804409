"""Which test reaches which function, and how long it takes: measured once, and kept.

The server counts calls of functions (track_functions), but neither those that end in an error, which the
contexts in its log tell, nor those of SQL functions that it inlines: for these, whoever names them counts.
A test that names a function itself counts in any case.
"""

import ast
import hashlib
import inspect
import json
import math
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest
from databases import OTHER_SESSIONS, Databases
from psycopg import Connection

from mutants.rooms import PROJECT, SLOW_TESTS

WORD = re.compile(r"[A-Za-z_]{4,}")
COUNTS = "SELECT schemaname || '.' || funcname, calls FROM pg_stat_user_functions"
IN_CONTEXT = re.compile(r"function (?:public\.|topoff\.)?(\w+)\(|SQL function \"(\w+)\"")


class Reach:
    """The functions that are called between begin() and end()."""

    def __init__(self, log: Path) -> None:
        """Read the server's log from its present end on."""
        self.log = log
        self.place = log.stat().st_size
        self.called: set[str] = set()
        self.before: dict[str, dict[str, int]] = {}

    def begin(self) -> None:
        """Forget what was called."""
        self.called = set()
        self.place = self.log.stat().st_size

    def end(self) -> list[str]:
        """Return the names of what was called."""
        with self.log.open(errors="replace") as file:
            file.seek(self.place)
            for names in IN_CONTEXT.findall(file.read()):
                self.called.update(name for name in names if name)
        return sorted(self.called)

    def count(self, session: Connection, dbname: str) -> None:
        """Add what has been called in a database since the last look."""
        # What another session has called is counted when it has ended.
        for _ in range(100):
            if not session.execute(OTHER_SESSIONS).fetchone()[0]:
                break
            time.sleep(0.01)
        session.execute("SELECT pg_stat_force_next_flush()")
        counts = dict(session.execute(COUNTS).fetchall())
        before = self.before.get(dbname, {})
        self.called.update(
            name.split(".")[1] for name, calls in counts.items() if calls > before.get(name, 0)
        )
        self.before[dbname] = counts


@contextmanager
def reach(log: Path) -> Iterator[Reach]:
    """Look at each database when a test gives it back."""
    reached = Reach(log)
    take_back: Callable[..., None] = Databases.take_back
    drop: Callable[..., None] = Databases.drop

    def looked_at(databases: Databases, lent: Connection, name: str) -> None:
        with suppress(psycopg.Error):
            if lent.closed or lent.info.dbname != name:
                with databases.connect(dbname=name) as session:
                    reached.count(session, name)
            else:
                lent.rollback()
                lent.autocommit = True
                lent.execute("DISCARD ALL")
                reached.count(lent, name)
        take_back(databases, lent, name)

    def forgotten(databases: Databases, name: str) -> None:
        reached.before.pop(name, None)
        drop(databases, name)

    Databases.take_back, Databases.drop = looked_at, forgotten
    try:
        yield reached
    finally:
        Databases.take_back, Databases.drop = take_back, drop


def parts(text: str) -> tuple[str, dict[str, str]]:
    """Return the text of a file of tests without its tests, and that of each test by name."""
    tests = {}
    lines = text.splitlines()
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
            tests[node.name] = "\n".join(lines[first : node.end_lineno])
            lines[first : node.end_lineno] = [""] * (node.end_lineno - first)
    return "\n".join(line for line in lines if line), tests


class Profile:
    """What is known of the tests."""

    def __init__(self, state: Path, items: dict[str, pytest.Item]) -> None:
        """Read what was measured before."""
        self.state = state
        self.items = items
        self.known_words: dict[str, set[str]] = {}
        self.parts: dict[Path, tuple[str, dict[str, str]]] = {}
        self.known_reach: dict[tuple[str, bool], set[str]] = {}
        self.texts = {
            str(path.relative_to(PROJECT / "sql")): path.read_text()
            for path in (PROJECT / "sql").glob("*/*.sql")
        }
        self.read()

    def read(self) -> None:
        """Take what holds for the tests as they are now."""
        self.known: dict[str, dict[str, Any]] = {}
        for path in self.state.glob("profile-*.jsonl"):
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                if entry["node"] in self.items and entry["digest"] == self.digest(entry["node"]):
                    self.known[entry["node"]] = entry

    def digest(self, node: str) -> str:
        """Return what changes with a test, or with what its file has beside the tests."""
        path = self.items[node].path
        if path not in self.parts:
            self.parts[path] = parts(path.read_text())
        name = getattr(self.items[node], "originalname", None) or self.items[node].name
        rest, tests = self.parts[path]
        return hashlib.sha256((rest + tests.get(name, "")).encode()).hexdigest()[:16]

    def is_slow(self, node: str) -> bool:
        """Tell whether a test is for what no other has killed."""
        return self.topic(node) in SLOW_TESTS

    def topic(self, node: str) -> str:
        """Return what the file of a test is called after."""
        return self.items[node].path.stem.removeprefix("test_")

    def unknown(self) -> list[str]:
        """Return the tests that have to be measured."""
        return [node for node in self.items if node not in self.known]

    def share(self, node: str, workers: int) -> int:
        """Return which of the workers measures a test: all of a file the same."""
        return sum(self.items[node].path.stem.encode()) % workers

    def write(self, worker: int, node: str, seconds: float, failed: bool, functions: list[str]) -> None:
        """Keep what was measured."""
        entry = {
            "node": node, "digest": self.digest(node), "seconds": round(seconds, 3), "failed": failed,
            "functions": functions, "at": time.time(),
        }  # fmt: skip
        with (self.state / f"profile-{worker}.jsonl").open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def done(self, worker: int) -> None:
        """Say that this worker has measured its share."""
        (self.state / f"measured-{worker}").touch()

    def wait(self, workers: int) -> None:
        """Wait for the shares of the others."""
        while not all((self.state / f"measured-{worker}").exists() for worker in range(workers)):
            time.sleep(0.2)
        self.read()

    def seconds(self, node: str) -> float:
        """Return how long a test takes."""
        return self.known[node]["seconds"] if node in self.known else 5.0

    def measured_at(self, node: str) -> float:
        """Return when a test was measured as it is now."""
        return self.known[node].get("at", 0)

    def reaching(self, file: str, slow: bool) -> set[str]:
        """Return the tests that pass as things are and reach the function of a file."""
        if (file, slow) not in self.known_reach:
            self.known_reach[file, slow] = self.found_reaching(file, slow)
        return self.known_reach[file, slow]

    def found_reaching(self, file: str, slow: bool) -> set[str]:
        """Look for them."""
        names = self.callers(file)
        is_sql = "LANGUAGE plpgsql" not in self.texts[file]
        named = Path(file).stem
        return {
            node
            for node, entry in self.known.items()
            if not entry["failed"]
            and (
                (self.is_slow(node) and slow)
                or (
                    not self.is_slow(node)
                    and (
                        names & set(entry["functions"])
                        or named in self.words(node)
                        or (is_sql and named in self.source(node))
                    )
                )
            )
        }

    def likeness(self, nodes: Collection[str], text: str) -> dict[str, float]:
        """Return how much of what a text speaks of the tests speak of, too, from 0 to 1."""
        found = dict.fromkeys(nodes, 0.0)
        for word in set(WORD.findall(text)):
            with_it = [node for node in nodes if word in self.words(node)]
            for node in with_it:
                found[node] += math.log(len(found) / len(with_it))
        most = max(found.values(), default=0) or 1
        return {node: likeness / most for node, likeness in found.items()}

    def words(self, node: str) -> set[str]:
        """Return the words of a test's name, parameters and function."""
        if node not in self.known_words:
            function = getattr(self.items[node], "function", None)
            self.known_words[node] = set(
                WORD.findall(node + (inspect.getsource(function) if function else ""))
            )
        return self.known_words[node]

    def source(self, node: str) -> str:
        """Return the text of a test's module."""
        module = self.items[node].path
        return module.read_text()

    def callers(self, file: str) -> set[str]:
        """Return the functions whose call means that a file's function may have been called."""
        name = Path(file).stem
        found = {name}
        todo = [file]
        while todo:
            current = todo.pop()
            if "LANGUAGE plpgsql" in self.texts[current]:
                continue
            uses = {
                other
                for other, text in self.texts.items()
                if re.search(rf"\b(?:topoff|public)\.{Path(current).stem}\b", text.split("\nCOMMENT ON")[0])
                and not other.startswith("proxy/")
            }
            if "CREATE OR REPLACE VIEW" in self.texts[current]:
                uses |= {
                    other for other in self.texts if f"topoff.{Path(other).stem}(" in self.texts[current]
                }
            for other in uses:
                if Path(other).stem not in found:
                    found.add(Path(other).stem)
                    todo.append(other)
        return found
