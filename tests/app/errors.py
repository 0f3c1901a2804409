"""What the database refuses, as an answer of a FastAPI application: copy this file into yours.

    answer_errors(app)

A refusal of the database has four parts for whoever asked: a SQLSTATE to branch on, a message, a detail
with the facts and a hint with the way out. Every driver keeps them somewhere else: psycopg and psycopg2 in
``diag``, asyncpg in attributes of its exception, and SQLAlchemy wraps either (``orig``, and for asyncpg
``orig.__cause__``). said_by_database() finds them all; the answer has a status by STATUS and the body

    {"message": ..., "detail": ..., "hint": ..., "sqlstate": ...}

It needs FastAPI and nothing else: of the drivers those are handled that are installed.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from inspect import iscoroutinefunction
from traceback import walk_tb

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

# The status of an answer by the error's SQLSTATE, or by its class (the first two characters). What is not
# listed is a mistake of the application's, not of its caller's: 500, without a word of the database's.
STATUS = {
    "P0002": 404,  # no_data_found: no such tenant, account or content item, or it is another tenant's
    "23505": 409,  # unique_violation: the time is taken
    "55000": 409,  # object_not_in_prerequisite_state: the slot is not empty or over, the account not active
    "55006": 409,  # object_in_use: the placeholder serves slots
    "23": 422,  # integrity constraint violation: a cadence that breaks a rule
    "22": 422,  # data exception: a value that means nothing, such as the time zone Mars/Base
    "40": 503,  # serialization failure or deadlock
    "55P03": 503,  # lock_not_available
    "53": 503,  # too many connections
    "57": 503,  # the server cancelled the query or is shutting down
    "08": 503,  # connection lost
    "28": 503,  # the database does not let the application in
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}

# What the drivers raise. A connection that cannot be made is an OSError with asyncpg, no error of its own.
RAISED = (
    "sqlalchemy.exc.DBAPIError",
    "sqlalchemy.exc.TimeoutError",
    "psycopg.Error",
    "psycopg2.Error",
    "asyncpg.PostgresError",
    "asyncpg.InterfaceError",
    "builtins.OSError",
)
# Those of them that say, without a SQLSTATE, that there is no connection.
NO_CONNECTION = {"OperationalError", "InterfaceError", "TimeoutError"}
NOT_REACHED = "the database cannot be reached"
TRY_AGAIN = "Try again in a moment."
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """What the database said, and about which of its objects."""

    sqlstate: str
    message: str
    detail: str | None = None
    hint: str | None = None
    schema: str | None = None
    table: str | None = None
    constraint: str | None = None

    @property
    def status(self) -> int:
        """The status of the answer."""
        return STATUS.get(self.sqlstate) or STATUS.get(self.sqlstate[:2]) or 500


# Says a refusal in other words: its detail, or None to say nothing instead of the server's own.
Explain = Callable[[Refusal], str | None] | Callable[[Refusal], Awaitable[str | None]]


def said_by_database(error: BaseException) -> Refusal | None:
    """Return what the database said, whichever driver brought it, or None where it said nothing."""
    for cause in causes(error):
        sqlstate = getattr(cause, "sqlstate", None) or getattr(cause, "pgcode", None)
        said = getattr(cause, "diag", None)
        if sqlstate and said is not None:  # psycopg, psycopg2
            return Refusal(
                sqlstate,
                said.message_primary or str(cause),
                said.message_detail,
                said.message_hint,
                said.schema_name,
                said.table_name,
                said.constraint_name,
            )
        if sqlstate and hasattr(cause, "constraint_name"):  # asyncpg
            return Refusal(
                sqlstate,
                getattr(cause, "message", None) or str(cause),
                getattr(cause, "detail", None),
                getattr(cause, "hint", None),
                cause.schema_name,
                cause.table_name,
                cause.constraint_name,
            )
    return None


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and the ones that it wraps."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = getattr(error, "orig", None) or error.__cause__


def has_no_connection(error: BaseException) -> bool:
    """Tell whether an error without a SQLSTATE is about the connection to the database."""
    return any(
        comes_from_asyncpg(cause)
        if isinstance(cause, OSError)
        else any(kind.__name__ in NO_CONNECTION for kind in type(cause).__mro__)
        for cause in causes(error)
    )


def comes_from_asyncpg(error: BaseException) -> bool:
    """Tell whether asyncpg met an error of the system's: no such host, socket or port, or a time-out."""
    modules = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(module.partition(".")[0] == "asyncpg" for module in modules)


def answer_errors(app: FastAPI, explain: Explain | None = None) -> None:
    """Give every refusal of the application one kind of body, with a message for people.

    explain, a function or a coroutine function, may say in other words what breaks a constraint: the
    server's own detail of a CHECK quotes the whole row, and is never passed on.
    """
    for name in RAISED:
        module, _, kind = name.rpartition(".")
        try:
            raised = getattr(import_module(module), kind)
        except ImportError:
            continue
        app.add_exception_handler(raised, partial(refused_by_database, explain=explain))
    app.add_exception_handler(RequestValidationError, refused_by_types)
    app.add_exception_handler(HTTPException, refused)


def problem(status: int, message: str, **more: str | None) -> JSONResponse:
    """Return the body that every refusal has."""
    return JSONResponse({"message": message, **more}, status, HEADERS.get(status))


async def refused(_: Request, error: HTTPException) -> JSONResponse:
    """Answer what the application itself refuses; its detail may be a message, or a body's parts."""
    said = error.detail if isinstance(error.detail, dict) else {"message": error.detail}
    return problem(error.status_code, **said)


async def refused_by_types(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answer a request that lacks a value, or has one of another type."""
    return problem(
        422,
        "; ".join(
            f"{'.'.join(str(part) for part in e['loc'] if part != 'body')}: {e['msg']}"
            for e in error.errors()
        ),
    )


async def refused_by_database(_: Request, error: Exception, explain: Explain | None) -> JSONResponse:
    """Answer what the database refuses in the database's own words."""
    refusal = said_by_database(error)
    if has_no_connection(error) if refusal is None else refusal.sqlstate[:2] in ("08", "28"):
        log.warning("%s: %s", NOT_REACHED, error)
        return problem(503, NOT_REACHED, hint=TRY_AGAIN)
    if refusal is None or refusal.status == 500:
        raise error
    if refusal.status == 503:  # who holds a lock, and how to end it, is for a DBA to know
        log.warning("%s (%s; %s)", refusal.message, refusal.detail, refusal.hint)
        return problem(503, refusal.message, hint=TRY_AGAIN, sqlstate=refusal.sqlstate)
    said = asdict(refusal)
    if refusal.constraint and explain:
        words = await (
            explain(refusal) if iscoroutinefunction(explain) else run_in_threadpool(explain, refusal)
        )
        said["detail"] = words or said["detail"]
    if said["detail"] and said["detail"].startswith("Failing row contains"):
        said["detail"] = None
    return problem(refusal.status, **{part: said[part] for part in ("message", "detail", "hint", "sqlstate")})
