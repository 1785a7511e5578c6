"""Telling one person something at once."""

from datetime import UTC, datetime, timedelta

import pytest

from plans.models import Channel, Message
from plans.models.reminder import Kind, Preferences
from plans.reminders.announce import announce
from tests.factories import ChannelFactory, PhysioFactory, PlanFactory, UserFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
NIGHT = datetime(2026, 3, 10, 23, tzinfo=UTC)
MORNING = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)


def test_it_goes_on_every_way_at_once():
    plan = PlanFactory()
    ChannelFactory(user=plan.athlete, way="inbox")
    ChannelFactory(user=plan.athlete)
    ended = ChannelFactory(user=plan.athlete, way="service", address="ntfy://here", ended_at=NOON)
    made = announce(plan.athlete, Kind.MESSAGE, plan=plan, about="note 1", now=NOON)
    assert {(row.channel.way, row.due_at, row.plan, row.about) for row in made} == {
        ("inbox", NOON, plan, "note 1"),
        ("email", NOON, plan, "note 1"),
    }
    assert not ended.messages.exists()


def test_who_has_no_ways_yet_gets_an_inbox_and_mail():
    user = UserFactory()
    assert len(announce(user, Kind.MESSAGE, about="1", now=NOON)) == 2
    assert set(Channel.objects.filter(user=user).values_list("way", flat=True)) == {"inbox", "email"}


def test_what_may_wait_waits_for_the_end_of_quiet_hours():
    user = UserFactory()
    assert {row.due_at for row in announce(user, Kind.MESSAGE, about="1", now=NIGHT)} == {MORNING}
    assert {row.due_at for row in announce(user, Kind.TEST, about="1", now=NIGHT)} == {NIGHT}
    later = announce(user, Kind.MESSAGE, about="2", due_at=NIGHT + timedelta(days=1), now=NOON)
    assert {row.due_at for row in later} == {MORNING + timedelta(days=1)}


@pytest.mark.parametrize("again", [NOON, NOON + timedelta(days=1)])
def test_saying_it_twice_is_saying_it_once(again):
    user = UserFactory()
    first = announce(user, Kind.MESSAGE, about="note 1", now=NOON)
    assert announce(user, Kind.MESSAGE, about="note 1", now=again) == first
    assert Message.objects.count() == 2
    assert announce(user, Kind.MESSAGE, about="note 2", now=again) != first


def test_a_kind_that_was_switched_off_is_not_told():
    user = UserFactory()
    Preferences.objects.create(user=user, off=["message"])
    assert announce(user, Kind.MESSAGE, about="1", now=NOON) == []
    physio = PhysioFactory()
    Preferences.objects.create(user=physio, off=["escalation"])
    assert announce(physio, Kind.ESCALATION, about="1", now=NOON) != []  # which nobody can switch off
