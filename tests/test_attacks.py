"""Each test is an attempt: as the role that the API connects as, as the tables' owner, or as a stranger.

On a fresh database and on two that were adopted, one with the application's varchar columns and one with enums.
What is promised stands in docs/isolation.md, and the last tests here hold that page to the attempts: each of
its sentences is what a test here or in test_isolation.py says.
"""

import ast
import os
import re
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from builders import column, new_account, one
from conftest import (
    HOST,
    PASSWORD,
    PORT,
    PROJECT,
    ROLE_PASSWORD,
    USER,
    alembic,
    clones_of,
    migrate,
    take_create,
)
from host_app import load_host
from hosts import dump, psql
from overloads import RAN, put_beside
from psycopg import Connection
from pytest_postgresql import factories
from tenants import CALLS, NOBODY, TABLES, World, answer, isolate, rights, says, unisolate, without
from test_pg_cron import COMMAND

DEFAULTS = """
    ALTER TABLE content_items ALTER owner SET DEFAULT '', ALTER id SET DEFAULT gen_random_uuid();
    ALTER TABLE post_instances ALTER id SET DEFAULT gen_random_uuid();
    ALTER TABLE channel_accounts ALTER id SET DEFAULT gen_random_uuid(), ALTER name SET DEFAULT 'An account';
    DO $$ BEGIN EXECUTE format('ALTER TABLE channel_accounts ALTER channel_id SET DEFAULT %L',
                               (SELECT id FROM marketing_channels LIMIT 1)); END $$;
    TRUNCATE channel_accounts, content_items, post_instances CASCADE
"""
ENUMS = """
    CREATE TYPE account_status AS ENUM ('active', 'paused');
    CREATE TYPE post_status AS ENUM ('Draft', 'Planned', 'Scheduled', 'Posted', 'Failed', 'Approved');
    ALTER TABLE channel_accounts ALTER status DROP DEFAULT,
        ALTER status TYPE account_status USING status::account_status, ALTER status SET DEFAULT 'active';
    ALTER TABLE post_instances ALTER status DROP DEFAULT,
        ALTER status TYPE post_status USING status::post_status, ALTER status SET DEFAULT 'Draft'
"""


def adopt(*changes: str) -> Callable[..., None]:
    """Return what makes a template: the application's database with these changes, adopted."""

    def load(dbname: str, **_: Any) -> None:
        with psycopg.connect(
            host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=dbname, autocommit=True
        ) as db:
            load_host(db, "0014")
            for change in (DEFAULTS, *changes):
                db.execute(change)
        migrate(dbname)

    return load


def adopted(dbname: str, *changes: str) -> Any:
    """Return the fixture of a template."""
    return factories.postgresql_noproc(
        host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=dbname, load=[take_create, adopt(*changes)]
    )


varchar_server = adopted("topoff_varchar")
varchar = clones_of("varchar_server")
enum_server = adopted("topoff_enum", ENUMS)
enum = clones_of("enum_server")

EVERYWHERE = {"fresh": "databases", "varchar": "varchar", "enum": "enum"}
everywhere = pytest.mark.parametrize("place", EVERYWHERE)


@pytest.fixture
def place() -> str:
    """Where an attempt is made unless it is made everywhere."""
    return "fresh"


@pytest.fixture
def db(place: str, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """The owner's connection, in autocommit mode."""
    clones = request.getfixturevalue(EVERYWHERE[place])
    connection = clones.lend_new()
    name = connection.info.dbname
    yield connection
    connection.close()
    clones.go(name)


@pytest.fixture
def world(db: Connection) -> World:
    """Tenants h2o and all_county."""
    return World(db)


@pytest.fixture
def api(db: Connection, world: World, new_role: Callable[..., str]) -> str:
    """An isolated role that had no privileges before."""
    role = new_role()
    isolate(db, role)
    return role


@pytest.fixture
def stranger(db: Connection, new_role: Callable[..., str]) -> Iterator[str]:
    """A role that may create in public and has a schema of its own."""
    role = new_role()
    db.execute(f"GRANT CREATE ON SCHEMA public TO {role}; CREATE SCHEMA elsewhere AUTHORIZATION {role}")
    db.execute("GRANT USAGE ON SCHEMA elsewhere TO PUBLIC")
    yield role
    db.execute(f"DROP SCHEMA elsewhere CASCADE; DROP OWNED BY {role} CASCADE")


@pytest.fixture
def owner(db: Connection, new_role: Callable[..., str]) -> Iterator[str]:
    """The owner of the application's tables, who is no superuser."""
    role = new_role()
    for table in TABLES:
        db.execute(f"ALTER TABLE {table} OWNER TO {role}")
    db.execute(f"GRANT USAGE ON SCHEMA topoff TO {role}")
    yield role
    db.execute(f"REASSIGN OWNED BY {role} TO {USER}")


def refused(db: Connection, role: str) -> Any:
    """Return what isolate_tenants() says when it refuses a role; nothing has changed then."""
    before = rights(db)
    with pytest.raises(
        psycopg.errors.ObjectNotInPrerequisiteState, match="cannot be held to one tenant"
    ) as failure:
        isolate(db, role)
    assert rights(db) == before
    return failure.value.diag


def mended(db: Connection, role: str) -> str:
    """Run what the refusal's HINT says, after which the role is isolated; return its DETAIL."""
    said = refused(db, role)
    db.execute(said.message_hint)
    isolate(db, role)
    return said.message_detail


# ---------------------------------------------------------------------------------- rows of another tenant


@says(
    """
    On the tables it sees and writes the rows of the tenant in the setting `app.tenant_id`, and none where
    that is absent or empty.
    """
)
@everywhere
def test_no_statement_shows_another_tenants_row(db, world, api, as_role):
    db.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public, topoff TO {api}")
    for setting, seen in (("h2o", {"h2o"}), ("", set()), (None, set())):
        session = as_role(api, setting)
        for table in TABLES:
            for statement in (
                f"SELECT tenant_id FROM {table}",
                f"SELECT tenant_id FROM {table} WHERE tenant_id = 'all_county' OR true",
                f"SELECT tenant_id FROM ONLY {table} TABLESAMPLE BERNOULLI (100)",
                f"SELECT a.tenant_id FROM {table} AS a RIGHT JOIN {table} AS b ON true WHERE a.tenant_id <> ''",
                f"SELECT coalesce((SELECT max(tenant_id) FROM {table} WHERE tenant_id <> 'h2o'), 'h2o') FROM {table}",
                f"DECLARE c CURSOR WITH HOLD FOR SELECT tenant_id FROM {table}; FETCH ALL FROM c",
            ):
                rows = session.execute(statement)
                while rows.nextset():
                    pass
                assert {row[0] for row in rows.fetchall()} <= seen, statement
            with session.cursor().copy(f"COPY (SELECT tenant_id FROM {table}) TO STDOUT") as copied:
                assert {bytes(row).decode().strip() for row in copied} <= seen
            session.execute("CLOSE ALL; SET row_security = off")
            assert answer(session, f"SELECT * FROM {table}", {})[0] == "42501"
            session.execute("RESET row_security")


@everywhere
def test_a_cheap_function_of_the_roles_own_hears_of_no_other_tenant(world, api, as_role):
    session = as_role(api, "h2o")
    session.execute(
        "CREATE FUNCTION pg_temp.tells(tenant text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
        " $$ BEGIN RAISE NOTICE 'heard of %', tenant; RETURN true; END $$"
    )
    heard = set()
    session.add_notice_handler(lambda notice: heard.add(notice.message_primary))
    for relation in (
        "channel_accounts",
        "content_items",
        "post_instances",
        "topoff.blackouts",
        "cadence_coverage",
    ):
        session.execute(f"SELECT count(*) FROM {relation} WHERE pg_temp.tells(tenant_id)")
    assert heard == {"heard of h2o"}


@says(
    """
    Then a call for another tenant is answered exactly as one for a tenant that does not exist (`P0002`). So
    are another tenant's ids.
    """
)
@everywhere
def test_calls_answer_for_another_tenant_and_its_ids_as_for_nobody_and_nothing(db, world, api, as_role):
    own, other = world.arguments("h2o"), world.arguments("all_county")
    session = as_role(api, "h2o")
    for name, call in CALLS.items():
        assert isinstance(answer(session, call, own), list), name
        foreign = answer(session, call, own | {"tenant": "all_county"})
        unknown = answer(session, call, own | {"tenant": "nobody"})
        assert foreign[0] == "P0002"
        assert without(foreign, "all_county") == without(unknown, "nobody"), name
        for thing in set(re.findall(r"%\((\w+)\)s", call)) & {"slot", "account", "content"}:
            foreign = answer(session, call, own | {thing: other[thing]})
            unknown = answer(session, call, own | {thing: NOBODY})
            assert foreign[0] == "P0002", name
            assert without(foreign, other[thing]) == without(unknown, NOBODY), name


@says(
    """
    Foreign keys do as well. `fill_next_planned_slot` and `create_post_instances` look for the tenant's own
    account and content first, so another tenant's id and an unknown one get the same answer. A plain INSERT
    or UPDATE on `post_instances` does not: where the application has foreign keys of its own on
    `channel_account_id` or `content_item_id`, an unknown id fails on the application's and another tenant's
    on ours.
    """
)
@everywhere
def test_only_a_plain_statement_tells_another_tenants_id_from_an_unknown_one(db, world, api, as_role):
    own, other = world.arguments("h2o"), world.arguments("all_county")
    session = as_role(api, "h2o")
    own_keys = one(
        db,
        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid = 'post_instances'::regclass"
        " AND cardinality(conkey) = 1",
    )
    for thing in ("account", "content"):
        for call in ("fill", "create at a free time", "create a draft"):
            said = [answer(session, CALLS[call], own | {thing: each}) for each in (other[thing], NOBODY)]
            assert said[0][0] == "P0002"
            assert without(said[0], other[thing]) == without(said[1], NOBODY)
    plain = "UPDATE post_instances SET content_item_id = %(content)s, status = 'Draft' WHERE id = %(slot)s"
    said = [answer(session, plain, own | {"content": each}) for each in (other["content"], NOBODY)]
    assert [each[0] for each in said] == ["23503", "23503"]
    assert (said[0][4] == said[1][4]) == (own_keys == 0)
    assert said[0][4] == "post_instances_tenant_content_item_fkey"


@says(
    """
    Unique keys reach across tenants, as under any row-level security: somebody who writes an `id` of their
    own choice learns whether it is taken.
    """
)
@everywhere
def test_an_id_of_ones_own_choice_tells_whether_it_is_taken(db, world, api, as_role):
    taken = one(db, "SELECT id FROM content_items WHERE tenant_id = 'all_county' AND title = 'A post'")
    write = "INSERT INTO content_items (id, tenant_id, title) VALUES (%(id)s, 'h2o', '')"
    session = as_role(api, "h2o")
    assert answer(session, write, {"id": taken})[0] == "23505"
    session.execute(write, {"id": str(uuid.uuid4())})


@everywhere
def test_another_tenants_placeholder_id_cannot_be_taken_in_advance(db, world, api, as_role):
    id = one(db, "SELECT topoff.placeholder_content_item_id('nobody_yet')")
    write = "INSERT INTO content_items (id, tenant_id, title) VALUES (%(id)s, 'h2o', '')"
    assert answer(as_role(api, "h2o"), write, {"id": id})[0] == "23514"


@says(
    """
    `EXPLAIN` estimates from statistics of all tenants: the estimate for a tenant's name tells about how
    many rows that tenant has. `pg_stat_activity` shows `api` the statements that its other sessions run,
    and `pg_class` how many rows a table has in all.
    """
)
def test_estimates_and_statistics_tell_sizes(db, world, api, as_role):
    db.execute(
        "INSERT INTO content_items (tenant_id, title) SELECT 'all_county', '' FROM generate_series(1, 5000)"
    )
    db.execute("ANALYZE content_items")
    session, another = as_role(api, "h2o"), as_role(api, "all_county")

    def estimate(tenant: str) -> int:
        plan = one(
            session, f"EXPLAIN (FORMAT JSON) SELECT id FROM content_items WHERE tenant_id = '{tenant}'"
        )[0]["Plan"]
        return plan["Plan Rows"]

    assert one(session, "SELECT reltuples FROM pg_class WHERE relname = 'content_items'") > 5000
    another.execute("SELECT 'all_county is here'")
    pid = another.info.backend_pid
    assert "is here" in one(session, "SELECT query FROM pg_stat_activity WHERE pid = %s", pid)
    db.execute(f"ALTER ROLE {api} SET app.tenant_id = 'all_county'")
    assert estimate("all_county") >= estimate("nobody")


@says(
    """
    Views and SECURITY DEFINER functions of the application read with their owner's rights, and so show
    every tenant.
    """
)
def test_views_and_definer_functions_of_the_application_are_not_held(db, world, api, as_role):
    db.execute("CREATE VIEW theirs AS SELECT tenant_id FROM post_instances")
    db.execute(
        "CREATE FUNCTION theirs() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT tenant_id FROM public.post_instances'"
    )
    db.execute(f"GRANT SELECT ON theirs TO {api}")
    for read in ("SELECT DISTINCT tenant_id FROM theirs ORDER BY 1", "SELECT DISTINCT theirs() ORDER BY 1"):
        assert column(as_role(api, "h2o"), read) == ["all_county", "h2o"]


@says(
    """
    It guards against a forgotten `WHERE`, not against somebody who can run SQL of their own as `api`:
    whoever can set `app.tenant_id` can set it to any tenant.
    """
)
def test_whoever_sets_the_setting_sets_any_tenant(world, api, as_role):
    session = as_role(api, "h2o")
    assert column(session, "SELECT tenant_id FROM post_instances WHERE true GROUP BY 1") == ["h2o"]
    session.execute("SET app.tenant_id = 'all_county'")
    assert column(session, "SELECT tenant_id FROM post_instances GROUP BY 1") == ["all_county"]


@says(
    """
    `COPY ... FROM` into the tables by `api` itself is refused as well.
    """
)
def test_copy_into_a_table_is_refused(db, world, api, as_role):
    session = as_role(api, "h2o")
    with pytest.raises(psycopg.errors.FeatureNotSupported):  # noqa: SIM117
        with session.cursor().copy("COPY content_items (id, tenant_id, title) FROM STDIN") as into:
            into.write_row((uuid.uuid4(), "h2o", ""))


@says(
    """
    `pg_dump` by a role that is neither superuser nor owner fails from then on, although no policy hides
    anything from it; this helps:
    """
)
def test_a_dump_by_who_is_neither_owner_nor_superuser_fails(db, world, api, new_role, as_role):
    backup = new_role()
    db.execute(f"GRANT pg_read_all_data TO {backup}")
    command = ["pg_dump", "-h", HOST, "-p", str(PORT), "-U", backup, "-a", db.info.dbname]
    environment = os.environ | {"PGPASSWORD": ROLE_PASSWORD}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert "query would be affected by row-level security policy" in done.stderr
    assert column(as_role(backup), "SELECT DISTINCT tenant_id FROM post_instances ORDER BY 1") == [
        "all_county",
        "h2o",
    ]
    db.execute(f"ALTER ROLE {backup} BYPASSRLS")
    assert subprocess.run(command, env=environment, capture_output=True, text=True).returncode == 0


@says(
    """
    `topoff.runs`, the ledger, is not for the API. `topoff.run_tenants` shows an isolated role that had been
    granted it its own tenant.
    """
)
def test_the_ledger_is_not_the_apis(db, world, api, as_role):
    session = as_role(api, "h2o")
    for table in ("runs", "run_tenants"):
        assert answer(session, f"SELECT * FROM topoff.{table}", {})[0] == "42501"
    db.execute(f"GRANT SELECT ON topoff.run_tenants TO {api}")
    assert column(session, "SELECT DISTINCT tenant_id FROM topoff.run_tenants") == ["h2o"]


@says(
    """
    Before `DROP ROLE api` call `unisolate_tenants` in every database where it is isolated.
    """
)
def test_a_role_is_dropped_once_it_is_not_isolated_any_more(db, world, new_role):
    role = new_role()
    isolate(db, role)
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        db.execute(f"DROP ROLE {role}")
    unisolate(db, role)
    with db.transaction(force_rollback=True):
        db.execute(f"DROP ROLE {role}")


@says(
    """
    Calling `isolate_tenants` again changes nothing, or grants again what has been lost, such as the rights
    on a column that was dropped and made anew.
    """
)
def test_isolating_again_grants_what_was_lost_with_a_column(db, world, api, as_role):
    arguments = world.arguments("h2o")
    db.execute("ALTER TABLE topoff.cadences DROP category, ADD category text")
    assert answer(as_role(api, "h2o"), CALLS["top off"], arguments)[0] == "42501"
    isolate(db, api)
    assert isinstance(answer(as_role(api, "h2o"), CALLS["top off"], arguments), list)
    before = rights(db)
    isolate(db, api)
    assert rights(db) == before


# ------------------------------------------------------------------------------------- roles that get round it


@says(
    """
    an owner of the tables, of our functions, of the schemas or the database, and every member of one
    """
)
@pytest.mark.parametrize("option", ["", "NOINHERIT"])
@everywhere
def test_a_member_of_the_owner_is_refused_whether_it_inherits_or_not(
    db, world, owner, new_role, as_role, option
):
    member = new_role(option)
    db.execute(f"GRANT {owner} TO {member}")
    assert f"member of {owner}, owner of table" in mended(db, member)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role(member, "h2o").execute(f"SET ROLE {owner}")


def test_a_member_of_a_member_of_the_owner_is_refused(db, world, owner, new_role):
    between, member = new_role("NOINHERIT"), new_role("NOINHERIT")
    db.execute(f"GRANT {owner} TO {between}; GRANT {between} TO {member}")
    assert f"REVOKE {between} FROM {member};" in refused(db, member).message_hint
    mended(db, member)


@pytest.mark.parametrize(
    "options", ["ADMIN TRUE, SET FALSE, INHERIT FALSE", "SET TRUE, INHERIT FALSE", "INHERIT TRUE, SET FALSE"]
)
@pytest.mark.on_each_server
def test_a_member_of_the_owner_is_refused_with_any_option(db, world, owner, new_role, options):
    if db.info.server_version < 160000:
        pytest.skip("such options are new in PostgreSQL 16")
    member = new_role()
    db.execute(f"GRANT {owner} TO {member} WITH {options}")
    mended(db, member)


@says(
    """
    policies don't hold an owner
    """
)
@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("ALTER SCHEMA public OWNER TO {}", "ALTER SCHEMA public OWNER TO {}"),
        ("ALTER SCHEMA topoff OWNER TO {}", "ALTER SCHEMA topoff OWNER TO {}"),
        ("ALTER FUNCTION topoff.lock_tenants OWNER TO {}", "ALTER FUNCTION topoff.lock_tenants OWNER TO {}"),
        (
            "ALTER FUNCTION topoff_planned_slots OWNER TO {}",
            "ALTER FUNCTION topoff_planned_slots OWNER TO {}",
        ),
        ("ALTER TABLE topoff.runs OWNER TO {}", "ALTER TABLE topoff.runs OWNER TO {}"),
        ("ALTER VIEW cadence_coverage OWNER TO {}", "ALTER VIEW cadence_coverage OWNER TO {}"),
    ],
)
def test_an_owner_of_anything_that_calls_go_through_is_refused(db, world, new_role, given, taken):
    role, group = new_role(), new_role()
    owner = one(db, "SELECT pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'")
    db.execute(f"GRANT {group} TO {role}")
    db.execute(given.format(group))
    assert "owner of" in refused(db, role).message_detail
    db.execute(taken.format(owner if "SCHEMA public" in taken else USER))
    isolate(db, role)


def test_the_owner_of_the_database_is_refused(db, new_role):
    role = new_role()
    db.execute(f"ALTER DATABASE {db.info.dbname} OWNER TO {role}")
    assert "owner of database" in refused(db, role).message_detail
    db.execute(f"ALTER DATABASE {db.info.dbname} OWNER TO {USER}")
    isolate(db, role)


@says(
    """
    the first three read past any policy; before PostgreSQL 16 the last grants itself any other role
    SUPERUSER, BYPASSRLS, REPLICATION, CREATEROLE
    """
)
@pytest.mark.parametrize("attribute", ["SUPERUSER", "BYPASSRLS", "CREATEROLE", "REPLICATION"])
@pytest.mark.parametrize("held_by", ["the role", "another that it can become"])
def test_attributes_that_lead_past_any_policy_are_refused(db, world, new_role, attribute, held_by):
    if held_by == "the role":
        role = new_role(attribute)
        if attribute == "SUPERUSER":
            assert refused(db, role).message_hint.startswith("Let the API connect as a role of its own")
            return
    else:
        role, another = new_role("NOINHERIT"), new_role(attribute)
        db.execute(f"GRANT {another} TO {role}")
    assert attribute in mended(db, role)


@pytest.mark.on_each_server
def test_before_16_a_createrole_makes_itself_the_owner(db, world, owner, new_role, as_role):
    role = new_role("CREATEROLE")
    session = as_role(role, "h2o")
    grant = f"GRANT {owner} TO {role}"
    if db.info.server_version >= 160000:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            session.execute(grant)
    else:
        session.execute(grant)
        assert len(column(session, "SELECT tenant_id FROM post_instances GROUP BY 1")) == 2


@says(
    """
    a member of `pg_read_all_data`, `pg_write_all_data`, `pg_read_server_files`, `pg_write_server_files` or
    `pg_execute_server_program` after `SET ROLE`, or from the server's files, everything can be read
    """
)
@pytest.mark.parametrize(
    "predefined",
    [
        "pg_read_all_data",
        "pg_write_all_data",
        "pg_read_server_files",
        "pg_write_server_files",
        "pg_execute_server_program",
    ],
)
def test_predefined_roles_that_read_everything_are_refused(db, world, new_role, as_role, predefined):
    role = new_role("NOINHERIT")
    isolate(db, role)
    db.execute(f"GRANT {predefined} TO {role}")
    session = as_role(role, "h2o")
    if predefined == "pg_read_all_data":
        session.execute("SET ROLE pg_read_all_data")
        assert len(column(session, "SELECT tenant_id FROM post_instances GROUP BY 1")) == 2
    assert predefined in mended(db, role)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role(role).execute(f"SET ROLE {predefined}")


@says(
    """
    one that can become a role with rights on the tables that is not isolated after `SET ROLE` that role's
    rights count; isolate it too
    """
)
@pytest.mark.parametrize("granted", ["SELECT ON post_instances", "UPDATE (status) ON post_instances"])
def test_a_role_that_can_become_another_with_rights_is_refused(db, world, new_role, as_role, granted):
    role, group = new_role(), new_role()
    db.execute(f"GRANT {granted} TO {group}; GRANT {group} TO {role}")
    said = refused(db, role)
    revoke, isolate_too = said.message_hint.split("  -- or hold that one too: ")
    assert revoke == f"REVOKE {group} FROM {role};"
    db.execute(isolate_too)
    isolate(db, role)
    session = as_role(role, "h2o")
    session.execute(f"SET ROLE {group}")
    assert column(session, "SELECT tenant_id FROM post_instances GROUP BY 1") == ["h2o"]


@pytest.mark.on_each_server
def test_a_membership_that_set_role_cannot_use_is_none_of_these(db, world, new_role):
    if db.info.server_version < 160000:
        pytest.skip("such options are new in PostgreSQL 16")
    role, group = new_role(), new_role()
    db.execute(
        f"GRANT SELECT ON post_instances TO {group}; GRANT {group} TO {role} WITH SET FALSE, INHERIT TRUE"
    )
    isolate(db, role)


@says(
    """
    CREATE on schema `public`, on `topoff` or on the database see "A function of the same name" On
    PostgreSQL 14, and in databases that came from it by `pg_upgrade`, everybody may create in `public`; the
    migration warns of it:
    """
)
@pytest.mark.parametrize("grantee", ["PUBLIC", "the role", "another"])
@pytest.mark.parametrize("thing", ["SCHEMA public", "SCHEMA topoff", "DATABASE {db}"])
def test_a_role_that_may_create_is_refused(db, world, new_role, grantee, thing):
    role, another = new_role("NOINHERIT"), new_role()
    thing = thing.format(db=db.info.dbname)
    holder = {"the role": role, "another": another}.get(grantee, grantee)
    db.execute(f"GRANT {another} TO {role}; GRANT CREATE ON {thing} TO {holder}")
    said = refused(db, role)
    assert said.message_hint == f"REVOKE CREATE ON {thing} FROM {holder};"
    mended(db, role)


@says(
    """
    `isolate_tenants` refuses a role that could get round it, and says in its HINT what to revoke. It looks
    at the role, at what it inherits, and at every role that it can become by `SET ROLE`, `NOINHERIT` or
    not:
    """
)
def test_everything_that_stands_in_the_way_is_named_at_once(db, world, owner, new_role):
    role, group = new_role("BYPASSRLS", "NOINHERIT"), new_role()
    db.execute(
        f"GRANT SELECT, TRUNCATE ON content_items TO {group}; GRANT {owner}, {group}, pg_read_all_data TO {role};"
        f"GRANT CREATE ON SCHEMA public TO {role}"
    )
    assert len(refused(db, role).message_hint.splitlines()) == 6
    mended(db, role)


@says(
    """
    TRUNCATE, REFERENCES or TRIGGER on the tables policies don't hold these
    """
)
@pytest.mark.parametrize("privilege", ["TRUNCATE", "TRIGGER", "REFERENCES", "REFERENCES (id)"])
@pytest.mark.parametrize("holder", ["PUBLIC", "the role", "another"])
def test_privileges_that_reach_hidden_rows_are_refused(db, world, new_role, privilege, holder):
    role, another = new_role("NOINHERIT"), new_role()
    db.execute(f"GRANT {another} TO {role}")
    holder = {"the role": role, "another": another}.get(holder, holder)
    db.execute(f"GRANT {privilege} ON content_items TO {holder}")
    assert privilege.split()[0] in mended(db, role)


@says(
    """
    What is granted later is looked at when `isolate_tenants` is called again.
    """
)
def test_what_is_granted_later_is_seen_by_the_next_call(db, world, api, owner):
    db.execute(f"GRANT {owner} TO {api}")
    mended(db, api)


@says(
    """
    any role, on a server with Citus a RESTRICTIVE policy becomes a permissive one on the shards
    """
)
def test_a_server_with_citus_is_refused(db, new_role):
    role = new_role()
    with db.transaction(force_rollback=True):
        db.execute("SET LOCAL allow_system_table_mods = on")
        db.execute("UPDATE pg_extension SET extname = 'citus' WHERE extname = 'plpgsql'")
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="on a server with Citus"):
            isolate(db, role)


# ------------------------------------------------------------------------------ what stands in a comment


@says(
    """
    Which were granted is noted in a comment, and nothing in a comment is ever executed: whatever it says,
    only privileges of the list are revoked.
    """
)
@everywhere
@pytest.mark.parametrize("way", ["unisolate", "downgrade", "isolate again"])
def test_text_in_a_comment_is_never_executed(db, world, owner, api, as_role, way):
    policy = one(db, "SELECT topoff.isolation_policy(%s::regrole)", api)
    victim = f"victim_{uuid.uuid4().hex}"
    session = as_role(owner)
    for text in (
        f'x ["SELECT ON topoff.blackouts FROM {api}; CREATE ROLE {victim} SUPERUSER; --"]',
        f'Granted along with it: ["SELECT ON public.post_instances FROM {api}; CREATE ROLE {victim} SUPERUSER; --"]',
        f'Granted along with it: ["EXECUTE ON FUNCTION f() FROM {api}; CREATE ROLE {victim} SUPERUSER; --"]',
        "Granted along with it: [not even json]",
        "",
    ):
        for table in TABLES:
            session.execute(f"COMMENT ON POLICY {policy} ON {table} IS '{text}'")
        with db.transaction(force_rollback=way != "downgrade"):
            if way == "unisolate":
                unisolate(db, api)
            elif way == "isolate again":
                isolate(db, api)
            assert one(db, "SELECT count(*) FROM pg_roles WHERE rolname = %s", victim) == 0
        if way == "downgrade":
            assert (done := alembic(db.info.dbname, "downgrade", "0011")).returncode == 0, done.stderr
            assert (done := alembic(db.info.dbname, "upgrade", "head")).returncode == 0, done.stderr
            isolate(db, api)
            policy = one(db, "SELECT topoff.isolation_policy(%s::regrole)", api)
        assert one(db, "SELECT count(*) FROM pg_roles WHERE rolname = %s", victim) == 0


@says(
    """
    Where the note is lost, all of the list is revoked.
    """
)
def test_a_note_that_is_gone_has_everything_of_the_list_revoked(db, world, new_role, as_role):
    role = new_role()
    before = rights(db)
    isolate(db, role)
    db.execute(
        f"COMMENT ON POLICY {one(db, 'SELECT topoff.isolation_policy(%s::regrole)', role)} ON post_instances IS NULL"
    )
    unisolate(db, role)
    assert rights(db) == before
    assert answer(as_role(role, "h2o"), "SELECT * FROM post_instances", {})[0] == "42501"


@says(
    """
    The policies go, and of the privileges those that `isolate_tenants` had to grant. What the role had
    before stays, and so does what it was given since.
    """
)
@pytest.mark.parametrize(
    ("first", "meanwhile"),
    [
        ("", "GRANT SELECT (id) ON post_instances TO {}"),
        ("GRANT SELECT (id) ON post_instances TO {}", "GRANT SELECT (status) ON post_instances TO {}"),
        ("GRANT SELECT (id) ON post_instances TO {}", "REVOKE SELECT (id) ON post_instances FROM {}"),
        (
            "GRANT SELECT (caption) ON post_instances TO {}",
            "ALTER TABLE post_instances RENAME caption TO words",
        ),
        (
            "GRANT SELECT (caption) ON post_instances TO {}",
            "ALTER TABLE post_instances DROP caption, ADD caption text",
        ),
        (
            "",
            "ALTER TABLE post_instances DROP caption, ADD caption text; GRANT SELECT (caption) ON post_instances TO {}",
        ),
        ("", "GRANT UPDATE ON post_instances TO {}"),
        ("GRANT INSERT ON content_items TO {}", "GRANT SELECT ON channel_accounts TO {} WITH GRANT OPTION"),
        ("", "GRANT DELETE ON content_items TO {}"),
    ],
)
def test_what_the_role_had_before_and_got_since_stays(db, world, new_role, first, meanwhile):
    db.execute("ALTER TABLE post_instances ADD COLUMN caption text")
    role = new_role()
    with db.transaction(force_rollback=True):
        db.execute(first.format(role) or "SELECT")
        db.execute(meanwhile.format(role))
        expected = rights(db)
    db.execute(first.format(role) or "SELECT")
    isolate(db, role)
    db.execute(meanwhile.format(role))
    unisolate(db, role)
    assert rights(db) == expected


@says(
    """
    A revoke that fails is an error, and the role stays isolated.
    """
)
def test_a_revoke_that_fails_is_an_error_and_the_role_stays_isolated(
    db, world, owner, api, new_role, as_role
):
    # Who has a privilege that it can't pass on gets no error from REVOKE, but a warning that nothing was done.
    db.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, topoff TO {owner}")
    db.execute(f"GRANT SELECT ON cadence_coverage TO {owner}")
    before = rights(db)
    with pytest.raises(
        psycopg.errors.InsufficientPrivilege, match=f'role "{owner}" may not revoke .* from role "{api}"'
    ):
        as_role(owner).execute("SELECT topoff.unisolate_tenants(%s::regrole)", [api])
    assert rights(db) == before
    another = new_role()
    db.execute(f"GRANT SELECT ON post_instances TO {api} WITH GRANT OPTION")
    as_role(api).execute(f"GRANT SELECT ON post_instances TO {another}")
    before = rights(db)
    with pytest.raises(psycopg.errors.DependentObjectsStillExist):
        unisolate(db, api)
    assert rights(db) == before


def test_a_dropped_function_of_ours_does_not_keep_the_rest_from_being_revoked(db, world, new_role):
    role = new_role()
    held = "SELECT privilege FROM topoff.api_privileges(%s::regrole) WHERE held AND granted_by <> '{}'"
    isolate(db, role)
    assert column(db, held, role) != []
    db.execute("DROP FUNCTION calendar_grid; DROP VIEW cadence_coverage")
    unisolate(db, role)
    assert column(db, held, role) == []


@says(
    """
    A dump holds the policies, so a restore holds the role to one tenant too, also where the role has
    another oid; restore the roles first.
    """
)
def test_a_policy_from_another_cluster_is_not_taken_for_ones_own(db, world, new_role, as_role):
    first, second = new_role(), new_role()
    oid = one(db, "SELECT %s::regrole::oid", second)
    isolate(db, first)
    for (
        table
    ) in TABLES:  # as they are after a restore, where the first role had the oid that the second has here
        name = one(
            db,
            "SELECT polname FROM pg_policy WHERE polrelid = %s::regclass AND polname ~ 'one_tenant'",
            table,
        )
        db.execute(f"ALTER POLICY {name} ON {table} RENAME TO topoff_one_tenant_{oid}")
    isolate(db, second)
    for role in (first, second):
        assert column(as_role(role, "h2o"), "SELECT tenant_id FROM post_instances GROUP BY 1") == ["h2o"]
    unisolate(db, second)
    assert column(as_role(first, "h2o"), "SELECT tenant_id FROM post_instances GROUP BY 1") == ["h2o"]
    unisolate(db, first)
    assert column(db, "SELECT polname FROM pg_policy") == []


@says(
    """
    A dump holds the policies, so a restore holds the role to one tenant too, also where the role has
    another oid; restore the roles first.
    """
)
@everywhere
def test_a_restore_is_isolated_too(db, world, new_role, empty_db, as_role):
    role = new_role()
    isolate(db, role)
    psql(empty_db, dump(db))
    with psycopg.connect(
        host=HOST, port=PORT, dbname=empty_db.info.dbname, user=role, password=ROLE_PASSWORD, autocommit=True
    ) as session:
        assert column(session, "SELECT tenant_id FROM post_instances") == []
        session.execute("SET app.tenant_id = 'h2o'")
        assert column(session, "SELECT tenant_id FROM post_instances GROUP BY 1") == ["h2o"]
        assert one(session, "SELECT topoff_planned_slots('h2o')") == 0
    unisolate(empty_db, role)
    assert column(empty_db, "SELECT polname FROM pg_policy") == []
    empty_db.execute(f"DROP OWNED BY {role}")


def test_a_policy_that_is_left_on_some_tables_goes(db, world, api):
    policy = one(db, "SELECT topoff.isolation_policy(%s::regrole)", api)
    db.execute(f"DROP POLICY {policy} ON post_instances")
    assert column(db, "SELECT role::text FROM topoff.isolated_roles() AS role") == [api]
    isolate(db, api)
    assert len(column(db, "SELECT 1 FROM pg_policy WHERE polname ~ 'one_tenant'")) == len(TABLES)
    db.execute(f"DROP POLICY {policy} ON topoff.cadences")
    unisolate(db, api)
    assert column(db, "SELECT polname FROM pg_policy") == []


def by_name(rights: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return rights on functions by their names alone."""
    return {(what.partition("(")[0], right) for what, right in rights}


@says(
    """
    An upgrade or downgrade of planned-slot top-off leaves an isolated role able to call everything, and
    holding nothing more.
    """
)
@pytest.mark.parametrize("step", ["downgrade", "upgrade"])
def test_a_revision_leaves_the_role_able_to_call_everything_and_nothing_more(
    db, world, new_role, as_role, step
):
    role, stranger = new_role(), new_role()
    db.execute(f"GRANT SELECT (id), INSERT ON post_instances TO {role}")
    isolate(db, role)
    before = rights(db)
    db.execute(
        f"ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO {stranger};"
        f"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO {stranger}"
    )
    assert (done := alembic(db.info.dbname, "downgrade", "0012")).returncode == 0, done.stderr
    # Functions come and go between revisions, and with them the owner's rights on his own; others have other
    # parameters.
    gained = by_name(rights(db)) - by_name(before)
    assert [right for _, right in gained if not re.match(r"\((\d+),\1,", right)] == []
    if step == "upgrade":
        assert (done := alembic(db.info.dbname, "upgrade", "head")).returncode == 0, done.stderr
        assert rights(db) == before
    for name, call in CALLS.items():
        assert isinstance(answer(as_role(role, "h2o"), call, world.arguments("h2o")), list), name


# ----------------------------------------------------------------------------------------------------- locks


@says(
    """
    `api` needs DELETE on `post_instances` (skip, re-plan, retire), and PostgreSQL lets who may delete from
    a table lock it in any mode; so it is for `topoff.cadences` and `topoff.blackouts` (retire). So whoever
    runs SQL as `api` can keep everybody else waiting with `LOCK TABLE post_instances`. There are no
    narrower rights: DELETE knows no columns, a view hands `LOCK TABLE` on to its tables, and our functions
    run with their caller's rights. An API that never skips, re-plans or retires can do without DELETE until
    the next upgrade or `isolate_tenants`; those three calls then fail with 42501:
    """
)
def test_who_may_delete_may_lock_and_nothing_narrower_lets_the_functions_delete(
    db, world, api, new_role, as_role
):
    lock = "LOCK TABLE post_instances IN ACCESS EXCLUSIVE MODE"
    session = as_role(api, "h2o")
    for table in ("post_instances", "topoff.cadences", "topoff.blackouts"):
        with session.transaction(force_rollback=True):
            session.execute(lock.replace("post_instances", table))
    for table in ("channel_accounts", "content_items"):
        assert answer(session, lock.replace("post_instances", table), {})[0] == "42501"
    view = new_role()
    db.execute("CREATE VIEW deletable AS SELECT tenant_id, id FROM post_instances")
    db.execute(f"GRANT DELETE ON deletable TO {view}")
    with as_role(view).transaction(force_rollback=True) as locked:
        locked.connection.execute("LOCK TABLE deletable IN ACCESS EXCLUSIVE MODE")
        assert (
            one(
                db,
                "SELECT count(*) FROM pg_locks WHERE relation = 'post_instances'::regclass"
                " AND mode = 'AccessExclusiveLock' AND pid = %s",
                locked.connection.info.backend_pid,
            )
            == 1
        )

    db.execute(f"REVOKE DELETE ON post_instances FROM {api}")
    assert answer(session, lock, {})[0] == "42501"
    arguments = world.arguments("h2o")
    denied = {name for name, call in CALLS.items() if answer(session, call, arguments)[:1] == ("42501",)}
    assert denied == {"skip", "re-plan", "retire"}
    isolate(db, api)
    with session.transaction(force_rollback=True):
        session.execute(lock)


@says(
    """
    Limits that a careless API keeps to (it can change them, so they are no guard against SQL of its own):
    Who holds such a lock, for your monitoring:
    """
)
def test_limits_hold_up_what_a_careless_session_leaves_open(db, world, api, as_role):
    db.execute(f"ALTER ROLE {api} SET idle_in_transaction_session_timeout = '100ms'")
    session = as_role(api, "h2o", autocommit=False)
    session.execute("LOCK TABLE post_instances IN ACCESS EXCLUSIVE MODE")
    watch = re.search(r"  SELECT lock\.pid.*?;", (PROJECT / "docs" / "isolation.md").read_text(), re.DOTALL)[
        0
    ]
    assert [row[:2] for row in db.execute(watch)] in ([(session.info.backend_pid, api)], [])
    db.execute("SET lock_timeout = '10s'")
    assert one(db, "SELECT count(*) FROM post_instances") > 0
    with pytest.raises(psycopg.Error, match="idle-in-transaction timeout"):
        session.execute("SELECT 1")
    session = as_role(api, "h2o")
    session.execute("SET idle_in_transaction_session_timeout = 0")


CALLS_THAT_LOCK = ("top off", "re-plan", "skip")


@says(
    """
    Advisory locks ask for no rights. Any session on the database can take a tenant's lock and keep its
    top-off, re-plan and skip waiting for as long as its transaction lasts; plain reads and writes don't
    wait. With a `lock_timeout` the waiting call fails with 55P03, and its DETAIL names the process, the
    role and the `application_name` that hold the lock.
    """
)
@everywhere
def test_who_holds_a_tenants_lock_is_named(db, world, api, new_role, as_role):
    stranger = new_role()
    holder = as_role(stranger, application_name="somebody's import", autocommit=False)
    holder.execute("SELECT pg_advisory_xact_lock(hashtextextended('topoff_planned_slots:h2o', 0))")
    session = as_role(api, "h2o")
    session.execute("SET lock_timeout = '50ms'")
    arguments = world.arguments("h2o")
    for name in CALLS_THAT_LOCK:
        state, message, detail, hint, _ = answer(session, CALLS[name], arguments)
        assert (state, message) == ("55P03", 'another session is changing the calendar of tenant "h2o"'), name
        pid = holder.info.backend_pid
        assert detail.startswith(f"Its lock is held by process {pid} (role {stranger}, somebody's import")
        assert (
            hint
            == f"Call again when that transaction is over. To end it: SELECT pg_terminate_backend({pid});"
        )
    assert isinstance(answer(session, CALLS["calendar"], arguments), list)
    assert isinstance(answer(session, "UPDATE post_instances SET status = status", {}) or [], (list, tuple))
    session.execute("SET app.tenant_id = 'all_county'")
    assert isinstance(answer(session, CALLS["top off"], {"tenant": "all_county"}), list)
    holder.rollback()
    session.execute("SET app.tenant_id = 'h2o'")
    assert isinstance(answer(session, CALLS["top off"], arguments), list)


def test_locks_that_are_waited_for_are_taken_in_the_order_of_the_names(db, world, connect):
    first, second, third = connect(autocommit=False), connect(autocommit=False), connect(autocommit=False)
    lock = "SELECT topoff.lock_tenants(%s::text[])"
    first.execute(lock, [["a"]])
    waiting = threading.Thread(target=lambda: second.execute(lock, [["c", "b", "a"]]))
    waiting.start()
    blocked = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND pid = %s"
    while one(db, blocked, second.info.backend_pid) == 0:
        pass
    try:
        third.execute("SET lock_timeout = '2s'")
        third.execute(lock, [["c", "b"]])  # which the waiting one has not taken yet
    finally:
        third.rollback()
        first.rollback()
        waiting.join()
    assert (
        one(
            db,
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = %s",
            second.info.backend_pid,
        )
        == 3
    )


# ------------------------------------------------------------------------------ functions of the same name

SAFE_CALLS = {
    "top off": "SELECT public.topoff_planned_slots(%(tenant)s::pg_catalog.text, '35 days'::pg_catalog.interval, pg_catalog.now())",
    "preview": "SELECT decision FROM public.preview_planned_slots(%(tenant)s::pg_catalog.text,"
    " '35 days'::pg_catalog.interval, pg_catalog.now(), false)",
    "preview a re-plan": "SELECT decision FROM public.preview_planned_slots(%(tenant)s::pg_catalog.text,"
    " '7 days'::pg_catalog.interval, pg_catalog.now(), true)",
    "re-plan": "SELECT * FROM public.replan_planned_slots(%(tenant)s::pg_catalog.text, '7 days'::pg_catalog.interval, pg_catalog.now())",
    "skip": "SELECT public.skip_planned_slot(%(tenant)s::pg_catalog.text, %(slot)s::pg_catalog.uuid)",
    "fill": "SELECT scheduled_for, status FROM public.fill_next_planned_slot(%(tenant)s::pg_catalog.text,"
    " %(account)s::pg_catalog.uuid, %(content)s::pg_catalog.uuid{category})",
    "create at a free time": "SELECT scheduled_for, status FROM public.create_post_instances(%(tenant)s::pg_catalog.text,"
    " %(content)s::pg_catalog.uuid, ARRAY[%(account)s::pg_catalog.uuid], %(free)s::pg_catalog.timestamptz)",
    "create at a slot": "SELECT scheduled_for, status FROM public.create_post_instances(%(tenant)s::pg_catalog.text,"
    " %(content)s::pg_catalog.uuid, ARRAY[%(account)s::pg_catalog.uuid], %(slot_at)s::pg_catalog.timestamptz)",
    "create at a taken time": "SELECT scheduled_for, status FROM public.create_post_instances(%(tenant)s::pg_catalog.text,"
    " %(content)s::pg_catalog.uuid, ARRAY[%(account)s::pg_catalog.uuid], %(taken)s::pg_catalog.timestamptz)",
    "retire": "SELECT public.retire_channel_account(%(tenant)s::pg_catalog.text, %(account)s::pg_catalog.uuid)",
    "calendar": "SELECT public.marketing_calendar(%(tenant)s::pg_catalog.text, NULL::pg_catalog.date,"
    " NULL::pg_catalog.date, 'UTC'::pg_catalog.text)",
    "grid": "SELECT * FROM public.calendar_grid(%(tenant)s::pg_catalog.text, CURRENT_DATE, 'UTC'::pg_catalog.text)",
    "coverage": "SELECT * FROM public.cadence_coverage",
    "unknown tenant": "SELECT public.topoff_planned_slots('nobody'::pg_catalog.text, '35 days'::pg_catalog.interval, pg_catalog.now())",
    "unknown account": "SELECT public.fill_next_planned_slot(%(tenant)s::pg_catalog.text,"
    " %(slot)s::pg_catalog.uuid, %(content)s::pg_catalog.uuid{category})",
    "isolate": "SELECT topoff.isolate_tenants({role})",
    "unisolate": "SELECT topoff.unisolate_tenants({role})",
    "rename": "SELECT topoff.rename_tenant(%(tenant)s::pg_catalog.text, 'elsewhere'::pg_catalog.text)",
    "erase": "SELECT topoff.erase_tenant(%(tenant)s::pg_catalog.text)",
    "schedule": "SELECT topoff.schedule('0 3 * * *'::pg_catalog.text)",
    "version": "SELECT topoff.version()",
    "a wrong zone": "UPDATE public.channel_accounts SET timezone = 'Mars/Olympus'",
    "a right zone": "UPDATE public.channel_accounts SET timezone = 'Europe/London', days_of_week = '{{1,2,3}}',"
    " posts_per_week = 2",
    "a placeholder changed": "UPDATE public.content_items SET title = 'x'",
    "a placeholder deleted": "DELETE FROM public.content_items",
    "an empty slot published": "UPDATE public.post_instances SET status = 'Posted' WHERE planned_for IS NOT NULL",
    "a slot touched": "UPDATE public.post_instances SET status = 'Draft' WHERE planned_for IS NOT NULL",
    "a further cadence": "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week)"
    " VALUES (%(tenant)s, %(account)s, 3)",
}
NIGHTS = ("'28 days'::pg_catalog.interval, false", "'21 days'::pg_catalog.interval, true")

# What is never called in these attempts, with the reason.
NOT_CALLED = {"unschedule"}


def overloadable(db: Connection, role: str) -> dict[str, str]:
    """Return the calls, as far as this release has what they call, with every argument there is."""
    arguments = dict(db.execute("SELECT oid::regprocedure::text, pronargs FROM pg_proc WHERE pronamespace IN"
                                " ('public'::regnamespace, 'topoff'::regnamespace)").fetchall())  # fmt: skip
    known = {name[: name.index("(")].rpartition(".")[2] for name in arguments}
    category = ", NULL::pg_catalog.text" if "fill_next_planned_slot(text,uuid,uuid,text)" in arguments else ""
    calls = {}
    for name, call in SAFE_CALLS.items():
        called = re.search(r"(?:public|topoff)\.(\w+)\(", call)
        if called is None or called[1] in known:
            calls[name] = call.format(category=category, role=f"'{role}'::pg_catalog.regrole")
    return calls


@says(
    """
    No function or operator that somebody else made, in whatever schema and whatever the search_path, runs
    inside ours. A call with all its arguments, each of its very type, can't be taken over:
    """
)
@pytest.mark.parametrize("path", ["public, elsewhere", "elsewhere, public, pg_catalog, pg_temp"])
@everywhere
def test_nothing_of_a_stranger_runs_in_place_of_what_ours_call(
    db, world, stranger, new_role, as_role, connect, path
):
    role = new_role()
    isolate(db, role)
    calls = overloadable(db, role)
    arguments = world.arguments("h2o") | {"free": one(db, "SELECT now() + interval '40 days'")}
    arguments["taken"] = one(
        db, "SELECT max(scheduled_for) FROM post_instances WHERE channel_account_id = %s AND status <> 'Planned'",
        arguments["account"],
    )  # fmt: skip
    expected = {name: outcome(db, call, arguments) for name, call in calls.items()}
    procedure = one(db, "SELECT pronargs FROM pg_proc WHERE oid = 'topoff_all_tenants'::regproc")
    nights = NIGHTS if procedure == 2 else [NIGHTS[0].split(",")[0]]

    assert put_beside(as_role(stranger), "public", "elsewhere") > 2000
    db.execute(
        "; ".join(
            f"CREATE TYPE elsewhere.{name} AS (decoy int)" for name in ("text", "uuid", "timestamptz", "name")
        )
    )
    session = connect(options=f"-c search_path={path.replace(' ', '')} -c track_functions=all")
    heard: list[str] = []
    session.add_notice_handler(lambda notice: heard.append(notice.message_primary))
    said = {name: outcome(session, call, arguments) for name, call in calls.items()}
    for night in nights:
        session.execute("DELETE FROM public.post_instances WHERE status OPERATOR(pg_catalog.=) 'Planned'"
                        if place_is_text(db) else "DELETE FROM public.post_instances WHERE planned_for IS NOT NULL")  # fmt: skip
        session.execute(f"CALL public.topoff_all_tenants({night})")
    assert sorted({message for message in heard if RAN in message}) == []
    differing = {name: (expected[name], said[name]) for name in calls if expected[name] != said[name]}
    assert differing == {}
    assert (
        db.execute(
            "SELECT tenant_id, sqlstate, message FROM topoff.run_tenants WHERE sqlstate IS NOT NULL"
        ).fetchall()
        == []
    )
    assert column(db, "SELECT DISTINCT status FROM topoff.runs") == ["succeeded"]
    assert one(db, "SELECT count(*) FROM post_instances WHERE planned_for IS NOT NULL") > 10
    session.close()
    idle = column(
        db,
        """
        SELECT proname FROM pg_proc JOIN pg_language AS language ON language.oid = prolang AND lanname = 'plpgsql'
        LEFT JOIN pg_stat_user_functions AS called ON called.funcid = pg_proc.oid
        WHERE (pronamespace = 'topoff'::regnamespace
               OR pronamespace = 'public'::regnamespace AND proowner = current_user::regrole)
          AND obj_description(pg_proc.oid, 'pg_proc') IS NOT NULL AND called.funcid IS NULL
        """,
    )
    assert set(idle) <= NOT_CALLED


def outcome(connection: Connection, call: str, arguments: dict[str, Any]) -> Any:
    """Return what a call answers, or SQLSTATE and constraint: which row fails first is anybody's guess."""
    said = answer(connection, call, arguments)
    return (said[0], said[4]) if isinstance(said, tuple) else said


def place_is_text(db: Connection) -> bool:
    """Tell whether the status of a post is text."""
    return one(db, "SELECT format_type(atttypid, NULL) = 'text' FROM pg_attribute WHERE attname = 'status'"
                   " AND attrelid = 'post_instances'::regclass")  # fmt: skip


@says(
    """
    But a call is looked up before ours is reached, and who may create in `public` can put another
    `topoff_planned_slots` beside ours. One with a single text makes `topoff_planned_slots('h2o')`
    ambiguous, so that it fails; one with a single varchar runs instead where a driver sends a varchar. So
    let nobody whom you don't trust create there.
    """
)
def test_a_short_call_can_be_taken_over(db, world, stranger, as_role, connect):
    session = as_role(stranger)
    for kind, said in (("varchar", -1), ("text", -2)):
        session.execute(
            f"CREATE FUNCTION public.topoff_planned_slots({kind}) RETURNS integer LANGUAGE sql AS 'SELECT {said}'"
        )
    assert one(db, "SELECT topoff_planned_slots('h2o'::varchar)") == -1
    with pytest.raises(psycopg.errors.AmbiguousFunction):
        db.execute("SELECT topoff_planned_slots('h2o')")
    assert one(db, "SELECT public.topoff_planned_slots('h2o'::text, '28 days'::interval, now())") == 0


@everywhere
def test_a_migration_runs_nothing_of_a_stranger(db, place, stranger, as_role, request):
    if place != "fresh":  # where ours made the tables, they have to be empty to go
        world = World(db)
        db.execute(CALLS["fill"], world.arguments("h2o"))
        isolate(db, request.getfixturevalue("new_role")())
    put_beside(as_role(stranger), "public", "elsewhere", ours=False)  # that a name of ours is taken stops it
    db.execute(f"ALTER DATABASE {db.info.dbname} SET search_path = public, elsewhere")
    for step in (("downgrade", "base"), ("upgrade", "head")):
        done = alembic(db.info.dbname, *step)
        assert done.returncode == 0, done.stdout + done.stderr
        assert re.findall(f"{RAN}.*", done.stdout + done.stderr) == []


@says(
    """
    the migration warns of it:
    """
)
@pytest.mark.parametrize("may_create", [True, False])
def test_a_migration_warns_where_everybody_may_create_in_public(empty_db, may_create):
    empty_db.execute(
        f"{'GRANT CREATE ON SCHEMA public TO' if may_create else 'REVOKE CREATE ON SCHEMA public FROM'} PUBLIC"
    )
    done = alembic(empty_db.info.dbname, "upgrade", "0001")
    assert done.returncode == 0, done.stderr
    warning = "WARNING:  everybody may create functions in schema public"
    assert (warning in done.stdout + done.stderr) == may_create
    if may_create:
        hint = re.search(r"HINT: +(REVOKE .*?; GRANT .*?;)", done.stdout + done.stderr)[1]
        empty_db.execute(hint)


# ------------------------------------------------------------------------------------------------ the page

PAGE = PROJECT / "docs" / "isolation.md"
NOT_A_CLAIM = {  # advice, questions and what only leads to the next statement
    "For the DBA, and for developers of an API that serves many tenants.",
    "The functions run with their caller's rights, and the tenant is an argument.",
    "Take that tenant from whatever proves who is calling (the token), not from the query.",
    "The migrating role needs that right and has to be given it by name.",
    "refused",
    "because",
}


def plain(text: str) -> str:
    """Return a text with its lines joined."""
    return " ".join(text.split())


def sentences(text: str) -> list[str]:
    """Return a page's sentences and the cells of its tables, without headings and statements."""
    text = re.sub(r"^ *```.*?^ *```", "\n", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"^#.*", "\n", text, flags=re.MULTILINE)
    found = []
    for block in re.split(r"\n\s*\n|^- ", text, flags=re.MULTILINE):
        if block.lstrip().startswith("|"):
            cells = [
                cell.strip() for line in block.splitlines() for cell in line.strip().strip("|").split("|")
            ]
            found += [cell for cell in cells if cell.strip("- ")]
        else:
            found += re.split(r"(?<=[.:]) (?=[A-Z`])", plain(block))
    return [sentence for sentence in found if sentence]


@pytest.mark.beside_one_server
def test_every_sentence_of_the_page_has_an_attempt():
    quoted = ""
    for name in ("test_attacks.py", "test_isolation.py"):
        tree = ast.parse((Path(__file__).parent / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "says":
                quoted += plain(ast.literal_eval(node.args[0])) + "\n"
    said = sentences(PAGE.read_text(encoding="utf-8"))
    assert len(said) > 50
    assert [sentence for sentence in said if sentence not in NOT_A_CLAIM and sentence not in quoted] == []


@says(
    """
    For an API that serves many tenants from one login role, the database can hold that role to one tenant
    at a time: A request is a transaction, and says first whose it is: Several roles can be isolated, each
    for itself, and under any name; a role that is renamed stays isolated. Which are:
    """
)
def test_the_statements_of_the_page_run_as_they_stand(db, world, as_role):
    if one(db, "SELECT count(*) FROM pg_roles WHERE rolname IN ('api', 'backup')"):
        pytest.skip("this server has roles of these names already")
    blocks = re.findall(r"^ *```sql\n(.*?)^ *```", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert len(blocks) > 9
    db.execute("CREATE ROLE backup")
    try:
        for block in blocks:
            psql(db, block)
            if "isolate_tenants('api')" in block:
                db.execute(f"ALTER ROLE api PASSWORD '{ROLE_PASSWORD}'")
            if "set_config" in block:
                session = as_role("api")
                for statement in re.findall(r"[^;]+;", re.sub(r"--.*", "", block)):
                    session.execute(statement)
                assert column(session, "SELECT tenant_id FROM post_instances") == []
        assert one(db, "SELECT count(*) FROM topoff.isolated_roles()") == 0
    finally:
        db.execute("DROP OWNED BY api; DROP ROLE api; DROP ROLE backup")


def test_what_security_md_says_of_the_functions(db):
    definer = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)"
    assert column(db, f"{definer} AND prosecdef") == []
    assert set(column(db, f"{definer} AND has_function_privilege('public', oid, 'EXECUTE')")) == {
        "topoff.array_is_set(anyarray)",
        "topoff.placeholder_content_item_id(text)",
        "topoff.is_placeholder_id(uuid)",
        "topoff.time_zone_name(text)",
        "topoff.require_time_zone(text)",
        "topoff.is_our_column(regclass,name)",
    }


@pytest.mark.parametrize(
    "parameters",
    ["", "horizon interval", "text, boolean", "unknown_one text DEFAULT '', boolean DEFAULT false"],
)
def test_the_nights_job_calls_ours_whatever_a_stranger_puts_beside_it(db, parameters):
    new_account(db, posts_per_week=3)
    db.execute(
        f"CREATE PROCEDURE public.topoff_all_tenants({parameters}) LANGUAGE plpgsql AS $$ BEGIN RAISE '{RAN}'; END $$"
    )
    db.execute(COMMAND)
    assert one(db, "SELECT created FROM topoff.runs") == 12
