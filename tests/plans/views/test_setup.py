from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse

from accounts.models import Consent, User
from plans.intake import KEY
from plans.models import Plan
from plans.rules.words import Condition
from tests.factories import PlanFactory, UserFactory, publish

from .walk import SETUP, Page, Walker

STEPS = list(SETUP)


@pytest.fixture
def ready(walker: Walker) -> Walker:
    """Somebody without an account whose answers are clear."""
    publish()
    walker.begin()
    walker.answer()
    return walker


def step(slug: str) -> str:
    return reverse("plans:setup_step", args=[slug])


def test_the_pages_follow_each_other_to_the_account(ready: Walker) -> None:
    assert ready.get("setup").url == step("pain")
    assert ready.set_up().url == reverse("plans:finish")
    assert ready.get("finish").url == f"{reverse('account_signup')}?next=%2Fset-up%2Ffinish%2F"


@pytest.mark.parametrize("slug", STEPS[1:])
def test_no_page_is_skipped_by_its_address(ready: Walker, slug: str) -> None:
    assert ready.client.get(step(slug)).url == step("pain")


def test_an_unknown_page_is_not_found(ready: Walker) -> None:
    assert ready.client.get(step("shoe-size")).status_code == 404


@pytest.mark.parametrize("pain", ["", "-1", "11", "3.5", "much"])
def test_a_wrong_score_is_refused(ready: Walker, pain: str) -> None:
    response = ready.post("setup_step", "pain", pain=pain)
    page = Page(response)
    assert response.status_code == 400
    assert "#id_pain" in page.links()
    assert "id_pain" in page.ids()
    assert ready.intake["pain"] is None


def test_pain_of_8_is_seen_first_and_a_slip_can_be_put_right(ready: Walker) -> None:
    """RF-G16."""
    assert ready.post("setup_step", "pain", pain="8").url == reverse("plans:outcome")
    assert step("pain") in Page(ready.get("outcome")).links()
    assert ready.client.get(step("activities")).url == reverse("plans:outcome")
    assert ready.post("setup_step", "pain", pain="7").url == step("activities")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"name_1": ""}, ["name_1"]),
        ({"score_2": ""}, ["score_2"]),
        ({"score_2": "11"}, ["score_2"]),
        ({"name_1": "", "name_2": "", "score_1": "", "score_2": ""}, ["name_1", "name_2", "score_1", "score_2"]),
        ({"name_3": "Serve"}, ["score_3"]),
        ({"score_3": "4"}, ["name_3"]),
        ({"name_1": "x" * 81}, ["name_1"]),
    ],
)
def test_activities_need_names_and_scores(ready: Walker, changed: dict[str, str], wrong: list[str]) -> None:
    ready.post("setup_step", "pain", pain="5")
    response = ready.post("setup_step", "activities", **(SETUP["activities"] | changed))
    page = Page(response)
    assert response.status_code == 400
    assert set(response.context["form"].errors) == set(wrong)
    assert {f"#id_{name}" for name in wrong} <= set(page.links())
    assert {f"id_{name}" for name in wrong} <= page.ids()


def test_a_third_activity_is_kept(ready: Walker) -> None:
    ready.post("setup_step", "pain", pain="5")
    ready.post("setup_step", "activities", **SETUP["activities"], name_3="Serve", score_3="0")
    assert ready.intake["activities"] == [["Run 5 km", 3], ["Tie my shoes", 6], ["Serve", 0]]


def test_a_thrower_s_inner_elbow_is_seen_first(walker: Walker) -> None:
    """RF-E19: known only once the sport is."""
    publish(Condition.GOLFERS_ELBOW)
    walker.begin("golfers-elbow", injury="no")
    walker.answer(QE19="yes")
    walker.post("setup_step", "pain", pain="3")
    walker.post("setup_step", "activities", **SETUP["activities"])
    assert walker.post("setup_step", "sport", sport="golf-throwing").url == reverse("plans:outcome")
    assert step("sport") in Page(walker.get("outcome")).links()
    assert walker.post("setup_step", "sport", sport="running").url == step("history")


@pytest.mark.parametrize(
    ("slug", "data"),
    [
        ("sport", {"sport": "chess"}),
        ("sport", {}),
        ("history", {"side": "left"}),
        ("history", {"side": "top", "onset": "gradual"}),
        ("drivers", {"drivers": "made up"}),
        ("begin", {"start_date": "2001-01-01", "time_zone": "Europe/London"}),
        ("begin", {"start_date": "tomorrow", "time_zone": "Europe/London"}),
        ("agree", {"privacy": "on"}),
        ("agree", {}),
    ],
)
def test_what_is_missing_or_not_offered_is_refused(ready: Walker, slug: str, data: dict[str, str]) -> None:
    ready.set_up()
    before = ready.intake
    assert ready.post("setup_step", slug, **data).status_code == 400
    assert ready.intake == before


def test_an_unknown_zone_is_refused(ready: Walker) -> None:
    ready.set_up()
    first = ready.get("setup_step", "begin").context["form"].fields["start_date"].choices[0][0]
    response = ready.post("setup_step", "begin", start_date=first, time_zone="Mars/Olympus")
    assert response.status_code == 400
    assert ready.intake["time_zone"] == "Europe/Dublin"


def test_an_elbow_is_not_asked_again_how_it_began(walker: Walker) -> None:
    publish(Condition.TENNIS_ELBOW)
    walker.begin("tennis-elbow", injury="yes")
    walker.answer()
    walker.post("setup_step", "pain", pain="3")
    walker.post("setup_step", "activities", **SETUP["activities"])
    walker.post("setup_step", "sport", sport="racket")
    assert "onset" not in walker.get("setup_step", "history").context["form"].fields


@pytest.mark.parametrize(("age", "asked"), [(16, True), (17, True), (18, False)])
def test_minors_show_it_to_a_guardian_first(walker: Walker, age: int, asked: bool) -> None:
    """RF-G12."""
    publish()
    walker.begin(age=age)
    walker.answer()
    response = walker.set_up()
    assert (response.status_code == 400) is asked
    if asked:
        assert walker.post("setup_step", "agree", guardian="on", **SETUP["agree"]).url == reverse("plans:finish")


def test_signing_up_by_code_keeps_everything(ready: Walker) -> None:
    ready.set_up()
    there = ready.sign_up(then=reverse("plans:finish"))
    assert there.url == reverse("plans:finish")
    page = Page(ready.get("finish"))
    assert "Run 5 km: 3" in page.text
    assert ready.post("finish").url == reverse("plans:today")
    plan = Plan.objects.get()
    assert (plan.condition, plan.pain, plan.sport) == ("lumbar-strain", 5, "running")
    assert plan.athlete.email == "ann@example.org"
    assert (plan.side, plan.onset, plan.age, float(plan.function)) == ("left", "gradual", 34, 4.5)
    assert [(a.name, a.score) for a in plan.activities.all()] == [("Run 5 km", 3), ("Tie my shoes", 6)]
    assert (plan.athlete.time_zone, plan.athlete.country) == ("Europe/Dublin", "GB")
    assert plan.screening.answers["QB4"] == "no"
    assert Consent.accepted_by(plan.athlete)
    assert KEY not in ready.client.session


def test_an_address_that_has_an_account_is_told_how_to_sign_in(ready: Walker) -> None:
    UserFactory(email="ann@example.org").emailaddress_set.create(email="ann@example.org", verified=True, primary=True)
    ready.set_up()
    ready.client.post(reverse("account_signup"), {"email": "ann@example.org"})
    assert f"http://testserver{reverse('account_request_login_code')}" in mail.outbox[-1].body
    assert ready.intake["agreed"]


def test_signing_in_by_code_keeps_everything_too(ready: Walker) -> None:
    user = UserFactory(email="ann@example.org")
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    ready.set_up()
    ready.client.post(reverse("account_request_login_code"), {"email": user.email})
    code = next(line for line in mail.outbox[-1].body.splitlines() if "-" in line and line.isupper())
    assert ready.client.post(reverse("account_confirm_login_code"), {"code": code}).url == reverse("plans:front")
    assert ready.get("front").url == reverse("plans:finish")
    assert ready.post("finish").url == reverse("plans:today")
    assert Plan.objects.get().athlete == user


def test_pressing_start_twice_starts_one_plan(ready: Walker) -> None:
    ready.client.force_login(UserFactory())
    ready.set_up()
    ready.post("finish")
    assert ready.client.post(reverse("plans:finish"), {"token": "old"}).url == reverse("plans:front")
    assert Plan.objects.count() == 1


def test_a_second_plan_of_the_condition_is_refused_and_nothing_else_changes(ready: Walker) -> None:
    user = UserFactory(country="NZ")
    ready.client.force_login(user)
    ready.set_up()
    PlanFactory(athlete=user)
    response = ready.client.post(reverse("plans:finish"), {"token": ready.intake["token"]}, follow=True)
    assert "You already follow a plan for this" in Page(response).text
    assert Plan.objects.count() == 1
    assert ready.intake["activities"]


def test_a_first_day_that_has_passed_is_asked_again(ready: Walker) -> None:
    with time_machine.travel("2030-05-15T12:00:00Z") as clock:
        ready.client.force_login(UserFactory())
        ready.begin()
        ready.answer()
        ready.set_up()
        clock.shift(timedelta(days=2))
        assert ready.post("finish").url == step("begin")
        page = ready.client.get(step("begin"))
        assert "Start today, or on a day in the next two weeks" in Page(page).text
        today = page.context["form"].fields["start_date"].choices[0][0]
        assert today == "2030-05-17"
        ready.post("setup_step", "begin", start_date=today, time_zone="Europe/Dublin")
        assert ready.post("finish").url == reverse("plans:today")
    assert Plan.objects.get().start_date == date(2030, 5, 17)


def test_a_page_of_an_earlier_start_begins_nothing(ready: Walker) -> None:
    ready.client.force_login(UserFactory())
    ready.set_up()
    ready.post("finish", token="old")
    assert Plan.objects.count() == 0


def test_answers_that_are_too_old_are_not_offered_again(ready: Walker) -> None:
    user = UserFactory()
    with time_machine.travel("2030-05-15T12:00:00Z") as clock:
        ready.client.force_login(user)
        ready.begin()
        ready.answer(QB7a="yes")
        ready.get("outcome")
        ready.client.logout()
        clock.shift(timedelta(days=15))
        ready.client.force_login(user)
        assert reverse("plans:outcome") not in Page(ready.client.get("/")).links()
        assert KEY not in ready.client.session


def test_without_a_published_plan_it_says_so(walker: Walker) -> None:
    walker.begin()
    walker.answer()
    response = walker.client.get(step("pain"))
    assert response.status_code == 503
    assert "not ready yet" in Page(response).text


def test_the_review_stays_in_sight(walker: Walker) -> None:
    publish()
    walker.client.force_login(UserFactory())
    walker.begin()
    walker.answer(QB23="yes")
    walker.set_up()
    assert "Book your review" in Page(walker.get("finish")).text
    walker.post("finish")
    assert Plan.objects.get().screening.disposition == "review_alongside"


@time_machine.travel("2030-05-15T12:00:00Z", tick=False)
def test_a_cleared_review_starts_a_plan(walker: Walker) -> None:
    publish()
    walker.client.force_login(UserFactory())
    walker.begin()
    walker.answer(QB7a="yes")
    cleared = {"by_name": "Dr Rowan", "role": "gp", "cleared_on": "2030-05-15", "note": "All checked.", "told": "on"}
    walker.post("cleared", **cleared)
    walker.set_up()
    assert walker.post("finish").url == reverse("plans:today")
    assert Plan.objects.get().cleared


def test_no_trick_starts_a_plan_after_an_emergency(ready: Walker) -> None:
    """Promise 1: whatever is sent, and in whatever order."""
    user: User = UserFactory()
    ready.client.force_login(user)
    ready.set_up()
    ready.screen("nerves", QB1="yes")
    for name in ("finish", "fit", "setup", "cleared"):
        assert ready.client.get(reverse(f"plans:{name}")).url == reverse("plans:outcome")
    ready.post("finish")
    ready.post("fit", condition="lumbar-strain")
    assert Plan.objects.count() == 0
