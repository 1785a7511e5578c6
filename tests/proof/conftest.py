"""`make prove`: what the everyday tests show with some hundred messages, with a hundred thousand and harder blows.

Figures are printed. A lease and a backoff are not waited for: once everything is still, they are said to have passed.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from kombu.exceptions import OperationalError as BrokerAway
from redis import RedisError

from plans.models import Message
from plans.models.reminder import State
from plans.reminders.outbox import message_id
from rehab.celery import app
from tests.conftest import database_url
from tests.fleet import Fleet, tick
from tests.outbox import leases_pass, open_rows, tries_come
from tests.smtp import Sink, sink

MESSAGES = int(os.environ.get("MESSAGES") or 100_000)
STILL_S = 6
AWAY = (OperationalError, InterfaceError, BrokerAway, RedisError, OSError)


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


@dataclass
class Books:
    """What the rows say, beside what the mail server got."""

    sent: int
    unknown: int
    other: int
    doubled: int
    unsent: int
    unknown_but_sent: int
    sent_but_not: int


def books(server: Sink) -> Books:
    got = server.ids()
    rows = {message_id(row): row.state for row in Message.objects.only("state").iterator()}
    states = list(rows.values())
    return Books(
        sent=states.count(State.SENT),
        unknown=states.count(State.UNKNOWN),
        other=len(states) - states.count(State.SENT) - states.count(State.UNKNOWN),
        doubled=sum(count > 1 for count in got.values()),
        unsent=sum(name not in got for name in rows),
        unknown_but_sent=sum(state == State.UNKNOWN and name in got for name, state in rows.items()),
        sent_but_not=sum(state == State.SENT and name not in got for name, state in rows.items()),
    )


def drained(server: Sink, *, ticks: bool = True) -> Callable[[], bool]:
    """Whether no row is open; until then ticks come each second, and what nobody touches any more is let pass."""
    seen, changed, ticked = -1, time.monotonic(), 0.0

    def look() -> bool:
        nonlocal seen, changed, ticked
        now = time.monotonic()
        if now - ticked < 1:
            return False
        ticked = now
        try:
            if not open_rows():
                return True
            if len(server.mails) != seen:
                seen, changed = len(server.mails), now
            elif now - changed > STILL_S:
                leases_pass()
                tries_come()
                changed = now
            if ticks:
                tick()
        except AWAY:
            connection.close()
        return False

    return look
