from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import AuditEvent, User
from plans.catalogue import catalogue
from plans.models import Clearance, Screening
from tests.factories import UserFactory

from .walk import Page, Walker

NOON = "2030-05-15T12:00:00Z"
CLEARED = {
    "by_name": "Dr Rowan",
    "role": "gp",
    "cleared_on": "2030-05-15",
    "note": "Reflexes and strength were checked.",
    "told": "on",
}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def athlete(walker: Walker) -> User:
    user = UserFactory()
    walker.client.force_login(user)
    return user


@pytest.mark.parametrize("code", list(catalogue().countries))
def test_an_emergency_fills_the_screen_with_what_to_do(walker: Walker, code: str) -> None:
    """Promise 1: the action, why, what to say, what to take along, another country; and nothing else."""
    here = catalogue().countries[code]
    walker.begin(country=code)
    walker.answer(QB4="yes")
    page = Page(walker.get("outcome"))
    flag, words = catalogue().flags["RF-B02"], catalogue().dispositions["emergency"]
    number = here.emergency_number.replace(" ", "")
    assert page.links() == ["#main", f"tel:{number}", f"{reverse('plans:country')}?next={reverse('plans:outcome')}"]
    assert flag.said["QB4"] in page.text
    assert flag.say in page.text
    assert all(line in page.text for line in words.bring)
    assert "{" not in page.text


@pytest.mark.parametrize("code", list(catalogue().countries))
def test_urgent_gives_the_country_s_service(walker: Walker, code: str) -> None:
    here = catalogue().countries[code]
    walker.begin(country=code)
    walker.answer(QG5="yes")
    page = Page(walker.get("outcome"))
    calls = [link.removeprefix("tel:") for link in page.links() if link.startswith("tel:")]
    wanted = [here.urgent_number] if here.urgent_number else []
    assert calls == [number.replace(" ", "") for number in [*wanted, here.emergency_number]]
    assert here.urgent_name in page.text
    assert "{" not in page.text


def test_changing_the_country_changes_the_number(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB4="yes")
    walker.post("country", country="US", next=reverse("plans:outcome"))
    assert "tel:911" in Page(walker.get("outcome")).links()


def test_review_first_explains_and_takes_a_clearance(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    page = Page(walker.get("outcome"))
    assert catalogue().flags["RF-B19"].said["QB7a"] in page.text
    assert reverse("plans:cleared") in page.links()
    assert reverse("plans:fit") not in page.links()
    assert walker.get("setup").url == reverse("plans:outcome")
    assert walker.get("fit").url == reverse("plans:outcome")


def test_review_alongside_goes_on_and_says_so(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB23="yes")
    page = Page(walker.get("outcome"))
    assert catalogue().dispositions["review_alongside"].lead in page.text
    assert reverse("plans:fit") in page.links()


def test_self_managed_goes_on(walker: Walker) -> None:
    walker.begin()
    walker.answer()
    page = Page(walker.get("outcome"))
    assert reverse("plans:fit") in page.links()
    assert not [link for link in page.links() if link.startswith("tel:")]


def test_under_16_no_plan_starts_and_nothing_clears_it_here(walker: Walker, athlete: User) -> None:
    """RF-G11."""
    walker.begin(age=15)
    walker.answer()
    page = Page(walker.get("outcome"))
    assert "parent or guardian" in page.text
    assert reverse("plans:cleared") not in page.links()
    assert walker.get("cleared").url == reverse("plans:outcome")


def test_an_emergency_is_never_cleared(walker: Walker, athlete: User) -> None:
    walker.begin()
    walker.answer(QB4="yes")
    assert walker.get("cleared").url == reverse("plans:outcome")
    assert walker.post("cleared", **CLEARED).url == reverse("plans:outcome")
    assert Clearance.objects.count() == 0


def test_what_was_answered_is_kept_with_the_account_once(walker: Walker, athlete: User) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    walker.get("outcome")
    walker.get("outcome")
    row = Screening.objects.get()
    assert (row.athlete, row.disposition, row.answers["QB7a"]) == (athlete, "review_first", "yes")


def test_nothing_is_stored_of_somebody_without_an_account(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    walker.get("outcome")
    assert Screening.objects.count() == 0


def test_a_clearance_needs_an_account_to_be_kept_with(walker: Walker) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    assert walker.get("cleared").url == f"{reverse('account_signup')}?next=%2Foutcome%2Fcleared%2F"


def test_a_clearance_is_logged_and_opens_the_way(walker: Walker, athlete: User) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    walker.get("outcome")
    assert walker.post("cleared", **CLEARED).url == reverse("plans:fit")
    entry = Clearance.objects.get()
    assert (entry.by_name, entry.role, entry.cleared_on) == ("Dr Rowan", "gp", date(2030, 5, 15))
    assert entry.screening.athlete == athlete
    assert AuditEvent.objects.filter(action="clearance.log", athlete_id=athlete.pk).count() == 1
    assert walker.client.get(reverse("plans:setup")).url == reverse("plans:setup_step", args=["pain"])


def test_pressing_twice_logs_one_clearance(walker: Walker, athlete: User) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    for _press in range(2):
        walker.post("cleared", **CLEARED)
    assert Clearance.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("by_name", ""),
        ("role", "friend"),
        ("cleared_on", ""),
        ("cleared_on", "soon"),
        ("cleared_on", "2030-05-16"),
        ("cleared_on", "2030-05-14"),
        ("note", ""),
        ("note", "x" * 1001),
        ("told", ""),
    ],
)
def test_a_clearance_without_its_facts_is_refused(walker: Walker, athlete: User, name: str, value: str) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    response = walker.post("cleared", **(CLEARED | {name: value}))
    assert response.status_code == 400
    assert f"#id_{name}" in Page(response).links()
    assert Clearance.objects.count() == 0


def test_after_an_urgent_visit_the_other_questions_come_first(
    walker: Walker, athlete: User, clock: time_machine.Traveller
) -> None:
    walker.begin()
    walker.answer(QG5="yes")
    walker.get("outcome")
    clock.shift(timedelta(days=2))
    assert walker.get("cleared").url == reverse("plans:screen", args=["health"])
    walker.answer()
    assert walker.post("cleared", **CLEARED).url == reverse("plans:fit")
    row = Clearance.objects.get().screening
    assert row.unanswered == []
    assert row.disposition == "urgent"


def test_a_clearance_does_not_cover_answers_given_after_it(walker: Walker, athlete: User) -> None:
    walker.begin()
    walker.answer(QB7a="yes")
    walker.post("cleared", **CLEARED)
    walker.screen("health", QG6="yes")
    assert walker.get("setup").url == reverse("plans:outcome")
    walker.screen("nerves", QB1="yes")
    assert "tel:999" in Page(walker.get("outcome")).links()
