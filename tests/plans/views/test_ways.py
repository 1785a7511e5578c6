"""Where reminders reach somebody: switched, tested, added and removed, each by its own small form."""

import base64
import json
import os
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from plans.devices import device_name
from plans.models import Channel, Message
from tests.factories import ChannelFactory, MessageFactory, PhysioFactory, UserFactory

from .daily import DOOR
from .walk import Page

pytestmark = pytest.mark.django_db

ENDPOINT = "https://push.example.org/send/a-secret-of-forty-letters-and-some-more"
ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


@pytest.fixture
def athlete():
    return UserFactory()


@pytest.fixture
def mine(client, athlete) -> Client:
    client.force_login(athlete, backend=DOOR)
    return client


@pytest.fixture
def there():
    return reverse("plans:ways")


def subscription(endpoint=ENDPOINT):
    """As PushSubscription.toJSON() gives it."""
    point = generate_private_key(SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {"p256dh": point, "auth": os.urandom(16)}
    coded = {name: base64.urlsafe_b64encode(raw).rstrip(b"=").decode() for name, raw in keys.items()}
    return json.dumps({"endpoint": endpoint, "expirationTime": None, "keys": coded})


def change(client, channel, **data):
    return client.post(reverse("plans:channel", args=[channel.pk]), data, follow=True)


def device(client, **data):
    return client.post(reverse("plans:device"), data, headers={"User-Agent": ANDROID})


def page_of(client, there):
    return Page(client.get(there))


def test_everybody_has_an_inbox_and_an_e_mail_address(mine, there, athlete):
    page = page_of(mine, there)
    assert {way.way for way in athlete.channels.all()} == {"inbox", "email"}
    assert athlete.email in page.text
    assert reverse("plans:inbox") in page.links()
    page_of(mine, there)
    assert athlete.channels.count() == 2


def test_it_says_when_each_was_last_reached(mine, there, athlete):
    now = timezone.now()
    ChannelFactory(user=athlete, way="inbox", last_sent_at=now)
    ChannelFactory(
        user=athlete, way="push", address=ENDPOINT, label="Chrome on Android", last_sent_at=now - timedelta(minutes=121)
    )
    text = page_of(mine, there).text
    assert "Last reached less than a minute ago." in text
    assert "Last reached 2\N{NO-BREAK SPACE}hours ago." in text
    assert "Nothing was sent there yet." in text  # e-mail


@pytest.mark.parametrize(("days", "said"), [(1, "After two days we use e-mail"), (3, ", so we use e-mail.")])
def test_what_fails_says_since_when_and_what_follows(mine, there, athlete, days, said):
    since = timezone.now() - timedelta(days=days)
    ChannelFactory(user=athlete, way="push", address=ENDPOINT, failing_since=since)
    text = page_of(mine, there).text
    assert "It has not answered since" in text
    assert said in text


def test_a_mailbox_that_fails_is_the_persons_to_look_at(mine, there, athlete):
    ChannelFactory(user=athlete, way="email", failing_since=timezone.now() - timedelta(days=3))
    assert "Check that the address is right" in page_of(mine, there).text


@pytest.mark.parametrize("use", ["always", "reserve", "off"])
def test_e_mail_is_switched_with_one_tap_and_a_trace(mine, athlete, use):
    before = "off" if use == "always" else "always"
    channel = ChannelFactory(user=athlete, way="email", use=before)
    response = change(mine, channel, use=use)
    assert ("use", use) in [
        (attrs.get("name"), attrs.get("value")) for _tag, attrs in Page(response).tags if attrs.get("aria-pressed")
    ]
    channel.refresh_from_db()
    assert channel.use == use
    assert AuditEvent.objects.get(action="channel.change").fields == ["use"]


@pytest.mark.parametrize("data", [{"use": "sometimes"}, {"do": "explode"}, {}])
def test_what_is_no_choice_is_refused_in_words(mine, athlete, data):
    channel = ChannelFactory(user=athlete, way="email")
    assert "Choose what to do from the page" in Page(change(mine, channel, **data)).text
    channel.refresh_from_db()
    assert channel.use == "always"


def test_the_inbox_cannot_be_switched_off_or_removed(mine, athlete):
    channel = ChannelFactory(user=athlete, way="inbox")
    change(mine, channel, use="off")
    change(mine, channel, do="remove")
    channel.refresh_from_db()
    assert (channel.use, channel.ended_at) == ("always", None)
    assert not AuditEvent.objects.filter(action__startswith="channel.").exists()


def test_a_test_is_put_into_the_outbox_and_its_end_is_told(mine, there, athlete):
    channel = ChannelFactory(user=athlete, way="email")
    assert "A test is on its way" in Page(change(mine, channel, do="test")).text
    test = Message.objects.get()
    assert (test.kind, test.channel, test.state) == ("test", channel, "due")
    for state, said in [("failed", "did not get through. no such box"), ("unknown", "may have arrived")]:
        Message.objects.update(state=state, answer="no such box")
        assert said in page_of(mine, there).text
    Message.objects.update(state="sent", sent_at=timezone.now())
    assert "was sent." in page_of(mine, there).text


def test_a_device_is_removed(mine, there, athlete):
    channel = ChannelFactory(user=athlete, way="push", address=ENDPOINT, label="Chrome on Android")
    assert "Chrome on Android is removed." in Page(change(mine, channel, do="remove")).text
    channel.refresh_from_db()
    assert channel.ended_at
    assert AuditEvent.objects.get(action="channel.remove").object_id == str(channel.pk)
    assert mine.post(reverse("plans:channel", args=[channel.pk]), {"do": "test"}).status_code == 404


def test_a_physio_is_told_that_escalations_come_by_e_mail_always(client, there):
    client.force_login(PhysioFactory(), backend=DOOR)
    assert "e-mail comes always" in page_of(client, there).text


# A service


def test_a_service_counts_only_once_its_test_was_seen_to_arrive(mine, there, athlete):
    data = {"label": "My ntfy", "url": "ntfys://ntfy.example.org/a-topic"}
    assert mine.post(reverse("plans:service"), data).url == there
    channel = Channel.objects.get(way="service")
    assert (channel.label, channel.confirmed_at) == ("My ntfy", None)
    assert Message.objects.get().channel == channel
    assert "Did the test arrive?" in page_of(mine, there).text
    assert "Send a test message first" in Page(change(mine, channel, do="confirm")).text
    Message.objects.update(state="sent", sent_at=timezone.now())
    change(mine, channel, do="confirm")
    channel.refresh_from_db()
    assert channel.confirmed_at
    assert "Did the test arrive?" not in page_of(mine, there).text


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "Paste the address"),
        ("x" * 501, "too long"),
        ("not an address", ""),
        ("json://127.0.0.1/inside", ""),
    ],
)
def test_an_address_that_cannot_be_is_told_and_stays_on_the_page(mine, url, said):
    response = mine.post(reverse("plans:service"), {"label": "Mine", "url": url})
    assert response.status_code == 400
    page = Page(response)
    assert said in str(response.context["form"].errors["url"])
    fields = {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}
    assert (fields["label"], fields["url"] or "") == ("Mine", url)
    assert not Channel.objects.filter(way="service").exists()
    assert not Message.objects.exists()


# A device


def test_a_browser_is_added_by_what_it_calls_itself_and_again_is_once(mine, athlete):
    sent = subscription()
    for _again in range(2):
        response = device(mine, subscription=sent)
        assert (response.status_code, response.json()) == (200, {"state": "on"})
    channel = Channel.objects.get(way="push")
    assert (channel.user, channel.address, channel.label) == (athlete, ENDPOINT, "Chrome on Android")
    assert AuditEvent.objects.filter(action="channel.add").count() == 1


def test_the_page_lets_a_browser_know_its_own_and_tells_no_address(mine, there):
    device(mine, subscription=subscription())
    text = mine.get(there).content.decode()
    assert f'data-known="{ENDPOINT[-16:]}"' in text
    assert ENDPOINT not in text
    assert 'data-key="B' in text  # an uncompressed point


def test_a_browser_takes_itself_off(mine, athlete):
    sent = subscription()
    device(mine, subscription=sent)
    assert device(mine, subscription=sent, wish="off").json() == {"state": "off"}
    assert not athlete.channels.open().filter(way="push").exists()
    assert device(mine, subscription=sent, wish="off").json() == {"state": "off"}
    assert AuditEvent.objects.filter(action="channel.remove").count() == 1


def test_nobody_takes_off_anothers_browser(mine):
    other = ChannelFactory(way="push", address=ENDPOINT)
    device(mine, subscription=subscription(), wish="off")
    other.refresh_from_db()
    assert other.ended_at is None


@pytest.mark.parametrize(
    "sent", ["", "{", "[]", "null", "7", '"x"', "{}", '{"endpoint": "x", "keys": 7}', '{"endpoint": "x", "keys": {}}']
)
def test_what_is_no_subscription_is_refused(mine, sent):
    response = device(mine, subscription=sent)
    assert response.status_code == 400
    assert response.json()["problems"]
    assert not Channel.objects.filter(way="push").exists()


def test_an_address_without_https_is_refused(mine):
    assert device(mine, subscription=subscription("http://push.example.org/x")).status_code == 400


def test_a_visitor_is_asked_to_sign_in_in_json(client):
    assert device(client, subscription=subscription()).status_code == 401


def test_it_takes_the_token_of_the_page(athlete):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(athlete, backend=DOOR)
    assert device(strict, subscription=subscription()).status_code == 403
    token = strict.get(reverse("plans:ways")).context["csrf_token"]
    assert device(strict, subscription=subscription(), csrfmiddlewaretoken=str(token)).status_code == 200


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (ANDROID, "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox on Linux"),
        ("curl/8.1", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_called_by_its_name_and_its_system(agent, name):
    assert device_name(agent) == name


# The worker


def test_the_worker_knows_what_to_say_when_a_message_says_nothing(client, there):
    text = client.get(reverse("plans:worker")).content.decode()
    kept = json.loads(text.split("const KEPT = ")[1].split(";\n")[0])
    assert kept["message"]["url"] == reverse("plans:inbox")
    assert (kept["ways"], kept["device"]) == (there, reverse("plans:device"))
    assert kept["message"]["title"]
    assert kept["failed"]["message"]


def test_a_test_of_long_ago_is_not_told_any_more(mine, there, athlete):
    channel = ChannelFactory(user=athlete, way="email")
    MessageFactory(
        plan=None,
        recipient=athlete,
        channel=channel,
        kind="test",
        state="failed",
        planned_at=timezone.now() - timedelta(days=2),
    )
    assert "did not get through" not in page_of(mine, there).text
