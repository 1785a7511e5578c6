"""Which plan fits: asked of those who were not sure, and of those whose answers look like the other plan (PT-*)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from plans.catalogue import catalogue
from plans.catalogue.patterns import Patterns, patterns
from plans.forms.fit import PatternForm
from plans.intake import Intake
from plans.rules.pattern import Suggestion, Withheld, suggest
from plans.rules.pattern_questions import PatternAnswers
from plans.rules.pattern_signs import Match
from plans.rules.words import Condition, Region

from .screening import onward, stale
from .start import FIGURES


def suggestion(intake: Intake) -> Suggestion:
    answers = PatternAnswers(
        red_flags=intake.words,
        site=intake.site or None,
        asked=intake.asked,
        chosen=Condition(intake.condition) if intake.condition else None,
        injured=intake.injured,
        cleared=intake.cleared,
    )
    return suggest(Region(intake.region), intake.judge(), answers)


@require_http_methods(["GET", "HEAD", "POST"])
def fit(request: HttpRequest) -> HttpResponse:
    """Ask, then suggest; a tap on a plan takes it. Nobody is made to take the one that is suggested."""
    intake = Intake.of(request)
    if intake is None or not intake.may_start:
        return onward(intake) if intake else redirect("plans:choose")
    if answer := stale(request, intake):
        return answer
    if request.method == "POST" and "again" in request.POST:
        intake.asked = {}
        intake.keep(request)
    elif request.method == "POST" and (chosen := _chosen(request, intake)):
        intake.condition, intake.fitted = chosen.value, True
        intake.keep(request)
        return redirect("plans:setup")
    if not intake.condition and not intake.asked:
        return _ask(request, intake)
    found = suggestion(intake)
    if found.ask_again:
        return _again(request, intake, found.ask_again)
    if intake.condition and (intake.fitted or not found.disagrees_with_chosen):
        return redirect("plans:setup")
    return render(request, "plans/fit.html", _words(intake, found))


def _chosen(request: HttpRequest, intake: Intake) -> Condition | None:
    given = request.POST.get("condition", "")
    return Condition(given) if given in list(Condition) and Condition(given).region == intake.region else None


def _ask(request: HttpRequest, intake: Intake) -> HttpResponse:
    answered = request.method == "POST" and "again" not in request.POST
    form = PatternForm(Region(intake.region), request.POST if answered else None)
    if answered and form.is_valid():
        intake.asked = form.answers()
        intake.keep(request)
        return redirect("plans:fit")
    page = {"form": form, "intake": intake, "patterns": patterns()}
    return render(request, "plans/fit_questions.html", page, status=400 if form.errors else 200)


def _again(request: HttpRequest, intake: Intake, questions: tuple[str, ...]) -> HttpResponse:
    """A danger sign that came out late: its question is open again, and comes first."""
    for question in questions:
        intake.answers.pop(question, None)
    intake.asked, intake.saved, intake.cleared = {}, 0, False
    intake.keep(request)
    messages.warning(request, _("One of your answers needs a safety question again. Please answer it with care."))
    return onward(intake)


def _words(intake: Intake, found: Suggestion) -> dict[str, Any]:
    text = patterns()
    region = Region(intake.region)
    likely = [match.pattern.condition for match in found.patterns if match.pattern.condition]
    first = found.gentler or (likely[0] if likely else None)
    order = sorted((c for c in Condition if c.region is region), key=lambda c: (c is not first, c not in likely))
    titles = {c: catalogue().conditions[c] for c in order}
    return {
        "intake": intake,
        "text": text,
        "found": found,
        "matches": [(text.patterns[m.pattern], _confidence(text, m)) for m in found.patterns],
        "withheld": text.withheld[found.withheld] if found.withheld else "",
        "cards": [(c, titles[c], FIGURES[c], c is first) for c in order],
        "tie": text.tie.replace("{gentler}", titles[found.gentler].title) if len(likely) > 1 and found.gentler else "",
        "refer": [text.refer[rule] for rule in found.refer],
        "offer": found.withheld is not Withheld.REVIEW,
        "disagrees": _disagrees(intake, found, likely),
    }


def _confidence(text: Patterns, match: Match) -> str:
    return text.confidence[match.confidence].replace("{pattern}", text.patterns[match.pattern].title)


def _disagrees(intake: Intake, found: Suggestion, likely: list[Condition]) -> str:
    if not found.disagrees_with_chosen:
        return ""
    titles = catalogue().conditions
    words = {"chosen": titles[Condition(intake.condition)].title, "pattern": titles[likely[0]].title}
    text = patterns().disagrees
    if found.gentler:
        text = patterns().disagrees_gentler
        words["gentler"] = titles[found.gentler].title
    for name, title in words.items():
        text = text.replace("{" + name + "}", title)
    return text
