"""What sessions do in a soak: each action a statement, and the errors that it may end with.

A call for a tenant names it by one of its two names, for another session may have renamed it.
"""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

ZONES = ("UTC", "America/New_York", "Europe/London", "Asia/Tokyo", "Australia/Lord_Howe", "America/St_Johns")
CADENCES = (
    (0, "{1,2,3,4,5}", "{09:00}"),
    (2, "{1,2,3,4,5}", "{09:00}"),
    (3, "{1,2,3,4,5}", "{09:00}"),
    (4, "{1,3,5}", "{09:00,17:00}"),
    (5, "{1,2,3,4,5,6,7}", "{12:00}"),
    (7, "{1,2,3,4,5,6,7}", "{02:30}"),
)


class Action(NamedTuple):
    """One thing that a session does.

    kind: what the watching triggers are told: people, topoff, fill ...
    statements: with {tenant} for the tenant's name, {account}, {item} and others for rows of it (see PICKS).
    errors: the SQLSTATEs that it may be answered with.
    isolated: whether the isolated role may do it, too.
    weight: how often it is done.
    """

    name: str
    kind: str
    statements: Callable[[Random], list[str]]
    errors: frozenset[str]
    weight: int
    isolated: bool = True


PICKS = {
    "account": "SELECT id FROM channel_accounts WHERE tenant_id = %(tenant)s ORDER BY random() LIMIT 1",
    "other_account": "SELECT id FROM channel_accounts WHERE tenant_id = %(tenant)s ORDER BY random() LIMIT 1",
    "item": "SELECT id FROM content_items WHERE tenant_id = %(tenant)s AND title <> 'Planned slot'"
    " ORDER BY random() LIMIT 1",
    "post": "SELECT id FROM post_instances WHERE tenant_id = %(tenant)s ORDER BY random() LIMIT 1",
    "other_post": "SELECT id FROM post_instances WHERE tenant_id = %(tenant)s ORDER BY random() LIMIT 1",
    "slot": "SELECT id FROM post_instances WHERE tenant_id = %(tenant)s AND status = 'Planned'"
    " ORDER BY scheduled_for, id OFFSET (random() * 8)::integer LIMIT 1",
    "slot_time": "SELECT scheduled_for FROM post_instances WHERE tenant_id = %(tenant)s AND status = 'Planned'"
    " AND scheduled_for > now() ORDER BY random() LIMIT 1",
}
# Where an account or an item that a call names is deleted at the very moment: the reference to it is refused.
GONE = "23503"
HORIZON = "21 days"
TAKEN, MISSING, REFERRED, CHECKED, STATE, BAD, BUSY = (
    "23505",
    "P0002",
    "23503",
    "23514",
    "55000",
    "22023",
    "55P03",
)


def at(chance: Random) -> str:
    """Return an instant to come: mostly one where cadences have cells, so that people meet slots."""
    day = chance.randrange(2, 24)  # tomorrow may be over where the sun rises first
    hour = chance.choice((9, 9, 12, 17, 2, chance.randrange(24)))
    zone = chance.choice(ZONES)
    return f"((current_date + {day} + time '{hour:02}:{30 if hour == 2 else 0:02}') AT TIME ZONE '{zone}')"


def one(*statements: str) -> Callable[[Random], list[str]]:
    """Return what makes always the same statements."""
    return lambda chance: list(statements)


def as_of(chance: Random) -> str:
    """Return an as_of: now, mostly."""
    return chance.choice(("now()", "now()", "now()", "now() + interval '30 hours'"))


def cadence(chance: Random) -> str:
    """Return SET of a cadence."""
    posts, days, times = chance.choice(CADENCES)
    return f"posts_per_week = {posts}, days_of_week = '{days}', times_local = '{times}'"


def further(chance: Random) -> list[str]:
    """Return the INSERT of a further cadence."""
    posts, days, times = chance.choice(CADENCES[1:])
    begin = chance.randrange(-10, 10)
    during = chance.choice(("'(,)'", f"daterange(current_date + {begin}, current_date + {begin + 9})"))
    return [
        "INSERT INTO topoff.cadences (tenant_id, channel_account_id, posts_per_week, days_of_week, times_local,"
        f" category, during) VALUES ({{tenant}}, {{account}}, {posts}, '{days}', '{times}',"
        f" {chance.choice(('NULL', quote('offer'), quote('team')))}, {during})"
    ]


def quote(text: str) -> str:
    """Return a string as SQL has it."""
    return f"'{text}'"


def blackout(chance: Random) -> list[str]:
    """Return the INSERT of a blackout of a day or two."""
    day = chance.randrange(1, 20)
    who = chance.choice(("{account}", "{account}", "NULL"))
    return [
        "INSERT INTO topoff.blackouts (tenant_id, channel_account_id, during, reason)"
        f" VALUES ({{tenant}}, {who}, tsrange(current_date + {day}, current_date + {day + chance.choice((1, 2))}), 'off')"
    ]


def transaction(chance: Random) -> list[str]:
    """Return the statements of somebody who takes time over a few posts."""
    pause = f"SELECT pg_sleep({chance.choice((0, 0.05, 0.3))})"
    statements = [
        f"UPDATE post_instances SET scheduled_for = {at(chance)} WHERE id = {{post}}",
        pause,
        "UPDATE post_instances SET content_item_id = {item}, status = 'Draft' WHERE id = {other_post}",
        pause,
        f"UPDATE channel_accounts SET name = 'renamed {chance.random()}' WHERE id = {{account}}",
    ]
    return ["BEGIN", *statements, chance.choice(("COMMIT", "COMMIT", "ROLLBACK"))]


def bulk(chance: Random) -> list[str]:
    """Return a bulk create, mostly where slots are."""
    when = chance.choice(("{slot_time}", "{slot_time}", at(chance), "NULL"))
    return [
        f"SELECT id FROM create_post_instances({{tenant}}, {{item}}, ARRAY[{{account}}, {{other_account}}]::uuid[], {when})"
    ]


ACTIONS = (
    Action("top off", "topoff", lambda chance: [
        f"SELECT topoff_planned_slots({{tenant}}, '{HORIZON}', {as_of(chance)})"], frozenset((MISSING,)), 14),
    Action("top off twice", "topoff", lambda chance: [
        "BEGIN", f"SELECT topoff_planned_slots({{tenant}}, '{HORIZON}', now())",
        f"SELECT topoff_planned_slots({{tenant}}, '{HORIZON}', now()) AS must_be_0", "COMMIT"],
        frozenset((MISSING,)), 3),
    Action("re-plan", "replan", lambda chance: [
        f"SELECT FROM replan_planned_slots({{tenant}}, '{HORIZON}', {as_of(chance)})"], frozenset((MISSING,)), 7),
    Action("re-plan and look", "replan", lambda chance: [
        "BEGIN", f"SELECT FROM replan_planned_slots({{tenant}}, '{HORIZON}', now())",
        "SELECT count(*) AS must_be_0 FROM preview_planned_slots({tenant}, '21 days', now(), true)"
        " WHERE decision IN ('create', 'remove')", "COMMIT"], frozenset((MISSING,)), 3),
    Action("preview", "preview", lambda chance: [
        f"SELECT count(*) FROM preview_planned_slots({{tenant}}, '{HORIZON}', now(), {chance.choice(('true', 'false'))})"],
        frozenset((MISSING,)), 5),
    Action("fill", "fill", one(
        "SELECT (f).id AS filled FROM fill_next_planned_slot({tenant}, {account}, {item}) AS f"),
        frozenset((MISSING, GONE, STATE)), 12),
    Action("fill a category", "fill", one(
        "SELECT (f).id AS filled FROM fill_next_planned_slot({tenant}, {account}, {item}, 'offer') AS f"),
        frozenset((MISSING, GONE, STATE)), 3),
    Action("skip", "skip", one("SELECT skip_planned_slot({tenant}, {slot})"), frozenset((MISSING, STATE)), 8),
    Action("bulk create", "create", bulk, frozenset((MISSING, GONE, STATE, TAKEN)), 8),
    Action("calendar", "read", one("SELECT marketing_calendar({tenant})"), frozenset((MISSING,)), 4),
    Action("grid", "read", one("SELECT * FROM calendar_grid({tenant}, current_date + 7, 'Asia/Tokyo')"),
           frozenset((MISSING,)), 2),
    Action("coverage", "read", one("SELECT * FROM cadence_coverage WHERE tenant_id = {tenant}"), frozenset(), 4),
    Action("retire", "retire", one("SELECT retire_channel_account({tenant}, {account})"), frozenset((MISSING,)), 1),
    Action("erase", "erase", one("SELECT topoff.erase_tenant({tenant})"), frozenset((MISSING,)), 1, False),
    Action("rename", "rename", one("SELECT topoff.rename_tenant({tenant}, {other_name})"),
           frozenset((MISSING, STATE, BUSY)), 1, False),
    Action("insert a post", "people", lambda chance: [
        "INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)"
        f" VALUES ({{tenant}}, {{account}}, {{item}}, {at(chance)}, '{chance.choice(('Draft', 'Scheduled'))}')"],
        frozenset((TAKEN, REFERRED)), 8, False),
    Action("move a post", "people", lambda chance: [
        f"UPDATE post_instances SET scheduled_for = {chance.choice((at(chance), at(chance), 'NULL', 'planned_for'))}"
        " WHERE id = {post}"], frozenset((TAKEN,)), 10, False),
    Action("write into a slot", "people", lambda chance: [
        "UPDATE post_instances SET content_item_id = {item}, status = "
        f"'{chance.choice(('Draft', 'Scheduled', 'Planned'))}' WHERE id = {{slot}}"],
        frozenset((REFERRED,)), 6, False),
    Action("post it", "people", one("UPDATE post_instances SET status = 'Posted' WHERE id = {post} AND content_item_id IS NOT NULL"),
           frozenset((CHECKED,)), 3, False),
    Action("delete a post", "people", one("DELETE FROM post_instances WHERE id = {post}"), frozenset(), 9, False),
    Action("change a cadence", "people", lambda chance: [
        f"UPDATE channel_accounts SET {cadence(chance)} WHERE id = {{account}}"], frozenset(), 8, False),
    Action("change a zone", "people", lambda chance: [
        f"UPDATE channel_accounts SET timezone = '{chance.choice(ZONES)}' WHERE id = {{account}}"], frozenset(), 2,
        False),
    Action("pause or not", "people", lambda chance: [
        f"UPDATE channel_accounts SET status = '{chance.choice(('active', 'active', 'paused'))}' WHERE id = {{account}}"],
        frozenset(), 3, False),
    Action("add a cadence", "people", further, frozenset((REFERRED,)), 2, False),
    Action("drop cadences", "people", one("DELETE FROM topoff.cadences WHERE channel_account_id = {account}"),
           frozenset(), 2, False),
    Action("black out", "people", blackout, frozenset((REFERRED,)), 2, False),
    Action("open again", "people", one(
        "DELETE FROM topoff.blackouts WHERE tenant_id = {tenant} AND random() < 0.5"), frozenset(), 2, False),
    Action("take time", "people", transaction, frozenset((TAKEN, REFERRED, CHECKED)), 4, False),
    Action("new account", "people", lambda chance: [
        "INSERT INTO channel_accounts (tenant_id, posts_per_week) SELECT {tenant}, 3"
        " WHERE EXISTS (SELECT FROM channel_accounts WHERE tenant_id = {tenant})"
        " AND (SELECT count(*) FROM channel_accounts WHERE tenant_id = {tenant}) < 6"],
        frozenset(), 1, False),
    Action("delete an account", "people", one("DELETE FROM channel_accounts WHERE id = {account}"),
           frozenset((REFERRED,)), 1, False),
    Action("come and go", "people", one(
        "INSERT INTO channel_accounts (tenant_id, name, posts_per_week) SELECT {tenant}, 'fleeting', 5"
        " WHERE EXISTS (SELECT FROM channel_accounts WHERE tenant_id = {tenant})",
        "DELETE FROM channel_accounts WHERE tenant_id = {tenant} AND name = 'fleeting'"),
        frozenset((REFERRED,)), 3, False),
    Action("retire and delete", "people", one(
        "BEGIN", "SELECT retire_channel_account({tenant}, {account})",
        "DELETE FROM channel_accounts WHERE tenant_id = {tenant} AND id = {account}",
        "COMMIT"), frozenset((MISSING, REFERRED)), 1, False),
    Action("new item", "people", one(
        "INSERT INTO content_items (tenant_id, title) SELECT {tenant}, 'An idea'"
        " WHERE EXISTS (SELECT FROM channel_accounts WHERE tenant_id = {tenant})"), frozenset(), 3, False),
    Action("delete an item", "people", one("DELETE FROM content_items WHERE id = {item}"), frozenset((REFERRED,)), 2,
           False),
)  # fmt: skip
