"""Fields and constraints in pairs: what a form refuses with a sentence, the database refuses as well."""

from enum import StrEnum
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import User


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    return [(word.value, word.value.replace("-", " ").replace("_", " ")) for word in words]


def one_of(name: str, field: str, words: type[StrEnum], *, or_empty: bool = False) -> models.CheckConstraint:
    values = [word.value for word in words] + ([""] if or_empty else [])
    return models.CheckConstraint(condition=Q(**{f"{field}__in": values}), name=name)


def number(label: Any, least: int, most: int, **kwargs: Any) -> "models.SmallIntegerField[Any, Any]":
    """A whole number; pair it with `within` in the constraints."""
    return models.SmallIntegerField(label, validators=[MinValueValidator(least), MaxValueValidator(most)], **kwargs)


def score(label: Any) -> "models.SmallIntegerField[Any, Any]":
    """A score 0 to 10, or not given."""
    return number(label, 0, 10, null=True, blank=True)


def function(label: Any, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """A PSFS average, 0 to 10.

    Two decimals, half up, both at entry and in the weekly reviews: rounded alike, so that an average which rose by
    exactly 2 is still seen to have risen by 2.
    """
    return models.DecimalField(
        label, max_digits=4, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(10)], **kwargs
    )


def within(name: str, field: str, least: int, most: int) -> models.CheckConstraint:
    """A CHECK that is true of NULL, as SQL's are."""
    return models.CheckConstraint(condition=Q(**{f"{field}__range": (least, most)}), name=name)


def scores(prefix: str, *fields: str) -> list[models.CheckConstraint]:
    return [within(f"{prefix}_{field}_0_10", field, 0, 10) for field in fields]


def together(name: str, *fields: str) -> models.CheckConstraint:
    """Who and when: both given, or neither."""
    none, every = Q(), Q()
    for field in fields:
        none &= Q(**{f"{field}__isnull": True})
        every &= Q(**{f"{field}__isnull": False})
    return models.CheckConstraint(condition=none | every, name=name)


def person(related_name: str = "+", **kwargs: Any) -> "models.ForeignKey[Any, Any]":
    """Who did it. RESTRICT: an account with such rows is anonymised, never deleted, unless the chart goes with it."""
    return models.ForeignKey(User, on_delete=models.RESTRICT, related_name=related_name, **kwargs)
