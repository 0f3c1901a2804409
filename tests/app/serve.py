"""Serves the application on a database, to click through: what make demo-app runs.

    PYTHONPATH=tests python -m app.serve

The database is that of DATABASE_URL or of libpq's environment. Whoever starts this may create roles: the
application itself connects as a login role that topoff.isolate_tenants() holds to one tenant, dropped at the
end. PORT and SIGNED_IN_AS (a tenant) may be set.
"""

import os
import secrets
import signal
from contextlib import suppress

import uvicorn
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from .main import create_app, database_url

# What the application does with its own tables, and lets people change of cadences and blackouts, beyond what
# topoff.isolate_tenants() grants.
GRANTS = """
    GRANT SELECT (name), UPDATE (posts_per_week, days_of_week, times_local, timezone)
    ON channel_accounts TO {role};
    GRANT SELECT (title, body), INSERT (body), UPDATE (title, body) ON content_items TO {role};
    GRANT UPDATE (scheduled_for) ON post_instances TO {role};
    GRANT SELECT (id), INSERT, DELETE ON topoff.cadences TO {role};
    GRANT SELECT (id, reason), DELETE ON topoff.blackouts TO {role};
"""


def main() -> None:
    """Create the role, serve until somebody presses Ctrl-C, and drop it."""
    port = int(os.environ.get("PORT", "8000"))
    role, password = f"topoff_demo_{secrets.token_hex(4)}", secrets.token_hex()
    url = database_url()
    owner = create_engine(url)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C, which uvicorn ends quietly on
    with owner.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role} LOGIN PASSWORD '{password}'"))
        connection.execute(text(GRANTS.format(role=role)))
        connection.execute(text(f"SELECT topoff.isolate_tenants('{role}')"))
    try:
        print(f'Open http://127.0.0.1:{port} and press "Top off". Ctrl-C ends it.', flush=True)
        uvicorn.run(create_app(url.set(username=role, password=password)), port=port)
    finally:
        # Whoever made the database for this may have dropped it already.
        with suppress(OperationalError), owner.begin() as connection:
            connection.execute(text(f"SELECT topoff.unisolate_tenants('{role}')"))
            connection.execute(text(f"DROP OWNED BY {role}; DROP ROLE {role}"))


if __name__ == "__main__":
    main()
