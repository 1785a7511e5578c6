"""Where reminders reach somebody: inbox, e-mail, devices, services; each tested, switched and removed by itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from accounts import audit
from accounts.models import User
from accounts.signed_in import person
from plans import devices
from plans.forms.ways import ServiceForm
from plans.models import Channel, Message, terms
from plans.models.reminder import OPEN, Kind, State, Use, Way
from plans.reminders import ways as known
from plans.reminders.channels import push

from .ahead import when
from .reminders import title_of

TESTS_SHOWN = timedelta(days=1)
TAIL = 16  # of a push address: enough for a browser to know its own, useless to anybody else
ACTIONS: dict[str, Callable[[Channel], object]] = {"test": known.test, "confirm": known.confirm, "remove": known.drop}


@dataclass(frozen=True)
class Row:
    """A way as the page shows it. given_up: it failed for so long that e-mail takes its place."""

    channel: Channel
    title: str
    about: str
    reached: str
    failing: str
    given_up: bool
    tested: str

    @property
    def is_on(self) -> bool:
        return self.channel.use != Use.OFF.value

    @property
    def unproven(self) -> bool:
        return self.channel.way == Way.SERVICE.value and self.channel.confirmed_at is None


def row(channel: Channel, user: User, test: Message | None) -> Row:
    now, since = timezone.now(), channel.failing_since
    return Row(
        channel=channel,
        title=title_of(channel),
        about=known.shown(channel) if channel.way != Way.PUSH.value else "",
        reached=_ago(channel.last_sent_at, now),
        failing=when(since, user.zone, now) if since else "",
        given_up=known.is_failing(channel, now),
        tested=_tested(test, user.zone, now) if test else "",
    )


def _ago(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return ""
    if now - moment < timedelta(minutes=1):
        return _("less than a minute ago")
    return _("%(time)s ago") % {"time": timesince(moment, now, depth=1)}


def _tested(test: Message, zone: ZoneInfo, now: datetime) -> str:
    """How the newest test ended, in words; the provider's own answer where it says more."""
    at = {"when": when(test.planned_at, zone, now), "answer": test.answer}
    if test.state in OPEN:
        return _("The test of %(when)s is on its way.") % at
    if test.state == State.SENT.value:
        return _("The test of %(when)s was sent.") % at
    if test.state == State.UNKNOWN.value:
        return _("The test of %(when)s may have arrived: the answer was lost.") % at
    return _("The test of %(when)s did not get through. %(answer)s") % at


def rows(user: User) -> list[Row]:
    """Everybody has an inbox and an e-mail address; whoever never had a reminder gets their rows here."""
    known.settle([user])
    recent = Message.objects.for_user(user).filter(kind=Kind.TEST.value, planned_at__gte=timezone.now() - TESTS_SHOWN)
    newest = {test.channel_id: test for test in recent.order_by("planned_at")}
    mine = Channel.objects.for_user(user).open().select_related("user")
    return [row(channel, user, newest.get(channel.pk)) for channel in mine]


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def ways(request: HttpRequest) -> HttpResponse:
    return _page(request, ServiceForm())


def _page(request: HttpRequest, form: ServiceForm) -> HttpResponse:
    user = person(request)
    found = rows(user)
    ends = [each.channel.address[-TAIL:] for each in found if each.channel.way == Way.PUSH.value]
    page = {"rows": found, "form": form, "push_key": push.public_key(), "ends": " ".join(ends), "tab": "me"}
    return render(request, "plans/ways.html", page, status=400 if form.errors else 200)


@require_POST
@login_required
def channel(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a test, say that it arrived, switch, remove. The inbox itself is always there."""
    user = person(request)
    mine = get_object_or_404(Channel.objects.for_user(user).open(), pk=pk)
    try:
        said = _do(request, mine, user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, said)
    return redirect("plans:ways")


def _do(request: HttpRequest, mine: Channel, user: User) -> str:
    title = title_of(mine)
    if use := request.POST.get("use"):
        if mine.way == Way.INBOX.value or use not in set(Use):
            raise ValidationError(_("This did not work. Choose what to do from the page."), "unknown")
        terms.use(mine, Use(use), user)
        return _("%(way)s is changed.") % {"way": title}
    do = request.POST.get("do", "")
    said = {
        "test": _("A test is on its way. It takes a minute at most."),
        "confirm": _("Good. Reminders come there from now on."),
        "remove": _("%(way)s is removed.") % {"way": title},
    }
    if do not in said:
        raise ValidationError(_("This did not work. Choose what to do from the page."), "unknown")
    with transaction.atomic():
        ACTIONS[do](mine)
        audit.record(user, f"channel.{do}", mine)
    return said[do]


@require_POST
@login_required
@cache_control(private=True, no_store=True)
def service(request: HttpRequest) -> HttpResponse:
    form = ServiceForm(request.POST)
    if form.is_valid() and _added(person(request), form):
        messages.success(request, _("Added. A test is on its way; say below whether it arrived."))
        return redirect("plans:ways")
    return _page(request, form)


def _added(user: User, form: ServiceForm) -> bool:
    """With a test at once. What the address itself cannot do is said beside it; what was typed stays."""
    try:
        # It asks the network for a name, and SQLite has one writer: no transaction is open meanwhile.
        added = known.add_service(user, form.cleaned_data["url"], form.cleaned_data["label"])
        with transaction.atomic():
            known.test(added)
            audit.record(user, "channel.add", added)
    except ValidationError as error:
        form.add_error("url", error.messages)
    return not form.errors


@require_POST
@cache_control(private=True, no_store=True)
def device(request: HttpRequest) -> HttpResponse:
    """A browser gives its push address, or takes it back. Asked by push.js and worker.js, so it answers in JSON."""
    if not isinstance(request.user, User):
        return JsonResponse({"problems": [_("Sign in first.")]}, status=401)
    try:
        sent = json.loads(request.POST.get("subscription", ""))
        endpoint, keys = str(sent["endpoint"]), dict(sent["keys"])
    except (ValueError, LookupError, TypeError):
        return JsonResponse({"problems": [_("This browser sent nothing that we can use.")]}, status=400)
    try:
        state = _device(request, request.user, endpoint, keys)
    except ValidationError as error:
        return JsonResponse({"problems": error.messages}, status=400)
    return JsonResponse({"state": state})


def _device(request: HttpRequest, user: User, endpoint: str, keys: dict[str, str]) -> str:
    mine = Channel.objects.for_user(user).open().filter(way=Way.PUSH.value, address=endpoint)
    with transaction.atomic():
        if request.POST.get("wish") == "off":
            for one in mine:
                known.drop(one)
                audit.record(user, "channel.remove", one)
            return "off"
        new = not mine.exists()
        one = known.subscribe(user, endpoint, keys, devices.device_name(request.headers.get("User-Agent", "")))
        if new:
            audit.record(user, "channel.add", one)
    return "on"
