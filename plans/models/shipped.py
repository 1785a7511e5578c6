"""The catalogue that this program ships with, published."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from plans.catalogue.types import Catalogue
from plans.rules.protocol import Protocol

from .template import Template, Version, checksum

NOTE = "As shipped"
"""The note of every version published here: it tells them from those that people published."""


class Did(StrEnum):
    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    """Somebody published a version of their own over the shipped one."""
    RETIRED = "retired"
    """Somebody retired the template."""


@dataclass(frozen=True, slots=True)
class Outcome:
    template: Template
    did: Did
    version: Version | None
    """The newest version now; only a retired template may have none."""


def publish(catalogue: Catalogue, *, replace: bool = False) -> list[Outcome]:
    """Publish every protocol whose content is new, all of them or none.

    What somebody retired or published of their own is left as it is, as an upgrade must not undo a clinic's decision;
    replace publishes over their versions.
    """
    with transaction.atomic():
        return [_publish(protocol, replace=replace) for protocol in catalogue.protocols.values()]


def _publish(protocol: Protocol, *, replace: bool) -> Outcome:
    slug = protocol.condition.value
    template, _made = Template.objects.get_or_create(slug=slug, defaults={"condition": slug, "title": protocol.title})
    newest = template.versions.order_by("-number").first()
    if template.retired_at:
        return Outcome(template, Did.RETIRED, newest)
    if newest and newest.checksum == checksum(protocol.model_dump(mode="json")):
        return Outcome(template, Did.UNCHANGED, newest)
    if newest and newest.note != NOTE and not replace:
        return Outcome(template, Did.KEPT, newest)
    return Outcome(template, Did.PUBLISHED, template.publish(protocol, note=NOTE))
