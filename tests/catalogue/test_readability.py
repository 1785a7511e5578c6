"""Reading age at most 11, by the Flesch-Kincaid grade of textstat: a grade is a US school year, age is grade + 5."""

import re

import pytest
import textstat

from plans.catalogue import FOLDER, catalogue
from plans.catalogue.reading import Tree, read

READING_AGE = 11
LONG = 15
"""Words from which one text is judged by itself: below that a single long word decides the figure."""
LONG_TEXT_AGE = 14
"""For one long text, which a list of body parts or signs pushes up although each word is plain."""
SENTENCE = 5
"""Words from which a text counts as one: labels would make a document look easier than its sentences are."""

DOCUMENTS = sorted(path for path in FOLDER.glob("*.yaml") if not path.stem.startswith(("sources", "common")))


def age(text: str) -> float:
    return textstat.flesch_kincaid_grade(text) + 5


def sentences(tree: Tree) -> list[str]:
    """The texts that are sentences; a placeholder reads as one word."""
    texts = [re.sub(r"\{\w+\}", "help", text) for _, text in tree.texts()]
    return [text if text[-1] in ".?!" else f"{text}." for text in texts if len(text.split()) >= SENTENCE]


def long_and_hard(texts: list[str]) -> list[str]:
    return [f"{age(text):.1f}: {text}" for text in texts if len(text.split()) >= LONG and age(text) > LONG_TEXT_AGE]


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_each_document_is_for_readers_of_eleven(path):
    texts = sentences(read(path))
    assert texts
    assert age(" ".join(texts)) <= READING_AGE


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_no_long_text_is_hard_by_itself(path):
    assert long_and_hard(sentences(read(path))) == []


def test_the_reasons_are_as_easy_once_put_together():
    reasons = [flag.because for flag in catalogue().flags.values()]
    assert age(" ".join(reasons)) <= READING_AGE


def test_the_measure_tells_easy_from_hard():
    easy = "Lie on your back. Bend your knees. Lift your hips and hold."
    hard = "Radiculopathic symptomatology necessitates individualised neurological examination prior to commencement."
    assert age(easy) < READING_AGE < LONG_TEXT_AGE < age(hard)
