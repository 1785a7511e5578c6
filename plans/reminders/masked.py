"""What an admin may read of addresses and of providers' answers, which like to repeat them."""

import re
from urllib.parse import urlsplit

from plans.models import Channel
from plans.models.reminder import Way

MAIL = re.compile(r"([\w.+%-])[\w.+%-]*@([\w-]+(?:\.[\w-]+)*)")
URL = re.compile(r"\b([a-z][a-z0-9+.-]*)://\S+", re.IGNORECASE)


def text(said: str) -> str:
    """A provider's answer without the addresses in it: which server, but not whose letter box."""
    return URL.sub(lambda found: _url(found[0]), MAIL.sub(r"\1…@\2", said))


def address(channel: Channel) -> str:
    """Where a channel leads, without what would let anybody send there."""
    if channel.ended_at:
        return ""  # it was forgotten
    match channel.way:
        case Way.EMAIL:
            return MAIL.sub(r"\1…@\2", channel.user.email)
        case Way.PUSH:
            return _url(channel.address)
        case Way.SERVICE:
            # Many services' URLs are made of secrets alone, the name of the host as well.
            return f"{urlsplit(channel.address).scheme or channel.address.partition(':')[0]}://…"
    return ""


def _url(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}/…" if parts.scheme in ("http", "https") else f"{parts.scheme}://…"
