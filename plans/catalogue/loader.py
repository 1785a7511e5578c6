"""All files of the catalogue made into one checked value. Every fault found is reported, not only the first."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from plans.rules.limits import Document
from plans.rules.protocol import Exercise, Protocol, Source
from plans.rules.words import Condition

from . import reading
from .cards import Card
from .errors import CatalogueError, Problem
from .patterns import Patterns
from .protocols import compiled
from .reading import Tree, parse, read
from .references import check_references
from .types import Catalogue, ConditionText, Country, DispositionText, FlagText, Place, Question

D = TypeVar("D", bound=Document)
Trees = dict[str, Tree]

NEEDED = (
    *("questions", "flags", "dispositions", "countries", "conditions", "places", "patterns", "cards"),
    *("exercises", "sources", "common", *Condition),
)

IN_PARTS = ("exercises", "sources", "cards")
"""Files that may be split: exercises.yaml, exercises-back.yaml and so on."""


def load(folder: Path) -> Catalogue:
    """Read every file of the folder. Raises CatalogueError with all that is wrong."""
    problems: list[Problem] = []
    trees: Trees = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            trees[path.stem] = read(path)
        except CatalogueError as error:
            problems.extend(error.problems)
    _stop_at(problems)
    problems.extend(_files(trees))
    _stop_at(problems)
    sections = _sections(trees, problems)
    _stop_at(problems)
    sections["protocols"] = _protocols(folder, sections, problems)
    problems.extend(check_references(sections, trees))
    _stop_at(problems)
    return Catalogue.model_construct(**sections)


def _stop_at(problems: list[Problem]) -> None:
    if problems:
        raise CatalogueError(problems)


def _files(trees: Trees) -> Iterator[Problem]:
    """A file that is missing, and one that nothing reads: most likely its name is misspelt."""
    whole = {stem.split("-")[0] if stem.split("-")[0] in IN_PARTS else stem for stem in trees}
    for name in NEEDED:
        if name not in whole:
            yield Problem(f"{name}.yaml", 0, "", "the file is missing")
    for name in whole - set(NEEDED):
        if not name.endswith("-common"):
            yield Problem(f"{name}.yaml", 0, "", "no file of this name belongs to the catalogue")


def _sections(trees: Trees, problems: list[Problem]) -> dict[str, Any]:
    return {
        "questions": _entries(trees, "questions", Question, problems, "id"),
        "flags": _entries(trees, "flags", FlagText, problems, "id"),
        "patterns": parse(Patterns, trees["patterns"], problems),
        "dispositions": _entries(trees, "dispositions", DispositionText, problems),
        "countries": _entries(trees, "countries", Country, problems, "code"),
        "conditions": _entries(trees, "conditions", ConditionText, problems),
        "places": tuple(_entries(trees, "places", Place, problems, "id").values()),
        "exercises": _entries(trees, "exercises", Exercise, problems, "id"),
        "sources": _entries(trees, "sources", Source, problems, "id"),
        "cards": _entries(trees, "cards", Card, problems, "id"),
    }


def _entries(trees: Trees, name: str, kind: type[D], problems: list[Problem], id: str = "") -> dict[str, D]:
    """The entries of NAME.yaml and NAME-*.yaml, in their order. id: the field that repeats the key, if any."""
    found: dict[str, D] = {}
    for stem in (stem for stem in trees if stem == name or stem.startswith(f"{name}-")):
        tree = trees[stem]
        for key in tree.value:
            if key in found:
                problems.append(tree.problem((key,), "is in another file already"))
            elif (entry := _entry(tree, key, kind, problems, id)) is not None:
                found[key] = entry
    return found


def _entry(tree: Tree, key: str, kind: type[D], problems: list[Problem], id: str) -> D | None:
    within: reading.Place = (key,)
    part = tree.at(key)
    if not isinstance(part.value, dict):
        problems.append(part.problem((), "must be keys and values", within))
        return None
    if id in part.value:
        problems.append(part.problem((id,), "is the key already; leave it out", within))
        return None
    return parse(kind, Tree({**part.value, id: key} if id else part.value, part.marks), problems, within)


def _protocols(folder: Path, sections: dict[str, Any], problems: list[Problem]) -> dict[Condition, Protocol]:
    found = {}
    for condition in Condition:
        protocol = compiled(condition, folder, sections["exercises"], sections["sources"], problems)
        if protocol is not None:
            found[condition] = protocol
    return found
