"""The one way from an address to a plan: signed in, and only what `for_user` gives. Strangers get 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from plans.models import Plan

P = ParamSpec("P")


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's own script asks, which keeps what was typed until it hears that it was received."""
    return request.headers.get("Accept", "").startswith("application/json")


def sign_in_first(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        words = {"state": "sign-in", "message": _("Sign in, then it is sent.")}
        return JsonResponse(words, status=401)
    return redirect_to_login(request.get_full_path())


def of_plan(
    view: Callable[Concatenate[HttpRequest, Plan, P], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Give the view the plan that its address names.

    The page says where somebody stands today, so nothing between here and the phone may keep it.
    """

    @wraps(view)
    def load(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return sign_in_first(request)
        plan = get_object_or_404(Plan.objects.for_user(request.user), pk=pk)
        response = view(request, plan, *args, **kwargs)
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return load
