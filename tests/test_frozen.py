"""The current definitions in sql/ against the frozen copies, and what is installed against the house's rules."""

import hashlib
import re
from pathlib import Path

import pytest
from builders import column
from conftest import PROJECT
from hosts import dump

CURRENT = sorted(path for path in (PROJECT / "sql").glob("*/*.sql") if path.parent.name != "proxy")
VERSIONS = PROJECT / "alembic" / "versions"
FROZEN = sorted(VERSIONS.glob("*/*.sql"))

# A CHECK calls these for whoever writes a row, so everybody may.
PURE = {"array_is_set", "placeholder_content_item_id"}
# A procedure that commits can have no SET clause.
COMMITS = "topoff_all_tenants"
OUR_TABLES = ("cadences", "blackouts", "runs", "run_tenants")
APPLICATION_TABLES = ("channel_accounts", "content_items", "post_instances")

OURS = """
    SELECT 'table ' || class.relname AS object, 'pg_class'::regclass AS catalogue, class.oid, 0 AS part
    FROM pg_class AS class
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'v')
    UNION ALL
    SELECT 'column ' || class.relname || '.' || attribute.attname, 'pg_class'::regclass, class.oid, attribute.attnum
    FROM pg_class AS class
    JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind IN ('r', 'v')
      AND attribute.attnum > 0 AND NOT attribute.attisdropped
    UNION ALL
    SELECT 'constraint ' || conname, 'pg_constraint'::regclass, oid, 0
    FROM pg_constraint
    -- NOT NULL is a constraint with a name of the server's own from PostgreSQL 18 on.
    WHERE connamespace = 'public'::regnamespace AND contype <> 'n'
    UNION ALL
    SELECT 'index ' || class.relname, 'pg_class'::regclass, class.oid, 0
    FROM pg_class AS class
    WHERE class.relnamespace = 'public'::regnamespace AND class.relkind = 'i'
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = class.oid AND contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'function ' || proname, 'pg_proc'::regclass, oid, 0
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'trigger ' || tgname, 'pg_trigger'::regclass, oid, 0 FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'type ' || typname, 'pg_type'::regclass, oid, 0
    FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
"""


def frozen_copies(name: str) -> list[Path]:
    """Return the frozen copies of a file in sql/, the oldest first."""
    return [path for path in FROZEN if path.stem == name]


# ------------------------------------------------------------------------------------------------ the files


def test_there_are_definitions_to_look_at():
    assert len(CURRENT) > 30


@pytest.mark.parametrize("current", CURRENT, ids=lambda path: path.stem)
def test_the_current_definition_is_the_newest_frozen_one(current):
    copies = frozen_copies(current.stem)
    assert copies, f"no revision installs {current.name}"
    assert current.read_bytes() == copies[-1].read_bytes(), f"{current.name} differs from {copies[-1].name}"


def test_every_frozen_copy_is_installed_by_its_revision():
    for current in CURRENT:
        for copy in frozen_copies(current.stem):
            revision = copy.parent.with_suffix(".py").read_text(encoding="utf-8")
            assert f'"{current.stem}"' in revision, (
                f"{copy.parent.name} does not install its copy of {copy.name}"
            )


def test_no_frozen_file_has_changed_or_come_or_gone():
    sums = {
        name: digest
        for digest, name in (
            line.split() for line in (VERSIONS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        )
    }
    kept = [*VERSIONS.glob("*.py"), *FROZEN]
    assert sums == {
        str(path.relative_to(VERSIONS)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept
    }


# -------------------------------------------------------------------------------------------- the catalogue


def test_executing_the_current_definitions_changes_nothing(db):
    before = dump(db, "--schema-only")
    for current in CURRENT:
        db.execute(current.read_text(encoding="utf-8"))
    assert dump(db, "--schema-only") == before


def test_every_definition_is_the_one_of_its_file(db):
    names = set(
        column(
            db,
            """
            SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            UNION ALL
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
            """,
        )
    )
    assert names - {*APPLICATION_TABLES, "topoff.alembic_version"} == {current.stem for current in CURRENT}


def test_everything_of_ours_has_a_comment(db):
    silent = column(
        db,
        f"""
        SELECT object FROM ({OURS}) AS ours
        WHERE object !~ 'topoff.alembic_version' AND NOT EXISTS (
            SELECT FROM pg_description AS said
            WHERE said.classoid = ours.catalogue AND said.objoid = ours.oid AND said.objsubid = ours.part
        )
        ORDER BY object
        """,
    )
    assert silent == []


def test_nobody_but_the_owner_has_privileges_after_the_migration(db):
    granted = set(
        column(
            db,
            """
            SELECT proname FROM pg_proc AS routine
            CROSS JOIN aclexplode(coalesce(proacl, acldefault('f', proowner))) AS entry
            WHERE pronamespace = 'public'::regnamespace AND entry.grantee <> proowner
            UNION ALL
            SELECT relname FROM pg_class AS class
            CROSS JOIN aclexplode(coalesce(relacl, acldefault('r', relowner))) AS entry
            WHERE relnamespace = 'public'::regnamespace AND relkind <> 'S' AND entry.grantee <> relowner
            """,
        )
    )
    assert granted == PURE


def test_functions_run_with_their_callers_rights_on_a_path_that_no_caller_can_bend(db):
    bent = column(
        db,
        """
        SELECT proname FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
          AND (prosecdef OR prosqlbody IS NULL
               AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false))
        """,
    )
    assert bent == [COMMITS]


def test_functions_in_sql_are_for_pure_computation(db):
    """A table has no place in them: Citus could not run them where the tenant is."""
    bodies = db.execute(
        """
        SELECT proname, coalesce(prosqlbody::text, prosrc) FROM pg_proc
        JOIN pg_language AS language ON language.oid = prolang
        WHERE pronamespace = 'public'::regnamespace AND lanname <> 'plpgsql'
        """
    ).fetchall()
    assert len(bodies) > 3
    # In a body that has been parsed, a table is an entry of the range table of kind 0.
    table = re.compile(rf":rtekind 0\b|\b({'|'.join(APPLICATION_TABLES + OUR_TABLES)})\b")
    assert [name for name, body in bodies if table.search(body)] == []


def test_every_key_of_ours_holds_a_tenant(db):
    keys = db.execute(
        """
        SELECT conname, ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))
        FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'x')
        """
    ).fetchall()
    assert len(keys) > 8
    # The application's keys are the application's; a run of the ledger is nobody's.
    theirs = {f"{table}_pkey" for table in APPLICATION_TABLES}
    nobodys = {"topoff_runs_pkey", "topoff_run_tenants_run_fkey", "topoff.alembic_version_pkc"}
    assert {name for name, columns in keys if "tenant_id" not in columns} == theirs | nobodys
    unique = column(
        db,
        """
        SELECT class.relname FROM pg_index
        JOIN pg_class AS class ON class.oid = indexrelid
        WHERE class.relnamespace = 'public'::regnamespace AND indisunique
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
    )
    assert unique == []


def test_statements_of_per_tenant_functions_name_the_tenant_for_every_table(db):
    """Each reading of a tenant's table stands beside a condition on that table's tenant_id."""
    readings = re.compile(
        rf"(?:from|join|update|using|into)\s+public\.({'|'.join((*APPLICATION_TABLES, 'blackouts'))})\s+as\s+(\w+)",
        re.I,
    )
    loose = []
    for name, body in db.execute(
        "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosrc <> ''"
    ):
        for table, alias in readings.findall(body):
            held = re.search(rf"\b{alias}\.tenant_id = |INSERT INTO public\.{table} AS {alias}", body)
            if not held and name not in ("tenant_batches", "api_privileges"):
                loose.append((name, table, alias))
    assert loose == []
