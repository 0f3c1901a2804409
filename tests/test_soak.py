"""A few seconds of `make soak`, and that it finds what is broken on purpose."""

from random import Random

import pytest
from builders import new_account, new_content, new_post, one
from conftest import PROJECT, ROLE_PASSWORD
from psycopg import Connection, errors
from soak.actions import ACTIONS, PICKS
from soak.run import PLACE, WATCH, Soak

SEED = 7


@pytest.fixture
def soak(db: Connection, connect, new_role) -> Soak:
    """A soak of the test's database, with sessions of the API's role among the others."""
    role = new_role()

    def session(role: str | None = None) -> Connection:
        return connect(user=role, password=ROLE_PASSWORD) if role else connect()

    return Soak(session, SEED, sessions=4, role=role)


def test_a_few_seconds_of_everything_at_once_break_nothing(soak):
    wanted = ("top off", "re-plan", "fill", "skip", "bulk create", "night", "move a post")
    assert soak.run(4, wanted), "\n".join(soak.broken)
    assert soak.has_done(wanted), soak.table()
    assert "in all" in soak.table()


@pytest.mark.divided_among_servers("what the soak watches by is the same on each")
@pytest.mark.parametrize(
    ("room", "name", "right", "wrong"),
    [
        ("planner", "planned_calendars", "IS DISTINCT FROM post.scheduled_for", "IS NULL"),
        ("calendar", "next_empty_slot", "FOR UPDATE SKIP LOCKED", ""),
    ],
    ids=["what people have moved comes back", "two fill one slot"],
)
def test_what_is_broken_on_purpose_is_found(db, soak, room, name, right, wrong):
    text = (PROJECT / "sql" / room / f"{name}.sql").read_text(encoding="utf-8")
    assert right in text
    db.execute(text.replace(right, wrong).encode())
    assert not soak.run(60)
    assert soak.broken


@pytest.mark.beside_one_server
def test_everything_it_does_is_spelled_right():
    chance = Random(SEED)
    for action in ACTIONS:
        for statement in action.statements(chance):
            assert set(PLACE.findall(statement)) <= PICKS.keys() | {"tenant", "other_name"}, action.name


@pytest.mark.parametrize(
    ("action", "statement", "sqlstate"),
    [
        ("topoff", "UPDATE channel_accounts SET name = 'x' WHERE tenant_id = 'all_county'", "SOAK1"),
        ("topoff", "DELETE FROM post_instances WHERE tenant_id = 'h2o'", "SOAK2"),
        ("fill", "UPDATE post_instances SET status = 'Posted' WHERE tenant_id = 'h2o'", "SOAK3"),
        ("replan", "UPDATE post_instances SET scheduled_for = NULL WHERE tenant_id = 'h2o'", "SOAK4"),
    ],
)
def test_who_watches_tells_a_row_that_a_call_must_not_touch(db, action, statement, sqlstate):
    new_post(db, new_account(db), "2031-05-05 09:00+00", content=new_content(db))
    new_account(db, "all_county")
    db.execute(WATCH)
    db.execute(
        "SELECT set_config('soak.action', %s, false), set_config('soak.tenants', '{h2o}', false)", [action]
    )
    with pytest.raises(errors.Error) as refused:
        db.execute(statement)
    assert refused.value.sqlstate == sqlstate


def test_who_watches_writes_down_a_week_that_top_offs_have_made_too_full(db):
    account = new_account(db, posts_per_week=1)
    db.execute(WATCH)
    db.execute("SET soak.action = 'topoff'; SET soak.tenants = '{h2o}'")
    monday = one(db, "SELECT date_trunc('week', now() + interval '14 days') + interval '9 hours'")
    for days in range(3):
        db.execute(
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for,"
            " status) SELECT 'h2o', %s, %s, at, at, 'Planned' FROM (SELECT %s + %s * interval '1 day' AS at) AS _",
            [account, new_content(db), monday, days],
        )
    whats = db.execute("SELECT what FROM soak.suspect ORDER BY id").fetchall()
    assert [what for (what,) in whats] == [
        "a slot on no cell of the programme",
        "a week of 2 posts where the programme gives 1",
        "a slot on no cell of the programme",
        "a week of 3 posts where the programme gives 1",
    ]
