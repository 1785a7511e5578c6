"""Who may see an athlete's data. Every queryset's `for_user` stands on this.

For now: the athlete, and nobody else. Being an admin or a superuser opens no chart: they look after templates and
accounts. A physio's care link is added here when there are care links, and reaches every queryset at once.
"""

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, Q, QuerySet

Person = AbstractBaseUser | AnonymousUser
M = TypeVar("M", bound=Model)


def visible_to(user: Person, athlete: str = "athlete") -> Q:
    """The rows whose athlete, reached by the lookup `athlete`, is this user. None for strangers and closed accounts."""
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    return Q(**{athlete: user.pk})


class ClinicalQuerySet(QuerySet[M]):
    """Rows of a chart. `athlete` is the lookup from the row to the athlete whose it is."""

    athlete: ClassVar[str] = "athlete"

    def for_user(self, user: Person) -> Self:
        """What this user may see and change; the only way in for pages and the API."""
        return self.filter(visible_to(user, self.athlete))
