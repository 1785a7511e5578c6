"""What must not stand on a screen that sends somebody to help (promise 1)."""

import re

from playwright.sync_api import Page

from plans.catalogue import catalogue

DOSE = re.compile(r"\b(\d+ [^\w\s] \d+|\d+ repetitions|effort \d|hold \d+ s|warm-up|start session)\b", re.I)


def exercises_on(page: Page) -> list[str]:
    """Every exercise that the page names, and every dose that it gives."""
    text = " ".join(page.locator("body").inner_text().split())
    named = {
        exercise.name
        for protocol in catalogue().protocols.values()
        for exercise in protocol.exercises.values()
        if re.search(rf"\b{re.escape(exercise.name)}\b", text, re.I)
    }
    return sorted(named) + DOSE.findall(text)
