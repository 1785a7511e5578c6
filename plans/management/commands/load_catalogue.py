"""Check the shipped content and publish what changed: all of it or nothing, and safe to repeat."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from plans.catalogue import FOLDER, CatalogueError
from plans.catalogue.loader import load
from plans.catalogue.types import Catalogue
from plans.models import shipped
from plans.models.shipped import Did, Outcome

SAYS = {
    Did.PUBLISHED: gettext_noop("%(slug)s: published version %(number)s."),
    Did.UNCHANGED: gettext_noop("%(slug)s: unchanged, version %(number)s."),
    Did.KEPT: gettext_noop(
        "%(slug)s: version %(number)s was published here, so it is left as it is; --replace publishes over it."
    ),
    Did.RETIRED: gettext_noop("%(slug)s: retired here, so it is left as it is."),
}


class Command(BaseCommand):
    help = "Checks the catalogue's files and publishes each protocol that changed as a new version of its template."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="another catalogue than the shipped")
        parser.add_argument("--check", action="store_true", help="only check the files; the database is not touched")
        parser.add_argument(
            "--replace", action="store_true", help="publish also over a version that somebody published here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = _read(options["folder"])
        checked = _("Checked %(questions)d questions, %(exercises)d exercises and %(protocols)d protocols.")
        counts = {name: len(getattr(found, name)) for name in ("questions", "exercises", "protocols")}
        outcomes = [] if options["check"] else _publish(found, replace=options["replace"])
        for line in (checked % counts, *map(_said, outcomes)):
            self.stdout.write(line)


def _read(folder: Path) -> Catalogue:
    if not folder.is_dir():
        raise CommandError(_("%(folder)s is not a folder.") % {"folder": folder})
    try:
        return load(folder)
    except CatalogueError as error:
        raise CommandError(_("The catalogue has faults; nothing was published.") + f"\n{error}") from None


def _publish(found: Catalogue, *, replace: bool) -> list[Outcome]:
    try:
        return shipped.publish(found, replace=replace)
    except DatabaseError as error:
        message = _("Nothing was published. The database says: %(error)s. Has `manage.py migrate` been run?")
        raise CommandError(message % {"error": f"{error}".strip().rstrip(".")}) from error


def _said(outcome: Outcome) -> str:
    number = outcome.version.number if outcome.version else 0
    return _(SAYS[outcome.did]) % {"slug": outcome.template.slug, "number": number}
