"""Promise 3: every decision shown can be opened: which rule, which answers, which template version, which source."""

import pytest

from plans.catalogue import catalogue
from plans.models import WeeklyReview
from plans.models.care import Kind, intervene
from plans.rules.register import register
from plans.rules.words import Condition

from .daily import Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def eventful_phone(client):
    """Calm, held and red sessions, a step back, reviews, a pause, and a stop by an answer."""
    plan = running(days=20, pain=4)
    for day in (12, 14, 16):
        plan.entries.filter(date=plan.date_of(day)).update(during=7, after=7, dose=100)
    WeeklyReview.objects.create(plan=plan, week=1, function=5)
    WeeklyReview.objects.create(plan=plan, week=2, function=5)
    lived(plan, 20)
    intervene(plan, Kind.PAUSE, by=plan.athlete, reason="Away")
    intervene(plan, Kind.RESUME, by=plan.athlete, reason="Back")
    plan.record(plan.local_today(), {"answers": {"QB20": "yes", "QB7a": "yes"}}, plan.athlete)
    return Phone(client, plan)


def test_promise_3_every_decision_opens_to_rule_answers_version_and_source(eventful_phone):
    phone = eventful_phone
    course = phone.plan.course()
    kinds = {note.kind for note in course.notes}
    assert {"start", "check", "gate", "recovery", "step_back", "checkpoint", "stop"} <= kinds
    for note in course.notes:
        response = phone.get("decision", note.day, note.rule)
        page = Page(response)
        assert response.status_code == 200, note
        assert response.context["rules"], note
        assert "Source:" in page.text
        assert "version 1" in page.text
        for rule in response.context["rules"]:
            assert rule.text in page.text
            assert rule.source in page.text


def test_the_rule_stands_in_the_words_of_the_register(eventful_phone):
    phone = eventful_phone
    note = next(note for note in phone.plan.course().notes if note.kind == "step_back")
    text = Page(phone.get("decision", note.day, note.rule)).text
    assert register()[note.rule].text in text
    assert register()[note.rule].source in text


def test_a_red_flag_stands_in_the_words_in_which_it_was_asked(eventful_phone):
    phone = eventful_phone
    note = next(note for note in phone.plan.course().notes if note.kind == "stop")
    text = Page(phone.get("decision", note.day, note.rule)).text
    assert catalogue().questions["QB7a"].text in text
    assert "yes" in text


def test_a_check_shows_its_scores(phone):
    note = next(note for note in phone.plan.course().notes if note.kind == "check")
    labels = [
        label for one in phone.get("decision", note.day, note.rule).context["told"] for label, _ in one["evidence"]
    ]
    assert {"Worst during", "Worst later that day", "Next morning"} <= set(labels)


def test_the_list_leads_to_each(eventful_phone):
    phone = eventful_phone
    links = set(Page(phone.get("why")).links())
    assert {phone.url("decision", note.day, note.rule) for note in phone.plan.course().notes} <= links


@pytest.mark.parametrize(("day", "rule"), [(1, "SB-2"), (99, "ST-G14"), (0, "ST-G14"), (1, "x/y/z")])
def test_what_was_not_decided_is_no_page(phone, day, rule):
    assert phone.get("decision", day, rule).status_code == 404


@pytest.mark.parametrize("condition", list(Condition))
def test_a_checkpoint_shows_the_table_of_its_week(client, condition):
    phone = Phone(client, running(days=16, condition=condition))
    WeeklyReview.objects.create(plan=phone.plan, week=2, function=7)
    rules = phone.get("decision", 14, "6.4/2").context["rules"]
    assert any("clearly better" in rule.text for rule in rules)
