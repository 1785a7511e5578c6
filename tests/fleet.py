"""Real workers and beats, and how to be rid of them."""

import os
import random
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rehab.celery import app
from rehab.children import end_with_parent

ROOT = Path(__file__).resolve().parent.parent
CELERY = Path(sys.executable).parent / "celery"


def tick() -> None:
    app.send_task("reminders.tick")


@dataclass
class Fleet:
    """Workers and beats on given servers. They end with this process."""

    env: dict[str, str]
    log: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def worker(self, senders: int) -> subprocess.Popen[bytes]:
        """With so many child processes, each of which sends."""
        pool = ("--pool", "prefork", "--concurrency", str(senders))
        name = f"w{len(self.running)}-{uuid.uuid4().hex[:6]}@test"
        return self._start("worker", *pool, "-n", name, "--without-mingle", "--without-gossip")

    def beat(self) -> subprocess.Popen[bytes]:
        return self._start("beat", "-s", str(self.log.with_name(f"beat{len(self.running)}")), "--pidfile=")

    def _start(self, *argv: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [str(CELERY), "-A", "rehab", "-q", *argv, "--loglevel", "WARNING"],
                env={**os.environ, **self.env, "PYTHONWARNINGS": "ignore"},
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=end_with_parent(os.getpid()),
            )
        self.running.append(process)
        return process

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def kill(process: subprocess.Popen[bytes]) -> None:
    """A worker with all its senders, at once, as when a machine loses its power."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def senders(worker: subprocess.Popen[bytes]) -> list[int]:
    """The child processes of a worker that is up. Linux tells them."""
    return [int(pid) for pid in Path(f"/proc/{worker.pid}/task/{worker.pid}/children").read_text().split()]


def kill_a_sender(worker: subprocess.Popen[bytes]) -> None:
    """One child alone, as when it runs out of memory: the worker starts another."""
    with suppress(ProcessLookupError, IndexError):
        os.kill(random.choice(senders(worker)), signal.SIGKILL)  # noqa: S311


def workers_are_up(number: int) -> Callable[[], bool]:
    return lambda: len(app.control.ping(timeout=0.5)) == number
