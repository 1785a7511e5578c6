"""The pages behind the links of a message, without signing in: the signed link is the proof, for that message alone.

Mail programs and scanners follow links by themselves: looking changes nothing but that the message was seen. The
answers may be kept by nobody, and tell nothing about anybody's health.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from plans.models.reminder import Kind, Message, Use, Way
from plans.reminders import links, snooze
from plans.reminders.compose import target
from plans.reminders.kinds import KINDS
from plans.reminders.terms import Terms

from .access import wants_json
from .refused import status_of

View = Callable[[HttpRequest, Message], HttpResponse]
E = TypeVar("E", bound=StrEnum)

LENGTHS = {
    snooze.Length.HOUR: gettext_lazy("For an hour"),
    snooze.Length.TOMORROW: gettext_lazy("Until tomorrow"),
    snooze.Length.WEEK: gettext_lazy("For a week"),
}


def of_token(view: View) -> Callable[..., HttpResponse]:
    """Give the view the message that its link names.

    No CSRF token: the link is the proof, and whoever made somebody press it would have to know it.
    """

    @wraps(view)
    def load(request: HttpRequest, token: str) -> HttpResponse:
        message = links.read(token)
        response = view(request, message) if message is not None else _gone(request)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    guarded = cache_control(private=True, no_store=True)(load)
    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(guarded))


def _gone(request: HttpRequest) -> HttpResponse:
    """Forged, too old, or deleted meanwhile: all look alike."""
    title, words = _("This link does not work any more"), _("Sign in instead. Nothing of yours is lost.")
    return _said(request, title, words, None, status=404)


def _said(
    request: HttpRequest, title: str, words: str, message: Message | None, *, status: int = 200, **page: Any
) -> HttpResponse:
    """Say what came of it: in two lines for a notification, or on a page."""
    if wants_json(request):
        return JsonResponse({"title": title, "message": words}, status=status)
    page |= {"title": title, "words": words, "message": message, "good": status == 200}
    return render(request, "plans/message_said.html", page, status=status)


def _when(moment: datetime, user: User) -> str:
    """In the zone of whoever reads it; today's with the time alone."""
    there = moment.astimezone(user.zone)
    today = timezone.now().astimezone(user.zone).date()
    return date_format(there, "H:i" if there.date() == today else "l j F, H:i")


def _chosen(words: type[E], value: str | None) -> E | None:
    try:
        return words(value or "")
    except ValueError:
        return None


@of_token
def message(request: HttpRequest, message: Message) -> HttpResponse:
    """Open: to the page that it is about, which asks to sign in."""
    if request.method == "GET":
        Message.objects.filter(pk=message.pk, seen_at=None).update(seen_at=timezone.now())
    return HttpResponseRedirect(target(message))


# Not now -------------------------------------------------------------------------------------------------------------


@of_token
def not_now(request: HttpRequest, message: Message) -> HttpResponse:
    user, now = message.recipient, timezone.now()
    if request.method == "POST":
        return _put_off(request, message, now)
    terms = Terms.of(user)
    ends = [(length, LENGTHS[length], _when(snooze.end_of(length, terms, now), user)) for length in snooze.Length]
    held = snooze.snoozed_until(user, now)
    page = {
        "message": message,
        "about": KINDS[Kind(message.kind)].title,
        "ends": ends if snooze.can_wait(message) else [],
        "held": _when(held, user) if held else "",
    }
    return render(request, "plans/message_snooze.html", page)


def _put_off(request: HttpRequest, message: Message, now: datetime) -> HttpResponse:
    if request.POST.get("length") == "none":
        snooze.wake(message.recipient)
        return _said(request, _("Reminders are on"), _("They come again at your times."), message)
    length = _chosen(snooze.Length, request.POST.get("length"))
    if length is None:
        return _said(request, _("For how long?"), _("Choose an hour, tomorrow or a week."), message, status=400)
    try:
        until = snooze.snooze(message, length, now)
    except ValidationError as error:
        return _said(request, _("Not put off"), error.messages[0], message, status=409)
    words = _("No reminders until %(time)s.") % {"time": _when(until, message.recipient)}
    return _said(request, _("Put off"), words, message, wake=True)


# Done ----------------------------------------------------------------------------------------------------------------


@of_token
def done(request: HttpRequest, message: Message) -> HttpResponse:
    """A button first, for whoever comes by a link: looking must note nothing."""
    day = date_format(message.local_date, "l j F")
    if request.method != "POST" and message.kind != Kind.SESSION:
        title, words = _("There is nothing to note here"), _("Open it to see what to do.")
        return _said(request, title, words, message)
    if request.method != "POST":
        return render(request, "plans/message_done.html", {"message": message, "day": day})
    try:
        new = snooze.done(message)
    except ValidationError as error:
        # Whether a plan is paused or stopped stands behind sign-in.
        words = _("This could not be noted. Open the plan to see why.")
        return _said(request, _("Not noted"), words, message, status=status_of(error))
    if not new:
        return _said(request, _("Noted before"), _("The session of %(day)s is in your diary.") % {"day": day}, message)
    words = _("The session of %(day)s is in your diary. How it went can be added in the evening.") % {"day": day}
    return _said(request, _("Noted"), words, message)


# No more of these ----------------------------------------------------------------------------------------------------


@of_token
def unsubscribe(request: HttpRequest, message: Message) -> HttpResponse:
    """One tap here, or one click in the mail program, which sends no cookie and follows no redirect (RFC 8058)."""
    offered = snooze.scopes(message)
    status = 200
    before = Use(message.channel.use)
    if request.method == "POST":
        scope = _chosen(snooze.Scope, request.POST.get("scope")) or (offered[0] if offered else None)
        if scope in offered:
            on = _chosen(Use, request.POST.get("on"))
            snooze.switch(message, scope, off=on is None, use=on or Use.ALWAYS)
        else:
            status = 409
    page = {
        "message": message,
        "rule": KINDS[Kind(message.kind)],
        "is_email": message.channel.way == Way.EMAIL,
        "offered": {scope.value: snooze.is_off(message, scope) for scope in offered},
        "use": Use.ALWAYS if before is Use.OFF else before,
    }
    return render(request, "plans/message_off.html", page, status=status)
