"""Pages that prove that reminders work: figures, a test to oneself, every message as it will look, and a dry run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import CareLink, User
from plans.models import Message, Plan
from plans.models.reminder import ENDED, Kind
from plans.reminders import compose, masked, rehearsal, status, ways
from plans.reminders.kinds import KINDS
from rehab.middleware import CONTENT_SECURITY_POLICY

from .reminder_forms import DayForm, TestForm

LAST = 5  # tests that are shown
# The mail is a document of its own, with its style inside it as mails have; nothing in it runs or leads anywhere.
MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'; sandbox"
FRAMING_POLICY = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"

View = Callable[..., HttpResponse]


def page(view: View) -> View:
    """For admins who may see the outbox."""

    @wraps(view)
    def allowed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("plans.view_message"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return admin.site.admin_view(allowed)


def urls() -> list[URLPattern]:
    return [
        path("overview/", page(overview), name="reminders"),
        path("preview/<slug:language>/", page(preview), name="reminders_preview"),
        path("preview/<slug:language>/<int:number>/", page(mail), name="reminders_mail"),
        path("day/", page(dry_run), name="reminders_day"),
    ]


def shown(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    frame = {**admin.site.each_context(request), "title": title, "opts": Message._meta}
    return render(request, f"admin/reminders/{template}.html", {**frame, **context})


# Figures and a test --------------------------------------------------------------------------------------------------


def overview(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    ways.settle([user])
    form = TestForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid() and sent(form):
        messages.success(request, _("The test is in the outbox and goes with the next tick. Look again in a minute."))
        return redirect("admin:reminders")
    now = status.figures()
    tests = Message.objects.for_user(user).filter(kind=Kind.TEST.value).select_related("channel")[:LAST]
    context = {"now": now, "wrong": now.wrong(), "table": table(now), "states": ENDED, "form": form}
    tested = [(message, masked.text(message.answer)) for message in tests]
    return shown(request, "overview", _("Reminders"), **context, tests=tested, language=settings.LANGUAGE_CODE)


def sent(form: TestForm) -> bool:
    try:
        ways.test(form.cleaned_data["channel"])
    except ValidationError as error:
        form.add_error("channel", error)
        return False
    return True


def table(now: status.Figures) -> list[tuple[str, str, list[int]]]:
    """A row each kind and way: how many of the last 24 hours ended in each state."""
    counts = {(one.kind, one.way, one.state): one.day for one in now.ended}
    rows = sorted({(kind, way) for kind, way, _state in counts})
    return [(kind, way, [counts.get((kind, way, state), 0) for state in ENDED]) for kind, way in rows]


# Every message as it will look ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    number: int
    kind: str
    why: str
    content: compose.Content


def examples(language: str) -> Iterator[Example]:
    if language not in dict(settings.LANGUAGES):
        raise Http404
    for number, message in enumerate(compose.examples(language)):
        rule = KINDS[Kind(message.kind)]
        yield Example(number, message.kind, str(rule.why), compose.compose(message))


def preview(request: HttpRequest, language: str) -> HttpResponse:
    context = {"language": language, "languages": settings.LANGUAGES, "examples": list(examples(language))}
    response = shown(request, "preview", _("Every message as it will look"), **context)
    response.headers["Content-Security-Policy"] = FRAMING_POLICY
    return response


def mail(request: HttpRequest, language: str, number: int) -> HttpResponse:
    """One e-mail, to be framed by the page above."""
    found = next((example for example in examples(language) if example.number == number), None)
    if found is None:
        raise Http404
    headers = {"Content-Security-Policy": MAIL_POLICY, "X-Frame-Options": "SAMEORIGIN"}
    return HttpResponse(found.content.html, headers=headers)


# A dry run of a day --------------------------------------------------------------------------------------------------


def dry_run(request: HttpRequest) -> HttpResponse:
    """POST, because it reads charts and so leaves a trace."""
    form = DayForm(request.POST or None, initial={"date": timezone.now().date() + status.DAY})
    found, physio = None, None
    if request.method == "POST" and form.is_valid():
        physio = form.cleaned_data["physio"]
        found = rehearsal.rehearse(plans_of(physio), form.cleaned_data["date"], timezone.now())
        trace(request.user, physio, found)
    context = {"form": form, "found": found, "physio": physio, "most": rehearsal.MOST}
    return shown(request, "day", _("Dry run of a day"), **context)


def plans_of(physio: User | None) -> Any:
    if physio is None:
        return Plan.objects.open()
    clients = CareLink.objects.open().filter(physio=physio).values("athlete")
    return Plan.objects.open().filter(athlete__in=clients)


def trace(actor: Any, physio: User | None, found: rehearsal.Rehearsal) -> None:
    """A row for the run; and, where plans are shown by number, one for each chart that was read."""
    with transaction.atomic():
        audit.record(actor, "reminders.dry_run", physio or actor)
        for plan in found.seen if physio else ():
            audit.record(actor, "reminders.dry_run", plan, athlete_id=plan.athlete_id)
