"""The red-flag questions, a few screens of them. Each page is its own small form; the session holds the answers."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from plans import country
from plans.forms.screening import AboutForm, ScreenForm
from plans.intake import Intake
from plans.rules.words import Region


def onward(intake: Intake) -> HttpResponse:
    """To the next question, or to what the answers come to."""
    if intake.age is None:
        return redirect("plans:about")
    if intake.decided:
        return redirect("plans:outcome")
    return redirect("plans:screen", intake.open_screens[0].slug)


def stale(request: HttpRequest, intake: Intake) -> HttpResponse | None:
    """A page of an intake that was begun anew in another tab changes nothing."""
    if request.method != "POST" or request.POST.get("token") == intake.token:
        return None
    messages.warning(request, _("That page was out of date, so nothing on it was saved. This is where you are now."))
    return onward(intake)


@require_safe
def screening(request: HttpRequest) -> HttpResponse:
    intake = Intake.of(request)
    return onward(intake) if intake else redirect("plans:choose")


@require_http_methods(["GET", "HEAD", "POST"])
def about(request: HttpRequest) -> HttpResponse:
    intake = Intake.of(request)
    if intake is None:
        return redirect("plans:choose")
    if answer := stale(request, intake):
        return answer
    initial = {"age": intake.age, "country": country.code_of(request), "injury": intake.injury}
    form = AboutForm(Region(intake.region), request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        country.choose(request, form.cleaned_data["country"])
        intake.begin(form.cleaned_data["age"], form.began)
        intake.keep(request)
        return onward(intake)
    steps = len(intake.screens) + 1 if intake.screens else 7 if intake.region == Region.BACK else 6
    page = {"form": form, "intake": intake, "step": 1, "steps": steps}
    return render(request, "plans/about.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    intake = Intake.of(request)
    if intake is None or intake.age is None:
        return screening(request)
    if answer := stale(request, intake):
        return answer
    slugs = [screen.slug for screen in intake.screens]
    if slug not in slugs:
        raise Http404
    here = slugs.index(slug)
    shown = intake.screens[here]
    form = ScreenForm(shown, request.POST) if request.method == "POST" else ScreenForm.filled(shown, intake)
    if request.method == "POST" and form.is_valid():
        intake.site = form.cleaned_data.get("site") or intake.site
        intake.add(form.answers())
        intake.keep(request)
        return onward(intake)
    page = {
        "form": form,
        "intake": intake,
        "screen": shown,
        "step": here + 2,
        "steps": len(slugs) + 1,
        "before": slugs[here - 1] if here else "",
    }
    return render(request, "plans/screen.html", page, status=400 if form.errors else 200)
