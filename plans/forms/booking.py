"""When to ask again about a review that the athlete will book."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .change import ChangeForm


class BookingForm(ChangeForm):
    on = forms.DateField(
        label=_("Ask me again on"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Choose a day."),
            "invalid": _("Give a day such as 2031-03-09."),
        },
    )
