"""The words of the patterns fit the rules, and say nothing that they must not."""

import re
from collections.abc import Iterator
from copy import deepcopy

import pytest
from pydantic import ValidationError

from plans.catalogue import patterns as module
from plans.catalogue.patterns import Patterns, patterns
from plans.rules.pattern import POINTED_TO, REVIEW_FIRST
from plans.rules.pattern_questions import SELF_TESTS

SHIPPED = patterns().model_dump(mode="json")


def sentences(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key != "implements":
                yield from sentences(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from sentences(inner)


def changed(*place: str, to: object) -> dict:
    document = deepcopy(SHIPPED)
    inner = document
    for key in place[:-1]:
        inner = inner[key]
    if to is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = to
    return document


def test_every_test_has_its_stop_words():
    for id, test in patterns().self_tests.items():
        assert re.match(r"(Stop|Put it down|Do not push)\b", test.stop), id
        assert test.choices or test.scale
    assert set(patterns().self_tests) == set(SELF_TESTS)


def test_pt_24_says_that_it_ranges_from_mild_to_constant():
    """PT-24, for both elbow patterns."""
    for pattern in ("tennis-elbow", "golfers-elbow"):
        assert "It can be mild, or it can be there all day." in patterns().patterns[pattern].looks


def test_every_referral_has_its_words():
    assert {*REVIEW_FIRST, *POINTED_TO, "RF-E05", "PT-25"} == set(patterns().refer)


def test_no_word_diagnoses_frightens_or_promises():
    forbidden = re.compile(
        r"\byou (have|suffer)\b|it is nothing|fragile|worn|out of place|slipped|herniat|\bdisc\b|degenerat|tumou?r|"
        r"guarantee|will be gone|\bcured?\b",
        re.IGNORECASE,
    )
    assert [text for text in sentences(SHIPPED) if forbidden.search(text)] == []


def test_each_confidence_says_that_it_is_no_diagnosis():
    for text in patterns().confidence.values():
        assert "{pattern}" in text
        assert "not a diagnosis" in text


@pytest.mark.parametrize(
    ("place", "to", "message"),
    [
        (("questions", "PQ-1"), None, "needs PQ-1, PQ-2"),
        (("questions", "PQ-1", "choices"), {"back": "In the back"}, "PQ-1: the choices are back, thigh"),
        (("self_tests", "ST-13", "choices"), {"1": "one"}, "ST-13: takes no score, or has choices as well"),
        (("self_tests", "ST-14", "scale"), "score", "ST-14: takes no score"),
        (("patterns", "soreness"), None, "patterns: soreness is missing"),
        (("withheld", "injury"), None, "withheld: injury is missing"),
        (("patterns", "soreness", "name"), "x", "Extra inputs"),
    ],
)
def test_words_that_do_not_fit_the_rules_are_refused(place, to, message):
    with pytest.raises(ValidationError, match=message):
        Patterns.model_validate(changed(*place, to=to))


def test_the_file_is_read_once():
    assert module.patterns() is patterns()
