"""A red flag on day 17, through "Something is new": the plan stops at once, and stays stopped."""

import re
from collections.abc import Callable

from django.urls import reverse
from playwright.sync_api import expect

from plans.models import Escalation, Plan
from plans.rules.words import Condition

from .conftest import Clock
from .people import day, living
from .phone import Phone
from .words import exercises_on

DAYS = [day(3, 4, 3, 2, 100)] * 7 + [day(2, 2, 2, 2, 100)] * 9


def test_a_red_flag_on_day_17_stops_the_plan(phone: Phone, clock: Clock, sign_in: Callable) -> None:
    clock.set(17)
    plan = living(Condition.LUMBAR_STRAIN, DAYS)
    sign_in(plan.athlete)
    phone.open("plans:today")
    phone.heading(re.compile("^Rebuild"))
    assert exercises_on(phone.page)

    phone.go("Something is new")
    phone.tick("QB4")
    phone.go("Send")
    stopped(phone)
    assert Escalation.objects.filter(plan=plan, kind="stop", rule="AT-1", closed_at=None).count() == 1
    nowhere(phone, plan)

    clock.set(18)
    phone.open("plans:today")
    stopped(phone)
    nowhere(phone, plan)
    assert Escalation.objects.filter(plan=plan, kind="stop").count() == 1


def stopped(phone: Phone) -> None:
    phone.heading(re.compile("999"))
    expect(phone.page.get_by_role("link", name="Call 999")).to_have_attribute("href", "tel:999")
    assert exercises_on(phone.page) == []


def nowhere(phone: Phone, plan: Plan) -> None:
    """No page of the plan shows an exercise, not even to those who know its address."""
    exercise = plan.version.protocol.stages[1].prescriptions[0].exercise
    changed = next(note for note in plan.course().notes if note.kind == "dose_step")
    pages = [
        reverse("plans:today"),
        reverse("plans:plan"),
        reverse("plans:progress"),
        *(
            reverse(f"plans:{name}", args=[plan.pk])
            for name in ("today_of", "plan_of", "progress_of", "session", "why")
        ),
        reverse("plans:exercise", args=[plan.pk, exercise]),
        reverse("plans:checkin", args=[plan.pk, "session"]),
        reverse("plans:day", args=[plan.pk, plan.date_of(16)]),
        reverse("plans:decision", args=[plan.pk, changed.day, changed.rule]),
        reverse("plans:review", args=[plan.pk, 2]),
    ]
    found = {}
    for path in pages:
        phone.page.goto(phone.url + path)
        found[path] = exercises_on(phone.page)
    assert not any(found.values()), found
