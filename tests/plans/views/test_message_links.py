"""The pages behind a message's links: no sign-in, no cookie; looking changes nothing; twice is once."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from plans.models import Channel, Entry, Message, Plan, Preferences
from plans.models.reminder import Kind, State, Use, Way
from plans.reminders import links
from plans.reminders.compose import target
from tests.factories import ChannelFactory, EscalationFactory, MessageFactory, PhysioFactory, UserFactory
from tests.plans.reminders.test_compose import HEALTH
from tests.plans.reminders.test_snooze import ended, paused, stopped

pytestmark = pytest.mark.django_db

NOW = datetime(2031, 3, 5, 17, 40, tzinfo=UTC)  # a Wednesday
PAGES = ("message", "snooze", "done", "unsubscribe")
JSON = {"Accept": "application/json"}
ONE_CLICK = "List-Unsubscribe=One-Click"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def message(clock) -> Message:
    return MessageFactory(plan__days_ago=4, state=State.SENT.value, sent_at=NOW)


@pytest.fixture
def mail() -> Client:
    """A mail program or a scanner: no session, no cookies, and the site's guard against forged forms is on."""
    return Client(enforce_csrf_checks=True)


def url(name: str, message: Message) -> str:
    return reverse(f"plans:{name}", args=[links.token(message)])


def stored() -> list[object]:
    """All that a link could change, but for seen_at."""
    return [
        list(Message.objects.order_by("pk").values_list("pk", "state", "due_at", "about")),
        list(Preferences.objects.order_by("pk").values_list("pk", "off", "snoozed_until")),
        list(Channel.objects.order_by("pk").values_list("pk", "use")),
        list(Entry.objects.order_by("pk").values_list("pk", "dose")),
        list(Plan.objects.order_by("pk").values_list("pk", "revision", "next_due_at")),
    ]


def words(response) -> str:
    main = re.search(r"<main.*</main>", response.content.decode(), re.DOTALL)
    return re.sub(r"<[^>]+>", " ", main[0])


# Looking -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("kind", [Kind.SESSION, Kind.CATCH_UP, Kind.ESCALATION, Kind.TEST])
def test_looking_changes_nothing(mail, name, kind):
    message = MessageFactory(kind=kind.value)
    before = stored()
    for look in (mail.get, mail.head):
        assert look(url(name, message)).status_code == (302 if name == "message" else 200)
    assert stored() == before
    seen = Message.objects.get(pk=message.pk).seen_at
    assert (seen == NOW) if name == "message" else (seen is None)


def test_a_head_alone_is_no_look(mail, message):
    mail.head(url("message", message))
    assert Message.objects.get(pk=message.pk).seen_at is None


def test_the_first_look_is_the_one_that_counts(mail, message, clock):
    mail.get(url("message", message))
    clock.shift(timedelta(hours=1))
    mail.get(url("message", message))
    assert Message.objects.get(pk=message.pk).seen_at == NOW


@pytest.mark.parametrize("kind", Kind)
def test_opening_leads_to_its_page_which_asks_to_sign_in(mail, kind):
    message = MessageFactory(kind=kind.value)
    response = mail.get(url("message", message))
    assert response.url == target(message)
    assert "login" in mail.get(response.url).url


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_keeps_or_lists_the_pages(mail, message, name, method):
    response = getattr(mail, method)(url(name, message))
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert not response.cookies


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("method", ["put", "delete", "patch", "options"])
def test_other_methods_are_none(mail, message, name, method):
    assert getattr(mail, method)(url(name, message)).status_code == 405


@pytest.mark.parametrize("name", PAGES[1:])
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("method", ["get", "post"])
def test_no_page_tells_of_anybodys_health(mail, name, kind, method):
    message = MessageFactory(kind=kind.value, plan__side="left", plan__athlete__name="Robin Marsh")
    response = getattr(mail, method)(url(name, message), {"length": "hour"})
    page = words(response)
    assert not HEALTH.search(page), HEALTH.search(page)
    assert "Robin" not in page
    assert "robin" not in page
    assert "athlete" not in page or kind is Kind.ESCALATION


@pytest.mark.parametrize("name", PAGES[1:])
def test_help_is_one_tap_away(mail, message, name):
    assert f'href="{reverse("plans:help")}"' in mail.get(url(name, message)).content.decode()


# Forged, too old, gone ---------------------------------------------------------------------------------------------


def useless(mail, there: str) -> None:
    before = stored()
    for answer in (mail.get(there), mail.post(there, {"length": "hour"}), mail.post(there, headers=JSON)):
        assert answer.status_code == 404
        assert "no-store" in answer.headers["Cache-Control"]
    assert stored() == before
    assert "This link does not work any more" in words(mail.get(there))
    assert mail.post(there, headers=JSON).json()["title"] == "This link does not work any more"


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(
    "token", ["x", "1.xyz.abc", "1", "%00", "%F0%9F%92%A9", "1" * 2000, "..;", "1.1a2b3c." + "A" * 43]
)
def test_a_forged_link_says_what_to_do(mail, message, name, token):
    useless(mail, url(name, message).replace(links.token(message), token))


@pytest.mark.parametrize("name", PAGES)
def test_a_link_that_is_too_old_says_what_to_do(mail, message, name, clock):
    there = url(name, message)
    clock.shift(timedelta(days=60, seconds=1))
    useless(mail, there)


@pytest.mark.parametrize("name", PAGES)
def test_a_deleted_persons_link_says_what_to_do(mail, name):
    person = UserFactory()
    there = url(name, MessageFactory(plan=None, recipient=person, kind=Kind.TEST.value))
    person.delete()
    useless(mail, there)


@pytest.mark.parametrize("name", PAGES)
def test_promise_7_a_link_touches_nothing_but_what_is_its_readers(mail, message, name):
    MessageFactory(plan__athlete=UserFactory())
    mine = [
        list(Message.objects.filter(recipient=message.recipient).values_list("pk", flat=True)),
        message.recipient_id,
    ]

    def others():
        return [
            list(Message.objects.exclude(pk__in=mine[0]).exclude(about__startswith="again").values()),
            list(Channel.objects.exclude(user=mine[1]).values()),
            list(Preferences.objects.exclude(user=mine[1]).values()),
            list(Plan.objects.exclude(athlete=mine[1]).values_list("pk", "revision", "next_due_at")),
            list(Entry.objects.exclude(plan__athlete=mine[1]).values()),
        ]

    before = others()
    mail.get(url(name, message))
    mail.post(url(name, message), {"length": "week", "scope": "kind"})
    assert others() == before
    assert "_auth_user_id" not in mail.session


# Not now -----------------------------------------------------------------------------------------------------------


def test_the_page_offers_three_lengths_with_their_ends(mail, message):
    page = words(mail.get(url("snooze", message)))
    assert [" ".join(each.split()) for each in re.findall(r"(?:For|Until) [\w ]+?\s+until [^\n<]+?\s{2}", page)] == [
        "For an hour until 18:40",
        "Until tomorrow until Thursday 6 March, 08:00",
        "For a week until Wednesday 12 March, 08:00",
    ]


def test_an_hour_is_pressed_twice(mail, message):
    answers = [mail.post(url("snooze", message), {"length": "hour"}) for _twice in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("No reminders until 18:40." in words(answer) for answer in answers)
    assert Message.objects.filter(about__startswith="again").count() == 1
    assert "No reminders until 18:40." in words(mail.get(url("snooze", message)))


def test_the_phone_hears_it_in_a_sentence(mail, message):
    answer = mail.post(url("snooze", message), {"length": "tomorrow"}, headers=JSON)
    assert answer.json() == {"title": "Put off", "message": "No reminders until Thursday 6 March, 08:00."}


def test_it_can_be_undone(mail, message):
    page = mail.post(url("snooze", message), {"length": "week"}).content.decode()
    assert 'name="length" value="none"' in page
    assert mail.post(url("snooze", message), {"length": "none"}).status_code == 200
    assert Preferences.objects.get(user=message.recipient).snoozed_until is None


@pytest.mark.parametrize("length", ["", "year", "HOUR", "hour' OR 1=1", "\x00"])
def test_another_length_is_refused_with_what_to_do(mail, message, length):
    before = stored()
    answer = mail.post(url("snooze", message), {"length": length})
    assert answer.status_code == 400
    assert "Choose an hour, tomorrow or a week." in words(answer)
    assert stored() == before


@pytest.mark.parametrize("kind", [Kind.ESCALATION, Kind.MESSAGE, Kind.TEST])
def test_what_is_urgent_offers_no_button_and_takes_no_answer(mail, kind):
    message = MessageFactory(kind=kind.value)
    assert "<button" not in mail.get(url("snooze", message)).content.decode()
    before = stored()
    answer = mail.post(url("snooze", message), {"length": "hour"}, headers=JSON)
    assert (answer.status_code, answer.json()["title"]) == (409, "Not put off")
    assert stored() == before


# Done --------------------------------------------------------------------------------------------------------------


def test_a_session_is_noted_with_one_tap_and_twice_is_once(mail, message):
    first, second = (mail.post(url("done", message), headers=JSON).json() for _twice in range(2))
    assert first["title"] == "Noted"
    assert first["message"].startswith("The session of Wednesday 5 March is in your diary.")
    assert second["title"] == "Noted before"
    assert list(Entry.objects.values_list("dose", flat=True)) == [100]


def test_without_a_script_it_is_a_page(mail, message):
    assert "Did you do the whole session?" in words(mail.get(url("done", message)))
    assert "is in your diary" in words(mail.post(url("done", message)))


@pytest.mark.parametrize("become", [paused, ended, stopped])
def test_what_the_plan_refuses_is_told_without_its_reason(mail, message, become):
    """Whether somebody's plan is stopped stands behind sign-in."""
    become(message.plan)
    answer = mail.post(url("done", message), headers=JSON)
    assert answer.status_code == 409
    assert answer.json() == {"title": "Not noted", "message": "This could not be noted. Open the plan to see why."}
    page = words(mail.post(url("done", message)))
    assert "Open the plan to see why." in page
    assert not re.search(r"\b(?:stopp|paus|ended|emergency)", page)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SESSION])
def test_nothing_else_has_a_button_to_note_it(mail, kind):
    message = MessageFactory(kind=kind.value)
    assert mail.post(url("done", message)).status_code == 400
    assert "<button" not in mail.get(url("done", message)).content.decode()


# No more of these --------------------------------------------------------------------------------------------------


def test_one_click_of_a_mail_program_stops_the_mails(mail, message):
    """RFC 8058: a POST without cookies, answered without a redirect."""
    for _twice in range(2):
        answer = mail.post(url("unsubscribe", message), ONE_CLICK, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200
        assert Channel.objects.get(pk=message.channel_id).use == Use.OFF


def test_one_click_may_come_as_multipart(mail, message):
    mail.post(url("unsubscribe", message), {"List-Unsubscribe": "One-Click"})
    assert Channel.objects.get(pk=message.channel_id).use == Use.OFF


def test_the_page_stops_them_with_one_button_and_undoes_it(mail, message):
    Channel.objects.update(use=Use.RESERVE.value)
    assert "Stop reminder e-mails" in words(mail.get(url("unsubscribe", message)))
    page = mail.post(url("unsubscribe", message), {"scope": "way"})
    assert "Reminder e-mails are off" in words(page)
    assert 'name="on" value="reserve"' in page.content.decode()
    assert "Reminder e-mails are off" in words(mail.get(url("unsubscribe", message)))
    assert "Stop reminders?" in words(mail.post(url("unsubscribe", message), {"scope": "way", "on": "reserve"}))
    assert Channel.objects.get(pk=message.channel_id).use == Use.RESERVE


def test_the_page_stops_only_this_one_and_undoes_it(mail, message):
    page = mail.post(url("unsubscribe", message), {"scope": "kind"})
    assert "This one is off, everywhere." in words(page)
    assert Preferences.objects.get(user=message.recipient).off == ["session"]
    assert Channel.objects.get(pk=message.channel_id).use == Use.ALWAYS
    mail.post(url("unsubscribe", message), {"scope": "kind", "on": "always"})
    assert Preferences.objects.get(user=message.recipient).off == []


@pytest.mark.parametrize("data", [{"scope": "all"}, {"scope": "\x00"}, {"scope": "way", "on": "loud"}, {"on": ""}])
def test_odd_answers_switch_off_and_never_on(mail, message, data):
    assert mail.post(url("unsubscribe", message), data).status_code == 200
    assert Channel.objects.get(pk=message.channel_id).use == Use.OFF


def test_off_is_no_way_to_switch_on_something_worse(mail, message):
    mail.post(url("unsubscribe", message), {"scope": "way", "on": "off"})
    assert Channel.objects.get(pk=message.channel_id).use == Use.OFF


def test_what_somebody_counts_on_cannot_be_switched_off_and_the_page_says_how_it_ends(mail):
    physio = PhysioFactory()
    message = MessageFactory(
        kind=Kind.ESCALATION.value,
        escalation=EscalationFactory(),
        recipient=physio,
        channel=ChannelFactory(user=physio),
    )
    page = mail.get(url("unsubscribe", message))
    assert "This cannot be switched off here" in words(page)
    assert "once you no longer look after this person" in words(page)
    assert "<button" not in page.content.decode()
    before = stored()
    assert mail.post(url("unsubscribe", message), ONE_CLICK, content_type="text/plain").status_code == 409
    assert mail.post(url("unsubscribe", message), {"scope": "way"}).status_code == 409
    assert stored() == before


def test_an_inbox_row_offers_only_its_kind(mail, message):
    inbox = ChannelFactory(user=message.recipient, way=Way.INBOX.value)
    Message.objects.filter(pk=message.pk).update(channel=inbox)
    page = words(mail.get(url("unsubscribe", message)))
    assert "Stop only this one" in page
    assert "come this way" not in page
