"""What a load balancer, a supervisor and a monitor ask.

/healthz: does the process answer? It touches nothing else, so a slow database gets no web process killed.
/readyz: can it do its work, i.e. are the database and the broker there? 503 when one is not. It also tells when the
clock last ticked and how long messages wait. These do not change the status: a web process does its work without the
clock, and taking it out because beat is away would take the site away from people as well.
/metrics: figures for whoever holds METRICS_TOKEN, and for staff.

A middleware, and the first one, because probes come by IP address: ALLOWED_HOSTS and the redirect to https
would refuse them.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.module_loading import import_string

from rehab.redis import client

log = logging.getLogger(__name__)

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return ready()
        if request.path == "/metrics" and holds_token(request):
            return metrics()
        return self.get_response(request)


def ready() -> JsonResponse:
    checks = {"database": database_answers(), "broker": broker_answers()}
    said: dict[str, Any] = {name: "ok" if ok else "down" for name, ok in checks.items()}
    if checks["database"]:
        said |= waiting()
    return JsonResponse(said, status=200 if all(checks.values()) else 503)


def database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("The database does not answer")
        return False
    return True


def broker_answers() -> bool:
    from redis import RedisError

    try:
        client().ping()
    except RedisError:
        log.exception("The broker does not answer")
        return False
    return True


def waiting() -> dict[str, Any]:
    """When the clock last ticked and what waits. A table that is not there yet is no fault of this process."""
    try:
        said: dict[str, Any] = import_string(settings.READINESS)()
    except DatabaseError:
        log.exception("What waits cannot be read")
        return {}
    return said


def holds_token(request: HttpRequest) -> bool:
    wanted = f"Bearer {settings.METRICS_TOKEN}".encode()
    return bool(settings.METRICS_TOKEN) and secrets.compare_digest(
        request.headers.get("Authorization", "").encode(), wanted
    )


def metrics() -> HttpResponse:
    return HttpResponse(import_string(settings.METRICS)(), content_type=PROMETHEUS)


def metrics_for_staff(request: HttpRequest) -> HttpResponse:
    """Others are not told that there is such a page."""
    if not (request.user.is_active and request.user.is_staff):
        raise Http404
    return metrics()
