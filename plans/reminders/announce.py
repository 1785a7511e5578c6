"""Telling one person something at once, on every way that they chose."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from plans.models import Channel, Escalation, Message, Plan
from plans.models.reminder import Kind

from . import ways
from .calendar import quiet_end
from .kinds import KINDS
from .rows import Item
from .terms import Terms


def channels_of(users: Iterable[User]) -> dict[int, list[Channel]]:
    """The open channels of each, by their key. Whoever has none yet gets an inbox and their e-mail address."""
    people = {user.pk: user for user in users}
    found = _open_channels(people)
    if new := [user for pk, user in people.items() if pk not in found]:
        ways.settle(new)
        found |= _open_channels([user.pk for user in new])
    return found


def _open_channels(users: Iterable[int]) -> dict[int, list[Channel]]:
    found: dict[int, list[Channel]] = defaultdict(list)
    for channel in Channel.objects.open().filter(user__in=users):
        found[channel.user_id].append(channel)
    return found


def announce(
    recipient: User,
    kind: Kind,
    *,
    plan: Plan | None = None,
    escalation: Escalation | None = None,
    about: str = "",
    due_at: datetime | None = None,
    now: datetime | None = None,
) -> list[Message]:
    """Put a message into the outbox, now or at `due_at`; what may wait for the end of quiet hours does.

    about: which one it is, so that saying it twice, even on another day, is saying it once. Gives its rows, none when
    the recipient does not want this kind.
    """
    moment = now or timezone.now()
    terms = Terms.of(recipient)
    same = Message.objects.filter(recipient=recipient, kind=kind.value, plan=plan, about=about)
    if about and (told := list(same)):
        return told
    if not terms.allows(kind, moment):
        return []
    due = max(due_at or moment, moment)
    due = quiet_end(due, terms) if KINDS[kind].held else due
    date = due.astimezone(terms.zone).date()
    item = Item(kind, date, due, plan.pk if plan else None, about, escalation=escalation)
    chosen = ways.chosen(channels_of([recipient]).get(recipient.pk, []), kind, moment)
    Message.objects.bulk_create([item.row(recipient, channel) for channel in chosen], ignore_conflicts=True)
    return list(same.filter(local_date=date))
