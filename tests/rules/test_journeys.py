"""Journeys whose answers came from a second implementation of the rule book, written apart from this one.

They cover every hit, stage cause, check row, checkpoint class, action, modifier and alert that it could reach.
"""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from plans.catalogue import catalogue
from plans.rules.case import answer, parse

JOURNEYS = json.loads((Path(__file__).parents[1] / "cases" / "journeys.json").read_text(), parse_float=Decimal)


def in_order(alerts: list[dict]) -> list[tuple]:
    """The rule book orders alerts by day alone."""
    return sorted((alert["day"], alert["rule"], alert["kind"]) for alert in alerts)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey["case"]["case"])
def test_the_two_implementations_agree(journey):
    case = parse(journey["case"])
    found = answer(catalogue().protocols.get(case.condition), case)
    found = json.loads(json.dumps(found), parse_float=Decimal)
    expected = journey["expected"]
    assert in_order(found.pop("alerts", [])) == in_order(expected.pop("alerts", []))
    assert {key: found[key] for key in expected} == expected
