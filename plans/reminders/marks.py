"""What became of messages, written into their rows: many rows in one statement."""

import json
import random
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, models
from django.db.models.functions import Cast

from plans.models import Plan
from plans.models.reminder import Kind, Message, State

from .channels import Answer, Outcome
from .kinds import KINDS

T = TypeVar("T")

# Tried again after these; then it has failed.
BACKOFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
)
TOO_LATE = "Too late to help."
# A database that is restarted is back within this; longer, and the sweeper takes over from the sender's notes.
PATIENCE_S = 30
PAUSE_S = 0.2


@dataclass(frozen=True, slots=True)
class Fate:
    """How a row goes on. due_at: of one that is to be tried again."""

    state: State
    due_at: datetime | None = None


Results = Iterable[tuple[Message, Answer]]


def write(claim: UUID, results: Results, now: datetime) -> None:
    """Note the answers to messages that this claim still holds. Safe to repeat."""
    from . import instead, ways

    spread = 1 + random.random() / 4  # noqa: S311 - so that what failed together does not come back together
    fates: defaultdict[Fate, dict[int, str]] = defaultdict(dict)
    channels: dict[int, Answer] = {}
    failed = []
    for message, answer in results:
        found = fate(message, answer, now, spread)
        fates[found][message.pk] = answer.text
        channels[message.channel_id] = answer
        if found.state is State.FAILED:
            failed.append(message)
    for found, answers in fates.items():
        end(claim, found, answers, now, tries=1)
    if channels:
        ways.note(channels)
    instead.by_mail(failed, now)


def fate(message: Message, answer: Answer, now: datetime, spread: float = 1) -> Fate:
    rule = KINDS[Kind(message.kind)]
    match answer.outcome:
        case Outcome.SENT:
            return Fate(State.SENT)
        case Outcome.FAILED | Outcome.GONE:
            return Fate(State.FAILED)
        case Outcome.UNKNOWN if not rule.at_least_once:
            return Fate(State.UNKNOWN)
    if message.attempts >= len(BACKOFF):
        return Fate(State.FAILED)
    again = now + BACKOFF[message.attempts] * spread
    return Fate(State.MISSED) if again > message.planned_at + rule.late else Fate(State.DUE, again)


def end(claim: UUID, found: Fate, answers: Mapping[int, str], now: datetime, *, tries: int = 0) -> None:
    """One statement for all rows of the same fate, whatever was said of each."""
    change: dict[str, Any] = {
        "state": found.state.value,
        "claim": None,
        "sent_at": now if found.state is State.SENT else None,
        "answer": TextOf(answers),
    }
    if found.due_at:
        change["due_at"] = found.due_at
    if tries:
        change["attempts"] = models.F("attempts") + tries
    rows = Message.objects.filter(claim=claim, state=State.SENDING.value, pk__in=answers)
    rows.update(**change)
    if found.state is State.MISSED:
        look_again(answers)


def look_again(pks: Collection[int]) -> None:
    """Have the clock sum up what was missed.

    After the rows are written, in a statement of its own: the clock holds a plan when it writes rows, so whoever holds
    rows must not wait for a plan.
    """
    if not pks:
        return
    plans = set()
    for plan, kind, parts in Message.objects.filter(pk__in=pks).values_list("plan_id", "kind", "parts"):
        plans |= {plan} if plan else set()
        plans |= {part[0] for part in parts} if kind == Kind.CATCH_UP else set()
    Plan.objects.filter(pk__in=plans).look_again()


def patient(work: Callable[[], T]) -> T:
    """Do it when the database is back, if that is soon. `work` must be safe to repeat."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if time.monotonic() >= deadline:
                raise
            connection.close()  # the next statement opens a new one
            time.sleep(PAUSE_S)


class TextOf(models.Func):
    """The text for each row, by its key, out of one JSON object."""

    function = "jsonb_extract_path_text"
    output_field = models.CharField()

    def __init__(self, texts: Mapping[int, str]) -> None:
        super().__init__(models.Value(json.dumps(texts)), Cast("id", models.TextField()))

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="%(function)s(%(expressions)s)", arg_joiner="::jsonb, ")

    def as_sqlite(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="json_extract(%(expressions)s)", arg_joiner=", '$.' || ")
