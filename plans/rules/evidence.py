"""What a decision rests on: the scores and answers behind it, in words (promise 3).

A sentence is a plain template that gettext knows, and the values that fill it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import cast

from .diary import Session
from .gates import Criterion
from .phrases import ANSWERS, CRITERIA, FLAGS, OUTCOMES
from .phrases import gettext_noop as _
from .records import CheckResult, Checks, Note
from .words import Answer, Flag


@dataclass(frozen=True, slots=True)
class Sentence:
    """template: with {names}; values: what fills it. A value that is a Sentence is translated on its own."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def render(self, translate: Callable[[str], str] = str) -> str:
        filled = {
            name: value.render(translate) if isinstance(value, Sentence) else value
            for name, value in self.values.items()
        }
        return translate(self.template).format(**filled)

    def __str__(self) -> str:
        return self.render()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One answer that a decision rests on. question: the id of a red-flag question, whose own words the page shows."""

    label: Sentence
    value: Sentence
    question: str | None = None


def number(value: object) -> str:
    """A number as people write it: whole, or with one decimal, a half rounded up; a dash when unknown."""
    if value is None:
        return "\N{EN DASH}"
    tenths = (Fraction(str(value)) * 10 + Fraction(1, 2)).__floor__()
    return str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}"


def listed(*pairs: tuple[str, object]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(Sentence(label), value if isinstance(value, Sentence) else Sentence(number(value)))
        for label, value in pairs
        if value is not None
    )


def of_session(result: CheckResult, session: Session) -> tuple[Evidence, ...]:
    flags = tuple((_("You said"), Sentence(FLAGS[flag])) for flag in Flag if flag in session.flags)
    return listed(
        (_("Worst during"), session.during),
        (_("Worst later that day"), session.after),
        (_("Next morning"), result.morning),
        (_("Usual morning before it"), result.base),
        (_("Done, percent"), session.dose),
        *flags,
    )


def of_answers(note: Note) -> tuple[Evidence, ...]:
    answers = cast(Mapping[str, Answer], note.values.get("answers", {}))
    told = tuple(
        Evidence(Sentence(id), Sentence(ANSWERS[answer]), question=id)
        for id, answer in answers.items()
        if answer is not Answer.NO
    )
    weakness = (Evidence(Sentence(_("New weakness")), Sentence(ANSWERS[Answer.YES])),)
    return told + (weakness if note.rule == "AT-2" else ())


def behind(note: Note) -> tuple[Evidence, ...]:
    """The checks, the gate's criteria and the figures that a note carries."""
    values = note.values
    checks = tuple(
        Evidence(Sentence(_("Session of day {day}"), {"day": day}), Sentence(OUTCOMES[outcome]))
        for day, outcome in cast(Checks, values.get("checks", ()))
    )
    gate = listed(*((CRITERIA[line.id], line.actual) for line in cast(Sequence[Criterion], values.get("criteria", ()))))
    drift = (
        listed((_("Average pain, 7 days"), values["mean"]), (_("Average it is held against"), values["reference"]))
        if "reference" in values
        else ()
    )
    quiet = listed((_("Days without a check-in"), values["days"])) if "silence" in note.kind else ()
    return checks + gate + drift + quiet
