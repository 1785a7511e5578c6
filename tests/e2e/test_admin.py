"""An admin at a desk and with a tablet: figures, previews, a dry run. Each as it really looks, and fit to use."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from plans import demo
from plans.models import Plan
from plans.models.reminder import Kind, State
from plans.reminders import status
from rehab.redis import client as redis
from tests.factories import AdminFactory, CareLinkFactory, MessageFactory

from .phone import Phone

DESK, TABLET = {"width": 1280, "height": 900}, {"width": 820, "height": 1180}
# How far a page can be moved sideways; a table may, inside its own box.
ASIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture(params=[DESK, TABLET], ids=["desk", "tablet"])
def admin(request: pytest.FixtureRequest, phone: Phone, sign_in: Callable) -> Iterator[Page]:
    demo.make()
    plan = Plan.objects.select_related("athlete").first()
    assert plan
    CareLinkFactory(athlete=plan.athlete)
    now = timezone.now()
    for kind, state in ((Kind.SESSION, State.SENT), (Kind.MORNING, State.SENT), (Kind.LATER, State.FAILED)):
        sent_at = now if state is State.SENT else None
        MessageFactory(plan=plan, kind=kind.value, state=state.value, sent_at=sent_at, answer="550 no such box")
    MessageFactory(plan=plan, kind=Kind.REVIEW.value, planned_at=now - timedelta(seconds=30))
    redis().set(status.TICK, now.isoformat())
    sign_in(AdminFactory())
    phone.page.set_viewport_size(request.param)
    yield phone.page
    redis().delete(status.TICK)


def go(page: Page, live_server: Any, name: str, *args: object) -> None:
    page.goto(live_server.url + reverse(f"admin:{name}", args=args))
    assert page.evaluate(ASIDE) <= 0


def test_figures(admin: Page, live_server: Any, axe: Callable) -> None:
    go(admin, live_server, "reminders")
    expect(admin.get_by_text("All is well.")).to_be_visible()
    axe(admin, ["wcag2a", "wcag2aa"])
    admin.get_by_role("button", name="Send a test").click()
    expect(admin.get_by_text("The test is in the outbox")).to_be_visible()
    expect(admin.get_by_role("table").last).to_contain_text("due")


def test_the_banner(admin: Page, live_server: Any) -> None:
    redis().delete(status.TICK)
    go(admin, live_server, "index")
    expect(admin.get_by_role("alert")).to_contain_text("The clock has never ticked")


def test_a_mail_is_shown_with_its_own_style_and_nothing_else_of_it_works(admin: Page, live_server: Any) -> None:
    go(admin, live_server, "reminders_preview", "en-gb")
    frame = admin.frame_locator("iframe").first
    button = frame.locator("a").first
    expect(button).to_be_visible()
    assert button.evaluate("one => getComputedStyle(one).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert admin.locator("iframe").count() >= len(Kind)


def test_a_dry_run(admin: Page, live_server: Any, axe: Callable) -> None:
    go(admin, live_server, "reminders_day")
    admin.get_by_label("Whose clients").select_option(index=1)
    admin.get_by_role("button", name="Show").click()
    expect(admin.get_by_text("was looked at")).to_be_visible()
    assert admin.evaluate(ASIDE) <= 0
    axe(admin, ["wcag2a", "wcag2aa"])
