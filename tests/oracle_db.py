"""Between the oracle and the database: the rows of a calendar, put in and read back."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from oracle import Account, Blackout, Cadence, Calendar, Content, Post
from psycopg import ClientCursor, Connection, sql

# of every tenant, keys being (tenant_id, id); its version is another one than the placeholders have
ITEM = UUID("00000000-0000-4000-8000-000000000001")
LONG_AGO = "2026-01-01T00:00:00+00:00"


def loosen(db: Connection) -> None:
    """Give the tables the shape that an application may have brought.

    Two tenants may have equal ids, a column of the cadence may hold NULL or more posts a week than there are
    cells, a time zone is whatever somebody wrote, and statuses are the application's own. Nor are zones
    looked up any more, which would cost 30 ms an account.
    """
    db.execute(
        """
        DO $$
        DECLARE
            made record;
        BEGIN
            FOR made IN
                SELECT conrelid::regclass AS of_table, conname AS name, contype = 'p' AS is_key
                FROM pg_constraint
                WHERE conrelid IN ('public.channel_accounts'::regclass, 'public.content_items'::regclass,
                        'public.post_instances'::regclass)
                    AND (contype = 'p'
                        OR contype = 'c' AND conrelid = 'public.channel_accounts'::regclass
                        OR contype = 'c' AND pg_get_constraintdef(oid) LIKE '%Failed%')
            LOOP
                EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', made.of_table, made.name);
                IF made.is_key THEN
                    EXECUTE format('ALTER TABLE %s ADD PRIMARY KEY (tenant_id, id)', made.of_table);
                END IF;
            END LOOP;
        END
        $$;
        ALTER TABLE public.channel_accounts
            DISABLE TRIGGER USER,
            ALTER posts_per_week DROP NOT NULL,
            ALTER days_of_week DROP NOT NULL,
            ALTER times_local DROP NOT NULL,
            ALTER timezone DROP NOT NULL
        """
    )


def set_content_nullable(db: Connection, is_nullable: bool) -> None:
    """Let posts go without content, or not."""
    change = "DROP" if is_nullable else "SET"
    db.execute(
        sql.SQL("ALTER TABLE public.post_instances ALTER content_item_id {} NOT NULL").format(sql.SQL(change))
    )


def put_in(db: Connection, calendars: dict[str, Calendar], session_zone: str) -> None:
    """Insert tenants' rows into loosened tables, in one round trip and a session of some other time zone."""
    ClientCursor(db).execute(
        """
        SELECT set_config('TimeZone', %(session_zone)s, true);

        INSERT INTO channel_accounts
            (tenant_id, id, timezone, posts_per_week, days_of_week, times_local, status)
        SELECT tenant_id, id, timezone, posts_per_week, days_of_week, times_local, status
        FROM jsonb_populate_recordset(NULL::channel_accounts, %(accounts)s);

        INSERT INTO topoff.cadences (tenant_id, id, channel_account_id, posts_per_week, days_of_week,
            times_local, category, during)
        SELECT tenant_id, id, channel_account_id, posts_per_week, days_of_week, times_local, category, during
        FROM jsonb_populate_recordset(NULL::topoff.cadences, %(cadences)s);

        -- each tenant's placeholder, where it is wanted, and one item that is every other post's content
        INSERT INTO content_items (tenant_id, id, title)
        SELECT DISTINCT tenant_id, CASE content WHEN 'placeholder'
            THEN topoff.placeholder_content_item_id(tenant_id) ELSE %(item)s::uuid END, 'Planned slot'
        FROM jsonb_to_recordset(%(posts)s) AS post (tenant_id text, content text)
        WHERE content <> 'nothing';

        INSERT INTO post_instances (tenant_id, id, channel_account_id, content_item_id, scheduled_for,
            planned_for, planned_category, touched_at, status)
        SELECT tenant_id, id, channel_account_id,
            CASE content WHEN 'placeholder' THEN topoff.placeholder_content_item_id(tenant_id)
                WHEN 'item' THEN %(item)s::uuid END,
            scheduled_for, planned_for, planned_category, touched_at, status
        FROM jsonb_to_recordset(%(posts)s) AS post (tenant_id text, id uuid, channel_account_id uuid,
            content text, scheduled_for timestamptz, planned_for timestamptz, planned_category text,
            touched_at timestamptz, status text);

        INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during)
        SELECT tenant_id, channel_account_id, during
        FROM jsonb_populate_recordset(NULL::topoff.blackouts, %(blackouts)s)
        """,
        as_json(calendars) | {"session_zone": session_zone, "item": ITEM},
    )


def as_json(calendars: dict[str, Calendar]) -> dict[str, str]:
    """Return the rows of all tenants, table by table."""
    accounts, cadences, posts, blackouts = [], [], [], []
    for tenant, calendar in calendars.items():
        accounts += [
            {
                "tenant_id": tenant,
                "id": str(account.id),
                "timezone": account.timezone,
                "posts_per_week": account.posts_per_week,
                "days_of_week": account.days_of_week,
                "times_local": account.times_local and [at.isoformat() for at in account.times_local],
                "status": account.status,
            }
            for account in calendar.accounts
        ]
        cadences += [
            {
                "tenant_id": tenant,
                "id": str(cadence.id),
                "channel_account_id": str(account.id),
                "posts_per_week": cadence.posts_per_week,
                "days_of_week": cadence.days_of_week,
                "times_local": [at.isoformat() for at in cadence.times_local],
                "category": cadence.category,
                "during": f"[{cadence.first_day or ''},{cadence.last_day or ''}]",
            }
            for account in calendar.accounts
            for cadence in account.further
        ]
        posts += [
            {
                "tenant_id": tenant,
                "id": str(post.id),
                "channel_account_id": str(post.account),
                "content": post.content,
                "scheduled_for": post.scheduled_for and post.scheduled_for.isoformat(),
                "planned_for": post.planned_for and post.planned_for.isoformat(),
                "planned_category": post.category,
                "touched_at": LONG_AGO if post.is_touched else None,
                "status": post.status,
            }
            for post in calendar.posts
        ]
        blackouts += [
            {
                "tenant_id": tenant,
                "channel_account_id": blackout.account and str(blackout.account),
                "during": "{}{},{}{}".format(
                    "[" if blackout.start_is_inside else "(",
                    blackout.start or "",
                    blackout.end or "",
                    "]" if blackout.end_is_inside else ")",
                ),
            }
            for blackout in calendar.blackouts
        ]
    return {
        "accounts": json.dumps(accounts),
        "cadences": json.dumps(cadences),
        "posts": json.dumps(posts),
        "blackouts": json.dumps(blackouts),
    }


def calendar_in(db: Connection, tenant: str) -> Calendar:
    """Read back all that a tenant's planning depends on."""
    cadences = db.execute(
        "SELECT channel_account_id, posts_per_week, days_of_week, times_local, category, during, id"
        " FROM topoff.cadences WHERE tenant_id = %s",
        (tenant,),
    ).fetchall()
    accounts = db.execute(
        "SELECT id, timezone, posts_per_week, days_of_week, times_local, status"
        " FROM channel_accounts WHERE tenant_id = %s",
        (tenant,),
    ).fetchall()
    blackouts = db.execute(
        "SELECT channel_account_id, lower(during), upper(during), lower_inc(during), upper_inc(during)"
        " FROM topoff.blackouts WHERE tenant_id = %s",
        (tenant,),
    ).fetchall()
    return Calendar(
        [
            Account(
                id_,
                zone,
                per_week,
                days and tuple(days),
                times and tuple(times),
                status,
                tuple(further_cadence(*rest) for owner, *rest in cadences if owner == id_),
            )
            for id_, zone, per_week, days, times, status in accounts
        ],
        posts_in(db, [tenant])[tenant],
        [Blackout(*row) for row in blackouts],
    )


def further_cadence(
    per_week: int, days: list[Any], times: list[Any], category: str | None, during: Any, id_: UUID
) -> Cadence:
    """Turn a row of topoff.cadences into what the oracle knows; the server's ranges exclude their end."""
    last_day: date | None = during.upper and during.upper - timedelta(days=1)
    return Cadence(per_week, tuple(days), tuple(times), category, during.lower, last_day, id_)


def posts_in(db: Connection, tenants: list[str]) -> dict[str, list[Post]]:
    """Read the posts of some tenants in one round trip."""
    posts: dict[str, list[Post]] = {tenant: [] for tenant in tenants}
    rows = db.execute(
        """
        SELECT tenant_id, id, channel_account_id, scheduled_for, planned_for, status,
            CASE WHEN content_item_id IS NULL THEN 'nothing'
                WHEN content_item_id = placeholder THEN 'placeholder' ELSE 'item' END,
            planned_category, touched_at IS NOT NULL
        FROM post_instances
        JOIN (SELECT tenant, topoff.placeholder_content_item_id(tenant) AS placeholder
            FROM unnest(%s::text[]) AS tenant) AS known ON tenant = tenant_id
        """,
        (tenants,),
    )
    for tenant, id_, account, scheduled_for, planned_for, status, content, category, is_touched in rows:
        posts[tenant].append(
            Post(
                id_,
                account,
                in_utc(scheduled_for),
                in_utc(planned_for),
                status,
                Content(content),
                category,
                is_touched,
            )
        )
    return posts


def in_utc(at: datetime | None) -> datetime | None:
    """Write an instant in UTC: Python calls no two equal where one is written in an ambiguous local time."""
    return at and at.astimezone(UTC)
