"""The inbox: every message of the last months stands here, whatever else it was sent by.

An escalation is shown to a physio only while their care link with the athlete is open: then it says who, why and since
when, and they can say that they have seen it.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import CareLink, User
from accounts.signed_in import person
from plans.models import Message
from plans.models.reminder import Kind, State, Way
from plans.reminders.compose import line, target

from . import escalation
from .ahead import when, zone_of

KEPT = timedelta(days=90)
A_PAGE = 20
# Read here; every other message leads to the page that it is about.
SHOWN_HERE = (Kind.MESSAGE.value, Kind.DIGEST.value)


@dataclass(frozen=True)
class Item:
    message: Message
    title: str
    body: str
    when: str


def shown(user: User) -> QuerySet[Message]:
    """What reached this person's inbox lately, the newest first."""
    cared_for = CareLink.objects.open().filter(physio=user).values("athlete")
    since = timezone.now() - KEPT
    rows = Message.objects.for_user(user).filter(channel__way=Way.INBOX.value, state=State.SENT.value)
    rows = rows.filter(Q(escalation=None) | Q(escalation__plan__athlete__in=cared_for), planned_at__gte=since)
    return rows.select_related("recipient", "plan__athlete", "escalation__plan")


def _item(message: Message, user: User) -> Item:
    title, body = line(message)
    return Item(message, title, body, when(message.sent_at or message.planned_at, user.zone, timezone.now()))


def unread(user: User) -> int:
    return shown(user).filter(seen_at=None).count()


@require_safe
@login_required
@cache_control(private=True, no_cache=True)
def inbox(request: HttpRequest) -> HttpResponse:
    user = person(request)
    some = Paginator(shown(user), A_PAGE).get_page(request.GET.get("page"))
    items = [_item(each, user) for each in some]
    return render(request, "plans/inbox.html", {"items": items, "some": some, "zone": zone_of(user), "tab": "me"})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@cache_control(private=True, no_cache=True)
def inbox_item(request: HttpRequest, pk: int) -> HttpResponse:
    """Opening it marks it as seen, and leads on. A physio says here that an escalation is in their hands."""
    user = person(request)
    message = get_object_or_404(shown(user), pk=pk)
    if request.method == "POST":
        return _seen_by(request, user, message)
    new = Message.objects.filter(pk=message.pk, seen_at=None).update(seen_at=timezone.now())
    if message.escalation is not None:
        page = escalation.page(user, message.escalation, first=bool(new))
        return render(request, "plans/escalation.html", page | {"message": message, "tab": "me"})
    if message.kind in SHOWN_HERE:
        return render(request, "plans/inbox_item.html", {"item": _item(message, user), "tab": "me"})
    return redirect(target(message))


def _seen_by(request: HttpRequest, user: User, message: Message) -> HttpResponse:
    if message.escalation is None:
        raise Http404
    message.escalation.acknowledge(user)
    messages.success(request, _("Noted: you have seen it. We do not ask again."))
    return redirect("plans:inbox_item", message.pk)
