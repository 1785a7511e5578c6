"""Escalations: how long they wait, and who has them in hand."""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from plans.models import Escalation

from .plan import ChartAdmin


@admin.register(Escalation)
class EscalationAdmin(ChartAdmin):
    list_display = ("created_at", "plan_number", "kind", "acknowledged_at", "acknowledged_by", "closed_at")
    list_filter = (
        ("closed_at", admin.EmptyFieldListFilter),
        ("acknowledged_at", admin.EmptyFieldListFilter),
        "kind",
    )
    search_fields = ("=plan__id", "=plan__athlete__id", "acknowledged_by__email", "closed_by__email")
    list_select_related = ("acknowledged_by", "closed_by")
    fields = (
        "plan_number",
        "kind",
        "created_at",
        "acknowledged_at",
        "acknowledged_by",
        "closed_at",
        "closed_by",
    )
    date_hierarchy = "created_at"

    def athlete_of(self, obj: Any) -> int:
        return obj.plan.athlete_id

    @admin.display(description=_("plan"), ordering="plan_id")
    def plan_number(self, told: Escalation) -> str:
        return f"#{told.plan_id}"
