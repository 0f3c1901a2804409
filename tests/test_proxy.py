"""The proxy before several databases of tenants: what it answers, to whom, and what becomes of it.

Proxy, databases of tenants and one plain database to compare with are on the tested server, which the proxy
reaches as it would reach another one.
"""

import os
import random
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote
from time import monotonic
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import psycopg
import pytest
from builders import column, new_account, new_content, one
from conftest import HOST, PASSWORD, PLENTY, PORT, PROJECT, ROLE_PASSWORD, USER
from plpgsql_coverage import INSTALL
from psycopg import Connection, errors, sql
from psycopg.types.string import TextLoader
from pytest_postgresql.executors import NoopExecutor
from sqlalchemy import URL

SCRIPTS = PROJECT / "sql" / "proxy"
PROXY, PLAIN = "topoff_test_proxy", "topoff_test_plain"
PREFIX = re.compile(r"^(?:PL/Proxy function )?topoff_proxy\.\w+\(\d+\): \[[^]]*\] REMOTE (?:ERROR|WARNING): ")
# Two that live in the first of two databases, and two that live in the second.
AT_HOME = {0: ("h2o", "airport"), 1: ("all_county", "harbour")}


def connection(dbname: str, **options: Any) -> Connection:
    """Open a session in autocommit mode."""
    wanted = {"host": HOST, "port": PORT, "user": USER, "password": PASSWORD, "autocommit": True}
    return psycopg.connect(**wanted | options | {"dbname": dbname})


def psql(dbname: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run psql on a database, as a DBA would."""
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {
        "PGHOST": HOST,
        "PGPORT": str(PORT),
        "PGUSER": USER,
        "PGPASSWORD": PASSWORD,
        "PGDATABASE": dbname,
    }
    return subprocess.run(
        ["psql", "-X", *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True
    )


def at(*databases: str) -> str:
    """Return the list of partitions as install.sql takes it."""
    return "; ".join(f"host={HOST} port={PORT} dbname={name}" for name in databases)


class Cluster:
    """A proxy, its databases of tenants, and a plain database with the product to compare with."""

    def __init__(self, template: str) -> None:
        """Begin with nothing."""
        self.template = template
        self.sessions: list[Connection] = []
        self.databases: list[str] = []
        self.roles: list[str] = []
        self.maintenance = connection("postgres")

    def create(self, name: str, migrated: bool = True) -> str:
        """Create a database, with the product or empty."""
        self.maintenance.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.maintenance.execute(
            f"CREATE DATABASE {name}" + (f" TEMPLATE {self.template}" if migrated else "")
        )
        self.databases.append(name)
        return name

    def session(self, dbname: str = PROXY, **options: Any) -> Connection:
        """Open a session that is closed at the end."""
        self.sessions.append(connection(dbname, **options))
        return self.sessions[-1]

    def role(self) -> str:
        """Create a login role."""
        role = f"topoff_test_{uuid4().hex}"
        self.maintenance.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{ROLE_PASSWORD}'")
        self.roles.append(role)
        return role

    def install(self, *databases: str) -> None:
        """Install the proxy, or install it again."""
        variables = ["-v", f"partitions={at(*databases)}"] if databases else []
        done = psql(PROXY, "-q", *variables, "-f", str(SCRIPTS / "install.sql"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")

    def home(self, tenant: str) -> Connection:
        """Open a session with the database that has the tenant."""
        (database,) = re.findall(
            r"dbname=(\w+)", one(self.proxy, "SELECT database FROM topoff_proxy.home(%s)", tenant)
        )
        return self.session(database)

    @property
    def proxy(self) -> Connection:
        """A session with the proxy."""
        return self.sessions[0]

    def remove(self) -> None:
        """Take everything away."""
        for session in self.sessions:
            session.close()
        for name in self.databases:
            self.maintenance.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        for role in self.roles:
            self.maintenance.execute(f"DROP ROLE {role}")
        self.maintenance.close()


def map_user(db: Connection, role: str, password: str) -> None:
    """Tell the proxy as whom a role goes to the databases: as the one of its name."""
    db.execute(
        sql.SQL("CREATE USER MAPPING FOR {} SERVER topoff OPTIONS (user {}, password {})").format(
            sql.Identifier(role), sql.Literal(role), sql.Literal(password)
        )
    )


@pytest.fixture
def empty_cluster(migrated_server: NoopExecutor) -> Iterator[Cluster]:
    """Two databases of tenants and an empty one that is to be the proxy."""
    made = Cluster(migrated_server.template_dbname)
    try:
        if not one(made.maintenance, "SELECT count(*) FROM pg_available_extensions WHERE name = 'plproxy'"):
            pytest.skip(
                "this server has no PL/Proxy; the proxy is tested where Debian's package is installed"
            )
        for name in ("topoff_test_part_0", "topoff_test_part_1"):
            made.create(name)
        made.session(made.create(PROXY, migrated=False))
        yield made
    finally:
        made.remove()


@pytest.fixture
def cluster(empty_cluster: Cluster) -> Cluster:
    """Two databases of tenants and a proxy before them."""
    variables = ("-v", f"partitions={at('topoff_test_part_0', 'topoff_test_part_1')}")
    psql(PROXY, *variables, "-f", str(SCRIPTS / "install.sql"))  # it stops, and says what is to be done next
    map_user(empty_cluster.proxy, USER, PASSWORD)
    empty_cluster.install()
    return empty_cluster


@pytest.fixture
def parts(cluster: Cluster) -> list[Connection]:
    """Sessions with the databases of tenants."""
    return [cluster.session(f"topoff_test_part_{number}") for number in (0, 1)]


@pytest.fixture
def tenants(cluster: Cluster, parts: list[Connection]) -> dict[str, UUID]:
    """Four tenants with one account each, two in each database."""
    return {
        tenant: new_account(part, tenant, posts_per_week=3)
        for number, part in enumerate(parts)
        for tenant in AT_HOME[number]
    }


def schema_of(dbname: str) -> str:
    """Return the schema of a database, as pg_dump prints it."""
    environment = os.environ | {"PGHOST": HOST, "PGPORT": str(PORT), "PGUSER": USER, "PGPASSWORD": PASSWORD}
    done = subprocess.run(["pg_dump", "-s", dbname], env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return re.sub(r"^\\(un)?restrict .*", "", done.stdout, flags=re.MULTILINE)


# ------------------------------------------------------------------------------------------------ installing it


def test_the_proxy_is_installed_step_by_step_as_it_says_itself(empty_cluster):
    proxy, script = empty_cluster.proxy, str(SCRIPTS / "install.sql")
    done = psql(PROXY, "-q", "-f", script)
    assert done.returncode == 3
    assert "ERROR:  no list of partitions" in done.stderr
    partitions = at("topoff_test_part_0", "topoff_test_part_1")
    done = psql(PROXY, "-q", "-v", f"partitions={partitions}", "-f", script)
    assert done.returncode == 3
    assert "ERROR:  role postgres has no user mapping for the server topoff" in done.stderr
    (hint,) = re.findall(r"CREATE USER MAPPING [^;]*;", done.stderr)
    proxy.execute(hint.replace("'...'", f"'{USER}'", 1).replace("'...'", f"'{PASSWORD}'"))
    empty_cluster.install()
    assert column(
        proxy, "SELECT database FROM topoff_proxy.partitions ORDER BY partition"
    ) == partitions.split("; ")


def test_installing_it_again_changes_nothing(cluster):
    before = schema_of(PROXY)
    cluster.install()
    assert schema_of(PROXY) == before
    cluster.install("topoff_test_part_0", "topoff_test_part_1")
    assert schema_of(PROXY) == before


def test_uninstalling_it_leaves_nothing_but_the_extension(empty_cluster):
    proxy = empty_cluster.proxy
    proxy.execute("CREATE EXTENSION plproxy")
    before = schema_of(PROXY)
    psql(PROXY, "-v", f"partitions={at('topoff_test_part_0')}", "-f", str(SCRIPTS / "install.sql"))
    map_user(proxy, USER, PASSWORD)
    empty_cluster.install()
    assert schema_of(PROXY) != before
    for _ in range(2):
        done = psql(PROXY, "-q", "-f", str(SCRIPTS / "uninstall.sql"))
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert schema_of(PROXY) == before


@pytest.mark.parametrize("script", ["install.sql", "uninstall.sql"])
def test_a_database_with_the_product_is_refused_and_left_as_it_is(cluster, script):
    before = schema_of("topoff_test_part_0")
    done = psql("topoff_test_part_0", "-v", f"partitions={at('a')}", "-f", str(SCRIPTS / script))
    assert done.returncode == 3
    assert 'database "topoff_test_part_0" has the product itself' in done.stderr
    assert schema_of("topoff_test_part_0") == before


def test_a_database_where_a_name_is_taken_is_refused(empty_cluster):
    empty_cluster.proxy.execute("CREATE FUNCTION calendar_grid(integer) RETURNS integer RETURN 1")
    empty_cluster.proxy.execute("CREATE TABLE post_instances (id integer)")
    done = psql(PROXY, "-v", f"partitions={at('a')}", "-f", str(SCRIPTS / "install.sql"))
    assert done.returncode == 3
    assert f'database "{PROXY}" has something else by the names of the proxy' in done.stderr
    assert "In schema public: calendar_grid, post_instances." in done.stderr
    assert one(empty_cluster.proxy, "SELECT count(*) FROM pg_extension WHERE extname = 'plproxy'") == 0


@pytest.mark.parametrize(
    ("partitions", "why"),
    [
        (at("a", "b", "c"), "These are 3, which is no power of two"),
        (at("a") + ";", "An entry is empty."),
        ("", "An entry is empty."),
        ("dbname=a; postgresql://db2/b", "This is no list of key=value: postgresql://db2/b"),
        ("dbname=a; dbname=b user=me", "An entry names a user or a password, which would be everybody's."),
        ("dbname=a password=x; dbname=b", "An entry names a user or a password, which would be everybody's."),
    ],
)
def test_a_wrong_list_of_partitions_is_refused(empty_cluster, partitions, why):
    done = psql(PROXY, "-v", f"partitions={partitions}", "-f", str(SCRIPTS / "install.sql"))
    assert done.returncode == 3
    assert "ERROR:  partitions is no list of partitions" in done.stderr
    assert f"DETAIL:  {why}" in done.stderr


def test_a_database_without_the_product_is_named(cluster):
    cluster.create("topoff_test_part_2", migrated=False)
    done = psql(
        PROXY,
        "-v",
        f"partitions={at('topoff_test_part_0', 'topoff_test_part_2')}",
        "-f",
        str(SCRIPTS / "install.sql"),
    )
    assert done.returncode == 3
    assert 'database "topoff_test_part_2" has no public.post_instances' in done.stderr


def test_columns_of_the_application_are_in_the_rows_and_must_be_the_same_everywhere(cluster, parts, tenants):
    grow = """
        CREATE TYPE mood AS ENUM ('good', 'bad');
        ALTER TABLE post_instances ADD COLUMN mood mood DEFAULT 'good', ADD COLUMN tags varchar(9)[] DEFAULT '{a,b}',
            ADD COLUMN moods mood[] DEFAULT '{bad}', ADD COLUMN media json DEFAULT '{"a": 1}',
            ADD COLUMN price numeric(5, 2) DEFAULT 1.5, ADD COLUMN at timestamp DEFAULT '-infinity',
            ADD COLUMN bytes bytea DEFAULT '\\x00ff'
    """
    parts[0].execute(grow)
    done = psql(PROXY, "-f", str(SCRIPTS / "install.sql"))
    assert done.returncode == 3
    assert "the columns of public.post_instances are not the same in all databases" in done.stderr
    # What is installed goes on working meanwhile, with the columns that it knows.
    post = "SELECT post.*::text FROM create_post_instances('h2o', %s, ARRAY[%s]::uuid[], now() + %s * interval '1 day') AS post"
    content = new_content(parts[0], "h2o")
    assert "good" not in one(cluster.proxy, post, content, tenants["h2o"], 1)
    parts[1].execute(grow)
    cluster.install()
    row = one(cluster.proxy, post, content, tenants["h2o"], 2)
    assert ',good,"{a,b}",{bad},' in row
    assert row in column(parts[0], "SELECT post.*::text FROM post_instances AS post")


# ------------------------------------------------------------------------------------------------ its functions

PUBLIC = """
    SELECT proname::text, prokind::text, pg_get_function_arguments(oid), pg_get_function_result(oid), proretset,
           provolatile, prosecdef
    FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e'
    )
    ORDER BY proname
"""
COLUMNS = """
    SELECT attname::text, format_type(atttypid, atttypmod)
    FROM pg_attribute WHERE attrelid = 'public.cadence_coverage'::regclass AND attnum > 0 ORDER BY attnum
"""


def test_it_has_the_public_functions_and_the_view_just_as_one_server_has_them(cluster, parts):
    assert cluster.proxy.execute(PUBLIC).fetchall() == parts[0].execute(PUBLIC).fetchall()
    assert cluster.proxy.execute(COLUMNS).fetchall() == parts[0].execute(COLUMNS).fetchall()


def test_everything_is_commented_and_nothing_is_everybodys(cluster):
    undescribed = """
        SELECT routine.oid::regprocedure::text FROM pg_proc AS routine
        WHERE pronamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace)
          AND obj_description(oid, 'pg_proc') IS NULL AND NOT EXISTS (
              SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = routine.oid AND deptype = 'e')
        UNION ALL
        SELECT class.oid::regclass::text FROM pg_class AS class
        WHERE relnamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace) AND relkind = 'v'
          AND obj_description(oid, 'pg_class') IS NULL
        UNION ALL
        SELECT type.oid::regtype::text FROM pg_type AS type
        JOIN pg_class AS class ON class.oid = type.typrelid AND class.relkind = 'c'
        WHERE typnamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace)
          AND obj_description(type.oid, 'pg_type') IS NULL
    """
    everybodys = """
        SELECT routine.oid::regprocedure::text FROM pg_proc AS routine
        WHERE pronamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace)
          AND (proacl IS NULL OR proacl::text ~ '[{,]=') AND NOT EXISTS (
              SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = routine.oid AND deptype = 'e')
        UNION ALL
        SELECT class.oid::regclass::text FROM pg_class AS class
        WHERE relnamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace) AND relacl::text ~ '[{,]='
    """
    assert column(cluster.proxy, undescribed) == []
    assert column(cluster.proxy, everybodys) == []


def test_plpgsql_check_finds_nothing_in_it(cluster):
    proxy = cluster.proxy
    if not one(proxy, "SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'"):
        pytest.skip("this server has no plpgsql_check")
    proxy.execute(INSTALL)
    findings = """
        SELECT routine.oid::regprocedure::text, finding.level, finding.message
        FROM pg_proc AS routine
        JOIN pg_language AS language ON language.oid = routine.prolang AND language.lanname = 'plpgsql'
        CROSS JOIN LATERAL plpgsql_check.plpgsql_check_function_tb(
            routine.oid, fatal_errors => false, performance_warnings => false, extra_warnings => true,
            security_warnings => true, compatibility_warnings => true
        ) AS finding
        WHERE routine.pronamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace)
    """
    # create_row_type() makes a type of what the databases say that their columns are, which is what it is for;
    # topoff_all_tenants() has the parameters that it has on one server, and reads none.
    expected = {
        ("topoff_proxy.create_row_type(text,text)", "security"),
        ("topoff_all_tenants(interval,boolean)", "warning extra"),
    }
    found = {(routine, level) for routine, level, _ in proxy.execute(findings)}
    assert found == expected


def test_a_role_that_is_let_in_can_execute_all_that_is_routed(cluster):
    routed = """
        SELECT oid::regprocedure::text FROM pg_proc
        WHERE pronamespace IN ('public'::regnamespace, 'topoff_proxy'::regnamespace) AND prosrc ~ 'RUN ON topoff_proxy.tenant_hash'
           OR pronamespace = 'public'::regnamespace AND prosqlbody IS NOT NULL
    """
    listed = column(cluster.proxy, "SELECT our_routines::text FROM topoff_proxy.our_routines()")
    assert None not in listed
    assert set(column(cluster.proxy, routed)) <= set(listed)


def test_a_tenant_stays_where_it_is_whatever_the_release(cluster):
    """hashtext() is PostgreSQL's own; another result would send every call to the wrong database."""
    hashes = cluster.proxy.execute(
        "SELECT name, topoff_proxy.tenant_hash(name) FROM unnest(ARRAY['h2o', 'all_county', '', NULL, 'Zürich']) AS name"
    ).fetchall()
    assert dict(hashes) == {
        "h2o": 1591010242,
        "all_county": -475313381,
        "": -1477818771,
        None: -1477818771,
        "Zürich": 1169491486,
    }
    for number, names in AT_HOME.items():
        assert {
            one(cluster.proxy, "SELECT partition FROM topoff_proxy.home(%s)", name) for name in names
        } == {number}


def test_the_present_is_that_of_the_database_and_null_is_no_default(cluster, parts, tenants):
    proxy = cluster.proxy
    with proxy.transaction():
        assert one(proxy, "SELECT now() < clock_timestamp() FROM pg_sleep(0.01)")
        assert one(proxy, "SELECT topoff_planned_slots('h2o')") == 12
        assert one(proxy, "SELECT topoff_planned_slots('all_county', as_of => now())") == 12
    with pytest.raises(errors.NullValueNotAllowed, match="as_of must not be null"):
        proxy.execute("SELECT topoff_planned_slots('h2o', as_of => NULL)")
    with pytest.raises(errors.InvalidParameterValue, match="as_of must not be infinite"):
        proxy.execute("SELECT topoff_planned_slots('h2o', as_of => '-infinity')")
    with pytest.raises(errors.InvalidParameterValue, match="is in the past"):
        proxy.execute("SELECT * FROM replan_planned_slots('h2o', as_of => now() - interval '1 microsecond')")


def test_an_error_arrives_with_all_its_parts_behind_a_prefix(cluster, parts, tenants):
    with pytest.raises(errors.NoDataFound) as there:
        parts[0].execute("SELECT topoff_planned_slots('acme')")
    with pytest.raises(errors.NoDataFound) as here:
        cluster.proxy.execute("SELECT topoff_planned_slots('acme')")
    found = here.value.diag
    assert found.message_primary == (
        "topoff_proxy.topoff_planned_slots(5): [topoff_test_part_0] REMOTE ERROR: "
        + there.value.diag.message_primary
    )
    assert found.message_hint == "Remote hint: " + there.value.diag.message_hint
    with pytest.raises(errors.InvalidParameterValue) as here:
        cluster.proxy.execute("SELECT topoff_planned_slots('h2o', as_of => '2020-01-01')")
    assert here.value.diag.message_detail.startswith("Remote detail: It is 20")


def test_what_is_done_there_is_committed_there(cluster, parts, tenants):
    with cluster.proxy.transaction(force_rollback=True):
        assert one(cluster.proxy, "SELECT topoff_planned_slots('h2o')") == 12
    assert one(parts[0], "SELECT count(*) FROM post_instances") == 12


def test_no_setting_of_either_session_changes_an_answer(cluster, parts, tenants):
    """Dates and intervals travel between two databases that may write them in different ways."""
    asked = (
        "SELECT count(*), min(extract(epoch FROM slot_at)), min(extract(epoch FROM slot_local))"
        " FROM preview_planned_slots('h2o', '20 days -3 hours', to_timestamp(2000000000))",
        "SELECT marketing_calendar('h2o', make_date(2033, 5, 4), make_date(2033, 6, 4))",
        "SELECT mon, tue, wed FROM calendar_grid('h2o', make_date(2033, 5, 24))",
        "SELECT extract(epoch FROM next_empty_slot) FROM cadence_coverage WHERE tenant_id = 'h2o'",
    )
    content = new_content(parts[0], "h2o")
    direct, ordinary, odd = parts[0], cluster.session(), cluster.session()
    direct.execute("SELECT topoff_planned_slots('h2o', '28 days', to_timestamp(2000000000))")
    expected = [direct.execute(question).fetchall() for question in asked]
    assert len(expected[1][0][0]) > 6

    direct.execute("ALTER DATABASE topoff_test_part_0 SET datestyle = 'German'")
    direct.execute("ALTER DATABASE topoff_test_part_0 SET timezone = 'America/St_Johns'")
    direct.execute("ALTER DATABASE topoff_test_part_0 SET intervalstyle = 'iso_8601'")
    odd.execute(
        "SET datestyle = 'SQL, DMY'; SET intervalstyle = 'sql_standard'; SET timezone = 'Asia/Kolkata'"
    )
    for number, session in enumerate((ordinary, odd), start=1):
        assert [session.execute(question).fetchall() for question in asked] == expected
        moment = 2_100_000_000 + 86_400 * 28 * number
        assert moment == one(
            session,
            "SELECT extract(epoch FROM scheduled_for)::bigint"
            " FROM create_post_instances('h2o', %s, ARRAY[%s]::uuid[], to_timestamp(%s))",
            content,
            tenants["h2o"],
            moment,
        )


# ------------------------------------------------------------------------------------------------ isolation


@pytest.fixture
def api(cluster: Cluster, parts: list[Connection], tenants: dict[str, UUID]) -> Connection:
    """The proxy as the API sees it: its role is held to one tenant in the databases, and let in here."""
    role = cluster.role()
    for part in parts:
        part.execute("SELECT topoff.isolate_tenants(CAST(%s AS regrole))", [role])
    map_user(cluster.proxy, role, ROLE_PASSWORD)
    cluster.proxy.execute("SELECT topoff_proxy.let_in(CAST(%s AS regrole))", [role])
    return cluster.session(user=role, password=ROLE_PASSWORD)


CALLS = (
    "SELECT topoff_planned_slots({tenant})",
    "SELECT count(*) FROM preview_planned_slots({tenant}, '35 days')",
    "SELECT * FROM replan_planned_slots({tenant}, '7 days')",
    "SELECT skip_planned_slot({tenant}, '00000000-0000-4000-8000-000000000000')",
    "SELECT fill_next_planned_slot({tenant}, {account}, {content})",
    "SELECT create_post_instances({tenant}, {content}, ARRAY[{account}]::uuid[], now() + interval '40 days')",
    "SELECT marketing_calendar({tenant})",
    "SELECT * FROM calendar_grid({tenant}, current_date)",
    "SELECT retire_channel_account({tenant}, {account})",
)


def outcome(db: Connection, call: str) -> Any:
    """Return what a call answers, or its SQLSTATE and message as one server gives it."""
    try:
        return db.execute(call).fetchall()
    except psycopg.Error as error:
        return error.sqlstate, PREFIX.sub("", error.diag.message_primary)


@pytest.mark.parametrize(
    "call", CALLS, ids=lambda call: re.findall(r"\w+(?=\()", call)[-1 if "count" in call else 0]
)
def test_the_apis_role_is_held_to_one_tenant(cluster, parts, tenants, api, call):
    content = {tenant: new_content(parts[number], tenant) for number in (0, 1) for tenant in AT_HOME[number]}
    cluster.proxy.execute(
        "SELECT topoff_planned_slots(name) FROM unnest(%s::text[]) AS name", [list(tenants)]
    )
    text = {
        tenant: call.format(
            tenant=f"'{tenant}'", account=f"'{tenants[tenant]}'", content=f"'{content[tenant]}'"
        )
        for tenant in tenants
    }
    stranger = {tenant: ("P0002", f'tenant "{tenant}" has no channel account') for tenant in tenants}
    before = [
        part.execute("SELECT count(*), max(xmin::text::bigint) FROM post_instances").fetchall()
        for part in parts
    ]
    # Nobody is held to: nobody is there. The same once a SET LOCAL has ended.
    for tenant in tenants:
        assert outcome(api, text[tenant]) == stranger[tenant]
    with api.transaction():
        api.execute("SET LOCAL app.tenant_id = 'h2o'")
    assert outcome(api, text["h2o"]) == stranger["h2o"]
    # Another tenant of the same database and one of the other, over connections that have served this one.
    api.execute("SET app.tenant_id = 'airport'")
    for tenant in ("h2o", "all_county"):
        assert outcome(api, text[tenant]) == stranger[tenant]
    after = [
        part.execute("SELECT count(*), max(xmin::text::bigint) FROM post_instances").fetchall()
        for part in parts
    ]
    assert after == before
    for tenant in ("h2o", "all_county"):
        api.execute(f"SET app.tenant_id = '{tenant}'")
        assert outcome(api, text[tenant]) != stranger[tenant]
        api.execute("RESET app.tenant_id")
        assert outcome(api, text[tenant]) == stranger[tenant]


def test_the_setting_stays_in_no_session_with_a_database(cluster, parts, tenants, api):
    cluster.proxy.execute(
        "CREATE FUNCTION topoff_proxy.peek() RETURNS SETOF text LANGUAGE plproxy AS "
        "$$ CLUSTER 'topoff'; RUN ON ALL; SELECT pg_catalog.current_setting('app.tenant_id', true); $$"
    )
    cluster.proxy.execute(f"GRANT EXECUTE ON FUNCTION topoff_proxy.peek() TO {api.info.user}")
    for call in (
        "SELECT topoff_planned_slots('h2o')",
        "SELECT topoff_planned_slots('airport')",
        "SELECT * FROM cadence_coverage",
        "SELECT topoff_planned_slots('all_county')",
    ):
        api.execute("SET app.tenant_id = 'h2o'")
        outcome(api, call)
        assert not any(column(api, "SELECT * FROM topoff_proxy.peek()"))


def test_the_coverage_shows_the_apis_role_its_tenant_alone(cluster, tenants, api):
    seen = "SELECT tenant_id FROM cadence_coverage ORDER BY tenant_id"
    mine = "SELECT tenant_id FROM topoff_proxy.tenant_coverage(%s)"
    assert column(api, seen) == []
    api.execute("SET app.tenant_id = 'all_county'")
    assert column(api, seen) == ["all_county"]
    assert (column(api, mine, "all_county"), column(api, mine, "harbour")) == (["all_county"], [])
    api.execute("RESET app.tenant_id")
    assert (column(api, seen), column(api, mine, "all_county")) == ([], [])
    assert column(cluster.proxy, seen) == sorted(tenants)


def test_a_role_is_let_in_again_by_another_installation_and_can_be_shut_out(cluster, api):
    api.execute("SET app.tenant_id = 'h2o'")
    cluster.install()
    assert one(api, "SELECT topoff_planned_slots('h2o')") == 12
    for hidden in ("topoff_proxy.runs", "topoff_proxy.run_tenants", "topoff_proxy.tenants"):
        with pytest.raises(errors.InsufficientPrivilege):
            api.execute(f"SELECT * FROM {hidden}")
    with pytest.raises(errors.InsufficientPrivilege):
        api.execute(
            "CREATE FUNCTION mine() RETURNS text LANGUAGE plproxy AS $$ CONNECT 'dbname=postgres'; SELECT 1; $$"
        )
    cluster.proxy.execute("SELECT topoff_proxy.shut_out(CAST(%s AS regrole))", [api.info.user])
    for shut in ("SELECT topoff_planned_slots('h2o')", "SELECT * FROM cadence_coverage"):
        with pytest.raises(errors.InsufficientPrivilege):
            api.execute(shut)
    cluster.install()
    with pytest.raises(errors.InsufficientPrivilege):
        api.execute("SELECT topoff_planned_slots('h2o')")
    cluster.proxy.execute(f"DROP USER MAPPING FOR {api.info.user} SERVER topoff")
    cluster.proxy.execute(f"DROP OWNED BY {api.info.user}")


def test_a_role_without_a_user_mapping_is_not_let_in(cluster):
    role = cluster.role()
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match="has no user mapping") as caught:
        cluster.proxy.execute("SELECT topoff_proxy.let_in(CAST(%s AS regrole))", [role])
    assert f"CREATE USER MAPPING FOR {role} SERVER topoff" in caught.value.diag.message_hint


# ------------------------------------------------------------------------------------------------ nights


def test_the_night_is_each_databases_own_and_the_proxy_shows_all_of_them(cluster, parts, tenants):
    proxy = cluster.proxy
    with pytest.raises(errors.FeatureNotSupported, match="the nightly run is not routed") as caught:
        proxy.execute("CALL topoff_all_tenants()")
    assert "CALL topoff_all_tenants()" in caught.value.diag.message_hint
    with parts[1].transaction():
        parts[1].execute("SET LOCAL session_replication_role = replica")
        parts[1].execute("UPDATE channel_accounts SET timezone = 'Mars/Olympus' WHERE tenant_id = 'harbour'")
    for part in parts:
        with suppress(errors.RaiseException):
            part.execute("CALL topoff_all_tenants()")
    databases = at("topoff_test_part_0", "topoff_test_part_1").split("; ")
    runs = "SELECT database, status, tenants, created, failed FROM topoff_proxy.runs ORDER BY database"
    assert proxy.execute(runs).fetchall() == [
        (databases[0], "succeeded", 2, 24, 0),
        (databases[1], "failed", 2, 12, 1),
    ]
    failures = "SELECT database, tenant_id, message FROM topoff_proxy.run_tenants WHERE sqlstate IS NOT NULL"
    ((database, tenant, message),) = proxy.execute(failures).fetchall()
    assert (database, tenant) == (databases[1], "harbour")
    assert "Mars/Olympus" in message
    coverage = "SELECT tenant_id, empty_slots FROM cadence_coverage ORDER BY tenant_id"
    assert proxy.execute(coverage).fetchall() == [
        ("airport", 12),
        ("all_county", 12),
        ("h2o", 12),
        ("harbour", 0),
    ]
    columns = "SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0"
    for name in ("runs", "run_tenants"):
        assert one(proxy, columns, f"topoff_proxy.{name}") == [
            "database",
            *one(parts[0], columns, f"topoff.{name}"),
        ]


def test_it_tells_where_each_tenant_is_and_which_are_where_nobody_asks_for_them(cluster, parts, tenants):
    databases = at("topoff_test_part_0", "topoff_test_part_1").split("; ")
    seen = "SELECT tenant_id, database, accounts, is_at_home FROM topoff_proxy.tenants ORDER BY tenant_id, database"
    new_account(parts[0], "h2o")
    expected = {
        ("airport", databases[0], 1, True),
        ("all_county", databases[1], 1, True),
        ("h2o", databases[0], 2, True),
        ("harbour", databases[1], 1, True),
    }
    assert set(cluster.proxy.execute(seen)) == expected
    new_account(parts[1], "h2o")
    assert set(cluster.proxy.execute(seen)) == expected | {("h2o", databases[1], 1, False)}
    done = psql(PROXY, "-q", "-f", str(SCRIPTS / "install.sql"))
    assert (
        "WARNING:  tenants are in databases that their calls do not go to: 1, the first: 'h2o'" in done.stderr
    )


def test_a_database_can_have_several_partitions_and_is_asked_once(cluster, parts, tenants):
    both = ("topoff_test_part_0", "topoff_test_part_1")
    cluster.install(*both, *both)
    assert one(cluster.proxy, "SELECT count(*) FROM cadence_coverage") == 4
    assert one(cluster.proxy, "SELECT count(*) FROM topoff_proxy.tenants WHERE is_at_home") == 4
    for tenant in tenants:
        assert one(cluster.proxy, "SELECT topoff_planned_slots(%s)", tenant) == 12
    for part in parts:
        part.execute("CALL topoff_all_tenants()")
    assert one(cluster.proxy, "SELECT count(*) FROM topoff_proxy.runs") == 2


# ------------------------------------------------------------------------------------------------ when one is down


def unreachable(db: Connection, call: str) -> str:
    """Return what a call says that fails at once because its database can't be had."""
    begin = monotonic()
    with pytest.raises(psycopg.Error) as caught:
        db.execute(call)
    assert monotonic() - begin < 5
    return caught.value.diag.message_primary


def test_a_database_that_is_down_fails_its_own_tenants_at_once_and_heals_by_itself(cluster, parts, tenants):
    proxy = cluster.proxy
    for tenant in tenants:
        assert one(proxy, "SELECT topoff_planned_slots(%s)", tenant) == 12
    cluster.maintenance.execute("ALTER DATABASE topoff_test_part_1 ALLOW_CONNECTIONS false")
    cluster.maintenance.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = 'topoff_test_part_1'"
    )
    with suppress(psycopg.Error):  # whose connection was in use a moment ago learns of it by this
        proxy.execute("SELECT topoff_planned_slots('all_county')")
    fresh = cluster.session()
    for session in (proxy, fresh):
        said = unreachable(session, "SELECT topoff_planned_slots('all_county')")
        assert "[topoff_test_part_1]" in said
        assert 'database "topoff_test_part_1" is not currently accepting connections' in said
        assert "topoff_test_part_1" in unreachable(session, "SELECT * FROM cadence_coverage")
        assert one(session, "SELECT topoff_planned_slots('h2o', '35 days')") in (0, 3)
        assert column(session, "SELECT tenant_id FROM topoff_proxy.tenant_coverage('h2o')") == ["h2o"]
    cluster.maintenance.execute("ALTER DATABASE topoff_test_part_1 ALLOW_CONNECTIONS true")
    for session in (proxy, fresh):
        assert one(session, "SELECT topoff_planned_slots('all_county')") == 0
        assert one(session, "SELECT count(*) FROM cadence_coverage") == 4


def test_a_database_that_does_not_answer_costs_its_tenants_the_statement_timeout(cluster, tenants):
    proxy = cluster.proxy
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        proxy.execute(f"ALTER SERVER topoff OPTIONS (SET p1 'host=127.0.0.1 port={port} dbname=silent')")
        session = cluster.session()
        session.execute("SET statement_timeout = '1s'")
        with pytest.raises(errors.QueryCanceled):
            session.execute("SELECT topoff_planned_slots('all_county')")
        assert one(session, "SELECT topoff_planned_slots('h2o')") == 12
    proxy.execute(f"ALTER SERVER topoff OPTIONS (SET p1 '{at('topoff_test_part_1')}')")
    assert one(session, "SELECT topoff_planned_slots('all_county')") == 12


def test_a_cancelled_call_is_cancelled_there_too(cluster, parts, tenants):
    with parts[0].transaction():
        parts[0].execute("SELECT topoff.lock_tenants('{h2o}')")
        session = cluster.session()
        session.execute("SET statement_timeout = '500ms'")
        with pytest.raises(errors.QueryCanceled):
            session.execute("SELECT topoff_planned_slots('h2o')")
    assert one(session, "SELECT topoff_planned_slots('h2o')") == 12
    assert one(parts[0], "SELECT count(*) FROM post_instances") == 12


# ------------------------------------------------------------------------------------------------ eight at once


def test_eight_sessions_at_once_get_what_they_would_have_one_after_the_other(cluster, parts, tenants):
    content = {tenant: new_content(parts[number], tenant) for number in (0, 1) for tenant in AT_HOME[number]}
    names = list(tenants)
    sessions = [cluster.session() for _ in range(8)]

    def work(number: int) -> tuple[int, list[tuple[str, datetime]]]:
        session, choose = sessions[number], random.Random(number)
        created, filled = 0, []
        for _ in range(25):
            tenant = choose.choice(names)
            created += one(session, "SELECT topoff_planned_slots(%s)", tenant)
            with suppress(errors.NoDataFound):
                filled.append(
                    (
                        tenant,
                        one(
                            session,
                            "SELECT scheduled_for FROM fill_next_planned_slot(%s, %s, %s)",
                            tenant,
                            tenants[tenant],
                            content[tenant],
                        ),
                    )
                )
        return created, filled

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(work, range(8)))
    filled = [slot for _, slots in done for slot in slots]
    assert sum(created for created, _ in done) == 4 * 12
    assert len(set(filled)) == len(filled) == 4 * 12
    for tenant in names:
        scheduled = [at for name, at in filled if name == tenant]
        assert column(
            cluster.home(tenant),
            "SELECT scheduled_for FROM post_instances WHERE tenant_id = %s"
            " AND status = 'Scheduled' ORDER BY 1",
            tenant,
        ) == sorted(scheduled)


# ------------------------------------------------------------------------------------------------ compared with one

NAMES = [
    "h2o",
    "airport",
    "acme",
    "police",
    "ferry",
    "all_county",
    "harbour",
    "school",
    "river",
    "Zürich & Söhne",
]
STRANGE = [None, "", "nobody", " h2o", "H2O", "'; DROP TABLE post_instances; --"]
START = datetime(2031, 3, 3, tzinfo=UTC)
SOMETHING = UUID("00000000-0000-4000-8000-000000000000")
POSTS = """
    SELECT tenant_id, channel_account_id, scheduled_for, planned_for, status, content_item_id, planned_category,
           touched_at IS NULL
    FROM post_instances
"""
TABLES = (
    POSTS,
    "SELECT tenant_id, channel_account_id, during::text, reason FROM topoff.blackouts",
    "SELECT id, tenant_id, title FROM content_items",
    "SELECT tenant_id, id, posts_per_week FROM channel_accounts",
    "SELECT tenant_id, channel_account_id, posts_per_week, times_local, category FROM topoff.cadences",
)
AN_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
A_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[.\d]*\+00")


class Call(NamedTuple):
    """A statement, its parameters, and the key of the post that one of them is to name."""

    statement: str
    parameters: list[Any]
    post: tuple[Any, ...] | None = None


def furnish(db: Connection, choose: random.Random) -> dict[str, tuple[list[UUID], list[UUID]]]:
    """Give each tenant accounts of all kinds and some content; the same for the same choices."""
    made: dict[str, tuple[list[UUID], list[UUID]]] = {}
    for tenant in NAMES:
        accounts, contents = [], []
        for number in range(3):
            account = UUID(int=choose.getrandbits(128), version=4)
            new_account(
                db,
                tenant,
                id=account,
                status="disconnected" if number == 2 else "active",
                posts_per_week=choose.choice([0, 1, 2, 3]),
                days_of_week=choose.choice([[1, 2, 3, 4, 5], [2, 4, 6], [1, 2, 3, 4, 5, 6, 7]]),
                times_local=choose.choice([["09:00"], ["02:30", "18:00"]]),
                timezone=choose.choice(["UTC", "America/New_York", "Australia/Lord_Howe"]),
            )
            accounts.append(account)
            if choose.random() < 0.5:
                db.execute(
                    "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week, times_local, category)"
                    " VALUES (%s, %s, 2, '{15:00}', %s)",
                    [tenant, account, choose.choice(["offer", "team", None])],
                )
        for number in range(3):
            content = UUID(int=choose.getrandbits(128), version=4)
            db.execute(
                "INSERT INTO content_items (id, tenant_id, title) VALUES (%s, %s, %s)",
                [content, tenant, f"Content {number}"],
            )
            contents.append(content)
        made[tenant] = (accounts, contents)
    with db.transaction():
        db.execute("SET LOCAL session_replication_role = replica")
        broken = made["river"][0][0]
        db.execute(
            "UPDATE channel_accounts SET timezone = 'Mars/Olympus', posts_per_week = 3 WHERE id = %s",
            [broken],
        )
    return made


def any_call(
    choose: random.Random, made: dict[str, tuple[list[UUID], list[UUID]]], posts: list[tuple]
) -> Call:
    """Choose a call: mostly a sensible one, often enough a wrong one."""
    tenant = choose.choice(NAMES if choose.random() < 0.9 else STRANGE)
    accounts, contents = made.get(tenant if choose.random() < 0.95 else choose.choice(NAMES), ([], []))
    account = choose.choice([*accounts, SOMETHING] if choose.random() < 0.9 else [None])
    content = choose.choice([*contents, SOMETHING] if choose.random() < 0.9 else [None])
    as_of = START + timedelta(days=choose.randrange(60), minutes=choose.randrange(1440))
    as_of = choose.choice(
        [as_of] * 40 + [None, "infinity", "-infinity", "2020-01-01 00:00+00", "9999-12-31 00:00+00"]
    )
    horizon = choose.choice(
        ["28 days"] * 20 + ["7 days", "1 mon 3 days -02:00:00", "0", "-1 day", "400 days", None]
    )
    window = [tenant, horizon, as_of]
    match choose.randrange(10):
        case 0 | 1:
            return Call("SELECT topoff_planned_slots(%s, %s, %s)", window)
        case 2:
            return Call("SELECT * FROM replan_planned_slots(%s, %s, %s)", window)
        case 3:
            replan = choose.choice([True, False, False, None])
            return Call("SELECT * FROM preview_planned_slots(%s, %s, %s, %s)", [*window, replan])
        case 4 if posts:
            post = choose.choice(posts)
            return Call("SELECT skip_planned_slot(%s, %s)", [choose.choice([post[0]] * 9 + [tenant])], post)
        case 4:
            return Call("SELECT skip_planned_slot(%s, %s)", [tenant, choose.choice([SOMETHING, None])])
        case 5:
            category = choose.choice([None, None, None, "offer", "team", "", "none such"])
            parameters = [tenant, account, content, category]
            return Call("SELECT post.* FROM fill_next_planned_slot(%s, %s, %s, %s) AS post", parameters)
        case 6:
            several = choose.sample([*accounts, SOMETHING], choose.randrange(4)) if accounts else None
            at = choose.choice(
                [START + timedelta(days=choose.randrange(60), hours=9), None, "infinity", "2020-01-01"]
            )
            if posts and choose.random() < 0.5:
                at = choose.choice(posts)[2]
            parameters = [tenant, content, several, at]
            return Call(
                "SELECT post.* FROM create_post_instances(%s, %s, %s::uuid[], %s) AS post", parameters
            )
        case 7:
            zone = choose.choice(["UTC"] * 6 + ["Asia/Tokyo", "utc", "EST", None])
            start, end = sorted(START.date() + timedelta(days=choose.randrange(90)) for _ in range(2))
            parameters = [tenant, choose.choice([start, None]), choose.choice([end, None, "infinity"]), zone]
            return Call("SELECT marketing_calendar(%s, %s, %s, %s)", parameters)
        case 8:
            month = choose.choice(
                [START.date() + timedelta(days=choose.randrange(90))] * 6 + [None, "infinity"]
            )
            return Call("SELECT * FROM calendar_grid(%s, %s)", [tenant, month])
        case _:
            if choose.random() < 0.1:
                return Call("SELECT retire_channel_account(%s, %s)", [tenant, account])
            return Call(
                "SELECT * FROM cadence_coverage WHERE tenant_id = %s ORDER BY channel_account_id", [tenant]
            )


def post_at(db: Connection, key: tuple[Any, ...]) -> UUID | None:
    """Return the id of a tenant's post on an account at a time, or of one without a time."""
    row = db.execute(
        "SELECT id FROM post_instances WHERE (tenant_id, channel_account_id) = (%s, %s)"
        " AND scheduled_for IS NOT DISTINCT FROM %s ORDER BY id LIMIT 1",
        key[:3],
    ).fetchone()
    return row and row[0]


def known(row: dict[str, Any]) -> dict[str, Any]:
    """Return of a row what two servers can agree about."""
    return {name: value for name, value in row.items() if name not in ("id", "created_at", "touched_at")}


def answer(db: Connection, call: Call, there: Connection | None) -> Any:
    """Return rows, warnings and error of a call, but for what is another with every call: new ids and the time."""
    parameters = call.parameters
    if call.post:
        parameters = [*parameters, post_at(there, call.post)]
    warnings: list[tuple[str, str, str | None, str | None]] = []

    def heard(diagnostic: psycopg.errors.Diagnostic) -> None:
        if diagnostic.severity_nonlocalized == "WARNING":
            warnings.append(said(diagnostic))

    def said(diagnostic: psycopg.errors.Diagnostic) -> tuple[Any, ...]:
        parts = (
            PREFIX.sub("", diagnostic.message_primary),
            re.sub("^Remote detail: ", "", diagnostic.message_detail or ""),
            re.sub("^Remote hint: ", "", diagnostic.message_hint or ""),
        )
        if call.post:
            parts = tuple(AN_ID.sub("ID", part) for part in parts)
        return diagnostic.sqlstate, *(
            re.sub(rf"(It is ){A_MOMENT.pattern}", r"\1NOW", part) for part in parts
        )

    db.add_notice_handler(heard)
    try:
        cursor = db.execute(call.statement, parameters)
        names = [found.name for found in cursor.description]
        rows = [known(dict(zip(names, row, strict=True))) for row in cursor]
        if names == ["marketing_calendar"]:
            days = rows[0]["marketing_calendar"]
            rows = [(day, sorted(repr(known(post)) for post in posts)) for day, posts in days.items()]
        return rows, sorted(warnings)
    except psycopg.Error as error:
        return said(error.diag), sorted(warnings)
    finally:
        db.remove_notice_handler(heard)


def test_random_calls_are_answered_as_by_one_server(cluster, parts):
    plain = cluster.session(cluster.create(PLAIN))
    for session in (plain, cluster.proxy, *parts):  # some slots are planned beyond what Python calls a date
        for name in ("timestamptz", "timestamp"):
            session.adapters.register_loader(name, TextLoader)
    made = furnish(plain, random.Random(19))
    for part in parts:
        furnish(part, random.Random(19))
        away = [
            tenant
            for tenant in NAMES
            if part is not parts[one(cluster.proxy, "SELECT partition FROM topoff_proxy.home(%s)", tenant)]
        ]
        assert 3 <= len(away) <= 7, "tenants should be in both databases"
        for table in ("channel_accounts", "content_items"):
            part.execute(f"DELETE FROM {table} WHERE tenant_id = ANY (%s)", [away])
    home = {
        tenant: parts[one(cluster.proxy, "SELECT partition FROM topoff_proxy.home(%s)", tenant)]
        for tenant in NAMES
    }
    choose = random.Random(2000)
    outcomes: dict[str, int] = {}
    for number in range(2000 if PLENTY else 400):
        posts = sorted(plain.execute(POSTS), key=repr) if number % 20 == 0 else posts  # noqa: F821
        call = any_call(choose, made, posts)
        if call.post and post_at(plain, call.post) is None:
            call = Call(call.statement, [*call.parameters, SOMETHING])
        expected = answer(plain, call, plain)
        assert answer(cluster.proxy, call, home[call.post[0]] if call.post else None) == expected, (
            number,
            call,
        )
        kind = call.statement.split("(")[0].split()[-1] + (" fails" if isinstance(expected[0], tuple) else "")
        outcomes[kind] = outcomes.get(kind, 0) + 1
        if number % 100 == 99:
            for table in TABLES:
                spread = sorted((row for part in parts for row in part.execute(table)), key=repr)
                assert spread == sorted(plain.execute(table), key=repr), (number, table)
    assert len([kind for kind in outcomes if not kind.endswith("fails")]) >= 9, outcomes
    assert not PLENTY or all(times >= 5 for times in outcomes.values()), outcomes


# ------------------------------------------------------------------------------------------------ docs/scale.md

SCALE = (PROJECT / "docs" / "scale.md").read_text(encoding="utf-8")
CALENDARS = ("calendar_1", "calendar_2", "calendar_3", "calendar_4")
# What lives in which of four partitions.
QUARTERS = {
    0: ("police", "ferry"),
    1: ("college", "dairy"),
    2: ("h2o", "airport"),
    3: ("all_county", "harbour"),
}


def blocks(heading: str, language: str) -> list[str]:
    """Return the code blocks of a section, for databases that are all on the tested server."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## |\Z)", SCALE, re.MULTILINE | re.DOTALL)
    found = re.findall(rf"^```{language}\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    text = [re.sub(r"\bhost=db\d", f"host={HOST} port={PORT}", block) for block in found]
    text = [re.sub(r"PGHOST=db\d", f"PGHOST={HOST}", block) for block in text]
    return [block.replace("topoff_proxy ", f"{PROXY} ") for block in text]


def shell(script: str) -> str:
    """Run a block as a DBA would, in a shell; return what it prints."""
    environment = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PGDATABASE")
    }
    environment |= {"PGHOST": HOST, "PGPORT": str(PORT), "PGUSER": USER, "PGPASSWORD": PASSWORD}
    environment["PATH"] = f"{Path(sys.executable).parent}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return done.stdout


@pytest.fixture
def documented(empty_cluster: Cluster) -> tuple[Cluster, str]:
    """Two databases behind a proxy, installed by the statements of docs/scale.md, and the API's role."""
    made = empty_cluster
    made.databases += CALENDARS
    for name in CALENDARS:
        made.maintenance.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    for name in CALENDARS[:2]:
        made.maintenance.execute(f"CREATE DATABASE {name} TEMPLATE {made.template}")
    role = made.role()
    first, mapping, api = blocks("Install it", "bash")
    with pytest.raises(RuntimeError, match="role postgres has no user mapping for the server topoff"):
        shell(first.split("\n", 1)[1])  # the database is there already
    shell(mapping.replace("user 'postgres', password 'secret'", f"user '{USER}', password '{PASSWORD}'"))
    shell(re.sub(r"\bapi\b", role, api).replace("secret", ROLE_PASSWORD))
    return made, role


def test_two_databases_become_four_as_the_docs_say(documented):
    cluster, role = documented
    every = [tenant for tenants in QUARTERS.values() for tenant in tenants]
    for quarter, names in QUARTERS.items():
        with connection(CALENDARS[quarter & 1]) as db:
            for tenant in names:
                account = new_account(db, tenant, posts_per_week=3, timezone="America/New_York")
                new_content(db, tenant)
                db.execute(
                    "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week, times_local)"
                    " VALUES (%s, %s, 2, '{15:00}')",
                    [tenant, account],
                )
                db.execute(
                    "INSERT INTO topoff.blackouts (tenant_id, during) VALUES (%s, '[2020-01-01,2020-01-02)')",
                    [tenant],
                )
    proxy = cluster.session(user=role, password=ROLE_PASSWORD)

    def hold(tenant: str) -> None:
        proxy.execute("SELECT set_config('app.tenant_id', %s, false)", [tenant])

    tomorrow = datetime.now(UTC) + timedelta(days=1)  # from now on, a slot could be over meanwhile

    def seen() -> dict[str, tuple[Any, Any]]:
        answers = {}
        for tenant in every:
            hold(tenant)
            answers[tenant] = (
                one(proxy, "SELECT marketing_calendar(%s)", tenant),
                proxy.execute(
                    "SELECT * FROM preview_planned_slots(%s, as_of => %s) ORDER BY slot_at",
                    [tenant, tomorrow],
                ).fetchall(),
            )
        return answers

    for tenant in every:
        hold(tenant)
        assert one(proxy, "SELECT topoff_planned_slots(%s)", tenant) == 20
    before = seen()

    create, double, move, check = blocks("From two databases to four", "bash")
    shell(re.sub(r"\bapi\b", role, create))
    shell(double)
    assert seen() == before
    for partition, (old, new) in {2: ("calendar_1", "calendar_3"), 3: ("calendar_2", "calendar_4")}.items():
        script = move.replace("partition=2", f"partition={partition}")
        script = script.replace("dbname=calendar_1", f"dbname={old}").replace(
            "dbname=calendar_3", f"dbname={new}"
        )
        closed, rest = script.split("psql -d \"$old\" -c 'BEGIN'")
        shell(closed)
        for tenant in every:
            hold(tenant)
            if tenant in QUARTERS[partition]:
                assert "/being/moved" in unreachable(proxy, f"SELECT marketing_calendar('{tenant}')")
            else:
                assert one(proxy, "SELECT topoff_planned_slots(%s)", tenant) == 0
        printed = shell(script.split("\n", 1)[0] + "\npsql -d \"$old\" -c 'BEGIN'" + rest)
        (here, there) = re.findall(r"^\d+\|-?\d+$", printed, re.MULTILINE)
        assert here == there
        assert here.startswith("40|")
        assert seen() == before
    assert "(0 rows)" in shell(check)
    for name, quarter in zip(CALENDARS, (0, 1, 2, 3), strict=True):
        with connection(name) as db:
            for table in (
                "channel_accounts",
                "content_items",
                "post_instances",
                "topoff.cadences",
                "topoff.blackouts",
            ):
                assert set(column(db, f"SELECT tenant_id FROM {table}")) == set(QUARTERS[quarter]), (
                    name,
                    table,
                )


def test_a_copy_that_breaks_off_copies_nothing(cluster, parts, tenants, tmp_path):
    one(cluster.proxy, "SELECT topoff_planned_slots('h2o')")
    copied = psql(
        "topoff_test_part_0",
        "-v",
        "partition=0",
        "-v",
        "partitions=2",
        "-f",
        str(SCRIPTS / "copy_tenants.sql"),
    )
    assert copied.stdout.endswith("COMMIT;\n")
    cluster.create("topoff_test_part_2")
    target = cluster.session("topoff_test_part_2")
    (tmp_path / "copied").write_text(copied.stdout, encoding="utf-8")
    lines = copied.stdout.count("\n")
    for length in (lines - 1, lines - 3, 10, 4, lines):
        shell(f"head -n {length} {tmp_path / 'copied'} | psql -X -q -v ON_ERROR_STOP=1 -d topoff_test_part_2")
        assert one(target, "SELECT count(*) FROM post_instances") == (12 if length == lines else 0)


def test_the_queries_of_the_docs_answer(cluster, parts, tenants):
    for part in parts:
        part.execute("CALL topoff_all_tenants()")
    nights, failures, silent, coverage = (
        cluster.proxy.execute(query).fetchall() for query in blocks("The nights, seen from the proxy", "sql")
    )
    assert [row[3] for row in nights] == ["succeeded", "succeeded"]
    assert (failures, silent) == ([], [])
    assert coverage[0][:2] == (4, 48)
    parts[1].execute("UPDATE topoff.runs SET finished_at = now() - interval '27 hours'")
    query = blocks("The nights, seen from the proxy", "sql")[2]
    assert column(cluster.proxy, query) == [at("topoff_test_part_1")]


def test_the_pattern_of_the_docs_cuts_the_prefix_off(cluster, tenants):
    (pattern,) = re.findall(r"`(\^topoff_proxy[^`]*)`", SCALE)
    with pytest.raises(errors.NoDataFound) as caught:
        cluster.proxy.execute("SELECT topoff_planned_slots('acme')")
    assert re.sub(pattern, "", caught.value.diag.message_primary) == 'tenant "acme" has no channel account'


def test_the_demonstration_shows_what_it_says(empty_cluster):
    """On a server that DATABASE_URL names, with a driver."""
    where = (
        {"query": {"host": HOST, "port": str(PORT)}} if HOST.startswith("/") else {"host": HOST, "port": PORT}
    )
    url = URL.create("postgresql+psycopg2", USER, PASSWORD or None, database="postgres", **where)
    shown = shell(
        "unset PGHOST PGPORT PGUSER PGPASSWORD\n"
        f"export DATABASE_URL={quote(url.render_as_string(hide_password=False))}\nmake demo-cluster"
    )
    assert "it asks for a user mapping: role postgres has no user mapping for the server topoff" in shown
    assert len(re.findall(r"│ topoff_demo_[12] │ +2 │ t ", shown)) == 9
    assert 'REMOTE ERROR: tenant "a typo" has no channel account' in shown
    assert len(re.findall(r"│ topoff_demo_[12] │ +1 │ succeeded │", shown)) == 2
    databases = column(empty_cluster.maintenance, "SELECT datname FROM pg_database")
    assert not [name for name in databases if name.startswith("topoff_demo_")]
