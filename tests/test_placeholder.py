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


def test_no_placeholder_is_made_before_there_is_a_slot_for_it(db):
    new_account(db, posts_per_week=1, days_of_week=[3])
    assert top_off(db, "2031-05-05 00:00+00", "1 day") == 0
    assert one(db, "SELECT count(*) FROM content_items") == 0
    assert top_off(db, "2031-05-05 00:00+00", "7 days") == 1
    assert one(db, "SELECT count(*) FROM content_items") == 1


def test_the_placeholder_id_is_the_same_everywhere_and_another_for_every_tenant(db):
    assert (
        str(one(db, "SELECT topoff.placeholder_content_item_id('h2o')"))
        == "746f706f-9ca2-8ded-8e59-28de54ac7270"
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


PLACEHOLDER = "746f706f-9ca2-8ded-8e59-28de54ac7270"


@pytest.mark.parametrize(
    ("statement", "hint"),
    [
        ("UPDATE content_items SET title = 'Buy one, get one'", "To write a post, create a content item"),
        ("UPDATE content_items SET body = 'Hello'", "To write a post, create a content item"),
        ("UPDATE content_items SET id = gen_random_uuid()", "To write a post, create a content item"),
        (
            "UPDATE content_items SET tenant_id = 'all_county'",
            "To give a tenant another name: SELECT topoff.rename_tenant('h2o', 'all_county').",
        ),
    ],
)
def test_the_placeholder_of_slots_cannot_be_changed(db, slots, statement, hint):
    with pytest.raises(errors.ObjectInUse) as refused:
        db.execute(statement)
    assert refused.value.diag.message_primary == (
        f'content item {PLACEHOLDER} is the placeholder of tenant "h2o" and cannot be changed'
    )
    assert refused.value.diag.message_detail == "Empty planned slots have it as their content."
    assert refused.value.diag.message_hint.startswith(hint)
    assert db.execute("SELECT tenant_id, title FROM content_items").fetchall() == [("h2o", "Planned slot")]


@pytest.mark.parametrize("posts_first", [False, True])
def test_the_placeholder_cannot_be_deleted_while_the_tenant_has_an_account(db, slots, posts_first):
    """An ORM deletes an item's posts first: at the item none is left, and the slots would be gone."""
    refusal = pytest.raises(errors.ObjectInUse if posts_first else errors.ForeignKeyViolation)
    with refusal as refused, db.transaction():
        if posts_first:
            db.execute("DELETE FROM post_instances")
        db.execute("DELETE FROM content_items")
        db.execute("INSERT INTO content_items (tenant_id, title) VALUES ('h2o', 'So far nothing stops it')")
    if posts_first:
        assert refused.value.diag.message_primary == (
            f'content item {PLACEHOLDER} is the placeholder of tenant "h2o" and cannot be deleted'
        )
        assert "has channel accounts" in refused.value.diag.message_detail
        assert "SELECT topoff.erase_tenant('h2o')" in refused.value.diag.message_hint
    assert one(db, "SELECT count(*) FROM post_instances") == 4
    assert column(db, "SELECT title FROM content_items") == ["Planned slot"]


def test_who_erases_a_tenant_can_delete_its_placeholder_and_no_others(db, slots):
    new_account(db, tenant="all_county", posts_per_week=1)
    top_off(db, "2031-05-05 00:00+00", tenant="all_county")
    db.execute("DELETE FROM post_instances")
    with db.transaction():
        db.execute("SELECT set_config('topoff.erasing', 'h2o', true)")
        db.execute("DELETE FROM content_items WHERE tenant_id = 'h2o'")
    with pytest.raises(errors.ObjectInUse), db.transaction():
        db.execute("SELECT set_config('topoff.erasing', 'h2o', true)")
        db.execute("DELETE FROM content_items WHERE tenant_id = 'all_county'")
    with pytest.raises(errors.ObjectInUse):
        db.execute("DELETE FROM content_items WHERE tenant_id = 'all_county'")
    assert column(db, "SELECT tenant_id FROM content_items") == ["all_county"]


@pytest.mark.parametrize("order", ["aip", "api", "iap", "ipa", "pai", "pia"])
@pytest.mark.parametrize("of_ours", ["slots", "slots, cadences and blackouts"])
def test_a_tenant_goes_with_all_it_has_through_a_table_of_tenants(db, slots, order, of_ours):
    """The keys to that table act in the order in which they were made."""
    tables = {"a": "channel_accounts", "i": "content_items", "p": "post_instances"}
    db.execute("CREATE TABLE tenants (id text PRIMARY KEY)")
    db.execute("INSERT INTO tenants VALUES ('h2o')")
    for table in order:
        db.execute(
            f"ALTER TABLE {tables[table]} ADD CONSTRAINT fk_{table} FOREIGN KEY (tenant_id)"
            " REFERENCES tenants (id) ON DELETE CASCADE"
        )
    if of_ours != "slots":
        db.execute(
            "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during) VALUES ('h2o', %s, '(,)')",
            [slots],
        )
        db.execute(
            "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week) VALUES ('h2o', %s, 1)",
            [slots],
        )
    db.execute("DELETE FROM tenants")
    for table in [*tables.values(), "topoff.cadences", "topoff.blackouts"]:
        assert one(db, f"SELECT count(*) FROM {table}") == 0


def test_a_tenant_goes_statement_by_statement_in_one_transaction(db, slots):
    with db.transaction():
        for table in ("post_instances", "content_items", "channel_accounts"):
            db.execute(f"DELETE FROM {table}")
    assert one(db, "SELECT count(*) FROM content_items") == 0


def test_nobody_takes_another_tenants_placeholder_id_in_advance(db):
    for taken in (
        "INSERT INTO content_items (id, tenant_id, title)"
        " VALUES (topoff.placeholder_content_item_id('newco'), 'h2o', 'squat')",
        "UPDATE content_items SET id = topoff.placeholder_content_item_id('newco')",
    ):
        new_content(db)
        with pytest.raises(errors.CheckViolation) as refused:
            db.execute(taken)
        assert refused.value.diag.constraint_name == "content_items_placeholder_id_check"
    new_account(db, tenant="newco", posts_per_week=1)
    assert top_off(db, "2031-05-05 00:00+00", tenant="newco") == 4


@pytest.mark.parametrize("order", ["aip", "api", "iap", "ipa", "pai", "pia"])
def test_a_tenant_with_slots_is_not_renamed_by_hand(db, slots, order):
    """36 slots titled 'Planned slot' could be published once: their content was no placeholder any more."""
    tables = {"a": "channel_accounts", "i": "content_items", "p": "post_instances"}
    changes = ", ".join(
        f"{name} AS (UPDATE {tables[name]} SET tenant_id = 'h3o' RETURNING 1)" for name in order
    )
    with pytest.raises((errors.ObjectInUse, errors.CheckViolation)):
        db.execute(f"WITH {changes} SELECT 1")
    refusal = pytest.raises((errors.ObjectInUse, errors.CheckViolation, errors.ForeignKeyViolation))
    with refusal, db.transaction():
        for name in order:
            db.execute(f"UPDATE {tables[name]} SET tenant_id = 'h3o'")
    with pytest.raises(errors.CheckViolation):
        db.execute("UPDATE post_instances SET status = 'Scheduled'")


def test_a_tenant_is_not_renamed_through_a_key_that_follows_its_name(db, slots):
    db.execute("CREATE TABLE tenants (id text PRIMARY KEY)")
    db.execute("INSERT INTO tenants VALUES ('h2o')")
    for table in ("channel_accounts", "content_items", "post_instances"):
        db.execute(
            f"ALTER TABLE {table} ADD FOREIGN KEY (tenant_id) REFERENCES tenants (id) ON UPDATE CASCADE"
        )
    with pytest.raises((errors.ObjectInUse, errors.CheckViolation)):
        db.execute("UPDATE tenants SET id = 'h3o'")


def test_an_application_may_make_its_ids_as_it_likes(db, slots):
    """One in sixteen MD5 sums looks like an id of version 8."""
    db.execute(
        "INSERT INTO content_items (id, tenant_id, title)"
        " SELECT md5(number::text)::uuid, 'h2o', 'one of many' FROM generate_series(1, 2000) AS number"
    )
    db.execute(
        "INSERT INTO content_items (id, tenant_id, title)"
        " VALUES ('c0000000-0000-8000-8000-000000000008', 'h2o', 'of version 8')"
    )
    assert (
        one(
            db, "SELECT count(*) FROM content_items WHERE title LIKE 'on%%' AND substr(id::text, 15, 1) = '8'"
        )
        > 50
    )
    assert db.execute("UPDATE content_items SET title = 'written' WHERE title LIKE 'o%'").rowcount == 2001
    assert db.execute("DELETE FROM content_items WHERE title = 'written'").rowcount == 2001
    assert column(db, "SELECT DISTINCT topoff.is_placeholder_id(id) FROM content_items") == [True]


def test_an_update_that_changes_nothing_passes_the_guard(db, slots):
    assert db.execute("UPDATE content_items SET title = title").rowcount == 1


def test_other_content_is_not_guarded(db, slots):
    content = new_content(db)
    db.execute("UPDATE content_items SET title = 'New' WHERE id = %s", (content,))
    db.execute("DELETE FROM content_items WHERE id = %s", (content,))


COLUMNS = """
    ALTER TABLE content_items ADD COLUMN updated_at timestamptz, ADD COLUMN tags text[], ADD COLUMN media jsonb,
        ADD COLUMN score integer, ADD COLUMN pinned boolean, ADD COLUMN kind varchar DEFAULT 'Idea',
        ADD COLUMN category varchar, ADD COLUMN size integer GENERATED ALWAYS AS (length(title)) STORED
"""


@pytest.mark.parametrize(
    "change",
    ["updated_at = clock_timestamp()", "tags = '{}'", "media = '{}'", "score = 0", "pinned = false", "body = ''",
     "kind = lower(kind)"],
)  # fmt: skip
def test_what_a_migration_does_to_every_item_passes_the_guard(db, slots, change):
    db.execute(COLUMNS)
    assert db.execute(f"UPDATE content_items SET {change}").rowcount == 1


@pytest.mark.parametrize("change", ["tags = '{offer}'", """media = '["a.jpg"]'""", "category = 'tips'"])
def test_what_is_put_into_the_placeholder_is_refused_unless_somebody_says_so(db, slots, change):
    db.execute(COLUMNS)
    with pytest.raises(errors.ObjectInUse) as refused:
        db.execute(f"UPDATE content_items SET {change}")
    assert "SET LOCAL topoff.erasing = '*'" in refused.value.diag.message_hint
    with db.transaction():
        db.execute("SET LOCAL topoff.erasing = '*'")
        assert db.execute(f"UPDATE content_items SET {change}").rowcount == 1


def test_the_tables_change_after_rows_have_gone_in_the_same_transaction(db, slots):
    """A deferred trigger that waits for a row keeps every ALTER TABLE from its table."""
    new_content(db)
    with db.transaction():
        db.execute("DELETE FROM content_items WHERE title = 'A post'")
        db.execute("ALTER TABLE content_items ADD COLUMN batch uuid DEFAULT gen_random_uuid()")


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
