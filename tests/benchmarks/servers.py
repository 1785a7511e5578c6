"""The servers of a measurement: PostgreSQL as the tests start it, and gunicorn with two workers for each site."""

import atexit
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import psycopg

WORKERS = 2
START_TIMEOUT_S = 180  # the first `make run` prepares, and other work may go on
BIN = Path(sys.executable).parent


@cache
def services() -> str:
    """Start PostgreSQL and Valkey, once; the address of their databases, but for the name at its end."""
    from tests import services as started  # starts them and sets the environment when it is imported

    atexit.register(started.stop)
    os.environ["STATIC_MANIFEST"] = "1"  # as in use
    return os.environ["DATABASE_URL"]


def new_database(name: str) -> str:
    url = services()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return url.replace("@/postgres?", f"@/{name}?")


def tell(module: str, *args: object, url: str) -> Any:
    """Run a module of this folder on a database; it answers in JSON."""
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *map(str, args)]
    done = subprocess.run(
        command, env={**os.environ, "DATABASE_URL": url}, stdout=subprocess.PIPE, text=True, check=True
    )
    return json.loads(done.stdout.splitlines()[-1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def gunicorn(application: str, url: str, ready: str = "/healthz", log: Path | None = None) -> Iterator["Site"]:
    """A site on this machine. log: where each request leaves a line with its path and its bytes."""
    port = free_port()
    command = [BIN / "gunicorn", application, "--bind", f"127.0.0.1:{port}", "--workers", WORKERS]
    command += ["--log-level", "error", "--no-control-socket"]
    if log:
        command += ["--access-logfile", log, "--access-logformat", "%(U)s %(s)s %(B)s"]
    begin = time.perf_counter()
    process = subprocess.Popen(list(map(str, command)), env={**os.environ, "DATABASE_URL": url})
    try:
        wait(f"http://127.0.0.1:{port}{ready}")
        yield Site(f"http://127.0.0.1:{port}", process.pid, time.perf_counter() - begin)
    finally:
        process.terminate()
        process.wait(20)


class Site:
    def __init__(self, url: str, pid: int, start_s: float) -> None:
        self.url, self.pid, self.start_s = url, pid, start_s

    def worker_mib(self) -> float | None:
        """Proportional memory (PSS) of the largest worker; None where the system does not tell."""
        try:
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            return max(pss_kib(int(child)) for child in children) / 1024
        except OSError:
            return None


def pss_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def wait(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            if time.monotonic() > deadline:
                raise RuntimeError(f"{url} does not answer") from None
            time.sleep(0.01)
