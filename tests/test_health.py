"""The two questions that a supervisor asks."""

from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings


def test_alive_asks_nobody(client: Client) -> None:
    """Without the `db` fixture a query would be refused."""
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_probes_come_by_address_and_without_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["rehab.example.org"]
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


def test_ready(client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok"}


def test_not_ready_without_broker(client: Client, db: None, settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/absent.sock"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "down"}


def test_not_ready_without_database(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("no route to the server")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "down", "broker": "ok"}
