"""What must hold on every screen: nothing for axe to find, in light and dark, and room for thumbs and large letters."""

from collections.abc import Callable, Iterator
from typing import Any

from playwright.sync_api import Page

Axe = Callable[..., None]

TARGET_PX = 48
BODY_PX = 17
SMALLEST_PX = 13

# Main actions. A link in the middle of a sentence is none: it has room enough beside it, which axe checks.
ACTIONS = ".go, .second, .choice, .key, .keys label, label.tick, a.help, button.help, .tabs a, .parts a, summary"
BODY = "main p:not(.muted, .hint, .dose), main li, main dd, main label, main legend, main button, main input"

SMALL_TARGETS = """([selector, least]) => [...document.querySelectorAll(selector)]
  .filter((each) => each.checkVisibility())
  .map((each) => [each.textContent.trim().slice(0, 40), each.getBoundingClientRect()])
  .filter(([, box]) => box.height < least - 0.5 || box.width < least - 0.5)
  .map(([text, box]) => `${text}: ${box.width.toFixed()} x ${box.height.toFixed()}`)"""

SMALL_TEXT = """([selector, least]) => [...document.querySelectorAll(selector)]
  .filter((each) => each.checkVisibility() && !each.closest(".way, .steps, .tabs, .ends, .muted, .hide, svg"))
  .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
  .map((each) => [parseFloat(getComputedStyle(each).fontSize), each.textContent.trim().slice(0, 40)])
  .filter(([size]) => size < least)"""

# What sticks out at the side, and what is cut off because its box is too small for it.
CUT_OFF = """() => {
  const root = document.documentElement, wide = root.clientWidth, found = [];
  if (root.scrollWidth > wide) found.push(`the page is ${root.scrollWidth} wide`);
  for (const each of document.body.querySelectorAll("*")) {
    if (!each.checkVisibility() || each.closest(".hide, .skip, svg") || each.matches("input, select")) continue;
    const box = each.getBoundingClientRect(), style = getComputedStyle(each);
    const name = `${each.tagName.toLowerCase()}.${each.className} "${each.textContent.trim().slice(0, 30)}"`;
    if (box.width > 1 && (box.right > wide + 1 || box.left < -1)) {
      if (!each.closest("[data-scrolls], .scroll")) found.push(`beyond the side: ${name}`);
    }
    const clips = style.overflowX === "hidden" || style.overflowX === "clip";
    if (clips && each.scrollWidth > each.clientWidth + 1) found.push(`cut off: ${name}`);
    const short = style.overflowY === "hidden" || style.overflowY === "clip";
    if (short && each.scrollHeight > each.clientHeight + 1) found.push(`cut off below: ${name}`);
  }
  return found;
}"""


def faults(page: Page, axe: Axe) -> Iterator[str]:
    """Everything that is wrong with the screen as it stands."""
    page.emulate_media(color_scheme="light")
    yield from _complaints(axe, page, [])
    page.emulate_media(color_scheme="dark")
    yield from _complaints(axe, page, ["color-contrast", "link-in-text-block"])  # the rest hangs on no colour
    yield from _found("small target", page.evaluate(SMALL_TARGETS, [ACTIONS, TARGET_PX]))
    yield from _found("small body text", page.evaluate(SMALL_TEXT, [BODY, BODY_PX]))
    yield from _found("text too small", page.evaluate(SMALL_TEXT.replace(", .muted", ""), ["main *", SMALLEST_PX]))
    yield from _found("at 100 %", page.evaluate(CUT_OFF))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    yield from _found("at 200 %", page.evaluate(CUT_OFF))
    page.evaluate("document.documentElement.style.fontSize = ''")
    if page.get_by_role("heading", level=1).count() != 1:
        yield "not exactly one main heading"
    if not page.locator("a[href='/help/'], a[href^='tel:'], form[action*='/help/']").count():
        yield "no way to help (AT-6)"


def _found(what: str, found: list[Any]) -> Iterator[str]:
    for each in found:
        yield f"{what}: {each}"


def _complaints(axe: Axe, page: Page, only: list[str]) -> Iterator[str]:
    try:
        axe(page, only)
    except AssertionError as error:
        yield f"axe: {error}"
