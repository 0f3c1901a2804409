"""Blackouts, and foreign keys that hold a post to accounts and content of its own tenant.

The foreign keys are NOT VALID yet, so no row is read under the SHARE ROW EXCLUSIVE locks on the three
tables. Where the application's own key deletes posts along with their account or content, ours does
the same, so that either of them may act first.
"""

from frozen import execute, install, wait_briefly_for_locks

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the foreign keys and the table."""
    wait_briefly_for_locks()
    execute(ADD_FOREIGN_KEYS)
    install(__file__, "blackouts")


def downgrade() -> None:
    """Drop them, blackouts and all."""
    wait_briefly_for_locks()
    execute(
        """
        DROP TABLE public.blackouts;
        ALTER TABLE public.post_instances
            DROP CONSTRAINT post_instances_tenant_content_item_fkey,
            DROP CONSTRAINT post_instances_tenant_channel_account_fkey;
        """
    )


ADD_FOREIGN_KEYS = """
DO $$
DECLARE
    reference record;
BEGIN
    FOR reference IN
        SELECT key.conname, key.referenced, key.referring,
               CASE WHEN EXISTS (
                   SELECT FROM pg_catalog.pg_constraint AS foreign_key
                   JOIN pg_catalog.pg_attribute AS attribute
                     ON attribute.attrelid = foreign_key.conrelid AND attribute.attname = key.referring
                   WHERE foreign_key.conrelid = 'public.post_instances'::regclass
                     AND foreign_key.contype = 'f'
                     AND foreign_key.conkey = ARRAY[attribute.attnum]
                     AND foreign_key.confdeltype = 'c'
               ) THEN 'ON DELETE CASCADE' ELSE '' END AS on_delete
        FROM (VALUES
            ('post_instances_tenant_channel_account_fkey', 'channel_accounts', 'channel_account_id'),
            ('post_instances_tenant_content_item_fkey', 'content_items', 'content_item_id')
        ) AS key (conname, referenced, referring)
    LOOP
        EXECUTE format(
            'ALTER TABLE public.post_instances ADD CONSTRAINT %I FOREIGN KEY (tenant_id, %I) '
            'REFERENCES public.%I (tenant_id, id) %s NOT VALID',
            reference.conname, reference.referring, reference.referenced, reference.on_delete);
    END LOOP;
END;
$$;

COMMENT ON CONSTRAINT post_instances_tenant_channel_account_fkey ON public.post_instances IS
'The account belongs to the tenant of the post.';
COMMENT ON CONSTRAINT post_instances_tenant_content_item_fkey ON public.post_instances IS
'The content belongs to the tenant of the post.';
"""
