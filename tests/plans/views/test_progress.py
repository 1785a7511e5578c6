"""Progress, the plan as a whole, and the summary for a clinician."""

import pytest
from django.urls import reverse

from plans.models import Plan, WeeklyReview
from plans.rules.words import Condition

from .daily import Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


def review(plan: Plan, week: int, *scores: int) -> None:
    given = WeeklyReview.objects.create(plan=plan, week=week, function=sum(scores) / len(scores))
    for activity, score in zip(plan.activities.all(), scores, strict=True):
        given.scores.create(activity=activity, score=score)


def test_every_score_of_the_chart_stands_in_the_table(phone):
    response = phone.get("progress_of")
    rows = response.context["rows"]
    assert [row.day for row in rows] == list(range(9, 0, -1))
    assert len(response.context["chart"].pain_dots) == sum(row.pain is not None for row in rows)
    assert {phone.url("day", row.date) for row in rows} <= set(Page(response).links())


def test_it_needs_few_queries_whatever_the_length(client, django_assert_max_num_queries):
    phone = Phone(client, running(days=60))
    phone.get("progress_of")
    with django_assert_max_num_queries(8):
        phone.get("progress_of")


def test_a_day_without_a_score_breaks_the_line(phone):
    phone.plan.entries.filter(date=phone.plan.date_of(5)).delete()
    assert len(phone.get("progress_of").context["chart"].pain) == 2


def test_the_stages_are_bands(phone):
    bands = phone.get("progress_of").context["chart"].bands
    assert [band.title for band in bands] == ["Relative rest", "Rebuild"]
    assert bands[0].x + bands[0].width == pytest.approx(bands[1].x, abs=0.2)


def test_own_activities_stand_by_week(phone):
    review(phone.plan, 1, 6, 7)
    activities = phone.get("progress_of").context["activities"]
    assert [(row.name, row.scores) for row in activities] == [
        ("Run 5 km", [("0", 4), ("1", 6)]),
        ("Tie my shoes", [("0", 4), ("1", 7)]),
    ]


def test_sessions_are_counted_against_those_due(phone):
    weeks = phone.get("progress_of").context["weeks"]
    assert [(row.week, row.done, row.due, row.over) for row in weeks] == [(2, 1, 3, False), (1, 3, 5, True)]


def test_before_the_first_check_in_it_says_what_will_come(client):
    assert "after your first check-in" in Page(Phone(client, running()).get("progress_of")).text


def test_the_tabs_need_no_number(phone):
    for name in ("progress", "plan"):
        assert phone.client.get(reverse(f"plans:{name}")).context["plan"] == phone.plan


# The plan as a whole


@pytest.mark.parametrize("condition", list(Condition))
def test_the_plan_shows_all_that_each_stage_holds(client, condition):
    phone = Phone(client, running(days=2, condition=condition))
    protocol, text = phone.plan.version.protocol, Page(phone.get("plan_of")).text
    assert protocol.expectation in text
    for stage in protocol.stages:
        for said in (stage.title, stage.goal, *stage.do, *stage.avoid, stage.step_back_sign):
            assert said in text
        for given in stage.prescriptions:
            if not given.only_for or "running" in given.only_for:
                assert protocol.exercises[given.exercise].name in text
    assert "you are here" in text


def test_it_names_version_approver_and_sources(phone):
    text = Page(phone.get("plan_of")).text
    protocol = phone.plan.version.protocol
    assert "Version 1 of this plan" in text
    assert protocol.approver in text
    for source in protocol.sources.values():
        assert source.title in text


# The summary


def test_the_summary_holds_scores_adherence_checks_and_flags(phone):
    """MW-7."""
    review(phone.plan, 1, 6, 7)
    phone.plan.record(phone.plan.local_today(), {"answers": {"QB20": "yes"}}, phone.plan.athlete)
    response = phone.get("summary")
    text = Page(response).text
    assert dict(response.context["checks"])
    assert "Week 1: 3 of 5" in text
    assert "RF-B21" in text
    assert "It is no diagnosis" in text


def test_the_summary_is_there_for_a_stopped_plan_too(phone):
    lived(phone.plan, 10, morning=9)
    text = Page(phone.get("summary")).text
    assert "Stop by AT-3" in text


def test_the_summary_of_an_emergency_holds_no_exercise(phone):
    phone.plan.record(phone.plan.local_today(), {"answers": {"QB4": "yes"}}, phone.plan.athlete)
    page = Page(phone.get("summary"))
    assert not [link for link in page.links() if "/exercise/" in link or link == phone.url("session")]
