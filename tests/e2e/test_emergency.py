"""An emergency at entry: nothing but what to do, without an account, also without a network."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from plans.models import Plan, Screening

from .phone import Phone
from .words import exercises_on

KEPT = """async (number) => {
  const kept = (await caches.keys()).filter((name) => name.startsWith("kept-"));
  const page = kept.length === 1 && (await (await caches.open(kept[0])).match("/offline/"));
  return page && (await page.text()).includes(`Call ${number} or go to`);
}"""


@pytest.fixture
def cut_off(page: Page, until: Callable, complaints: list[str]) -> Iterator[Callable[[str], None]]:
    """`cut_off("999")` waits until the phone has kept the help page with this number; then the network goes."""

    def cut(number: str) -> None:
        until(lambda: page.evaluate(KEPT, number))
        page.context.set_offline(True)

    yield cut
    complaints.clear()


def numbers(page: Page) -> list[str]:
    return [link.get_attribute("href") or "" for link in page.locator("main a[href^='tel:']").all()]


def at_an_emergency(phone: Phone) -> None:
    phone.page.goto(phone.url)
    phone.begin("Low back strain")
    phone.tick("QB4")
    phone.go("Continue")  # at once: nobody answers five more screens


def test_it_says_what_to_do_and_nothing_else(phone: Phone) -> None:
    at_an_emergency(phone)
    phone.heading(re.compile("999"))
    expect(phone.page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
    assert numbers(phone.page) == ["tel:999"]
    call = phone.page.get_by_role("link", name="Call 999").bounding_box()
    assert call
    assert call["y"] + call["height"] < 844, "the call is below the fold"
    assert exercises_on(phone.page) == []
    links = [link.get_attribute("href") or "" for link in phone.page.get_by_role("link").all()]
    assert [link for link in links if not link.startswith(("tel:", "/country/", "#"))] == []
    assert phone.page.get_by_role("button").count() == 0
    assert not User.objects.exists()


def test_no_address_leads_past_it(phone: Phone) -> None:
    at_an_emergency(phone)
    for name, args in [("setup", ()), ("setup_step", ("pain",)), ("finish", ()), ("fit", ()), ("cleared", ())]:
        phone.open(f"plans:{name}", *args)
        phone.heading(re.compile("999"))
        assert exercises_on(phone.page) == [], name
    assert not Plan.objects.exists()
    assert not Screening.objects.exists()


def test_another_country_has_another_number(phone: Phone) -> None:
    at_an_emergency(phone)
    for country, number in [("United States", "911"), ("Australia", "000")]:
        phone.go("Change country")
        phone.choose(country)
        phone.go("Save")
        phone.heading(re.compile(number))
        assert numbers(phone.page) == [f"tel:{number}"]


def test_it_works_without_a_network(phone: Phone, cut_off: Callable) -> None:
    at_an_emergency(phone)
    cut_off("999")
    phone.page.reload(wait_until="domcontentloaded")
    phone.heading("There is no network")
    expect(phone.page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
    phone.sees(re.compile("bottom, genitals|numb", re.I))
    assert exercises_on(phone.page) == []


def test_help_is_kept_with_the_numbers_of_the_country(phone: Phone, cut_off: Callable) -> None:
    phone.open("plans:country")
    phone.choose("United States")
    phone.go("Save")
    cut_off("911")
    phone.open("plans:help")
    assert numbers(phone.page)[0] == "tel:911"
