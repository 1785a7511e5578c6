"""{% clock_warning %}: what an admin is told on every page while nothing is sent."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from plans.reminders import status

register = template.Library()


@register.simple_tag
def clock_warning() -> str:
    """One question to Redis, none to the database; empty when all is well."""
    now, tick = timezone.now(), status.last_tick()
    if not tick.answers:
        return _("Redis does not answer. Nothing is sent until it does. Nothing is lost.")
    if tick.at is None:
        return _("The clock has never ticked. Nothing is sent until beat and a worker run.")
    if tick.late(now):
        minutes = int((now - tick.at).total_seconds() // 60)
        return _("The clock last ticked %(minutes)s minutes ago. Nothing is sent until beat and a worker run.") % {
            "minutes": minutes
        }
    return ""
