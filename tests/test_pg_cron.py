"""Scheduling with the real pg_cron, on servers that this module starts and takes down again.

Servers of its own, because pg_cron's state is one of the whole server: preloaded or not, working in this
database or another, with these privileges. Where the tested server lacks pg_cron, that is what is tested.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from time import monotonic, sleep
from typing import NamedTuple

import psycopg
import pytest
from builders import column, new_account, one
from conftest import HOST, PASSWORD, PORT, PROJECT, USER, alembic
from operations import needs_pg_cron
from operations import statements as documented
from own_server import Programs
from psycopg import Connection, errors, sql

JOB = "topoff-planned-slots"
COMMAND = "CALL public.topoff_all_tenants('28 days'::pg_catalog.interval, false)"
WANTED = ("0 3 * * *", COMMAND, "app", "postgres", True, 5432, "localhost")
JOBS = "SELECT schedule, command, database, username, active, nodeport, nodename FROM cron.job ORDER BY jobid"
SETTINGS = {"listen_addresses": "", "fsync": "off", "max_worker_processes": "20"}


class Server:
    """A PostgreSQL server in a temporary folder, of the version under test, to be restarted at will."""

    def __init__(self, programs: Programs, like: "Server | None" = None) -> None:
        """Make its data folder with a migrated database, or take those of a stopped server like it."""
        self.programs = programs
        self.folder = programs.new_folder()
        self.running = False
        if like:
            subprocess.run(["cp", "-a", like.folder / "data", self.folder], check=True)
            return
        programs.initdb(self.folder)
        self.restart()
        with self.connect("postgres") as db:
            db.execute("CREATE DATABASE migrated")
        done = self.alembic("migrated", "upgrade", "head")
        assert done.returncode == 0, done.stderr
        self.stop("fast")

    @property
    def socket(self) -> str:
        """The folder of its socket, as the server knows it."""
        return self.programs.called(self.folder)

    def restart(self, **settings: str) -> None:
        """Start it anew with these settings; a dot in a name is written as two underscores."""
        self.stop()
        settings = SETTINGS | {"unix_socket_directories": self.socket} | settings
        self.programs.start(
            self.folder,
            " ".join(f"-c {name.replace('__', '.')}='{value}'" for name, value in settings.items()),
        )
        self.running = True

    def stop(self, how: str = "immediate") -> None:
        """Stop it, whatever goes on."""
        if self.running:
            self.programs.stop(self.folder, how)
            self.running = False

    def connect(self, dbname: str, user: str = "postgres") -> Connection:
        """Open a session."""
        return psycopg.connect(host=str(self.folder), port=5432, user=user, dbname=dbname, autocommit=True)

    def alembic(
        self, dbname: str, *arguments: str, user: str = "postgres"
    ) -> subprocess.CompletedProcess[str]:
        """Run the alembic command, as a person would."""
        return alembic(dbname, *arguments, user=user, password="", host=str(self.folder), port=5432)

    def new_application(self, name: str, owner: str = "postgres") -> None:
        """Create a migrated database, anew where there is one."""
        with self.connect("postgres") as db:
            db.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            db.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE migrated OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(owner)
                )
            )

    def remove(self) -> None:
        """Leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def programs() -> Programs:
    """The programs of the server under test."""
    with psycopg.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname="postgres") as db:
        if not one(db, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'"):
            pytest.skip("pg_cron is not installed on this server; what happens then is tested above")
        found = Programs(one(db, "SELECT setting FROM pg_config() WHERE name = 'BINDIR'"))
    if not found.are_here():
        pytest.skip("the server runs on another machine, so that no second one can be started beside it")
    return found


@pytest.fixture(scope="module")
def pattern(programs: Programs) -> Iterator[Server]:
    """A stopped server for the others of this module to be made like."""
    server = Server(programs)
    yield server
    server.remove()


@pytest.fixture(scope="module")
def restartable(programs: Programs, pattern: Server) -> Iterator[Server]:
    """A server for tests that need it in some state of their own."""
    server = Server(programs, like=pattern)
    yield server
    server.remove()


@pytest.fixture
def server(restartable: Server) -> Server:
    """That server without pg_cron, and with a fresh database app."""
    restartable.restart()
    with restartable.connect("postgres") as db:
        db.execute("DROP EXTENSION IF EXISTS pg_cron")
    restartable.new_application("app")
    return restartable


@pytest.fixture(scope="module")
def scheduling(programs: Programs, pattern: Server) -> Iterator[Server]:
    """A server with pg_cron at work in the database app."""
    server = Server(programs, like=pattern)
    server.restart()
    server.new_application("app")
    server.restart(shared_preload_libraries="pg_cron", cron__database_name="app")
    with server.connect("app") as db:
        db.execute("CREATE EXTENSION pg_cron")
    yield server
    server.remove()


@pytest.fixture
def app(scheduling: Server) -> Iterator[Connection]:
    """A session in the database where pg_cron works, without jobs."""
    with scheduling.connect("app") as db:
        db.execute("DELETE FROM cron.job")
        yield db
        db.execute("DELETE FROM cron.job")


@pytest.fixture
def planner(scheduling: Server, app: Connection) -> Iterator[Connection]:
    """A session of a role that is no superuser and may call the functions, but not use pg_cron."""
    app.execute("CREATE ROLE planner LOGIN")
    app.execute("GRANT USAGE ON SCHEMA topoff TO planner")
    app.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, topoff TO planner")
    with scheduling.connect("app", user="planner") as db:
        yield db
    app.execute("DROP OWNED BY planner")
    app.execute("DROP ROLE planner")


def statements(hint: str) -> list[str]:
    """Return the statements that a HINT holds, as printed."""
    return re.findall(r"\b(?:ALTER SYSTEM|CREATE EXTENSION|GRANT|SELECT|CALL)\b[^;]*;", hint)


def refusal(db: Connection, error: type[psycopg.Error], message: str) -> list[str]:
    """Ask for the schedule in vain; return the statements of the HINT."""
    with pytest.raises(error) as caught:
        db.execute("SELECT topoff.schedule()")
    assert caught.value.diag.message_primary == f"the nightly run is not scheduled: {message}"
    return statements(caught.value.diag.message_hint)


# Where pg_cron is not to be had


def test_where_pg_cron_is_not_installed_the_hint_names_the_package_and_the_other_way(db):
    if one(db, "SELECT count(*) FROM pg_available_extensions WHERE name = 'pg_cron'"):
        pytest.skip("pg_cron is installed on this server; what happens then is tested below")
    with pytest.raises(errors.FeatureNotSupported) as refused:
        db.execute("SELECT topoff.schedule()")
    assert refused.value.diag.message_primary == (
        "the nightly run is not scheduled: pg_cron is not installed on this server"
    )
    assert f"postgresql-{db.info.server_version // 10000}-cron" in refused.value.diag.message_hint
    other_way = statements(refused.value.diag.message_hint)[-1]
    assert other_way == f"{COMMAND};"
    new_account(db, posts_per_week=3)
    db.execute(other_way)
    assert one(db, "SELECT created FROM topoff.runs") == 12

    notices = []
    db.add_notice_handler(lambda notice: notices.append(notice.message_primary))
    assert one(db, "SELECT topoff.unschedule()") is False
    assert len(notices) == 1


def test_a_schedule_must_be_given(db):
    with pytest.raises(errors.NullValueNotAllowed, match="schedule must not be null"):
        db.execute("SELECT topoff.schedule(NULL)")


def test_who_follows_the_hints_from_a_server_that_never_heard_of_pg_cron_ends_with_a_job(server):
    server.restart(shared_preload_libraries="auto_explain")
    with server.connect("app") as db:
        change, again = refusal(
            db, errors.ObjectNotInPrerequisiteState, "pg_cron is not in shared_preload_libraries"
        )
        assert change == "ALTER SYSTEM SET shared_preload_libraries = 'auto_explain', 'pg_cron';"
        db.execute(change)
    server.restart(cron__database_name="app")
    with server.connect("app") as db:
        assert one(db, "SHOW shared_preload_libraries") == "auto_explain, pg_cron"
        db.execute("ALTER SYSTEM RESET ALL")
        create, again = refusal(
            db, errors.ObjectNotInPrerequisiteState, "the extension pg_cron is not created in this database"
        )
        db.execute(create)
        db.execute(again)
        assert db.execute(JOBS).fetchall() == [WANTED]


def test_from_another_database_the_hint_schedules_there_and_converges(server):
    server.restart(shared_preload_libraries="pg_cron", cron__database_name="postgres")
    with server.connect("app") as db, server.connect("postgres") as cron:
        hint = refusal(
            db, errors.ObjectNotInPrerequisiteState, 'pg_cron works in database "postgres", and this is "app"'
        )
        for _ in range(2):
            for statement in hint:
                cron.execute(statement)
        assert cron.execute(JOBS).fetchall() == [WANTED]
        assert column(cron, "SELECT jobname FROM cron.job") == [f"{JOB}:app"]

        notices = []
        db.add_notice_handler(lambda notice: notices.append(notice.message_hint))
        assert one(db, "SELECT topoff.unschedule()") is False
        for statement in statements(notices[0]):
            cron.execute(statement)
        assert cron.execute(JOBS).fetchall() == []


def test_from_another_database_a_role_that_cannot_see_the_settings_is_told_what_to_ask_for(server):
    server.restart(shared_preload_libraries="pg_cron", cron__database_name="postgres")
    with server.connect("app") as db, server.connect("postgres") as cron:
        db.execute("CREATE ROLE owner LOGIN; GRANT USAGE ON SCHEMA topoff TO owner")
        db.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA topoff TO owner")
        try:
            with server.connect("app", user="owner") as unprivileged:
                create, schedule, converge, *_ = refusal(
                    unprivileged,
                    errors.ObjectNotInPrerequisiteState,
                    "the extension pg_cron is not created in this database",
                )
            cron.execute(create)
            cron.execute(schedule)
            # The job is the asking role's, not the superuser's who runs the statement.
            assert cron.execute(JOBS).fetchall() == [(*WANTED[:3], "owner", *WANTED[4:])]
            # And it is the only one, also where another role had one of that name.
            cron.execute("UPDATE cron.job SET username = 'pg_monitor'")
            cron.execute(schedule)
            cron.execute(converge)
            assert cron.execute(JOBS).fetchall() == [(*WANTED[:3], "owner", *WANTED[4:])]
        finally:
            db.execute("DROP OWNED BY owner; DROP ROLE owner")


def test_who_may_not_use_pg_cron_is_told_the_grant_and_then_gets_a_job_of_their_own(app, planner):
    grant, again = refusal(planner, errors.InsufficientPrivilege, 'role "planner" may not use pg_cron')
    assert one(planner, "SELECT topoff.unschedule()") is False
    app.execute(grant)
    planner.execute(again)
    assert app.execute(JOBS).fetchall() == [(*WANTED[:3], "planner", *WANTED[4:])]
    assert one(planner, "SELECT topoff.unschedule()") is True
    assert app.execute(JOBS).fetchall() == []


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({}, "pg_cron is not in shared_preload_libraries"),
        (
            {"shared_preload_libraries": "pg_cron", "cron__database_name": "postgres"},
            'pg_cron works in database "postgres", and this is "app"',
        ),
        (
            {"shared_preload_libraries": "pg_cron", "cron__database_name": "app"},
            "the extension pg_cron is not created in this database",
        ),
    ],
)
def test_a_migration_that_cannot_schedule_warns_and_is_otherwise_whole(server, settings, reason):
    server.restart(**settings)
    assert server.alembic("app", "downgrade", "0012").returncode == 0
    done = server.alembic("app", "upgrade", "head")
    assert done.returncode == 0
    newest = max(path.name[:4] for path in (PROJECT / "alembic" / "versions").glob("[0-9]*.py"))
    assert re.search(f"WARNING: +the nightly run is not scheduled: {re.escape(reason)}", done.stderr)
    assert "HINT:" in done.stderr
    with server.connect("app") as db:
        assert one(db, "SELECT version_num FROM topoff.alembic_version") == newest


def test_a_migration_schedules_where_it_can_and_its_downgrade_unschedules(scheduling, app):
    assert scheduling.alembic("app", "downgrade", "0012").returncode == 0
    done = scheduling.alembic("app", "upgrade", "head")
    assert (done.returncode, "WARNING" in done.stderr) == (0, False)
    assert app.execute(JOBS).fetchall() == [WANTED]
    assert scheduling.alembic("app", "downgrade", "0012").returncode == 0
    assert app.execute(JOBS).fetchall() == []
    assert scheduling.alembic("app", "upgrade", "head").returncode == 0


def test_where_superusers_may_not_have_jobs_pg_crons_own_error_comes_through(server):
    loaded = {"shared_preload_libraries": "pg_cron", "cron__database_name": "app"}
    server.restart(**loaded, cron__enable_superuser_jobs="off")
    with server.connect("app") as db:
        db.execute("CREATE EXTENSION pg_cron")
        with pytest.raises(errors.InsufficientPrivilege, match="cannot schedule jobs as superuser"):
            db.execute("SELECT topoff.schedule()")
    assert server.alembic("app", "downgrade", "0012").returncode == 0
    done = server.alembic("app", "upgrade", "head")
    assert done.returncode == 0
    assert "WARNING:  cannot schedule jobs as superuser" in done.stderr


# Whatever state the job is in


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE cron.job SET schedule = '0 4 * * *'",
        "UPDATE cron.job SET command = 'CALL topoff_all_tenants(''1 day'')'",
        "UPDATE cron.job SET database = 'postgres'",
        "UPDATE cron.job SET active = false",
        "UPDATE cron.job SET nodeport = 5433",
        "UPDATE cron.job SET nodename = 'old-server'",
        "UPDATE cron.job SET username = 'pg_monitor'",
        "INSERT INTO cron.job (jobname, schedule, command, nodeport, username) "
        "SELECT jobname, '0 5 * * *', command, nodeport, 'pg_monitor' FROM cron.job",
        "DELETE FROM cron.job",
    ],
)
def test_the_job_converges_whatever_state_it_is_in(app, change):
    app.execute("SELECT topoff.schedule()")
    app.execute("SELECT cron.schedule('of somebody else', '0 1 * * *', 'SELECT 1')")
    app.execute(f"{change} {'AND' if 'WHERE' in change else 'WHERE'} jobname = %s", [JOB])
    job = one(app, "SELECT topoff.schedule()")
    assert column(app, "SELECT jobid FROM cron.job WHERE jobname = %s", JOB) == [job]
    assert WANTED in app.execute(JOBS).fetchall()
    assert one(app, "SELECT count(*) FROM cron.job WHERE jobname = 'of somebody else'") == 1


def test_a_job_that_is_as_wanted_is_left_alone(app):
    job = one(app, "SELECT topoff.schedule()")
    row = "SELECT jobid, xmin::text FROM cron.job"
    before = app.execute(row).fetchall()
    assert one(app, "SELECT topoff.schedule()") == job
    assert app.execute(row).fetchall() == before


def test_the_schedule_can_be_changed_and_a_wrong_one_changes_nothing(app):
    app.execute("SELECT topoff.schedule('30 2 * * *')")
    assert column(app, "SELECT schedule FROM cron.job") == ["30 2 * * *"]
    for wrong in ("every night", "61 2 * * *", ""):
        with pytest.raises(psycopg.Error, match="invalid schedule"):
            app.execute("SELECT topoff.schedule(%s)", [wrong])
    assert column(app, "SELECT schedule FROM cron.job") == ["30 2 * * *"]


def test_unscheduling_takes_the_job_away_and_says_whether_there_was_one(app):
    app.execute("SELECT topoff.schedule()")
    app.execute("SELECT cron.schedule('of somebody else', '0 1 * * *', 'SELECT 1')")
    assert one(app, "SELECT topoff.unschedule()") is True
    assert column(app, "SELECT jobname FROM cron.job") == ["of somebody else"]
    assert one(app, "SELECT topoff.unschedule()") is False


class Notice(NamedTuple):
    """What the server tells."""

    message_primary: str
    message_detail: str | None
    message_hint: str


def messages_of(db: Connection) -> list[Notice]:
    """Return a list that the session's notices come into."""
    notices: list[Notice] = []
    db.add_notice_handler(
        lambda said: notices.append(Notice(said.message_primary, said.message_detail, said.message_hint))
    )
    return notices


def test_a_superuser_takes_over_another_roles_job_and_says_so(app, planner):
    app.execute("GRANT USAGE ON SCHEMA cron TO planner")
    job = one(planner, "SELECT topoff.schedule()")
    notices = messages_of(app)
    app.execute("SELECT topoff.schedule()")
    assert app.execute(JOBS).fetchall() == [WANTED]
    assert [notice.message_primary for notice in notices] == [
        f'role "postgres" has taken over the nightly run: job {job} of role "planner" is removed'
    ]
    app.execute("SELECT topoff.schedule()")
    assert len(notices) == 1


def test_a_second_role_is_told_that_it_cannot_see_other_roles_jobs_and_who_called_the_night(app, planner):
    app.execute("SELECT topoff.schedule()")
    app.execute("GRANT USAGE ON SCHEMA cron TO planner; GRANT SELECT ON topoff.runs TO planner")
    notices = messages_of(planner)
    planner.execute("SELECT topoff.schedule()")
    app.execute("CALL topoff_all_tenants()")
    planner.execute("SELECT topoff.schedule()")
    assert [notice.message_primary for notice in notices] == [
        'role "planner" cannot see whether another role has scheduled the nightly run as well'
    ] * 2
    assert [notice.message_detail for notice in notices] == [
        "No other role is known to have called it in the last 7 days.",
        'In the last 7 days it was called by "postgres".',
    ]
    (look,) = statements(notices[0].message_hint)
    assert {user for _, user in app.execute(look)} == {"planner", "postgres"}
    app.execute("DELETE FROM topoff.runs")

    assert one(planner, "SELECT topoff.unschedule()") is True
    assert notices[2].message_primary == notices[0].message_primary
    assert one(planner, "SELECT topoff.unschedule()") is False
    assert column(app, "SELECT username FROM cron.job") == ["postgres"]


def test_a_role_that_sees_another_ones_job_without_power_over_it_is_told_which(app, planner):
    job = one(app, "SELECT topoff.schedule()")
    app.execute("GRANT USAGE ON SCHEMA cron TO planner; ALTER ROLE planner BYPASSRLS")
    notices = messages_of(planner)
    planner.execute("SELECT topoff.schedule()")
    assert one(planner, "SELECT topoff.unschedule()") is True
    assert [notice.message_primary for notice in notices] == [
        f'another role has scheduled the nightly run as well: job {job} of role "postgres"',
        f'another role goes on calling the nightly run: job {job} of role "postgres"',
    ]
    planner.execute("SELECT topoff.schedule()")
    app.execute(statements(notices[0].message_hint)[0])
    assert column(app, "SELECT username FROM cron.job") == ["planner"]


def test_the_job_that_was_made_by_the_other_name_is_not_left_beside_the_new_one(app):
    app.execute("SELECT cron.schedule(%s, '0 3 * * *', %s)", [f"{JOB}:app", COMMAND])
    app.execute("SELECT cron.schedule(%s, '0 3 * * *', %s)", [f"{JOB}:other", COMMAND])
    app.execute("SELECT topoff.schedule()")
    assert column(app, "SELECT jobname FROM cron.job ORDER BY 1") == [JOB, f"{JOB}:other"]
    assert one(app, "SELECT topoff.unschedule()") is True
    assert column(app, "SELECT jobname FROM cron.job") == [f"{JOB}:other"]


def test_the_statements_of_the_docs_that_need_pg_cron_run_as_they_stand(app):
    texts = [text for text in documented() if needs_pg_cron(text)]
    assert len(texts) >= 6
    for text in texts:
        app.execute(text)
    # The last one is to schedule the night again.
    assert column(app, "SELECT jobname FROM cron.job ORDER BY 1") == ["purge-cron-log", JOB]


# The real thing


@pytest.fixture(params=["connections", "background workers"], scope="module")
def mode(request: pytest.FixtureRequest) -> str:
    """Each of the two ways in which pg_cron runs a job."""
    return request.param


@pytest.fixture(scope="module")
def fired(programs: Programs, pattern: Server) -> Iterator[dict[str, dict[str, tuple[str, str]]]]:
    """What pg_cron says of jobs that it ran: for each of its modes, status and message by database.

    On two servers at once, so that the minute is waited for only once. On each, the database where
    pg_cron works has a tenant that fails; another one, scheduled from there, has none.
    """
    details = "SELECT database, status, return_message FROM cron.job_run_details WHERE end_time IS NOT NULL"
    servers = {name: Server(programs, like=pattern) for name in ("connections", "background workers")}
    outcome: dict[str, dict[str, tuple[str, str]]] = {}
    try:
        for name, server in servers.items():
            server.restart()
            for database in ("app", "other"):
                server.new_application(database)
            server.restart(
                shared_preload_libraries="pg_cron",
                cron__database_name="app",
                cron__host=server.socket,
                cron__use_background_workers="on" if name == "background workers" else "off",
            )
            with server.connect("app") as db, server.connect("other") as other:
                for session in (db, other):
                    new_account(session, "h2o", posts_per_week=3)
                    new_account(session, "all_county", posts_per_week=5)
                with db.transaction():
                    db.execute("SET LOCAL session_replication_role = replica")
                    db.execute(
                        "UPDATE channel_accounts SET timezone = 'Mars/Olympus' WHERE tenant_id = 'h2o'"
                    )
                db.execute("CREATE EXTENSION pg_cron")
                with pytest.raises(errors.ObjectNotInPrerequisiteState) as elsewhere:
                    other.execute("SELECT topoff.schedule('* * * * *')")
                for statement in statements(elsewhere.value.diag.message_hint):
                    db.execute(statement)
                db.execute("SELECT topoff.schedule('* * * * *')")
        end = monotonic() + 130
        while len(outcome) < len(servers):
            assert monotonic() < end, "pg_cron has not run both jobs in two minutes"
            sleep(0.2)
            for name, server in servers.items():
                with server.connect("app") as db:
                    ran = {database: said for database, *said in db.execute(details)}
                if len(ran) == 2:
                    outcome[name] = ran
        for name, server in servers.items():
            for database in ("app", "other"):
                with server.connect(database) as db:
                    outcome[name][database] += db.execute(
                        "SELECT status, tenants, created, failed FROM topoff.runs ORDER BY id LIMIT 1"
                    ).fetchall()
                    outcome[name][database].append(
                        one(db, "SELECT count(*) FROM post_instances WHERE status = 'Planned'")
                    )
        yield outcome
    finally:
        for server in servers.values():
            server.remove()


def test_the_scheduled_job_fires_and_fills_the_calendar(fired, mode):
    status, message, run, slots = fired[mode]["other"]
    assert (status, run, slots) == ("succeeded", ("succeeded", 2, 32, 0), 32), message


def test_a_failing_tenant_makes_the_job_fail_with_its_name_and_the_others_are_filled(fired, mode):
    status, message, run, slots = fired[mode]["app"]
    assert (status, run, slots) == ("failed", ("failed", 2, 20, 1), 20), message
    assert "1 of 2 tenants failed: h2o" in message
