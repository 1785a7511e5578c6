"""YAML read with a memory of where everything stands, so that any later fault can name its line.

Only plain data is accepted: no tags, no anchors and aliases (a short file of aliases can unfold into gigabytes,
and `extends` shares what is shared), no key twice, no key that is not text.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from .errors import CatalogueError, Problem

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where it is there: the same data ten times as fast."""

MOST_BYTES = 1_000_000
DEEPEST = 30

Key = str | int
T = TypeVar("T")
Place = tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Mark:
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class Tree:
    """Plain data and, for every key and item in it, the file and line where it was written."""

    value: Any
    marks: dict[Place, Mark] = field(default_factory=dict)

    def at(self, *place: Key) -> "Tree":
        """The part under a place that exists."""
        value = self.value
        for key in place:
            value = value[key]
        size = len(place)
        return Tree(value, {path[size:]: mark for path, mark in self.marks.items() if path[:size] == place})

    def get(self, *place: Key) -> Any:
        """What stands at a place, or None."""
        value = self.value
        for key in place:
            try:
                value = value[key]
            except (KeyError, IndexError, TypeError):
                return None
        return value

    def texts(self) -> Iterator[tuple[Place, str]]:
        """Every text in it and where it stands."""
        for place in self.marks:
            if isinstance(value := self.get(*place), str):
                yield place, value

    def mark(self, place: Place) -> Mark:
        """Where a place, or else the nearest thing around it, was written."""
        for size in range(len(place), -1, -1):
            if found := self.marks.get(place[:size]):
                return found
        return Mark("catalogue", 0)

    def problem(self, place: Place, message: str, within: Place = ()) -> Problem:
        """A fault here; within is where this tree stands in its file."""
        mark = self.mark(place)
        return Problem(mark.file, mark.line, dotted(within + place), message)


def dotted(place: Place) -> str:
    """A place as people read it; items of a list are counted from 1."""
    return ".".join(str(key + 1) if isinstance(key, int) else key for key in place if key != "[key]")


def merge(base: Tree, over: Tree) -> Tree:
    """Deep merge: mappings merge by key, anything else in over replaces what base has."""
    if not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    value: dict[str, Any] = {}
    marks: dict[Place, Mark] = {}
    if whole := over.marks.get(()) or base.marks.get(()):
        marks[()] = whole
    for key in {**base.value, **over.value}:
        sides = [tree.at(key) for tree in (base, over) if key in tree.value]
        part = merge(*sides) if len(sides) == 2 else sides[0]
        value[key] = part.value
        marks.update({(key, *path): mark for path, mark in part.marks.items()})
    return Tree(value, marks)


# Reading ------------------------------------------------------------------------------------------


def read(path: Path) -> Tree:
    """Read one file. Raises CatalogueError for anything but one document of plain, sane data."""
    name = path.name
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise _refused(name, 0, f"the file is larger than {MOST_BYTES // 1_000_000} MB")
        text = raw.decode("utf-8")
    except OSError as error:
        raise _refused(name, 0, f"the file cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _refused(name, line, "the file is not UTF-8 text") from error
    try:
        _check_shape(name, text)
        return _build(name, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(name, mark.line + 1 if mark else 0, f"broken YAML: {error.problem}") from error
    except yaml.YAMLError as error:
        raise _refused(name, 0, f"broken YAML: {error}") from error


def _refused(file: str, line: int, message: str) -> CatalogueError:
    return CatalogueError([Problem(file, line, "", message)])


def _check_shape(name: str, text: str) -> None:
    """Refuse aliases and deep nesting before anything is built from them."""
    depth = 0
    for event in yaml.parse(text, Loader=Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _refused(name, line, "anchors and aliases (& and *) are refused; write it out or use extends")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEEPEST:
            raise _refused(name, line, f"nested more than {DEEPEST} deep")


def _build(name: str, text: str) -> Tree:
    loader = Loader(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return Tree({}, {(): Mark(name, 1)})
        marks: dict[Place, Mark] = {(): Mark(name, 1)}
        value = _value(loader, name, node, (), marks)
    finally:
        loader.dispose()
    if not isinstance(value, dict):
        raise _refused(name, 1, "the file must hold keys and values")
    return Tree(value, marks)


def _value(loader: yaml.SafeLoader, name: str, node: yaml.Node, place: Place, marks: dict[Place, Mark]) -> Any:
    if isinstance(node, yaml.SequenceNode):
        items = []
        for number, item in enumerate(node.value):
            marks[(*place, number)] = Mark(name, item.start_mark.line + 1)
            items.append(_value(loader, name, item, (*place, number), marks))
        return items
    if not isinstance(node, yaml.MappingNode):
        return _scalar(loader, name, node, place)
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not (isinstance(key_node, yaml.ScalarNode) and key_node.tag == "tag:yaml.org,2002:str"):
            shown = key_node.value if isinstance(key_node, yaml.ScalarNode) else "here"
            message = f"the key {shown} is not text; put it in quotes"
            raise CatalogueError([Problem(name, line, dotted(place), message)])
        key = key_node.value
        if key in values:
            raise CatalogueError([Problem(name, line, dotted((*place, key)), "this key stands here twice")])
        marks[(*place, key)] = Mark(name, line)
        values[key] = _value(loader, name, value_node, (*place, key), marks)
    return values


def _scalar(loader: yaml.SafeLoader, name: str, node: yaml.Node, place: Place) -> Any:
    """A word, number, date or nothing. A date such as 2026-02-31 is found out only here."""
    try:
        return loader.construct_object(node)
    except (ValueError, OverflowError) as error:
        line = node.start_mark.line + 1
        raise CatalogueError([Problem(name, line, dotted(place), f"cannot be read: {error}")]) from error


# Checking against a type --------------------------------------------------------------------------

_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text (a number or yes/no needs quotes)",
    "dict_type": "must be keys and values",
    "model_type": "must be keys and values",
    "tuple_type": "must be a list",
    "string_too_short": "is too short",
}


def parse(
    kind: type[T],
    tree: Tree,
    problems: list[Problem],
    within: Place = (),
    written: Callable[[Place], Place] = lambda place: place,
) -> T | None:
    """The tree as a typed value; or None, with what is wrong added to problems.

    within: where the tree stands in its file. written: a place of the value as the place where it was written.
    """
    try:
        return TypeAdapter(kind).validate_python(tree.value)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            message = _WORDS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
            problems.append(tree.problem(written(fault["loc"]), message, within))
        return None
