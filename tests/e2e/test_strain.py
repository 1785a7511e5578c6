"""A clear strain, from the first screen to the checkpoint of week 2."""

import re

from playwright.sync_api import expect

from accounts.models import User
from plans.models import Entry, Plan, Screening
from plans.rules.words import Action, Change, StageId

from .conftest import DAY_ONE, Clock
from .people import day
from .phone import Phone

MAIL = "robin@example.org"
CLEAR_CASE_S = 90
PART_TAPS, DAY_TAPS = 3, 6


def record(plan: Plan, clock: Clock, days: range, entry: dict) -> None:
    """Evenings written without a phone."""
    for number in days:
        clock.set(number, 21)
        plan.record(plan.date_of(number), entry, plan.athlete)


def test_from_the_first_screen_to_the_checkpoint_of_week_2(phone: Phone, clock: Clock) -> None:
    plan = start(phone)
    first_day(phone, clock, plan)

    record(plan, clock, range(2, 3), day(3, 4, 3, 2, 100))
    clock.set(3)
    phone.open("plans:today")
    morning(phone, 3)
    phone.sees("2 calm sessions in a row: 5 minutes more of Easy walk.")  # ST-G6

    record(plan, clock, range(3, 9), day(2, 3, 2, 2, 100))
    clock.set(8, 23)
    phone.open("plans:today")
    phone.heading(re.compile("^Relative rest, day 8"))
    clock.set(9)
    phone.open("plans:today")
    phone.heading(re.compile("^Rebuild"))
    phone.sees("You met every criterion: Rebuild begins.")
    assert plan.course().stage is StageId.REBUILD

    record(plan, clock, range(9, 14), day(2, 2, 2, 2, 100))
    checkpoint(phone, clock, plan)


def start(phone: Phone) -> Plan:
    """The way in without an account; the account comes last, and keeps everything."""
    phone.page.goto(phone.url)
    phone.begin("Low back strain")
    phone.answer_screens()
    phone.heading("You can start a plan")
    assert phone.seconds < CLEAR_CASE_S, f"{phone.taps} taps"
    assert not User.objects.exists()
    assert not Screening.objects.exists()

    phone.go("Set up my plan")
    activities = {"Tie my shoes": 4, "Run 5 km": 4}
    phone.set_up(pain=5, activities=activities, sport="Running", side="right", onset="It came on")
    phone.sign_up(MAIL)
    phone.sees("Run 5 km: 4")
    phone.go("Start my plan")

    plan = Plan.objects.get()
    assert (plan.athlete.email, plan.start_date, plan.pain, plan.function) == (MAIL, DAY_ONE, 5, 4)
    assert list(plan.activities.values_list("name", "score")) == list(activities.items())
    return plan


def first_day(phone: Phone, clock: Clock, plan: Plan) -> None:
    """Every part on its screen, counted."""
    phone.heading(re.compile("^Relative rest, day 1"))
    expect(phone.page.get_by_role("heading", name=re.compile("^Today.s session$"))).to_be_visible()
    answers = morning(phone, 3)

    phone.go("Start session")
    phone.go("I am warm: go on")
    for done in phone.page.get_by_role("checkbox", name=re.compile("^Done")).all():
        phone.tap(done)
    phone.go("Finish session")
    phone.sees("You ticked 100 %")
    phone.taps = 0
    phone.score("during the session", 3)
    phone.go("All")
    answers += phone.taps

    clock.set(1, 21)
    phone.taps = 0
    phone.go(phone.page.get_by_role("link", name=re.compile("^Evening")))
    phone.score("later, after the session", 3)
    phone.go(phone.page.get_by_role("group", name=re.compile("average", re.I)).get_by_role("button", name="4"))
    assert phone.taps <= PART_TAPS
    answers += phone.taps - 1
    assert answers <= DAY_TAPS, f"{answers} taps for a day's answers"

    entry = Entry.objects.get(plan=plan, date=DAY_ONE)
    assert (entry.morning, entry.during, entry.after, entry.dose, entry.pain) == (3, 3, 3, 100, 4)


def morning(phone: Phone, score: int) -> int:
    """The taps of the answers, without the one that opens the page."""
    phone.taps = 0
    phone.go("Check in: this morning")
    phone.score("", score)
    phone.go("Nothing new")
    assert phone.taps <= PART_TAPS
    return phone.taps - 1


def checkpoint(phone: Phone, clock: Clock, plan: Plan) -> None:
    """The review opens on the last day of the week."""
    record(plan, clock, range(14, 15), day(2, 2, 2, 2, 100))
    phone.open("plans:today")
    phone.go("Open the review")
    for none in phone.page.get_by_role("checkbox", name=re.compile("^None of these")).all():
        none.tap()
    phone.score("Tie my shoes", 7)
    phone.score("Run 5 km", 6)
    phone.choose("Quite a bit better")
    phone.go("Send the review")
    phone.heading("Week 2")
    phone.sees("Carry on with the plan. At week 2 things are clearly better.")
    result = Plan.objects.get(pk=plan.pk).course().checkpoints[-1]
    assert (result.week, result.change, result.action) == (2, Change.CLEAR, Action.CONTINUE)

    phone.go(phone.page.get_by_role("link", name="Why"))
    phone.sees("6.4/2")

    clock.set(15)
    phone.open("plans:today")
    phone.sees("At week 2 things are clearly better.")
    phone.sees("Next checkpoint: week 4")
