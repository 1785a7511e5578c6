"""The ways out: each takes a message of the outbox to one person, and says exactly what came of it."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from typing import Protocol, cast

from plans.models.reminder import Message, Way

TEXT_MAX = 200


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
    """text: the provider's own words, for whoever looks into it; never a secret. Cut to what a row holds, and without
    what a database refuses or a terminal obeys.
    """

    outcome: Outcome
    text: str = ""

    def __post_init__(self) -> None:
        plain = "".join(letter if letter.isprintable() else " " for letter in self.text[:TEXT_MAX])
        object.__setattr__(self, "text", plain)


class Sender(Protocol):
    """Sends over what was opened once for a whole batch. parallel: how many messages it may have under way at once.

    `send` never raises for what a provider does or fails to do, and returns within some seconds.
    """

    parallel: int

    def send(self, message: Message) -> Answer: ...


def sender(way: Way) -> AbstractContextManager[Sender]:
    """Open the way for one batch. Entering may raise OSError: then nothing of the batch was sent."""
    module = import_module(f".{way.value}", __package__)  # each loads a library that other workers have no use for
    return cast(AbstractContextManager[Sender], module.opened())
