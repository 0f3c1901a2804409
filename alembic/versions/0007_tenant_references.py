"""Further cadences, blackouts, and foreign keys that hold a post to accounts and content of its own tenant.

The foreign keys are NOT VALID yet, so no row is read under the SHARE ROW EXCLUSIVE locks on the three
tables. Where the application's own key deletes posts along with their account or content, empties the
reference, or follows a changed id, ours does the same, so that either of them may act first.
"""

from frozen import execute, install, lock, rights_kept, trusted_path, uninstall
from give_back import Thing, take_away

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

TABLES = ("channel_accounts", "content_items", "post_instances")
NAMES = ("cadences", "blackouts")


def upgrade() -> None:
    """Add the foreign keys and the tables."""
    lock(*TABLES, mode="SHARE ROW EXCLUSIVE")
    with trusted_path(), rights_kept():
        execute(ADD_FOREIGN_KEYS)
        install(__file__, *NAMES)


def downgrade() -> None:
    """Drop them, cadences and blackouts and all."""
    lock(*TABLES)
    uninstall(__file__, *NAMES)
    take_away(
        Thing("CONSTRAINT", "post_instances", name)
        for name in ("post_instances_tenant_content_item_fkey", "post_instances_tenant_channel_account_fkey")
    )


# SET NULL of one column of two is known from PostgreSQL 15 on; before, ours lets the application's act first.
ADD_FOREIGN_KEYS = """
DO $$
DECLARE
    reference record;
BEGIN
    FOR reference IN
        SELECT own.name, own.referenced, own.referring,
               CASE
                   WHEN bool_or(theirs.confdeltype = 'c') THEN 'ON DELETE CASCADE'
                   WHEN bool_or(theirs.confdeltype = 'n')
                        AND current_setting('server_version_num')::integer >= 150000
                   THEN format('ON DELETE SET NULL (%I)', own.referring)
               END AS on_delete,
               CASE WHEN bool_or(theirs.confupdtype = 'c') THEN 'ON UPDATE CASCADE' END AS on_update
        FROM (VALUES
            ('post_instances_tenant_channel_account_fkey', 'channel_accounts', 'channel_account_id'),
            ('post_instances_tenant_content_item_fkey', 'content_items', 'content_item_id')
        ) AS own (name, referenced, referring)
        JOIN pg_catalog.pg_attribute AS attribute
          ON attribute.attrelid = 'public.post_instances'::regclass AND attribute.attname = own.referring
        LEFT JOIN pg_catalog.pg_constraint AS theirs
               ON theirs.conrelid = attribute.attrelid
              AND theirs.contype = 'f'
              AND attribute.attnum = ANY (theirs.conkey)
        GROUP BY own.name, own.referenced, own.referring
    LOOP
        EXECUTE format(
            'ALTER TABLE public.post_instances ADD CONSTRAINT %I FOREIGN KEY (tenant_id, %I) '
            'REFERENCES public.%I (tenant_id, id) %s %s NOT VALID',
            reference.name, reference.referring, reference.referenced,
            reference.on_delete, reference.on_update);
    END LOOP;
END;
$$;

COMMENT ON CONSTRAINT post_instances_tenant_channel_account_fkey ON public.post_instances IS
'The account belongs to the tenant of the post.';
COMMENT ON CONSTRAINT post_instances_tenant_content_item_fkey ON public.post_instances IS
'The content belongs to the tenant of the post.';
"""
