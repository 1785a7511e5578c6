"""Set-up: pain now, own activities, the person and their sport, when it starts, what they agree to."""

from collections.abc import Iterator
from datetime import date as Date
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.zones import zones
from plans.models.plan import Side
from plans.rules.protocol import Protocol
from plans.rules.words import Onset, Region, Sport
from plans.screens import ADULT

from .fields import Agreed, Choices, OneOf, PlainForm, ScoreField

ACTIVITIES = 3
NEEDED = 2

SPORTS: Choices = [
    (Sport.RUNNING.value, gettext_lazy("Running")),
    (Sport.STRENGTH.value, gettext_lazy("Strength training, lifting")),
    (Sport.FIELD.value, gettext_lazy("Field and court team sports")),
    (Sport.RACKET.value, gettext_lazy("Racket sports")),
    (Sport.GOLF_THROWING.value, gettext_lazy("Golf or throwing")),
    (Sport.CLIMBING.value, gettext_lazy("Climbing")),
    (Sport.SWIMMING.value, gettext_lazy("Swimming")),
    (Sport.YOGA.value, gettext_lazy("Yoga, Pilates or dance")),
    (Sport.MANUAL.value, gettext_lazy("My work with my hands or back")),
    (Sport.DESK.value, gettext_lazy("Mostly desk work")),
]
ONSETS: Choices = [
    (Onset.GRADUAL.value, gettext_lazy("It came on bit by bit, or I do not know")),
    (Onset.INJURY.value, gettext_lazy("At one moment, such as a lift, a twist or a fall")),
]


class PainForm(PlainForm):
    pain = ScoreField()

    def __init__(self, protocol: Protocol, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pain"].label = protocol.key_pain


class ActivitiesForm(PlainForm):
    """Two or three activities of one's own (PSFS): each with a name and how well it goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, ACTIVITIES + 1):
            self.fields[f"name_{n}"] = forms.CharField(
                required=False,
                max_length=80,
                label=_("Activity %(n)s") % {"n": n} if n <= NEEDED else _("Activity %(n)s, if you like") % {"n": n},
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"max_length": _("Use at most 80 letters.")},
            )
            self.fields[f"score_{n}"] = ScoreField(required=False, label=_("How well can you do it now?"))

    def pairs(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for n in range(1, ACTIVITIES + 1):
            yield self[f"name_{n}"], self[f"score_{n}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for n in range(1, ACTIVITIES + 1):
            name, score = cleaned.get(f"name_{n}"), cleaned.get(f"score_{n}")
            if (name or n <= NEEDED) and score is None and f"score_{n}" not in self.errors:
                self.add_error(f"score_{n}", _("Choose a number from 0 to 10 for activity %(n)s.") % {"n": n})
            if not name and (score is not None or n <= NEEDED) and f"name_{n}" not in self.errors:
                self.add_error(f"name_{n}", _("Name activity %(n)s.") % {"n": n})
        return cleaned

    def activities(self) -> list[list[Any]]:
        found = [(self.cleaned_data[f"name_{n}"], self.cleaned_data[f"score_{n}"]) for n in range(1, ACTIVITIES + 1)]
        return [[name, score] for name, score in found if name]


class SportForm(PlainForm):
    sport = OneOf(
        label=gettext_lazy("What do you most want to get back to?"),
        choices=SPORTS,
        missing=gettext_lazy("Choose what comes closest."),
    )


class HistoryForm(PlainForm):
    """Side and onset; an elbow was asked how it began already (QE1)."""

    side = OneOf(
        label=gettext_lazy("Which side is sore?"), choices=list(Side.choices), missing=gettext_lazy("Choose a side.")
    )
    onset = OneOf(label=gettext_lazy("How did it begin?"), choices=ONSETS, missing=gettext_lazy("Choose how it began."))

    def __init__(self, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if region is Region.ELBOW:
            del self.fields["onset"]


class DriversForm(PlainForm):
    """What may have overloaded it: the protocol's own questions, to tick those that are worth a look."""

    drivers = forms.MultipleChoiceField(
        required=False,
        label=gettext_lazy("Which of these may have played a part?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Choose from the list.")},
    )

    def __init__(self, protocol: Protocol, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["drivers"].choices = [(text, text) for text in protocol.load_drivers]  # type: ignore[attr-defined]


class BeginForm(PlainForm):
    """The first day and the zone whose days count. Needs the dates that a plan may start on."""

    start_date = OneOf(
        label=gettext_lazy("When do you want to start?"), choices=[], missing=gettext_lazy("Choose a day.")
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Your time zone"),
        help_text=gettext_lazy("Your days and reminders follow its clock."),
        widget=forms.Select(attrs={"data-zone": ""}),
        error_messages={"required": gettext_lazy("Choose a time zone.")},
    )

    def __init__(self, today: Date, offered: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["start_date"].choices = [  # type: ignore[attr-defined]
            (today.isoformat(), _("Today")),
            ((today + timedelta(days=1)).isoformat(), _("Tomorrow")),
            ((today + timedelta(days=3)).isoformat(), _("In three days")),
            ((today + timedelta(days=7)).isoformat(), _("In a week")),
        ]
        self.fields["time_zone"].widget.choices = [(zone, zone.replace("_", " ")) for zone in offered]

    def clean_time_zone(self) -> str:
        zone: str = self.cleaned_data["time_zone"]
        if zone not in zones():
            raise forms.ValidationError(_("This time zone is not known. Choose one from the list."), code="zone")
        return zone


class AgreeForm(PlainForm):
    privacy = Agreed(
        label=gettext_lazy("I agree that my answers about my health are kept to run my plan."),
        missing=gettext_lazy("Your plan needs your answers. Without your agreement it cannot start."),
    )
    disclaimer = Agreed(
        label=gettext_lazy("I understand that this is information and not a diagnosis."),
        missing=gettext_lazy("Please read what this is not, and tick the box."),
    )
    guardian = Agreed(
        label=gettext_lazy("My parent or guardian knows about this plan and agrees."),
        missing=gettext_lazy("Show this to your parent or guardian first."),
    )

    def __init__(self, age: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if age >= ADULT:
            del self.fields["guardian"]
