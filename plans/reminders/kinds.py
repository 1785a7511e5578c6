"""Each kind of message: why it exists, who gets it, when, at most how often, and when it is too late to help.

A kind that is already done is never sent: `due.wanted` says what still makes sense, at planning and again at sending.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from plans.models.reminder import Kind

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Slot(StrEnum):
    """The moment of the person's day; NOW is as soon as it is known."""

    MORNING = "morning"
    SESSION = "session"
    EVENING = "evening"
    NOW = "now"


class Who(StrEnum):
    ATHLETE = "athlete"
    PHYSIO = "physio"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Rule:
    """title, why, often: for the person's own page of reminders.

    rank: what stands first where several are due, and is kept when the week's budget is nearly spent.
    budgeted: counts against the week's budget, and comes only on the days of the week that the person chose.
    urgent: comes whatever was snoozed, and on a holiday. held: waits for the end of quiet hours.
    must: cannot be switched off. at_least_once: a lost answer means another try.
    late: sent later than this after its time it no longer helps.
    """

    kind: Kind
    who: Who
    slot: Slot
    title: "_StrPromise"
    why: "_StrPromise"
    often: "_StrPromise"
    rank: int
    late: timedelta
    budgeted: bool = False
    urgent: bool = False
    held: bool = True
    must: bool = False
    at_least_once: bool = False


HOURS_3, HOURS_12, DAY, WEEK = timedelta(hours=3), timedelta(hours=12), timedelta(days=1), timedelta(days=7)

KINDS: dict[Kind, Rule] = {
    rule.kind: rule
    for rule in (
        Rule(
            Kind.ESCALATION,
            Who.PHYSIO,
            Slot.NOW,
            _("Somebody in your care needs a look"),
            _("A rule or the athlete asked for it. It comes again, louder, until you say that you have seen it."),
            _("at once, then after some hours and days while nobody has seen it"),
            rank=100,
            late=WEEK,
            urgent=True,
            must=True,
            at_least_once=True,
        ),
        Rule(
            Kind.MESSAGE,
            Who.EITHER,
            Slot.NOW,
            _("A message for you"),
            _("Somebody wrote to you about your plan or your client."),
            _("one for each message"),
            rank=90,
            late=WEEK,
            urgent=True,
            at_least_once=True,
        ),
        Rule(
            Kind.CHECKPOINT_CLOSES,
            Who.ATHLETE,
            Slot.MORNING,
            _("Last day for your checkpoint"),
            _("Without an answer the checkpoint is judged as if nothing had changed."),
            _("once for each checkpoint"),
            rank=80,
            late=HOURS_12,
        ),
        Rule(
            Kind.CHECKPOINT_OPENS,
            Who.ATHLETE,
            Slot.EVENING,
            _("Your checkpoint is today"),
            _("It looks at the weeks behind you and says whether to go on or to have somebody look."),
            _("once for each checkpoint"),
            rank=79,
            late=HOURS_12,
        ),
        Rule(
            Kind.CHECKPOINT_OPEN,
            Who.ATHLETE,
            Slot.EVENING,
            _("Your checkpoint still waits"),
            _("There were too few entries to judge it, so it asks you."),
            _("once for each checkpoint"),
            rank=78,
            late=HOURS_12,
        ),
        Rule(
            Kind.BOOKING,
            Who.ATHLETE,
            Slot.MORNING,
            _("The review that you wanted to book"),
            _("You asked to be reminded of it."),
            _("once, on the day that you chose"),
            rank=70,
            late=DAY,
        ),
        Rule(
            Kind.SILENCE,
            Who.ATHLETE,
            Slot.EVENING,
            _("Your plan is here when you are"),
            _("After some days without a check-in the plan cannot judge how you are."),
            _("on the 3rd, 7th and 10th day without a check-in, then no more"),
            rank=60,
            late=HOURS_12,
        ),
        Rule(
            Kind.REVIEW,
            Who.ATHLETE,
            Slot.EVENING,
            _("Your weekly review"),
            _("One page: how your own activities go. What comes next leans on it."),
            _("once a week"),
            rank=50,
            late=DAY,
            budgeted=True,
        ),
        Rule(
            Kind.MORNING,
            Who.ATHLETE,
            Slot.MORNING,
            _("How is it this morning?"),
            _("The morning after a session tells best how it was taken."),
            _("on the morning after a session, or while safety questions wait for you"),
            rank=40,
            late=HOURS_3,
            budgeted=True,
        ),
        Rule(
            Kind.SESSION,
            Who.ATHLETE,
            Slot.SESSION,
            _("Your session is due"),
            _("A session is planned for today and not yet noted."),
            _("once on a day with a session"),
            rank=30,
            late=HOURS_3,
            budgeted=True,
        ),
        Rule(
            Kind.LATER,
            Who.ATHLETE,
            Slot.EVENING,
            _("How was it later today?"),
            _("The evening of a session day helps to judge it, and is still missing."),
            _("once on a day with a session"),
            rank=20,
            late=HOURS_3,
            budgeted=True,
        ),
        Rule(
            Kind.CATCH_UP,
            Who.ATHLETE,
            Slot.NOW,
            _("What waits for you"),
            _("Several reminders fell together, in quiet hours or while we could not send. They come as one."),
            _("at most once a day"),
            rank=10,
            late=HOURS_12,
        ),
        Rule(
            Kind.DIGEST,
            Who.PHYSIO,
            Slot.MORNING,
            _("Your clients today"),
            _("How many of your clients wait for a look, in one line."),
            _("once a day, on the days that you chose; never when nobody waits"),
            rank=5,
            late=HOURS_12,
        ),
        Rule(
            Kind.TEST,
            Who.EITHER,
            Slot.NOW,
            _("A test message"),
            _("You, or an admin, asked for it to see that messages arrive."),
            _("when somebody asks for it"),
            rank=0,
            late=timedelta(hours=1),
            urgent=True,
            held=False,
        ),
    )
}
SWITCHABLE = tuple(rule for rule in KINDS.values() if not rule.must and rule.kind not in (Kind.TEST, Kind.CATCH_UP))
