"""Planned slots on the calendar: planned_for, touched_at, the placeholder and its guard.

NULL columns and CHECKs that are NOT VALID yet: no row is rewritten or read under the ACCESS EXCLUSIVE
locks on post_instances and, for the guard's triggers, on content_items.
"""

from alembic import op

from frozen import execute, install, lock, rights_kept, uninstall
from give_back import Thing, take_away

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

HELPERS = ("is_placeholder_id", "placeholder_content_item_id", "is_empty_slot", "is_untouched_slot")
TRIGGERS = ("guard_placeholder", "note_touch")
NAMES = (*HELPERS, *TRIGGERS)


def upgrade() -> None:
    """Let a post instance be a planned slot."""
    with rights_kept():
        install(__file__, *HELPERS)
        lock("content_items", "post_instances")
        install(__file__, "content_items_added", "post_instances_added", *TRIGGERS)


def downgrade() -> None:
    """Take the empty untouched slots away and leave what people filled or moved, as Draft.

    A placeholder that such a row still has as its content stays, an ordinary content item from now on.

    The rows go first, under row locks, however many they are. Then an index of what is Planned, by now
    next to nothing, makes the last look under the ACCESS EXCLUSIVE lock a short one.
    """
    with op.get_context().autocommit_block():
        execute("SET statement_timeout = 0")
        execute("SET client_min_messages = warning")
        execute("SET topoff.erasing = '*'")
        release_slots()
        execute("DROP INDEX CONCURRENTLY IF EXISTS public.post_instances_leaving_idx")
        execute(
            "CREATE INDEX CONCURRENTLY post_instances_leaving_idx"
            " ON public.post_instances (id)"
            " WHERE status OPERATOR(pg_catalog.=) 'Planned' AND planned_for IS NOT NULL"
        )
        release_placeholders()
        execute("RESET topoff.erasing")
        execute("RESET client_min_messages")
        execute("RESET statement_timeout")
    lock("content_items", "post_instances")
    execute("SET LOCAL enable_seqscan = off")
    execute("SET LOCAL jit = off")  # the penalty for a sequential scan would call for a second of compilation
    release_slots()
    take_away(ADDED)
    uninstall(__file__, *NAMES)


# Triggers first: a condition of theirs names columns.
ADDED = (
    Thing("INDEX", "post_instances", "post_instances_leaving_idx"),
    Thing("TRIGGER", "post_instances", "note_touch"),
    Thing("TRIGGER", "content_items", "guard_placeholder_on_update"),
    Thing("TRIGGER", "content_items", "guard_placeholder_on_delete"),
    Thing("CONSTRAINT", "post_instances", "post_instances_empty_slot_not_published_check"),
    Thing("CONSTRAINT", "content_items", "content_items_placeholder_id_check"),
    Thing("COLUMN", "post_instances", "touched_at"),
    Thing("COLUMN", "post_instances", "planned_category"),
    Thing("COLUMN", "post_instances", "planned_for"),
)

# Also a row that one of the application's rows refers to stays: it is not untouched, and deleting it
# would fail or take that row along.
DELETE_UNREFERRED = """
DO $$
DECLARE
    unreferred pg_catalog.text;
BEGIN
    SET LOCAL search_path = pg_catalog, pg_temp;
    unreferred := (
        SELECT coalesce(string_agg(format(' AND NOT EXISTS (SELECT FROM %s AS referring WHERE %s)',
                                          reference.conrelid::regclass, pairs.equal), ''), '')
        FROM pg_catalog.pg_constraint AS reference
        CROSS JOIN LATERAL (
            SELECT string_agg(format('referring.%I OPERATOR(pg_catalog.=) target.%I',
                                     referring.attname, referred.attname), ' AND ')
            FROM unnest(reference.conkey, reference.confkey) AS pair (conkey, confkey)
            JOIN pg_catalog.pg_attribute AS referring
              ON referring.attrelid = reference.conrelid AND referring.attnum = pair.conkey
            JOIN pg_catalog.pg_attribute AS referred
              ON referred.attrelid = reference.confrelid AND referred.attnum = pair.confkey
        ) AS pairs (equal)
        WHERE reference.confrelid = 'public.TABLE'::regclass AND reference.contype = 'f'
    );
    -- The application's triggers have the path that they are used to; so all is qualified here.
    SET LOCAL search_path TO DEFAULT;
    EXECUTE $delete$
        DELETE FROM public.TABLE AS target WHERE CONDITION
    $delete$ OPERATOR(pg_catalog.||) unreferred;
END;
$$
"""

# The first two conditions are for the index.
UNTOUCHED = """
    target.status OPERATOR(pg_catalog.=) 'Planned' AND target.planned_for IS NOT NULL
    AND topoff.is_untouched_slot(
        target.status::pg_catalog.text, target.content_item_id,
        topoff.placeholder_content_item_id(target.tenant_id::pg_catalog.text),
        target.scheduled_for, target.planned_for, target.touched_at
    )
"""

UNUSED_PLACEHOLDER = """
    topoff.is_placeholder_id(target.id)
    AND target.id OPERATOR(pg_catalog.=) topoff.placeholder_content_item_id(target.tenant_id::pg_catalog.text)
    AND NOT EXISTS (
        SELECT FROM public.post_instances AS post
        WHERE post.tenant_id OPERATOR(pg_catalog.=) target.tenant_id
          AND post.content_item_id OPERATOR(pg_catalog.=) target.id
    )
"""


def release_slots() -> None:
    """Delete the empty untouched slots; what people did to others stays, as Draft."""
    execute(DELETE_UNREFERRED.replace("TABLE", "post_instances").replace("CONDITION", UNTOUCHED.strip()))
    execute(
        "UPDATE public.post_instances SET status = 'Draft'"
        " WHERE status OPERATOR(pg_catalog.=) 'Planned' AND planned_for IS NOT NULL"
    )


def release_placeholders() -> None:
    """Delete the placeholders that nothing has as its content."""
    execute(
        DELETE_UNREFERRED.replace("TABLE", "content_items").replace("CONDITION", UNUSED_PLACEHOLDER.strip())
    )
