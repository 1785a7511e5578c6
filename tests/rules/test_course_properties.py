"""What must hold of every course, over journeys that Hypothesis invents."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from plans.rules.course import Course, follow
from plans.rules.diary import Clear, Day, Diary, Pause, Resume, Review, Session, Week
from plans.rules.dose import SessionKind
from plans.rules.screening import Facts, questions, screen
from plans.rules.sentences import explain
from plans.rules.words import Answer, Condition, Disposition, Flag, Outcome, StageId, Status

from .build import intake, protocol

scores = st.integers(0, 10)
low = st.integers(0, 5)
maybe = st.one_of(st.none(), low)
sessions = st.builds(
    Session,
    during=maybe,
    after=maybe,
    before=maybe,
    dose=st.sampled_from([None, Fraction(50), Fraction(79), Fraction(80), Fraction(100)]),
    flags=st.frozensets(st.sampled_from(Flag), max_size=1),
)
quiet_days = st.builds(Day, pain=st.one_of(st.none(), low), morning=maybe, session=st.one_of(st.none(), sessions))
rough_days = st.builds(
    Day,
    pain=st.one_of(st.none(), scores),
    morning=st.one_of(st.none(), st.integers(0, 9)),
    session=st.one_of(st.none(), sessions),
)
weeks = st.dictionaries(
    st.integers(1, 8),
    st.builds(Week, function=st.one_of(st.none(), st.fractions(0, 10, max_denominator=4))),
)
conditions = st.sampled_from(Condition)


@st.composite
def diaries(draw: st.DrawFn, days: st.SearchStrategy[Day] = quiet_days) -> tuple[Condition, Diary]:
    condition = draw(conditions)
    numbers = draw(st.lists(st.integers(1, 60), unique=True, max_size=60))
    entries = {number: draw(days) for number in numbers}
    entry = intake(condition, pain=draw(st.integers(0, 7)), function=draw(scores), age=draw(st.integers(18, 80)))
    return condition, Diary(entry, entries, draw(weeks))


def run(condition: Condition, diary: Diary, today: int = 60, final: bool = True, done: tuple = ()) -> Course:
    return follow(protocol(condition), diary, done, today, final=final)


def shape(course: Course) -> tuple:
    checks = [(check.day, check.known_on, check.verdict) for check in course.checks]
    return course.entries, checks, course.checkpoints, course.alerts, course.status, course.dose, course.session


@given(diaries(rough_days), st.integers(0, 2**32))
def test_promise_4_the_order_in_which_entries_came_does_not_matter(journey, seed):
    """DF-16."""
    condition, diary = journey
    shuffled = list(diary.days.items())
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - an order for a test
    assert shape(run(condition, diary)) == shape(run(condition, replace(diary, days=dict(shuffled))))


@given(diaries(rough_days), st.integers(1, 59))
def test_what_was_decided_does_not_change_as_days_go_by(journey, today):
    """Alerts and entries up to a day that is over are the same seen from any later day."""
    condition, diary = journey
    early, late = run(condition, diary, today, final=False), run(condition, diary, 60)
    assert [a for a in late.alerts if a.day < today] == [a for a in early.alerts if a.day < today]
    assert [e for e in late.entries if e.day < today] == [e for e in early.entries if e.day < today]


@given(diaries())
def test_no_stage_is_skipped_upward(journey):
    course = run(*journey)
    ranks = [entry.stage.rank for entry in course.entries]
    assert all(later <= earlier + 1 for earlier, later in pairwise(ranks))
    assert all(entry.cause != "gate" or entry.stage.rank > 0 for entry in course.entries)


@given(diaries())
def test_at_most_one_stage_change_a_day_and_days_in_order(journey):
    days = [entry.day for entry in run(*journey).entries]
    assert days == sorted(set(days))


@given(diaries(rough_days), st.integers(1, 60), st.data())
def test_promise_1_a_red_flag_always_stops_with_no_exercise(journey, day, data):
    condition, diary = journey
    question = data.draw(st.sampled_from([q for q in questions(condition.region) if q != "QE12"]))
    entry = replace(diary.days.get(day, Day()), answers={question: Answer.YES})
    asked = replace(diary, days={**diary.days, day: entry})
    course = run(condition, asked, day, final=False)
    facts_now = screen_with(condition, asked, question)
    if facts_now.rank >= Disposition.REVIEW_FIRST.rank:
        assert course.status is Status.STOPPED
        assert course.session.items == ()
        assert course.session.kind is SessionKind.NONE


def screen_with(condition: Condition, diary: Diary, question: str) -> Disposition:
    """How urgent the entry's answers are with this yes."""
    entry = diary.intake
    answers = {**entry.answers, question: Answer.YES}
    return screen(Facts(condition.region, entry.age, answers, entry.pain, condition=condition)).disposition


@given(diaries())
def test_nothing_progresses_on_an_unknown_check(journey):
    """The dose goes up only the morning after a progress check, two in a row."""
    condition, diary = journey
    course = run(condition, diary)
    by_day = {check.known_on: check for check in course.checks}
    for note in course.notes:
        if note.kind == "dose_step":
            assert by_day[note.day].verdict.outcome in (Outcome.PROGRESS, Outcome.EASE_AMBER)
            earned = [c for c in course.notes if c.kind == "check" and c.day <= note.day][-2:]
            assert [c.values["outcome"] for c in earned] == [Outcome.PROGRESS] * 2


@given(diaries(rough_days))
def test_every_check_but_progress_earns_nothing_and_every_gate_had_calm_checks(journey):
    condition, diary = journey
    course = run(condition, diary)
    for entry in course.entries:
        if entry.cause == "gate":
            known = [c for c in course.checks if c.known_on <= entry.day and c.outcome is not Outcome.UNKNOWN][-3:]
            assert len(known) == 3


# What somebody did, and the start, rest on nothing that the athlete answered.
WITHOUT_EVIDENCE = {"start", "cleared", "reviewed", "paused", "resumed", "set_stage", "set_dose", "ended"}


@given(diaries(rough_days))
def test_promise_3_every_note_can_be_said_in_words(journey):
    condition, diary = journey
    done = (Pause(20), Resume(25), Review(30), Clear(40, StageId.REBUILD))
    course = run(condition, diary, done=done)
    for note in course.notes:
        told = explain(note, course.protocol)
        assert "{" not in str(told.athlete) + str(told.physio)
        assert told.tone in ("calm", "care", "stop")
        assert told.source
        assert told.evidence or note.kind in WITHOUT_EVIDENCE


@given(diaries(rough_days))
def test_a_stop_is_the_last_thing_that_happens(journey):
    course = run(*journey)
    stops = [alert.day for alert in course.alerts if alert.kind == "stop"]
    if stops:
        assert course.status is Status.STOPPED
        assert len(stops) == 1
        assert all(entry.day <= stops[0] for entry in course.entries)
        assert all(alert.day <= stops[0] for alert in course.alerts)
        assert all(result.day < stops[0] for result in course.checkpoints)
