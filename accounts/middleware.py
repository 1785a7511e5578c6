"""An id for each request, in its audit rows and in its answer."""

import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from . import audit


class RequestIdMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Made here and never read from the request, so that nobody can write what they like into the audit.
        id = uuid.uuid4().hex
        token = audit.request_id.set(id)
        try:
            response = self.get_response(request)
        finally:
            audit.request_id.reset(token)
        response.headers["X-Request-ID"] = id
        return response
