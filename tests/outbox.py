"""Many due messages: for tests of workers, proofs and measurements."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, TypeVar

from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from plans.models import Channel, Message, Plan, Screening
from plans.models.reminder import OPEN, Kind, Preferences, State, Way
from tests.factories import CareLinkFactory, EscalationFactory, PlanFactory

Row = TypeVar("Row", bound=Model)


# Rows -----------------------------------------------------------------------------------------------------------------


def zone_at_noon() -> str:
    """Where it is about noon now, so that nothing here hangs on the hour at which it runs."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}" if east else "Etc/GMT"


def people(number: int) -> list[Channel]:
    """Athletes with a plan and no quiet hours, by the e-mail that reaches them."""
    like: Plan = PlanFactory(athlete__time_zone=zone_at_noon())
    name = uuid.uuid4().hex[:8]
    zone = like.athlete.time_zone
    users = User.objects.bulk_create(
        User(email=f"{name}-{n}@example.org", password="!", time_zone=zone) for n in range(number)
    )
    Preferences.objects.bulk_create(_no_quiet_hours(user) for user in users)
    screenings = Screening.objects.bulk_create(_copy(like.screening, athlete=user) for user in users)
    Plan.objects.bulk_create(_copy(like, athlete=row.athlete, screening=row, next_due_at=None) for row in screenings)
    like.athlete.delete()
    return Channel.objects.bulk_create(Channel(user=user, way=Way.EMAIL.value) for user in users)


def reminders(channels: Sequence[Channel], number: int) -> None:
    """So many due now, shared out among these people: each is told of a session many times."""
    plans = dict(Plan.objects.filter(athlete__in=[row.user_id for row in channels]).values_list("athlete_id", "pk"))
    today, series = timezone.localdate(timezone=channels[0].user.zone), uuid.uuid4().hex[:8]
    now = timezone.now()
    rows = (
        Message(
            recipient_id=channel.user_id,
            plan_id=plans[channel.user_id],
            channel=channel,
            kind=Kind.SESSION.value,
            local_date=today,
            about=f"{series} {n}",
            revision=0,
            planned_at=now,
            due_at=now,
        )
        for n in range(number)
        for channel in (channels[n % len(channels)],)
    )
    Message.objects.bulk_create(rows, batch_size=5000)


def physio() -> tuple[Channel, Any]:
    """Somebody with one client and one escalation to look at."""
    link = CareLinkFactory(physio__time_zone=zone_at_noon())
    _no_quiet_hours(link.physio).save()
    raised = EscalationFactory(plan=PlanFactory(athlete=link.athlete))
    Plan.objects.filter(pk=raised.plan.pk).update(next_due_at=None)
    return Channel.objects.create(user=link.physio, way=Way.EMAIL.value), raised


def escalations(channel: Channel, raised: Any, number: int) -> None:
    """So many about the same one, due now."""
    now, series = timezone.now(), uuid.uuid4().hex[:8]
    fixed = {"recipient": channel.user, "channel": channel, "plan": raised.plan, "escalation": raised}
    when = {"local_date": now.date(), "planned_at": now, "due_at": now}
    Message.objects.bulk_create(
        Message(**fixed, **when, kind=Kind.ESCALATION.value, about=f"{raised.pk}:0 {series} {n}") for n in range(number)
    )


def _no_quiet_hours(user: User) -> Preferences:
    return Preferences(user=user, quiet_from=time(0), quiet_until=time(0))


def _copy(row: Row, **changed: Any) -> Row:
    values = {item.attname: getattr(row, item.attname) for item in row._meta.concrete_fields if not item.primary_key}
    for name in changed:
        values.pop(row._meta.get_field(name).attname)
    return type(row)(**values, **changed)


def open_rows() -> int:
    return Message.objects.filter(state__in=OPEN).count()


def leases_pass() -> int:
    """As ten minutes would: whoever held these rows is known to be dead."""
    held = Message.objects.filter(state__in=(State.CLAIMED.value, State.SENDING.value))
    return held.update(due_at=timezone.now())


def tries_come() -> int:
    """As backoff would let pass."""
    waiting = Message.objects.filter(state=State.DUE.value, due_at__gt=timezone.now())
    return waiting.update(due_at=timezone.now(), planned_at=timezone.now() - timedelta(minutes=1))
