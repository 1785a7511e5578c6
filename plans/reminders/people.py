"""The athletes of one look, with all that is asked of the database about them: the same few queries for one or many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime, time

from django.db.models import Q

from accounts.models import User
from plans.models import Channel, Message, Plan
from plans.models.courses import Reading, readings

from .announce import channels_of
from .day import BACK
from .habit import habits
from .kinds import KINDS, Who

ATHLETES = [rule.kind.value for rule in KINDS.values() if rule.who is Who.ATHLETE]


@dataclass(frozen=True, slots=True)
class Person:
    """plans: the open ones and ended ones that wait for their last look. rows: of the last days, today's and later."""

    user: User
    plans: tuple[Plan, ...]
    readings: dict[int, Reading]
    channels: list[Channel]
    rows: list[Message]
    learned: time | None

    def today(self, now: datetime) -> Date:
        return now.astimezone(self.user.zone).date()


def people(pks: Iterable[int], now: datetime) -> list[Person]:
    """Whoever has one of these plans, if it is still due: what one person gets at one moment is one message, so all
    their open plans are looked at together.
    """
    due = Q(pk__in=list(pks), next_due_at__lte=now)
    athletes = Plan.objects.filter(due).values("athlete")
    found = Plan.objects.filter(Q(ended_on=None) | due, athlete__in=athletes).select_related("athlete__preferences")
    plans: dict[int, list[Plan]] = defaultdict(list)
    for plan in found.order_by("athlete", "pk"):
        plans[plan.athlete_id].append(plan)
    users = [mine[0].athlete for mine in plans.values()]
    read = readings(plan for mine in plans.values() for plan in mine)
    channels, rows, learned = channels_of(users), _rows(plans, now), _learned(users)
    return [
        Person(
            user,
            tuple(plans[user.pk]),
            {plan.pk: read[plan.pk] for plan in plans[user.pk]},
            channels.get(user.pk, []),
            rows[user.pk],
            learned.get(user.pk),
        )
        for user in users
    ]


def _rows(athletes: Iterable[int], now: datetime) -> dict[int, list[Message]]:
    rows: dict[int, list[Message]] = defaultdict(list)
    for row in Message.objects.filter(recipient__in=athletes, kind__in=ATHLETES, planned_at__gte=now - BACK):
        rows[row.recipient_id].append(row)
    return rows


def _learned(users: list[User]) -> dict[int, time]:
    asked = [user for user in users if (chosen := getattr(user, "preferences", None)) and chosen.usual]
    return habits(asked) if asked else {}
