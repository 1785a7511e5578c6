"""The safety questions again, a review that took place, a clinician's clearance."""

from datetime import timedelta

import pytest

from accounts.models import AuditEvent
from plans.models import Clearance, Intervention
from plans.rules.words import Condition

from .daily import Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def back_after_silence(client):
    """The first check-in after eight quiet days (SB-6)."""
    plan = running()
    plan.start_date -= timedelta(days=8)
    plan.save()
    lived(plan, 9)
    return Phone(client, plan)


def none_of_these(phone):
    return {f"none_{screen.slug}": "on" for screen in phone.get("rescreen").context["form"].screens}


def clinician(phone, **changed):
    return {
        "by_name": "Dr Example",
        "role": "gp",
        "cleared_on": phone.today,
        "note": "Legs and feeling checked.",
        "seen": phone.plan.__class__.objects.get(pk=phone.plan.pk).revision,
        **changed,
    }


def test_all_clear_opens_the_session_again(back_after_silence):
    phone = back_after_silence
    assert phone.plan.course().rescreen_wanted
    phone.client.post(phone.url("rescreen"), none_of_these(phone))
    assert phone.plan.__class__.objects.get(pk=phone.plan.pk).course().session.items


def test_an_open_group_keeps_it_shut(back_after_silence):
    phone = back_after_silence
    data = none_of_these(phone)
    data.popitem()
    assert phone.client.post(phone.url("rescreen"), data).status_code == 400
    assert phone.plan.course().rescreen_wanted


def test_promise_1_a_yes_stops_although_the_rest_is_open(phone):
    response = phone.client.post(phone.url("rescreen"), {"QB1": "yes"})
    assert "tel:999" in Page(phone.client.get(response.url)).links()


def test_a_milder_yes_with_the_rest_open_is_kept_and_the_rest_asked_for(phone):
    response = phone.client.post(phone.url("rescreen"), {"QB20": "yes"})
    assert response.status_code == 400
    assert phone.entry().answers == {"QB20": "yes"}


def test_every_question_of_the_region_is_asked_or_answered_by_age(phone):
    phone.client.post(phone.url("rescreen"), none_of_these(phone))
    assert phone.entry().rescreened


def test_an_elbow_that_began_with_an_injury_is_asked_about_it(client):
    answers = {"QE1": "yes"}
    phone = Phone(client, running(days=3, condition=Condition.TENNIS_ELBOW, screening__given=answers))
    assert "QE18" in phone.get("rescreen").context["form"].asked


# Reviewed


@pytest.fixture
def alongside(client):
    screened = {"screening__given": {"QB18": "yes"}, "screening__disposition": "review_alongside"}
    return Phone(client, running(days=3, **screened))


def test_a_review_is_logged_and_the_gates_may_open(alongside):
    assert alongside.plan.course().held
    response = alongside.client.post(alongside.url("reviewed"), clinician(alongside))
    assert response.status_code == 302
    done = Intervention.objects.get(plan=alongside.plan)
    assert done.kind == "review"
    assert "Dr Example" in done.reason
    assert not alongside.plan.__class__.objects.get(pk=alongside.plan.pk).course().held
    assert AuditEvent.objects.filter(action="plan.review").exists()


def test_a_review_needs_who_and_when(alongside):
    response = alongside.client.post(alongside.url("reviewed"), clinician(alongside, by_name=""))
    assert response.status_code == 400
    assert "Give the name of the clinician." in Page(response).text
    assert not Intervention.objects.exists()


def test_a_review_on_a_page_that_is_out_of_date_is_refused(alongside):
    response = alongside.client.post(alongside.url("reviewed"), clinician(alongside, seen=99))
    assert response.status_code == 409
    assert not Intervention.objects.exists()


def test_a_review_lies_not_in_the_future(alongside):
    tomorrow = (alongside.plan.local_today() + timedelta(days=1)).isoformat()
    assert (
        alongside.client.post(alongside.url("reviewed"), clinician(alongside, cleared_on=tomorrow)).status_code == 400
    )


# Cleared


@pytest.fixture
def stopped(phone):
    phone.check_in("morning", morning=9)
    return phone


def cleared(phone, **changed):
    return clinician(phone, stage="relative-rest", told="on", **changed)


def test_a_clearance_is_logged_and_the_plan_goes_on(stopped):
    response = stopped.client.post(stopped.url("clearance"), cleared(stopped))
    assert response.status_code == 302
    entry = Clearance.objects.get(plan=stopped.plan)
    assert (entry.by_name, entry.role) == ("Dr Example", "gp")
    assert Intervention.objects.get(plan=stopped.plan).stage == "relative-rest"


def test_a_stage_above_the_one_that_was_reached_is_not_offered(stopped):
    response = stopped.client.post(stopped.url("clearance"), {**cleared(stopped), "stage": "reload"})
    assert response.status_code == 400
    assert not Clearance.objects.exists()


@pytest.mark.parametrize("missing", ["by_name", "role", "cleared_on", "note", "stage", "told"])
def test_every_part_of_a_clearance_is_needed(stopped, missing):
    data = cleared(stopped)
    del data[missing]
    assert stopped.client.post(stopped.url("clearance"), data).status_code == 400
    assert not Clearance.objects.exists()


def test_a_clearance_dates_from_after_the_stop(stopped):
    before = (stopped.plan.local_today() - timedelta(days=1)).isoformat()
    response = stopped.client.post(stopped.url("clearance"), cleared(stopped, cleared_on=before))
    assert response.status_code == 400
    assert "Give the day that you were seen" in Page(response).text


def test_an_emergency_is_not_cleared_but_screened_afresh(phone):
    phone.plan.record(phone.plan.local_today(), {"answers": {"QB4": "yes"}}, phone.plan.athlete)
    page = Page(phone.get("clearance"))
    assert "start afresh" in page.text
    phone.client.post(phone.url("clearance"), cleared(phone))
    assert not Clearance.objects.exists()
    response = phone.post("end", choice="again", words="Seen", seen=1)
    assert response.url == "/start/"


def test_a_running_plan_needs_no_clearance(phone):
    assert phone.get("clearance").url == phone.url("today_of")
