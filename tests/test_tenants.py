"""Tenants and accounts that come and go: retiring an account, renaming and erasing a tenant."""

from uuid import UUID, uuid4

import psycopg
import pytest
from builders import WAITING, column, insert, new_account, new_content, new_post, one, top_off
from conftest import HOST, PASSWORD, PORT, USER, alembic
from host_app import ACCOUNTS, ITEMS, load_host
from interleaving import in_background
from psycopg import Connection, errors

AS_OF = "2031-05-05 00:00+00"
TABLES = (
    "channel_accounts",
    "content_items",
    "post_instances",
    "topoff.cadences",
    "topoff.blackouts",
    "topoff.run_tenants",
)


def rows(db: Connection, tenant: str) -> dict[str, int]:
    """Return how many rows of each table have a tenant's name."""
    return {table: one(db, f"SELECT count(*) FROM {table} WHERE tenant_id = %s", tenant) for table in TABLES}


def everything(db: Connection) -> list[str]:
    """Return every row of every table of which the functions of this file write any."""
    return [row for table in TABLES for row in column(db, f"SELECT r::text FROM {table} AS r ORDER BY 1")]


def new_cadence(db: Connection, account: UUID, tenant: str = "h2o", **columns: object) -> UUID:
    """Insert a further cadence: Saturdays, unless told."""
    columns = {"posts_per_week": 1, "days_of_week": [6], "category": "offer"} | columns
    return insert(db, "topoff.cadences", tenant_id=tenant, channel_account_id=account, **columns)


def new_blackout(db: Connection, account: UUID | None, tenant: str = "h2o") -> UUID:
    """Insert a blackout."""
    return insert(
        db, "topoff.blackouts", tenant_id=tenant, channel_account_id=account, during="[2031-07-04,2031-07-05)"
    )


def new_tenant(db: Connection, tenant: str = "h2o") -> UUID:
    """Make a tenant with something in every table, and return its account: five slots and one on Saturday.

    Monday's slot is moved, Tuesday's filled, Wednesday's has a caption, Thursday's is off the calendar.
    """
    account = new_account(db, tenant=tenant, posts_per_week=5)
    new_cadence(db, account, tenant)
    new_blackout(db, account, tenant)
    new_blackout(db, None, tenant)
    top_off(db, AS_OF, "7 days", tenant=tenant)
    slots = column(db, "SELECT id FROM post_instances WHERE tenant_id = %s ORDER BY scheduled_for", tenant)
    for change, slot in zip(
        (
            "scheduled_for = scheduled_for + interval '1 hour'",
            "content_item_id = (SELECT id FROM content_items WHERE title = 'Sale' AND tenant_id = p.tenant_id),"
            " status = 'Scheduled'",
            "caption_override = 'Sale!'",
            "scheduled_for = NULL",
        ),
        slots,
        strict=False,
    ):
        new_content(db, tenant, "Sale")
        db.execute("DELETE FROM content_items WHERE title = 'Sale' AND tenant_id = %s AND id NOT IN"
                   " (SELECT id FROM content_items WHERE title = 'Sale' AND tenant_id = %s LIMIT 1)", (tenant, tenant))  # fmt: skip
        db.execute(f"UPDATE post_instances AS p SET {change} WHERE id = %s", (slot,))
    run = one(db, "SELECT coalesce(max(id), 1000000) + 1 FROM topoff.runs")
    db.execute(
        "INSERT INTO topoff.runs (id, status, finished_at) OVERRIDING SYSTEM VALUE VALUES (%s, 'succeeded', now())",
        (run,),
    )
    db.execute(
        "INSERT INTO topoff.run_tenants (run_id, tenant_id, created) VALUES (%s, %s, 6)", (run, tenant)
    )
    return account


@pytest.fixture
def captions(db):
    """A database whose posts can have a caption."""
    db.execute("ALTER TABLE post_instances ADD COLUMN caption_override text")
    return db


# Retire --------------------------------------------------------------------------------------------------


def test_a_retired_account_can_be_deleted_and_comes_to_no_slot_before(db):
    account, other = new_account(db, posts_per_week=5), new_account(db, posts_per_week=1)
    new_cadence(db, account)
    new_cadence(db, other)
    new_blackout(db, account)
    kept = [new_blackout(db, other), new_blackout(db, None)]
    top_off(db, AS_OF, "7 days")
    with pytest.raises(errors.ForeignKeyViolation):
        db.execute("DELETE FROM channel_accounts WHERE id = %s", (account,))
    assert one(db, "SELECT retire_channel_account(tenant => 'h2o', channel_account_id => %s)", account) == 6
    assert column(db, "SELECT id FROM topoff.blackouts") == kept
    assert column(db, "SELECT channel_account_id FROM topoff.cadences") == [other]
    assert column(db, "SELECT channel_account_id FROM post_instances") == [other] * 2
    assert top_off(db, AS_OF, "7 days") == 0
    db.execute("CALL topoff_all_tenants()")
    assert one(db, "SELECT count(*) FROM post_instances WHERE channel_account_id = %s", account) == 0
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 0
    db.execute("DELETE FROM channel_accounts WHERE id = %s", (account,))
    assert column(db, "SELECT id FROM channel_accounts") == [other]


def test_retiring_an_account_leaves_the_others_of_the_tenant_their_cadences(db):
    account, other = new_account(db, posts_per_week=5), new_account(db, posts_per_week=2)
    db.execute("SELECT retire_channel_account('h2o', %s)", (account,))
    assert one(db, "SELECT posts_per_week FROM channel_accounts WHERE id = %s", other) == 2
    # and an account that has none already is not written at all
    before = one(db, "SELECT xmin::text FROM channel_accounts WHERE id = %s", account)
    db.execute("SELECT retire_channel_account('h2o', %s)", (account,))
    assert one(db, "SELECT xmin::text FROM channel_accounts WHERE id = %s", account) == before


def test_an_account_that_is_not_active_can_be_retired(db):
    account = new_account(db, posts_per_week=1)
    top_off(db, AS_OF, "7 days")
    db.execute("UPDATE channel_accounts SET status = 'paused'")
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 1
    assert one(db, "SELECT posts_per_week FROM channel_accounts") == 0
    assert one(db, "SELECT count(*) FROM topoff.blackouts") == 0


def test_slots_without_content_go_with_their_account(db):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    account = new_account(db, posts_per_week=3)
    top_off(db, AS_OF, "7 days")
    assert column(db, "SELECT DISTINCT content_item_id FROM post_instances") == [None]
    kept = new_post(db, account, "2031-05-06 10:00+00", status="Planned")
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 3
    assert column(db, "SELECT id FROM post_instances") == [kept]


def test_slots_without_content_of_another_tenants_account_of_the_same_id_are_not_even_locked(db):
    db.execute("ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL")
    db.execute(
        "ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE, ADD PRIMARY KEY (tenant_id, id)"
    )
    account = new_account(db, posts_per_week=3)
    new_account(db, tenant="all_county", id=account, posts_per_week=3)
    for tenant in ("h2o", "all_county"):
        top_off(db, AS_OF, "7 days", tenant=tenant)
    own = set(column(db, "SELECT id FROM post_instances WHERE tenant_id = 'h2o'"))
    assert set(one(db, "SELECT topoff.forget_planning('h2o', %s)", account)) == own
    assert set(one(db, "SELECT topoff.forget_planning('h2o', NULL)")) == own


def test_a_slot_that_somebody_fills_at_this_moment_stays_when_its_account_is_retired(db, connect):
    account = new_account(db, posts_per_week=3)
    content = new_content(db)
    top_off(db, AS_OF, "7 days")
    person, retiring = connect(), connect()
    with in_background() as start:
        with person.transaction():
            person.execute(
                "UPDATE post_instances SET content_item_id = %s, status = 'Draft'"
                " WHERE id = (SELECT id FROM post_instances ORDER BY scheduled_for LIMIT 1)",
                (content,),
            )
            retired = start(retiring.execute, "SELECT retire_channel_account('h2o', %s)", (account,))
            while not one(db, WAITING):
                assert not retired.done()
        assert retired.result().fetchone() == (2,)
    assert column(db, "SELECT content_item_id FROM post_instances") == [content]


def test_slots_are_locked_in_the_order_of_account_and_time(db):
    new_account(db, posts_per_week=3)
    new_account(db, posts_per_week=3)
    top_off(db, AS_OF, "7 days")
    # Friday's are moved to Tuesday: another order than that in which they were planned, and are stored.
    db.execute(
        "UPDATE post_instances SET scheduled_for = scheduled_for - interval '3 days'"
        " WHERE extract(isodow FROM scheduled_for) = 5"
    )
    ordered = one(db, "SELECT array_agg(id ORDER BY channel_account_id, scheduled_for) FROM post_instances")
    db.execute("SET enable_indexscan = off; SET enable_bitmapscan = off; SET enable_indexonlyscan = off")
    with db.transaction(force_rollback=True):
        assert one(db, "SELECT topoff.forget_planning('h2o', NULL)") == ordered
    # nor is it the slot key's doing
    db.execute("ALTER TABLE post_instances DROP CONSTRAINT post_instances_slot_key CASCADE")
    assert one(db, "SELECT topoff.forget_planning('h2o', NULL)") == ordered


def test_empty_slots_go_wherever_they_stand_and_peoples_work_stays(captions):
    db = captions
    account = new_tenant(db)
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id('h2o')")
    for time in ("2020-01-01 09:00+00", "2031-05-20 10:30+00"):  # gone by empty; made by somebody else
        new_post(db, account, time, status="Planned", content=placeholder)
    by_hand = new_post(db, account, "2031-05-21 10:30+00", status="Draft")
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 6
    left = db.execute(
        "SELECT status, caption_override, id = %s FROM post_instances ORDER BY scheduled_for", (by_hand,)
    )
    assert left.fetchall() == [("Scheduled", None, False), ("Planned", "Sale!", False), ("Draft", None, True)]
    with pytest.raises(errors.ForeignKeyViolation) as refused:
        db.execute("DELETE FROM channel_accounts WHERE id = %s", (account,))
    assert refused.value.diag.table_name == "post_instances"


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE channel_accounts DROP COLUMN posts_per_week CASCADE,"
        " ADD COLUMN wanted integer DEFAULT 5, ADD COLUMN posts_per_week integer GENERATED ALWAYS AS (wanted) STORED",
        "ALTER TABLE channel_accounts ADD CONSTRAINT wanted CHECK (posts_per_week > 0)",
    ],
    ids=["generated", "a rule without 0"],
)
def test_an_account_whose_posts_per_week_cant_be_0_is_kept_without_slots_until_it_is_deleted(db, change):
    account = new_account(db, posts_per_week=5)
    db.execute(change)
    assert top_off(db, AS_OF, "7 days") == 5
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 5
    assert one(db, "SELECT posts_per_week FROM channel_accounts") == 5
    assert top_off(db, AS_OF, "7 days") == 0
    assert db.execute("SELECT channel_account_id, during::text, reason FROM topoff.blackouts").fetchall() == [
        (account, "(,)", "retired")
    ]
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 0
    db.execute("DELETE FROM channel_accounts")
    assert one(db, "SELECT count(*) FROM topoff.blackouts") == 0


def test_an_account_that_posts_once_a_week_and_has_to_is_kept_without_slots_as_well(db):
    account = new_account(db, posts_per_week=1)
    db.execute("ALTER TABLE channel_accounts ADD CONSTRAINT wanted CHECK (posts_per_week > 0)")
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 0
    assert top_off(db, AS_OF, "7 days") == 0


def test_an_account_of_another_tenant_is_retired_by_nobody(captions):
    db = captions
    new_tenant(db)
    foreign = new_tenant(db, "all_county")
    before = everything(db)
    for account in (foreign, uuid4(), None):
        with pytest.raises(errors.NoDataFound) as refused:
            db.execute("SELECT retire_channel_account('h2o', %s::uuid)", (account,))
        assert refused.value.diag.message_primary == f"channel account {account or 'NULL'} does not exist"
        assert refused.value.diag.message_hint
    for tenant, error in (
        (None, errors.NullValueNotAllowed),
        ("", errors.InvalidParameterValue),
        ("H2O", errors.NoDataFound),
    ):
        with pytest.raises(error) as refused:
            db.execute("SELECT retire_channel_account(%s, %s)", (tenant, foreign))
        assert refused.value.diag.message_hint
    assert everything(db) == before


def test_two_tenants_may_have_accounts_of_one_id(db):
    db.execute("ALTER TABLE channel_accounts DROP CONSTRAINT channel_accounts_pkey CASCADE")
    db.execute("ALTER TABLE channel_accounts ADD PRIMARY KEY (tenant_id, id)")
    account = new_account(db, posts_per_week=3)
    db.execute(
        "INSERT INTO channel_accounts (id, tenant_id, posts_per_week) VALUES (%s, 'all_county', 3)",
        (account,),
    )
    for tenant in ("h2o", "all_county"):
        top_off(db, AS_OF, "7 days", tenant=tenant)
        new_cadence(db, account, tenant)
        new_blackout(db, account, tenant)
    before = rows(db, "all_county")
    with db.transaction(force_rollback=True):
        forgotten = one(db, "SELECT topoff.forget_planning('h2o', %s)", account)
        assert set(forgotten) == set(column(db, "SELECT id FROM post_instances WHERE tenant_id = 'h2o'"))
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) == 3
    assert rows(db, "all_county") == before
    assert one(db, "SELECT posts_per_week FROM channel_accounts WHERE tenant_id = 'all_county'") == 3
    assert one(db, "SELECT topoff.rename_tenant('h2o', 'h3o')") == 2  # the account and the placeholder
    assert rows(db, "all_county") == before


# Rename --------------------------------------------------------------------------------------------------


def described(db: Connection, tenant: str) -> list[str]:
    """Return all that a tenant has, without the name."""
    described = column(
        db, "SELECT to_jsonb(r)::text FROM post_instances AS r WHERE tenant_id = %s ORDER BY 1", tenant
    )
    for table in TABLES:
        if table != "post_instances":
            described += column(
                db, f"SELECT to_jsonb(r)::text FROM {table} AS r WHERE tenant_id = %s ORDER BY 1", tenant
            )
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id(%s)", tenant)
    return sorted(
        row.replace(f'"{tenant}"', '"?"').replace(str(placeholder), "placeholder") for row in described
    )


@pytest.mark.parametrize(("refusals", "is_renamed"), [(4, True), (5, False)])
def test_a_rename_that_meets_a_post_in_the_making_is_tried_again(captions, refusals, is_renamed):
    """That moment can't be brought about: a trigger refuses as the foreign key would, some times."""
    db = captions
    new_tenant(db)
    db.execute("CREATE SEQUENCE attempt")
    db.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF nextval('attempt') <= {refusals} THEN RAISE foreign_key_violation; END IF; RETURN NULL; END $$"
    )
    db.execute(
        "CREATE TRIGGER refuse AFTER UPDATE ON channel_accounts FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
    )
    mine, count = described(db, "h2o"), rows(db, "h2o")
    if is_renamed:
        assert one(db, "SELECT topoff.rename_tenant('h2o', 'h3o')") == sum(count.values())
        assert rows(db, "h2o") == dict.fromkeys(TABLES, 0)
        assert described(db, "h3o") == mine
    else:
        with pytest.raises(errors.ForeignKeyViolation):
            db.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
        assert described(db, "h2o") == mine
    assert one(db, "SELECT last_value FROM attempt") == 5
    assert not one(db, "SELECT current_setting('topoff.planning', true)")


def test_a_renamed_tenant_has_all_that_it_had_and_nobody_else_is_touched(captions):
    db = captions
    new_tenant(db)
    new_tenant(db, "all_county")
    mine, theirs, count = described(db, "h2o"), described(db, "all_county"), rows(db, "h2o")
    assert all(count.values())
    assert one(db, "SELECT topoff.rename_tenant(old => 'h2o', new => 'h3o')") == sum(count.values())
    assert rows(db, "h2o") == dict.fromkeys(TABLES, 0)
    assert described(db, "h3o") == mine
    assert described(db, "all_county") == theirs
    assert top_off(db, AS_OF, "7 days", tenant="h3o") == 0
    assert one(db, "SELECT count(*) FROM content_items WHERE title = 'Planned slot'") == 2
    # The guard stands again: in the next transaction the placeholder is what it was.
    with pytest.raises(errors.ObjectInUse):
        db.execute(
            "UPDATE content_items SET title = 'Sale' WHERE tenant_id = 'h3o' AND title = 'Planned slot'"
        )
    # An empty slot is a slot that nobody has touched, and a person's caption is still seen.
    db.execute("UPDATE channel_accounts SET posts_per_week = 0 WHERE tenant_id = 'h3o'")
    db.execute("DELETE FROM topoff.cadences WHERE tenant_id = 'h3o'")
    assert db.execute(
        "SELECT removed FROM replan_planned_slots('h3o', '7 days', %s)", (AS_OF,)
    ).fetchone() == (2,)


def test_a_tenant_with_no_placeholder_and_no_account_is_renamed_too(db):
    new_content(db)
    new_blackout(db, None)
    assert one(db, "SELECT topoff.rename_tenant('h2o', 'h3o')") == 2
    assert rows(db, "h3o")["topoff.blackouts"] == 1


KEYS = {
    "as ours": "",
    "single columns, CASCADE": """
        ALTER TABLE post_instances ADD FOREIGN KEY (channel_account_id) REFERENCES channel_accounts (id)
            ON DELETE CASCADE ON UPDATE CASCADE,
            ADD FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE CASCADE ON UPDATE CASCADE""",
    "single columns, RESTRICT": """
        ALTER TABLE post_instances ADD FOREIGN KEY (channel_account_id) REFERENCES channel_accounts (id)
            ON DELETE RESTRICT ON UPDATE RESTRICT,
            ADD FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE RESTRICT ON UPDATE RESTRICT""",
    "single columns, SET NULL": """
        ALTER TABLE post_instances ALTER content_item_id DROP NOT NULL,
            ADD FOREIGN KEY (content_item_id) REFERENCES content_items (id) ON DELETE SET NULL ON UPDATE SET NULL""",
    "deferred": """
        ALTER TABLE post_instances ADD FOREIGN KEY (channel_account_id) REFERENCES channel_accounts (id)
            DEFERRABLE INITIALLY DEFERRED,
            ADD FOREIGN KEY (content_item_id) REFERENCES content_items (id) DEFERRABLE INITIALLY DEFERRED""",
    "two columns, CASCADE": """
        ALTER TABLE post_instances ADD FOREIGN KEY (tenant_id, channel_account_id)
            REFERENCES channel_accounts (tenant_id, id) ON UPDATE CASCADE ON DELETE CASCADE,
            ADD FOREIGN KEY (tenant_id, content_item_id) REFERENCES content_items (tenant_id, id)
            ON UPDATE CASCADE ON DELETE CASCADE""",
    "two columns, RESTRICT": """
        ALTER TABLE post_instances ADD FOREIGN KEY (tenant_id, channel_account_id)
            REFERENCES channel_accounts (tenant_id, id) ON UPDATE RESTRICT,
            ADD FOREIGN KEY (tenant_id, content_item_id) REFERENCES content_items (tenant_id, id)
            ON UPDATE RESTRICT""",
    "from tables of the application, by id": """
        CREATE TABLE assets (id int, content_item_id uuid REFERENCES content_items (id) ON DELETE CASCADE);
        INSERT INTO assets SELECT 1, id FROM content_items WHERE tenant_id = 'h2o';
        CREATE TABLE jobs (id int, post_instance_id uuid REFERENCES post_instances (id) ON UPDATE RESTRICT);
        INSERT INTO jobs SELECT 1, id FROM post_instances WHERE tenant_id = 'h2o'""",
    "from tables of the application, by tenant and id": """
        CREATE TABLE comments (id int, tenant_id text, post_instance_id uuid, about uuid);
        ALTER TABLE post_instances ADD CONSTRAINT told UNIQUE (tenant_id, id);
        INSERT INTO comments SELECT 1, tenant_id, id, content_item_id FROM post_instances;
        ALTER TABLE comments ADD UNIQUE (tenant_id, id, post_instance_id),
            ADD FOREIGN KEY (tenant_id, post_instance_id) REFERENCES post_instances (tenant_id, id),
            ADD FOREIGN KEY (tenant_id, about) REFERENCES content_items (tenant_id, id) ON UPDATE RESTRICT;
        CREATE TABLE answers (of_tenant varchar(40), comment_id int, post_instance_id uuid);
        INSERT INTO answers SELECT tenant_id, id, post_instance_id FROM comments;
        ALTER TABLE answers ADD FOREIGN KEY (of_tenant, comment_id, post_instance_id)
            REFERENCES comments (tenant_id, id, post_instance_id)""",
    "within a table": """
        ALTER TABLE content_items ADD COLUMN parent_id uuid REFERENCES content_items (id);
        ALTER TABLE post_instances ADD COLUMN instead uuid REFERENCES content_items (id),
            ADD COLUMN follows uuid, ADD UNIQUE (tenant_id, id),
            ADD FOREIGN KEY (tenant_id, follows) REFERENCES post_instances (tenant_id, id);
        UPDATE content_items SET parent_id = topoff.placeholder_content_item_id(tenant_id) WHERE title = 'Sale';
        UPDATE post_instances SET instead = content_item_id, follows = id WHERE tenant_id = 'h2o'""",
}  # fmt: skip


@pytest.mark.parametrize("kind", KEYS)
def test_a_tenant_is_renamed_whatever_keys_the_application_has(captions, kind):
    db = captions
    new_tenant(db)
    new_tenant(db, "all_county")
    db.execute(KEYS[kind])
    mine, theirs, count = described(db, "h2o"), described(db, "all_county"), rows(db, "h2o")
    with db.transaction():
        db.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
    assert rows(db, "h3o") == count
    assert described(db, "h3o") == mine
    assert described(db, "all_county") == theirs


def test_rows_of_the_application_follow_the_placeholder_and_the_name(captions):
    db = captions
    new_tenant(db)
    db.execute(KEYS["from tables of the application, by id"])
    db.execute(KEYS["from tables of the application, by tenant and id"])
    db.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id('h3o')")
    assert one(db, "SELECT count(*) FROM assets WHERE content_item_id = %s", placeholder) == 1
    assert one(db, "SELECT count(*) FROM assets") == 2
    assert column(
        db, "SELECT DISTINCT tenant_id || of_tenant FROM comments JOIN answers ON comment_id = id"
    ) == ["h3oh3o"]


@pytest.mark.parametrize("on_update", ["NO ACTION", "RESTRICT", "CASCADE"])
def test_with_a_table_of_tenants_the_new_name_comes_first_and_the_old_goes_last(captions, on_update):
    db = captions
    new_tenant(db)
    db.execute("CREATE TABLE tenants (id text PRIMARY KEY)")
    db.execute("INSERT INTO tenants VALUES ('h2o')")
    for table in ("channel_accounts", "content_items", "post_instances"):
        db.execute(
            f"ALTER TABLE {table} ADD FOREIGN KEY (tenant_id) REFERENCES tenants ON UPDATE {on_update}"
        )
    before = everything(db)
    with pytest.raises(errors.ForeignKeyViolation):
        db.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
    assert everything(db) == before
    with db.transaction():
        db.execute("INSERT INTO tenants VALUES ('h3o')")
        db.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
        db.execute("DELETE FROM tenants WHERE id = 'h2o'")
    assert all(rows(db, "h3o").values())


@pytest.mark.parametrize("table", TABLES)
def test_a_name_that_anything_has_is_refused(captions, table):
    db = captions
    new_tenant(db)
    new_tenant(db, "all_county")
    db.execute("DELETE FROM post_instances WHERE tenant_id = 'all_county'")
    db.execute("SELECT set_config('topoff.erasing', 'all_county', false)")
    db.execute("UPDATE content_items SET title = 'Sale' WHERE tenant_id = 'all_county'")
    for other in (
        "topoff.run_tenants",
        "topoff.blackouts",
        "topoff.cadences",
        "post_instances",
        "content_items",
        "channel_accounts",
    ):
        if other != table and (table, other) not in (
            ("post_instances", "content_items"),
            ("post_instances", "channel_accounts"),
            ("topoff.cadences", "channel_accounts"),
        ):
            db.execute(f"DELETE FROM {other} WHERE tenant_id = 'all_county'")
    if table == "post_instances":
        account = one(db, "SELECT id FROM channel_accounts WHERE tenant_id = 'all_county'")
        new_post(db, account, None, tenant="all_county", status="Draft")
    before = everything(db)
    with pytest.raises(errors.ObjectNotInPrerequisiteState) as refused:
        db.execute("SELECT topoff.rename_tenant('h2o', 'all_county')")
    diag = refused.value.diag
    assert diag.message_primary == 'tenant "all_county" has rows of its own'
    assert table in diag.message_detail
    assert "topoff.erase_tenant('all_county')" in diag.message_hint
    assert everything(db) == before


BAD_NAMES = [
    (None, "h3o", errors.NullValueNotAllowed, "old must not be null"),
    ("", "h3o", errors.InvalidParameterValue, "old must not be empty"),
    ("nobody", "h3o", errors.NoDataFound, 'tenant "nobody" has no rows'),
    ("h2o", None, errors.NullValueNotAllowed, "new must not be null"),
    ("h2o", "", errors.InvalidParameterValue, "new must not be empty"),
    ("h2o", "h2o", errors.InvalidParameterValue, 'tenant "h2o" has that name already'),
]


@pytest.mark.parametrize(("old", "new", "error", "message"), BAD_NAMES)
def test_a_rename_that_makes_no_sense_is_an_error_and_changes_nothing(captions, old, new, error, message):
    db = captions
    new_tenant(db)
    before = everything(db)
    with pytest.raises(error) as refused:
        db.execute("SELECT topoff.rename_tenant(%s, %s)", (old, new))
    assert refused.value.diag.message_primary == message
    assert refused.value.diag.message_hint
    assert everything(db) == before


def test_a_rename_gives_way_to_who_holds_the_tenant_for_long_and_says_so(captions, connect):
    db = captions
    new_tenant(db)
    holder = connect(autocommit=False)
    holder.execute("SELECT FROM content_items WHERE tenant_id = 'h2o' FOR SHARE")
    caller = connect(options="-c deadlock_timeout=20ms")
    with pytest.raises(errors.LockNotAvailable) as refused:
        caller.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
    assert refused.value.diag.message_primary == 'tenant "h2o" is in use'
    assert refused.value.diag.message_hint
    holder.rollback()
    assert one(caller, "SELECT current_setting('lock_timeout')") == "0"
    caller.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")


def test_row_level_security_hides_nothing_from_a_rename_or_an_erasure_in_silence(captions, connect, new_role):
    db = captions
    new_tenant(db)
    role = new_role()
    db.execute(f'GRANT USAGE ON SCHEMA topoff TO "{role}"')
    db.execute(f'GRANT ALL ON ALL TABLES IN SCHEMA public, topoff TO "{role}"')
    db.execute(f'GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, topoff TO "{role}"')
    db.execute("ALTER TABLE post_instances ENABLE ROW LEVEL SECURITY")
    before = everything(db)
    session = connect(user=role, password="of roles made by tests")
    for call in ("topoff.rename_tenant('h2o', 'h3o')", "topoff.erase_tenant('h2o')"):
        with pytest.raises(errors.InsufficientPrivilege):
            session.execute(f"SELECT {call}")
    assert everything(db) == before


# Erase ---------------------------------------------------------------------------------------------------


def test_nothing_of_ours_is_left_of_an_erased_tenant_and_what_people_wrote_stays(captions):
    db = captions
    account = new_tenant(db)
    new_tenant(db, "all_county")
    theirs = described(db, "all_county")
    mine = new_post(db, account, "2031-05-20 10:30+00")
    by_their_scheduler = new_post(db, account, "2031-05-21 10:30+00", status="Planned",
                                  content=one(db, "SELECT topoff.placeholder_content_item_id('h2o')"))  # fmt: skip
    db.execute(
        "UPDATE post_instances SET status = 'Draft' WHERE caption_override IS NOT NULL AND tenant_id = 'h2o'"
    )
    assert one(db, "SELECT topoff.erase_tenant(tenant => 'h2o')") == 4
    left = rows(db, "h2o")
    assert (left["topoff.cadences"], left["topoff.blackouts"], left["topoff.run_tenants"]) == (0, 0, 0)
    assert {mine, by_their_scheduler} < set(
        column(db, "SELECT id FROM post_instances WHERE tenant_id = 'h2o'")
    )
    assert column(db, "SELECT status FROM post_instances WHERE tenant_id = 'h2o' ORDER BY 1") == [
        "Draft", "Planned", "Scheduled", "Scheduled",
    ]  # fmt: skip
    # Rows of the application have the placeholder as their content, so it stays.
    assert (
        one(db, "SELECT count(*) FROM content_items WHERE tenant_id = 'h2o' AND title = 'Planned slot'") == 1
    )
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert left == rows(db, "h2o")
    db.execute("DELETE FROM post_instances WHERE tenant_id = 'h2o' AND status IN ('Draft', 'Planned')")
    assert one(db, "SELECT topoff.erase_tenant('h2o')") == 0
    assert (
        one(db, "SELECT count(*) FROM content_items WHERE tenant_id = 'h2o' AND title = 'Planned slot'") == 0
    )
    assert described(db, "all_county") == theirs
    for table in ("post_instances", "content_items", "channel_accounts"):
        db.execute(f"DELETE FROM {table} WHERE tenant_id = 'h2o'")
    with pytest.raises(errors.NoDataFound, match='tenant "h2o" has no rows'):
        db.execute("SELECT topoff.erase_tenant('h2o')")


def test_a_row_of_the_application_keeps_the_placeholder_that_it_refers_to(captions):
    db = captions
    new_tenant(db)
    db.execute(KEYS["from tables of the application, by id"])
    db.execute("DELETE FROM jobs")
    db.execute("DELETE FROM post_instances WHERE caption_override IS NOT NULL")
    db.execute("SELECT topoff.erase_tenant('h2o')")
    assert one(db, "SELECT count(*) FROM assets") == 2
    db.execute("DELETE FROM assets")
    db.execute("SELECT topoff.erase_tenant('h2o')")
    assert column(db, "SELECT title FROM content_items WHERE title = 'Planned slot'") == []


@pytest.mark.parametrize("order", ["aip", "pia", "iap"])
def test_whoever_gets_the_name_of_a_tenant_that_went_by_cascade_inherits_nothing_once_it_is_erased(
    captions, order
):
    db = captions
    new_tenant(db)
    db.execute("CREATE TABLE tenants (id text PRIMARY KEY)")
    db.execute("INSERT INTO tenants VALUES ('h2o')")
    for letter in order:
        table = {"a": "channel_accounts", "i": "content_items", "p": "post_instances"}[letter]
        db.execute(f"ALTER TABLE {table} ADD FOREIGN KEY (tenant_id) REFERENCES tenants ON DELETE CASCADE")
    db.execute("DELETE FROM tenants")
    assert rows(db, "h2o") == dict.fromkeys(TABLES, 0) | {"topoff.blackouts": 1, "topoff.run_tenants": 1}
    assert one(db, "SELECT topoff.erase_tenant('h2o')") == 0
    assert rows(db, "h2o") == dict.fromkeys(TABLES, 0)


@pytest.mark.parametrize(
    ("tenant", "error", "message"),
    [
        (None, errors.NullValueNotAllowed, "tenant must not be null"),
        ("", errors.InvalidParameterValue, "tenant must not be empty"),
        ("nobody", errors.NoDataFound, 'tenant "nobody" has no rows'),
    ],
)
def test_an_erasure_that_makes_no_sense_is_an_error_and_changes_nothing(captions, tenant, error, message):
    db = captions
    new_tenant(db)
    before = everything(db)
    with pytest.raises(error) as refused:
        db.execute("SELECT topoff.erase_tenant(%s)", (tenant,))
    assert refused.value.diag.message_primary == message
    assert refused.value.diag.message_hint
    assert everything(db) == before


# In an application ---------------------------------------------------------------------------------------


@pytest.fixture(params=["0014", "0022", "0029"])
def host(request, empty_db):
    """The application of tests/host at a revision, with this installed and a night behind it."""
    load_host(empty_db, request.param)
    empty_db.execute("ALTER TABLE content_items ALTER owner SET DEFAULT ''")
    done = alembic(empty_db.info.dbname, "upgrade", "head")
    assert done.returncode == 0, done.stdout + done.stderr
    empty_db.execute("UPDATE channel_accounts SET posts_per_week = 3 WHERE tenant_id = 'h2o'")
    assert one(empty_db, "SELECT topoff_planned_slots('h2o')") > 0
    return empty_db


def test_an_applications_account_is_retired_renamed_and_erased(host):
    db, account = host, ACCOUNTS["h2o"][0]
    posts = one(db, "SELECT count(*) FROM post_instances WHERE planned_for IS NULL AND tenant_id = 'h2o'")
    planned = one(
        db,
        "SELECT count(*) FROM post_instances WHERE planned_for IS NOT NULL AND channel_account_id = %s",
        account,
    )
    assert planned > 0
    filled = db.execute(
        "SELECT id, status FROM fill_next_planned_slot('h2o', %s, %s)", (account, ITEMS["h2o"][0])
    ).fetchone()
    assert filled[1] == "Scheduled"
    assert len(one(db, "SELECT marketing_calendar('h2o')")) > 10
    assert one(db, "SELECT topoff.rename_tenant('h2o', 'h3o')") > posts
    assert (
        one(db, "SELECT count(*) FROM post_instances WHERE planned_for IS NULL AND tenant_id = 'h3o'")
        == posts
    )
    assert one(db, "SELECT retire_channel_account('h3o', %s)", account) == planned - 1
    assert one(db, "SELECT topoff.erase_tenant('h3o')") > 0
    assert (
        one(db, "SELECT count(*) FROM post_instances WHERE planned_for IS NULL AND tenant_id = 'h3o'")
        == posts
    )
    assert one(db, "SELECT count(*) FROM content_items WHERE title = 'Planned slot'") == 0
    assert column(db, "SELECT id FROM post_instances WHERE planned_for IS NOT NULL") == [filled[0]]


def test_an_applications_account_with_nothing_but_slots_can_be_deleted_once_it_is_retired(host):
    db = host
    account = one(
        db,
        "INSERT INTO channel_accounts (id, tenant_id, channel_id, name, posts_per_week)"
        " SELECT gen_random_uuid(), 'h2o', channel_id, 'A new page', 5 FROM channel_accounts LIMIT 1 RETURNING id",
    )
    one(db, "SELECT topoff_planned_slots('h2o')")
    with pytest.raises(errors.ForeignKeyViolation):
        db.execute("DELETE FROM channel_accounts WHERE id = %s", (account,))
    assert one(db, "SELECT retire_channel_account('h2o', %s)", account) > 0
    db.execute("DELETE FROM channel_accounts WHERE id = %s", (account,))


def test_who_migrates_without_being_a_superuser_has_the_tools(empty_db):
    role = "topoff_owner_" + uuid4().hex
    empty_db.execute(f"CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'")
    try:
        empty_db.execute(f"ALTER DATABASE {empty_db.info.dbname} OWNER TO {role}")
        empty_db.execute(f"ALTER SCHEMA public OWNER TO {role}")
        done = alembic(empty_db.info.dbname, "upgrade", "head", user=role)
        assert done.returncode == 0, done.stdout + done.stderr
        with psycopg.connect(host=HOST, port=PORT, user=role, password=PASSWORD, dbname=empty_db.info.dbname,
                             autocommit=True) as owner:  # fmt: skip
            account = new_account(owner, posts_per_week=3)
            one(owner, "SELECT topoff_planned_slots('h2o')")
            owner.execute("SELECT topoff.rename_tenant('h2o', 'h3o')")
            assert one(owner, "SELECT retire_channel_account('h3o', %s)", account) == 12
            assert one(owner, "SELECT topoff.erase_tenant('h3o')") == 0
    finally:
        empty_db.execute(f"REASSIGN OWNED BY {role} TO {USER}")
        empty_db.execute(f"DROP OWNED BY {role}; DROP ROLE {role}")
