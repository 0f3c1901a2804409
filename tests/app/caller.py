"""Who is calling, and the database as far as that caller's tenant goes.

A token says which tenant its bearer belongs to, and the query says which tenant is asked for. They are
not compared here. Each transaction tells the database the token's tenant, and each call passes on the
query's; row-level security (topoff.isolate_tenants) answers for another tenant as for one that does not
exist.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy import Connection, text

from .tokens import read_token


class Caller:
    """Somebody with a token of a tenant, and the database as far as that tenant goes."""

    def __init__(
        self,
        request: Request,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(HTTPBearer(auto_error=False))],
    ) -> None:
        """Read the tenant from the request's bearer token, or refuse with 401."""
        self.engine = request.app.state.engine
        self.tenant = read_token(request.app.state.secret, credentials.credentials if credentials else "")

    @contextmanager
    def transaction(self, keep: bool = True) -> Iterator[Connection]:
        """Open a transaction that sees the token's tenant only, and commit it before the answer leaves.

        Where nothing is to be kept (see before saving), and after an error, it is rolled back.
        """
        with self.engine.connect() as connection:
            # As SET LOCAL, which takes no parameter: it ends with the transaction, so that nothing of
            # it is left on a pooled connection.
            connection.execute(
                text("SELECT set_config('app.tenant_id', :tenant, true)"), {"tenant": self.tenant}
            )
            yield connection
            if keep:
                connection.commit()

    def call(self, query: str, **arguments: Any) -> Any:
        """Return the one value of a query, in a transaction of its own."""
        with self.transaction() as connection:
            return connection.execute(text(query), arguments).scalar()


SignedIn = Annotated[Caller, Depends()]
