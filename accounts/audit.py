"""Who did what to what, in rows that nobody changes.

A row holds no foreign key, so it outlives the person and the object that it is about; and it names changed fields but
not their values, so it holds no health data. It is written in the transaction of the change: both happen or neither.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone

# Ties the rows of one request together; set by accounts.middleware.
request_id: ContextVar[str] = ContextVar("request_id", default="")

SYSTEM = "system"


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise PermissionDenied("An audit row is never changed or deleted.")


class AuditQuerySet(models.QuerySet["AuditEvent"]):
    update = _refuse
    delete = _refuse
    bulk_update = _refuse


class AuditEvent(models.Model):
    actor_id = models.BigIntegerField(null=True, editable=False)
    actor_label = models.CharField(max_length=254, editable=False)
    action = models.CharField(max_length=60, editable=False)
    object_type = models.CharField(max_length=60, editable=False)
    object_id = models.CharField(max_length=64, editable=False)
    # Whose chart it is about, where it is about one.
    athlete_id = models.BigIntegerField(null=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True, editable=False)
    fields = models.JSONField(default=list, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["athlete_id", "-created_at"], name="audit_athlete"),
            models.Index(fields=["object_type", "object_id"], name="audit_object"),
            models.Index(fields=["-created_at"], name="audit_newest"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(actor_label="") & ~models.Q(action=""), name="audit_says_who_and_what"
            )
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.action} {self.object_type} {self.object_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            _refuse()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        _refuse()


def record(
    actor: Any, action: str, obj: models.Model, *, athlete_id: int | None = None, fields: Iterable[str] = ()
) -> AuditEvent:
    """Write that `actor` did `action` to `obj`. An actor of None is the program itself (a clock, a command).

    Raises RuntimeError outside a transaction: the row must stand or fall with the change that it tells of.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"The audit row of {action} must be written in the transaction of the change.")
    return AuditEvent.objects.create(
        actor_id=actor.pk if actor is not None else None,
        actor_label=actor.email if actor is not None else SYSTEM,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        athlete_id=athlete_id,
        request_id=request_id.get(),
        fields=sorted(fields),
    )
