"""Templates and their versions."""

import json
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.readonly import ReadOnlyAdmin
from plans.models import Template, Version


class VersionInline(admin.TabularInline):
    model = Version
    extra = 0
    fields = ("number", "published_at", "note", "checksum")
    readonly_fields = fields
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Template)
class TemplateAdmin(admin.ModelAdmin):
    list_display = ("title", "condition", "slug", "retired_at")
    list_filter = ("condition", ("retired_at", admin.EmptyFieldListFilter))
    search_fields = ("title", "slug")
    fields = ("title", "slug", "condition", "retired_at", "created_at")
    inlines = (VersionInline,)

    def get_readonly_fields(self, request: HttpRequest, obj: Template | None = None) -> tuple[str, ...]:
        # Plans and the catalogue find a template by these, so they are chosen once.
        return ("created_at", "slug", "condition") if obj else ("created_at",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # it is retired instead; plans still follow its versions

    def save_model(self, request: HttpRequest, obj: Template, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            audit.record(request.user, "template.change" if change else "template.add", obj, fields=form.changed_data)


@admin.register(Version)
class VersionAdmin(ReadOnlyAdmin):
    list_display = ("template", "number", "published_at", "note")
    list_filter = ("template__condition",)
    search_fields = ("template__title", "template__slug", "note", "=checksum")
    list_select_related = ("template",)
    fields = ("template", "number", "published_at", "note", "checksum", "written")

    @admin.display(description=_("document"))
    def written(self, version: Version) -> str:
        return format_html("<pre>{}</pre>", json.dumps(version.document, indent=2, ensure_ascii=False))
