"""The application's endpoints: what an API client gets from each of them, over real HTTP."""

import os
import re
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from app.errors import STATUS
from app.tokens import sign_token
from builders import column, new_account, new_content, new_post, one
from conftest import HOST, PASSWORD, PORT, PROJECT, USER
from sqlalchemy import text

CADENCE = {
    "posts_per_week": 2,
    "days_of_week": [1, 4],
    "times_local": ["18:30"],
    "timezone": "America/New_York",
}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).replace(hour=15, minute=0, second=0, microsecond=0)


@pytest.fixture
def sign_in(site):
    """Return an HTTP client with a tenant's token; the tenant of the query is h2o unless the call says other."""
    address, app = site
    clients = []

    def client(tenant):
        clients.append(
            httpx.Client(
                base_url=f"{address}/api/v1/marketing",
                headers={"Authorization": f"Bearer {sign_token(app.state.secret, tenant)}"},
                params={"tenant_id": "h2o"},
            )
        )
        return clients[-1]

    yield client
    for opened in clients:
        opened.close()


@pytest.fixture
def api(sign_in):
    """Return an HTTP client of h2o."""
    return sign_in("h2o")


def requests(account, content):
    """Return one good request for every route."""
    posts = {
        "content_item_id": str(content),
        "channel_account_ids": [str(account)],
        "scheduled_for": TOMORROW.isoformat(),
    }
    return [
        ("GET", "/calendar", None),
        ("GET", "/channel-accounts", None),
        ("POST", "/post-instances/bulk", posts),
        ("POST", "/scheduler/topoff", None),
        ("PUT", f"/channel-accounts/{account}/cadence", CADENCE),
    ]


def everything(db):
    """Return every row that the API could have written."""
    tables = "channel_accounts", "content_items", "post_instances", "topoff.blackouts"
    return {table: column(db, f"SELECT r::text FROM {table} AS r ORDER BY 1") for table in tables}


# ------------------------------------------------------------------------------------------ what works


def test_the_button_fills_the_calendar_once(db, api):
    new_account(db, posts_per_week=3)
    assert api.post("/scheduler/topoff").json() == {"created": 12}
    assert api.post("/scheduler/topoff").json() == {"created": 0}
    assert one(db, "SELECT count(*) FROM post_instances WHERE status = 'Planned'") == 12


def test_the_calendar_has_the_posts_of_the_asked_dates_both_included(db, api):
    account = new_account(db)
    for day in range(1, 6):
        new_post(db, account, f"2026-03-0{day} 12:00Z")
    answer = api.get("/calendar", params={"start_date": "2026-03-02", "end_date": "2026-03-04"})
    assert answer.status_code == 200
    assert list(answer.json()) == ["2026-03-02", "2026-03-03", "2026-03-04"]
    [post] = answer.json()["2026-03-03"]
    assert post["channel_account_id"] == str(account)
    assert post["scheduled_for"] == "2026-03-03T12:00:00+00:00"
    assert post["status"] == "Scheduled"
    assert len(api.get("/calendar").json()) == 5


def test_the_calendars_dates_are_those_of_the_asked_zone(db, api):
    new_post(db, new_account(db), "2026-03-03 02:00Z")
    assert list(api.get("/calendar").json()) == ["2026-03-03"]
    assert list(api.get("/calendar", params={"timezone": "America/New_York"}).json()) == ["2026-03-02"]


def test_a_post_says_by_itself_whether_it_is_empty_and_what_its_account_clock_shows(db, api):
    new_account(db, posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7], timezone="Asia/Tokyo")
    api.post("/scheduler/topoff")
    slots = [post["slot"] for posts in api.get("/calendar").json().values() for post in posts]
    assert len(slots) == 28
    for slot in slots:
        assert slot.pop("local_time").endswith("T09:00:00")
        assert slot == {"empty": True, "timezone": "Asia/Tokyo", "category": None, "title": None}


def test_the_accounts_come_with_cadence_and_coverage(db, api):
    new_account(db, name="Instagram", posts_per_week=7, days_of_week=[1, 2, 3, 4, 5, 6, 7])
    new_account(db, name="Facebook")
    api.post("/scheduler/topoff")
    facebook, instagram = api.get("/channel-accounts").json()
    assert (facebook["name"], facebook["cadence"], facebook["filled_until"]) == ("Facebook", "none", None)
    assert instagram["cadence"] == "7 a week: Mon Tue Wed Thu Fri Sat Sun 09:00 (UTC)"
    assert (instagram["posts_per_week"], instagram["timezone"]) == (7, "UTC")
    assert (instagram["slots_ahead"], instagram["empty_slots"], instagram["filled_slots"]) == (28, 28, 0)
    last = one(db, "SELECT max(scheduled_for) FROM post_instances")
    assert datetime.fromisoformat(instagram["filled_until"]) == last


def test_a_bulk_create_fills_the_slot_of_one_account_and_inserts_for_the_other(db, api):
    planned, other = new_account(db, posts_per_week=1), new_account(db)
    content = new_content(db)
    api.post("/scheduler/topoff")
    slot, time = db.execute("SELECT id, scheduled_for FROM post_instances ORDER BY scheduled_for").fetchone()
    answer = api.post(
        "/post-instances/bulk",
        json={
            "content_item_id": str(content),
            "channel_account_ids": [str(other), str(planned)],
            "scheduled_for": time.isoformat(),
        },
    )
    assert answer.status_code == 201
    inserted, filled = answer.json()
    assert filled["id"] == str(slot)
    assert [post["channel_account_id"] for post in (inserted, filled)] == [str(other), str(planned)]
    assert {post["status"] for post in (inserted, filled)} == {"Scheduled"}
    assert one(db, "SELECT count(*) FROM post_instances WHERE content_item_id = %s", content) == 2


def test_a_bulk_create_without_a_time_makes_drafts(db, api):
    account, content = new_account(db), new_content(db)
    answer = api.post(
        "/post-instances/bulk",
        json={"content_item_id": str(content), "channel_account_ids": [str(account)]},
    )
    assert [(post["status"], post["scheduled_for"]) for post in answer.json()] == [("Draft", None)]


def test_a_new_cadence_moves_the_empty_slots_in_the_same_request(db, api):
    account = new_account(db, posts_per_week=1)
    api.post("/scheduler/topoff")
    answer = api.put(f"/channel-accounts/{account}/cadence", json=CADENCE)
    assert answer.status_code == 200
    assert answer.json()["removed"] == 4
    assert answer.json()["created"] == one(db, "SELECT count(*) FROM post_instances")
    local_times = column(
        db,
        "SELECT DISTINCT to_char(scheduled_for AT TIME ZONE 'America/New_York', 'ID HH24:MI') "
        "FROM post_instances ORDER BY 1",
    )
    assert local_times == ["1 18:30", "4 18:30"]


# ------------------------------------------------------------------------------------- who may do what


def test_nobody_gets_anything_without_a_valid_token(db, site):
    account, content = new_account(db, posts_per_week=3), new_content(db)
    before = everything(db)
    forged = sign_token("a guessed secret", "h2o")
    for authorization in None, "Bearer", "Bearer nonsense", f"Bearer {forged}", "Basic aDJvOmgybw==":
        headers = {"Authorization": authorization} if authorization else {}
        for method, route, body in requests(account, content):
            answer = httpx.request(
                method, f"{site[0]}/api/v1/marketing{route}?tenant_id=h2o", json=body, headers=headers
            )
            assert answer.status_code == 401, (route, authorization)
            assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert everything(db) == before


def test_a_token_opens_no_route_to_another_tenant_and_writes_nothing(db, api):
    account = new_account(db, tenant="all_county", posts_per_week=3)
    content = new_content(db, tenant="all_county")
    new_post(db, account, TOMORROW, tenant="all_county")
    new_account(db, posts_per_week=3)
    before = everything(db)
    for method, route, body in requests(account, content):
        answer = api.request(method, route, json=body, params={"tenant_id": "all_county"})
        assert answer.status_code == 404, (route, answer.text)
        unknown = api.request(method, route, json=body, params={"tenant_id": "nobody"})
        assert unknown.status_code == 404, (route, unknown.text)
        assert unknown.json() == {
            name: said and said.replace("all_county", "nobody") for name, said in answer.json().items()
        }, f"{route} tells another tenant from none"
    assert everything(db) == before


def test_another_tenants_account_and_content_answer_as_if_they_did_not_exist(db, api):
    account, content = new_account(db), new_content(db)
    theirs, their_content = new_account(db, tenant="all_county"), new_content(db, tenant="all_county")
    before = everything(db)
    for wanted_account, wanted_content in [(theirs, content), (account, their_content), (uuid4(), content)]:
        _, route, body = requests(wanted_account, wanted_content)[2]
        assert api.post(route, json=body).status_code == 404
    for wanted in theirs, uuid4():
        answer = api.put(f"/channel-accounts/{wanted}/cadence", json=CADENCE)
        assert answer.status_code == 404
        assert answer.json()["message"] == f"channel account {wanted} does not exist"
    assert everything(db) == before


def test_each_token_sees_its_own_tenant_on_the_same_connections(db, sign_in):
    for tenant in "h2o", "all_county":
        new_account(db, tenant=tenant, name=tenant)
    clients = {tenant: sign_in(tenant) for tenant in ("h2o", "all_county")}
    for tenant in ["h2o", "all_county"] * 3:
        [account] = clients[tenant].get("/channel-accounts", params={"tenant_id": tenant}).json()
        assert account["name"] == tenant


def test_nothing_of_a_tenant_is_left_on_a_pooled_connection(db, api, site):
    new_account(db, posts_per_week=3)
    assert len(api.get("/channel-accounts").json()) == 1
    with site[1].state.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM post_instances")).scalar() == 0
        assert not connection.execute(text("SELECT current_setting('app.tenant_id', true)")).scalar()
    assert site[1].state.engine.pool.checkedin() == 1


# --------------------------------------------------------------------------------- what the errors say


def test_an_unknown_tenant_is_404_in_the_databases_words(db, api):
    answer = api.post("/scheduler/topoff")
    assert answer.status_code == 404
    assert answer.json()["message"] == 'tenant "h2o" has no channel account'
    assert answer.json()["hint"].startswith("Check the spelling")
    assert answer.json()["sqlstate"] == "P0002"


def test_an_empty_tenant_is_422(api):
    answer = api.post("/scheduler/topoff", params={"tenant_id": ""})
    assert (answer.status_code, answer.json()["message"]) == (422, "tenant must not be empty")


def test_a_taken_time_is_409_and_names_every_account_in_the_way(db, api):
    free, taken, also_taken = (new_account(db) for _ in range(3))
    for account in taken, also_taken:
        new_post(db, account, TOMORROW)
    before = everything(db)
    answer = api.post(
        "/post-instances/bulk",
        json={
            "content_item_id": str(new_content(db)),
            "channel_account_ids": [str(account) for account in (free, taken, also_taken)],
            "scheduled_for": TOMORROW.isoformat(),
        },
    )
    assert answer.status_code == 409
    assert str(taken) in answer.json()["message"]
    assert str(also_taken) in answer.json()["message"]
    assert str(free) not in answer.json()["message"]
    assert everything(db)["post_instances"] == before["post_instances"]


def test_a_bulk_create_on_an_account_that_is_not_active_is_409_and_one_in_the_past_422(db, api):
    account, content = new_account(db, status="disconnected"), new_content(db)
    _, route, body = requests(account, content)[2]
    answer = api.post(route, json=body)
    assert (answer.status_code, answer.json()["message"]) == (409, f"channel account {account} is not active")
    db.execute("UPDATE channel_accounts SET status = 'active'")
    answer = api.post(route, json=body | {"scheduled_for": "2020-01-01T00:00:00Z"})
    assert answer.status_code == 422
    assert answer.json()["message"].endswith("is not in the future")
    assert one(db, "SELECT count(*) FROM post_instances") == 0


BAD_CADENCES = [
    ({"posts_per_week": 3}, "at most the number of days times the number of times"),
    ({"posts_per_week": -1}, "at most the number of days times the number of times"),
    ({"posts_per_week": 100_000}, "smallint out of range"),
    ({"posts_per_week": None}, "posts_per_week"),
    ({"days_of_week": [1, 8]}, "One to seven ISO days"),
    ({"days_of_week": []}, "One to seven ISO days"),
    ({"times_local": ["24:00"]}, "none 24:00"),
    ({"times_local": ["08:00", "08:00"]}, "none twice"),
    ({"times_local": ["09:75"]}, "out of range"),
    ({"times_local": ["09:00+02:00"]}, "times_local"),
    ({"timezone": "america/new_york"}, 'Did you mean "America/New_York"?'),
    ({"timezone": "UTC+5"}, 'time zone "UTC+5" is not an IANA zone name'),
]


def test_a_bad_cadence_is_422_says_the_rule_and_changes_nothing(db, api):
    account = new_account(db, posts_per_week=3)
    api.post("/scheduler/topoff")
    before = everything(db)
    for change, said in BAD_CADENCES:
        answer = api.put(f"/channel-accounts/{account}/cadence", json=CADENCE | change)
        assert answer.status_code == 422, change
        assert said in " ".join(part for part in answer.json().values() if part)
        assert "Failing row" not in answer.text
    assert everything(db) == before


def test_an_unknown_zone_and_dates_that_are_none_are_422(db, api):
    new_account(db)
    assert api.get("/calendar", params={"timezone": "Mars/Base"}).status_code == 422
    answer = api.get("/calendar", params={"start_date": "2026-02-30"})
    assert answer.status_code == 422
    assert "start_date" in answer.json()["message"]


def test_a_time_without_an_offset_is_refused_rather_than_guessed(db, api):
    _, route, body = requests(new_account(db), new_content(db))[2]
    answer = api.post(route, json=body | {"scheduled_for": TOMORROW.replace(tzinfo=None).isoformat()})
    assert answer.status_code == 422
    assert one(db, "SELECT count(*) FROM post_instances") == 0


def test_the_placeholder_is_no_content_for_a_post(db, api):
    placeholder = one(db, "SELECT topoff.placeholder_content_item_id('h2o')")
    account = new_account(db, posts_per_week=1)
    api.post("/scheduler/topoff")
    _, route, body = requests(account, placeholder)[2]
    assert api.post(route, json=body).status_code == 422


def test_a_database_that_waits_too_long_is_503_undoes_all_and_is_worth_another_try(db, api, connect, api_url):
    account = new_account(db, posts_per_week=3)
    before = everything(db)
    db.execute(f"ALTER ROLE {api_url.username} SET lock_timeout = '50ms'")
    holder = connect(autocommit=False)
    holder.execute("SELECT topoff.lock_tenants('{h2o}')")
    for answer in (
        api.post("/scheduler/topoff"),
        api.put(f"/channel-accounts/{account}/cadence", json=CADENCE),
    ):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
        assert answer.json()["sqlstate"] == "55P03"
    assert everything(db) == before
    holder.rollback()
    assert api.post("/scheduler/topoff").json() == {"created": 12}


def test_a_lost_connection_is_replaced_and_a_lost_database_is_503(db, api, api_url):
    new_account(db, posts_per_week=3)
    assert api.get("/calendar").status_code == 200
    db.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [api_url.username]
    )
    assert api.get("/calendar").status_code == 200
    db.execute(f"ALTER ROLE {api_url.username} NOLOGIN")
    db.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [api_url.username]
    )
    answer = api.get("/calendar")
    assert (answer.status_code, answer.json()["message"]) == (503, "the database cannot be reached")


def test_an_error_that_the_table_does_not_know_is_500_and_says_nothing_of_the_database(db, api):
    new_account(db)
    db.execute("REVOKE SELECT ON cadence_coverage FROM PUBLIC")
    db.execute("ALTER FUNCTION topoff_planned_slots RENAME TO topoff_renamed")
    answer = api.post("/scheduler/topoff")
    assert answer.status_code == 500
    assert "topoff" not in answer.text
    assert "42883" not in STATUS


# -------------------------------------------------------------------------------------- the one command


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM], ids=lambda interrupt: interrupt.name)
def test_demo_app_serves_the_page_with_a_token_for_its_tenant_and_leaves_no_role(db, interrupt):
    new_account(db, posts_per_week=3)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
        "PGHOST": HOST,
        "PGPORT": str(PORT),
        "PGUSER": USER,
        "PGPASSWORD": PASSWORD,
        "PGDATABASE": db.info.dbname,
        "PYTHONPATH": "tests",
        "PORT": "0",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "app.serve"], cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            line = next((line for line in server.stderr if "running on" in line), "the command ended")
            address = re.search(r"http://\S+", line)[0]
            page = httpx.get(address, follow_redirects=True)
            assert (page.url.path, page.url.params["tenant_id"]) == ("/marketing", "h2o")
            token = re.search(r'name="api-token" content="(.*)"', page.text)[1]
            answer = httpx.post(
                f"{address}/api/v1/marketing/scheduler/topoff?tenant_id=h2o",
                headers={"Authorization": f"Bearer {token}"},
            )
            assert answer.json() == {"created": 12}
            (role,) = column(db, "SELECT role::text FROM topoff.isolated_roles() AS role")
        finally:
            server.send_signal(interrupt)
    assert column(db, "SELECT topoff.isolated_roles()") == []
    assert one(db, "SELECT count(*) FROM pg_roles WHERE rolname = %s", role) == 0
