"""A clinician's clearance, as the athlete reports it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.models.screening import Role

from .fields import Agreed, OneOf, PlainForm


class ClearanceForm(PlainForm):
    by_name = forms.CharField(
        label=_("Who examined you?"),
        help_text=_("Their name, as you know it."),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give the name of the clinician.")},
    )
    role = OneOf(label=_("Who are they?"), choices=list(Role.choices), missing=_("Choose who they are."))
    cleared_on = forms.DateField(
        label=_("When were you seen?"),
        widget=forms.DateInput(attrs={"type": "date", "class": "short"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Give the day that you were seen."),
            "invalid": _("Give the day as year, month and day, such as 2030-05-31."),
        },
    )
    note = forms.CharField(
        label=_("What did they examine, and what did they say?"),
        help_text=_("In your own words: for example, legs, reflexes and feeling were checked; exercise is fine."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Say in a few words what was examined.")},
    )
    told = Agreed(
        label=_("I told them the answers above, and they said that I can start exercises."),
        missing=_("Only go on if a clinician knows of these answers and said that you can start."),
    )

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("by_name", "role", "cleared_on", "note")}
