"""Web Push: the browser alone reads what arrives, this site has signed it, and each answer is understood."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from plans.models import Channel, Message
from plans.models.reminder import Kind, PushKey, Way
from plans.reminders import compose
from plans.reminders.channels import Outcome, push
from plans.reminders.compose import Content
from tests.outside import Browser, outside, signed_by

CONTENT = Content(
    subject="Your session is due",
    title="Your session is due",
    body="It takes about 20 minutes.",
    text="",
    html="",
    url="https://rehab.example.org/m/abc/",
    actions=[
        ("done", "All done", "https://rehab.example.org/m/abc/done/"),
        ("snooze", "Not now", "https://rehab.example.org/m/abc/snooze/"),
        ("open", "Open", "https://rehab.example.org/m/abc/"),
    ],
    unsubscribe="",
)


@pytest.fixture(autouse=True)
def _said(monkeypatch, settings):
    settings.OUTBOUND_PRIVATE = True
    settings.DEFAULT_FROM_EMAIL = "Rehab planner <rehab@example.org>"
    monkeypatch.setattr(push, "compose", lambda message: CONTENT)


@pytest.fixture
def server():
    with outside() as server:
        yield server


@pytest.fixture
def phone():
    return Browser()


def to(address, phone, **fields):
    """A message to one browser, as the outbox hands it over."""
    channel = Channel(pk=1, way=Way.PUSH.value, address=address, keys=phone.keys)
    given = {"pk": 7, "plan_id": 3, "kind": Kind.SESSION.value, "planned_at": timezone.now(), **fields}
    return Message(channel=channel, **given)


def send(message):
    with push.opened() as way:
        return way.send(message)


# What arrives -------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_browser_reads_it_and_knows_the_site(server, phone):
    answer = send(to(f"{server.url}/201", phone))
    assert answer.outcome is Outcome.SENT
    (request,) = server.got
    assert phone.read(request) == {
        "title": "Your session is due",
        "body": "It takes about 20 minutes.",
        "tag": "session-3",
        "url": "https://rehab.example.org/m/abc/",
        "actions": [
            {"action": "done", "title": "All done", "url": "https://rehab.example.org/m/abc/done/"},
            {"action": "snooze", "title": "Not now", "url": "https://rehab.example.org/m/abc/snooze/"},
        ],
    }
    key, claims = signed_by(request)
    assert key == push.public_key()
    assert claims["aud"] == server.url
    assert claims["sub"] == "mailto:rehab@example.org"
    assert 0 < claims["exp"] - timezone.now().timestamp() <= 24 * 60 * 60


@pytest.mark.django_db
def test_the_push_service_cannot_read_it(server, phone):
    send(to(f"{server.url}/201", phone))
    (request,) = server.got
    assert b"session" not in request.body
    with pytest.raises(Exception, match="Decryption error"):
        Browser(secret=phone.secret).read(request)


@pytest.mark.django_db
def test_it_is_kept_for_a_device_that_is_off_as_long_as_it_helps(server, phone):
    now = timezone.now()
    send(to(f"{server.url}/201", phone, planned_at=now - timedelta(hours=1)))
    send(to(f"{server.url}/201", phone, planned_at=now - timedelta(hours=5)))
    send(to(f"{server.url}/201", phone, kind=Kind.ESCALATION.value, plan_id=None, escalation_id=9))
    half, late, escalation = [request.headers for request in server.got]
    assert 7100 <= int(half["ttl"]) <= 7200
    assert late["ttl"] == "60"
    assert half["urgency"] == "normal"
    assert escalation["urgency"] == "high"
    assert (half["topic"], escalation["topic"]) == ("session-3", "escalation-9")


@pytest.mark.parametrize("kind", Kind)
def test_a_topic_is_one_that_push_services_take(kind):
    message = Message(pk=10**14 - 1, kind=kind.value, plan_id=10**14 - 1, escalation_id=10**14 - 1)
    assert len(push.topic(message)) <= 32
    assert push.topic(message).replace("-", "").replace("_", "").isalnum()


def test_messages_from_people_do_not_take_each_others_place():
    one, other = (Message(pk=pk, kind=Kind.MESSAGE.value, plan_id=3) for pk in (1, 2))
    assert push.topic(one) != push.topic(other)


@pytest.mark.django_db
@pytest.mark.parametrize("length", [100, 700, 20_000])
def test_what_is_too_long_loses_its_end(server, phone, monkeypatch, length):
    long = replace(CONTENT, body="ä€" * length)
    monkeypatch.setattr(push, "compose", lambda message: long)
    assert send(to(f"{server.url}/201", phone)).outcome is Outcome.SENT
    (request,) = server.got
    assert len(request.body) <= 4096
    read = phone.read(request)
    assert read["url"] == CONTENT.url
    assert len(read["actions"]) == 2
    assert long.body.startswith(read["body"])


def test_with_endless_buttons_the_title_still_arrives():
    actions = [("done", "x", "https://rehab.example.org/" + "x" * 5000)]
    long = replace(CONTENT, actions=actions)
    read = json.loads(push.payload(long, "tag"))
    assert (read["title"], read["actions"]) == (CONTENT.title, [])


@pytest.mark.django_db
def test_every_kind_of_message_fits_as_it_is():
    for message in compose.examples():
        content = compose.compose(message)
        read = json.loads(push.payload(content, push.topic(message)))
        assert (read["title"], read["body"], read["url"]) == (content.title, content.body, content.url)
        assert (
            len(read["actions"]) == len([action for action, _label, _url in content.actions if action != "open"]) <= 2
        )


# What is answered ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.SENT),
        (201, Outcome.SENT),
        (202, Outcome.SENT),
        (204, Outcome.SENT),
        (400, Outcome.FAILED),
        (401, Outcome.FAILED),
        (403, Outcome.FAILED),
        (413, Outcome.FAILED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
    ],
)
def test_each_answer_is_taken_for_what_it_is(server, phone, status, outcome):
    answer = send(to(f"{server.url}/{status}", phone))
    assert answer.outcome is outcome
    assert answer.text.startswith(str(status))


@pytest.mark.django_db
def test_the_providers_words_are_kept_without_secrets(server, phone):
    secret = "cXVpdGUtYS1zZWNyZXQtcGFydC1vZi1hbi1hZGRyZXNz"
    server.says = f'{{"reason": "BadJwtToken", "endpoint": "{server.url}/403/{secret}"}}\n'.encode() * 50
    answer = send(to(f"{server.url}/403/{secret}", phone))
    assert "this site's key" in answer.text
    assert "BadJwtToken" in answer.text
    assert secret not in answer.text
    assert len(answer.text) <= 200


@pytest.mark.django_db
def test_a_push_service_that_sends_us_elsewhere_is_not_followed(server, phone):
    answer = send(to(f"{server.url}/redirect/{server.url.encode().hex()}", phone))
    assert answer.outcome is Outcome.FAILED
    assert len(server.got) == 1


@pytest.mark.django_db
def test_an_endpoint_inside_the_network_is_not_called(server, phone, settings):
    settings.OUTBOUND_PRIVATE = False
    answer = send(to(f"{server.url}/201", phone))
    assert answer.outcome is Outcome.FAILED
    assert "network" in answer.text
    assert server.got == []


@pytest.mark.django_db
def test_nobody_at_home_means_try_again(phone):
    with outside() as server:
        gone = server.url
    answer = send(to(f"{gone}/201", phone))
    assert answer.outcome is Outcome.RETRY


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/hang", "/drip"])
def test_no_answer_in_time_means_not_known(server, phone, monkeypatch, path):
    monkeypatch.setattr(push, "TOTAL_S", 0.2)
    answer = send(to(server.url + path, phone))
    assert answer.outcome is Outcome.UNKNOWN
    assert len(server.got) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"p256dh": "", "auth": ""},
        {"p256dh": "AAAA", "auth": "AAAA"},
        {"p256dh": "BA" + "A" * 85, "auth": "A" * 22},  # not a point of the curve
        {"p256dh": None, "auth": 5},
    ],
)
def test_keys_that_are_none_fail_and_nothing_is_sent(server, phone, keys):
    message = to(f"{server.url}/201", phone)
    message.channel.keys = keys
    assert push.key_fault(keys)
    assert send(message).outcome is Outcome.FAILED
    assert server.got == []


def test_a_browsers_keys_are_keys(phone):
    assert not push.key_fault(phone.keys)


@pytest.mark.django_db
def test_one_answer_that_hangs_delays_no_other(server, phone):
    """The order shows it: the others have all been answered while the first one still hangs."""
    done = threading.Event()
    with push.opened() as way, ThreadPoolExecutor(way.parallel) as pool:
        hanging = pool.submit(way.send, to(f"{server.url}/hang", phone))
        hanging.add_done_callback(lambda _answer: done.set())
        with server.changed:
            assert server.changed.wait_for(lambda: server.got, 10)
        others = [pool.submit(way.send, to(f"{server.url}/201", phone)) for _each in range(20)]
        assert {other.result().outcome for other in others} == {Outcome.SENT}
        assert not done.is_set()
        server.over.set()
        assert hanging.result().outcome is Outcome.UNKNOWN


@pytest.mark.django_db
def test_after_three_silences_the_rest_to_that_host_waits_for_later(server, phone, monkeypatch):
    monkeypatch.setattr(push, "TOTAL_S", 0.1)
    with push.opened() as way:
        answers = [way.send(to(f"{server.url}/hang", phone)).outcome for _each in range(5)]
    assert answers == [Outcome.UNKNOWN] * 3 + [Outcome.RETRY] * 2
    assert len(server.got) == 3


@pytest.mark.django_db
def test_a_batch_uses_one_connection_and_one_signature(server, phone):
    with push.opened() as way:
        for _each in range(5):
            way.send(to(f"{server.url}/201", phone))
    assert len({request.peer for request in server.got}) == 1
    assert len({request.headers["authorization"] for request in server.got}) == 1
    assert len({request.body for request in server.got}) == 5


# The site's key -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_sites_key_is_made_once():
    assert push.public_key() == push.public_key()
    assert PushKey.objects.count() == 1
    assert len(push.public_key()) == 87  # 65 bytes


@pytest.mark.django_db(transaction=True)
def test_workers_that_make_it_at_once_have_the_same():
    together = threading.Barrier(4)

    def key(_number):
        try:
            connection.ensure_connection()
            together.wait(10)
            return push.public_key()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(key, range(4)))) == 1
    assert PushKey.objects.count() == 1
