"""Two sessions that were too much, and a step back: each told with its reason, and opened to what it rests on."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from plans.rules.words import Condition, StageId

from .conftest import Clock
from .people import day, living
from .phone import Phone

CALM = [day(3, 4, 3, 2, 100)] * 7 + [day(2, 2, 2, 2, 100)] * 3
TOO_MUCH = day(2, 3, 7, 5, 100)


def test_two_reds_and_a_step_back(phone: Phone, clock: Clock, sign_in: Callable) -> None:
    clock.set(12)
    plan = living(Condition.LUMBAR_STRAIN, [*CALM, TOO_MUCH])
    sign_in(plan.athlete)
    phone.open("plans:today")
    phone.heading(re.compile("^Rebuild"))
    phone.sees("Pain reached 7 of 10 during or after the session.")
    phone.sees("Your next session is a recovery session.")  # SB-1

    clock.set(12, 21)
    plan.record(plan.date_of(12), TOO_MUCH, plan.athlete)
    clock.set(13)
    plan.record(plan.date_of(13), {"morning": 3}, plan.athlete)
    phone.open("plans:today")
    phone.heading(re.compile("^Relative rest"))
    told = "Two sessions in a row were too much. You go back to Relative rest for a while"
    phone.sees(told)
    assert plan.course().stage is StageId.RELATIVE_REST

    phone.go(phone.page.get_by_role("link", name=re.compile(r"^Why\s*: Two sessions in a row")))
    phone.sees("SB-2")
    phone.sees("Source:")
    phone.sees(f"version {plan.version.number}")
    behind = phone.page.get_by_role("heading", name="Your answers behind it").locator("xpath=..")
    expect(behind).to_have_text(re.compile("Session of day 11.*ease back.*Session of day 12.*ease back", re.DOTALL))
