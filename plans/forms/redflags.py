"""The red-flag questions while a plan runs: the short list on every check-in, and all of them again (G-2).

A tick counts whatever else was left open or contradicts it: a yes must never wait for a tidy form (G-0).
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plans.catalogue import catalogue
from plans.catalogue.types import Group, Question
from plans.rules.screening import SITE_QUESTION, questions
from plans.rules.words import Answer, Region
from plans.screens import Screen

from .fields import PlainForm
from .screening import TICKS

GROUPS: dict[Group, str | Promise] = {
    Group.EMERGENCY: gettext_lazy("New, or worse than before?"),
    Group.URGENT: gettext_lazy("To be checked today"),
    Group.REVIEW: gettext_lazy("To be looked at soon"),
    Group.ABOUT: gettext_lazy("Also"),
}


def _ticks(id: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        required=False,
        label=catalogue().questions[id].text,
        choices=TICKS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": gettext_lazy("Tick yes or not sure, or leave it.")},
    )


class TicksForm(PlainForm):
    """Tick cards for some questions, each with yes and not sure."""

    asked: tuple[str, ...] = ()

    def ask(self, ids: Iterable[str]) -> None:
        new = tuple(id for id in ids if id not in self.asked)
        self.asked = (*self.asked, *new)
        for id in new:
            self.fields[id] = _ticks(id)

    def cards(self, ids: Iterable[str] | None = None) -> Iterator[tuple[Question, forms.BoundField]]:
        for id in self.asked if ids is None else ids:
            yield catalogue().questions[id], self[id]

    def ticked(self) -> dict[str, Answer]:
        """The questions with a tick; yes and not sure together are a yes. Good also when the form as a whole is not."""
        found = {}
        for id in self.asked:
            ticks = self.cleaned_data.get(id) or []
            if ticks:
                found[id] = Answer.YES if Answer.YES.value in ticks else Answer.NOT_SURE
        return found


class NewForm(TicksForm):
    """What is new today, with new weakness, which has a rule of its own (AT-2)."""

    weakness = forms.BooleanField(required=False, label=gettext_lazy("Yes"))

    def __init__(self, ids: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ask(ids)

    def groups(self) -> Iterator[tuple[str | Promise, list[tuple[Question, forms.BoundField]]]]:
        """The list under headings, the most urgent first."""
        for group, title in GROUPS.items():
            cards = [(question, field) for question, field in self.cards() if question.group is group]
            if cards:
                yield title, cards

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.ticked() and not cleaned.get("weakness"):
            raise forms.ValidationError(
                _("Tick what is new. If nothing is, press “Nothing new after all”."), code="nothing"
            )
        return cleaned


class AgainForm(TicksForm):
    """All red-flag questions again, a group at a time, each group with its own "none of these"."""

    def __init__(self, screens: Iterable[Screen], region: Region, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region
        self.screens = tuple(screens)
        for screen in self.screens:
            self.ask(screen.questions)
            self.fields[f"none_{screen.slug}"] = forms.BooleanField(required=False, label=gettext_lazy("None of these"))

    def groups(self) -> Iterator[tuple[Screen, list[tuple[Question, forms.BoundField]], forms.BoundField, bool]]:
        """Each screen with its cards and its "none of these", and whether something in it was ticked before."""
        for screen in self.screens:
            cards = list(self.cards(screen.questions))
            yield screen, cards, self[f"none_{screen.slug}"], any(field.value() for _question, field in cards)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        ticked = self.ticked()
        for screen in self.screens:
            none = f"none_{screen.slug}"
            if not cleaned.get(none) and not set(screen.questions) & set(ticked):
                self.add_error(
                    none,
                    forms.ValidationError(
                        _("%(title)s: tick what is true, or “None of these”."),
                        params={"title": screen.title},
                        code="open",
                    ),
                )
        return cleaned

    def answers(self) -> dict[str, Answer]:
        """Every question of the region. Those that age or the kind of start answers are not asked, and are a no."""
        asked = [id for id in questions(self.region) if id != SITE_QUESTION]
        return dict.fromkeys(asked, Answer.NO) | self.ticked()
