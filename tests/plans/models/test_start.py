"""Starting a plan: screening keeps the door."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import AuditEvent
from plans.models import Plan
from plans.models.care import end
from plans.models.start import start
from plans.rules.words import Condition, Region
from tests.factories import PlanFactory, ScreeningFactory, UserFactory, answers, publish

pytestmark = pytest.mark.django_db

VALUES = {"pain": 5, "activities": [("Sit through a film", 4), ("Lift my child", 3)]}


def today(screening):
    return timezone.localdate(timezone=screening.athlete.zone)


def begin(screening, condition=Condition.LUMBAR_STRAIN, days=0, **values):
    start_date = today(screening) + timedelta(days=days)
    return start(screening.athlete, screening, {**VALUES, **values}, publish(condition), start_date)


def refusal(screening, *args, **kwargs):
    with pytest.raises(ValidationError) as refused:
        begin(screening, *args, **kwargs)
    assert not Plan.objects.filter(screening=screening).exists()
    return refused.value


def test_a_clear_screening_starts_a_plan_today():
    screening = ScreeningFactory()
    plan = begin(screening, side="left", sport="running", load_drivers=["A new job"])
    assert (plan.pain, plan.function, plan.age) == (5, Decimal("3.50"), 35)
    assert [activity.name for activity in plan.activities.all()] == ["Sit through a film", "Lift my child"]
    assert (plan.side, plan.sport, plan.load_drivers, plan.cleared) == ("left", "running", ["A new job"], False)
    assert plan.course().status == "active"
    assert AuditEvent.objects.get(action="plan.start").athlete_id == screening.athlete_id


def test_promise_2_no_plan_starts_without_a_complete_screening():
    given = answers(Region.BACK)
    del given["QG4"]
    error = refusal(ScreeningFactory(answers=given))
    assert (error.code, error.params) == ("unanswered", {"count": 1, "questions": ["QG4"]})


def test_promise_2_an_unsure_answer_to_an_emergency_question_is_not_a_no():
    assert refusal(ScreeningFactory(given={"QB1": "not_sure"})).code == "urgent"


@pytest.mark.parametrize(
    ("given", "code"),
    [({"QB1": "yes"}, "emergency"), ({"QG5": "yes"}, "urgent"), ({"QG6": "yes"}, "review_first")],
)
def test_what_must_be_seen_first_starts_nothing(given, code):
    error = refusal(ScreeningFactory(given=given))
    assert error.code == code
    assert error.params["hits"]


@pytest.mark.parametrize("given", [{"QG5": "yes"}, {"QG6": "yes"}])
def test_a_clearance_opens_the_door(given):
    screening = ScreeningFactory(given=given)
    screening.clear(
        by=screening.athlete,
        by_name="Dr Example",
        role="gp",
        cleared_on=timezone.localdate(timezone=screening.athlete.zone),
    )
    plan = begin(screening)
    assert (plan.cleared, plan.course().status) == (True, "active")


def test_an_emergency_found_at_set_up_is_not_opened_by_an_earlier_clearance():
    """Lost movement with blood thinners can be cleared; once set-up tells of an injury it is an emergency (RF-E05)."""
    screening = ScreeningFactory(region="elbow", given={"QE3": "yes", "QG8": "yes"})
    assert screening.disposition == "review_first"
    screening.clear(by=screening.athlete, by_name="Dr Example", role="gp", cleared_on=today(screening))
    assert refusal(screening, Condition.TENNIS_ELBOW, onset="injury").code == "emergency"


def test_pain_of_8_at_set_up_is_reviewed_first():
    error = refusal(ScreeningFactory(), pain=8)
    assert (error.code, error.params["hits"]) == ("review_first", ["RF-G16"])


def test_under_16_is_reviewed_first():
    error = refusal(ScreeningFactory(age=15))
    assert (error.code, error.params["hits"]) == ("review_first", ["RF-G11"])


def test_a_review_alongside_starts_with_the_gates_shut():
    plan = begin(ScreeningFactory(given={"QB19": "yes"}), Condition.SCIATICA_LIKE)
    course = plan.course()
    assert (course.status, course.held, course.review_wanted) == ("active", True, True)


def test_a_second_open_plan_of_the_condition_is_refused():
    first = PlanFactory()
    error = refusal(ScreeningFactory(athlete=first.athlete))
    assert "already follow a plan" in error.messages[0]


def test_the_database_refuses_a_second_open_plan():
    first = PlanFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanFactory(athlete=first.athlete, version=first.version)


def test_an_ended_plan_makes_room_for_the_next():
    first = PlanFactory()
    end(first, by=first.athlete, reason="Well again")
    assert begin(ScreeningFactory(athlete=first.athlete)).course().status == "active"


def test_another_condition_can_be_followed_beside_it():
    first = PlanFactory()
    screening = ScreeningFactory(athlete=first.athlete, region="elbow")
    assert begin(screening, Condition.TENNIS_ELBOW).athlete == first.athlete


@pytest.mark.parametrize("days", [-1, 15])
def test_a_start_in_the_past_or_far_ahead_is_refused(days):
    assert list(refusal(ScreeningFactory(), days=days).message_dict) == ["start_date"]


@pytest.mark.parametrize("days", [0, 14])
def test_a_start_in_the_next_two_weeks_is_fine(days):
    assert begin(ScreeningFactory(), days=days).course().today == 1


def test_a_screening_is_used_once():
    plan = PlanFactory()
    end(plan, by=plan.athlete, reason="Well again")
    with pytest.raises(ValidationError) as refused:
        begin(plan.screening)
    assert refused.value.code == "screening_old"


def test_an_old_screening_is_asked_again():
    old = timezone.now() - timedelta(days=15)
    assert refusal(ScreeningFactory(created_at=old)).code == "screening_old"


def test_a_screening_of_another_region_is_refused():
    assert refusal(ScreeningFactory(), Condition.TENNIS_ELBOW).code == "region"


def test_a_screening_of_somebody_else_is_refused():
    screening = ScreeningFactory()
    with pytest.raises(ValidationError) as refused:
        start(UserFactory(), screening, VALUES, publish(), timezone.localdate())
    assert refused.value.code == "no_screening"


def test_no_consent_no_plan():
    assert refusal(ScreeningFactory(athlete=UserFactory(consent=False))).code == "consent"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pain": 11},
        {"pain": None},
        {"pain": "a lot"},
        {"onset": "slow"},
        {"side": "top"},
        {"sport": "chess"},
        {"site": "knee"},
        {"activities": []},
        {"activities": [("A", 11)]},
        {"activities": [("A", True)]},
        {"activities": [("A", 1), ("B", 2), ("C", 3), ("D", 4)]},
    ],
)
def test_values_out_of_range_are_refused(wrong):
    assert refusal(ScreeningFactory(), **wrong)


def test_function_is_the_average_to_two_decimals_half_up():
    plan = begin(ScreeningFactory(), activities=[("A", 4), ("B", 4), ("C", 3)])
    assert plan.function == Decimal("3.67")
