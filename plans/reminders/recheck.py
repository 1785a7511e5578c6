"""The last look before a message leaves: is it still wanted, allowed, and in time?"""

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from plans.models import Plan
from plans.models.courses import courses
from plans.models.reminder import Kind, Message, MessageQuerySet, State, Use
from plans.rules.course import Course

from . import digest, due, escalations, marks
from .calendar import quiet_end
from .kinds import KINDS
from .marks import Fate
from .terms import Terms

log = logging.getLogger(__name__)

# Nothing that is written makes these pointless; those can become so without a word in the plan that they are of.
FREE = (Kind.MESSAGE, Kind.TEST)
ASKED = (Kind.ESCALATION, Kind.DIGEST, Kind.CATCH_UP)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a message does not go, and what becomes of its row."""

    fate: Fate
    reason: str


def withdrawn(reason: str) -> Verdict:
    return Verdict(Fate(State.WITHDRAWN), reason)


def loaded(rows: MessageQuerySet) -> MessageQuerySet:
    """With all that checking, writing and sending a message asks of it."""
    return rows.select_related("recipient__preferences", "plan", "channel", "escalation")


def sift(claim: UUID, messages: Sequence[Message], now: datetime) -> list[Message]:
    """Those that may go; the rows of the others are written."""
    found = verdicts(messages, now)
    groups: defaultdict[Fate, dict[int, str]] = defaultdict(dict)
    for pk, verdict in found.items():
        groups[verdict.fate][pk] = verdict.reason
    for fate, answers in groups.items():
        marks.end(claim, fate, answers, now)
    return [message for message in messages if message.pk not in found]


def verdicts(messages: Iterable[Message], now: datetime) -> dict[int, Verdict]:
    """By key, of those that must not go. Plans are read only where something was written since the planning."""
    found: dict[int, Verdict] = {}
    unsure = []
    for message in messages:
        terms = Terms.of(message.recipient)
        verdict = unwelcome(message, terms, now) or mistimed(message, terms, now)
        if verdict:
            found[message.pk] = verdict
        elif not stands(message, terms, now):
            unsure.append(message)
    if unsure:
        found |= pointless(unsure, now)
    return found


def unwelcome(message: Message, terms: Terms, now: datetime) -> Verdict | None:
    kind = Kind(message.kind)
    if not message.recipient.is_active:
        return withdrawn("The account is closed.")
    if message.channel.ended_at:
        return withdrawn("The way was ended.")
    if message.channel.use == Use.OFF and not KINDS[kind].must and kind is not Kind.TEST:
        return withdrawn("The way was switched off.")
    if not terms.allows(kind, now):
        return withdrawn("The person put it off or switched it off.")
    return None


def mistimed(message: Message, terms: Terms, now: datetime) -> Verdict | None:
    """Too late; or in quiet hours, after a late try or behind many others. What is urgent is not held."""
    rule = KINDS[Kind(message.kind)]
    end = message.planned_at + rule.late
    again = quiet_end(now, terms) if rule.held and not rule.must else now
    if now > end or again > end:
        return Verdict(Fate(State.MISSED), marks.TOO_LATE)
    return Verdict(Fate(State.DUE, again), "Waits for the end of quiet hours.") if again > now else None


def stands(message: Message, terms: Terms, now: datetime) -> bool:
    """Nothing was written since it was planned, and it is still the same day."""
    if message.kind in (*FREE, *ASKED):
        return message.kind in FREE
    same_day = now.astimezone(terms.zone).date() == message.local_date
    return message.plan is not None and message.plan.revision == message.revision and same_day


def pointless(messages: Sequence[Message], now: datetime) -> dict[int, Verdict]:
    """Of these, which are done or no longer wanted."""
    read = Reader(messages, now)
    checks: dict[Kind, Callable[[Message], Verdict | None]] = {
        Kind.ESCALATION: _escalation,
        Kind.DIGEST: _digest,
        Kind.CATCH_UP: read.catch_up,
    }
    found = {message.pk: checks.get(Kind(message.kind), read.reminder)(message) for message in messages}
    return {pk: verdict for pk, verdict in found.items() if verdict}


def _escalation(message: Message) -> Verdict | None:
    return None if escalations.still_wanted(message) else withdrawn("Somebody has it in hand.")


def _digest(message: Message) -> Verdict | None:
    """The number told is the one of this moment."""
    message.parts = [digest.waiting(message.recipient)]
    return None if message.parts[0] else withdrawn("Nobody waits.")


class Reader:
    """What makes sense now, of the plans that these messages are about: read in a few queries for all of them."""

    def __init__(self, messages: Iterable[Message], now: datetime) -> None:
        self.now = now
        wanted = {pk for message in messages for pk in plans_of(message)}
        plans = list(Plan.objects.filter(pk__in=wanted).open()) if wanted else []
        self.wanted: dict[int, frozenset[Kind]] = {}
        for plan in plans:
            self.wanted[plan.pk] = frozenset()
        for plan, course in self._courses(plans):
            self.wanted[plan.pk] = due.wanted(plan, course)

    def _courses(self, plans: list[Plan]) -> list[tuple[Plan, Course]]:
        """A plan that cannot be read stops nobody else's; the clock tells of it."""
        try:
            found = courses(plans, self.now)
        except Exception:
            if len(plans) == 1:
                log.exception("Plan %s cannot be read", plans[0].pk)
                return []
            return [pair for plan in plans for pair in self._courses([plan])]
        return [(plan, found[plan.pk]) for plan in plans]

    def reminder(self, message: Message) -> Verdict | None:
        if message.plan_id is not None and Kind(message.kind) in self.wanted.get(message.plan_id, ()):
            return None
        return withdrawn("It is done, or no longer asked for.")

    def catch_up(self, message: Message) -> Verdict | None:
        """Only what still waits is summed up."""
        terms = Terms.of(message.recipient)
        left = [
            [pk, kind]
            for pk, kind in message.parts
            if kind in self.wanted.get(pk, ()) and terms.allows(Kind(kind), self.now)
        ]
        if not left:
            return withdrawn("All of it is done, or no longer asked for.")
        if left != message.parts:
            message.parts = left
            message.save(update_fields=["parts"])
        return None


def plans_of(message: Message) -> list[int]:
    if message.kind == Kind.CATCH_UP:
        return [pk for pk, _ in message.parts]
    return [message.plan_id] if message.plan_id else []
