"""Reminders on the person's own terms: what comes next, what is saved, and what is said about what was typed."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from plans.models import Plan, Preferences
from plans.reminders.kinds import SWITCHABLE, Who
from plans.rules.words import Condition
from tests.factories import ChannelFactory, PhysioFactory, UserFactory

from .daily import DOOR, running
from .walk import Page

pytestmark = pytest.mark.django_db

# A Wednesday in winter, when the clocks of London say what UTC says.
NOON = datetime(2031, 3, 5, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def there():
    return reverse("plans:reminders")


def typed(**changed):
    """The form as it is shown to somebody who never changed it, with this instead."""
    usual = {
        "morning": "08:00",
        "session": "17:30",
        "evening": "20:00",
        "days": list("0123456"),
        "quiet_from": "21:30",
        "quiet_until": "07:30",
        "budget": "5",
        "kinds": [rule.kind.value for rule in SWITCHABLE if rule.who is not Who.PHYSIO],
        "holiday_from": "",
        "holiday_until": "",
    }
    return {name: value for name, value in {**usual, **changed}.items() if value is not None}


def chosen(phone) -> Preferences:
    return Preferences.objects.get(user=phone.plan.athlete)


def values(page):
    return {attrs.get("name"): attrs.get("value") for tag, attrs in page.tags if tag == "input"}


def see(phone, there):
    return Page(phone.client.get(there))


def test_it_shows_the_usual_terms_before_anything_was_chosen(phone, there):
    page = see(phone, there)
    assert {"morning": "08:00", "session": "17:30", "budget": "5"}.items() <= values(page).items()
    assert {("days", str(day)) for day in range(7)} <= page.checked()
    assert not Preferences.objects.exists()


def test_the_form_as_shown_changes_nothing(phone, there):
    assert phone.client.post(there, typed()).url == there
    assert not AuditEvent.objects.filter(action="reminders.change").exists()


def test_terms_are_kept_with_their_trace_and_the_clock_looks_again(phone, there):
    ended = running(athlete=phone.plan.athlete, ended_on=phone.plan.local_today())
    Plan.objects.update(next_due_at=None)
    data = typed(morning="06:45", days=["0", "2"], budget="0", usual="on", kinds=["session"])
    assert phone.client.post(there, data).status_code == 302
    kept = chosen(phone)
    assert (kept.morning, kept.days, kept.budget, kept.usual) == (time(6, 45), [0, 2], 0, True)
    assert "session" not in kept.off
    assert {"morning", "later", "silence"} <= set(kept.off)
    event = AuditEvent.objects.get(action="reminders.change")
    assert event.fields == ["budget", "days", "morning", "off", "usual"]
    assert Plan.objects.get(pk=phone.plan.pk).next_due_at == timezone.now()
    assert Plan.objects.get(pk=ended.pk).next_due_at is None


def test_what_was_saved_is_shown_again(phone, there):
    phone.client.post(there, typed(evening="19:15", days=["6"], holiday_from="2031-07-01", holiday_until="2031-07-14"))
    page = see(phone, there)
    assert {"evening": "19:15", "holiday_from": "2031-07-01"}.items() <= values(page).items()
    assert ("days", "6") in page.checked()
    assert ("days", "0") not in page.checked()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("morning", "25:00", "Give a time such as 08:00."),
        ("quiet_until", "", "Give a time such as 08:00."),
        ("budget", "22", "Give a number from 0 to 21."),
        ("budget", "-1", "Give a number from 0 to 21."),
        ("budget", "many", "Give a number from 0 to 21."),
        ("days", [], "Choose at least one day."),
        ("days", ["7"], "Choose days of the week."),
        ("kinds", ["escalation"], "Choose from the list."),
        ("holiday_from", "2031-02-30", "Give a day such as"),
        ("holiday_from", "2031-07-01", "Give the last day too"),
        ("holiday_until", "2031-07-01", "Give the first day too"),
    ],
)
def test_what_cannot_be_taken_is_told_and_nothing_typed_is_lost(phone, there, field, value, said):
    data = typed(**{"session": "16:10", field: value})
    response = phone.client.post(there, data)
    assert response.status_code == 400
    page = Page(response)
    assert said in page.text
    assert values(page)["session"] == "16:10"
    if isinstance(value, str):
        assert values(page)[field] == value
    assert not Preferences.objects.exists()


def test_a_holiday_that_ends_before_it_begins_is_told(phone, there):
    response = phone.client.post(there, typed(holiday_from="2031-07-14", holiday_until="2031-07-01"))
    assert response.status_code == 400
    assert "lies before the first" in Page(response).text
    assert {"holiday_from": "2031-07-14", "holiday_until": "2031-07-01"}.items() <= values(Page(response)).items()


def test_quiet_hours_that_swallow_a_time_are_allowed_but_told(phone, there):
    assert "lie in quiet hours" not in see(phone, there).text
    assert phone.client.post(there, typed(quiet_from="19:00", quiet_until="09:00")).status_code == 302
    text = see(phone, there).text
    assert "Some of your times lie in quiet hours" in text
    assert "08:00 for the morning, 20:00 for the evening" in text
    assert "17:30 for a session" not in text


@pytest.mark.parametrize(
    ("quiet", "hushed"),
    [
        (("07:00", "09:00"), ["08:00 for the morning"]),
        (("08:00", "08:00"), []),  # none
        (("20:00", "20:30"), ["20:00 for the evening"]),
        (("07:00", "08:00"), []),  # they end at 8
    ],
)
def test_quiet_hours_end_at_their_minute(phone, there, quiet, hushed):
    phone.client.post(there, typed(quiet_from=quiet[0], quiet_until=quiet[1]))
    assert phone.client.get(there).context["hushed"] == hushed


# What comes next


def test_the_next_three_in_the_persons_own_zone(phone, there):
    page = see(phone, there)
    coming = phone.client.get(there).context["next"]
    assert len(coming) == 3
    assert coming[0].when == "today, 17:30"
    assert coming[0].titles == ["Your session is due"]
    assert "Times are of your zone, Europe/London." in page.text


def test_another_zone_moves_them_with_its_wall_clock(phone, there):
    User.objects.update(time_zone="America/New_York")
    response = phone.client.get(there)
    assert response.context["next"][0].when.endswith(("08:00", "17:30"))
    assert "America/New York" in Page(response).text


def test_saving_another_time_changes_what_comes_next(phone, there):
    phone.client.post(there, typed(session="15:05"))
    assert phone.client.get(there).context["next"][0].when == "today, 15:05"


def test_several_at_one_moment_are_one_line(phone, there):
    phone.client.post(there, typed(session="20:00", budget="21"))
    coming = phone.client.get(there).context["next"]
    assert any(len(each.titles) > 1 for each in coming)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"snoozed_until": NOON + timedelta(days=20)}, "You asked for quiet until"),
        ({"holiday_from": date(2031, 3, 1), "holiday_until": date(2031, 3, 30)}, "You are away until 30 March"),
        ({"off": [rule.kind.value for rule in SWITCHABLE]}, "Nothing is due"),
    ],
)
def test_an_empty_list_says_why(phone, there, terms, said):
    Preferences.objects.create(user=phone.plan.athlete, **terms)
    response = phone.client.get(there)
    assert response.context["next"] == []
    assert said in Page(response).text


def test_without_a_plan_it_says_so(client, there):
    client.force_login(UserFactory(), backend=DOOR)
    assert "You follow no plan now" in Page(client.get(there)).text


# Learned from the diary


def test_when_one_usually_trains_is_explained(phone, there):
    assert "We learn it from your diary" in see(phone, there).text
    for days in (8, 6, 4, 2):
        on = phone.plan.local_today() - timedelta(days=days)
        with time_machine.travel(datetime.combine(on, time(18, 40), UTC), tick=False):
            phone.plan.refresh_from_db()
            phone.plan.record(on, {"during": 3, "dose": 90}, phone.plan.athlete)
    assert "about 18:40, so with this we remind you at 18:10" in see(phone, there).text
    assert phone.client.get(there).context["next"][0].when == "today, 17:30"
    phone.client.post(there, typed(usual="on"))
    assert phone.client.get(there).context["next"][0].when == "today, 18:10"


# Snoozed, lost, failing


def test_a_snooze_is_shown_and_ended_with_one_tap(phone, there):
    Preferences.objects.create(user=phone.plan.athlete, snoozed_until=NOON + timedelta(hours=20), budget=7)
    Plan.objects.update(next_due_at=None)
    page = see(phone, there)
    assert "Quiet until tomorrow, 08:00" in page.text
    assert phone.client.post(there, {"wake": "1"}).url == there
    assert (chosen(phone).snoozed_until, chosen(phone).budget) == (None, 7)
    assert Plan.objects.get(pk=phone.plan.pk).next_due_at == NOON
    assert "Wake up now" not in see(phone, there).text


def test_a_snooze_that_is_over_is_no_longer_shown(phone, there):
    Preferences.objects.create(user=phone.plan.athlete, snoozed_until=NOON - timedelta(minutes=1))
    assert "Wake up now" not in see(phone, there).text


def test_a_zone_that_is_no_more_is_told(phone, there):
    User.objects.update(time_zone="Mars/Base")
    page = see(phone, there)
    assert "Mars/Base is not known any more" in page.text
    assert "your zone, UTC" in page.text


def test_a_way_that_does_not_answer_is_told_here_too(phone, there):
    athlete = phone.plan.athlete
    failing = {"failing_since": NOON - timedelta(days=3), "label": "Chrome on Android"}
    device = ChannelFactory(user=athlete, way="push", address="https://push.example.org/x", **failing)
    page = see(phone, there)
    assert "Chrome on Android does not answer" in page.text
    device.use = "off"
    device.save()
    assert "does not answer" not in see(phone, there).text


# Who sees which kinds


def test_an_athlete_sees_no_kinds_of_physios(phone, there, client):
    assert "Your clients today" not in see(phone, there).text
    client.force_login(PhysioFactory(), backend=DOOR)
    assert "Your clients today" in Page(client.get(there)).text


def test_what_the_page_does_not_show_stays_switched_off(phone, there):
    """Somebody was a physio once, and may be one again."""
    Preferences.objects.create(user=phone.plan.athlete, off=["digest"])
    phone.client.post(there, typed(kinds=["session"]))
    assert "digest" in chosen(phone).off


def test_it_is_for_whoever_is_signed_in_and_never_kept_by_a_cache(phone, there):
    assert phone.client.get(there).headers["Cache-Control"] == "private, no-cache"


def test_it_takes_few_queries_whatever_the_plans(phone, there, django_assert_max_num_queries):
    phone.client.get(there)
    with django_assert_max_num_queries(10):
        phone.client.get(there)
    running(days=10, condition=Condition.TENNIS_ELBOW, athlete=phone.plan.athlete)
    phone.client.get(there)  # the protocol is parsed once a process
    with django_assert_max_num_queries(10):
        phone.client.get(there)


def test_two_saves_at_once_leave_each_others_fields(phone, there):
    """update_fields: a snooze from a message meanwhile is not undone by a form that knew nothing of it."""
    phone.client.post(there, typed(budget="6"))
    Preferences.objects.update(snoozed_until=NOON + timedelta(hours=1))
    phone.client.post(there, typed(budget="7"))
    assert chosen(phone).snoozed_until == NOON + timedelta(hours=1)


def test_today_and_me_lead_here(phone, there):
    assert there in see(phone, reverse("plans:today")).links()
    assert there in see(phone, reverse("accounts:me")).links()
