"""A plan that a red flag or a score has stopped: what to do now, and no exercise (promise 1)."""

from collections.abc import Mapping
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from plans import country
from plans.catalogue import catalogue
from plans.models import Plan
from plans.phrasing import told
from plans.rules.course import Course
from plans.rules.records import Note
from plans.rules.words import Answer, Disposition, Status

TEMPLATES = {
    Disposition.EMERGENCY: "plans/stopped_now.html",
    Disposition.URGENT: "plans/stopped_now.html",
}
NOW = tuple(TEMPLATES)


def is_stopped(course: Course) -> bool:
    """Whether no session may be shown: stopped, or never allowed to start."""
    return course.status in (Status.STOPPED, Status.NOT_STARTED)


def level(course: Course) -> Disposition:
    return course.stopped_for or course.screening.disposition


def page(request: HttpRequest, plan: Plan, course: Course) -> HttpResponse:
    """The outcome screen in place of any page of the plan. A 200: this is what the plan says today."""
    found = level(course)
    here = country.country_of(request)
    text = catalogue().dispositions[found]
    reasons = _reasons(course, found, request)
    words = {
        "plan": plan,
        "found": found,
        "country": here,
        "title": here.fill(text.title),
        "lead": here.fill(text.lead),
        "do": [here.fill(line) for line in text.do],
        "bring": [here.fill(line) for line in text.bring],
        "leave": [here.fill(line) for line in text.leave],
        "after": here.fill(text.after),
        "unsure": here.fill(text.unsure),
        "reasons": reasons,
        "says": list(dict.fromkeys(reason["say"] for reason in reasons if reason["say"])),
        # G-1: not sure of an emergency sign is urgent, and shows the emergency text as well.
        "emergency_too": found is Disposition.URGENT and any(reason.get("via") for reason in reasons),
        # On the day itself nothing stands on the screen but what to do.
        "later": course.today > _stopped_on(course),
        "bookable": course.status is Status.STOPPED and found is Disposition.REVIEW_FIRST,
        "date": plan.date_of(course.today),
    }
    return render(request, TEMPLATES.get(found, "plans/stopped_review.html"), words)


def _stopped_on(course: Course) -> int:
    return max((note.day for note in course.notes if note.kind == "stop"), default=0)


def _reasons(course: Course, found: Disposition, request: HttpRequest) -> list[dict[str, Any]]:
    """Why, in the person's own answers, the most urgent first; what to say on the phone (MW-1)."""
    last = _stopped_on(course)
    stops = [note for note in course.notes if note.kind == "stop" and note.day == last]
    if not stops:
        return [_flag(request, hit.rule, {}, hit.via) for hit in course.screening.hits if hit.disposition is found]
    stops.sort(key=lambda note: -Disposition(str(note.values["disposition"])).rank)
    return [_of_note(request, course, note) for note in stops]


def _of_note(request: HttpRequest, course: Course, note: Note) -> dict[str, Any]:
    flag = str(note.values.get("because", note.rule))
    if flag not in catalogue().flags:
        said = told(note, course.protocol)
        evidence = [(one.label.render(_), one.value.render(_)) for one in said.decision.evidence]
        return {"why": said.sentence, "say": "", "extra": "", "rule": note.rule, "evidence": evidence}
    answers = cast(Mapping[str, Answer], note.values.get("answers", {}))
    return _flag(request, flag, answers)


def _flag(request: HttpRequest, rule: str, answers: Mapping[str, Answer], via: str | None = None) -> dict[str, Any]:
    flag = catalogue().flags[rule]
    unsure = bool(answers) and not any(answers.get(id) is Answer.YES for id in flag.said)
    return {
        "why": flag.reason(answers),
        "say": flag.say,
        "extra": country.country_of(request).fill(flag.extra),
        "rule": rule,
        "via": via or ("G-1" if unsure and any(id in answers for id in flag.said) else ""),
    }
