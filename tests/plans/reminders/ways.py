"""A way out for tests: it keeps what it is given, and answers as it is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from plans.models.reminder import Message, Way
from plans.reminders.channels import Answer, Outcome, Sender

SENT = Answer(Outcome.SENT, "250 2.0.0 OK")


@dataclass
class Out:
    """answer: what it says to a message, or raises. opening: what happens before. sent: keys, in their order."""

    answer: Callable[[Message], Answer] = lambda message: SENT
    opening: Callable[[], None] = lambda: None
    parallel: int = 1
    sent: list[int] = field(default_factory=list)
    opened: int = 0

    def send(self, message: Message) -> Answer:
        self.sent.append(message.pk)
        return self.answer(message)

    @contextmanager
    def __call__(self, way: Way) -> Iterator[Sender]:
        self.opening()
        self.opened += 1
        yield self
