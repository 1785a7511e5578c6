"""The clock: which plans need a look now, and the look itself.

A look reads a person's plans, follows them, and in one transaction claims them, tells what must be told and brings
their rows of the outbox in line with the whole of their local day. So the next look is due after their next midnight,
unless something is written before. At the hour itself nothing is worked out any more.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Case, DateTimeField, Q, Value, When
from django.utils import timezone

from plans.models import Escalation, Plan
from plans.models.escalation import due, tell
from plans.models.reminder import Kind

from .agenda import Agenda, agenda, describe
from .calendar import instant
from .escalations import tell_carers, untold
from .people import Person, people
from .rows import Changes, Moved
from .terms import Terms

log = logging.getLogger(__name__)

TICK = "rehab:tick"
CHUNK = 100  # plans of one look; all of them wait for the slowest
MOST = 20_000  # plans handed out in one tick; the next one goes on
EXPIRES_S = 300  # a look that waits longer is handed out anew by a later tick
SPREAD = timedelta(hours=2)  # the looks of one zone are spread over this after its midnight
BEFORE = timedelta(hours=1)  # but come this long before a person's first reminder
AGAIN, LATER = timedelta(minutes=15), timedelta(hours=1)  # after a first failure, and after another
FAR = timedelta(days=3)  # no look is planned farther ahead, so a clock was wrong


def tick(now: datetime | None = None) -> None:
    """Once a minute, by any number of beats: hand out what is due. With nothing due: two queries."""
    from . import outbox

    moment = now or timezone.now()
    _beat(moment)
    outbox.dispatch(moment)
    _hand_out(moment)


def _beat(now: datetime) -> None:
    """Say that the clock goes. A server that is away is no reason for it to stop."""
    from redis import RedisError  # web processes do without

    from rehab.redis import client

    try:
        client().set(TICK, now.isoformat())
    except RedisError as error:
        log.warning("The tick could not be noted: %s", type(error).__name__)


def _hand_out(now: datetime) -> None:
    from . import tasks

    pks = list(Plan.objects.filter(next_due_at__lte=now).order_by("next_due_at").values_list("pk", flat=True)[:MOST])
    for start in range(0, len(pks), CHUNK):
        tasks.look.apply_async((pks[start : start + CHUNK],), expires=EXPIRES_S)


def mend(now: datetime | None = None) -> int:
    """Once an hour: plans that a clock which had jumped ahead put off for too long are looked at again."""
    moment = now or timezone.now()
    changed: int = Plan.objects.filter(next_due_at__gt=moment + FAR).update(next_due_at=moment)
    return changed


def next_look(plan: Plan, now: datetime, terms: Terms | None = None) -> datetime | None:
    """After the athlete's next midnight, in good time for the first reminder of that day; None for an ended plan."""
    if plan.ended_on:
        return None
    terms = terms or Terms.of(plan.athlete)
    date = now.astimezone(terms.zone).date()
    midnight = now
    while midnight <= now:  # a zone may leave out a day
        date += timedelta(days=1)
        midnight = instant(date, time(0), terms.zone)
    first = min(at for kind in (Kind.MORNING, Kind.SESSION, Kind.LATER) if (at := terms.time_of(kind)))
    room = min(SPREAD, max(instant(date, first, terms.zone) - BEFORE - midnight, timedelta(0)))
    seconds = int(SPREAD.total_seconds())
    # By person, not by plan: all plans of a person are looked at together.
    return midnight + room * (plan.athlete_id % seconds) / seconds


# One look --------------------------------------------------------------------------------------------------------


def look(pks: Sequence[int], now: datetime | None = None) -> int:
    """Look at those of these plans that are still due; how many people that were. Safe to repeat."""
    moment = now or timezone.now()
    try:
        return _write([agenda(person, moment) for person in people(pks, moment)], moment)
    except Exception as error:
        # Once more, as it is by now and one by one, so that whoever is in the way stands in nobody else's.
        log.info("A look at %s plans goes on one by one: %s", len(pks), describe(error))
        return sum(_alone(person, moment) for person in people(pks, moment))


def _alone(person: Person, now: datetime) -> int:
    try:
        return _write([agenda(person, now)], now)
    except Moved:
        return 0  # somebody else looked, or something was written: the plan was seen to, or is due again
    except Exception as error:
        errors = {plan.pk: describe(error) for plan in person.plans}
        try:
            _claim([Agenda(person, [], {}, errors)], now)
        except Moved:
            return 0
    return 1


def _write(agendas: Sequence[Agenda], now: datetime) -> int:
    """All or nothing: raises Moved when a plan, or a row, is not as it was read."""
    with transaction.atomic():
        _claim(agendas, now)
        _tell(agendas, now)
        changes = Changes()
        for one in agendas:
            person = one.person
            changes.add(person.user, person.channels, one.rows, one.items, now, person.today(now))
        changes.apply()
    return len(agendas)


def _claim(agendas: Sequence[Agenda], now: datetime) -> None:
    """The moment that was seen is the token: of two looks one has the plan; what was written since keeps both off."""
    stand, plans, later, failed = Q(), 0, [], []
    for one in agendas:
        for plan in one.person.plans:
            plans += 1
            error = one.errors.get(plan.pk, "")
            stand |= Q(pk=plan.pk, next_due_at=plan.next_due_at, revision=plan.revision)
            then = now + (LATER if plan.clock_error else AGAIN) if error else next_look(plan, now, one.terms)
            if then:
                later.append(When(pk=plan.pk, then=Value(then)))
            if error:
                log.error("The clock cannot look at plan %s: %s", plan.pk, error)
                failed.append(When(pk=plan.pk, then=Value(error)))
    change = {
        "next_due_at": Case(*later, output_field=DateTimeField()) if later else None,
        "clock_error": Case(*failed, default=Value("")) if failed else "",
    }
    if Plan.objects.filter(stand).update(**change) != plans:
        raise Moved


def _tell(agendas: Sequence[Agenda], now: datetime) -> None:
    """Alerts become rows, and physios hear of them: by the clock too, since silence is nobody's writing."""
    plans = {
        plan.pk: (plan, one.courses[plan.pk]) for one in agendas for plan in one.person.plans if plan.pk in one.courses
    }
    told = set(Escalation.objects.filter(plan__in=plans).values_list("plan", "day", "rule", "kind"))
    for plan, course in plans.values():
        if any((plan.pk, row.day, row.rule, row.kind) not in told for row in due(plan, course)):
            tell(plan, course)
    for pk in untold(plans):
        tell_carers(*plans[pk], now)
