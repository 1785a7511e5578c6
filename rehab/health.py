"""Two questions that a load balancer or supervisor asks.

/healthz: does the process answer? It touches nothing else, so a slow database gets no web process killed.
/readyz: can it do its work, i.e. are the database and the broker there? 503 when one is not.

A middleware, and the first one, because probes come by IP address: ALLOWED_HOSTS and the redirect to https
would refuse them.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

from rehab.redis import client

log = logging.getLogger(__name__)


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path == "/healthz":
            return HttpResponse("ok", content_type="text/plain")
        if request.path == "/readyz":
            return ready()
        return self.get_response(request)


def ready() -> JsonResponse:
    checks = {"database": database_answers(), "broker": broker_answers()}
    status = 200 if all(checks.values()) else 503
    return JsonResponse({name: "ok" if ok else "down" for name, ok in checks.items()}, status=status)


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
