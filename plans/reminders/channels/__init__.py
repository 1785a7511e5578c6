"""The ways out: each takes a message of the outbox to one person, and says exactly what came of it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from plans.models.reminder import Message, Way


class Outcome(StrEnum):
    """sent: the provider took it. retry: it surely did not, and may later. failed: it never will.
    unknown: it was under way when the answer was lost. gone: the address no longer exists, so the channel ends."""

    SENT = "sent"
    RETRY = "retry"
    FAILED = "failed"
    UNKNOWN = "unknown"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Answer:
    """text: the provider's own words, 200 characters at most, for whoever looks into it; never a secret."""

    outcome: Outcome
    text: str = ""


class Sender(Protocol):
    """Sends over what was opened once for a whole batch. parallel: how many messages it may have under way at once.

    `send` never raises for what a provider does or fails to do, and returns within some seconds.
    """

    parallel: int

    def send(self, message: Message) -> Answer: ...


def sender(way: Way) -> AbstractContextManager[Sender]:
    """Open the way for one batch. Entering may raise OSError: then nothing of the batch was sent."""
    from . import email, inbox, push, service  # each loads its own library, which other workers have no use for

    ways: dict[Way, Callable[[], AbstractContextManager[Sender]]] = {
        Way.INBOX: inbox.opened,
        Way.EMAIL: email.opened,
        Way.PUSH: push.opened,
        Way.SERVICE: service.opened,
    }
    return ways[way]()
