"""Holding the API's role to one tenant, renaming and erasing tenants, and the release that is installed.

Functions only: nothing is isolated until a DBA calls topoff.isolate_tenants().
"""

from frozen import execute, install, rights_kept, trusted_path, uninstall

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

# Each after what it calls.
NAMES = (
    "version",
    "isolated_tables",
    "isolated_roles",
    "api_privileges",
    "isolation_policy",
    "isolation_grants",
    "drop_isolation_policies",
    "require_isolable_role",
    "grant_api_privileges",
    "revoke_api_privileges",
    "isolate_tenants",
    "unisolate_tenants",
    "tables_of_tenant",
    "require_tenant_rows",
    "unneeded_placeholder",
    "erase_tenant",
    "begin_rename",
    "rename_statement",
    "rename_tenant",
)


def upgrade() -> None:
    """Install them."""
    with rights_kept():
        install(__file__, *NAMES)


def downgrade() -> None:
    """Take every role's isolation back, then drop the functions.

    A role that was dropped with DROP OWNED BY took its policies along and left the one for everybody.
    """
    with trusted_path():
        execute(TAKE_ISOLATION_BACK)
    uninstall(__file__, *NAMES)


TAKE_ISOLATION_BACK = """
DO $$
DECLARE
    api_role regrole;
    isolated regclass;
BEGIN
    PERFORM set_config('lock_timeout', '3s', true);
    FOR api_role IN SELECT isolated_role FROM topoff.isolated_roles() AS isolated_role LOOP
        PERFORM topoff.unisolate_tenants(api_role);
    END LOOP;
    FOR isolated IN
        SELECT policy.polrelid
        FROM pg_catalog.pg_policy AS policy
        WHERE policy.polrelid = ANY (topoff.isolated_tables())
        GROUP BY policy.polrelid
        HAVING array_agg(policy.polname) = '{topoff_everybody}'
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', isolated);
        EXECUTE format('DROP POLICY topoff_everybody ON %s', isolated);
    END LOOP;
END;
$$;
"""
