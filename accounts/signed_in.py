"""The person behind a request that only signed-in people reach."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from .models import User


def person(request: HttpRequest) -> User:
    """Who is signed in. Raises PermissionDenied for a visitor, so that a view that lost its guard fails safely."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
