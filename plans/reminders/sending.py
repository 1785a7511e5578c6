"""One batch, sent over one connection by one task.

Before each message its start is noted in the journal, after it its outcome; the rows learn of it in chunks. So
whatever dies on the way, it is known what was sent, and only what was on its way at that moment may be in doubt.
"""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from plans.models.reminder import Kind, Message, MessageQuerySet, State, Way

from . import claims, marks, recheck
from .channels import Answer, Outcome, Sender, sender
from .journal import Journal
from .kinds import KINDS
from .marks import patient

log = logging.getLogger(__name__)

# Then the rest waits for another turn, so that what is more urgent gets in between.
TURN = timedelta(seconds=30)
LOADED = 100  # rows at once
FRESH_S = 2  # what was loaded longer ago is looked at again: it may be done by now
MARK_ROWS, MARK_S = 200, 1.0


def send_batch(claim: UUID) -> None:
    """Send what this claim holds. Asked again for the same claim, it finds nothing to do."""
    from redis import RedisError

    batch = Batch(uuid4())
    try:
        if batch.take(claim):
            batch.run()
    except RedisError as error:
        log.warning("The journal is away, so nothing more is sent for now: %s", error)
        claims.release(claim)


@dataclass
class Batch:
    """claim: the sender's own token, so that a task which was handed out twice never mixes with the first."""

    claim: UUID
    results: list[tuple[Message, Answer]] = field(default_factory=list)
    queue: claims.Queue | None = None

    def __post_init__(self) -> None:
        self.journal = Journal(self.claim)
        self.last = 0  # rows come in the order of their keys
        self._begin()

    def _begin(self) -> None:
        self.begun, self.begun_at = time.monotonic(), timezone.now()
        self.marked = self.begun

    def take(self, claim: UUID) -> bool:
        self.journal.begin()
        return bool(patient(lambda: claims.start(claim, self.claim)))

    def run(self) -> None:
        try:
            self._deliver()
        finally:
            self._mark()
            if self.queue:
                queue = self.queue
                patient(lambda: claims.hand_on(self.claim, queue))
            self.journal.close()

    def _deliver(self) -> None:
        one = patient(lambda: self._rows().values_list("kind", "channel__way").first())
        if one is None:  # whoever they were for has gone
            return
        kind, way = one
        self.queue = claims.Queue(KINDS[Kind(kind)].urgent, way)
        with ExitStack() as stack:
            try:
                out = stack.enter_context(sender(Way(way)))
            except Exception as error:
                log.warning("Could not send by %s: %s", way, error)
                self._refuse(Answer(Outcome.RETRY, f"{type(error).__name__}: {error}"))
                return
            self._begin()
            if out.parallel > 1:
                self._side_by_side(out)
            else:
                self._one_by_one(out)

    def _fresh(self) -> Iterator[Message]:
        """What is still to be sent, each looked at a moment ago. Ends with the turn."""
        while rows := patient(self._load):
            loaded = time.monotonic()
            for message in rows:
                if self._over():
                    return
                if message is not rows[0] and time.monotonic() - loaded >= FRESH_S:
                    break
                self.last = message.pk
                yield message

    def _load(self) -> list[Message]:
        """The next rows that stand up to another look; those that do not are ended."""
        while True:
            rows = list(recheck.loaded(self._rows().filter(pk__gt=self.last).order_by("pk")[:LOADED]))
            if not rows:
                return []
            good = recheck.sift(self.claim, rows, timezone.now())
            if good:
                return good
            self.last = rows[-1].pk

    def _rows(self) -> MessageQuerySet:
        return Message.objects.filter(claim=self.claim, state=State.SENDING.value)

    def _over(self) -> bool:
        """By either clock: one stands still while a machine sleeps, the other may be put right."""
        return time.monotonic() - self.begun > TURN.total_seconds() or timezone.now() - self.begun_at > TURN

    def _one_by_one(self, out: Sender) -> None:
        for message in self._fresh():
            self.journal.started(message.pk)
            self._note(message, _send(out, message))

    def _side_by_side(self, out: Sender) -> None:
        """A slow one holds up nobody but those that would come after it in its own place."""
        messages, under_way = self._fresh(), dict[Future[Answer], Message]()
        with ThreadPoolExecutor(out.parallel) as pool:
            try:
                while message := next(messages, None):
                    self.journal.started(message.pk)
                    under_way[pool.submit(_send_apart, out, message)] = message
                    if len(under_way) == out.parallel:
                        self._collect(under_way)
            finally:
                while under_way:
                    self._collect(under_way)

    def _collect(self, under_way: dict[Future[Answer], Message]) -> None:
        for future in wait(under_way, return_when=FIRST_COMPLETED).done:
            self._note(under_way.pop(future), future.result())

    def _note(self, message: Message, answer: Answer) -> None:
        self.journal.ended(message.pk, answer)
        self.results.append((message, answer))
        if len(self.results) >= MARK_ROWS or time.monotonic() - self.marked > MARK_S:
            self._mark()

    def _mark(self) -> None:
        if self.results:
            self.journal.flush()
            patient(lambda: marks.write(self.claim, self.results, timezone.now()))
            self.results.clear()
        self.marked = time.monotonic()

    def _refuse(self, answer: Answer) -> None:
        """Nothing could be sent at all."""
        self.results = [(message, answer) for message in patient(lambda: list(self._rows()))]


def _send(out: Sender, message: Message) -> Answer:
    try:
        return out.send(message)
    except Exception as error:  # a fault of ours, and nobody knows how far it got
        log.exception("Sending message %s failed", message.pk)
        return Answer(Outcome.UNKNOWN, type(error).__name__)


def _send_apart(out: Sender, message: Message) -> Answer:
    """In a thread of its own, which must leave no connection to the database behind."""
    try:
        return _send(out, message)
    finally:
        connection.close()
