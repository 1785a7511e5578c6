"""A physio's morning line: how many of their clients wait for a look."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import CareLink, User
from plans.models import Escalation, Message
from plans.models.reminder import Kind

from .announce import channels_of
from .calendar import instant, quiet_end
from .rows import Changes, Item
from .terms import Terms

CHUNK = 500


def waiting(physio: User) -> int:
    """How many of their clients have something open that nobody has seen; a digest is pointless when it is 0."""
    clients = CareLink.objects.open().filter(physio=physio).values("athlete")
    open_ = Escalation.objects.open().filter(acknowledged_at=None, plan__athlete__in=clients)
    return open_.values("plan__athlete").distinct().count()


def seed(now: datetime | None = None) -> None:
    """The digests of today, where still ahead, and of tomorrow, for all who look after somebody. Safe to repeat."""
    moment = now or timezone.now()
    pks = list(CareLink.objects.open().values_list("physio", flat=True).order_by("physio").distinct())
    for start in range(0, len(pks), CHUNK):
        _seed(list(User.objects.filter(pk__in=pks[start : start + CHUNK]).select_related("preferences")), moment)


def _seed(physios: list[User], now: datetime) -> None:
    channels = channels_of(physios)
    rows: dict[int, list[Message]] = defaultdict(list)
    for row in Message.objects.filter(recipient__in=physios, kind=Kind.DIGEST.value, planned_at__gt=now):
        rows[row.recipient_id].append(row)
    changes = Changes()
    for physio in physios:
        changes.add(
            physio,
            channels.get(physio.pk, []),
            rows[physio.pk],
            _items(physio, now),
            now,
            now.astimezone(physio.zone).date(),
        )
    with transaction.atomic():
        changes.apply()


def _items(physio: User, now: datetime) -> list[Item]:
    terms = Terms.of(physio)
    today = now.astimezone(terms.zone).date()
    items = []
    for date in (today, today + timedelta(days=1)):
        due = quiet_end(instant(date, terms.morning, terms.zone), terms)
        if due > now and date.weekday() in terms.days and terms.allows(Kind.DIGEST, due):
            items.append(Item(Kind.DIGEST, date, due))
    return items
