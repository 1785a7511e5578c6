"""What the answers come to: five outcomes, and a clinician's clearance (G-0, ST-G14)."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.signed_in import person
from plans import country
from plans.catalogue import catalogue
from plans.forms.outcome import ClearanceForm
from plans.intake import Intake
from plans.models import Screening
from plans.models.screening import Clearance
from plans.rules.screening import Screening as Result
from plans.rules.words import Disposition, Region

from .screening import onward

TEMPLATES = {
    Disposition.EMERGENCY: "plans/outcome_emergency.html",
    Disposition.URGENT: "plans/outcome_emergency.html",
    Disposition.REVIEW_FIRST: "plans/outcome_review.html",
    Disposition.REVIEW_ALONGSIDE: "plans/outcome_go.html",
    Disposition.SELF_MANAGED: "plans/outcome_go.html",
}
PUT_RIGHT = {"pain": "RF-G16", "sport": "RF-E19"}  # what set-up asks and a slip can spoil
SEEN_FIRST = (Disposition.URGENT, Disposition.REVIEW_FIRST)


def words_of(request: HttpRequest, intake: Intake, found: Result) -> dict[str, Any]:
    """What the page says: the action, the reasons in the person's own answers, what to say (MW-1)."""
    here = country.country_of(request)
    text = catalogue().dispositions[found.disposition]
    level = found.hits[0].disposition if found.hits else None
    rules = [hit.rule for hit in found.hits]
    reasons = [
        {
            "why": catalogue().flags[hit.rule].reason(intake.words),
            "say": catalogue().flags[hit.rule].say,
            "extra": here.fill(catalogue().flags[hit.rule].extra),
            "rule": hit.rule,
        }
        for hit in found.hits
    ]
    leading = sum(hit.disposition is level for hit in found.hits)
    return {
        "intake": intake,
        "found": found.disposition,
        "country": here,
        "title": here.fill(text.title),
        "lead": here.fill(text.lead),
        "do": [here.fill(line) for line in text.do],
        "bring": [here.fill(line) for line in text.bring],
        "leave": [here.fill(line) for line in text.leave],
        "after": here.fill(text.after),
        "unsure": here.fill(text.unsure),
        "reasons": reasons[:leading],
        "also": reasons[leading:],
        # G-1: not sure of an emergency sign is urgent, and shows the emergency text as well.
        "put_right": next((slug for slug, rule in PUT_RIGHT.items() if rule in rules and intake.may_set(slug)), ""),
        "emergency_too": found.disposition is Disposition.URGENT and any(hit.via for hit in found.hits[:leading]),
    }


@require_safe
def outcome(request: HttpRequest) -> HttpResponse:
    intake = Intake.of(request)
    if intake is None or not intake.decided:
        return onward(intake) if intake else redirect("plans:choose")
    found = intake.judge()
    if found.disposition.rank >= Disposition.REVIEW_FIRST.rank:
        intake.mark_judged()
        if request.user.is_authenticated:
            save(request, intake)
        intake.keep(request)
    page = words_of(request, intake, found)
    return render(request, TEMPLATES[found.disposition], page)


def save(request: HttpRequest, intake: Intake) -> Screening:
    """Keep the answers with the account, once. They date from when they were given, so a clearance can follow them."""
    mine = Screening.objects.for_user(request.user).filter(athlete=request.user.pk)
    if intake.saved and (row := mine.filter(pk=intake.saved).first()):
        return row
    row = Screening.answer(
        Region(intake.region),
        intake.age or 0,
        intake.answers,
        athlete=request.user,
        condition=intake.condition,
        pain=intake.pain,
        site=intake.site,
        sport=intake.sport,
        onset=intake.onset_word,
        country=country.code_of(request),
        created_at=intake.judged,
    )
    intake.saved = row.pk
    intake.keep(request)
    return row


@require_http_methods(["GET", "HEAD", "POST"])
def cleared(request: HttpRequest) -> HttpResponse:
    """A clinician has cleared me: who, in which role, when, what was examined; logged. An emergency never is."""
    intake = Intake.of(request)
    if intake is None or not (intake.decided or intake.seen) or intake.under_age:
        return onward(intake) if intake else redirect("plans:choose")
    if intake.disposition not in SEEN_FIRST:
        return onward(intake)
    if not intake.seen:
        intake.seen = True
        intake.keep(request)
    if intake.open_screens:
        messages.info(request, _("You have been seen. A few questions are left before you can tell us more."))
        return onward(intake)
    if not request.user.is_authenticated:
        there = urlencode({"next": reverse("plans:cleared")})
        return redirect(f"{reverse('account_signup')}?{there}")
    initial = {"cleared_on": timezone.localdate(timezone=request.user.zone)}
    form = ClearanceForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid() and _log(request, intake, form):
        return redirect("plans:fit")
    page = words_of(request, intake, intake.judge()) | {"form": form}
    return render(request, "plans/cleared.html", page, status=400 if form.errors else 200)


def _log(request: HttpRequest, intake: Intake, form: ClearanceForm) -> Clearance | None:
    """The log entry, or None with the errors on the form. A second press finds the first one's entry."""
    try:
        row = save(request, intake)
        entry = row.clearance or row.clear(by=person(request), **form.values())
    except ValidationError as error:
        form.add_error(None, error)
        return None
    intake.cleared = True
    intake.keep(request)
    return entry
