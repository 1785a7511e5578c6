"""A link of a message is that message's alone, for as long as it holds."""

import string
from datetime import timedelta

import pytest
import time_machine
from django.core.signing import TimestampSigner
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from plans.models import Message
from plans.reminders import links
from tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

SAFE = set(string.ascii_letters + string.digits + "-_.")


def test_a_link_leads_back_to_its_message_with_what_its_pages_need(django_assert_num_queries):
    message = MessageFactory()
    token = links.token(message)
    with django_assert_num_queries(1):
        read = links.read(token)
        assert read == message
        assert (read.recipient, read.plan.athlete, read.channel) == (
            message.recipient,
            message.recipient,
            message.channel,
        )


def test_the_links_are_absolute_and_are_those_of_the_pages(settings):
    settings.SITE_URL = "https://plan.example.org"
    message = MessageFactory()
    there = links.links(message)
    token = there.open.removeprefix("https://plan.example.org/m/").rstrip("/")
    for what, name in (("open", "message"), ("snooze", "snooze"), ("done", "done"), ("off", "unsubscribe")):
        assert getattr(there, what) == f"https://plan.example.org{reverse(f'plans:{name}', args=[token])}"
        assert links.link(message, what).startswith("https://plan.example.org/m/")


def test_a_link_is_short_and_survives_every_mail_program():
    token = links.token(Message(pk=10**12))
    assert len(token) <= 60
    assert set(token) <= SAFE


def test_a_link_holds_for_sixty_days_and_no_longer():
    message = MessageFactory()
    now = timezone.now().replace(microsecond=0)
    with time_machine.travel(now, tick=False) as clock:
        token = links.token(message)
        clock.move_to(now + timedelta(days=60))
        assert links.read(token) == message
        clock.shift(timedelta(seconds=1))
        assert links.read(token) is None


def test_a_message_or_a_person_that_is_gone_has_no_link():
    message, another = MessageFactory(), MessageFactory()
    token, other = links.token(message), links.token(another)
    message.delete()
    assert links.read(token) is None
    another.recipient.is_active = False
    another.recipient.save(update_fields=["is_active"])
    assert links.read(other) is None


def test_a_deleted_persons_link_opens_nothing_not_even_after_another_message_came():
    person = UserFactory()
    token = links.token(MessageFactory(plan=None, recipient=person))
    person.delete()
    MessageFactory(plan=None, recipient=UserFactory())
    assert links.read(token) is None


def test_an_example_has_a_link_that_opens_nothing():
    assert links.read(links.token(Message())) is None


def test_promise_7_a_link_cannot_be_turned_into_another_messages():
    mine, theirs = MessageFactory(), MessageFactory()
    _number, rest = links.token(mine).split(".", 1)
    assert links.read(links.token(theirs).split(".", 1)[0] + "." + rest) is None


@pytest.mark.parametrize("salt", ["", "django.core.signing", "plans.reminders.other"])
def test_a_signature_made_for_something_else_is_none_of_ours(salt):
    message = MessageFactory()
    assert links.read(TimestampSigner(salt=salt, sep=".").sign(str(message.pk))) is None


def test_another_sites_key_signs_nothing_here(settings):
    token = links.token(MessageFactory())
    settings.SECRET_KEY, old = "another" * 10, settings.SECRET_KEY
    assert links.read(token) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert links.read(token) is not None


@given(st.text(max_size=80) | st.from_regex(r"[A-Za-z0-9]{1,4}\.[A-Za-z0-9]{6}\.[\w-]{43}"))
def test_what_was_made_up_is_no_link(token):
    assert links.read(token) is None


@given(st.data())
def test_a_link_with_one_letter_changed_is_no_link(data):
    token = links.token(Message(pk=7))
    at = data.draw(st.integers(0, len(token) - 2))  # of the last letter some bits are not used
    other = data.draw(st.sampled_from(sorted(SAFE - {token[at]})))
    assert links.read(token[:at] + other + token[at + 1 :]) is None
