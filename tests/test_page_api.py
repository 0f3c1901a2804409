"""What the calendar page asks of the API: every change seen before it is saved, and two people at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from app.tokens import sign_token
from builders import column, insert, new_account, new_content, new_post, one

EVERY_DAY = {"posts_per_week": 7, "days_of_week": [1, 2, 3, 4, 5, 6, 7]}
CADENCE = {"posts_per_week": 2, "days_of_week": [1, 4], "times_local": ["18:30"], "timezone": "UTC"}
OFFER = {"posts_per_week": 1, "days_of_week": [5], "times_local": ["15:00"], "category": "offer"}
TODAY = datetime.now(UTC).date()
WAITS_FOR_A_LOCK = (
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
)


@pytest.fixture
def client(site):
    """Return an HTTP client of h2o, as the page is."""
    address, app = site
    with httpx.Client(
        base_url=f"{address}/api/v1/marketing",
        headers={"Authorization": f"Bearer {sign_token(app.state.secret, 'h2o')}"},
        params={"tenant_id": "h2o"},
    ) as opened:
        yield opened


def everything(db):
    """Return every row that the API could have written."""
    tables = "channel_accounts", "content_items", "post_instances", "topoff.cadences", "topoff.blackouts"
    return {table: column(db, f"SELECT r::text FROM {table} AS r ORDER BY 1") for table in tables}


def slots(db):
    """Return the slots that are there, as (account, instant)."""
    return set(
        db.execute(
            "SELECT channel_account_id, scheduled_for FROM post_instances WHERE status = 'Planned'"
        ).fetchall()
    )


def empty_slots(db, account):
    """Return the ids of an account's empty slots in time order."""
    return column(
        db,
        "SELECT id FROM post_instances WHERE channel_account_id = %s AND status = 'Planned' "
        "ORDER BY scheduled_for",
        account,
    )


def seen_and_saved(db, client, method, route, body=None):
    """Ask what a change would do, check that asking did nothing, save it, and check that it did just that."""
    before = everything(db)
    seen = client.request(method, route, json=body, params={"dry_run": True})
    assert seen.is_success, seen.text
    assert everything(db) == before, "asking has changed something"
    had = slots(db)
    saved = client.request(method, route, json=body)
    assert saved.is_success, saved.text
    said = {
        decision: {
            (UUID(slot["channel_account_id"]), datetime.fromisoformat(slot["slot_at"]))
            for slot in seen.json()["slots"]
            if slot["decision"] == decision
        }
        for decision in ("remove", "create")
    }
    assert said == {"remove": had - slots(db), "create": slots(db) - had}
    for answer in seen.json(), saved.json():
        assert (answer["removed"], answer["created"]) == (len(said["remove"]), len(said["create"]))
    return seen.json()


# ------------------------------------------------------------------------------------ see before saving


def test_a_new_cadence_is_seen_before_it_is_saved(db, client):
    account = new_account(db, name="Instagram", posts_per_week=3)
    client.post("/scheduler/topoff")
    seen = seen_and_saved(db, client, "PUT", f"/channel-accounts/{account}/cadence", CADENCE)
    assert seen["removed"] == 12
    assert seen["created"] >= 8
    assert {slot["slot_local"][10:] for slot in seen["slots"] if slot["decision"] == "create"} == {
        "T18:30:00"
    }


def test_a_further_cadence_is_seen_before_it_is_saved_and_shown_afterwards(db, client):
    account = new_account(db, posts_per_week=2, days_of_week=[1, 4], times_local=["18:30"])
    client.post("/scheduler/topoff")
    last = TODAY + timedelta(days=20)
    programme = CADENCE | {"further": [OFFER | {"last_day": last.isoformat()}]}
    seen = seen_and_saved(db, client, "PUT", f"/channel-accounts/{account}/cadence", programme)
    assert {slot["category"] for slot in seen["slots"]} == {"offer"}
    assert max(slot["slot_local"][:10] for slot in seen["slots"]) <= last.isoformat()
    assert one(db, "SELECT count(*) FROM post_instances WHERE planned_category = 'offer'") == seen["created"]
    [shown] = client.get("/channel-accounts").json()
    [further] = shown["further"]
    assert further | {"id": None} == OFFER | {
        "id": None, "times_local": ["15:00:00"], "first_day": None, "last_day": last.isoformat()
    }  # fmt: skip

    kept = CADENCE | {"further": [further | {"posts_per_week": 2, "times_local": ["15:00", "19:00"]}]}
    assert client.put(f"/channel-accounts/{account}/cadence", json=kept).status_code == 200
    assert column(db, "SELECT id::text FROM topoff.cadences") == [further["id"]]
    assert client.put(f"/channel-accounts/{account}/cadence", json=CADENCE).status_code == 200
    assert one(db, "SELECT count(*) FROM topoff.cadences") == 1, "left out is not taken away"
    seen_and_saved(db, client, "PUT", f"/channel-accounts/{account}/cadence", CADENCE | {"further": []})
    assert one(db, "SELECT count(*) FROM topoff.cadences") == 0


def test_a_bad_further_cadence_is_422_says_the_rule_and_changes_nothing(db, client):
    account = new_account(db, posts_per_week=3)
    client.post("/scheduler/topoff")
    before = everything(db)
    for change, said in [
        ({"posts_per_week": 0}, "At least 1"),
        ({"posts_per_week": 2}, "at most the number of days times the number of times"),
        ({"days_of_week": [0]}, "One to seven ISO days"),
        ({"times_local": ["24:00"]}, "none 24:00"),
        ({"first_day": "2026-12-24", "last_day": "2026-12-01"}, "range lower bound"),
        ({"first_day": "Christmas"}, "first_day"),
    ]:
        for dry_run in True, False:
            answer = client.put(
                f"/channel-accounts/{account}/cadence",
                json=CADENCE | {"further": [OFFER, OFFER | change]},
                params={"dry_run": dry_run},
            )
            assert answer.status_code == 422, (change, answer.text)
            assert said in " ".join(part for part in answer.json().values() if part)
            assert "Failing row" not in answer.text
    assert everything(db) == before


@pytest.mark.parametrize("whose", ["one account's", "everybody's"])
def test_a_holiday_is_seen_before_it_is_saved_and_before_it_is_taken_back(db, client, whose):
    account, other = (new_account(db, **EVERY_DAY) for _ in range(2))
    client.post("/scheduler/topoff")
    filled = empty_slots(db, account)[3]
    assert client.patch(f"/post-instances/{filled}", json={"title": "Stays"}).status_code == 200
    first, last = TODAY + timedelta(days=2), TODAY + timedelta(days=6)
    holiday = {
        "channel_account_id": str(account) if whose == "one account's" else None,
        "first_day": first.isoformat(),
        "last_day": last.isoformat(),
        "reason": "Retreat",
    }
    seen = seen_and_saved(db, client, "POST", "/blackouts", holiday)
    assert {slot["channel_account_id"] for slot in seen["slots"]} == (
        {str(account)} if whose == "one account's" else {str(account), str(other)}
    )
    days = [date.fromisoformat(slot["slot_local"][:10]) for slot in seen["slots"]]
    assert (min(days), max(days)) == (first, last)
    assert seen["removed"] == (4 if whose == "one account's" else 9)
    assert one(db, "SELECT status FROM post_instances WHERE id = %s", filled) == "Draft"

    [entered] = client.get("/blackouts").json()
    assert (entered["reason"], entered["starts"][:10], entered["is_instant"]) == (
        "Retreat", first.isoformat(), False
    )  # fmt: skip
    back = seen_and_saved(db, client, "DELETE", f"/blackouts/{entered['id']}")
    assert (back["removed"], back["created"]) == (0, seen["removed"])
    again = client.delete(f"/blackouts/{entered['id']}")
    assert (again.status_code, again.json()["hint"]) == (404, "Somebody may have taken it back already.")


def test_a_holiday_that_ends_before_it_begins_is_422(db, client):
    new_account(db, posts_per_week=3)
    days = {"first_day": "2026-12-24", "last_day": "2026-12-20"}
    for dry_run in True, False:
        assert client.post("/blackouts", json=days, params={"dry_run": dry_run}).status_code == 422
    assert one(db, "SELECT count(*) FROM topoff.blackouts") == 0


def test_slots_that_are_off_the_programme_are_seen_before_they_are_brought_in_line(db, client):
    account = new_account(db, posts_per_week=3)
    client.post("/scheduler/topoff")
    db.execute(
        "UPDATE channel_accounts SET days_of_week = '{6,7}', posts_per_week = 1 WHERE id = %s", [account]
    )
    [shown] = client.get("/channel-accounts").json()
    assert shown["off_programme"] == 12
    seen = seen_and_saved(db, client, "POST", "/scheduler/replan")
    assert seen["removed"] == 12
    [shown] = client.get("/channel-accounts").json()
    assert shown["off_programme"] == 0


# ----------------------------------------------------------------------------------------- one at a time


def test_a_post_is_written_into_a_slot_and_the_calendar_shows_its_title(db, client):
    account = new_account(db, posts_per_week=3, timezone="America/New_York")
    client.post("/scheduler/topoff")
    first, second = empty_slots(db, account)[:2]
    draft = client.patch(f"/post-instances/{first}", json={"title": " Frost ", "body": "Wrap your pipes."})
    assert (draft.status_code, draft.json()["status"], draft.json()["title"]) == (200, "Draft", "Frost")
    client.patch(f"/post-instances/{second}", json={"title": "Ice", "status": "Scheduled"})
    shown = {post["id"]: post for posts in client.get("/calendar").json().values() for post in posts}
    assert [(shown[str(post)]["status"], shown[str(post)]["slot"]["title"]) for post in (first, second)] == [
        ("Draft", "Frost"), ("Scheduled", "Ice")
    ]  # fmt: skip
    assert shown[str(first)]["slot"]["empty"] is False

    changed = client.patch(
        f"/post-instances/{first}", json={"title": "Frost!", "body": "", "status": "Scheduled"}
    )
    assert changed.status_code == 200
    read = client.get(f"/post-instances/{first}").json()
    assert (read["title"], read["body"], read["status"]) == ("Frost!", None, "Scheduled")
    assert one(db, "SELECT count(*) FROM content_items WHERE title LIKE 'Frost%%'") == 1


def test_a_slot_without_a_title_stays_empty(db, client):
    account = new_account(db, posts_per_week=3)
    client.post("/scheduler/topoff")
    slot = empty_slots(db, account)[0]
    before = everything(db)
    for change in {"title": "  "}, {"status": "Scheduled"}, {"title": "", "body": "A text"}:
        assert client.patch(f"/post-instances/{slot}", json=change).status_code == 422, change
    assert everything(db) == before
    assert client.get(f"/post-instances/{slot}").json()["title"] is None


def test_a_post_is_moved_by_the_clock_of_its_account(db, client):
    account = new_account(db, timezone="America/New_York")
    post = new_post(db, account, "2035-11-01 12:00Z", status="Draft")
    for local, instant in [
        ("2035-11-02T09:00", "2035-11-02T13:00:00+00:00"),
        ("2035-11-04T01:30", "2035-11-04T05:30:00+00:00"),  # clocks go back: the first of the two
        ("2035-03-11T02:30", "2035-03-11T07:30:00+00:00"),  # clocks go forward: 03:30
    ]:
        answer = client.patch(f"/post-instances/{post}", json={"local_time": local})
        assert answer.status_code == 200, answer.text
        moved = one(db, "SELECT scheduled_for FROM post_instances WHERE id = %s", post)
        assert moved == datetime.fromisoformat(instant)
    with_offset = client.patch(f"/post-instances/{post}", json={"local_time": "2035-11-02T09:00Z"})
    assert with_offset.status_code == 422


def test_a_time_that_is_over_or_taken_is_refused_in_words(db, client):
    account = new_account(db, name="Instagram")
    there = new_post(db, account, "2035-01-02 09:00Z", content=new_content(db, title="Here already"))
    post = new_post(db, account, "2035-01-03 09:00Z")
    before = everything(db)
    over = client.patch(f"/post-instances/{post}", json={"local_time": "2020-01-01T09:00"})
    assert (over.status_code, over.json()["message"]) == (422, "that time is over")
    taken = client.patch(f"/post-instances/{post}", json={"local_time": "2035-01-02T09:00"})
    assert (taken.status_code, taken.json()["message"]) == (409, "that time is taken")
    assert '"Here already", Scheduled, on Tue 2 Jan 09:00 (UTC)' in taken.json()["detail"]
    assert everything(db) == before
    same = client.patch(f"/post-instances/{there}", json={"local_time": "2035-01-02T09:00"})
    assert same.status_code == 200


def test_an_empty_slot_makes_way_for_a_written_post_and_takes_its_place(db, client):
    account = new_account(db, **EVERY_DAY)
    client.post("/scheduler/topoff")
    first, second, third = empty_slots(db, account)[:3]
    times = column(db, "SELECT scheduled_for FROM post_instances ORDER BY 1")
    client.patch(f"/post-instances/{first}", json={"title": "Moves", "status": "Scheduled"})
    moved = client.patch(f"/post-instances/{first}", json={"local_time": f"{times[1]:%Y-%m-%dT%H:%M}"})
    assert (moved.status_code, moved.json()["swapped"]) == (200, True)
    assert dict(db.execute("SELECT id, scheduled_for FROM post_instances WHERE id IN (%s, %s)", [first, second])) == {
        first: times[1], second: times[0]
    }  # fmt: skip
    assert client.post("/scheduler/topoff").json() == {"created": 0}
    empty = client.patch(f"/post-instances/{third}", json={"local_time": f"{times[0]:%Y-%m-%dT%H:%M}"})
    assert (empty.status_code, empty.json()["message"]) == (409, "that time is taken")


def test_the_queue_takes_the_next_empty_slot_of_the_category(db, client):
    account = new_account(db, name="Instagram", posts_per_week=3)
    insert(
        db, "topoff.cadences", tenant_id="h2o", channel_account_id=account,
        **(OFFER | {"times_local": ["23:59"]}),
    )  # fmt: skip
    client.post("/scheduler/topoff")
    offers = column(
        db, "SELECT id::text FROM post_instances WHERE planned_category = 'offer' ORDER BY scheduled_for"
    )
    for title, category, slot in [
        ("10 % off", "offer", offers[0]),
        ("20 % off", "offer", offers[1]),
        ("Anything", None, str(empty_slots(db, account)[0])),
    ]:
        answer = client.post(
            f"/channel-accounts/{account}/queue", json={"title": title, "category": category}
        )
        assert (answer.status_code, answer.json()["id"]) == (201, slot), title
        assert (answer.json()["status"], answer.json()["title"]) == ("Scheduled", title)
    content = one(db, "SELECT count(*) FROM content_items")
    for _ in offers[2:]:
        client.post(f"/channel-accounts/{account}/queue", json={"title": "More", "category": "offer"})
    full = client.post(f"/channel-accounts/{account}/queue", json={"title": "Too many", "category": "offer"})
    assert full.status_code == 404
    assert "offer" in full.json()["message"]
    assert full.json()["hint"]
    assert one(db, "SELECT count(*) FROM content_items") == content + len(offers) - 2, "nothing is left of it"


def test_a_skipped_slot_stays_away_until_it_is_brought_back(db, client):
    account = new_account(db, posts_per_week=3)
    client.post("/scheduler/topoff")
    slot = empty_slots(db, account)[0]
    assert client.post(f"/post-instances/{slot}/skip").status_code == 204
    assert client.post("/scheduler/topoff").json() == {"created": 0}
    [skipped] = client.get("/blackouts").json()
    assert (skipped["is_instant"], skipped["reason"]) == (True, "skipped")
    assert client.delete(f"/blackouts/{skipped['id']}").json() == {"removed": 0, "created": 1}


# ------------------------------------------------------------------------------------ two people at once


def test_the_second_who_writes_into_a_slot_is_told_what_stands_there(db, client):
    account = new_account(db, posts_per_week=3)
    client.post("/scheduler/topoff")
    slot = empty_slots(db, account)[0]
    [seen] = [
        {name: post[name] for name in ("status", "content_item_id", "scheduled_for")}
        for posts in client.get("/calendar").json().values()
        for post in posts
        if post["id"] == str(slot)
    ]
    first = client.patch(
        f"/post-instances/{slot}", json={"title": "Mine", "status": "Scheduled", "seen": seen}
    )
    assert first.status_code == 200
    before = everything(db)
    for late in {"title": "Yours"}, {"local_time": "2035-01-01T09:00"}:
        second = client.patch(f"/post-instances/{slot}", json=late | {"seen": seen})
        assert second.status_code == 409
        assert second.json()["message"] == "somebody else has changed this post meanwhile"
        assert '"Mine", Scheduled' in second.json()["detail"]
    skipped = client.post(f"/post-instances/{slot}/skip")
    assert skipped.status_code == 409
    assert skipped.json()["message"] == f"post instance {slot} is not an empty slot"
    assert "Scheduled" in skipped.json()["detail"]
    assert everything(db) == before
    gone = empty_slots(db, account)[0]
    client.post(f"/post-instances/{gone}/skip")
    late = client.patch(f"/post-instances/{gone}", json={"title": "Yours"})
    assert (late.status_code, late.json()["message"]) == (404, f"post instance {gone} does not exist")
    assert "skipped or deleted" in late.json()["hint"]


@pytest.mark.parametrize("how", ["write", "make way"])
def test_a_slot_that_is_being_filled_at_this_moment_is_waited_for_and_not_taken(db, client, connect, how):
    account = new_account(db, **EVERY_DAY)
    client.post("/scheduler/topoff")
    slot, other = empty_slots(db, account)[:2]
    seen = client.get(f"/post-instances/{slot}").json()
    request = (
        slot,
        {"title": "Late", "seen": {n: seen[n] for n in ("status", "content_item_id", "scheduled_for")}},
    )
    if how == "make way":
        client.patch(f"/post-instances/{other}", json={"title": "Moves"})
        request = other, {"local_time": seen["scheduled_for"][:16]}
    content = new_content(db, title="First")
    holder = connect(autocommit=False)
    holder.execute(
        "UPDATE post_instances SET content_item_id = %s, status = 'Scheduled' WHERE id = %s", [content, slot]
    )
    with ThreadPoolExecutor() as pool:
        late = pool.submit(client.patch, f"/post-instances/{request[0]}", json=request[1])
        while not one(db, WAITS_FOR_A_LOCK):
            assert not late.done(), late.result().text
        holder.commit()
        answer = late.result()
    assert answer.status_code == 409
    assert '"First", Scheduled' in answer.json()["detail"]
    assert db.execute("SELECT content_item_id, scheduled_for FROM post_instances WHERE id = %s", [slot]).fetchone() == (
        content, datetime.fromisoformat(seen["scheduled_for"])
    )  # fmt: skip


def test_the_second_who_changes_a_cadence_is_refused_and_nothing_of_the_first_is_lost(db, client):
    account = new_account(db, posts_per_week=3)
    [shown] = client.get("/channel-accounts").json()
    route = f"/channel-accounts/{account}/cadence"
    first = CADENCE | {"further": [OFFER], "version": shown["version"]}
    assert client.put(route, json=first, params={"dry_run": True}).status_code == 200
    assert client.put(route, json=first).status_code == 200
    before = everything(db)
    for dry_run in True, False:
        second = client.put(
            route,
            json=CADENCE | {"posts_per_week": 1, "further": [], "version": shown["version"]},
            params={"dry_run": dry_run},
        )
        assert second.status_code == 409
        assert "somebody else has changed" in second.json()["message"]
    assert everything(db) == before
    [shown] = client.get("/channel-accounts").json()
    db.execute("UPDATE topoff.cadences SET category = 'sale'")
    assert client.put(route, json=first | {"version": shown["version"]}).status_code == 409
    db.execute("UPDATE channel_accounts SET timezone = 'Europe/London'")
    assert client.put(route, json=first | {"version": shown["version"]}).status_code == 409


# ------------------------------------------------------------------------------------- who may do what


def test_another_tenants_rows_answer_as_if_they_did_not_exist_and_nothing_is_written(db, client):
    account = new_account(db, posts_per_week=3)
    theirs = new_account(db, tenant="all_county", posts_per_week=3)
    post = new_post(db, theirs, "2035-01-01 09:00Z", tenant="all_county")
    blackout = insert(db, "topoff.blackouts", tenant_id="all_county", during="[2035-01-01,2035-01-02)")
    cadence = insert(
        db, "topoff.cadences", tenant_id="all_county", channel_account_id=theirs, posts_per_week=1
    )
    before = everything(db)
    days = {"first_day": "2035-01-01", "last_day": "2035-01-02"}

    def requests(account, post, blackout):
        return [
            ("GET", f"/post-instances/{post}", None),
            ("PATCH", f"/post-instances/{post}", {"title": "Mine now"}),
            ("POST", f"/post-instances/{post}/skip", None),
            ("POST", f"/channel-accounts/{account}/queue", {"title": "Mine now"}),
            ("PUT", f"/channel-accounts/{account}/cadence", CADENCE | {"further": [OFFER]}),
            ("POST", "/blackouts", days | {"channel_account_id": str(account)}),
            ("DELETE", f"/blackouts/{blackout}", None),
        ]

    nobody = [str(uuid4()) for _ in range(3)]
    for other, none in zip(requests(theirs, post, blackout), requests(*nobody), strict=True):
        answers = [client.request(method, route, json=body) for method, route, body in (other, none)]
        assert [answer.status_code for answer in answers] == [404, 404], other
        words = [answer.text for answer in answers]
        for ours, unknown in zip(map(str, (theirs, post, blackout)), nobody, strict=True):
            words = [said.replace(ours, "ID").replace(unknown, "ID") for said in words]
        assert words[0] == words[1], "it tells another tenant's row from none"
    tenants = [*requests(account, post, blackout), ("GET", "/blackouts", None), ("POST", "/scheduler/replan", None),
               ("POST", "/blackouts", days)]  # fmt: skip
    for method, route, body in tenants:
        answer = client.request(method, route, json=body, params={"tenant_id": "all_county"})
        assert answer.status_code == 404, (route, answer.text)
    stolen = client.put(
        f"/channel-accounts/{account}/cadence", json=CADENCE | {"further": [OFFER | {"id": str(cadence)}]}
    )
    assert stolen.status_code == 200, "an id is its tenant's own"
    assert one(db, "SELECT channel_account_id FROM topoff.cadences WHERE tenant_id = 'all_county'") == theirs
    after = everything(db)
    for table in "content_items", "post_instances", "topoff.blackouts":
        assert set(before[table]) <= set(after[table])


def test_nobody_gets_anything_of_it_without_a_token(db, site):
    account = new_account(db, posts_per_week=3)
    before = everything(db)
    some = uuid4()
    for method, route in [
        ("GET", f"/post-instances/{some}"),
        ("PATCH", f"/post-instances/{some}"),
        ("POST", f"/post-instances/{some}/skip"),
        ("POST", f"/channel-accounts/{account}/queue"),
        ("GET", "/blackouts"),
        ("POST", "/blackouts"),
        ("DELETE", f"/blackouts/{some}"),
        ("POST", "/scheduler/replan"),
    ]:
        answer = httpx.request(
            method, f"{site[0]}/api/v1/marketing{route}?tenant_id=h2o", json={"title": "x"}
        )
        assert answer.status_code == 401, route
    assert everything(db) == before
