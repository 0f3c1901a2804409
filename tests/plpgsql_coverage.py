"""How much of the PL/pgSQL a test run has executed, counted by plpgsql_check's profiler.

The profiler counts in shared memory where the server has plpgsql_check in shared_preload_libraries and
plpgsql_check.profiler on, as .ci/with-server starts it where PLPGSQL_PROFILER says so. Tests have databases
of their own, so the counts are fetched before these are dropped, and added up by function and statement. The
profiler takes a function whose privileges have changed for another one and forgets what was executed of it
before, so these are lower bounds.
"""

from collections import Counter, defaultdict
from typing import NamedTuple

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo

MEASURED = """
    SELECT current_setting('plpgsql_check.profiler', true) = 'on'
       AND current_setting('shared_preload_libraries') ~ '\\mplpgsql_check\\M'
"""
INSTALL = """
    CREATE SCHEMA IF NOT EXISTS plpgsql_check;
    CREATE EXTENSION IF NOT EXISTS plpgsql_check SCHEMA plpgsql_check
"""
ROUTINES = """
    SELECT routine.oid::regprocedure::text, routine.prosrc
    FROM pg_proc AS routine
    JOIN pg_language AS language ON language.oid = routine.prolang AND language.lanname = 'plpgsql'
    WHERE routine.pronamespace IN (to_regnamespace('public'), to_regnamespace('topoff'))
"""
STATEMENTS = """
    SELECT routine.oid::regprocedure::text, routine.prosrc, statement.stmtid, statement.parent_stmtid,
           statement.parent_note, statement.lineno, statement.stmtname, statement.exec_stmts
    FROM pg_proc AS routine
    JOIN pg_language AS language ON language.oid = routine.prolang AND language.lanname = 'plpgsql'
    CROSS JOIN LATERAL plpgsql_check.plpgsql_profiler_function_statements_tb(routine.oid) AS statement
    WHERE routine.pronamespace IN (to_regnamespace('public'), to_regnamespace('topoff'))
    ORDER BY 1, statement.stmtid
"""
RESET = "SELECT plpgsql_check.plpgsql_profiler_reset_all()"


class Routine(NamedTuple):
    """A function, and its body: a test may have put another one in its place."""

    name: str
    body: str


class Statement(NamedTuple):
    """A statement of a function, and the branch that it stands in."""

    id: int
    parent: int | None
    branch: str | None
    line: int
    kind: str


class Coverage:
    """What has been executed so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.executed: dict[Routine, Counter[Statement]] = defaultdict(Counter)
        self.ours: set[Routine] = set()

    def expect(self, db: Connection) -> None:
        """Note which functions a newly migrated database has."""
        if not self.ours and db.execute(MEASURED).fetchone()[0]:
            self.ours = {Routine(*routine) for routine in db.execute(ROUTINES)}

    def collect(self, db: Connection) -> None:
        """Add what was executed in this database, which the test has done with."""
        if not self.ours:
            return
        conninfo = make_conninfo(**db.info.get_parameters() | {"password": db.info.password})
        try:
            with psycopg.connect(conninfo, autocommit=True) as session:
                session.execute(INSTALL)
                for name, body, *statement, executions in session.execute(STATEMENTS):
                    self.executed[Routine(name, body)][Statement(*statement)] += executions
                session.execute(RESET)
        except psycopg.OperationalError:
            return  # a test of crashes has taken the server or the database away

    def report(self) -> list[str]:
        """Return a table of the functions, with the lines of what was not executed."""
        rows = [self.row(routine) for routine in sorted(self.ours)]
        if not rows:
            return []
        width = max(len(row[0]) for row in rows)
        total = [sum(counts) for counts in zip(*(row[1:5] for row in rows), strict=True)]
        return [
            f"{'function':{width}}  statements  branches  not executed",
            *(f"{name:{width}}  {share(*counts[:2])}      {share(*counts[2:])}  {missed}".rstrip()
              for name, *counts, missed in rows),
            f"{'all':{width}}  {share(*total[:2])}      {share(*total[2:])}",
        ]  # fmt: skip

    def row(self, routine: Routine) -> tuple[str, int, int, int, int, str]:
        """Return a function's name, its statements and branches executed of how many, and what was not."""
        executed = self.executed[routine]
        missed = [
            f"line {statement.line} {statement.kind}" for statement, times in executed.items() if not times
        ]
        branches: dict[tuple[int, str], int] = {}
        for statement, executions in executed.items():
            if statement.parent is not None:
                # The first statement of a branch is executed as often as the branch is taken.
                branches.setdefault((statement.parent, statement.branch), executions)
        for statement, executions in executed.items():
            bodies = {branch: taken for (parent, branch), taken in branches.items() if parent == statement.id}
            if statement.kind == "IF" and "else body" not in bodies:
                branches[statement.id, "no branch"] = executions - sum(bodies.values())
                if executions and executions == sum(bodies.values()):
                    missed.append(f"line {statement.line} IF never false")
        return (
            routine.name.split("(")[0],
            len(executed) - sum(not executions for executions in executed.values()),
            len(executed),
            sum(taken > 0 for taken in branches.values()),
            len(branches),
            ", ".join(missed),
        )


def share(part: int, whole: int) -> str:
    """Return a percentage, never 100 where something is missing."""
    return f"{100 * part // whole if whole else 100:3} %"
