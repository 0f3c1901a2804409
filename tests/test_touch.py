"""Who has put something into a slot: touched_at, whatever the application's tables and triggers look like."""

import pytest
from builders import column, new_account, new_content, new_post, one, top_off
from host_app import ACCOUNTS, ITEMS, application, empty_slots, load_host, own_scheduler
from psycopg import Connection
from test_install import paste
from test_walk import install

AS_OF = "2031-05-05 00:00+00"


@pytest.fixture
def slot(db):
    """Give h2o four planned slots and the application's columns, and return the first slot."""
    new_account(db, posts_per_week=1)
    db.execute(
        """
        ALTER TABLE post_instances ADD COLUMN caption_override text, ADD COLUMN screenshot_url text,
            ADD COLUMN autopost_enabled boolean DEFAULT false NOT NULL, ADD COLUMN answer json,
            ADD COLUMN updated_at timestamptz DEFAULT now(), ADD COLUMN category text, ADD COLUMN hint text,
            ADD COLUMN day date GENERATED ALWAYS AS ((scheduled_for AT TIME ZONE 'UTC')::date) STORED
        """
    )
    top_off(db, AS_OF)
    return one(db, "SELECT id FROM post_instances ORDER BY scheduled_for LIMIT 1")


def write(db: Connection, slot, change: str) -> bool:
    """Write into a slot, and tell whether that touched it."""
    db.execute(f"UPDATE post_instances SET {change} WHERE id = %s", [slot])
    return one(db, "SELECT touched_at IS NOT NULL FROM post_instances WHERE id = %s", slot)


@pytest.mark.parametrize(
    "change",
    ["caption_override = 'Begun'", "screenshot_url = 'https://x.example'", "autopost_enabled = true",
     "status = 'Draft'", """answer = '{"text": "\\u0000"}'""",
     "caption_override = 'Moved, too', scheduled_for = scheduled_for + interval '1 hour', updated_at = now()"],
)  # fmt: skip
def test_what_a_person_puts_into_a_slot_touches_it_and_a_replan_leaves_it(db, slot, change):
    assert write(db, slot, change)
    db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    db.execute("SELECT replan_planned_slots('h2o', '28 days', %s)", [AS_OF])
    assert column(db, "SELECT id FROM post_instances") == [slot]


@pytest.mark.parametrize(
    "change",
    ["updated_at = clock_timestamp()", "scheduled_for = scheduled_for + interval '1 day'", "scheduled_for = NULL",
     "planned_category = 'tips'", "status = status, caption_override = NULL", "id = id"],
)  # fmt: skip
def test_what_puts_nothing_into_a_slot_does_not_touch_it(db, slot, change):
    assert not write(db, slot, change)


def test_moved_and_moved_back_is_as_before(db, slot):
    for change in ("scheduled_for = scheduled_for + interval '1 hour'", "scheduled_for = planned_for"):
        assert not write(db, slot, change)
    db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    db.execute("SELECT replan_planned_slots('h2o', '28 days', %s)", [AS_OF])
    assert column(db, "SELECT id FROM post_instances") == []


def test_a_touch_stays_when_what_was_written_is_taken_out_again(db, slot):
    assert write(db, slot, "caption_override = 'Begun'")
    first = one(db, "SELECT touched_at FROM post_instances WHERE id = %s", slot)
    assert write(db, slot, "caption_override = NULL")
    assert one(db, "SELECT touched_at FROM post_instances WHERE id = %s", slot) == first


def test_a_post_that_is_no_slot_of_ours_is_not_noted(db, slot):
    post = new_post(db, one(db, "SELECT id FROM channel_accounts"), "2031-06-01 00:00+00", status="Planned")
    assert not write(db, post, "caption_override = 'By hand'")


def test_one_value_that_json_cannot_be_compared_with_counts_as_a_touch(db, slot):
    assert write(db, slot, """answer = '{"text": "\\u0000"}', updated_at = now()""")
    assert write(db, slot, "caption_override = 'On'")


FILLING = """
    CREATE FUNCTION fill_in() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_WHEN = 'BEFORE' THEN
            NEW.category := 'tips';
            RETURN NEW;
        END IF;
        UPDATE post_instances SET hint = 'A tip, please' WHERE id = NEW.id;
        RETURN NULL;
    END;
    $$;
    CREATE TRIGGER before_insert BEFORE INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION fill_in();
    CREATE TRIGGER after_insert AFTER INSERT ON post_instances FOR EACH ROW EXECUTE FUNCTION fill_in();
"""


@pytest.mark.parametrize(
    "call",
    [
        "SELECT topoff_planned_slots('h2o', '28 days', '2031-06-02 00:00+00')",
        "SELECT replan_planned_slots('h2o', '56 days', '2031-05-05 00:00+00')",
        "CALL topoff_all_tenants('3000 hours')",
    ],
)
def test_what_the_applications_insert_triggers_fill_in_touches_nothing(db, slot, call):
    db.execute(FILLING)
    before = one(db, "SELECT count(*) FROM post_instances")
    db.execute(call)
    assert one(db, "SELECT count(*) FROM post_instances") > before
    assert one(db, "SELECT count(*) FROM post_instances WHERE category = 'tips' AND hint IS NOT NULL") > 0
    assert one(db, "SELECT count(*) FROM post_instances WHERE touched_at IS NOT NULL") == 0
    # and afterwards a person's writing counts, in the same session.
    filled = one(db, "SELECT id FROM post_instances WHERE hint IS NOT NULL LIMIT 1")
    assert write(db, filled, "hint = 'My own'")


def test_filling_touches(db, slot):
    content = new_content(db)
    filled = one(
        db,
        "SELECT id FROM fill_next_planned_slot('h2o', %s, %s)",
        one(db, "SELECT id FROM channel_accounts"),
        content,
    )
    assert one(db, "SELECT touched_at IS NOT NULL FROM post_instances WHERE id = %s", filled)


def test_slots_of_an_earlier_scheduler_are_handed_over_by_the_statement_of_the_guide(empty_db):
    """Until then a re-plan and the downgrade leave them as they are."""
    load_host(empty_db, "0029")
    with application(empty_db) as session:
        theirs = own_scheduler(session, "evergreen")
    install(empty_db)
    account = ACCOUNTS["evergreen"][0]
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    assert empty_db.execute("SELECT * FROM replan_planned_slots('evergreen')").fetchone() == (0, 0)
    with application(empty_db) as session:
        assert sorted(empty_slots(session, "evergreen")) == sorted(theirs)
    # They are filled and skipped like any other.
    item = ITEMS["evergreen"][0]
    first = one(empty_db, "SELECT id FROM fill_next_planned_slot('evergreen', %s, %s)", account, item)
    assert first in theirs
    second = one(
        empty_db,
        "SELECT id FROM post_instances WHERE status = 'Planned' AND scheduled_for > now() LIMIT 1",
    )
    empty_db.execute("SELECT skip_planned_slot('evergreen', %s)", [second])
    paste(empty_db, "docs/install.md", "hand-over")
    removed, _ = empty_db.execute("SELECT * FROM replan_planned_slots('evergreen')").fetchone()
    assert removed >= len(theirs) - 4
