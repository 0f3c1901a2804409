"""What an application may have grown beside us: triggers, keys, rules, and a downgrade years later."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Barrier, Thread

import psycopg
import pytest
from builders import column, one
from conftest import HOST, PASSWORD, PORT, USER
from host_app import ACCOUNTS, ITEMS, TABLES
from hosts import dump, load, run, start
from psycopg import Connection, errors
from test_walk import ACCOUNT, ITEM, arrived, configure, install, slots

# An audit trigger as applications have it: its function names its table by the caller's search_path.
AUDIT = """
    CREATE TABLE audit_log (number bigserial, table_name text, operation text, path text);
    CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO audit_log (table_name, operation, path)
        VALUES (TG_TABLE_NAME, TG_OP, current_setting('search_path'));
        RETURN coalesce(NEW, OLD);
    END;
    $$;
"""
AUDIT_ONE = "CREATE TRIGGER audited {time} INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION audit()"

# Every function that writes to the application's tables, and what of these it has written then.
WRITERS = {
    "SELECT topoff_planned_slots('evergreen')": {"post_instances INSERT", "content_items INSERT"},
    "SELECT replan_planned_slots('h2o')": {"post_instances DELETE"},
    "SELECT skip_planned_slot('h2o', '{slot}')": {"post_instances DELETE"},
    "SELECT fill_next_planned_slot('h2o', '{account}', '{item}')": {"post_instances UPDATE"},
    "SELECT create_post_instances('h2o', '{item}', ARRAY['{account}'::uuid], '2099-01-01 00:00+00')": {
        "post_instances INSERT"
    },
    "SELECT create_post_instances('h2o', '{item}', ARRAY['{account}'::uuid], '{slot_at}')": {
        "post_instances UPDATE"
    },
    "SELECT retire_channel_account('h2o', '{account}')": {"post_instances DELETE", "channel_accounts UPDATE"},
    "CALL topoff_all_tenants()": {"post_instances INSERT", "content_items INSERT"},
    "CALL topoff_all_tenants(replan => true)": {"post_instances DELETE", "post_instances INSERT"},
    "SELECT topoff.rename_tenant('h2o', 'h3o')": {
        "post_instances UPDATE",
        "channel_accounts UPDATE",
        "content_items UPDATE",
    },
    "SELECT topoff.erase_tenant('h2o')": {"post_instances DELETE"},
}


@pytest.mark.parametrize("time", ["BEFORE", "AFTER"])
@pytest.mark.parametrize("writer", WRITERS)
def test_the_applications_triggers_run_with_the_callers_search_path(prepared, writer, time):
    empty_db = arrived(prepared, "0022", "theirs first")
    account = ACCOUNTS["h2o"][0]
    configure(empty_db, account)
    empty_db.execute("SELECT topoff_planned_slots('h2o')")
    slot, slot_at = empty_db.execute(
        "SELECT id, scheduled_for FROM post_instances WHERE planned_for > now() ORDER BY scheduled_for LIMIT 1"
    ).fetchone()
    configure(empty_db, ACCOUNT)
    if "replan" not in writer:
        empty_db.execute("UPDATE channel_accounts SET posts_per_week = 5 WHERE id = %s", [account])
    empty_db.execute("CREATE SCHEMA application")
    empty_db.execute("SET search_path = application, public")
    empty_db.execute(AUDIT)
    for table in TABLES:
        empty_db.execute(AUDIT_ONE.format(table=table, time=time))
    empty_db.execute(writer.format(slot=slot, slot_at=slot_at, account=account, item=ITEMS["h2o"][0]))
    seen = set(column(empty_db, "SELECT table_name || ' ' || operation FROM audit_log"))
    assert WRITERS[writer] <= seen
    assert column(empty_db, "SELECT DISTINCT path FROM audit_log") == ["application, public"]


def test_every_function_that_writes_to_the_applications_tables_is_tried_above(db):
    """The callable ones, by what they and the functions below them say."""
    bodies = dict(
        db.execute(
            "SELECT pronamespace::regnamespace || '.' || proname, prosrc FROM pg_proc"
            " WHERE pronamespace IN ('public'::regnamespace, 'topoff'::regnamespace)"
        ).fetchall()
    )
    writing = {
        name
        for name, body in bodies.items()
        if any(
            f"{verb} public.{table}" in body
            for verb in ("INSERT INTO", "UPDATE", "DELETE FROM")
            for table in TABLES
        )
    }
    while True:
        more = {
            name for name, body in bodies.items() if any(f"{called}(" in body for called in writing)
        } - writing
        if not more:
            break
        writing |= more
    callable_ones = {name.removeprefix("public.") for name in writing if name.startswith("public.")}
    assert callable_ones
    assert {name for name in callable_ones if not any(f"{name}(" in writer for writer in WRITERS)} == set()


@contextmanager
def sessions(db: Connection, count: int) -> Iterator[list[Connection]]:
    """Open further sessions on a database."""
    where = {"host": HOST, "port": PORT, "user": USER, "password": PASSWORD, "dbname": db.info.dbname}
    opened = [psycopg.connect(**where, autocommit=True) for _ in range(count)]
    try:
        yield opened
    finally:
        for session in opened:
            session.close()


EQUAL = "ALTER TABLE post_instances ADD CONSTRAINT uq_post_instance_schedule UNIQUE (tenant_id, channel_account_id, scheduled_for)"


@pytest.mark.parametrize("theirs_is_older", [False, True])
def test_two_equal_constraints_make_no_error_beside_concurrent_inserts(prepared, theirs_is_older):
    """With ON CONFLICT ON CONSTRAINT four or five of forty top-offs failed with 23505."""
    empty_db = arrived(prepared, "0014")
    empty_db.execute(EQUAL)
    if theirs_is_older:
        empty_db.execute(
            "ALTER TABLE post_instances DROP CONSTRAINT post_instances_slot_key,"
            " ADD CONSTRAINT post_instances_slot_key UNIQUE (tenant_id, channel_account_id, scheduled_for)"
        )
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 5 WHERE tenant_id = 'evergreen'")
    empty_db.execute("SELECT topoff_planned_slots('evergreen')")
    instants = empty_db.execute(
        "SELECT channel_account_id, scheduled_for FROM post_instances WHERE tenant_id = 'evergreen' ORDER BY 1, 2"
    ).fetchall()
    failures: list[BaseException] = []
    both = Barrier(2)

    def insert(session: Connection) -> None:
        """Put people's posts at the very instants, one a statement, whatever stands there."""
        both.wait()
        for account, instant in instants:
            session.execute(
                "INSERT INTO post_instances (id, tenant_id, channel_account_id, content_item_id, scheduled_for)"
                " VALUES (gen_random_uuid(), 'evergreen', %s, %s, %s)"
                " ON CONFLICT (tenant_id, channel_account_id, scheduled_for) DO NOTHING",
                [account, ITEM, instant],
            )

    def top_off(session: Connection) -> None:
        """Top off, and note what goes wrong."""
        both.wait()
        try:
            session.execute("SELECT topoff_planned_slots('evergreen')")
        except psycopg.Error as error:
            failures.append(error)

    with sessions(empty_db, 2) as (one_session, other_session):
        for _ in range(40):
            empty_db.execute("DELETE FROM post_instances WHERE tenant_id = 'evergreen'")
            threads = [
                Thread(target=insert, args=[one_session]),
                Thread(target=top_off, args=[other_session]),
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert one(empty_db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'evergreen'") == len(
                instants
            )
    assert failures == []


@pytest.mark.parametrize(
    ("key", "serves"),
    [
        (EQUAL, True),
        (
            "CREATE UNIQUE INDEX uq_slot ON post_instances (tenant_id, channel_account_id, scheduled_for)",
            True,
        ),
        (
            "CREATE UNIQUE INDEX uq_slot ON post_instances (scheduled_for, tenant_id, channel_account_id)",
            False,
        ),
        (
            "CREATE UNIQUE INDEX uq_slot ON post_instances (tenant_id, channel_account_id, scheduled_for)"
            " WHERE status <> 'Failed'",
            False,
        ),
        ("CREATE INDEX uq_slot ON post_instances (tenant_id, channel_account_id, scheduled_for)", False),
    ],
)
def test_an_equal_key_serves_as_ours_and_stays(empty_db, key, serves):
    load(empty_db, "page")
    empty_db.execute(key)
    before = dump(empty_db)
    run(empty_db, "upgrade", "head")
    ours = "SELECT count(*) FROM pg_constraint WHERE conname = 'post_instances_slot_key'"
    assert one(empty_db, ours) == (0 if serves else 1)
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 5")
    assert one(empty_db, "SELECT topoff_planned_slots('h2o')") > 0
    run(empty_db, "downgrade", "base")
    assert dump(empty_db) == before


def test_rules_that_the_application_has_for_its_own_cadence_stay(empty_db):
    """PostgreSQL names a CHECK of a column just as ours are named."""
    load(empty_db, "page")
    empty_db.execute(
        "ALTER TABLE channel_accounts ADD COLUMN posts_per_week integer CHECK (posts_per_week < 100),"
        " ADD COLUMN days_of_week integer[] CHECK (cardinality(days_of_week) < 8)"
    )
    empty_db.execute("COMMENT ON COLUMN channel_accounts.posts_per_week IS 'Ours'")
    before = dump(empty_db)
    run(empty_db, "upgrade", "head")
    # Beyond the grid: all of it.
    empty_db.execute(
        "UPDATE channel_accounts SET posts_per_week = 50, days_of_week = '{1,7}' WHERE tenant_id = 'all_county'"
    )
    assert one(empty_db, "SELECT topoff_planned_slots('all_county')") == 8
    run(empty_db, "downgrade", "base")
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = NULL, days_of_week = NULL")
    assert dump(empty_db) == before


def test_the_upgrade_says_how_many_accounts_will_be_planned_because_of_a_column_that_is_there(empty_db):
    load(empty_db, "page")
    empty_db.execute("ALTER TABLE channel_accounts ADD COLUMN posts_per_week bigint")
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 3")
    empty_db.execute("UPDATE channel_accounts SET status = 'paused' WHERE tenant_id = 'all_county'")
    process = start(empty_db, "upgrade", "head", options="")
    _, error = process.communicate()
    assert process.returncode == 0, error
    assert (
        "channel_accounts.posts_per_week is there already and is used: 2 active accounts will be planned"
        in error
    )
    empty_db.execute("CALL topoff_all_tenants()")
    assert column(
        empty_db, "SELECT tenant_id FROM post_instances WHERE planned_for IS NOT NULL GROUP BY 1"
    ) == ["h2o"]


def test_a_column_of_ours_that_is_there_makes_no_page_fail(empty_db):
    """No rule, no check of the zone: an unknown one plans nothing."""
    load(empty_db, "page")
    empty_db.execute(
        "ALTER TABLE channel_accounts ADD COLUMN timezone varchar(40), ADD COLUMN posts_per_week integer"
    )
    run(empty_db, "upgrade", "head")
    empty_db.execute(
        "UPDATE channel_accounts SET posts_per_week = 3, timezone = 'Mars/Olympus' WHERE tenant_id = 'h2o'"
    )
    empty_db.execute(
        "UPDATE channel_accounts SET posts_per_week = -3, timezone = '' WHERE tenant_id <> 'h2o'"
    )
    assert one(empty_db, "SELECT topoff_planned_slots('h2o')") == 0
    assert one(empty_db, "SELECT topoff_planned_slots('all_county')") == 0


# What people have done to what is ours, years later.
DONE = {
    "constraints dropped": (
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_empty_slot_not_published_check,"
        " DROP CONSTRAINT post_instances_tenant_content_item_fkey, DROP CONSTRAINT post_instances_slot_key;"
        "ALTER TABLE content_items DROP CONSTRAINT content_items_placeholder_id_check;"
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_posts_per_week_check;"
        "DROP INDEX post_instances_moved_idx; DROP TRIGGER note_touch ON post_instances;"
        "DROP TRIGGER guard_placeholder_on_delete ON content_items;"
        "DROP TRIGGER check_time_zone_on_update ON channel_accounts"
    ),
    "constraints widened": (
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_empty_slot_not_published_check,"
        " ADD CONSTRAINT post_instances_empty_slot_not_published_check CHECK (status <> 'Lost');"
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_posts_per_week_check,"
        " ADD CONSTRAINT channel_accounts_posts_per_week_check CHECK (posts_per_week BETWEEN 0 AND 20)"
    ),
    "a constraint as an index": (
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_slot_key;"
        "CREATE UNIQUE INDEX post_instances_slot_key"
        " ON post_instances (tenant_id, channel_account_id, scheduled_for)"
    ),
    "columns dropped": (
        "DROP TRIGGER note_touch ON post_instances;"
        "ALTER TABLE post_instances DROP COLUMN planned_category;"
        "ALTER TABLE channel_accounts DROP COLUMN posts_per_week, DROP COLUMN timezone"
    ),
    "tables reordered": "CLUSTER post_instances USING post_instances_pkey; VACUUM FULL content_items",
}


@pytest.mark.parametrize("done", DONE.values(), ids=DONE)
def test_a_downgrade_passes_over_what_is_gone(prepared, done):
    empty_db = arrived(prepared, "0014")
    configure(empty_db)
    assert slots(empty_db)
    before = dump(empty_db, "-s")
    for statement in done.split(";"):
        empty_db.execute(statement)
    run(empty_db, "downgrade", "base")
    after = dump(empty_db, "-s")
    assert "topoff" in before
    assert "topoff" not in after
    for ours in (
        "planned_for",
        "touched_at",
        "days_of_week",
        "_slot_key",
        "_moved_idx",
        "note_touch",
        "guard_",
    ):
        assert ours not in after, ours
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'evergreen'") == 0
    install(empty_db)
    configure(empty_db)
    assert slots(empty_db)


def test_a_downgrade_leaves_and_names_what_the_application_has_built_upon(prepared):
    empty_db = arrived(prepared, "0014")
    empty_db.execute(
        "CREATE TABLE notes (tenant_id varchar, account uuid,"
        " FOREIGN KEY (tenant_id, account) REFERENCES channel_accounts (tenant_id, id));"
        "CREATE VIEW moved AS SELECT id FROM post_instances WHERE planned_for <> scheduled_for"
    )
    process = start(empty_db, "downgrade", "base", options="")
    _, error = process.communicate()
    assert process.returncode == 0, error
    assert "WARNING" in error
    assert "channel_accounts_tenant_id_id_key" in error
    assert "DROP COLUMN IF EXISTS planned_for" in error
    assert "view public.moved depends on column planned_for" in error
    empty_db.execute("SELECT * FROM moved")
    assert one(empty_db, "SELECT to_regnamespace('topoff') IS NULL")


@pytest.mark.parametrize("order", ["ours first", "theirs first"])
def test_the_column_for_content_becomes_nullable_and_back_in_the_middle_of_a_life(prepared, order):
    empty_db = arrived(prepared, "0022", order)
    configure(empty_db)
    old = slots(empty_db)
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE content_item_id IS NULL") == 0
    empty_db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    empty_db.execute("SELECT skip_planned_slot('evergreen', %s)", [old[0]])
    empty_db.execute("SELECT topoff_planned_slots('evergreen', '56 days')")
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE content_item_id IS NULL") == 20
    everything = slots(empty_db)
    assert len(everything) == 39
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    with pytest.raises(errors.NotNullViolation):
        empty_db.execute("ALTER TABLE post_instances ALTER content_item_id SET NOT NULL")
    empty_db.execute("SELECT replan_planned_slots('evergreen')")
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'evergreen'") == 0
    empty_db.execute("ALTER TABLE post_instances ALTER content_item_id SET NOT NULL")
    configure(empty_db)
    assert len(slots(empty_db)) == 19
    assert one(empty_db, "SELECT count(*) FROM post_instances WHERE content_item_id IS NULL") == 0
