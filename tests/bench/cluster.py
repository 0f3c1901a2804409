"""What a proxy before two databases costs, and what it gains: docs/scale.md."""

import statistics
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from data import DBNAME, PROJECT, connect, execute, new_accounts, server

PARTS = (f"{DBNAME}_1", f"{DBNAME}_2")
PROXY = f"{DBNAME}_proxy"
REPETITIONS = 3
CALLS = 500
NIGHT = "CALL topoff_all_tenants()"
BUTTON = "SELECT topoff_planned_slots(%s)"
# What is measured, ours, compared with, ratio, wanted.
Row = tuple[str, str, str, str, str]


def cluster(tenants: int, accounts_a_tenant: int) -> list[Row]:
    """Fill one database and two at once, and press the button through the proxy and directly."""
    fill = (
        f"first fill: {tenants:,} tenants, {tenants * accounts_a_tenant:,} accounts, in two databases at once"
    )
    button = "the button through a proxy"
    if not execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'plproxy'")[0][0]:
        return [(button, "this server has no PL/Proxy", "", "", "")]
    new_accounts(tenants, accounts_a_tenant)
    with databases(tenants, accounts_a_tenant):
        fills = first_fills()
        calls = pressed(tenants)
    return [
        row(fill, fills, "two", "one", "one database", "{:.2f} s".format),
        row(button, calls, "proxy", "direct", "directly", lambda seconds: f"{seconds * 1000:.2f} ms"),
    ]


def row(
    what: str, took: dict[str, list[float]], ours: str, other: str, name: str, written: Callable[[float], str]
) -> Row:
    """Make a row of the medians of two durations."""
    median = {key: statistics.median(times) for key, times in took.items()}
    return (
        what,
        written(median[ours]),
        f"{name}: {written(median[other])}",
        f"{median[ours] / median[other]:.2f}",
        "",
    )


@contextmanager
def databases(tenants: int, accounts_a_tenant: int) -> Iterator[None]:
    """Spread the tenants of the one database over two more, with a proxy before those."""
    try:
        for name in (*PARTS, PROXY):
            execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", dbname="postgres")
        execute(f"CREATE DATABASE {PROXY}", dbname="postgres")
        for number, name in enumerate(PARTS):
            execute(f"CREATE DATABASE {name} TEMPLATE {DBNAME}", dbname="postgres")
            execute(f"DELETE FROM channel_accounts WHERE hashtext(tenant_id) & 1 <> {number}", dbname=name)
            execute("VACUUM FULL channel_accounts", dbname=name)
        install()
        yield
    finally:
        for name in (PROXY, *PARTS):
            execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", dbname="postgres")


def install() -> None:
    """Install the proxy as a DBA would; it stops for want of a user mapping, and goes on with one."""
    url = server()
    where = " ".join(f"{key}={value}" for key, value in (("host", url.host), ("port", url.port)) if value)
    where = where or "host={host} port={port}".format(**connect().get_dsn_parameters())
    partitions = "; ".join(f"{where} dbname={name}" for name in PARTS)
    script = ["-f", str(PROJECT / "sql" / "proxy" / "install.sql")]
    psql = ["psql", url.set(database=PROXY).render_as_string(hide_password=False), "-X", "-q"]
    subprocess.run([*psql, "-v", f"partitions={partitions}", *script], capture_output=True)
    session = connect(PROXY)
    execute(
        f"CREATE USER MAPPING FOR CURRENT_USER SERVER topoff OPTIONS (user '{session.info.user}', "
        f"password '{session.info.password}')",
        dbname=PROXY,
    )
    session.close()
    done = subprocess.run([*psql, *script], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)


def first_fills() -> dict[str, list[float]]:
    """Run the night over empty calendars: in the one database, and in the two at once."""
    took = defaultdict(list)
    for _ in range(REPETITIONS):
        for what, names in (("one", (DBNAME,)), ("two", PARTS)):
            for name in names:
                execute(
                    "TRUNCATE content_items, post_instances, topoff.runs, topoff.run_tenants", dbname=name
                )
            execute("CHECKPOINT")
            begin = time.perf_counter()
            with ThreadPoolExecutor(len(names)) as pool:
                list(pool.map(lambda name: execute(NIGHT, dbname=name), names))
            took[what].append(time.perf_counter() - begin)
    return took


def pressed(tenants: int) -> dict[str, list[float]]:
    """Press the button through the proxy and directly, by turns, in sessions that have done so before."""
    proxy, direct = connect(PROXY), [connect(name) for name in PARTS]
    took = defaultdict(list)
    for repetition in range(CALLS):
        tenant = f"tenant {1 + repetition % tenants:06}"
        with proxy.cursor() as cursor:
            cursor.execute("SELECT topoff_proxy.tenant_hash(%s) & 1", [tenant])
            home = direct[cursor.fetchone()[0]]
        for what, session in (("proxy", proxy), ("direct", home)):
            with session.cursor() as cursor:
                begin = time.perf_counter()
                cursor.execute(BUTTON, [tenant])
                took[what].append(time.perf_counter() - begin)
    for session in (proxy, *direct):
        session.close()
    return {what: times[CALLS // 10 :] for what, times in took.items()}
