"""Two beats at once, each on a connection of its own."""

import pytest

from plans.models import Escalation, Message, Plan
from plans.reminders import clock
from plans.reminders.agenda import agenda
from plans.rules.words import Condition
from tests.factories import CareLinkFactory, PlanFactory
from tests.plans.models.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_looks_at_once_plan_nothing_twice():
    plans = [PlanFactory(days_ago=12) for _ in range(5)]
    plans.append(PlanFactory(athlete=plans[0].athlete, condition=Condition.TENNIS_ELBOW.value))
    for plan in plans[:5]:
        CareLinkFactory(athlete=plan.athlete)
    pks = [plan.pk for plan in plans]
    results = at_once(*[lambda: clock.look(pks)] * 4)
    assert all(isinstance(result, int) for result in results)
    assert not Plan.objects.exclude(clock_error="").exists()
    assert Plan.objects.filter(next_due_at__gt=plans[0].next_due_at).count() == 6
    told = Message.objects.filter(kind="escalation")
    assert Escalation.objects.count() == 10  # of each the 7th and the 10th silent day
    assert told.count() == 5 * 3 * 2  # of the 10th: a physio each, three steps, two ways
    assert len(set(told.values_list("recipient", "about", "channel"))) == told.count()


def test_overlapping_looks_leave_no_plan_behind():
    plans = [PlanFactory() for _ in range(8)]
    pks = [plan.pk for plan in plans]
    at_once(lambda: clock.look(pks[:6]), lambda: clock.look(pks[2:]), lambda: clock.look(pks[::-1]))
    assert sorted(Message.objects.filter(channel__way="email").values_list("plan", "kind")) == [
        (pk, "session") for pk in sorted(pks)
    ]


def test_a_look_and_a_writing_at_once_end_with_what_was_written(monkeypatch):
    plan = PlanFactory()
    athlete, today = plan.athlete, plan.local_today()

    def slow(person, now):
        made = agenda(person, now)
        if not Plan.objects.filter(pk=plan.pk, revision__gt=0).exists():
            Plan.objects.get(pk=plan.pk).record(today, {"during": 2, "dose": 100}, athlete)
        return made

    monkeypatch.setattr(clock, "agenda", slow)
    at_once(lambda: clock.look([plan.pk]), lambda: clock.look([plan.pk]))
    clock.look([plan.pk])
    assert not Message.objects.filter(kind="session", state="due").exists()
    assert Plan.objects.get(pk=plan.pk).next_due_at > plan.next_due_at
