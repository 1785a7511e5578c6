"""People with lived-in diaries on the shipped catalogue, written through the same functions as a real person's."""

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import date as Date
from datetime import datetime, time, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from accounts.models import User
from plans.catalogue import catalogue
from plans.models import Plan, Screening, Version
from plans.models import start as starting
from plans.models.shipped import publish
from plans.rules.words import Condition
from tests.factories import UserFactory, answers

MORNING, EVENING = time(7), time(21)
ACTIVITIES = {
    Condition.LUMBAR_STRAIN: [("Tie my shoes", 4), ("Carry the shopping", 4)],
    Condition.SCIATICA_LIKE: [("Sit through a meeting", 4), ("Walk the dog", 4)],
    Condition.TENNIS_ELBOW: [("Lift a full kettle", 4), ("Open a stiff jar", 4)],
    Condition.GOLFERS_ELBOW: [("Pull a door open", 4), ("Carry a bag", 4)],
}


def day(morning: int, pain: int, *session: int) -> dict[str, Any]:
    """One day's entry. session: worst during, worst later, percent done."""
    return {"morning": morning, "pain": pain, **dict(zip(("during", "after", "dose"), session, strict=False))}


def shipped(condition: Condition) -> Version:
    """The newest version of the shipped catalogue, as `load_catalogue` publishes it."""
    if (found := Version.objects.current(condition)) is None:
        publish(catalogue())
        found = Version.objects.current(condition)
    assert found
    return found


def living(
    condition: Condition,
    days: Iterable[Mapping[str, Any]] = (),
    *,
    given: Mapping[str, str] | None = None,
    athlete: User | None = None,
    pain: int = 5,
    **values: Any,
) -> Plan:
    """Somebody who has lived these days, each written on its own evening; today is the day after the last."""
    days = list(days)
    athlete = athlete or UserFactory()
    first = timezone.localdate(timezone=athlete.zone) - timedelta(days=len(days))
    with at(first, MORNING, athlete) if days else nullcontext():
        plan = _started(condition, athlete, first, given or {}, pain, values)
    for number, entry in enumerate(days):
        with at(first + timedelta(days=number), EVENING, athlete):
            if entry:
                plan.record(first + timedelta(days=number), entry, athlete)
    return Plan.objects.get(pk=plan.pk)


def at(date: Date, hour: time, athlete: User) -> AbstractContextManager:
    return time_machine.travel(datetime.combine(date, hour, athlete.zone), tick=False)


def _started(
    condition: Condition, athlete: User, first: Date, given: Mapping[str, str], pain: int, values: Mapping[str, Any]
) -> Plan:
    screening = Screening.answer(
        condition.region,
        34,
        answers(condition.region, **given),
        athlete=athlete,
        condition=condition.value,
        pain=pain,
        site=values.get("site", ""),
        country="GB",
    )
    values = {"activities": ACTIVITIES[condition], "side": "right", "sport": "running", "pain": pain, **values}
    return starting.start(athlete, screening, values, shipped(condition), first)
