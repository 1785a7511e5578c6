"""Writing the diary."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.audit import AuditEvent
from plans.models import Entry, EntryRevision, Escalation, Plan
from plans.models.care import Kind, end, intervene
from plans.models.diary import rescreen
from plans.rules.words import Answer, Region
from tests.factories import EntryFactory, PhysioFactory, PlanFactory, answers

pytestmark = pytest.mark.django_db

SESSION = {"during": 2, "after": 1, "before": 2, "dose": 100, "flags": ["tingling_brief"]}


@pytest.fixture
def plan():
    return PlanFactory(days_ago=4)


def write(plan, values, day=5, by=None):
    return plan.record(plan.date_of(day), values, by or plan.athlete)


def refusal(plan, *args, **kwargs):
    entries, revision = plan.entries.count(), Plan.objects.get(pk=plan.pk).revision
    with pytest.raises(ValidationError) as refused:
        write(plan, *args, **kwargs)
    assert (plan.entries.count(), Plan.objects.get(pk=plan.pk).revision) == (entries, revision)
    return refused.value


def test_a_day_is_written_in_parts_and_only_what_is_given_changes(plan):
    write(plan, {"morning": 3})
    write(plan, SESSION)
    write(plan, {"pain": 0})
    entry = Entry.objects.get()
    assert (entry.morning, entry.pain, entry.during, entry.after, entry.before) == (3, 0, 2, 1, 2)
    assert (entry.dose, entry.flags, entry.answers, entry.new_weakness) == (100, ["tingling_brief"], {}, False)


def test_promise_8_sending_twice_is_sending_once(plan):
    first = write(plan, {"pain": 3, "answers": {"QG3": "not_sure"}, **SESSION})
    again = write(plan, {"pain": 3, "answers": {"QG3": "not_sure"}, **SESSION})
    assert first == again == Entry.objects.get()
    assert EntryRevision.objects.count() == 1
    assert AuditEvent.objects.filter(action="entry.record").count() == 1
    assert Plan.objects.get(pk=plan.pk).revision == plan.revision + 1


def test_each_real_change_leaves_a_revision_with_before_and_after(plan):
    write(plan, {"pain": 3})
    write(plan, {"pain": 3, "morning": 2})
    write(plan, {"pain": None})
    changes = list(EntryRevision.objects.values_list("changed", flat=True))
    assert changes == [{"pain": [None, 3]}, {"morning": [None, 2]}, {"pain": [3, None]}]


def test_promise_9_the_audit_row_names_fields_and_holds_no_scores(plan):
    write(plan, {"pain": 3, "morning": 2})
    event = AuditEvent.objects.get(action="entry.record")
    assert (event.fields, event.athlete_id, event.actor_id) == (["morning", "pain"], plan.athlete_id, plan.athlete_id)


@pytest.mark.parametrize(
    ("day", "code"),
    [(6, "future"), (0, "before_start"), (-30, "before_start")],
    ids=["future", "before", "long before"],
)
def test_a_day_outside_the_plan_is_refused(plan, day, code):
    assert refusal(plan, {"pain": 3}, day=day).code == code


def test_two_weeks_back_can_be_filled_in_and_no_more():
    plan = PlanFactory(days_ago=20)
    write(plan, {"pain": 3}, day=7)
    assert refusal(plan, {"pain": 3}, day=6).code == "too_old"


def test_a_physio_can_put_older_days_right_but_not_their_own():
    plan, physio = PlanFactory(days_ago=20), PhysioFactory()
    write(plan, {"pain": 3}, day=1, by=physio)
    own = PlanFactory(athlete=physio, days_ago=20)
    assert refusal(own, {"pain": 3}, day=1).code == "too_old"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pain": 11},
        {"pain": -1},
        {"pain": True},
        {"pain": "3"},
        {"pain": 2.5},
        {"morning": 11},
        {"during": 11},
        {"after": -1},
        {"before": 99},
        {"dose": 101},
        {"dose": -1},
        {"flags": ["ouch"]},
        {"answers": {"QE1": "yes"}},
        {"answers": {"QB1": "perhaps"}},
        {"rescreened": True},
        {"plan": 1},
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(plan, wrong):
    assert refusal(plan, {"morning": 2, **wrong} if "morning" not in wrong else wrong)


@pytest.mark.parametrize("field", ["pain", "morning", "during", "after", "before", "dose"])
@pytest.mark.parametrize("value", [-1, 101])
def test_the_database_refuses_a_number_out_of_range(plan, field, value):
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryFactory(plan=plan, **{field: value})


def test_the_database_keeps_one_entry_a_day(plan):
    EntryFactory(plan=plan)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryFactory(plan=plan)


def test_a_yes_is_not_taken_back_by_a_milder_answer(plan):
    write(plan, {"answers": {"QB23": "yes", "QG4": "not_sure"}, "new_weakness": False})
    write(plan, {"answers": {"QB23": "no", "QG4": "no", "QB18": "no"}})
    assert Entry.objects.get().answers == {"QB23": "yes", "QG4": "not_sure", "QB18": "no"}


def test_new_weakness_is_not_taken_back(plan):
    write(plan, {"new_weakness": True})
    write(plan, {"new_weakness": False})
    assert Entry.objects.get().new_weakness


@pytest.mark.parametrize(
    ("values", "rule", "disposition"),
    [
        ({"answers": {"QB1": "yes"}}, "AT-1", "emergency"),
        ({"answers": {"QG3": "yes"}}, "AT-1", "urgent"),
        ({"answers": {"QG6": "yes"}}, "RF-G08", "review_first"),
        ({"new_weakness": True}, "AT-2", "emergency"),
        ({"morning": 8}, "AT-3", "review_first"),
    ],
)
def test_promise_1_a_red_flag_stops_the_plan_and_is_told_in_the_same_moment(plan, values, rule, disposition):
    write(plan, values)
    course = plan.course()
    assert (course.status, course.session.items) == ("stopped", ())
    told = Escalation.objects.get()
    assert (told.day, told.rule, told.kind, told.disposition) == (5, rule, "stop", disposition)


def test_no_session_is_recorded_on_a_stopped_plan(plan):
    write(plan, {"answers": {"QG3": "yes"}}, day=4)
    assert refusal(plan, SESSION, day=5).code == "stopped"
    assert refusal(plan, SESSION, day=4).code == "stopped"
    write(plan, {"pain": 3, "morning": 3, "answers": {"QB1": "yes"}}, day=5)
    write(plan, SESSION, day=3)


def test_the_session_of_the_day_of_the_stop_can_be_put_right(plan):
    write(plan, SESSION)
    write(plan, {"answers": {"QG3": "yes"}})
    write(plan, {"after": 4})
    assert Entry.objects.get().after == 4


def test_no_session_is_recorded_while_the_plan_is_paused(plan):
    intervene(plan, Kind.PAUSE, by=plan.athlete, reason="A holiday")
    assert refusal(plan, SESSION).code == "paused"
    write(plan, {"pain": 3})


def test_nothing_is_recorded_in_an_ended_plan(plan):
    end(plan, by=plan.athlete, reason="Well again")
    assert refusal(plan, {"pain": 3}).code == "ended"


def test_what_was_told_stays_when_a_correction_undoes_it(plan):
    write(plan, {"morning": 8})
    write(plan, {"morning": 3})
    assert plan.course().status == "active"
    assert Escalation.objects.get().rule == "AT-3"


def test_what_was_told_is_told_once(plan):
    write(plan, {"morning": 8})
    write(plan, {"pain": 5})
    write(plan, {"morning": 9})
    assert Escalation.objects.count() == 1
    assert AuditEvent.objects.filter(action="escalation.raise").count() == 1


@pytest.mark.django_db(transaction=True)
def test_promise_9_a_fault_on_the_way_leaves_nothing_behind(plan, monkeypatch):
    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("plans.models.escalation.tell", fail)
    before = (plan.revision, AuditEvent.objects.count())
    with pytest.raises(RuntimeError):
        write(plan, {"pain": 3})
    assert not Entry.objects.exists()
    assert not EntryRevision.objects.exists()
    assert (Plan.objects.get(pk=plan.pk).revision, AuditEvent.objects.count()) == before


def test_promise_4_the_order_of_arrival_does_not_matter():
    plans = [PlanFactory(days_ago=9), PlanFactory(days_ago=9)]
    days = [(day, {"pain": day % 4, "morning": day % 3, **(SESSION if day % 2 else {})}) for day in range(1, 10)]
    for plan, order in zip(plans, (days, days[::-1]), strict=True):
        for day, values in order:
            write(plan, values, day=day)
    first, second = (plan.course() for plan in plans)
    assert (first.entries, first.checks, first.alerts) == (second.entries, second.checks, second.alerts)
    assert first.checks


def test_a_course_takes_three_queries(django_assert_num_queries, plan):
    for day in range(1, 6):
        write(plan, {"pain": 3, "morning": 2}, day=day)
    plan.version.protocol  # noqa: B018  parsed once a process
    fetched = Plan.objects.for_user(plan.athlete).get()
    with django_assert_num_queries(3):
        assert fetched.course().today == 5


def test_a_plan_with_its_course_takes_four_queries(django_assert_num_queries, plan):
    plan.version.protocol  # noqa: B018
    with django_assert_num_queries(4):
        assert Plan.objects.for_user(plan.athlete).get().course().status == "active"


class TestRescreening:
    def test_all_questions_answered_again_today(self, plan):
        entry = rescreen(plan, answers(Region.BACK, QB23="yes"), plan.athlete)
        assert (entry.date, entry.rescreened) == (plan.local_today(), True)
        assert entry.answers["QB23"] == "yes"
        assert entry.day().answers["QB1"] is Answer.NO
        assert AuditEvent.objects.filter(action="plan.rescreen").exists()

    def test_promise_2_an_open_question_is_refused(self, plan):
        given = answers(Region.BACK)
        del given["QB1"]
        with pytest.raises(ValidationError) as refused:
            rescreen(plan, given, plan.athlete)
        assert (refused.value.code, refused.value.params) == ("open", {"count": 1})

    def test_it_ends_the_wait_for_it(self):
        plan = PlanFactory(days_ago=9)
        write(plan, {"pain": 3}, day=1)
        write(plan, {"pain": 3}, day=10)
        assert plan.course().rescreen_wanted
        rescreen(plan, answers(Region.BACK), plan.athlete)
        assert not plan.course().rescreen_wanted


def test_a_plan_that_has_not_begun_stands_as_on_its_first_day():
    plan = PlanFactory(days_ago=-3)
    assert (plan.day_number(plan.local_today()), plan.today(), plan.course().status) == (-2, 1, "active")
    with pytest.raises(ValidationError) as refused:
        plan.record(plan.local_today() + timedelta(days=1), {"pain": 3}, plan.athlete)
    assert refused.value.code == "before_start"
