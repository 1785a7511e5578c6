"""Ways to a person: e-mail in reserve, what takes its place when it fails, and how devices and services come and go."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from plans.models import Channel, Message
from plans.models.reminder import Kind, State, Use, Way
from plans.reminders import outbound, ways
from plans.reminders.channels import Answer, Outcome
from plans.reminders.kinds import KINDS
from tests.factories import ChannelFactory, UserFactory
from tests.outside import Browser

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ENDPOINT = "https://push.example.org/send/abc"
SENT, GONE = Answer(Outcome.SENT, "201"), Answer(Outcome.GONE, "410")


@pytest.fixture
def phone():
    return Browser()


@pytest.fixture
def athlete(db):
    user = UserFactory()
    ways.settle([user])
    return user


def channel(way, use=Use.ALWAYS, failing_days=None, **fields):
    """A row that is not saved, for what is decided in memory."""
    failing = None if failing_days is None else NOW - timedelta(days=failing_days)
    return Channel(way=way.value, use=use.value, failing_since=failing, **fields)


def chosen(*channels, kind=Kind.SESSION):
    return [found.way for found in ways.chosen(channels, kind, NOW)]


def mail(user):
    return Use(Channel.objects.get(user=user, way=Way.EMAIL.value).use)


def subscribe(user, phone, endpoint=ENDPOINT, label="Phone"):
    return ways.subscribe(user, endpoint, phone.keys, label)


# Settling -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_everybody_gets_an_inbox_and_mail_once(django_assert_num_queries):
    people = [UserFactory() for _each in range(3)]
    ways.settle(people)
    with django_assert_num_queries(1):
        ways.settle(people)
    for person in people:
        assert sorted(person.channels.values_list("way", flat=True)) == ["email", "inbox"]


@pytest.mark.django_db
def test_only_what_is_missing_is_added(django_assert_max_num_queries):
    known, new = UserFactory(), UserFactory()
    ChannelFactory(user=known, use=Use.OFF.value)
    with django_assert_max_num_queries(4):
        ways.settle([known, new])
    assert mail(known) is Use.OFF
    assert Channel.objects.count() == 4


# Choosing -----------------------------------------------------------------------------------------------------------

INBOX, MAIL = channel(Way.INBOX), channel(Way.EMAIL)
RESERVE, MAIL_OFF = channel(Way.EMAIL, Use.RESERVE), channel(Way.EMAIL, Use.OFF)
PUSH = channel(Way.PUSH)
SERVICE = channel(Way.SERVICE, confirmed_at=NOW)


@pytest.mark.parametrize(
    ("channels", "expected"),
    [
        ([INBOX, MAIL], ["inbox", "email"]),
        ([INBOX, MAIL_OFF], ["inbox"]),
        ([INBOX, RESERVE], ["inbox", "email"]),
        ([INBOX, RESERVE, PUSH], ["inbox", "push"]),
        ([INBOX, MAIL, PUSH], ["inbox", "email", "push"]),
        ([INBOX, MAIL_OFF, PUSH], ["inbox", "push"]),
        ([INBOX, RESERVE, SERVICE], ["inbox", "service"]),
        ([INBOX, RESERVE, channel(Way.SERVICE)], ["inbox", "email"]),  # nobody saw a test message arrive
        ([INBOX, RESERVE, channel(Way.PUSH, Use.OFF)], ["inbox", "email"]),
        ([INBOX, RESERVE, channel(Way.PUSH, Use.OFF), SERVICE], ["inbox", "service"]),
        ([INBOX, RESERVE, channel(Way.PUSH, ended_at=NOW)], ["inbox", "email"]),
        ([INBOX, RESERVE, channel(Way.PUSH, failing_days=1.9)], ["inbox", "push"]),
        ([INBOX, RESERVE, channel(Way.PUSH, failing_days=2)], ["inbox", "email"]),
        ([INBOX, RESERVE, channel(Way.PUSH, failing_days=2), PUSH], ["inbox", "email", "push"]),
        ([INBOX, RESERVE, channel(Way.SERVICE, failing_days=3, confirmed_at=NOW)], ["inbox", "email"]),
        ([INBOX, MAIL_OFF, channel(Way.PUSH, failing_days=3)], ["inbox"]),
        ([INBOX, channel(Way.EMAIL, failing_days=9)], ["inbox", "email"]),  # nothing could take its place
    ],
)
def test_what_a_reminder_takes(channels, expected):
    assert chosen(*channels) == expected


def test_once_a_week_what_fails_is_tried_again_beside_mail():
    tried = [days for days in range(2, 30) if "push" in chosen(INBOX, RESERVE, channel(Way.PUSH, failing_days=days))]
    assert tried == [7, 14, 21, 28]
    assert all("email" in chosen(INBOX, RESERVE, channel(Way.PUSH, failing_days=days)) for days in range(2, 30))


@pytest.mark.parametrize("kind", [kind for kind, rule in KINDS.items() if rule.must])
def test_an_escalation_takes_mail_and_inbox_whatever_was_switched_off(kind):
    off = channel(Way.EMAIL, Use.OFF)
    assert chosen(INBOX, off, kind=kind) == ["inbox", "email"]
    assert chosen(INBOX, off, channel(Way.PUSH, failing_days=5), kind=kind) == ["inbox", "email", "push"]
    assert chosen(INBOX, off, channel(Way.SERVICE), channel(Way.PUSH, Use.OFF), kind=kind) == ["inbox", "email"]


# Health -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.RETRY, Outcome.UNKNOWN])
def test_a_channel_fails_from_its_first_failure_until_it_works(athlete, phone, outcome):
    way = subscribe(athlete, phone)
    ways.note({way.pk: Answer(outcome, "503 Later")}, NOW)
    ways.note({way.pk: Answer(outcome, "500 Broken")}, NOW + timedelta(days=1))
    way.refresh_from_db()
    assert (way.failing_since, way.last_error, way.last_sent_at) == (NOW, "500 Broken", None)
    ways.note({way.pk: SENT}, NOW + timedelta(days=2))
    way.refresh_from_db()
    assert (way.failing_since, way.last_error, way.last_sent_at) == (None, "", NOW + timedelta(days=2))


@pytest.mark.django_db
def test_a_batch_is_noted_in_few_statements(django_assert_max_num_queries):
    people = [UserFactory() for _each in range(6)]
    ways.settle(people)
    mails = list(Channel.objects.filter(way=Way.EMAIL.value).order_by("pk"))
    answers = {
        way.pk: SENT if number % 2 else Answer(Outcome.FAILED, f"55{number}") for number, way in enumerate(mails)
    }
    with django_assert_max_num_queries(2):
        ways.note(answers, NOW)
    assert [way.last_error for way in Channel.objects.filter(way=Way.EMAIL.value).order_by("pk")] == [
        "" if number % 2 else f"55{number}" for number in range(6)
    ]


@pytest.mark.django_db
def test_an_address_that_is_gone_ends_and_mail_takes_its_place(athlete, phone):
    way = subscribe(athlete, phone)
    other = UserFactory()
    ways.settle([other])
    Channel.objects.filter(user=other, way=Way.EMAIL.value).update(use=Use.RESERVE.value)
    assert mail(athlete) is Use.RESERVE
    for _twice in range(2):
        ways.note({way.pk: GONE}, NOW)
    way.refresh_from_db()
    assert (way.ended_at, way.last_error) == (NOW, "410")
    assert (way.address, way.keys) == ("-", {})
    assert mail(athlete) is Use.ALWAYS
    assert mail(other) is Use.RESERVE  # of whom nothing was noted


@pytest.mark.django_db
def test_of_two_devices_one_that_is_gone_leaves_mail_in_reserve(athlete, phone):
    gone = subscribe(athlete, phone)
    subscribe(athlete, phone, ENDPOINT + "2")
    ways.note({gone.pk: GONE}, NOW)
    assert mail(athlete) is Use.RESERVE


@pytest.mark.django_db
def test_mail_and_inbox_do_not_end(athlete):
    row = Channel.objects.get(user=athlete, way=Way.EMAIL.value)
    ways.note({row.pk: GONE}, NOW)
    row.refresh_from_db()
    assert row.ended_at is None


# Devices ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_with_the_first_device_mail_goes_into_reserve(athlete, phone):
    way = subscribe(athlete, phone)
    assert (way.way, way.use, way.label, way.keys) == ("push", "always", "Phone", phone.keys)
    assert mail(athlete) is Use.RESERVE
    Channel.objects.filter(user=athlete, way=Way.EMAIL.value).update(use=Use.ALWAYS.value)
    subscribe(athlete, phone, ENDPOINT + "2")
    assert mail(athlete) is Use.ALWAYS  # they took it out of reserve themselves


@pytest.mark.django_db
def test_mail_that_is_off_stays_off(athlete, phone):
    Channel.objects.filter(user=athlete, way=Way.EMAIL.value).update(use=Use.OFF.value)
    ways.drop(subscribe(athlete, phone))
    assert mail(athlete) is Use.OFF


@pytest.mark.django_db
def test_the_same_browser_again_is_the_same_device(athlete, phone):
    first = subscribe(athlete, phone)
    new = Browser()
    again = subscribe(athlete, new, label="Phone, new name")
    assert again.pk == first.pk
    first.refresh_from_db()
    assert (first.keys, first.label) == (new.keys, "Phone, new name")


@pytest.mark.django_db
def test_new_keys_are_given_a_new_chance_and_the_same_ones_are_not(athlete, phone):
    way = subscribe(athlete, phone)
    ways.note({way.pk: Answer(Outcome.FAILED, "400")}, NOW)
    assert subscribe(athlete, phone).failing_since == NOW
    assert subscribe(athlete, Browser()).failing_since is None


@pytest.mark.django_db
def test_on_a_shared_phone_the_one_who_uses_it_now_gets_the_messages(athlete, phone):
    other = UserFactory()
    ways.settle([other])
    before = subscribe(athlete, phone)
    after = subscribe(other, phone)
    before.refresh_from_db()
    assert before.ended_at
    assert after.user == other
    assert (mail(athlete), mail(other)) == (Use.ALWAYS, Use.RESERVE)
    assert subscribe(athlete, phone).pk != before.pk  # and back again


@pytest.mark.django_db
def test_ten_devices_are_enough(athlete, phone):
    for number in range(ways.DEVICES_MAX):
        subscribe(athlete, phone, f"{ENDPOINT}/{number}")
    with pytest.raises(ValidationError, match="Take one off"):
        subscribe(athlete, phone)
    assert subscribe(athlete, phone, f"{ENDPOINT}/3")  # one that is known is no new one


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "push.example.org/send",
        "http://push.example.org/send",
        "ftp://push.example.org/send",
        "https://",
        "https://[::1",
        "https://push.example.org:99999/",
        "https://user@push.example.org/",
        "https://push.example.org\\@10.0.0.1/",
        "https://push.example.org/a b",
        "https://push.example.org/\n",
        "https://push.éxample.org/",
        "https://push.example.org/" + "a" * 1000,
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://[::ffff:127.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://192.168.1.1:8443/",
    ],
)
def test_what_is_no_address_of_a_push_service_is_refused(athlete, phone, endpoint):
    with pytest.raises(ValidationError) as refused:
        subscribe(athlete, phone, endpoint)
    assert refused.value.code in ("endpoint", "inside")
    assert not athlete.channels.filter(way=Way.PUSH.value).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("keys", [{}, {"p256dh": "x", "auth": "y"}, {"p256dh": ["a"], "auth": {"b": 1}}])
def test_keys_that_no_browser_made_are_refused(athlete, keys):
    with pytest.raises(ValidationError, match="Load the page again"):
        ways.subscribe(athlete, ENDPOINT, keys, "Phone")


@pytest.mark.django_db
def test_dropping_the_last_one_brings_mail_back(athlete, phone):
    one, two = subscribe(athlete, phone), subscribe(athlete, phone, ENDPOINT + "2")
    ways.drop(one)
    assert mail(athlete) is Use.RESERVE
    ways.drop(two)
    assert mail(athlete) is Use.ALWAYS
    two.refresh_from_db()
    assert two.ended_at
    assert ENDPOINT not in two.address


@pytest.mark.django_db
def test_mail_and_inbox_cannot_be_dropped(athlete):
    for row in athlete.channels.all():
        with pytest.raises(ValidationError, match="switch e-mail off"):
            ways.drop(row)


# Services -----------------------------------------------------------------------------------------------------------

NTFY = "ntfys://ntfy.sh/a-topic-that-nobody-guesses"


@pytest.fixture(autouse=True)
def _names(monkeypatch):
    monkeypatch.setattr(outbound, "resolve", lambda host: ["1.1.1.1"])


def arrived(channel, state=State.SENT):
    message = ways.test(channel)
    Message.objects.filter(pk=message.pk).update(state=state.value, sent_at=NOW if state is State.SENT else None)


@pytest.mark.django_db
def test_a_service_is_used_when_its_owner_has_seen_a_message(athlete):
    way = ways.add_service(athlete, f"  {NTFY} ", "")
    assert (way.address, way.label, way.confirmed_at) == (NTFY, "ntfy", None)
    assert mail(athlete) is Use.ALWAYS
    with pytest.raises(ValidationError, match="test message first"):
        ways.confirm(way)
    message = ways.test(way)
    assert (message.kind, message.state, message.channel, message.plan) == ("test", "due", way, None)
    with pytest.raises(ValidationError, match="test message first"):
        ways.confirm(way)
    arrived(way)
    ways.confirm(way)
    assert way.confirmed_at
    assert mail(athlete) is Use.RESERVE
    ways.drop(way)
    assert mail(athlete) is Use.ALWAYS
    way.refresh_from_db()
    with pytest.raises(ValidationError, match="test message first"):
        ways.confirm(way)


@pytest.mark.django_db
def test_a_test_whose_answer_was_lost_may_have_arrived(athlete):
    way = ways.add_service(athlete, NTFY, "")
    arrived(way, State.UNKNOWN)
    ways.confirm(way)
    assert Channel.objects.get(pk=way.pk).confirmed_at


@pytest.mark.django_db
def test_to_confirm_twice_leaves_the_first_time(athlete, time_machine):
    way = ways.add_service(athlete, NTFY, "")
    arrived(way)
    ways.confirm(way)
    first = way.confirmed_at
    time_machine.move_to(first + timedelta(minutes=1))
    ways.confirm(way)
    assert Channel.objects.get(pk=way.pk).confirmed_at == first


@pytest.mark.django_db
def test_a_test_message_a_minute(athlete, time_machine):
    time_machine.move_to(NOW, tick=False)
    way = Channel.objects.get(user=athlete, way=Way.EMAIL.value)
    first = ways.test(way)
    assert ways.test(way).pk == first.pk
    time_machine.move_to(NOW + timedelta(minutes=1), tick=False)
    assert ways.test(way).pk != first.pk
    other = Channel.objects.get(user=athlete, way=Way.INBOX.value)
    assert ways.test(other).channel == other


@pytest.mark.django_db
def test_the_day_of_a_test_is_the_recipients(time_machine):
    time_machine.move_to(datetime(2026, 3, 2, 23, tzinfo=UTC), tick=False)
    far = UserFactory(time_zone="Asia/Tokyo")
    ways.settle([far])
    assert ways.test(far.channels.first()).local_date == datetime(2026, 3, 3, tzinfo=UTC).date()


@pytest.mark.django_db
def test_what_has_ended_is_not_tested(athlete, phone):
    way = subscribe(athlete, phone)
    ways.drop(way)
    way.refresh_from_db()
    with pytest.raises(ValidationError, match="Add it again"):
        ways.test(way)


@pytest.mark.django_db
def test_five_services_are_enough_and_one_counts_once(athlete):
    for number in range(ways.SERVICES_MAX):
        ways.add_service(athlete, f"{NTFY}{number}", "")
    assert ways.add_service(athlete, f"{NTFY}0", "Again").label == "ntfy"
    with pytest.raises(ValidationError, match="Take one off"):
        ways.add_service(athlete, NTFY, "")
    assert athlete.channels.filter(way=Way.SERVICE.value).count() == ways.SERVICES_MAX


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url", ["", "   ", "x" * 1001, "ntfy://host/\x00", "syslog://", "mailto://a:b@example.org", "\n"]
)
def test_an_address_that_will_not_do_is_refused_and_nothing_is_kept(athlete, url):
    with pytest.raises(ValidationError) as refused:
        ways.add_service(athlete, url, "")
    assert len(refused.value.messages) == 1
    assert not athlete.channels.filter(way=Way.SERVICE.value).exists()


@pytest.mark.django_db
def test_what_is_shown_of_an_address_is_no_secret(athlete, phone):
    assert ways.shown(Channel(user=athlete, way=Way.EMAIL.value)) == athlete.email
    assert ways.shown(Channel(way=Way.INBOX.value)) == ""
    assert ways.shown(Channel(way=Way.PUSH.value, address=ENDPOINT)) == "https://push.example.org/…"
    assert ways.shown(Channel(way=Way.SERVICE.value, address=NTFY)) == "ntfys://…"
    assert ways.shown(Channel(way=Way.SERVICE.value, address="-", ended_at=timezone.now())) == ""
