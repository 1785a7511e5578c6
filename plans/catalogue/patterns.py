"""The types of patterns.yaml: the words of the pattern questions, the self-tests and the patterns."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plans.rules.limits import Document
from plans.rules.pattern import Withheld
from plans.rules.pattern_questions import QUESTIONS, SELF_TESTS
from plans.rules.pattern_signs import Confidence, Pattern
from plans.rules.protocol import Text

Short = Annotated[str, Field(min_length=2, max_length=80)]
RuleIds = Annotated[tuple[str, ...], Field(description="ids of the rule book that these words carry out")]
YES_NO = {"yes": "Yes", "not_sure": "Not sure", "no": "No"}
SCALES = {"score": "ST-13", "percent": "ST-15"}


class PatternQuestion(Document):
    implements: RuleIds
    text: Text
    help: str = Field("", max_length=300)
    choices: dict[str, Short] = YES_NO


class PatternTest(Document):
    """A self-test; stop: the words that end it. scale: a number is asked in place of choices."""

    title: Short
    needs: str = Field("", max_length=80)
    steps: tuple[Text, ...] = Field(min_length=1)
    stop: Text
    text: Text
    choices: dict[str, Short] = {}
    scale: Literal["score", "percent"] | None = None


class PatternText(Document):
    implements: RuleIds
    title: Short
    looks: Text
    plan: Text


class Patterns(Document):
    """Everything said about patterns. {pattern}, {chosen} and {gentler} stand for titles of patterns."""

    lead_in: Text
    questions: dict[str, PatternQuestion]
    test_lead_in: Text
    self_tests: dict[str, PatternTest]
    patterns: dict[Pattern, PatternText]
    confidence: dict[Confidence, Text]
    nothing: Text
    tie: Text
    disagrees: Text
    disagrees_gentler: Text
    withheld: dict[Withheld, Text]
    refer: dict[str, Text]

    @model_validator(mode="after")
    def _answers_are_those_of_the_rules(self) -> Self:
        for said, asked in ((self.questions, QUESTIONS), (self.self_tests, SELF_TESTS)):
            if list(said) != list(asked):
                raise ValueError(f"needs {', '.join(asked)}, in this order")
            for id, words in said.items():
                scale = getattr(words, "scale", None)
                if scale is None and set(words.choices) != set(asked[id].choices):
                    raise ValueError(f"{id}: the choices are {', '.join(asked[id].choices)}")
                if scale is not None and (SCALES[scale] != id or words.choices):
                    raise ValueError(f"{id}: takes no {scale}, or has choices as well")
        return self

    @model_validator(mode="after")
    def _nothing_is_missing(self) -> Self:
        for name, kind in (("patterns", Pattern), ("confidence", Confidence), ("withheld", Withheld)):
            if missing := set(kind) - set(getattr(self, name)):
                raise ValueError(f"{name}: {', '.join(sorted(missing))} is missing")
        return self


def patterns() -> Patterns:
    """The words as shipped, read with the rest of the catalogue. Raises CatalogueError."""
    from . import catalogue  # the catalogue's types name Patterns

    return catalogue().patterns
