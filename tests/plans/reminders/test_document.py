"""docs/reminders.md is written by hand, so it is held to the kinds and steps here."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from plans.models.reminder import Preferences
from plans.reminders import escalations
from plans.reminders.kinds import KINDS, Slot

DOCUMENT = (Path(__file__).parents[3] / "docs" / "reminders.md").read_text()
ROW = re.compile(r"^\| `(\w+)` (.+?) \| (\w+) \| (.+?) \| (.+?) \| (.*?) ?\| (.+?) \|$", re.MULTILINE)
ROWS = {row[0]: row[1:] for row in ROW.findall(DOCUMENT)}
UNITS = {"hour": timedelta(hours=1), "hours": timedelta(hours=1), "day": timedelta(days=1), "days": timedelta(days=1)}
WHEN = {Slot.MORNING: "mornings", Slot.SESSION: "before a session", Slot.EVENING: "evenings"}


def span(text):
    number, unit = text.split()
    return int(number) * UNITS[unit]


def test_every_kind_has_its_row_and_none_is_invented():
    assert set(ROWS) == {kind.value for kind in KINDS}


@pytest.mark.parametrize("rule", KINDS.values(), ids=lambda rule: rule.kind.value)
def test_a_row_says_what_the_kind_does(rule):
    title, who, when, often, _pointless, late = ROWS[rule.kind.value]
    assert (title, who, often, span(late)) == (str(rule.title), rule.who.value, str(rule.often), rule.late)
    assert when == WHEN[rule.slot] if rule.slot in WHEN else when.startswith(("at once", "as soon"))


def test_the_budget_counts_the_kinds_that_it_names():
    named = re.search(r"\*\*The week's budget\*\* \((\d+) unless changed\) counts (.+?);", DOCUMENT)
    assert named
    assert int(named[1]) == Preferences().budget
    assert set(re.findall(r"`(\w+)`", named[2])) == {rule.kind.value for rule in KINDS.values() if rule.budgeted}


@pytest.mark.parametrize("document", ["reminders", "clinician"])
def test_the_steps_of_an_escalation(document):
    text = (Path(__file__).parents[3] / "docs" / f"{document}.md").read_text()
    for steps in (escalations.URGENT_STEPS, escalations.STEPS):
        hours = [int(step / timedelta(hours=1)) for step in steps[1:]]
        spans = {
            "reminders": ", ".join(f"{number} hours" for number in hours),
            "clinician": f"after {listed(hours, 'hours')}"
            if hours[0] < 24
            else f"after {listed([number // 24 for number in hours], 'days')}",
        }
        assert spans[document] in text


def listed(numbers, unit):
    *some, last = map(str, numbers)
    return f"{', '.join(some)} and {last} {unit}"
