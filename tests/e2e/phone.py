"""A thumb on a phone: what it taps is counted, and every page it lands on is waited for."""

import re
from collections.abc import Mapping
from typing import Any

from django.core import mail
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

# Reading a line and finding the next target. Slow on purpose: most people are quicker.
SECONDS_A_TAP = 3


class Phone:
    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.taps = 0

    @property
    def seconds(self) -> int:
        return self.taps * SECONDS_A_TAP

    # Hands -------------------------------------------------------------------------------------------------------

    def open(self, name: str, *args: Any) -> None:
        """Go to a page by the name of its address."""
        self.page.goto(self.url + reverse(name, args=args))

    def find(self, what: str | Locator) -> Locator:
        """A button or a link by what it says, or anything else as it is."""
        if isinstance(what, Locator):
            return what
        button = self.page.get_by_role("button", name=what, exact=True)
        return button.or_(self.page.get_by_role("link", name=what, exact=True)).first

    def tap(self, what: str | Locator) -> None:
        """Tap what stays on this page."""
        self.find(what).tap()
        self.taps += 1

    def go(self, what: str | Locator) -> None:
        """Tap what leads to another page, and wait for that."""
        with self.page.expect_navigation():
            self.tap(what)

    def type(self, label: str, text: str) -> None:
        """Each letter is a tap, and so is the field."""
        self.page.get_by_label(label, exact=True).first.fill(text)
        self.taps += 1 + len(text)

    def choose(self, *options: str) -> None:
        """Tick or choose by the words on the label."""
        for option in options:
            self.tap(self.page.locator("label", has_text=re.compile(rf"^\s*{re.escape(option)}")))

    def score(self, question: str, number: int) -> None:
        """A key of the scale whose question holds these words."""
        scale = self.page.get_by_role("group", name=re.compile(re.escape(question), re.I))
        self.tap(scale.get_by_role("radio", name=str(number), exact=True))

    def heading(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(words)

    def sees(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.locator("main")).to_contain_text(words)

    # Ways --------------------------------------------------------------------------------------------------------

    def begin(self, condition: str, age: int = 34, injury: str = "") -> None:
        """From the first screen to the first red-flag question."""
        self.go("Start")
        self.go(self.page.get_by_role("button", name=re.compile(f"^{condition}")))
        self.type("How old are you?", str(age))
        if injury:
            self.tap(self.page.locator("#id_injury").get_by_role("radio", name=injury, exact=True))
        self.go("Continue")

    def answer_screens(self, given: Mapping[str, str] | None = None, site: str = "") -> None:
        """Every screen to the end: none of these, but for the questions given, each with Yes or Not sure."""
        left = dict(given or {})
        while (self.page.locator("form[data-ticks]")).count():
            if site and self.page.locator("#id_site").count():
                self.tap(self.page.locator("#id_site").get_by_role("radio", name=site, exact=True))
            here = [id for id in left if self.page.locator(f"fieldset#id_{id}").count()]
            for id in here:
                self.tick(id, left.pop(id))
            if not here:
                self.choose("None of these")
            self.go("Continue")
        assert not left, f"Never asked: {left}"

    def answer_screens_until(self, there: Locator) -> None:
        """None of these, up to the screen that shows this."""
        while not there.count():
            self.choose("None of these")
            self.go("Continue")

    def tick(self, id: str, answer: str = "Yes") -> None:
        self.tap(self.page.locator(f"fieldset#id_{id}").get_by_role("checkbox", name=answer, exact=True))

    def set_up(self, *, pain: int, activities: Mapping[str, int], sport: str, side: str, onset: str = "") -> None:
        """From the first page of set-up to the page that asks for the e-mail address, or to the finished plan."""
        self.score("", pain)
        self.go("Continue")
        for n, (name, score) in enumerate(activities.items(), start=1):
            self.page.locator(f"#id_name_{n}").fill(name)
            self.tap(self.page.locator(f"#id_score_{n}").get_by_role("radio", name=str(score), exact=True))
        self.go("Continue")
        self.choose(sport)
        self.go("Continue")
        self.choose(side, *([onset] if onset else []))
        self.go("Continue")
        self.go("Continue")  # nothing to say about load
        self.choose("Today")
        self.go("Continue")
        self.choose("I agree", "I understand")
        self.go("Continue")

    def sign_up(self, email: str) -> None:
        """With the code from the mail that really went out."""
        self.page.get_by_label("Email").fill(email)
        self.go("Send me a code")
        self.page.locator("input[name=code]").fill(code_from(email))
        self.go("Continue")


def code_from(email: str) -> str:
    message = next(message for message in reversed(mail.outbox) if email in message.to)
    found = re.search(r"^([A-Z0-9]{3,4}-[A-Z0-9]{3,4})$", message.body, re.MULTILINE)
    assert found, message.body
    return found[1]
