"""Reminders on the person's own terms: what comes next, when, how many, which ones."""

from datetime import time
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.signed_in import person
from accounts.zones import zones
from plans.forms.reminders import TermsForm
from plans.models import Channel, Plan, Preferences
from plans.models.reminder import Use, Way
from plans.models.terms import change
from plans.reminders import habit
from plans.reminders.calendar import is_quiet
from plans.reminders.kinds import SWITCHABLE, Rule, Who
from plans.reminders.terms import Terms

from .ahead import ahead, when, why_none, zone_of
from .refused import leaves

FIELDS = ("morning", "session", "evening", "usual", "days", "quiet_from", "quiet_until", "budget")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def reminders(request: HttpRequest) -> HttpResponse:
    user = person(request)
    if request.method == "POST" and "wake" in request.POST:
        change(user, {"snoozed_until": None})
        messages.success(request, _("Your reminders are awake again."))
        return redirect("plans:reminders")
    rules = switchable(user)
    chosen = Preferences.of(user)
    form = TermsForm([(rule.kind.value, rule.title) for rule in rules], request.POST or None, initial=_initial(chosen))
    if request.method == "POST" and form.is_valid() and _kept(user, form, chosen):
        messages.success(request, _("Your terms are saved. They hold from now on."))
        return redirect("plans:reminders")
    page = _page(user, chosen) | {"form": form} | _kinds(form, rules)
    return render(request, "plans/reminders.html", page, status=400 if form.errors else 200)


def switchable(user: User) -> list[Rule]:
    """An athlete sees the kinds of athletes; a physio, who can follow a plan too, those of physios as well."""
    return [rule for rule in SWITCHABLE if rule.who is not Who.PHYSIO or user.is_physio]


def _initial(chosen: Preferences) -> dict[str, Any]:
    on = {rule.kind.value for rule in SWITCHABLE} - set(chosen.off)
    names = (*FIELDS, "holiday_from", "holiday_until")
    return {name: getattr(chosen, name) for name in names} | {"kinds": sorted(on)}


def _kept(user: User, form: TermsForm, chosen: Preferences) -> bool:
    """What only the models can judge is said on the same page, beside what was typed."""
    try:
        change(user, form.values(chosen.off))
    except ValidationError as error:
        for leaf in leaves(error):
            form.add_error(None, leaf)
    return not form.errors


def _kinds(form: TermsForm, rules: list[Rule]) -> dict[str, Any]:
    boxes = list(form["kinds"])
    on = sum(bool(box.data["selected"]) for box in boxes)
    return {"kinds": list(zip(boxes, rules, strict=True)), "on": on}


def _page(user: User, chosen: Preferences) -> dict[str, Any]:
    now = timezone.now()
    learned = habit.learned(user)
    terms = Terms.of(user, learned)
    plans = list(Plan.objects.for_user(user).filter(athlete=user.pk).open())
    coming = ahead(plans, terms, now)
    ways = Channel.objects.for_user(user).open().exclude(use=Use.OFF.value)
    snoozed = terms.snoozed_until if terms.snoozed_until and terms.snoozed_until > now else None
    return {
        "next": coming,
        "none": "" if coming else why_none(user, plans, terms, now),
        "zone": zone_of(user),
        "lost_zone": user.time_zone if user.time_zone not in zones() else "",
        "learned": learned,
        "before": habit.ahead(learned) if learned else None,
        "snoozed": when(snoozed, terms.zone, now) if snoozed else "",
        "hushed": _hushed(chosen, habit.ahead(learned) if learned and chosen.usual else chosen.session),
        "ways": [title_of(way) for way in ways],
        "failing": [title_of(way) for way in ways if way.failing_since],
        "tab": "me",
    }


def title_of(channel: Channel) -> str:
    match Way(channel.way):
        case Way.INBOX:
            return _("Inbox in the app")
        case Way.EMAIL:
            return _("E-mail")
    return channel.label or _("A service")


def _hushed(chosen: Preferences, session: time) -> list[str]:
    """Which of the times lie in quiet hours. That is allowed, but told: such a reminder waits, or comes too late."""
    times = {_("the morning"): chosen.morning, _("a session"): session, _("the evening"): chosen.evening}
    return [
        _("%(time)s for %(what)s") % {"time": time_format(moment, "H:i"), "what": what}
        for what, moment in times.items()
        if is_quiet(moment, chosen.quiet_from, chosen.quiet_until)
    ]
