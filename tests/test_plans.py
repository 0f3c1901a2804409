"""What a call reads: that depends on the slots of the window, not on history or on when it was planned."""

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
    "channel_accounts (status)",
    "channel_accounts (posts_per_week)",
)

# Years of posts of the account, this month's posts of others, and slots skipped long ago.
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
"""

ROWS_READ = """
    SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::integer
    FROM pg_stat_xact_user_tables WHERE relname IN ('post_instances', 'channel_accounts', 'blackouts')
"""


@pytest.mark.parametrize("state", ["never vacuumed", "vacuumed when empty"])
@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("SELECT topoff_planned_slots('h2o')", 12),
        ("SELECT count(*) FROM preview_planned_slots('h2o')", 12),
    ],
)
def test_a_session_that_planned_on_empty_tables_reads_no_history_later(db, connect, state, call, answer):
    for table in ("post_instances", "channel_accounts", "content_items", "topoff.blackouts"):
        db.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    for index in INDEXES:
        db.execute(f"CREATE INDEX ON {index}")
    session = connect()
    if state == "vacuumed when empty":
        db.execute("VACUUM post_instances, channel_accounts, content_items, topoff.blackouts")
    account = new_account(db, posts_per_week=0)
    for _ in range(10):  # a plan that is cached is cached by then
        assert one(session, call) == 0
    db.execute(GROWTH)
    db.execute("UPDATE channel_accounts SET posts_per_week = 3 WHERE id = %s", [account])
    with session.transaction():
        before = one(session, ROWS_READ)
        assert one(session, call) == answer
        assert one(session, ROWS_READ) - before < 300
