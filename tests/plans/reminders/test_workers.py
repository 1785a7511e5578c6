"""Real worker processes on this test's PostgreSQL and Valkey, and a real SMTP server.

`make prove` does the same with a hundred thousand messages, and takes servers down in the middle.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from plans.models import Message
from plans.models.reminder import State
from plans.reminders.outbox import message_id
from rehab.celery import app
from tests.conftest import database_url
from tests.fleet import Fleet, kill, tick, workers_are_up
from tests.outbox import escalations, leases_pass, open_rows, people, physio, reminders, tries_come
from tests.smtp import Sink, sink

pytestmark = pytest.mark.xdist_group("workers")


@pytest.fixture
def server() -> Iterator[Sink]:
    with sink() as made:
        yield made


@pytest.fixture
def fleet(transactional_db: None, server: Sink, tmp_path: Path) -> Iterator[Fleet]:
    app.control.purge()
    where = {"REDIS_URL": settings.REDIS_URL, "EMAIL_URL": f"smtp://127.0.0.1:{server.port}?tls=0"}
    made = Fleet({**database_url(), **where}, tmp_path / "log")
    yield made
    made.stop()


def test_two_ticks_and_four_senders_send_each_message_once(fleet: Fleet, server: Sink, until: Callable) -> None:
    reminders(people(20), 400)
    fleet.worker(senders=4)
    until(workers_are_up(1))
    tick()
    tick()
    until(lambda: not open_rows(), within=60)
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert server.ids() == {message_id(message): 1 for message in Message.objects.all()}
    # Over one connection a batch, not one a message.
    assert server.connections < 20


def test_a_worker_that_is_killed_doubles_no_reminder_and_loses_no_escalation(
    fleet: Fleet, server: Sink, until: Callable
) -> None:
    """What was on its way at that moment may be in doubt, and says so; nothing else."""
    reminders(people(5), 60)
    escalations(*physio(), 60)
    server.delay = 0.02
    first = fleet.worker(senders=2)
    until(workers_are_up(1))
    tick()
    until(lambda: len(server.mails) >= 20, within=60)
    kill(first)
    fleet.running.remove(first)
    server.delay = 0
    fleet.worker(senders=2)
    leases_pass()
    tick()
    until(lambda: not open_rows() or (tries_come() and tick()), within=60)
    counts = server.ids()
    doubled = {name for name, count in counts.items() if count > 1}
    rows = {message_id(row): row for row in Message.objects.all()}
    unknown = [row for row in rows.values() if row.state == State.UNKNOWN]
    unsent = [row for name, row in rows.items() if not counts[name]]
    # One reminder and one escalation were on their way.
    assert len(unknown) <= 1
    assert len(doubled) <= 1
    assert {rows[name].kind for name in doubled} <= {"escalation"}
    assert {row.state for row in rows.values()} <= {State.SENT, State.UNKNOWN}
    assert set(unsent) <= set(unknown)
