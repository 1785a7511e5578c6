"""Sport, pause, end, and the page about me."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import AuditEvent, User
from plans.models import Intervention, Plan
from plans.rules.words import Condition
from tests.factories import ScreeningFactory, UserFactory

from .daily import DOOR, Phone, running
from .walk import Page

pytestmark = pytest.mark.django_db


def fresh(phone) -> Plan:
    return Plan.objects.get(pk=phone.plan.pk)


def test_the_sport_changes_the_swaps_and_leaves_a_trace(phone):
    phone.post("sport", sport="racket", seen=0)
    assert fresh(phone).sport == "racket"
    event = AuditEvent.objects.get(action="plan.sport")
    assert event.fields == ["sport"]
    assert "Instead, in racket sports" in Page(phone.get("today_of")).text


def test_the_same_sport_again_is_no_change(phone):
    phone.post("sport", sport="running", seen=0)
    assert fresh(phone).revision == 0
    assert not AuditEvent.objects.filter(action="plan.sport").exists()


@pytest.mark.parametrize("sport", ["", "chess"])
def test_a_sport_is_one_of_the_list(phone, sport):
    assert phone.post("sport", sport=sport, seen=0).status_code == 400


def test_a_stale_page_changes_nothing_and_keeps_the_choice(phone):
    phone.post("sport", sport="racket", seen=0)
    response = phone.post("sport", sport="golf-throwing", seen=0)
    assert response.status_code == 409
    assert ("sport", "golf-throwing") in Page(response).checked()
    assert fresh(phone).sport == "racket"
    assert phone.post("sport", sport="golf-throwing", seen=response.context["revision"]).status_code == 302


def test_a_sport_that_needs_a_check_first_is_refused(client):
    """RF-E19: inner elbow pain of a thrower past two weeks. The plan must not vanish by a change of sport."""
    screening = ScreeningFactory(region="elbow", given={"QE19": "yes"}, site="inner")
    plan = running(
        days=3,
        condition=Condition.GOLFERS_ELBOW,
        athlete=screening.athlete,
        screening=screening,
        site="inner",
        sport="racket",
    )
    phone = Phone(client, plan)
    response = phone.post("sport", sport="golf-throwing", seen=0)
    assert response.status_code == 409
    assert "need a check first" in Page(response).text
    assert fresh(phone).sport == "racket"
    assert fresh(phone).course().status == "active"


def test_a_pause_and_going_on(phone):
    phone.post("pause", choice="ill", words="Flu", seen=0)
    assert fresh(phone).course().status == "paused"
    assert Intervention.objects.get().reason == "I am ill: Flu"
    assert phone.post("pause", choice="ill", seen=1).status_code == 409
    phone.post("resume", seen=1)
    assert fresh(phone).course().status == "active"


def test_a_pause_needs_a_reason(phone):
    assert phone.post("pause", seen=0).status_code == 400
    assert not Intervention.objects.exists()


def test_nothing_to_resume_leads_to_today(phone):
    assert phone.get("resume").url == phone.url("today_of")
    assert phone.post("resume", seen=0).status_code == 409


def test_a_plan_ends_with_a_reason_and_keeps_its_diary(phone):
    assert phone.post("end", choice="well", seen=0).url == reverse("accounts:me")
    plan = fresh(phone)
    assert plan.ended_on == plan.local_today()
    assert plan.entries.count() == 9
    assert phone.get("progress_of").status_code == 200


def test_when_it_came_back_the_questions_follow(phone):
    assert phone.post("end", choice="again", seen=0).url == reverse("plans:choose")


def test_an_ended_plan_is_not_changed(phone):
    phone.post("end", choice="well", seen=0)
    for name, data in (("sport", {"sport": "racket"}), ("pause", {"choice": "ill"})):
        assert phone.post(name, seen=1, **data).status_code == 409


# Me


def test_me_shows_plans_and_changes_name_zone_and_country(phone):
    page = Page(phone.client.get(reverse("accounts:me")))
    assert phone.url("today_of") in page.links()
    data = {"name": "Robin", "country": "IE", "time_zone": "Europe/Dublin"}
    assert phone.client.post(reverse("accounts:me"), data).status_code == 302
    user = User.objects.get(pk=phone.plan.athlete_id)
    assert (user.name, user.country, user.time_zone) == ("Robin", "IE", "Europe/Dublin")
    assert AuditEvent.objects.get(action="account.change").fields == ["country", "name", "time_zone"]


@pytest.mark.parametrize(("field", "value"), [("time_zone", "Mars/Base"), ("time_zone", ""), ("country", "XX")])
def test_me_refuses_what_is_unknown(phone, field, value):
    data = {"name": "Robin", "country": "IE", "time_zone": "Europe/Dublin", field: value}
    assert phone.client.post(reverse("accounts:me"), data).status_code == 400
    assert not AuditEvent.objects.filter(action="account.change").exists()


def test_me_lists_an_ended_plan_to_look_back_on(phone):
    Plan.objects.filter(pk=phone.plan.pk).update(ended_on=phone.plan.local_today() - timedelta(days=1))
    assert phone.url("progress_of") in Page(phone.client.get(reverse("accounts:me"))).links()


def test_me_without_a_plan(client):
    client.force_login(UserFactory(), backend=DOOR)
    assert "You follow no plan now." in Page(client.get(reverse("accounts:me"))).text


def test_another_clock_has_the_reminders_planned_anew_and_a_name_does_not(phone):
    there = reverse("accounts:me")
    data = {"name": "Robin", "country": "GB", "time_zone": phone.plan.athlete.time_zone}
    Plan.objects.update(next_due_at=None)
    phone.client.post(there, data)
    assert fresh(phone).next_due_at is None
    phone.client.post(there, data | {"time_zone": "Pacific/Auckland"})
    assert fresh(phone).next_due_at is not None


def test_a_zone_that_is_no_more_is_told_and_the_page_still_works(phone):
    there = reverse("accounts:me")
    User.objects.update(time_zone="Mars/Base")
    page = Page(phone.client.get(there))
    assert "Mars/Base is not known any more" in page.text
    assert "UTC" in page.text
    phone.client.post(there, {"name": "", "country": "GB", "time_zone": "Europe/London"})
    assert "not known any more" not in Page(phone.client.get(there)).text
