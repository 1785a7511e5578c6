"""Not now, done, no more of these: what a link may do, and that twice is once."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.zones import zones
from plans.models import Channel, Message, Plan, Preferences
from plans.models.care import Kind as Intervention
from plans.models.care import end, intervene
from plans.models.reminder import Kind, State, Use, Way
from plans.reminders import recheck, snooze
from plans.reminders.calendar import quiet_end
from plans.reminders.clock import look
from plans.reminders.kinds import KINDS
from plans.reminders.snooze import Length, Scope
from plans.reminders.terms import Terms
from plans.rules.check import judge
from plans.rules.diary import Session
from plans.rules.words import Outcome
from tests.factories import ChannelFactory, EntryFactory, MessageFactory, PhysioFactory, UserFactory
from tests.plans.views.daily import running
from tests.protocols import protocol

pytestmark = pytest.mark.django_db

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2031, 3, 5, 17, 40, 30, tzinfo=UTC)  # a Wednesday; the clocks change on the 30th


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as moved:
        yield moved


@pytest.fixture
def message(clock) -> Message:
    """Of the session of today, sent some minutes ago."""
    return MessageFactory(plan__days_ago=4, state=State.SENT.value, sent_at=NOW - timedelta(minutes=10))


def again(message) -> list[Message]:
    return list(Message.objects.filter(about=f"again {message.pk}"))


def looked_at(plan) -> bool:
    return Plan.objects.get(pk=plan.pk).next_due_at == timezone.now()


def unlooked(plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(next_due_at=NOW + timedelta(days=9))


def held(user) -> datetime | None:
    return Preferences.objects.get(user=user).snoozed_until


# For how long ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "end_of_it"),
    [
        (Length.HOUR, datetime(2031, 3, 5, 18, 40, tzinfo=UTC)),
        (Length.TOMORROW, datetime(2031, 3, 6, 8, 0, tzinfo=UTC)),
        (Length.WEEK, datetime(2031, 3, 12, 8, 0, tzinfo=UTC)),
    ],
)
def test_reminders_are_off_until_its_end_and_the_plan_is_looked_at_again(message, length, end_of_it):
    unlooked(message.plan)
    assert snooze.snooze(message, length) == end_of_it
    assert held(message.recipient) == snooze.snoozed_until(message.recipient) == end_of_it
    assert looked_at(message.plan)
    terms = Terms.of(type(message.recipient).objects.get(pk=message.recipient_id))
    assert not terms.allows(Kind.SESSION, end_of_it - timedelta(seconds=1))
    assert terms.allows(Kind.SESSION, end_of_it)


def test_tomorrow_is_at_the_mornings_time_of_the_persons_own_wall():
    """In Auckland it is Thursday already, and a quarter past six in the morning."""
    person = UserFactory(time_zone="Pacific/Auckland")
    Preferences.objects.create(user=person, morning=time(6, 15))
    message = MessageFactory(plan__athlete=person)
    assert snooze.snooze(message, Length.TOMORROW) == datetime.combine(
        date(2031, 3, 7), time(6, 15), ZoneInfo("Pacific/Auckland")
    )


def test_a_week_over_the_change_of_clocks_ends_at_the_same_time_on_the_wall(message, clock):
    clock.move_to(datetime(2031, 3, 28, 12, tzinfo=UTC))
    until = snooze.snooze(message, Length.WEEK)
    assert until.astimezone(LONDON) == datetime(2031, 4, 4, 8, tzinfo=LONDON)
    assert until == datetime(2031, 4, 4, 7, tzinfo=UTC)


def test_an_hour_that_would_end_in_quiet_hours_ends_with_them(message, clock):
    clock.move_to(datetime(2031, 3, 5, 21, 0, tzinfo=UTC))
    assert snooze.snooze(message, Length.HOUR) == datetime(2031, 3, 6, 7, 30, tzinfo=UTC)
    assert again(message) == []  # by then it is another day, which has its own session


# Once more ---------------------------------------------------------------------------------------------------------


def test_after_an_hour_the_same_comes_again_by_the_same_way(message):
    until = snooze.snooze(message, Length.HOUR)
    (row,) = again(message)
    same = ("recipient", "plan", "kind", "channel", "local_date", "revision", "parts")
    assert [getattr(row, name) for name in same] == [getattr(message, name) for name in same]
    assert (row.state, row.due_at, row.planned_at, row.sent_at) == (State.DUE, until, until, None)


@pytest.mark.parametrize("kind", [Kind.MORNING, Kind.SESSION, Kind.LATER, Kind.CATCH_UP, Kind.DIGEST])
@pytest.mark.parametrize("length", [Length.TOMORROW, Length.WEEK])
def test_what_each_day_has_its_own_of_does_not_come_again_on_another_day(kind, length):
    message = MessageFactory(kind=kind.value)
    snooze.snooze(message, length)
    assert again(message) == []


@pytest.mark.parametrize("kind", [Kind.REVIEW, Kind.BOOKING, Kind.CHECKPOINT_OPEN])
def test_what_comes_once_comes_again_when_it_was_put_off_until_tomorrow(kind):
    message = MessageFactory(kind=kind.value)
    until = snooze.snooze(message, Length.TOMORROW)
    (row,) = again(message)
    assert (row.kind, row.due_at, row.local_date) == (kind, until, date(2031, 3, 6))
    assert row.revision is None  # it was not planned for that day, so sending looks whether it still makes sense


def test_a_catch_up_comes_again_with_its_parts():
    person = UserFactory()
    parts = [[1, "morning"], [1, "session"]]
    message = MessageFactory(kind=Kind.CATCH_UP.value, plan=None, recipient=person, about="17:30", parts=parts)
    snooze.snooze(message, Length.HOUR)
    assert [row.parts for row in again(message)] == [parts]


def test_what_came_again_can_be_put_off_once_more(message, clock):
    snooze.snooze(message, Length.HOUR)
    (second,) = again(message)
    clock.shift(timedelta(hours=1))
    until = snooze.snooze(second, Length.HOUR)
    assert [row.due_at for row in again(second)] == [until]


# Twice -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", Length)
@pytest.mark.parametrize("later", [timedelta(0), timedelta(seconds=20), timedelta(minutes=25)])
def test_the_same_button_twice_changes_nothing_and_says_what_holds(message, clock, length, later):
    until = snooze.snooze(message, length)
    rows = [(row.pk, row.due_at) for row in again(message)]
    unlooked(message.plan)
    clock.shift(later)
    assert snooze.snooze(message, length) == until
    assert held(message.recipient) == until
    assert [(row.pk, row.due_at) for row in again(message)] == rows
    assert not looked_at(message.plan)


def test_a_shorter_one_does_not_shorten_what_holds(message):
    until = snooze.snooze(message, Length.WEEK)
    assert snooze.snooze(message, Length.HOUR) == snooze.snooze(message, Length.TOMORROW) == until
    assert again(message) == []


def test_a_longer_one_moves_what_was_to_come_again():
    message = MessageFactory(kind=Kind.REVIEW.value)
    snooze.snooze(message, Length.HOUR)
    until = snooze.snooze(message, Length.WEEK)
    (row,) = again(message)
    assert (row.due_at, row.local_date, row.revision) == (until, date(2031, 3, 12), None)


def test_what_came_again_already_is_not_sent_a_second_time(message, clock):
    """The old message is still in the mailbox, and its button is pressed again."""
    snooze.snooze(message, Length.HOUR)
    Message.objects.filter(about__startswith="again").update(state=State.SENT.value, sent_at=NOW)
    clock.shift(timedelta(hours=2))
    with pytest.raises(ValidationError, match="newer message"):
        snooze.snooze(message, Length.HOUR)
    snooze.snooze(message, Length.TOMORROW)
    (row,) = again(message)
    assert (row.state, row.due_at) == (State.SENT, NOW.replace(second=0) + timedelta(hours=1))


def test_it_ends_at_once_when_it_is_undone(message):
    snooze.snooze(message, Length.WEEK)
    unlooked(message.plan)
    snooze.wake(message.recipient)
    assert held(message.recipient) is None
    assert looked_at(message.plan)
    snooze.wake(UserFactory())  # who has no terms yet
    assert Preferences.objects.count() == 1


def test_another_persons_reminders_go_on(message):
    another = MessageFactory()
    unlooked(another.plan)
    snooze.snooze(message, Length.WEEK)
    assert snooze.snoozed_until(another.recipient) is None
    assert not looked_at(another.plan)


@pytest.mark.parametrize("kind", [kind for kind, rule in KINDS.items() if rule.urgent])
@pytest.mark.parametrize("length", Length)
def test_what_is_urgent_cannot_be_put_off(kind, length):
    message = MessageFactory(kind=kind.value)
    assert not snooze.can_wait(message)
    with pytest.raises(ValidationError, match="cannot be put off"):
        snooze.snooze(message, length)
    assert not Preferences.objects.exists()


def test_terms_that_were_chosen_stay_as_they_are(message):
    Preferences.objects.create(user=message.recipient, budget=2, off=["later"], morning=time(9))
    snooze.snooze(message, Length.TOMORROW)
    kept = Preferences.objects.get(user=message.recipient)
    assert (kept.budget, kept.off, kept.morning) == (2, ["later"], time(9))


# What becomes of it at sending -------------------------------------------------------------------------------------


def reason(row: Message) -> str:
    """Why it would not go now; nothing when it would."""
    found = recheck.verdicts(recheck.loaded(Message.objects.filter(pk=row.pk)), timezone.now())
    return found[row.pk].reason if found else ""


@pytest.fixture
def due_again(clock) -> Message:
    """The row that comes again an hour after the reminder of today's session was put off."""
    message = MessageFactory(plan=running(days=8), state=State.SENT.value, sent_at=NOW)
    snooze.snooze(message, Length.HOUR)
    (row,) = again(message)
    clock.move_to(row.due_at)
    return row


def test_what_was_put_off_goes_at_the_end_of_its_hour(due_again, clock):
    assert reason(due_again) == ""
    clock.shift(-timedelta(minutes=1))
    assert "put it off" in reason(due_again)


def test_what_was_done_meanwhile_does_not_come_again(due_again):
    snooze.done(due_again)
    assert reason(due_again) == "It is done, or no longer asked for."


def test_a_look_of_the_clock_leaves_what_was_put_off_where_it_is(due_again):
    assert look([due_again.plan_id]) == 1
    row = Message.objects.get(pk=due_again.pk)
    assert (row.state, row.due_at) == (State.DUE, due_again.due_at)


def test_a_review_put_off_until_tomorrow_goes_if_it_still_waits_then(clock):
    plan = running(days=8)
    message = MessageFactory(plan=plan, kind=Kind.REVIEW.value)
    until = snooze.snooze(message, Length.TOMORROW)
    (row,) = again(message)
    clock.move_to(until)
    assert reason(row) == ""
    plan.review(1, {"scores": dict.fromkeys(plan.activities.values_list("pk", flat=True), 5)}, plan.athlete)
    assert reason(row) == "It is done, or no longer asked for."


# Done --------------------------------------------------------------------------------------------------------------


def test_a_session_is_noted_as_done_for_the_day_that_the_message_is_about(message, clock):
    clock.shift(timedelta(hours=8))  # past midnight
    assert snooze.done(message) is True
    (entry,) = message.plan.entries.all()
    assert (entry.date, entry.dose) == (date(2031, 3, 5), 100)
    assert (entry.pain, entry.morning, entry.during, entry.after, entry.flags) == (None, None, None, None, [])
    assert entry.revisions.get().by == message.recipient


def test_done_twice_is_done_once(message):
    assert [snooze.done(message), snooze.done(message)] == [True, False]
    assert message.plan.entries.get().revisions.count() == 1


def test_what_was_noted_by_hand_meanwhile_stays(message):
    message.plan.record(message.local_date, {"dose": 50, "during": 6}, message.recipient)
    assert snooze.done(message) is False
    entry = message.plan.entries.get()
    assert (entry.dose, entry.during) == (50, 6)


def test_a_morning_alone_is_no_session_yet(message):
    EntryFactory(plan=message.plan, date=message.local_date, pain=None, morning=2)
    assert snooze.done(message) is True
    entry = message.plan.entries.get()
    assert (entry.dose, entry.morning) == (100, 2)


@pytest.mark.parametrize("base", [None, *range(11)])
@pytest.mark.parametrize("morning", [None, *range(11)])
def test_a_session_without_scores_never_counts_as_calm(base, morning):
    verdict = judge(protocol().check, Session(dose=Fraction(100)), base, morning)
    assert verdict.outcome is not Outcome.PROGRESS


def test_the_course_calls_it_unknown_the_next_morning(message, clock):
    for day in range(1, 5):
        EntryFactory(plan=message.plan, date=message.plan.date_of(day), pain=2, morning=2)
    snooze.done(message)
    clock.shift(timedelta(days=1))
    message.plan.record(date(2031, 3, 6), {"morning": 2}, message.recipient)
    (check,) = Plan.objects.get(pk=message.plan_id).course().checks
    assert check.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.SESSION])
def test_nothing_else_can_be_noted_from_a_message(kind):
    message = MessageFactory(kind=kind.value)
    with pytest.raises(ValidationError, match="nothing to note"):
        snooze.done(message)
    assert not message.plan.entries.exists()


def test_promise_7_a_message_about_anothers_plan_notes_nothing(message):
    message.recipient = PhysioFactory()
    with pytest.raises(ValidationError, match="nothing to note"):
        snooze.done(message)
    assert not message.plan.entries.exists()


def paused(plan):
    intervene(plan, Intervention.PAUSE, by=plan.athlete, reason="away")


def ended(plan):
    end(plan, by=plan.athlete, reason="well again")


def stopped(plan):
    plan.record(plan.local_today(), {"answers": {"QB1": "yes"}}, plan.athlete)


@pytest.mark.parametrize(("become", "code"), [(paused, "paused"), (ended, "ended"), (stopped, "stopped")])
def test_a_plan_that_takes_no_session_says_so(message, become, code):
    become(message.plan)
    with pytest.raises(ValidationError) as caught:
        snooze.done(message)
    assert caught.value.code == code
    assert not message.plan.entries.exclude(dose=None).exists()


def test_a_message_of_long_ago_notes_nothing(message, clock):
    clock.shift(timedelta(days=15))
    with pytest.raises(ValidationError, match="two weeks ago"):
        snooze.done(message)


# No more of these --------------------------------------------------------------------------------------------------


def test_one_switch_stops_the_way_and_leaves_the_others(message):
    phone = ChannelFactory(user=message.recipient, way=Way.PUSH.value, address="https://push.example.org/1")
    unlooked(message.plan)
    snooze.switch(message, Scope.WAY, off=True)
    assert Channel.objects.get(pk=message.channel_id).use == Use.OFF
    assert Channel.objects.get(pk=phone.pk).use == Use.ALWAYS
    assert snooze.is_off(message, Scope.WAY)
    assert looked_at(message.plan)


def test_it_comes_on_again_as_it_was(message):
    snooze.switch(message, Scope.WAY, off=True)
    snooze.switch(message, Scope.WAY, off=False, use=Use.RESERVE)
    assert Channel.objects.get(pk=message.channel_id).use == Use.RESERVE


def test_a_kind_is_switched_off_for_every_way_and_on_again(message):
    Preferences.objects.create(user=message.recipient, off=["later"])
    for _twice in range(2):
        snooze.switch(message, Scope.KIND, off=True)
        assert Preferences.objects.get(user=message.recipient).off == ["later", "session"]
    assert snooze.is_off(message, Scope.KIND)
    for _twice in range(2):
        snooze.switch(message, Scope.KIND, off=False)
        assert Preferences.objects.get(user=message.recipient).off == ["later"]
    assert not snooze.is_off(message, Scope.KIND)


@pytest.mark.parametrize(
    ("kind", "way", "offered"),
    [
        (Kind.SESSION, Way.EMAIL, [Scope.WAY, Scope.KIND]),
        (Kind.SESSION, Way.INBOX, [Scope.KIND]),
        (Kind.DIGEST, Way.EMAIL, [Scope.WAY, Scope.KIND]),
        (Kind.CATCH_UP, Way.EMAIL, [Scope.WAY]),
        (Kind.TEST, Way.EMAIL, [Scope.WAY]),
        (Kind.TEST, Way.INBOX, []),
        (Kind.ESCALATION, Way.EMAIL, []),
        (Kind.ESCALATION, Way.INBOX, []),
    ],
)
def test_what_can_be_switched_off(kind, way, offered):
    person = UserFactory()
    message = MessageFactory(kind=kind.value, recipient=person, channel=ChannelFactory(user=person, way=way.value))
    assert snooze.scopes(message) == offered
    for scope in set(Scope) - set(offered):
        with pytest.raises(ValidationError, match="cannot be switched off"):
            snooze.switch(message, scope, off=True)
    assert Channel.objects.get(pk=message.channel_id).use == Use.ALWAYS
    assert not Preferences.objects.exists()


# Everywhere --------------------------------------------------------------------------------------------------------


SECONDS = [int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (2030, 2036)]
MOMENTS = st.integers(*SECONDS).map(lambda second: datetime.fromtimestamp(second, UTC))


@given(MOMENTS, st.sampled_from(sorted(zones())), st.sampled_from(Length), st.times(), st.times(), st.times())
def test_a_snooze_ends_soon_and_outside_of_quiet_hours_in_every_zone(now, zone, length, morning, quiet, loud):
    terms = Terms(zone=ZoneInfo(zone), morning=morning, quiet_from=quiet, quiet_until=loud)
    until = snooze.end_of(length, terms, now)
    wall = until.astimezone(terms.zone)
    if length is Length.HOUR:
        assert timedelta(minutes=59) <= until - now <= timedelta(hours=27)
        assert quiet_end(until, terms) == until
    else:
        days = 1 if length is Length.TOMORROW else 7
        # Where clocks skip a time or a whole day, the first minute after it.
        late = wall.date() - now.astimezone(terms.zone).date() - timedelta(days=days)
        assert timedelta(0) <= late <= timedelta(days=1)
        assert late or wall.time() >= morning.replace(second=0, microsecond=0)
    assert snooze.end_of(length, terms, now) == until
