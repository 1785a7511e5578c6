"""Progress: scores and stages over time, as a chart and as a table; sessions a week; the athlete's own activities."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date as Date
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import charts
from plans.models import Activity, ActivityScore, Plan
from plans.rules.course import Course
from plans.rules.diary import Day, Session
from plans.rules.phrases import OUTCOMES
from plans.rules.words import StageId

from . import stopped
from .access import of_plan
from .today import frame, pick

NO_SESSION = Session()


@require_safe
@login_required
def progress(request: HttpRequest) -> HttpResponse:
    return pick(request, show, "plans:progress_of")


def show(request: HttpRequest, plan: Plan) -> HttpResponse:
    course = plan.course()
    if stopped.is_stopped(course) and stopped.level(course) in stopped.NOW:
        return stopped.page(request, plan, course)
    page = frame(plan, course) | figures(plan, course) | {"tab": "progress"}
    return render(request, "plans/progress.html", page)


progress_of = require_safe(of_plan(show))


def figures(plan: Plan, course: Course) -> dict[str, Any]:
    """All that is shown of a plan's past, here and on the summary."""
    by_day = course.days
    pain = {day: entry.pain for day, entry in by_day.items() if entry.pain is not None}
    morning = {day: entry.morning for day, entry in by_day.items() if entry.morning is not None}
    return {
        "chart": charts.draw(course, pain, morning),
        "rows": list(_rows(plan, course, by_day)),
        "weeks": list(_weeks(course, by_day)),
        "activities": activities(plan),
        "function": course.function,
    }


@dataclass(frozen=True)
class Row:
    day: int
    date: Date
    stage: str
    pain: int | None
    morning: int | None
    during: int | None
    after: int | None
    dose: int | None
    outcome: str


def _rows(plan: Plan, course: Course, by_day: Mapping[int, Day]) -> Iterator[Row]:
    """One row a day that has an entry, the newest first."""
    outcomes = {check.day: OUTCOMES[check.outcome] for check in course.checks}
    for day in sorted(by_day, reverse=True):
        entry, stage = by_day[day], stage_on(course, day)
        title = course.protocol.stage(stage).title if stage else ""
        held = entry.held_session or NO_SESSION
        dose = None if held.dose is None else int(held.dose)
        scores = (entry.pain, entry.morning, held.during, held.after, dose)
        yield Row(day, plan.date_of(day), title, *scores, outcome=outcomes.get(day, ""))


def stage_on(course: Course, day: int) -> StageId | None:
    return next((entry.stage for entry in reversed(course.entries) if entry.day <= day), None)


@dataclass(frozen=True)
class WeekRow:
    week: int
    done: int
    due: int
    over: bool

    @property
    def most(self) -> int:
        return max(self.due, self.done, 1)


def _weeks(course: Course, by_day: Mapping[int, Day]) -> Iterator[WeekRow]:
    """Sessions done and due, week by week, the newest first (DF-03)."""
    for week in range((course.today + 6) // 7, 0, -1):
        first = 7 * week - 6
        stage = stage_on(course, first) or StageId.RELATIVE_REST
        done = sum(day in by_day and by_day[day].held_session is not None for day in range(first, first + 7))
        yield WeekRow(week, done, course.protocol.stage(stage).sessions_a_week, over=course.today > 7 * week)


@dataclass(frozen=True)
class ActivityRow:
    name: str
    scores: list[tuple[str, int | Decimal | None]]

    @property
    def latest(self) -> int | Decimal | None:
        return next((score for _week, score in reversed(self.scores) if score is not None), None)


def activities(plan: Plan) -> list[ActivityRow]:
    """The athlete's own activities, at the start and in each review."""
    given: dict[int, dict[int, int]] = {}
    for score in ActivityScore.objects.filter(review__plan=plan).select_related("review"):
        given.setdefault(score.activity_id, {})[score.review.week] = score.score
    weeks = sorted({week for scores in given.values() for week in scores})
    return [
        ActivityRow(
            activity.name,
            [("0", activity.score), *((str(week), given.get(activity.pk, {}).get(week)) for week in weeks)],
        )
        for activity in Activity.objects.filter(plan=plan)
    ]
