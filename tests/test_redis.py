"""The shared way to the server beside Celery's own."""

import time
from pathlib import Path

import pytest
from pytest_django import Settings
from redis import RedisError

from rehab.redis import client


def test_it_is_one_for_the_process_and_speaks_text() -> None:
    assert client() is client()
    client().set("tried", "ünder way", ex=5)
    assert client().get("tried") == "ünder way"
    client().delete("tried")


def test_a_connection_that_the_server_closed_is_made_anew() -> None:
    before = client().client_id()
    client().client_kill_filter(_id=before, skipme=False)
    assert client().client_id() != before


def test_a_server_that_is_away_is_told_at_once(settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/absent.sock"
    begin = time.monotonic()
    with pytest.raises(RedisError):
        client().ping()
    assert time.monotonic() - begin < 1
