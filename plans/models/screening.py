"""A screening that somebody answered, and a clinician's clearance."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.access import ClinicalQuerySet, Person, visible_to
from accounts.models import User
from plans.rules import screening as rules
from plans.rules.words import Answer, Condition, Disposition, Onset, Region, Sport

from .base import choices, number, one_of, person, score, scores, within


class Site(models.TextChoices):
    """The choices of QE12."""

    OUTER = "outer", gettext_lazy("outer side")
    INNER = "inner", gettext_lazy("inner side")
    FRONT = "front", gettext_lazy("front")
    BACK = "back", gettext_lazy("back")


def checked_answers(region: Region, answers: Mapping[str, Any]) -> dict[str, Answer]:
    """Answers as words of the rules. Raises ValidationError for a question of another region or an unknown answer."""
    asked = set(rules.questions(region)) - {rules.SITE_QUESTION}
    if unknown := sorted(set(answers) - asked):
        raise ValidationError(
            _("%(questions)s is not asked here. Reload the page and answer again."),
            params={"questions": ", ".join(unknown)},
            code="question",
        )
    try:
        return {question: Answer(answer) for question, answer in answers.items()}
    except ValueError:
        raise ValidationError(_("Answer each question with yes, no or not sure."), code="answer") from None


class ScreeningQuerySet(ClinicalQuerySet["Screening"]):
    def claim(self, pk: int, user: User) -> bool:
        """Give a screening that was answered before signing in to its owner; False when it has one already."""
        return self.filter(pk=pk, athlete=None).update(athlete=user) == 1


class Screening(models.Model):
    """The answers as they were given, and what they came to. Without an athlete until somebody signs in."""

    # An older one says too little about today: the questions are asked again.
    GOOD_FOR: ClassVar[timedelta] = timedelta(days=14)

    athlete = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="screenings")
    region = models.CharField(max_length=8, choices=choices(Region))
    condition = models.CharField(max_length=20, blank=True, choices=choices(Condition))
    age = number(gettext_lazy("age"), 0, 120)
    answers = models.JSONField(default=dict, blank=True)
    pain = score(gettext_lazy("pain now"))
    site = models.CharField(max_length=8, blank=True, choices=Site.choices)
    sport = models.CharField(max_length=20, blank=True, choices=choices(Sport))
    onset = models.CharField(max_length=10, choices=choices(Onset), default=Onset.GRADUAL.value)
    disposition = models.CharField(max_length=20, choices=choices(Disposition))
    hits = models.JSONField(default=list, blank=True)
    country = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ScreeningQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["athlete", "-created_at"], name="screening_newest")]
        constraints = [
            one_of("screening_region_known", "region", Region),
            one_of("screening_condition_known", "condition", Condition, or_empty=True),
            one_of("screening_sport_known", "sport", Sport, or_empty=True),
            one_of("screening_onset_known", "onset", Onset),
            one_of("screening_disposition_known", "disposition", Disposition),
            models.CheckConstraint(condition=Q(site__in=["", *Site.values]), name="screening_site_known"),
            within("screening_age_0_120", "age", 0, 120),
            *scores("screening", "pain"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.disposition}"

    @classmethod
    def answer(cls, region: Region, age: int, answers: Mapping[str, Any], **fields: Any) -> "Screening":
        """Judge the answers and keep them with the result. A question left out reads as not sure (G-1)."""
        given = checked_answers(Region(region), answers)
        screening = cls(region=Region(region).value, age=age, answers={id: said.value for id, said in given.items()})
        for name, value in fields.items():
            setattr(screening, name, value)
        found = screening.result()
        screening.disposition = found.disposition.value
        screening.hits = [
            {"rule": hit.rule, "disposition": hit.disposition.value, **({"via": hit.via} if hit.via else {})}
            for hit in found.hits
        ]
        screening.full_clean(exclude=["athlete"])
        screening.save()
        return screening

    @property
    def complete_answers(self) -> dict[str, Answer]:
        answers = {question: Answer(answer) for question, answer in self.answers.items()}
        return rules.complete(Region(self.region), answers)

    @property
    def unanswered(self) -> list[str]:
        """Questions still open, in order. QE12, a choice of place, may be left out."""
        open_ = [question for question in rules.questions(Region(self.region)) if question not in self.answers]
        return [question for question in open_ if question != rules.SITE_QUESTION]

    def result(self, **known: Any) -> rules.Screening:
        """Judge the answers again, with what has become known since (pain, sport, condition, site, onset)."""
        facts = {name: known.get(name, getattr(self, name)) for name in ("pain", "site", "sport", "condition", "onset")}
        return rules.screen(
            rules.Facts(
                region=Region(self.region),
                age=self.age,
                answers=self.complete_answers,
                pain=facts["pain"],
                site=facts["site"] or None,
                sport=Sport(facts["sport"]) if facts["sport"] else None,
                condition=Condition(facts["condition"]) if facts["condition"] else None,
                injured=facts["onset"] == Onset.INJURY,
            )
        )

    @property
    def clearance(self) -> "Clearance | None":
        return self.clearances.order_by("-created_at").first()

    @property
    def fresh(self) -> bool:
        """Whether a plan may still start from it: 14 days from the answers, or from a clinician's clearance of them."""
        seen = self.clearance
        since = max(self.created_at, seen.created_at) if seen else self.created_at
        return timezone.now() - since <= self.GOOD_FOR

    def clear(self, *, by: User, by_name: str, role: str, cleared_on: Any, note: str = "") -> "Clearance":
        """Log that a clinician has cleared a loading plan. An emergency is never cleared: it is screened afresh."""
        if Disposition(self.disposition) is Disposition.EMERGENCY:
            raise ValidationError(
                _("These answers needed emergency help. Once you have been seen, answer all the questions again."),
                code="emergency",
            )
        clearance = Clearance(
            screening=self, by_name=by_name, role=role, cleared_on=cleared_on, note=note, recorded_by=by
        )
        first = timezone.localtime(self.created_at, by.zone).date()
        return clearance.log(earliest=first, athlete_id=self.athlete_id)


class Role(models.TextChoices):
    GP = "gp", gettext_lazy("GP or family doctor")
    PHYSIO = "physio", gettext_lazy("physiotherapist")
    SPECIALIST = "specialist", gettext_lazy("hospital doctor or specialist")
    OTHER = "other", gettext_lazy("another clinician")


class ClearanceQuerySet(ClinicalQuerySet["Clearance"]):
    """A clearance is of a screening or of a plan, so there are two ways to its athlete."""

    def for_user(self, user: Person) -> Self:
        return self.filter(visible_to(user, "plan__athlete") | visible_to(user, "screening__athlete"))


class Clearance(models.Model):
    """Who cleared a loading plan, in what role and when; logged for a screening, or for a plan that was stopped."""

    screening = models.ForeignKey(Screening, null=True, blank=True, on_delete=models.CASCADE, related_name="clearances")
    plan = models.ForeignKey("plans.Plan", null=True, blank=True, on_delete=models.CASCADE, related_name="clearances")
    by_name = models.CharField(gettext_lazy("name of the clinician"), max_length=120)
    role = models.CharField(gettext_lazy("their role"), max_length=20, choices=Role.choices)
    cleared_on = models.DateField(gettext_lazy("when"))
    note = models.CharField(gettext_lazy("what they said"), max_length=1000, blank=True)
    recorded_by = person()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(screening__isnull=True, plan__isnull=False) | Q(screening__isnull=False, plan__isnull=True),
                name="clearance_of_one_thing",
            ),
            models.CheckConstraint(condition=~Q(by_name=""), name="clearance_says_who"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="clearance_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.by_name}, {self.cleared_on}"

    def log(self, *, earliest: Any, athlete_id: int | None) -> "Clearance":
        self.by_name = self.by_name.strip()
        self.full_clean()
        if not earliest <= self.cleared_on <= timezone.localdate(timezone=self.recorded_by.zone):
            raise ValidationError(
                {"cleared_on": _("Give the day that you were seen: after these answers, and not in the future.")}
            )
        with transaction.atomic():
            self.save()
            audit.record(self.recorded_by, "clearance.log", self, athlete_id=athlete_id)
        return self
