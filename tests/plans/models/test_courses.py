"""Courses of many plans at once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from plans.models import Plan, WeeklyReview
from plans.models.care import Kind, intervene
from plans.models.courses import courses, readings
from plans.rules.words import Condition, Status
from tests.factories import EntryFactory, PhysioFactory, PlanFactory

pytestmark = pytest.mark.django_db


def plans(number):
    """Of two conditions, with diaries of different lengths, a weekly review and something done by a physio."""
    physio = PhysioFactory()
    for count in range(number):
        condition = (Condition.LUMBAR_STRAIN, Condition.TENNIS_ELBOW)[count % 2]
        plan = PlanFactory(condition=condition.value, days_ago=10 + count)
        for day in range(count % 5, 10):
            EntryFactory(plan=plan, date=plan.date_of(day + 1), pain=count % 4, morning=2, during=1)
        WeeklyReview.objects.create(plan=plan, week=1, function=5)
        if count % 3 == 0:
            intervene(plan, Kind.PAUSE, by=physio, reason="A holiday")
    return list(Plan.objects.order_by("pk"))


def test_many_are_what_each_is_by_itself():
    made = plans(7)
    together = courses(made)
    assert together == {plan.pk: plan.course() for plan in made}
    assert {course.status for course in together.values()} == {Status.ACTIVE, Status.PAUSED}
    assert {course.protocol.condition for course in together.values()} == {
        Condition.LUMBAR_STRAIN,
        Condition.TENNIS_ELBOW,
    }


def test_fifty_cost_as_many_queries_as_one():
    made = plans(50)
    courses(made)  # the documents are read once in the life of a process
    asked = []
    for some in (made[:1], made):
        with CaptureQueriesContext(connection) as queries:
            assert len(courses(some)) == len(some)
        asked.append(len(queries))
    assert asked == [3, 3]


def test_no_plans_are_no_courses():
    assert courses([]) == {}


def test_a_reading_gives_other_days_without_asking_again(django_assert_num_queries):
    plan = PlanFactory(days_ago=11)
    reading = plan.reading()
    assert reading.course(2).today == 2  # by now the process knows the document
    with django_assert_num_queries(0):
        assert [reading.course(day).today for day in (1, 5, 12)] == [1, 5, 12]
        assert len(reading.course(12).alerts) > len(reading.course(5).alerts)


def test_the_day_that_was_already_lived_counts():
    plan = PlanFactory(days_ago=2)
    EntryFactory(plan=plan, date=plan.local_today() + timedelta(days=1))
    [reading] = readings([plan]).values()
    assert (reading.today(), plan.today(), plan.course().today) == (4, 4, 4)
