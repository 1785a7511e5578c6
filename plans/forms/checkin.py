"""The three parts of a day's check-in. The last answer of each is the button that saves."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.models import Entry
from plans.rules.protocol import Protocol
from plans.rules.words import Flag

from .fields import Choices, PlainForm, ScoreField

OTHER = "other"
SHARES = (100, 75, 50)

FLAGS: Choices = [
    (Flag.SPASM.value, gettext_lazy("Muscles grabbed or cramped")),
    (Flag.SHOT_UP.value, gettext_lazy("Pain shot up fast")),
    (Flag.SPREAD.value, gettext_lazy("Pain spread further down")),
    (Flag.TINGLING_BRIEF.value, gettext_lazy("Tingling, gone in 30 minutes")),
    (Flag.TINGLING_LASTING.value, gettext_lazy("Tingling, over 30 minutes")),
]


class PartForm(PlainForm):
    """One part. Only what it asks for is written; the rest of the day stays as it is.

    new: "something is new" was pressed; then a score may still be missing, so that nothing delays the questions.
    """

    new = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, protocol: Protocol, entry: Entry | None, *args: Any, **kwargs: Any) -> None:
        initial = {
            name: getattr(entry, name) for name in self.base_fields if entry is not None and hasattr(entry, name)
        }
        super().__init__(*args, initial=initial, **kwargs)
        self.entry = entry
        self.word(protocol)

    def word(self, protocol: Protocol) -> None:
        """Put the protocol's own words on the questions."""

    @property
    def something_new(self) -> bool:
        return bool(self.data.get("new"))

    def need(self, *names: str) -> None:
        """These must be answered, unless something new comes first."""
        for name in names:
            self.fields[name].required = not self.something_new

    def values(self) -> dict[str, Any]:
        """What to write: the answers given. An empty answer takes nothing away."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "new"}
        return {name: value for name, value in given.items() if value is not None}


class MorningForm(PartForm):
    morning = ScoreField()

    def word(self, protocol: Protocol) -> None:
        self.fields["morning"].label = protocol.morning_pain
        self.need("morning")


class SessionForm(PartForm):
    """share: one of the big buttons. Another amount is asked for in percent, on the same page."""

    before = ScoreField(required=False)
    during = ScoreField()
    flags = forms.MultipleChoiceField(
        required=False,
        choices=FLAGS,
        label=gettext_lazy("Did any of these happen?"),
        widget=forms.CheckboxSelectMultiple,
    )
    share = forms.CharField(required=False, widget=forms.HiddenInput)
    percent = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=100,
        label=gettext_lazy("How much of it, in percent?"),
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric"}),
        error_messages={
            code: gettext_lazy("Give a whole number from 0 to 100.") for code in ("invalid", "min_value", "max_value")
        },
    )

    def word(self, protocol: Protocol) -> None:
        pain = protocol.session_pain
        self.fields["before"].label = _("%(pain)s just before, if you like") % {"pain": pain.capitalize()}
        self.fields["during"].label = _("Worst %(pain)s during the session") % {"pain": pain}
        self.need("during")

    @property
    def asks_percent(self) -> bool:
        """Another amount was chosen and is still to be said; or it is what the day holds."""
        held = self.entry.dose if self.entry else None
        return self.data.get("share") == OTHER or (not self.is_bound and held is not None and held not in SHARES)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        share, percent = cleaned.pop("share", ""), cleaned.pop("percent", None)
        if share in {str(known) for known in SHARES}:
            cleaned["dose"] = int(share)
        elif percent is not None:
            cleaned["dose"] = percent
        elif "percent" not in self.errors and not self.something_new:
            message = _("Say how much of it you did.")
            self.add_error("percent" if share == OTHER else None, forms.ValidationError(message, code="share"))
        return cleaned


class LaterForm(PartForm):
    """after: only where there was a session to look back on."""

    after = ScoreField()
    pain = ScoreField()

    def word(self, protocol: Protocol) -> None:
        self.fields["pain"].label = protocol.key_pain
        self.fields["after"].label = _("Worst %(pain)s later, after the session") % {"pain": protocol.session_pain}
        if self.entry is None or self.entry.session is None:
            del self.fields["after"]
        else:
            self.need("after")
        self.need("pain")


PARTS: dict[str, type[PartForm]] = {"morning": MorningForm, "session": SessionForm, "later": LaterForm}
