"""Places what makes sense today on a person's terms: at which moment, and what has no place in their week.

Nothing is sent in quiet hours: it waits for their end. What falls on one minute goes as one message.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date as Date
from datetime import datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from plans.models import Message, Plan
from plans.models.courses import readings
from plans.models.reminder import Kind, State
from plans.rules.course import Course

from . import due
from .calendar import instant, quiet_end
from .kinds import KINDS, Rule
from .terms import Group, Planned, Terms

WEEK = timedelta(days=7)
DAY = timedelta(days=1)
# They ask about the day itself: on the next one they are wrong, and right after somebody wrote they are a bother.
OF_THE_DAY = (Kind.MORNING, Kind.SESSION, Kind.LATER)
# How far back a message can be about: a weekly review, put off over a night.
BACK = timedelta(days=9)
NOT_SAID = (State.FAILED.value, State.MISSED.value, State.WITHDRAWN.value)


class Said(NamedTuple):
    """A reminder that was sent or will be: the day that it is about, and the one on which it goes, which after a night
    is the next. open: nothing of it has gone out, so it can still be planned anew.
    """

    plan: int | None
    kind: Kind
    local_date: Date
    goes_on: Date
    open: bool = False


Told = frozenset[Said]


def plan_day(
    plan_pk: int,
    kinds: Iterable[Kind],
    date: Date,
    terms: Terms,
    *,
    spent: int,
    review_spent: bool,
    now: datetime,
    asked: datetime | None = None,
) -> list[Planned]:
    """When each of these kinds goes on one local day; the most important first.

    kinds: what is wanted and was not said yet (see `left`). spent: how many budgeted reminders the person had in the
    seven days that end with this one, without what is planned here. review_spent: the open weekly review was asked for;
    until then one place in the budget is kept for it. asked: when somebody wrote what this look follows from; they saw
    their page then, so what the day itself asks before that moment needs no message.
    What is late but still helps goes now; what is too late is missed.
    """
    found = []
    room = terms.budget - spent
    kept = 0 if review_spent or Kind.REVIEW in terms.off else 1
    for rule in sorted((KINDS[kind] for kind in kinds), key=lambda rule: -rule.rank):
        review = rule.kind is Kind.REVIEW
        planned = None if review and review_spent else _place(plan_pk, rule, date, terms, now, asked)
        if planned is None or (rule.budgeted and room <= (0 if review else kept)):
            continue
        if rule.budgeted and not planned.missed:
            room, kept = room - 1, 0 if review else kept
        found.append(planned)
    return found


def _place(plan_pk: int, rule: Rule, date: Date, terms: Terms, now: datetime, asked: datetime | None) -> Planned | None:
    at = terms.time_of(rule.kind)
    meant = now if at is None else instant(date, at, terms.zone)
    if asked is not None and meant < asked and rule.kind in OF_THE_DAY:
        return None
    moment = _not_quiet(rule, meant, terms)
    if not _helps(rule, date, meant, moment, terms):
        return None
    missed = False
    if moment < now:
        soonest = _not_quiet(rule, now, terms)
        missed = not _helps(rule, date, meant, soonest, terms)
        moment = moment if missed else soonest
    return Planned(plan_pk, rule.kind, date, moment, missed) if terms.allows(rule.kind, moment) else None


def _not_quiet(rule: Rule, moment: datetime, terms: Terms) -> datetime:
    return quiet_end(moment, terms) if rule.held else moment


def _helps(rule: Rule, date: Date, meant: datetime, moment: datetime, terms: Terms) -> bool:
    goes_on = moment.astimezone(terms.zone).date()
    if rule.budgeted and goes_on.weekday() not in terms.days:
        return False
    if rule.kind in OF_THE_DAY and goes_on != date:
        return False
    return moment - meant <= rule.late


def merge(planned: Iterable[Planned]) -> list[Group]:
    """What one person gets, one message a minute, in order. What was missed is left out."""
    minutes: dict[datetime, list[Planned]] = defaultdict(list)
    for one in planned:
        if not one.missed:
            minutes[one.due_at.replace(second=0, microsecond=0)].append(one)
    return [_group(minutes[minute]) for minute in sorted(minutes)]


def _group(parts: list[Planned]) -> Group:
    """Of the day on which it goes: a part that waited over the night is of the day before."""
    ranked = sorted(parts, key=lambda one: (-KINDS[one.kind].rank, one.plan))
    return Group(max(one.local_date for one in parts), min(one.due_at for one in parts), tuple(ranked))


# What was said before ------------------------------------------------------------------------------------------------


def told_of(rows: Iterable[Message], zone: ZoneInfo) -> Told:
    """What rows of the outbox say or are going to: each part of a catch-up by itself, each reminder once for all its
    channels. What failed, was missed or withdrawn was not said.
    """
    return frozenset(said for row in rows if row.state not in NOT_SAID for said in _said(row, zone))


def _said(row: Message, zone: ZoneInfo) -> Iterator[Said]:
    open_ = row.state == State.DUE.value and not row.attempts
    goes_on = (row.sent_at or row.planned_at).astimezone(zone).date()
    parts = row.parts if row.kind == Kind.CATCH_UP.value else [(row.plan_id, row.kind)]
    for plan, kind in parts:
        yield Said(plan, Kind(kind), row.local_date, goes_on, open_)


def left(kinds: Iterable[Kind], told: Told, plan: Plan, course: Course) -> frozenset[Kind]:
    """Those of these kinds that were not said yet. What is planned for the course's today and has not gone is not said:
    it is planned anew.
    """
    today = plan.date_of(course.today)
    mine = [said for said in told if said.plan == plan.pk and not (said.open and said.local_date == today)]
    return frozenset(
        kind
        for kind in kinds
        if not any(said.kind is kind and said.local_date >= due.since(kind, plan, course) for said in mine)
    )


def spent_on(told: Told, date: Date) -> int:
    """Of the week's budget: the reminders of the seven days that end with this one, or later ones, but for those that
    are planned anew. They count on the day on which they go, and once for all their channels.
    """
    week = {
        (said.plan, said.kind, said.local_date)
        for said in told
        if said.goes_on > date - WEEK and not (said.open and said.local_date == date)
    }
    return sum(KINDS[kind].budgeted for _, kind, _ in week)


# What is to come -----------------------------------------------------------------------------------------------------


def forecast(plan: Plan, terms: Terms, now: datetime, *, days: int = 10) -> list[Planned]:
    """What would come of one plan if nothing is written; see `forecasts`."""
    return forecasts([plan], terms, now, days=days)


def forecasts(plans: Sequence[Plan], terms: Terms, now: datetime, *, days: int = 10) -> list[Planned]:
    """What one person would get after `now` if nothing is written, in order: their plans share a week's budget.

    In four queries, whatever the number of days.
    """
    if not plans:
        return []
    read = readings(plans)
    rows = Message.objects.filter(recipient=plans[0].athlete_id, planned_at__gte=now - BACK)
    told = told_of(rows, terms.zone)
    today = now.astimezone(terms.zone).date()
    found: list[Planned] = []
    for date in (today + number * DAY for number in range(days)):
        for plan in plans:
            course = read[plan.pk].course(max(read[plan.pk].today(now), plan.day_number(date)))
            coming = _coming(plan, course, date, terms, now, told)
            told |= {Said(one.plan, one.kind, date, one.due_at.astimezone(terms.zone).date()) for one in coming}
            found += [one for one in coming if one.due_at > now]
    return sorted(found, key=lambda one: (one.due_at, -KINDS[one.kind].rank))


def _coming(plan: Plan, course: Course, date: Date, terms: Terms, now: datetime, told: Told) -> list[Planned]:
    """One day of one plan as the clock will plan it; at its beginning, or for today as it stands."""
    kinds = left(due.wanted(plan, course, date), told, plan, course)
    review = Kind.REVIEW not in left([Kind.REVIEW], told, plan, course)
    planned = plan_day(plan.pk, kinds, date, terms, spent=spent_on(told, date), review_spent=review, now=now)
    return [one for one in planned if not one.missed]
