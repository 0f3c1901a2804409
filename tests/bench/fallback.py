"""What it costs a night that others hold some of its tenants."""

import time

from data import clear_calendar, connect, execute, new_accounts

HELD = 20
HOLD = """
    BEGIN;
    INSERT INTO content_items (tenant_id, title)
    SELECT DISTINCT tenant_id, 'of an import' FROM channel_accounts WHERE tenant_id = ANY (%(held)s);
    INSERT INTO post_instances (tenant_id, channel_account_id, content_item_id, scheduled_for, status)
    SELECT DISTINCT ON (item.tenant_id)
           item.tenant_id, slot.channel_account_id, item.id, slot.slot_at, 'Scheduled'
    FROM content_items AS item
    CROSS JOIN LATERAL preview_planned_slots(item.tenant_id) AS slot
    WHERE item.title = 'of an import'
    ORDER BY item.tenant_id, slot.slot_at DESC
"""


def fallback(tenants: int, accounts_a_tenant: int, turns: int = 5) -> list[tuple[str, ...]]:
    """Compare first fills without and with an open import that has a slot in each of some tenants.

    The night has no patience here, or the pauses in which it waits for others would be counted as well.
    """
    new_accounts(tenants, accounts_a_tenant)
    names = [name for (name,) in execute("SELECT DISTINCT tenant_id FROM channel_accounts ORDER BY 1")]
    held = names[tenants // HELD // 2 :: max(tenants // HELD, 1)][:HELD]
    took: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(turns):
        for is_held in (False, True):
            clear_calendar()
            night, holder = connect(), connect()
            try:
                with holder.cursor() as cursor:
                    if is_held:
                        cursor.execute(HOLD, {"held": held})
                took[is_held].append(one_night(night))
            finally:
                holder.close()
                night.close()
    ((failed,),) = execute("SELECT failed FROM topoff.runs ORDER BY id DESC LIMIT 1")
    if failed != len(held):
        raise SystemExit(f"{failed} tenants failed, not {len(held)}")
    free, gave_way = (sorted(took[is_held])[turns // 2] for is_held in (False, True))
    return [
        (
            f"first fill, an open import in {len(held)} of {tenants:,} tenants",
            f"{gave_way:.2f} s",
            f"without it: {free:.2f} s",
            f"{gave_way / free:.2f}",
        )
    ]


def one_night(session: object) -> float:
    """Run a night, which may fail for tenants, and return how many seconds it took."""
    with session.cursor() as cursor:
        cursor.execute("SET topoff.patience = 0")
        begin = time.perf_counter()
        try:
            cursor.execute("CALL topoff_all_tenants()")
        except session.Error as error:
            if "tenants failed" not in str(error):
                raise
        return time.perf_counter() - begin
