"""Telling the physios of an athlete that somebody must look, and telling them again, louder, while nobody has."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from accounts.models import CareLink, User
from plans.models import Escalation, Message, Plan
from plans.models.escalation import EscalationQuerySet
from plans.models.escalation import Kind as Why
from plans.models.reminder import Kind
from plans.rules.course import Course

from . import ways
from .announce import channels_of
from .calendar import quiet_end
from .rows import Item
from .terms import Terms

# The steps after the moment at which it is told. A stop, questions that must be asked again, and an athlete who asks
# are urgent: at once, also in the night, again within the same day, and before a weekend is over. The rest waits for
# the end of quiet hours and for the working days. docs/decisions/0021 says why.
URGENT = (Why.STOP.value, Why.RETRIAGE.value, Why.ASKED.value)
URGENT_STEPS = (timedelta(0), timedelta(hours=4), timedelta(hours=24), timedelta(hours=72))
STEPS = (timedelta(0), timedelta(hours=48), timedelta(hours=120))


def untold(plans: Iterable[int]) -> set[int]:
    """The keys of those plans with an escalation that nobody has in hand, and with somebody to tell of it."""
    carers = CareLink.objects.open().filter(athlete=OuterRef("plan__athlete"))
    return set(_waiting().filter(Exists(carers), plan__in=plans).values_list("plan_id", flat=True))


def tell_carers(plan: Plan, course: Course, now: datetime) -> list[Message]:
    """Put every escalation that was not told yet, with all its louder steps, into the outbox of everyone who looks
    after the athlete. Without anybody it stays untold, for whoever comes later.
    """
    links = CareLink.objects.open().filter(athlete=plan.athlete_id)
    physios = [link.physio for link in links.select_related("physio__preferences")]
    if not physios:
        return []
    channels = channels_of(physios)
    rows = []
    for escalation in _waiting().filter(plan=plan):
        # The old value is the token: of two looks one tells.
        if _is_nudge(escalation, course) or not _waiting().filter(pk=escalation.pk).update(told_at=now):
            continue
        for physio in physios:
            chosen = ways.chosen(channels.get(physio.pk, []), Kind.ESCALATION, now)
            rows += [item.row(physio, channel) for item in _steps(escalation, physio, now) for channel in chosen]
    return Message.objects.bulk_create(rows, ignore_conflicts=True)


def still_wanted(message: Message) -> bool:
    """Whether an escalation, or its next step, still says something: asked again at the moment of sending."""
    escalation = message.escalation
    if escalation is None or escalation.acknowledged_at or escalation.closed_at:
        return False
    links = CareLink.objects.open().filter(athlete__plans=escalation.plan_id, physio=message.recipient_id)
    return links.exists()


def _waiting() -> EscalationQuerySet:
    return Escalation.objects.open().filter(told_at=None, acknowledged_at=None)


def _is_nudge(escalation: Escalation, course: Course) -> bool:
    """SB-6 asks the athlete on the 7th silent day; the physio hears of the 10th."""
    if escalation.kind != Why.SILENCE.value:
        return False
    alert_days = course.protocol.step_back.alert_days
    alerts = {note.day for note in course.notes if note.kind == "silence" and note.values["days"] == alert_days}
    return escalation.day not in alerts


def _steps(escalation: Escalation, physio: User, now: datetime) -> list[Item]:
    urgent, terms, items = escalation.kind in URGENT, Terms.of(physio), []
    for step, wait in enumerate(URGENT_STEPS if urgent else STEPS):
        due = now + wait if urgent else quiet_end(now + wait, terms)
        items.append(
            Item(
                Kind.ESCALATION,
                due.astimezone(terms.zone).date(),
                due,
                escalation.plan_id,
                f"{escalation.pk}:{step}",
                escalation=escalation,
            )
        )
    return items
