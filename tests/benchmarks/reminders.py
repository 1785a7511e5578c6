"""Sending reminders, beside Django's own mail backend over one connection to the same server in the same minute.

P9: claim, check, write, send and mark, in one process and in two. P10: the share of claiming and marking. P12: the
first one out after many fall due at once, through a real worker. Commits wait for the disk.
"""

import json
import os
import smtplib
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .servers import new_database, tell

MESSAGES = 3000
BACKLOGS = (10_000, 100_000)
TIMES = 3
WAIT_S = 120


def run(rounds: int) -> None:
    os.environ["POSTGRES_FSYNC"] = "1"  # for a server that is not yet up
    url = new_database("reminders")
    with mail_server() as port:
        env = {**os.environ, "DATABASE_URL": url, "EMAIL_URL": f"smtp://127.0.0.1:{port}?tls=0"}
        rates(rounds, url, env, port)
        for backlog in BACKLOGS:
            first_out(backlog, url, env, port)


@contextmanager
def mail_server() -> Iterator[int]:
    process = subprocess.Popen([sys.executable, "-m", "tests.smtp"], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def stat(port: int) -> dict[str, float]:
    """What came since it was last asked."""
    with smtplib.SMTP("127.0.0.1", port) as asked:
        return dict(json.loads(asked.docmd("STAT")[1]))


def rates(rounds: int, url: str, env: dict[str, str], port: int) -> None:
    found: dict[str, list[float]] = {"floor": [], "one": [], "two": []}
    spent: Counter[str] = Counter()
    stat(port)
    for _ in range(rounds + 1):
        for name, processes in (("floor", 1), ("one", 1), ("two", 2)):
            if name != "floor":
                tell("sender", "rows", MESSAGES, url=url)
            ended = together(["floor", MESSAGES] if name == "floor" else ["ours"], processes, env)
            got = stat(port)
            if (got["total"], got["unique"]) != (MESSAGES, MESSAGES):
                raise RuntimeError(f"{name}: {got} instead of {MESSAGES} messages, each once")
            found[name].append(MESSAGES / (max(one["end"] for one in ended) - min(one["begin"] for one in ended)))
            if name == "one":
                spent.update(ended[0]["spent"])
                spent["all"] += ended[0]["end"] - ended[0]["begin"]
    show({name: values[1:] for name, values in found.items()}, spent)  # the first round warms up


def show(found: dict[str, list[float]], spent: Counter[str]) -> None:
    for name, what in (
        ("floor", "Django's backend, one connection"),
        ("one", "ours, 1 process"),
        ("two", "2 processes"),
    ):
        values = found[name]
        print(f"{what:34} {statistics.median(values):6.0f}/s ({min(values):.0f}..{max(values):.0f})", end="")
        if name != "floor":
            ratios = [mine / floor for mine, floor in zip(values, found["floor"], strict=True)]
            print(f"   {statistics.median(ratios):.2f} ({min(ratios):.2f}..{max(ratios):.2f}) of it", end="")
        print()
    more = [two / one for two, one in zip(found["two"], found["one"], strict=True)]
    print(f"two against one {statistics.median(more):.2f} (P9: 0.60 for one process, two at least 1.6 times that)")
    share = {name: 100 * spent[name] / spent["all"] for name in spent if name != "all"}
    both = share["claim"] + share["mark"]
    print(f"claim and mark {both:.1f} % of the time (P10: 5); ", end="")
    print(", ".join(f"{name} {value:.1f} %" for name, value in sorted(share.items())))


def together(args: list[object], processes: int, env: dict[str, str]) -> list[dict[str, Any]]:
    """So many processes that begin at the same moment."""
    command = [sys.executable, "-m", "tests.benchmarks.sender", *map(str, args)]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True) for _ in range(processes)]
    for one in running:
        assert one.stdout
        if one.stdout.readline() != "ready\n":
            raise RuntimeError("a sender did not start")
    for one in running:
        assert one.stdin
        one.stdin.write("go\n")
        one.stdin.flush()
    return [json.loads(one.communicate()[0]) for one in running]


def first_out(backlog: int, url: str, env: dict[str, str], port: int) -> None:
    """Through a real tick and a real worker with two senders, the moment the tick was asked for to the first mail."""
    from tests.fleet import Fleet, kill, tick

    waited = []
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(env, Path(folder) / "log")
        for _ in range(TIMES):
            tell("sender", "rows", backlog, url=url)
            worker = fleet.worker(senders=2)
            wait_for_worker()
            stat(port)
            begin = time.time()
            tick()
            while not (first := stat(port)["first"]):
                if time.time() - begin > WAIT_S:
                    raise RuntimeError("no mail came")
                time.sleep(0.01)
            waited.append(first - begin)
            kill(worker)
            empty_queues()
            fleet.running.remove(worker)
    print(f"first of {backlog:,} out after {statistics.median(waited):.2f} s ", end="")
    print(f"({min(waited):.2f}..{max(waited):.2f}; P12: 1)")


def wait_for_worker() -> None:
    from rehab.celery import app

    deadline = time.monotonic() + WAIT_S
    while not app.control.ping(timeout=0.5):
        if time.monotonic() > deadline:
            raise RuntimeError("the worker did not start")


def empty_queues() -> None:
    from rehab.redis import client

    client().flushdb()
