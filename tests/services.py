"""pytest plugin (`-p tests.services`): a PostgreSQL and a Valkey for this run alone.

A plugin rather than a conftest because pytest-django reads the settings before any conftest is configured.
TEST_DATABASE=sqlite runs on SQLite instead; Valkey is started all the same.
"""

import os

import pytest

from tests.servers import Services


def start() -> Services:
    """Start the servers and tell the settings, through the environment, where they are."""
    with_postgres = os.environ.get("TEST_DATABASE") != "sqlite"
    services = Services(with_postgres=with_postgres)
    var = services.root / "var"  # goes with them, however this run ends
    for name in ("DATABASE_URL", "SITE_URL", "SECRET_KEY", "EMAIL_URL", "ALLOWED_HOSTS", "DEBUG"):
        os.environ.pop(name, None)  # the settings of a shell must not steer tests
    os.environ.update(
        VAR=str(var),
        REDIS_URL=services.redis_url,
        CACHE_URL="locmem://",
        STATIC_MANIFEST="0",
    )
    if with_postgres:
        os.environ["DATABASE_URL"] = services.database_url
        os.environ["POSTGRES_BIN"] = services.postgres_bin
    return services


_started: Services | None = None
if worker := os.environ.get("PYTEST_XDIST_WORKER"):
    # Each worker has queues of its own, as it has a database of its own.
    base = os.environ["REDIS_URL"].partition("?")[0]
    os.environ["REDIS_URL"] = f"{base}?db={1 + int(worker.removeprefix('gw'))}"
else:
    _started = start()


def stop() -> None:
    if _started:
        _started.stop()


def pytest_unconfigure(config: pytest.Config) -> None:
    stop()
