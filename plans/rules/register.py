"""The project's own list of every rule id: what it says, where it comes from, and what is left out on purpose.

The entries are in register/*.yaml, in the order of the rule book. docs/rules.md is made from them.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

FOLDER = Path(__file__).parent / "register"
Sentence = Annotated[str, Field(min_length=5, max_length=300)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RuleEntry(_Part):
    """A rule or a feature row.

    source: evidence mark S (seed document), V (read), R (recalled) or E (engineering consensus) and a short citation.
    carried_by: it is done by these other rules. shown_in and words: these words in that file do it. left_out: the
    reason why it is not done. note: where what is done differs from what was asked for.
    """

    id: str
    section: str
    text: Sentence
    source: Annotated[str, Field(min_length=3, max_length=160)]
    carried_by: tuple[str, ...] = ()
    shown_in: str | None = None
    words: str | None = None
    left_out: Sentence | None = None
    note: Sentence | None = None

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if (self.shown_in is None) is not (self.words is None):
            raise ValueError("shown_in and words go together")
        if self.left_out and (self.carried_by or self.shown_in):
            raise ValueError("what is left out is neither carried by a rule nor shown in a file")
        return self


class _Section(_Part):
    section: str
    rules: dict[str, dict[str, object]]


def _order(path: Path) -> int:
    """Files are named by their section: 9-features.yaml comes before 12-definitions.yaml."""
    return int(path.name.split("-")[0])


@cache
def register() -> dict[str, RuleEntry]:
    """Every rule by id, in the order of the rule book, read once.

    Raises ValueError for an id that stands twice or that is said to be carried by an unknown rule.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    sections = TypeAdapter(list[_Section])
    entries: dict[str, RuleEntry] = {}
    for path in sorted(FOLDER.glob("*.yaml"), key=_order):
        parts = sections.validate_python(yaml.load(path.read_text(encoding="utf-8"), Loader=loader))  # noqa: S506 both are safe
        for part in parts:
            for id, fields in part.rules.items():
                if id in entries:
                    raise ValueError(f"{id} stands twice in the register")
                entries[id] = RuleEntry.model_validate({**fields, "id": id, "section": part.section})
    for entry in entries.values():
        if unknown := set(entry.carried_by) - set(entries):
            raise ValueError(f"{entry.id} is carried by {', '.join(sorted(unknown))}, which is no rule")
    return entries


def source_of(rule_id: str) -> str:
    """Where a rule comes from, in short. Raises KeyError for an unknown id."""
    return register()[rule_id].source
