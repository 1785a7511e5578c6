"""What every test stands on."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

ROOT = Path(__file__).resolve().parent.parent
DEADLINE_S = 20

# No test fails because the machine is busy. HYPOTHESIS_EXAMPLES=2000 looks longer.
hypothesis_settings.register_profile(
    "suite",
    deadline=None,
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "100")),
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("suite")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Browser tests and long proofs run when they are asked for: `make e2e`, `make prove`."""
    name = collection_path.name
    asked = any(name in str(argument) for argument in config.args)
    return True if name in {"e2e", "proof"} and not asked else None


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """Argon2 takes its time on purpose; a test that makes a person need not wait for it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _no_memory() -> Iterator[None]:
    """Sign-in attempts are counted in the cache: one test's must not lock out another's."""
    yield
    cache.clear()


@pytest.fixture
def until() -> Callable[..., Any]:
    """`until(f)` calls `f` again and again until it gives something true, which it returns."""

    def wait(ready: Callable[[], Any], within: float = DEADLINE_S) -> Any:
        deadline = time.monotonic() + within
        while not (result := ready()):
            if time.monotonic() > deadline:
                pytest.fail(f"Still not so after {within} s")
            time.sleep(0.02)
        return result

    return wait


def database_url() -> dict[str, str]:
    """How another process reaches the database of this test."""
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return {"SQLITE_NAME": str(name)}
    return {"DATABASE_URL": f"postgresql://postgres@/{name}?host={connection.settings_dict['HOST']}"}


@pytest.fixture
def celery_process(transactional_db: None) -> Iterator[subprocess.Popen[bytes]]:
    """A real Celery worker on this test's database and broker. It takes some seconds to come up."""
    argv = ["-A", "rehab", "-q", "worker", "--pool", "solo", "--loglevel", "WARNING", "--without-mingle"]
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "celery"), *argv],
        env={**os.environ, **database_url(), "PYTHONWARNINGS": "ignore"},
        cwd=ROOT,
        start_new_session=True,
    )
    yield process
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
