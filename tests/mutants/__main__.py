"""How strong the tests' proof is: sql/ changed one place at a time, and which of it the tests notice.

    make mutants                      # all rooms; what an earlier run has killed is not tried again
    make mutants ROOM=planner         # one room, or one file: ROOM=planner/planned_slots
    make mutants SAMPLE=100 SEED=7    # that many, drawn at random
    make mutants FRESH=1              # everything again
    make mutants BUDGET=60            # the survivors once more, with a minute of tests for each
    make mutants SLOW=1               # and with the tests that migrate databases as well

A mutant that the server or plpgsql_check refuses doesn't count, nor does one that judged.toml
declares equivalent. Each worker has a server, a template and a copy of the project of its own.
Results are kept in .mutants/.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from own_server import Programs, own_server

from mutants.generate import mutants
from mutants.judged import Judgement, judged, judgements, lines
from mutants.rooms import BUDGET, PROJECT, ROOMS, SLOW_TESTS, STATE, TESTS

SQL = PROJECT / "sql"
PROGRAMS = Programs("/usr/lib/postgresql/15/bin")  # Debian's, with plpgsql_check
SERVER = """
listen_addresses = ''
unix_socket_directories = '{socket}'
fsync = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
max_connections = 150
timezone = 'UTC'
shared_preload_libraries = 'plpgsql_check'
max_prepared_transactions = 5
"""


def main() -> int:
    """Try what is asked for, and print what came of it; 1 where a mutant survived that nobody has judged."""
    wanted = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers are taken down
    STATE.mkdir(exist_ok=True)
    (STATE / "results.jsonl").touch()
    if wanted.fresh:
        (STATE / "results.jsonl").write_text("")
    all_tasks = [task for room in wanted.room or ROOMS for task in tasks_of(room)]
    known = results()
    if wanted.sample:
        print(f"seed {wanted.seed}")
        all_tasks = random.Random(wanted.seed).sample(all_tasks, min(wanted.sample, len(all_tasks)))
    judgement = judgements()
    todo = [
        task | {"slow": wanted.slow, "budget": wanted.budget, "survived_at": survived_at(known, task["key"])}
        for task in all_tasks
        if known.get(task["key"], {}).get("verdict") in (None, "survived")
        and not (wanted.report or judged(task["mutant"], judgement))
    ]
    if todo:
        random.Random(wanted.seed).shuffle(todo)
        todo.sort(key=lambda task: task["key"] not in known)  # who has survived comes first
        print(f"{len(todo)} of {len(all_tasks)} mutants to try, {wanted.workers} at a time", flush=True)
        run(todo, wanted.workers, wanted.slow)
        known = results()
    return report(all_tasks, known, judgement)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="mutants", description=__doc__.splitlines()[0])
    parser.add_argument("room", nargs="*", help="planner, calendar, night, or a file such as planner/plans")
    parser.add_argument("--sample", type=int, help="how many to draw at random")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the draw")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    parser.add_argument("--slow", action="store_true", help="with the tests that migrate databases")
    parser.add_argument("--budget", type=float, default=BUDGET, help="seconds of tests for each mutant")
    parser.add_argument("--report", action="store_true", help="try nothing, print what is known")
    return parser.parse_args()


def tasks_of(room: str) -> Iterator[dict[str, Any]]:
    """Yield the mutants of a room, or of one file of it."""
    for path in [SQL / f"{room}.sql"] if "/" in room else sorted((SQL / room).glob("*.sql")):
        original = path.read_text(encoding="utf-8")
        for mutant in mutants(path, SQL):
            line, became_line = lines(original, mutant.text, mutant.start, mutant.end, mutant.became)
            yield {
                "key": mutant.key,
                "text": mutant.text,
                "original": original,
                "mutant": {
                    "key": mutant.key,
                    "file": mutant.file,
                    "rule": mutant.rule,
                    "number": original.count("\n", 0, mutant.start) + 1,
                    "line": line,
                    "became_line": became_line,
                },
            }


def results() -> dict[str, dict[str, Any]]:
    """Return the last result of each mutant."""
    found = {}
    for line in (STATE / "results.jsonl").read_text(encoding="utf-8").splitlines():
        result = json.loads(line)
        found[result["key"]] = result
    return found


def survived_at(known: dict[str, dict[str, Any]], key: str) -> float | None:
    """Return when a mutant has survived; None where it is new."""
    return known[key].get("at", 0) if key in known else None


def run(todo: list[dict[str, Any]], workers: int, slow: bool) -> None:
    """Have the workers try mutants, and say how far they are."""
    (STATE / "tasks.json").write_text(json.dumps(todo))
    (STATE / "next").write_text("0")
    for measured in STATE.glob("measured-*"):
        measured.unlink()
    began = time.monotonic()
    before = len((STATE / "results.jsonl").read_text().splitlines())
    with started(workers, slow) as running:
        said = time.monotonic()
        while any(worker.poll() is None for worker in running):
            time.sleep(1)
            if time.monotonic() - said > 30:
                said = time.monotonic()
                done = [
                    json.loads(line) for line in (STATE / "results.jsonl").read_text().splitlines()[before:]
                ]
                verdicts = Counter(result["verdict"] for result in done)
                print(f"{said - began:6.0f} s  {len(done):5} of {len(todo)}  {dict(verdicts)}", flush=True)
    if any(worker.returncode for worker in running):
        print(f"a worker has failed: see {STATE}/worker-*.log", file=sys.stderr)


@contextmanager
def started(workers: int, slow: bool) -> Iterator[list[subprocess.Popen]]:
    """Start the workers, each with a server and a copy of the project of its own."""
    names = TESTS + (SLOW_TESTS if slow else ())
    files = [f"tests/test_{name}.py" for name in names]
    unwanted = shutil.ignore_patterns(".git", ".venv", ".mutants", "__pycache__", ".*_cache")
    running: list[subprocess.Popen] = []
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="topoff-mutants-"))
        for number in range(workers):
            copy = Path(folder) / str(number)
            shutil.copytree(PROJECT, copy, ignore=unwanted)
            environment = os.environ | {
                "PGHOST": stack.enter_context(own_server(PROGRAMS, SERVER)),
                "PGPORT": "5432",
                "PGUSER": "postgres",
                "MUTANTS_STATE": str(STATE),
                "MUTANTS_WORKER": f"{number}/{workers}",
                "PYTHONPATH": str(copy / "tests"),
            }
            log = stack.enter_context((STATE / f"worker-{number}.log").open("w"))
            command = [sys.executable, "-m", "pytest", "-q", "-p", "mutants.worker", "-p", "no:cacheprovider"]
            running.append(
                subprocess.Popen(
                    [*command, *files], cwd=copy, env=environment, stdout=log, stderr=subprocess.STDOUT
                )
            )
        try:
            yield running
        finally:
            for worker in running:
                if worker.poll() is None:
                    worker.terminate()
                    worker.wait()


def report(tasks: list[dict[str, Any]], known: dict[str, dict[str, Any]], judgement: list[Judgement]) -> int:
    """Print the score of each room, and who survived."""
    rows: dict[str, Counter[str]] = {}
    survivors = []
    for task in tasks:
        mutant = task["mutant"]
        row = rows.setdefault(mutant["file"].split("/")[0], Counter())
        verdict = known.get(task["key"], {}).get("verdict", "not tried")
        if verdict in ("survived", "not tried") and judged(mutant, judgement):
            verdict = "equivalent"
        row["killed" if verdict == "timeout" else verdict] += 1
        row["by timeout"] += verdict == "timeout"
        if verdict == "survived":
            survivors.append(mutant)
    print("\nsurvivors" if survivors else "\nno survivors")
    for mutant in survivors:
        print(f"\n  {mutant['file']}:{mutant['number']}  {mutant['rule']}")
        print(f"    - {mutant['line']}\n    + {mutant['became_line']}")
    columns = ("killed", "by timeout", "survived", "equivalent", "refused", "not tried")
    print(f"\n{'room':10}{'mutants':>10}" + "".join(f"{name:>12}" for name in columns) + f"{'score':>9}")
    for room, row in rows.items():
        counted = row["killed"] + row["survived"]
        score = f"{100 * row['killed'] / counted:8.1f} %"[-9:] if counted else "        -"
        total = counted + row["equivalent"]
        print(f"{room:10}{total:10}" + "".join(f"{row[name]:12}" for name in columns) + score)
    return bool(survivors)


if __name__ == "__main__":
    sys.exit(main())
