"""Plans from outside: which version, since when, whether ended."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.readonly import ReadOnlyAdmin
from plans.models import Escalation, Plan


class ChartAdmin(ReadOnlyAdmin):
    """A page of one object of a chart, which leaves a trace of who looked."""

    def athlete_of(self, obj: Any) -> int:
        raise NotImplementedError

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is not None and self.has_view_permission(request, found):
            with transaction.atomic():
                action = f"{self.opts.model_name}.view"
                audit.record(request.user, action, found, athlete_id=self.athlete_of(found))
        return super().change_view(request, object_id, form_url, extra_context)


@admin.register(Plan)
class PlanAdmin(ChartAdmin):
    list_display = ("id", "athlete_number", "version", "start_date", "ended_on", "waiting")
    list_filter = (
        "condition",
        ("ended_on", admin.EmptyFieldListFilter),
        ("clock_error", admin.EmptyFieldListFilter),
    )
    search_fields = ("=id", "=athlete__id")
    fields = (
        "athlete_number",
        "version",
        "start_date",
        "ended_on",
        "revision",
        "created_at",
        "waiting",
        "next_due_at",
        "clock_error",
    )
    date_hierarchy = "start_date"

    def get_queryset(self, request: HttpRequest) -> Any:
        waiting = Escalation.objects.open().filter(plan=models.OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .select_related("version__template")
            .annotate(is_waiting=models.Exists(waiting))
        )

    def athlete_of(self, obj: Plan) -> int:
        return obj.athlete_id

    @admin.display(description=_("athlete"), ordering="athlete_id")
    def athlete_number(self, plan: Plan) -> str:
        return f"#{plan.athlete_id}"

    @admin.display(description=_("somebody must look"), boolean=True)
    def waiting(self, plan: Any) -> bool:
        return bool(plan.is_waiting)
