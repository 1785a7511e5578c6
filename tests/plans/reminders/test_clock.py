"""The clock: which plans are looked at, and that one look plans a person's whole day, once."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import OperationalError
from hypothesis import given
from hypothesis import strategies as st
from kombu.exceptions import OperationalError as BrokerError

from accounts.zones import zone_of, zones
from plans.models import Entry, Escalation, Message, Plan, Screening
from plans.models.care import end
from plans.models.reminder import Preferences, State
from plans.reminders import clock, outbox, tasks
from plans.reminders.calendar import instant
from plans.reminders.terms import Terms
from plans.rules.words import Condition
from rehab.redis import client
from tests.factories import ChannelFactory, EntryFactory, PlanFactory

from .day import at, kinds, look, rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def handed(monkeypatch):
    """What a tick hands to the workers."""
    given = []
    monkeypatch.setattr(tasks.look, "apply_async", lambda args, **kwargs: given.append(args[0]))
    return given


# The tick --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 300])
def test_an_idle_tick_asks_twice_however_many_plans_there_are(number, handed, django_assert_num_queries):
    plan = PlanFactory()
    copies(plan, number - 1)
    Plan.objects.update(next_due_at=datetime.now(UTC) + timedelta(hours=1))
    assert Plan.objects.count() == number
    with django_assert_num_queries(2):
        clock.tick()
    assert handed == []


def copies(plan, number):
    """The same plan once more, of as many conditions of ended plans as it takes: a tick counts rows, not people."""
    answered = Screening.objects.get(pk=plan.screening_id)
    for _ in range(number):
        answered.pk = None
        answered._state.adding = True
        answered.save()
        plan.pk = None
        plan._state.adding = True
        plan.screening, plan.ended_on = answered, plan.start_date
        plan.save()


def test_a_tick_hands_out_what_is_due_the_oldest_first(handed, monkeypatch):
    monkeypatch.setattr(clock, "CHUNK", 2)
    now = datetime.now(UTC)
    plans = [PlanFactory(next_due_at=now - timedelta(minutes=minutes)) for minutes in (1, 9, 5, -1)]
    clock.tick(now)
    assert handed == [[plans[1].pk, plans[2].pk], [plans[0].pk]]


def test_a_tick_hands_out_no_more_than_workers_can_take_in_a_minute(handed, monkeypatch):
    monkeypatch.setattr(clock, "MOST", 2)
    for _ in range(3):
        PlanFactory()
    clock.tick()
    assert [len(chunk) for chunk in handed] == [2]


def test_a_tick_says_that_the_clock_goes(handed):
    now = datetime(2026, 3, 10, 8, 1, tzinfo=UTC)
    clock.tick(now)
    said = client().get(clock.TICK)
    assert datetime.fromisoformat(said if isinstance(said, str) else said.decode()) == now


def test_a_server_that_is_away_does_not_stop_a_tick(handed, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    plan = PlanFactory()
    clock.tick()
    assert handed == [[plan.pk]]


def test_a_broker_that_is_away_leaves_the_plans_due(monkeypatch):
    def away(*args, **kwargs):
        raise BrokerError

    monkeypatch.setattr(tasks.look, "apply_async", away)
    plan = PlanFactory()
    with pytest.raises(BrokerError):
        clock.tick()
    assert Plan.objects.get(pk=plan.pk).next_due_at == plan.next_due_at


def test_the_outbox_gets_its_turn_in_each_tick(handed, monkeypatch):
    asked = []
    monkeypatch.setattr(outbox, "dispatch", lambda now: asked.append(now))
    now = datetime.now(UTC)
    clock.tick(now)
    assert asked == [now]


# One look --------------------------------------------------------------------------------------------------------


def test_a_look_plans_the_day_on_every_way_that_the_person_has():
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        assert look(plan) == 1
        assert {(row.kind, row.channel.way, f"{row.planned_at:%d %H:%M}") for row in rows(plan)} == {
            ("session", "inbox", "10 17:30"),
            ("session", "email", "10 17:30"),
        }
        assert {(row.state, row.due_at, row.revision) for row in rows(plan)} == {("due", row_time(17, 30), 0)}
    fresh = Plan.objects.get(pk=plan.pk)
    assert row_time(0, 0) + timedelta(days=1) <= fresh.next_due_at <= row_time(2, 0) + timedelta(days=1)


def row_time(hour, minute):
    return datetime(2026, 3, 10, hour, minute, tzinfo=UTC)


def test_looking_twice_is_looking_once():
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        look(plan)
        before = list(rows(plan).values())
        assert clock.look([plan.pk]) == 0  # it is not due any more
        plan.look_again()
        assert look(plan) == 1
        assert list(rows(plan).values()) == before


def test_many_people_cost_no_more_queries_than_one(django_assert_max_num_queries):
    with at("2026-03-10 06:00"):
        plans = [PlanFactory(days_ago=3) for _ in range(20)]
        for plan in plans:
            EntryFactory(plan=plan, date=plan.date_of(3), during=2, after=2, dose=100)
            ChannelFactory(user=plan.athlete)
            ChannelFactory(user=plan.athlete, way="inbox")
        with django_assert_max_num_queries(16):
            assert clock.look([plan.pk for plan in plans]) == 20
        assert len({row.recipient_id for row in Message.objects.all()}) == 20


def test_what_is_done_is_withdrawn_and_what_is_undone_comes_back():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        wall.move_to("2026-03-10T12:00Z")
        plan.record(plan.local_today(), {"during": 2, "dose": 100}, plan.athlete)
        look(plan)
        assert kinds(plan, "due") == {"later"}
        assert kinds(plan, "withdrawn") == {"session"}
        plan.record(plan.local_today(), {"during": None, "dose": None}, plan.athlete)
        look(plan)
        assert kinds(plan, "due") == {"session"}
        assert {row.revision for row in rows(plan).filter(state="due")} == {2}


def test_what_was_sent_is_never_touched():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        wall.move_to("2026-03-10T17:31Z")
        rows(plan).update(state="sent", sent_at=row_time(17, 31))
        before = list(rows(plan).values())
        plan.look_again()
        look(plan)
        assert list(rows(plan).values()) == before


@pytest.mark.parametrize("fields", [{"state": "claimed"}, {"state": "sending"}, {"attempts": 1}])
def test_what_is_on_its_way_is_the_senders(fields):
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        wall.move_to("2026-03-10T17:31Z")
        claim = {} if "attempts" in fields else {"claim": "00000000-0000-0000-0000-000000000001"}
        rows(plan).filter(channel__way="email").update(**fields, **claim)
        before = list(rows(plan).values())
        plan.record(plan.local_today(), {"during": 2, "after": 2, "dose": 100}, plan.athlete)
        look(plan)
        assert [row for row in rows(plan).values() if row["kind"] == "session"] == before


def test_what_is_due_and_not_yet_sent_is_not_planned_once_more():
    with at("2026-03-10 06:00") as wall:
        first = PlanFactory(days_ago=7)
        second = PlanFactory(athlete=first.athlete, days_ago=7, condition=Condition.TENNIS_ELBOW.value)
        for plan in (first, second):
            EntryFactory(plan=plan, date=plan.date_of(7), pain=3)
        look(first)
        reviews = rows(first).filter(about="20:00")
        assert reviews[0].parts == [[first.pk, "review"], [second.pk, "review"]]
        before = list(reviews.values())
        wall.move_to("2026-03-10T20:10Z")
        first.record(first.local_today(), {"pain": 3}, first.athlete)
        look(first)
        assert list(reviews.values()) == before
        assert not rows(first).filter(planned_at__gt=row_time(20, 0)).exists()


def test_a_later_hour_moves_the_row():
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        look(plan)
        Preferences.objects.create(user=plan.athlete, session="19:00")
        plan.look_again()
        look(plan)
        assert {(row.planned_at, row.due_at) for row in rows(plan)} == {(row_time(19, 0), row_time(19, 0))}


def test_a_way_that_was_switched_off_gets_nothing():
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        look(plan)
        plan.athlete.channels.filter(way="email").update(use="off")
        plan.look_again()
        look(plan)
        assert set(rows(plan).values_list("channel__way", "state")) == {("inbox", "due"), ("email", "withdrawn")}


def test_whoever_moves_has_only_what_is_ahead_moved():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=3)
        EntryFactory(plan=plan, date=plan.date_of(3), during=2, after=2, dose=100)
        look(plan)
        sent = rows(plan).filter(kind="morning")
        sent.update(state="sent", sent_at=row_time(8, 0))
        before = list(sent.values())
        assert before
        wall.move_to("2026-03-10T14:00Z")
        athlete = plan.athlete
        athlete.time_zone = "America/New_York"
        athlete.save(update_fields=["time_zone"])
        plan.look_again()
        look(plan)
        assert list(sent.values()) == before
        assert {(row.kind, row.due_at) for row in rows(plan).filter(state="due")} == {
            ("session", row_time(21, 30))  # 17:30 of summer time
        }


def test_a_zone_that_no_longer_exists_is_utc():
    with at("2026-07-10 05:00"):
        plan = PlanFactory()
        type(plan.athlete).objects.filter(pk=plan.athlete_id).update(time_zone="Atlantis/Capital")
        look(plan)
        assert {f"{row.due_at:%H:%M}" for row in rows(plan)} == {"17:30"}
        assert Plan.objects.get(pk=plan.pk).clock_error == ""


def test_two_plans_of_one_person_are_one_message_a_moment():
    with at("2026-03-10 06:00"):
        first = PlanFactory()
        second = PlanFactory(athlete=first.athlete, condition=Condition.TENNIS_ELBOW.value)
        assert look(first, second) == 1
        found = rows(first)
        assert {(row.kind, row.plan_id, row.about) for row in found} == {("catch_up", None, "17:30")}
        assert found[0].parts == [[first.pk, "session"], [second.pk, "session"]]


def test_a_second_plan_takes_over_what_the_first_had_planned():
    with at("2026-03-10 06:00"):
        first = PlanFactory()
        look(first)
        PlanFactory(athlete=first.athlete, condition=Condition.TENNIS_ELBOW.value)
        second = Plan.objects.exclude(pk=first.pk).get()
        assert look(second) == 1
        assert kinds(first, "withdrawn") == {"session"}
        assert kinds(first, "due") == {"catch_up"}
        assert Plan.objects.filter(next_due_at__gt=row_time(23, 0)).count() == 2  # both were looked at


@pytest.mark.parametrize(
    "terms",
    [
        {"snoozed_until": datetime(2026, 3, 12, tzinfo=UTC)},
        {"holiday_from": "2026-03-09", "holiday_until": "2026-03-11"},
        {"off": ["session"]},
        {"budget": 0},
        {"days": [2]},
    ],
)
def test_nothing_comes_against_their_terms(terms):
    with at("2026-03-10 06:00"):  # a Tuesday
        plan = PlanFactory()
        look(plan)
        Preferences.objects.create(user=plan.athlete, **terms)
        plan.look_again()
        look(plan)
        assert kinds(plan, "due") == set()
        assert kinds(plan, "withdrawn") == {"session"}


def test_a_person_who_may_not_sign_in_gets_nothing():
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        look(plan)
        type(plan.athlete).objects.filter(pk=plan.athlete_id).update(is_active=False)
        plan.look_again()
        look(plan)
        assert kinds(plan, "due") == set()


def test_an_ended_plan_gets_one_last_look():
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        look(plan)
        end(plan, by=plan.athlete, reason="Done")
        assert look(plan) == 1
        assert kinds(plan, "due") == set()
        assert Plan.objects.get(pk=plan.pk).next_due_at is None


def test_a_reminder_that_its_reader_put_off_is_left_alone():
    with at("2026-03-10 18:00"):
        plan = PlanFactory()
        look(plan)
        channel = ChannelFactory(user=plan.athlete)
        again = Message.objects.create(
            recipient=plan.athlete,
            plan=plan,
            channel=channel,
            kind="session",
            about="again",
            local_date=plan.local_today(),
            planned_at=row_time(19, 0),
            due_at=row_time(19, 0),
        )
        plan.look_again()
        look(plan)
        again.refresh_from_db()
        assert (again.state, again.due_at) == ("due", row_time(19, 0))


def test_what_waits_over_the_night_is_not_forgotten_at_midnight():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=7)
        EntryFactory(plan=plan, date=plan.date_of(7), pain=3)
        Preferences.objects.create(user=plan.athlete, evening="22:00")
        look(plan)
        review = rows(plan).filter(kind="review")
        waits = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)
        assert {(row.due_at, row.state) for row in review} == {(waits, "due")}
        wall.move_to("2026-03-11T02:00Z")
        assert look(plan) == 1
        assert {(row.due_at, row.state) for row in review.all()} == {(waits, "due")}


def test_silence_is_told_by_the_clock():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=9)
        told = Escalation.objects.filter(plan=plan).order_by("day")
        look(plan)
        assert list(told.values_list("rule", "kind", "day")) == [("SB-6", "silence", 7)]
        assert {(row.kind, row.about) for row in rows(plan)} == {("silence", "10")}
        wall.move_to("2026-03-11T06:00Z")
        assert look(plan) == 1  # nobody wrote anything
        assert list(told.values_list("rule", "kind", "day")) == [("SB-6", "silence", 7), ("SB-6", "silence", 10)]


# What goes wrong -------------------------------------------------------------------------------------------------


def test_something_written_between_reading_and_claiming_is_seen(monkeypatch):
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        real = clock.agenda

        def written_meanwhile(person, now):
            made = real(person, now)
            if not Entry.objects.exists():
                plan.record(plan.local_today(), {"during": 2, "dose": 100}, plan.athlete)
            return made

        monkeypatch.setattr(clock, "agenda", written_meanwhile)
        assert clock.look([plan.pk]) == 1
        assert set(rows(plan).values_list("kind", "state", "revision")) == {("later", "due", 1)}


def test_what_cannot_be_claimed_is_left_for_the_next_tick(monkeypatch):
    with at("2026-03-10 06:00"):
        plan = PlanFactory()
        real = clock.agenda

        def always_written_meanwhile(person, now):
            made = real(person, now)
            plan.record(plan.local_today(), {"pain": (Plan.objects.get().revision + 1) % 10}, plan.athlete)
            return made

        monkeypatch.setattr(clock, "agenda", always_written_meanwhile)
        assert clock.look([plan.pk]) == 0
        assert not Message.objects.exists()
        assert Plan.objects.get(pk=plan.pk).next_due_at <= datetime.now(UTC)
        assert Plan.objects.get(pk=plan.pk).clock_error == ""


def test_a_sender_that_takes_a_row_meanwhile_has_it(monkeypatch):
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        wall.move_to("2026-03-10T17:29Z")
        plan.record(plan.local_today(), {"during": 2, "dose": 100}, plan.athlete)
        real = clock.agenda

        def taken_meanwhile(person, now):
            made = real(person, now)
            rows(plan).filter(kind="session").update(state="claimed", claim="00000000-0000-0000-0000-000000000001")
            return made

        monkeypatch.setattr(clock, "agenda", taken_meanwhile)
        assert clock.look([plan.pk]) == 1
        assert set(rows(plan).values_list("kind", "state")) == {("session", "claimed"), ("later", "due")}


def test_what_a_sender_takes_meanwhile_is_not_said_once_more_beside_another_plan(monkeypatch):
    with at("2026-03-10 06:00") as wall:
        first = PlanFactory()
        look(first)
        wall.move_to("2026-03-10T17:29Z")
        second = PlanFactory(athlete=first.athlete, condition=Condition.TENNIS_ELBOW.value)
        real = clock.agenda

        def taken_meanwhile(person, now):
            made = real(person, now)
            rows(first).filter(plan=first).update(state="claimed", claim="00000000-0000-0000-0000-000000000001")
            return made

        monkeypatch.setattr(clock, "agenda", taken_meanwhile)
        assert look(second) == 1
        assert set(rows(first).values_list("plan", "kind", "state")) == {
            (first.pk, "session", "claimed"),
            (second.pk, "session", "due"),
        }


def test_one_bad_plan_never_stops_the_others(caplog):
    with at("2026-03-10 06:00"):
        bad, good = PlanFactory(days_ago=2), PlanFactory(days_ago=2)
        other = PlanFactory(athlete=bad.athlete, days_ago=2, condition=Condition.TENNIS_ELBOW.value)
        entry = EntryFactory(plan=bad, date=bad.start_date, during=2)
        Entry.objects.filter(pk=entry.pk).update(flags=["it hurts at night"])
        assert look(bad, good, other) == 2
        assert kinds(good, "due") >= {"session"}
        assert {row.plan_id for row in rows(other)} == {other.pk}
        failed = Plan.objects.get(pk=bad.pk)
        assert failed.clock_error.startswith("ValueError in plans/models/")
        assert failed.next_due_at == row_time(6, 15)
        assert "night" not in failed.clock_error + caplog.text
        assert f"plan {bad.pk}: ValueError" in caplog.text


def test_terms_that_make_no_sense_stop_nobody_else():
    with at("2026-03-10 06:00"):
        bad, good = PlanFactory(), PlanFactory()
        Preferences.objects.create(user=bad.athlete, off=["gossip"])
        assert look(bad, good) == 2
        assert kinds(good, "due") == {"session"}
        assert Plan.objects.get(pk=bad.pk).clock_error.startswith("ValueError in plans/reminders/terms.py")


def test_a_plan_that_fails_again_is_tried_less_often_and_is_forgiven_once_it_goes():
    with at("2026-03-10 06:00") as wall:
        bad = PlanFactory(days_ago=2)
        entry = EntryFactory(plan=bad, date=bad.start_date, during=2)
        Entry.objects.filter(pk=entry.pk).update(flags=["nonsense"])
        look(bad)
        wall.move_to("2026-03-10T06:15Z")
        look(bad)
        assert Plan.objects.get(pk=bad.pk).next_due_at == row_time(7, 15)
        Entry.objects.filter(pk=entry.pk).update(flags=[])
        wall.move_to("2026-03-10T07:15Z")
        look(bad)
        assert Plan.objects.get(pk=bad.pk).clock_error == ""
        assert kinds(bad, "due") >= {"session"}


def test_one_that_cannot_be_written_never_stops_the_others(monkeypatch):
    with at("2026-03-10 06:00"):
        plans = [PlanFactory() for _ in range(3)]
        bad = plans[1]
        real = clock.next_look

        def failing(plan, now, terms=None):
            if plan.pk == bad.pk:
                raise OperationalError("could not be written")
            return real(plan, now, terms)

        monkeypatch.setattr(clock, "next_look", failing)
        assert clock.look([plan.pk for plan in plans]) == 3
        assert [kinds(plan, "due") for plan in plans] == [{"session"}, set(), {"session"}]
        assert Plan.objects.get(pk=bad.pk).clock_error.startswith("OperationalError in plans/reminders/clock.py, line")


def test_a_person_deleted_meanwhile_is_left_out(monkeypatch):
    with at("2026-03-10 06:00"):
        gone, stays = PlanFactory(), PlanFactory()
        real, athlete = clock.agenda, gone.athlete

        def deleted_meanwhile(person, now):
            if person.user.pk == gone.athlete_id:
                type(athlete).objects.filter(pk=athlete.pk).delete()
            return real(person, now)

        monkeypatch.setattr(clock, "agenda", deleted_meanwhile)
        assert clock.look([gone.pk, stays.pk]) == 1
        assert kinds(stays, "due") == {"session"}


def test_nobody_to_look_at_is_nothing_to_do():
    assert clock.look([]) == 0
    assert clock.look([404]) == 0


# A clock that stood still, or jumped -------------------------------------------------------------------------------


def test_after_days_of_sleep_nothing_old_is_sent_and_what_was_missed_is_noted():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        rows(plan).update(state="sent", sent_at=row_time(17, 30))
        EntryFactory(plan=plan, date=plan.date_of(3), pain=3)
        wall.move_to("2026-03-14T12:00Z")  # nobody looked on the 11th, 12th and 13th
        assert look(plan) == 1
        later = rows(plan).filter(local_date__gt="2026-03-10")
        assert {row.local_date.day for row in later if row.state == State.MISSED} == {11, 12, 13}
        due = later.filter(state="due")
        assert {(row.kind, f"{row.due_at:%d %H:%M}") for row in due} == {("session", "14 17:30")}


def test_what_came_up_after_its_hour_was_not_missed():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        rows(plan).update(state="sent", sent_at=row_time(17, 30))
        wall.move_to("2026-03-10T20:45Z")
        plan.record(plan.local_today(), {"during": 2, "dose": 100}, plan.athlete)  # "how was it later?" is of 20:00
        wall.move_to("2026-03-11T12:00Z")  # and then the clock stood still
        look(plan)
        assert not rows(plan).filter(kind="later").exists()


def test_what_was_missed_today_is_summed_up_once():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=3)
        EntryFactory(plan=plan, date=plan.date_of(3), during=2, after=2, dose=100)
        look(plan)
        wall.move_to("2026-03-11T12:00Z")  # the look of the night did not come, and with it no morning check
        EntryFactory(plan=plan, date=plan.date_of(4), during=2, after=2, dose=100, morning=2)
        look(plan)
        missed = rows(plan).filter(local_date="2026-03-11", state="missed")
        assert {row.kind for row in missed} == {"morning"}
        summed = rows(plan).filter(kind="catch_up")
        assert {(row.about, row.due_at) for row in summed} == {("missed", datetime(2026, 3, 11, 12, tzinfo=UTC))}
        assert summed[0].parts == [[plan.pk, "morning"]]
        before = set(summed.values_list("pk", "state", "due_at"))
        wall.move_to("2026-03-11T12:30Z")
        plan.look_again()
        look(plan)
        assert set(summed.values_list("pk", "state", "due_at")) == before
        summed.update(state="sent", sent_at=datetime.now(UTC))
        plan.look_again()
        look(plan)
        assert summed.count() == len(before)


def test_what_is_summed_up_waits_for_the_end_of_quiet_hours_and_goes_no_more_once_it_is_done():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=3)
        EntryFactory(plan=plan, date=plan.date_of(3), during=2, after=2, dose=100)
        look(plan)
        Preferences.objects.create(user=plan.athlete, quiet_from="11:00", quiet_until="13:00")
        wall.move_to("2026-03-10T11:30Z")
        rows(plan).filter(kind="morning").update(state="missed")
        plan.look_again()
        look(plan)
        assert {row.due_at for row in rows(plan).filter(kind="catch_up")} == {row_time(13, 0)}
        plan.record(plan.local_today(), {"morning": 2}, plan.athlete)
        look(plan)
        assert kinds(plan, "withdrawn") == {"catch_up"}
        assert kinds(plan, "due") == {"session"}


def test_after_the_one_sum_of_a_day_the_rest_comes_as_itself():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=7)
        EntryFactory(plan=plan, date=plan.date_of(7), pain=3)
        chosen = Preferences.objects.create(user=plan.athlete, off=["review"])
        look(plan)
        Message.objects.create(
            recipient=plan.athlete,
            channel=plan.athlete.channels.first(),
            kind="catch_up",
            about="missed",
            parts=[[plan.pk, "morning"]],
            local_date=plan.local_today(),
            planned_at=row_time(12, 0),
            due_at=row_time(12, 0),
            state="sent",
            sent_at=row_time(12, 0),
        )
        wall.move_to("2026-03-10T20:31Z")
        rows(plan).filter(kind="session").update(state="missed")
        chosen.off = []
        chosen.save(update_fields=["off"])
        plan.look_again()
        look(plan)
        assert kinds(plan, "due") == {"review"}
        assert rows(plan).filter(kind="catch_up").count() == 1


def test_what_the_sender_found_too_late_is_summed_up():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory(days_ago=3)
        EntryFactory(plan=plan, date=plan.date_of(3), during=2, after=2, dose=100)
        look(plan)
        wall.move_to("2026-03-10T11:30Z")
        rows(plan).filter(kind="morning").update(state="missed")
        plan.look_again()
        look(plan)
        assert rows(plan).filter(kind="catch_up", about="missed", state="due").exists()
        assert kinds(plan, "missed") == {"morning"}


def test_nothing_is_summed_up_in_quiet_hours_that_end_tomorrow():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        wall.move_to("2026-03-10T22:30Z")
        Plan.objects.update(next_due_at=row_time(0, 10))
        clock.look([plan.pk])
        assert kinds(plan, "due") == set()
        assert kinds(plan, "missed") == {"session"}


def test_a_clock_that_jumped_back_sends_nothing_twice():
    with at("2026-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        wall.move_to("2026-03-11T06:00Z")
        look(plan)
        rows(plan).update(state="sent", sent_at=datetime.now(UTC))
        before = list(rows(plan).values_list("pk", "state"))
        wall.move_to("2026-03-10T06:00Z")
        plan.look_again()
        look(plan)
        assert list(rows(plan).values_list("pk", "state")) == before


def test_a_clock_that_jumped_ahead_forgets_nobody():
    with at("2027-03-10 06:00") as wall:
        plan = PlanFactory()
        look(plan)
        wall.move_to("2026-03-10T06:00Z")
        Plan.objects.update(start_date="2026-03-10")
        assert clock.look([plan.pk]) == 0
        assert clock.mend() == 1
        assert look(plan) == 1
        assert {(row.local_date.year, row.state) for row in rows(plan)} == {(2026, "due"), (2027, "withdrawn")}
        assert clock.mend() == 0


# When it looks next ----------------------------------------------------------------------------------------------

MOMENTS = st.integers(1704067200, 1830297600).map(lambda second: datetime.fromtimestamp(second, UTC))  # 2024 to 2027
TIMES = st.times()


@given(zone=st.sampled_from(sorted(zones())), now=MOMENTS, morning=TIMES, evening=TIMES, person=st.integers(1, 10**9))
def test_the_next_look_comes_after_the_next_midnight_and_before_what_is_due_then(zone, now, morning, evening, person):
    terms = Terms(zone_of(zone), morning=morning, evening=evening)
    plan = Plan(athlete_id=person)
    then = clock.next_look(plan, now, terms)
    date = then.astimezone(terms.zone).date()
    assert now < then <= now + timedelta(hours=49)
    assert date > now.astimezone(terms.zone).date()
    midnight = instant(date, time(0), terms.zone)
    assert midnight <= then <= midnight + clock.SPREAD
    first = instant(date, min(morning, evening, terms.session), terms.zone)
    assert then <= max(midnight, first - clock.BEFORE)


def test_people_of_one_zone_are_spread_and_the_plans_of_one_person_are_not():
    terms, now = Terms(zone_of("Europe/London")), datetime(2026, 3, 10, 12, tzinfo=UTC)
    looks = [clock.next_look(Plan(pk=pk, athlete_id=person), now, terms) for pk, person in [(1, 1), (2, 1), (3, 3601)]]
    assert looks[0] == looks[1] == datetime(2026, 3, 11, 0, 0, 1, tzinfo=UTC)
    assert looks[2] == datetime(2026, 3, 11, 1, 0, 1, tzinfo=UTC)


def test_a_midnight_that_the_clocks_leave_out_is_the_first_minute_after_it():
    terms, now = Terms(zone_of("Africa/Cairo")), datetime(2026, 4, 23, 12, tzinfo=UTC)
    then = clock.next_look(Plan(athlete_id=7200), now, terms)
    assert then.astimezone(terms.zone).isoformat() == "2026-04-24T01:00:00+03:00"
