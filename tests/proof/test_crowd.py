"""Two beats and four workers over many due messages, and servers that fall in the middle."""

import time
from collections.abc import Callable

import pytest
from django.db import connection

from plans.models import Message
from plans.models.reminder import Kind
from plans.reminders.sending import TURN
from tests import services
from tests.fleet import Fleet, tick, workers_are_up
from tests.outbox import escalations, people, physio, reminders
from tests.smtp import Sink

from .conftest import MESSAGES, Books, books, drained


def test_two_beats_and_four_workers(fleet: Fleet, server: Sink, until: Callable) -> None:
    reminders(people(1000), MESSAGES)
    for _ in range(2):
        fleet.beat()
    for _ in range(4):
        fleet.worker(senders=1)
    until(lambda: server.mails, within=180)
    begin = time.monotonic()
    until(drained(server, ticks=False), within=60 + MESSAGES / 50)
    took = time.monotonic() - begin
    rate = len(server.mails) / took
    print(f"\n{MESSAGES} messages, 2 beats, 4 workers: {took:.0f} s, {rate:.0f}/s; {books(server)}")
    print(f"{server.connections} connections")
    assert books(server) == Books(MESSAGES, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("victim", ["valkey", "postgres"])
def test_a_server_falls_in_the_middle(victim: str, fleet: Fleet, server: Sink, until: Callable) -> None:
    """Twice, for two seconds. This broker forgets everything: queues, journals, all."""
    number = max(400, MESSAGES // 10)
    reminders(people(100), number)
    for _ in range(4):
        fleet.worker(senders=1)
    until(workers_are_up(4), within=60)
    tick()
    assert services._started
    for share in (0.2, 0.5):
        look = drained(server)
        until(lambda share=share, look=look: look() or len(server.mails) > share * number, within=120)
        services._started.tell("stop", victim)
        connection.close()
        down = time.monotonic()
        until(lambda down=down: time.monotonic() - down > 2)
        services._started.tell("start", victim)
    until(drained(server), within=60 + number / 50)
    found = books(server)
    print(f"\n{victim} down twice in {number} messages: {found}")
    assert (found.doubled, found.unsent, found.other, found.sent_but_not) == (0, 0, 0, 0)
    assert found.unknown == 0


def test_a_slow_mail_server_holds_up_no_escalation_for_longer_than_a_turn(
    fleet: Fleet, server: Sink, until: Callable
) -> None:
    reminders(people(100), 2000)
    server.delay = 0.2
    fleet.worker(senders=2)
    until(workers_are_up(1), within=60)
    tick()
    until(lambda: len(server.mails) > 20, within=60)
    channel, raised = physio()
    escalations(channel, raised, 1)
    begin = time.monotonic()
    tick()
    until(lambda: any(mail.recipient == channel.user.email for mail in server.mails), within=120)
    waited = time.monotonic() - begin
    server.delay = 0
    until(drained(server), within=120)
    print(f"\nan escalation behind 2000 reminders at 5/s a sender: {waited:.1f} s; {books(server)}")
    assert waited < TURN.total_seconds() + 5
    assert books(server) == Books(2001, 0, 0, 0, 0, 0, 0)
    assert Message.objects.filter(kind=Kind.ESCALATION.value).count() == 1
