"""Today's session, one exercise after the other, and each exercise's own page."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import phrasing
from plans.forms.session import SkipForm
from plans.models import Plan
from plans.rules.course import Course
from plans.rules.dose import SessionKind

from . import cards, stopped
from .access import of_plan
from .today import frame

TO_DO = (SessionKind.SESSION, SessionKind.RECOVERY)


@require_safe
@of_plan
def session(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The warm-up comes first: done, or left out for a reason (SF4-020). Then the exercises, to be ticked off.

    Nothing is stored here. What was done is said in the check-in, which the last button leads to.
    """
    course = plan.course()
    if stopped.is_stopped(course):
        return stopped.page(request, plan, course)
    if course.rescreen_wanted:
        return redirect("plans:rescreen", plan.pk)
    if course.session.kind is SessionKind.NONE:
        return redirect("plans:today_of", plan.pk)
    if "finish" in request.GET:
        return _finish(request, plan, course)
    lines = phrasing.session_lines(course)
    skip = SkipForm(request.GET if "skip" in request.GET else None)
    warm = request.GET.get("warm-up") == "done" or (skip.is_bound and skip.is_valid())
    ready = warm or not lines["warm_up"] or course.session.kind not in TO_DO
    names = [item.exercise for item in course.session.items]
    page = frame(plan, course) | {
        "lines": lines,
        "ready": ready,
        "skip": skip,
        "to_do": course.session.kind in TO_DO,
        "work": lines["session"] + lines["every_day"],
        "technique": cards.of_exercises(plan, names),
        "warm_cards": cards.at(plan, "warm-up")[:2],
        "tab": "today",
    }
    return render(request, "plans/session.html", page, status=400 if skip.errors else 200)


def _finish(request: HttpRequest, plan: Plan, course: Course) -> HttpResponse:
    """On to the check-in, with the share that the ticks suggest; the athlete has the last word."""
    planned = {item.exercise for item in course.session.items if item.when != "warm-up"}
    ticked = planned & set(request.GET.getlist("done"))
    there = reverse("plans:checkin_on", args=[plan.pk, "session", plan.date_of(course.today)])
    if not planned or not ticked:
        return redirect(there)
    return redirect(f"{there}?did={100 * len(ticked) // len(planned)}")


@require_safe
@of_plan
def exercise(request: HttpRequest, plan: Plan, slug: str) -> HttpResponse:
    """All about one exercise: what it is for, how, what to feel, when to stop. Never on a stopped plan."""
    course = plan.course()
    if stopped.is_stopped(course):
        return stopped.page(request, plan, course)
    found = course.protocol.exercises.get(slug)
    if found is None:
        raise Http404
    page = frame(plan, course) | {
        "exercise": found,
        "doses": _doses(course, slug),
        "sources": [course.protocol.sources[id] for id in found.sources if id in course.protocol.sources],
        "technique": cards.of_exercises(plan, [slug]),
        "tab": "today",
    }
    return render(request, "plans/exercise.html", page)


def _doses(course: Course, slug: str) -> list[dict[str, Any]]:
    """Today's dose, else where in the plan it comes."""
    today = [phrasing.line_of(item, course.protocol) for item in course.session.items if item.exercise == slug]
    if today:
        return [{"where": _("Today"), "line": today[0]}]
    return [
        {"where": stage.title, "line": phrasing.prescribed(stage, given, course.protocol)}
        for stage in course.protocol.stages
        for given in stage.prescriptions
        if given.exercise == slug
    ]
