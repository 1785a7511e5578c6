"""What one file says of another: nothing refers to what is not there, nothing that is needed is missing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from plans.rules.screening import AGE_QUESTION, BACK, ELBOW, GENERAL, RULES
from plans.rules.words import Condition, Disposition

from .errors import Problem
from .reading import Tree
from .types import Country

ADVICE = ("RF-B29", "RF-B30")
"""Rules without a question: the soreness advice gives them."""

BEHIND = ("pain", "advice")
"""What can stand behind a flag besides a question."""

NEEDED: dict[str, tuple[str, ...]] = {
    "questions": (AGE_QUESTION, *GENERAL, *BACK, *ELBOW),
    "flags": (*(rule.id for rule in RULES), *ADVICE),
    "dispositions": tuple(Disposition),
    "countries": ("GB", "IE", "EU", "US", "CA", "AU", "NZ", "IN", "other"),
    "conditions": tuple(Condition),
}

_PLACEHOLDER = re.compile(r"\{([^}]*)\}")


def check_references(sections: Mapping[str, Any], trees: Mapping[str, Tree]) -> Iterator[Problem]:
    """Whatever is missing, unknown or refers to nothing."""
    for name, ids in NEEDED.items():
        yield from _unlike(trees[name], ids)
    for name in ("flags", "dispositions"):
        yield from _strange_placeholders(trees[name])
    yield from _strange_questions(trees["flags"], sections["questions"])
    for stem, tree in trees.items():
        if stem.split("-")[0] in ("exercises", "cards"):
            yield from _uncited(tree, sections["sources"])


def _unlike(tree: Tree, needed: tuple[str, ...]) -> Iterator[Problem]:
    for id in needed:
        if id not in tree.value:
            yield tree.problem((), f"{id} is missing")
    for id in tree.value:
        if id not in needed:
            yield tree.problem((id,), "is not known to the rules")


def _strange_placeholders(tree: Tree) -> Iterator[Problem]:
    known = Country.placeholders()
    for place, text in tree.texts():
        for name in _PLACEHOLDER.findall(text):
            if name not in known:
                yield tree.problem(place, f"{{{name}}} is not one of {', '.join(sorted(known))}")


def _strange_questions(tree: Tree, questions: Mapping[str, Any]) -> Iterator[Problem]:
    for id, fields in tree.value.items():
        for part in ("said", "also"):
            for behind in fields.get(part, ()):
                if behind not in questions and behind not in BEHIND:
                    yield tree.problem((id, part, behind), "there is no such question")


def _uncited(tree: Tree, sources: Mapping[str, Any]) -> Iterator[Problem]:
    for slug, fields in tree.value.items():
        for number, id in enumerate(fields["sources"]):
            if id not in sources:
                yield tree.problem((slug, "sources", number), f"there is no source {id}")
