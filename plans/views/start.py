"""The front door: what this is, which condition or where it hurts, and the country of the numbers."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plans import country
from plans.catalogue import catalogue
from plans.catalogue.types import Place
from plans.forms.start import CountryForm
from plans.intake import Intake
from plans.models import Plan, Screening
from plans.rules.words import Condition, Disposition

FIGURES = {
    Condition.LUMBAR_STRAIN: "back",
    Condition.SCIATICA_LIKE: "leg",
    Condition.TENNIS_ELBOW: "elbow-outer",
    Condition.GOLFERS_ELBOW: "elbow-inner",
}


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    intake = Intake.of(request)
    plans = Plan.objects.for_user(request.user).open().filter(athlete_id=request.user.pk)
    if request.user.is_authenticated and intake is None:
        if plans.exists():
            return redirect("plans:today")
        intake = _kept_with_account(request)
    elif request.user.is_authenticated and intake is not None and intake.agreed and intake.may_start:
        return redirect("plans:finish")  # just signed in: what was entered waits there
    waiting = intake is not None and intake.decided and intake.disposition.rank >= Disposition.REVIEW_FIRST.rank
    return render(
        request,
        "plans/front.html",
        {
            "intake": intake,
            "plans": plans,
            "conditions": catalogue().conditions.values(),
            "waiting": waiting and not intake.may_start if intake else False,
            "may_be_cleared": waiting and intake.disposition is not Disposition.EMERGENCY if intake else False,
        },
    )


def _kept_with_account(request: HttpRequest) -> Intake | None:
    """Answers that waited for a review, from this device or another, as long as they still count."""
    row = Screening.objects.for_user(request.user).filter(athlete_id=request.user.pk, plan=None).first()
    if row is None or not row.fresh or row.disposition == Disposition.EMERGENCY:
        return None
    intake = Intake.resumed(row)
    intake.keep(request)
    return intake


@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: HttpRequest) -> HttpResponse:
    """A tap on a condition begins the screening, afresh if there was one."""
    conditions = catalogue().conditions
    given = request.POST.get("condition", "")
    if request.method == "POST" and given in conditions:
        condition = Condition(given)
        if Plan.objects.for_user(request.user).open().filter(athlete_id=request.user.pk, condition=given).exists():
            messages.warning(request, _("You already follow a plan for this. End that one before you start again."))
            return redirect("plans:choose")
        Intake(region=condition.region.value, condition=given).keep(request)
        return redirect("plans:screening")
    if request.method == "POST":
        messages.error(request, _("Choose what fits best, or “Not sure”."))
    cards = [(condition, text, FIGURES[condition]) for condition, text in conditions.items()]
    return render(request, "plans/choose.html", {"cards": cards}, status=400 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def where(request: HttpRequest) -> HttpResponse:
    """For those who do not know a name: the place chooses the questions, the answers suggest the plan."""
    places = catalogue().places
    if request.method == "POST":
        place = next((place for place in places if place.id == request.POST.get("place")), None)
        if place is None:
            messages.error(request, _("Choose the place that hurts most."))
            return render(request, "plans/where.html", {"places": places}, status=400)
        return _from_place(request, place)
    return render(request, "plans/where.html", {"places": places})


def _from_place(request: HttpRequest, place: Place) -> HttpResponse:
    if place.region is None:
        here = country.country_of(request)
        return render(request, "plans/elsewhere.html", {"place": place, "country": here})
    Intake(region=place.region.value, place=place.id, site=place.site or "").keep(request)
    return redirect("plans:screening")


@require_http_methods(["GET", "HEAD", "POST"])
def choose_country(request: HttpRequest) -> HttpResponse:
    then = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(then, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        then = "/"
    form = CountryForm(request.POST or None, initial={"country": country.code_of(request)})
    if request.method == "POST" and form.is_valid():
        country.choose(request, form.cleaned_data["country"])
        return redirect(then)
    status = 400 if form.errors else 200
    return render(request, "plans/country.html", {"form": form, "next": then}, status=status)
