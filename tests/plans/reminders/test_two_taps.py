"""The same button tapped several times in one moment, each on a connection of its own."""

from datetime import UTC, datetime

import pytest

from plans.models import Channel, Entry, EntryRevision, Message, Preferences
from plans.models.reminder import Use
from plans.reminders import links, snooze
from plans.reminders.snooze import Length, Scope
from tests.factories import MessageFactory
from tests.plans.models.test_two_at_once import at_once

NOW = datetime(2031, 3, 5, 17, 40, 59, tzinfo=UTC)  # an hour that ends before the quiet ones
pytestmark = pytest.mark.django_db(transaction=True)


def opened(message) -> Message:
    """As each request reads it for itself."""
    return links.read(links.token(message))


def test_an_hour_tapped_four_times_is_one_hour_and_one_message():
    message = MessageFactory(plan=None, recipient=MessageFactory().recipient, kind="catch_up")
    results = at_once(*[lambda: snooze.snooze(opened(message), Length.HOUR, NOW)] * 4)
    assert set(results) == {Preferences.objects.get().snoozed_until}
    assert Message.objects.filter(about__startswith="again").count() == 1


def test_done_tapped_four_times_is_noted_once():
    message = MessageFactory()
    results = at_once(*[lambda: snooze.done(opened(message))] * 4)
    assert sorted(results) == [False, False, False, True]
    assert (Entry.objects.count(), EntryRevision.objects.count()) == (1, 1)


def test_what_is_typed_in_the_same_moment_stays():
    message = MessageFactory()
    typed = {"dose": 50, "during": 4}
    at_once(
        lambda: snooze.done(opened(message)),
        lambda: message.plan.record(message.local_date, typed, message.recipient),
    )
    assert Entry.objects.values("dose", "during").get() == typed


def test_a_kind_and_a_way_switched_off_at_once_are_both_off():
    first = MessageFactory()
    second = MessageFactory(plan=first.plan, kind="later", channel=first.channel)
    at_once(
        lambda: snooze.switch(opened(first), Scope.KIND, off=True),
        lambda: snooze.switch(opened(second), Scope.KIND, off=True),
        lambda: snooze.switch(opened(first), Scope.WAY, off=True),
    )
    assert sorted(Preferences.objects.get().off) == ["later", "session"]
    assert Channel.objects.get().use == Use.OFF
