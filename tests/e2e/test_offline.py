"""A check-in without a network: saved here, sent, received; and sent twice is once (promise 8)."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from plans.models import Entry, EntryRevision, Plan
from plans.rules.words import Condition

from .people import living
from .phone import Phone

HERE = "saved on this phone"
SENT = "sent, waiting for the answer"
RECEIVED = "Received."


@pytest.fixture
def plan(phone: Phone, sign_in: Callable) -> Plan:
    plan = living(Condition.LUMBAR_STRAIN)
    sign_in(plan.athlete)
    return plan


def fill(phone: Phone, plan: Plan) -> None:
    phone.open("plans:checkin_on", plan.pk, "morning", plan.start_date)
    phone.score("", 3)


def state(page: Page, words: str) -> None:
    expect(page.locator("[data-state]")).to_contain_text(words)


def test_saved_here_then_sent_then_received(phone: Phone, plan: Plan, complaints: list[str]) -> None:
    page = phone.page
    fill(phone, plan)
    page.context.set_offline(True)
    phone.tap("Nothing new")
    state(page, HERE)
    assert not Entry.objects.exists()

    held: list[Route] = []
    page.route("**/check-in/**", lambda route: held.append(route))
    page.context.set_offline(False)  # sends by itself
    state(page, SENT)
    held[0].continue_()
    state(page, RECEIVED)
    assert Entry.objects.get(plan=plan).morning == 3
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('kept:'))") == []
    complaints.clear()  # the refused connection


def test_closed_before_the_network_is_back(phone: Phone, plan: Plan, complaints: list[str]) -> None:
    fill(phone, plan)
    phone.page.context.set_offline(True)
    phone.tap("Nothing new")
    state(phone.page, HERE)
    page = phone.page.context.new_page()
    phone.page.close()
    page.context.set_offline(False)
    page.goto(f"{phone.url}/today/")
    state(page, RECEIVED)
    assert Entry.objects.get(plan=plan).morning == 3
    complaints.clear()


def test_an_answer_that_was_lost_is_sent_again_and_counts_once(phone: Phone, plan: Plan, complaints: list[str]) -> None:
    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    page = phone.page
    fill(phone, plan)
    page.route("**/check-in/**", lose, times=1)
    phone.tap("Nothing new")
    state(page, HERE)
    assert Entry.objects.count() == 1
    page.evaluate("dispatchEvent(new Event('online'))")
    state(page, RECEIVED)
    assert EntryRevision.objects.filter(entry__plan=plan).count() == 1
    complaints.clear()


def test_with_a_network_it_is_received_at_once(phone: Phone, plan: Plan) -> None:
    fill(phone, plan)
    phone.go("Nothing new")
    state(phone.page, RECEIVED)
    assert Entry.objects.get(plan=plan).morning == 3
