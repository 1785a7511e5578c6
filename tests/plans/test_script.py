"""The product's own script: little of it, none inline, and no page that needs it."""

import re
from pathlib import Path

from django.conf import settings

BUDGET = 10 * 1024


def test_all_script_together_is_at_most_ten_kibibytes():
    own = [*Path(settings.BASE_DIR, "plans/static").rglob("*.js"), *Path(settings.BASE_DIR, "templates").rglob("*.js")]
    assert own
    assert sum(path.stat().st_size for path in own) <= BUDGET


def test_no_template_holds_script_or_style():
    templates = Path(settings.BASE_DIR, "templates")
    for path in templates.rglob("*.html"):
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=\"", text), path
        if path.parent != templates / "messages":  # a mail has no style sheet to link to
            assert not re.search(r"<style|\sstyle=", text), path
