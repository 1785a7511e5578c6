"""What keeps the help page on a phone: the manifest, the service worker, the page for no network."""

import hashlib
import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from plans import country
from plans.catalogue import catalogue

from .help import signs

KEPT = ("plans/app.css", "plans/app.js", "plans/figures.svg", "plans/icon.svg")


@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request: HttpRequest) -> HttpResponse:
    icons = [
        {"src": static(f"plans/icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "name": _("Rehab planner"),
            "short_name": _("Rehab"),
            "description": _("From a sore back or elbow back to sport, step by step."),
            "id": "/",
            "start_url": reverse("plans:front"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#f6f5f0",
            "theme_color": "#0c5a4a",
            "lang": "en-GB",
            "icons": icons,
            "shortcuts": [{"name": _("Get help now"), "url": reverse("plans:help")}],
        },
        content_type="application/manifest+json",
    )


@require_safe
@cache_control(no_cache=True, public=True)
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, the same for everybody. Its text changes with what it keeps, so that the browser renews it.

    The country is told to it by each page, and only a change costs something. A newer worker waits until the last page
    is closed: one that takes over in the middle of somebody's way can hold up the page that they are going to. Nothing
    of a person's plan is kept: what is fetched for keeping is fetched without cookies.
    """
    files = [static(name) for name in KEPT]
    pages = [reverse("plans:help"), reverse("plans:offline")]
    words = json.dumps([files, {code: each.model_dump() for code, each in catalogue().countries.items()}])
    kept = {"files": files, "pages": pages, "version": hashlib.sha256(words.encode()).hexdigest()[:12]} | reminding()
    return render(request, "plans/worker.js", {"kept": json.dumps(kept)}, content_type="text/javascript; charset=utf-8")


def reminding() -> dict[str, Any]:
    """What the worker says when a message tells nothing, or a tap does not reach us."""
    unreadable = {
        "title": _("Rehab planner"),
        "body": _("There is something for you in the app."),
        "url": reverse("plans:inbox"),
        "icon": static("plans/icon-192.png"),
    }
    failed = {"title": _("That did not get through"), "message": _("Open the app and try it there.")}
    return {
        "message": unreadable,
        "failed": failed,
        "ways": reverse("plans:ways"),
        "device": reverse("plans:device"),
    }


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Kept on the phone and shown when a page cannot be reached: the emergency signs and numbers stand on it."""
    code = request.GET.get("country", "")
    here = catalogue().countries.get(code) or country.country_of(request)
    return render(request, "plans/offline.html", signs(here))
