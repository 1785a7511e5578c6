"""When the database cannot be written, the page says so and still holds what was typed.

A full disk, a lock that lasts, a database that is down or read-only: each raises one of two errors. What was typed
stands on the page and in a form that sends it again. Nothing here asks the database, which is the very thing that
fails: no session, no user, no messages.
"""

import logging
import sys
from collections.abc import Callable, Iterator

from django.db import InterfaceError, InternalError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

# PostgreSQL calls a read-only server an internal error; SQLite calls all of these operational.
FAULTS = (OperationalError, InternalError, InterfaceError)
NOT_SHOWN = ("csrfmiddlewaretoken", "seen", "token")
SECRET = ("password", "code", "key")
RETRY_S = "30"


class KeepTypedMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request, error) if isinstance(error, FAULTS) else None


def server_error(request: HttpRequest) -> HttpResponse:
    """The site's handler500: the same faults raised outside a view, such as by the session, end here."""
    error = sys.exc_info()[1]
    if isinstance(error, FAULTS):
        return unavailable(request, error)
    return HttpResponse(render_to_string("500.html"), status=500)


def unavailable(request: HttpRequest, error: BaseException) -> HttpResponse:
    log.error("The database did not answer: %s %s: %s", request.method, request.path, error)
    message = _("We cannot save just now. Nothing that you entered before is lost.")
    if request.headers.get("Accept", "").startswith("application/json"):
        answer: HttpResponse = JsonResponse({"state": "saved-here", "message": message}, status=503)
    else:
        typed = list(_typed(request))
        page = render_to_string("503.html", {"typed": typed, "path": request.get_full_path()})
        answer = HttpResponse(page, status=503)
    answer.headers["Retry-After"] = RETRY_S
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _typed(request: HttpRequest) -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether to show it; a password or a code is neither shown nor kept."""
    if request.method != "POST":
        return
    for name, values in request.POST.lists():
        if any(word in name for word in SECRET):
            continue
        for value in values:
            yield name, value, bool(value) and name not in NOT_SHOWN
