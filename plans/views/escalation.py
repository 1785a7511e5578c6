"""An escalation as the physio reads it: who, what is asked for, the rule's own sentence, since when, who has it."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from plans.catalogue import catalogue
from plans.models import Escalation
from plans.models.escalation import Kind
from plans.rules.course import Course
from plans.rules.phrases import ACTIONS, DISPOSITIONS
from plans.rules.sentences import Decision, explain
from plans.rules.words import Action, Condition, Disposition

from .ahead import when, zone_of
from .why import answered

WORDS = {
    Kind.STOP: gettext_lazy("The plan has stopped until somebody has looked"),
    Kind.RETRIAGE: gettext_lazy("The safety questions need another look"),
    Kind.EARLY_REVIEW: gettext_lazy("A review is needed soon"),
    Kind.SILENCE: gettext_lazy("No check-in for days"),
    Kind.CHECKPOINT: gettext_lazy("A checkpoint asks for a review"),
    Kind.ASKED: gettext_lazy("They ask for somebody to look"),
}
# The notes of a course that stand behind each kind.
NOTES = {
    Kind.STOP: ("stop",),
    Kind.RETRIAGE: ("three_reds", "review_alongside", "back_after_silence"),
    Kind.EARLY_REVIEW: ("drift",),
    Kind.SILENCE: ("silence",),
    Kind.CHECKPOINT: ("checkpoint",),
}


def decision(told: Escalation, course: Course) -> Decision | None:
    """What the rule found; None where the athlete asked, and after a correction that undid it."""
    for note in course.notes:
        if (note.day, note.rule) == (told.day, told.rule) and note.kind in NOTES.get(Kind(told.kind), ()):
            return explain(note, course.protocol)
    return None


def sentence(told: Escalation, found: Decision | None) -> str:
    """The rule's own, or what the athlete wrote.

    After a correction of the diary the rule may not ask for it any more. It was told all the same, and stays open.
    """
    if told.kind == Kind.ASKED:
        return told.note
    if found is None:
        return _("The diary was put right since then, and the rule no longer asks for it. Have a look all the same.")
    return found.physio.render(_)


def urgency(told: Escalation) -> str:
    if told.disposition:
        return _(DISPOSITIONS[Disposition(told.disposition)])
    return _(ACTIONS[Action(told.action)]) if told.action else ""


def page(user: User, told: Escalation, *, first: bool) -> dict[str, Any]:
    """first: this person opens it for the first time. Reading what stands in a chart leaves a trace."""
    plan, now = told.plan, timezone.now()
    found = decision(told, plan.course())
    if first:
        with transaction.atomic():
            audit.record(user, "escalation.view", told, athlete_id=plan.athlete_id)
    return {
        "told": told,
        "athlete": plan.athlete,
        "condition": catalogue().conditions[Condition(plan.condition)],
        "title": WORDS[Kind(told.kind)],
        "sentence": sentence(told, found),
        "evidence": list(answered(found.evidence)) if found else [],
        "urgency": urgency(told),
        "urgent": told.kind == Kind.STOP,
        "since": when(told.created_at, user.zone, now),
        "seen": when(told.acknowledged_at, user.zone, now) if told.acknowledged_at else "",
        "closed": when(told.closed_at, user.zone, now) if told.closed_at else "",
        "zone": zone_of(user),
    }
