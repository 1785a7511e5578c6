"""AT-6: anyone may ask to be looked at, without meeting a rule."""

import pytest

from accounts.models import AuditEvent
from plans.models import Escalation
from plans.models.escalation import ask
from tests.factories import PlanFactory

pytestmark = pytest.mark.django_db


def test_at_6_an_athlete_asks_and_a_second_time_that_day_is_the_same():
    plan = PlanFactory(days_ago=4)
    asked = ask(plan, plan.athlete, "  It worries me.  ")
    assert (asked.day, asked.rule, asked.note) == (5, "AT-6", "It worries me.")
    assert ask(plan, plan.athlete, "Again.") == asked
    assert Escalation.objects.filter(plan=plan).count() == 1
    assert AuditEvent.objects.filter(action="escalation.ask").count() == 1


def test_at_6_before_the_first_day_counts_as_the_first():
    assert ask(PlanFactory(days_ago=-3), PlanFactory().athlete).day == 1
