"""The questions, flags and countries fit the rules, and a reason is put together from the person's own answers."""

import pytest

from plans.catalogue import catalogue
from plans.catalogue.types import Group, Kind
from plans.rules.screening import SITE_QUESTION, SITES, Facts, if_not_sure, questions, screen
from plans.rules.words import Answer, Condition, Disposition, Region

YES, NO, NOT_SURE = Answer.YES, Answer.NO, Answer.NOT_SURE
BOTH = [(region, id) for region in Region for id in questions(region) if id != SITE_QUESTION]


@pytest.mark.parametrize(("region", "id"), BOTH)
def test_a_question_stands_with_those_as_urgent_as_its_own_yes(region, id):
    """What is an emergency or urgent by itself is on the first two screens, nothing milder is on the first."""
    group = catalogue().questions[id].group
    alone = screen(Facts(region, 60, {id: YES})).disposition
    if alone is Disposition.EMERGENCY:
        assert group is Group.EMERGENCY
    elif alone is Disposition.URGENT:
        assert group is Group.URGENT
    else:
        assert group is not Group.EMERGENCY


@pytest.mark.parametrize(("region", "id"), BOTH)
def test_every_hit_names_the_answer_behind_it(region, id):
    """MW-1: whatever question hits a rule, by a yes or a not sure, the reason speaks of that answer."""
    for answer in (YES, NOT_SURE):
        for hit in screen(Facts(region, 60, {id: answer})).hits:
            flag = catalogue().flags[hit.rule]
            assert id in flag.said, (hit.rule, id)
            opening = "You said that" if answer is YES else "You were not sure whether"
            assert flag.reason({id: answer}).startswith(f"{opening} {flag.said[id]}")


def test_a_reason_names_every_yes_and_no_other_answer():
    flag = catalogue().flags["RF-G05"]
    reason = flag.reason({"QG5": YES, "QB6": YES, "QB20": NO, "QB28": NOT_SURE})
    assert reason.startswith(f"You said that {flag.said['QG5']}, and that {flag.also['QB6']}. This needs checking")
    assert flag.also["QB20"] not in reason
    assert flag.also["QB28"] not in reason


def test_a_reason_without_answers_names_all_that_could_be_behind_it():
    flag = catalogue().flags["RF-G06"]
    assert flag.reason({}) == flag.because
    assert all(said in flag.because for said in flag.said.values())


def test_only_the_injured_are_shown_the_straighten_test():
    test = catalogue().questions["QE3"].test
    assert test is not None
    assert test.only_injured
    assert [question.id for question in catalogue().questions.values() if question.test] == ["QE3"]


def test_questions_of_choice_offer_what_the_rules_know():
    assert tuple(catalogue().questions[SITE_QUESTION].choices) == SITES
    assert catalogue().questions["QG1"].kind is Kind.NUMBER


@pytest.mark.parametrize("id", ["QB1", "QB2", "QB3", "QB4", "QB5", "QB6", "QB7a", "QB7b", "QB8", "QB20", "QB28"])
def test_nerve_bladder_and_bowel_questions_ask_for_what_is_new(id):
    assert catalogue().questions[id].text.startswith("Since this began, or in the last 2 weeks: ")


def test_every_number_is_the_public_one():
    numbers = {code: (item.emergency_number, item.urgent_number) for code, item in catalogue().countries.items()}
    assert numbers == {
        "GB": ("999", "111"),
        "IE": ("112", None),
        "EU": ("112", None),
        "US": ("911", None),
        "CA": ("911", "811"),
        "AU": ("000", "1800 022 222"),
        "NZ": ("111", "0800 611 116"),
        "IN": ("112", None),
        "other": ("112", None),
    }


@pytest.mark.parametrize("code", ["GB", "IE", "EU", "US", "CA", "AU", "NZ", "IN", "other"])
def test_a_country_fills_every_placeholder(code):
    country = catalogue().countries[code]
    for outcome in catalogue().dispositions.values():
        for text in (outcome.title, outcome.lead, *outcome.do, *outcome.bring, *outcome.leave, outcome.unsure):
            assert "{" not in country.fill(text)
    assert set(country.words()) == country.placeholders()
    assert country.fill("Call {urgent_number}") == f"Call {country.urgent_number or country.urgent_name}"


def test_every_condition_can_be_found_by_where_it_hurts():
    places = catalogue().places
    assert {place.condition for place in places if place.condition} == set(Condition)
    for place in places:
        assert place.condition is None or place.condition.region is place.region
        assert place.site is None or place.region is Region.ELBOW
    assert places[-1].region is None
    for condition in Condition:
        assert catalogue().conditions[condition].region is condition.region


def test_a_not_sure_about_an_emergency_says_what_to_do_if_it_comes_true():
    """G-1: the urgent page then shows the emergency's words as well."""
    assert if_not_sure("QB1", 30) == ("RF-B01", Disposition.URGENT)
    assert "{emergency_number}" in catalogue().dispositions[Disposition.URGENT].unsure


def test_anybody_may_ask_for_help_without_meeting_a_rule():
    """AT-6: said to those who start a plan, and on a card."""
    assert any("ask for help at any time" in line for line in catalogue().dispositions[Disposition.SELF_MANAGED].do)
    card = catalogue().cards["ask-for-help"]
    assert "AT-6" in card.implements
    assert card.is_for(None, None)
