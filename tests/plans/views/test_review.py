"""The weekly review: one page, then the action with its reason."""

import pytest

from plans.models import Entry, Plan, WeeklyReview
from plans.rules.words import Condition

from .daily import Phone, lived, running
from .walk import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def at_14(client):
    """The last day of week 2, the checkpoint."""
    return Phone(client, running(days=14))


def answers(phone, *scores, **changed):
    """A whole review, with "none of these" under every group of safety questions."""
    form = phone.get("review", 2, edit=1).context
    own = phone.plan.activities.values_list("pk", flat=True)
    data = {f"activity-{pk}": score for pk, score in zip(own, scores, strict=True)}
    if form["again"]:
        data |= {f"none_{screen.slug}": "on" for screen in form["again"].screens}
    return data | {"change_since_start": "2"} | changed


def test_it_asks_activities_change_sleep_work_training_and_the_safety_questions(at_14):
    text = Page(at_14.get("review", 2)).text
    for asked in ("Run 5 km", "Tie my shoes", "Compared with the start", "disturbed my sleep", "limited my work"):
        assert asked in text
    assert at_14.get("review", 2).context["again"].asked


def test_given_it_answers_with_the_action_and_its_reason(at_14):
    response = at_14.client.post(at_14.url("review", 2), answers(at_14, 7, 9))
    assert response.url == at_14.url("review", 2)
    review = WeeklyReview.objects.get(plan=at_14.plan)
    assert (review.function, review.change_since_start) == (8, 2)
    page = Page(at_14.client.get(response.url))
    assert "Carry on with the plan. At week 2 things are clearly better." in page.text
    assert at_14.url("decision", 14, "6.4/2") in page.links()
    assert "/help/#ask" in page.links()


def test_slow_is_normal_is_said_to_the_slow(client):
    """MW-4: at week 2, to those who are somewhat better."""
    plan = running(days=14, pain=5)
    plan.entries.update(pain=4)
    phone = Phone(client, plan)
    phone.client.post(phone.url("review", 2), answers(phone, 4, 4))
    response = phone.get("review", 2)
    assert response.context["result"].change == "some"
    assert "slow-is-normal" in [card.id for card in response.context["cards"]]
    plan.reviews.update(function=9)
    assert "slow-is-normal" not in [card.id for card in phone.get("review", 2).context["cards"]]


def test_worse_sends_to_somebody_with_the_summary(client):
    plan = running(days=14, pain=3)
    plan.entries.update(pain=6, morning=5)
    phone = Phone(client, plan)
    phone.client.post(phone.url("review", 2), answers(phone, 2, 2))
    page = Page(phone.get("review", 2))
    assert "See your doctor within days." in page.text
    assert phone.url("summary") in page.links()


def test_promise_1_a_yes_in_the_review_stops_at_once(at_14):
    data = answers(at_14, 7, 9, QB4="yes")
    response = at_14.client.post(at_14.url("review", 2), data)
    assert "tel:999" in Page(at_14.client.get(response.url)).links()
    assert WeeklyReview.objects.filter(plan=at_14.plan).exists()


def test_promise_1_a_yes_counts_although_the_rest_is_left_open(at_14):
    response = at_14.client.post(at_14.url("review", 2), {"QB4": "yes"})
    assert "tel:999" in Page(at_14.client.get(response.url)).links()


def test_what_is_left_open_is_named_and_the_rest_stays(at_14):
    data = answers(at_14, 7, 9)
    missing = next(name for name in data if name.startswith("activity-"))
    del data[missing]
    response = at_14.client.post(at_14.url("review", 2), data)
    assert response.status_code == 400
    assert "Choose a number from 0 to 10." in Page(response).text
    assert ("change_since_start", "2") in Page(response).checked()
    assert not WeeklyReview.objects.filter(plan=at_14.plan).exists()


def test_a_group_of_safety_questions_left_open_is_named(at_14):
    data = answers(at_14, 7, 9)
    del data["none_nerves"]
    response = at_14.client.post(at_14.url("review", 2), data)
    assert response.status_code == 400
    assert "Bladder, bowel and feeling: tick what is true" in Page(response).text


def test_the_safety_questions_are_not_asked_twice(at_14):
    at_14.client.post(at_14.url("review", 2), answers(at_14, 7, 9))
    assert at_14.get("review", 2, edit=1).context["again"] is None
    assert Entry.objects.get(plan=at_14.plan, date=at_14.today).rescreened


def test_it_can_be_put_right(at_14):
    at_14.client.post(at_14.url("review", 2), answers(at_14, 7, 9))
    at_14.client.post(at_14.url("review", 2), answers(at_14, 5, 5))
    assert WeeklyReview.objects.get(plan=at_14.plan).function == 5


def test_too_few_scores_are_asked_for_once(client):
    """DF-15."""
    plan = running(days=1)
    plan.start_date = plan.date_of(-12)
    plan.save()
    lived(plan, 12)
    lived(plan, 14, morning=None)
    plan.entries.update(rescreened=True)
    phone = Phone(client, plan)
    assert "pain" in phone.get("review", 2).context["form"].fields
    phone.client.post(phone.url("review", 2), answers(phone, 5, 5, pain=2))
    assert WeeklyReview.objects.get(plan=plan).pain == 2


def test_a_week_between_asks_no_safety_questions(client):
    phone = Phone(client, running(days=21))
    assert phone.get("review", 3).context["again"] is None


@pytest.mark.parametrize(("week", "status"), [(3, 400), (52, 400), (0, 404), (53, 404)])
def test_a_week_that_is_not_over_has_no_review(at_14, week, status):
    assert at_14.get("review", week).status_code == status
    assert at_14.client.post(at_14.url("review", week), {}).status_code == status


def test_a_week_long_ago_is_for_the_physio(client):
    phone = Phone(client, running(days=40))
    data = {f"activity-{pk}": 5 for pk in phone.plan.activities.values_list("pk", flat=True)}
    data |= {f"none_{screen.slug}": "on" for screen in phone.get("review", 1).context["again"].screens}
    response = phone.client.post(phone.url("review", 1), data | {"change_since_start": "0"})
    assert response.status_code == 400
    assert "more than two weeks ago" in Page(response).text


def test_an_ended_plan_takes_no_review(at_14):
    Plan.objects.filter(pk=at_14.plan.pk).update(ended_on=at_14.plan.local_today())
    assert at_14.get("review", 2).status_code == 409


def test_an_injured_elbow_is_looked_at_after_a_week(client):
    phone = Phone(client, running(days=7, condition=Condition.TENNIS_ELBOW, onset="injury"))
    page = phone.get("review", 1)
    assert page.context["checkpoint"]
