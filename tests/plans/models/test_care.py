"""What is done to a plan."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit import AuditEvent
from plans.models import Clearance, Intervention, Plan
from plans.models.care import Kind, clear, end, intervene
from plans.models.plan import Stale
from plans.rules.words import StageId
from tests.factories import PhysioFactory, PlanFactory

pytestmark = pytest.mark.django_db

DOSE = {"sets": 1, "reps": [5]}


@pytest.fixture
def plan():
    return PlanFactory(days_ago=4)


@pytest.fixture
def physio():
    return PhysioFactory()


def stop(plan, day=4, **values):
    plan.record(plan.date_of(day), values or {"answers": {"QG6": "yes"}}, plan.athlete)


def cleared(plan, by, **said):
    given = {"by_name": "Dr Example", "role": "gp", "cleared_on": plan.local_today(), "stage": StageId.RELATIVE_REST}
    return clear(plan, by=by, **{**given, **said})


def test_a_pause_and_a_resumption(plan, physio):
    intervene(plan, Kind.PAUSE, by=physio, reason="A cold")
    assert plan.course().status == "paused"
    intervene(plan, Kind.RESUME, by=physio, reason="Better")
    assert plan.course().status == "active"
    assert AuditEvent.objects.filter(athlete_id=plan.athlete_id, actor_id=physio.pk).count() == 2


def test_a_stage_set_by_a_physio(plan, physio):
    intervene(plan, Kind.SET_STAGE, by=physio, reason="Strong enough", stage=StageId.REBUILD)
    assert plan.course().stage == "rebuild"


def test_a_dose_changed_and_an_exercise_taken_out(plan, physio):
    intervene(plan, Kind.SET_DOSE, by=physio, reason="Small steps", exercise="bridge", dose=DOSE)
    intervene(plan, Kind.SET_DOSE, by=physio, reason="No walks yet", exercise="walk")
    [item] = plan.course().session.items
    assert (item.exercise, item.dose.reps) == ("bridge", (5,))


def test_a_review_lifts_the_hold(physio):
    plan = PlanFactory(days_ago=4, screening__given={"QB19": "yes"})
    assert plan.course().held
    intervene(plan, Kind.REVIEW, by=physio, reason="Seen today")
    assert not plan.course().held


@pytest.mark.parametrize(
    ("kind", "more", "code"),
    [
        (Kind.RESUME, {}, "not_paused"),
        (Kind.SET_STAGE, {}, None),
        (Kind.SET_DOSE, {"exercise": "cartwheel", "dose": DOSE}, None),
        (Kind.SET_DOSE, {"exercise": "bridge", "dose": {"sets": 99}}, None),
        (Kind.PAUSE, {"reason": " "}, None),
    ],
)
def test_what_does_not_fit_is_refused(plan, physio, kind, more, code):
    with pytest.raises(ValidationError) as refused:
        intervene(plan, kind, by=physio, **{"reason": "Because", **more})
    assert code is None or refused.value.code == code
    assert not Intervention.objects.exists()


def test_a_paused_plan_is_resumed_first(plan, physio):
    intervene(plan, Kind.PAUSE, by=physio, reason="A cold")
    with pytest.raises(ValidationError) as refused:
        intervene(plan, Kind.SET_STAGE, by=physio, reason="Because", stage=StageId.REBUILD)
    assert refused.value.code == "paused"


def test_a_stopped_plan_is_cleared_first(plan, physio):
    stop(plan)
    with pytest.raises(ValidationError) as refused:
        intervene(plan, Kind.SET_STAGE, by=physio, reason="Because", stage=StageId.REBUILD)
    assert refused.value.code == "stopped"


@pytest.mark.parametrize("kind", [Kind.CLEAR, Kind.END])
def test_clearing_and_ending_have_their_own_doors(plan, physio, kind):
    with pytest.raises(ValueError, match=kind):
        intervene(plan, kind, by=physio, reason="Because")


class TestClearing:
    def test_a_clearance_starts_the_plan_again_at_the_named_stage(self, plan, physio):
        stop(plan)
        cleared(plan, physio, stage=StageId.REBUILD, note="Start slowly")
        course = plan.course()
        assert (course.status, course.stage, course.since) == ("active", "rebuild", 5)
        clearance = Clearance.objects.get()
        assert (clearance.plan, clearance.by_name, clearance.role, clearance.recorded_by) == (
            plan,
            "Dr Example",
            "gp",
            physio,
        )

    def test_on_the_day_of_the_stop_it_acts_from_the_next_day(self, plan, physio):
        stop(plan, day=5)
        cleared(plan, physio)
        assert Intervention.objects.get().date == plan.date_of(6)
        assert plan.course().status == "stopped"
        assert plan.course(now=plan.created_at + timedelta(days=1)).status == "active"

    @pytest.mark.parametrize("values", [{"answers": {"QB1": "yes"}}, {"new_weakness": True}])
    def test_an_emergency_is_never_cleared_in_the_same_plan(self, plan, physio, values):
        stop(plan, **values)
        with pytest.raises(ValidationError) as refused:
            cleared(plan, physio)
        assert refused.value.code == "emergency"
        assert not Clearance.objects.exists()
        assert plan.course().status == "stopped"

    def test_a_plan_that_runs_has_nothing_to_clear(self, plan, physio):
        with pytest.raises(ValidationError) as refused:
            cleared(plan, physio)
        assert refused.value.code == "not_stopped"

    @pytest.mark.parametrize("days", [-3, 1])
    def test_it_is_dated_from_the_stop_to_today(self, plan, physio, days):
        stop(plan)
        with pytest.raises(ValidationError) as refused:
            cleared(plan, physio, cleared_on=plan.local_today() + timedelta(days=days))
        assert list(refused.value.message_dict) == ["cleared_on"]
        assert not Intervention.objects.exists()

    def test_it_says_who_and_in_what_role(self, plan, physio):
        stop(plan)
        for wrong in ({"by_name": ""}, {"role": "friend"}):
            with pytest.raises(ValidationError):
                cleared(plan, physio, **wrong)
        assert not Intervention.objects.exists()


class TestEnding:
    def test_an_ended_plan_keeps_its_diary(self, plan):
        stop(plan, pain=3)
        end(plan, by=plan.athlete, reason="Well again")
        plan.refresh_from_db()
        assert (plan.ended_on, plan.course().status, plan.entries.count()) == (plan.local_today(), "ended", 1)

    def test_ending_twice_is_ending_once(self, plan):
        end(plan, by=plan.athlete, reason="Well again")
        end(plan, by=plan.athlete, reason="Well again")
        assert Intervention.objects.count() == 1

    def test_a_plan_can_end_before_it_begins(self):
        plan = end(PlanFactory(days_ago=-3), by=PhysioFactory(), reason="A mistake")
        assert plan.ended_on == plan.start_date

    def test_the_database_refuses_an_end_before_the_start(self, plan):
        with pytest.raises(IntegrityError), transaction.atomic():
            Plan.objects.filter(pk=plan.pk).update(ended_on=plan.start_date - timedelta(days=1))

    def test_an_ended_plan_is_left_alone(self, plan, physio):
        end(plan, by=physio, reason="Well again")
        for change in (lambda: intervene(plan, Kind.PAUSE, by=physio, reason="x"), lambda: cleared(plan, physio)):
            with pytest.raises(ValidationError) as refused:
                change()
            assert refused.value.code == "ended"


class TestTwoWriters:
    def test_the_second_of_two_pages_is_stale(self, plan, physio):
        seen = plan.revision
        intervene(plan, Kind.PAUSE, by=physio, reason="A cold", seen=seen)
        for change in (
            lambda: intervene(plan, Kind.RESUME, by=physio, reason="Better", seen=seen),
            lambda: end(plan, by=physio, reason="Well again", seen=seen),
        ):
            with pytest.raises(Stale):
                change()
        assert plan.course().status == "paused"
        assert Plan.objects.get(pk=plan.pk).ended_on is None

    def test_a_check_in_makes_the_page_of_a_physio_stale(self, plan, physio):
        seen = plan.revision
        stop(plan, pain=9)
        with pytest.raises(Stale):
            intervene(plan, Kind.SET_STAGE, by=physio, reason="x", stage=StageId.REBUILD, seen=seen)

    def test_what_nobody_else_changed_is_not_stale(self, plan, physio):
        intervene(plan, Kind.PAUSE, by=physio, reason="A cold", seen=plan.revision)
        plan.refresh_from_db()
        intervene(plan, Kind.RESUME, by=physio, reason="Better", seen=plan.revision)
        assert plan.course().status == "active"


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "dance"},
        {"kind": "pause", "reason": ""},
        {"kind": "pause", "stage": "rebuild"},
        {"kind": "set_stage", "stage": ""},
        {"kind": "set_stage", "stage": "rest"},
        {"kind": "set_dose", "exercise": ""},
        {"kind": "pause", "exercise": "bridge"},
    ],
)
def test_the_database_refuses_an_intervention_that_makes_no_sense(plan, fields):
    row = {"plan": plan, "date": plan.start_date, "by": plan.athlete, "reason": "Because", **fields}
    with pytest.raises(IntegrityError), transaction.atomic():
        Intervention.objects.create(**row)
