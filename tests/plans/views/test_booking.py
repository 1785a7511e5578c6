"""I will book it: asked again once, on the day that the athlete chose."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from plans.models import Plan
from plans.models.care import end

from .daily import Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone(client) -> Phone:
    """A review alongside, not yet done (QB19)."""
    return Phone(client, running(days=3, screening__given={"QB19": "yes"}))


def day_in(phone, days):
    return phone.plan.local_today() + timedelta(days=days)


def fresh(phone) -> Plan:
    return Plan.objects.get(pk=phone.plan.pk)


def test_three_days_from_now_unless_chosen(phone):
    assert phone.get("booking").context["form"].initial["on"] == day_in(phone, 3)


def test_the_day_is_kept_with_its_trace_and_the_clock_looks_again(phone):
    Plan.objects.update(next_due_at=None)
    response = phone.post("booking", on=day_in(phone, 5), seen=0)
    assert response.url == phone.url("today_of")
    plan = fresh(phone)
    assert (plan.booking_on, plan.revision) == (day_in(phone, 5), 1)
    assert plan.next_due_at is not None
    event = AuditEvent.objects.get(action="plan.booking")
    assert (event.athlete_id, event.fields) == (plan.athlete_id, ["booking_on"])


def test_the_same_day_again_is_no_change(phone):
    phone.post("booking", on=day_in(phone, 5))
    phone.post("booking", on=day_in(phone, 5))
    assert fresh(phone).revision == 1
    assert AuditEvent.objects.filter(action="plan.booking").count() == 1


@pytest.mark.parametrize("days", [-1, 0, 31])
def test_a_day_that_is_not_ahead_is_refused_and_stays_on_the_page(phone, days):
    response = phone.post("booking", on=day_in(phone, days))
    assert response.status_code == 400
    page = Page(response)
    assert "from tomorrow up to 30 days" in page.text
    assert str(day_in(phone, days)) in [attrs.get("value") for _tag, attrs in page.tags]
    assert fresh(phone).booking_on is None


@pytest.mark.parametrize("days", [1, 30])
def test_the_first_and_the_last_day_are_taken(phone, days):
    phone.post("booking", on=day_in(phone, days))
    assert fresh(phone).booking_on == day_in(phone, days)


@pytest.mark.parametrize("typed", ["", "soon", "2031-02-30"])
def test_what_is_no_day_is_told_how_to_write_one(phone, typed):
    response = phone.post("booking", on=typed)
    assert response.status_code == 400
    assert response.context["form"].errors["on"]


def test_a_stale_page_changes_nothing_and_keeps_the_day(phone):
    phone.post("booking", on=day_in(phone, 5), seen=0)
    response = phone.post("booking", on=day_in(phone, 9), seen=0)
    assert response.status_code == 409
    assert str(day_in(phone, 9)) in [attrs.get("value") for _tag, attrs in Page(response).tags]
    assert fresh(phone).booking_on == day_in(phone, 5)


def test_an_ended_plan_has_nothing_to_book(phone):
    end(phone.plan, by=phone.plan.athlete, reason="better")
    assert phone.get("booking").status_code == 409
    assert phone.post("booking", on=day_in(phone, 3)).status_code == 409
    assert fresh(phone).booking_on is None


def test_without_a_review_to_come_there_is_nothing_to_book(client):
    phone = Phone(client, running(days=3))
    assert "I will book it" not in Page(phone.get("today_of")).text
    assert phone.get("booking").url == phone.url("today_of")
    assert phone.post("booking", on=day_in(phone, 3)).url == phone.url("today_of")
    assert fresh(phone).booking_on is None


def test_a_stop_for_a_review_can_be_booked_and_an_urgent_one_cannot(client):
    for answer, offered in (("QG6", True), ("QG3", False)):
        phone = Phone(client, running(days=3))
        lived(phone.plan, 3, answers={answer: "yes"})
        assert ("I will book it" in Page(phone.get("today_of")).text) is offered
        phone.post("booking", on=day_in(phone, 3))
        assert (fresh(phone).booking_on is not None) is offered


def test_today_offers_it_beside_a_review_and_then_says_the_day(phone):
    there = reverse("plans:booking", args=[phone.plan.pk])
    page = Page(phone.get("today_of"))
    assert "I will book it" in page.text
    assert there in page.links()
    phone.post("booking", on=day_in(phone, 2))
    page = Page(phone.get("today_of"))
    assert "we ask again on" in page.text
    assert there in page.links()


def test_a_day_that_is_over_is_not_shown_any_more(phone):
    Plan.objects.update(booking_on=day_in(phone, -1))
    assert "I will book it" in Page(phone.get("today_of")).text
    assert phone.get("booking").context["asked"] is None
