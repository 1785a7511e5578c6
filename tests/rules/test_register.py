"""The register: complete, in order, without an id twice, and free of anything that should not be told."""

import re

import pytest
from pydantic import ValidationError

from plans.rules import register as module
from plans.rules.pattern_questions import SELF_TESTS
from plans.rules.register import RuleEntry, register, source_of
from plans.rules.screening import AGE_QUESTION, RULES, questions
from plans.rules.words import Region


def numbered(prefix: str, last: int, width: int = 1, first: int = 1) -> set[str]:
    return {f"{prefix}{n:0{width}}" for n in range(first, last + 1)}


SERIES = {
    "general rules": numbered("G-", 3, first=0),
    "red flags, general": numbered("RF-G", 16, 2),
    "red flags, back": numbered("RF-B", 30, 2),
    "red flags, elbow": numbered("RF-E", 20, 2),
    "wording of base rates": numbered("RF-W", 2),
    "patterns": numbered("PT-", 10, 2) | numbered("PT-", 26, 2, first=20),
    "self-tests": numbered("ST-", 6) | numbered("ST-", 15, first=10),
    "soreness": numbered("DM-", 6),
    "stages": numbered("ST-G", 15),
    "step-backs": numbered("SB-", 6),
    "the check": numbered("5.2/", 9),
    "pain monitoring": numbered("PM-", 9),
    "checkpoints": {"6.4/1", "6.4/2", "6.4/4", "6.4/6"} | numbered("M-", 7),
    "at any time": numbered("AT-", 6),
    "scans": numbered("IM-", 10),
    "messages": numbered("MW-", 8),
    "measures": numbered("OM-", 5),
    "settled": numbered("C-", 34, 2),
    "definitions": numbered("DF-", 19, 2),
    "seed 0": numbered("SF0-", 26, 3),
    "seed 1": numbered("SF1-", 103, 3),
    "seed 2": numbered("SF2-", 86, 3),
    "seed 3": numbered("SF3-", 39, 3),
    "seed 4": numbered("SF4-", 45, 3),
    "questions": {AGE_QUESTION, *questions(Region.BACK), *questions(Region.ELBOW)},
}


def test_every_rule_of_the_rule_book_is_here_and_nothing_else():
    assert set(register()) == set().union(*SERIES.values())


def test_what_the_code_runs_is_registered():
    assert {rule.id for rule in RULES} | set(SELF_TESTS) <= set(register())


def test_entries_tell_no_file_or_address_of_others():
    for entry in register().values():
        told = " ".join(filter(None, (entry.text, entry.source, entry.left_out, entry.note)))
        assert not re.search(r"\.txt|https?:|www\.|\.(com|org|uk|edu)\b", told), entry.id


def test_what_is_left_out_gives_a_reason():
    left_out = {id for id, entry in register().items() if entry.left_out}
    assert {"M-7", "PM-3", "SF2-004", "SF3-033"} <= left_out
    assert not left_out & {rule.id for rule in RULES}


def test_source_of_a_rule():
    assert source_of("RF-E05") == "seed 1; Appelboam 2008, BMJ 337:a2428 [V]"
    with pytest.raises(KeyError):
        source_of("RF-E99")


@pytest.mark.parametrize(
    "fields",
    [
        {"left_out": "Not wanted.", "carried_by": ("G-0",)},
        {"left_out": "Not wanted.", "shown_in": "some.yaml", "words": "words"},
        {"shown_in": "some.yaml"},
        {"text": ""},
        {"more": "x"},
    ],
)
def test_an_entry_that_contradicts_itself_is_refused(fields):
    with pytest.raises(ValidationError):
        RuleEntry.model_validate({"id": "X-1", "section": "1", "text": "What it says.", "source": "[E]"} | fields)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "- section: 1 Some\n  rules: {X-1: {text: What it says., source: '[E]', carried_by: [X-2]}}\n",
            "X-2, which is no",
        ),
        (
            "- section: 1 Some\n  rules: {X-1: {text: What it says., source: '[E]'}}\n"
            "- section: 2 More\n  rules: {X-1: {text: What it says., source: '[E]'}}\n",
            "X-1 stands twice",
        ),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(tmp_path, monkeypatch, text, message):
    (tmp_path / "1-some.yaml").write_text(text)
    monkeypatch.setattr(module, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=message):
        register.__wrapped__()
