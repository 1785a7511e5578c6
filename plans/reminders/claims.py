"""Who holds a row of the outbox: rows that are due are claimed in batches, each for one task of the queue."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from plans.models.reminder import OPEN, Kind, Message, MessageQuerySet, State

from . import marks
from .kinds import KINDS

log = logging.getLogger(__name__)

# So many take about a second to send, so what is more urgent never waits long for its turn.
BATCH = 500
# How long a batch may wait in the queue, and then again how long it may be sent, before it is taken for lost.
LEASE = timedelta(minutes=10)


class Queue(NamedTuple):
    """Batches of one way each, so that a slow mail server delays no push; and what is urgent apart from the rest."""

    urgent: bool
    way: str

    @property
    def name(self) -> str:
        return "escalations" if self.urgent else "reminders"


class Row(NamedTuple):
    pk: int
    state: str
    claim: UUID | None
    kind: str
    planned_at: datetime
    way: str


@dataclass
class Taken:
    """rows: how many were looked at. abandoned: claims of senders that have not finished in time."""

    rows: int
    batches: dict[UUID, Queue] = field(default_factory=dict)
    abandoned: set[UUID] = field(default_factory=set)


def waiting(now: datetime) -> MessageQuerySet:
    """Rows that need a hand: due, or held for so long that whoever held them must be gone."""
    return Message.objects.filter(state__in=OPEN, due_at__lte=now)


def take(now: datetime, batch: int = BATCH) -> Taken:
    """Claim the rows that wait longest. Two that do so at once take different rows (PostgreSQL) or turns (SQLite)."""
    batches: defaultdict[Queue, list[int]] = defaultdict(list)
    late = []
    with transaction.atomic():
        chosen = waiting(now).order_by("due_at")[:batch].select_for_update(skip_locked=True, of=("self",))
        rows = [
            Row(*values) for values in chosen.values_list("pk", "state", "claim", "kind", "planned_at", "channel__way")
        ]
        for row in rows:
            if row.state == State.SENDING:
                continue
            rule = KINDS[Kind(row.kind)]
            if now > row.planned_at + rule.late:
                late.append(row.pk)
            else:
                batches[Queue(rule.urgent, row.way)].append(row.pk)
        taken = Taken(len(rows), abandoned={row.claim for row in rows if row.state == State.SENDING and row.claim})
        for queue in sorted(batches, reverse=True):
            claim = uuid4()
            taken.batches[claim] = queue
            held = waiting(now).filter(pk__in=batches[queue])
            held.update(state=State.CLAIMED.value, claim=claim, due_at=now + LEASE)
        waiting(now).filter(pk__in=late).update(state=State.MISSED.value, claim=None, answer=marks.TOO_LATE)
    marks.look_again(late)
    return taken


def start(claim: UUID, own: UUID) -> int:
    """Begin to send a batch, under a token of the sender's own. 0 when somebody else has begun it."""
    rows = Message.objects.filter(claim=claim, state=State.CLAIMED.value)
    return rows.update(state=State.SENDING.value, claim=own, due_at=timezone.now() + LEASE)


def release(claim: UUID, now: datetime | None = None) -> int:
    """What was claimed and not sent is due again."""
    return _held(claim).update(state=State.DUE.value, claim=None, due_at=now or timezone.now())


def hand_on(claim: UUID, queue: Queue) -> int:
    """Leave the rest of a batch to a later task, behind what waits by now."""
    later = uuid4()
    rows = _held(claim).update(state=State.CLAIMED.value, claim=later, due_at=timezone.now() + LEASE)
    if rows:
        enqueue(later, queue)
    return rows


def enqueue(claim: UUID, queue: Queue) -> bool:
    """One task for a batch. With the broker away its rows are released, and a later tick finds them."""
    from kombu.exceptions import OperationalError

    from .tasks import send

    try:
        send.apply_async((str(claim),), queue=queue.name)
    except (OperationalError, OSError) as error:
        log.warning("The broker is away, so a batch is put back: %s", error)
        release(claim)
        return False
    return True


def _held(claim: UUID) -> MessageQuerySet:
    return Message.objects.filter(claim=claim, state__in=(State.CLAIMED.value, State.SENDING.value))
