"""A physio's morning line."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from plans.models import Message
from plans.models.reminder import Preferences
from plans.reminders import digest
from tests.factories import CareLinkFactory, EscalationFactory, PhysioFactory, PlanFactory

pytestmark = pytest.mark.django_db

EVE = datetime(2026, 3, 9, 22, 0, tzinfo=UTC)  # a Monday


@pytest.fixture
def physio():
    return CareLinkFactory().physio


def seeded(physio, state="due"):
    rows = Message.objects.filter(recipient=physio, kind="digest", state=state, channel__way="email")
    return [f"{row.local_date:%d} {row.due_at:%d %H:%M}" for row in rows.order_by("due_at")]


def test_it_stands_ready_for_today_and_tomorrow(physio):
    digest.seed(EVE)
    assert seeded(physio) == ["10 10 08:00"]
    digest.seed(EVE + timedelta(hours=6))
    assert seeded(physio) == ["10 10 08:00", "11 11 08:00"]


def test_seeding_again_and_again_makes_nothing_twice(physio):
    digest.seed(EVE)
    before = list(Message.objects.values())
    digest.seed(EVE)
    digest.seed(EVE + timedelta(minutes=30))
    assert list(Message.objects.values()) == before


def test_what_was_sent_is_not_seeded_again_for_another_hour(physio):
    digest.seed(EVE)
    sent = EVE + timedelta(hours=10)
    Message.objects.update(state="sent", sent_at=sent)
    Preferences.objects.create(user=physio, morning="11:00")
    digest.seed(sent)
    assert seeded(physio, "sent") == ["10 10 08:00"]
    assert seeded(physio) == ["11 11 11:00"]


def test_it_keeps_to_their_days_and_hours(physio):
    digest.seed(EVE)
    Preferences.objects.create(user=physio, days=[2], morning="06:00")
    digest.seed(EVE + timedelta(hours=3))
    assert seeded(physio) == ["11 11 07:30"]  # at the end of quiet hours
    assert seeded(physio, "withdrawn") == ["10 10 08:00"]


@pytest.mark.parametrize("terms", [{"off": ["digest"]}, {"holiday_from": "2026-03-09", "holiday_until": "2026-03-11"}])
def test_whoever_wants_none_gets_none(physio, terms):
    Preferences.objects.create(user=physio, **terms)
    digest.seed(EVE)
    assert seeded(physio) == []


def test_only_who_looks_after_somebody_gets_one():
    PhysioFactory()
    CareLinkFactory(ended_at=timezone.now() + timedelta(minutes=1))
    CareLinkFactory(physio=PhysioFactory(is_active=False))
    digest.seed(EVE)
    assert not Message.objects.exists()


def test_many_physios_cost_no_more_queries_than_one(django_assert_max_num_queries):
    for _ in range(20):
        CareLinkFactory()
    digest.seed(EVE)
    Message.objects.all().delete()
    with django_assert_max_num_queries(7):
        digest.seed(EVE)
    assert Message.objects.values("recipient").distinct().count() == 20


def test_clients_wait_until_somebody_has_seen_what_is_open(physio):
    athlete = physio.clients.get().athlete
    plan = PlanFactory(athlete=athlete)
    EscalationFactory()  # of somebody else's client
    assert digest.waiting(physio) == 0
    first, second = EscalationFactory(plan=plan, day=1), EscalationFactory(plan=plan, day=2)
    assert digest.waiting(physio) == 1
    first.acknowledge(physio)
    assert digest.waiting(physio) == 1
    second.acknowledge(physio)
    assert digest.waiting(physio) == 0
