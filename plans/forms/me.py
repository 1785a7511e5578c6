"""One's own account: name, clock and country."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.zones import zones

from .fields import PlainForm
from .start import CountrySelect


class MeForm(PlainForm):
    name = forms.CharField(
        required=False,
        max_length=120,
        label=gettext_lazy("Your name, if you like"),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    country = CountrySelect()
    time_zone = forms.CharField(
        label=gettext_lazy("Your time zone"),
        help_text=gettext_lazy("Your days and reminders follow its clock."),
        widget=forms.Select,
        error_messages={"required": gettext_lazy("Choose a time zone.")},
    )

    def __init__(self, offered: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].widget.choices = [(zone, zone.replace("_", " ")) for zone in offered]

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in zones():
            raise forms.ValidationError(_("This time zone is not known. Choose one from the list."), code="zone")
        return zone
