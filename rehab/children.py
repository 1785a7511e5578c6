"""Child processes that end with their parent, and in order.

Each child has its own session, so that Ctrl-C in the terminal reaches only the parent, which then stops them
in order. Should the parent be killed outright, Linux ends them for it.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
STOP_TIMEOUT_S = 10


def end_with_parent(parent: int, number: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """What a new child of `parent` runs first: have the kernel send it a signal when that one is gone."""
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc is None:
            return
        libc.prctl(PR_SET_PDEATHSIG, number)
        if os.getppid() != parent:  # it went away in between, so no signal would come
            os._exit(1)

    return prepare


@dataclass
class Children:
    """Processes by name, in the order of their start."""

    env: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str, *argv: object) -> subprocess.Popen[bytes]:
        self.running[name] = subprocess.Popen(
            [str(arg) for arg in argv],
            env=self.env,
            start_new_session=True,
            preexec_fn=end_with_parent(os.getpid()),
        )
        return self.running[name]

    def ended(self) -> tuple[str, int] | None:
        """The name and exit code of a child that has stopped by itself, if one has."""
        for name, process in self.running.items():
            if (code := process.poll()) is not None:
                return name, code
        return None

    def stop(self, last: Sequence[str] = ()) -> None:
        """Ask all to finish what they do, those named `last` after the rest; kill what does not in time."""
        first = [name for name in reversed(self.running) if name not in last]
        for group in (first, [name for name in last if name in self.running]):
            for name in group:
                self.running[name].terminate()
            deadline = time.monotonic() + STOP_TIMEOUT_S
            for name in group:
                self._reap(self.running.pop(name), deadline)

    def _reap(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        # What it started itself shares its session; without it, none of that has work to do.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
