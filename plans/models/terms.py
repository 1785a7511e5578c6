"""Changing on whose terms reminders come. Each change leaves an audit row, and the clock plans anew."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User

from .plan import Plan
from .reminder import Channel, Preferences, Use


def change(user: User, values: Mapping[str, Any]) -> list[str]:
    """Give this person these terms; returns what is different now. Raises ValidationError and changes nothing."""
    with transaction.atomic():
        chosen, _new = Preferences.objects.get_or_create(user=user)
        changed = [name for name, value in values.items() if getattr(chosen, name) != value]
        if not changed:
            return []
        for name in changed:
            setattr(chosen, name, values[name])
        chosen.full_clean(exclude=["user"], validate_unique=False)
        chosen.updated_at = timezone.now()
        chosen.save(update_fields=[*changed, "updated_at"])
        audit.record(user, "reminders.change", chosen, fields=changed)
        Plan.objects.filter(athlete=user).open().look_again()
    user.preferences = chosen
    return changed


def use(channel: Channel, chosen: Use, by: User) -> None:
    """Send over this channel always, only in reserve, or not at all."""
    with transaction.atomic():
        if Channel.objects.filter(pk=channel.pk).exclude(use=chosen.value).update(use=chosen.value):
            audit.record(by, "channel.change", channel, fields=["use"])
    channel.use = chosen.value
