"""Invented people with lived-in diaries, written through the same functions as a real person's.

Their days count back from the moment of making: one is on day 9 of a back plan, the other on day 13 of an elbow plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from accounts.models import CareLink, Consent, User
from plans.models import Plan, Screening, Version
from plans.models.escalation import ask
from plans.models.start import start
from plans.rules.screening import SITE_QUESTION, questions
from plans.rules.words import Condition

EVENING = time(20, 30)


@dataclass(frozen=True, slots=True)
class Person:
    email: str
    name: str
    about: str
    roles: tuple[str, ...] = ()


BACK = Person("robin.back@example.org", "Robin Example", "athlete, day 9 of a low back plan")
ELBOW = Person("kim.elbow@example.org", "Kim Example", "athlete, day 13 of a tennis elbow plan")
PHYSIO = Person("pat.physio@example.org", "Pat Example", "physio", ("is_physio",))
ADMIN = Person("ali.admin@example.org", "Ali Example", "admin", ("is_staff", "is_superuser"))
PEOPLE = (BACK, ELBOW, PHYSIO, ADMIN)


def day(morning: int, pain: int, *session: int) -> dict[str, Any]:
    """One evening's entry. session: worst during, worst later, percent done."""
    return {"morning": morning, "pain": pain, **dict(zip(("during", "after", "dose"), session, strict=False))}


# Sore at first, settling day by day, with rest days between; the first gate opens at the end of day 8.
BACK_DAYS = (
    day(6, 6, 5, 5, 100),
    day(5, 5, 5, 5, 90),
    day(5, 5),
    day(5, 5, 5, 4, 100),
    day(4, 4, 4, 4, 100),
    day(4, 4),
    day(4, 4, 4, 3, 100),
    day(3, 3, 3, 3, 100),
)
# One session too many on day 4, which the next morning tells; a day left out; then better, with a review alongside.
ELBOW_DAYS: tuple[dict[str, Any], ...] = (
    day(3, 4, 3, 3, 100),
    day(3, 4, 3, 3, 100),
    day(3, 4, 3, 3, 100),
    day(3, 5, 5, 4, 100),
    day(5, 4, 3, 3, 75),
    day(4, 4, 3, 3, 100),
    {},
    day(3, 3, 3, 2, 100),
    day(3, 3, 2, 2, 100),
    day(2, 3, 2, 2, 100),
    day(2, 2, 2, 2, 100),
    day(2, 2, 2, 2, 100),
)


def make() -> None:
    """Make those of the demo people who are missing. The templates must have been published."""
    with transaction.atomic():
        missing = [person for person in PEOPLE if not User.objects.filter(email=person.email).exists()]
        people = {person: _account(person) for person in missing}
        if BACK in people:
            _strain(people[BACK])
        if ELBOW in people:
            _elbow(people[ELBOW])
        _care()


def _care() -> None:
    """The physio looks after the athlete with the elbow: what is escalated stands in their inbox."""
    athlete, physio = (User.objects.get(email=person.email) for person in (ELBOW, PHYSIO))
    if not CareLink.objects.filter(athlete=athlete, physio=physio).exists():
        CareLink.objects.create(athlete=athlete, physio=physio)


def _account(person: Person) -> User:
    user = User.objects.create_user(person.email, None, name=person.name, **dict.fromkeys(person.roles, True))
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    Consent.accept(user)
    return user


def _strain(athlete: User) -> None:
    values = {
        "pain": 6,
        "sport": "strength",
        "load_drivers": ["A heavier barbell than usual"],
        "activities": [("Tie my shoes", 4), ("Sit through a meeting", 4), ("Carry the shopping", 3)],
    }
    _live(athlete, Condition.LUMBAR_STRAIN, {}, values, BACK_DAYS, {1: {"scores": [6, 5, 5], "change_since_start": 2}})


def _elbow(athlete: User) -> None:
    values = {
        "pain": 5,
        "sport": "racket",
        "side": "right",
        "site": "outer",
        "activities": [("Lift a full kettle", 4), ("Open a stiff jar", 3)],
    }
    asked = {"QE13": "yes", "QE19": "yes"}
    weeks = {1: {"scores": [5, 4], "change_since_start": 1}}
    plan = _live(athlete, Condition.TENNIS_ELBOW, asked, values, ELBOW_DAYS, weeks)
    ask(plan, athlete, "May I go back to doubles on Sunday?")


def _live(
    athlete: User,
    condition: Condition,
    yes: Mapping[str, str],
    values: Mapping[str, Any],
    days: tuple[Mapping[str, Any], ...],
    weeks: Mapping[int, Mapping[str, Any]],
) -> Plan:
    """Screen, start and write day by day, each at its own evening, so that everything is told as it would have been."""
    first = timezone.localdate(timezone=athlete.zone) - timedelta(days=len(days))
    evenings = [datetime.combine(first + timedelta(days=n), EVENING, athlete.zone) for n in range(len(days))]
    answers = {id: "no" for id in questions(condition.region) if id != SITE_QUESTION} | dict(yes)
    site = values.get("site", "")
    screening = Screening.answer(
        condition.region, 34, answers, athlete=athlete, site=site, country="GB", created_at=evenings[0]
    )
    version = Version.objects.current(condition)
    if version is None:
        raise LookupError(f"No template for {condition} is published.")
    plan = start(athlete, screening, values, version, first, now=evenings[0])
    activities = list(plan.activities.values_list("pk", flat=True))
    for number, (evening, entry) in enumerate(zip(evenings, days, strict=True), start=1):
        if entry:
            plan.record(first + timedelta(days=number - 1), entry, athlete, now=evening)
        if number % 7 == 0 and (review := weeks.get(number // 7)):
            scores = dict(zip(activities, review["scores"], strict=True))
            plan.review(number // 7, {**review, "scores": scores}, athlete, now=evening)
    return plan
