"""The weekly review, the checkpoint that it answers, and the page to take to a clinician (MW-4 to MW-7)."""

from collections import Counter
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signed_in import person
from plans import phrasing
from plans.catalogue.cards import WEEKS, Card
from plans.forms.redflags import AgainForm
from plans.forms.review import ReviewForm
from plans.models import Escalation, Plan, WeeklyReview
from plans.models.diary import rescreen
from plans.rules.course import Course
from plans.rules.evidence import number
from plans.rules.phrases import ACTIONS, CHANGES, OUTCOMES
from plans.rules.records import CheckpointResult
from plans.rules.words import Action, Change

from . import cards, stopped
from .access import of_plan
from .checkin import after_answers
from .progress import figures
from .refused import leaves, refused, status_of
from .rescreen import again_form, answer_at_once
from .today import frame

# Cards of a checkpoint that speak to some: MW-4 to the slow but steady, MW-6 to those sent on about a scan.
SLOW, SCAN = "MW-4", "MW-6"
# The decisions that a clinician wants to see.
TO_SHOW = ("stop", "step_back", "gate", "drift", "three_reds", "review_alongside", "cleared", "reviewed")


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def review(request: HttpRequest, plan: Plan, week: int) -> HttpResponse:
    course = plan.course()
    if stopped.is_stopped(course):
        return stopped.page(request, plan, course)
    if error := _refuses(plan, course, week):
        return refused(request, plan, error)
    given = next((one for one in plan.reviews.all() if one.week == week), None)
    if given is not None and request.method != "POST" and "edit" not in request.GET:
        return _result(request, plan, course, given)
    data = request.POST if request.method == "POST" else None
    activities = list(plan.activities.all())
    form = ReviewForm(course.protocol, activities, given, data, asks_pain=_too_few(plan, course, week))
    again = again_form(plan, data) if _asks_flags(plan, week) else None
    if data is None:
        return _form(request, plan, course, week, form, again)
    if again is not None and not (form.is_valid() & again.is_valid()) and answer_at_once(request, plan, again):
        return after_answers(request, plan)
    if not form.is_valid() or (again is not None and not again.is_valid()):
        return _form(request, plan, course, week, form, again, status=400)
    return _save(request, plan, course, week, form, again)


def _refuses(plan: Plan, course: Course, week: int) -> ValidationError | None:
    if not 1 <= week <= 52:
        raise Http404
    if plan.ended_on:
        return ValidationError(_("This plan has ended. Start a new one to go on."), code="ended")
    if 7 * week > course.today:
        return ValidationError(_("That week is not over yet. Its review opens on the last day of it."), code="future")
    return None


def _too_few(plan: Plan, course: Course, week: int) -> bool:
    """DF-15: fewer daily scores than a mean needs."""
    days = range(7 * week - course.protocol.classes.mean_days + 1, 7 * week + 1)
    scores = [entry for entry in plan.entries.all() if entry.pain is not None and plan.day_number(entry.date) in days]
    return len(scores) < course.protocol.classes.min_values


def _asks_flags(plan: Plan, week: int) -> bool:
    """G-2: at weeks 1, 2, 4 and 6, unless all were answered again since that week's last day."""
    since = plan.date_of(7 * week)
    return str(week) in WEEKS and not any(entry.rescreened and entry.date >= since for entry in plan.entries.all())


def _save(
    request: HttpRequest, plan: Plan, course: Course, week: int, form: ReviewForm, again: AgainForm | None
) -> HttpResponse:
    try:
        with transaction.atomic():
            plan.review(week, form.values(), person(request))
            if again is not None:
                rescreen(plan, again.answers(), person(request))
    except ValidationError as error:
        for leaf in leaves(error):
            form.add_error(None, leaf)
        return _form(request, plan, course, week, form, again, status=status_of(error))
    if again is not None and again.ticked():
        return after_answers(request, plan)
    return redirect("plans:review", plan.pk, week)


def _form(
    request: HttpRequest,
    plan: Plan,
    course: Course,
    week: int,
    form: ReviewForm,
    again: AgainForm | None,
    *,
    status: int = 200,
) -> HttpResponse:
    checkpoint = any(point.week == week for point in course.protocol.checkpoints)
    page = frame(plan, course) | {"form": form, "again": again, "week": week, "checkpoint": checkpoint}
    return render(request, "plans/review.html", page, status=status)


def _result(request: HttpRequest, plan: Plan, course: Course, given: WeeklyReview) -> HttpResponse:
    found = next((result for result in course.checkpoints if result.week == given.week), None)
    page = frame(plan, course) | {
        "given": given,
        "week": given.week,
        "scores": given.scores.select_related("activity"),
        "result": found,
        "told": _told(course, given.week),
        "cards": _cards(plan, found) if found else [],
        "needs_somebody": found is not None and found.action is not Action.CONTINUE,
        "tab": "today",
    }
    return render(request, "plans/review_result.html", page)


def _told(course: Course, week: int) -> list[phrasing.Told]:
    notes = [note for note in course.notes if note.kind == "checkpoint" and note.rule == f"6.4/{week}"]
    return phrasing.all_told(notes, course.protocol)


def _cards(plan: Plan, result: CheckpointResult) -> list[Card]:
    found = cards.at(plan, f"checkpoint:{result.week}")
    if result.change is not Change.SOME:
        found = [card for card in found if SLOW not in card.implements]
    if result.action is not Action.SPECIALIST:
        found = [card for card in found if SCAN not in card.implements]
    return found


@require_safe
@of_plan
def summary(request: HttpRequest, plan: Plan) -> HttpResponse:
    """One page on paper for the clinician: what was done and how it went (MW-7). Also of a stopped or ended plan."""
    course = plan.course()
    page = frame(plan, course) | figures(plan, course) | _for_clinician(plan, course)
    return render(request, "plans/summary.html", page)


def _for_clinician(plan: Plan, course: Course) -> dict[str, Any]:
    counts = Counter(check.outcome for check in course.checks)
    results = [
        {"week": one.week, "change": CHANGES[one.change], "action": ACTIONS[one.action], "mean": one.mean_pain}
        for one in course.checkpoints
    ]
    return {
        "athlete": plan.athlete,
        "version": plan.version,
        "checks": [(_(OUTCOMES[outcome]), count) for outcome, count in counts.items()],
        "mean": number(course.mean_pain) if course.mean_pain is not None else None,
        "function_now": number(course.function),
        "results": results,
        "physio": [
            (plan.date_of(told.day), told.decision.physio.render(_))
            for told in phrasing.all_told(course.notes, course.protocol)
            if told.decision.kind in TO_SHOW
        ],
        "escalations": Escalation.objects.filter(plan=plan).order_by("day"),
        "hits": [hit.rule for hit in course.screening.hits],
    }
