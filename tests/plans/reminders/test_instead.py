"""Through the outbox to a real push service on this machine; what does not arrive there goes by mail."""

from uuid import UUID

import pytest

from plans.models import Channel, Message
from plans.models.reminder import Kind, State, Use, Way
from plans.reminders import instead, outbox, ways
from plans.reminders.channels import push
from tests.factories import ChannelFactory, MessageFactory, PlanFactory
from tests.outside import Browser, outside
from tests.plans.reminders.test_push import CONTENT

Tasks = list[tuple[str, str]]


@pytest.fixture
def server(settings):
    settings.OUTBOUND_PRIVATE = True
    with outside() as server:
        yield server


@pytest.fixture
def athlete(db):
    athlete = PlanFactory().athlete
    ways.settle([athlete])
    return athlete


def connected(athlete, address):
    return ways.subscribe(athlete, address, Browser().keys, "Phone")


def to(channel, **fields):
    return MessageFactory(plan=channel.user.plans.get(), channel=channel, kind=Kind.MESSAGE.value, **fields)


def run(tasks: Tasks):
    outbox.dispatch()
    while tasks:
        outbox.send_batch(UUID(tasks.pop(0)[0]))


def by_mail(athlete):
    return Message.objects.filter(recipient=athlete, channel__way=Way.EMAIL.value)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("status", "state", "ended", "mailed"),
    [
        (201, State.SENT, False, 0),
        (410, State.FAILED, True, 1),
        (400, State.FAILED, False, 1),
        (503, State.DUE, False, 0),
    ],
)
def test_through_the_outbox(server, athlete, tasks, monkeypatch, status, state, ended, mailed):
    """A device that is gone takes no reminder with it: the same message goes by mail at the next tick."""
    monkeypatch.setattr(push, "compose", lambda message: CONTENT)
    channel = connected(athlete, f"{server.url}/{status}")
    message = to(channel)
    run(tasks)
    message.refresh_from_db()
    channel.refresh_from_db()
    assert (message.state, bool(channel.ended_at), len(server.got)) == (state, ended, 1)
    assert message.answer.startswith(str(status))
    assert bool(channel.failing_since or channel.ended_at) is (state is not State.SENT)
    copies = by_mail(athlete)
    assert [(copy.state, copy.kind, copy.local_date, copy.planned_at) for copy in copies] == [
        (State.DUE, message.kind, message.local_date, message.planned_at)
    ] * mailed


@pytest.mark.django_db
def test_a_batch_that_is_noted_twice_mails_once(athlete):
    message = to(connected(athlete, "https://push.example.org/a"), state=State.FAILED.value)
    for _twice in range(2):
        instead.by_mail([message], message.due_at)
    assert by_mail(athlete).count() == 1


@pytest.mark.django_db
def test_what_went_by_mail_as_well_is_not_mailed_again(athlete):
    message = to(connected(athlete, "https://push.example.org/a"), state=State.FAILED.value)
    mail = Channel.objects.get(user=athlete, way=Way.EMAIL.value)
    sent = to(mail, local_date=message.local_date, state=State.SENT.value, sent_at=message.due_at)
    instead.by_mail([message], message.due_at)
    assert list(by_mail(athlete)) == [sent]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "mailed"),
    [(State.SENT, 0), (State.DUE, 0), (State.UNKNOWN, 0), (State.FAILED, 1), (State.MISSED, 1), (State.WITHDRAWN, 1)],
)
def test_it_is_mailed_when_no_other_device_got_it_or_may_get_it(athlete, state, mailed):
    failed = to(connected(athlete, "https://push.example.org/a"), state=State.FAILED.value)
    other = connected(athlete, "https://push.example.org/b")
    sent_at = failed.due_at if state is State.SENT else None
    to(other, local_date=failed.local_date, state=state.value, sent_at=sent_at)
    instead.by_mail([failed], failed.due_at)
    assert by_mail(athlete).count() == mailed


@pytest.mark.django_db
def test_another_message_on_another_device_does_not_count(athlete):
    failed = to(connected(athlete, "https://push.example.org/a"), state=State.FAILED.value)
    to(connected(athlete, "https://push.example.org/b"), local_date=failed.local_date, about="another")
    instead.by_mail([failed], failed.due_at)
    assert by_mail(athlete).count() == 1


@pytest.mark.django_db
def test_mail_that_is_off_stays_off(athlete):
    message = to(connected(athlete, "https://push.example.org/a"), state=State.FAILED.value)
    Channel.objects.filter(user=athlete, way=Way.EMAIL.value).update(use=Use.OFF.value)
    instead.by_mail([message], message.due_at)
    assert not by_mail(athlete).exists()


@pytest.mark.django_db
def test_a_test_or_a_mail_that_fails_has_no_stand_in(athlete, django_assert_num_queries):
    channel = connected(athlete, "https://push.example.org/a")
    tried = MessageFactory(plan=None, recipient=athlete, channel=channel, kind=Kind.TEST.value)
    mailed = to(ChannelFactory(user=athlete))
    with django_assert_num_queries(0):
        instead.by_mail([tried, mailed], tried.due_at)
