"""Headers that every answer carries."""

from django.http import HttpResponse
from django.test import Client, RequestFactory

from rehab.middleware import CONTENT_SECURITY_POLICY, SecurityHeadersMiddleware


def test_every_answer_has_the_policies(client: Client, db: None) -> None:
    for path in ("/accounts/login/", "/admin/login/", "/no-such-page"):
        headers = client.get(path).headers
        assert headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert "geolocation=()" in headers["Permissions-Policy"]
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_nothing_inline_and_nothing_from_elsewhere() -> None:
    policy = dict(rule.split(" ", 1) for rule in CONTENT_SECURITY_POLICY.split("; "))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert set(policy.values()) == {"'none'", "'self'", "'self' data:"}


def test_a_view_may_narrow_its_own() -> None:
    def view(_: object) -> HttpResponse:
        return HttpResponse(headers={"Content-Security-Policy": "sandbox"})

    response = SecurityHeadersMiddleware(view)(RequestFactory().get("/"))
    assert response.headers["Content-Security-Policy"] == "sandbox"


def test_the_admin_has_no_door_of_its_own(client: Client, db: None) -> None:
    response = client.get("/admin/", follow=True)
    assert response.request["PATH_INFO"] == "/accounts/login/"
