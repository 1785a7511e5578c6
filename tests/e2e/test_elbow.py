"""An injured tennis elbow: the straighten test, the injury kept with the plan, the checkpoint of week 1."""

import re

from playwright.sync_api import expect

from plans.models import Escalation, Plan
from plans.rules.words import Action, Change

from .conftest import Clock
from .people import day
from .phone import Phone


def test_an_injured_elbow_is_looked_at_after_a_week(phone: Phone, clock: Clock) -> None:
    phone.page.goto(phone.url)
    phone.begin("Tennis elbow", injury="Yes")
    phone.answer_screens_until(phone.page.get_by_role("heading", name="Your injury"))
    expect(phone.page.locator("main")).to_contain_text(re.compile("straighten", re.I))
    phone.answer_screens(site="Outer side")
    phone.go("Set up my plan")
    phone.set_up(
        pain=5, activities={"Lift a full kettle": 4, "Open a stiff jar": 4}, sport="Racket sports", side="right"
    )
    phone.sign_up("kim@example.org")
    phone.go("Start my plan")
    plan = Plan.objects.get()
    assert plan.onset == "injury"
    phone.sees("Next checkpoint: week 1")

    for number in range(1, 8):
        clock.set(number, 21)
        plan.record(plan.date_of(number), day(4, 5, 3, 3, 100), plan.athlete)
    phone.open("plans:today")
    phone.go("Open the review")
    for none in phone.page.get_by_role("checkbox", name=re.compile("^None of these")).all():
        none.tap()
    phone.score("Lift a full kettle", 4)
    phone.score("Open a stiff jar", 4)
    phone.choose("About the same")
    phone.go("Send the review")
    phone.heading("Week 1")

    result = Plan.objects.get(pk=plan.pk).course().checkpoints[-1]
    assert (result.week, result.change, result.action) == (1, Change.NONE, Action.GP)
    phone.go("Your summary on one page")
    phone.sees("Lift a full kettle")
    assert Escalation.objects.filter(plan=plan, rule="6.4/1").exists(), list(Escalation.objects.values())
