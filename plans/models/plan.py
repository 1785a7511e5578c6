"""A plan: one athlete following one protocol. What it is today is read off its course, never stored."""

from collections.abc import Iterable, Mapping
from datetime import date as Date
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import ClinicalQuerySet
from accounts.models import User
from plans.rules import diary as rules
from plans.rules.course import Course
from plans.rules.words import Condition, Onset, Sport

from . import diary, review
from .base import choices, function, number, one_of, score, scores, within
from .screening import Screening, Site
from .template import Version

if TYPE_CHECKING:
    from .courses import Reading
    from .diary import Entry
    from .review import WeeklyReview


class Stale(ValidationError):
    """Somebody changed the plan since the page was made: show it again, with what was typed."""

    def __init__(self) -> None:
        super().__init__(_("This plan has changed since you opened the page. Look at it again."), code="stale")


class Side(models.TextChoices):
    LEFT = "left", gettext_lazy("left")
    RIGHT = "right", gettext_lazy("right")
    BOTH = "both", gettext_lazy("both, or the middle")


class PlanQuerySet(ClinicalQuerySet["Plan"]):
    def open(self) -> Self:
        return self.filter(ended_on=None)

    def look_again(self) -> None:
        """Have the clock look at these plans with its next tick: something changed that their reminders hang on."""
        self.update(next_due_at=timezone.now())


class PlanManager(models.Manager.from_queryset(PlanQuerySet)):  # type: ignore[misc]
    """Fetches what a course needs in one go, but not the document: see Version.protocol."""

    def get_queryset(self) -> PlanQuerySet:
        plans = super().get_queryset().select_related("athlete", "version", "screening")
        return plans.defer("version__document")


class Plan(models.Model):
    # How far back a day can still be filled in or put right by the athlete, and how far ahead a plan can start.
    EDITABLE: ClassVar[timedelta] = timedelta(days=14)
    AHEAD: ClassVar[timedelta] = timedelta(days=14)

    athlete = models.ForeignKey(User, on_delete=models.CASCADE, related_name="plans")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="plans")
    # RESTRICT: goes when its athlete goes, and not before.
    screening = models.OneToOneField(Screening, on_delete=models.RESTRICT, related_name="plan")
    condition = models.CharField(max_length=20, choices=choices(Condition))
    start_date = models.DateField(gettext_lazy("first day"))
    age = number(gettext_lazy("age"), 0, 120)
    pain = number(gettext_lazy("average pain of the last 24 hours"), 0, 10)
    function = function(gettext_lazy("average of your own activities"))
    onset = models.CharField(max_length=10, choices=choices(Onset), default=Onset.GRADUAL.value)
    side = models.CharField(max_length=8, blank=True, choices=Side.choices)
    sport = models.CharField(max_length=20, blank=True, choices=choices(Sport))
    site = models.CharField(max_length=8, blank=True, choices=Site.choices)
    load_drivers = models.JSONField(default=list, blank=True)
    # A clinician had cleared a loading plan when it started (ST-G14).
    cleared = models.BooleanField(default=False)
    ended_on = models.DateField(null=True, blank=True)
    # The day on which to ask after the review that the athlete said they would book.
    booking_on = models.DateField(gettext_lazy("ask me on"), null=True, blank=True)
    # When the clock next looks at it; None when there is nothing left to look for (plans.reminders.clock).
    next_due_at = models.DateTimeField(null=True, blank=True, default=timezone.now, editable=False)
    # Why the last look failed; the clock tries again later.
    clock_error = models.CharField(max_length=200, blank=True, editable=False)
    # Counts changes; a page sends back the number that it was made from.
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = PlanManager()

    class Meta:
        ordering = ["-start_date", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["athlete", "condition"],
                condition=Q(ended_on=None),
                name="plan_one_open_of_a_condition",
                violation_error_message=gettext_lazy("You already follow a plan for this. End that one first."),
            ),
            one_of("plan_condition_known", "condition", Condition),
            one_of("plan_onset_known", "onset", Onset),
            one_of("plan_sport_known", "sport", Sport, or_empty=True),
            models.CheckConstraint(condition=Q(side__in=["", *Side.values]), name="plan_side_known"),
            models.CheckConstraint(condition=Q(site__in=["", *Site.values]), name="plan_site_known"),
            models.CheckConstraint(condition=Q(ended_on__gte=F("start_date")), name="plan_ends_after_start"),
            within("plan_age_0_120", "age", 0, 120),
            within("plan_function_0_10", "function", 0, 10),
            *scores("plan", "pain"),
        ]
        indexes = [
            models.Index(fields=["start_date"], condition=Q(ended_on=None), name="plan_open"),
            models.Index(fields=["next_due_at"], condition=Q(next_due_at__isnull=False), name="plan_due"),
            models.Index(fields=["id"], condition=~Q(clock_error=""), name="plan_clock_error"),
        ]

    def __str__(self) -> str:
        return f"{self.condition} {self.start_date}"

    # Days --------------------------------------------------------------------------------------------------------

    def local_today(self, now: datetime | None = None) -> Date:
        """The date on the athlete's wall calendar."""
        return (now or timezone.now()).astimezone(self.athlete.zone).date()

    def day_number(self, date: Date) -> int:
        """1 on the first day (DF-01). Dates are counted, not hours, so a clock change never loses or doubles a day."""
        return (date - self.start_date).days + 1

    def date_of(self, day: int) -> Date:
        return self.start_date + timedelta(days=day - 1)

    # The course --------------------------------------------------------------------------------------------------

    def intake(self) -> rules.Intake:
        return rules.Intake(
            age=self.age,
            pain=self.pain,
            function=Fraction(Decimal(self.function)),
            answers=self.screening.complete_answers,
            site=self.site or None,
            sport=Sport(self.sport) if self.sport else None,
            onset=Onset(self.onset),
            cleared=self.cleared,
        )

    def reading(self) -> "Reading":
        """What `follow` reads, in three queries."""
        from .courses import readings  # which reads what is done to plans, and that stands above this module

        return readings([self])[self.pk]

    def course(self, now: datetime | None = None) -> Course:
        """The plan as it stands at `now`, in three queries.

        After a flight west the wall calendar can lie behind the diary: the day that was already lived counts. Before
        its first day a plan stands as it will on that day.
        """
        reading = self.reading()
        return reading.course(reading.today(now))

    def today(self, now: datetime | None = None) -> int:
        """The number of the day that `course` takes for today."""
        return self.today_of(self.entries.values_list("date", flat=True), now)

    def today_of(self, written: Iterable[Date], now: datetime | None = None) -> int:
        """`today`, by the dates of its diary."""
        return max([1, self.day_number(self.local_today(now)), *map(self.day_number, written)])

    # Changes -----------------------------------------------------------------------------------------------------

    def locked(self) -> "Plan":
        """This plan as it is now, held for this transaction, so that two writers take turns."""
        return Plan.objects.select_for_update(of=("self",)).get(pk=self.pk)

    def bump(self, seen: int | None = None) -> None:
        """Count a change, and have the clock look again.

        `seen` is the revision that the writer looked at; raises Stale when it has moved on.
        """
        known = self.revision if seen is None else seen
        change = {"revision": F("revision") + 1, "next_due_at": timezone.now()}
        if not Plan.objects.filter(pk=self.pk, revision=known).update(**change):
            raise Stale
        self.revision = known + 1

    def look_again(self) -> None:
        Plan.objects.filter(pk=self.pk).look_again()

    def refuse_if_ended(self) -> None:
        if self.ended_on:
            raise ValidationError(_("This plan has ended. Start a new one to go on."), code="ended")

    def record(self, date: Date, values: Mapping[str, Any], by: User, *, now: datetime | None = None) -> "Entry":
        """See diary.record."""
        return diary.record(self, date, values, by, now=now)

    def review(self, week: int, values: Mapping[str, Any], by: User, *, now: datetime | None = None) -> "WeeklyReview":
        """See review.record."""
        return review.record(self, week, values, by, now=now)


class ActivityQuerySet(ClinicalQuerySet["Activity"]):
    athlete = "plan__athlete"


class Activity(models.Model):
    """One of the athlete's own two or three activities, scored each week (PSFS)."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="activities")
    name = models.CharField(gettext_lazy("activity"), max_length=80)
    position = number(gettext_lazy("place"), 1, 3)
    score = score(gettext_lazy("score at the start"))

    objects = ActivityQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="activity_place_once"),
            models.CheckConstraint(condition=~Q(name=""), name="activity_named"),
            within("activity_position_1_3", "position", 1, 3),
            *scores("activity", "score"),
        ]

    def __str__(self) -> str:
        return self.name
