"""A small load client for machines without wrk: `python -m tests.benchmarks.client URL KEYS CONNECTIONS SECONDS`.

Threads with plain sockets, a new connection for each request as gunicorn's sync workers close theirs. It takes
about half a millisecond of a core per request, which wrk does not, so its ratios are a little kinder to what is slow.
"""

import itertools
import json
import socket
import statistics
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit


def ask(host: str, port: int, request: bytes) -> bool:
    with socket.create_connection((host, port), timeout=30) as connection:
        connection.sendall(request)
        start = connection.recv(65536)
        good, part = start.startswith(b"HTTP/1.1 200"), start
        while part:
            part = connection.recv(65536)
    return good


def run(url: str, keys: list[str], connections: int, seconds: float) -> dict[str, float]:
    parts = urlsplit(url)
    host, port = str(parts.hostname), int(parts.port or 80)
    head = f"GET {parts.path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept-Encoding: gzip\r\nCookie: sessionid="
    requests = [f"{head}{key}\r\n\r\n".encode() for key in keys]
    turn, times, bad = itertools.count(), [], []
    begin = time.monotonic()

    def work() -> None:
        while time.monotonic() < begin + seconds:
            before = time.perf_counter()
            try:
                good = ask(host, port, requests[next(turn) % len(requests)])
            except OSError:
                good = False
            times.append(time.perf_counter() - before)
            if not good:
                bad.append(1)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.monotonic() - begin
    cuts = statistics.quantiles(times, n=20)
    return {
        "rate": len(times) / spent,
        "p50": cuts[9] * 1000,
        "p95": cuts[18] * 1000,
        "bad": len(bad),
        "requests": len(times),
    }


if __name__ == "__main__":
    url, keys, connections, seconds = sys.argv[1:]
    print(json.dumps(run(url, Path(keys).read_text().split(), int(connections), float(seconds))))
