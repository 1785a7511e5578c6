"""Where each rule of the register is done and tested, found by its id in the project's own files.

An id counts where it stands as a whole token, in code, comment, text or content; "X to Y" names every rule between the
two, and a test may carry an id in its name, in small letters. What is found becomes docs/rules.md, and what is missing
fails the check.
"""

import ast
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from plans.rules.register import RuleEntry

DONE_IN = ("plans", "accounts", "templates")
TESTED_IN = ("tests",)
KINDS = (".py", ".yaml", ".html", ".txt", ".json")
# The register only lists, and the index and its tests speak of ids that are invented or meant as examples.
NOT_READ = ("plans/rules/register", "plans/rules_index.py", "plans/rules_page.py", "tests/plans/test_rules_index.py")

_ID = (
    r"(?<![\w-])(?:SF\d-\d{3}|RF-[A-Z]\d{1,2}|ST-G?\d{1,2}|(?:PT|DM|SB|PM|AT|IM|MW|OM|DF)-\d{1,2}|C-\d{2}|[MG]-\d"
    r"|(?<!\.)(?:5\.2/\d|6\.4/\d)|Q[GBE]\d{1,2}[ab]?)(?![\w-])(?!\.\d)"
)
_NAMED = re.compile(rf"(?P<first>{_ID})(?:\s+(?:to|\u2013)\s+(?P<last>{_ID}|[A-Z]?\d{{1,2}}\b))?")
_IN_NAME = re.compile(
    r"(?<=_)(sf\d_\d{3}|rf_[a-z]\d\d|st_g?\d{1,2}|(?:pt|dm|sb|pm|at|im|mw|om|df)_\d{1,2}|c_\d\d|[mg]_\d|q[gbe]\d{1,2}[ab]?)(?=_|$)"
)
_TEST = re.compile(r"^ *def (test_\w+)", re.MULTILINE)
_PARTS = re.compile(r"(.*?)(\d+)([ab]?)")


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A file, and in Python the function, class or name whose lines name the rule; "" for the module itself."""

    file: str
    scope: str = ""


@dataclass(slots=True)
class Index:
    """What was found. unknown: ids that look like rules but are none, with the file that names them."""

    done: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    tested: dict[str, set[Place]] = field(default_factory=lambda: defaultdict(set))
    unknown: set[tuple[str, str]] = field(default_factory=set)


def _split(id: str) -> tuple[str, int]:
    found = _PARTS.fullmatch(id)
    assert found  # noqa: S101 every id ends in a number
    return found[1], int(found[2])


def named(text: str, ids: Mapping[str, object]) -> Iterator[tuple[int, str]]:
    """Each rule id in a text, with the place where it stands. A range names the rules of ids between its ends."""
    for found in _NAMED.finditer(text):
        first, last = found["first"], found["last"]
        yield found.start(), first
        if last is None:
            continue
        prefix, start = _split(first)
        other, end = _split(last)
        if not prefix.endswith(other):
            yield found.start("last"), last
            continue
        for id in ids:
            if id[: len(prefix)] == prefix and id != first:
                same, number = _split(id)
                if same == prefix and start <= number <= end:
                    yield found.start(), id
        if other == prefix and last not in ids:
            yield found.start("last"), last


def _in_test_names(source: str) -> Iterator[tuple[str, str]]:
    """Ids in the names of test functions, such as sb_2 for the second step-back, with the name."""
    for test in _TEST.finditer(source):
        for found in _IN_NAME.finditer(test[1]):
            small = found[1]
            id = small.upper().replace("_", "-")
            yield (id[:-1] + small[-1] if small[-1] in "ab" else id), test[1]


def _scopes(source: str) -> dict[int, str]:
    """The innermost function, class or assigned name of every line of a module that has one."""
    lines: dict[int, str] = {}

    def walk(nodes: list[ast.stmt], within: str) -> None:
        for node in nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{within}.{node.name}" if within else node.name
                first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
                lines.update(dict.fromkeys(range(first, (node.end_lineno or first) + 1), name))
                walk(node.body, name)
            elif isinstance(node, ast.Assign | ast.AnnAssign) and not within:
                target = node.targets[0] if isinstance(node, ast.Assign) else node.target
                if isinstance(target, ast.Name):
                    lines.update(dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), target.id))

    walk(ast.parse(source).body, "")
    return lines


def _read(root: Path, folders: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            name = path.relative_to(root).as_posix()
            if path.suffix in KINDS and "/migrations/" not in name and not name.startswith(NOT_READ):
                yield name, path.read_text(encoding="utf-8")


def _found(name: str, text: str, ids: Mapping[str, object]) -> Iterator[tuple[str, Place]]:
    hits = list(named(text, ids))
    if not hits:
        return
    if not name.endswith(".py"):
        yield from ((id, Place(name)) for _, id in hits)
        return
    scopes = _scopes(text)
    line_ends = [found.start() for found in re.finditer("\n", text)]
    for position, id in hits:
        yield id, Place(name, scopes.get(bisect_left(line_ends, position) + 1, ""))


def scan(root: Path, rules: Mapping[str, RuleEntry]) -> Index:
    """Read the project under root and find every rule that it names."""
    index = Index()
    for name, text in _read(root, DONE_IN):
        for id, place in _found(name, text, rules):
            if id in rules:
                index.done[id].add(place)
            else:
                index.unknown.add((id, name))
    for name, text in _read(root, TESTED_IN):
        for id, place in _found(name, text, rules):
            index.tested[id].add(place)
        for id, test in _in_test_names(text):
            index.tested[id].add(Place(name, test))
    return index


def shown(root: Path, entry: RuleEntry) -> bool:
    """Whether the words by which the register says that a row is done stand in the file that it names."""
    if entry.shown_in is None or entry.words is None:
        return False
    path = root / entry.shown_in
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    return " ".join(entry.words.split()).lower() in " ".join(text.split()).lower()


def _is_done(id: str, root: Path, rules: Mapping[str, RuleEntry], index: Index, via: tuple[str, ...] = ()) -> bool:
    entry = rules[id]
    if entry.left_out or id in via:
        return False
    if index.done.get(id) or shown(root, entry):
        return True
    return bool(entry.carried_by) and all(_is_done(by, root, rules, index, (*via, id)) for by in entry.carried_by)


def problems(root: Path, rules: Mapping[str, RuleEntry], index: Index) -> list[str]:
    """What the check fails for: a rule done nowhere, one in code that no test names, an id that is no rule."""
    found = []
    for id, entry in rules.items():
        if entry.left_out:
            continue
        if entry.shown_in and not shown(root, entry):
            found.append(f'{id}: {entry.shown_in} does not say "{entry.words}"')
        elif not _is_done(id, root, rules, index):
            by = f" (nor all of {', '.join(entry.carried_by)})" if entry.carried_by else ""
            found.append(f"{id} is implemented nowhere{by}: {entry.text}")
        in_code = sorted(place.file for place in index.done.get(id, ()) if place.file.endswith(".py"))
        if in_code and not index.tested.get(id):
            found.append(f"{id} is implemented in {in_code[0]} and named by no test")
    found += [f"{name} names {id}, which is not in the register" for id, name in sorted(index.unknown)]
    return found
