"""What one person should get: their plans' reminders on their terms, and what was missed, summed up once."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date as Date
from datetime import datetime, timedelta
from pathlib import Path

from plans.models import Message, Plan
from plans.models.courses import Reading
from plans.models.reminder import Kind, State
from plans.rules.course import Course

from . import day, due
from .calendar import instant, quiet_end
from .kinds import KINDS
from .people import Person
from .rows import Item, ahead, parts_of
from .terms import Group, Planned, Terms

PLANS = Path(__file__).resolve().parent.parent

SLEPT = timedelta(days=7)  # how far back a clock that did not go says what was missed
MISSED = "missed"  # the `about` of the one message a day that sums up
Parts = frozenset[tuple[int | None, str]]


@dataclass(frozen=True, slots=True)
class Agenda:
    """errors: why a plan could not be looked at, by its key; nothing of it is known, so its rows stay as they are."""

    person: Person
    items: list[Item]
    courses: dict[int, Course]
    errors: dict[int, str]
    terms: Terms | None = None

    @property
    def rows(self) -> list[Message]:
        return [row for row in self.person.rows if row.plan_id not in self.errors]


@dataclass(slots=True)
class _Day:
    """What is known of a person's day while plan after plan is looked at.

    late: what rows note as missed today; leaving: what is due and with the sender; both as plans and kinds. owed: of
    today, missed, and still of use. silent: how long a plan was, by its key and the day.
    """

    person: Person
    terms: Terms
    now: datetime
    date: Date
    told: day.Told
    late: Parts
    leaving: Parts
    planned: list[Planned] = field(default_factory=list)
    missed: list[Planned] = field(default_factory=list)
    owed: list[Planned] = field(default_factory=list)
    silent: dict[tuple[int, Date], int] = field(default_factory=dict)


def agenda(person: Person, now: datetime) -> Agenda:
    """Without a query, but for a document that this process has not read yet."""
    terms = Terms.of(person.user, person.learned)
    date = person.today(now)
    # What a clock that was ahead has planned for later days was not said.
    told = day.told_of((row for row in person.rows if row.local_date <= date), terms.zone)
    rows = [row for row in person.rows if row.local_date == date]
    late = [row for row in rows if row.state == State.MISSED.value]
    leaving = [row for row in rows if row.state == State.DUE.value and not ahead(row, now) and not row.attempts]
    today = _Day(person, terms, now, date, told, _parts_of(late), _parts_of(leaving))
    courses: dict[int, Course] = {}
    errors: dict[int, str] = {}
    for plan in person.plans:
        reading = person.readings[plan.pk]
        try:
            course = reading.course(reading.today(now))
            _plan(today, plan, course)
            _slept(today, plan, reading)
            courses[plan.pk] = course
        except Exception as error:  # one bad plan never stops the others
            errors[plan.pk] = describe(error)
    return Agenda(person, _items(today, errors), courses, errors, terms)


def _parts_of(rows: list[Message]) -> Parts:
    return frozenset(part for row in rows for part in parts_of(row))


def describe(error: Exception) -> str:
    """Which error, and where in our code. Not its words: they may quote a diary."""
    where, trace = "", error.__traceback__
    while trace:
        path = Path(trace.tb_frame.f_code.co_filename)
        if path.is_relative_to(PLANS):
            where = f" in {path.relative_to(PLANS.parent)}, line {trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{where}"[:200]


def _plan(today: _Day, plan: Plan, course: Course) -> None:
    kinds = _kinds(today, plan, course, today.date)
    late = frozenset(kind for kind in kinds if (plan.pk, kind.value) in today.late)
    leaving = frozenset(kind for kind in kinds if (plan.pk, kind.value) in today.leaving)
    planned = day.plan_day(
        plan.pk,
        kinds - late - leaving,
        today.date,
        today.terms,
        spent=day.spent_on(today.told, today.date) + _spent_now(today),
        review_spent=Kind.REVIEW not in day.left([Kind.REVIEW], today.told, plan, course),
        now=today.now,
        asked=_asked(today, plan),
    )
    missed = [one for one in planned if one.missed and _in_time(today, plan, one)]
    today.owed += [Planned(plan.pk, kind, today.date, today.now, missed=True) for kind in late] + missed
    today.missed += missed
    today.planned += [one for one in planned if not one.missed]


def _slept(today: _Day, plan: Plan, reading: Reading) -> None:
    """The days on which the clock did not go: what would have come then is noted as missed, and not sent any more."""
    asked = plan.next_due_at
    if asked is None:
        return
    first = max(asked.astimezone(today.terms.zone).date(), today.date - SLEPT, plan.start_date)
    for ago in range((today.date - first).days, 0, -1):
        date = today.date - timedelta(days=ago)
        course = reading.course(plan.day_number(date))
        kinds, spent = _kinds(today, plan, course, date), day.spent_on(today.told, date)
        then = day.plan_day(plan.pk, kinds, date, today.terms, spent=spent, review_spent=False, now=today.now)
        today.missed += [one for one in then if _in_time(today, plan, one)]


def _kinds(today: _Day, plan: Plan, course: Course, date: Date) -> frozenset[Kind]:
    """What makes sense on this day and was not said yet."""
    if not today.person.user.is_active:
        return frozenset()
    today.silent[plan.pk, date] = course.silent
    return day.left(due.wanted(plan, course, date), today.told, plan, course)


def _spent_now(today: _Day) -> int:
    """Of the week's budget: what leaves just now, and what is planned for the plans before this one."""
    now = [Kind(kind) for _, kind in today.leaving] + [one.kind for one in today.planned]
    return sum(KINDS[kind].budgeted for kind in now)


def _asked(today: _Day, plan: Plan) -> datetime | None:
    """When this look was asked for: after a night, by a writing, for another plan of theirs just now; None when it
    failed before.
    """
    return None if plan.clock_error or plan.next_due_at is None else min(plan.next_due_at, today.now)


def _in_time(today: _Day, plan: Plan, one: Planned) -> bool:
    """The look was to come before this one's hour, so it was missed; what came up after its hour never was."""
    at, asked = today.terms.time_of(one.kind), _asked(today, plan)
    return at is None or asked is None or instant(one.local_date, at, today.terms.zone) >= asked


# What is written ------------------------------------------------------------------------------------------------------


def _items(today: _Day, errors: Iterable[int]) -> list[Item]:
    known = [one for one in today.planned if one.plan not in errors]
    missed = [one for one in today.missed if one.plan not in errors]
    items = [_item(today, Group(one.local_date, one.due_at, (one,)), missed=True) for one in missed]
    if summary := _summary(today, known, [one for one in today.owed if one.plan not in errors]):
        items.append(summary)
        known = [one for one in known if (one.plan, one.kind.value) not in summary.parts]
    return [*items, *(_item(today, group) for group in day.merge(known))]


def _summary(today: _Day, planned: list[Planned], owed: list[Planned]) -> Item | None:
    """One message a day for all that was missed and still makes sense, with what would go at once beside it; none when
    its hour would be tomorrow's.
    """
    rows = [row for row in today.person.rows if (row.local_date, row.about) == (today.date, MISSED)]
    over = any(row.state != State.WITHDRAWN.value and not ahead(row, today.now) for row in rows)
    if not owed or over or not today.terms.allows(Kind.CATCH_UP, today.now):
        return None
    due_at = quiet_end(today.now, today.terms)
    if due_at.astimezone(today.terms.zone).date() != today.date:
        return None
    beside = [one for one in planned if one.due_at <= due_at]
    return Item(Kind.CATCH_UP, today.date, due_at, about=MISSED, parts=_parts([*owed, *beside]))


def _item(today: _Day, group: Group, *, missed: bool = False) -> Item:
    if group.kind is Kind.CATCH_UP:
        at = group.due_at.astimezone(today.terms.zone)
        return Item(Kind.CATCH_UP, group.local_date, group.due_at, about=f"{at:%H:%M}", parts=_parts(group.parts))
    [one] = group.parts
    about = str(today.silent[one.plan, one.local_date]) if one.kind is Kind.SILENCE else ""
    revision = next(plan.revision for plan in today.person.plans if plan.pk == one.plan)
    return Item(one.kind, one.local_date, one.due_at, one.plan, about, revision=revision, missed=missed)


def _parts(planned: Iterable[Planned]) -> tuple[tuple[int, str], ...]:
    """The most important first."""
    ranked = sorted(planned, key=lambda one: (-KINDS[one.kind].rank, one.plan))
    return tuple((one.plan, one.kind.value) for one in ranked)
