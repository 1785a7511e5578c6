"""What an admin fills in on the pages about reminders."""

from datetime import date as Date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import CareLink, User
from plans.models import Channel
from plans.reminders.rehearsal import AHEAD


class TestForm(forms.Form):
    """To oneself alone: nobody sends a test to somebody else's phone."""

    channel = forms.ModelChoiceField(
        Channel.objects.none(),
        label=_("Channel"),
        empty_label=None,
        error_messages={"invalid_choice": _("This channel is not there any more. Choose another.")},
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].queryset = Channel.objects.for_user(user).open()  # type: ignore[attr-defined]


class DayForm(forms.Form):
    physio = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Whose clients"),
        required=False,
        empty_label=_("everybody, as a count"),
        error_messages={"invalid_choice": _("This physio has no clients now. Choose another.")},
    )
    date = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Choose a day."), "invalid": _("Write the day as year-month-day.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with_clients = CareLink.objects.open().values("physio")
        self.fields["physio"].queryset = User.objects.filter(pk__in=with_clients).order_by("email")  # type: ignore[attr-defined]
        self.first = timezone.now().date()
        self.last = self.first + AHEAD
        self.fields["date"].widget.attrs |= {"min": self.first.isoformat(), "max": self.last.isoformat()}

    def clean_date(self) -> Date:
        date: Date = self.cleaned_data["date"]
        if not self.first <= date <= self.last:
            raise forms.ValidationError(_("Choose today or one of the next 14 days."), code="date")
        return date
