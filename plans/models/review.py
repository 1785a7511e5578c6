"""The weekly review: the athlete's own activities, and what the week did to sleep, work and training."""

from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import ClinicalQuerySet
from accounts.models import User
from plans.rules import diary as rules

from . import escalation
from .base import function, number, score, scores, within

if TYPE_CHECKING:
    from .plan import Plan

FIELDS = (
    "function",
    "adherence",
    "sleep_affected",
    "work_affected",
    "training_stopped",
    "pain",
    "change_since_start",
)


class ReviewQuerySet(ClinicalQuerySet["WeeklyReview"]):
    athlete = "plan__athlete"


class WeeklyReview(models.Model):
    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="reviews")
    week = number(gettext_lazy("week"), 1, 52)
    function = function(gettext_lazy("average of your own activities"), null=True, blank=True)
    # Given only where the diary does not know, as on paper; otherwise it is computed (DF-03).
    adherence = number(gettext_lazy("share of the sessions done"), 0, 100, null=True, blank=True)
    sleep_affected = models.BooleanField(default=False)
    work_affected = models.BooleanField(default=False)
    training_stopped = models.BooleanField(default=False)
    # Answers the question of too little data (DF-15).
    pain = score(gettext_lazy("average pain"))
    change_since_start = number(gettext_lazy("change since the start"), -7, 7, null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["week"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "week"], name="review_once_a_week"),
            within("review_week_1_52", "week", 1, 52),
            within("review_function_0_10", "function", 0, 10),
            within("review_adherence_0_100", "adherence", 0, 100),
            within("review_change_minus_7_7", "change_since_start", -7, 7),
            *scores("review", "pain"),
        ]

    def __str__(self) -> str:
        return str(self.week)

    def as_week(self) -> rules.Week:
        return rules.Week(
            function=None if self.function is None else Fraction(self.function),
            adherence=None if self.adherence is None else Fraction(self.adherence),
            sleep_affected=self.sleep_affected,
            work_affected=self.work_affected,
            training_stopped=self.training_stopped,
            pain=self.pain,
        )


class ActivityScoreQuerySet(ClinicalQuerySet["ActivityScore"]):
    athlete = "review__plan__athlete"


class ActivityScore(models.Model):
    """One activity in one week: 0 cannot do it, 10 as before."""

    review = models.ForeignKey(WeeklyReview, on_delete=models.CASCADE, related_name="scores")
    activity = models.ForeignKey("plans.Activity", on_delete=models.CASCADE, related_name="scores")
    score = number(gettext_lazy("score"), 0, 10)

    objects = ActivityScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "activity"], name="activity_score_once"),
            *scores("activity_score", "score"),
        ]

    def __str__(self) -> str:
        return f"{self.activity} {self.score}"


def mean(values: list[int]) -> Decimal:
    """A PSFS average as it is stored; see base.function."""
    return (Decimal(sum(values)) / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def record(
    plan: "Plan", week: int, values: Mapping[str, Any], by: User, *, now: datetime | None = None
) -> WeeklyReview:
    """Write what is given about one week, and let everything follow from it, in one transaction.

    values: some of FIELDS, or `scores` (activity id to 0 to 10), from which the function is the average.
    Raises ValidationError for a week that has not begun, one that ended over 14 days ago (a physio may go further
    back), an ended plan, an activity of somebody else, and values out of range. now: as in diary.record.
    """
    if unknown := sorted(set(values) - {*FIELDS, "scores"}):
        raise ValidationError(_("%(names)s cannot be recorded."), params={"names": ", ".join(unknown)}, code="unknown")
    with transaction.atomic():
        plan = plan.locked()
        plan.refuse_if_ended()
        now = now or timezone.now()
        _check_week(plan, week, by, now)
        review = plan.reviews.filter(week=week).first() or WeeklyReview(plan=plan, week=week, created_at=now)
        scored = _checked_scores(plan, values.get("scores") or {})
        given = {name: value for name, value in values.items() if name != "scores"}
        if scored:
            given["function"] = mean(list(scored.values()))
        changed = [name for name, value in given.items() if getattr(review, name) != value]
        if review.pk and not changed and scored.items() <= _stored(review).items():
            return review
        for name in changed:
            setattr(review, name, given[name])
        review.updated_at = now
        review.full_clean(exclude=["plan"])
        review.save()
        for activity, value in scored.items():
            review.scores.update_or_create(activity_id=activity, defaults={"score": value})
        plan.bump()
        audit.record(by, "review.record", review, athlete_id=plan.athlete_id, fields=changed)
        escalation.tell(plan, plan.course(now))
    return review


def _check_week(plan: "Plan", week: int, by: User, now: datetime) -> None:
    if isinstance(week, bool) or not isinstance(week, int) or not 1 <= week <= 52:
        raise ValidationError(_("Choose a week from 1 to 52."), code="week")
    today = plan.local_today(now)
    if plan.date_of(7 * week - 6) > today:
        raise ValidationError(_("That week has not come yet."), code="future")
    if plan.date_of(7 * week) < today - plan.EDITABLE and not (by.is_physio and by.pk != plan.athlete_id):
        raise ValidationError(
            _("That week is more than two weeks ago. Ask your physio to put it right."), code="too_old"
        )


def _stored(review: WeeklyReview) -> dict[int, int]:
    return dict(review.scores.values_list("activity_id", "score"))


def _checked_scores(plan: "Plan", given: Mapping[int, Any]) -> dict[int, int]:
    own = set(plan.activities.values_list("pk", flat=True))
    if set(given) - own:
        raise ValidationError(_("Score your own activities. Reload the page and try again."), code="activity")
    for value in given.values():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 10:
            raise ValidationError({"scores": _("Give a whole number from 0 to 10.")}, code="number")
    if given and set(given) != own:
        raise ValidationError({"scores": _("Score each of your activities.")}, code="all")
    return dict(given)
