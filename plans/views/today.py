"""Today: is anything wrong, how did yesterday go, what to do, what to swap, what comes next; in this order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from plans import phrasing
from plans.catalogue import catalogue
from plans.forms.setup import SPORTS
from plans.models import Entry, Plan
from plans.reminders.due import review_open
from plans.rules.course import Course
from plans.rules.dose import SessionKind
from plans.rules.words import Condition, Sport, StageId, Status

from . import cards, stopped
from .access import of_plan

RECENT_DAYS = 1
TOLD = 3


@dataclass(frozen=True)
class Part:
    """One of the three parts of a day's check-in, as a row that says whether it is done."""

    slug: str
    label: str
    said: str
    href: str

    @property
    def done(self) -> bool:
        return bool(self.said)


def entry_on(plan: Plan, date: Date) -> Entry | None:
    return plan.entries.filter(date=date).first()


def own_plans(request: HttpRequest) -> QuerySet[Plan]:
    """The plans that somebody follows themselves, in the order in which they began."""
    mine = Plan.objects.for_user(request.user).filter(athlete=request.user.pk).open()
    return mine.order_by("pk")


@require_safe
@login_required
def today(request: HttpRequest) -> HttpResponse:
    """The one plan's page; a choice between several; the front door without any."""
    return pick(request, show, "plans:today_of")


def pick(request: HttpRequest, show: Callable[[HttpRequest, Plan], HttpResponse], name: str) -> HttpResponse:
    """Show the page of the athlete's own plan, or let them choose when there are several."""
    plans = list(own_plans(request))
    if not plans:
        return redirect("plans:front")
    if len(plans) > 1:
        found = [
            (plan, catalogue().conditions[Condition(plan.condition)], plan.course(), reverse(name, args=[plan.pk]))
            for plan in plans
        ]
        return render(request, "plans/choose_plan.html", {"plans": found, "tab": name.partition(":")[2]})
    response = show(request, plans[0])
    patch_cache_control(response, private=True, no_cache=True)
    return response


def show(request: HttpRequest, plan: Plan) -> HttpResponse:
    course = plan.course()
    if stopped.is_stopped(course):
        return stopped.page(request, plan, course)
    page = frame(plan, course) | {"tab": "today"}
    running = course.status in (Status.ACTIVE, Status.MAINTENANCE)
    if course.stage is not None and running and not page["waiting"]:
        page |= _body(plan, course, course.stage)
    return render(request, "plans/today.html", page)


today_of = require_safe(of_plan(show))


def frame(plan: Plan, course: Course) -> dict[str, Any]:
    """What the head of every page of a running plan shows."""
    stage = course.protocol.stage(course.stage) if course.stage else None
    return {
        "plan": plan,
        "course": course,
        "condition": catalogue().conditions[Condition(plan.condition)],
        "date": plan.date_of(course.today),
        "stage": stage,
        "stage_day": course.today - course.since + 1,
        "way": way(course),
        "waiting": plan.local_today() < plan.start_date,
    }


def way(course: Course) -> list[dict[str, Any]]:
    """The four stages: behind, here, ahead."""
    here = course.stage.rank if course.stage else -1
    return [
        {"title": stage.title, "state": "done" if stage.id.rank < here else "now" if stage.id.rank == here else ""}
        for stage in course.protocol.stages[:-1]
    ]


def _body(plan: Plan, course: Course, stage: StageId) -> dict[str, Any]:
    date = plan.date_of(course.today)
    parts = day_parts(plan, date, course)
    lines = phrasing.session_lines(course)
    gate = phrasing.gate_lines(course)
    exercises = [item.exercise for item in course.session.items]
    place = "rest-day" if course.session.kind is SessionKind.REST else "today"
    return {
        "told": recent(course),
        "bookable": review_open(course),
        "parts": parts,
        "next": next_step(plan, course, parts),
        "lines": lines,
        "sport_name": str(dict(SPORTS).get(plan.sport, "")).partition(",")[0],
        "swap": course.protocol.stage(stage).swaps.get(Sport(plan.sport)) if plan.sport else None,
        "gate": gate,
        "gate_met": sum(line.met for line in gate),
        "next_stage": course.protocol.stages[stage.rank + 1] if gate else None,
        "checkpoint_on": plan.date_of(course.next_checkpoint.day) if course.next_checkpoint else None,
        "next_session_on": plan.date_of(course.today + course.next_session_in) if course.next_session_in else None,
        "pending": plan.date_of(course.pending_check) if course.pending_check else None,
        "cards": cards.of_exercises(plan, exercises) + cards.of_day(plan, place, stage, course.today),
    }


def recent(course: Course) -> list[phrasing.Told]:
    """How it went: what was decided yesterday and today, the newest first; else the last thing that was.

    Of two checks the newer one says how things are.
    """
    newest = list(reversed(course.notes))
    shown = [note for note in newest if note.day >= course.today - RECENT_DAYS] or newest[:1]
    last_check = next((note for note in shown if note.kind == "check"), None)
    shown = [note for note in shown if note.kind != "check" or note is last_check]
    return phrasing.all_told(shown[:TOLD], course.protocol)


def day_parts(plan: Plan, date: Date, course: Course) -> list[Part]:
    def href(slug: str) -> str:
        return reverse("plans:checkin_on", args=[plan.pk, slug, date.isoformat()])

    written, held = course.written, course.written.session
    morning = "" if written.morning is None else str(written.morning)
    dose = "" if held is None or held.dose is None else _("%(percent)s %%") % {"percent": held.dose}
    session = dose or (_("noted") if held is not None else "")
    later = "" if written.pain is None else str(written.pain)
    parts = [Part("morning", _("Morning"), morning, href("morning"))]
    if session or course.session.kind in (SessionKind.SESSION, SessionKind.RECOVERY):
        parts.append(Part("session", _("Session"), session, href("session")))
    return [*parts, Part("later", _("Evening"), later, href("later"))]


@dataclass(frozen=True)
class Step:
    """The one action at the thumb."""

    label: str
    href: str


def next_step(plan: Plan, course: Course, parts: list[Part]) -> Step | None:
    """What is to be done now: safety first, then the morning, the session, the evening; nothing when all is done."""
    if course.rescreen_wanted:
        return Step(_("Answer the safety questions"), reverse("plans:rescreen", args=[plan.pk]))
    open_ = {part.slug: part for part in parts if not part.done}
    if "morning" in open_:
        return Step(_("Check in: this morning"), open_["morning"].href)
    if "session" in open_:
        recovery = course.session.kind is SessionKind.RECOVERY
        label = _("Start recovery session") if recovery else _("Start session")
        return Step(label, reverse("plans:session", args=[plan.pk]))
    if "later" in open_:
        return Step(_("Check in: this evening"), open_["later"].href)
    return None
