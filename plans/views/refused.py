"""What could not be done, in words and with the right status; the way on is one tap away."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from plans.models import Plan

from .access import wants_json

# 409: the plan is in a state that does not allow it; 400: what was sent is wrong by itself.
CONFLICTS = frozenset({"stopped", "paused", "ended", "stale", "not_paused", "not_stopped", "emergency", "changed"})


def status_of(error: ValidationError) -> int:
    return 409 if {part.code for part in leaves(error)} & CONFLICTS else 400


def leaves(error: ValidationError) -> list[ValidationError]:
    """The single errors inside; a ValidationError can be a tree of them."""
    if hasattr(error, "error_dict"):
        return [leaf for errors in error.error_dict.values() for each in errors for leaf in leaves(each)]
    return error.error_list if len(error.error_list) > 1 or error.error_list != [error] else [error]


def refused(request: HttpRequest, plan: Plan, error: ValidationError) -> HttpResponse:
    status = status_of(error)
    if wants_json(request):
        state = "changed" if status == 409 else "refused"
        return JsonResponse({"state": state, "problems": error.messages}, status=status)
    return render(request, "plans/refused.html", {"plan": plan, "problems": error.messages}, status=status)
