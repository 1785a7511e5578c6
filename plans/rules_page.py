"""docs/rules.md: the register with where each rule is done and tested, as tables."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from plans.rules.register import RuleEntry
from plans.rules_index import Index, Place

HEAD = """# The rules, where they are and what tests them

Made by `python manage.py rules_doc` from the register (`plans/rules/register/`) and from the ids named in the code, the
content and the tests. Change those, not this page. Seeds 0 to 4 are the five documents that the rule book began from;
evidence marks: S seed document, V published and read, R published and recalled, E engineering consensus.
"""
LEFT_OUT = """
## Left out on purpose

| id | what it says | why it is left out |
|---|---|---|
"""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _places(places: Iterable[Place]) -> str:
    """Each file once, with the names in it that carry the rule."""
    lines = []
    for file, group in groupby(sorted(places), key=lambda place: place.file):
        scopes = ", ".join(place.scope for place in group if place.scope)
        lines.append(f"`{file}` {scopes}".strip())
    return "<br>".join(lines)


def _how(entry: RuleEntry, index: Index) -> str:
    parts = [_places(index.done.get(entry.id, ()))]
    if entry.shown_in:
        parts.append(f'`{entry.shown_in}` "{entry.words}"')
    if entry.carried_by:
        parts.append(f"by {', '.join(entry.carried_by)}")
    if entry.note:
        parts.append(f"*{entry.note}*")
    return _cell("<br>".join(part for part in parts if part))


def _section(title: str, entries: Iterable[RuleEntry], index: Index) -> Iterator[str]:
    yield f"\n## {title}\n\n| id | what it says | source | where | tests |\n|---|---|---|---|---|\n"
    for entry in entries:
        tests = _cell(_places(index.tested.get(entry.id, ())))
        yield f"| {entry.id} | {_cell(entry.text)} | {_cell(entry.source)} | {_how(entry, index)} | {tests} |\n"


def page(rules: Mapping[str, RuleEntry], index: Index) -> str:
    """The whole page; the same rules and files always give the same text."""
    kept = [entry for entry in rules.values() if not entry.left_out]
    out = [entry for entry in rules.values() if entry.left_out]
    parts = [HEAD]
    for title, entries in groupby(kept, key=lambda entry: entry.section):
        parts.extend(_section(title, entries, index))
    parts.append(LEFT_OUT)
    parts.extend(f"| {entry.id} | {_cell(entry.text)} | {_cell(entry.left_out or '')} |\n" for entry in out)
    return "".join(parts)
