"""Any service that Apprise knows, by the URL that a person or clinic entered: ntfy, Telegram, SMS gateways and so on.

Such a URL holds secrets. It is never shown whole, never logged, and not part of an answer.
"""

import logging
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from plans.models.reminder import Message
from plans.reminders import outbound
from plans.reminders.compose import compose

from . import Answer, Outcome

if TYPE_CHECKING:  # about 180 modules and 30 MB: loaded when there is a service to add or to send to
    from apprise import NotifyBase

CONNECT_S = 5
READ_S = 10
TOTAL_S = 15
PARALLEL = 4
# These speak https for a part of their work only (Nostr), or would use keys and files of this server (web push, which
# is a channel of its own).
REFUSED = ("nostr", "vapid")
STATUS = re.compile(r"error=(\d{3})")


def read(url: str) -> "NotifyBase":
    """The service of a URL, ready to send, or a ValidationError that says what to do."""
    _hush()
    from apprise import Apprise, AppriseAsset

    service = Apprise.instantiate(url, asset=AppriseAsset(storage_mode="memory"))
    if service is None:
        raise ValidationError(
            _("We cannot read this address. Copy it once more: it begins like ntfys:// or tgram://."), code="url"
        )
    if not usable(type(service)):
        raise ValidationError(
            _("We cannot send by %(name)s. Choose a service that is on the web, such as ntfy or Telegram."),
            params={"name": service.service_name},
            code="service",
        )
    if _files(service):
        raise ValidationError(_("This address asks for a file of our server. Take that part out."), code="file")
    # What a URL may ask for as well: more tries, long waits, other servers. Here these are the outbox's business.
    service.retry, service.redirects, service.request_rate_per_sec = 0, False, 0
    service.socket_connect_timeout, service.socket_read_timeout = CONNECT_S, READ_S
    service.throttle = _no_wait  # type: ignore[method-assign]
    if len(service) > 1:
        raise ValidationError(_("This address names several receivers. Add an address for each."), code="several")
    return service


def check(url: str) -> str:
    """The name of the service. Also looks up its host, where it names one: the sending itself is guarded anyway."""
    service = read(url)
    templates: tuple[str, ...] = service.templates
    if any("{host}" in template for template in templates) and outbound.inside(service.host or ""):
        raise ValidationError(
            _("This address leads into our own network, where we send nothing. Use one that is on the web."),
            code="inside",
        )
    return str(service.service_name)


def usable(service: "type[NotifyBase]") -> bool:
    """Whether it speaks to a web server, and by `requests` alone, so that the guard sees all that it does.

    So what acts on this machine (syslog, D-Bus, desktop notices), speaks another protocol (mail to any server, MQTT,
    IRC, XMPP, AMQP, rsyslog) or is new and does so is left out by itself.
    """
    names = {name for name in (service.protocol, service.secure_protocol) if isinstance(name, str)}
    speaks = any(hasattr(sys.modules[base.__module__], "requests") for base in service.__mro__)
    return speaks and not names & set(REFUSED)


def _files(service: "NotifyBase") -> bool:
    """Some services take a template or a key from a file, named in the URL."""
    from apprise import AppriseAttachment

    return any(isinstance(value, AppriseAttachment) and len(value) for value in vars(service).values())


def _no_wait(last_io: object = None, wait: object = None) -> None:
    """In the place of Apprise's pauses between requests: it sends one message, and the outbox tries again later."""


@contextmanager
def opened() -> Iterator["Service"]:
    _hush()
    import apprise  # noqa: F401 - once, before several threads need it

    yield Service()


class Service:
    """Each message makes a connection of its own: they seldom go to the same place, and Apprise keeps none."""

    parallel = PARALLEL

    def __init__(self) -> None:
        self.silent = outbound.Silent()

    def send(self, message: Message) -> Answer:
        content = compose(message)
        try:
            service = read(message.channel.address)
        except ValidationError as error:
            return Answer(Outcome.FAILED, " ".join(error.messages))
        body = f"{content.body}\n{content.url}"
        with outbound.watched(TOTAL_S, self.silent) as watch, _listening() as said:
            try:
                done = service.notify(title=content.title, body=body, body_format="text", overflow="truncate")
            except Exception as error:  # one of 130 services stumbles over its own answer
                return watch.silence(error)
        return Answer(Outcome.SENT, str(service.service_name)) if done else judged(said, watch)


def judged(said: list[str], watch: outbound.Watch) -> Answer:
    """Apprise says no more than yes or no; the status is in its log. The rest of the log may hold secrets."""
    statuses = [int(found) for line in said for found in STATUS.findall(line)]
    if not statuses:
        return watch.silence()
    again = statuses[-1] == 429 or statuses[-1] >= 500
    return Answer(Outcome.RETRY if again else Outcome.FAILED, f"The service answered {statuses[-1]}")


_said: ContextVar[list[str] | None] = ContextVar("said", default=None)


@contextmanager
def _listening() -> Iterator[list[str]]:
    lines: list[str] = []
    token = _said.set(lines)
    try:
        yield lines
    finally:
        _said.reset(token)


class _Ear(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if (lines := _said.get()) is not None:
            lines.append(record.getMessage())


def _hush() -> None:
    """Apprise's log goes nowhere but to whoever is sending."""
    log = logging.getLogger("apprise")
    if not any(isinstance(handler, _Ear) for handler in log.handlers):
        log.addHandler(_Ear())
    log.propagate = False
    log.setLevel(logging.WARNING)
