"""The current definitions in sql/ against the frozen copies, and what is installed against the house's rules."""

import hashlib
import re
import subprocess
import tomllib
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import pytest
from builders import column, one
from conftest import PROJECT
from hosts import dump, environment
from psycopg import Connection
from psycopg.errors import DuplicateObject
from release_dump import releases

CURRENT = sorted(path for path in (PROJECT / "sql").glob("*/*.sql") if path.parent.name != "proxy")
# Files that add to a table of the application; every other one makes the object of its name.
ADDING = {f"{table}_added" for table in ("channel_accounts", "content_items", "post_instances")}
VERSIONS = PROJECT / "alembic" / "versions"
FROZEN = sorted(VERSIONS.glob("*/*.sql"))

# Where things live. What the application calls is in public and everything else in topoff.
APPLICATION_TABLES = ("channel_accounts", "content_items", "post_instances")
PUBLIC_VIEWS = {"cadence_coverage"}
PUBLIC_ROUTINES = {
    "topoff_planned_slots", "preview_planned_slots", "replan_planned_slots",
    "skip_planned_slot", "fill_next_planned_slot", "create_post_instances",
    "marketing_calendar", "calendar_grid", "retire_channel_account", "topoff_all_tenants",
}  # fmt: skip
OUR_TABLES = {"cadences", "blackouts", "runs", "run_tenants"}
TOOLS = {
    "schedule", "unschedule", "isolate_tenants", "unisolate_tenants", "rename_tenant", "erase_tenant",
    "version",
}  # fmt: skip
VERSION_TABLE = "alembic_version"
COLUMNS_ADDED = {
    "posts_per_week", "days_of_week", "times_local", "timezone",
    "planned_for", "planned_category", "touched_at",
}  # fmt: skip

# CHECKs and triggers call these for whoever writes a row of the application's, so everybody may.
FOR_EVERYBODY = {
    "array_is_set", "placeholder_content_item_id", "is_placeholder_id",
    "time_zone_name", "require_time_zone", "is_our_column",
}  # fmt: skip
# A run of the ledger is nobody's; a key of the application is the application's.
KEYS_WITHOUT_TENANT = {
    "runs_pkey",
    "run_tenants_run_fkey",
    f"{VERSION_TABLE}_pkc",
    *(f"{table}_pkey" for table in APPLICATION_TABLES),
}
# The view looks one tenant up by it, which takes a body that is put in place of the call: text, without a SET.
INLINED = "tenants"
# These are there to find out about all tenants.
ABOUT_ALL_TENANTS = {INLINED, "tenants_to_plan", "enter_unknown_zones"}

HOUSE = "('public'::regnamespace, 'topoff'::regnamespace)"

OURS = f"""
    SELECT 'schema topoff' AS object, 'pg_namespace'::regclass AS catalogue,
           'topoff'::regnamespace::oid AS oid, 0 AS part
    UNION ALL
    SELECT 'table ' || class.relname, 'pg_class'::regclass, class.oid, 0
    FROM pg_class AS class
    WHERE class.relnamespace IN {HOUSE} AND class.relkind IN ('r', 'v')
    UNION ALL
    SELECT 'column ' || class.relname || '.' || attribute.attname, 'pg_class'::regclass, class.oid, attribute.attnum
    FROM pg_class AS class
    JOIN pg_attribute AS attribute ON attribute.attrelid = class.oid
    WHERE class.relnamespace IN {HOUSE} AND class.relkind IN ('r', 'v', 'c') AND class.relname <> '{VERSION_TABLE}'
      AND attribute.attnum > 0 AND NOT attribute.attisdropped
    UNION ALL
    SELECT 'constraint ' || conname, 'pg_constraint'::regclass, oid, 0
    FROM pg_constraint
    -- NOT NULL is a constraint with a name of the server's own from PostgreSQL 18 on.
    WHERE connamespace IN {HOUSE} AND contype NOT IN ('n', 't') AND conname <> '{VERSION_TABLE}_pkc'
    UNION ALL
    SELECT 'index ' || class.relname, 'pg_class'::regclass, class.oid, 0
    FROM pg_class AS class
    WHERE class.relnamespace IN {HOUSE} AND class.relkind = 'i'
      AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = class.oid AND contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'function ' || proname, 'pg_proc'::regclass, oid, 0
    FROM pg_proc WHERE pronamespace IN {HOUSE}
    UNION ALL
    SELECT 'trigger ' || tgname, 'pg_trigger'::regclass, oid, 0 FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL
    SELECT 'type ' || typname, 'pg_type'::regclass, pg_type.oid, 0
    FROM pg_type
    LEFT JOIN pg_class ON pg_class.oid = typrelid
    WHERE typnamespace IN {HOUSE} AND (typtype IN ('e', 'd') OR relkind = 'c')
"""

# What writes to a table of the application, or runs a statement that a helper has made.
WRITES = re.compile(
    rf"\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+(ONLY\s+)?public\.({'|'.join(APPLICATION_TABLES)})\b"
    r"|\bEXECUTE\s+topoff\.\w+\(",
    re.I,
)
CALLS = re.compile(r"\b(?:public|topoff)\.(\w+)\s*\(")


def frozen_copies(name: str) -> list[Path]:
    """Return the frozen copies of a file in sql/, the oldest first."""
    return [path for path in FROZEN if path.stem == name]


def shown_by_psql(db: Connection, command: str) -> set[str]:
    """Return the names that one of psql's commands for describing lists."""
    done = subprocess.run(
        ["psql", "-XAt", "-F", "|", "-c", command],
        env=environment(db.info.dbname),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return {line.split("|")[1] for line in done.stdout.splitlines()}


def bodies(db: Connection) -> dict[str, str]:
    """Return the bodies of the functions that are not in an SQL-standard form, without comments."""
    found = db.execute(
        f"SELECT proname, prosrc FROM pg_proc WHERE pronamespace IN {HOUSE} AND prosqlbody IS NULL"
    )
    return {name: re.sub(r"--[^\n]*", "", body) for name, body in found}


def writers(db: Connection) -> set[str]:
    """Return the functions inside which a statement writes to a table of the application."""
    found = bodies(db)
    # A call in quotes is a hint's or a job's, but for what EXECUTE runs, which is dollar-quoted.
    calls = {name: set(CALLS.findall(re.sub(r"'(?:[^']|'')*'", "''", body))) for name, body in found.items()}
    writing = {name for name, body in found.items() if WRITES.search(body)}
    while more := {name for name in found if calls[name] & writing} - writing:
        writing |= more
    return writing


# ------------------------------------------------------------------------------------------------ the files


@pytest.mark.beside_one_server
def test_there_are_definitions_to_look_at():
    assert len(CURRENT) > 30


@pytest.mark.beside_one_server
@pytest.mark.parametrize("current", CURRENT, ids=lambda path: path.stem)
def test_the_current_definition_is_the_newest_frozen_one(current):
    copies = frozen_copies(current.stem)
    assert copies, f"no revision installs {current.name}"
    assert current.read_bytes() == copies[-1].read_bytes(), f"{current.name}: make freeze"


@pytest.mark.beside_one_server
@pytest.mark.parametrize("current", CURRENT, ids=lambda path: path.stem)
def test_a_file_makes_the_one_object_of_its_name(current):
    made = re.findall(
        r"^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|VIEW|TABLE|TYPE) (?:IF NOT EXISTS )?(\w+)\.(\w+)",
        current.read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    in_public = current.stem in PUBLIC_ROUTINES | PUBLIC_VIEWS
    expected = [] if current.stem in ADDING else [("public" if in_public else "topoff", current.stem)]
    assert made == expected


@pytest.mark.beside_one_server
def test_what_cannot_be_replaced_is_dropped_and_nothing_else(monkeypatch):
    monkeypatch.syspath_prepend(PROJECT / "alembic")
    change = import_module("frozen").Change
    for name, dropped in (("new_calendar", True), ("new_slots", False), ("post_instances_added", False)):
        text = frozen_copies(name)[-1].read_text(encoding="utf-8")
        assert change(text, text.replace("planned", "foreseen")).drops() is dropped, name
        assert change(text, None).drops()
        assert not change(None, text).drops()


@pytest.mark.beside_one_server
def test_a_name_stands_in_one_room():
    names = [current.stem for current in CURRENT]
    assert len(names) == len(set(names))


@pytest.mark.beside_one_server
def test_every_frozen_copy_is_installed_by_its_revision_and_was_once_current():
    known = {current.stem for current in CURRENT}
    shared = (PROJECT / "alembic" / "frozen.py").read_text(encoding="utf-8")
    for copy in FROZEN:
        revision = copy.parent.with_suffix(".py").read_text(encoding="utf-8")
        assert f'"{copy.stem}"' in revision or f'"{copy.name}"' in shared, f"nothing installs {copy}"
        assert copy.stem in known or copy.parent.name == "0001_application_tables", f"{copy} is of no file"


@pytest.mark.beside_one_server
def test_no_frozen_file_has_changed_or_come_or_gone():
    """Released revisions and copies are never edited; of the others `make freeze` writes the sums."""
    lines = (VERSIONS / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    sums = {name: digest for digest, name in map(str.split, lines)}
    assert sums == {
        str(path.relative_to(VERSIONS)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in [*VERSIONS.glob("*.py"), *FROZEN]
    }


def test_the_release_is_the_same_everywhere(db):
    """As it is before a release is closed, and as it is after that."""
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert one(db, "SELECT topoff.version()") == project["version"]
    out = releases()
    assert all(list(VERSIONS.glob(f"{revision}_*.py")) for revision in out.values())
    assert list(out.values()) == sorted(set(out.values()))
    numbers = [tuple(map(int, number.split("."))) for number in (*out, project["version"])]
    assert numbers == sorted(numbers)
    changelog = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    headings = re.findall(r"^## (\S+) - \d{4}-\d{2}-\d{2}$", changelog, re.MULTILINE)
    assert headings in ([*reversed(out)], list(dict.fromkeys((project["version"], *reversed(out)))))
    page = (PROJECT / "docs" / "upgrade.md").read_text(encoding="utf-8")
    assert set(re.findall(r"planned_slot_topoff-([\d.]+)-py3", page)) == {project["version"]}


# -------------------------------------------------------------------------------------------- the catalogue


def test_executing_the_current_definitions_changes_nothing(db):
    before = dump(db, "--schema-only")
    db.execute("SET search_path = pg_catalog, pg_temp")  # as revisions do
    for current in CURRENT:
        text = current.read_text(encoding="utf-8")
        # All can be repeated but that.
        makes_type = re.search("^CREATE TYPE", text, re.MULTILINE)
        with pytest.raises(DuplicateObject) if makes_type else nullcontext():
            db.execute(text)
    assert dump(db, "--schema-only") == before


def test_public_has_what_the_application_calls_and_nothing_else_of_ours(db):
    assert shown_by_psql(db, r"\df public.*") == PUBLIC_ROUTINES
    assert shown_by_psql(db, r"\dt public.*") == set(APPLICATION_TABLES)
    assert shown_by_psql(db, r"\dv public.*") == PUBLIC_VIEWS
    for command in (r"\ds", r"\dm", r"\dE", r"\dT", r"\dD", r"\do", r"\dc"):
        assert shown_by_psql(db, f"{command} public.*") == set(), command


def test_our_schema_has_the_tables_the_tools_and_the_helpers(db):
    assert shown_by_psql(db, r"\dt topoff.*") == OUR_TABLES | {VERSION_TABLE}
    assert shown_by_psql(db, r"\dv topoff.*") == set()
    assert TOOLS - shown_by_psql(db, r"\df topoff.*") == set()


def test_every_object_has_a_file_of_its_own(db):
    names = set(
        column(
            db,
            f"""
            SELECT proname FROM pg_proc WHERE pronamespace IN {HOUSE}
            UNION ALL
            SELECT relname FROM pg_class WHERE relnamespace IN {HOUSE} AND relkind IN ('r', 'v', 'c')
            """,
        )
    )
    files = {current.stem for current in CURRENT}
    assert names - {*APPLICATION_TABLES, VERSION_TABLE} == files - ADDING


def test_no_function_has_an_overload(db):
    names = f"SELECT proname FROM pg_proc WHERE pronamespace IN {HOUSE} GROUP BY proname HAVING count(*) > 1"
    assert column(db, names) == []


def test_everything_of_ours_has_a_comment(db):
    silent = column(
        db,
        f"""
        SELECT object FROM ({OURS}) AS ours
        WHERE NOT EXISTS (
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
            f"""
            SELECT proname FROM pg_proc AS routine
            CROSS JOIN aclexplode(coalesce(proacl, acldefault('f', proowner))) AS entry
            WHERE pronamespace IN {HOUSE} AND entry.grantee <> proowner
            UNION ALL
            SELECT relname FROM pg_class AS class
            CROSS JOIN aclexplode(coalesce(relacl, acldefault('r', relowner))) AS entry
            WHERE relnamespace IN {HOUSE} AND relkind <> 'S' AND entry.grantee <> relowner
            """,
        )
    )
    assert granted == FOR_EVERYBODY


def test_functions_run_with_their_callers_rights(db):
    assert column(db, f"SELECT proname FROM pg_proc WHERE pronamespace IN {HOUSE} AND prosecdef") == []


def test_the_path_is_pinned_but_where_the_applications_triggers_run_inside(db):
    """A SET would bend their path too, and a procedure that commits can have none; all others are pinned."""
    free = column(
        db,
        f"""
        SELECT proname FROM pg_proc
        WHERE pronamespace IN {HOUSE} AND prosqlbody IS NULL
          AND NOT coalesce('search_path=pg_catalog, pg_temp' = ANY (proconfig), false)
        """,
    )
    assert set(free) == writers(db) | {INLINED}
    assert {"topoff_planned_slots", "topoff_all_tenants"} <= set(free)


def test_what_writes_to_the_applications_tables_has_no_setting_at_all(db):
    """Its callees and the application's triggers would inherit it, and a SET clause forbids COMMIT."""
    set_there = f"SELECT proname FROM pg_proc WHERE pronamespace IN {HOUSE} AND proconfig IS NOT NULL"
    assert writers(db) & set(column(db, set_there)) == set()


def test_functions_in_sql_are_for_pure_computation(db):
    """A table has no place in them: Citus could not run them where the tenant is."""
    found = db.execute(
        f"""
        SELECT proname, coalesce(prosqlbody::text, prosrc) FROM pg_proc
        JOIN pg_language AS language ON language.oid = prolang
        WHERE pronamespace IN {HOUSE} AND lanname <> 'plpgsql'
        """
    ).fetchall()
    assert len(found) > 3
    # In a body that has been parsed, a table is an entry of the range table of kind 0.
    table = re.compile(rf":rtekind 0\b|\b({'|'.join({*APPLICATION_TABLES, *OUR_TABLES})})\b")
    assert [name for name, body in found if table.search(body)] == [INLINED]


def test_no_function_takes_a_row_of_a_table(db):
    """The server would then refuse to rewrite the table, or to add some kinds of columns to it."""
    takes = column(
        db,
        f"""
        SELECT routine.oid::regprocedure::text
        FROM pg_proc AS routine
        CROSS JOIN unnest(routine.proargtypes::oid[]) AS argument
        JOIN pg_type AS type ON type.oid = argument
        LEFT JOIN pg_type AS element ON element.oid = type.typelem
        WHERE routine.pronamespace IN {HOUSE} AND 'c' IN (type.typtype, element.typtype)
        """,
    )
    assert takes == []


def test_nothing_but_constraints_and_indexes_depends_on_a_column_of_the_application(db):
    """The application goes on changing its columns, and a view, a body or a trigger's WHEN would forbid it."""
    depends = column(
        db,
        f"""
        SELECT pg_describe_object(classid, objid, objsubid) || ' on ' || refobjid::regclass || '.' || attname
        FROM pg_depend
        JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
        WHERE refclassid = 'pg_class'::regclass
          AND refobjid = ANY ('{{{",".join(APPLICATION_TABLES)}}}'::regclass[])
          AND classid NOT IN ('pg_constraint'::regclass, 'pg_attrdef'::regclass)
          AND NOT (classid = 'pg_class'::regclass
                   AND (SELECT relkind = 'i' FROM pg_class WHERE pg_class.oid = objid))
          AND attname <> ALL (%s)
        """,
        list(COLUMNS_ADDED),
    )
    assert depends == []


def test_every_key_of_ours_holds_a_tenant(db):
    keys = db.execute(
        f"""
        SELECT conname, ARRAY(SELECT attname FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey))
        FROM pg_constraint
        WHERE connamespace IN {HOUSE} AND contype IN ('p', 'u', 'f', 'x')
        """
    ).fetchall()
    assert len(keys) > 8
    assert {name for name, columns in keys if "tenant_id" not in columns} == KEYS_WITHOUT_TENANT
    unique = column(
        db,
        f"""
        SELECT class.relname FROM pg_index
        JOIN pg_class AS class ON class.oid = indexrelid
        WHERE class.relnamespace IN {HOUSE} AND indisunique
          AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
        """,
    )
    assert unique == ["runs_running_key"]


def test_statements_of_per_tenant_functions_name_the_tenant_for_every_table(db):
    """Each reading of a tenant's table stands beside a condition on that table's tenant_id."""
    tables = "|".join(
        (*(f"public.{table}" for table in APPLICATION_TABLES), "topoff.blackouts", "topoff.cadences")
    )
    readings = re.compile(rf"\b(?:from|join|update|using|into)\s+({tables})\s+as\s+(\w+)", re.I)
    equals = r"(?:=|OPERATOR\(pg_catalog\.=\))"
    found, loose = 0, []
    for name, body in bodies(db).items():
        for table, alias in readings.findall(body):
            found += 1
            held = re.search(
                rf"\b{alias}\.tenant_id\s+{equals}\s|\s{equals}\s+{alias}\.tenant_id\b"
                rf"|INSERT\s+INTO\s+{table}\s+AS\s+{alias}\b",
                body,
            )
            if not held and name not in ABOUT_ALL_TENANTS:
                loose.append((name, table, alias))
    assert found > 20
    assert loose == []
