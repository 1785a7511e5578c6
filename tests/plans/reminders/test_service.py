"""Services by Apprise: only what is on the web, only one message, and no secret comes out again."""

import ast
import inspect
import logging
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from plans.models import Channel, Message
from plans.models.reminder import Kind, Way
from plans.reminders import outbound
from plans.reminders.channels import Outcome, service
from tests.conftest import ROOT
from tests.outside import outside
from tests.plans.reminders.test_push import CONTENT

TOKEN = "tk_a1b2c3d4e5f6g7h8i9j0k1l2m3n4o"


@pytest.fixture(autouse=True)
def _said(monkeypatch, settings):
    settings.OUTBOUND_PRIVATE = True
    monkeypatch.setattr(service, "compose", lambda message: CONTENT)


@pytest.fixture
def server():
    with outside() as server:
        yield server


def url(server, path="reminders", schema="ntfy", **options):
    wanted = "".join(f"{'&' if number else '?'}{name}={value}" for number, (name, value) in enumerate(options.items()))
    return f"{schema}://127.0.0.1:{server.server_port}/{path}{wanted}"


def send(address):
    message = Message(
        pk=7,
        kind=Kind.SESSION.value,
        planned_at=timezone.now(),
        channel=Channel(pk=1, way=Way.SERVICE.value, address=address),
    )
    with service.opened() as way:
        return way.send(message)


# Sending ------------------------------------------------------------------------------------------------------------


def test_a_clinics_own_ntfy_server_gets_it(server):
    """What is sent is the short text and a link: no more than a push shows."""
    answer = send(url(server))
    assert answer.outcome is Outcome.SENT
    (request,) = server.got
    assert b"It takes about 20 minutes." in request.body
    assert b"https://rehab.example.org/m/abc/" in request.body
    assert CONTENT.title.encode() in request.body + str(request.headers).encode()


def test_a_webhook_gets_it(server):
    assert send(url(server, schema="json")).outcome is Outcome.SENT
    assert b"Your session is due" in server.got[0].body


def test_inside_the_network_nothing_is_sent(server, settings):
    settings.OUTBOUND_PRIVATE = False
    answer = send(url(server))
    assert answer.outcome is Outcome.FAILED
    assert server.got == []


@pytest.mark.parametrize("asked", ["yes", "no"])
def test_a_redirect_is_not_followed_even_when_the_url_asks_for_it(server, asked):
    answer = send(url(server, f"redirect/{server.url.encode().hex()}", schema="json", redirect=asked))
    assert answer.outcome is Outcome.FAILED
    assert len(server.got) == 1


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (400, Outcome.FAILED),
        (401, Outcome.FAILED),
        (403, Outcome.FAILED),
        (404, Outcome.FAILED),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
    ],
)
def test_each_answer_is_taken_for_what_it_is(server, status, outcome):
    answer = send(url(server, str(status), schema="json"))
    assert answer.outcome is outcome
    assert answer.text == f"The service answered {status}"


@pytest.mark.parametrize("path", ["hang", "drip"])
def test_no_answer_in_time_means_not_known(server, monkeypatch, path):
    monkeypatch.setattr(service, "READ_S", 0.2)
    monkeypatch.setattr(service, "TOTAL_S", 0.3)
    assert send(url(server, path, schema="json", rto=3600)).outcome is Outcome.UNKNOWN
    assert len(server.got) == 1


def test_nobody_at_home_means_try_again():
    with outside() as server:
        gone = url(server)
    assert send(gone).outcome is Outcome.RETRY


def test_one_that_hangs_delays_no_other(server):
    with service.opened() as way, ThreadPoolExecutor(way.parallel) as pool:

        def message(path):
            channel = Channel(way=Way.SERVICE.value, address=url(server, path, schema="json"))
            return Message(kind=Kind.SESSION.value, channel=channel)

        hanging = pool.submit(way.send, message("hang"))
        with server.changed:
            assert server.changed.wait_for(lambda: server.got, 10)
        others = [pool.submit(way.send, message("200")) for _each in range(8)]
        assert {other.result().outcome for other in others} == {Outcome.SENT}
        assert not hanging.done()
        server.over.set()
        assert hanging.result().outcome is Outcome.UNKNOWN


def test_after_three_silences_the_rest_to_that_host_waits_for_later(server, monkeypatch):
    monkeypatch.setattr(service, "READ_S", 0.1)
    channel = Channel(way=Way.SERVICE.value, address=url(server, "hang", schema="json"))
    with service.opened() as way:
        answers = [way.send(Message(kind=Kind.SESSION.value, channel=channel)).outcome for _each in range(5)]
    assert answers == [Outcome.UNKNOWN] * 3 + [Outcome.RETRY] * 2
    assert len(server.got) == 3


def test_a_url_that_is_no_longer_understood_fails():
    assert send("carrierpigeon://loft").outcome is Outcome.FAILED


def test_a_service_that_stumbles_over_an_answer_does_not_stop_the_batch(server, monkeypatch):
    read = service.read

    def stumbling(address):
        found = read(address)
        monkeypatch.setattr(type(found), "send", lambda *args, **kwargs: {}["missing"])
        return found

    monkeypatch.setattr(service, "read", stumbling)
    answer = send(url(server))
    assert answer.outcome is Outcome.RETRY
    assert "KeyError" in answer.text


def test_no_secret_is_logged_or_answered(server, caplog, capsys, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(logging.getLogger(), "handlers", [logging.StreamHandler()])
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # as in the settings
    server.says = TOKEN.encode()
    with outside() as gone:
        nowhere = url(gone, TOKEN)
    for address in (url(server, f"500/{TOKEN}", schema="json"), url(server, TOKEN), nowhere):
        assert TOKEN not in send(address).text
    with pytest.raises(ValidationError) as refused:
        service.check(f"carrierpigeon://{TOKEN}")
    assert TOKEN not in str(refused.value)
    assert len(server.got) == 2
    assert capsys.readouterr().err == ""


# What may be entered ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "ntfys://ntfy.sh/reminders",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    ],
)
def test_services_of_the_web_are_taken(address, monkeypatch):
    monkeypatch.setattr(outbound, "resolve", lambda host: ["1.1.1.1"])
    assert service.check(address)


@pytest.mark.parametrize(
    "address",
    [
        "syslog://",
        "rsyslog://example.org",
        "dbus://",
        "gnome://",
        "macosx://",
        "windows://",
        "mailto://user:password@example.org",
        "mqtt://example.org/topic",
        "xmpp://user:password@example.org",
        "irc://example.org/#room",
        "growl://example.org",
        "aprs://call:password@other",
        "vapid://user@example.org",
        "nostr://nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5/",
        "file:///etc/passwd",
    ],
)
def test_what_is_not_on_the_web_is_not_taken(address):
    with pytest.raises(ValidationError):
        service.check(address)


@pytest.mark.parametrize("address", ["nonsense", "https://example.org/", "carrierpigeon://loft", "ntfy", "://", "\0"])
def test_what_is_no_service_gets_a_clear_word(address):
    with pytest.raises(ValidationError, match="ntfys://"):
        service.check(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "0x7f.1", "2130706433", "[::1]", "10.0.0.1", "169.254.169.254"])
def test_an_address_inside_the_network_is_refused_at_once(host, settings):
    settings.OUTBOUND_PRIVATE = False
    with pytest.raises(ValidationError, match="our own network"):
        service.check(f"ntfy://{host}/reminders")


def test_a_name_that_leads_inside_is_refused_at_once(settings, monkeypatch):
    settings.OUTBOUND_PRIVATE = False
    monkeypatch.setattr(outbound, "resolve", lambda host: ["1.1.1.1", "192.168.1.5"])
    with pytest.raises(ValidationError, match="our own network"):
        service.check("json://intranet.example/hook")


@pytest.mark.parametrize(
    "address",
    [
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template=/etc/passwd",
        "fcm://project@device/?keyfile=/etc/passwd",
    ],
)
def test_no_file_of_the_server_is_read(address):
    with pytest.raises(ValidationError):
        service.check(address)


def test_one_address_is_one_receiver():
    with pytest.raises(ValidationError, match="several receivers"):
        service.check("tgram://123456789:abcdefg_hijklmnop/12315544/12315545/")


def test_what_a_url_asks_of_the_sender_is_not_done(monkeypatch):
    found = service.read("ntfy://127.0.0.1/reminders?retry=9&wait=3600&rto=3600&cto=3600&redirect=yes")
    assert (found.retry, found.redirects, found.request_timeout) == (0, False, (service.CONNECT_S, service.READ_S))
    slept = []
    monkeypatch.setattr("time.sleep", slept.append)
    for _request in range(2):
        found.throttle(wait=3600)
    assert slept == []


def test_all_that_is_taken_speaks_by_requests_alone():
    """Whatever a newer Apprise brings: what has sockets, tasks or programs of its own must be refused by name."""
    from apprise.manager_plugins import NotificationManager

    service.read("ntfy://127.0.0.1/reminders")
    own = {"socket", "smtplib", "subprocess", "asyncio", "ctypes", "select", "websocket", "ftplib", "telnetlib"}
    taken = [found for found in NotificationManager().plugins() if service.usable(found)]
    assert len(taken) > 100
    for found in taken:
        modules = {base.__module__ for base in found.__mro__ if ".plugins." in base.__module__} - {
            "apprise.plugins.base"
        }
        for module in modules:
            tree = ast.parse(inspect.getsource(sys.modules[module]))
            names = {
                alias.name.split(".")[0]
                for node in ast.walk(tree)
                if isinstance(node, ast.Import)
                for alias in node.names
            }
            assert not names & own, (found.__name__, names & own)


# What it costs ------------------------------------------------------------------------------------------------------


def test_libraries_that_send_are_not_loaded_before_something_is_sent():
    """Neither by the web server nor by a worker that has no push and no service to send."""
    code = (
        "import sys, rehab.wsgi;"
        "from plans.reminders import ways; from plans.reminders.channels import push, service;"
        "print(*sorted({'apprise', 'pywebpush', 'py_vapid', 'aiohttp', 'requests'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert (loaded.stdout.strip(), loaded.returncode) == ("", 0), loaded.stderr
