"""What is planned: the accounts' cadences and holidays, and the re-plan that brings the slots in line.

Every change comes in two: with dry_run=true it is made, previewed and rolled back, and the answer says which
slots it would remove and create; without it is made and re-planned, in one transaction.
"""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field
from sqlalchemy import Connection, text

from .caller import SignedIn

plan = APIRouter()

# An account's cadences as the page edits them, and a mark that changes with any of them.
ACCOUNTS = """
    SELECT account.id, account.tenant_id, account.name, account.status, account.posts_per_week,
           account.days_of_week, account.times_local, account.timezone, further.cadences AS further,
           md5(jsonb_build_array(account.posts_per_week, account.days_of_week, account.times_local,
                                 account.timezone, further.cadences)::text) AS version
    FROM channel_accounts AS account
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', cadence.id, 'posts_per_week', cadence.posts_per_week,
                   'days_of_week', cadence.days_of_week, 'times_local', cadence.times_local,
                   'category', cadence.category, 'first_day', lower(cadence.during),
                   'last_day', upper(cadence.during) - 1
               ) ORDER BY cadence.category, cadence.id), '[]') AS cadences
        FROM topoff.cadences AS cadence
        WHERE cadence.tenant_id = account.tenant_id AND cadence.channel_account_id = account.id
    ) AS further
"""


class Cadence(BaseModel):
    """When an account posts. Only the forms are checked here: the rules are the database's."""

    posts_per_week: int
    days_of_week: list[int]
    times_local: list[Annotated[str, Field(pattern=r"^\d\d:\d\d(:\d\d)?$")]]


class FurtherCadence(Cadence):
    """Another cadence of the account: for a kind of post, or for some dates. The last day is included."""

    id: UUID | None = None
    category: str | None = None
    first_day: date | None = None
    last_day: date | None = None


class Programme(Cadence):
    """An account's own cadence and, unless left out, all its further ones.

    version: what channel-accounts said when the caller began to change it.
    """

    timezone: str
    further: list[FurtherCadence] | None = None
    version: str | None = None


class Holiday(BaseModel):
    """Days without slots, the last one included, for an account or for all of them."""

    channel_account_id: UUID | None = None
    first_day: date
    last_day: date
    reason: str | None = None


def require_tenant(connection: Connection, tenant: str) -> None:
    """Refuse an unknown tenant in the database's words."""
    connection.execute(text("SELECT topoff.require_tenant(:tenant)"), {"tenant": tenant})


def lock_account(connection: Connection, tenant: str, account_id: UUID) -> None:
    """Keep others from changing an account until the transaction ends; 404 where there is none."""
    found = connection.execute(
        text("SELECT id FROM channel_accounts WHERE tenant_id = :tenant AND id = :id FOR NO KEY UPDATE"),
        {"tenant": tenant, "id": account_id},
    )
    if not found.all():
        raise HTTPException(404, f"channel account {account_id} does not exist")


def replan(connection: Connection, tenant: str, dry_run: bool) -> dict[str, Any]:
    """Re-plan, or say what a re-plan would do: how many slots it removes and creates and, then, which."""
    if not dry_run:
        done = connection.execute(
            text("SELECT removed, created FROM replan_planned_slots(:tenant)"), {"tenant": tenant}
        )
        return dict(done.mappings().one())
    return connection.execute(
        text("""
            SELECT jsonb_build_object(
                       'removed', count(*) FILTER (WHERE slot.decision = 'remove'),
                       'created', count(*) FILTER (WHERE slot.decision = 'create'),
                       'slots', coalesce(jsonb_agg(to_jsonb(slot)
                                                   ORDER BY slot.slot_at, slot.channel_account_id), '[]')
                   )
            FROM preview_planned_slots(:tenant, replan => true) AS slot
            WHERE slot.decision IN ('create', 'remove')
        """),
        {"tenant": tenant},
    ).scalar_one()


@plan.get("/channel-accounts")
def channel_accounts(caller: SignedIn, tenant_id: str) -> list[dict[str, Any]]:
    """Return the accounts, each with its cadences and how far ahead it is filled."""
    return caller.call(
        f"""
        SELECT jsonb_agg(to_jsonb(account) || to_jsonb(coverage) ORDER BY account.name, account.id),
               topoff.require_tenant(:tenant)
        FROM ({ACCOUNTS}) AS account
        JOIN cadence_coverage AS coverage
          ON coverage.tenant_id = account.tenant_id AND coverage.channel_account_id = account.id
        WHERE account.tenant_id = :tenant
        """,
        tenant=tenant_id,
    )


@plan.put("/channel-accounts/{account_id}/cadence")
def set_cadence(
    caller: SignedIn, tenant_id: str, account_id: UUID, wanted: Programme, dry_run: bool = False
) -> dict[str, Any]:
    """Change an account's cadences and re-plan its tenant's empty slots, or do neither."""
    at = {"tenant": tenant_id, "id": account_id}
    with caller.transaction(keep=not dry_run) as connection:
        lock_account(connection, tenant_id, account_id)
        version = connection.execute(
            text(f"SELECT version FROM ({ACCOUNTS}) AS account WHERE tenant_id = :tenant AND id = :id"), at
        ).scalar_one()
        if wanted.version not in (None, version):
            raise HTTPException(
                409,
                {
                    "message": "somebody else has changed this account's schedule meanwhile",
                    "detail": "Nothing of yours was saved.",
                    "hint": "Close this and look at the account: it shows the new schedule.",
                },
            )
        connection.execute(
            text("""
                UPDATE channel_accounts
                SET posts_per_week = :posts_per_week, days_of_week = :days_of_week,
                    times_local = CAST(:times_local AS time[]), timezone = :timezone
                WHERE tenant_id = :tenant AND id = :id
            """),
            {**at, **wanted.model_dump(exclude={"further", "version"})},
        )
        if wanted.further is not None:
            connection.execute(
                text("DELETE FROM topoff.cadences WHERE tenant_id = :tenant AND channel_account_id = :id"), at
            )
        for further in wanted.further or ():
            connection.execute(
                text("""
                    INSERT INTO topoff.cadences (id, tenant_id, channel_account_id, posts_per_week,
                                                 days_of_week, times_local, category, during)
                    VALUES (coalesce(CAST(:cadence AS uuid), gen_random_uuid()), :tenant, :id,
                            :posts_per_week, :days_of_week, CAST(:times_local AS time[]),
                            nullif(trim(:category), ''), daterange(:first_day, :last_day, '[]'))
                """),
                {**at, **further.model_dump(exclude={"id"}), "cadence": further.id},
            )
        return replan(connection, tenant_id, dry_run)


@plan.get("/blackouts")
def blackouts(caller: SignedIn, tenant_id: str) -> list[dict[str, Any]]:
    """Return the holidays, pauses and skipped slots that are not over, in the accounts' local time."""
    return caller.call(
        """
        SELECT coalesce(jsonb_agg(jsonb_build_object(
                   'id', blackout.id, 'channel_account_id', blackout.channel_account_id,
                   'starts', lower(blackout.during), 'ends', upper(blackout.during),
                   'is_instant', coalesce(lower(blackout.during) = upper(blackout.during), false),
                   'reason', blackout.reason
               ) ORDER BY blackout.during, blackout.channel_account_id NULLS FIRST, blackout.id), '[]'),
               topoff.require_tenant(:tenant)
        FROM topoff.blackouts AS blackout
        WHERE blackout.tenant_id = :tenant
          AND coalesce(upper(blackout.during), 'infinity') >= now() AT TIME ZONE 'UTC' - interval '1 day'
        """,
        tenant=tenant_id,
    )


@plan.post("/blackouts", status_code=201)
def enter_holiday(caller: SignedIn, tenant_id: str, wanted: Holiday, dry_run: bool = False) -> dict[str, Any]:
    """Enter a holiday and re-plan, or do neither."""
    with caller.transaction(keep=not dry_run) as connection:
        require_tenant(connection, tenant_id)
        if wanted.channel_account_id:
            lock_account(connection, tenant_id, wanted.channel_account_id)
        connection.execute(
            text("""
                INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)
                VALUES (:tenant, :channel_account_id,
                        tsrange(CAST(:first_day AS date), CAST(:last_day AS date) + 1),
                        nullif(trim(:reason), ''))
            """),
            {"tenant": tenant_id, **wanted.model_dump()},
        )
        return replan(connection, tenant_id, dry_run)


@plan.delete("/blackouts/{blackout_id}")
def delete_holiday(
    caller: SignedIn, tenant_id: str, blackout_id: UUID, dry_run: bool = False
) -> dict[str, Any]:
    """Take a holiday or a skipped slot back and re-plan, or do neither."""
    with caller.transaction(keep=not dry_run) as connection:
        require_tenant(connection, tenant_id)
        deleted = connection.execute(
            text("DELETE FROM topoff.blackouts WHERE tenant_id = :tenant AND id = :id"),
            {"tenant": tenant_id, "id": blackout_id},
        )
        if deleted.rowcount == 0:
            raise HTTPException(
                404,
                {
                    "message": f"holiday {blackout_id} does not exist",
                    "hint": "Somebody may have taken it back already.",
                },
            )
        return replan(connection, tenant_id, dry_run)


@plan.post("/scheduler/replan")
def replan_all(caller: SignedIn, tenant_id: str, dry_run: bool = False) -> dict[str, Any]:
    """Bring the empty slots in line with the cadences and holidays."""
    with caller.transaction(keep=not dry_run) as connection:
        return replan(connection, tenant_id, dry_run)
