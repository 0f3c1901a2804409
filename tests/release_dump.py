"""A database in use, as a release has installed it: what tests/releases/RELEASE.sql is a dump of.

    make release-dump        writes the one of this release, on PostgreSQL 15

A later release is upgraded from each of them. They are not made anew once the release is out.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import psycopg
from builders import column, insert, one
from conftest import HOST, PASSWORD, PORT, PROJECT, USER
from host_app import ACCOUNTS, ITEMS, load_host, step_host
from hosts import environment, psql
from psycopg import Connection
from test_walk import install

RELEASES = PROJECT / "tests" / "releases"
MADE_BY = 15

# The role that the application's API connects as; it is held to one tenant.
API = "topoff_release_api"

# A Monday. What is planned after it stays in the future, so that what is expected there does not depend on
# the day of the test; and in zones without clock changes it does not depend on anybody's laws either.
FAR = "2099-01-05 00:00+00"
FAR_TENANTS = ("h2o", "all_county")
EMPTY = "status = 'Planned' AND scheduled_for = planned_for AND touched_at IS NULL"
COMING = f"FROM post_instances WHERE channel_account_id = %s AND scheduled_for > %s AND {EMPTY}"


def releases() -> dict[str, str]:
    """Return the releases that are out, and the last revision of each."""
    lines = (PROJECT / "alembic" / "versions" / "RELEASES").read_text(encoding="utf-8").splitlines()
    return dict(line.split() for line in lines if line[:1].isdigit())


def session(dbname: str) -> Connection:
    """Open a session on a database."""
    return psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=dbname, autocommit=True)


def make_role(db: Connection) -> None:
    """Make the API's role, as a dump needs it; one that an interrupted run has left goes first."""
    db.execute(f"DROP ROLE IF EXISTS {API}")
    db.execute(f"CREATE ROLE {API} LOGIN PASSWORD '{API}'")


def load(db: Connection, dump: Path) -> None:
    """Restore a dump. In 14 no view has its caller's rights, and everybody may create in public."""
    db.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    text = dump.read_text(encoding="utf-8")
    if db.info.server_version < 150000:
        text = text.replace(", security_invoker='true'", "")
    psql(db, text)


def populate(db: Connection) -> None:
    """Install this release in the application of tests/host, and let its people and its nights work.

    The installation meets it at 0014, where an empty slot has the placeholder. Then the application goes on
    to 0029, and the slots that come after that have no content.
    """
    db.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    load_host(db, "0014")
    install(db)
    db.execute(f"GRANT SELECT, UPDATE (name) ON channel_accounts TO {API}")
    plan(db)
    db.execute("CALL topoff_all_tenants()")
    work(db, "now")
    db.execute("SELECT topoff.hand_over_column('posts_per_week')")
    step_host(db, "0029")
    plan(db)
    fail(db)
    db.execute("SELECT topoff.isolate_tenants(%s::regrole)", [API])
    for tenant in FAR_TENANTS:
        db.execute("SELECT topoff_planned_slots(%s, '28 days', %s)", [tenant, FAR])
    work(db, FAR)
    # A change of cadence, after which some slots go and others stay.
    db.execute(
        "UPDATE channel_accounts SET times_local = '{07:00,12:30}' WHERE id = %s", [ACCOUNTS["h2o"][1]]
    )
    db.execute("SELECT replan_planned_slots('h2o', '366 days', %s)", [FAR])
    db.execute("CALL topoff_all_tenants(replan => true)")
    for tenant in FAR_TENANTS:
        db.execute("SELECT topoff_planned_slots(%s, '28 days', %s)", [tenant, FAR])


def plan(db: Connection) -> None:
    """Give the accounts cadences, and at the first time further ones and blackouts, too."""
    cadences = {
        ACCOUNTS["h2o"][0]: (5, "{1,2,3,4,5}", "{09:00}", "Asia/Tokyo"),
        ACCOUNTS["h2o"][1]: (3, "{1,3,5}", "{10:00,18:00}", "America/Phoenix"),
        ACCOUNTS["h2o"][2]: (2, "{6,7}", "{11:00}", "UTC"),
        ACCOUNTS["all_county"][0]: (7, "{1,2,3,4,5,6,7}", "{08:30}", "Asia/Kolkata"),
        ACCOUNTS["all_county"][1]: (3, "{1,2,3,4,5}", "{09:00}", "UTC"),
        ACCOUNTS["evergreen"][0]: (2, "{2,4}", "{16:00}", "America/New_York"),
        ACCOUNTS["evergreen"][1]: (0, "{1,2,3,4,5}", "{09:00}", "Europe/Berlin"),
    }
    for account, cadence in cadences.items():
        db.execute(
            "UPDATE channel_accounts"
            " SET posts_per_week = %s, days_of_week = %s, times_local = %s, timezone = %s WHERE id = %s",
            [*cadence, account],
        )
    if one(db, "SELECT count(*) FROM topoff.cadences"):
        return
    for tenant, account, posts, days, times, category, during in (
        ("h2o", ACCOUNTS["h2o"][0], 1, "{5}", "{15:00}", "offer", "(,)"),
        ("h2o", ACCOUNTS["h2o"][0], 7, "{1,2,3,4,5,6,7}", "{19:00}", "new year", "[2099-01-05,2099-01-12)"),
        ("h2o", ACCOUNTS["h2o"][2], 1, "{3}", "{20:00}", "team", "(,2026-01-01)"),
        ("evergreen", ACCOUNTS["evergreen"][1], 2, "{2,4}", "{10:00}", "team", "(,)"),
    ):
        insert(
            db, "topoff.cadences", tenant_id=tenant, channel_account_id=account, posts_per_week=posts,
            days_of_week=days, times_local=times, category=category, during=during,
        )  # fmt: skip
    for tenant, account, during, reason in (
        ("h2o", None, "[2099-01-14,2099-01-16)", "works outing"),
        ("h2o", ACCOUNTS["h2o"][2], "(,2020-01-01)", "before there was an account"),
        ("all_county", ACCOUNTS["all_county"][1], "[2099-01-20,)", None),
    ):
        insert(
            db, "topoff.blackouts", tenant_id=tenant, channel_account_id=account, during=during, reason=reason
        )  # fmt: skip


def work(db: Connection, after: str) -> None:
    """Fill, skip, move, take off and touch slots that come after an instant."""
    account, item = ACCOUNTS["h2o"][0], ITEMS["h2o"][0]
    skipped, moved, back, off, touched, filled, drafted, *_ = column(
        db, f"SELECT id {COMING} ORDER BY scheduled_for", account, after
    )
    db.execute("SELECT skip_planned_slot('h2o', %s)", [skipped])
    change = "UPDATE post_instances SET {} WHERE tenant_id = 'h2o' AND id = %s"
    db.execute(change.format("scheduled_for = scheduled_for + interval '90 minutes'"), [moved])
    db.execute(change.format("scheduled_for = scheduled_for - interval '1 day 17 minutes'"), [back])
    db.execute(change.format("scheduled_for = planned_for"), [back])
    db.execute(change.format("scheduled_for = NULL"), [off])
    db.execute(change.format("caption_override = 'Begun'"), [touched])
    db.execute(change.format(f"content_item_id = '{item}', status = 'Scheduled'"), [filled])
    db.execute(change.format(f"content_item_id = '{item}', status = 'Draft'"), [drafted])
    db.execute("SELECT fill_next_planned_slot('h2o', %s, %s)", [ACCOUNTS["h2o"][1], item])
    db.execute("SELECT fill_next_planned_slot('h2o', %s, %s, category => 'offer')", [account, item])
    at = one(db, "SELECT date_trunc('day', %s::timestamptz, 'UTC') + interval '9 days 3 minutes'", after)
    db.execute(
        "SELECT create_post_instances('all_county', %s, %s, %s)",
        [ITEMS["all_county"][0], list(ACCOUNTS["all_county"]), at],
    )
    at = one(db, f"SELECT min(scheduled_for) {COMING}", ACCOUNTS["all_county"][0], after)
    db.execute(
        "SELECT create_post_instances('all_county', %s, %s, %s)",
        [ITEMS["all_county"][1], [ACCOUNTS["all_county"][0]], at],
    )


def fail(db: Connection) -> None:
    """Let a night fail for a tenant: the server does not know a time zone any more, and then it does."""
    account = ACCOUNTS["all_county"][1]
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        db.execute("UPDATE channel_accounts SET timezone = 'Mars/Olympus' WHERE id = %s", [account])
    try:
        db.execute("CALL topoff_all_tenants()")
    except psycopg.Error as error:
        if "Mars/Olympus" not in f"{error.diag.message_primary} {error.diag.message_detail}":
            raise
    else:
        raise AssertionError("the night did not fail")
    db.execute("UPDATE channel_accounts SET timezone = 'UTC' WHERE id = %s", [account])


def dump(db: Connection) -> str:
    """Return a dump that every server from 14 on and every psql can read."""
    done = subprocess.run(
        ["pg_dump", "--no-owner", "--rows-per-insert=50", "--column-inserts"],
        env=environment(db.info.dbname),
        capture_output=True,
        text=True,
        check=True,
    )
    # What newer minors and majors write for newer ones, and the comments, which are half of it.
    comments = "--|-- (PostgreSQL database|Dumped|Name:|Data for Name:).*"
    unread = rf"\\(un)?restrict .*|SET transaction_timeout = .*|{comments}"
    return re.sub(r"\n{3,}", "\n\n", re.sub(rf"^({unread})$", "", done.stdout, flags=re.MULTILINE)).strip()


def main() -> None:
    """Write the dump of this release."""
    release = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    newest = max((PROJECT / "alembic" / "versions").glob("[0-9]*.py")).name[:4]
    if releases().get(release, newest) != newest:
        sys.exit(f"{release} is out, and {newest} came after it: its dump stays as it is")
    name = "topoff_release_dump"
    with session(os.environ.get("PGDATABASE") or "postgres") as server:
        if server.info.server_version // 10000 != MADE_BY:
            sys.exit(f"dumps of releases are made on PostgreSQL {MADE_BY}: make release-dump SERVER=debian")
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        make_role(server)
        server.execute(f"CREATE DATABASE {name}")
        try:
            with session(name) as db:
                populate(db)
                text = dump(db)
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
            server.execute(f"DROP ROLE {API}")
    path = RELEASES / f"{release}.sql"
    head = f"-- A database in use that release {release} has installed. Role {API} has to be there.\n"
    path.write_text(
        f"{head}-- Made by tests/release_dump.py; never made anew once the release is out.\n\n{text}\n",
        encoding="utf-8",
    )
    print(f"made: {path.relative_to(PROJECT)}")


if __name__ == "__main__":
    main()
