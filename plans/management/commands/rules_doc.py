"""Write docs/rules.md, or with --check say whether it is stale and what the rules still lack."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from plans.rules.register import register
from plans.rules_index import problems, scan
from plans.rules_page import page


class Command(BaseCommand):
    help = "Writes docs/rules.md: every rule, where it is implemented and which tests name it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when stale or incomplete")

    def handle(self, *, check: bool, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        rules = register()
        index = scan(root, rules)
        text = page(rules, index)
        path = root / "docs" / "rules.md"
        if not check:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"Wrote docs/rules.md: {len(rules)} rules.")
            return
        found = problems(root, rules, index)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            found.append("docs/rules.md is stale: run python manage.py rules_doc")
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write(f"docs/rules.md is up to date: {len(rules)} rules.")
