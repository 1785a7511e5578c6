"""`make run` with real processes: it answers, and it ends as a whole, whatever ended it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import pytest
import redis
from celery import Celery

ROOT = Path(__file__).resolve().parent.parent
PAGE = "/accounts/login/"

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="reads /proc"),
    pytest.mark.xdist_group("serve"),  # they share one prepared folder
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Site:
    """A site started as `make run` starts it."""

    var: Path
    port: int = field(default_factory=free_port)
    launcher: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        mine = {"VAR", "PORT", "BIND", "DATABASE_URL", "REDIS_URL", "CACHE_URL", "MAKELEVEL"}
        env = {name: value for name, value in os.environ.items() if name not in mine}
        self.launcher = subprocess.Popen(
            [sys.executable, "-m", "rehab.serve"],
            env={**env, "VAR": str(self.var), "PORT": str(self.port), "STATIC_MANIFEST": "0"},
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.launcher

    def output(self) -> str:
        """Everything it said. Only when it has ended."""
        assert self.launcher
        said, _ = self.launcher.communicate(timeout=30)
        return said

    def get(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as response:
                return int(response.status)
        except OSError:
            return 0

    def processes(self) -> dict[int, str]:
        """Every process that was started for this folder, by any parent."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                environ = (folder / "environ").read_bytes()
                dead = ") Z " in (folder / "stat").read_text()
            except OSError:
                continue
            if not dead and (f"VAR={self.var}\0".encode() in environ or str(self.var) in command):
                found[int(folder.name)] = command
        return found

    def part(self, words: str) -> int:
        return min(pid for pid, command in self.processes().items() if words in command)

    @property
    def broker(self) -> Path:
        return self.var / "broker" / "broker.sock"


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Prepared by whichever test comes first; the others start as a second `make run` does."""
    path = Path(tempfile.mkdtemp(prefix="rehab-serve-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    yield site
    for pid in site.processes():
        os.kill(pid, signal.SIGKILL)
    if site.launcher and site.launcher.stdout:
        site.launcher.stdout.close()
        site.launcher.wait(10)


@pytest.fixture
def running(site: Site, until: Callable) -> Site:
    launcher = site.start()
    until(lambda: site.get(PAGE) == 200 or launcher.poll() is not None, within=120)
    assert launcher.poll() is None, site.output()
    # the parts are all there
    until(lambda: all(any(w in c for c in site.processes().values()) for w in (" worker ", " beat ")))
    return site


def test_it_answers_once_a_folder_and_leaves_nothing_behind(running: Site) -> None:
    assert running.get("/readyz") == 200
    assert len(running.processes()) >= 6, "launcher, broker, two of gunicorn, worker, beat"
    second = Site(running.var)
    second.start()
    assert "already using" in second.output()
    running.launcher.send_signal(signal.SIGTERM)
    said = running.output()
    assert running.launcher.returncode == 0
    assert f"http://localhost:{running.port}" in said
    assert running.processes() == {}


def test_killed_outright_it_ends_too_and_what_was_queued_waits(running: Site, until: Callable) -> None:
    Celery(broker=f"redis+socket://{running.broker}").send_task("anything", queue="parked")
    running.launcher.kill()
    until(lambda: running.processes() == {})
    running.output()
    running.start()
    until(lambda: running.get("/readyz") == 200)
    with redis.Redis(unix_socket_path=str(running.broker)) as client:
        assert client.llen("parked") == 1
        client.delete("parked")
    running.launcher.send_signal(signal.SIGINT)
    assert "Getting ready" not in running.output(), "a second start has nothing to prepare"
    assert running.processes() == {}


def test_its_worker_takes_from_every_queue_and_its_clock_ticks(running: Site, until: Callable) -> None:
    celery = Celery(broker=f"redis+socket://{running.broker}")
    celery.send_task("reminders.look", [[]], queue="clock")
    celery.send_task("reminders.send", [str(uuid4())], queue="reminders")
    celery.send_task("reminders.tick", queue="escalations")
    with redis.Redis(unix_socket_path=str(running.broker)) as client:
        until(lambda: client.get("rehab:tick"))
        until(lambda: not any(client.llen(queue) for queue in ("escalations", "reminders", "clock")))
    assert running.launcher.poll() is None


def test_the_end_of_one_part_ends_all(running: Site) -> None:
    os.kill(running.part(" worker "), signal.SIGKILL)
    said = running.output()
    assert "The worker stopped by itself" in said
    assert running.launcher.returncode == 1
    assert running.processes() == {}


def test_a_taken_port_is_named(site: Site) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", site.port))
        other.listen()
        said = site.start() and site.output()
    assert f"Port {site.port} on 127.0.0.1 is already in use" in said
    assert f"PORT={site.port + 1}" in said
    assert site.launcher.returncode == 1
