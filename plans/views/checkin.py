"""The check-in: a day in three parts, and what is new. Sending twice is sending once (promise 8).

An entry belongs to the day that stands on the page, not to the moment at which it arrives: a form kept on the phone
overnight is still yesterday's. A page made before somebody else changed the same answer says so, and keeps what was
typed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date as Date
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signed_in import person
from plans.forms.checkin import PARTS, SHARES, PartForm
from plans.forms.redflags import NewForm
from plans.models import EntryRevision, Plan
from plans.rules.course import Course
from plans.rules.words import Answer, Disposition

from . import stopped
from .access import of_plan, wants_json
from .fields import said
from .refused import leaves, refused, status_of
from .today import entry_on, frame

# What merges by itself: a yes is never taken back, so two pages cannot contradict each other (G-0).
MERGED = ("answers", "new_weakness")


@dataclass(frozen=True)
class Clash:
    """An answer that has become another since the page was made."""

    theirs: str
    yours: str
    at: datetime


def seen_of(plan: Plan, date: Date) -> int:
    """The newest revision of the day, 0 before there is one. A page carries it, and the form brings it back."""
    written = EntryRevision.objects.filter(entry__plan=plan, entry__date=date)
    return written.order_by("-pk").values_list("pk", flat=True).first() or 0


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def checkin(request: HttpRequest, plan: Plan, part: str, date: Date | None = None) -> HttpResponse:
    if part not in PARTS:
        raise Http404
    course = plan.course()
    date = date or plan.date_of(course.today)
    if stopped.is_stopped(course) and stopped.level(course) in stopped.NOW and request.method != "POST":
        return stopped.page(request, plan, course)
    entry = entry_on(plan, date)
    form = PARTS[part](course.protocol, entry, request.POST if request.method == "POST" else None)
    if error := plan_refuses(plan, date, course):
        return refused(request, plan, error)
    if form.is_bound and form.is_valid():
        return _save(request, plan, date, part, form)
    return _page(request, plan, date, part, form, status=400 if form.errors else 200)


def plan_refuses(plan: Plan, date: Date, course: Course) -> ValidationError | None:
    """What no form could put right, said before anything is typed. The model refuses the same."""
    today = plan.date_of(course.today)
    if plan.ended_on:
        return ValidationError(_("This plan has ended. Start a new one to go on."), code="ended")
    if date > today:
        return ValidationError(_("That day has not come yet. Choose today or an earlier day."), code="future")
    if date < plan.start_date:
        return ValidationError(_("Your plan had not started on that day yet."), code="before_start")
    return None


def _save(request: HttpRequest, plan: Plan, date: Date, part: str, form: PartForm) -> HttpResponse:
    values = form.values()
    with transaction.atomic():
        held = plan.locked()
        clashes = clashes_of(held, date, values, request.POST.get("seen", ""))
        if not clashes and (values or not form.something_new):
            try:
                held.record(date, values, person(request))
            except ValidationError as error:
                _blame(form, error)
                return _page(request, plan, date, part, form, status=status_of(error))
    if clashes:
        return _page(request, plan, date, part, form, clashes, status=409)
    if form.something_new:
        there = reverse("plans:new", args=[plan.pk, date])
        return _received(request, there)
    if not wants_json(request):
        messages.success(request, _saved(date, plan, values))
    return _received(request, reverse("plans:today_of", args=[plan.pk]))


def _blame(form: PartForm, error: ValidationError) -> None:
    """Put the model's error where the form can show it; a field that this part does not show has no place."""
    for leaf in leaves(error):
        form.add_error(None, leaf)


def _saved(date: Date, plan: Plan, values: dict[str, Any]) -> str:
    words = ", ".join(said(name, value) for name, value in values.items() if value not in (None, []))
    if date == plan.local_today():
        return _("Saved: %(words)s.") % {"words": words}
    return _("Saved for %(day)s: %(words)s.") % {"day": date_format(date, "l j F"), "words": words}


def _received(request: HttpRequest, there: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"state": "received", "next": there, "at": timezone.now().isoformat()})
    return redirect(there)


def clashes_of(plan: Plan, date: Date, values: dict[str, Any], seen: str) -> list[Clash]:
    """Answers that were changed since the page was made, and differ from what is sent now. The same again is none."""
    known = int(seen) if seen.isdecimal() else 0
    newer = EntryRevision.objects.filter(entry__plan=plan, entry__date=date, pk__gt=known).select_related("entry")
    found: dict[str, Clash] = {}
    for revision in newer.order_by("pk"):
        for name in revision.changed:
            now = getattr(revision.entry, name)
            if name in values and name not in MERGED and _plain(values[name]) != _plain(now):
                found[name] = Clash(said(name, now), said(name, values[name]), revision.created_at)
    return list(found.values())


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, list) else value


def _page(
    request: HttpRequest,
    plan: Plan,
    date: Date,
    part: str,
    form: PartForm,
    clashes: list[Clash] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    if wants_json(request) and status != 200:
        problems = [message for errors in form.errors.values() for message in errors]
        problems += [_("%(theirs)s is saved. You sent %(yours)s.") % vars(clash) for clash in clashes or ()]
        return JsonResponse({"state": "changed" if status == 409 else "refused", "problems": problems}, status=status)
    did = _percent(request.GET.get("did", ""))
    entry = plan.entries.filter(date=date).first() if form.is_bound else entry_on(plan, date)
    page = {
        "plan": plan,
        "form": form,
        "part": part,
        "date": date,
        "is_today": date == plan.local_today(),
        "entry": entry,
        "seen": seen_of(plan, date),
        "clashes": clashes or [],
        "shares": SHARES,
        "did": did,
        "likely": min(SHARES, key=lambda share: abs(share - did)) if did is not None else None,
    }
    return render(request, f"plans/checkin_{part}.html", page, status=status)


def _percent(text: str) -> int | None:
    """What the ticks of the session page suggest; anything else suggests nothing."""
    return int(text) if text.isdecimal() and len(text) <= 3 and int(text) <= 100 else None


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def new(request: HttpRequest, plan: Plan, date: Date | None = None) -> HttpResponse:
    """Something is new: the short list. A yes acts at once (AT-1, AT-2)."""
    course = plan.course()
    date = date or plan.date_of(course.today)
    if error := plan_refuses(plan, date, course):
        return refused(request, plan, error)
    known = known_yes(plan)
    asked = [id for id in course.protocol.every_day if id not in known]
    form = NewForm(asked, request.POST if request.method == "POST" else None)
    if not (form.is_bound and form.is_valid()):
        if form.is_bound and wants_json(request):
            return JsonResponse({"state": "refused", "problems": form.non_field_errors()}, status=400)
        page = {"plan": plan, "form": form, "date": date, "is_today": date == plan.local_today()}
        return render(request, "plans/new.html", page, status=400 if form.errors else 200)
    values: dict[str, Any] = {"answers": form.ticked()}
    if form.cleaned_data["weakness"]:
        values["new_weakness"] = True
    try:
        plan.record(date, values, person(request))
    except ValidationError as error:
        return refused(request, plan, error)
    return after_answers(request, plan)


def known_yes(plan: Plan) -> set[str]:
    """Questions answered yes at entry or since: a yes again is no news (DF-17)."""
    given: list[Mapping[str, Answer]] = [plan.screening.complete_answers]
    given += [entry.day().answers for entry in plan.entries.all()]
    return {id for answers in given for id, answer in answers.items() if answer is Answer.YES}


def after_answers(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Straight to what the answers come to; Today shows it, whatever it is."""
    fresh = Plan.objects.get(pk=plan.pk).course()
    if not stopped.is_stopped(fresh):
        wanted = fresh.review_wanted and fresh.screening.disposition is not Disposition.REVIEW_ALONGSIDE
        soon = _("Thank you. What you told us needs a review soon; see below.")
        messages.info(request, soon if wanted else _("Thank you. It is noted."))
    return _received(request, reverse("plans:today_of", args=[plan.pk]))


@require_safe
@of_plan
def day(request: HttpRequest, plan: Plan, date: Date) -> HttpResponse:
    """What was said of one day, and what it said before."""
    course = plan.course()
    if error := plan_refuses(plan, date, course):
        return refused(request, plan, error)
    if stopped.is_stopped(course) and stopped.level(course) in stopped.NOW:
        return stopped.page(request, plan, course)
    entry = entry_on(plan, date)
    revisions: Iterable[EntryRevision] = EntryRevision.objects.filter(entry=entry) if entry else ()
    page = frame(plan, course) | {
        "shown": date,
        "entry": entry,
        "revisions": [
            (revision, [(said(name, old), said(name, new)) for name, (old, new) in revision.changed.items()])
            for revision in revisions
        ],
        "editable": date >= plan.local_today() - Plan.EDITABLE,
        "tab": "today",
    }
    return render(request, "plans/day.html", page)
