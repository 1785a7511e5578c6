"""What a person was told and must look at. A row is never withdrawn, but acknowledged and closed with an outcome."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import ClinicalQuerySet
from accounts.models import User
from plans.rules.course import Course
from plans.rules.words import Action, AlertKind, Disposition

from .base import choices, number, one_of, person, together

if TYPE_CHECKING:
    from .plan import Plan


class Kind(StrEnum):
    """The alerts of a course; a checkpoint whose action needs somebody; and an athlete who asks (AT-6)."""

    STOP = AlertKind.STOP.value
    RETRIAGE = AlertKind.RETRIAGE.value
    EARLY_REVIEW = AlertKind.EARLY_REVIEW.value
    SILENCE = AlertKind.SILENCE.value
    CHECKPOINT = "checkpoint"
    ASKED = "asked"


class EscalationQuerySet(ClinicalQuerySet["Escalation"]):
    athlete = "plan__athlete"

    def open(self) -> "EscalationQuerySet":
        return self.filter(closed_at=None)


class Escalation(models.Model):
    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="escalations")
    day = number(gettext_lazy("day of the plan"), 1, 3660)
    rule = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=choices(Kind))
    disposition = models.CharField(max_length=20, blank=True, choices=choices(Disposition))
    action = models.CharField(max_length=20, blank=True, choices=choices(Action))
    note = models.CharField(gettext_lazy("in the athlete's words"), max_length=1000, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Messages about it were put into the outbox of whoever looks after the athlete.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = person(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = person(null=True, blank=True)
    outcome = models.CharField(gettext_lazy("outcome"), max_length=1000, blank=True)

    objects = EscalationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["created_at"], condition=Q(closed_at=None), name="escalation_open")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "day", "rule", "kind"], name="escalation_told_once"),
            one_of("escalation_kind_known", "kind", Kind),
            one_of("escalation_disposition_known", "disposition", Disposition, or_empty=True),
            one_of("escalation_action_known", "action", Action, or_empty=True),
            models.CheckConstraint(condition=Q(day__gte=1) & ~Q(rule=""), name="escalation_day_and_rule"),
            together("escalation_acknowledged", "acknowledged_at", "acknowledged_by"),
            together("escalation_closed", "closed_at", "closed_by"),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="") | (Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="escalation_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(acknowledged_at__isnull=False), name="escalation_seen_before_closed"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rule}"

    def acknowledge(self, by: User) -> None:
        """Somebody has it in hand. The first one stays the one, whoever presses after them."""
        now = timezone.now()
        with transaction.atomic():
            waiting = Escalation.objects.filter(pk=self.pk, acknowledged_at=None)
            if waiting.update(acknowledged_at=now, acknowledged_by=by):
                audit.record(by, "escalation.acknowledge", self, athlete_id=self.plan.athlete_id)
        self.refresh_from_db()

    def close(self, by: User, outcome: str) -> None:
        """Done, with what came of it. Raises ValidationError without an outcome; a second closing changes nothing."""
        if not outcome.strip():
            raise ValidationError({"outcome": _("Say what came of it.")}, code="outcome")
        with transaction.atomic():
            self.acknowledge(by)
            still_open = Escalation.objects.filter(pk=self.pk, closed_at=None)
            if still_open.update(closed_at=timezone.now(), closed_by=by, outcome=outcome.strip()[:1000]):
                audit.record(by, "escalation.close", self, athlete_id=self.plan.athlete_id, fields=["outcome"])
        self.refresh_from_db()


def due(plan: "Plan", course: Course) -> list[Escalation]:
    """All that this course asks somebody to look at: its alerts, and checkpoints from a physio's review upwards."""
    # A plan that has stopped raises no second alert, but what is told afterwards can be more urgent: the note of each
    # stop carries how urgent it is, so that somebody is told again.
    found = [
        Escalation(
            plan=plan,
            day=note.day,
            rule=note.rule,
            kind=Kind.STOP.value,
            disposition=str(note.values["disposition"]),
        )
        for note in course.notes
        if note.kind == "stop"
    ]
    for alert in course.alerts:
        if alert.kind is not AlertKind.STOP:
            found.append(Escalation(plan=plan, day=alert.day, rule=alert.rule, kind=alert.kind.value))
    for result in course.checkpoints:
        if result.action.rank >= Action.PHYSIO.rank:
            rule, action = f"6.4/{result.week}", result.action.value
            found.append(Escalation(plan=plan, day=result.day, rule=rule, kind=Kind.CHECKPOINT.value, action=action))
    return found


def tell(plan: "Plan", course: Course) -> list[Escalation]:
    """Write what this course asks for and was not told yet. Nothing is taken back when a correction undoes an alert."""
    with transaction.atomic():
        told = set(plan.escalations.values_list("day", "rule", "kind"))
        new = [row for row in due(plan, course) if (row.day, row.rule, row.kind) not in told]
        for row in new:
            row.save()
            audit.record(None, "escalation.raise", row, athlete_id=plan.athlete_id)
    return new


def ask(plan: "Plan", by: User, note: str = "") -> Escalation:
    """AT-6: the athlete asks to be looked at, without meeting a rule. Asked twice on one day is asked once."""
    day = max(1, plan.day_number(plan.local_today()))
    with transaction.atomic():
        asked, new = Escalation.objects.get_or_create(
            plan=plan, day=day, rule="AT-6", kind=Kind.ASKED.value, defaults={"note": note.strip()[:1000]}
        )
        if new:
            audit.record(by, "escalation.ask", asked, athlete_id=plan.athlete_id)
            plan.look_again()
    return asked
