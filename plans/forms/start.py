"""Where it hurts, and where in the world."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.catalogue import catalogue

from .fields import OneOf, PlainForm


class CountryForm(PlainForm):
    country = OneOf(
        label=_("Where are you now?"),
        help_text=_("We show the emergency number of this country."),
        choices=[],
        missing=_("Choose a country, or “Somewhere else”."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = catalogue().countries.values()
        self.fields["country"].choices = [  # type: ignore[attr-defined]
            (country.code, f"{country.name} ({country.emergency_number})") for country in countries
        ]


class CountrySelect(forms.ChoiceField):
    """The same choice in one line, among other questions."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Where are you now?"),
            help_text=_("If you need help, we show this country's number."),
            choices=lambda: [
                (country.code, f"{country.name} ({country.emergency_number})")
                for country in catalogue().countries.values()
            ],
            error_messages={"required": _("Choose a country."), "invalid_choice": _("Choose a country from the list.")},
            **kwargs,
        )
