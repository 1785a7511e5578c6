"""An answer of the diary in a few words: "morning 3", "75 % done"."""

from typing import Any

from django.utils.translation import gettext as _

from plans.catalogue import catalogue
from plans.forms.checkin import FLAGS
from plans.rules.phrases import ANSWERS
from plans.rules.words import Answer


def said(name: str, value: Any) -> str:
    if value is None or value == [] or value == {}:
        return _("nothing")
    match name:
        case "dose":
            return _("%(percent)s %% done") % {"percent": value}
        case "flags":
            words = dict(FLAGS)
            return ", ".join(str(words.get(flag, flag)).lower() for flag in value)
        case "answers":
            return "; ".join(f"{_short(id)}: {_(ANSWERS[Answer(answer)])}" for id, answer in value.items())
        case "new_weakness":
            return _("new weakness") if value else _("no new weakness")
        case "rescreened":
            return _("all safety questions answered")
    return f"{_NAMES[name]()} {value}" if name in _NAMES else str(value)


def _short(id: str) -> str:
    question = catalogue().questions.get(id)
    return question.short if question else id


_NAMES = {
    "pain": lambda: _("average"),
    "morning": lambda: _("morning"),
    "during": lambda: _("worst during"),
    "after": lambda: _("worst after"),
    "before": lambda: _("before"),
}
