"""The age, and one screen of tick cards."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.catalogue import catalogue
from plans.catalogue.types import Question
from plans.intake import Intake
from plans.rules.screening import SITE_QUESTION
from plans.rules.words import Answer, Region
from plans.screens import Screen

from .fields import Choices, OneOf, PlainForm
from .start import CountrySelect

YES_NO: Choices = [
    (Answer.NO.value, gettext_lazy("No")),
    (Answer.YES.value, gettext_lazy("Yes")),
    (Answer.NOT_SURE.value, gettext_lazy("Not sure")),
]
TICKS: Choices = YES_NO[1:]
OLDEST = 110


class AboutForm(PlainForm):
    """QG1, the country of the numbers, and for an elbow how it began (QE1)."""

    age = forms.IntegerField(
        label=gettext_lazy("How old are you?"),
        min_value=1,
        max_value=OLDEST,
        widget=forms.NumberInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "required": gettext_lazy("Give your age in years."),
            "invalid": gettext_lazy("Give your age in whole years, such as 34."),
            "min_value": gettext_lazy("Give your age in years, from 1 to 110."),
            "max_value": gettext_lazy("Give your age in years, from 1 to 110."),
        },
    )
    country = CountrySelect()

    def __init__(self, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if region is Region.ELBOW:
            question = catalogue().questions["QE1"]
            self.fields["injury"] = OneOf(
                label=question.text,
                help_text=question.help,
                choices=YES_NO,
                missing=gettext_lazy("Say whether it began with an injury."),
            )

    @property
    def began(self) -> Answer | None:
        given = self.cleaned_data.get("injury")
        return Answer(given) if given else None


class ScreenForm(PlainForm):
    """Each question takes yes or not sure; what is left untouched is a no only beside a tick or "none of these".

    Tick boxes, not radio buttons, so that a slip can be taken back without a script. Yes and not sure together are a
    yes (G-0).
    """

    none = forms.BooleanField(required=False, label=gettext_lazy("None of these"))

    def __init__(self, screen: Screen, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.screen = screen
        if screen.site:
            question = catalogue().questions[SITE_QUESTION]
            self.fields["site"] = OneOf(
                label=question.text,
                choices=list(question.choices.items()),
                missing=gettext_lazy("Choose where it hurts."),
            )
        for id in screen.questions:
            self.fields[id] = forms.MultipleChoiceField(
                required=False,
                label=screen.asks(catalogue().questions[id].text),
                choices=TICKS,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": gettext_lazy("Tick yes or not sure, or leave it.")},
            )

    @classmethod
    def filled(cls, screen: Screen, intake: Intake) -> "ScreenForm":
        """As it was answered before: back keeps answers."""
        answers = intake.words
        initial: dict[str, Any] = {id: [answers[id].value] for id in screen.questions if id in answers}
        initial["none"] = all(answers.get(id) is Answer.NO for id in screen.questions)
        return cls(screen, initial=initial | {"site": intake.site})

    def cards(self) -> Iterator[tuple[Question, forms.BoundField]]:
        for id in self.screen.questions:
            yield catalogue().questions[id], self[id]

    @property
    def first_id(self) -> str:
        return str(self[self.screen.questions[0]].auto_id)

    def ticked(self) -> dict[str, Answer]:
        """The questions with a tick."""
        found = {}
        for id in self.screen.questions:
            ticks = self.cleaned_data.get(id) or []
            if ticks:
                found[id] = Answer.YES if Answer.YES.value in ticks else Answer.NOT_SURE
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ticked = self.ticked()
        none = cleaned.get("none")
        if none and ticked:
            raise forms.ValidationError(
                _("You ticked “None of these” and also something above it. Take away the one that is wrong."),
                code="both",
            )
        if not none and not ticked and not any(id in self.errors for id in self.screen.questions):
            raise forms.ValidationError(
                _("Tick what is true for you. If nothing is, tick “None of these” at the end."), code="nothing"
            )
        return cleaned

    def answers(self) -> dict[str, Answer]:
        return dict.fromkeys(self.screen.questions, Answer.NO) | self.ticked()
