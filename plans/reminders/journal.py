"""What a sender has under way, noted in Redis before and after each message.

A commit for each message would make sending a fifth slower, so outcomes reach the database in chunks. When a worker
dies in between, its notes tell the sweeper what was sent, what was under way and what was never begun. A server that
was started anew may have lost some of them: then what it does not know counts as under way.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import cast
from uuid import UUID

from rehab.redis import client

from .channels import Answer, Outcome

KEEP = timedelta(days=1)  # far longer than a lease
SERVER = "server"
STARTED = "started"
LOST = Answer(Outcome.UNKNOWN, "The worker ended while this was on its way.")


@dataclass
class Journal:
    """Of one batch, by its sender. Raises redis.RedisError when the server is away: then nothing may be sent."""

    claim: UUID
    _ended: dict[str, str] = field(default_factory=dict)

    def begin(self) -> None:
        """Before the rows are taken, so that a batch without notes is one whose notes were lost."""
        with client().pipeline(transaction=False) as pipe:
            pipe.hset(_key(self.claim), SERVER, _server())
            pipe.expire(_key(self.claim), KEEP)
            pipe.execute()

    def started(self, pk: int) -> None:
        """Must have returned before the message leaves. Takes what ended before along: one round trip a message."""
        self._ended[str(pk)] = STARTED
        self._write()

    def ended(self, pk: int, answer: Answer) -> None:
        self._ended[str(pk)] = f"{answer.outcome.value} {answer.text}"

    def flush(self) -> None:
        """Before anything that may take a while. A server that is away now is met again by `started`."""
        from redis import RedisError

        if self._ended:
            with suppress(RedisError):
                self._write()

    def close(self) -> None:
        """All of it is in the database."""
        from redis import RedisError

        with suppress(RedisError):
            client().delete(_key(self.claim))

    def _write(self) -> None:
        notes = [text for pair in self._ended.items() for text in pair]
        client().hset(_key(self.claim), items=notes)
        self._ended.clear()


@dataclass(frozen=True)
class Notes:
    """What is left of a batch whose sender died. whole: nothing of it was lost."""

    whole: bool
    answers: Mapping[int, Answer]

    def of(self, pk: int) -> Answer | None:
        """What became of a message; None when it surely was not begun."""
        return self.answers.get(pk, None if self.whole else LOST)


def read(claim: UUID) -> Notes:
    """Raises redis.RedisError when the server is away: nothing can be said then."""
    found = cast(dict[str, str], client().hgetall(_key(claim)))
    whole = found.pop(SERVER, None) == _server()
    return Notes(whole, {int(pk): _answer(note) for pk, note in found.items()})


def _answer(note: str) -> Answer:
    if note == STARTED:
        return LOST
    outcome, _, text = note.partition(" ")
    return Answer(Outcome(outcome), text)


def _key(claim: UUID) -> str:
    return f"rehab:sending:{claim}"


def _server() -> str:
    """Another one after each start of the server."""
    return str(cast(dict[str, str], client().info("server"))["run_id"])
