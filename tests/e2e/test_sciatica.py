"""Sciatica-like pain with a review alongside: kept in sight, the gate held, "I have been reviewed" opens it."""

import re
from collections.abc import Callable

from plans.rules.words import Condition, StageId

from .conftest import Clock
from .people import day, living
from .phone import Phone

LEG = {"QB19": "yes", "QB20": "yes", "QB21": "yes"}


def test_a_leg_pain_may_start_and_is_told_to_be_reviewed(phone: Phone) -> None:
    phone.page.goto(phone.url)
    phone.begin("Leg pain")
    phone.answer_screens(dict.fromkeys(LEG, "Yes"))

    phone.sees("Say this when you book")
    phone.go("Set up my plan")
    activities = {"Sit through a meeting": 4, "Walk the dog": 4}
    phone.set_up(pain=5, activities=activities, sport="Running", side="left", onset="It came on")
    phone.sign_up("sam@example.org")
    phone.sees("Book your review")
    phone.go("Start my plan")
    phone.sees("A review is still to be done")


def test_the_gate_waits_for_the_review(phone: Phone, clock: Clock, sign_in: Callable) -> None:
    clock.set(9)
    calm = day(3, 3, 2, 2, 100)
    plan = living(Condition.SCIATICA_LIKE, [calm] * 8, given=LEG)
    sign_in(plan.athlete)
    phone.open("plans:today")
    phone.heading(re.compile("^Relative rest, day 9"))
    phone.sees("A review is still to be done")
    phone.sees("It opens once your review is done")
    phone.sees("It also waits for your review.")

    phone.go("I have been reviewed")
    phone.page.get_by_label("Who examined you?").fill("Dr Example")
    phone.choose("physiotherapist")
    phone.go("Save")
    phone.sees("Your review is noted.")
    assert "A review is still to be done" not in phone.page.locator("main").inner_text()

    clock.set(9, 21)
    plan.record(plan.date_of(9), calm, plan.athlete)
    clock.set(10)
    phone.open("plans:today")
    phone.heading(re.compile("^Rebuild"))
    assert plan.course().stage is StageId.REBUILD
