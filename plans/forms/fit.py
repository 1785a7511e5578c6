"""The pattern questions: all may be left out, for nothing about safety rests on them."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from plans.catalogue.patterns import patterns
from plans.rules.pattern_questions import QUESTIONS
from plans.rules.words import Region

from .fields import PlainForm

LEAD = {Region.BACK: "PQ-1", Region.ELBOW: "PQ-20"}


class PatternForm(PlainForm):
    def __init__(self, region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead = LEAD[region]
        for id, asked in QUESTIONS.items():
            if asked.region is region:
                text = patterns().questions[id]
                self.fields[id] = forms.ChoiceField(
                    required=id == lead,
                    label=text.text,
                    help_text=text.help,
                    choices=list(text.choices.items()),
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": _("This one is needed to suggest a plan."),
                        "invalid_choice": _("Choose one of the answers."),
                    },
                )

    def answers(self) -> dict[str, str]:
        return {id: answer for id, answer in self.cleaned_data.items() if answer}
