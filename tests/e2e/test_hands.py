"""Without a touch screen, without a script: the keyboard alone, and JavaScript off."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from plans.models import Entry, Plan
from plans.rules.words import Condition

from .people import day, living
from .phone import Phone

FOCUSED = """() => {
  const each = document.activeElement, box = each.getBoundingClientRect();
  const shown = each.closest("label") || each;
  const marked = [each, shown, each.nextElementSibling].filter(Boolean).some((one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  });
  const over = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    text: (shown.textContent || "").trim().slice(0, 60) || each.id,
    end: each === document.body || each === document.documentElement,
    marked,
    inView: box.bottom > 0 && box.top < innerHeight,
    covered: !(over && (over === each || each.contains(over) || shown.contains(over) || over.contains(each))),
    order: [each.tagName, each.id, each.getAttribute("href"), each.name, each.value].join(" "),
  };
}"""


def tabs(page: Page) -> Iterator[dict]:
    """What the Tab key reaches, one after the other, until it leaves the page."""
    for _ in range(150):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused["end"]:
            return
        yield focused
    pytest.fail("the Tab key never leaves the page")


def tab_to(page: Page, words: str) -> None:
    for focused in tabs(page):
        if re.match(words, focused["text"]):
            return
    pytest.fail(f"the Tab key does not reach {words!r}")


@pytest.fixture
def plan(phone: Phone, sign_in: Callable) -> Plan:
    plan = living(Condition.LUMBAR_STRAIN, [day(3, 4, 3, 2, 100)])
    sign_in(plan.athlete)
    return plan


@pytest.mark.parametrize("name", ["help", "choose", "today", "plan", "progress", "checkin", "new_today", "review"])
def test_focus_is_seen_and_goes_down_the_page(phone: Phone, plan: Plan, name: str) -> None:
    given = {"checkin": [plan.pk, "session"], "new_today": [plan.pk], "review": [plan.pk, 1]}.get(name, [])
    if name == "review":
        Plan.objects.filter(pk=plan.pk).update(start_date=plan.date_of(-8))
    phone.open(f"plans:{name}", *given)
    reached = list(tabs(phone.page))
    assert len(reached) > 3
    for focused in reached:
        assert focused["marked"], f"no sign of focus on {focused}"
        assert focused["inView"], f"focus out of sight on {focused}"
        assert not focused["covered"], f"something covers {focused}"


def test_a_whole_check_in_by_keyboard(phone: Phone, plan: Plan) -> None:
    page = phone.page
    phone.open("plans:today")
    tab_to(page, "Skip to the page")
    page.keyboard.press("Enter")
    tab_to(page, "Check in: this morning")
    page.keyboard.press("Enter")
    phone.heading("This morning")
    tab_to(page, "0$")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()
    tab_to(page, "Nothing new")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Received.")

    phone.open("plans:checkin", plan.pk, "session")
    tab_to(page, "0$")
    page.keyboard.press("ArrowRight")
    tab_to(page, "All")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Received.")

    phone.open("plans:checkin", plan.pk, "later")
    tab_to(page, "0$")
    page.keyboard.press("ArrowRight")
    tab_to(page, "4$")
    page.keyboard.press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Received.")
    entry = Entry.objects.get(plan=plan, date=plan.local_today())
    assert (entry.morning, entry.during, entry.dose, entry.after, entry.pain) == (3, 1, 100, 1, 4)


@pytest.fixture
def plain(phone: Phone, browser: Browser, browser_context_args: dict) -> Iterator[Phone]:
    """The same phone with JavaScript off."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    page = context.new_page()
    yield Phone(page, phone.url)
    context.close()


def test_from_start_to_check_in_without_a_script(plain: Phone) -> None:
    plain.page.goto(plain.url)
    plain.begin("Low back strain")
    plain.answer_screens()
    plain.go("Set up my plan")
    activities = {"Tie my shoes": 4, "Run 5 km": 4}
    plain.set_up(pain=5, activities=activities, sport="Running", side="left", onset="It came on")
    plain.sign_up("robin@example.org")
    plain.go("Start my plan")
    plain.heading(re.compile("^Relative rest, day 1"))

    plain.go("Check in: this morning")
    plain.score("", 3)
    plain.go("Nothing new")
    plain.sees("Saved: ")
    plain.go("Start session")
    plain.go("I am warm: go on")
    plain.go("Finish session")
    plain.score("during the session", 2)
    plain.go("Other")
    plain.page.get_by_label("How much of it, in percent?").fill("60")
    plain.go("Save")
    plain.go(plain.page.get_by_role("link", name=re.compile("^Evening")))
    plain.score("later, after the session", 2)
    plain.go(plain.page.get_by_role("group", name=re.compile("average", re.I)).get_by_role("button", name="4"))
    entry = Entry.objects.get()
    assert (entry.morning, entry.during, entry.dose, entry.after, entry.pain) == (3, 2, 60, 2, 4)


def test_a_red_flag_without_a_script(plain: Phone) -> None:
    plain.page.goto(plain.url)
    plain.begin("Low back strain")
    plain.tick("QB4")
    plain.go("Continue")
    expect(plain.page.get_by_role("link", name="Call 999")).to_be_visible()
