"""Each release that is out: a database in use that it installed is upgraded from its dump, and downgraded."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from builders import column, one
from conftest import HOST, PORT
from host_app import load_host, step_host
from hosts import dump, problems_of, run, run_mends, upgrade
from psycopg import Connection
from psycopg.rows import dict_row
from release_dump import API, FAR, FAR_TENANTS, RELEASES, load, make_role, populate, releases, session
from tenants import CALLS, COVERAGE_OF_TENANT, answer

DUMPS = sorted(RELEASES.glob("*.sql"))
ROWS = ("-a", "-t", "public.*", "-t", "topoff.cadences", "-t", "topoff.blackouts", "-t", "topoff.run*")

# What CALLS want to know of a tenant; a slot that nobody has touched, far in the future.
ARGUMENTS = """
    SELECT post.tenant_id AS tenant, post.id AS slot, post.scheduled_for AS slot_at,
           post.channel_account_id AS account,
           (SELECT min(item.id::text)::uuid FROM content_items AS item
            WHERE item.tenant_id = post.tenant_id AND item.title <> 'Planned slot') AS content
    FROM post_instances AS post
    WHERE post.tenant_id = %s AND topoff.is_untouched_slot(
              post.status::text, post.content_item_id, topoff.placeholder_content_item_id(post.tenant_id),
              post.scheduled_for, post.planned_for, post.touched_at)
    ORDER BY post.scheduled_for DESC, post.id LIMIT 1
"""
UNTOUCHED = """
    SELECT id FROM post_instances AS post
    WHERE topoff.is_untouched_slot(
              post.status::text, post.content_item_id, topoff.placeholder_content_item_id(post.tenant_id),
              post.scheduled_for, post.planned_for, post.touched_at)
"""


@pytest.fixture(scope="module")
def role(empty_server) -> Iterator[str]:
    """The API's role, which the dumps refer to."""
    with session("postgres") as db:
        make_role(db)
        yield API
        db.execute(f"DROP ROLE {API}")


@pytest.fixture(scope="module")
def new_database(role: str) -> Iterator[tuple[list[str], list[str]]]:
    """The schema of the same application where this release is installed, and where nothing is."""
    schemas = []
    for make in (populate, mended_host):
        name = f"topoff_test_{uuid4().hex}"
        with session("postgres") as server:
            server.execute(f"CREATE DATABASE {name}")
            try:
                with session(name) as db:
                    make(db)
                    schemas.append(schema(db))
            finally:
                server.execute(f"DROP DATABASE {name} WITH (FORCE)")
    yield tuple(schemas)


def mended_host(db: Connection) -> None:
    """Make the application at 0029, with what it mended for the installation and granted its API's role."""
    db.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    load_host(db, "0014")
    run_mends(db, problems_of(upgrade(db)))
    db.execute(f"GRANT SELECT, UPDATE (name) ON channel_accounts TO {API}")
    db.execute("ALTER TABLE channel_accounts ADD posts_per_week smallint DEFAULT 0")  # handed over
    step_host(db, "0029")


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest, empty_db: Connection, role: str) -> Iterator[Connection]:
    """A database that a release has installed, and that is in use."""
    load(empty_db, request.param)
    yield empty_db
    empty_db.execute(f"DROP OWNED BY {role} CASCADE")


def schema(db: Connection) -> list[str]:
    """Return all that a dump says of the schema, in no order: that of columns depends on when they came.

    A policy is named after the number that the role had where it was isolated.
    """
    said = re.sub(r"(topoff_one_tenant_)\d+", r"\1", dump(db, "--schema-only"))
    return sorted(line.rstrip(",") for line in said.splitlines())


def api(db: Connection, tenant: str) -> Connection:
    """Open a session of the API's role for a tenant."""
    mine = psycopg.connect(
        host=HOST, port=PORT, user=API, password=API, dbname=db.info.dbname, autocommit=True
    )
    mine.execute("SELECT set_config('app.tenant_id', %s, false)", [tenant])
    return mine


def arguments_of(db: Connection, tenant: str) -> dict[str, Any]:
    """Return what calls want to know of a tenant."""
    return db.cursor(row_factory=dict_row).execute(ARGUMENTS, [tenant]).fetchone()


def is_answered(db: Connection) -> None:
    """Call everything, as the owner and as the isolated role: both get the same."""
    for tenant in FAR_TENANTS:
        arguments = arguments_of(db, tenant)
        with api(db, tenant) as own, api(db, "evergreen") as other:
            for name, call in {**CALLS, "coverage": COVERAGE_OF_TENANT}.items():
                expected = answer(db, call, arguments)
                assert isinstance(expected, list), (name, expected)
                assert answer(own, call, arguments) == expected, name
                seen = answer(other, call, arguments)
                assert seen == [] if name == "coverage" else seen[0] == "P0002", name
            assert column(own, "SELECT DISTINCT tenant_id FROM post_instances") == [tenant]
            assert isinstance(answer(own, "SELECT * FROM topoff.runs", {}), tuple)


@pytest.mark.beside_one_server
def test_there_is_a_dump_of_every_release():
    out, dumps = releases().keys(), {path.stem for path in DUMPS}
    assert dumps
    assert out <= dumps
    assert len(dumps - out) <= 1  # that of the one which is about to be


def test_a_dump_has_what_a_database_in_use_has(released):
    for what in (
        "SELECT count(DISTINCT tenant_id) > 2 FROM channel_accounts",
        "SELECT count(*) > 2 AND bool_or(category IS NULL) IS NOT NULL FROM topoff.cadences WHERE NOT upper_inf(during)"
        " OR category IS NOT NULL",
        "SELECT count(*) > 3 FROM topoff.blackouts",
        "SELECT bool_or(failed > 0) AND bool_or(status = 'succeeded') FROM topoff.runs",
        "SELECT bool_or(sqlstate IS NOT NULL) FROM topoff.run_tenants",
        "SELECT bool_or(planned_for <> scheduled_for) FROM post_instances",
        "SELECT bool_or(planned_for IS NOT NULL AND scheduled_for IS NULL) FROM post_instances",
        "SELECT bool_or(planned_for IS NOT NULL AND status = 'Scheduled') FROM post_instances",
        "SELECT bool_or(touched_at IS NOT NULL AND status = 'Planned') FROM post_instances",
        "SELECT bool_or(planned_category IS NOT NULL) FROM post_instances",
        f"SELECT count(*) > 20 FROM ({UNTOUCHED} AND content_item_id IS NULL) AS slot",
        f"SELECT count(*) > 20 FROM ({UNTOUCHED} AND content_item_id IS NOT NULL) AS slot",
        f"SELECT array_agg(role::text) = '{{{API}}}' FROM topoff.isolated_roles() AS role",
    ):
        assert one(released, what) is True, what


def test_a_release_is_upgraded_and_answers_as_a_new_installation_does(released, new_database):
    installed, _ = new_database
    rows = dump(released, *ROWS)
    run(released, "upgrade", "head")
    assert dump(released, *ROWS) == rows
    assert schema(released) == installed
    is_answered(released)
    # What people did with slots is still known: nothing comes back, and nothing of the plan is missing.
    for tenant in FAR_TENANTS:
        decisions = column(
            released,
            "SELECT decision FROM preview_planned_slots(%s, '28 days', %s, replan => true)",
            tenant,
            FAR,
        )
        expected = {"exists", "moved", "blackout"} if tenant == "h2o" else {"exists", "blackout"}
        assert expected <= set(decisions) <= expected | {"quota"}
        assert one(released, "SELECT topoff_planned_slots(%s, '28 days', %s)", tenant, FAR) == 0
    released.execute("CALL topoff_all_tenants()")
    assert one(released, "SELECT status FROM topoff.runs ORDER BY id DESC LIMIT 1") == "succeeded"


def test_a_release_is_upgraded_and_comes_back(released, new_database):
    _, host = new_database
    before, reached = schema(released), one(released, "SELECT version_num FROM topoff.alembic_version")
    run(released, "upgrade", "head")
    run(released, "downgrade", reached)
    assert schema(released) == before
    with api(released, "h2o") as own:
        assert one(own, "SELECT topoff_planned_slots('h2o', '28 days', %s)", FAR) == 0
    people = set(column(released, f"SELECT id FROM post_instances WHERE id NOT IN ({UNTOUCHED})"))
    run(released, "downgrade", "base")
    assert set(column(released, "SELECT id FROM post_instances")) == people
    assert schema(released) == host
