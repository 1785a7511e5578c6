"""On whose terms reminders come: times, days, quiet hours, how many, which, and when somebody is away."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .fields import Choices, PlainForm, Words

DAYS: Choices = [
    ("0", gettext_lazy("Mon")),
    ("1", gettext_lazy("Tue")),
    ("2", gettext_lazy("Wed")),
    ("3", gettext_lazy("Thu")),
    ("4", gettext_lazy("Fri")),
    ("5", gettext_lazy("Sat")),
    ("6", gettext_lazy("Sun")),
]
MOST_A_WEEK = 21


def clock(label: Words) -> forms.TimeField:
    """A time of day, which a phone lets one turn. Seconds would be a precision that nobody asked for."""
    wrong = gettext_lazy("Give a time such as 08:00.")
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, error_messages={"required": wrong, "invalid": wrong})


def day(label: Words) -> forms.DateField:
    wrong = gettext_lazy("Give a day such as 2031-03-09, or leave it empty.")
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(label=label, required=False, widget=widget, error_messages={"invalid": wrong})


class TermsForm(PlainForm):
    """kinds: those that this person can switch, as (kind, title) pairs; the page says more about each."""

    morning = clock(gettext_lazy("In the morning"))
    session = clock(gettext_lazy("For a session"))
    evening = clock(gettext_lazy("In the evening"))
    usual = forms.BooleanField(required=False, label=gettext_lazy("Remind me when I usually train"))
    days = forms.TypedMultipleChoiceField(
        coerce=int,
        choices=DAYS,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("On these days"),
        error_messages={
            "required": gettext_lazy("Choose at least one day. For none of these reminders, set the number to 0."),
            "invalid_choice": gettext_lazy("Choose days of the week."),
        },
    )
    quiet_from = clock(gettext_lazy("Quiet from"))
    quiet_until = clock(gettext_lazy("Quiet until"))
    budget = forms.IntegerField(
        min_value=0,
        max_value=MOST_A_WEEK,
        label=gettext_lazy("At most this many a week"),
        help_text=gettext_lazy("0 to 21. With 0 only checkpoints, bookings and messages come."),
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), gettext_lazy("Give a number from 0 to 21.")
        ),
    )
    kinds = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=gettext_lazy("Which ones"),
        error_messages={"invalid_choice": gettext_lazy("Choose from the list.")},
    )
    holiday_from = day(gettext_lazy("First day away"))
    holiday_until = day(gettext_lazy("Last day away"))

    def __init__(self, kinds: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> None:
        first, last = self.cleaned_data.get("holiday_from"), self.cleaned_data.get("holiday_until")
        if "holiday_from" in self.errors or "holiday_until" in self.errors:
            return
        if first and not last:
            self.add_error("holiday_until", _("Give the last day too, or empty both."))
        elif last and not first:
            self.add_error("holiday_from", _("Give the first day too, or empty both."))
        elif first and last and last < first:
            self.add_error("holiday_until", _("Your last day away lies before the first. Change one of them."))

    def values(self, off: Iterable[str]) -> dict[str, Any]:
        """The fields of Preferences. off: what was switched off before; what this page does not show stays so."""
        given = dict(self.cleaned_data)
        shown = {kind for kind, _title in self.fields["kinds"].choices}  # type: ignore[attr-defined]
        on = set(given.pop("kinds"))
        return given | {"off": sorted((set(off) - shown) | (shown - on))}
