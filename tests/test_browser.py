"""The calendar page in a real browser: what a person sees and can do there, from the address that README tells.

Needs Chromium and its driver (on Debian: apt-get install chromium chromium-driver); without them it is skipped,
but on CI it fails. A test fails on anything in the browser's console, but for the refusals that it expects.
PICTURES=FOLDER also writes the pictures that README shows.

Where make test runs the suite on several servers, the browser is started beside one of them (conftest.OF_ONE_SERVER).
"""

import os
import re
import shutil
import signal
import socket
import subprocess
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders import column, insert, new_account, new_post, one
from conftest import HOST, PASSWORD, PORT, PROJECT, USER
from hosts import psql
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver import ActionChains, Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait
from selenium_axe_python import Axe
from sqlalchemy import URL

EVERY_DAY = {"posts_per_week": 7, "days_of_week": [1, 2, 3, 4, 5, 6, 7]}
TODAY = datetime.now(UTC).date()
IN_TWO_WEEKS = datetime.now(UTC) + timedelta(days=14)
DESKTOP, PHONE = (1440, 900), (390, 844)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    """Return a headless Chromium, one for all tests of this file."""
    browser = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    driver = shutil.which("chromedriver")
    if not browser or not driver:
        missing = (
            "Chromium and chromedriver are not installed (Debian: apt-get install chromium chromium-driver)"
        )
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    options = ChromeOptions()
    options.binary_location = browser
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for argument in (
        "headless",
        "hide-scrollbars",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
        "disable-dev-shm-usage",
        "force-prefers-reduced-motion",
        f"user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):
        options.add_argument(f"--{argument}")
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    # The page's "today" is the browser's; here it is that of the tests.
    with Chrome(options, Service(driver, env=os.environ | {"TZ": "UTC"})) as chrome:
        yield chrome


class Page:
    """The calendar page as somebody in front of it uses it."""

    def __init__(self, chromium, address):
        """Open nothing yet."""
        self.chromium = chromium
        self.address = address
        self.refusals = set()

    def open(self, path="/", size=DESKTOP):
        """Open an address, and wait until the calendar or an error is shown."""
        self.chromium.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE},
        )
        self.chromium.get(f"{self.address}{path}")
        self.wait_for(lambda: self.all("#content:not([hidden]), #problem:not([hidden])"))
        return self

    def open_month(self, day=IN_TWO_WEEKS, tenant="h2o", size=DESKTOP):
        """Open the month of a day."""
        return self.open(f"/marketing?tenant_id={tenant}&month={day:%Y-%m}", size)

    def wait_for(self, condition):
        """Wait until a condition holds, and return what it gave."""
        redrawn = StaleElementReferenceException, IndexError
        return WebDriverWait(self.chromium, 20, 0.05, redrawn).until(lambda _: condition())

    def all(self, selector):
        """Return the elements of a CSS selector."""
        return self.chromium.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        """Return the text of the first element of a CSS selector."""
        return self.all(selector)[0].text

    def click(self, selector):
        """Click the first element of a CSS selector that is shown."""
        next(element for element in self.all(selector) if element.is_displayed()).click()

    def field(self, name):
        """Return the last field of this name in the open dialog."""
        return self.all(f"dialog[open] [name={name}]")[-1]

    def write(self, name, text):
        """Put a text into a field of the open dialog; a date as 2026-11-30, a time as 09:00."""
        field = self.field(name)
        if field.get_attribute("type") in ("date", "time"):
            self.script(
                "arguments[0].value = arguments[1];"
                "for (const type of ['input', 'change'])"
                " arguments[0].dispatchEvent(new Event(type, { bubbles: true }));",
                field,
                text,
            )
        else:
            field.clear()
            field.send_keys(text)

    def choose(self, name, text):
        """Choose an option of a list in the open dialog."""
        options = self.field(name).find_elements(By.TAG_NAME, "option")
        next(option for option in options if option.text == text).click()

    def script(self, code, *arguments):
        """Return what a script in the page returns."""
        return self.chromium.execute_script(code, *arguments)

    def focused(self):
        """Return the element that has the keyboard's focus."""
        return self.chromium.switch_to.active_element

    def posts(self, kind=""):
        """Return the posts that are shown, as (date, time, title, account)."""
        return [
            tuple(post)
            for post in self.script(
                """
                return [...document.querySelectorAll(".day .post" + arguments[0])].map((post) => [
                    post.closest(".day").dataset.date,
                    post.querySelector("time").firstChild.textContent,
                    post.querySelector(".title").textContent,
                    post.querySelector(".account").textContent,
                ]);
                """,
                kind,
            )
        ]

    def style(self, selector, name):
        """Return a computed CSS property of the first element of a selector."""
        return self.all(selector)[0].value_of_css_property(name)

    def press(self, *keys):
        """Press keys, wherever the keyboard's focus is."""
        self.focused().send_keys(*keys)

    def result(self, start=""):
        """Wait for the page to say what has happened, and return it."""
        return self.wait_for(
            lambda: (
                (said := self.text("#result")) and not said.endswith("…") and said.startswith(start) and said
            )
        )

    def top_off(self):
        """Press the button and return what the page says when it is done."""
        self.script("document.querySelector('#result').replaceChildren()")
        self.click("#topoff")
        said = self.result()
        self.wait_for(lambda: not self.all("#topoff[aria-disabled]"))
        return said

    def open_slot(self, post_id):
        """Open the dialog of a post."""
        self.click(f'[data-id="{post_id}"]')
        self.wait_for(lambda: self.all("#post-dialog[open]"))

    def save(self):
        """Press the main button of the open dialog."""
        self.script("document.querySelector('#result').replaceChildren()")
        self.click("dialog[open] footer .primary")

    def refused(self):
        """Wait for the open dialog to say why not, and return it."""
        return self.wait_for(lambda: self.all("dialog[open] .error:not([hidden])")[0].text)

    def see(self):
        """Press "See what changes", and return what is shown."""
        self.save()
        return self.wait_for(lambda: self.all("dialog[open] .changes:not([hidden])")[0].text)

    def turn(self, button, title):
        """Press a button of the toolbar and wait for the calendar's title."""
        self.click(f"#{button}")
        self.wait_for(lambda: self.text("#month") == title)

    def console(self):
        """Return what the browser's console has, but for refusals that the test expects."""
        return [
            entry
            for entry in self.chromium.get_log("browser")
            if not (
                entry["source"] == "network"
                and any(f"status of {status} " in entry["message"] for status in self.refusals)
            )
        ]

    def accessible(self, **options):
        """Check the page as it is shown with axe-core."""
        if not self.script("return 'axe' in window"):
            Axe(self.chromium).inject()
        # What it has looked at and found right would be megabytes.
        found = self.chromium.execute_async_script(
            "const [options, done] = arguments;axe.run(options).then(({ violations }) => done(violations))",
            {"resultTypes": ["violations"]} | options,
        )
        told = [
            f"{rule['impact']}: {rule['id']}: {rule['help']}: "
            + "; ".join(node["html"][:120] for node in rule["nodes"][:4])
            for rule in found
        ]
        assert told == [], "\n".join(told)


@contextmanager
def watched(page, request, folder):
    """Fail on anything in the console; where a test fails, a screenshot tells what was on the page."""
    chromium = page.chromium
    failed = request.session.testsfailed
    chromium.get_log("browser")
    broken = True
    try:
        yield page
        broken = request.session.testsfailed > failed
    finally:
        if broken:
            picture = folder / "failed.png"
            chromium.save_screenshot(picture)
            print(f"screenshot: {picture}")
        told = page.console()
        hosts = page.script(
            "return performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin)"
            ".filter((origin) => origin !== location.origin)"
        )
        # What somebody typed and did not save would keep the browser from going on.
        page.script("for (const dialog of document.querySelectorAll('dialog[open]')) dialog.close()")
        chromium.get("about:blank")
    assert told == []
    assert hosts == []


@pytest.fixture
def page(chromium, site, request, tmp_path):
    """Return the page, not opened yet."""
    with watched(Page(chromium, site[0]), request, tmp_path) as opened:
        yield opened


def local_slots(db, account, zone, day=IN_TWO_WEEKS):
    """Return an account's slots as (date, time) by the clock of its zone, in the month of a day."""
    return [
        (f"{time:%Y-%m-%d}", f"{time:%H:%M}")
        for time in column(
            db,
            "SELECT scheduled_for AT TIME ZONE %s FROM post_instances WHERE channel_account_id = %s ORDER BY 1",
            zone,
            account,
        )
        if (time.year, time.month) == (day.year, day.month)
    ]


def empty_slots(db, account):
    """Return an account's empty slots in time order, as (id, local time in UTC)."""
    return db.execute(
        "SELECT id, scheduled_for AT TIME ZONE 'UTC' FROM post_instances "
        "WHERE channel_account_id = %s AND status = 'Planned' ORDER BY scheduled_for",
        [account],
    ).fetchall()


def said(time):
    """Return a local time as the page says it."""
    return f"{time:%a} {time.day} {time:%b}{'' if time.year == TODAY.year else time.strftime(' %Y')}, {time:%H:%M}"


def slot_in_two_weeks(db, account):
    """Return the id and local time of an empty slot in the month that open_month() shows."""
    return next((post, time) for post, time in empty_slots(db, account) if time.date() >= IN_TWO_WEEKS.date())


# ------------------------------------------------------------------------- opened as README says


def environment_of_tests(by):
    """Return the environment in which the commands of README find the tests' server."""
    unset = "DATABASE_URL", "PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGDATABASE", "SIGNED_IN_AS"
    bare = {name: value for name, value in os.environ.items() if name not in unset}
    if by == "DATABASE_URL":
        where = (
            {"query": {"host": HOST, "port": str(PORT)}}
            if HOST.startswith("/")
            else {"host": HOST, "port": PORT}
        )
        url = URL.create("postgresql+psycopg2", USER, PASSWORD or None, database="postgres", **where)
        return bare | {"DATABASE_URL": url.render_as_string(hide_password=False)}
    return bare | {"PGHOST": HOST, "PGPORT": str(PORT), "PGUSER": USER, "PGPASSWORD": PASSWORD}


def free_port():
    """Return a port that nobody listens on."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@pytest.fixture(params=["PGHOST", "DATABASE_URL"])
def demo_address(request):
    """Run make demo-app, and return the address that it prints."""
    with subprocess.Popen(
        ["make", "demo-app"],
        cwd=PROJECT,
        env=environment_of_tests(request.param) | {"PORT": str(free_port())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as demo:
        printed = []
        try:
            for line in demo.stdout:
                printed.append(line)
                if "running on" in line:
                    break
            opened = re.search(r"Open (\S+)", "".join(printed))
            assert opened, "".join(printed)
            yield opened[1]
        finally:
            os.killpg(demo.pid, signal.SIGINT)
            demo.communicate(timeout=60)


def test_a_week_is_planned_filled_moved_and_replanned_from_the_address_that_demo_app_prints(
    chromium, demo_address, request, tmp_path
):
    with watched(Page(chromium, demo_address), request, tmp_path) as page:
        page.open("")
        assert page.all("#content:not([hidden])"), page.text("#problem")
        assert page.text("#month") == f"{TODAY:%B %Y}"
        assert page.text("#tip").startswith("Nothing is planned ahead yet.")
        assert re.fullmatch(r"\d+ slots added\.", page.top_off())
        assert not page.all("#tip:not([hidden])")

        page.click("#queue")
        page.write("title", "Frost on the pipes")
        page.save()
        assert page.result("“").startswith("“Frost on the pipes” is scheduled for ")

        page.wait_for(lambda: not page.all("dialog[open]"))
        page.turn("next", f"{TODAY.replace(day=1) + timedelta(days=31):%B %Y}")
        date, time, _, account = page.posts(".open")[-1]
        page.all(".post.open")[-1].click()
        page.write("title", "Written into a slot")
        page.save()
        assert page.result("“Written").startswith("“Written into a slot” saved as Scheduled, on ")
        page.wait_for(lambda: (date, time, "Written into a slot", account) in page.posts(".scheduled"))

        page.click("#accounts li:first-child button")
        page.write("posts", "1")
        assert page.see().startswith("This removes ")
        page.save()
        assert page.result("Posting").startswith("Posting times saved. ")

        page.open("", size=PHONE)
        assert page.all("body.week")
        assert page.script("return document.documentElement.scrollWidth") <= PHONE[0]
        assert page.posts()


@pytest.mark.beside_one_server
def test_readme_tells_the_address_that_demo_app_prints():
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    serve = (PROJECT / "tests/app/serve.py").read_text(encoding="utf-8")
    assert "make demo-app" in readme
    assert 'os.environ.get("PORT", "8000")' in serve
    assert "http://127.0.0.1:8000" in readme
    assert "Open http://127.0.0.1:{port}" in serve


def test_the_demonstration_runs_on_a_server_that_database_url_names_with_a_driver():
    done = subprocess.run(
        ["make", "demo"],
        cwd=PROJECT,
        env=environment_of_tests("DATABASE_URL"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert done.stdout.rstrip().endswith("The database is dropped again.")


# -------------------------------------------------------------------------------- what is shown


def test_the_button_fills_the_calendar_and_a_second_press_adds_nothing(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month()
    assert page.posts() == []
    assert page.text(".coverage") == "Nothing planned ahead"

    assert page.top_off() == "28 slots added."
    slots = local_slots(db, account, "UTC")
    in_month = [post for post in page.posts(".planned") if post[0].startswith(f"{IN_TWO_WEEKS:%Y-%m}")]
    assert in_month == [(*slot, "Empty slot", "Instagram") for slot in slots]
    assert len(slots) >= 14

    shown = page.posts()
    assert page.top_off() == "Nothing to add: the calendar is full."
    assert page.posts() == shown
    assert one(db, "SELECT count(*) FROM post_instances") == 28


def test_another_tenants_page_says_why_and_the_button_writes_nothing(db, page):
    new_account(db, **EVERY_DAY)
    new_account(db, tenant="all_county", name="Secret", **EVERY_DAY)
    page.refusals = {404}
    page.open_month(tenant="all_county")
    assert page.text("#problem").startswith('Tenant "all_county" has no channel account.\nCheck the spelling')
    assert not page.all("#content:not([hidden])")
    for button in "topoff", "holidays":
        page.click(f"#{button}")
        page.wait_for(lambda button=button: not page.all(f"#{button}[aria-disabled]"))
        assert page.text("#problem").startswith('Tenant "all_county"')
    assert "Secret" not in page.chromium.page_source
    assert one(db, "SELECT count(*) FROM post_instances") == 0


def test_each_account_shows_the_days_and_times_of_its_own_zone(db, page):
    zones = {"Auckland": "Pacific/Auckland", "Los Angeles": "America/Los_Angeles", "London": "Europe/London"}
    accounts = {
        name: new_account(db, name=name, timezone=zone, times_local=["21:30"], **EVERY_DAY)
        for name, zone in zones.items()
    }
    page.open_month().top_off()
    shown = page.posts()
    for name, account in accounts.items():
        in_month = [
            post[:2] for post in shown if post[3] == name and post[0].startswith(f"{IN_TWO_WEEKS:%Y-%m}")
        ]
        assert in_month == local_slots(db, account, zones[name]), name
        assert {time for _, time in in_month} == {"21:30"}


def test_the_first_and_last_day_on_the_page_are_whole_days_of_each_zone(db, page):
    new_post(db, new_account(db, name="East", timezone="Pacific/Auckland"), "2025-12-28 20:00Z")
    new_post(db, new_account(db, name="West", timezone="America/Los_Angeles"), "2026-02-02 05:30Z")
    page.open_month(datetime(2026, 1, 1))
    assert [post[:2] + post[3:] for post in page.posts()] == [
        ("2025-12-29", "09:00", "East"),
        ("2026-02-01", "21:30", "West"),
    ]


def test_an_account_tells_its_programme_and_how_far_it_is_filled(db, page):
    linkedin = new_account(
        db, name="<i>LinkedIn</i>", timezone="America/New_York", times_local=["23:00"], **EVERY_DAY
    )
    new_account(db, name="Paused", status="paused", posts_per_week=3)
    page.open().top_off()
    slots = column(db, "SELECT scheduled_for FROM post_instances ORDER BY 1")
    first, last = (time.astimezone(ZoneInfo("America/New_York")) for time in (slots[0], slots[-1]))
    # One went by empty, and one is where no cadence wants it.
    placeholder = "SELECT topoff.placeholder_content_item_id('h2o')"
    new_post(db, linkedin, datetime.now(UTC) - timedelta(days=3), status="Planned", content=one(db, placeholder),
             planned_for=datetime.now(UTC) - timedelta(days=3))  # fmt: skip
    page.open()
    card, paused = (card.text for card in page.all("#accounts li"))
    assert "<i>LinkedIn</i>" in card
    assert "7 a week: Mon Tue Wed Thu Fri Sat Sun 23:00 (America/New_York)" in card
    assert f"{len(slots)} empty · 0 written · until {last.day} {last:%b}" in card
    assert f"Next empty: {said(first)}" in card
    assert "1 slot missed in the last 28 days" in card
    assert "none: the account is paused" in paused
    assert "Nothing planned ahead" in paused
    [missed] = page.script(
        "return [...document.querySelectorAll('.missed .title')].map((e) => e.textContent)"
    ) or [""]
    assert missed in ("Missed slot", "")  # three days ago may be another month


def test_slots_that_are_off_the_programme_are_told_and_brought_in_line(db, page):
    account = new_account(db, name="Instagram", posts_per_week=3)
    page.open().top_off()
    db.execute(
        "UPDATE channel_accounts SET days_of_week = '{6,7}', posts_per_week = 2 WHERE id = %s", [account]
    )
    page.open()
    assert "12 slots off these posting times" in page.text("#accounts li")
    page.click("[data-key^=replan]")
    page.wait_for(lambda: page.all("#replan-dialog .changes:not([hidden])"))
    assert page.text("#replan-dialog .changes h3") == "This removes 12 empty slots and creates 8 slots."
    page.save()
    assert page.result("Slots") == "Slots are in line. 12 empty slots removed, 8 slots created."
    page.wait_for(lambda: "off these" not in page.text("#accounts li"))


def test_an_empty_slot_is_an_outline_and_every_other_post_is_filled_in(db, page):
    account = new_account(db, **EVERY_DAY)
    for hour, status in enumerate(["Scheduled", "Posted", "Failed", "Draft"]):
        new_post(db, account, IN_TWO_WEEKS.replace(hour=hour, minute=0), status=status)
    page.open_month().top_off()
    empty = "rgba(0, 0, 0, 0)"
    assert page.style(".day .planned", "background-color") == empty
    assert page.style(".day .planned", "border-top-style") == "dashed"
    colours = {
        page.style(f".day .{status}", "background-color")
        for status in ("scheduled", "posted", "failed", "draft")
    }
    assert len(colours) == 4
    assert empty not in colours
    assert [row.text.split()[0] for row in page.all("#legend li")] == [
        "Planned", "Scheduled", "Posted", "Failed", "Draft"
    ]  # fmt: skip


def test_a_status_of_the_applications_own_is_shown_as_a_post_that_is_not_changed_here(db, page):
    db.execute("ALTER TABLE post_instances DROP CONSTRAINT post_instances_status_known_check")
    post = new_post(db, new_account(db), IN_TWO_WEEKS, status="Needs Approval")
    page.open_month()
    assert page.text(".post.other .badge") == "Needs Approval"
    assert "Needs Approval 1" in page.text("#legend")
    page.open_slot(post)
    assert not page.all("#post-dialog footer .primary")[0].is_displayed()
    assert not page.field("title").is_enabled()
    page.press(Keys.ESCAPE)
    page.wait_for(lambda: not page.all("dialog[open]"))


def test_months_and_weeks_are_turned_and_the_address_keeps_what_is_shown(db, page):
    account = new_account(db, name="Blog")
    other = new_account(db, name="News")
    new_post(db, account, "2026-01-31 12:00Z")
    new_post(db, other, "2026-01-30 12:00Z")
    page.open_month(datetime(2026, 1, 15))
    assert page.text("#month") == "January 2026"
    assert [post[0] for post in page.posts()] == ["2026-01-30", "2026-01-31"]
    page.turn("next", "February 2026")
    page.turn("previous", "January 2026")
    page.turn("previous", "December 2025")
    assert page.chromium.current_url.endswith("month=2025-12")
    assert page.posts() == []
    page.turn("next", "January 2026")
    page.turn("week-view", "29 Dec – 4 Jan 2026")
    for title in "5 – 11 Jan 2026", "12 – 18 Jan 2026", "19 – 25 Jan 2026", "26 Jan – 1 Feb 2026":
        page.turn("next", title)
    assert page.chromium.current_url.endswith("week=2026-01-26")
    assert len(page.all(".day")) == 7
    page.all("#filter option")[1].click()
    page.wait_for(lambda: [post[3] for post in page.posts()] == ["Blog"])
    shown = page.chromium.current_url
    page.open(shown.removeprefix(page.address))
    assert (page.text("#month"), [post[3] for post in page.posts()]) == ("26 Jan – 1 Feb 2026", ["Blog"])
    page.turn("month-view", "January 2026")
    page.turn("today", f"{datetime.now(UTC):%B %Y}")


@pytest.mark.parametrize("asked", ["", "&month=2026-13", "&month=", "&week=yesterday", "&account=none"])
def test_an_address_without_a_month_or_with_none_that_there_is_shows_today(db, page, asked):
    new_account(db)
    page.open(f"/marketing?tenant_id=h2o{asked}")
    assert page.text("#month") == f"{datetime.now(UTC):%B %Y}"
    assert page.all(".day.today")


def test_many_posts_on_one_day_are_folded_away_but_not_lost(db, page):
    account = new_account(db, name="Busy")
    for hour in range(10):
        new_post(db, account, IN_TWO_WEEKS.replace(hour=hour, minute=0))
    page.open_month()
    assert len(page.posts()) == 10
    assert len([post for post in page.all(".day .post") if post.is_displayed()]) == 4
    summary = page.all("summary")[0]
    assert summary.text == "6 more"
    summary.send_keys(Keys.ENTER)
    assert all(post.is_displayed() for post in page.all(".day .post"))


# ---------------------------------------------------------------------------------- one slot


def test_a_post_is_written_into_an_empty_slot_as_draft_and_later_scheduled(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month().top_off()
    slot, time = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    assert page.text("#post-dialog .about") == f"Instagram · {said(time)} · empty slot"
    assert page.focused().get_attribute("name") == "title"
    page.write("title", "Frost <b>on</b> the pipes")
    page.write("body", "Wrap them.")
    page.click("#post-dialog [value=Draft]")
    page.save()
    assert page.result("“Frost") == f"“Frost <b>on</b> the pipes” saved as Draft, on {said(time)}."
    page.wait_for(lambda: not page.all("dialog[open]"))
    written = (f"{time:%Y-%m-%d}", f"{time:%H:%M}", "Frost <b>on</b> the pipes", "Instagram")
    page.wait_for(lambda: page.posts(".draft") == [written])
    page.wait_for(lambda: page.focused().get_attribute("data-id") == str(slot))
    page.press(Keys.ENTER)
    page.wait_for(lambda: page.all("#post-dialog[open]"))
    assert [page.field(name).get_attribute("value") for name in ("title", "body")] == [
        "Frost <b>on</b> the pipes", "Wrap them."
    ]  # fmt: skip
    page.write("title", "Frost")
    page.click("#post-dialog [value=Scheduled]")
    page.save()
    page.wait_for(lambda: [post[2] for post in page.posts(".scheduled")] == ["Frost"])
    assert db.execute(
        "SELECT title, body, status FROM post_instances JOIN content_items AS content "
        "ON content.id = content_item_id WHERE post_instances.id = %s", [slot]
    ).fetchone() == ("Frost", "Wrap them.", "Scheduled")  # fmt: skip


def test_a_slot_is_moved_in_its_dialog_and_by_dragging(db, page):
    account = new_account(db, name="Instagram", posts_per_week=1, days_of_week=[3])
    page.open_month().top_off()
    slot, time = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    moved = time.replace(hour=16, minute=45)
    page.write("time", "16:45")
    page.save()
    assert page.result("Slot") == f"Slot moved to {said(moved)}."
    assert one(db, "SELECT scheduled_for AT TIME ZONE 'UTC' FROM post_instances WHERE id = %s", slot) == moved

    target = moved + timedelta(days=1)
    page.wait_for(lambda: (f"{moved:%Y-%m-%d}", "16:45", "Empty slot", "Instagram") in page.posts())
    ActionChains(page.chromium).drag_and_drop(
        page.all(f'[data-id="{slot}"]')[0], page.all(f'.day[data-date="{target:%Y-%m-%d}"]')[0]
    ).perform()
    assert page.result(f"Slot moved to {said(target)}")
    assert (
        one(db, "SELECT scheduled_for AT TIME ZONE 'UTC' FROM post_instances WHERE id = %s", slot) == target
    )
    page.wait_for(lambda: (f"{target:%Y-%m-%d}", "16:45", "Empty slot", "Instagram") in page.posts())


def test_a_post_dragged_to_an_empty_slot_changes_places_with_it_and_to_a_post_is_refused(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open(f"/marketing?tenant_id=h2o&week={TODAY + timedelta(days=7)}").top_off()
    monday = TODAY + timedelta(days=7 - TODAY.weekday())
    slot, time = next((post, at) for post, at in empty_slots(db, account) if at.date() == monday)
    page.open_slot(slot)
    page.write("title", "Moves")
    page.save()
    page.wait_for(lambda: "Moves" in {post[2] for post in page.posts(".scheduled")})

    def drag(post, days):
        page.script("document.querySelector('#result').replaceChildren()")
        ActionChains(page.chromium).drag_and_drop(
            page.all(f'[data-id="{post}"]')[0],
            page.all(f'.day[data-date="{monday + timedelta(days=days)}"]')[0],
        ).perform()

    drag(slot, 2)
    there = time + timedelta(days=2)
    assert page.result() == f"“Moves” moved to {said(there)}; the empty slot there took its place."
    page.wait_for(lambda: (f"{there:%Y-%m-%d}", f"{there:%H:%M}", "Moves", "Instagram") in page.posts())
    page.refusals = {409}
    other = column(
        db, "SELECT id FROM post_instances WHERE scheduled_for::date = %s", monday + timedelta(days=3)
    )[0]
    db.execute("UPDATE post_instances SET status = 'Draft' WHERE id = %s", [slot])
    drag(other, 2)
    assert page.wait_for(lambda: page.text("#problem")).startswith(
        f'That time is taken.\nInstagram has "Moves", Draft, on {there:%a} {there.day} {there:%b %H:%M} (UTC) there.'
    )


def test_a_slot_is_skipped_and_brought_back(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month().top_off()
    slot, time = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    page.click("#skip")
    assert page.result("Skipped").startswith(f"Skipped {said(time)}: it will not be planned again.")
    page.wait_for(lambda: not page.all(f'[data-id="{slot}"]'))
    assert page.top_off() == "Nothing to add: the calendar is full."
    page.click("#holidays")
    page.wait_for(lambda: page.all("#holiday-dialog[open]"))
    assert page.text("#blackouts li").startswith(f"Skipped slot\n{said(time)} · Instagram")
    page.click("#blackouts button")
    page.wait_for(lambda: page.text("#holiday-said") == "Brought back: 1 slot created.")
    page.press(Keys.ESCAPE)
    page.wait_for(lambda: (f"{time:%Y-%m-%d}", f"{time:%H:%M}", "Empty slot", "Instagram") in page.posts())


def test_the_queue_takes_the_next_slot_of_the_category_that_is_chosen(db, page):
    new_account(db, name="Blog")
    account = new_account(db, name="Instagram", posts_per_week=3)
    insert(db, "topoff.cadences", tenant_id="h2o", channel_account_id=account, posts_per_week=1,
           days_of_week=[5], times_local=["15:00"], category="special_offer")  # fmt: skip
    page.open().top_off()
    offer = one(
        db,
        "SELECT min(scheduled_for) AT TIME ZONE 'UTC' FROM post_instances WHERE planned_category IS NOT NULL",
    )
    page.click("#queue")
    assert page.field("account").find_element(By.CSS_SELECTOR, ":checked").text == "Instagram"
    page.choose("category", "Special offer")
    page.write("title", "10 % off")
    page.save()
    assert page.result("“") == (
        f"“10 % off” is scheduled for {offer:%a} {offer.day} {offer:%b %H:%M} on Instagram."
    )
    assert one(db, "SELECT status FROM post_instances WHERE scheduled_for = %s", f"{offer}Z") == "Scheduled"

    page.click("#queue")
    page.choose("account", "Blog")
    page.wait_for(lambda: page.text("#next-slot") == "This account has no empty slot ahead: top off first.")
    page.write("title", "No room")
    page.refusals = {404}
    page.save()
    assert page.refused().startswith("Channel account “Blog” has no empty slot.\nTop off first")
    assert page.field("title").get_attribute("value") == "No room"


# ------------------------------------------------------------------------- cadences and holidays


def test_the_posting_times_are_changed_and_what_that_removes_and_creates_is_seen_before(db, page):
    account = new_account(db, name="Instagram", posts_per_week=3)
    page.open().top_off()
    before = column(db, "SELECT id FROM post_instances ORDER BY 1")
    page.click(f"[data-key='cadence-{account}']")
    assert page.text("#cadence-title") == "Posting times of Instagram"
    page.write("posts", "2")
    for day in "Monday", "Wednesday", "Friday", "Saturday", "Sunday":
        page.click(f"#cadences [aria-label={day}]")
    page.write("time", "18:30")
    assert page.text(".most") == "4 days × 1 time: at most 4 a week. They are spread evenly over these days."
    seen = page.see()
    assert re.match(r"This removes 12 empty slots and creates [789] slots\.\nNothing is saved yet\.", seen)
    assert page.focused().get_attribute("class") == "changes"
    removed, created = len(page.all(".slots .remove")), len(page.all(".slots .create"))
    assert column(db, "SELECT id FROM post_instances ORDER BY 1") == before

    page.write("posts", "4")
    assert not page.all("#cadence-dialog .changes:not([hidden])"), "what was seen is not what would be saved"
    assert page.all("#cadence-dialog footer .primary")[0].text == "See what changes"
    page.write("posts", "2")
    page.see()
    page.save()
    assert page.result("Posting") == (
        f"Posting times saved. {removed} empty slots removed, {created} slots created."
    )
    assert set(column(db, "SELECT to_char(scheduled_for AT TIME ZONE 'UTC', 'Dy HH24:MI') FROM post_instances")) == {
        "Thu 18:30", "Sun 18:30"
    }  # fmt: skip
    page.wait_for(lambda: "2 a week" in page.text("#accounts li"))


def test_another_schedule_is_added_with_category_and_dates_and_taken_away(db, page):
    account = new_account(db, name="Instagram", posts_per_week=3)
    page.open().top_off()
    first, last = TODAY + timedelta(days=1), TODAY + timedelta(days=7)
    page.click(f"[data-key='cadence-{account}']")
    page.click("#add-cadence")
    assert page.focused().get_attribute("name") == "category"
    page.write("category", "advent")
    page.write("first", f"{first}")
    page.write("last", f"{last}")
    page.write("posts", "14")
    for day in "Monday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday":
        page.all(f"#cadences [aria-label={day}]")[-1].click()
    page.all(".add-time")[-1].click()
    page.write("time", "20:00")
    assert page.see().startswith("This creates 14 slots.")
    assert page.text(".slots .create small") == "Advent"
    page.save()
    assert page.result("Posting") == "Posting times saved. 14 slots created."
    assert db.execute("SELECT posts_per_week, category, during::text FROM topoff.cadences").fetchall() == [
        (14, "advent", f"[{first},{last + timedelta(days=1)})")
    ]
    page.open(f"/marketing?tenant_id=h2o&week={TODAY + timedelta(days=3)}")
    assert "Advent" in {post[2] for post in page.posts(".open")}
    page.click(f"[data-key='cadence-{account}']")
    assert page.field("category").get_attribute("value") == "advent"
    assert page.field("last").get_attribute("value") == f"{last}"
    page.all(".remove")[-1].click()
    assert page.see().startswith("This removes 14 empty slots.")
    page.save()
    page.result("Posting times saved. 14 empty slots removed.")
    assert one(db, "SELECT count(*) FROM topoff.cadences") == 0


def test_a_cadence_that_breaks_a_rule_is_refused_in_words_and_nothing_typed_is_lost(db, page):
    account = new_account(db, name="Instagram", posts_per_week=3)
    page.open()
    page.refusals = {422}
    page.click(f"[data-key='cadence-{account}']")
    page.write("posts", "6")
    page.save()
    assert "at most the number of days times the number of times" in page.refused()
    page.write("posts", "3")
    page.write("timezone", "america/new_york")
    page.save()
    page.wait_for(lambda: 'Did you mean "America/New_York"?' in page.refused())
    assert page.field("timezone").get_attribute("value") == "america/new_york"
    page.write("posts", "")
    page.save()
    page.wait_for(lambda: page.refused() == "How many posts a week is missing.")
    assert page.focused() == page.field("posts")


def test_a_holiday_of_one_account_or_all_is_seen_before_it_is_saved_and_stands_in_the_calendar(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    new_account(db, name="Blog", **EVERY_DAY)
    page.open().top_off()
    first, last = TODAY + timedelta(days=8), TODAY + timedelta(days=9)
    for whose, name, removed in ("Instagram", "Retreat", 2), ("All accounts", "Founders' Day", 2):
        page.click("#holidays")
        page.wait_for(lambda: page.all("#holiday-dialog[open]"))
        page.choose("account", whose)
        page.write("first", f"{first}")
        assert page.field("last").get_attribute("value") == f"{first}"
        page.write("last", f"{last}")
        page.write("reason", name)
        count = one(db, "SELECT count(*) FROM post_instances")
        assert page.see().startswith(f"This removes {removed} empty slots.")
        assert one(db, "SELECT count(*) FROM post_instances") == count
        page.save()
        assert page.result("Holiday") == f"Holiday saved. {removed} empty slots removed."
    assert column(db, "SELECT channel_account_id FROM topoff.blackouts ORDER BY reason") == [None, account]
    page.open(f"/marketing?tenant_id=h2o&week={first}")
    day = f".day[data-date='{first}']"
    assert [told.text for told in page.all(f"{day} .holiday")] == ["Founders' Day", "Retreat: Instagram"]
    assert not page.all(f"{day} .post")
    page.click("#holidays")
    page.wait_for(lambda: page.all("#holiday-dialog[open]"))
    remove = page.all("#blackouts li:first-child button")[0]
    remove.click()
    page.wait_for(lambda: remove.text == "Remove: 2 slots come back")
    remove.click()
    page.wait_for(lambda: page.text("#holiday-said") == "Holiday removed: 2 slots created.")


# -------------------------------------------------------------- when it does not go as it should


def test_the_second_of_two_is_told_what_happened_and_keeps_what_was_typed(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month().top_off()
    slot, _ = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    page.write("title", "Mine, too late")
    first = new_post(db, account, None, status="Draft")
    content = one(db, "SELECT content_item_id FROM post_instances WHERE id = %s", first)
    db.execute(
        "UPDATE post_instances SET content_item_id = %s, status = 'Scheduled' WHERE id = %s", [content, slot]
    )
    page.refusals = {409, 404}
    page.save()
    assert page.refused().startswith(
        'Somebody else has changed this post meanwhile.\nNow it is "A post", Scheduled, on '
    )
    assert page.field("title").get_attribute("value") == "Mine, too late"
    page.click("dialog[open] .cancel")
    page.wait_for(lambda: "Discard what you have typed?" in page.text("dialog[open]"))
    page.click("dialog[open] .danger")
    page.wait_for(lambda: not page.all("dialog[open]"))
    page.wait_for(lambda: "A post" in {post[2] for post in page.posts(".scheduled")})
    page.open_slot(slot)
    db.execute("DELETE FROM post_instances WHERE id = %s", [slot])
    page.write("title", "Gone")
    page.save()
    assert "does not exist" in page.refused()


def test_a_skip_that_comes_too_late_is_refused_in_the_databases_words(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month().top_off()
    slot, _ = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    content = insert(db, "content_items", tenant_id="h2o", title="First")
    db.execute(
        "UPDATE post_instances SET content_item_id = %s, status = 'Draft' WHERE id = %s", [content, slot]
    )
    page.refusals = {409}
    page.click("#skip")
    assert page.refused().startswith(f"Post instance {slot} is not an empty slot.\n")
    assert one(db, "SELECT count(*) FROM post_instances WHERE id = %s", slot) == 1


def test_the_second_who_changes_posting_times_is_refused(db, page):
    account = new_account(db, name="Instagram", posts_per_week=3)
    page.open()
    page.click(f"[data-key='cadence-{account}']")
    page.write("posts", "2")
    page.see()
    db.execute("UPDATE channel_accounts SET posts_per_week = 5")
    page.refusals = {409}
    page.save()
    assert page.refused().startswith("Somebody else has changed this account's schedule meanwhile.")
    assert one(db, "SELECT posts_per_week FROM channel_accounts") == 5


def test_a_server_that_cannot_be_reached_loses_nothing_that_was_typed(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month().top_off()
    slot, _ = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    page.write("title", "Typed on a train")
    offline = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    page.chromium.execute_cdp_cmd("Network.enable", {})
    page.chromium.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    try:
        page.save()
        assert page.refused().startswith("The server cannot be reached.\nNothing was saved.")
        assert page.field("title").get_attribute("value") == "Typed on a train"
    finally:
        page.chromium.execute_cdp_cmd("Network.emulateNetworkConditions", offline | {"offline": False})
    [entry] = page.chromium.get_log("browser")
    assert "ERR_INTERNET_DISCONNECTED" in entry["message"]
    page.save()
    assert page.result("“Typed")


def test_a_database_that_is_busy_is_told_and_another_press_works(db, page, connect, api_url):
    new_account(db, name="Instagram", posts_per_week=3)
    page.open()
    db.execute(f"ALTER ROLE {api_url.username} SET lock_timeout = '50ms'")
    db.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = %s", [api_url.username]
    )
    holder = connect(autocommit=False)
    holder.execute("SELECT topoff.lock_tenants(ARRAY['h2o'])")
    page.refusals = {503}
    page.click("#topoff")
    assert page.wait_for(lambda: page.text("#problem")).endswith("Try again in a moment.")
    holder.rollback()
    page.wait_for(lambda: not page.all("#topoff[aria-disabled]"))
    assert page.top_off() == "12 slots added."
    assert not page.all("#problem:not([hidden])")


def test_escape_asks_before_it_throws_away_what_was_typed(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open_month().top_off()
    slot, _ = slot_in_two_weeks(db, account)
    page.open_slot(slot)
    page.press(Keys.ESCAPE)
    page.wait_for(lambda: not page.all("dialog[open]"))
    assert page.focused().get_attribute("data-id") == str(slot)
    page.press(Keys.ENTER)
    page.wait_for(lambda: page.all("#post-dialog[open]"))
    page.write("title", "Half a thought")
    for _ in range(3):  # a browser closes a dialog at the second Escape, unless it is kept from it
        page.press(Keys.ESCAPE)
        assert page.text(".discard p") == "Discard what you have typed?"
        assert page.focused().text == "Keep editing"
    page.press(Keys.ENTER)
    assert page.field("title").get_attribute("value") == "Half a thought"
    assert one(db, "SELECT count(*) FROM content_items WHERE title = 'Half a thought'") == 0


# --------------------------------------------------------------------- everybody can use it


def test_the_keyboard_alone_plans_writes_moves_and_skips(db, page):
    account = new_account(db, name="Instagram", posts_per_week=1)
    page.open_month()

    def tab_to(reached):
        for _ in range(80):
            if reached(page.focused()):
                return
            page.press(Keys.TAB)
        pytest.fail(f"TAB does not reach it, but {page.focused().get_attribute('outerHTML')}")

    tab_to(lambda element: element.text == "Top off")
    assert page.style("#topoff", "outline-style") == "solid"
    page.press(Keys.ENTER)
    assert page.result("4 slots") == "4 slots added."
    assert page.all("#result[role=status]")
    assert page.focused().get_attribute("id") == "topoff"

    slot, time = slot_in_two_weeks(db, account)
    tab_to(lambda element: element.get_attribute("data-id") == str(slot))
    page.press(Keys.ENTER)
    page.wait_for(lambda: page.all("#post-dialog[open]"))
    page.press("Typed", Keys.TAB, "A text")
    tab_to(lambda element: element.get_attribute("name") == "time")
    page.press("0415PM")
    page.press(Keys.ENTER)
    assert (
        page.result("“Typed”")
        == f"“Typed” saved as Scheduled, moved to {said(time.replace(hour=16, minute=15))}."
    )
    page.wait_for(lambda: page.focused().get_attribute("data-id") == str(slot))

    slot = next(post for post, at in empty_slots(db, account) if at != time)
    page.open(
        f"/marketing?tenant_id=h2o&week={next(at for post, at in empty_slots(db, account) if post == slot):%Y-%m-%d}"
    )
    tab_to(lambda element: element.get_attribute("data-id") == str(slot))
    page.press(Keys.ENTER)
    page.wait_for(lambda: page.all("#post-dialog[open]"))
    tab_to(lambda element: element.get_attribute("id") == "skip")
    page.press(Keys.ENTER)
    assert page.result("Skipped")
    page.wait_for(lambda: page.focused().get_attribute("id") == "month")


def test_a_screen_reader_hears_what_a_slot_is(db, page):
    account = new_account(db, name="Instagram", times_local=["09:00"], **EVERY_DAY)
    new_post(db, account, IN_TWO_WEEKS.replace(hour=5, minute=0), status="Draft")
    page.open_month().top_off()
    names = {post.accessible_name for post in page.all(".day .post")}
    assert (
        "09:00 UTC Empty slot Empty slot Instagram" in names
        or "09:00 Empty slot Empty slot Instagram" in names
    )
    assert any(name.endswith("Draft A post Instagram") for name in names)
    days = [day.text for day in page.all(".day h3")]
    assert len(days) >= 28
    spoken = page.script("return document.querySelector('.day h3').textContent")
    assert re.fullmatch(r"\w+day \d+ \w+( \(today\))?", spoken)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing_on_the_page_and_in_its_dialogs(db, page, size, scheme):
    psql(db, (PROJECT / "tests/demo/data.sql").read_text(encoding="utf-8"))
    psql(db, (PROJECT / "tests/demo/app.sql").read_text(encoding="utf-8"))
    page.chromium.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    )
    page.open(size=size).top_off()
    page.accessible()
    page.turn("week-view", page.text("#month")) if size == PHONE else page.click("#week-view")
    page.wait_for(lambda: page.all("body.week"))
    page.accessible()
    for opener, dialog in [
        (".post.open", "post"),
        ("#queue", "queue"),
        ("#holidays", "holiday"),
        ("[data-key^=cadence]", "cadence"),
    ]:
        page.click(opener)
        page.wait_for(lambda dialog=dialog: page.all(f"#{dialog}-dialog[open]"))
        page.accessible()
        if dialog == "cadence":
            page.write("posts", "1")
            page.see()
            page.accessible()
        if dialog == "post":
            page.save()
            assert page.refused() == "The title is missing."
            page.accessible()
        page.press(Keys.ESCAPE)
        if page.all(".discard"):
            page.accessible()
            page.click(".discard .danger")
        page.wait_for(lambda: not page.all("dialog[open]"))
    page.chromium.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_on_a_phone_and_on_a_small_screen_nothing_is_wider_than_its_place(db, page):
    account = new_account(
        db, name="An account whose name is longer than a phone is wide, by far", **EVERY_DAY
    )
    new_post(db, account, IN_TWO_WEEKS.replace(hour=4, minute=0), status="Draft",
             content=insert(db, "content_items", tenant_id="h2o", title="Donaudampfschifffahrt" * 6))  # fmt: skip
    for size in PHONE, (320, 640), (800, 900), (1100, 900):
        page.open_month(size=size).top_off()
        for view in "month", "week":
            page.click(f"#{view}-view")
            page.wait_for(lambda view=view: page.all(f"#{view}-view[aria-pressed=true]"))
            assert page.script("return document.documentElement.scrollWidth") <= size[0], (size, view)
            wide = "return [...document.querySelectorAll('.post')].filter((post) => post.scrollWidth > post.clientWidth)"
            assert page.script(wide) == []
        for opener in "#queue", "#holidays", "[data-key^=cadence]", ".post.open":
            page.click(opener)
            page.wait_for(lambda: page.all("dialog[open]"))
            wide = "const d = document.querySelector('dialog[open] .fields'); return d.scrollWidth - d.clientWidth"
            assert page.script(wide) <= 0, (size, opener)
            bottom = page.script(
                "return document.querySelector('dialog[open] footer').getBoundingClientRect().bottom"
            )
            assert bottom <= size[1] + 1, "its buttons are on the screen"
            page.press(Keys.ESCAPE)
            page.wait_for(lambda: not page.all("dialog[open]"))


def test_a_phone_begins_with_the_week_and_today_is_a_press_away(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open(size=PHONE).top_off()
    assert len(page.all(".day")) == 7
    assert page.chromium.find_element(By.CSS_SELECTOR, ".day.today h3").text.startswith(
        f"{TODAY:%A} {TODAY.day}"
    )
    page.click("#next")
    page.wait_for(lambda: not page.all(".day.today"))
    page.click("#today")
    page.wait_for(
        lambda: page.script(
            """
            const { top, bottom } = document.querySelector(".day.today")?.getBoundingClientRect() ?? { top: -1 };
            return top >= 0 && bottom <= innerHeight;
            """
        )
    )
    assert len(page.posts()) == len(
        [1 for _, at in empty_slots(db, account) if at.isocalendar()[:2] == TODAY.isocalendar()[:2]]
    )


@pytest.mark.beside_one_server
def test_the_page_asks_no_other_host_for_anything():
    for file in (PROJECT / "tests/app/page").iterdir():
        if file.suffix != ".png":
            links = set(re.findall(r"https?://[^\"'\s)]+", file.read_text(encoding="utf-8")))
            assert links <= {"http://www.w3.org/2000/svg"}, file.name


def test_the_demos_calendar_makes_the_pictures_in_readme(db, page):
    psql(db, (PROJECT / "tests/demo/data.sql").read_text(encoding="utf-8"))
    psql(db, (PROJECT / "tests/demo/app.sql").read_text(encoding="utf-8"))
    added = page.open().top_off()
    created = one(
        db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'h2o' AND planned_for IS NOT NULL"
    )
    assert added == f"{created} slots added."
    month = f"/marketing?tenant_id=h2o&month={TODAY + timedelta(days=7):%Y-%m}"
    page.open(month)
    for nth, title, status in (
        (2, "Frost on the pipes", "Scheduled"),
        (3, "How we test your water", "Draft"),
        (7, "Ana, 20 years with us", "Scheduled"),
        (9, "Thank you, volunteers", "Scheduled"),
        (15, "Winter rates", "Draft"),
    ):
        page.all(".post.open")[nth].click()
        page.write("title", title)
        page.click(f"#post-dialog [value={status}]")
        page.save()
        assert page.result(f"“{title}” saved as {status}")
        page.wait_for(lambda title=title: title in {post[2] for post in page.posts()})
    for name, path, size in (
        ("screenshot", month, DESKTOP),
        ("phone", f"/marketing?tenant_id=h2o&week={TODAY + timedelta(days=7)}", PHONE),
    ):
        page.open(path, size)
        assert {"Scheduled", "Draft"} <= {badge.text for badge in page.all(".day .badge")}
        if folder := os.environ.get("PICTURES"):
            height = (
                page.script("return document.documentElement.scrollHeight") if size == DESKTOP else size[1]
            )
            page.chromium.execute_cdp_cmd(
                "Emulation.setDeviceMetricsOverride",
                {"width": size[0], "height": height, "deviceScaleFactor": 1, "mobile": size == PHONE},
            )
            page.chromium.save_screenshot(Path(folder) / f"{name}.png")
