"""What the page frame needs: {% figure "bridge" %}, a line drawing from the one sprite file, and {% icon %}."""

import re
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from plans import country

register = template.Library()

SPRITE = "plans/figures.svg"
FALLBACK = "exercise"


@cache
def known() -> frozenset[str]:
    """The names that the sprite holds; an exercise may name a drawing that nobody has made yet."""
    path = finders.find(SPRITE)
    return frozenset(re.findall(r'<symbol id="([^"]+)"', Path(str(path)).read_text()))


@register.simple_tag
def figure(name: str, css: str = "") -> SafeString:
    """Decoration only: the words beside it say the same."""
    return _drawing(name if name in known() else FALLBACK, css)


@cache
def _drawing(name: str, css: str) -> SafeString:
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>', css, static(SPRITE), name
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    return figure(f"i-{name}", "icon")


@register.simple_tag(takes_context=True)
def country_code(context: Context) -> str:
    """Whose numbers the kept help page shows: app.js has it kept anew when this changes."""
    request = context.get("request")
    return country.code_of(request) if request is not None and hasattr(request, "session") else ""
