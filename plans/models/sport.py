"""Changing the sport of a running plan. It chooses the swaps, and it is one of the facts that screening looks at."""

from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from plans.rules.words import Sport, Status

from . import escalation

if TYPE_CHECKING:
    from .plan import Plan


def change_sport(plan: "Plan", sport: Sport, by: User, *, seen: int | None = None) -> "Plan":
    """Change what the athlete wants to get back to.

    Raises ValidationError when the answers at entry need a check first for that sport (RF-E19): the plan goes on with
    the sport that it has, because a change of sport must never quietly undo what was done.
    """
    with transaction.atomic():
        plan = plan.locked()
        plan.refuse_if_ended()
        if plan.sport == sport.value:
            return plan
        started = plan.course().status is not Status.NOT_STARTED
        plan.sport = sport.value
        course = plan.course()
        if started and course.status is Status.NOT_STARTED:
            raise ValidationError(
                _("With this sport your answers need a check first. See a doctor or a physio, then start a new plan."),
                code="changed",
            )
        plan.bump(seen)
        plan.save(update_fields=["sport"])
        audit.record(by, "plan.sport", plan, athlete_id=plan.athlete_id, fields=["sport"])
        escalation.tell(plan, course)
    return plan
