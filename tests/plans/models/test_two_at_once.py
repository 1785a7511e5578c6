"""Two requests in the same moment, each on a connection of its own."""

import threading
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.db import close_old_connections, connection

from plans.models import Entry, EntryRevision, Escalation, Plan
from plans.models.care import Kind, intervene
from plans.models.start import start
from tests.factories import PlanFactory, ScreeningFactory, publish

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call gives or raises."""
    if connection.vendor == "sqlite":
        pytest.skip("the tests' SQLite lives in memory, where two connections lock each other's tables")
    together, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place: int) -> None:
        try:
            together.wait(10)
            results[place] = calls[place]()
        except Exception as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    close_old_connections()
    return results


def test_a_double_submit_is_one_entry_one_revision_and_one_escalation():
    plan = PlanFactory(days_ago=3)
    athlete, today = plan.athlete, plan.local_today()
    results = at_once(*[lambda: plan.record(today, {"morning": 8}, athlete)] * 4)
    assert {type(result) for result in results} == {Entry}
    assert (Entry.objects.count(), EntryRevision.objects.count(), Escalation.objects.count()) == (1, 1, 1)


def test_parts_of_a_day_that_come_together_are_all_kept():
    plan = PlanFactory(days_ago=3)
    athlete, today = plan.athlete, plan.local_today()
    parts = [{"morning": 3}, {"pain": 2}, {"during": 1, "dose": 100}]
    at_once(*[lambda part=part: plan.record(today, part, athlete) for part in parts])
    entry = Entry.objects.get()
    assert (entry.morning, entry.pain, entry.during, entry.dose) == (3, 2, 1, 100)
    assert Plan.objects.get(pk=plan.pk).revision == 3


def test_of_two_taps_on_start_one_starts():
    version = publish()
    first = ScreeningFactory()
    athlete = first.athlete
    screenings = [first, ScreeningFactory(athlete=athlete)]
    values = {"pain": 4, "activities": [("Sit", 4)]}
    today = Plan(athlete=athlete, start_date=first.created_at.date()).local_today()
    results = at_once(*[lambda one=one: start(athlete, one, values, version, today) for one in screenings])
    assert sorted(type(result).__name__ for result in results) == ["Plan", "ValidationError"]
    [refused] = [result for result in results if isinstance(result, ValidationError)]
    assert "already follow a plan" in refused.messages[0]
    assert Plan.objects.count() == 1


def test_of_two_physios_one_is_told_that_the_plan_has_changed():
    plan = PlanFactory(days_ago=3)
    seen = plan.revision
    results = at_once(
        *[lambda: intervene(plan, Kind.PAUSE, by=plan.athlete, reason="A holiday", seen=seen)] * 2,
    )
    kinds = sorted(type(result).__name__ for result in results)
    assert kinds in (["Intervention", "Stale"], ["Intervention", "ValidationError"])
    assert plan.interventions.count() == 1
