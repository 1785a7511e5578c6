"""A database that cannot be written: the page says so and still holds what was typed (promise 8)."""

from unittest.mock import patch

import pytest
from django.db import InternalError, OperationalError
from django.http import HttpResponse
from django.test import Client, RequestFactory

from rehab.typed import KeepTypedMiddleware, server_error, unavailable

FAULTS = [
    OperationalError("attempt to write a readonly database"),
    OperationalError("database or disk is full"),
    OperationalError("database is locked"),
    InternalError("cannot execute INSERT in a read-only transaction"),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_each_fault_is_a_503_with_what_was_typed(fault):
    request = RequestFactory().post("/plan/1/check-in/morning/", {"morning": "4", "flags": ["a", "b"]})
    answer = KeepTypedMiddleware(lambda _: HttpResponse()).process_exception(request, fault)
    assert answer is not None
    assert answer.status_code == 503
    page = answer.content.decode()
    assert 'name="morning" value="4"' in page
    assert page.count('name="flags"') == 2
    assert 'action="/plan/1/check-in/morning/"' in page


def test_another_fault_is_not_ours():
    request = RequestFactory().get("/")
    assert KeepTypedMiddleware(lambda _: HttpResponse()).process_exception(request, ValueError()) is None


def test_passwords_and_codes_are_not_repeated():
    request = RequestFactory().post("/", {"password": "secret-1", "code": "secret-2", "email": "a@example.org"})
    page = unavailable(request, FAULTS[0]).content.decode()
    assert "secret" not in page
    assert "a@example.org" in page


def test_what_was_typed_is_escaped():
    request = RequestFactory().post("/", {"note": '"><script>alert(1)</script>'})
    assert "<script>alert" not in unavailable(request, FAULTS[0]).content.decode()


@pytest.mark.django_db
def test_a_fault_outside_a_view_ends_there_too():
    client = Client(raise_request_exception=False)
    with patch("django.contrib.auth.middleware.AuthenticationMiddleware.process_request", side_effect=FAULTS[2]):
        assert client.get("/").status_code == 503


def test_any_other_fault_is_a_plain_500():
    try:
        raise ValueError
    except ValueError:
        answer = server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
