"""What goes wrong, as an answer: the database's SQLSTATE becomes a status, its words the body."""

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException

# The status of an answer by the error's SQLSTATE, or by its class (the first two characters).
STATUS = {
    "P0002": 404,  # no_data_found: no such tenant, account or content item, or it is another tenant's
    "23505": 409,  # unique_violation: the time is taken
    "55000": 409,  # object_not_in_prerequisite_state: the slot is not empty or over, the account not active
    "23": 422,  # integrity constraint violation: a cadence that breaks a rule
    "22": 422,  # data exception: a value that means nothing, such as the time zone Mars/Base
    "40": 503,  # serialization failure or deadlock
    "55P03": 503,  # lock_not_available
    "53": 503,  # too many connections
    "57": 503,  # the server cancelled the query or is shutting down
    "08": 503,  # connection lost
}
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}


def answer_errors(app: FastAPI) -> None:
    """Give every refusal of the application one kind of body, with a message for people."""
    app.add_exception_handler(DBAPIError, refused_by_database)
    app.add_exception_handler(RequestValidationError, refused_by_types)
    app.add_exception_handler(HTTPException, refused)


def problem(status: int, message: str, **more: str | None) -> JSONResponse:
    """Return the body that every refusal has."""
    return JSONResponse({"message": message, **more}, status, HEADERS.get(status))


def refused(_: Request, error: HTTPException) -> JSONResponse:
    """Answer what the API itself refuses."""
    return problem(error.status_code, error.detail)


def refused_by_types(_: Request, error: RequestValidationError) -> JSONResponse:
    """Answer a request that lacks a value, or has one of another type."""
    return problem(422, "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()))


def refused_by_database(request: Request, error: DBAPIError) -> JSONResponse:
    """Answer what the database refuses in the database's own words."""
    sqlstate = getattr(error.orig, "pgcode", None)
    if sqlstate is None:
        return problem(503, "the database cannot be reached")
    status = STATUS.get(sqlstate) or STATUS.get(sqlstate[:2])
    if status is None:
        raise error
    said = error.orig.diag
    detail = said.message_detail
    if sqlstate == "23514":
        detail = rule_of_check(request, said.schema_name, said.table_name, said.constraint_name)
    return problem(status, said.message_primary, detail=detail, hint=said.message_hint, sqlstate=sqlstate)


def rule_of_check(request: Request, *names: str) -> str | None:
    """Return what a CHECK demands, from its comment; the server's own detail would quote the whole row."""
    with request.app.state.engine.connect() as connection:
        return connection.execute(
            text("""
                SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint
                WHERE conrelid = CAST(format('%I.%I', :schema, :table) AS regclass) AND conname = :name
            """),
            dict(zip(("schema", "table", "name"), names, strict=True)),
        ).scalar()
