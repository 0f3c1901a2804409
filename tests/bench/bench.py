"""Measures the top-off side by side with what it is compared with, and prints the table.

    python tests/bench/bench.py          twenty minutes on a quiet machine
    python tests/bench/bench.py small    2 minutes, with a tenth of the data

The server is the one of DATABASE_URL or of libpq's environment (a superuser, on this machine for the
memory's sake). It works in a database of its own, which it drops at the end, and writes nothing else.
What is compared by its duration takes turns: the medians of five or more are shown, and the median of the
turns' ratios; pages do not vary, and the extremes, which are compared with nothing, are measured once.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import NamedTuple

from cluster import cluster
from data import (
    BLACKOUTS,
    DBNAME,
    FURTHER_CADENCES,
    MANY_BLACKOUTS,
    add_history,
    clear_calendar,
    connect,
    database,
    execute,
    new_accounts,
    server,
)
from fallback import fallback
from peer import Scheduler
from sqlalchemy import create_engine

REPETITIONS = 5
TURNS = 3  # of what is quick, in each repetition: the machine's speed varies more than what is measured
ACCOUNTS_A_TENANT = 10
NIGHT = "CALL topoff_all_tenants()"
PREVIEW = "SELECT count(*) FROM preview_planned_slots('tenant 000001')"
IN_THE_WINDOW = """
    SELECT count(*)
    FROM channel_accounts AS account
    JOIN post_instances AS post
      ON post.tenant_id = account.tenant_id AND post.channel_account_id = account.id
     AND post.scheduled_for > now() AND post.scheduled_for <= now() + interval '28 days'
    WHERE account.tenant_id = %s
"""
SETTINGS = (
    "shared_buffers", "work_mem", "maintenance_work_mem", "max_wal_size", "fsync", "synchronous_commit",
    "full_page_writes", "wal_level", "jit", "random_page_cost", "autovacuum",
)  # fmt: skip


class Size(NamedTuple):
    """How much data, and how long."""

    tenants: int
    history: int
    large_tenant: int
    small_tenants: int
    seconds: int


SIZES = {
    "full": Size(tenants=1_000, history=10_000_000, large_tenant=10_000, small_tenants=100_000, seconds=30),
    "small": Size(tenants=100, history=1_000_000, large_tenant=1_000, small_tenants=10_000, seconds=5),
}


class Line(NamedTuple):
    """A line of the table."""

    measure: str
    ours: str
    compared_with: str = ""
    ratio: str = ""
    wanted: str = ""


def main() -> None:
    """Measure and print."""
    name = sys.argv[1] if len(sys.argv) > 1 else "full"
    if name not in SIZES:
        raise SystemExit(f"the size is one of {', '.join(SIZES)}, not {name}")
    size = SIZES[name]
    with database():
        print_circumstances(name, size)
        lines = [*nights(size), *programmes(size), *button(size), *blackouts(), *pages(size), *extremes(size)]
        lines += [Line(*row) for row in fallback(size.tenants, ACCOUNTS_A_TENANT)]
        lines += [Line(*row) for row in cluster(2 * size.tenants, ACCOUNTS_A_TENANT)]
    progress()
    print_table(lines)


def nights(size: Size) -> list[Line]:
    """Compare first fills and idle nights with a plain INSERT and with the peer."""
    new_accounts(size.tenants, ACCOUNTS_A_TENANT)
    execute(NIGHT)
    execute("CREATE TABLE wanted AS SELECT * FROM post_instances ORDER BY ctid")
    execute("CREATE TABLE wanted_content AS SELECT * FROM content_items")
    (slots,) = execute("SELECT count(*) FROM wanted")[0]
    engine = create_engine(server().set(drivername="postgresql+psycopg2", database=DBNAME))
    peer, batched = Scheduler(engine), Scheduler(engine, batched=True)

    took = defaultdict(list)
    for repetition in range(REPETITIONS):
        progress(f"nights, {repetition + 1} of {REPETITIONS}")
        for _ in range(TURNS):
            clear_calendar()
            took["our fill"].append(timed(NIGHT))
            took["our idle"].append(statistics.median(timed(NIGHT) for _ in range(TURNS)))

            clear_calendar()
            execute("INSERT INTO content_items SELECT * FROM wanted_content")
            took["plain"].append(timed("INSERT INTO post_instances SELECT * FROM wanted"))

        clear_calendar()
        took["batched fill"].append(timed(batched.topoff_all_tenants))
        clear_calendar()
        took["peer's fill"].append(timed(peer.topoff_all_tenants))
        took["peer's idle"].append(timed(peer.topoff_all_tenants))
        other = execute(
            "SELECT tenant_id, channel_account_id, scheduled_for FROM post_instances "
            "WHERE scheduled_for < (SELECT max(scheduled_for) - interval '1 day' FROM wanted) "
            "EXCEPT SELECT tenant_id, channel_account_id, scheduled_for FROM wanted"
        )
        if other:
            raise SystemExit(f"the peer makes other slots: {other[:3]}")
    engine.dispose()
    execute("DROP TABLE wanted, wanted_content")

    accounts = size.tenants * ACCOUNTS_A_TENANT
    fill = f"first fill: {size.tenants:,} tenants, {accounts:,} accounts, {slots:,} slots"
    idle = "night with nothing missing"
    plain, python = "plain INSERT ... SELECT", "Python scheduler"
    return [
        compared(fill, took, "our fill", "plain", plain, "<= 1.2"),
        compared(idle, took, "our idle", "plain", plain, "<= 0.06"),
        compared("first fill", took, "our fill", "peer's fill", python, ">= 10", inverse=True),
        compared(idle, took, "our idle", "peer's idle", python, ">= 20", inverse=True),
        compared("first fill", took, "our fill", "batched fill", f"{python}, batched", "", inverse=True),
    ]


def programmes(size: Size) -> list[Line]:
    """Compare the first fill by three cadences an account, and blackouts, with the one by one cadence."""
    took = defaultdict(list)
    for repetition in range(2 * REPETITIONS):
        progress(f"programmes, {repetition + 1} of {2 * REPETITIONS}")
        for what in ("one", "three"):
            # Not by an UPDATE: what that leaves behind is found by the foreign key of every slot.
            new_accounts(size.tenants, ACCOUNTS_A_TENANT, (3, 3, 3) if what == "three" else (3, 5, 7))
            if what == "three":
                execute(FURTHER_CADENCES)
                execute(BLACKOUTS)
            clear_calendar()
            duration = timed(NIGHT)
            ((slots,),) = execute("SELECT count(*) FROM post_instances")
            took[what].append(duration / slots)
    one, three = (statistics.median(took[what]) for what in ("one", "three"))
    ratio = median_ratio(took["three"], took["one"])
    return [
        Line(
            "first fill, three cadences and categories an account, fifty blackouts a tenant, per slot",
            f"{three * 1e6:.1f} us",
            f"one cadence: {one * 1e6:.1f} us",
            f"{ratio:.2f}",
            "<= 1.15",
        )
    ]


def blackouts() -> list[Line]:
    """Compare a preview for 1,001 accounts with twenty thousand blackouts with one with twenty."""
    took = {}
    for number in (20, 20_000):
        progress(f"{number:,} blackouts")
        new_accounts(1, 1001)
        execute(MANY_BLACKOUTS, number, number)
        execute(NIGHT)
        session = connect()
        with session.cursor() as cursor:
            calls = [timed(lambda cursor=cursor: cursor.execute(PREVIEW)) for _ in range(5 * REPETITIONS)]
        session.close()
        took[f"{number}"] = [statistics.median(calls[1:])]
    what = "a preview of 1,001 accounts of a tenant with 20,000 blackouts ahead"
    return [compared(what, took, "20000", "20", "with 20 blackouts", "<= 2")]


def button(size: Size) -> list[Line]:
    """Compare a call of the API's button with a count, and press it from 32 clients at once."""
    new_accounts(size.tenants, ACCOUNTS_A_TENANT)
    execute(NIGHT)
    progress("the button")
    first = [timed("SELECT topoff_planned_slots('tenant 000001')") for _ in range(5 * REPETITIONS)]
    session = connect()
    took = defaultdict(list)
    with session.cursor() as cursor:
        for repetition in range(100 * REPETITIONS):
            tenant = f"tenant {1 + repetition % size.tenants:06}"
            for what, statement in (("ours", "SELECT topoff_planned_slots(%s)"), ("count", IN_THE_WINDOW)):
                begin = time.perf_counter()
                cursor.execute(statement, [tenant])
                took[what].append(time.perf_counter() - begin)
    session.close()
    took = {what: times[len(times) // 10 :] for what, times in took.items()}
    what = f"the button: {ACCOUNTS_A_TENANT} accounts, nothing missing"
    return [
        compared(what, took, "ours", "count", "count(*) of its posts", "<= 3"),
        Line("the same, absolute", milliseconds(statistics.median(took["ours"])), wanted="< 4 ms"),
        Line("the first call of a session", milliseconds(statistics.median(first))),
        many_clients(size),
    ]


def many_clients(size: Size) -> Line:
    """Press the button from 32 clients with pgbench."""
    (bindir,) = execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'")[0]
    pgbench = shutil.which("pgbench") or shutil.which("pgbench", path=bindir)
    what = f"the button under 32 clients, {size.seconds} s"
    if pgbench is None:
        return Line(what, "pgbench was not found")
    with tempfile.TemporaryDirectory() as directory:
        script = Path(directory, "button.sql")
        script.write_text(
            f"\\set number random(1, {size.tenants})\n"
            "SELECT topoff_planned_slots('tenant ' || lpad(:number::text, 6, '0'));\n"
        )
        options = [
            "--no-vacuum",
            "--client=32",
            "--jobs=2",
            f"--time={size.seconds}",
            "--log",
            f"--file={script}",
        ]
        url = server().set(database=DBNAME).render_as_string(hide_password=False)
        done = subprocess.run([pgbench, *options, url], cwd=directory, capture_output=True, text=True)
        calls = [
            int(line.split()[2]) / 1e6
            for log in Path(directory).glob("pgbench_log.*")
            for line in log.read_text().splitlines()
        ]
    if not calls:
        raise SystemExit(done.stdout + done.stderr)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    errors = int(failed[1] if failed else 0) + len(re.findall(r"client \d+ aborted", done.stderr))
    percentiles = statistics.quantiles(calls, n=100)
    return Line(
        what,
        f"{len(calls) / size.seconds:,.0f} calls/s, p50 {milliseconds(percentiles[49])}, "
        f"p99 {milliseconds(percentiles[98])}, {errors} errors",
    )


def pages(size: Size) -> list[Line]:
    """Compare the pages that an idle night reads without and with a long history."""
    new_accounts(size.tenants, ACCOUNTS_A_TENANT)
    execute(NIGHT)
    without = pages_of_a_night()
    levels = levels_of_slot_key()
    progress("adding history")
    add_history(size.history // (size.tenants * ACCOUNTS_A_TENANT))
    lines = []
    for state in ("never analyzed", "analyzed"):
        if state == "analyzed":
            execute("ANALYZE")
        with_history = pages_of_a_night()
        deeper = (levels_of_slot_key() - levels) * with_history.descents
        lines.append(
            Line(
                f"pages of an idle night, {size.history:,} rows of history, {state}",
                f"{with_history.pages:,}, of them {deeper:,} for a deeper B-tree",
                f"no history: {without.pages:,}",
                f"{(with_history.pages - deeper) / without.pages:.2f}",
                "<= 1.1",
            )
        )
    return lines


class PagesRead(NamedTuple):
    """Pages of the application's tables, and descents into the slot key."""

    pages: int
    descents: int


def pages_of_a_night() -> PagesRead:
    """Count what one night with nothing missing reads."""
    execute(NIGHT)
    before = pages_so_far()
    execute(NIGHT)
    after = pages_so_far()
    return PagesRead(after.pages - before.pages, after.descents - before.descents)


def pages_so_far() -> PagesRead:
    """Read the server's counters, once they have come to rest: a session hands in its own at its end."""
    last = None
    while True:
        figures = PagesRead(
            *execute(
                """
                SELECT (SELECT sum(heap_blks_hit + heap_blks_read + idx_blks_hit + idx_blks_read)::bigint
                        FROM pg_statio_user_tables WHERE relname IN
                            ('channel_accounts', 'content_items', 'post_instances', 'blackouts')),
                       (SELECT idx_scan FROM pg_stat_user_indexes
                        WHERE indexrelname = 'post_instances_slot_key')
                """
            )[0]
        )
        if figures == last:
            return figures
        last = figures
        time.sleep(1)


def levels_of_slot_key() -> int:
    """Count the pages on the way from the slot key's root to a leaf: what a look-up of nothing reads."""
    ((plan,),) = execute(
        """
        SET enable_seqscan = off;
        EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON)
        SELECT FROM post_instances
        WHERE tenant_id = '' AND channel_account_id = '00000000-0000-0000-0000-000000000000'
          AND scheduled_for = '2000-01-01'
        """
    )
    return plan[0]["Plan"]["Shared Hit Blocks"] + plan[0]["Plan"]["Shared Read Blocks"]


def extremes(size: Size) -> list[Line]:
    """Measure one large tenant and very many small ones, and the memory of the session meanwhile."""
    lines = []
    for tenants, accounts in ((1, size.large_tenant), (size.small_tenants, 1)):
        progress(f"{tenants:,} tenants, {accounts:,} accounts each")
        new_accounts(tenants, accounts)
        session = connect()
        memory = Memory(session.info.backend_pid)
        try:
            with session.cursor() as cursor:
                fill, idle = (timed(lambda cursor=cursor: cursor.execute(NIGHT)) for _ in range(2))
        finally:
            memory.stop()
            session.close()
        (slots,) = execute("SELECT count(*) FROM post_instances")[0]
        what = (
            f"{tenants:,} tenants, one account each"
            if accounts == 1
            else f"one tenant, {accounts:,} accounts"
        )
        lines += [
            Line(f"{what}: first fill of {slots:,} slots", f"{fill:.2f} s"),
            Line(f"{what}: night with nothing missing", f"{idle:.2f} s"),
            Line(f"{what}: peak memory of the backend", memory.peak()),
        ]
    return lines


class Memory:
    """Samples a backend's own memory (without what it shares), where it is a process of this machine."""

    def __init__(self, pid: int) -> None:
        """Begin."""
        self.status = Path(f"/proc/{pid}/status")
        self.kilobytes: list[int] = []
        self.over = Event()
        self.thread = Thread(target=self.sample)
        self.thread.start()

    def sample(self) -> None:
        """Look twenty times a second."""
        while not self.over.wait(0.05):
            try:
                found = re.search(r"RssAnon:\s+(\d+)", self.status.read_text())
            except OSError:
                return
            if found:
                self.kilobytes.append(int(found[1]))

    def stop(self) -> None:
        """End."""
        self.over.set()
        self.thread.join()

    def peak(self) -> str:
        """Tell the most, and the most in the first tenth: a leak would show."""
        if not self.kilobytes:
            return "not to be seen from here"
        early = max(self.kilobytes[: max(1, len(self.kilobytes) // 10)])
        return f"{max(self.kilobytes) / 1024:.1f} MB ({early / 1024:.1f} MB in the first tenth)"


def progress(step: str = "") -> None:
    """Show a person what is being measured, on a line that goes again."""
    if sys.stderr.isatty():
        print(f"\r\033[K{step}", end="", file=sys.stderr, flush=True)


def timed(work: str | Callable[[], object]) -> float:
    """Return how many seconds it took; a statement gets a new session, whose start does not count."""
    if not isinstance(work, str):
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin
    session = connect()
    try:
        with session.cursor() as cursor:
            return timed(lambda: cursor.execute(work))
    finally:
        session.close()


def milliseconds(seconds: float) -> str:
    """Format a duration."""
    return f"{seconds * 1000:.2f} ms"


def compared(
    measure: str,
    took: dict[str, list[float]],
    ours: str,
    other: str,
    name: str,
    wanted: str,
    inverse: bool = False,
) -> Line:
    """Make a line of two durations; inverse: how many times slower the other is."""
    median, others = statistics.median(took[ours]), statistics.median(took[other])
    duration = milliseconds if median < 0.1 else "{:.2f} s".format
    ratio = median_ratio(took[other], took[ours]) if inverse else median_ratio(took[ours], took[other])
    shown = f"{ratio:.{2 if ratio > 0.1 else 3}f}"
    return Line(measure, duration(median), f"{name}: {duration(others)}", shown, wanted)


def median_ratio(some: list[float], others: list[float]) -> float:
    """Return how much longer some take than others: turn by turn, where both have taken turns.

    A machine whose speed changes within a minute has mostly one speed during a turn.
    """
    if len(some) == len(others):
        return statistics.median(one / other for one, other in zip(some, others, strict=True))
    return statistics.median(some) / statistics.median(others)


def print_circumstances(name: str, size: Size) -> None:
    """Tell the machine, the server and its settings."""
    info = Path("/proc/cpuinfo")
    cpu = re.search(r"model name\s*: (.*)", info.read_text()) if info.exists() else None
    (version,) = execute("SELECT version()")[0]
    (settings,) = execute(
        "SELECT string_agg(name || ' = ' || current_setting(name), ', ' ORDER BY name) FROM pg_settings "
        "WHERE name = ANY (%s)",
        list(SETTINGS),
    )[0]
    print(f"size     {name}: {', '.join(f'{key} {value:,}' for key, value in size._asdict().items())}")
    print(f"machine  {os.cpu_count()} cores, {cpu[1] if cpu else 'unknown'}, load {os.getloadavg()[0]:.1f}")
    print(f"server   {version.split(' on ')[0]}; {settings}\n", flush=True)


def print_table(lines: list[Line]) -> None:
    """Print a table that Markdown reads too."""
    rows = [Line("measure", "ours", "compared with", "ratio", "wanted"), *lines]
    width = [max(len(row[column]) for row in rows) for column in range(5)]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width[column]) for column, cell in enumerate(row)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (columns + 2) for columns in width) + "|")


if __name__ == "__main__":
    main()
