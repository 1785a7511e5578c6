"""The two questions that a supervisor asks."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from rehab.redis import client as redis_client
from tests.factories import AdminFactory, PhysioFactory, PlanFactory, UserFactory

TICK = "rehab:tick"
NOTHING = {"last_tick": None, "oldest_due_s": 0, "overdue_plans": 0}


@pytest.fixture(autouse=True)
def _never_ticked() -> None:
    redis_client().delete(TICK)


def test_alive_asks_nobody(client: Client) -> None:
    """Without the `db` fixture a query would be refused."""
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")


def test_probes_come_by_address_and_without_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.ALLOWED_HOSTS = ["rehab.example.org"]
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


def test_ready(client: Client, db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """One query for the database itself, two for what waits."""
    with django_assert_num_queries(3):
        response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json() == {"database": "ok", "broker": "ok", **NOTHING}


def test_not_ready_without_broker(client: Client, db: None, settings: Settings, tmp_path: Path) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/absent.sock"
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "broker": "down", **NOTHING}


def test_not_ready_without_database(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise DatabaseError("no route to the server")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"database": "down", "broker": "ok"}


def test_a_clock_that_stands_still_takes_no_web_process_away(client: Client, db: None) -> None:
    """People go on checking in without it; whoever watches reads it in the answer."""
    ticked = timezone.now() - timedelta(hours=1)
    redis_client().set(TICK, ticked.isoformat())
    PlanFactory(next_due_at=ticked)
    response = client.get("/readyz")
    assert response.status_code == 200
    assert response.json()["last_tick"] == ticked.isoformat()
    assert response.json()["overdue_plans"] == 1


def test_tables_that_are_not_there_yet_are_no_fault_of_this_process(
    client: Client, db: None, settings: Settings
) -> None:
    settings.READINESS = "tests.test_health.missing"
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (200, {"database": "ok", "broker": "ok"})


def missing() -> dict[str, object]:
    raise DatabaseError("no such table")


class TestMetrics:
    def test_whoever_holds_the_token_gets_them_by_address_and_without_https(
        self, client: Client, db: None, settings: Settings
    ) -> None:
        settings.METRICS_TOKEN = "a-long-token"
        settings.SECURE_SSL_REDIRECT = True
        settings.ALLOWED_HOSTS = ["rehab.example.org"]
        headers = {"host": "10.0.0.7", "authorization": "Bearer a-long-token"}
        response = client.get("/metrics", headers=headers)
        assert response.status_code == 200
        assert response["Content-Type"].startswith("text/plain; version=0.0.4")
        assert "# TYPE rehab_broker_up gauge\nrehab_broker_up 1\n" in response.content.decode()

    @pytest.mark.parametrize("sent", ["Bearer wrong", "Bearer ", "a-long-token", "Bearer \u00e9"])
    def test_a_wrong_token_finds_no_page(self, client: Client, db: None, settings: Settings, sent: str) -> None:
        settings.METRICS_TOKEN = "a-long-token"
        assert client.get("/metrics", headers={"authorization": sent}).status_code == 404

    def test_without_a_token_of_the_site_none_opens_it(self, client: Client, db: None, settings: Settings) -> None:
        settings.METRICS_TOKEN = ""
        assert client.get("/metrics", headers={"authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize(
        ("person", "status"), [(None, 404), (UserFactory, 404), (PhysioFactory, 404), (AdminFactory, 200)]
    )
    def test_staff_who_are_signed_in_see_them_and_others_no_page(
        self, client: Client, db: None, person: type[UserFactory] | None, status: int
    ) -> None:
        if person:
            client.force_login(person())
        assert client.get("/metrics").status_code == status
