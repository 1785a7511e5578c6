"""The suite runs on the servers that it says it runs on."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection
from pytest_socket import SocketConnectBlockedError

from rehab.celery import app as celery_app

ROOT = Path(__file__).resolve().parent.parent


def test_the_database_is_the_one_asked_for(db: None) -> None:
    assert connection.vendor == os.environ.get("TEST_DATABASE", "postgresql")


@pytest.mark.skipif(os.environ.get("TEST_DATABASE") == "sqlite", reason="about PostgreSQL")
def test_postgresql_is_a_current_one(db: None) -> None:
    assert connection.pg_version >= 180000


@pytest.mark.skipif(os.environ.get("TEST_DATABASE") != "sqlite", reason="about SQLite")
def test_sqlite_is_set_as_in_use(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
        cursor.execute("PRAGMA foreign_keys")
        assert cursor.fetchone() == (1,)


def test_the_broker_is_a_real_one() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        assert client.info("server")["server_name"] == "valkey"


def test_celery_and_the_rest_use_the_same_broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        celery_app.send_task("nothing", queue="parked")
        assert client.llen("parked") == 1
        client.delete("parked")


def test_the_network_is_closed() -> None:
    warned = pytest.warns(UserWarning, match="192.0.2.1")
    with socket.socket() as outside, warned, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))


def test_a_real_worker_shares_the_broker(celery_process: subprocess.Popen, until: Callable) -> None:
    answer = until(lambda: celery_app.control.ping(timeout=0.5))
    assert list(answer[0].values()) == [{"ok": "pong"}]


KEEP = """
import sys
from tests.servers import Services
services = Services(with_postgres=False)
print(services.root, services.process.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("watchdog_too", [False, True])
def test_servers_do_not_outlive_a_run_that_was_killed(until: Callable, *, watchdog_too: bool) -> None:
    run = subprocess.Popen(
        [sys.executable, "-c", KEEP], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    root, watchdog = run.stdout.readline().split()
    if watchdog_too:
        os.kill(int(watchdog), signal.SIGKILL)
    run.kill()
    run.communicate()
    until(lambda: not [p for p in Path("/proc").glob("[0-9]*/cmdline") if root in read(p)])
    shutil.rmtree(root, ignore_errors=True)


def read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:  # it ended in between
        return ""
