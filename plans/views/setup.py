"""Set-up: one short page a subject, then the account, then the plan."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date as Date
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Consent
from accounts.signed_in import person
from plans import country
from plans.catalogue import catalogue
from plans.forms.fields import PlainForm
from plans.forms.setup import ActivitiesForm, AgreeForm, BeginForm, DriversForm, HistoryForm, PainForm, SportForm
from plans.intake import Intake
from plans.models import Plan, Version
from plans.models.start import start
from plans.rules.protocol import Protocol
from plans.rules.words import Condition, Disposition, Region

from .outcome import save
from .screening import onward, stale


@dataclass(frozen=True)
class Step:
    """A page of set-up: its form, whether it was answered, and what it writes into the intake."""

    slug: str
    form: Callable[["Asking"], PlainForm]
    done: Callable[[Intake], bool]
    take: Callable[[Intake, PlainForm], None]


@dataclass(frozen=True)
class Asking:
    """What a form is made from."""

    request: HttpRequest
    intake: Intake
    protocol: Protocol

    @property
    def data(self) -> dict[str, str] | None:
        return self.request.POST if self.request.method == "POST" else None

    @property
    def zone(self) -> ZoneInfo:
        if self.request.user.is_authenticated:
            return self.request.user.zone
        return ZoneInfo(self.intake.time_zone or self.zones[0])

    @property
    def zones(self) -> list[str]:
        offered = country.zones_of(country.code_of(self.request))
        own = [self.request.user.time_zone] if self.request.user.is_authenticated else []
        typed = [self.request.POST.get("time_zone") or self.intake.time_zone]
        return list(dict.fromkeys(zone for zone in [*own, *typed, *offered] if zone))


def _activities(asking: Asking) -> PlainForm:
    initial: dict[str, str | int] = {}
    for n, (name, score) in enumerate(asking.intake.activities, start=1):
        initial |= {f"name_{n}": name, f"score_{n}": score}
    return ActivitiesForm(asking.data, initial=initial)


def _history(asking: Asking) -> PlainForm:
    intake = asking.intake
    initial = {"side": intake.side, "onset": intake.onset}
    return HistoryForm(Region(intake.region), asking.data, initial=initial)


def _begin(asking: Asking) -> PlainForm:
    today = timezone.localdate(timezone=asking.zone)
    initial = {"start_date": asking.intake.start_date or today.isoformat(), "time_zone": str(asking.zone)}
    return BeginForm(today, asking.zones, asking.data, initial=initial)


def _take_history(intake: Intake, form: PlainForm) -> None:
    intake.side = form.cleaned_data["side"]
    intake.onset = form.cleaned_data.get("onset") or intake.onset


def _take_begin(intake: Intake, form: PlainForm) -> None:
    intake.start_date = form.cleaned_data["start_date"]
    intake.time_zone = form.cleaned_data["time_zone"]


def _take_activities(intake: Intake, form: PlainForm) -> None:
    intake.activities = form.activities()  # type: ignore[attr-defined]


STEPS = (
    Step(
        "pain",
        lambda a: PainForm(a.protocol, a.data, initial={"pain": a.intake.pain}),
        lambda i: i.pain is not None,
        lambda i, form: setattr(i, "pain", form.cleaned_data["pain"]),
    ),
    Step("activities", _activities, lambda i: bool(i.activities), _take_activities),
    Step(
        "sport",
        lambda a: SportForm(a.data, initial={"sport": a.intake.sport}),
        lambda i: bool(i.sport),
        lambda i, form: setattr(i, "sport", form.cleaned_data["sport"]),
    ),
    Step("history", _history, lambda i: bool(i.side), _take_history),
    Step(
        "drivers",
        lambda a: DriversForm(a.protocol, a.data, initial={"drivers": a.intake.drivers}),
        lambda i: i.drivers is not None,
        lambda i, form: setattr(i, "drivers", form.cleaned_data["drivers"]),
    ),
    Step("begin", _begin, lambda i: bool(i.start_date), _take_begin),
    Step(
        "agree",
        lambda a: AgreeForm(a.intake.age or 0, a.data),
        lambda i: i.agreed,
        lambda i, form: setattr(i, "agreed", True),
    ),
)
SLUGS = [step.slug for step in STEPS]


def first_open(intake: Intake) -> str | None:
    return next((step.slug for step in STEPS if not step.done(intake)), None)


def set_up_onward(intake: Intake) -> HttpResponse:
    """To the next page, or out of set-up when what was said there needs a check first (RF-G16, RF-E19)."""
    if not intake.may_start:
        return onward(intake)
    if not intake.condition:
        return redirect("plans:fit")
    if slug := first_open(intake):
        return redirect("plans:setup_step", slug)
    return redirect("plans:finish")


@require_safe
def setup(request: HttpRequest) -> HttpResponse:
    intake = Intake.of(request)
    return set_up_onward(intake) if intake else redirect("plans:choose")


@require_http_methods(["GET", "HEAD", "POST"])
def setup_step(request: HttpRequest, slug: str) -> HttpResponse:
    intake = Intake.of(request)
    if intake is None or not intake.condition:
        return redirect("plans:fit")
    if answer := stale(request, intake):
        return answer
    if slug not in SLUGS:
        raise Http404
    if not (intake.may_set(slug) if slug in ("pain", "sport") else intake.may_start):
        return onward(intake)
    here = SLUGS.index(slug)
    if any(not step.done(intake) for step in STEPS[:here]):
        return set_up_onward(intake)
    version = Version.objects.current(intake.condition)
    if version is None:
        return render(request, "plans/unpublished.html", {"country": country.country_of(request)}, status=503)
    step = STEPS[here]
    form = step.form(Asking(request, intake, version.protocol))
    if request.method == "POST" and form.is_valid():
        step.take(intake, form)
        intake.keep(request)
        return set_up_onward(intake)
    page = {
        "form": form,
        "intake": intake,
        "condition": catalogue().conditions[Condition(intake.condition)],
        "protocol": version.protocol,
        "step": here + 1,
        "steps": len(STEPS),
        "before": SLUGS[here - 1] if here else "",
    }
    return render(request, f"plans/setup_{slug}.html", page, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def finish(request: HttpRequest) -> HttpResponse:
    """The plan as it will be, and the button that starts it. Without an account: make one first."""
    intake = Intake.of(request)
    if intake is None:
        return redirect("plans:front")  # a second press: the plan is there already
    if not intake.may_start or not intake.condition or first_open(intake):
        return set_up_onward(intake)
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_signup')}?{urlencode({'next': reverse('plans:finish')})}")
    version = Version.objects.current(intake.condition)
    if version is None:
        return render(request, "plans/unpublished.html", {"country": country.country_of(request)}, status=503)
    if request.method == "POST":
        if answer := stale(request, intake):
            return answer
        try:
            _start(request, intake, version)
        except ValidationError as error:
            return _refused(request, intake, error)
        Intake.forget(request)
        messages.success(request, _("Your plan is ready."))
        return redirect("plans:today")
    page = {
        "intake": intake,
        "condition": catalogue().conditions[Condition(intake.condition)],
        "protocol": version.protocol,
        "stage": version.protocol.stages[0],
        "start_date": Date.fromisoformat(intake.start_date),
        "alongside": intake.disposition is Disposition.REVIEW_ALONGSIDE and not intake.cleared,
        "country": country.country_of(request),
    }
    return render(request, "plans/finish.html", page)


@transaction.atomic
def _start(request: HttpRequest, intake: Intake, version: Version) -> Plan:
    user = person(request)
    user.time_zone, user.country = intake.time_zone, country.code_of(request)
    user.save(update_fields=["time_zone", "country"])
    Consent.accept(user)
    values = {
        "pain": intake.pain,
        "activities": [(name, score) for name, score in intake.activities],
        "onset": intake.onset_word,
        "side": intake.side,
        "sport": intake.sport,
        "site": intake.site,
        "load_drivers": intake.drivers or [],
    }
    return start(user, save(request, intake), values, version, Date.fromisoformat(intake.start_date))


def _refused(request: HttpRequest, intake: Intake, error: ValidationError) -> HttpResponse:
    """Say what is in the way and go where it can be put right; nothing entered is lost."""
    intake.saved = intake.saved if intake.cleared else 0  # the row went with the transaction
    dated = hasattr(error, "error_dict") and "start_date" in error.error_dict
    if dated:
        intake.start_date = ""
    intake.keep(request)
    for message in error.messages:
        messages.error(request, message)
    if dated:
        return set_up_onward(intake)
    return redirect("plans:choose")
