"""Screenings as they are kept, and clearances."""

from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.audit import AuditEvent
from plans.models import Clearance, Screening
from plans.rules.words import Region
from tests.factories import ScreeningFactory, UserFactory, answers

pytestmark = pytest.mark.django_db


def said(**given):
    return {"by_name": "Dr Example", "role": "gp", "cleared_on": timezone.localdate(), **given}


def test_answers_are_kept_as_given_and_judged_as_complete():
    screening = Screening.answer(Region.BACK, 30, {"QB19": "yes", "QG4": "not_sure"}, country="GB")
    assert screening.answers == {"QB19": "yes", "QG4": "not_sure"}
    assert screening.disposition == "urgent"
    assert {"rule": "RF-B21", "disposition": "review_alongside"} in screening.hits
    assert {"rule": "RF-G01", "disposition": "urgent", "via": "G-1"} in screening.hits


def test_promise_2_what_is_not_answered_is_named():
    screening = Screening.answer(Region.ELBOW, 30, {id: "no" for id in answers(Region.ELBOW) if id != "QE9"})
    assert screening.unanswered == ["QE9"]
    assert Screening.answer(Region.ELBOW, 30, answers(Region.ELBOW)).unanswered == []


@pytest.mark.parametrize("given", [{"QE1": "yes"}, {"QX": "no"}, {"QB1": "maybe"}, {"QB1": ""}])
def test_an_answer_that_nobody_asked_for_is_refused(given):
    with pytest.raises(ValidationError):
        Screening.answer(Region.BACK, 30, given)
    assert not Screening.objects.exists()


@pytest.mark.parametrize("fields", [{"sport": "chess"}, {"site": "knee"}, {"pain": 11}, {"onset": "slow"}])
def test_an_impossible_fact_is_refused(fields):
    with pytest.raises((ValidationError, ValueError)):
        Screening.answer(Region.ELBOW, 30, answers(Region.ELBOW), **fields)
    assert not Screening.objects.exists()


def test_a_clearance_is_logged_with_who_in_what_role_and_when():
    athlete = UserFactory()
    screening = ScreeningFactory(athlete=athlete, given={"QG6": "yes"})
    screening.clear(by=athlete, **said(note="Start gently"))
    clearance = Clearance.objects.get()
    assert (clearance.by_name, clearance.role, clearance.note) == ("Dr Example", "gp", "Start gently")
    assert (clearance.recorded_by, screening.clearance) == (athlete, clearance)
    assert AuditEvent.objects.get(action="clearance.log").athlete_id == athlete.pk


def test_an_emergency_is_never_cleared():
    screening = ScreeningFactory(given={"QB1": "yes"})
    with pytest.raises(ValidationError) as refused:
        screening.clear(by=screening.athlete, **said())
    assert refused.value.code == "emergency"
    assert not Clearance.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"by_name": " "},
        {"role": "barber"},
        {"cleared_on": timezone.localdate() + timedelta(days=2)},
        {"cleared_on": timezone.localdate() - timedelta(days=2)},
    ],
)
def test_a_clearance_that_cannot_be_is_refused(wrong):
    screening = ScreeningFactory(given={"QG6": "yes"})
    with pytest.raises(ValidationError):
        screening.clear(by=screening.athlete, **said(**wrong))
    assert not Clearance.objects.exists()


def test_answers_are_good_for_two_weeks_from_the_day_or_from_a_clearance():
    with time_machine.travel("2026-06-01T10:00:00Z", tick=False) as clock:
        screening = ScreeningFactory(given={"QG6": "yes"})
        clock.move_to("2026-06-15T10:00:00Z")
        assert screening.fresh
        clock.move_to("2026-06-15T10:00:01Z")
        assert not screening.fresh
        screening.clear(by=screening.athlete, **said())
        assert screening.fresh
        clock.move_to("2026-06-29T10:00:02Z")
        assert not screening.fresh
