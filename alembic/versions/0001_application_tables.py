"""The application's three tables: created in an empty database, adopted in one that has them.

Adopting reads the catalogue and the rows (ACCESS SHARE locks only) and changes nothing. What would
stop a later revision is reported here, all of it at once, each with the statement that mends it.
"""

from frozen import (
    CHECKS,
    execute,
    install,
    keep_house_to_owner,
    statement,
    trusted_path,
    wait_briefly_for_locks,
)

revision = "0001"
down_revision = None
branch_labels = ("planned_slot_topoff",)
depends_on = None


def upgrade() -> None:
    """Check what is there, and create the tables where none of them is."""
    wait_briefly_for_locks()
    with trusted_path():
        for check in CHECKS:
            execute(statement(check))
    execute(WARN_OF_PUBLIC_CREATE)
    keep_house_to_owner()
    # What is in it is another matter: each function and table says who may use it. Without this nobody but
    # the owner could write what a trigger of ours looks at.
    execute("GRANT USAGE ON SCHEMA topoff TO PUBLIC")
    execute(
        "COMMENT ON TABLE topoff.alembic_version IS 'The revision of planned-slot top-off that is installed.'"
    )
    install(__file__, "application_tables")


def downgrade() -> None:
    """Drop the tables that the upgrade created (their comment says so), but never with rows in them."""
    wait_briefly_for_locks()
    with trusted_path():
        execute(DROP_OWN_TABLES)
    execute("REVOKE USAGE ON SCHEMA topoff FROM PUBLIC")


# What is looked up in public before ours is reached: see docs/isolation.md.
WARN_OF_PUBLIC_CREATE = """
DO $$
BEGIN
    IF EXISTS (
        SELECT
        FROM pg_catalog.pg_namespace AS schema
        CROSS JOIN LATERAL pg_catalog.aclexplode(schema.nspacl) AS entry
        WHERE schema.oid OPERATOR(pg_catalog.=) 'public'::pg_catalog.regnamespace
          AND entry.grantee OPERATOR(pg_catalog.=) 0::pg_catalog.oid
          AND entry.privilege_type OPERATOR(pg_catalog.=) 'CREATE'
    ) THEN
        RAISE WARNING 'everybody may create functions in schema public'
            USING DETAIL = 'It is so by default before PostgreSQL 15, and stays through pg_upgrade. Whoever '
                           'does can get between a call and our functions, and topoff.isolate_tenants() '
                           'refuses every role.',
                  HINT = pg_catalog.format(
                      'REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT CREATE ON SCHEMA public TO %I; '
                      'and to every other role that is to go on creating there.', current_user);
    END IF;
END;
$$
"""

# Counted before they are locked, and once locked only asked whether they are still empty.
DROP_OWN_TABLES = """
DO $$
DECLARE
    own_tables CONSTANT regclass[] := ARRAY(
        SELECT class.oid::regclass
        FROM unnest(ARRAY['post_instances', 'content_items', 'channel_accounts'])
             WITH ORDINALITY AS name (relname, position)
        JOIN pg_catalog.pg_class AS class
             ON class.relname = name.relname AND class.relnamespace = 'public'::regnamespace
        WHERE pg_catalog.obj_description(class.oid, 'pg_class') LIKE '%Created by planned-slot top-off.'
        ORDER BY name.position
    );
    own_table regclass;
    table_rows bigint;
    held text[];
BEGIN
    FOR attempt IN 1..2 LOOP
        held := '{}';
        FOREACH own_table IN ARRAY own_tables LOOP
            EXECUTE format('SELECT count(*) FROM %s', own_table) INTO table_rows;
            IF table_rows > 0 THEN
                held := held || format('%s holds %s row%s', own_table, table_rows,
                                       CASE WHEN table_rows > 1 THEN 's' ELSE '' END);
            END IF;
        END LOOP;
        IF held <> '{}' THEN
            RAISE EXCEPTION 'the application''s tables are not empty, so they are not dropped'
                USING ERRCODE = 'object_not_in_prerequisite_state',
                      DETAIL = array_to_string(held, '; ') || '.',
                      HINT = 'Everything else of planned-slot top-off has been taken away already. To keep '
                             'the tables, stop here. To drop them, delete their rows and run the '
                             'downgrade again.';
        END IF;
        FOREACH own_table IN ARRAY own_tables LOOP
            EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', own_table);
        END LOOP;
    END LOOP;
    FOREACH own_table IN ARRAY own_tables LOOP
        EXECUTE format('DROP TABLE %s', own_table);
    END LOOP;
END;
$$
"""
