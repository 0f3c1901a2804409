"""isolate_tenants: what the API's role sees, what it may do, and that nobody else notices.

The API's role is a real login role with sessions of its own: SET ROLE would leave the session its
superuser's rights in places.
"""

import re
from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from builders import column, new_account, new_post, one
from conftest import COVERAGE, ROLE_PASSWORD, alembic
from psycopg import Connection
from tenants import (
    CALLS,
    COVERAGE_OF_TENANT,
    LEDGER,
    NOBODY,
    TABLES,
    World,
    answer,
    isolate,
    rights,
    says,
    unisolate,
    without,
)

PRIVILEGES = """
    SELECT 'table ' || class.oid::regclass, privilege
    FROM pg_class AS class
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'])
         AS privilege
    WHERE class.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace) AND class.relkind IN ('r', 'v', 'p', 'm', 'f')
      AND has_table_privilege(%(role)s, class.oid, privilege)
    UNION ALL
    SELECT 'column ' || class.oid::regclass || '.' || attribute.attname, privilege
    FROM pg_class AS class
    JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid AND attribute.attnum > 0
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS privilege
    WHERE class.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace) AND class.relkind IN ('r', 'v', 'p', 'm', 'f')
      AND NOT attribute.attisdropped
      AND has_column_privilege(%(role)s, class.oid, attribute.attnum, privilege)
    UNION ALL
    SELECT 'sequence ' || class.relname, privilege
    FROM pg_class AS class CROSS JOIN unnest(ARRAY['USAGE', 'SELECT', 'UPDATE']) AS privilege
    WHERE class.relnamespace IN ('public'::regnamespace, 'topoff'::regnamespace) AND class.relkind = 'S'
      AND has_sequence_privilege(%(role)s, class.oid, privilege)
    UNION ALL
    SELECT 'function ' || proname, 'EXECUTE' FROM pg_proc
    WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace) AND has_function_privilege(%(role)s, oid, 'EXECUTE')
    UNION ALL
    SELECT 'schema ' || nspname, privilege
    FROM pg_namespace CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS privilege
    WHERE nspname !~ '^pg_' AND has_schema_privilege(%(role)s, oid, privilege)
    UNION ALL
    SELECT 'database', privilege FROM unnest(ARRAY['CREATE', 'CONNECT', 'TEMPORARY']) AS privilege
    WHERE has_database_privilege(%(role)s, current_database(), privilege)
    UNION ALL
    SELECT 'member of ' || rolname, 'MEMBER' FROM pg_roles WHERE pg_has_role(%(role)s, oid, 'MEMBER')
"""


@pytest.fixture
def world(db: Connection) -> World:
    """Tenants h2o and all_county."""
    return World(db)


@pytest.fixture
def api(db: Connection, new_role: Callable[..., str]) -> str:
    """An isolated role that had no privileges before."""
    role = new_role()
    isolate(db, role)
    return role


# ---------------------------------------------------------------------------- what the API's role sees


def test_for_its_own_tenant_the_role_gets_what_the_owner_gets(world, db, api, as_role):
    arguments = world.arguments("h2o")
    session = as_role(api, "h2o")
    for name, call in CALLS.items():
        expected = answer(db, call, arguments)
        assert isinstance(expected, list), expected
        assert answer(session, call, arguments) == expected, name


def test_the_role_works_a_tenant_from_one_end_to_the_other(world, db, api, as_role):
    other_before = column(
        db, "SELECT to_jsonb(post) FROM post_instances AS post WHERE tenant_id = 'all_county'"
    )
    session = as_role(api, "h2o")
    arguments = world.arguments("h2o")
    assert one(session, "SELECT topoff_planned_slots('h2o', '60 days')") > 0
    session.execute(CALLS["skip"], arguments)
    filled = session.execute(CALLS["fill"], arguments).fetchone()
    assert filled[1] == "Scheduled"
    session.execute(CALLS["create at a free time"], arguments)
    assert session.execute("SELECT removed > 0 FROM replan_planned_slots('h2o', '7 days')").fetchone() == (
        True,
    )
    assert column(session, "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]
    assert other_before == column(
        db, "SELECT to_jsonb(post) FROM post_instances AS post WHERE tenant_id = 'all_county'"
    )


@pytest.mark.parametrize("setting", [None, "", "all_county", "h2o ", "H2O", "%"])
def test_without_its_tenant_in_the_setting_every_function_says_that_there_is_no_such_tenant(
    world, db, api, as_role, setting
):
    arguments = world.arguments("h2o")
    session = as_role(api, setting)
    for name, call in CALLS.items():
        unknown = answer(db, call, arguments | {"tenant": "nobody"})
        assert unknown[0] == "P0002"
        assert without(answer(session, call, arguments), "h2o") == without(unknown, "nobody"), name


def test_ids_of_another_tenant_are_answered_like_ids_that_do_not_exist(world, db, api, as_role):
    own, other = world.arguments("h2o"), world.arguments("all_county")
    for session in (db, as_role(api, "h2o")):
        for name, call in CALLS.items():
            for thing in set(re.findall(r"%\((\w+)\)s", call)) & {"slot", "account", "content"}:
                foreign = answer(session, call, own | {thing: other[thing]})
                unknown = answer(session, call, own | {thing: NOBODY})
                assert foreign[0] == "P0002"
                assert without(foreign, other[thing]) == without(unknown, NOBODY), name


def test_another_tenants_placeholder_is_content_that_does_not_exist(world, db, api, as_role):
    own = world.arguments("h2o")
    foreign = one(db, "SELECT topoff.placeholder_content_item_id('all_county')")
    session = as_role(api, "h2o")
    said = answer(session, CALLS["fill"], own | {"content": foreign})
    assert without(said, foreign) == without(
        answer(session, CALLS["fill"], own | {"content": NOBODY}), NOBODY
    )


@pytest.mark.parametrize(("setting", "seen"), [("h2o", ["h2o", "h2o"]), (None, []), ("", []), ("nobody", [])])
def test_the_view_shows_one_tenant_or_none(world, api, as_role, setting, seen):
    session = as_role(api, setting)
    assert column(session, "SELECT tenant_id FROM cadence_coverage") == seen
    assert column(session, "SELECT tenant_id FROM cadence_coverage WHERE tenant_id = 'all_county'") == []


def test_the_view_shows_the_role_what_it_shows_the_owner(world, db, api, as_role):
    expected = db.execute(COVERAGE_OF_TENANT, {"tenant": "h2o"}).fetchall()
    assert len(expected) == 2
    assert as_role(api, "h2o").execute(COVERAGE_OF_TENANT, {"tenant": "h2o"}).fetchall() == expected


@pytest.mark.parametrize("server", ["15 or later", "14"])
def test_a_function_in_the_where_clause_of_the_view_hears_of_no_other_tenant(world, db, api, as_role, server):
    if server == "14":  # which has no such option
        db.execute("ALTER VIEW cadence_coverage RESET (security_invoker)")
    session = as_role(api, "h2o")
    session.execute(
        "CREATE FUNCTION pg_temp.tells(tenant text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
        " $$ BEGIN RAISE NOTICE 'heard of %', tenant; RETURN true; END $$"
    )
    heard = []
    session.add_notice_handler(lambda notice: heard.append(notice.message_primary))
    session.execute("SELECT count(*) FROM cadence_coverage WHERE pg_temp.tells(tenant_id)")
    assert set(heard) == {"heard of h2o"}


def test_the_plan_of_the_view_does_not_count_other_tenants(world, api, as_role):
    session = as_role(api, "h2o")
    if session.info.server_version < 150000:
        pytest.skip("a view of PostgreSQL 14 reads its tables with its owner's rights")
    plan = "\n".join(
        column(session, "EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) SELECT * FROM cadence_coverage")
    )
    assert "current_setting" in plan
    assert set(re.findall(r"actual rows=(\d+)", plan)) <= {"1", "2"}


def test_a_session_that_changes_its_tenant_sees_the_new_one_at_once(world, api, as_role):
    session = as_role(api)
    for _ in range(7):  # a plan is cached from the sixth execution on
        for tenant in ("h2o", "all_county"):
            with session.transaction():
                session.execute("SELECT set_config('app.tenant_id', %s, true)", [tenant])
                assert one(session, "SELECT topoff_planned_slots(%s)", tenant) == 0
                assert column(session, "SELECT DISTINCT tenant_id FROM post_instances") == [tenant]
            assert column(session, "SELECT tenant_id FROM channel_accounts") == []


@says(
    """
    The setting ends with the transaction, so a pooled connection carries nothing over.
    """
)
def test_a_session_whose_setting_has_ended_sees_not_even_a_tenant_without_a_name(world, api, as_role):
    session = as_role(api)
    with session.transaction():
        session.execute("SET LOCAL app.tenant_id = 'h2o'")
        assert one(session, "SELECT count(*) FROM channel_accounts") == 2
    assert one(session, "SELECT current_setting('app.tenant_id', true)") == ""
    assert one(session, "SELECT count(*) FROM channel_accounts") == 0


# ------------------------------------------------------------------------------- direct SQL on the tables


@pytest.fixture
def app(db: Connection, new_role: Callable[..., str]) -> str:
    """An isolated role to which the application had granted all that row-level security can hold."""
    role = new_role()
    db.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, topoff TO {role}")
    isolate(db, role)
    return role


def test_select_shows_the_rows_of_one_tenant(world, db, app, as_role):
    own, strangers = as_role(app, "h2o"), [as_role(app, setting) for setting in (None, "", "nobody")]
    for table in TABLES:
        owned = one(db, f"SELECT count(*) FROM {table} WHERE tenant_id = 'h2o'")
        assert 0 < owned < one(db, f"SELECT count(*) FROM {table}")
        assert column(own, f"SELECT tenant_id FROM {table}") == ["h2o"] * owned
        assert [one(stranger, f"SELECT count(*) FROM {table}") for stranger in strangers] == [0, 0, 0]


@says(
    """
    What the application does with the tables itself is the application's to grant, before or after; the
    isolation holds there too:
    """
)
def test_update_and_delete_do_not_reach_another_tenant(world, db, app, as_role):
    session = as_role(app, "h2o")
    rows = "SELECT array_agg(row::text ORDER BY row::text) FROM {} AS row WHERE tenant_id <> 'h2o'"
    before = [one(db, rows.format(table)) for table in TABLES]
    for table in TABLES:
        assert (
            session.execute(f"UPDATE {table} SET tenant_id = tenant_id WHERE tenant_id <> 'h2o'").rowcount
            == 0
        )
        assert session.execute(f"DELETE FROM {table} WHERE tenant_id <> 'h2o'").rowcount == 0
    with session.transaction():  # what keeps a placeholder is that its tenant has accounts in the end
        for table in reversed(TABLES):
            session.execute(f"DELETE FROM {table}")
    assert [one(db, rows.format(table)) for table in TABLES] == before


def test_no_row_is_written_into_another_tenant(world, app, as_role):
    inserts = (
        "INSERT INTO channel_accounts (tenant_id) VALUES ('all_county')",
        "INSERT INTO content_items (tenant_id) VALUES ('all_county')",
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id)"
        " VALUES ('all_county', gen_random_uuid(), gen_random_uuid())",
        "INSERT INTO topoff.blackouts (tenant_id, during) VALUES ('all_county', '(,)')",
        "INSERT INTO topoff.run_tenants (tenant_id, run_id, created) VALUES ('all_county', 1, 5)",
    )
    for setting in ("h2o", None, ""):
        session = as_role(app, setting)
        for insert in inserts:
            assert answer(session, insert, {})[0] == "42501"
    session = as_role(app, "h2o")
    for table in TABLES:
        assert answer(session, f"UPDATE {table} SET tenant_id = 'all_county'", {})[0] == "42501"


def test_a_post_cannot_refer_to_another_tenants_account_or_content(world, app, as_role):
    own, other = world.arguments("h2o"), world.arguments("all_county")
    session = as_role(app, "h2o")
    insert = (
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id)"
        " VALUES ('h2o', %(account)s, %(content)s)"
    )
    for thing in ("account", "content"):
        foreign = answer(session, insert, own | {thing: other[thing]})
        unknown = answer(session, insert, own | {thing: NOBODY})
        assert foreign[0] == "23503"
        assert without(foreign, other[thing]) == without(unknown, NOBODY)


DENIED = [
    *(f"TRUNCATE {table}" for table in [*TABLES, "topoff.runs", "topoff.alembic_version"]),
    "SELECT * FROM channel_accounts",
    "SELECT created_at FROM channel_accounts",
    "INSERT INTO channel_accounts (tenant_id) VALUES ('h2o')",
    "UPDATE channel_accounts SET days_of_week = '{1}'",
    "DELETE FROM channel_accounts",
    "SELECT created_at FROM content_items",
    "INSERT INTO content_items (tenant_id, body) VALUES ('h2o', '')",
    "UPDATE content_items SET title = ''",
    "DELETE FROM content_items",
    "INSERT INTO post_instances (created_at) VALUES (now())",
    "UPDATE post_instances SET scheduled_for = now()",
    "UPDATE post_instances SET tenant_id = 'h2o'",
    "SELECT reason FROM topoff.blackouts",
    "INSERT INTO topoff.blackouts (id) VALUES (gen_random_uuid())",
    "UPDATE topoff.blackouts SET reason = ''",
    "UPDATE topoff.cadences SET posts_per_week = 1",
    "INSERT INTO topoff.cadences DEFAULT VALUES",
    *(f"SELECT 1 FROM {table}" for table in [*LEDGER, "topoff.alembic_version"]),
    *(f"INSERT INTO {table} DEFAULT VALUES" for table in [*LEDGER, "topoff.alembic_version"]),
    *(f"UPDATE {table} SET created = 1" for table in LEDGER),
    *(f"DELETE FROM {table}" for table in [*LEDGER, "topoff.alembic_version"]),
    "CREATE TABLE public.mine ()",
]


def test_a_role_without_grants_of_its_own_gets_no_further_than_the_functions(world, api, as_role):
    session = as_role(api, "h2o")
    for statement in DENIED:
        said = answer(session, statement, {})
        assert said[0] == "42501" and said[1].startswith("permission denied"), statement


def test_what_is_the_dbas_is_denied(db, api, as_role):
    session = as_role(api, "h2o")
    listed = "SELECT privilege FROM topoff.api_privileges(%s::regrole) WHERE privilege LIKE 'EXECUTE%%'"
    theirs = {privilege.removeprefix("EXECUTE ON FUNCTION ") for privilege in column(db, listed, api)}
    denied = 0
    for signature, kind, types in db.execute(
        "SELECT oid::regprocedure::text, prokind, proargtypes::regtype[]::text[] FROM pg_proc"
        " WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)"
        " AND NOT has_function_privilege('public', oid, 'EXECUTE') AND prorettype <> 'trigger'::regtype"
    ).fetchall():
        if f"public.{signature}" in theirs or signature in theirs:
            continue
        arguments = ", ".join(f"NULL::{name}" for name in types)
        call = f"{'CALL' if kind == 'p' else 'SELECT'} {signature[: signature.index('(')]}({arguments})"
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="denied for (function|procedure)"):
            session.execute(call)
        denied += 1
    assert denied > 15


def test_the_inner_functions_do_not_see_another_tenant_either(world, db, api, as_role):
    session = as_role(api, "h2o")
    for call in (
        "SELECT * FROM topoff.planned_slots(ARRAY['h2o'], now(), now() + '28 days', false)",
        "SELECT * FROM topoff.insert_planned_slots(ARRAY['h2o'], now(), now() + '35 days', false)",
        "SELECT * FROM topoff.tenant_coverage('h2o')",
    ):
        assert session.execute(call).fetchall() != []
        assert session.execute(call.replace("h2o", "all_county")).fetchall() == []
    beyond = "SELECT tenant_id FROM post_instances WHERE planned_for > now() + '28 days' GROUP BY 1"
    assert column(db, beyond) == ["h2o"]


# ---------------------------------------------------------------------------------- exactly what is needed


@says(
    """
    `api` now holds what it needs to call the functions and to read `cadence_coverage`, and nothing more:
    """
)
def test_the_role_gets_what_is_listed_and_nothing_more(db, new_role):
    role = new_role()
    before = set(db.execute(PRIVILEGES, {"role": role}))
    isolate(db, role)
    expected = set()
    for privilege in column(db, "SELECT privilege FROM topoff.api_privileges(%s::regrole)", role):
        kind, columns, thing = re.fullmatch(r"(\w+)(?: \((\w+)\))? ON (.*)", privilege).groups()
        thing = thing.removeprefix("public.")
        if thing.startswith(("FUNCTION", "SCHEMA")):
            expected.add((re.sub(r"\(.*|\w+\.(?=\w+\()", "", thing.lower()), kind))
            continue
        if not columns:
            expected.add((f"table {thing}", kind))
        if kind != "DELETE":
            attributes = "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
            for name in [columns] if columns else column(db, attributes, thing):
                expected.add((f"column {thing}.{name}", kind))
    given = {(thing.replace("public.", ""), kind) for thing, kind in db.execute(PRIVILEGES, {"role": role})}
    assert given - before == expected - before


def test_what_is_listed_is_there(db):
    source = one(db, "SELECT prosrc FROM pg_proc WHERE proname = 'api_privileges'")
    signatures = re.findall(r"'((?:public|topoff)\.\w+\([^']*\))'", source)
    assert len(signatures) > 15
    assert (
        column(
            db, "SELECT name FROM unnest(%s::text[]) AS name WHERE to_regprocedure(name) IS NULL", signatures
        )
        == []
    )
    for table, columns in re.findall(r"'((?:public|topoff)\.\w+)', '\w+',\s+'\{(.*?)\}'", source):
        known = column(db, "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass", table)
        assert set(columns.split(",")) <= set(known)


def test_every_single_privilege_is_needed(world, db, api, new_role):
    arguments = world.arguments("h2o")
    idle = []
    for privilege in column(
        db,
        """
        SELECT needed.privilege FROM topoff.api_privileges(%s::regrole) AS needed
        JOIN topoff.api_privileges(%s::regrole) AS everybody USING (privilege) WHERE NOT everybody.held
        """,
        api,
        new_role(),
    ):
        with db.transaction(force_rollback=True):
            db.execute(f"REVOKE {privilege} FROM {api}")
            db.execute(f"SET LOCAL ROLE {api}")
            db.execute("SET LOCAL app.tenant_id = 'h2o'")
            denied = any(
                answer(db, call, arguments)[:1] == ("42501",)
                for call in [*CALLS.values(), COVERAGE_OF_TENANT]
            )
        if not denied:
            idle.append(privilege)
    assert idle == []


def test_rows_numbered_from_a_sequence_can_be_inserted(world, db, new_role, as_role):
    db.execute("ALTER TABLE post_instances ADD COLUMN number bigserial")
    role = new_role()
    isolate(db, role)
    assert one(as_role(role, "h2o"), "SELECT topoff_planned_slots('h2o', '60 days')") > 0


def test_api_privileges_tells_what_is_held_already(db, new_role):
    role = new_role()
    db.execute(f"GRANT SELECT ON content_items TO {role}")
    held = set(column(db, "SELECT privilege FROM topoff.api_privileges(%s::regrole) WHERE held", role))
    assert held == {
        "SELECT (id) ON public.content_items",
        "SELECT (tenant_id) ON public.content_items",
        "SELECT (title) ON public.content_items",
        "USAGE ON SCHEMA public",
        "USAGE ON SCHEMA topoff",
        "EXECUTE ON FUNCTION topoff.placeholder_content_item_id(text)",
        "EXECUTE ON FUNCTION topoff.time_zone_name(text)",
        "EXECUTE ON FUNCTION topoff.require_time_zone(text)",
    }


# -------------------------------------------------------------------------------------- nobody else notices


@pytest.fixture
def owned(empty_db: Connection, new_role: Callable[..., str], api: str) -> tuple[Connection, str]:
    """A database that an ordinary role migrated and owns, isolated for another role by that owner."""
    owner = new_role()
    empty_db.execute(f"GRANT CREATE ON SCHEMA public TO {owner}")
    empty_db.execute(f"GRANT CREATE ON DATABASE {empty_db.info.dbname} TO {owner}")
    done = alembic(empty_db.info.dbname, "upgrade", "head", user=owner, password=ROLE_PASSWORD)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(
        host=empty_db.info.host, port=empty_db.info.port, dbname=empty_db.info.dbname,
        user=owner, password=ROLE_PASSWORD, autocommit=True,
    ) as session:  # fmt: skip
        yield session, api
    COVERAGE.collect(empty_db)
    empty_db.execute(f"DROP OWNED BY {owner}, {api}")


def test_the_owner_isolates_and_the_nightly_run_notices_nothing(owned):
    owner, role = owned
    world = World(owner)
    for tenant in ("h2o", "all_county"):
        owner.execute("DELETE FROM post_instances WHERE tenant_id = %s AND status = 'Planned'", [tenant])
    isolate(owner, role)
    owner.execute("CALL topoff_all_tenants()")
    run = "SELECT status, tenants, failed FROM topoff.runs ORDER BY id DESC LIMIT 1"
    assert owner.execute(run).fetchone() == ("succeeded", 2, 0)
    assert column(
        owner, "SELECT tenant_id FROM post_instances WHERE status = 'Planned' GROUP BY 1 ORDER BY 1"
    ) == [
        "all_county",
        "h2o",
    ]
    arguments = world.arguments("h2o")
    isolated = {name: answer(owner, call, arguments) for name, call in CALLS.items()}
    unisolate(owner, role)
    assert isolated == {name: answer(owner, call, arguments) for name, call in CALLS.items()}


@says(
    """
    Everybody else sees no difference: the owner, the nightly run, a reporting role.
    """
)
def test_a_reporting_role_notices_nothing(world, db, new_role, as_role):
    reporting = new_role()
    db.execute(f"GRANT USAGE ON SCHEMA topoff TO {reporting}")
    db.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, topoff TO {reporting}")
    db.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA topoff TO {reporting}")
    db.execute(f"GRANT EXECUTE ON FUNCTION marketing_calendar TO {reporting}")

    def report() -> list[Any]:
        session = as_role(reporting)
        reads = [f"SELECT row::text FROM {table} AS row ORDER BY 1" for table in [*TABLES, "topoff.runs"]]
        reads += [
            "SELECT row::text FROM cadence_coverage AS row ORDER BY 1",
            CALLS["calendar"] % {"tenant": "'h2o'"},
        ]
        return [session.execute(read).fetchall() for read in reads]

    before = report()
    assert all(before)
    isolate(db, new_role())
    assert report() == before


def test_an_ordinary_role_of_the_application_writes_as_before(world, db, api, new_role, as_role):
    role = new_role()
    db.execute(f"GRANT SELECT, INSERT, UPDATE ON channel_accounts, content_items, post_instances TO {role}")
    session = as_role(role)
    for tenant in ("h2o", "somebody_new"):
        account = new_account(session, tenant, posts_per_week=2, timezone="Europe/London")
        session.execute(
            "UPDATE channel_accounts SET days_of_week = '{1,7}', times_local = '{10:00}', timezone = 'Asia/Tokyo'"
            " WHERE id = %s",
            [account],
        )
        post = new_post(session, account, "2030-01-01 09:00Z", tenant)
        session.execute("UPDATE post_instances SET status = 'Posted' WHERE id = %s", [post])
        session.execute(
            "UPDATE content_items SET title = 'Better' WHERE tenant_id = %s AND title <> ''", [NOBODY]
        )
    with pytest.raises(psycopg.errors.CheckViolation):
        session.execute("UPDATE channel_accounts SET days_of_week = '{1,1}'")
    with pytest.raises(psycopg.errors.ObjectInUse):
        session.execute("UPDATE content_items SET title = 'Mine'")


def test_an_ordinary_role_may_call_nothing(world, api, new_role, as_role):
    session = as_role(new_role(), "h2o")
    arguments = world.arguments("h2o")
    for call in CALLS.values():
        name = re.search(r"\w+(?=\(%\(tenant)", call)[0]
        denied = f"permission denied for function {name}"
        assert answer(session, call, arguments)[:2] == ("42501", denied)
    for call in ("SELECT topoff.isolate_tenants('postgres')", "SELECT topoff.unisolate_tenants('postgres')"):
        assert answer(session, call, {})[0] == "42501"
    assert answer(session, "SELECT topoff.placeholder_content_item_id('h2o')", {})[0][0] is not None


# --------------------------------------------------------------------------------------- there and back again


@pytest.mark.parametrize(
    "before",
    [
        [],
        ["SELECT, INSERT ON post_instances", "SELECT ON content_items"],
        ["SELECT (id, status) ON post_instances", "SELECT (tenant_id) ON cadence_coverage"],
        [
            "UPDATE (status) ON post_instances",
            "INSERT (title) ON content_items",
            "SELECT (id) ON topoff.blackouts",
        ],
        [
            "EXECUTE ON FUNCTION topoff_planned_slots",
            "USAGE ON SCHEMA public",
            "SELECT, DELETE ON topoff.runs",
        ],
        [
            "ALL ON ALL FUNCTIONS IN SCHEMA public, topoff",
            "SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, topoff",
        ],
    ],
)
@pytest.mark.parametrize("grant_option", ["", "WITH GRANT OPTION"])
def test_unisolate_leaves_what_was_there_before(world, db, new_role, as_role, before, grant_option):
    role = new_role()
    for privileges in before:
        db.execute(f"GRANT {privileges} TO {role} {grant_option}")
    rights_before = rights(db)
    isolate(db, role)
    assert rights(db) > rights_before or rights_before - rights(db) == set()
    for call in CALLS.values():
        assert isinstance(answer(as_role(role, "h2o"), call, world.arguments("h2o")), list)
    isolate(db, role)
    unisolate(db, role)
    assert rights(db) == rights_before


def test_what_the_role_has_through_another_role_is_not_granted_again(db, new_role, as_role, world):
    group, role = new_role(), new_role()
    db.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public, topoff TO {group}")
    db.execute(f"GRANT {group} TO {role}")
    isolate(db, group)
    before = rights(db)
    isolate(db, role)
    oid = one(db, "SELECT %s::regrole::oid", role)
    assert not [
        entry
        for entry in rights(db) - before
        if entry[0].startswith(("class", "column")) and str(oid) in entry[1]
    ]
    assert column(as_role(role, "h2o"), "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]
    unisolate(db, role)
    assert rights(db) == before


def test_isolating_again_changes_nothing(world, db, api):
    before, notes = (
        rights(db),
        column(db, "SELECT obj_description(oid, 'pg_policy') FROM pg_policy ORDER BY polname, polrelid"),
    )
    isolate(db, api)
    assert rights(db) == before
    assert (
        column(db, "SELECT obj_description(oid, 'pg_policy') FROM pg_policy ORDER BY polname, polrelid")
        == notes
    )


def test_isolating_again_grants_what_has_been_lost(world, db, new_role, as_role):
    role = new_role()
    before = rights(db)
    isolate(db, role)
    db.execute(f"REVOKE EXECUTE ON FUNCTION topoff_planned_slots FROM {role}")
    db.execute("ALTER TABLE post_instances DISABLE ROW LEVEL SECURITY")
    isolate(db, role)
    assert one(as_role(role, "h2o"), "SELECT topoff_planned_slots('h2o')") == 0
    assert column(as_role(role), "SELECT * FROM post_instances") == []
    unisolate(db, role)
    assert rights(db) == before


def test_two_roles_are_isolated_apart_from_each_other(world, db, new_role, as_role):
    first, second = new_role(), new_role()
    before = rights(db)
    isolate(db, first)
    only_first = rights(db)
    isolate(db, second)
    assert column(as_role(first, "h2o"), "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]
    assert column(as_role(second, "all_county"), "SELECT DISTINCT tenant_id FROM post_instances") == [
        "all_county"
    ]
    unisolate(db, second)
    assert rights(db) == only_first
    assert column(as_role(first, "h2o"), "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]
    unisolate(db, first)
    assert rights(db) == before


@says(
    """
    Where the application has enabled row-level security itself, its policies stay in force and `api` needs
    one that lets it in.
    """
)
def test_the_applications_own_row_level_security_stays_in_force(world, db, new_role, as_role):
    reporting, role = new_role(), new_role()
    db.execute("ALTER TABLE content_items ENABLE ROW LEVEL SECURITY")
    db.execute(f"CREATE POLICY theirs ON content_items TO {role} USING (true)")
    db.execute(f"CREATE POLICY reports ON content_items TO {reporting} USING (title = 'A post')")
    db.execute(f"GRANT SELECT ON content_items TO {reporting}")
    before = rights(db)
    isolate(db, role)
    assert column(db, "SELECT polname FROM pg_policy WHERE polrelid = 'content_items'::regclass"
                      " AND polname = 'topoff_everybody'") == []  # fmt: skip
    assert column(as_role(reporting), "SELECT DISTINCT title FROM content_items") == ["A post"]
    assert column(as_role(role, "h2o"), "SELECT DISTINCT tenant_id FROM content_items") == ["h2o"]
    unisolate(db, role)
    assert rights(db) == before


@says(
    """
    Policies that exist but are not in force stop `isolate_tenants`, which would switch them on for
    everybody.
    """
)
def test_policies_that_are_not_in_force_are_not_put_in_force(db, new_role):
    role = new_role()
    db.execute("CREATE POLICY theirs ON content_items AS RESTRICTIVE USING (false)")
    before = rights(db)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="not in force") as failure:
        isolate(db, role)
    assert failure.value.diag.message_hint.startswith(
        "Put them in force: ALTER TABLE public.content_items ENABLE"
    )
    assert rights(db) == before


def test_row_level_security_that_the_application_has_come_to_rely_on_is_left_on(db, new_role):
    role = new_role()
    isolate(db, role)
    db.execute("CREATE POLICY theirs ON content_items AS RESTRICTIVE USING (true)")
    unisolate(db, role)
    assert column(db, "SELECT relname FROM pg_class WHERE relrowsecurity") == ["content_items"]


@pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS"])
def test_a_role_that_row_level_security_does_not_hold_is_refused(db, new_role, attribute):
    role = new_role(attribute)
    before = rights(db)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="cannot be held to one tenant"):
        isolate(db, role)
    assert rights(db) == before


def test_the_tables_owner_and_members_of_its_role_are_refused(owned, new_role, empty_db):
    owner, _ = owned
    member = new_role()
    empty_db.execute(f"GRANT {owner.info.user} TO {member}")
    for role in (owner.info.user, member):
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="cannot be held to one tenant"):
            isolate(empty_db, role)


@pytest.mark.parametrize("privilege", ["TRUNCATE", "TRIGGER", "REFERENCES"])
def test_a_role_with_rights_that_row_level_security_does_not_hold_is_refused(db, new_role, privilege):
    role = new_role()
    db.execute(f"GRANT {privilege} ON post_instances, topoff.blackouts TO {role}")
    with pytest.raises(
        psycopg.errors.ObjectNotInPrerequisiteState, match="cannot be held to one tenant"
    ) as failure:
        isolate(db, role)
    assert failure.value.diag.message_detail.startswith(f"{privilege} on public.post_instances, which")
    db.execute(failure.value.diag.message_hint)
    isolate(db, role)


def test_an_owner_who_may_not_grant_everything_is_told_what_is_missing(owned, new_role, empty_db):
    owner, _ = owned
    role = new_role()
    empty_db.execute("REVOKE USAGE ON SCHEMA public FROM PUBLIC")
    empty_db.execute(f"GRANT USAGE ON SCHEMA public TO {owner.info.user}")
    with pytest.raises(
        psycopg.errors.InsufficientPrivilege, match="may not grant USAGE ON SCHEMA"
    ) as failure:
        isolate(owner, role)
    hint = failure.value.diag.message_hint
    empty_db.execute(hint[hint.index("GRANT") :])
    isolate(owner, role)
    unisolate(owner, role)
    empty_db.execute(f"DROP OWNED BY {role}")


def test_null_and_roles_that_are_not_isolated_are_refused(db, new_role):
    with pytest.raises(psycopg.errors.NullValueNotAllowed):
        db.execute("SELECT topoff.isolate_tenants(NULL)")
    with pytest.raises(psycopg.errors.NullValueNotAllowed):
        db.execute("SELECT topoff.isolate_tenants(4294967295::regrole)")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="not isolated"):
        db.execute("SELECT topoff.unisolate_tenants(NULL)")
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="not isolated"):
        unisolate(db, new_role())


@says(
    """
    Never grant `api` to a person or to another role. Members that inherit its privileges are held to one
    tenant too; `isolate_tenants` names such members in a WARNING.
    """
)
def test_members_of_the_role_are_named_in_a_warning(db, new_role):
    role, person = new_role(), new_role()
    db.execute(f"GRANT {role} TO {person}")
    warnings = []
    db.add_notice_handler(lambda notice: warnings.append(notice.message_primary))
    isolate(db, role)
    assert warnings == [f'members of role "{role}" are held to one tenant too: {person}']


LONG_NAME = "a role whose name is as long as names of PostgreSQL may be: "


@pytest.mark.parametrize(
    "names",
    [
        ['we "quote" $it\'s; --%s'],
        ["user"],
        ["Ünïcode ☃"],
        [f"{LONG_NAME}{n}" + "x" * (63 - len(LONG_NAME) - 1) for n in (1, 2)],
    ],
)
def test_roles_of_any_name(world, db, new_role, as_role, names):
    assert all(len(name.encode()) <= 63 for name in names)
    before = rights(db)
    for name in names:
        new_role(name=name)
        isolate(db, name)
        isolate(db, name)
    for name in names:
        assert one(as_role(name, "h2o"), "SELECT topoff_planned_slots('h2o')") == 0
        assert column(as_role(name), "SELECT * FROM post_instances") == []
    for name in names:
        unisolate(db, name)
    assert rights(db) == before


def test_a_renamed_role_stays_isolated_and_gives_its_name_free(world, db, new_role, as_role):
    role = new_role()
    before = rights(db)
    isolate(db, role)
    db.execute(f"ALTER ROLE {role} RENAME TO {role}_old")
    db.execute(f"ALTER ROLE {role}_old PASSWORD '{ROLE_PASSWORD}'")
    new_role(name=role)
    isolate(db, role)
    for name in (role, f"{role}_old"):
        assert column(as_role(name, "h2o"), "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]
        isolate(db, name)
        unisolate(db, name)
    assert rights(db) == before


@says(
    """
    Both may be called at any time; each takes a short ACCESS EXCLUSIVE lock on the tables and gives up
    after 3 seconds of waiting.
    """
)
def test_waiting_for_a_busy_table_is_given_up(world, db, new_role, connect):
    role, busy = new_role(), connect()
    before = rights(db)
    with busy.transaction():
        busy.execute("SELECT * FROM topoff.blackouts")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            isolate(db, role)
    assert rights(db) == before


def test_the_downgrade_takes_every_isolation_back(world, db, new_role, as_role):
    first, second = new_role(), new_role()
    db.execute(f"GRANT SELECT, INSERT ON post_instances TO {first}")
    held = {role: set(db.execute(PRIVILEGES, {"role": role})) for role in (first, second)}
    isolate(db, first)
    isolate(db, second)
    done = alembic(db.info.dbname, "downgrade", "0011")
    assert done.returncode == 0, done.stderr
    assert column(db, "SELECT polname FROM pg_policy") == []
    assert column(db, "SELECT relname FROM pg_class WHERE relrowsecurity") == []
    for role in (first, second):
        assert set(db.execute(PRIVILEGES, {"role": role})) == held[role]


def test_the_downgrade_clears_up_after_a_role_that_is_gone(db, new_role):
    role = new_role()
    isolate(db, role)
    db.execute(f"DROP OWNED BY {role}")
    db.execute(f"DROP ROLE {role}")
    done = alembic(db.info.dbname, "downgrade", "0011")
    assert done.returncode == 0, done.stderr
    assert column(db, "SELECT polname FROM pg_policy") == []
    assert column(db, "SELECT relname FROM pg_class WHERE relrowsecurity") == []


# ------------------------------------------------------------- a session full of objects of the same names

DECOYS = """
    CREATE TEMP TABLE channel_accounts (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP TABLE content_items (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP TABLE post_instances (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP TABLE blackouts (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP TABLE runs (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP TABLE run_tenants (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP TABLE cadences (id uuid, tenant_id pg_catalog.text);
    CREATE TEMP VIEW cadence_coverage AS SELECT 'decoy'::pg_catalog.text AS tenant_id;
    CREATE TEMP VIEW pg_roles AS SELECT * FROM pg_catalog.pg_roles WHERE false;
    CREATE TEMP TABLE pg_class (oid int);
    CREATE TEMP TABLE pg_timezone_names (name pg_catalog.text);
    CREATE FUNCTION pg_temp.now() RETURNS timestamptz LANGUAGE sql AS $$ SELECT '1999-01-01'::timestamptz $$;
    CREATE FUNCTION pg_temp.gen_random_uuid() RETURNS uuid LANGUAGE sql AS $$ SELECT NULL::uuid $$;
    CREATE FUNCTION pg_temp.is_empty_slot(public.post_instances, uuid) RETURNS boolean
        LANGUAGE sql AS $$ SELECT true $$;
    CREATE FUNCTION pg_temp.placeholder_content_item_id(pg_catalog.text) RETURNS uuid
        LANGUAGE sql AS $$ SELECT NULL::uuid $$;
    CREATE FUNCTION pg_temp.require_tenant(pg_catalog.text) RETURNS void LANGUAGE sql AS $$ SELECT $$;
    CREATE FUNCTION pg_temp.planned_slots(pg_catalog.text[], timestamptz, timestamptz, boolean)
        RETURNS TABLE (tenant_id pg_catalog.text, channel_account_id uuid, slot_at timestamptz, slot_local timestamp,
                       decision pg_catalog.text)
        LANGUAGE sql AS $$ SELECT NULL::pg_catalog.text, NULL::uuid, NULL::timestamptz, NULL::timestamp, NULL::pg_catalog.text
                           WHERE false $$;
    CREATE FUNCTION pg_temp.array_is_set(anyarray) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
    CREATE FUNCTION pg_temp.current_setting(pg_catalog.text, boolean) RETURNS pg_catalog.text
        LANGUAGE sql AS $$ SELECT 'all_county'::pg_catalog.text $$;
    CREATE FUNCTION pg_temp.differs(uuid, uuid) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
    CREATE OPERATOR pg_temp.= (LEFTARG = uuid, RIGHTARG = uuid, FUNCTION = pg_temp.differs);
    CREATE FUNCTION pg_temp.differs(pg_catalog.text, pg_catalog.text) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
    CREATE OPERATOR pg_temp.= (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = pg_temp.differs);
    CREATE OPERATOR pg_temp.<> (LEFTARG = pg_catalog.text, RIGHTARG = pg_catalog.text, FUNCTION = pg_temp.differs);
    CREATE FUNCTION pg_temp.differs(timestamptz, timestamptz) RETURNS boolean LANGUAGE sql AS $$ SELECT false $$;
    CREATE OPERATOR pg_temp.> (LEFTARG = timestamptz, RIGHTARG = timestamptz, FUNCTION = pg_temp.differs);
    CREATE TYPE pg_temp.text AS (decoy int);
    CREATE TYPE pg_temp.uuid AS (decoy int);
    SET search_path = pg_temp, pg_catalog, public;
"""


def qualified(call: str) -> str:
    """Return a call of ours with the schema before it; what it asks of the session stays catalogue's."""
    call = re.sub(r"\b((?:[a-z]+_)+[a-z]+|topoff_planned_slots)(?=\(%\(tenant)", r"public.\1", call)
    return re.sub(r"(?<!\w)(now|count|min|max|date_trunc)\(", r"pg_catalog.\1(", call).replace(
        "::uuid[]", "::pg_catalog.uuid[]"
    )


def test_objects_of_the_same_name_in_the_callers_session_bend_nothing(world, db, api, as_role):
    arguments = {key: str(value) for key, value in world.arguments("h2o").items()}
    session = as_role(api, "h2o", cursor_factory=psycopg.ClientCursor)
    session.execute(DECOYS)
    for name, call in CALLS.items():
        expected = answer(db, qualified(call), arguments)
        assert isinstance(expected, list), expected
        assert answer(session, qualified(call), arguments) == expected, name
        assert answer(session, qualified(call), arguments | {"tenant": "all_county"})[0] == "P0002"


def test_the_nightly_run_and_isolation_are_not_bent_by_objects_of_the_same_name(world, db, new_role, as_role):
    role = new_role()
    expected = one(db, "SELECT count(*) FROM post_instances WHERE status = 'Planned'")
    db.execute("DELETE FROM post_instances WHERE status = 'Planned'")
    with psycopg.connect(
        **db.info.get_parameters() | {"password": db.info.password}, autocommit=True
    ) as session:
        session.execute(DECOYS)
        session.execute("CALL public.topoff_all_tenants()")
        session.execute("SELECT topoff.isolate_tenants(%s::pg_catalog.regrole)", [role])
    assert one(db, "SELECT count(*) FROM post_instances WHERE status = 'Planned'") == expected
    assert column(as_role(role, "h2o"), "SELECT DISTINCT tenant_id FROM post_instances") == ["h2o"]


def test_checks_and_triggers_are_not_bent_by_objects_of_the_same_name(world, db, app, as_role):
    session = as_role(app, "h2o")
    session.execute(DECOYS)
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="not an IANA zone name"):
        session.execute("UPDATE public.channel_accounts SET timezone = 'Mars/Olympus'")
    session.execute("UPDATE public.channel_accounts SET timezone = 'Europe/London', days_of_week = '{1,2,3}'")
    with pytest.raises(psycopg.errors.ObjectInUse):
        session.execute("UPDATE public.content_items SET title = 'x'")
    with pytest.raises(psycopg.errors.CheckViolation):
        session.execute("UPDATE public.post_instances SET status = 'Posted' WHERE planned_for IS NOT NULL")
    tenants = session.execute(
        "SELECT pg_catalog.array_agg(DISTINCT tenant_id) FROM public.post_instances"
    ).fetchone()
    assert tenants[0] == ["h2o"]
