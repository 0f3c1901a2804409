"""plpgsql_check on everything in PL/pgSQL; the linters that need no server are in .ci/lint."""

import tomllib

import pytest
from builders import one
from conftest import PROJECT
from plpgsql_coverage import INSTALL

EXCEPTIONS = tomllib.loads((PROJECT / ".ci" / "exceptions.toml").read_text(encoding="utf-8"))

# What topoff.schedule() and topoff.unschedule() call where pg_cron is there. It can't be created in a clone.
PG_CRON = """
    CREATE SCHEMA cron;
    CREATE TABLE cron.job (jobid bigint, schedule text, command text, nodename text, nodeport integer,
                           database text, username text, active boolean, jobname text);
    CREATE FUNCTION cron.schedule(text, text, text) RETURNS bigint LANGUAGE sql AS 'SELECT 1::bigint';
    CREATE FUNCTION cron.unschedule(bigint) RETURNS boolean LANGUAGE sql AS 'SELECT true';
"""

# A trigger function is checked for each table that it serves, with the names of its transition tables; one
# that serves none on a fresh installation is for channel_accounts.
CHECK = """
    WITH routine AS (
        SELECT routine.oid, serves.new_table, serves.old_table,
               coalesce(serves.tgrelid, CASE routine.prorettype WHEN 'trigger'::regtype
                                             THEN 'public.channel_accounts'::regclass::oid ELSE 0 END) AS tgrelid
        FROM pg_proc AS routine
        JOIN pg_language AS language ON language.oid = routine.prolang AND language.lanname = 'plpgsql'
        LEFT JOIN (
            SELECT tgfoid, tgrelid, max(tgnewtable) AS new_table, max(tgoldtable) AS old_table
            FROM pg_trigger WHERE NOT tgisinternal GROUP BY tgfoid, tgrelid
        ) AS serves ON serves.tgfoid = routine.oid
        WHERE routine.pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)
    )
    SELECT routine.oid::regprocedure::text, finding.lineno, finding.level, finding.message,
           finding.detail, finding.query
    FROM routine
    CROSS JOIN LATERAL plpgsql_check.plpgsql_check_function_tb(
        routine.oid, relid => routine.tgrelid, newtable => routine.new_table,
        oldtable => routine.old_table, fatal_errors => false, performance_warnings => false,
        extra_warnings => true, security_warnings => true, compatibility_warnings => true
    ) AS finding
"""


@pytest.fixture
def checked(db):
    """A database with plpgsql_check."""
    if not one(db, "SELECT count(*) FROM pg_available_extensions WHERE name = 'plpgsql_check'"):
        pytest.skip("this server has no plpgsql_check")
    db.execute(INSTALL)
    return db


def test_plpgsql_check_finds_nothing(checked):
    checked.execute(PG_CRON)
    findings = checked.execute(CHECK).fetchall()
    found = {(row[0].split("(")[0].split(".")[-1], row[3]): row for row in findings}
    excepted, newer = (
        {(name, message) for name, messages in EXCEPTIONS[table].items() for message in messages}
        for table in ("plpgsql_check", "plpgsql_check_newer")
    )
    assert [row for finding, row in found.items() if finding not in excepted | newer] == []
    assert excepted - found.keys() == set(), "exceptions.toml excepts what is not found any more"


def test_plpgsql_check_would_find_a_column_that_is_not_there(checked):
    checked.execute(
        "CREATE FUNCTION public.wrong() RETURNS void LANGUAGE plpgsql AS"
        " $$ BEGIN UPDATE topoff.blackouts SET unknown = 1; END $$"
    )
    findings = [finding for finding in checked.execute(CHECK) if finding[0] == "wrong()"]
    assert [finding[2] for finding in findings] == ["error"]
