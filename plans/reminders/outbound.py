"""What a message may reach, and how long that may take.

People enter addresses (a push endpoint, a service's URL) that this server then calls. Without a guard they could make
it call machines that only it can reach: its own database, a router, a cloud's metadata. So only public ones are called.

A name may resolve to something else a second later, and an answer may redirect elsewhere, so looking at the URL is not
enough: what counts is the address that is connected to. Python itself tells of every connection before it is made, by
its audit events, whichever library makes it and however often it was redirected. While a message is being sent
(`watched`) a connection to anything else is refused there. The same events give the sockets in use, so that a server
which lets its answer drip, each byte just in time, is cut off when the time is up.
"""

import contextlib
import ipaddress
import os
import socket
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.conf import settings

from .channels import Answer, Outcome

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# One's own networks, which OUTBOUND_PRIVATE opens. Nothing else that is not public is ever opened.
OWN = [
    ipaddress.ip_network(network)
    for network in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "100.64.0.0/10"),
        *("::1/128", "fc00::/7"),
    )
]
# Clouds hand out a machine's credentials here. The best known, 169.254.169.254, is link-local and so never allowed.
METADATA = [ipaddress.ip_address(address) for address in ("fd00:ec2::254", "100.100.100.200", "168.63.129.16")]
# Anycast of old tunnels, and translation to IPv4 with a local meaning.
ODD = [ipaddress.ip_network(network) for network in ("192.88.99.0/24", "64:ff9b:1::/48", "2001::/23", "fec0::/10")]
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(OSError):
    """This address must not be called. An OSError, so that every library takes it for a connection that failed."""


def allowed(address: str) -> bool:
    """Whether a numeric address may be called: a public one or, with OUTBOUND_PRIVATE, one of the own network."""
    try:
        found = _plain(ipaddress.ip_address(address.partition("%")[0]))
    except ValueError:
        return False
    if found in METADATA or _within(found, ODD):
        return False
    if settings.OUTBOUND_PRIVATE and _within(found, OWN):
        return True
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _plain(address: Address) -> Address:
    """The IPv4 address that is called in truth, where an IPv6 one only wraps it."""
    if isinstance(address, ipaddress.IPv6Address):
        if wrapped := address.ipv4_mapped or address.sixtofour:
            return wrapped
        if address in NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _within(address: Address, networks: list[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(address in network for network in networks)


def resolve(host: str) -> list[str]:
    """All addresses of a name. Odd spellings of numbers (0x7f.1, 2130706433) are read as a connection would."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]


def numbers(host: str) -> list[str]:
    """The address that a host spells in numbers, without asking the network; none for a name."""
    try:
        return [
            str(found[4][0])
            for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        ]
    except (OSError, UnicodeError):
        return []


def inside(host: str, look_up: Callable[[str], list[str]] | None = None) -> bool:
    """Whether any address of `host` must not be called. Not so for a name that is not known: it leads nowhere."""
    try:
        found = (look_up or resolve)(host.strip("[]"))
    except (OSError, UnicodeError):
        return False
    return not all(map(allowed, found))


class Silent:
    """Hosts that gave no answer to several messages of one batch: the rest need not wait for them as well."""

    ENOUGH = 3

    def __init__(self) -> None:
        self.times: Counter[str] = Counter()

    def note(self, host: str) -> None:
        self.times[host] += 1

    def __contains__(self, host: str) -> bool:
        return self.times[host] >= self.ENOUGH


@dataclass
class Watch:
    """One sending. host: whom it asked for last. sent: a request has left, so silence no longer means that nothing
    happened. refused: it wanted to go where it must not. late: the time was up."""

    silent: Silent
    host: str = ""
    sent: bool = False
    refused: bool = False
    late: bool = False
    _sockets: dict[int, socket.socket] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def asks(self, host: Any) -> None:
        self.host = host.decode() if isinstance(host, bytes) else str(host)
        if self.late:
            raise TimeoutError("The time is up")
        if self.host in self.silent:
            raise Refused(f"{self.host} gives no answer")

    def connects(self, sock: socket.socket, address: Any) -> None:
        # A name instead of a number, or a path of a local socket, would be looked up past this check.
        if not (isinstance(address, tuple) and allowed(str(address[0]))):
            self.refused = True
            raise Refused("This address is not a public one")
        self._hold(sock)

    def sends(self, sock: socket.socket) -> None:
        if sock.fileno() not in self._sockets:  # a connection that an earlier message left open
            self._hold(sock)
        self.sent = True

    def _hold(self, sock: socket.socket) -> None:
        """Keep a second handle of the connection: TLS takes the first one over."""
        with self._lock:
            if self.late:
                raise TimeoutError("The time is up")
            if former := self._sockets.pop(sock.fileno(), None):
                former.close()  # of a connection that has ended, whose number is used again
            self._sockets[sock.fileno()] = socket.socket(fileno=os.dup(sock.fileno()))

    def silence(self, error: BaseException | None = None) -> Answer:
        """What became of a message that got no answer."""
        self.silent.note(self.host)
        name = "the time was up" if self.late else type(error).__name__ if error else "it said nothing"
        if self.refused:
            return Answer(Outcome.FAILED, "The address leads into a network that is not called")
        if self.sent:
            return Answer(Outcome.UNKNOWN, f"No answer: {name}")
        return Answer(Outcome.RETRY, f"No connection: {name}")

    def cut(self) -> None:
        with self._lock:
            self.late = True
            for sock in self._sockets.values():
                with contextlib.suppress(OSError):  # it has ended by itself
                    sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            for sock in self._sockets.values():
                sock.close()
            self._sockets.clear()


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextlib.contextmanager
def watched(within_s: float, silent: Silent | None = None, host: str = "") -> Iterator[Watch]:
    """In this thread, connect to allowed addresses alone, and cut off what is not done within the time."""
    _listen()
    watch = Watch(silent or Silent(), host)
    timer = threading.Timer(within_s, watch.cut)
    timer.daemon = True
    timer.start()
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)
        timer.cancel()
        watch.close()


@cache
def _listen() -> None:
    """From the first sending on, and then for good: an audit hook cannot be taken away."""
    sys.addaudithook(_hear)


def _hear(event: str, args: tuple[Any, ...]) -> None:
    if event not in _EVENTS:  # called for much that Python does, so this comes first
        return
    if (watch := _watch.get()) is not None:
        _EVENTS[event](watch, args)


_EVENTS: dict[str, Callable[[Watch, tuple[Any, ...]], None]] = {
    "socket.getaddrinfo": lambda watch, args: watch.asks(args[0]),
    "socket.connect": lambda watch, args: watch.connects(args[0], args[1]),
    "http.client.send": lambda watch, args: watch.sends(args[0].sock),
}
