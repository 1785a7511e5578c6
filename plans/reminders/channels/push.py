"""Web Push: to one browser on one device, through the push service of its maker, which cannot read it.

The browser made the address and a key pair. We encrypt for it (RFC 8291), and sign with the site's own key (VAPID,
RFC 8292).
"""

import base64
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone

from plans.models.reminder import Channel, Kind, Message, PushKey
from plans.reminders import outbound
from plans.reminders.compose import Content, compose
from plans.reminders.kinds import KINDS

from . import Answer, Outcome

if TYPE_CHECKING:  # what sends is loaded when there is something to send
    import requests

CONNECT_S = 5
TOTAL_S = 10
PARALLEL = 8
# 4096 bytes are what every push service takes, encrypted; encryption adds 103.
PAYLOAD_MAX = 3900
TTL_MIN_S = 60
SIGNED_FOR_S = 12 * 60 * 60
ANSWER_MAX = 200
READ_MAX = 1024
# What could be the secret part of an address, where a provider quotes it.
LONG = re.compile(r"[^\s\"'<>]{24,}")


def public_key() -> str:
    """The site's public key, as a browser's pushManager.subscribe() wants it."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

    key = load_pem_private_key(_private_key(), password=None).public_key()
    return _base64url(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def _private_key() -> bytes:
    """Made at first use. Of two workers that make one at once, the database keeps the first, and both take that."""
    if found := PushKey.objects.first():
        return found.private_key.encode()
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    made = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    kept, _new = PushKey.objects.get_or_create(only=True, defaults={"private_key": made.decode()})
    return kept.private_key.encode()


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def key_fault(keys: object) -> bool:
    """Whether these are not the keys that a browser hands out: a point of the curve, and 16 secret bytes."""
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey

    try:
        point, secret = (base64.urlsafe_b64decode(f"{keys[name]}==") for name in ("p256dh", "auth"))  # type: ignore[index]
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except (KeyError, TypeError, ValueError):
        return True
    return len(secret) != 16


@contextmanager
def opened() -> Iterator["Push"]:
    import requests

    with requests.Session() as session:
        yield Push(session, _private_key())


class Push:
    """One session a batch, so that connections and signatures serve all messages to the same push service."""

    parallel = PARALLEL

    def __init__(self, session: "requests.Session", private_key: bytes) -> None:
        from py_vapid import Vapid02

        self.session = session
        self.vapid = Vapid02.from_pem(private_key)
        self.signed: dict[str, str] = {}
        self.lock = threading.Lock()
        self.silent = outbound.Silent()

    def send(self, message: Message) -> Answer:
        host = urlsplit(message.channel.address).hostname or ""
        if host in self.silent:
            return Answer(Outcome.RETRY, f"{host} gives no answer")
        plain = payload(compose(message), topic(message))
        try:
            body = _encrypted(message.channel, plain)
        except Exception as error:  # keys that are none fail in many ways, all of them before anything is sent
            return Answer(Outcome.FAILED, f"The device's keys cannot be used: {type(error).__name__}")
        with outbound.watched(TOTAL_S, self.silent, host) as watch:
            try:
                return self._post(message, body)
            except OSError as error:  # all that requests raises, too
                return watch.silence(error)

    def _post(self, message: Message, body: bytes) -> Answer:
        from urllib3.exceptions import HTTPError

        response = self.session.post(
            message.channel.address,
            data=body,
            headers={
                "Authorization": self._signature(message.channel.address),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "Accept-Encoding": "identity",
                "TTL": str(ttl(message)),
                "Urgency": "high" if KINDS[Kind(message.kind)].urgent else "normal",
                "Topic": topic(message),
            },
            timeout=(CONNECT_S, TOTAL_S),
            allow_redirects=False,
            stream=True,  # an answer is a line; whoever sends gigabytes is not listened to
        )
        said = b""
        with response, suppress(OSError, HTTPError):  # the status tells all; the words are for whoever looks into it
            said = response.raw.read(READ_MAX)
        return judged(response.status_code, f"{response.reason or ''} {said.decode(errors='replace')}")

    def _signature(self, address: str) -> str:
        """Who sends, signed for this push service: one for all of a batch."""
        parts = urlsplit(address)
        audience = f"{parts.scheme}://{parts.netloc}"
        with self.lock:
            if audience not in self.signed:
                claims = {"aud": audience, "exp": int(time.time()) + SIGNED_FOR_S, "sub": _contact()}
                self.signed[audience] = self.vapid.sign(claims)["Authorization"]
            return self.signed[audience]


def _encrypted(channel: Channel, plain: bytes) -> bytes:
    from pywebpush import WebPusher

    device = WebPusher({"endpoint": channel.address, "keys": channel.keys})
    body: bytes = device.encode(plain)["body"]
    return body


def _contact() -> str:
    """Whom a push service's people may write to."""
    return f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"


def judged(status: int, said: str) -> Answer:
    words = " ".join(LONG.sub("…", said).split())
    if status == 403:
        words = f"the push service does not take this site's key for this device. {words}"
    text = f"{status} {words}".strip()[:ANSWER_MAX]
    if 200 <= status < 300:
        return Answer(Outcome.SENT, text)
    if status in (404, 410):
        return Answer(Outcome.GONE, text)
    if status == 429 or status >= 500:
        return Answer(Outcome.RETRY, text)
    return Answer(Outcome.FAILED, text)


def topic(message: Message) -> str:
    """Of the same topic, a later one takes the place of one that is still unread; 32 letters at most."""
    which: Any = message.plan_id or 0
    if message.kind == Kind.ESCALATION:
        which = message.escalation_id or 0
    elif message.kind in (Kind.MESSAGE, Kind.TEST):
        which = message.pk
    return f"{message.kind}-{which}"


def ttl(message: Message) -> int:
    """How long a push service keeps it for a device that is off: as long as it still helps."""
    left = message.planned_at + KINDS[Kind(message.kind)].late - timezone.now()
    return max(TTL_MIN_S, int(left.total_seconds()))


def payload(content: Content, tag: str) -> bytes:
    """What worker.js shows; a tap on the message itself opens it. Too long, it loses text first, then its buttons."""
    body = content.body
    actions = [
        {"action": action, "title": label, "url": url} for action, label, url in content.actions if action != "open"
    ]
    while len(packed := _packed(content, body, tag, actions)) > PAYLOAD_MAX and (body or actions):
        if body:
            body = body[: len(body) * 3 // 4]
        else:
            actions = []
    return packed


def _packed(content: Content, body: str, tag: str, actions: list[dict[str, str]]) -> bytes:
    shown = {"title": content.title, "body": body, "tag": tag, "url": content.url, "actions": actions}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
