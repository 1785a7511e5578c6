"""Run invented athletes through the real rules: one line of JSON in the answer for each case. See docs/simulate.md."""

import json
import sys
from argparse import ArgumentParser
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection

from plans.catalogue import CatalogueError, catalogue
from plans.catalogue.loader import load
from plans.catalogue.reading import read
from plans.models import Version
from plans.rules import case as rehearsal
from plans.rules.protocol import Protocol
from plans.rules.words import Condition

UNREADABLE = 2  # exit status: not a single case could be looked at


class Command(BaseCommand):
    help = "Runs invented athletes (a JSON file of cases) through the rules and prints what becomes of them."
    # It works on a machine whose database is missing, empty or away.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a JSON object or an array of them; - reads standard input")
        parser.add_argument(
            "--template", type=Path, help="a template document (YAML or JSON) to run instead of the published one"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            given = options["template"] and template(options["template"])
            cases = read_cases(options["file"])
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(_said(error), returncode=UNREADABLE) from None
        protocols: dict[Condition, Protocol] = {}
        malformed = False
        for data in cases:
            answer = run(data, given, protocols)
            malformed |= "error" in answer
            self.stdout.write(json.dumps(answer))
        if malformed:
            sys.exit(1)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.filename} cannot be read: {error.strerror}"
    return str(error)


def read_cases(name: str) -> list[Any]:
    """The cases of a file, or of standard input. Numbers are read as they are written, never through a float."""
    raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    shown = "standard input" if name == "-" else name
    try:
        data = json.loads(raw.decode("utf-8-sig"), parse_float=Decimal, parse_constant=Decimal)
    except RecursionError:
        raise ValueError(f"{shown} is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"{shown} is not JSON: {error}") from None
    if not isinstance(data, list | dict):
        raise ValueError(f"{shown} must hold a case, or a list of cases")
    return data if isinstance(data, list) else [data]


def template(path: Path) -> Protocol:
    """A template document: as published, or a condition's file of a catalogue, with the files beside it."""
    try:
        if path.suffix == ".json":
            document = json.loads(path.read_text(encoding="utf-8-sig"), parse_float=Decimal)
        else:
            document = read(path).value
        if isinstance(document, dict) and isinstance(document.get("stages"), dict):
            return load(path.parent).protocols[Condition(path.stem)]
        return Protocol.model_validate(document)
    except CatalogueError:
        raise
    except (ValueError, KeyError) as error:
        raise ValueError(f"{path} is not a template document: {error}") from None


def run(data: Any, given: Protocol | None, protocols: dict[Condition, Protocol]) -> dict[str, Any]:
    """The answer of one case; a case that cannot be run answers with its error, and the others still run."""
    try:
        case = rehearsal.parse(data)
        if case.condition is None:
            return rehearsal.answer(None, case)
        if given is not None and given.condition is not case.condition:
            raise rehearsal.Malformed(f"the template is for {given.condition}, the case for {case.condition}")
        if given is None and case.condition not in protocols:
            protocols[case.condition] = published(case.condition)
        return rehearsal.answer(given or protocols[case.condition], case)
    except (rehearsal.Malformed, CatalogueError) as error:
        name = data.get("case") if isinstance(data, dict) else None
        return {"case": name if isinstance(name, str | int) else None, "error": str(error)}


def published(condition: Condition) -> Protocol:
    """The published version in the database when there is one, else the protocol that this program ships with."""
    if version := _stored(condition):
        return version.protocol
    shipped = catalogue().protocols.get(condition)
    if shipped is None:
        raise rehearsal.Malformed(f"there is no template for {condition}")
    return shipped


def _stored(condition: Condition) -> Version | None:
    settings = connection.settings_dict
    if connection.vendor == "sqlite" and not connection.is_in_memory_db() and not Path(settings["NAME"]).exists():  # type: ignore[attr-defined]
        return None  # opening it would make an empty file
    try:
        return Version.objects.current(condition)
    except Error:
        return None  # not migrated, or not reachable: a rehearsal needs neither
