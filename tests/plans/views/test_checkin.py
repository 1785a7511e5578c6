"""The check-in: six taps, once however often it is sent, nothing typed lost."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from plans.models import Entry, EntryRevision, Plan

from .daily import Phone, running
from .walk import Page

pytestmark = pytest.mark.django_db


def buttons(response):
    """Name and value of every button that sends the form."""
    return {(attrs.get("name"), attrs.get("value")) for tag, attrs in Page(response).tags if tag == "button"}


def test_a_day_takes_six_taps(phone):
    """Morning: a score, nothing new. Session: a score, how much. Evening: a score, and the average, which saves."""
    phone.check_in("morning", morning=3)
    phone.check_in("session", during=2, share=100)
    phone.check_in("later", after=3, pain=4)
    entry = phone.entry()
    assert (entry.morning, entry.during, entry.dose, entry.after, entry.pain) == (3, 2, 100, 3, 4)
    assert (None, None) in buttons(phone.get("checkin", "morning"))
    assert {("share", "100"), ("share", "75"), ("share", "50"), ("share", "other")} <= buttons(
        phone.get("checkin", "session")
    )
    assert {("pain", str(score)) for score in range(11)} <= buttons(phone.get("checkin", "later"))


@pytest.mark.parametrize("part", ["morning", "session", "later"])
def test_anything_new_is_on_each(phone, part):
    assert ("new", "1") in buttons(phone.get("checkin", part))


def test_the_morning_is_asked_before_any_score_is_shown(phone):
    text = Page(phone.get("checkin", "morning")).text
    assert phone.plan.version.protocol.morning_pain in text
    assert "Saved" not in text
    assert not Page(phone.get("checkin", "morning")).checked()


def test_promise_8_sent_twice_is_sent_once(phone):
    for _again in range(3):
        assert phone.check_in("morning", morning=3, seen=0).status_code == 302
    assert Entry.objects.filter(plan=phone.plan, date=phone.today).count() == 1
    assert EntryRevision.objects.filter(entry__date=phone.today).count() == 1


def test_promise_8_the_script_hears_that_it_was_received(phone):
    answer = phone.check_in("morning", json=True, morning=3)
    assert answer.json()["state"] == "received"
    assert answer.json()["next"] == phone.url("today_of")


def test_the_script_hears_what_was_refused(phone):
    answer = phone.check_in("morning", json=True, morning=11)
    assert answer.status_code == 400
    assert answer.json() == {"state": "refused", "problems": ["Choose a number from 0 to 10."]}


def test_the_script_is_told_to_sign_in_not_sent_a_page(phone):
    there = phone.url("checkin_on", "morning", phone.today)
    answer = Client().post(there, {"morning": 3}, headers={"Accept": "application/json"})
    assert answer.status_code == 401
    assert answer.json()["state"] == "sign-in"


@pytest.mark.parametrize("score", ["", "11", "-1", "3.5", "much"])
def test_a_score_that_is_none_is_asked_for_again(phone, score):
    response = phone.check_in("morning", morning=score)
    assert response.status_code == 400
    assert "Choose a number from 0 to 10." in Page(response).text
    assert not Entry.objects.filter(plan=phone.plan, date=phone.today).exists()


def test_what_was_typed_stays_when_something_is_missing(phone):
    response = phone.check_in("session", during=4, flags=["spasm"], share="other")
    assert response.status_code == 400
    assert {("during", "4"), ("flags", "spasm")} <= Page(response).checked()
    phone.check_in("session", during=4, flags=["spasm"], share="other", percent=60)
    entry = phone.entry()
    assert (entry.dose, entry.flags) == (60, ["spasm"])


def test_an_unknown_flag_is_refused(phone):
    assert phone.check_in("session", during=4, flags=["sneeze"], share=100).status_code == 400


@pytest.mark.parametrize("percent", ["101", "-5", "half"])
def test_a_share_is_a_percentage(phone, percent):
    assert phone.check_in("session", during=4, share="other", percent=percent).status_code == 400


def test_parts_of_a_day_do_not_touch_each_other(phone):
    phone.check_in("morning", morning=3)
    phone.check_in("later", pain=4)
    assert (phone.entry().morning, phone.entry().pain) == (3, 4)


def test_a_form_for_yesterday_is_yesterdays(phone):
    yesterday = (phone.plan.local_today() - timedelta(days=1)).isoformat()
    response = phone.check_in("later", yesterday, after=1, pain=6)
    assert response.status_code == 302
    assert phone.entry(yesterday).pain == 6
    assert not Entry.objects.filter(plan=phone.plan, date=phone.today).exists()


def test_an_answer_can_be_changed_and_the_day_shows_what_it_was(phone):
    phone.check_in("morning", morning=3)
    phone.check_in("morning", morning=5)
    text = Page(phone.get("day", phone.today)).text
    assert phone.entry().morning == 5
    assert "morning 3 → morning 5" in text


def test_a_stale_page_says_what_changed_and_keeps_what_was_typed(phone):
    made_from = phone.get("checkin", "morning").context["seen"]
    phone.check_in("morning", morning=5)
    response = phone.check_in("morning", morning=3, seen=made_from)
    page = Page(response)
    assert response.status_code == 409
    assert "morning 5" in page.text
    assert "morning 3" in page.text
    assert ("morning", "3") in page.checked()
    assert phone.entry().morning == 5
    assert phone.check_in("morning", morning=3, seen=response.context["seen"]).status_code == 302
    assert phone.entry().morning == 3


def test_a_page_made_before_another_part_was_saved_is_not_stale(phone):
    made_from = phone.get("checkin", "later").context["seen"]
    phone.check_in("morning", morning=5)
    assert phone.check_in("later", pain=3, seen=made_from).status_code == 302


def test_the_script_hears_of_a_clash(phone):
    phone.check_in("morning", morning=5)
    answer = phone.check_in("morning", json=True, morning=3, seen=0)
    assert answer.status_code == 409
    assert answer.json()["state"] == "changed"
    assert phone.entry().morning == 5


@pytest.mark.parametrize("seen", ["", "x", "-1", "99999999999999999999"])
def test_a_mangled_revision_is_no_way_around(phone, seen):
    phone.check_in("morning", morning=5)
    response = phone.check_in("morning", morning=3, seen=seen)
    assert response.status_code in (302, 409)
    assert EntryRevision.objects.filter(entry__date=phone.today).count() >= 1


@pytest.mark.parametrize("days", [1, 30])
def test_a_day_in_the_future_has_not_come(phone, days):
    day = (phone.plan.local_today() + timedelta(days=days)).isoformat()
    for response in (phone.get("checkin_on", "morning", day), phone.post("checkin_on", "morning", day, morning=3)):
        assert response.status_code == 400
        assert "has not come yet" in Page(response).text


def test_a_day_before_the_start_is_none_of_the_plan(phone):
    day = (phone.plan.start_date - timedelta(days=1)).isoformat()
    response = phone.post("checkin_on", "morning", day, morning=3)
    assert response.status_code == 400
    assert not Entry.objects.filter(plan=phone.plan, date=day).exists()


def test_a_day_long_ago_is_for_the_physio(client):
    phone = Phone(client, running(days=20))
    response = phone.check_in("morning", phone.plan.date_of(2).isoformat(), morning=7)
    assert response.status_code == 400
    assert "Ask your physio" in Page(response).text


@pytest.mark.parametrize("address", ["2031-13-01", "2031-02-30", "yesterday", "2031-1-1"])
def test_what_is_no_date_is_no_page(phone, address):
    assert phone.client.get(f"/plan/{phone.plan.pk}/check-in/morning/{address}/").status_code == 404


def test_what_is_no_part_is_no_page(phone):
    assert phone.get("checkin", "noon").status_code == 404


def test_a_session_on_a_stopped_plan_is_refused_and_says_why(phone):
    phone.check_in("morning", morning=9)
    response = phone.check_in("session", during=1, share=100)
    assert response.status_code == 409
    assert "stopped" in Page(response).text
    assert phone.entry().during is None


def test_an_ended_plan_takes_nothing(phone):
    Plan.objects.filter(pk=phone.plan.pk).update(ended_on=phone.plan.local_today())
    response = phone.post("checkin_on", "morning", phone.today, morning=3)
    assert response.status_code == 409
    assert "has ended" in Page(response).text


# Something is new


def test_something_new_saves_the_score_and_asks_what(phone):
    response = phone.check_in("morning", morning=3, new=1)
    assert response.url == phone.url("new", phone.today)
    assert phone.entry().morning == 3


def test_something_new_waits_for_no_score(phone):
    response = phone.check_in("later", new=1)
    assert response.url == phone.url("new", phone.today)
    assert not Entry.objects.filter(plan=phone.plan, date=phone.today).exists()


def test_promise_1_a_yes_stops_at_once(phone):
    response = phone.post("new", phone.today, QB4="yes")
    shown = phone.client.get(response.url)
    assert "tel:999" in Page(shown).links()
    assert "new numbness" in Page(shown).text


def test_promise_1_yes_and_not_sure_together_are_a_yes(phone):
    phone.post("new", phone.today, QB4=["not_sure", "yes"])
    assert phone.entry().answers == {"QB4": "yes"}


def test_new_weakness_stops_at_once(phone):
    phone.post("new", phone.today, weakness="on")
    assert phone.entry().new_weakness
    assert "tel:999" in Page(phone.get("today_of")).links()


def test_the_short_list_is_the_protocols_without_what_is_known(client):
    phone = Phone(client, running(days=2, screening__given={"QB19": "yes"}, screening__disposition="review_alongside"))
    asked = set(phone.get("new_today").context["form"].asked)
    assert asked == set(phone.plan.version.protocol.every_day) - {"QB19"}


def test_nothing_ticked_is_asked_about(phone):
    assert phone.post("new", phone.today).status_code == 400


def test_a_milder_sign_asks_for_a_review_and_the_plan_goes_on(phone):
    response = phone.post("new", phone.today, QB20="yes")
    page = Page(phone.client.get(response.url))
    assert "needs a review soon" in page.text
    assert "A review is still to be done" in page.text


# When the database cannot be written


def test_promise_8_what_was_typed_stands_on_the_page_when_nothing_can_be_saved(phone):
    """Promise 8: a full disk, a lock that lasts, a read-only file."""
    with patch("plans.models.diary.Entry.save", side_effect=OperationalError("attempt to write a readonly database")):
        response = phone.check_in("session", during=4, flags=["spasm"], share=75)
    page = Page(response)
    kept = {(attrs.get("name"), attrs.get("value")) for tag, attrs in page.tags if tag == "input"}
    assert response.status_code == 503
    assert response.headers["Retry-After"]
    assert {("during", "4"), ("flags", "spasm"), ("share", "75")} <= kept
    assert "Nothing that you entered before is lost" in page.text
    again = phone.client.post(
        phone.url("checkin_on", "session", phone.today), {name: value for name, value in kept if name}
    )
    assert again.status_code == 302
    assert (phone.entry().during, phone.entry().dose) == (4, 75)


def test_the_script_keeps_it_when_nothing_can_be_saved(phone):
    with patch("plans.models.diary.Entry.save", side_effect=OperationalError("database or disk is full")):
        answer = phone.check_in("morning", json=True, morning=4)
    assert answer.status_code == 503
    assert answer.json()["state"] == "saved-here"


def test_a_page_that_cannot_be_read_says_so(phone):
    with patch("plans.models.plan.Plan.course", side_effect=OperationalError("database is locked")):
        response = phone.get("today_of")
    assert response.status_code == 503
    assert phone.url("today_of") in Page(response).links()
