"""Whom an escalation is told to, and how it gets louder."""

from datetime import UTC, datetime, timedelta

import pytest

from plans.models import Escalation, Message
from plans.models.escalation import ask
from plans.models.reminder import Preferences
from plans.reminders.escalations import STEPS, URGENT_STEPS, still_wanted, tell_carers, untold
from tests.factories import CareLinkFactory, EscalationFactory, PhysioFactory, PlanFactory

from .day import at, look

pytestmark = pytest.mark.django_db

NIGHT = datetime(2026, 3, 10, 23, 0, tzinfo=UTC)
MORNING = datetime(2026, 3, 11, 7, 30, tzinfo=UTC)


def told(plan, now=NIGHT):
    return tell_carers(plan, plan.course(now), now)


def by_mail(physio):
    rows = Message.objects.filter(recipient=physio, channel__way="email").order_by("due_at")
    return list(rows.values_list("about", "due_at", "state"))


def test_promise_6_an_escalation_is_told_to_every_physio_who_looks_after_the_athlete_until_somebody_has_seen_it():
    with at("2026-03-10 23:00"):
        plan = PlanFactory(days_ago=3)
        first, second = CareLinkFactory(athlete=plan.athlete).physio, CareLinkFactory(athlete=plan.athlete).physio
        ended = CareLinkFactory(athlete=plan.athlete, ended_at=NIGHT).physio
        plan.record(plan.local_today(), {"answers": {"QG5": "yes"}}, plan.athlete)
        look(plan)
        escalation = Escalation.objects.get()
        expected = [(f"{escalation.pk}:{step}", NIGHT + wait, "due") for step, wait in enumerate(URGENT_STEPS)]
        assert by_mail(first) == by_mail(second) == expected
        assert not Message.objects.filter(recipient=ended).exists()
        assert escalation.told_at == NIGHT
        rows = Message.objects.filter(kind="escalation")
        assert {(row.plan_id, row.escalation_id) for row in rows} == {(plan.pk, escalation.pk)}
        assert all(still_wanted(row) for row in rows)
        escalation.acknowledge(first)
        assert not any(still_wanted(row) for row in Message.objects.filter(kind="escalation"))


def test_it_is_told_once_however_often_the_clock_looks():
    with at("2026-03-10 12:00") as time:
        plan = PlanFactory(days_ago=3)
        CareLinkFactory(athlete=plan.athlete)
        ask(plan, plan.athlete)
        look(plan)
        rows = Message.objects.filter(kind="escalation").count()
        time.move_to("2026-03-11T12:00Z")
        plan.look_again()
        look(plan)
        assert Message.objects.filter(kind="escalation").count() == rows == 2 * len(URGENT_STEPS)


def test_what_is_not_urgent_waits_for_the_end_of_their_quiet_hours():
    plan = PlanFactory()
    physio = CareLinkFactory(athlete=plan.athlete).physio
    escalation = EscalationFactory(plan=plan, kind="checkpoint", rule="6.4/2", disposition="", action="physio")
    told(plan)
    assert [due for _, due, _ in by_mail(physio)] == [MORNING + wait for wait in STEPS]
    assert Escalation.objects.get(pk=escalation.pk).told_at == NIGHT


@pytest.mark.parametrize("kind", ["stop", "retriage", "asked"])
def test_what_is_urgent_waits_for_nothing(kind):
    plan = PlanFactory()
    physio = CareLinkFactory(athlete=plan.athlete).physio
    Preferences.objects.create(
        user=physio, snoozed_until=NIGHT + timedelta(days=9), holiday_from="2026-03-01", holiday_until="2026-03-31"
    )
    EscalationFactory(plan=plan, kind=kind, disposition="")
    told(plan)
    assert [due for _, due, _ in by_mail(physio)] == [NIGHT + wait for wait in URGENT_STEPS]


def test_nobody_to_tell_leaves_it_for_whoever_comes_later():
    plan = PlanFactory()
    escalation = EscalationFactory(plan=plan)
    assert told(plan) == []
    assert untold([plan.pk]) == set()
    assert Escalation.objects.get(pk=escalation.pk).told_at is None
    CareLinkFactory(athlete=plan.athlete)
    assert untold([plan.pk]) == {plan.pk}
    assert told(plan)
    assert Escalation.objects.get(pk=escalation.pk).told_at == NIGHT


def test_what_somebody_has_in_hand_is_not_told():
    plan = PlanFactory()
    physio = CareLinkFactory(athlete=plan.athlete).physio
    seen, done = EscalationFactory(plan=plan, day=1), EscalationFactory(plan=plan, day=2)
    seen.acknowledge(physio)
    done.close(physio, "Rang")
    assert told(plan) == []


def test_the_seventh_silent_day_is_the_athletes_alone_and_the_tenth_is_told():
    with at("2026-03-10 12:00") as time:
        plan = PlanFactory(days_ago=8)
        physio = CareLinkFactory(athlete=plan.athlete).physio
        look(plan)
        assert Escalation.objects.get().day == 7
        assert by_mail(physio) == []
        time.move_to("2026-03-12T12:00Z")
        plan.look_again()
        look(plan)
        tenth = Escalation.objects.get(day=10)
        assert [about for about, _, _ in by_mail(physio)] == [f"{tenth.pk}:{step}" for step in range(len(STEPS))]
        assert Escalation.objects.get(day=7).told_at is None


def test_a_physio_whose_link_ended_hears_no_more():
    plan = PlanFactory()
    link = CareLinkFactory(athlete=plan.athlete)
    EscalationFactory(plan=plan)
    told(plan)
    message = Message.objects.filter(recipient=link.physio).first()
    assert still_wanted(message)
    link.ended_at = link.since
    link.save(update_fields=["ended_at"])
    assert not still_wanted(message)
    assert not still_wanted(Message(recipient=PhysioFactory(), escalation=None))


def test_the_times_are_of_the_physios_own_day():
    plan = PlanFactory()
    physio = PhysioFactory(time_zone="Asia/Tokyo")
    CareLinkFactory(athlete=plan.athlete, physio=physio)
    EscalationFactory(plan=plan)
    told(plan)
    first = Message.objects.filter(recipient=physio).earliest("due_at")
    assert (first.due_at, str(first.local_date)) == (NIGHT, "2026-03-11")
