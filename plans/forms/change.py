"""Changing a running plan: its sport, a pause, its end; each with the revision that the page was made from."""

from django import forms
from django.utils.translation import gettext_lazy as _

from plans.rules.words import Sport

from .fields import OneOf, PlainForm
from .setup import SPORTS


class ChangeForm(PlainForm):
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    @property
    def revision(self) -> int | None:
        found: int | None = self.cleaned_data.get("seen")
        return found


class SportForm(ChangeForm):
    sport = OneOf(label=_("What do you want to get back to?"), choices=SPORTS, missing=_("Choose what comes closest."))

    @property
    def chosen(self) -> Sport:
        return Sport(self.cleaned_data["sport"])


class ReasonForm(ChangeForm):
    """A reason from a short list, or in one's own words."""

    choice = OneOf(label=_("Why?"), choices=[], missing=_("Choose a reason."))
    words = forms.CharField(
        required=False,
        max_length=500,
        label=_("In your own words, if you like"),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": _("Use at most 500 letters.")},
    )

    @property
    def reason(self) -> str:
        label = dict(self.fields["choice"].choices)[self.cleaned_data["choice"]]  # type: ignore[attr-defined]
        words = self.cleaned_data["words"].strip()
        return f"{label}: {words}" if words else str(label)


class PauseForm(ReasonForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            ("ill", _("I am ill")),
            ("away", _("I am away")),
            ("busy", _("Life is too full just now")),
            ("other", _("Another reason")),
        ]


class EndForm(ReasonForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["choice"].choices = [  # type: ignore[attr-defined]
            ("well", _("I am back to what I want to do")),
            ("again", _("It came back: I want to start afresh")),
            ("clinician", _("A clinician looks after it now")),
            ("other", _("Another reason")),
        ]
