"""Starting a plan: the one door, which screening keeps (ST-G14)."""

from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import Consent, User
from plans.rules.screening import Screening as Result
from plans.rules.words import Condition, Disposition

from . import escalation
from .plan import Activity, Plan
from .review import mean
from .screening import Screening
from .template import Version

FIELDS = ("pain", "function", "onset", "side", "sport", "site", "load_drivers")


def start(
    athlete: User,
    screening: Screening,
    values: Mapping[str, Any],
    version: Version,
    start_date: Date,
    by: User | None = None,
    now: datetime | None = None,
) -> Plan:
    """Start a plan from a complete screening and the answers of set-up.

    values: pain (P0, 0 to 10); activities, one to three of (name, score 0 to 10), whose average is F0, or else
    function; and, where given, onset, side, sport, site and load_drivers.
    Raises ValidationError, saying what to do, when the screening is not complete, not this person's, too old or used
    already; when what it comes to must be seen or cleared first (codes: the disposition's names; params: hits); for a
    start in the past or over 14 days ahead, a second open plan, and values out of range. now: as in diary.record.
    """
    _check_screening(athlete, screening, version)
    activities = _checked_activities(values.get("activities") or ())
    plan = Plan(
        athlete=athlete,
        version=version,
        screening=screening,
        condition=version.template.condition,
        age=screening.age,
        start_date=start_date,
        onset=screening.onset,
        sport=screening.sport,
        site=screening.site,
        created_at=now or timezone.now(),
    )
    for name in FIELDS:
        if values.get(name) is not None:
            setattr(plan, name, values[name])
    if activities:
        plan.function = mean([score for _name, score in activities])
    _check_start(plan, now)
    plan.full_clean()
    _check_disposition(plan)
    return _save(plan, activities, by or athlete, now)


def _save(plan: Plan, activities: Sequence[tuple[str, int]], by: User, now: datetime | None) -> Plan:
    try:
        with transaction.atomic():
            plan.save()
            for position, (name, score) in enumerate(activities, start=1):
                Activity.objects.create(plan=plan, name=name, position=position, score=score)
            audit.record(by, "plan.start", plan, athlete_id=plan.athlete_id)
            escalation.tell(plan, plan.course(now))
    except IntegrityError:
        # Two taps at once: both passed the check, the database let one through.
        plan.pk = None
        plan.validate_constraints()
        plan.validate_unique()
        raise
    return plan


def _check_screening(athlete: User, screening: Screening, version: Version) -> None:
    if Consent.accepted_by(athlete) is None:
        raise ValidationError(_("Please read and accept the privacy notice and what this is not."), code="consent")
    if screening.athlete_id != athlete.pk:
        raise ValidationError(_("Please answer the safety questions first."), code="no_screening")
    if open_ := screening.unanswered:
        raise ValidationError(
            _("Please answer every safety question. %(count)s are still open."),
            params={"count": len(open_), "questions": open_},
            code="unanswered",
        )
    if Condition(version.template.condition).region != screening.region:
        raise ValidationError(_("The safety questions for this plan are others. Please answer them."), code="region")
    if not screening.fresh or Plan.objects.filter(screening=screening).exists():
        raise ValidationError(_("It is time to answer the safety questions again."), code="screening_old")


def _check_start(plan: Plan, now: datetime | None) -> None:
    today = plan.local_today(now)
    if not today <= plan.start_date <= today + plan.AHEAD:
        raise ValidationError({"start_date": _("Start today, or on a day in the next two weeks.")}, code="start_date")


def _check_disposition(plan: Plan) -> None:
    """What is known since the screening counts as well: pain of 8 or more, an injury, the sport."""
    plan.cleared = plan.screening.clearance is not None
    found = plan.screening.result(
        pain=plan.pain, onset=plan.onset, sport=plan.sport, site=plan.site, condition=plan.condition
    )
    if found.disposition is Disposition.EMERGENCY:
        message = _("Your answers need emergency help now. Once you have been seen, answer all the questions again.")
    elif found.disposition is Disposition.URGENT and not plan.cleared:
        message = _("Your answers need to be checked today. A plan can start once a clinician has cleared you.")
    elif found.disposition is Disposition.REVIEW_FIRST and not plan.cleared:
        message = _("Your answers need a check before you start. A plan can start once a clinician has cleared you.")
    else:
        return
    raise ValidationError(message, code=found.disposition.value, params={"hits": _hits(found)})


def _hits(found: Result) -> list[str]:
    return [hit.rule for hit in found.hits]


def _checked_activities(given: Sequence[tuple[str, Any]]) -> list[tuple[str, int]]:
    named = [(name.strip(), score) for name, score in given if name.strip()]
    if len(named) > 3:
        raise ValidationError({"activities": _("Choose up to three activities.")}, code="activities")
    for _name, score in named:
        if isinstance(score, bool) or not isinstance(score, int) or not 0 <= score <= 10:
            raise ValidationError({"activities": _("Give a whole number from 0 to 10.")}, code="number")
    return named
