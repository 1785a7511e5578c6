"""Redis is gone: people still come in and check in, and attempts are still counted."""

import logging
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache, caches
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from rehab.cache import AWAY, REST_S, FallbackCache
from tests.factories import UserFactory
from tests.plans.views.daily import Phone, running


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"redis://127.0.0.1:{taken.getsockname()[1]}/0"


@pytest.fixture
def silent() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def at(settings: Settings, url: str) -> None:
    settings.CACHES = {"default": {"BACKEND": "rehab.cache.FallbackCache", "LOCATION": url, "KEY_PREFIX": "cache"}}
    caches["default"].memory.clear()


@pytest.fixture
def gone(settings: Settings, nobody: str) -> None:
    at(settings, nobody)


@pytest.fixture
def there(settings: Settings) -> Iterator[FallbackCache]:
    at(settings, configured.REDIS_URL)
    yield caches["default"]
    caches["default"].clear()


def test_everything_is_kept_in_redis_while_it_answers(there: FallbackCache) -> None:
    cache.set("a", 1)
    assert (cache.get("a"), cache.add("a", 2), cache.incr("a"), cache.touch("a")) == (1, False, 2, True)
    assert redis.Redis.from_url(configured.REDIS_URL).get("cache:1:a") == b"2"
    assert there.memory.get("a") is None
    assert (cache.delete("a"), cache.get("a", "none")) == (True, "none")


def test_without_redis_the_same_in_memory(gone: None) -> None:
    cache.set("a", 1)
    assert (cache.get("a"), cache.add("a", 2), cache.incr("a"), cache.touch("a")) == (1, False, 2, True)
    assert (cache.delete("a"), cache.get("a", "none")) == (True, "none")
    assert cache.get_or_set("b", 3) == 3
    assert cache.get_many(["a", "b"]) == {"b": 3}
    cache.clear()
    assert cache.get("b") is None


def test_it_is_said_once_and_not_at_every_question(gone: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for number in range(20):
            cache.set(f"key-{number}", number)
    assert len([line for line in caplog.messages if "does not answer" in line]) == 1


def test_a_server_that_hangs_costs_one_short_wait(settings: Settings, silent: str) -> None:
    at(settings, silent)
    began = time.monotonic()
    for number in range(20):
        cache.set(f"key-{number}", number)
    assert time.monotonic() - began < 5


def test_when_it_is_back_it_counts_again(there: FallbackCache) -> None:
    there.memory.set(AWAY, True, REST_S)
    cache.set("a", "kept apart")
    assert redis.Redis.from_url(configured.REDIS_URL).get("cache:1:a") is None
    there.memory.delete(AWAY)  # as after REST_S
    cache.set("a", "kept together")
    assert redis.Redis.from_url(configured.REDIS_URL).get("cache:1:a") is not None


@pytest.mark.usefixtures("gone", "db")
def test_a_check_in_is_received(client: Client) -> None:
    phone = Phone(client, running(days=3))
    answer = phone.check_in("morning", morning=2)
    assert answer.status_code == 302
    assert phone.plan.entries.get(date=phone.plan.local_today()).morning == 2


@pytest.mark.usefixtures("gone", "db")
def test_people_come_in_by_a_code(client: Client) -> None:
    user = UserFactory()
    assert client.get(reverse("account_login")).status_code == 200
    answer = client.post(reverse("account_request_login_code"), {"email": user.email})
    assert answer.status_code == 302
    assert mail.outbox[0].to == [user.email]


@pytest.mark.usefixtures("gone", "db")
def test_attempts_are_still_counted() -> None:
    """Three codes a minute for one address, as with Redis, whatever browser asks."""
    user = UserFactory()
    for _ in range(6):
        Client().post(reverse("account_request_login_code"), {"email": user.email})
    assert len(mail.outbox) == 3


def test_a_socket_that_is_not_there_is_as_good_as_gone(settings: Settings, tmp_path: Path) -> None:
    at(settings, f"unix://{tmp_path}/absent.sock")
    cache.set("a", 1)
    assert cache.get("a") == 1
