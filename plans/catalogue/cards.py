"""Cards: the short texts beside a plan that explain, teach a technique or set what to expect. They decide nothing."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from plans.rules.limits import Document
from plans.rules.protocol import Slug, Text
from plans.rules.words import Condition, Sport, StageId

PLACES: Final = (
    "today",
    "rest-day",
    "check-in",
    "warm-up",
    "screening",
    "expectation",
    "plan",
    "help",
)
"""Where a card can stand, apart from places with a name of their own (see `_known_place`)."""

WEEKS: Final = ("1", "2", "4", "6")


def _known_place(place: str) -> str:
    kind, colon, name = place.partition(":")
    known = {
        "stage": tuple(StageId),
        "checkpoint": WEEKS,
        "technique": (name,) if name else (),
    }.get(kind, ())
    if (colon and name in known) or (not colon and place in PLACES):
        return place
    named = "stage:<stage>, checkpoint:<week>, technique:<name>"
    raise ValueError(f"{place} is no place for a card; those are {', '.join(PLACES)}, {named}")


CardPlace = Annotated[str, Field(max_length=60), AfterValidator(_known_place)]

# The ids of the rule book: SF0-001, RF-B29, ST-G4, DM-1, IM-2, MW-4, PM-4, C-05, AT-6 and so on.
Embodied = Annotated[
    str, Field(pattern=r"^(SF\d-\d{3}|RF-[GBE]\d{2}|RF-W\d|ST-G\d{1,2}|(DM|IM|MW|PM|AT|SB)-\d{1,2}|(PT|C|DF)-\d{2})$")
]


class Card(Document):
    """A card, one idea long.

    where: the pages that may show it. conditions and sports: for whom; empty is everyone.
    implements: the rows and rules of the rule book that it embodies.
    """

    id: Slug
    title: Annotated[str, Field(min_length=2, max_length=60)]
    body: tuple[Text, ...] = Field(min_length=1, max_length=8, description="paragraphs, or the points of a list")
    listed: bool = Field(False, description="the body is a list of points, after its first paragraph")
    where: tuple[CardPlace, ...] = Field(min_length=1)
    conditions: tuple[Condition, ...] = ()
    sports: tuple[Sport, ...] = ()
    sources: tuple[Slug, ...] = Field(min_length=1)
    implements: tuple[Embodied, ...] = Field(min_length=1)

    def is_for(self, condition: Condition | None, sport: Sport | None) -> bool:
        """Whether this person should see it. A card for some is not shown to those who named nothing."""
        return (not self.conditions or condition in self.conditions) and (not self.sports or sport in self.sports)
