"""Owns the servers of a test run and stops them when that run goes away, whatever ended it.

Started by tests.servers: a line of JSON comes in, one goes out when the servers are up, and the end of the
input means that the parent is gone. In between, "stop valkey" and the like take a server down and up again, as a
crash would.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rehab.children import end_with_parent

START_TIMEOUT_S, STOP_TIMEOUT_S = 60, 20
OPTIONS = ["-c", "listen_addresses="]
if os.environ.get("POSTGRES_FSYNC") != "1":  # as a measurement may want it; tests keep nothing that could be lost
    OPTIONS += ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


class Postgres:
    def __init__(self, home: Path, root: Path) -> None:
        self.home, self.root, self.data = home, root, root / "data"
        self.who: dict[str, Any] = {}
        self.server: subprocess.Popen[bytes] | None = None
        if os.geteuid() == 0:
            self._step_down()

    def _step_down(self) -> None:
        """PostgreSQL refuses to run as root."""
        import pwd

        nobody = pwd.getpwnam("nobody")
        self.who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        os.chown(self.root, nobody.pw_uid, nobody.pw_gid)
        if not self._runs():
            self._copy()

    def _runs(self) -> bool:
        try:
            version = [self.home / "bin/postgres", "-V"]
            return subprocess.run(version, capture_output=True, cwd="/", **self.who).returncode == 0
        except PermissionError:
            return False

    def _copy(self) -> None:
        """The environment lies below a private directory. Keep the layout: programs look for `.libs`."""
        package = self.home.parent
        libraries = package.with_name(package.name + ".libs")
        target = self.root / "copy" / package.name
        shutil.copytree(self.home, target / self.home.name, symlinks=True)
        if libraries.exists():
            shutil.copytree(libraries, target.with_name(libraries.name))
        self.home = target / self.home.name

    def _make(self) -> None:
        setup = ["-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        initdb = [self.home / "bin/initdb", *setup]
        subprocess.run(initdb, check=True, stdout=subprocess.DEVNULL, cwd=self.root, **self.who)

    def start(self) -> None:
        """Not by pg_ctl, whose server would have no parent to end with."""
        if not self.data.exists():
            self._make()
        (self.data / "postmaster.pid").unlink(missing_ok=True)  # of one that crashed
        log = (self.root / "pg.log").open("ab")
        self.server = subprocess.Popen(
            [self.home / "bin/postgres", "-D", self.data, "-k", self.root, *OPTIONS],
            stdout=log,
            stderr=log,
            cwd=self.root,
            preexec_fn=end_with_parent(os.getpid(), signal.SIGQUIT),
            **self.who,
        )
        deadline = time.monotonic() + START_TIMEOUT_S
        while not self._ready():
            if self.server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL did not start: " + (self.root / "pg.log").read_text())
            time.sleep(0.02)

    def _ready(self) -> bool:
        """The eighth line of its pid file says so; pg_ctl reads it there too."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (FileNotFoundError, IndexError):
            return False

    def stop(self) -> None:
        if self.server:
            self.server.send_signal(signal.SIGQUIT)
            self.server.wait(STOP_TIMEOUT_S)


class Valkey:
    """Without a file, so a restart forgets everything: no broker in use is worse."""

    def __init__(self, program: str, root: Path) -> None:
        self.program, self.root = program, root
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        socket = str(self.root / "vk.sock")
        listen = ["--port", "0", "--unixsocket", socket, "--unixsocketperm", "777", "--dir", str(self.root)]
        forget = ["--save", "", "--appendonly", "no", "--logfile", str(self.root / "vk.log")]
        mine = end_with_parent(os.getpid())
        self.server = subprocess.Popen([self.program, *listen, *forget], start_new_session=True, preexec_fn=mine)

    def stop(self) -> None:
        if self.server:
            self.server.kill()
            self.server.wait(STOP_TIMEOUT_S)


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    wanted = json.loads(sys.stdin.readline())
    root = Path(wanted["root"])
    servers: dict[str, Postgres | Valkey] = {"valkey": Valkey(wanted["valkey"], root)}
    home = ""
    try:
        servers["valkey"].start()
        if wanted["postgres"]:
            servers["postgres"] = postgres = Postgres(Path(wanted["postgres"]), root)
            postgres.start()
            home = str(postgres.home / "bin")
        print(json.dumps({"bin": home}), flush=True)
        for line in sys.stdin:
            action, name = line.split()
            {"start": servers[name].start, "stop": servers[name].stop}[action]()
            print("done", flush=True)
    finally:
        for server in servers.values():
            server.stop()
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
