"""Signed links: what stands in a message works without signing in, for that message alone.

A link opens no chart: it leads to a page that asks to sign in, puts reminders off, notes a session as done, or stops
them. It holds for 60 days, and as long as the row of the message is kept.
"""

from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner, b62_decode, b62_encode
from django.urls import reverse

from plans.models.reminder import Message

MAX_AGE = timedelta(days=60)
SALT = "plans.reminders.links"


class Links(NamedTuple):
    """Absolute addresses. off is the one of List-Unsubscribe (RFC 8058)."""

    open: str
    snooze: str
    done: str
    off: str


def token(message: Message) -> str:
    """The message's number, the time and a signature. An example that was never saved has a link that opens nothing."""
    return _signer().sign(b62_encode(message.pk or 0))


def read(token: str) -> Message | None:
    """The message of a link, with what its pages need. None when forged or too old, or when either is gone."""
    try:
        pk = b62_decode(_signer().unsign(token, max_age=MAX_AGE))
    except BadSignature:
        return None
    found = Message.objects.select_related("recipient", "plan__athlete", "channel", "escalation")
    return found.filter(pk=pk, recipient__is_active=True).first()


def links(message: Message) -> Links:
    """All of a message's links, signed once."""
    here = settings.SITE_URL + reverse("plans:message", args=[token(message)])
    return Links(here, f"{here}snooze/", f"{here}done/", f"{here}off/")


def link(message: Message, what: str) -> str:
    """One of them: "open", "snooze", "done" or "off"."""
    return str(getattr(links(message), what))


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=SALT, sep=".")
