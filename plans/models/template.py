"""Templates and their published versions, which never change."""

import hashlib
import json
from functools import lru_cache
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from plans.rules.protocol import Protocol
from plans.rules.words import Condition

from .base import choices, one_of


class Template(models.Model):
    """What an admin edits and publishes. The shipped one of a condition has the condition's name as its slug."""

    slug = models.SlugField(max_length=60, unique=True)
    condition = models.CharField(gettext_lazy("condition"), max_length=20, choices=choices(Condition))
    title = models.CharField(gettext_lazy("title"), max_length=60)
    retired_at = models.DateTimeField(gettext_lazy("retired"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["title"]
        constraints = [
            one_of("template_condition_known", "condition", Condition),
            models.CheckConstraint(condition=~Q(title="") & ~Q(slug=""), name="template_named"),
        ]

    def __str__(self) -> str:
        return self.title

    def publish(self, protocol: Protocol, *, note: str = "", by: User | None = None) -> "Version":
        """Publish a protocol as the next version; the newest one is given back when nothing changed."""
        if protocol.condition != self.condition:
            raise ValidationError(_("The document is for another condition than the template."), code="condition")
        document = protocol.model_dump(mode="json")
        with transaction.atomic():
            Template.objects.select_for_update().get(pk=self.pk)
            newest = self.versions.order_by("-number").first()
            if newest and newest.checksum == checksum(document):
                return newest
            version = Version.objects.create(
                template=self,
                number=newest.number + 1 if newest else 1,
                document=document,
                checksum=checksum(document),
                note=note,
            )
            audit.record(by, "version.publish", version, fields=["document"])
        return version


def checksum(document: dict[str, Any]) -> str:
    """SHA-256 of the document in one spelling, whatever order the database gives its keys in."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _refuse() -> NoReturn:
    raise ValidationError(_("A published version never changes. Publish a new one instead."), code="immutable")


class VersionQuerySet(models.QuerySet["Version"]):
    def current(self, condition: Condition | str) -> "Version | None":
        """The newest version of the condition's own template, unless that is retired."""
        return self.filter(template__slug=str(condition), template__retired_at=None).order_by("-number").first()

    def update(self, **kwargs: Any) -> NoReturn:
        _refuse()

    def delete(self) -> NoReturn:
        _refuse()


class VersionManager(models.Manager.from_queryset(VersionQuerySet)):  # type: ignore[misc]
    """Leaves the document in the database: a page needs the parsed protocol, which the process already has."""

    def get_queryset(self) -> VersionQuerySet:
        return super().get_queryset().defer("document")


class Version(models.Model):
    """A numbered publication of a template. A trigger in the database refuses any change, as `save` does here."""

    template = models.ForeignKey(Template, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(gettext_lazy("number"), validators=[MinValueValidator(1)])
    document = models.JSONField(gettext_lazy("document"))
    checksum = models.CharField(max_length=64, editable=False)
    note = models.CharField(gettext_lazy("what changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(gettext_lazy("published"), default=timezone.now, editable=False)

    objects = VersionManager()

    class Meta:
        ordering = ["template", "-number"]
        base_manager_name = "objects"  # so that plan.version leaves the document where it is, too
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="version_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="version_number_from_1"),
            models.CheckConstraint(condition=~Q(checksum=""), name="version_has_checksum"),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()

    @property
    def protocol(self) -> Protocol:
        return _parsed(self.pk, self.checksum)


# A cache that can never be stale: its key names a row that cannot change, and the checksum says of which content.
# Parsing takes longer than all of `follow`, and the document is larger than the rest of the page's data together.
@lru_cache(maxsize=128)
def _parsed(pk: int, expected: str) -> Protocol:
    document = Version.objects.values_list("document", flat=True).get(pk=pk)
    if checksum(document) != expected:
        raise ValueError(f"The document of version {pk} is not the one that was published.")
    return Protocol.model_validate(document)
