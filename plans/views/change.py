"""What an athlete can change about a plan: the sport, a pause, its end. Each leaves an audit row (promise 9)."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.signed_in import person
from plans.forms.change import ChangeForm, EndForm, PauseForm, SportForm
from plans.models import Plan, care
from plans.models.care import Kind, intervene
from plans.models.sport import change_sport
from plans.rules.words import Status

from .access import of_plan
from .refused import leaves, refused, status_of
from .today import frame


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def sport(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = SportForm(request.POST or None, initial={"sport": plan.sport})

    def act() -> str:
        change_sport(plan, form.chosen, person(request), seen=form.revision)
        return _("Your sport is changed.")

    return _change(request, plan, form, act, "plans/sport.html")


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def pause(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = PauseForm(request.POST or None)

    def act() -> str:
        intervene(plan, Kind.PAUSE, by=person(request), reason=form.reason, seen=form.revision)
        return _("Your plan is paused. Nothing is lost; take it up again when you are ready.")

    return _change(request, plan, form, act, "plans/pause.html")


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def resume(request: HttpRequest, plan: Plan) -> HttpResponse:
    if request.method != "POST" and plan.course().status is not Status.PAUSED:
        return redirect("plans:today_of", plan.pk)
    form = ChangeForm(request.POST or None)

    def act() -> str:
        intervene(plan, Kind.RESUME, by=person(request), reason=_("Ready to go on"), seen=form.revision)
        return _("Welcome back. You go on in the same stage, one dose lower.")

    return _change(request, plan, form, act, "plans/resume.html")


@require_http_methods(["GET", "HEAD", "POST"])
@of_plan
def end(request: HttpRequest, plan: Plan) -> HttpResponse:
    form = EndForm(request.POST or None, initial={"choice": request.GET.get("why", "")})
    afresh = request.POST.get("choice") == "again"

    def act() -> str:
        care.end(plan, by=person(request), reason=form.reason, seen=form.revision)
        return _("Your plan has ended. Your diary stays here.")

    if request.method != "POST" and plan.ended_on:
        return redirect("plans:today_of", plan.pk)
    return _change(request, plan, form, act, "plans/end.html", "plans:choose" if afresh else "accounts:me")


def _change(
    request: HttpRequest, plan: Plan, form: ChangeForm, act: Callable[[], str], template: str, then: str = ""
) -> HttpResponse:
    """Show the form; or do it and say so. What the plan's state forbids is said on the same page."""
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act())
            return redirect(then) if then else redirect("plans:today_of", plan.pk)
        except ValidationError as error:
            if plan.ended_on:
                return refused(request, plan, error)
            for leaf in leaves(error):
                form.add_error(None, leaf)
            status = status_of(error)
            plan.refresh_from_db(fields=["revision"])
    page = frame(plan, plan.course()) | {"form": form, "revision": plan.revision}
    return render(request, template, page, status=status if status != 200 else 400 if form.errors else 200)
