"""Get help now: without an account, without a network, with one tap to call (G-3, AT-6)."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import CareLink
from accounts.signed_in import person
from plans import country
from plans.catalogue import catalogue
from plans.catalogue.types import Country, Group, QuestionRegion
from plans.forms.help import AskForm
from plans.models import Plan, escalation
from plans.rules.words import Disposition


def signs(here: Country) -> dict[str, Any]:
    """The emergency and urgent signs by region, and the numbers: the country's own first, then all."""
    questions = catalogue().questions.values()

    def listed(group: Group, region: QuestionRegion) -> list[str]:
        return [question.short for question in questions if question.group is group and question.region is region]

    return {
        "country": here,
        "countries": catalogue().countries.values(),
        "emergency": catalogue().dispositions[Disposition.EMERGENCY],
        "urgent": catalogue().dispositions[Disposition.URGENT],
        "both_now": listed(Group.EMERGENCY, QuestionRegion.GENERAL),
        "back_now": listed(Group.EMERGENCY, QuestionRegion.BACK),
        "elbow_now": listed(Group.EMERGENCY, QuestionRegion.ELBOW),
        "both_today": listed(Group.URGENT, QuestionRegion.GENERAL),
        "back_today": listed(Group.URGENT, QuestionRegion.BACK),
        "elbow_today": listed(Group.URGENT, QuestionRegion.ELBOW),
    }


@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """`?country=` shows another country's numbers without choosing it; the kept copy is asked for in this way."""
    here = catalogue().countries.get(request.GET.get("country", "")) or country.country_of(request)
    plans = Plan.objects.for_user(request.user).open() if request.user.is_authenticated else []
    asks = [(plan, AskForm(prefix=f"plan-{plan.pk}")) for plan in plans]
    return render(request, "plans/help.html", signs(here) | {"asks": asks})


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody wants to be looked at; asked twice on one day is asked once."""
    plan = get_object_or_404(Plan.objects.for_user(request.user).open(), pk=pk)
    form = AskForm(request.POST, prefix=f"plan-{plan.pk}")
    if not form.is_valid():
        return render(
            request,
            "plans/help.html",
            signs(country.country_of(request)) | {"asks": [(plan, form)]},
            status=400,
        )
    escalation.ask(plan, person(request), form.cleaned_data["note"])
    said = _("Your request is kept with your plan. Nobody watches it round the clock: if it gets worse, call now.")
    if CareLink.objects.open().filter(athlete=plan.athlete_id).exists():
        said = _("Your physio gets a message. Nobody watches it round the clock: if it gets worse, call now.")
    messages.success(request, said)
    return redirect("plans:help")
