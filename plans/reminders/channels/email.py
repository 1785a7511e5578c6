"""E-mail over one connection a batch.

Django's backend does not say in which phase a server refused or went away, nor what it answered. So its connection is
used step by step: before the end of the data a message has surely not been taken; after it, without an answer, nobody
knows.
"""

import logging
import re
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import lru_cache
from typing import cast

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address

from plans.models.reminder import Message
from plans.reminders.compose import compose
from plans.reminders.outbox import message_id

from . import Answer, Outcome

log = logging.getLogger(__name__)

SPECIAL = re.compile(r'[\s<>"(),:;\\\[\]]')  # more than a plain address
LINE_THAT_BEGINS_WITH_A_DOT = re.compile(rb"^\.", re.MULTILINE)


@contextmanager
def opened() -> Iterator["Smtp | Other"]:
    backend = get_connection()
    if not isinstance(backend, EmailBackend):
        yield Other(backend)
        return
    backend.open()
    try:
        yield Smtp(backend)
    finally:
        with suppress(OSError):
            backend.close()


def letter(message: Message) -> EmailMultiAlternatives:
    content = compose(message)
    headers = {"Message-ID": message_id(message), "Auto-Submitted": "auto-generated"}
    if content.unsubscribe:
        # RFC 8058: mail programs show a button that posts to it.
        headers["List-Unsubscribe"] = f"<{content.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(content.subject, content.text, to=[message.recipient.email], headers=headers)
    mail.attach_alternative(content.html, "text/html")
    return mail


@dataclass
class Smtp:
    """gone: why there is no connection any more, and no use in trying for the rest of this batch."""

    backend: EmailBackend
    gone: Answer | None = None
    parallel: int = field(default=1, init=False)

    def send(self, message: Message) -> Answer:
        try:
            mail = letter(message)
            data = mail.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own messages take it
            sender, recipient = (envelope(address) for address in (mail.from_email, mail.to[0]))
        except Exception as error:
            log.exception("Message %s could not be written", message.pk)
            return Answer(Outcome.FAILED, f"It could not be written: {type(error).__name__}")
        return self._connected() or self._hand_over(sender, recipient, data)

    def _connected(self) -> Answer | None:
        """A connection that was lost is opened anew, once a message."""
        if self.gone is None and self.backend.connection is None:
            try:
                self.backend.open()
            except OSError as error:
                self.gone = Answer(Outcome.RETRY, f"{type(error).__name__}: {error}")
        return self.gone

    def _hand_over(self, sender: str, recipient: str, data: bytes) -> Answer:
        server = cast(smtplib.SMTP, self.backend.connection)
        done = False
        try:
            server.ehlo_or_helo_if_needed()
            code, text = server.mail(sender, _options(server, data))
            if _good(code):
                code, text = server.rcpt(recipient)
            if _good(code):
                code, text = server.docmd("DATA")
            if code == 354:
                server.send(_stuffed(data))
                done = True  # the server has all of it now, whatever it makes of it
                code, text = server.getreply()
        except OSError as error:  # smtplib's own errors are of this kind too
            self._lost()
            outcome = Outcome.UNKNOWN if done else Outcome.RETRY
            return Answer(outcome, f"{type(error).__name__}: {error}")
        answer = Answer(_outcome(code, done=done), f"{code} {text.decode(errors='replace')}")
        if answer.outcome is not Outcome.SENT:
            self._reset(server)
        return answer

    def _reset(self, server: smtplib.SMTP) -> None:
        """What one message left behind must not touch the next."""
        try:
            server.rset()
        except OSError:
            self._lost()

    def _lost(self) -> None:
        if self.backend.connection is not None:
            self.backend.connection.close()
        self.backend.connection = None


@dataclass
class Other:
    """Any other backend of Django's: it says no more than whether it took a message."""

    backend: BaseEmailBackend
    parallel: int = field(default=1, init=False)

    def send(self, message: Message) -> Answer:
        try:
            mail = letter(message)
            mail.message()
        except Exception as error:
            log.exception("Message %s could not be written", message.pk)
            return Answer(Outcome.FAILED, f"It could not be written: {type(error).__name__}")
        try:
            taken = self.backend.send_messages([mail])
        except Exception as error:
            log.exception("Message %s was not taken", message.pk)
            return Answer(Outcome.UNKNOWN, f"{type(error).__name__}: {error}")
        return Answer(Outcome.SENT) if taken else Answer(Outcome.FAILED, "The mail backend did not take it.")


@lru_cache(maxsize=1000)  # it is costly, and the sender's is always the same
def envelope(address: str) -> str:
    """The bare address, in the form that servers understand."""
    if address.isascii() and address.count("@") == 1 and not SPECIAL.search(address):
        return address
    return parseaddr(sanitize_address(address, settings.DEFAULT_CHARSET))[1]


def _options(server: smtplib.SMTP, data: bytes) -> list[str]:
    options = [f"SIZE={len(data)}"] if server.has_extn("size") else []
    return [*options, "BODY=8BITMIME"] if server.has_extn("8bitmime") else options


def _stuffed(data: bytes) -> bytes:
    """As DATA wants it: a line of one dot ends it, so no line of the message may begin with one alone."""
    ends = b"" if data.endswith(b"\r\n") else b"\r\n"
    return LINE_THAT_BEGINS_WITH_A_DOT.sub(b"..", data) + ends + b".\r\n"


def _good(code: int) -> bool:
    return 200 <= code < 300


def _outcome(code: int, *, done: bool) -> Outcome:
    """5xx is a bounce at the door; 4xx asks to come again; anything else is no answer that SMTP knows."""
    if done and _good(code):
        return Outcome.SENT
    if 500 <= code < 600:
        return Outcome.FAILED
    return Outcome.RETRY if 400 <= code < 500 or not done else Outcome.UNKNOWN
