"""From start to first answer, and the memory of a worker."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from .load import Target
from .servers import free_port, gunicorn, new_database, tell, wait
from .today import FLOOR, SITE


def run(rounds: int) -> None:
    print("Start-up and memory (P17: at most 2.3 x and 1.5 x the floor)")
    floor, ours = new_database("start_floor"), new_database("start")
    people = {"/html5/": tell("floor", 100, url=floor), "/today/": tell("people", "30:100", url=ours)["30"]["keys"]}
    found: dict[str, tuple[float, float | None]] = {}
    for page, application, url in (("/html5/", FLOOR, floor), ("/today/", SITE, ours)):
        found[page] = gunicorn_figures(application, url, page, people[page], rounds)
    print(f"  {'':12}{'first answer s':>16}{'worker PSS MiB':>16}")
    for name, page in (("floor", "/html5/"), ("this site", "/today/")):
        seconds, mib = found[page]
        print(f"  {name:12}{seconds:16.2f}{f'{mib:.0f}' if mib else 'not told':>16}")
    print(f"  ratio       {found['/today/'][0] / found['/html5/'][0]:16.2f}", end="")
    memory = [mib for _, mib in found.values()]
    print(f"{memory[1] / memory[0]:16.2f}" if memory[0] and memory[1] else "")
    make_run(rounds)


def gunicorn_figures(application: str, url: str, page: str, keys: list[str], rounds: int) -> tuple[float, float | None]:
    ready = "/noop/" if application == FLOOR else "/healthz"
    times, mib = [], None
    with TemporaryDirectory() as folder:
        file = Path(folder, "keys.txt")
        file.write_text("\n".join(keys))
        for _ in range(rounds):
            with gunicorn(application, url, ready) as site:
                times.append(site.start_s)
                Target(page, f"{site.url}{page}", file).visit(4, 1)
                mib = site.worker_mib()
    return median(times), mib


def make_run(rounds: int) -> None:
    """The whole site as `make run` starts it, with broker, worker and scheduler, on SQLite."""
    with TemporaryDirectory(prefix="rehab-run-") as var:
        first = start_site(var)
        later = [start_site(var) for _ in range(rounds)]
    print(f"  make run: first time {first:.1f} s to the first page, then {median(later):.1f} s (n = {rounds})")


def start_site(var: str) -> float:
    port = free_port()
    env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    env |= {"VAR": var, "PORT": str(port)}
    begin = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "rehab.serve"], env=env, stdout=subprocess.DEVNULL)
    try:
        wait(f"http://127.0.0.1:{port}/")
        return time.perf_counter() - begin
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)
