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
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        if path.parent.name == "messages":
            continue  # a mail, not a page: it has no style sheet to link to
        text = path.read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=\"", text), path
