"""A mail server of this machine that keeps what it is given, relays nothing, and misbehaves as it is told.

In a test: `with sink() as mail: ... mail.mails`. As a process of its own, for measurements: `python -m tests.smtp`
prints its port, and answers the word STAT with a line of JSON, after which it forgets what it was given.
"""

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any

OK = b"250 2.0.0 OK"


@dataclass
class Mail:
    sender: str
    recipient: str
    data: bytes
    at: float = field(default_factory=time.time)

    @property
    def parsed(self) -> Any:
        return message_from_bytes(self.data, policy=default)

    @property
    def id(self) -> str:
        head: Message = message_from_bytes(self.data.partition(b"\r\n\r\n")[0])
        return str(head["Message-ID"])


@dataclass
class Sink:
    """mails: all that were taken. answers: what to say instead, by word (MAIL, RCPT, DATA, END, RSET), or by
    "RCPT <address>". hang_up: the word at which the connection ends without an answer; at END the message is taken.
    delay: before the answer to a message. connections: how many were made.
    """

    mails: list[Mail] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    hang_up: str = ""
    delay: float = 0
    connections: int = 0
    greeting: bytes = b"220 sink"
    port: int = 0
    open: set[asyncio.Transport] = field(default_factory=set)

    def ids(self) -> Counter[str]:
        return Counter(mail.id for mail in self.mails)

    def stat(self) -> bytes:
        times = [mail.at for mail in self.mails]
        ids = self.ids()
        found = {"total": len(times), "unique": len(ids), "first": min(times, default=0), "last": max(times, default=0)}
        return json.dumps(found).encode()


class Session(asyncio.Protocol):
    def __init__(self, sink: Sink) -> None:
        self.sink, self.buffer, self.in_data = sink, b"", False
        self.sender = self.recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.sink.connections += 1
        self.sink.open.add(transport)
        self.say(self.sink.greeting)

    def connection_lost(self, error: Exception | None) -> None:
        self.sink.open.discard(self.transport)

    def say(self, line: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(line + b"\r\n")

    def data_received(self, chunk: bytes) -> None:
        self.buffer += chunk
        while not self.transport.is_closing():
            end = b"\r\n.\r\n" if self.in_data else b"\r\n"
            before, found, after = self.buffer.partition(end)
            if not found:
                return
            self.buffer = after
            if self.in_data:
                self.take(before)
            else:
                self.command(before.decode())

    def take(self, data: bytes) -> None:
        self.in_data = False
        answer = self.sink.answers.get("END", OK)
        if answer.startswith(b"2"):
            self.sink.mails.append(Mail(self.sender, self.recipient, data.replace(b"\r\n..", b"\r\n.")))
        if self.sink.hang_up == "END":
            self.transport.abort()
        elif self.sink.delay:
            asyncio.get_running_loop().call_later(self.sink.delay, self.say, answer)
        else:
            self.say(answer)

    def command(self, line: str) -> None:
        word = line[:4].upper()
        address = line.partition("<")[2].partition(">")[0]
        if word == self.sink.hang_up:
            self.transport.abort()
            return
        answer = self.sink.answers.get(f"{word} {address}") or self.sink.answers.get(word) or OK
        if word == "EHLO":
            answer = b"250-sink\r\n250-8BITMIME\r\n250 SIZE 33554432"
        elif word == "STAT":
            answer = b"250 " + self.sink.stat()
            self.sink.mails.clear()
        elif word == "MAIL":
            self.sender = address
        elif word == "RCPT":
            self.recipient = address
        elif word == "DATA" and answer is OK:
            self.in_data, answer = True, b"354 go on"
        self.say(b"221 bye" if word == "QUIT" else answer)
        if word == "QUIT":
            self.transport.close()


@contextmanager
def sink() -> Iterator[Sink]:
    """In a thread: the workers that it serves are other processes."""
    served, loop = Sink(), asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(lambda: Session(served), "127.0.0.1", 0))
    served.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield served
    finally:

        def end() -> None:
            server.close()
            for transport in served.open:
                transport.abort()
            loop.call_later(0.01, loop.stop)

        loop.call_soon_threadsafe(end)
        thread.join(5)
        loop.close()


async def serve() -> None:
    served = Sink(delay=float(sys.argv[1]) / 1000 if len(sys.argv) > 1 else 0)
    server = await asyncio.get_running_loop().create_server(lambda: Session(served), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
