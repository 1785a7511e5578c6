"""What a message says, whatever way it travels. No query: what the words hang on is in the row and its relations."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from plans.models import Escalation
from plans.models.reminder import Channel, Kind, Message, Way

from . import links
from .kinds import KINDS, Rule, Who
from .words import BODY_MAX, LOUDER, SILENCE, WORDS, Words


@dataclass(frozen=True, slots=True)
class Content:
    """subject, text, html: of an e-mail. title, body: of a notification, a line of the inbox, a service.

    url opens the app at the right page. actions: (action, label, url), the most useful first; an action is "done",
    "snooze" or "open". unsubscribe: for List-Unsubscribe, empty for what cannot be switched off.
    """

    subject: str
    title: str
    body: str
    text: str
    html: str
    url: str
    actions: list[tuple[str, str, str]]
    unsubscribe: str


def compose(message: Message) -> Content:
    """In the recipient's language, with times of their zone."""
    language = language_of(message.recipient)
    with translation.override(language):
        return _compose(message, language)


def language_of(user: User) -> str:
    """Their language where it is offered and translated; else the site's own, all of it, never half and half."""
    code = user.language
    if code == settings.LANGUAGE_CODE or code not in dict(settings.LANGUAGES):
        return settings.LANGUAGE_CODE
    folder = translation.to_locale(code)
    catalogues = (Path(path, folder, "LC_MESSAGES", "django.mo") for path in settings.LOCALE_PATHS)
    return code if any(catalogue.exists() for catalogue in catalogues) else settings.LANGUAGE_CODE


def line(message: Message) -> tuple[str, str]:
    """Title and body alone, for a list: no link is signed, no template rendered."""
    with translation.override(language_of(message.recipient)):
        words = words_of(message)
        return _title(message, words), _body(message, words, titles(message))


def _compose(message: Message, language: str) -> Content:
    kind = Kind(message.kind)
    rule, words, there = KINDS[kind], words_of(message), links.links(message)
    title, parts = _title(message, words), titles(message)
    subject, body = str(words.subject or title), _body(message, words, parts)
    actions = _actions(rule, there)
    off = "" if rule.must or kind is Kind.TEST else there.off
    page = {
        "language": language,
        "subject": subject,
        "title": title,
        "body": words.body if parts else body,
        "parts": parts,
        "button": words.button,
        "url": there.open,
        "others": [(label, url) for action, label, url in actions if action != "open"],
        "why": rule.why,
        "reminders": settings.SITE_URL + reverse("plans:reminders"),
        "off": off,
        "help": settings.SITE_URL + reverse("plans:help"),
        "for_physio": rule.who is Who.PHYSIO,
        "site": settings.SITE_URL,
    }
    text, html = (get_template(f"messages/message.{end}").render(page) for end in ("txt", "html"))
    return Content(subject, title, body, text, html, there.open, actions, off)


def words_of(message: Message) -> Words:
    kind = Kind(message.kind)
    if kind is Kind.SILENCE:
        return SILENCE.get(message.about, WORDS[kind])
    return LOUDER if kind is Kind.ESCALATION and step_of(message) else WORDS[kind]


def step_of(message: Message) -> int:
    """How loud an escalation is by now: 0 the first time (about is "<escalation>:<step>")."""
    step = message.about.partition(":")[2]
    return int(step) if step.isdecimal() else 0


def titles(message: Message) -> list[str]:
    """What a catch-up sums up, each kind once. A kind of an older release that is no more is left out."""
    if message.kind != Kind.CATCH_UP:
        return []
    kinds = dict.fromkeys(kind for _plan, kind in message.parts)
    return [str(KINDS[Kind(kind)].title) for kind in kinds if kind in KINDS]


def _title(message: Message, words: Words) -> str:
    return str(words.title or KINDS[Kind(message.kind)].title)


def _body(message: Message, words: Words, parts: list[str]) -> str:
    if parts:
        listed = "; ".join(parts)
        if len(listed) <= BODY_MAX:
            return listed
        return ngettext("%(count)s reminder came together.", "%(count)s reminders came together.", len(parts)) % {
            "count": len(parts)
        }
    if words is LOUDER and message.escalation is not None:
        since = message.escalation.created_at.astimezone(message.recipient.zone)
        return _("Waiting since %(since)s. Sign in to look.") % {"since": date_format(since, "l j F, H:i")}
    if message.kind == Kind.DIGEST and message.parts:
        count = message.parts[0]
        return ngettext(
            "%(count)s client waits for a look. Sign in to see who.",
            "%(count)s clients wait for a look. Sign in to see who.",
            count,
        ) % {"count": count}
    return str(words.body)


def _actions(rule: Rule, there: links.Links) -> list[tuple[str, str, str]]:
    """A phone shows the first two. What is urgent cannot be put off."""
    actions = []
    if rule.kind is Kind.SESSION:
        actions.append(("done", _("All done"), there.done))
    if not rule.urgent:
        actions.append(("snooze", _("Remind me later"), there.snooze))
    return [*actions, ("open", _("Open"), there.open)]


# Where it leads ------------------------------------------------------------------------------------------------------


def target(message: Message) -> str:
    """The path of the page that a message is about. Whoever follows it signs in there, if they have not."""
    kind, date = Kind(message.kind), message.local_date
    match kind:
        case Kind.ESCALATION | Kind.DIGEST | Kind.MESSAGE:
            return _in_inbox(message)
        case Kind.TEST:
            return reverse("plans:reminders")
    if message.plan is None:
        return reverse("plans:today")
    plan = message.plan
    match kind:
        case Kind.SESSION if date == plan.local_today():
            return reverse("plans:session", args=[plan.pk])
        case Kind.MORNING | Kind.SESSION | Kind.LATER:
            return reverse("plans:checkin_on", args=[plan.pk, kind.value, date])
        case Kind.BOOKING:
            return reverse("plans:reviewed", args=[plan.pk])
        case Kind.REVIEW | Kind.CHECKPOINT_OPENS | Kind.CHECKPOINT_OPEN | Kind.CHECKPOINT_CLOSES:
            week = plan.day_number(date) // 7  # the one that ended last
            return reverse("plans:review", args=[plan.pk, max(week, 1)])
    return reverse("plans:today_of", args=[plan.pk])


def _in_inbox(message: Message) -> str:
    """The same message among the recipient's own, in the app."""
    same = {name: getattr(message, name) for name in ("kind", "plan", "local_date", "about")}
    row = Message.objects.filter(recipient=message.recipient_id, channel__way=Way.INBOX.value, **same).first()
    return reverse("plans:inbox_item", args=[row.pk]) if row else reverse("plans:inbox")


# Examples ------------------------------------------------------------------------------------------------------------


def examples(language: str = "") -> Iterator[Message]:
    """One message of every kind and step, never saved: for previews, and for the tests of what they say."""
    now = timezone.now()
    reader = User(email="robin@example.org", name="Robin", language=language or settings.LANGUAGE_CODE)
    channel = Channel(user=reader, way=Way.EMAIL.value)
    waiting = Escalation(created_at=now - timedelta(days=1))
    steps: dict[Kind, list[str]] = {Kind.SILENCE: [*SILENCE, ""], Kind.ESCALATION: ["1:0", "1:1", "1:2"]}
    gathered = [Kind.CHECKPOINT_OPENS, Kind.MORNING, Kind.SESSION]
    parts: dict[Kind, list[list[object]]] = {
        Kind.CATCH_UP: [[[1, kind.value] for kind in gathered], [[1, kind.value] for kind in KINDS]],
        Kind.DIGEST: [[1], [3]],
    }
    for kind in KINDS:
        for about in steps.get(kind, [""]):
            for some in parts.get(kind, [[]]):
                yield Message(
                    recipient=reader,
                    channel=channel,
                    kind=kind.value,
                    about=about,
                    parts=some,
                    escalation=waiting if kind is Kind.ESCALATION else None,
                    local_date=now.astimezone(reader.zone).date(),
                    planned_at=now,
                    due_at=now,
                )
