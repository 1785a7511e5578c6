"""The athlete's day in a real browser: six taps, the three states of an entry, and help without a network."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from plans.models import Entry, Plan
from tests.plans.views.daily import lived, running


@pytest.fixture
def plan(db: None) -> Plan:
    return running(days=10)


@pytest.fixture
def at(page: Page, live_server: Any, sign_in: Callable[[Any], None], plan: Plan) -> Callable[[str], None]:
    """`at("check-in/morning/")` opens a page of the plan as its own athlete."""
    sign_in(plan.athlete)

    def go(address: str) -> None:
        page.goto(f"{live_server.url}/plan/{plan.pk}/{address}")

    return go


@pytest.fixture
def tap(page: Page) -> Callable[[str], None]:
    """Taps what carries these words, and counts."""

    def press(words: str) -> None:
        press.count += 1  # type: ignore[attr-defined]
        exact = re.compile(rf"^\s*{re.escape(words)}\s*$")
        page.locator("main").locator("label, button").filter(has_text=exact).first.click()

    press.count = 0  # type: ignore[attr-defined]
    return press


def entry(plan: Plan) -> Entry:
    return Entry.objects.get(plan=plan, date=plan.local_today())


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_day_of_check_ins_takes_six_taps(browser, live_server, sign_in, plan, page, script) -> None:
    sign_in(plan.athlete)
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, java_script_enabled=script, storage_state=page.context.storage_state()
    )
    phone = context.new_page()
    taps = 0

    def tap(selector: str) -> None:
        nonlocal taps
        taps += 1
        phone.locator(selector).first.click()

    def part(name: str) -> None:
        phone.goto(f"{live_server.url}/plan/{plan.pk}/check-in/{name}/")

    part("morning")
    tap(".keys label:nth-child(4)")
    tap("button:has-text('Nothing new')")
    expect(phone).to_have_url(re.compile("/today/$"))
    part("session")
    tap(".keys label:nth-child(3)")
    tap("button[name=share][value='100']")
    expect(phone).to_have_url(re.compile("/today/$"))
    part("later")
    tap(".keys label:nth-child(3)")
    tap("button[name=pain][value='3']")
    expect(phone).to_have_url(re.compile("/today/$"))
    saved = entry(plan)
    assert (saved.morning, saved.during, saved.dose, saved.after, saved.pain) == (3, 2, 100, 2, 3)
    assert taps <= 6
    context.close()


def test_promise_8_kept_on_the_phone_until_it_is_received(page, at, tap, plan, complaints) -> None:
    """Promise 8: saved here, sent, received are three states that can be seen."""
    at("check-in/morning/")
    page.context.set_offline(True)
    tap("3")
    tap("Nothing new")
    state = page.locator("[data-state]")
    expect(state).to_contain_text("saved on this phone")
    assert not Entry.objects.filter(plan=plan, date=plan.local_today()).exists()
    page.context.set_offline(False)
    expect(state).to_contain_text("Received", timeout=10_000)
    assert entry(plan).morning == 3
    assert page.evaluate("Object.keys(localStorage).length") == 0
    complaints.clear()  # the browser reports each request that found no network


def test_what_was_kept_is_sent_from_the_next_page(page, at, tap, plan, complaints) -> None:
    at("check-in/morning/")
    page.route("**/check-in/morning/*/", lambda route: route.abort())
    tap("4")
    tap("Nothing new")
    expect(page.locator("[data-state]")).to_contain_text("saved on this phone")
    page.unroute("**/check-in/morning/*/")
    at("today/")
    expect(page.locator("[data-state]")).to_contain_text("Received")
    assert entry(plan).morning == 4
    complaints.clear()


def test_what_the_server_refuses_stays_on_the_phone_with_its_reason(page, at, tap, plan, complaints) -> None:
    at("check-in/morning/")
    lived(plan, 10, morning=6)
    plan.record(plan.local_today(), {"morning": 5}, plan.athlete)
    tap("3")
    tap("Nothing new")
    state = page.locator("[data-state]")
    expect(state).to_contain_text("could not be taken")
    expect(state).to_contain_text("morning 5 is saved. You sent morning 3.")
    assert entry(plan).morning == 5
    complaints.clear()  # the browser reports the 409


def test_promise_1_something_new_without_a_network_leads_to_help(page, at, tap, complaints) -> None:
    """Promise 1, offline: the page that was kept has the numbers and the signs."""
    at("today/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    at("check-in/morning/")
    page.context.set_offline(True)
    tap("Something is new")
    expect(page).to_have_url(re.compile("/help/"))
    expect(page.locator("a[href='tel:999']").first).to_be_visible()
    page.context.set_offline(False)
    complaints.clear()


def test_a_red_flag_stops_at_once(page, at, plan) -> None:
    at("check-in/morning/")
    page.get_by_role("button", name="Something is new").click()
    page.locator("#id_QB4 label", has_text="Yes").click()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Call 999")
    expect(page.locator("a.call")).to_have_attribute("href", "tel:999")
    assert page.locator("a[href*='/exercise/'], a[href*='/session/']:not([href*='country'])").count() == 0


PAGES = [
    "today/",
    "session/",
    "session/?warm-up=done",
    "exercise/goblet-squat/",
    "check-in/morning/",
    "check-in/session/",
    "check-in/later/",
    "check-in/new/",
    "why/",
    "why/1/ST-G14/",
    "progress/",
    "",
    "review/1/",
    "screening/",
    "reviewed/",
    "summary/",
    "sport/",
    "pause/",
    "end/",
]


@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_nothing_in_light_and_dark(page, at, axe, scheme, address) -> None:
    at(address)
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("address", ["today/", "check-in/session/", "session/?warm-up=done", "progress/", "review/1/"])
def test_text_at_200_percent_stays_on_the_page(page, at, address) -> None:
    at(address)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_targets_are_48_pixels(page, at) -> None:
    for address in ("today/", "check-in/morning/", "check-in/session/", "check-in/later/"):
        at(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("main button, main .tick, main .keys label, .tabs a, .go, .help")]
            .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 47.5)
            .map((one) => one.outerHTML)"""
        )
        assert small == [], address


def test_the_keyboard_alone_is_enough(page, at, plan) -> None:
    at("check-in/morning/")
    page.locator("input[name=morning]").first.focus()
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/today/$"))
    assert entry(plan).morning == 3


def test_a_form_left_open_overnight_is_still_yesterdays(page, at, plan) -> None:
    yesterday = plan.local_today() - timedelta(days=1)
    at(f"check-in/later/{yesterday}/")
    expect(page.get_by_text(f"{yesterday:%A}")).to_be_visible()
    page.locator("button[name=pain][value='6']").click()
    expect(page).to_have_url(re.compile("/today/$"))
    assert Entry.objects.get(plan=plan, date=yesterday).pain == 6
