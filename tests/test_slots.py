"""Working with slots: skipping one, filling the next, creating posts in bulk."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg2
import psycopg2.extras
import pytest
from builders import WAITING, column, insert, new_account, new_content, new_post, one, top_off
from conftest import HOST, PASSWORD, PORT, USER
from interleaving import in_background
from psycopg import errors

AS_OF = "2031-05-05 00:00+00"


# Skip ----------------------------------------------------------------------------------------------------


def test_a_skipped_slot_stays_away(db):
    account = new_account(db, posts_per_week=3, timezone="America/New_York")
    top_off(db, AS_OF, "7 days")
    slot = one(db, "SELECT id FROM post_instances ORDER BY scheduled_for LIMIT 1")
    db.execute("SELECT skip_planned_slot('h2o', %s)", (slot,))
    assert db.execute("SELECT channel_account_id, during::text, reason FROM topoff.blackouts").fetchall() == [
        (account, '["2031-05-05 09:00:00","2031-05-05 09:00:00"]', "skipped")
    ]
    assert top_off(db, AS_OF, "7 days") == 0
    assert one(db, "SELECT count(*) FROM post_instances") == 2


def test_a_skipped_slot_stays_away_in_a_later_cadence_with_the_same_time(db):
    new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    db.execute("UPDATE channel_accounts SET posts_per_week = 5, timezone = 'Asia/Tokyo'")
    db.execute("SELECT replan_planned_slots('h2o', '7 days', %s)", (AS_OF,))
    assert column(
        db,
        "SELECT to_char(scheduled_for AT TIME ZONE 'Asia/Tokyo', 'Dy DD HH24:MI') FROM post_instances ORDER BY scheduled_for",
    ) == ["Tue 06 09:00", "Thu 08 09:00", "Fri 09 09:00", "Mon 12 09:00"]


def test_a_skipped_slot_in_a_gap_of_the_clock_stays_away(db):
    new_account(db, posts_per_week=1, days_of_week=[7], times_local=["02:30"], timezone="America/New_York")
    top_off(db, "2031-03-08 00:00+00", "7 days")
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    assert top_off(db, "2031-03-08 00:00+00", "7 days") == 0
    # and where another cadence gives that day's 03:30
    db.execute("UPDATE channel_accounts SET times_local = '{03:30}'")
    assert top_off(db, "2031-03-08 00:00+00", "7 days") == 0
    assert top_off(db, "2031-03-08 00:00+00", "14 days") == 1


def test_skipping_a_moved_slot_blacks_out_both_places(db):
    new_account(db, posts_per_week=5)
    top_off(db, AS_OF, "7 days")
    db.execute(
        "UPDATE post_instances SET scheduled_for = '2031-05-10 10:00+00' WHERE scheduled_for = '2031-05-05 09:00+00'"
    )
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances WHERE scheduled_for <> planned_for")
    assert column(db, "SELECT lower(during)::text FROM topoff.blackouts ORDER BY 1") == [
        "2031-05-05 09:00:00",
        "2031-05-10 10:00:00",
    ]
    assert top_off(db, AS_OF, "7 days") == 0


def test_a_slot_that_was_taken_off_the_calendar_can_be_skipped(db):
    new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("UPDATE post_instances SET scheduled_for = NULL")
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    assert top_off(db, AS_OF, "7 days") == 0
    assert column(db, "SELECT lower(during)::text FROM topoff.blackouts") == ["2031-05-07 09:00:00"]


def test_skipping_is_undone_by_deleting_the_blackout(db):
    new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    db.execute("DELETE FROM topoff.blackouts WHERE reason = 'skipped'")
    assert top_off(db, AS_OF, "7 days") == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("status = 'Draft'", "is not an empty slot"),
        ("content_item_id = (SELECT id FROM content_items WHERE title = 'A post')", "is not an empty slot"),
        ("scheduled_for = now()", "is not in the future"),
        ("scheduled_for = now() - interval '1 hour'", "is not in the future"),
    ],
)
def test_only_empty_slots_of_the_future_are_skipped(db, change, message):
    new_account(db, posts_per_week=1)
    new_content(db)
    top_off(db, AS_OF, "7 days")
    db.execute(f"UPDATE post_instances SET {change}")
    with pytest.raises(errors.ObjectNotInPrerequisiteState, match=message) as refused:
        db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    assert refused.value.diag.message_detail
    assert refused.value.diag.message_hint
    assert one(db, "SELECT count(*) FROM post_instances") == 1
    assert one(db, "SELECT count(*) FROM topoff.blackouts") == 0


def test_a_slot_of_this_very_moment_is_not_skipped(db):
    account = new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    for ago, skipped in (("0 seconds", False), ("-1 microseconds", True)):
        with db.transaction(force_rollback=True):
            db.execute("UPDATE post_instances SET scheduled_for = now() - %s::interval", (ago,))
            try:
                with db.transaction():
                    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
            except errors.ObjectNotInPrerequisiteState as refused:
                assert refused.diag.message_primary.endswith("is not in the future")
            assert (
                column(db, "SELECT channel_account_id FROM topoff.blackouts") == [account, account] * skipped
            )


def test_skipping_another_tenants_slot_is_answered_like_an_unknown_id(db):
    new_account(db)
    new_account(db, tenant="all_county", posts_per_week=1)
    top_off(db, AS_OF, "7 days", tenant="all_county")
    foreign = one(db, "SELECT id FROM post_instances")
    for post in (foreign, uuid4(), None):
        with pytest.raises(errors.NoDataFound) as refused:
            db.execute("SELECT skip_planned_slot('h2o', %s::uuid)", (post,))
        assert refused.value.diag.message_primary == f"post instance {post or 'NULL'} does not exist"
        assert refused.value.diag.message_hint
    assert one(db, "SELECT count(*) FROM post_instances") == 1


def test_a_slot_that_somebody_fills_at_this_moment_is_not_skipped_but_kept(db, connect):
    new_account(db, posts_per_week=1)
    content = new_content(db)
    top_off(db, AS_OF, "7 days")
    slot = one(db, "SELECT id FROM post_instances")
    person, skipping = connect(), connect()
    with in_background() as start:
        with person.transaction():
            person.execute("UPDATE post_instances SET content_item_id = %s, status = 'Draft'", (content,))
            skipped = start(skipping.execute, "SELECT skip_planned_slot('h2o', %s)", (slot,))
            while not one(db, WAITING):
                assert not skipped.done()
        with pytest.raises(errors.ObjectNotInPrerequisiteState, match="is not an empty slot"):
            skipped.result()
    assert column(db, "SELECT content_item_id FROM post_instances") == [content]
    assert one(db, "SELECT count(*) FROM topoff.blackouts") == 0


def test_a_skipped_slot_is_blacked_out_by_the_clock_of_its_own_tenants_account(db):
    db.execute(
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
    )
    account = new_account(db, posts_per_week=1)
    new_account(db, tenant="all_county", id=account, timezone="Asia/Tokyo")
    top_off(db, AS_OF, "7 days")
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    assert db.execute("SELECT tenant_id, lower(during)::text FROM topoff.blackouts").fetchall() == [
        ("h2o", "2031-05-07 09:00:00")
    ]


@pytest.mark.parametrize("content", ["placeholder", "NULL"])
def test_an_empty_slot_is_skipped_whoever_made_it_and_whatever_stands_for_no_content(db, content):
    account = new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    slot = one(db, "UPDATE post_instances SET planned_for = NULL RETURNING id")
    if content == "NULL":
        db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
        db.execute("UPDATE post_instances SET content_item_id = NULL")
    db.execute("SELECT skip_planned_slot('h2o', %s)", (slot,))
    assert db.execute("SELECT channel_account_id, lower(during)::text FROM topoff.blackouts").fetchall() == [
        (account, "2031-05-07 09:00:00")
    ]
    assert one(db, "SELECT count(*) FROM post_instances") == 0


def test_a_draft_without_content_is_no_slot_to_skip_and_is_told_as_one_without(db):
    account = new_account(db, posts_per_week=1)
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    draft = insert(
        db, "post_instances", tenant_id="h2o", channel_account_id=account, status="Draft",
        scheduled_for="2031-05-05 09:00+00",
    )  # fmt: skip
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as refused:
        db.execute("SELECT skip_planned_slot('h2o', %s)", (draft,))
    assert refused.value.diag.message_detail == "Its status is Draft, and it has no content of its own."


def test_an_account_without_a_zone_of_its_own_is_skipped_in_utc(db):
    new_account(db, posts_per_week=1)
    db.execute("ALTER TABLE channel_accounts ALTER timezone DROP NOT NULL")
    db.execute("UPDATE channel_accounts SET timezone = NULL")
    top_off(db, AS_OF, "7 days")
    db.execute("SELECT skip_planned_slot('h2o', id) FROM post_instances")
    assert column(db, "SELECT lower(during)::text FROM topoff.blackouts") == ["2031-05-07 09:00:00"]
    assert top_off(db, AS_OF, "7 days") == 0


# Fill ----------------------------------------------------------------------------------------------------


def test_filling_takes_the_earliest_empty_slot_in_time_order(db):
    account = new_account(db, posts_per_week=3)
    other = new_account(db, posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7], times_local=["00:01"])
    one(db, "SELECT topoff_planned_slots('h2o')")
    slots = column(
        db, "SELECT id FROM post_instances WHERE channel_account_id = %s ORDER BY scheduled_for", account
    )
    for slot in slots:
        content = new_content(db)
        filled = db.execute(
            "SELECT id, status, content_item_id, planned_for = scheduled_for"
            " FROM fill_next_planned_slot(tenant => 'h2o', channel_account_id => %s, content_item_id => %s)",
            (account, content),
        ).fetchone()
        assert filled == (slot, "Scheduled", content, True)
    with pytest.raises(errors.NoDataFound) as refused:
        db.execute("SELECT fill_next_planned_slot('h2o', %s, %s)", (account, content))
    assert refused.value.diag.message_primary == f"channel account {account} has no empty slot"
    assert "SELECT topoff_planned_slots('h2o')" in refused.value.diag.message_hint
    assert not column(
        db, "SELECT id FROM post_instances WHERE channel_account_id = %s AND status <> 'Planned'", other
    )


def test_filling_passes_over_the_past_drafts_and_planned_posts_with_content(db):
    account = new_account(db)
    placeholder = one(
        db,
        "INSERT INTO content_items (id, tenant_id) VALUES (topoff.placeholder_content_item_id('h2o'), 'h2o') RETURNING id",
    )
    now = datetime.now(UTC)
    new_post(db, account, now - timedelta(hours=1), status="Planned", content=placeholder)
    new_post(db, account, now + timedelta(hours=1), status="Draft", content=placeholder)
    new_post(db, account, now + timedelta(hours=2), status="Planned")
    wanted = new_post(db, account, now + timedelta(hours=3), status="Planned", content=placeholder)
    assert one(db, "SELECT id FROM fill_next_planned_slot('h2o', %s, %s)", account, new_content(db)) == wanted


def test_a_slot_of_this_very_moment_is_filled_no_more(db):
    account, content = new_account(db, posts_per_week=1), new_content(db)
    top_off(db, AS_OF, "7 days")
    with db.transaction():
        db.execute("UPDATE post_instances SET scheduled_for = now()")
        with pytest.raises(errors.NoDataFound, match="has no empty slot"), db.transaction():
            db.execute("SELECT fill_next_planned_slot('h2o', %s, %s)", (account, content))
        slot = one(
            db, "UPDATE post_instances SET scheduled_for = now() + interval '1 microsecond' RETURNING id"
        )
        assert one(db, "SELECT id FROM fill_next_planned_slot('h2o', %s, %s)", account, content) == slot


def test_a_moved_empty_slot_is_filled_at_its_new_time(db):
    account = new_account(db, posts_per_week=1)
    one(db, "SELECT topoff_planned_slots('h2o')")
    slots = column(db, "SELECT id FROM post_instances ORDER BY scheduled_for")
    db.execute(
        "UPDATE post_instances SET scheduled_for = now() + interval '1 minute' WHERE id = %s", (slots[-1],)
    )
    assert (
        one(db, "SELECT id FROM fill_next_planned_slot('h2o', %s, %s)", account, new_content(db)) == slots[-1]
    )


def test_a_category_is_filled_where_the_cadence_wants_it_and_any_where_none_is_named(db):
    account = new_account(db, posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7])
    for category, time in (("offer", "15:00"), ("team", "08:00")):
        insert(
            db,
            "topoff.cadences",
            tenant_id="h2o",
            channel_account_id=account,
            posts_per_week=7,
            days_of_week=[1, 2, 3, 4, 5, 6, 7],
            times_local=[time],
            category=category,
        )
    one(db, "SELECT topoff_planned_slots('h2o', '14 days')")
    ahead = "SELECT id FROM post_instances WHERE scheduled_for > now() AND status = 'Planned' {} ORDER BY scheduled_for LIMIT 1"
    content = new_content(db)
    for category in ("offer", "team", "offer"):
        earliest = one(db, ahead.format("AND planned_category = %s"), category)
        call = "SELECT id FROM fill_next_planned_slot('h2o', %s, %s, category => %s)"
        assert one(db, call, account, content, category) == earliest
    earliest = one(db, ahead.format(""))
    assert one(db, "SELECT id FROM fill_next_planned_slot('h2o', %s, %s)", account, content) == earliest
    with pytest.raises(errors.NoDataFound) as refused:
        db.execute("SELECT fill_next_planned_slot('h2o', %s, %s, 'tips')", (account, content))
    assert (
        refused.value.diag.message_primary
        == f'channel account {account} has no empty slot of category "tips"'
    )
    assert "without a cadence of this category" in refused.value.diag.message_hint
    with pytest.raises(errors.InvalidParameterValue, match="category must not be empty") as refused:
        db.execute("SELECT fill_next_planned_slot('h2o', %s, %s, '')", (account, content))
    assert refused.value.diag.message_hint


def test_a_slot_without_content_is_filled_and_one_without_end_is_not(db):
    account = new_account(db, posts_per_week=1)
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    insert(
        db,
        "post_instances",
        tenant_id="h2o",
        channel_account_id=account,
        status="Planned",
        scheduled_for="infinity",
    )
    with pytest.raises(errors.NoDataFound, match="has no empty slot"):
        db.execute("SELECT fill_next_planned_slot('h2o', %s, %s)", (account, new_content(db)))
    wanted = insert(
        db,
        "post_instances",
        tenant_id="h2o",
        channel_account_id=account,
        status="Planned",
        scheduled_for=datetime.now(UTC) + timedelta(hours=3),
    )
    content = new_content(db)
    assert db.execute(
        "SELECT id, content_item_id, status FROM fill_next_planned_slot('h2o', %s, %s)", (account, content)
    ).fetchone() == (wanted, content, "Scheduled")


@pytest.mark.parametrize("status", ["paused", "disconnected", None])
def test_nothing_is_put_on_an_account_that_is_not_active(db, status):
    accounts = [new_account(db, posts_per_week=1) for _ in range(2)]
    one(db, "SELECT topoff_planned_slots('h2o')")
    db.execute("ALTER TABLE channel_accounts ALTER status DROP NOT NULL")
    db.execute("UPDATE channel_accounts SET status = %s WHERE id = %s", (status, accounts[1]))
    before = column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1")
    for call in (
        "fill_next_planned_slot('h2o', %(account)s, %(content)s)",
        "create_post_instances('h2o', %(content)s, ARRAY[%(active)s, %(account)s]::uuid[], '2031-01-01 00:00+00')",
        "create_post_instances('h2o', %(content)s, ARRAY[%(active)s, %(account)s]::uuid[], NULL)",
    ):
        with pytest.raises(errors.ObjectNotInPrerequisiteState) as refused:
            db.execute(
                f"SELECT {call}", {"account": accounts[1], "active": accounts[0], "content": new_content(db)}
            )
        diag = refused.value.diag
        assert diag.message_primary == f"channel account {accounts[1]} is not active"
        assert (f"the status {status}" if status else "no status") in diag.message_detail
        assert diag.message_hint
    assert column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1") == before


def test_foreign_ids_are_answered_like_unknown_ids_when_filling(db):
    account, content = new_account(db, posts_per_week=1), new_content(db)
    foreign_account, foreign_content = new_account(db, tenant="all_county"), new_content(db, "all_county")
    one(db, "SELECT topoff_planned_slots('h2o')")
    for who, what, message in [
        (foreign_account, content, f"channel account {foreign_account} does not exist"),
        (uuid4(), content, "channel account .* does not exist"),
        (None, content, "channel account NULL does not exist"),
        (account, foreign_content, f"content item {foreign_content} does not exist"),
        (account, uuid4(), "content item .* does not exist"),
        (account, None, "content item NULL does not exist"),
    ]:
        with pytest.raises(errors.NoDataFound, match=message) as refused:
            db.execute("SELECT fill_next_planned_slot('h2o', %s::uuid, %s::uuid)", (who, what))
        assert refused.value.diag.message_hint
    assert column(db, "SELECT DISTINCT status FROM post_instances") == ["Planned"]


def test_the_placeholder_is_no_content_to_fill_or_create_with(db):
    account = new_account(db, posts_per_week=1)
    one(db, "SELECT topoff_planned_slots('h2o')")
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id('h2o')")
    for call in (
        "fill_next_planned_slot('h2o', %(account)s, %(content)s)",
        "create_post_instances('h2o', %(content)s, ARRAY[%(account)s::uuid], '2031-01-01 00:00+00')",
    ):
        with pytest.raises(
            errors.InvalidParameterValue, match="is the placeholder of empty slots"
        ) as refused:
            db.execute(f"SELECT {call}", {"account": account, "content": placeholder})
        assert refused.value.diag.message_hint


# Bulk create ---------------------------------------------------------------------------------------------


def create(db, content, accounts, scheduled_for, tenant="h2o"):
    return db.execute(
        "SELECT channel_account_id, id, status, content_item_id, planned_for IS NOT NULL"
        " FROM create_post_instances(%s, %s, %s::uuid[], %s)",
        (tenant, content, accounts, scheduled_for),
    ).fetchall()


def test_an_empty_slot_is_filled_in_place_and_a_free_time_gets_a_new_post(db):
    planned = new_account(db, posts_per_week=1)
    free = new_account(db)
    top_off(db, AS_OF, "7 days")
    slot = one(db, "SELECT id FROM post_instances")
    content = new_content(db)
    rows = create(db, content, [free, planned], "2031-05-07 09:00+00")
    assert rows[1] == (planned, slot, "Scheduled", content, True)
    assert (rows[0][0], *rows[0][2:]) == (free, "Scheduled", content, False)
    assert one(db, "SELECT count(*) FROM post_instances") == 2


def test_a_slot_without_content_is_filled_in_place_and_another_tenants_of_the_same_id_is_not_returned(db):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    db.execute(
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
    )
    account, other = new_account(db, posts_per_week=1), new_account(db, tenant="all_county")
    top_off(db, AS_OF, "7 days")
    slot = one(db, "SELECT id FROM post_instances WHERE content_item_id IS NULL")
    new_post(db, other, "2031-05-07 09:00+00", tenant="all_county", id=slot)
    content = new_content(db)
    rows = create(db, content, [account], "2031-05-07 09:00+00")
    assert rows == [(account, slot, "Scheduled", content, True)]


def test_a_moved_empty_slot_is_filled_where_it_stands(db):
    account = new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("UPDATE post_instances SET scheduled_for = '2031-05-09 12:00+00'")
    create(db, new_content(db), [account], "2031-05-09 12:00+00")
    assert db.execute("SELECT status, planned_for::date::text FROM post_instances").fetchall() == [
        ("Scheduled", "2031-05-07")
    ]


def test_a_taken_time_fails_for_all_and_names_every_account_that_is_taken(db):
    accounts = [new_account(db, posts_per_week=1) for _ in range(4)]
    top_off(db, AS_OF, "7 days")
    at = "2031-05-07 09:00+00"
    for account in accounts[1:3]:
        db.execute("UPDATE post_instances SET status = 'Draft' WHERE channel_account_id = %s", (account,))
    before = column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1")
    with pytest.raises(errors.UniqueViolation) as refused:
        create(db, new_content(db), accounts, at)
    diag = refused.value.diag
    assert diag.message_primary.startswith("the time 2031-05-07 09:00:00+00 is taken on channel account ")
    assert [str(account) in diag.message_primary for account in accounts] == [False, True, True, False]
    assert diag.constraint_name == "post_instances_slot_key"
    assert diag.message_detail
    assert diag.message_hint
    assert column(db, "SELECT post::text FROM post_instances AS post ORDER BY 1") == before


def test_without_a_time_every_account_gets_a_draft(db):
    accounts = [new_account(db), new_account(db)]
    content = new_content(db)
    for _ in range(2):
        rows = create(db, content, accounts, None)
        assert [(row[0], row[2], row[3]) for row in rows] == [
            (account, "Draft", content) for account in accounts
        ]
    assert one(db, "SELECT count(*) FROM post_instances WHERE scheduled_for IS NULL") == 4


def test_rows_come_in_the_order_of_the_accounts_and_an_account_named_twice_counts_once(db):
    accounts = sorted((new_account(db) for _ in range(5)), reverse=True)
    rows = create(db, new_content(db), [*accounts, accounts[0]], AS_OF)
    assert [row[0] for row in rows] == accounts


def test_unknown_and_foreign_accounts_are_named_and_nothing_is_created(db):
    mine, foreign, unknown = new_account(db), new_account(db, tenant="all_county"), uuid4()
    with pytest.raises(errors.NoDataFound) as refused:
        create(db, new_content(db), [mine, foreign, unknown], AS_OF)
    assert str(foreign) in refused.value.diag.message_primary
    assert str(unknown) in refused.value.diag.message_primary
    assert str(mine) not in refused.value.diag.message_primary
    with pytest.raises(errors.NoDataFound, match="channel account NULL does not exist"):
        create(db, new_content(db), [mine, None], AS_OF)
    with pytest.raises(errors.NoDataFound, match="content item .* does not exist"):
        create(db, new_content(db, "all_county"), [mine], AS_OF)
    assert one(db, "SELECT count(*) FROM post_instances") == 0


@pytest.mark.parametrize(
    ("accounts", "at", "error", "message"),
    [
        ([], AS_OF, errors.InvalidParameterValue, "channel_account_ids must not be empty"),
        (None, AS_OF, errors.NullValueNotAllowed, "channel_account_ids must not be empty"),
        ("account", "infinity", errors.InvalidParameterValue, "scheduled_for must not be infinite"),
        ("account", "-infinity", errors.InvalidParameterValue, "scheduled_for must not be infinite"),
        (
            "account",
            "2020-01-01 00:00+00",
            errors.InvalidParameterValue,
            "scheduled_for 2020-01-01 00:00:00+00 is not in the future",
        ),
    ],
)
def test_a_bulk_create_that_makes_no_sense_is_an_error(db, accounts, at, error, message):
    account, content = new_account(db), new_content(db)
    with pytest.raises(error) as refused:
        create(db, content, [account] if accounts == "account" else accounts, at)
    assert refused.value.diag.message_primary == message
    assert refused.value.diag.message_hint


def test_who_retires_fills_skips_or_creates_is_told_what_is_wrong_the_facts_and_the_way_out(db):
    account, paused, content = (
        new_account(db, posts_per_week=1),
        new_account(db, status="paused"),
        new_content(db),
    )
    top_off(db, AS_OF, "7 days")
    slot = one(db, "UPDATE post_instances SET status = 'Draft' RETURNING id")
    own = new_post(db, account, "2031-05-06 10:00+00", status="Planned")
    gone, unknown = new_post(db, account, "2020-05-06 10:00+00", status="Planned"), uuid4()
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id('h2o')")
    db.execute("UPDATE post_instances SET content_item_id = %s WHERE id = %s", (placeholder, gone))
    off = new_post(db, account, None, status="Planned", content=placeholder)
    top_off_first = "Top off first: SELECT topoff_planned_slots('h2o'). An account without a cadence "
    skipping = "Only empty Planned slots are skipped; move or delete a post instead."
    gone_by = "A slot that has gone by is left alone."
    name_one = "Name at least one channel account."
    is_no_slot, is_over = "post instance {} is not an empty slot", "post instance {} is not in the future"
    fill, skip = "fill_next_planned_slot('h2o', %s, %s)", "skip_planned_slot('h2o', %s)"
    for statement, arguments, message, detail, hint in [
        (skip, [slot], is_no_slot.format(slot), "Its status is Draft, and it has no content of its own.", skipping),
        (skip, [own], is_no_slot.format(own), "Its status is Planned, and it has content of its own.", skipping),
        (skip, [gone], is_over.format(gone), "Its time is 2020-05-06 10:00:00+00.", gone_by),
        (skip, [off], is_over.format(off), "Its time is not set.", gone_by),
        (skip, [unknown], f"post instance {unknown} does not exist", None, "It may have been deleted; read the calendar again."),
        (fill, [account, content], f"channel account {account} has no empty slot", None, f"{top_off_first}gets no slots."),
        (
            "fill_next_planned_slot('h2o', %s, %s, 'offer')",
            [account, content],
            f'channel account {account} has no empty slot of category "offer"',
            None,
            f"{top_off_first}of this category gets no slots.",
        ),
        (
            "fill_next_planned_slot('h2o', %s, %s, '')",
            [account, content],
            "category must not be empty",
            None,
            "Leave it out for a slot of any category.",
        ),
        (
            fill,
            [paused, content],
            f"channel account {paused} is not active",
            f"{paused} has the status paused.",
            "Set it active again (status = 'active'), or leave it out.",
        ),
        (fill, [account, unknown], f"content item {unknown} does not exist", None, "Create the content item first."),
        (
            fill,
            [account, placeholder],
            f"content item {placeholder} is the placeholder of empty slots",
            None,
            "Create a content item of its own for the post.",
        ),
        (
            "retire_channel_account('h2o', %s)",
            [unknown],
            f"channel account {unknown} does not exist",
            None,
            "Read the tenant's channel accounts again.",
        ),
        (
            "create_post_instances('h2o', %s, ARRAY[%s::uuid], '2031-05-07 09:00+00')",
            [content, account],
            f"the time 2031-05-07 09:00:00+00 is taken on channel account {account}",
            "Each of these accounts has a post at that time that is not an empty slot. Nothing was created.",
            "Choose another time, or leave these accounts out.",
        ),
        (
            "create_post_instances('h2o', %s, ARRAY[]::uuid[], '2031-05-07 09:00+00')",
            [content],
            "channel_account_ids must not be empty",
            None,
            name_one,
        ),
        (
            "create_post_instances('h2o', %s, NULL, '2031-05-07 09:00+00')",
            [content],
            "channel_account_ids must not be empty",
            None,
            name_one,
        ),
        (
            "create_post_instances('h2o', %s, ARRAY[%s::uuid], 'infinity')",
            [content, account],
            "scheduled_for must not be infinite",
            None,
            "Leave it NULL for a draft that is not on the calendar.",
        ),
    ]:  # fmt: skip
        with pytest.raises(errors.Error) as refused:
            db.execute(f"SELECT {statement}", arguments)
        diag = refused.value.diag
        assert (diag.message_primary, diag.message_detail, diag.message_hint) == (message, detail, hint)


def test_a_post_of_this_very_moment_is_not_in_the_future(db):
    account, content = new_account(db), new_content(db)
    for ago in ("0 seconds", "1 hour"):
        with pytest.raises(errors.InvalidParameterValue) as refused, db.transaction():
            now, at = db.execute("SELECT now()::text, now() - %s::interval", (ago,)).fetchone()
            create(db, content, [account], at)
        diag = refused.value.diag
        assert diag.message_primary.endswith(" is not in the future")
        assert (diag.message_detail, diag.message_hint) == (
            f"It is {now} now.",
            "Choose a time to come, or leave it NULL for a draft that is not on the calendar.",
        )


def test_accounts_that_are_taken_or_not_active_are_named_in_the_order_of_their_ids(db):
    accounts = sorted(new_account(db) for _ in range(13))
    content = new_content(db)
    for account in accounts[:12]:
        new_post(db, account, AS_OF)
    with pytest.raises(errors.UniqueViolation) as refused:
        create(db, content, accounts[::-1], AS_OF)
    assert refused.value.diag.message_primary == (
        f"the time {AS_OF.replace('00:00', '00:00:00')} is taken on channel account "
        + ", ".join(map(str, accounts[:12]))
    )
    db.execute("ALTER TABLE channel_accounts ALTER status DROP NOT NULL")
    db.execute("UPDATE channel_accounts SET status = 'paused' WHERE id <> %s", (accounts[12],))
    db.execute("UPDATE channel_accounts SET status = NULL WHERE id = %s", (accounts[1],))
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as refused:
        create(db, content, accounts[::-1], "2031-05-06 00:00+00")
    diag = refused.value.diag
    assert diag.message_primary == f"channel account {', '.join(map(str, accounts[:12]))} is not active"
    states = [
        f"{account} has {'no status' if account == accounts[1] else 'the status paused'}"
        for account in accounts[:12]
    ]
    assert diag.message_detail == f"{'; '.join(states)}."


def test_a_slot_of_another_tenants_account_of_the_same_id_is_neither_filled_nor_counted(db):
    db.execute(
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
    )
    account, content = new_account(db), new_content(db)
    new_account(db, tenant="all_county", id=account)
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    slots = {
        tenant: insert(
            db, "post_instances", tenant_id=tenant, channel_account_id=account, status="Planned",
            scheduled_for=at, planned_for=at,
        )
        for tenant, at in (("all_county", "2031-05-05 09:00+00"), ("h2o", "2031-05-06 09:00+00"))
    }  # fmt: skip
    assert db.execute(
        "SELECT slots_ahead, next_empty_slot::date::text FROM cadence_coverage ORDER BY tenant_id"
    ).fetchall() == [(1, "2031-05-05"), (1, "2031-05-06")]
    assert one(db, "SELECT id FROM fill_next_planned_slot('h2o', %s, %s)", account, content) == slots["h2o"]
    assert column(db, "SELECT status FROM post_instances ORDER BY scheduled_for") == ["Planned", "Scheduled"]


def test_a_taken_time_is_told_like_the_breach_of_the_slot_key_that_it_would_be(db):
    account = new_account(db)
    new_post(db, account, AS_OF)
    with pytest.raises(errors.UniqueViolation) as refused:
        create(db, new_content(db), [account], AS_OF)
    ours = refused.value.diag
    with pytest.raises(errors.UniqueViolation) as refused:
        new_post(db, account, AS_OF)
    its = refused.value.diag
    assert (ours.schema_name, ours.table_name, ours.constraint_name) == (
        its.schema_name, its.table_name, its.constraint_name,
    )  # fmt: skip


def test_unknown_accounts_are_named_once_and_in_order_however_often_they_are_asked_for(db):
    new_account(db)
    unknown = sorted(uuid4() for _ in range(20))
    with pytest.raises(errors.NoDataFound) as refused:
        create(db, new_content(db), [*unknown[::-1], *unknown[::2]], AS_OF)
    assert (
        refused.value.diag.message_primary == f"channel account {', '.join(map(str, unknown))} does not exist"
    )


def test_skipping_keeps_other_accounts_of_the_tenant_as_they_are(db):
    account, other = new_account(db, posts_per_week=1), new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute(
        "SELECT skip_planned_slot('h2o', id) FROM post_instances WHERE channel_account_id = %s", (account,)
    )
    assert column(db, "SELECT channel_account_id FROM topoff.blackouts") == [account]
    db.execute("DELETE FROM post_instances")
    assert top_off(db, AS_OF, "7 days") == 1
    assert column(db, "SELECT channel_account_id FROM post_instances") == [other]


@pytest.mark.parametrize(
    "change",
    [
        "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off",
        "ALTER TABLE post_instances DROP CONSTRAINT post_instances_slot_key CASCADE",
    ],
    ids=["without an index scan", "without the slot key"],
)
def test_the_earliest_slot_is_filled_whatever_plan_finds_it(db, change):
    account = new_account(db)
    placeholder = new_content(db, title="Planned slot")
    db.execute("UPDATE content_items SET id = topoff.placeholder_content_item_id('h2o')")
    placeholder = one(db, "SELECT id FROM content_items")
    for day in (9, 6, 7):
        new_post(db, account, f"2031-05-{day:02} 09:00+00", status="Planned", content=placeholder)
    db.execute(change)
    for day in (6, 7, 9):
        filled = one(
            db, "SELECT (fill_next_planned_slot('h2o', %s, %s)).scheduled_for", account, new_content(db)
        )
        assert filled == datetime(2031, 5, day, 9, tzinfo=UTC)


# As the application calls them ---------------------------------------------------------------------------


AUDITED = """
    CREATE SCHEMA audit;
    CREATE TABLE audit.entries (what text, who text DEFAULT current_user);
    -- As applications write them: with names that only the caller's search_path finds.
    CREATE FUNCTION audit.note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO entries (what) VALUES (TG_OP || ' ' || TG_TABLE_NAME);
        RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
    END $$;
    CREATE TRIGGER note BEFORE INSERT OR UPDATE OR DELETE ON channel_accounts
    FOR EACH ROW EXECUTE FUNCTION audit.note();
    CREATE TRIGGER note AFTER INSERT OR UPDATE OR DELETE ON content_items
    FOR EACH ROW EXECUTE FUNCTION audit.note();
    CREATE TRIGGER note BEFORE INSERT OR UPDATE OR DELETE ON post_instances
    FOR EACH ROW EXECUTE FUNCTION audit.note();
    SET search_path = audit, public;
"""
WRITERS = {
    "fill": ("SELECT fill_next_planned_slot('h2o', {account}, {content})", {"UPDATE post_instances"}),
    "skip": (
        "SELECT skip_planned_slot('h2o', id) FROM post_instances WHERE status = 'Planned' LIMIT 1",
        {"DELETE post_instances"},
    ),
    "create at a time": (
        "SELECT create_post_instances('h2o', {content}, ARRAY[{account}], '2031-01-01 00:00+00')",
        {"INSERT post_instances"},
    ),
    "create a draft": (
        "SELECT create_post_instances('h2o', {content}, ARRAY[{account}], NULL)",
        {"INSERT post_instances"},
    ),
    "retire": (
        "SELECT retire_channel_account('h2o', {account})",
        {"UPDATE channel_accounts", "DELETE post_instances"},
    ),
    "rename": (
        "SELECT topoff.rename_tenant('h2o', 'h3o')",
        {"UPDATE channel_accounts", "UPDATE content_items", "UPDATE post_instances"},
    ),
    "erase": (
        "SELECT topoff.erase_tenant('h2o')",
        {"UPDATE channel_accounts", "DELETE content_items", "DELETE post_instances"},
    ),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_applications_triggers_run_as_for_its_own_writes(db, name):
    account, content = new_account(db, posts_per_week=3), new_content(db)
    one(db, "SELECT topoff_planned_slots('h2o')")
    db.execute(AUDITED)
    statement, noted = WRITERS[name]
    db.execute(statement.format(account=f"'{account}'::uuid", content=f"'{content}'::uuid"))
    assert set(column(db, "SELECT what FROM audit.entries")) == noted


@pytest.mark.parametrize("name", WRITERS)
def test_no_column_of_the_applications_is_mistaken_for_something_of_ours(db, name):
    account, content = new_account(db, posts_per_week=3), new_content(db)
    one(db, "SELECT topoff_planned_slots('h2o')")
    names = """tenant old new channel_account_ids post_instance_ids post_instance_id category own slots slot accounts
        placeholder written written_ids written_accounts removed deleted held renamed post account entry content active
        named wanted taken instant clock shows stands_at parameter"""
    for table in ("channel_accounts", "content_items", "post_instances"):
        for column_name in names.split():
            db.execute(f"ALTER TABLE {table} ADD COLUMN {column_name} text DEFAULT 'all_county'")
    statement, _ = WRITERS[name]
    assert (
        db.execute(statement.format(account=f"'{account}'::uuid", content=f"'{content}'::uuid")).rowcount == 1
    )
    written = {
        "fill": "SELECT count(*) = 1 FROM post_instances WHERE status = 'Scheduled'",
        "skip": "SELECT count(*) = 1 FROM topoff.blackouts",
        "retire": "SELECT count(*) = 0 FROM post_instances",
        "rename": "SELECT bool_and(tenant_id = 'h3o') FROM post_instances",
        "erase": "SELECT count(*) = 0 FROM post_instances",
    }
    assert one(db, written.get(name, "SELECT count(*) = 13 FROM post_instances"))


@pytest.mark.parametrize("name", WRITERS)
def test_rows_are_told_by_tenant_and_id(db, name):
    """Another tenant has rows with the very same ids, as keys of (tenant_id, id) allow."""
    account, content = new_account(db, posts_per_week=3), new_content(db)
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    one(db, "SELECT topoff_planned_slots('h2o')")
    tables = {
        "channel_accounts": "id, tenant_id, posts_per_week",
        "content_items": "id, tenant_id, title",
        "post_instances": "id, tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status",
    }
    for table, columns in tables.items():
        db.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
        )
        other = columns.replace("tenant_id", "'all_county'")
        db.execute(f"INSERT INTO {table} ({columns}) SELECT {other} FROM {table}")
    theirs = [
        f"SELECT r::text FROM {table} AS r WHERE tenant_id = 'all_county' ORDER BY 1" for table in tables
    ]
    before = [column(db, query) for query in theirs]
    statement, _ = WRITERS[name]
    db.execute(
        statement.replace("WHERE status", "WHERE tenant_id = 'h2o' AND status").format(
            account=f"'{account}'::uuid", content=f"'{content}'::uuid"
        )
    )
    assert [column(db, query) for query in theirs] == before


@pytest.mark.parametrize("name", ["fill", "skip", "create at a time", "create a draft", "retire"])
def test_a_session_that_has_called_before_goes_on_after_the_application_has_migrated(db, connect, name):
    account, content = new_account(db, posts_per_week=5), new_content(db)
    one(db, "SELECT topoff_planned_slots('h2o')")
    session = connect()
    statement = WRITERS[name][0].format(account=f"'{account}'::uuid", content=f"'{content}'::uuid")
    call = statement.replace("2031-01-01", "2031-01-%02d")
    for number, change in enumerate(
        [
            "ALTER TABLE post_instances ADD COLUMN notes text DEFAULT 'a'",
            "ALTER TABLE post_instances ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY",
            "ALTER TABLE post_instances DROP COLUMN notes",
            "ALTER TABLE post_instances DROP CONSTRAINT post_instances_status_known_check",
            "ALTER TABLE post_instances ALTER status TYPE varchar(40)",
            "CREATE TYPE post_status AS ENUM ('Draft', 'Planned', 'Scheduled', 'Posted', 'Failed', 'Approved');"
            "ALTER TABLE post_instances ALTER status DROP DEFAULT, ALTER status TYPE post_status USING status::post_status",
            "ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL",
            "ALTER TABLE content_items ALTER title TYPE varchar",
            "ALTER TABLE channel_accounts ALTER status TYPE varchar",
        ],
        start=1,
    ):
        session.execute(call % number if "%02d" in call else call)
        db.execute(change)
    session.execute(call % 20 if "%02d" in call else call)


def test_every_function_is_one_statement_for_psycopg2(db):
    account = str(new_account(db, posts_per_week=3))
    content = str(new_content(db))
    session = psycopg2.connect(host=HOST, port=PORT, user=USER, password=PASSWORD, dbname=db.info.dbname)
    with session, session.cursor(cursor_factory=psycopg2.extras.RealDictCursor) as cursor:

        def call(statement, *parameters):
            cursor.execute(statement, parameters)
            return cursor.fetchall()

        assert call("SELECT topoff_planned_slots(%s) AS created", "h2o") == [{"created": 12}]
        assert call("SELECT * FROM replan_planned_slots(%s)", "h2o") == [{"removed": 0, "created": 0}]
        (filled,) = call("SELECT * FROM fill_next_planned_slot(%s, %s, %s)", "h2o", account, content)
        assert (filled["status"], filled["content_item_id"]) == ("Scheduled", content)
        (slot,) = call("SELECT id FROM post_instances WHERE status = 'Planned' LIMIT 1")
        assert call("SELECT skip_planned_slot(%s, %s)", "h2o", slot["id"]) == [{"skip_planned_slot": ""}]
        posts = call("SELECT * FROM create_post_instances(%s, %s, %s::uuid[], %s)", "h2o", content, [account],
                     datetime(2031, 1, 1, tzinfo=UTC))  # fmt: skip
        assert [post["status"] for post in posts] == ["Scheduled"]
        (calendar,) = call("SELECT marketing_calendar(%s, %s, %s) AS days", "h2o", "2031-01-01", "2031-01-01")
        assert list(calendar["days"]) == ["2031-01-01"]
        assert len(call("SELECT * FROM preview_planned_slots(%s)", "h2o")) == 12
        assert call("SELECT slots_ahead FROM cadence_coverage WHERE tenant_id = %s", "h2o") == [
            {"slots_ahead": 11}
        ]
    session.close()
