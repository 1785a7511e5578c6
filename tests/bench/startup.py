"""From start to first answer, and the memory of a web worker."""

import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.servers import Services

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
WORKERS = 2
REQUESTS = 200
TIMEOUT_S = 60
# At most, as ratios to the floor.
START_RATIO, MEMORY_RATIO = 2.3, 1.5


@dataclass
class Result:
    start_s: float
    memory_mib: float


def answered(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - this machine
            return True
    except OSError:
        return False


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def memory_mib(pid: int) -> float:
    """Proportional set size: what is shared with a sibling counts half."""
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def measure(application: str, path: str, env: dict[str, str]) -> Result:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}{path}"
    command = [str(BIN / "gunicorn"), application, "--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
    quiet = ["--log-level", "error", "--no-control-socket"]
    began = time.monotonic()
    process = subprocess.Popen([*command, *quiet], cwd=ROOT, env=env)
    try:
        while not answered(url):
            if process.poll() is not None or time.monotonic() - began > TIMEOUT_S:
                sys.exit(f"{application} did not start")
            time.sleep(0.005)
        took = time.monotonic() - began
        for _ in range(REQUESTS):
            answered(url)
        memory = statistics.mean(memory_mib(child) for child in children(process.pid))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT_S)
    return Result(took, memory)


def run(rounds: int) -> bool:
    """Rounds in turn, so that a busy spell hits both. The first round warms the disk and is dropped."""
    services = Services(with_postgres=True)
    with tempfile.TemporaryDirectory(prefix="rehab-bench-") as var:
        env = {
            **os.environ,
            "VAR": var,
            "STATIC_MANIFEST": "0",
            "DATABASE_URL": services.database_url,
            "REDIS_URL": services.redis_url,
            "FLOOR_SOCKET": str(services.root),
        }
        subprocess.run([sys.executable, "-m", "rehab.prepare", "data"], env=env, cwd=ROOT, check=True)
        floor, ours = [], []
        for number in range(rounds + 1):
            pair = measure("tests.bench.floor", "/", env), measure("rehab.wsgi", "/accounts/login/", env)
            if number:
                floor.append(pair[0])
                ours.append(pair[1])
    services.stop()
    start = report("start to first answer", "s", START_RATIO, [r.start_s for r in floor], [r.start_s for r in ours])
    memory = report(
        "memory of a worker", "MiB", MEMORY_RATIO, [r.memory_mib for r in floor], [r.memory_mib for r in ours]
    )
    return start and memory


def report(what: str, unit: str, limit: float, floor: list[float], ours: list[float]) -> bool:
    ratio = statistics.median(mine / bare for mine, bare in zip(ours, floor, strict=True))
    verdict = "ok" if ratio <= limit else "too much"
    print(
        f"{what}: {statistics.median(ours):.2f} {unit} ({min(ours):.2f}..{max(ours):.2f}), "
        f"floor {statistics.median(floor):.2f} {unit}, ratio {ratio:.2f} of at most {limit}: {verdict}"
    )
    return ratio <= limit
