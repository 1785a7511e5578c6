"""The cards embody what the rule book asks of them and say nothing that it forbids."""

import re

import pytest
from pydantic import ValidationError

from plans.catalogue import catalogue
from plans.catalogue.cards import Card
from plans.rules.words import Condition, Sport, StageId

CARDS = catalogue().cards
PLAIN = {
    "id": "a-card",
    "title": "A card",
    "body": ["Something to read."],
    "where": ["today"],
    "sources": ["invented"],
    "implements": ["SF0-001"],
}

# Rows and rules that only a card can show.
ASKED_FOR = {
    "strap": {"SF1-089"},
    "comfort": {"ST-G13", "C-05", "C-06", "SF2-007", "SF2-024", "SF3-029", "SF3-032"},
    "bed rest": {"ST-G4", "SF0-015", "SF1-006", "C-04", "C-31"},
    "soreness": {"DM-1", "DM-2", "DM-3", "DM-4", "DM-5", "DM-6", "RF-B29", "SF0-001", "SF2-012", "SF2-014", "SF3-001"},
    "after jumping": {"RF-B30", "SF2-027"},
    "base rates": {"RF-W1", "RF-W2", "SF1-026"},
    "scans": {"IM-1", "IM-2", "IM-3", "IM-4", "IM-5", "IM-6", "IM-7", "IM-8", "IM-9", "IM-10", "MW-6"},
    "referral": {"SF0-026", "SF1-066", "SF1-098", "SF1-099", "SF3-037"},
    "deadlift": {"SF2-069", "SF2-070", "SF2-072", "SF2-073", "SF2-074", "SF4-006", "SF4-007", "SF4-008", "C-21"},
    "squat": {"SF2-077", "SF2-079", "SF2-080", "SF2-081", "SF2-082", "SF2-083", "SF2-084", "C-20"},
    "trampoline": {"SF2-023", "SF2-028"},
    "yoga": {"SF2-054", "SF2-055", "SF2-056", "C-17"},
    "swimming": {"SF2-030", "SF2-033", "SF2-034", "SF2-036", "C-16"},
    "running": {"SF2-059", "SF2-061", "SF2-062", "SF2-063"},
    "shoes and ground": {"SF2-060", "SF3-022", "SF3-023"},
    "prevention": {"SF2-066", "SF3-017", "SF3-024"},
    "painkillers": {"ST-G12", "C-14", "SF2-006", "SF3-030"},
    "first week": {"SF1-003", "PM-4"},
    "risk": {"SF2-018", "SF2-064", "SF4-015"},
    "course": {"SF1-047", "SF1-079", "SF1-097", "C-13", "C-22", "MW-4", "MW-5"},
    "green shoots": {"SF1-090"},
    "spasm": {"SF2-019"},
    "sit-ups": {"C-01", "SF4-034"},
}

# Rows that the rule book keeps out of the program.
KEPT_OUT = {"SF0-014", "SF2-004", "SF2-009", "SF2-032", "SF2-035", "SF2-052", "SF2-058", "SF2-068", "SF3-033"}


def words(card: Card) -> str:
    return " ".join((card.title, *card.body))


@pytest.mark.parametrize("subject", ASKED_FOR)
def test_what_the_rule_book_asks_for_is_in_a_card(subject):
    embodied = {id for card in CARDS.values() for id in card.implements}

    assert ASKED_FOR[subject] <= embodied


def test_what_the_rule_book_keeps_out_is_in_none():
    assert not KEPT_OUT & {id for card in CARDS.values() for id in card.implements}


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize(
    "place", ["today", "expectation", "warm-up", "screening", "help", "check-in", "stage:relative-rest"]
)
def test_every_condition_has_a_card_at_every_place(condition, place):
    assert any(place in card.where and card.is_for(condition, None) for card in CARDS.values())


@pytest.mark.parametrize("condition", [Condition.LUMBAR_STRAIN, Condition.SCIATICA_LIKE])
@pytest.mark.parametrize("technique", ["deadlift", "squat", "trampoline", "yoga", "swimming", "running"])
def test_both_back_plans_have_every_technique_card(condition, technique):
    place = f"technique:{technique}"

    assert any(place in card.where and condition in card.conditions for card in CARDS.values())


def test_base_rates_never_talk_anyone_out_of_a_yes():
    assert re.search(
        r"if you said yes, or are not sure, .*no reason to wait", words(CARDS["why-we-ask"]), re.IGNORECASE
    )


@pytest.mark.parametrize("name", ["referral-back", "referral-elbow"])
def test_referral_cards_recommend_nothing(name):
    said = words(CARDS[name])

    assert "never advises for or against" in said
    assert not re.search(
        r"\b(we recommend|you should have|you need an?|ask for an? (injection|operation|mri))", said, re.I
    )


def test_the_deadlift_gate_names_its_three_numbers():
    said = words(CARDS["deadlift-gate"])

    for words_ in ("3 out of 10 or less", "60 seconds", "45", "10 hip hinges"):
        assert words_ in said


def test_the_bed_rest_card_gives_four_reasons_and_the_cap():
    said = words(CARDS["bed-rest"]).lower()

    for reason in ("strength", "fitness", "stiff", "hurts more", "two days", "every two hours"):
        assert reason in said


def test_pain_limits_on_the_cards_are_those_of_the_check():
    """What a card teaches and what the rules do must not part (section 5.2, rows 6 and 8)."""
    for condition, name in (
        (Condition.LUMBAR_STRAIN, "pain-during-exercise"),
        (Condition.TENNIS_ELBOW, "pain-during-exercise"),
        (Condition.GOLFERS_ELBOW, "pain-during-exercise"),
        (Condition.SCIATICA_LIKE, "pain-during-exercise-leg"),
    ):
        check = catalogue().protocols[condition].check
        said = words(CARDS[name])

        assert CARDS[name].is_for(condition, None)
        assert f"0 to {check.hold_pain - 1}" in said
        assert f"{check.hold_pain} or {check.red_pain - 1}:" in said
        assert f"{check.red_pain} or more" in said


FORBIDDEN = {
    "a diagnosis (MW-2)": r"\byou have (a|an|got)\b|it is nothing",
    "a frightened body (ST-G11)": r"fragile|\bworn\b|wear and tear|out of place|slipped|crumbl|degenerat|damage",
    "a promise (MW-5, C-22)": r"guarantee|will be (gone|cured|healed)|90 to 95|\bcures?\b|you need an mri",
    "a drug (ST-G12)": r"paracetamol|ibuprofen|naproxen|diclofenac|codeine|aspirin|\bmg\b",
    "blame (C-15)": r"bad posture|poor posture|lazy|you should have|sit up straight",
    "a claim that was dropped (C-13, C-19, C-20)": r"lactic|three to four days|past your toes|acupuncture",
    "a country's number (MW-8)": r"\b(999|111|911|A&E)\b",
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_card_holds(what):
    found = [card.id for card in CARDS.values() if re.search(FORBIDDEN[what], words(card), re.IGNORECASE)]

    assert found == []


def test_a_card_for_some_is_not_shown_to_others():
    throwers = CARDS["throwers"]

    assert throwers.is_for(Condition.GOLFERS_ELBOW, Sport.GOLF_THROWING)
    assert not throwers.is_for(Condition.GOLFERS_ELBOW, Sport.RACKET)
    assert not throwers.is_for(Condition.TENNIS_ELBOW, Sport.GOLF_THROWING)
    assert not throwers.is_for(Condition.GOLFERS_ELBOW, None)


@pytest.mark.parametrize(
    "place", ["today", "stage:reload", "checkpoint:6", "technique:squat", *(f"stage:{s}" for s in StageId)]
)
def test_a_card_can_stand_at(place):
    assert Card.model_validate({**PLAIN, "where": [place]}).where == (place,)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("where", ["nowhere"]),
        ("where", ["stage:five"]),
        ("where", ["checkpoint:3"]),
        ("where", ["technique:"]),
        ("where", ["today:"]),
        ("where", []),
        ("implements", ["SF9"]),
        ("implements", []),
        ("sources", []),
        ("body", []),
    ],
)
def test_a_card_is_refused_with(field, value):
    with pytest.raises(ValidationError, match=field):
        Card.model_validate({**PLAIN, field: value})
