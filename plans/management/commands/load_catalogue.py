"""Check the shipped content and publish what changed: all of it or nothing, and safe to repeat."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from plans.catalogue import FOLDER, CatalogueError
from plans.catalogue.loader import load
from plans.catalogue.types import Catalogue
from plans.models import Template, Version
from plans.models.template import checksum
from plans.rules.protocol import Protocol

NOTE = "Shipped content"
"""The note of every version that this command publishes: how it tells them from those that people published."""


class Command(BaseCommand):
    help = "Checks the catalogue's files and publishes each protocol that changed as a new version of its template."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--folder", type=Path, default=FOLDER, help="read the YAML files of this folder, not those shipped"
        )
        parser.add_argument("--check", action="store_true", help="only check the files; the database is not touched")
        parser.add_argument(
            "--replace", action="store_true", help="publish also over a version that was published here by somebody"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        found = self._read(options["folder"])
        said = [
            _("Checked %(questions)d questions, %(exercises)d exercises and %(protocols)d protocols.")
            % {
                "questions": len(found.questions),
                "exercises": len(found.exercises),
                "protocols": len(found.protocols),
            }
        ]
        if not options["check"]:
            said += self._load(found, replace=options["replace"])
        for line in said:
            self.stdout.write(line)

    def _read(self, folder: Path) -> Catalogue:
        if not folder.is_dir():
            raise CommandError(_("There is no folder %(folder)s.") % {"folder": folder})
        try:
            return load(folder)
        except CatalogueError as error:
            raise CommandError(_("Nothing was loaded. The catalogue has faults:") + f"\n{error}") from None

    def _load(self, found: Catalogue, *, replace: bool) -> list[str]:
        try:
            with transaction.atomic():
                return [publish(protocol, replace=replace) for protocol in found.protocols.values()]
        except DatabaseError as error:
            message = _("Nothing was loaded. The database says: %(error)s Has `manage.py migrate` been run?")
            raise CommandError(message % {"error": f"{error}".strip()}) from error


def publish(protocol: Protocol, *, replace: bool) -> str:
    """Publish the protocol where its content is new, and say what was done.

    What somebody retired or published here is left as it is: an upgrade must not undo a clinic's own decision.
    """
    template, made = Template.objects.get_or_create(
        slug=protocol.condition.value,
        defaults={"condition": protocol.condition.value, "title": protocol.title},
    )
    newest = None if made else template.versions.order_by("-number").first()
    values = {"condition": protocol.condition.value, "number": newest.number if newest else 1}
    if template.retired_at:
        return _("%(condition)s: retired here, left as it is.") % values
    if newest and newest.checksum == checksum(protocol.model_dump(mode="json")):
        return _("%(condition)s: unchanged, version %(number)d.") % values
    if newest and not replace and not shipped(newest):
        return _("%(condition)s: version %(number)d was published here, left as it is. Use --replace.") % values
    values["number"] = template.publish(protocol, note=NOTE).number
    return _("%(condition)s: published version %(number)d.") % values


def shipped(version: Version) -> bool:
    """Whether this command published the version."""
    return version.note == NOTE
