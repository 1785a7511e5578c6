"""The athlete will book the review themselves, and says when to be asked whether it was done."""

from datetime import date as Date
from datetime import timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User

if TYPE_CHECKING:
    from .plan import Plan

SOONEST, USUAL, LATEST = timedelta(days=1), timedelta(days=3), timedelta(days=30)


def ask_again(plan: "Plan", on: Date, by: User, *, seen: int | None = None) -> "Plan":
    """Have the athlete reminded on this day of the review that they want to book.

    Raises ValidationError for a day that is not one of the next thirty, and Stale when the plan has changed since.
    """
    today = plan.local_today()
    if not today + SOONEST <= on <= today + LATEST:
        raise ValidationError({"on": _("Choose a day from tomorrow up to 30 days from now.")}, code="day")
    with transaction.atomic():
        plan = plan.locked()
        plan.refuse_if_ended()
        if plan.booking_on == on:
            return plan
        plan.bump(seen)
        plan.booking_on = on
        plan.save(update_fields=["booking_on"])
        audit.record(by, "plan.booking", plan, athlete_id=plan.athlete_id, fields=["booking_on"])
    return plan
