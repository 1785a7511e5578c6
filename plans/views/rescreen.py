"""The red-flag questions again, a review that took place, and a clinician's clearance (G-2, DF-14, DF-17)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.signed_in import person
from plans import country
from plans.catalogue import catalogue
from plans.forms.fields import Choices
from plans.forms.redflags import AgainForm
from plans.forms.rescreen import BackForm, ReviewedForm
from plans.models import Plan
from plans.models.care import Kind, clear, intervene
from plans.models.diary import rescreen as answer_again
from plans.rules.words import Answer, Condition, Disposition, StageId
from plans.screens import screens

from . import stopped
from .access import of_plan
from .checkin import after_answers
from .refused import leaves, refused, status_of
from .today import frame


def again_form(plan: Plan, data: QueryDict | None) -> AgainForm:
    region = Condition(plan.condition).region
    injury = plan.screening.complete_answers.get("QE1", Answer.NO)
    return AgainForm(screens(region, plan.age, injury), region, data)


def answer_at_once(request: HttpRequest, plan: Plan, form: AgainForm) -> bool:
    """Take what was ticked although the rest is open. True when it stops the plan: then the rest can wait (G-0)."""
    ticked = form.ticked()
    if not ticked:
        return False
    plan.record(plan.date_of(plan.today()), {"answers": ticked}, person(request))
    return stopped.is_stopped(Plan.objects.get(pk=plan.pk).course())


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def rescreen(request: HttpRequest, plan: Plan) -> HttpResponse:
    course = plan.course()
    if plan.ended_on:
        return refused(request, plan, _ended())
    if stopped.is_stopped(course) and stopped.level(course) in stopped.NOW:
        return stopped.page(request, plan, course)
    data = request.POST if request.method == "POST" else None
    form = again_form(plan, data)
    if data is not None:
        if form.is_valid():
            answer_again(plan, form.answers(), person(request))
            return after_answers(request, plan)
        if answer_at_once(request, plan, form):
            return after_answers(request, plan)
    page = {"plan": plan, "form": form, "wanted": course.rescreen_wanted}
    return render(request, "plans/rescreen.html", page, status=400 if form.errors else 200)


def _ended() -> ValidationError:
    return ValidationError(_("This plan has ended. Start a new one to go on."), code="ended")


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def reviewed(request: HttpRequest, plan: Plan) -> HttpResponse:
    """I have been reviewed: who and when; logged, and the gates that waited for it may open (DF-17)."""
    course = plan.course()
    if stopped.is_stopped(course):
        return stopped.page(request, plan, course)
    form = ReviewedForm(plan.local_today(), request.POST or None, initial=_seen_today(plan))
    if request.method == "POST" and form.is_valid():
        try:
            intervene(plan, Kind.REVIEW, by=person(request), reason=_reason(form), seen=form.revision)
        except ValidationError as error:
            return refused(request, plan, error)
        messages.success(request, _("Your review is noted. The next stage can open."))
        return redirect("plans:today_of", plan.pk)
    page = frame(plan, course) | {"form": form, "revision": plan.revision}
    return render(request, "plans/reviewed.html", page, status=400 if form.errors else 200)


def _reason(form: ReviewedForm) -> str:
    given = form.cleaned_data
    role = dict(form.fields["role"].choices)[given["role"]]  # type: ignore[attr-defined]
    seen = date_format(given["cleared_on"], "j F Y")
    return ", ".join(str(part) for part in (given["by_name"], role, seen, given["note"]) if part)[:1000]


def _seen_today(plan: Plan) -> dict[str, Any]:
    return {"cleared_on": timezone.localdate(timezone=plan.athlete.zone)}


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def clearance(request: HttpRequest, plan: Plan) -> HttpResponse:
    """A clinician has cleared me: a stopped plan starts again at the stage that they named. Never an emergency."""
    course = plan.course()
    if not stopped.is_stopped(course) or plan.ended_on:
        return redirect("plans:today_of", plan.pk)
    if stopped.level(course) is Disposition.EMERGENCY:
        return render(request, "plans/seen.html", {"plan": plan, "revision": plan.revision})
    upto = course.stage or StageId.RELATIVE_REST
    stages: Choices = [(stage.id.value, stage.title) for stage in course.protocol.stages if stage.id.rank <= upto.rank]
    form = BackForm(stages, request.POST or None, initial=_seen_today(plan) | {"stage": StageId.RELATIVE_REST.value})
    if request.method == "POST" and form.is_valid():
        try:
            clear(plan, by=person(request), seen=form.revision, **form.cleared())
        except ValidationError as error:
            for leaf in leaves(error):
                form.add_error(None, leaf)
            return _clearance_page(request, plan, form, status=status_of(error))
        messages.success(request, _("Noted. Your plan goes on."))
        return redirect("plans:today_of", plan.pk)
    return _clearance_page(request, plan, form, status=400 if form.errors else 200)


def _clearance_page(request: HttpRequest, plan: Plan, form: BackForm, *, status: int) -> HttpResponse:
    page = {
        "plan": plan,
        "form": form,
        "revision": plan.revision,
        "condition": catalogue().conditions[Condition(plan.condition)],
        "country": country.country_of(request),
    }
    return render(request, "plans/clearance.html", page, status=status)
