"""The calendar page in a real browser: what a person sees and can do.

Needs Chromium and its driver (on Debian: chromium and chromium-driver); without them it is skipped,
but on CI it fails. SCREENSHOT=FILE also writes the picture that README shows.
"""

import calendar
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from builders import column, new_account, new_post, one
from conftest import PROJECT
from hosts import psql
from selenium.webdriver import Chrome, ChromeOptions, Keys
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.wait import WebDriverWait

EVERY_DAY = {"posts_per_week": 7, "days_of_week": [1, 2, 3, 4, 5, 6, 7]}
IN_TWO_WEEKS = datetime.now(UTC) + timedelta(days=14)
DESKTOP, PHONE = (1280, 900), (390, 844)


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

    def open(self, tenant="h2o", day=IN_TWO_WEEKS, size=DESKTOP):
        """Open the month of a day, and wait until it or an error is shown."""
        self.chromium.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE},
        )
        self.chromium.get(f"{self.address}/marketing?tenant_id={tenant}&month={day:%Y-%m}")
        self.wait_for(lambda: self.all("#content:not([hidden]), #problem:not([hidden])"))
        return self

    def wait_for(self, condition):
        """Wait until a condition holds, and return what it gave."""
        return WebDriverWait(self.chromium, 20, 0.05).until(lambda _: condition())

    def all(self, selector):
        """Return the elements of a CSS selector."""
        return self.chromium.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        """Return the text of the first element of a CSS selector."""
        return self.all(selector)[0].text

    def posts(self, status=""):
        """Return the posts that are shown, as (date, time, status, account)."""
        return [
            tuple(post)
            for post in self.chromium.execute_script(
                """
                return [...document.querySelectorAll(".day .post" + arguments[0])].map((post) => [
                    post.closest(".day").querySelector("time").dateTime,
                    post.querySelector("time").firstChild.textContent,
                    post.querySelector(".badge").textContent,
                    post.querySelector(".account").textContent,
                ]);
                """,
                status and f".{status.lower()}",
            )
        ]

    def style(self, selector, name):
        """Return a computed CSS property of the first element of a selector."""
        return self.all(selector)[0].value_of_css_property(name)

    def press(self, *keys):
        """Press keys, wherever the keyboard's focus is."""
        self.chromium.switch_to.active_element.send_keys(*keys)

    def top_off(self):
        """Press the button and return what the page says when it is done."""
        self.all("#topoff")[0].click()
        return self.wait_for(lambda: not self.all("#topoff[aria-disabled]") and self.text("#result"))


@pytest.fixture
def page(chromium, site, request, tmp_path):
    """Return the page, not opened yet; where the test fails, a screenshot tells what was on it."""
    failed = request.session.testsfailed
    chromium.get_log("browser")
    yield Page(chromium, site[0])
    if request.session.testsfailed > failed:
        picture = tmp_path / "failed.png"
        chromium.save_screenshot(picture)
        print(f"screenshot: {picture}\nconsole: {chromium.get_log('browser')}")
    chromium.get("about:blank")


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


def test_the_button_fills_the_calendar_and_a_second_press_adds_nothing(db, page):
    account = new_account(db, name="Instagram", **EVERY_DAY)
    page.open()
    assert page.posts() == []
    assert page.text(".coverage") == "nothing planned ahead"

    assert page.top_off() == "28 slots added."
    slots = local_slots(db, account, "UTC")
    in_month = [post for post in page.posts("Planned") if post[0].startswith(f"{IN_TWO_WEEKS:%Y-%m}")]
    assert in_month == [(*slot, "Planned", "Instagram") for slot in slots]
    assert len(slots) >= 14

    shown = page.posts()
    assert page.top_off() == "Nothing to add: the calendar is full."
    assert page.posts() == shown
    assert one(db, "SELECT count(*) FROM post_instances") == 28
    assert page.chromium.get_log("browser") == []


def test_another_tenants_page_says_404_and_the_button_writes_nothing(db, page):
    new_account(db, **EVERY_DAY)
    new_account(db, tenant="all_county", name="Secret", **EVERY_DAY)
    page.open(tenant="all_county")
    assert page.text("#problem").startswith('404: tenant "all_county" has no channel account')
    assert not page.all("#content:not([hidden])")
    page.all("#topoff")[0].click()
    page.wait_for(lambda: not page.all("#topoff[aria-disabled]"))
    assert page.text("#problem").startswith("404")
    assert "Secret" not in page.chromium.page_source
    assert one(db, "SELECT count(*) FROM post_instances") == 0


def test_each_account_shows_the_days_and_times_of_its_own_zone(db, page):
    zones = {"Auckland": "Pacific/Auckland", "Los Angeles": "America/Los_Angeles", "London": "Europe/London"}
    accounts = {
        name: new_account(db, name=name, timezone=zone, times_local=["21:30"], **EVERY_DAY)
        for name, zone in zones.items()
    }
    page.open().top_off()
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
    page.open(day=datetime(2026, 1, 1))
    assert page.posts() == [
        ("2025-12-29", "09:00", "Scheduled", "East"),
        ("2026-02-01", "21:30", "Scheduled", "West"),
    ]


def test_an_account_tells_its_cadence_and_until_when_it_is_filled(db, page):
    new_account(db, name="<i>LinkedIn</i>", timezone="America/New_York", times_local=["23:00"], **EVERY_DAY)
    new_account(db, name="Paused", status="paused", posts_per_week=3)
    page.open().top_off()
    last = one(db, "SELECT max(scheduled_for) FROM post_instances").astimezone(ZoneInfo("America/New_York"))
    linkedin, paused = (card.text for card in page.all("#accounts li"))
    assert "<i>LinkedIn</i>" in linkedin
    assert "7 a week: Mon Tue Wed Thu Fri Sat Sun 23:00 (America/New_York)" in linkedin
    assert f"filled until {last:%b} {last.day}" in linkedin
    assert f"{one(db, 'SELECT count(*) FROM post_instances')} empty · 0 written" in linkedin
    assert "none: the account is paused" in paused
    assert "nothing planned ahead" in paused


def test_an_empty_slot_is_an_outline_and_every_other_post_is_filled_in(db, page):
    account = new_account(db, **EVERY_DAY)
    for hour, status in enumerate(["Scheduled", "Posted", "Failed", "Draft"]):
        new_post(db, account, IN_TWO_WEEKS.replace(hour=hour, minute=0), status=status)
    page.open().top_off()
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


def test_the_months_are_turned_and_the_address_keeps_the_month(db, page):
    new_post(db, new_account(db, name="Blog"), "2026-01-31 12:00Z")
    page.open(day=datetime(2026, 1, 15))
    assert page.text("#month") == "January 2026"
    assert page.posts() == [("2026-01-31", "12:00", "Scheduled", "Blog")]
    for button, month in (
        ("next", "February 2026"),
        ("previous", "January 2026"),
        ("previous", "December 2025"),
    ):
        page.all(f"#{button}")[0].click()
        page.wait_for(lambda month=month: page.text("#month") == month)
    assert page.chromium.current_url.endswith("month=2025-12")
    assert page.posts() == []
    page.all("#today")[0].click()
    page.wait_for(lambda: page.text("#month") == f"{datetime.now(UTC):%B %Y}")


def test_the_keyboard_alone_is_enough_and_keeps_its_place(db, page):
    new_account(db, **EVERY_DAY)
    page.open()
    page.press(Keys.TAB)
    assert page.chromium.switch_to.active_element.text == "Top off"
    assert page.style("#topoff", "outline-style") == "solid"
    page.press(Keys.ENTER)
    page.wait_for(lambda: page.text("#result") == "28 slots added.")
    assert page.all("#result[role=status]")
    assert page.chromium.switch_to.active_element.get_attribute("id") == "topoff"
    page.press(Keys.TAB)
    page.press(Keys.ENTER)
    before = (IN_TWO_WEEKS.replace(day=1) - timedelta(days=1)).strftime("%B %Y")
    page.wait_for(lambda: page.text("#month") == before)


def test_on_a_phone_and_on_a_small_screen_nothing_is_wider_than_its_place(db, page):
    new_account(db, name="An account whose name is longer than a phone is wide, by far", **EVERY_DAY)
    for size in PHONE, (800, 900):
        page.open(size=size).top_off()
        assert page.chromium.execute_script("return document.documentElement.scrollWidth") <= size[0]
        assert (
            page.chromium.execute_script(
                "return [...document.querySelectorAll('.post')].filter((post) => post.scrollWidth > post.clientWidth)"
            )
            == []
        )
        assert len(page.posts()) >= 14


def test_a_phone_lists_the_days_that_have_posts_and_today_is_a_press_away(db, page):
    account = new_account(db, **EVERY_DAY)
    today = datetime.now(UTC)
    for day in range(1, 29):
        new_post(db, account, today.replace(day=day, hour=23))
    page.open(size=PHONE, day=today)
    assert [day.is_displayed() for day in page.all(".day:not(.outside)")] == [
        day <= 28 for day in range(1, calendar.monthrange(today.year, today.month)[1] + 1)
    ]
    page.all("#today")[0].click()
    if today.day <= 28:
        page.wait_for(
            lambda: page.chromium.execute_script(
                """
                const { top, bottom } = document.querySelector(".day.today").getBoundingClientRect();
                return top >= 0 && bottom <= innerHeight;
                """
            )
        )


def test_many_posts_on_one_day_are_folded_away_but_not_lost(db, page):
    account = new_account(db, name="Busy")
    for hour in range(10):
        new_post(db, account, IN_TWO_WEEKS.replace(hour=hour, minute=0))
    page.open()
    assert len(page.posts()) == 10
    assert len([post for post in page.all(".day .post") if post.is_displayed()]) == 4
    summary = page.all("summary")[0]
    assert summary.text == "6 more"
    summary.send_keys(Keys.ENTER)
    assert all(post.is_displayed() for post in page.all(".day .post"))


def test_the_demos_calendar_makes_the_picture_in_readme(db, page):
    psql(db, (PROJECT / "tests/demo/data.sql").read_text(encoding="utf-8"))
    added = page.open(day=datetime.now(UTC)).top_off()
    if picture := os.environ.get("SCREENSHOT"):
        page.chromium.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": DESKTOP[0],
                "height": page.chromium.execute_script("return document.documentElement.scrollHeight"),
                "deviceScaleFactor": 1,
                "mobile": False,
            },
        )
        page.chromium.save_screenshot(Path(picture))
    created = one(
        db, "SELECT count(*) FROM post_instances WHERE tenant_id = 'h2o' AND planned_for IS NOT NULL"
    )
    assert added == f"{created} slots added."
    by_hand = one(
        db, "SELECT scheduled_for FROM post_instances WHERE tenant_id = 'h2o' AND status = 'Scheduled'"
    )
    assert {status for _, _, status, _ in page.open(day=by_hand).posts()} >= {"Planned", "Scheduled"}
