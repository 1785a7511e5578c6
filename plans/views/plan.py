"""The plan as a whole: every stage, what it holds and what opens the next; where I am; what the text rests on."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans import phrasing
from plans.models import Plan
from plans.rules.course import Course
from plans.rules.evidence import number
from plans.rules.protocol import Stage
from plans.rules.words import Sport

from . import cards, stopped
from .access import of_plan
from .today import frame, pick


@require_safe
@login_required
def plan(request: HttpRequest) -> HttpResponse:
    return pick(request, show, "plans:plan_of")


def show(request: HttpRequest, plan: Plan) -> HttpResponse:
    course = plan.course()
    if stopped.is_stopped(course):
        return stopped.page(request, plan, course)
    page = frame(plan, course) | {
        "stages": [_stage(plan, course, stage) for stage in course.protocol.stages],
        "protocol": course.protocol,
        "sources": sorted(course.protocol.sources.values(), key=lambda source: source.title),
        "checkpoints": [
            point for point in course.protocol.checkpoints if not point.only_injured or plan.onset == "injury"
        ],
        # the template says in its own words what to expect
        "cards": [card for card in cards.at(plan, "plan") if "expectation" not in card.where],
        "tab": "plan",
    }
    return render(request, "plans/plan.html", page)


plan_of = require_safe(of_plan(show))


def _stage(plan: Plan, course: Course, stage: Stage) -> dict[str, Any]:
    here = course.stage
    step = course.dose.step if here is stage.id else 0
    sport = Sport(plan.sport) if plan.sport else None
    shown = [given for given in stage.prescriptions if not given.only_for or sport in given.only_for]
    return {
        "stage": stage,
        "state": "now" if here is stage.id else "done" if here and stage.id.rank < here.rank else "",
        "lines": [phrasing.prescribed(stage, given, course.protocol, step) for given in shown],
        "step": step,
        "steps": len(stage.steps),
        "gate": [needed for needed, _actual in phrasing.gate_needs(stage.gate)] if stage.gate else [],
        "misfit": number(stage.misfit_mean_pain) if stage.misfit_mean_pain is not None else "",
        "swap": stage.swaps.get(sport) if sport else None,
        "cards": [card for card in cards.at(plan, f"stage:{stage.id}") if "plan" not in card.where],
    }
