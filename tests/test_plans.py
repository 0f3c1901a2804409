"""What a call reads: that depends on the slots of the window, not on history or on when it was planned."""

from uuid import uuid4

import pytest
from builders import new_account, one

# Indexes that an application may have of its own, each of them a temptation.
INDEXES = (
    "post_instances (tenant_id)",
    "post_instances (channel_account_id)",
    "post_instances (scheduled_for)",
    "post_instances (status, scheduled_for)",
    "post_instances (tenant_id, scheduled_for)",
    "post_instances (channel_account_id, status)",
    "post_instances (tenant_id, content_item_id)",
    "post_instances (tenant_id, channel_account_id, status)",
    "channel_accounts (status)",
    "channel_accounts (posts_per_week)",
)

# Years of posts of the account, this week's posts of the tenant's others, this month's of other tenants', and slots
# skipped long ago.
GROWTH = """
    INSERT INTO channel_accounts (tenant_id, posts_per_week)
    SELECT 'tenant ' || number, 3 FROM generate_series(1, 1000) AS number;
    INSERT INTO content_items (tenant_id, title) SELECT tenant_id, 'theirs' FROM channel_accounts;
    INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status)
    SELECT account.tenant_id, account.id, content.id, at, CASE WHEN account.tenant_id = 'h2o' THEN at - interval '1 hour' END, 'Posted'
    FROM channel_accounts AS account
    JOIN content_items AS content ON content.tenant_id = account.tenant_id AND content.title = 'theirs'
    CROSS JOIN LATERAL (
        SELECT now() - number * interval '7 hours' - interval '10 days' AS at
        FROM generate_series(1, 10000) AS number WHERE account.tenant_id = 'h2o'
        UNION ALL
        SELECT now() + number * interval '5 hours'
        FROM generate_series(1, 20) AS number WHERE account.tenant_id <> 'h2o'
    ) AS time;
    INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during)
    SELECT 'h2o', account.id, tsrange(at::timestamp, at::timestamp, '[]')
    FROM channel_accounts AS account,
         generate_series(now() - interval '9 years', now() - interval '3 days', interval '1 day') AS at
    WHERE account.tenant_id = 'h2o';
    INSERT INTO channel_accounts (tenant_id) SELECT 'h2o' FROM generate_series(1, 30);
    INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, planned_for, status)
    SELECT 'h2o', account.id, content.id, at, at, 'Scheduled'
    FROM channel_accounts AS account
    JOIN content_items AS content ON content.tenant_id = account.tenant_id AND content.title = 'theirs'
    CROSS JOIN generate_series(now() + interval '1 hour', now() + interval '80 hours', interval '8 hours') AS at
    WHERE account.tenant_id = 'h2o' AND account.posts_per_week = 0 AND account.created_at = now();
"""

# As many as make the table a large one, and nothing is left of them but their pages.
LONG_GONE = """
    INSERT INTO content_items (tenant_id, title) VALUES ('h2o', 'long ago');
    INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)
    SELECT account.tenant_id, account.id, content.id, now() - number * interval '1 hour', 'Posted'
    FROM channel_accounts AS account
    JOIN content_items AS content ON content.tenant_id = account.tenant_id
    CROSS JOIN generate_series(1, 5000) AS number;
    DELETE FROM post_instances;
    DELETE FROM content_items;
"""

ROWS_READ = """
    SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer
    FROM pg_stat_xact_user_tables WHERE relname IN ('post_instances', 'channel_accounts', 'blackouts', 'run_tenants')
"""


# What a session calls, its answer after the growth, and how many rows it may read. The calendar is the whole tenant's.
CALLS = {
    "SELECT topoff_planned_slots('h2o')": (12, 300),
    "SELECT count(*) FROM preview_planned_slots('h2o')": (12, 300),
    "SELECT removed + created FROM replan_planned_slots('h2o')": (12, 1500),
    "SELECT count(*) FROM jsonb_object_keys(marketing_calendar('h2o', current_date, current_date + 4)) AS day WHERE day = ''": (
        0,
        1000,
    ),
    "SELECT count(*) FROM calendar_grid('h2o', current_date) WHERE mon ~ 'o'": (0, 1000),
    "SELECT coalesce(sum(off_programme), 0) FROM topoff.tenant_coverage('h2o')": (0, 1000),
}


@pytest.mark.parametrize(
    "state", ["never vacuumed", "vacuumed when empty", "analyzed when all rows were deleted"]
)
def test_a_session_that_planned_on_empty_tables_reads_no_history_later(db, connect, state):
    for table in ("post_instances", "channel_accounts", "content_items", "topoff.blackouts"):
        db.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    for index in INDEXES:
        db.execute(f"CREATE INDEX ON {index}")
    sessions = {call: connect() for call in CALLS}
    if state == "vacuumed when empty":
        db.execute("VACUUM post_instances, channel_accounts, content_items, topoff.blackouts")
    account = new_account(db, posts_per_week=0)
    if state == "analyzed when all rows were deleted":
        db.execute(LONG_GONE)
        db.execute("ANALYZE post_instances, channel_accounts, content_items, topoff.blackouts")
        # Its UPDATE and DELETE are planned at each call, by what the server knows then: here, of no rows.
        del sessions["SELECT removed + created FROM replan_planned_slots('h2o')"]
    for call, session in sessions.items():
        for _ in range(10):  # a plan that is cached is cached by then
            assert one(session, call) == 0
    db.execute(GROWTH)
    db.execute("UPDATE channel_accounts SET posts_per_week = 3 WHERE id = %s", [account])
    for call, session in sessions.items():
        answer, most = CALLS[call]
        with session.transaction(force_rollback=True):
            before = one(session, ROWS_READ)
            assert (call, one(session, call)) == (call, answer)
            read = one(session, ROWS_READ) - before
            assert (call, read) == (call, min(read, most))


def test_a_look_at_full_calendars_goes_through_the_slot_key_from_one_end_to_the_other(db, new_role, as_role):
    """Row-level security tells: it is asked about each row as it is read. Cadences take turns among the accounts."""
    accounts = [
        (tenant, str(new_account(db, tenant, id=id, posts_per_week=2 + number % 3)))
        for tenant in ("all_county", "h2o")
        for number, id in enumerate(sorted(uuid4() for _ in range(9)))
    ]
    for tenant in ("h2o", "all_county"):
        db.execute("SELECT topoff_planned_slots(%s)", [tenant])
    reader = new_role()
    db.execute(
        f"""
        GRANT USAGE ON SCHEMA topoff TO {reader};
        GRANT SELECT ON ALL TABLES IN SCHEMA public, topoff TO {reader};
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public, topoff TO {reader};
        CREATE FUNCTION tell(tenant text, account uuid) RETURNS boolean LANGUAGE plpgsql
            AS $$ BEGIN RAISE NOTICE '% %', tenant, account; RETURN true; END $$;
        ALTER TABLE post_instances ENABLE ROW LEVEL SECURITY;
        CREATE POLICY told ON post_instances USING (tell(tenant_id, channel_account_id));
        """
    )
    read = []
    session = as_role(reader)
    session.add_notice_handler(lambda notice: read.append(tuple(notice.message_primary.split())))
    assert (
        one(
            session,
            "SELECT count(*) FROM topoff.planned_calendars("
            "'{h2o,all_county}', now(), now() + interval '20 days', creates_only => true)",
        )
        == 0
    )
    assert list(dict.fromkeys(read)) == accounts
    assert read == sorted(read)


def test_a_step_of_a_night_reads_its_own_entries_in_the_ledger_and_no_others(db):
    tenants = [f"t{number}" for number in range(1, 201)]  # of two only, any plan reads no more than them

    def enter() -> None:
        db.execute("SELECT topoff.enter_step(1, %s, %s, 'all', NULL, NULL)", (tenants, tenants))

    db.execute("INSERT INTO topoff.runs (id, replan) VALUES (1, false)")
    entries = (
        "INSERT INTO topoff.run_tenants (run_id, tenant_id, created)"
        " SELECT 1, 't' || number, 1 FROM generate_series(%s::integer, %s) AS number"
    )
    db.execute(entries, (1, 200))
    for _ in range(10):  # a plan that is cached is cached by then
        enter()
    db.execute(entries, (201, 5000))
    with db.transaction():
        before = one(db, ROWS_READ)
        enter()
        assert one(db, ROWS_READ) - before == 200
    assert one(db, "SELECT created FROM topoff.runs") == 11 * 200
