"""A dry run: what would be sent on a day, if nothing is written until then. Nothing is stored and nothing sent."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time, timedelta
from itertools import groupby

from django.db.models import QuerySet

from accounts.models import User
from plans.models import Plan
from plans.models.reminder import Kind

from . import day, habit
from .terms import Terms

MOST = 200
AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message of one person. at: by their own wall clock. kinds: several of a catch-up."""

    at: datetime
    kind: Kind
    kinds: tuple[Kind, ...]
    plans: tuple[int, ...]

    @property
    def clock(self) -> str:
        """As they read it: a template would turn it into the admin's own zone."""
        return f"{self.at:%H:%M}"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """seen: the plans that were looked at, of so many that are open."""

    messages: tuple[Sent, ...]
    seen: tuple[Plan, ...]
    of: int

    @property
    def hours(self) -> list[tuple[int, list[int], int]]:
        """Each hour in which something goes: how many of each of `columns`, and in all."""
        counts = Counter((sent.at.hour, sent.kind) for sent in self.messages)
        rows = []
        for hour in sorted({hour for hour, _kind in counts}):
            row = [counts[hour, kind] for kind in self.columns]
            rows.append((hour, row, sum(row)))
        return rows

    @property
    def columns(self) -> list[Kind]:
        used = {sent.kind for sent in self.messages}
        return [kind for kind in Kind if kind in used]


def rehearse(plans: QuerySet[Plan], date: Date, now: datetime) -> Rehearsal:
    """What the people of these plans would get on their own local day of this date; of the first MOST plans."""
    chosen = tuple(plans.order_by("athlete_id", "pk")[:MOST])
    people = [list(theirs) for _athlete, theirs in groupby(chosen, key=lambda plan: plan.athlete_id)]
    learned = habit.habits([theirs[0].athlete for theirs in people])
    messages = [sent for theirs in people for sent in _of_person(theirs, learned, date, now)]
    return Rehearsal(tuple(sorted(messages, key=lambda sent: sent.at.replace(tzinfo=None))), chosen, plans.count())


def _of_person(plans: list[Plan], learned: Mapping[int, time], date: Date, now: datetime) -> Iterator[Sent]:
    athlete: User = plans[0].athlete
    terms = Terms.of(athlete, learned.get(athlete.pk))
    days = (date - now.astimezone(terms.zone).date()).days + 1
    for group in day.merge(day.forecasts(plans, terms, now, days=days)):
        at = group.due_at.astimezone(terms.zone)
        if at.date() == date:
            kinds = tuple(part.kind for part in group.parts)
            yield Sent(at, group.kind, kinds, tuple(dict.fromkeys(part.plan for part in group.parts)))
