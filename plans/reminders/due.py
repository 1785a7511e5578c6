"""What makes sense to remind an athlete of today, read off the course: asked when a day is planned, and again when a
message is about to go, so that nothing is asked for that is already done. From memory alone, without a query.
"""

from collections.abc import Iterator
from datetime import date as Date
from datetime import timedelta

from plans.models import Plan
from plans.models.reminder import Kind
from plans.rules.course import Course
from plans.rules.dose import SessionKind
from plans.rules.words import Action, AlertKind, Disposition, Status

FIRST_SILENCE = 3  # days without a check-in
LAST_WEEK = 52  # later weeks have no review


def wanted(plan: Plan, course: Course, date: Date | None = None) -> frozenset[Kind]:
    """The kinds that make sense on the course's today.

    date: the athlete's local day, today when left out; before the first day of a plan its course stands as on that day,
    but nothing is to be said yet.
    """
    if plan.ended_on or (date or plan.local_today()) < plan.start_date:
        return frozenset()
    if course.status in (Status.NOT_STARTED, Status.ENDED):
        return frozenset()
    found = set(_asked_for(plan, course))
    if course.status in (Status.ACTIVE, Status.MAINTENANCE):
        found |= set(_of_the_plan(course))
    return frozenset(found)


def since(kind: Kind, plan: Plan, course: Course) -> Date:
    """The first local day of the same occasion: one reminder since then is enough.

    A weekly review waits a week and a booking two days, so that they come on the first day that suits; of everything
    else each day has its own.
    """
    if kind is Kind.REVIEW:
        return plan.date_of(course.today // 7 * 7)
    if kind is Kind.BOOKING and plan.booking_on:
        return plan.booking_on
    return plan.date_of(course.today)


def review_open(course: Course) -> bool:
    """Somebody should look at this athlete and has not yet: a review is wanted, was asked for early or by a checkpoint,
    or must come before the plan goes on. Never for what is urgent: that waits for no booking.

    As in the walk, what a physio did on a day came before what was written on it.
    """
    if course.status is Status.STOPPED:
        return course.stopped_for is Disposition.REVIEW_FIRST
    if course.review_wanted:
        return True
    seen = max((note.day for note in course.notes if note.kind in ("reviewed", "cleared")), default=0)
    return any(day >= seen for day in _asked_on(course))


def _asked_on(course: Course) -> Iterator[int]:
    """The days on which an early review or a checkpoint asked for somebody to look."""
    yield from (alert.day for alert in course.alerts if alert.kind is AlertKind.EARLY_REVIEW)
    yield from (result.day for result in course.checkpoints if result.action.rank >= Action.PHYSIO.rank)


def _asked_for(plan: Plan, course: Course) -> Iterator[Kind]:
    """What the person themselves asked to be reminded of comes in a pause, at a stop and in silence too. The day after
    still helps, if nobody could send on the day itself.
    """
    today, on = plan.date_of(course.today), plan.booking_on
    if on and on <= today <= on + timedelta(days=1) and review_open(course):
        yield Kind.BOOKING


def _of_the_plan(course: Course) -> Iterator[Kind]:
    """Somebody who does not answer is asked less, not more: from the fourth silent day on only for checkpoints and for
    a sign of life. After the tenth not at all, until they come back: on that day a physio was told (SB-6), and whoever
    gets a message a day for nothing learns to overlook the one that matters.
    """
    limits = course.protocol.step_back
    if course.silent > limits.alert_days:
        return
    yield from _checkpoint(course)
    if course.silent in (FIRST_SILENCE, limits.nudge_days, limits.alert_days):
        yield Kind.SILENCE
    if course.silent <= FIRST_SILENCE:
        yield from _of_the_day(course)


def _of_the_day(course: Course) -> Iterator[Kind]:
    entry = course.written
    # Until the safety questions are answered again there is no session. To ask how the morning is brings the person to
    # them and invites to no exercise; a reminder of a session would do just that.
    if course.pending_check is not None or (course.rescreen_wanted and not entry.checked_in):
        yield Kind.MORNING
    # A recovery session can be left with nothing in it.
    if course.session.kind in (SessionKind.SESSION, SessionKind.RECOVERY) and course.session.items:
        yield Kind.SESSION
    if entry.held_session is not None and entry.held_session.after is None:
        yield Kind.LATER
    if _review_asked(course):
        yield Kind.REVIEW


def _review_asked(course: Course) -> bool:
    """In the week of a checkpoint its own reminders ask for the review, until its question is closed."""
    week = course.review_due
    if week is None or week > LAST_WEEK:
        return False
    points = [*course.checkpoints, course.open_checkpoint, course.next_checkpoint]
    checkpoint = any(point is not None and point.week == week for point in points)
    return not checkpoint or course.today >= 7 * week + course.protocol.classes.wait_days


def _checkpoint(course: Course) -> Iterator[Kind]:
    """DF-15: it opens on its day; what is too little to judge it is asked for the day after, and on the last day."""
    coming, waiting = course.next_checkpoint, course.open_checkpoint
    if coming and coming.day == course.today and course.review_due == coming.week:
        yield Kind.CHECKPOINT_OPENS
    if waiting and waiting.closes == course.today:
        yield Kind.CHECKPOINT_CLOSES
    elif waiting and waiting.day + 1 == course.today:
        yield Kind.CHECKPOINT_OPEN
