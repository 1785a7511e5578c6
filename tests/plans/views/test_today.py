"""Today: everything in six queries, in the right order; and nothing to do on a plan that is stopped."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from plans.models import Escalation, WeeklyReview
from plans.models.care import Kind, end, intervene
from plans.rules.words import Condition
from tests.factories import UserFactory

from .daily import DOOR, Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


def test_one_plan_is_shown_in_six_queries_and_without_a_cache(phone, django_assert_num_queries):
    phone.client.get(reverse("plans:today"))  # the protocol is parsed once a process
    cache.clear()
    with django_assert_num_queries(6):
        response = phone.client.get(reverse("plans:today"))
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_its_own_address_needs_no_more(phone, django_assert_num_queries):
    phone.get("today_of")
    with django_assert_num_queries(6):
        phone.get("today_of")


def test_a_year_of_entries_needs_no_more(client, django_assert_num_queries):
    phone = Phone(client, running(days=120))
    phone.get("today_of")
    with django_assert_num_queries(6):
        phone.get("today_of")


def test_without_a_plan_it_leads_to_the_start(client, db):
    client.force_login(UserFactory(), backend=DOOR)
    assert client.get(reverse("plans:today")).url == reverse("plans:front")


def test_two_plans_are_a_choice(phone):
    other = running(condition=Condition.TENNIS_ELBOW, athlete=phone.plan.athlete)
    page = Page(phone.client.get(reverse("plans:today")))
    assert {phone.url("today_of"), reverse("plans:today_of", args=[other.pk])} <= set(page.links())


def test_it_asks_for_the_morning_before_anything_else(phone):
    page = phone.get("today_of")
    assert page.context["next"].href == phone.url("checkin_on", "morning", phone.today)


def test_then_the_session_then_the_evening_then_nothing(phone):
    lived(phone.plan, 10, pain=None, morning=2)
    assert phone.get("today_of").context["next"].href == phone.url("session")
    phone.check_in("session", during=2, share=100)
    assert phone.get("today_of").context["next"].href == phone.url("checkin_on", "later", phone.today)
    phone.check_in("later", after=2, pain=3)
    assert phone.get("today_of").context["next"] is None


def test_it_holds_the_doses_the_swap_the_gate_and_the_checkpoint(phone):
    response = phone.get("today_of")
    text, stage = Page(response).text, phone.plan.version.protocol.stages[1]
    assert response.context["stage"] == stage
    assert stage.swaps["running"].do in text
    assert "What opens Reload" in text
    assert f"{stage.gate.min_days} days in this stage" in text
    assert "Next checkpoint: week 2" in text
    for line in response.context["lines"]["session"]:
        assert line.exercise.name in text
        assert line.amount in text


def test_decisions_of_yesterday_lead_to_their_reason(phone):
    response = phone.get("today_of")
    assert response.context["told"]
    for one in response.context["told"]:
        assert phone.url("decision", one.day, one.rule) in Page(response).links()


def test_a_step_is_marked_on_the_exercise_that_it_changed(client):
    plan = running(days=1, pain=2)
    for day in range(1, 5):
        lived(plan, day, session=True, pain=1, morning=1)
    plan.start_date -= timedelta(days=4)
    plan.save()
    for entry in plan.entries.all():
        entry.date -= timedelta(days=4)
        entry.save()
    course = plan.course()
    changed = [item for item in course.session.items if item.changed]
    assert [item.changed.exercise for item in changed] == [changed[0].exercise]
    assert Page(Phone(client, plan).get("today_of")).text.count("+") >= 1


def test_a_rest_day_says_so(client):
    plan = running(days=15)
    for week in (1, 2):
        WeeklyReview.objects.create(plan=plan, week=week, function=8)
    lived(plan, 15, pain=None)
    course = plan.course()
    assert course.session.kind == "rest"
    text = Page(Phone(client, plan).get("today_of")).text
    assert "Today is a rest day" in text
    assert "Your next session is on" in text


@pytest.mark.parametrize(
    ("values", "number", "title"),
    [
        ({"answers": {"QB4": "yes"}}, "tel:999", "Call 999"),
        ({"answers": {"QG3": "yes"}}, "tel:111", "Get medical advice today"),
        ({"answers": {"QB2": "not_sure"}}, "tel:111", "Get medical advice today"),
        ({"new_weakness": True}, "tel:999", "Call 999"),
    ],
)
def test_promise_1_a_red_flag_leaves_the_number_and_no_exercise(phone, values, number, title):
    """Promise 1: on every page of the plan that could hold one."""
    phone.plan.record(phone.plan.local_today(), values, phone.plan.athlete)
    names = [exercise.name for exercise in phone.plan.version.protocol.exercises.values()]
    for there in ("today_of", "session", "plan_of", "progress_of", "why"):
        response = phone.get(there)
        page = Page(response)
        assert title in page.text
        assert number in page.links()
        assert not [name for name in names if name in page.text]
        assert not [
            link for link in page.links() if link.startswith("/plan/") and ("/session/" in link or "/exercise/" in link)
        ]
    assert phone.get("exercise", "goblet-squat").context["found"] in ("emergency", "urgent")


def test_promise_1_holds_for_an_answer_given_in_the_past(phone):
    phone.plan.record(phone.plan.date_of(7), {"answers": {"QB1": "yes"}}, phone.plan.athlete)
    assert "tel:999" in Page(phone.get("today_of")).links()


def test_a_doubt_about_an_emergency_sign_shows_the_emergency_text_too(phone):
    phone.plan.record(phone.plan.local_today(), {"answers": {"QB2": "not_sure"}}, phone.plan.athlete)
    assert phone.get("today_of").context["emergency_too"]


def test_high_scores_stop_it_and_say_how_it_goes_on(phone):
    phone.check_in("morning", morning=9)
    page = Page(phone.get("today_of"))
    assert "Your plan has stopped" in page.text
    assert "9" in page.text
    assert phone.url("clearance") in page.links()
    assert not [link for link in page.links() if "/session/" in link]
    assert Escalation.objects.get(plan=phone.plan, kind="stop").rule == "AT-3"


def test_a_review_alongside_stays_in_sight(client):
    screened = {"screening__given": {"QB18": "yes"}, "screening__disposition": "review_alongside"}
    phone = Phone(client, running(days=3, **screened))
    page = Page(phone.get("today_of"))
    assert "A review is still to be done" in page.text
    assert phone.url("reviewed") in page.links()


def test_after_a_retriage_alert_there_is_no_session_until_the_questions_are_answered(client):
    plan = running(days=1)
    plan.start_date -= timedelta(days=8)
    plan.save()
    lived(plan, 9, pain=3, morning=3)
    phone = Phone(client, plan)
    response = phone.get("today_of")
    assert response.context["next"].href == phone.url("rescreen")
    assert not response.context["course"].session.items
    assert phone.get("session").url == phone.url("rescreen")


def test_a_paused_and_an_ended_plan_say_so(phone):
    intervene(phone.plan, Kind.PAUSE, by=phone.plan.athlete, reason="Away")
    assert "Your plan is paused" in Page(phone.get("today_of")).text
    end(phone.plan, by=phone.plan.athlete, reason="Done")
    assert "This plan has ended" in Page(phone.get("today_of")).text


def test_before_its_first_day_it_says_when(client):
    plan = running()
    plan.start_date += timedelta(days=3)
    plan.save()
    page = Page(Phone(client, plan).get("today_of"))
    assert "Your plan starts on" in page.text
    assert not [link for link in page.links() if "/check-in/" in link]


def test_a_review_that_is_open_is_in_sight(client):
    phone = Phone(client, running(days=8))
    assert phone.url("review", 1) in Page(phone.get("today_of")).links()
