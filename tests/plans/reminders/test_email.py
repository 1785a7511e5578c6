"""E-mail, against a real SMTP server of this machine that misbehaves in every phase."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core import mail as outgoing
from pytest_django import Settings

from plans.models.reminder import Kind, Message, Way
from plans.reminders import recheck
from plans.reminders.channels import Answer, Outcome, email, sender
from plans.reminders.channels.email import Smtp
from plans.reminders.compose import examples
from plans.reminders.kinds import KINDS
from plans.reminders.outbox import message_id
from tests.factories import MessageFactory
from tests.smtp import Sink, sink

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["PIPELINING", "HELP"])
def server(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Sink]:
    """One that takes several commands at once, and one that does not."""
    with sink() as made:
        made.extensions = made.extensions.replace(b"PIPELINING", request.param.encode())
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", made.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
        settings.EMAIL_TIMEOUT = 5
        yield made


@pytest.fixture
def out(server: Sink) -> Iterator[Smtp]:
    with email.opened() as opened:
        assert isinstance(opened, Smtp)
        yield opened


def due(**kwargs: Any) -> Message:
    made = MessageFactory(**kwargs)
    return recheck.loaded(Message.objects.filter(pk=made.pk)).get()


# What is sent ---------------------------------------------------------------------------------------------------------


def test_what_arrives(server: Sink, out: Smtp, settings: Settings) -> None:
    settings.SITE_URL = "https://rehab.example.org"
    message = due(recipient__email="athlete@example.org")
    assert out.send(message) == Answer(Outcome.SENT, "250 2.0.0 OK")
    (mail,) = server.mails
    got = mail.parsed
    assert (mail.sender, mail.recipient) == ("rehab@localhost", message.recipient.email)
    assert got["Message-ID"] == message_id(message) == f"<reminder.{message.pk}@rehab.example.org>"
    assert got["To"] == message.recipient.email
    assert got["Auto-Submitted"] == "auto-generated"
    assert got["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://rehab\.example\.org/m/[^/]+/off/>", got["List-Unsubscribe"].strip())
    assert [part.get_content_type() for part in got.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert got["Date"]


def test_the_same_message_has_the_same_id_at_every_try(server: Sink, out: Smtp) -> None:
    message = due()
    out.send(message)
    out.send(message)
    assert server.ids() == {message_id(message): 2}


@pytest.mark.parametrize("message", list(examples()), ids=lambda message: f"{message.kind} {message.about}")
def test_what_must_come_offers_no_way_to_stop_it(message: Message) -> None:
    message.pk = 1
    headers = email.letter(message).extra_headers
    may_stop = not KINDS[Kind(message.kind)].must and message.kind != Kind.TEST
    assert ("List-Unsubscribe" in headers) is ("List-Unsubscribe-Post" in headers) is may_stop


def test_a_line_that_is_a_dot_ends_nothing(server: Sink, out: Smtp, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "before\n.\n.after\n..\nünd"
    letter = email.letter

    def with_dots(message: Message) -> Any:
        made = letter(message)
        made.body = text
        return made

    monkeypatch.setattr(email, "letter", with_dots)
    assert out.send(due()).outcome is Outcome.SENT
    assert server.mails[0].parsed.get_body(("plain",)).get_content().splitlines() == text.splitlines()


def test_many_go_over_one_connection(server: Sink, out: Smtp) -> None:
    for _ in range(3):
        assert out.send(due()).outcome is Outcome.SENT
    assert server.connections == 1


# What a server says ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        (b"450 4.2.1 come again", Outcome.RETRY),
        (b"550 5.1.1 no such person", Outcome.FAILED),
        (b"421 4.3.2 closing", Outcome.RETRY),
    ],
)
def test_a_refusal_is_told_in_the_servers_own_words(
    word: str, said: bytes, outcome: Outcome, server: Sink, out: Smtp
) -> None:
    server.answers[word] = said
    assert out.send(due()) == Answer(outcome, said.decode())
    assert server.mails == []
    server.answers.clear()
    assert out.send(due()).outcome is Outcome.SENT


def test_a_mailbox_that_bounces_harms_no_other(server: Sink, out: Smtp) -> None:
    bad, good = due(), due()
    server.answers[f"RCPT {bad.recipient.email}"] = b"550 5.1.1 no such person"
    assert [out.send(bad).outcome, out.send(good).outcome] == [Outcome.FAILED, Outcome.SENT]
    assert [mail.recipient for mail in server.mails] == [good.recipient.email]
    assert server.connections == 1


def test_an_answer_that_is_none_leaves_it_in_doubt(server: Sink, out: Smtp) -> None:
    server.answers["END"] = b"what?"
    assert out.send(due()).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("word", ["MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_end_is_safe_to_try_again(word: str, server: Sink, out: Smtp) -> None:
    server.hang_up = word
    assert out.send(due()).outcome is Outcome.RETRY
    assert server.mails == []
    server.hang_up = ""
    assert out.send(due()).outcome is Outcome.SENT
    assert server.connections == 2


def test_a_connection_lost_after_the_end_leaves_it_in_doubt(server: Sink, out: Smtp) -> None:
    """It was taken, as a server may and does."""
    server.hang_up = "END"
    assert out.send(due()).outcome is Outcome.UNKNOWN
    assert len(server.mails) == 1


def test_a_server_that_does_not_answer_in_time_leaves_it_in_doubt(server: Sink, settings: Settings) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    server.delay = 1
    with email.opened() as out:
        assert out.send(due()).outcome is Outcome.UNKNOWN


def test_a_server_that_went_away_is_asked_once_a_batch(server: Sink, out: Smtp, settings: Settings) -> None:
    server.hang_up = "MAIL"
    assert out.send(due()).outcome is Outcome.RETRY
    out.backend.port = 1  # nobody listens there
    assert out.send(due()).outcome is Outcome.RETRY
    out.backend.port = server.port
    assert out.send(due()).outcome is Outcome.RETRY
    assert server.connections == 1


def test_nobody_there(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    with pytest.raises(OSError, match="refused"), email.opened():
        pass


def test_a_server_that_refuses_to_talk(server: Sink) -> None:
    server.greeting = b"554 no service"
    with pytest.raises(OSError, match="no service"), email.opened():
        pass


def test_an_address_that_is_none_fails_alone(server: Sink, out: Smtp, caplog: pytest.LogCaptureFixture) -> None:
    bad = due()
    bad.recipient.email = "a\nBcc: all@example.org"
    assert out.send(bad) == Answer(Outcome.FAILED, "It could not be written: BadHeaderError")
    assert out.send(due()).outcome is Outcome.SENT


def test_an_address_of_another_script(server: Sink, out: Smtp) -> None:
    message = due()
    message.recipient.email = "athlet@bücher.example"
    assert out.send(message).outcome is Outcome.SENT
    assert server.mails[0].recipient == "athlet@xn--bcher-kva.example"


# Other backends -------------------------------------------------------------------------------------------------------


def test_any_backend_of_django_will_do() -> None:
    message = due()
    with email.opened() as out:
        assert out.send(message) == Answer(Outcome.SENT)
    (mail,) = outgoing.outbox
    assert mail.to == [message.recipient.email]
    assert mail.extra_headers["Message-ID"] == message_id(message)


def test_a_backend_that_fails_says_not_how_far_it_got(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(self: object, messages: object) -> int:
        raise ConnectionResetError("by its peer")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    with email.opened() as out:
        assert out.send(due()) == Answer(Outcome.UNKNOWN, "ConnectionResetError: by its peer")


def test_a_backend_that_takes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", lambda self, messages: 0)
    with email.opened() as out:
        assert out.send(due()).outcome is Outcome.FAILED


def test_the_inbox_has_what_its_row_says() -> None:
    with sender(Way.INBOX) as out:
        assert out.send(due()) == Answer(Outcome.SENT)
