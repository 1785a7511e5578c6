"""Why: every decision opens to its rule, the answers behind it, the version of the template and the source."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import phrasing
from plans.catalogue import catalogue
from plans.models import Plan
from plans.rules.course import Course
from plans.rules.evidence import Evidence
from plans.rules.phrases import ACTIONS, CHANGES
from plans.rules.records import CheckpointResult, Note
from plans.rules.register import register
from plans.rules.words import Change

from . import stopped
from .access import of_plan
from .today import frame


@require_safe
@of_plan
def why(request: HttpRequest, plan: Plan) -> HttpResponse:
    """All decisions, the newest day first."""
    course = plan.course()
    if stopped.is_stopped(course) and stopped.level(course) in stopped.NOW:
        return stopped.page(request, plan, course)
    told = phrasing.all_told(reversed(course.notes), course.protocol)
    days = [(plan.date_of(day), day, list(found)) for day, found in groupby(told, key=lambda one: one.day)]
    return render(request, "plans/why.html", frame(plan, course) | {"days": days, "tab": "today"})


@require_safe
@of_plan
def decision(request: HttpRequest, plan: Plan, day: int, rule: str) -> HttpResponse:
    course = plan.course()
    if stopped.is_stopped(course) and stopped.level(course) in stopped.NOW:
        return stopped.page(request, plan, course)
    notes = [note for note in course.notes if note.day == day and note.rule == rule]
    if not notes:
        raise Http404
    page = frame(plan, course) | {
        "shown": plan.date_of(day),
        "told": [
            {"said": told, "evidence": list(answered(told.decision.evidence))}
            for told in phrasing.all_told(notes, course.protocol)
        ],
        "rule": rule,
        "rules": [entry for note in notes for entry in _rules(note, course)],
        "also": _also(course, day, rule),
        "tab": "today",
    }
    return render(request, "plans/why_decision.html", page)


def answered(evidence: tuple[Evidence, ...]) -> Iterator[tuple[str, str]]:
    """A question in its own words, with what was answered."""
    for one in evidence:
        question = catalogue().questions.get(one.question) if one.question else None
        label = question.text if question else one.label.render(_)
        yield label, one.value.render(_)


def _also(course: Course, day: int, rule: str) -> list[phrasing.Told]:
    """What else was decided on that day."""
    return phrasing.all_told((note for note in course.notes if note.day == day and note.rule != rule), course.protocol)


@dataclass(frozen=True)
class RuleText:
    """A rule in the words of the rule book, with where it comes from."""

    id: str
    text: str
    source: str


def _rules(note: Note, course: Course) -> Iterator[RuleText]:
    """The rule that decided, and those that it names: the red flag behind a stop, what raised a checkpoint's action."""
    result = cast(CheckpointResult | None, note.values.get("result")) if note.kind == "checkpoint" else None
    named = [note.rule, str(note.values.get("because", "")), *(result.raised_by if result else ())]
    for id in dict.fromkeys(named):
        entry = register().get(id)
        if entry is not None:
            yield RuleText(entry.id, entry.text, entry.source)
    if result is not None:
        yield _row(result, course)


def _row(result: CheckpointResult, course: Course) -> RuleText:
    """The line of the checkpoint table for that week, as the template version has it."""
    actions = next(point.actions for point in course.protocol.checkpoints if point.week == result.week)
    lines = [
        f"{_(CHANGES[change])}: {_(ACTIONS[getattr(actions, change.value)])}"
        for change in (Change.CLEAR, Change.SOME, Change.NONE, Change.WORSE)
    ]
    return RuleText(_("In your plan."), " ".join(lines), _("the checkpoint table of this template version"))
