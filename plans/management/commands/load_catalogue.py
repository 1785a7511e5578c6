"""Publish the shipped catalogue: checked first, all or nothing, safe to repeat."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from plans.catalogue import FOLDER, CatalogueError
from plans.catalogue.loader import load
from plans.models import shipped


class Command(BaseCommand):
    help = "Publishes the protocols of the catalogue that are not published yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=FOLDER, help="another catalogue than the shipped")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            catalogue = load(folder)
        except CatalogueError as error:
            raise CommandError(f"The catalogue has faults; nothing was published.\n{error}") from None
        new = shipped.publish(catalogue)
        for version in new:
            self.stdout.write(f"Published {version}")
        if not new:
            self.stdout.write("Nothing has changed.")
