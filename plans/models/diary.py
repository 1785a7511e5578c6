"""The diary: one entry a local day, written in parts, with what it said before."""

from collections.abc import Mapping
from datetime import date as Date
from datetime import datetime, timedelta
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
from plans.rules.words import AlertKind, Answer, Condition, Flag, Status

from . import escalation
from .base import number, person, score, scores, within
from .screening import checked_answers

if TYPE_CHECKING:
    from .plan import Plan

SESSION = ("during", "after", "before", "dose", "flags")
FIELDS = ("pain", "morning", *SESSION, "answers", "new_weakness")
READ = (*FIELDS, "rescreened")


class EntryQuerySet(ClinicalQuerySet["Entry"]):
    athlete = "plan__athlete"


class Entry(models.Model):
    """What the athlete said of one local day. None is not said; 0 is a score."""

    plan = models.ForeignKey("plans.Plan", on_delete=models.CASCADE, related_name="entries")
    date = models.DateField(gettext_lazy("day"))
    pain = score(gettext_lazy("average pain"))
    morning = score(gettext_lazy("pain in the morning"))
    during = score(gettext_lazy("worst during the session"))
    after = score(gettext_lazy("worst later that day"))
    before = score(gettext_lazy("pain before the session"))
    dose = number(gettext_lazy("share of the session done"), 0, 100, null=True, blank=True)
    flags = models.JSONField(default=list, blank=True)
    answers = models.JSONField(default=dict, blank=True)
    new_weakness = models.BooleanField(default=False)
    # All the questions were asked again on this day.
    rescreened = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EntryQuerySet.as_manager()

    class Meta:
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "date"], name="entry_once_a_day"),
            *scores("entry", "pain", "morning", "during", "after", "before"),
            within("entry_dose_0_100", "dose", 0, 100),
        ]

    def __str__(self) -> str:
        return str(self.date)

    @property
    def session(self) -> rules.Session | None:
        return self.day().session

    def day(self) -> rules.Day:
        return as_day(*(getattr(self, name) for name in READ))

    def apply(self, values: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Take over the given values; what is not given stays. Returns field to [before, after] of each real change."""
        changed = {}
        for name, value in values.items():
            before = getattr(self, name)
            after = self._cleaned(name, value)
            if after != before:
                setattr(self, name, after)
                changed[name] = [before, after]
        return changed

    def _cleaned(self, name: str, value: Any) -> Any:
        if name == "answers":
            given = checked_answers(Condition(self.plan.condition).region, value)
            # A yes, and a doubt, stay: a milder answer later never takes them back (G-0).
            return self.answers | {
                question: answer.at_least(Answer(self.answers.get(question, Answer.NO))).value
                for question, answer in given.items()
            }
        if name in ("new_weakness", "rescreened"):
            return bool(value) or getattr(self, name)
        if name == "flags":
            try:
                return sorted({Flag(flag).value for flag in value or ()})
            except ValueError:
                raise ValidationError({"flags": _("Choose from the list.")}) from None
        if isinstance(value, bool) or not isinstance(value, int | None):
            raise ValidationError({name: _("Give a whole number.")}, code="number")
        return value


class EntryRevisionQuerySet(ClinicalQuerySet["EntryRevision"]):
    athlete = "entry__plan__athlete"


class EntryRevision(models.Model):
    """What one writing changed: field to [before, after]."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="revisions")
    changed = models.JSONField()
    by = person()
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EntryRevisionQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]

    def __str__(self) -> str:
        return f"{self.entry} {self.created_at:%Y-%m-%d %H:%M}"


def as_day(
    pain: int | None,
    morning: int | None,
    during: int | None,
    after: int | None,
    before: int | None,
    dose: int | None,
    flags: list[str],
    answers: dict[str, str],
    new_weakness: bool,
    rescreened: bool,
) -> rules.Day:
    """A day as the rules read it, from the fields of READ."""
    share = None if dose is None else Fraction(dose)
    session = rules.Session(during, after, before, share, frozenset(map(Flag, flags)))
    given = {question: Answer(answer) for question, answer in answers.items()}
    return rules.Day(pain, morning, session if session.recorded else None, given, new_weakness, rescreened)


def record(plan: "Plan", date: Date, values: Mapping[str, Any], by: User, *, now: datetime | None = None) -> Entry:
    """Write what is given about one local day, and let everything follow from it, in one transaction.

    values: some of pain, morning, during, after, before (0 to 10), dose (percent), flags, answers (question to answer)
    and new_weakness. Only what is given changes, so the same values sent twice are the same as once. now: the moment of
    writing, which only demo data have in the past.
    Raises ValidationError, saying what to do, for a day in the future, before the start or older than 14 days (a physio
    may go further back), a session on a plan that is stopped or paused, an ended plan, and values out of range.
    """
    if unknown := sorted(set(values) - set(FIELDS)):
        raise ValidationError(_("%(names)s cannot be recorded."), params={"names": ", ".join(unknown)}, code="unknown")
    with transaction.atomic():
        return _write(plan.locked(), date, values, by, "entry.record", now or timezone.now())


def rescreen(plan: "Plan", answers: Mapping[str, Any], by: User) -> Entry:
    """All the red-flag questions answered again, today. Raises ValidationError when some are left open."""
    from plans.rules.screening import SITE_QUESTION, questions

    open_ = set(questions(Condition(plan.condition).region)) - {SITE_QUESTION} - set(answers)
    if open_:
        raise ValidationError(
            _("Please answer every question. %(count)s are still open."), params={"count": len(open_)}, code="open"
        )
    with transaction.atomic():
        plan = plan.locked()
        now = timezone.now()
        return _write(plan, plan.local_today(now), {"answers": answers, "rescreened": True}, by, "plan.rescreen", now)


def _write(plan: "Plan", date: Date, values: Mapping[str, Any], by: User, action: str, now: datetime) -> Entry:
    plan.refuse_if_ended()
    entry = plan.entries.filter(date=date).first() or Entry(plan=plan, date=date, created_at=now)
    _check_date(plan, entry, by, now)
    had_session = entry.session is not None
    changed = entry.apply(values)
    if entry.pk and not changed:
        return entry
    if set(changed) & set(SESSION):
        _refuse_session_on_stopped(plan, date, had_session, now)
    entry.updated_at = now
    entry.full_clean(exclude=["plan"])
    entry.save()
    EntryRevision.objects.create(entry=entry, changed=changed, by=by, created_at=now)
    plan.bump()
    audit.record(by, action, entry, athlete_id=plan.athlete_id, fields=changed)
    escalation.tell(plan, plan.course(now))
    return entry


def _check_date(plan: "Plan", entry: Entry, by: User, now: datetime) -> None:
    today, date = plan.local_today(now), entry.date
    if date < plan.start_date:
        raise ValidationError(
            _("Your plan starts on %(date)s. Choose that day or a later one."),
            params={"date": plan.start_date},
            code="before_start",
        )
    # Flown west over midnight: that day was today where it was begun, and may be finished.
    begun = entry.pk and now - entry.created_at <= timedelta(days=1)
    if date > today and not begun:
        raise ValidationError(_("That day has not come yet. Choose today or an earlier day."), code="future")
    if date < today - plan.EDITABLE and not (by.is_physio and by.pk != plan.athlete_id):
        raise ValidationError(
            _("That day is more than two weeks ago. Ask your physio to put it right."), code="too_old"
        )


def _refuse_session_on_stopped(plan: "Plan", date: Date, had_session: bool, now: datetime) -> None:
    """Days before the stop can still be filled in, and a session of that very day put right."""
    course = plan.course(now)
    if course.status is Status.PAUSED:
        raise ValidationError(_("Your plan is paused. Sessions start again when your physio says so."), code="paused")
    if course.status is not Status.STOPPED:
        return
    stopped = max((alert.day for alert in course.alerts if alert.kind is AlertKind.STOP), default=1)
    day = plan.day_number(date)
    if day > stopped or (day == stopped and not had_session):
        raise ValidationError(
            _("Your plan is stopped, so no session can be recorded. Open the plan to see what to do now."),
            code="stopped",
        )
