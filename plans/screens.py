"""The screens of the screening: which questions stand together, and in which order.

Questions that make each other more urgent (RF-G02, RF-G05, RF-B14, RF-E06 ...) are asked no later than the one that
ends the screening, so that an urgent answer never hides an emergency.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from plans.catalogue.types import Group
from plans.rules.words import Answer, Region

ADULT = 18


@dataclass(frozen=True)
class Screen:
    """One page of tick cards. site: the page also asks where the elbow hurts (QE12)."""

    slug: str
    group: Group
    title: str | Promise
    lead: str | Promise
    questions: tuple[str, ...]
    site: bool = False

    def asks(self, text: str) -> str:
        """A question's words on this screen, which may have said the beginning once for all."""
        rest = text.removeprefix(f"{self.lead} ")
        return rest[:1].upper() + rest[1:]

    def answered(self, answers: Mapping[str, Answer], site: str | None) -> bool:
        return all(id in answers for id in self.questions) and (bool(site) or not self.site)


NEW = _("Since this began, or in the last 2 weeks:")

BACK = (
    Screen("nerves", Group.EMERGENCY, _("Bladder, bowel and feeling"), NEW, ("QB1", "QB2", "QB3", "QB4", "QB5")),
    Screen("legs", Group.EMERGENCY, _("Your legs"), NEW, ("QB6", "QB7b", "QB8", "QB7a", "QB28", "QB20")),
    Screen(
        "accident",
        Group.EMERGENCY,
        _("How it began, and your body"),
        _("Is any of these true for you?"),
        ("QB9", "QB10", "QG12", "QB13", "QB15", "QG7", "QG8"),
    ),
    Screen(
        "signs",
        Group.URGENT,
        _("Signs to check today"),
        _("Is any of these true for you?"),
        ("QG3", "QG4", "QG5", "QG9", "QG10", "QG11", "QB12", "QB14", "QB16", "QB17"),
    ),
    Screen(
        "health",
        Group.REVIEW,
        _("Your health"),
        _("These can change which help comes first."),
        ("QB11", "QG6", "QG2", "QG13", "QG14", "QB22", "QB26", "QB27"),
    ),
    Screen(
        "pain",
        Group.REVIEW,
        _("Your pain"),
        _("These help to choose your plan."),
        ("QB19", "QB21", "QB18", "QB23", "QB24", "QB25", "QB29"),
    ),
)

INJURY = Screen(
    "injury",
    Group.URGENT,
    _("Your injury"),
    _("First try the straighten test. Stop if it hurts a lot."),
    ("QE3", "QE6", "QE7", "QE18"),
)

ELBOW = (
    Screen(
        "hand",
        Group.EMERGENCY,
        _("Your elbow and hand now"),
        _("Is any of these true for you?"),
        ("QE2", "QE4", "QG12", "QE9", "QG8"),
    ),
    INJURY,
    Screen(
        "signs",
        Group.URGENT,
        _("Signs to check today"),
        _("Is any of these true for you?"),
        ("QE6", "QE7", "QE5", "QE8", "QE10", "QE15", "QG3", "QG4", "QG5", "QG9", "QG10", "QG11"),
    ),
    Screen(
        "health",
        Group.REVIEW,
        _("Your health"),
        _("These can change which help comes first."),
        ("QE3", "QE11", "QE21", "QG2", "QG6", "QG7", "QG13", "QG14"),
    ),
    Screen(
        "pain",
        Group.REVIEW,
        _("Your pain"),
        _("These help to choose your plan."),
        ("QE13", "QE14", "QE22", "QE16", "QE17", "QE19", "QE20"),
        site=True,
    ),
)


def screens(region: Region, age: int, injury: Answer | None = None) -> tuple[Screen, ...]:
    """The screens for this person: without what the age or the start already answers (see `implied`).

    injury: the answer to QE1; anything but a plain no opens the injury screen.
    """
    if region is Region.BACK:
        return BACK
    known = set(implied(region, age, injury))
    if injury is Answer.NO:
        return tuple(_without(screen, known) for screen in ELBOW if screen is not INJURY)
    asked = known | set(INJURY.questions)
    return tuple(screen if screen is INJURY else _without(screen, asked) for screen in ELBOW)


def implied(region: Region, age: int, injury: Answer | None) -> dict[str, Answer]:
    """Answers that follow from the age and the start, so that nobody is asked them."""
    if region is Region.BACK:
        return {}
    grown = {"QE20": Answer.NO} if age >= ADULT else {}
    unhurt = {"QE18": Answer.NO} if injury is Answer.NO else {}
    return grown | unhurt


def _without(screen: Screen, left_out: set[str]) -> Screen:
    return replace(screen, questions=tuple(question for question in screen.questions if question not in left_out))
