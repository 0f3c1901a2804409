"""Holding the API's role to one tenant: isolate_tenants and unisolate_tenants.

Functions only: nothing is isolated until a DBA calls them.
"""

from frozen import execute, install

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Install them, each after what it calls."""
    install(
        __file__,
        "isolated_tables",
        "api_privileges",
        "isolation_policy",
        "isolation_grants",
        "isolate_tenants",
        "unisolate_tenants",
    )


def downgrade() -> None:
    """Take every role's isolation back, then drop the functions."""
    execute(
        """
        DO $$
        BEGIN
            PERFORM public.unisolate_tenants(policy.polroles[1]::regrole)
            FROM pg_catalog.pg_policy AS policy
            WHERE policy.polrelid = 'public.post_instances'::regclass
              AND policy.polname LIKE 'topoff\\_one\\_tenant\\_%';
        END;
        $$;
        """
    )
    execute(
        """
        DROP FUNCTION public.unisolate_tenants(regrole);
        DROP FUNCTION public.isolate_tenants(regrole);
        DROP FUNCTION public.isolation_grants(regrole);
        DROP FUNCTION public.isolation_policy(regrole);
        DROP FUNCTION public.api_privileges();
        DROP FUNCTION public.isolated_tables();
        """
    )
