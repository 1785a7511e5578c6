"""The weekly review."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit import AuditEvent
from plans.models import Activity, ActivityScore, Escalation, Plan, WeeklyReview
from plans.models.care import end
from tests.factories import PhysioFactory, PlanFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    plan = PlanFactory(days_ago=14)
    for position, name in enumerate(("Tie my shoes", "Sit", "Lift"), start=1):
        Activity.objects.create(plan=plan, name=name, position=position, score=4)
    return plan


def scores(plan, *values):
    return dict(zip(plan.activities.values_list("pk", flat=True), values, strict=True))


def test_the_function_is_the_average_of_the_activities(plan):
    review = plan.review(
        2, {"scores": scores(plan, 6, 7, 7), "sleep_affected": True, "change_since_start": -2}, plan.athlete
    )
    assert (review.function, review.sleep_affected, review.change_since_start) == (Decimal("6.67"), True, -2)
    assert plan.reading().diary.weeks[2].function == Decimal("6.67")
    assert ActivityScore.objects.count() == 3


def test_promise_8_sending_twice_is_sending_once(plan):
    values = {"scores": scores(plan, 6, 7, 7), "pain": 3}
    assert plan.review(2, values, plan.athlete) == plan.review(2, values, plan.athlete) == WeeklyReview.objects.get()
    assert AuditEvent.objects.filter(action="review.record").count() == 1
    assert Plan.objects.get(pk=plan.pk).revision == 1


def test_only_what_is_given_changes(plan):
    plan.review(2, {"scores": scores(plan, 6, 7, 7), "work_affected": True}, plan.athlete)
    plan.review(2, {"pain": 3}, plan.athlete)
    review = WeeklyReview.objects.get()
    assert (review.function, review.work_affected, review.pain) == (Decimal("6.67"), True, 3)


def test_scores_that_swap_are_a_change_though_the_average_stays(plan):
    plan.review(2, {"scores": scores(plan, 5, 6, 7)}, plan.athlete)
    plan.review(2, {"scores": scores(plan, 7, 6, 5)}, plan.athlete)
    assert list(ActivityScore.objects.order_by("activity__position").values_list("score", flat=True)) == [7, 6, 5]


@pytest.mark.parametrize(("week", "code"), [(4, "future"), (0, "week"), (53, "week"), (True, "week"), ("2", "week")])
def test_a_week_that_is_not_there_is_refused(plan, week, code):
    with pytest.raises(ValidationError) as refused:
        plan.review(week, {"pain": 3}, plan.athlete)
    assert refused.value.code == code


def test_an_old_week_is_for_a_physio(plan):
    plan = PlanFactory(days_ago=35)
    with pytest.raises(ValidationError) as refused:
        plan.review(2, {"function": Decimal(5)}, plan.athlete)
    assert refused.value.code == "too_old"
    assert plan.review(2, {"function": Decimal(5), "adherence": 60}, PhysioFactory()).adherence == 60


@pytest.mark.parametrize(
    "wrong",
    [
        {"pain": 11},
        {"function": Decimal("10.01")},
        {"function": Decimal(-1)},
        {"adherence": 101},
        {"change_since_start": 8},
        {"change_since_start": -8},
        {"mood": 3},
    ],
)
def test_values_out_of_range_are_refused(plan, wrong):
    with pytest.raises(ValidationError):
        plan.review(2, wrong, plan.athlete)
    assert not WeeklyReview.objects.exists()


@pytest.mark.parametrize("values", [(11, 1, 1), (True, 1, 1), ("5", 1, 1), (-1, 1, 1)])
def test_a_score_is_a_whole_number_0_to_10(plan, values):
    with pytest.raises(ValidationError):
        plan.review(2, {"scores": scores(plan, *values)}, plan.athlete)


def test_each_activity_is_scored(plan):
    some = dict(list(scores(plan, 5, 5, 5).items())[:2])
    with pytest.raises(ValidationError):
        plan.review(2, {"scores": some}, plan.athlete)


def test_promise_7_an_activity_of_somebody_else_is_refused(plan):
    other = Activity.objects.create(plan=PlanFactory(), name="Run", position=1)
    with pytest.raises(ValidationError) as refused:
        plan.review(2, {"scores": {**scores(plan, 5, 5, 5), other.pk: 5}}, plan.athlete)
    assert refused.value.code == "activity"


def test_an_ended_plan_takes_no_review(plan):
    end(plan, by=plan.athlete, reason="Well again")
    with pytest.raises(ValidationError):
        plan.review(2, {"pain": 3}, plan.athlete)


def test_a_checkpoint_that_needs_somebody_is_told(plan):
    for day in range(8, 15):
        plan.record(plan.date_of(day), {"pain": 8 if day % 3 else 7}, plan.athlete)
    plan.review(2, {"scores": scores(plan, 3, 3, 3)}, plan.athlete)
    told = Escalation.objects.get(kind="checkpoint")
    assert (told.day, told.rule, told.action) == (14, "6.4/2", "gp")


@pytest.mark.parametrize(
    "fields", [{"week": 0}, {"week": 53}, {"function": 11}, {"adherence": -1}, {"pain": 11}, {"change_since_start": 8}]
)
def test_the_database_refuses_a_number_out_of_range(plan, fields):
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyReview.objects.create(**{"plan": plan, "week": 1, **fields})


def test_the_database_keeps_one_review_a_week(plan):
    WeeklyReview.objects.create(plan=plan, week=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        WeeklyReview.objects.create(plan=plan, week=1)
