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
    """Take every role's isolation back, then drop the functions.

    A role that was dropped with DROP OWNED BY took its policies along and left the one for everybody.
    """
    execute(
        """
        DO $$
        DECLARE
            api_role regrole;
            isolated regclass;
        BEGIN
            PERFORM set_config('lock_timeout', '3s', true);
            FOR api_role IN
                SELECT policy.polroles[1]
                FROM pg_catalog.pg_policy AS policy
                WHERE policy.polrelid = 'public.post_instances'::regclass
                  AND policy.polname LIKE 'topoff\\_one\\_tenant\\_%'
            LOOP
                PERFORM public.unisolate_tenants(api_role);
            END LOOP;
            FOR isolated IN
                SELECT policy.polrelid
                FROM pg_catalog.pg_policy AS policy
                WHERE policy.polrelid = ANY (public.isolated_tables())
                GROUP BY policy.polrelid
                HAVING array_agg(policy.polname) = '{topoff_everybody}'
            LOOP
                EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', isolated);
                EXECUTE format('DROP POLICY topoff_everybody ON %s', isolated);
            END LOOP;
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
        DROP FUNCTION public.api_privileges(regrole);
        DROP FUNCTION public.isolated_tables();
        """
    )
