"""Re-planning after a change: as if every untouched future slot had been deleted and topped off again."""

import itertools
import random

import pytest
from builders import column, new_account, new_content, new_post, one, top_off
from psycopg import Connection

AS_OF = "2031-05-05 00:00+00"
UNTOUCHED = (
    "topoff.is_untouched_slot(post.status, post.content_item_id, topoff.placeholder_content_item_id(post.tenant_id),"
    " post.scheduled_for, post.planned_for, post.touched_at)"
)


def replan(db: Connection, as_of: str = AS_OF, horizon: str = "28 days") -> tuple[int, int]:
    """Re-plan h2o; (removed, created)."""
    return db.execute(
        "SELECT removed, created FROM replan_planned_slots('h2o', %s, %s)", (horizon, as_of)
    ).fetchone()


def test_without_a_change_nothing_happens(db):
    new_account(db, posts_per_week=5)
    top_off(db, AS_OF)
    before = column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1")
    assert replan(db) == (0, 0)
    assert column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1") == before


def test_a_new_cadence_keeps_the_rows_that_both_have(db):
    account = new_account(db, posts_per_week=3)
    top_off(db, AS_OF)
    before = dict(db.execute("SELECT scheduled_for, id FROM post_instances").fetchall())
    db.execute(
        "UPDATE channel_accounts SET posts_per_week = 2, days_of_week = '{1,6}' WHERE id = %s", (account,)
    )
    assert replan(db) == (8, 4)
    after = dict(db.execute("SELECT scheduled_for, id FROM post_instances").fetchall())
    assert {at.isoweekday() for at in after} == {1, 6}
    kept = before.keys() & after.keys()
    assert len(kept) == 4
    assert all(before[at] == after[at] for at in kept)


def test_a_new_zone_moves_every_empty_slot(db):
    new_account(db, posts_per_week=3)
    top_off(db, AS_OF)
    db.execute("UPDATE channel_accounts SET timezone = 'America/New_York'")
    assert replan(db) == (12, 12)
    assert column(
        db, "SELECT DISTINCT to_char(scheduled_for AT TIME ZONE 'UTC', 'HH24:MI') FROM post_instances"
    ) == ["13:00"]


def test_a_top_off_without_a_replan_after_a_new_cadence_doubles_nothing(db):
    new_account(db, posts_per_week=3)
    top_off(db, AS_OF)
    db.execute("UPDATE channel_accounts SET times_local = '{15:00}'")
    assert top_off(db, AS_OF) == 0
    assert (
        column(
            db,
            "SELECT count(*) FROM post_instances GROUP BY date_trunc('week', scheduled_for AT TIME ZONE 'UTC')",
        )
        == [3] * 4
    )
    assert replan(db) == (12, 12)


def test_filled_moved_and_handmade_posts_never_change(db):
    account = new_account(db, posts_per_week=5)
    top_off(db, AS_OF)
    slots = column(db, "SELECT id FROM post_instances ORDER BY scheduled_for")
    db.execute(
        "UPDATE post_instances SET content_item_id = %s, status = 'Scheduled' WHERE id = %s",
        (new_content(db), slots[0]),
    )
    db.execute("UPDATE post_instances SET content_item_id = %s WHERE id = %s", (new_content(db), slots[1]))
    db.execute(
        "UPDATE post_instances SET scheduled_for = scheduled_for + interval '1 hour' WHERE id = %s",
        (slots[2],),
    )
    db.execute("UPDATE post_instances SET scheduled_for = NULL WHERE id = %s", (slots[3],))
    db.execute("UPDATE post_instances SET status = 'Draft' WHERE id = %s", (slots[4],))
    new_post(db, account, "2031-05-20 22:00+00", status="Planned")
    mine = f"SELECT post::text FROM post_instances AS post WHERE NOT {UNTOUCHED} ORDER BY 1"
    before = column(db, mine)
    assert len(before) == 6
    db.execute(
        "UPDATE channel_accounts SET posts_per_week = 1, days_of_week = '{7}', times_local = '{23:00}'"
    )
    replan(db)
    assert column(db, mine) == before


@pytest.mark.parametrize("change", ["status = 'paused'", "posts_per_week = 0"])
def test_an_account_that_no_longer_plans_loses_its_empty_slots(db, change):
    new_account(db, posts_per_week=5)
    top_off(db, AS_OF)
    db.execute(f"UPDATE channel_accounts SET {change}")
    assert top_off(db, AS_OF) == 0
    assert one(db, "SELECT count(*) FROM post_instances") == 20
    assert replan(db) == (20, 0)


def test_slots_beyond_the_horizon_go_and_slots_of_the_past_stay(db):
    new_account(db, posts_per_week=5)
    top_off(db, AS_OF, "56 days")
    assert replan(db, "2031-05-12 00:00+00", "14 days") == (25, 0)
    assert one(db, "SELECT min(scheduled_for) FROM post_instances").isoformat().startswith("2031-05-05")


def test_a_new_blackout_clears_its_days_only(db):
    new_account(db, posts_per_week=5)
    top_off(db, AS_OF)
    db.execute("INSERT INTO topoff.blackouts (tenant_id, during) VALUES ('h2o', '[2031-05-07,2031-05-09)')")
    assert replan(db) == (2, 0)
    db.execute("DELETE FROM topoff.blackouts")
    assert replan(db) == (0, 2)


def test_kept_slots_count_neither_for_room_nor_for_distance(db):
    """'Delete what must go, then top off' would judge Wednesday beside slots that are only standing there."""
    account = new_account(db, posts_per_week=2, days_of_week=[1, 3])
    top_off(db, AS_OF, "7 days")
    new_post(db, account, "2031-05-05 10:00+00")
    assert replan(db, AS_OF, "7 days") == (1, 0)
    assert [
        at.isoweekday()
        for at in column(db, "SELECT scheduled_for FROM post_instances WHERE status = 'Planned'")
    ] == [3]


def test_the_preview_of_a_replan_says_what_it_does(db):
    account = new_account(db, posts_per_week=3)
    gone = new_account(db, posts_per_week=2)
    top_off(db, AS_OF, "35 days")
    db.execute("UPDATE channel_accounts SET posts_per_week = 4 WHERE id = %s", (account,))
    db.execute("UPDATE channel_accounts SET status = 'paused' WHERE id = %s", (gone,))
    query = "SELECT channel_account_id, slot_at FROM preview_planned_slots('h2o', as_of => %s, replan => true) WHERE decision = %s"
    foreseen = {
        decision: set(db.execute(query, (AS_OF, decision))) for decision in ("create", "remove", "exists")
    }
    before = set(db.execute("SELECT channel_account_id, scheduled_for FROM post_instances"))
    assert replan(db) == (len(foreseen["remove"]), len(foreseen["create"]))
    after = set(db.execute("SELECT channel_account_id, scheduled_for FROM post_instances"))
    assert before - after == foreseen["remove"]
    assert after - before == foreseen["create"]
    assert before & after == foreseen["exists"]
    assert {at for who, at in foreseen["remove"] if who == gone} == {at for who, at in before if who == gone}


def test_other_tenants_are_left_alone(db):
    new_account(db, posts_per_week=3)
    other = new_account(db, tenant="all_county", posts_per_week=3)
    top_off(db, AS_OF, tenant="all_county")
    db.execute("UPDATE channel_accounts SET posts_per_week = 0")
    replan(db)
    assert one(db, "SELECT count(*) FROM post_instances WHERE channel_account_id = %s", other) == 12


CALENDAR = (
    "SELECT channel_account_id, scheduled_for, planned_for, status, content_item_id FROM post_instances"
    " ORDER BY channel_account_id, scheduled_for, planned_for, status, content_item_id"
)


@pytest.mark.parametrize("seed", range(40))
def test_a_replan_is_deleting_every_untouched_future_slot_and_topping_off(db, seed):
    """Compared with literally doing so; rows that stay keep their id, and no other row changes."""
    rnd = random.Random(seed)
    accounts = [
        new_account(
            db,
            posts_per_week=rnd.choice([0, 1, 3, 5, 7]),
            days_of_week=[1, 2, 3, 4, 5, 6, 7],
            times_local=rnd.choice([["09:00"], ["02:30", "17:00"]]),
            timezone=rnd.choice(["UTC", "America/New_York"]),
        )
        for _ in range(3)
    ]
    as_of = rnd.choice(["2031-03-05 12:00+00", "2031-10-29 00:00+00", "2031-05-07 09:00+00"])
    later = one(db, "SELECT %s::timestamptz + %s * interval '1 day'", as_of, rnd.randrange(5))
    top_off(db, as_of, rnd.choice(["10 days", "28 days"]))
    for (slot,) in db.execute("SELECT id FROM post_instances ORDER BY id").fetchall():
        act = rnd.random()
        if act < 0.1:
            db.execute(
                "UPDATE post_instances SET status = 'Scheduled', content_item_id = %s WHERE id = %s",
                (new_content(db), slot),
            )
        elif act < 0.2:
            shift = rnd.choice(["13 minutes", "1 day 1 hour", "-2 days", None])
            db.execute(
                "UPDATE post_instances AS post SET scheduled_for = scheduled_for + %s::interval WHERE id = %s AND NOT EXISTS ("
                " SELECT FROM post_instances AS other WHERE other.channel_account_id = post.channel_account_id"
                " AND other.scheduled_for = post.scheduled_for + %s::interval)",
                (shift, slot, shift),
            )
    for account, _ in itertools.product(accounts, range(2)):
        at = one(db, "SELECT %s::timestamptz + %s * interval '1 hour'", as_of, rnd.randrange(-48, 500))
        db.execute(
            "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
            " VALUES ('h2o', %s, %s, %s, 'Scheduled') ON CONFLICT DO NOTHING",
            (account, new_content(db), at),
        )
    for account in accounts:
        if rnd.random() < 0.7:
            db.execute(
                "UPDATE channel_accounts SET posts_per_week = %s, days_of_week = %s, timezone = %s, status = %s WHERE id = %s",
                (
                    rnd.randrange(4),
                    rnd.sample(range(1, 8), 4),
                    rnd.choice(["UTC", "Asia/Tokyo"]),
                    rnd.choice(["active", "active", "off"]),
                    account,
                ),
            )
    if rnd.random() < 0.5:
        start = one(db, "SELECT (%s::timestamptz AT TIME ZONE 'UTC')::date + %s", as_of, rnd.randrange(10))
        db.execute(
            "INSERT INTO topoff.blackouts (tenant_id, during) VALUES ('h2o', tsrange(%s, %s + interval '3 days'))",
            (start, start),
        )
    horizon = rnd.choice(["7 days", "28 days"])

    untouched = f"{UNTOUCHED} AND scheduled_for > %s"
    with db.transaction(force_rollback=True):
        db.execute(f"DELETE FROM post_instances AS post WHERE {untouched}", (later,))
        top_off(db, later, horizon)
        literally = db.execute(CALENDAR).fetchall()
    ids = dict(db.execute("SELECT (channel_account_id, scheduled_for), id FROM post_instances").fetchall())
    others = column(
        db, f"SELECT post::text FROM post_instances AS post WHERE NOT ({untouched}) ORDER BY 1", later
    )
    foreseen = db.execute(
        "SELECT count(*) FILTER (WHERE decision = 'remove'), count(*) FILTER (WHERE decision = 'create')"
        " FROM preview_planned_slots('h2o', %s, %s, true)", (horizon, later)
    ).fetchone()  # fmt: skip

    assert replan(db, later, horizon) == foreseen
    assert db.execute(CALENDAR).fetchall() == literally
    assert replan(db, later, horizon) == (0, 0)
    assert top_off(db, later, horizon) == 0
    after = dict(db.execute("SELECT (channel_account_id, scheduled_for), id FROM post_instances").fetchall())
    assert all(after[place] == ids[place] for place in after.keys() & ids.keys())
    assert (
        column(db, f"SELECT post::text FROM post_instances AS post WHERE NOT ({untouched}) ORDER BY 1", later)
        == others
    )


def old_and_new(db: Connection) -> list:
    """Have two accounts with slots of a cadence that has changed since; the accounts in order."""
    accounts = sorted(new_account(db, posts_per_week=3) for _ in range(2))
    top_off(db, AS_OF, "14 days")
    db.execute("UPDATE channel_accounts SET posts_per_week = 4, days_of_week = '{1,2,3,6}'")
    db.execute(
        "UPDATE post_instances SET planned_category = 'old' WHERE extract(isodow FROM scheduled_for) = 1"
    )
    return accounts


def test_what_a_re_plan_changes_is_locked_once_each_in_the_order_of_account_and_time(db):
    old_and_new(db)
    db.execute("SET enable_indexscan = off; SET enable_bitmapscan = off")
    locked = db.execute(
        "SELECT id, decision, category FROM topoff.lock_changed_slots('{h2o}', %s, '2031-05-19 00:00+00')",
        (AS_OF,),
    ).fetchall()
    assert (
        locked
        == db.execute(
            "SELECT id, CASE extract(isodow FROM scheduled_for) WHEN 1 THEN 'exists' ELSE 'remove' END, NULL"
            " FROM post_instances WHERE extract(isodow FROM scheduled_for) IN (1, 5)"
            " ORDER BY channel_account_id, scheduled_for"
        ).fetchall()
    )


def test_what_a_re_plan_creates_is_told_in_the_order_of_account_and_time_and_nothing_else(db):
    accounts = old_and_new(db)
    arguments = (AS_OF, "2031-05-19 00:00+00")
    changed = db.execute(
        "SELECT channel_account_id, slot_at, decision FROM topoff.replanned_slots('{h2o}', %s, %s)", arguments
    ).fetchall()
    assert changed == sorted(changed, key=lambda row: row[:2])
    assert {decision for _, _, decision in changed} == {"create", "exists", "remove"}
    assert db.execute(
        "SELECT channel_account_id, unnest(slots) FROM topoff.new_slots('{h2o}', %s, %s, true)", arguments
    ).fetchall() == [row[:2] for row in changed if row[2] == "create"]
    assert {account for account, _, _ in changed} == set(accounts)


def test_two_tenants_may_have_slots_of_one_id(db):
    for table in ("post_instances", "channel_accounts"):
        db.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE")
        db.execute(f"ALTER TABLE {table} ADD PRIMARY KEY (tenant_id, id)")
    old_and_new(db)
    db.execute("INSERT INTO channel_accounts (id, tenant_id) SELECT id, 'all_county' FROM channel_accounts")
    db.execute("INSERT INTO content_items (id, tenant_id, title) VALUES"
               " (topoff.placeholder_content_item_id('all_county'), 'all_county', 'Planned slot')")  # fmt: skip
    db.execute(
        "INSERT INTO post_instances (id, tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for,"
        " planned_category, status) SELECT id, 'all_county', channel_account_id,"
        " topoff.placeholder_content_item_id('all_county'), scheduled_for, planned_for, planned_category, status"
        " FROM post_instances"
    )
    others = "SELECT post::text FROM post_instances AS post WHERE tenant_id = 'all_county' ORDER BY 1"
    before = column(db, others)
    assert replan(db, horizon="14 days") == (4, 8)
    assert column(db, others) == before


def test_a_slot_at_the_very_moment_of_a_replan_is_not_ahead_any_more(db):
    new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("UPDATE channel_accounts SET days_of_week = '{4}'")
    # it stands and counts, so that Thursday's gives way; a moment before it would have gone
    assert replan(db, "2031-05-07 09:00+00", "4 days") == (0, 0)
    assert replan(db, "2031-05-07 08:59+00", "4 days") == (1, 1)


def test_an_untouched_slot_goes_however_far_ahead_it_is(db):
    new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("UPDATE post_instances SET scheduled_for = 'infinity', planned_for = 'infinity'")
    db.execute("UPDATE post_instances SET touched_at = NULL")
    assert replan(db, AS_OF, "7 days") == (1, 1)
