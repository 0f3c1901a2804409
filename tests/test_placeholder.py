"""The placeholder, the statuses and the keys: what the tables refuse whoever writes."""

import pytest
from builders import column, new_account, new_content, new_post, one, top_off
from psycopg import errors


@pytest.fixture
def slots(db):
    """Give h2o four planned slots on one account, and return the account."""
    account = new_account(db, posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00")
    return account


def test_the_placeholder_id_is_the_same_everywhere_and_another_for_every_tenant(db):
    assert (
        str(one(db, "SELECT topoff.placeholder_content_item_id('h2o')"))
        == "36148032-9ca2-8ded-8e59-28de54ac7270"
    )
    assert (
        one(
            db,
            "SELECT count(DISTINCT topoff.placeholder_content_item_id('t' || i)) FROM generate_series(1, 1000) AS i",
        )
        == 1000
    )
    assert one(db, "SELECT topoff.placeholder_content_item_id(NULL) IS NULL")


@pytest.mark.parametrize("status", ["Scheduled", "Posted"])
def test_an_empty_slot_is_never_published(db, slots, status):
    with pytest.raises(errors.CheckViolation) as refused:
        db.execute("UPDATE post_instances SET status = %s", (status,))
    assert refused.value.diag.constraint_name == "post_instances_empty_slot_not_published_check"
    assert column(db, "SELECT DISTINCT status FROM post_instances") == ["Planned"]


def test_a_slot_with_content_of_its_own_is_published(db, slots):
    db.execute("UPDATE post_instances SET status = 'Scheduled', content_item_id = %s", (new_content(db),))
    assert column(db, "SELECT DISTINCT status FROM post_instances") == ["Scheduled"]


@pytest.mark.parametrize("status", ["planned", "Cancelled", ""])
def test_an_unknown_status_is_refused(db, slots, status):
    with pytest.raises(errors.CheckViolation) as refused:
        new_post(db, slots, "2031-06-01 00:00+00", status=status)
    assert refused.value.diag.constraint_name == "post_instances_status_known_check"


@pytest.mark.parametrize(
    ("statement", "done"),
    [
        ("UPDATE content_items SET title = 'Buy one, get one'", "changed"),
        ("UPDATE content_items SET tenant_id = 'all_county'", "changed"),
        ("UPDATE content_items SET body = 'Hello'", "changed"),
        ("DELETE FROM content_items", "deleted"),
    ],
)
def test_the_placeholder_of_slots_cannot_be_touched(db, slots, statement, done):
    with pytest.raises(errors.ObjectInUse) as refused:
        db.execute(statement)
    assert refused.value.diag.message_primary.endswith(
        f'is the placeholder of tenant "h2o" and cannot be {done}'
    )
    assert "assign it to the slot" in refused.value.diag.message_hint
    assert db.execute("SELECT tenant_id, title FROM content_items").fetchall() == [("h2o", "Planned slot")]


def test_an_update_that_changes_nothing_passes_the_guard(db, slots):
    assert db.execute("UPDATE content_items SET title = title").rowcount == 1


def test_other_content_is_not_guarded(db, slots):
    content = new_content(db)
    db.execute("UPDATE content_items SET title = 'New' WHERE id = %s", (content,))
    db.execute("DELETE FROM content_items WHERE id = %s", (content,))


def test_a_placeholder_that_serves_no_slot_may_go_and_comes_back_with_the_next_top_off(db, slots):
    db.execute("DELETE FROM post_instances")
    db.execute("DELETE FROM content_items")
    assert top_off(db, "2031-05-05 00:00+00") == 4
    assert one(db, "SELECT count(*) FROM content_items") == 1


def test_two_posts_of_an_account_never_share_an_instant(db, slots):
    with pytest.raises(errors.UniqueViolation) as refused:
        new_post(db, slots, "2031-05-07 09:00+00")
    assert refused.value.diag.constraint_name == "post_instances_slot_key"
    # the same instant as another clock writes it
    with pytest.raises(errors.UniqueViolation):
        new_post(db, slots, "2031-05-07 11:00+02")


def test_any_number_of_posts_may_be_off_the_calendar(db, slots):
    for _ in range(3):
        new_post(db, slots, None, status="Draft")


def test_a_post_cannot_refer_to_another_tenants_account_or_content(db, slots):
    foreign_account = new_account(db, tenant="all_county")
    foreign_content = new_content(db, tenant="all_county")
    with pytest.raises(errors.ForeignKeyViolation) as refused:
        new_post(db, foreign_account, None, status="Draft")
    assert refused.value.diag.constraint_name == "post_instances_tenant_channel_account_fkey"
    with pytest.raises(errors.ForeignKeyViolation) as refused:
        new_post(db, slots, None, status="Draft", content=foreign_content)
    assert refused.value.diag.constraint_name == "post_instances_tenant_content_item_fkey"


def test_a_blackout_cannot_refer_to_another_tenants_account(db, slots):
    with pytest.raises(errors.ForeignKeyViolation):
        db.execute(
            "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('all_county', %s, '[2031-01-01,2031-01-02)')",
            (slots,),
        )


def test_an_account_takes_its_blackouts_along(db):
    account = new_account(db)
    db.execute(
        "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('h2o', %s, '[2031-01-01,2031-01-02)')",
        (account,),
    )
    db.execute("DELETE FROM channel_accounts")
    assert one(db, "SELECT count(*) FROM topoff.blackouts") == 0
