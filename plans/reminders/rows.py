"""Brings the rows of the outbox in line with what a person should get, and touches nothing that is on its way.

A row whose time has come is the sender's, and what is to be done about it is decided there. Each change is conditional
on the row being as it was read: when a sender has taken it meanwhile, nothing is changed.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime

from accounts.models import User
from plans.models import Channel, Escalation, Message
from plans.models.reminder import Kind, State

from . import ways


class Moved(Exception):
    """Somebody else has changed what was read: leave it, and look again."""


Key = tuple[int | None, str, Date, str]
AGAIN = "again"  # how a row put off by its reader begins to say which one it is; it is theirs, not the planner's


@dataclass(frozen=True, slots=True)
class Item:
    """One message that somebody should get: a row on each way that they chose. missed: one row, for the record."""

    kind: Kind
    local_date: Date
    due_at: datetime
    plan: int | None = None
    about: str = ""
    parts: tuple[tuple[int, str], ...] = ()
    revision: int | None = None
    escalation: Escalation | None = None
    missed: bool = False

    @property
    def key(self) -> Key:
        return self.plan, self.kind.value, self.local_date, self.about

    def row(self, recipient: User, channel: Channel) -> Message:
        return Message(
            recipient=recipient,
            channel=channel,
            plan_id=self.plan,
            escalation=self.escalation,
            kind=self.kind.value,
            parts=[list(part) for part in self.parts],
            local_date=self.local_date,
            about=self.about,
            revision=self.revision,
            state=(State.MISSED if self.missed else State.DUE).value,
            planned_at=self.due_at,
            due_at=self.due_at,
        )


def key_of(row: Message) -> Key:
    return row.plan_id, row.kind, row.local_date, row.about


def parts_of(row: Message) -> list[tuple[int | None, str]]:
    """What it reminds of, as plan and kind: itself, or what it sums up."""
    if row.kind == Kind.CATCH_UP.value:
        return [(plan, kind) for plan, kind in row.parts]
    return [(row.plan_id, row.kind)]


def ahead(row: Message, now: datetime) -> bool:
    """Its time has not come and nobody has begun with it, so it can still be changed."""
    return row.state == State.DUE.value and not row.attempts and row.planned_at > now


@dataclass
class Changes:
    """What is to be written for many people, in few statements. Applying it twice is applying it once."""

    new: list[Message] = field(default_factory=list)
    moved: list[tuple[int, Item]] = field(default_factory=list)
    revived: list[tuple[int, Item]] = field(default_factory=list)
    revised: dict[int | None, list[int]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: list[int] = field(default_factory=list)

    def add(
        self,
        user: User,
        channels: Sequence[Channel],
        rows: Iterable[Message],
        items: Iterable[Item],
        now: datetime,
        today: Date,
    ) -> None:
        """Compare what is there with what is wanted. What waits over the night is of the day before, and goes."""
        there: dict[Key, dict[int, Message]] = defaultdict(dict)
        for row in rows:
            there[key_of(row)][row.channel_id] = row
        wanted = {item.key: item for item in items}
        for key, item in wanted.items():
            if not item.missed:
                self._want(user, channels, item, there.get(key, {}), now)
            elif channels and key not in there:
                self.new.append(item.row(user, channels[0]))
        for key, siblings in there.items():
            if key not in wanted and key[2] >= today:
                self.withdrawn += [row.pk for row in siblings.values() if ahead(row, now) and not _theirs(row)]

    def _want(
        self, user: User, channels: Sequence[Channel], item: Item, there: dict[int, Message], now: datetime
    ) -> None:
        chosen = {channel.pk: channel for channel in ways.chosen(channels, item.kind, now)}
        for pk, channel in chosen.items():
            if (row := there.get(pk)) is None:
                self.new.append(item.row(user, channel))
            elif ahead(row, now):
                self._align(row, item)
            elif row.state == State.WITHDRAWN.value and not row.attempts and item.due_at >= now:
                self.revived.append((row.pk, item))
        self.withdrawn += [row.pk for pk, row in there.items() if ahead(row, now) and pk not in chosen]

    def _align(self, row: Message, item: Item) -> None:
        if row.planned_at != item.due_at or row.parts != [list(part) for part in item.parts]:
            self.moved.append((row.pk, item))
        elif row.revision != item.revision:
            self.revised[item.revision].append(row.pk)

    def apply(self) -> None:
        """In a transaction, since it raises Moved half way when a sender has taken one of the rows."""
        still = Message.objects.filter(state=State.DUE.value, attempts=0)
        gone = Message.objects.filter(state=State.WITHDRAWN.value, attempts=0)
        pks = self.withdrawn
        if pks and still.filter(pk__in=pks).update(state=State.WITHDRAWN.value) != len(pks):
            raise Moved
        for pk, item in self.moved:
            if not still.filter(pk=pk).update(**_moved(item)):
                raise Moved
        for pk, item in self.revived:
            gone.filter(pk=pk).update(state=State.DUE.value, **_moved(item))
        for revision, pks in self.revised.items():
            still.filter(pk__in=pks).update(revision=revision)
        Message.objects.bulk_create(self.new, ignore_conflicts=True, batch_size=500)


def _theirs(row: Message) -> bool:
    return row.about.startswith(AGAIN)


def _moved(item: Item) -> dict[str, object]:
    return {
        "planned_at": item.due_at,
        "due_at": item.due_at,
        "parts": [list(part) for part in item.parts],
        "revision": item.revision,
    }
