"""A day as the clock sees it."""

from collections.abc import Iterator
from contextlib import contextmanager

import time_machine

from plans.models import Message, Plan
from plans.reminders import clock


@contextmanager
def at(moment: str) -> Iterator[time_machine.Traveller]:
    """It is this moment, "2026-03-10 06:00" in UTC, until it is moved."""
    with time_machine.travel(moment.replace(" ", "T") + "Z", tick=False) as time:
        yield time


def look(*plans: Plan) -> int:
    return clock.look([plan.pk for plan in plans])


def rows(plan: Plan):
    """The rows of whoever follows this plan."""
    return Message.objects.filter(recipient=plan.athlete_id).select_related("channel").order_by("pk")


def kinds(plan: Plan, state: str) -> set[str]:
    return set(rows(plan).filter(state=state).values_list("kind", flat=True))
