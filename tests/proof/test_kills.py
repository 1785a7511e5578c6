"""kill -9 of a sender at random points: 50 rounds of 300 messages (P11)."""

import random
import sys
from collections.abc import Callable

import pytest

from plans.models import Message
from tests.fleet import Fleet, kill_a_sender, senders, tick, workers_are_up
from tests.outbox import escalations, leases_pass, people, physio, reminders
from tests.smtp import Sink

from .conftest import Books, books, drained

ROUNDS, BATCH = 50, 300

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


def rounds(fill: Callable[[], None], fleet: Fleet, server: Sink, until: Callable) -> list[Books]:
    worker = fleet.worker(senders=1)
    until(workers_are_up(1), within=60)
    found = []
    for _ in range(ROUNDS):
        Message.objects.all().delete()
        server.mails.clear()
        fill()
        point = random.randrange(BATCH)  # noqa: S311
        (pid,) = until(lambda: senders(worker))
        tick()
        until(lambda point=point: len(server.mails) >= point, within=60)
        kill_a_sender(worker)
        until(lambda pid=pid: senders(worker) not in ([pid], []), within=60)
        leases_pass()
        until(drained(server), within=60)
        found.append(books(server))
    return found


def test_reminders(fleet: Fleet, server: Sink, until: Callable) -> None:
    channels = people(20)
    found = rounds(lambda: reminders(channels, BATCH), fleet, server, until)
    tell("reminders", found)
    for one in found:
        assert (one.doubled, one.other, one.sent_but_not) == (0, 0, 0)
        assert one.unknown <= 1
        assert one.unsent + one.unknown_but_sent == one.unknown


def test_escalations(fleet: Fleet, server: Sink, until: Callable) -> None:
    channel, raised = physio()
    found = rounds(lambda: escalations(channel, raised, BATCH), fleet, server, until)
    tell("escalations", found)
    for one in found:
        assert (one.unsent, one.unknown, one.other) == (0, 0, 0)
        assert one.doubled <= 1


def tell(what: str, found: list[Books]) -> None:
    total = {name: sum(getattr(one, name) for one in found) for name in Books.__dataclass_fields__}
    print(f"\n{what}, a sender killed in each of {len(found)} rounds of {BATCH}: {total}")
