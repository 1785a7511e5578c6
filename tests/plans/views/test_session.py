"""The session: the warm-up first, then each exercise with what to stop for; and each exercise's own page."""

import pytest

from plans.rules.words import Condition

from .daily import Phone, running
from .walk import Page

pytestmark = pytest.mark.django_db


def test_the_warm_up_comes_before_the_exercises(phone):
    response = phone.get("session")
    lines = response.context["lines"]
    text = Page(response).text
    assert lines["warm_up"]
    assert not response.context["ready"]
    assert lines["session"][0].exercise.stop not in text


def test_after_it_each_exercise_shows_its_dose_and_when_to_stop(phone):
    response = phone.get("session", **{"warm-up": "done"})
    text = Page(response).text
    for line in response.context["work"]:
        assert line.exercise.name in text
        assert line.amount in text
        assert line.exercise.stop in text


def test_leaving_the_warm_up_out_needs_a_reason(phone):
    """SF4-020."""
    refused = phone.get("session", skip=1)
    assert refused.status_code == 400
    assert not refused.context["ready"]
    assert phone.get("session", skip=1, reason="warm").context["ready"]


def test_an_invented_reason_is_none(phone):
    assert phone.get("session", skip=1, reason="x").status_code == 400


def test_finishing_suggests_the_share_that_was_ticked(phone):
    work = [line.exercise.id for line in phone.get("session").context["work"]]
    response = phone.get("session", finish=1, done=work)
    assert response.url == phone.url("checkin_on", "session", phone.today) + "?did=100"
    half = phone.get("session", finish=1, done=work[: len(work) // 2])
    assert phone.client.get(half.url).context["likely"] == 50


@pytest.mark.parametrize("did", ["x", "-1", "999", "", "1e3"])
def test_a_mangled_suggestion_suggests_nothing(phone, did):
    assert phone.get("checkin", "session", did=did).context["likely"] is None


def test_finishing_without_a_tick_suggests_nothing(phone):
    assert "did" not in phone.get("session", finish=1).url


def test_an_exercise_says_all_about_itself(phone):
    exercise = next(iter(phone.plan.version.protocol.exercises.values()))
    page = Page(phone.get("exercise", exercise.id))
    for said in (exercise.purpose, exercise.feel, exercise.stop, exercise.easier, exercise.harder, *exercise.steps):
        assert said in page.text
    assert "/help/#ask" in page.links()


@pytest.mark.parametrize("condition", list(Condition))
def test_every_exercise_of_every_plan_has_its_page(client, condition):
    phone = Phone(client, running(condition=condition))
    for id in phone.plan.version.protocol.exercises:
        assert phone.get("exercise", id).status_code == 200


def test_an_exercise_that_the_plan_does_not_hold_is_no_page(phone):
    assert phone.get("exercise", "sit-up").status_code == 404


def test_the_deadlift_gate_stands_beside_the_deadlift(phone):
    deadlifts = [id for id in phone.plan.version.protocol.exercises if "deadlift" in id]
    for id in deadlifts:
        cards = [card.id for card in phone.get("exercise", id).context["technique"]]
        assert "deadlift-gate" in cards
