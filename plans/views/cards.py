"""Which of the catalogue's cards stand where. A card explains; it decides nothing."""

from collections.abc import Iterator

from plans.catalogue import catalogue
from plans.catalogue.cards import Card
from plans.models import Plan
from plans.rules.words import Condition, Sport, StageId

# The name of a technique, and the part of an exercise's id that it belongs to.
TECHNIQUES = {"deadlift": "deadlift", "squat": "squat", "running": "run", "trampoline": "jump"}
SHOWN_A_DAY = 2


def _for(plan: Plan) -> Iterator[Card]:
    condition, sport = Condition(plan.condition), Sport(plan.sport) if plan.sport else None
    return (card for card in catalogue().cards.values() if card.is_for(condition, sport))


def at(plan: Plan, *places: str) -> list[Card]:
    """The cards of these places, each once, in the catalogue's order."""
    return [card for card in _for(plan) if set(places) & set(card.where)]


def of_day(plan: Plan, place: str, stage: StageId, day: int) -> list[Card]:
    """A few of a place's cards, others tomorrow: a page that says everything every day is not read.

    A card that names stages as well waits for one of them.
    """
    found = []
    for card in at(plan, place):
        stages = [where for where in card.where if where.startswith("stage:")]
        if not stages or f"stage:{stage}" in stages:
            found.append(card)
    first = (day - 1) * SHOWN_A_DAY % max(len(found), 1)
    return (found + found)[first : first + min(SHOWN_A_DAY, len(found))]


def of_exercises(plan: Plan, exercises: list[str]) -> list[Card]:
    """Technique cards and gates for what is done today: the deadlift gate stands before the first deadlift."""
    names = [name for name, part in TECHNIQUES.items() if any(part in exercise.split("-") for exercise in exercises)]
    return at(plan, *(f"technique:{name}" for name in names)) if names else []
