"""The catalogue that this program ships with, published."""

from django.db import transaction

from plans.catalogue import Catalogue

from .template import Template, Version, checksum


def publish(catalogue: Catalogue) -> list[Version]:
    """Publish what is new in the catalogue, all of it or nothing; returns the new versions, none when nothing is.

    A protocol that was published before, in any version, is not published again: an admin may have gone on from it.
    """
    new = []
    with transaction.atomic():
        for condition, protocol in catalogue.protocols.items():
            template, _created = Template.objects.get_or_create(
                slug=condition.value, defaults={"condition": condition.value, "title": protocol.title}
            )
            if template.versions.filter(checksum=checksum(protocol.model_dump(mode="json"))).exists():
                continue
            new.append(template.publish(protocol, note="As shipped"))
    return new
