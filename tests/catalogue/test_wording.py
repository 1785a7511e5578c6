"""Every text of the catalogue, held to what the rule book says about words."""

import re
from collections.abc import Iterator

import pytest

from plans.catalogue import FOLDER, catalogue
from plans.catalogue.reading import read
from plans.rules.protocol import Stage
from plans.rules.words import Condition, StageId

from .wording import EARLY, FINE, FIRST_TWO, FORBIDDEN, Forbidden

NOT_DONE = ("avoid", "leave", "mistakes", "stop", "step_back_sign")
"""Fields that say what is not to be done."""


def written() -> Iterator[tuple[str, str]]:
    """Every text in every file, under `file:place`."""
    for path in sorted(FOLDER.glob("*.yaml")):
        for place, text in read(path).texts():
            yield f"{path.name}:{'.'.join(map(str, place))}", text


def composed() -> Iterator[tuple[str, str]]:
    """Sentences that are only put together when they are shown."""
    for id, flag in catalogue().flags.items():
        yield f"flags:{id}", flag.because
        for country in catalogue().countries.values():
            yield f"flags:{id}.extra:{country.code}", country.fill(flag.extra)


TEXTS = [*written(), *composed()]
IN_COUNTRIES = re.compile(r"extra:(?:[A-Z]{2}|other)$")


def faults(forbidden: Forbidden) -> list[str]:
    return [
        f"{place}: {found[0]!r} in {text!r} ({forbidden.rule}: {forbidden.why})"
        for place, text in TEXTS
        if (found := forbidden.search(text))
        and not place.startswith(forbidden.not_in or ("\0",))
        and not (forbidden.rule == "MW-8" and IN_COUNTRIES.search(place))
    ]


@pytest.mark.parametrize("forbidden", FORBIDDEN, ids=lambda item: f"{item.rule}-{item.why}")
def test_no_text_says_what_is_forbidden(forbidden):
    assert faults(forbidden) == []


@pytest.mark.parametrize("forbidden", [*FORBIDDEN, *EARLY, *FIRST_TWO], ids=lambda item: f"{item.rule}-{item.why}")
def test_each_rule_finds_the_fault_it_is_for(forbidden):
    assert forbidden.search(forbidden.shows)
    assert not [text for text in FINE if forbidden.search(text)]


@pytest.mark.parametrize("name", ["flags", "dispositions", "questions", "patterns"])
def test_what_leads_to_care_never_says_you_have(name):
    """MW-2, read strictly where somebody is being told that something needs checking."""
    said = [f"{place}: {text}" for place, text in TEXTS if re.match(rf"{name}\b", place)]
    assert said
    assert [text for text in said if re.search(r"\byou(?:'|\u2019)ve\b|\byou have\b", text, re.IGNORECASE)] == []


# Stage by stage -------------------------------------------------------------------------------------------------


def walk(value: object) -> Iterator[str]:
    """Every text inside, but for the fields that say what is not to be done."""
    if isinstance(value, dict):
        value = [inner for key, inner in value.items() if key not in NOT_DONE]
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def to_be_done(condition: Condition, stage: Stage) -> Iterator[str]:
    """What a stage asks for: its own texts and those of its exercises, without what is to be left out."""
    exercises = catalogue().protocols[condition].exercises
    yield from walk(stage.model_dump(mode="json"))
    for item in stage.prescriptions:
        # A harder variant belongs to a later stage, and says so on its card.
        yield from walk(exercises[item.exercise].model_dump(mode="json", exclude={"harder"}))


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("forbidden", [*EARLY, *FIRST_TWO], ids=lambda item: item.rule)
def test_no_early_stage_asks_for_what_comes_later(condition, forbidden):
    last = StageId.REBUILD if forbidden in FIRST_TWO else StageId.RELOAD
    if forbidden.rule == "C-18" and condition is Condition.SCIATICA_LIKE:
        last = StageId.RELOAD
    stages = [stage for stage in catalogue().protocols[condition].stages if stage.id.rank <= last.rank]
    said = [text for stage in stages for text in to_be_done(condition, stage)]
    assert said
    assert [text for text in said if forbidden.search(text) and not re.search(r"\b(?:no|not|without)\b", text)] == []


def test_every_emergency_page_says_how_to_travel_and_what_to_take():
    """MW-3."""
    emergency = catalogue().dispositions["emergency"]
    assert "{emergency_number}" in emergency.title
    assert "{emergency_place}" in emergency.title
    assert any("not drive yourself" in line and "weak or numb" in line for line in emergency.do)
    assert any("medicines" in line for line in emergency.bring)
    assert any("train" in line and "stretch" in line for line in emergency.leave)


def test_every_phone_text_is_in_the_first_person():
    """MW-1: what to say."""
    for id, flag in catalogue().flags.items():
        assert re.search(r"\b(?:I|my)\b", flag.say, re.IGNORECASE), id
        assert not re.search(r"\byour?\b", flag.say, re.IGNORECASE), id
