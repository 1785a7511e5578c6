"""The guard: no address that people enter makes this server call what only it can reach (also SSRF)."""

import ipaddress
import socket
import threading

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from plans.reminders import outbound
from plans.reminders.channels import Outcome
from tests.outside import outside

PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "2002:c0a8:101::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
]
PUBLIC = [
    "1.1.1.1",
    "172.15.255.255",
    "172.32.0.1",
    "100.63.255.255",
    "100.128.0.1",
    "192.167.255.255",
    "2606:4700::1",
    "2a00:1450:4001:82a::200e",
    "::ffff:1.1.1.1",
    "64:ff9b::101:101",
]
OWN = ["127.0.0.1", "10.1.2.3", "192.168.1.1", "172.20.0.1", "100.64.1.1", "::1", "fd12::1", "::ffff:10.0.0.1"]


@pytest.fixture
def server():
    with outside() as server:
        yield server


@pytest.fixture
def as_if_public(monkeypatch):
    """One address of this machine, 127.0.0.1, stands for the internet; all others are what they are."""
    known = outbound.allowed
    monkeypatch.setattr(outbound, "allowed", lambda address: address == "127.0.0.1" or known(address))


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_is_not_called(address):
    assert not outbound.allowed(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_called(address):
    assert outbound.allowed(address)


@pytest.mark.parametrize("address", ["", "localhost", "example.org", "1.2.3", "0x7f.1", "1.1.1.1 ", "[::1]"])
def test_what_is_not_a_plain_number_is_no_address(address):
    assert not outbound.allowed(address)


@pytest.mark.parametrize("address", OWN)
def test_a_site_may_open_its_own_network(address, settings):
    settings.OUTBOUND_PRIVATE = True
    assert outbound.allowed(address)


@pytest.mark.parametrize("address", sorted(set(PRIVATE) - set(OWN) - {"127.255.255.254", "10.0.0.1", "172.16.0.1"}))
def test_of_what_is_not_public_nothing_else_is_opened(address, settings):
    settings.OUTBOUND_PRIVATE = True
    own = any(ipaddress.ip_address(address.partition("%")[0]) in network for network in outbound.OWN)
    wrapped = address in ("64:ff9b::7f00:1", "2002:7f00:1::1", "2002:c0a8:101::1", "::ffff:127.0.0.1")
    metadata = ipaddress.ip_address(address.partition("%")[0]) in outbound.METADATA
    assert outbound.allowed(address) == ((own or wrapped) and not metadata)


@given(st.ip_addresses(v=4))
def test_however_an_address_is_wrapped_it_is_judged_as_itself(address):
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address(0xFFFF << 32 | number),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number),
        ipaddress.IPv6Address(0x2002 << 112 | number << 80 | 1),
    ]
    assert {outbound.allowed(str(each)) for each in wrapped} == {outbound.allowed(str(address))}


@given(st.ip_addresses())
def test_nothing_that_the_standard_library_calls_private_is_called(address):
    if address.is_private or address.is_loopback or address.is_link_local or address.is_multicast:
        mapped = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        assert mapped or not outbound.allowed(str(address))


# Names --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "host", ["0x7f.1", "0x7f000001", "2130706433", "0177.0.0.1", "127.1", "127.0.0.1", "[::1]", "::ffff:127.0.0.1", "0"]
)
def test_a_number_is_known_in_whatever_way_it_is_spelt(host):
    assert outbound.inside(host, outbound.numbers)
    assert outbound.inside(host)


def test_of_a_name_with_several_addresses_all_must_be_public():
    found = {"good.example": ["1.1.1.1", "2606:4700::1"], "mixed.example": ["1.1.1.1", "10.0.0.1"]}
    assert not outbound.inside("good.example", found.__getitem__)
    assert outbound.inside("mixed.example", found.__getitem__)


def test_a_name_that_leads_nowhere_leads_not_inside():
    def unknown(host):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    assert not outbound.inside("nowhere.example", unknown)
    assert not outbound.inside("example.org", outbound.numbers)
    assert not outbound.inside("a" * 300)  # too long for a name


# While something is sent --------------------------------------------------------------------------------------------


def test_no_connection_is_made_to_what_is_not_public(server):
    with outbound.watched(10) as watch, pytest.raises(requests.ConnectionError):
        requests.post(server.url, timeout=5)
    assert watch.refused
    assert not watch.sent
    assert server.got == []
    assert watch.silence().outcome is Outcome.FAILED


def test_a_redirect_into_the_network_is_refused(server, as_if_public):
    elsewhere = f"http://[::1]:{server.server_port}/201"
    with outbound.watched(10) as watch, pytest.raises(requests.ConnectionError):
        requests.post(f"{server.url}/redirect/{elsewhere.encode().hex()}", timeout=5)
    assert watch.refused
    assert [request.path.split("/")[1] for request in server.got] == ["redirect"]


def test_a_name_that_changes_its_address_is_refused_at_the_connection(server, monkeypatch):
    """As after a first look that found a public address (DNS rebinding)."""
    answer = socket.getaddrinfo("127.0.0.1", server.server_port, type=socket.SOCK_STREAM)
    assert not outbound.inside("rebound.example", lambda host: ["1.1.1.1"])
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: answer)
    with outbound.watched(10) as watch, pytest.raises(requests.ConnectionError):
        requests.post(f"http://rebound.example:{server.server_port}/201", timeout=5)
    assert watch.refused
    assert server.got == []


@pytest.mark.parametrize("url", ["http://good.example@127.0.0.1:{port}/", "http://127.0.0.1:{port}\\@good.example/"])
def test_it_does_not_matter_how_a_url_is_read(server, url):
    with outbound.watched(10), pytest.raises(requests.RequestException):
        requests.post(url.format(port=server.server_port), timeout=5)
    assert server.got == []


def test_a_name_or_a_path_is_not_connected_to_without_a_look():
    with outbound.watched(10) as watch:
        with socket.socket() as sock, pytest.raises(OSError, match="not a public one"):
            sock.connect(("localhost", 9))
        with socket.socket(socket.AF_UNIX) as sock, pytest.raises(OSError, match="not a public one"):
            sock.connect("/run/some.sock")
    assert watch.refused


def test_whoever_is_not_sending_is_left_alone(server):
    with outbound.watched(10):
        answers = []
        thread = threading.Thread(target=lambda: answers.append(requests.post(f"{server.url}/201", timeout=5)))
        thread.start()
        thread.join()
    answers.append(requests.post(f"{server.url}/201", timeout=5))
    assert [answer.status_code for answer in answers] == [201, 201]


def test_an_answer_that_drips_is_cut_off(server, as_if_public):
    with outbound.watched(0.2) as watch, pytest.raises(requests.ConnectionError):
        requests.post(f"{server.url}/drip", timeout=5)
    assert watch.late
    assert watch.silence().outcome is Outcome.UNKNOWN
    assert server.cut_off.wait(5)


def test_an_answer_that_drips_over_a_kept_connection_is_cut_off(server, as_if_public):
    with requests.Session() as session:
        with outbound.watched(10):
            session.post(f"{server.url}/201", timeout=5)
        with outbound.watched(0.2) as watch, pytest.raises(requests.ConnectionError):
            session.post(f"{server.url}/drip", timeout=5)
    assert watch.late
    assert server.got[0].peer == server.got[1].peer


def test_nothing_begins_after_the_time_was_up(server, as_if_public, until):
    with outbound.watched(0.01) as watch:
        until(lambda: watch.late)
        with pytest.raises(requests.RequestException):
            requests.post(f"{server.url}/201", timeout=5)
    assert server.got == []
    assert watch.silence().outcome is Outcome.RETRY


def test_nothing_begins_over_a_kept_connection_after_the_time_was_up(server, as_if_public):
    with requests.Session() as session:
        with outbound.watched(10):
            session.post(f"{server.url}/201", timeout=5)
        with outbound.watched(10) as watch:
            watch.cut()
            with pytest.raises(requests.ConnectionError):
                session.post(f"{server.url}/201", timeout=5)
    assert not watch.sent
    assert len(server.got) == 1


def test_what_was_kept_of_connections_is_given_back(server, as_if_public):
    with outbound.watched(10) as watch:
        requests.post(f"{server.url}/201", timeout=5)
        held = list(watch._sockets.values())
    assert held
    assert all(sock.fileno() == -1 for sock in held)


def test_hosts_that_say_nothing_three_times_are_not_asked_again(server, as_if_public):
    silent = outbound.Silent()
    for _time in range(3):
        assert "127.0.0.1" not in silent
        with outbound.watched(10, silent) as watch:
            watch.asks("127.0.0.1")
        watch.silence()
    with outbound.watched(10, silent) as watch, pytest.raises(requests.ConnectionError):
        requests.post(f"{server.url}/201", timeout=5)
    assert server.got == []
    assert watch.silence().outcome is Outcome.RETRY
