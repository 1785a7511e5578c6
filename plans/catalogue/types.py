"""The types of the catalogue's content, apart from the protocol's own (plans/rules/protocol.py)."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from plans.rules.limits import Document
from plans.rules.protocol import Exercise, Protocol, Slug, Source, Text
from plans.rules.words import Answer, Condition, Disposition, Region

from .cards import Card
from .patterns import Patterns

QuestionId = Annotated[str, Field(pattern=r"^Q[GBE]\d{1,2}[ab]?$")]
RuleId = Annotated[str, Field(pattern=r"^RF-[GBE]\d\d$")]
CountryCode = Annotated[str, Field(pattern=r"^([A-Z]{2}|other)$")]
PhoneNumber = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 ]{1,18}$")]
Short = Annotated[str, Field(min_length=2, max_length=80)]


# Questions ----------------------------------------------------------------------------------------


class QuestionRegion(StrEnum):
    GENERAL = "general"
    BACK = "back"
    ELBOW = "elbow"


class Kind(StrEnum):
    YES_NO = "yes_no"
    CHOICE = "choice"
    NUMBER = "number"


class Group(StrEnum):
    """The screens of the screening, in the order in which they are shown."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    REVIEW = "review"
    ABOUT = "about"


class SelfTest(Document):
    """Something to try before answering."""

    title: Short
    steps: tuple[Text, ...] = Field(min_length=1)
    only_injured: bool = False


class Question(Document):
    """A question of the screening, in plain words with the exact meaning of the rule book, section 1."""

    id: QuestionId
    region: QuestionRegion
    group: Group
    kind: Kind = Kind.YES_NO
    text: Text
    short: Short = Field(description="the label in the list behind 'anything new?'")
    help: str = Field("", max_length=600)
    choices: dict[str, Short] = {}
    test: SelfTest | None = None

    @model_validator(mode="after")
    def _choices_belong_to_choice(self) -> Self:
        if (self.kind is Kind.CHOICE) is not bool(self.choices):
            raise ValueError("a question of kind choice needs choices, any other has none")
        return self


# What a red flag and a disposition say ------------------------------------------------------------


class FlagText(Document):
    """Why a rule sends somebody to be checked, and what to say on the phone (MW-1, MW-2).

    said: the person's own answer, by question id ("pain" and "advice" where no question is behind it), as
    words that follow both "You said that" and "You were not sure whether".
    also: answers that make the rule more urgent or complete, named when they were yes.
    why: words that follow "This needs checking because".
    """

    id: RuleId
    said: dict[str, Text] = Field(min_length=1)
    also: dict[str, Text] = {}
    why: Text
    say: Text
    extra: str = Field("", max_length=600, description="what the page adds; may hold placeholders")

    @property
    def because(self) -> str:
        """The reason where the answers are not at hand: it names all that could be behind it."""
        return f"You said that {_joined(self.said.values(), 'or that')}. {self._why()}"

    def reason(self, answers: Mapping[str, Answer]) -> str:
        """The reason in the person's own answers: those with yes, else those with "not sure"."""
        yes = [text for id, text in self.said.items() if answers.get(id) is Answer.YES]
        if yes:
            yes += [text for id, text in self.also.items() if answers.get(id) is Answer.YES]
            return f"You said that {_joined(yes, 'and that')}. {self._why()}"
        unsure = [text for id, text in self.said.items() if answers.get(id) is Answer.NOT_SURE]
        if unsure:
            return f"You were not sure whether {_joined(unsure, 'or whether')}. {self._why()}"
        return self.because

    def _why(self) -> str:
        return f"This needs checking because {self.why}."


def _joined(texts: Iterable[str], word: str) -> str:
    return f", {word} ".join(texts)


class Call(StrEnum):
    """Which number a page offers first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    NONE = "none"


class DispositionText(Document):
    """One of the five outcomes of a screening. Its texts may hold a country's placeholders (Country.fill)."""

    title: Text
    lead: Text
    call: Call
    do: tuple[Text, ...] = Field(min_length=1)
    bring: tuple[Text, ...] = ()
    leave: tuple[Text, ...] = Field((), description="what not to do before being seen")
    after: str = Field("", max_length=300, description="what opens a plan afterwards")
    unsure: str = Field("", max_length=300, description="added where a hit came from not sure (G-1)")


class Country(Document):
    """Whom to call. urgent_number is None where one number does not serve the whole country."""

    code: CountryCode
    name: Short
    emergency_number: PhoneNumber
    emergency_also: PhoneNumber | None = None
    emergency_place: Short
    urgent_name: Short
    urgent_number: PhoneNumber | None = None
    urgent_hint: Text
    doctor: Short

    def fill(self, text: str) -> str:
        """Put this country's words in a text's placeholders, such as {emergency_number} and {doctor}."""
        for name, words in self.words().items():
            text = text.replace("{" + name + "}", words)
        return text

    @staticmethod
    def placeholders() -> frozenset[str]:
        return frozenset(
            ("emergency_number", "emergency_place", "urgent_name", "urgent_number", "urgent_hint", "doctor")
        )

    def words(self) -> dict[str, str]:
        """Placeholder to words. A service without one number stands under its name."""
        return {
            "emergency_number": self.emergency_number,
            "emergency_place": self.emergency_place,
            "urgent_name": self.urgent_name,
            "urgent_number": self.urgent_number or self.urgent_name,
            "urgent_hint": self.urgent_hint,
            "doctor": self.doctor,
        }


# Conditions ---------------------------------------------------------------------------------------


class ConditionText(Document):
    title: Short
    plain: Text = Field(description="what it feels like, in words that name no illness")
    where: Short
    region: Literal[Region.BACK, Region.ELBOW]


class Place(Document):
    """An answer to "where does it hurt?" (PT-01): the region to screen, the condition it may fit."""

    id: Slug
    text: Short
    help: str = Field("", max_length=300)
    region: Region | None = Field(None, description="None: no plan here is for this place")
    condition: Condition | None = None
    site: Literal["outer", "inner", "front", "back"] | None = Field(None, description="the answer to QE12")


# All of it ----------------------------------------------------------------------------------------


class Catalogue(Document):
    """Everything shipped, by id."""

    questions: dict[QuestionId, Question]
    flags: dict[RuleId, FlagText]
    patterns: Patterns
    dispositions: dict[Disposition, DispositionText]
    countries: dict[CountryCode, Country]
    conditions: dict[Condition, ConditionText]
    places: tuple[Place, ...] = ()
    exercises: dict[Slug, Exercise]
    sources: dict[Slug, Source]
    protocols: dict[Condition, Protocol]
    cards: dict[Slug, Card] = {}
