"""The error module that an application copies: the same answers whichever driver brings the database's words."""

import asyncio
from pathlib import Path

import asyncpg
import httpx
import psycopg
import psycopg2
import pytest
from app.errors import RAISED, Refusal, answer_errors, said_by_database
from builders import new_account, new_content, new_post
from conftest import HOST, PASSWORD, PORT, USER
from fastapi import FastAPI
from sqlalchemy import URL, create_engine, text
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import create_async_engine

DRIVERS = [
    "psycopg",
    "psycopg2",
    "asyncpg",
    "sqlalchemy+psycopg",
    "sqlalchemy+psycopg2",
    "sqlalchemy+asyncpg",
]
UNKNOWN = "SELECT topoff_planned_slots('nobody')"
TAKEN = """
    SELECT id FROM create_post_instances('h2o', '{content}', ARRAY['{account}']::uuid[], '2035-01-01 09:00Z')
"""


def runner(driver, database, port=PORT):
    """Return a function that sends one statement over a connection of its own; async for asyncpg."""
    libpq = {"host": HOST, "port": port, "user": USER, "password": PASSWORD}
    url = URL.create(f"postgresql+{driver.rpartition('+')[2]}", USER, PASSWORD, HOST, port, database)

    def connected(connect):
        def run(statement):
            with connect(dbname=database, **libpq) as connection:
                connection.cursor().execute(statement)

        return run

    def through_engine(statement):
        with create_engine(url).begin() as connection:
            connection.execute(text(statement.replace(":", r"\:")))

    async def with_asyncpg(statement):
        connection = await asyncpg.connect(database=database, **libpq)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def through_async_engine(statement):
        engine = create_async_engine(url)
        try:
            async with engine.begin() as connection:
                await connection.execute(text(statement.replace(":", r"\:")))
        finally:
            await engine.dispose()

    return {
        "psycopg": connected(psycopg.connect),
        "psycopg2": connected(psycopg2.connect),
        "asyncpg": with_asyncpg,
        "sqlalchemy+psycopg": through_engine,
        "sqlalchemy+psycopg2": through_engine,
        "sqlalchemy+asyncpg": through_async_engine,
    }[driver]


async def get(app):
    """Return the application's answer."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        return await client.get("/")


@pytest.fixture(params=DRIVERS)
def driver(request):
    """Return the name of a driver."""
    return request.param


@pytest.fixture
def answer(db, driver):
    """Return a function that has an application of this driver send a statement, and returns its answer."""

    async def ask(statement, run, explain):
        app = FastAPI()
        answer_errors(app, explain)
        if driver.endswith("asyncpg"):

            async def route():
                await run(statement)
        else:

            def route():
                run(statement)

        app.get("/")(route)
        return await get(app)

    def send(statement, *, explain=None, port=PORT):
        return asyncio.run(ask(statement, runner(driver, db.info.dbname, port), explain))

    return send


def test_all_four_parts_arrive_with_every_driver(db, answer):
    said = answer(UNKNOWN)
    assert said.status_code == 404
    assert said.json()["message"] == 'tenant "nobody" has no channel account'
    assert said.json()["hint"].startswith("Check the spelling")
    assert (said.json()["sqlstate"], said.json()["detail"]) == ("P0002", None)

    account = new_account(db)
    new_post(db, account, "2035-01-01 09:00Z")
    taken = answer(TAKEN.format(account=account, content=new_content(db)))
    assert taken.status_code == 409
    assert taken.json()["sqlstate"] == "23505"
    assert str(account) in taken.json()["message"]
    assert taken.json()["detail"].endswith("Nothing was created.")
    assert taken.json()["hint"].startswith("Choose another time")


def test_a_broken_check_never_quotes_the_row_and_is_explained_where_somebody_explains_it(db, answer):
    statement = (
        f"UPDATE channel_accounts SET posts_per_week = 99 WHERE id = '{new_account(db, name='secret')}'"
    )
    asked = []

    def explain(refusal):
        asked.append(refusal)
        return "In other words."

    async def explain_async(refusal):
        return explain(refusal)

    bare = answer(statement)
    assert (bare.status_code, bare.json()["detail"]) == (422, None)
    assert "secret" not in bare.text
    for how in explain, explain_async:
        assert answer(statement, explain=how).json()["detail"] == "In other words."
    assert answer(statement, explain=lambda refusal: refusal.detail).json()["detail"] is None
    assert {(refusal.schema, refusal.table, refusal.constraint) for refusal in asked} == {
        ("public", "channel_accounts", "channel_accounts_posts_per_week_check")
    }


@pytest.mark.parametrize(
    ("statement", "status", "sqlstate"),
    [
        ("SELECT topoff_planned_slots('')", 422, "22023"),
        ("SELECT now() AT TIME ZONE 'Mars/Base'", 422, "22023"),
        ("DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '55000'; END $$", 409, "55000"),
        ("DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '40P01'; END $$", 503, "40P01"),
        ("DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '55P03'; END $$", 503, "55P03"),
        ("DO $$ BEGIN RAISE EXCEPTION 'a' USING ERRCODE = '57014'; END $$", 503, "57014"),
    ],
)
def test_the_status_is_that_of_the_sqlstate(answer, statement, status, sqlstate):
    said = answer(statement)
    assert (said.status_code, said.json()["sqlstate"]) == (status, sqlstate)
    assert ("Retry-After" in said.headers) == (status == 503)


def test_what_is_worth_another_try_says_so_and_nothing_for_a_dba(answer):
    said = answer(
        "DO $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '55P03', DETAIL = 'process 7', HINT = 'end it'; END $$"
    )
    assert said.json() == {"message": "busy", "hint": "Try again in a moment.", "sqlstate": "55P03"}


def test_a_mistake_of_the_applications_is_500_and_says_nothing_of_the_database(answer):
    for statement in "SELECT secret_column FROM channel_accounts", "SELECT 'x'::no_such_type":
        said = answer(statement)
        assert said.status_code == 500
        assert "secret" not in said.text
        assert "type" not in said.text


def test_a_database_that_is_not_there_or_goes_away_is_503(answer):
    for said in (
        answer("SELECT 1", port=1),
        answer("SELECT pg_terminate_backend(pg_backend_pid())"),
    ):
        assert (said.status_code, said.headers["Retry-After"]) == (503, "1")
        assert str(PORT) not in said.text


@pytest.mark.beside_one_server
@pytest.mark.parametrize(
    "lost",
    [
        asyncpg.InterfaceError("connection is closed"),
        psycopg.OperationalError("the connection is lost"),
        psycopg2.InterfaceError("connection already closed"),
        PoolTimeout("QueuePool limit of size 5 overflow 10 reached"),
    ],
    ids=lambda lost: type(lost).__module__ + "." + type(lost).__name__,
)
def test_a_connection_that_cannot_be_had_is_503_whoever_says_so(lost):
    app = FastAPI()
    answer_errors(app)

    @app.get("/")
    def route():
        raise lost

    said = asyncio.run(get(app))
    assert (said.status_code, said.json()["message"]) == (503, "the database cannot be reached")


@pytest.mark.beside_one_server
@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid", "/no/such/folder"])
def test_a_host_that_is_not_there_is_503_for_asyncpg_too_but_a_file_is_not_a_database(host):
    app = FastAPI()
    answer_errors(app)

    @app.get("/")
    async def route():
        await asyncpg.connect(host=host, port=1, user="nobody", database="none")

    assert asyncio.run(get(app)).status_code == 503

    other = FastAPI()
    answer_errors(other)

    @other.get("/")
    async def read():
        Path("/no/such/file").read_text(encoding="utf-8")

    assert asyncio.run(get(other)).status_code == 500


@pytest.mark.beside_one_server
def test_an_error_that_is_not_the_databases_stays_one():
    assert said_by_database(ValueError("no")) is None
    wrapped = RuntimeError("outer")
    wrapped.__cause__ = wrapped
    assert said_by_database(wrapped) is None


def test_what_is_said_is_read_through_any_number_of_wrappers(db):
    with pytest.raises(psycopg.Error) as raised:
        db.execute(UNKNOWN)
    outer = RuntimeError("outer")
    outer.__cause__ = RuntimeError("inner")
    outer.__cause__.__cause__ = raised.value
    assert said_by_database(outer).message == 'tenant "nobody" has no channel account'
    assert Refusal("P0002", "m").status == 404
    assert Refusal("23514", "m").status == 422
    assert Refusal("42883", "m").status == 500


@pytest.mark.beside_one_server
def test_the_drivers_that_are_not_installed_are_passed_over(monkeypatch):
    monkeypatch.setattr("app.errors.RAISED", (*RAISED, "no_such_driver.Error"))
    app = FastAPI()
    answer_errors(app)
    assert psycopg.Error in app.exception_handlers
    assert asyncpg.PostgresError in app.exception_handlers
