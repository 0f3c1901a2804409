"""The application as a whole: the marketing endpoints and the page that calls them."""

import os
import secrets
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from sqlalchemy import URL, create_engine, make_url, text

from .api import marketing
from .errors import Refusal, answer_errors
from .tokens import sign_token

PAGE = Path(__file__).parent / "page"
DRIVER = "postgresql+psycopg2"


def database_url() -> URL:
    """Return the database of DATABASE_URL or, without it, of libpq's own environment (PGHOST ...)."""
    return make_url(os.environ.get("DATABASE_URL") or "postgresql://").set(drivername=DRIVER)


def create_app(url: URL) -> FastAPI:
    """Assemble the application. Who opens its page counts as signed in: to SIGNED_IN_AS, or else to h2o."""
    signed_in_as = os.environ.get("SIGNED_IN_AS", "h2o")
    app = FastAPI(title="Marketing calendar")
    app.state.engine = create_engine(
        url.set(drivername=DRIVER), pool_pre_ping=True, connect_args={"options": "-c TimeZone=UTC"}
    )
    app.state.secret = os.environ.get("APP_SECRET") or secrets.token_hex()
    app.include_router(marketing)
    app.mount("/page", StaticFiles(directory=PAGE))

    def rule_of(refusal: Refusal) -> str | None:
        """Return what a constraint demands, from its comment."""
        with app.state.engine.connect() as connection:
            return connection.execute(
                text("""
                    SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint
                    WHERE conrelid = to_regclass(format('%I.%I', CAST(:schema AS text), CAST(:table AS text)))
                      AND conname = :constraint
                """),
                {"schema": refusal.schema, "table": refusal.table, "constraint": refusal.constraint},
            ).scalar()

    answer_errors(app, lambda refusal: rule_of(refusal) if refusal.sqlstate == "23514" else refusal.detail)

    @app.get("/", include_in_schema=False)
    def home() -> Response:
        return RedirectResponse(f"/marketing?tenant_id={quote(signed_in_as)}")

    @app.get("/marketing", include_in_schema=False)
    def page() -> Response:
        html = (PAGE / "marketing.html").read_text(encoding="utf-8")
        token = sign_token(app.state.secret, signed_in_as)
        return HTMLResponse(html.replace("{{ token }}", token), headers={"Cache-Control": "no-store"})

    return app
