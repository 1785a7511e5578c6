"""Starting, ending and steering a plan: what is done to it, as against what the athlete reports."""

from collections.abc import Mapping
from datetime import date as Date
from enum import StrEnum
from typing import Any

import pydantic
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import ClinicalQuerySet
from accounts.models import User
from plans.rules import diary as rules
from plans.rules.protocol import Dose
from plans.rules.words import AlertKind, Disposition, StageId, Status

from . import escalation
from .base import choices, one_of, person
from .plan import Plan
from .screening import Clearance


class Kind(StrEnum):
    CLEAR = "clear"
    REVIEW = "review"
    PAUSE = "pause"
    RESUME = "resume"
    SET_STAGE = "set_stage"
    SET_DOSE = "set_dose"
    END = "end"


STAGED = (Kind.CLEAR.value, Kind.SET_STAGE.value)


class InterventionQuerySet(ClinicalQuerySet["Intervention"]):
    athlete = "plan__athlete"


class Intervention(models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="interventions")
    kind = models.CharField(max_length=12, choices=choices(Kind))
    date = models.DateField(gettext_lazy("from"))
    stage = models.CharField(max_length=20, blank=True, choices=choices(StageId))
    exercise = models.CharField(max_length=60, blank=True)
    # None with an exercise takes the exercise out.
    dose = models.JSONField(null=True, blank=True)
    reason = models.CharField(gettext_lazy("reason"), max_length=1000)
    by = person()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = InterventionQuerySet.as_manager()

    class Meta:
        ordering = ["date", "id"]
        constraints = [
            one_of("intervention_kind_known", "kind", Kind),
            one_of("intervention_stage_known", "stage", StageId, or_empty=True),
            models.CheckConstraint(
                condition=(Q(kind__in=STAGED) & ~Q(stage="")) | (~Q(kind__in=STAGED) & Q(stage="")),
                name="intervention_stage_where_needed",
            ),
            models.CheckConstraint(
                condition=(Q(kind=Kind.SET_DOSE.value) & ~Q(exercise=""))
                | (~Q(kind=Kind.SET_DOSE.value) & Q(exercise="")),
                name="intervention_exercise_where_needed",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="intervention_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.date}"

    def as_rule(self, plan: Plan) -> rules.Intervention:
        day, reason = plan.day_number(self.date), self.reason
        match Kind(self.kind):
            case Kind.CLEAR:
                return rules.Clear(day, StageId(self.stage), reason)
            case Kind.SET_STAGE:
                return rules.SetStage(day, StageId(self.stage), reason)
            case Kind.SET_DOSE:
                dose = None if self.dose is None else Dose.model_validate(self.dose)
                return rules.SetDose(day, self.exercise, dose, reason)
            case Kind.REVIEW:
                return rules.Review(day, reason)
            case Kind.PAUSE:
                return rules.Pause(day, reason)
            case Kind.RESUME:
                return rules.Resume(day, reason)
            case Kind.END:
                return rules.End(day, reason)


def intervene(
    plan: Plan,
    kind: Kind,
    *,
    by: User,
    reason: str,
    stage: StageId | None = None,
    exercise: str = "",
    dose: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> Intervention:
    """Steer a running plan from today on: review, pause, resume, set the stage, change or take out one exercise.

    seen: the revision that the page was made from; raises Stale when the plan has changed since.
    Raises ValidationError for what does not fit the plan as it stands. See `clear` and `end` for these two.
    """
    if kind in (Kind.CLEAR, Kind.END):
        raise ValueError(f"use {kind} for this")
    with transaction.atomic():
        plan = plan.locked()
        plan.refuse_if_ended()
        _check_fits(plan, kind, stage, exercise)
        return _do(
            plan,
            Intervention(
                kind=kind.value,
                date=plan.date_of(plan.today()),
                stage=stage.value if stage else "",
                exercise=exercise,
                dose=_checked_dose(dose),
                reason=reason.strip(),
                by=by,
            ),
            seen,
        )


def clear(
    plan: Plan,
    *,
    by: User,
    by_name: str,
    role: str,
    cleared_on: Date,
    stage: StageId,
    note: str = "",
    seen: int | None = None,
) -> Clearance:
    """A clinician's clearance starts a stopped plan again at the stage that they name (DF-14).

    From today, or from the day after the stop. A plan stopped for an emergency is never cleared: once seen, the athlete
    ends it and is screened afresh (section 0, D1).
    """
    with transaction.atomic():
        plan = plan.locked()
        plan.refuse_if_ended()
        course = plan.course()
        if course.status is not Status.STOPPED:
            raise ValidationError(_("This plan is not stopped, so there is nothing to clear."), code="not_stopped")
        if course.stopped_for is Disposition.EMERGENCY:
            raise ValidationError(
                _("This plan was stopped for an emergency. Once you have been seen, end it and start a new one."),
                code="emergency",
            )
        stopped = max((alert.day for alert in course.alerts if alert.kind is AlertKind.STOP), default=1)
        clearance = Clearance(
            plan=plan, by_name=by_name, role=role, cleared_on=cleared_on, note=note, recorded_by=by
        ).log(earliest=plan.date_of(stopped), athlete_id=plan.athlete_id)
        reason = note.strip() or f"{clearance.by_name}, {clearance.get_role_display()}"
        date = max(plan.date_of(plan.today()), plan.date_of(stopped + 1))
        _do(plan, Intervention(kind=Kind.CLEAR.value, date=date, stage=stage.value, reason=reason, by=by), seen)
    return clearance


def end(plan: Plan, *, by: User, reason: str, seen: int | None = None) -> Plan:
    """End a plan; its diary stays. Ending it twice is ending it once."""
    with transaction.atomic():
        plan = plan.locked()
        if plan.ended_on:
            return plan
        date = plan.date_of(plan.today())
        _do(plan, Intervention(kind=Kind.END.value, date=date, reason=reason.strip(), by=by), seen)
        plan.ended_on = date
        plan.save(update_fields=["ended_on"])
    return plan


def _do(plan: Plan, intervention: Intervention, seen: int | None) -> Intervention:
    intervention.plan = plan
    intervention.full_clean(exclude=["plan", "by"])
    plan.bump(seen)
    intervention.save()
    audit.record(intervention.by, f"plan.{intervention.kind}", plan, athlete_id=plan.athlete_id)
    escalation.tell(plan, plan.course())
    return intervention


def _check_fits(plan: Plan, kind: Kind, stage: StageId | None, exercise: str) -> None:
    course = plan.course()
    if course.status in (Status.STOPPED, Status.NOT_STARTED):
        raise ValidationError(_("This plan is stopped. It can be cleared or ended."), code="stopped")
    if kind is Kind.RESUME and course.status is not Status.PAUSED:
        raise ValidationError(_("This plan is not paused."), code="not_paused")
    if kind in (Kind.PAUSE, Kind.SET_STAGE) and course.status is Status.PAUSED:
        raise ValidationError(_("This plan is paused. Resume it first."), code="paused")
    if kind is Kind.SET_STAGE and stage is None:
        raise ValidationError({"stage": _("Choose a stage.")}, code="stage")
    if kind is Kind.SET_DOSE and exercise not in plan.version.protocol.exercises:
        raise ValidationError({"exercise": _("Choose an exercise of this plan.")}, code="exercise")


def _checked_dose(dose: Mapping[str, Any] | None) -> Any:
    if dose is None:
        return None
    try:
        return Dose.model_validate(dose).model_dump(mode="json")
    except pydantic.ValidationError as error:
        raise ValidationError({"dose": [problem["msg"] for problem in error.errors()]}, code="dose") from None
