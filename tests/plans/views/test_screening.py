import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from plans.catalogue import catalogue
from plans.catalogue.types import Group, Kind
from plans.intake import Intake
from plans.rules.screening import SITE_QUESTION, Facts, complete, questions, screen
from plans.rules.words import Answer, Disposition, Region
from plans.screens import implied, screens

from .walk import Page, Walker

ASKED = [
    (region, age, injury)
    for region in Region
    for age in (15, 17, 34, 70)
    for injury in ((None,) if region is Region.BACK else tuple(Answer))
]


def of_group(group: Group) -> list[str]:
    asked = catalogue().questions.values()
    return [question.id for question in asked if question.group is group and question.kind is Kind.YES_NO]


def condition_of(question: str) -> str:
    return "tennis-elbow" if question.startswith("QE") else "lumbar-strain"


@pytest.mark.parametrize(("region", "age", "injury"), ASKED)
def test_every_question_is_asked_once(region: Region, age: int, injury: Answer | None) -> None:
    """Promise 2: no plan starts without a complete screening."""
    asked = [id for screen in screens(region, age, injury) for id in screen.questions]
    known = implied(region, age, injury)
    apart = {"QE1", SITE_QUESTION} & set(questions(region))
    assert len(asked) == len(set(asked))
    assert set(asked) | set(known) | apart == set(questions(region))
    assert not set(asked) & (set(known) | apart)


@pytest.mark.parametrize("region", list(Region))
def test_emergencies_come_before_urgent_questions_and_these_before_the_rest(region: Region) -> None:
    order = [list(Group).index(screen.group) for screen in screens(region, 34, Answer.NO)]
    assert order == sorted(order)


@given(st.data())
def test_an_urgent_answer_never_hides_an_emergency(data: st.DataObject) -> None:
    region = data.draw(st.sampled_from(Region))
    age = data.draw(st.sampled_from([17, 34, 66]))
    ids = [id for id in questions(region) if id != SITE_QUESTION]
    yes = data.draw(st.sets(st.sampled_from(ids), max_size=5))
    unsure = data.draw(st.sets(st.sampled_from(ids), max_size=2))
    says = {id: Answer.YES if id in yes else Answer.NOT_SURE if id in unsure else Answer.NO for id in ids}
    intake = Intake(region=region.value)
    intake.begin(age, says.get("QE1"))
    while not intake.decided:
        shown = intake.open_screens[0]
        intake.site = "outer"
        intake.add({id: says[id] for id in shown.questions})
    truth = complete(region, says | implied(region, age, says.get("QE1")))
    whole = screen(Facts(region=region, age=age, answers=truth, site="outer")).disposition
    if Disposition.EMERGENCY in (whole, intake.disposition):
        assert whole is intake.disposition
    else:
        assert min(whole.rank, Disposition.URGENT.rank) == min(intake.disposition.rank, Disposition.URGENT.rank)


@pytest.mark.parametrize("age", ["", "abc", "0", "-3", "111", "34.5"])
def test_a_wrong_age_is_refused_and_the_rest_kept(walker: Walker, age: str) -> None:
    walker.post("choose", condition="tennis-elbow")
    response = walker.post("about", age=age, country="IE", injury="yes")
    page = Page(response)
    assert response.status_code == 400
    assert "#id_age" in page.links()
    assert ("injury", "yes") in page.checked()
    assert walker.intake["age"] is None


def test_an_elbow_is_asked_how_it_began(walker: Walker) -> None:
    walker.post("choose", condition="golfers-elbow")
    response = walker.post("about", age=30, country="GB")
    assert response.status_code == 400
    assert "Say whether it began with an injury" in Page(response).text


@pytest.mark.parametrize(("injury", "shown"), [("yes", True), ("not_sure", True), ("no", False)])
def test_the_straighten_test_is_for_the_injured(walker: Walker, injury: str, shown: bool) -> None:
    walker.begin("tennis-elbow", injury=injury)
    response = walker.get("screen", "injury")
    assert response.status_code == (200 if shown else 404)
    if shown:
        assert catalogue().questions["QE3"].test.title in Page(response).text


def test_a_clear_case_takes_seven_pages_at_most(walker: Walker) -> None:
    walker.begin()
    assert len(screens(Region.BACK, 34)) <= 6
    assert walker.answer().url == reverse("plans:outcome")
    assert "You can start a plan" in Page(walker.get("outcome")).text


@pytest.mark.parametrize("question", of_group(Group.EMERGENCY))
def test_an_emergency_yes_ends_at_once(walker: Walker, question: str) -> None:
    """Promise 1."""
    walker.begin(condition_of(question), age=55, injury="no")
    assert walker.answer(**{question: "yes"}).url == reverse("plans:outcome")
    assert question in walker.intake["answers"]
    page = Page(walker.get("outcome"))
    assert "tel:999" in page.links()
    assert reverse("plans:setup") not in page.links()


@pytest.mark.parametrize("question", [id for id in of_group(Group.URGENT) if id not in ("QB11", "QE3")])
def test_an_urgent_yes_ends_at_once(walker: Walker, question: str) -> None:
    """Promise 1. QB11 and QE3 are urgent only beside another answer."""
    walker.begin(condition_of(question), injury="no")
    assert walker.answer(**{question: "yes"}).url == reverse("plans:outcome")
    answered = set(walker.intake["answers"])
    assert "QG13" not in answered, "the questions of the last screens were still asked"
    assert "tel:111" in Page(walker.get("outcome")).links()


def test_an_injured_elbow_that_does_not_straighten_is_urgent(walker: Walker) -> None:
    walker.begin("tennis-elbow", injury="yes")
    walker.answer(QE3="yes")
    assert "QG3" not in walker.intake["answers"]
    assert "tel:111" in Page(walker.get("outcome")).links()


def test_not_sure_of_an_emergency_waits_for_the_other_emergencies(walker: Walker) -> None:
    """G-1: urgent, with the emergency text as well."""
    walker.begin()
    assert walker.screen("nerves", QB4="not_sure").url == reverse("plans:screen", args=["legs"])
    walker.answer()
    page = Page(walker.get("outcome"))
    assert "QG13" not in walker.intake["answers"]
    assert {"tel:111", "tel:999"} <= set(page.links())
    assert "You were not sure about a sign that would be an emergency" in page.text


def test_nothing_ticked_is_not_a_no(walker: Walker) -> None:
    walker.begin()
    response = walker.post("screen", "nerves")
    page = Page(response)
    assert response.status_code == 400
    assert "#id_QB1" in page.links()
    assert "id_QB1" in page.ids()
    assert "QB1" not in walker.intake["answers"]


def test_a_tick_and_none_of_these_cannot_both_be_true(walker: Walker) -> None:
    walker.begin()
    response = walker.post("screen", "nerves", QB2="not_sure", none="on")
    assert response.status_code == 400
    assert {("QB2", "not_sure"), ("none", "on")} <= Page(response).checked()
    assert "QB2" not in walker.intake["answers"]


def test_yes_and_not_sure_together_are_a_yes(walker: Walker) -> None:
    walker.begin()
    walker.post("screen", "nerves", QB2=["yes", "not_sure"])
    assert walker.intake["answers"]["QB2"] == "yes"


def test_an_answer_that_was_never_offered_is_refused(walker: Walker) -> None:
    walker.begin()
    assert walker.post("screen", "nerves", QB2="no").status_code == 400
    assert "QB2" not in walker.intake["answers"]


def test_a_tick_leaves_the_others_a_no(walker: Walker) -> None:
    walker.begin()
    walker.screen("nerves", QB5="not_sure")
    assert walker.intake["answers"] == {"QB1": "no", "QB2": "no", "QB3": "no", "QB4": "no", "QB5": "not_sure"}


def test_back_keeps_answers(walker: Walker) -> None:
    walker.begin()
    walker.screen("nerves", QB5="not_sure")
    walker.screen("legs")
    page = Page(walker.get("screen", "nerves"))
    assert page.checked() == {("QB5", "not_sure")}
    assert Page(walker.get("screen", "legs")).checked() == {("none", "on")}
    assert reverse("plans:screen", args=["nerves"]) in Page(walker.get("screen", "legs")).links()


def test_progress_is_shown(walker: Walker) -> None:
    walker.begin()
    assert "Step 2 of 7" in Page(walker.get("screen", "nerves")).text


def test_a_page_of_an_earlier_start_changes_nothing(walker: Walker) -> None:
    walker.begin()
    old = walker.intake["token"]
    walker.begin()
    response = walker.post("screen", "nerves", QB4="yes", token=old)
    assert response.url == reverse("plans:screen", args=["nerves"])
    assert "QB4" not in walker.intake["answers"]
    assert "out of date" in Page(walker.client.get(response.url)).text


def test_a_double_submit_is_one(walker: Walker) -> None:
    walker.begin()
    first = walker.screen("nerves").url
    kept = walker.intake
    assert walker.screen("nerves").url == first
    assert walker.intake == kept


@pytest.mark.parametrize("name", ["screening", "about", "outcome", "fit", "setup", "cleared"])
def test_without_a_start_every_page_leads_to_it(walker: Walker, name: str) -> None:
    assert walker.client.get(reverse(f"plans:{name}"), follow=True).request["PATH_INFO"] == reverse("plans:choose")


def test_an_edited_address_skips_nothing(walker: Walker) -> None:
    """Promise 2: an unanswered question is not a no."""
    walker.post("choose", condition="lumbar-strain")
    assert walker.get("screen", "pain").url == reverse("plans:about")
    walker.begin()
    walker.screen("pain")
    first = reverse("plans:screen", args=["nerves"])
    assert walker.get("outcome").url == first
    assert walker.get("fit").url == first
    assert walker.client.get(reverse("plans:setup_step", args=["pain"])).url == first
    assert walker.get("screen", "hand").status_code == 404
    assert walker.get("screen", "nonsense").status_code == 404


def test_a_session_of_an_older_version_begins_afresh(walker: Walker) -> None:
    session = walker.client.session
    session["intake"] = {"region": "back", "colour": "blue"}
    session.save()
    assert walker.get("screening").url == reverse("plans:choose")


def test_the_country_chosen_on_the_way_is_the_one_that_is_called(walker: Walker) -> None:
    walker.begin(country="AU")
    walker.answer(QB1="yes")
    assert "tel:000" in Page(walker.get("outcome")).links()
