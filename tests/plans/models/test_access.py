"""Promise 7: nobody sees or changes what `for_user` would not give them."""

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser

from accounts.access import ClinicalQuerySet
from plans.models import (
    Activity,
    ActivityScore,
    Channel,
    Clearance,
    Entry,
    EntryRevision,
    Escalation,
    Intervention,
    Message,
    Plan,
    Preferences,
    Screening,
    WeeklyReview,
)
from plans.models.care import Kind, intervene
from plans.models.reminder import OwnQuerySet
from tests.factories import (
    AdminFactory,
    CareLinkFactory,
    EscalationFactory,
    MessageFactory,
    PhysioFactory,
    PlanFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

CHART = [
    Activity,
    ActivityScore,
    Clearance,
    Entry,
    EntryRevision,
    Escalation,
    Intervention,
    Plan,
    Screening,
    WeeklyReview,
]
NOT_A_CHART = {"Template", "Version", "MessageCount", "PushKey"}
# Rows of one person, whoever they are: see OwnQuerySet.
OWN = [Channel, Message, Preferences]


def chart(athlete):
    """One row of every kind."""
    plan = PlanFactory(athlete=athlete, days_ago=8)
    activity = Activity.objects.create(plan=plan, name="Sit through a film", position=1, score=4)
    plan.record(plan.local_today(), {"pain": 3}, athlete)
    plan.review(1, {"scores": {activity.pk: 5}}, athlete)
    intervene(plan, Kind.PAUSE, by=athlete, reason="A holiday")
    plan.screening.clear(by=athlete, by_name="Dr Who", role="gp", cleared_on=plan.local_today())
    EscalationFactory(plan=plan)
    return plan


def test_every_model_of_a_chart_is_asked_here():
    models = {model.__name__ for model in apps.get_app_config("plans").get_models()}
    assert {model.__name__ for model in [*CHART, *OWN]} | NOT_A_CHART == models


@pytest.mark.parametrize("model", CHART)
def test_promise_7_only_the_athlete_sees_a_row(model):
    athlete = UserFactory()
    chart(athlete)
    chart(UserFactory())
    assert issubclass(type(model.objects.all()), ClinicalQuerySet)
    assert model.objects.for_user(athlete).count() * 2 == model.objects.count() > 0
    for stranger in (UserFactory(), PhysioFactory(), AdminFactory(), AnonymousUser()):
        assert not model.objects.for_user(stranger).exists()


@pytest.mark.parametrize("model", OWN)
def test_promise_7_only_the_recipient_sees_a_row(model):
    plan = PlanFactory()
    MessageFactory(plan=plan)
    Preferences.objects.create(user=plan.athlete)
    physio = CareLinkFactory(athlete=plan.athlete).physio
    assert issubclass(type(model.objects.all()), OwnQuerySet)
    assert model.objects.for_user(plan.athlete).count() == model.objects.count() == 1
    plan.athlete.is_active = False
    for other in (UserFactory(), physio, AdminFactory(), AnonymousUser(), plan.athlete):
        assert not model.objects.for_user(other).exists()


def test_a_closed_account_sees_nothing():
    athlete = UserFactory()
    chart(athlete)
    athlete.is_active = False
    assert not Plan.objects.for_user(athlete).exists()


def test_a_screening_without_an_owner_is_nobodys():
    screening = Screening.answer("back", 30, {})
    for person in (UserFactory(), AdminFactory(), AnonymousUser()):
        assert not Screening.objects.for_user(person).filter(pk=screening.pk).exists()


def test_a_screening_is_claimed_once():
    screening, first, second = Screening.answer("back", 30, {}), UserFactory(), UserFactory()
    assert Screening.objects.claim(screening.pk, first)
    assert not Screening.objects.claim(screening.pk, second)
    assert Screening.objects.for_user(first).get() == screening
