"""How sending goes, in figures that cost the same however many rows there are.

What is counted is bounded in time, by an index, and in number: at most CAP rows of each sort, and `capped` says when
there were more. A backlog so long that it hides something behind it is itself what is wrong.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.models import Channel, Message, Plan
from plans.models.reminder import ENDED, Kind, State
from rehab.redis import client

from .kinds import KINDS

TICK = "rehab:tick"
CAP = 20_000
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
# A tick comes every minute. After this many without one nothing new is sent, and people are told (see `wrong`).
NO_TICK = timedelta(minutes=5)
OLD = timedelta(minutes=10)
OVERDUE = timedelta(minutes=5)
# The next tick takes a row from a worker that died; a row that still lies there after two was not taken.
STUCK = timedelta(minutes=2)

ESCALATIONS, REMINDERS = "escalations", "reminders"


@dataclass(frozen=True, slots=True)
class Tick:
    """answers: whether Redis does. at: when the clock last ticked, if it ever did."""

    answers: bool
    at: datetime | None = None

    def late(self, now: datetime) -> bool:
        return self.at is None or now - self.at > NO_TICK


@dataclass(frozen=True, slots=True)
class Ended:
    """Messages of one state, kind and way that were planned for the last 24 hours: how many, and sent how lately."""

    state: str
    kind: str
    way: str
    day: int
    hour: int
    minute: int


@dataclass(frozen=True, slots=True)
class Due:
    """Messages of one kind and way that should be on their way by now. age: of the oldest, in seconds."""

    kind: str
    way: str
    number: int
    age: float


@dataclass(frozen=True, slots=True)
class Figures:
    now: datetime
    broker: bool
    last_tick: datetime | None
    oldest: dict[str, float] = field(default_factory=dict)  # seconds, by queue
    due: tuple[Due, ...] = ()
    stuck: int = 0
    ended: tuple[Ended, ...] = ()
    overdue_plans: int = 0
    plans_in_error: int = 0
    failing_channels: int = 0
    capped: tuple[str, ...] = ()

    def count(self, *states: State) -> int:
        """Of the last 24 hours."""
        return sum(one.day for one in self.ended if one.state in states)

    @property
    def sent_hour(self) -> int:
        return sum(one.hour for one in self.ended)

    @property
    def sent_minute(self) -> int:
        return sum(one.minute for one in self.ended)

    def wrong(self) -> list[str]:
        """What somebody must see to, in words; empty when all is well."""
        found = []
        if not self.broker:
            found.append(_("Redis does not answer. Nothing is sent until it does; nothing is lost."))
        elif Tick(True, self.last_tick).late(self.now):
            found.append(_("The clock has not ticked for 5 minutes. Look whether beat and a worker run."))
        if max(self.oldest.values(), default=0) > OLD.total_seconds():
            found.append(_("A message has been due for more than 10 minutes."))
        if self.stuck:
            found.append(_("Rows of a worker that died were not taken back."))
        return found

    def as_json(self) -> dict[str, Any]:
        """Plain values, with what is wrong; neither names nor addresses are among them."""
        sums = {"sent_hour": self.sent_hour, "sent_minute": self.sent_minute}
        return {**asdict(self), **sums, "wrong": self.wrong()}


def last_tick() -> Tick:
    """One GET. Redis away is an answer too."""
    from redis import RedisError

    try:
        value = client().get(TICK)
    except RedisError:
        return Tick(False)
    try:
        return Tick(True, datetime.fromisoformat(value) if isinstance(value, str) else None)
    except ValueError:
        return Tick(True)


def figures(now: datetime | None = None) -> Figures:
    """Five queries and one GET."""
    now = now or timezone.now()
    tick = last_tick()
    due, stuck = _due(now)
    ended = _ended(now)
    counted = {
        "due": sum(one.number for one in due) + stuck,
        "ended": sum(one.day for one in ended),
        "overdue_plans": _overdue(now).count(),
        "plans_in_error": Plan.objects.exclude(clock_error="").order_by()[:CAP].count(),
        "failing_channels": Channel.objects.open().filter(failing_since__isnull=False).order_by()[:CAP].count(),
    }
    capped = tuple(name for name, number in counted.items() if number >= CAP)
    plain = {name: counted[name] for name in ("overdue_plans", "plans_in_error", "failing_channels")}
    return Figures(
        now, tick.answers, tick.at, oldest=_oldest(due), due=due, stuck=stuck, ended=ended, capped=capped, **plain
    )


def readiness() -> dict[str, Any]:
    """What /readyz adds: one GET and two queries, on indexes."""
    now, tick = timezone.now(), last_tick()
    oldest = Message.objects.open().filter(due_at__lte=now).order_by("due_at").values_list("due_at", flat=True).first()
    return {
        "last_tick": tick.at.isoformat() if tick.at else None,
        "oldest_due_s": round((now - oldest).total_seconds(), 1) if oldest else 0,
        "overdue_plans": _overdue(now).count(),
    }


def queue_of(kind: str) -> str:
    return ESCALATIONS if KINDS[Kind(kind)].urgent else REMINDERS


def _oldest(due: Iterable[Due]) -> dict[str, float]:
    oldest = {ESCALATIONS: 0.0, REMINDERS: 0.0}
    for one in due:
        queue = queue_of(one.kind)
        oldest[queue] = max(oldest[queue], one.age)
    return oldest


def _due(now: datetime) -> tuple[tuple[Due, ...], int]:
    """Rows that are due, oldest first, and how many were left lying by a worker that died."""
    rows = Message.objects.open().filter(due_at__lte=now).order_by("due_at")
    groups: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    stuck = 0
    for state, kind, way, due_at in rows.values_list("state", "kind", "channel__way", "due_at")[:CAP]:
        if state == State.DUE:
            groups[kind, way].append((now - due_at).total_seconds())
        else:
            stuck += due_at <= now - STUCK
    return tuple(Due(kind, way, len(ages), max(ages)) for (kind, way), ages in sorted(groups.items())), stuck


def _ended(now: datetime) -> tuple[Ended, ...]:
    """Counted here and not by the database, which would be free to read the whole table for it."""
    rows = Message.objects.filter(state__in=ENDED, planned_at__gt=now - DAY, planned_at__lte=now)
    groups: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    columns = ("state", "kind", "channel__way", "sent_at")
    for *group, sent_at in rows.order_by("-planned_at").values_list(*columns)[:CAP]:
        counts = groups[group[0], group[1], group[2]]
        counts[0] += 1
        if sent_at:
            counts[1] += sent_at > now - HOUR
            counts[2] += sent_at > now - MINUTE
    return tuple(Ended(*group, *counts) for group, counts in sorted(groups.items()))


def _overdue(now: datetime) -> QuerySet[Plan]:
    """Plans that the clock should have looked at."""
    plans: QuerySet[Plan] = Plan.objects.filter(next_due_at__lte=now - OVERDUE).order_by()
    return plans[:CAP]
