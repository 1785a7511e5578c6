"""The inbox in the app: a message has arrived when its row says sent."""

from collections.abc import Iterator
from contextlib import contextmanager

from plans.models.reminder import Message

from . import Answer, Outcome


class Inbox:
    parallel = 1

    def send(self, message: Message) -> Answer:
        return Answer(Outcome.SENT)


@contextmanager
def opened() -> Iterator[Inbox]:
    yield Inbox()
