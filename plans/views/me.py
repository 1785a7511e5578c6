"""Me: name, clock, country, plans, signing out. Not in accounts, which knows nothing of plans."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from accounts import audit
from accounts.signed_in import person
from accounts.zones import zones
from plans import country
from plans.catalogue import catalogue
from plans.forms.me import MeForm
from plans.models import Plan
from plans.rules.words import Condition

from . import inbox, stopped

FIELDS = ("name", "country", "time_zone")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def me(request: HttpRequest) -> HttpResponse:
    user = person(request)
    initial = {"name": user.name, "country": country.code_of(request), "time_zone": user.time_zone}
    offered = sorted({user.time_zone, *zones()})
    form = MeForm(offered, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        _keep(request, form)
        messages.success(request, _("Your settings are saved."))
        return redirect("accounts:me")
    mine = Plan.objects.for_user(user).filter(athlete=user.pk)
    page = {
        "form": form,
        "open": [
            (plan, catalogue().conditions[Condition(plan.condition)], stopped.is_stopped(plan.course()))
            for plan in mine.filter(ended_on=None)
        ],
        "ended": [(plan, catalogue().conditions[Condition(plan.condition)]) for plan in mine.exclude(ended_on=None)],
        "lost_zone": user.time_zone if user.time_zone not in zones() else "",
        "unread": inbox.unread(user),
        "tab": "me",
    }
    return render(request, "plans/me.html", page, status=400 if form.errors else 200)


def _keep(request: HttpRequest, form: MeForm) -> None:
    user = person(request)
    changed = [name for name in FIELDS if getattr(user, name) != form.cleaned_data[name]]
    if not changed:
        return
    with transaction.atomic():
        for name in changed:
            setattr(user, name, form.cleaned_data[name])
        user.save(update_fields=changed)
        audit.record(user, "account.change", user, fields=changed)
        if "time_zone" in changed:  # what is planned keeps its time on the wall clock
            Plan.objects.filter(athlete=user).open().look_again()
    country.choose(request, user.country)
