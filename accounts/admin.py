"""Accounts and the audit. No page here opens a chart."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import audit
from .audit import AuditEvent
from .models import Consent, User
from .readonly import ReadOnlyAdmin


class NewUserForm(AdminUserCreationForm):
    """Without a password somebody signs in by an e-mailed code; that is the usual way."""

    class Meta:
        model = User
        fields = ("email", "name")


class UserForm(UserChangeForm):
    class Meta:
        model = User
        fields = "__all__"


class ConsentInline(admin.TabularInline):
    model = Consent
    extra = 0
    readonly_fields = ("privacy_notice", "medical_disclaimer", "accepted_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class PersonAdmin(UserAdmin):
    form = UserForm
    add_form = NewUserForm
    ordering = ("email",)
    list_display = ("email", "name", "is_physio", "is_staff", "is_active", "last_login")
    list_filter = ("is_physio", "is_staff", "is_superuser", "is_active")
    search_fields = ("email", "name")
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ("groups", "user_permissions")
    inlines = (ConsentInline,)
    fieldsets = (
        (None, {"fields": ("email", "password", "name", "time_zone", "country")}),
        (_("What they may do"), {"fields": ("is_active", "is_physio", "is_staff", "is_superuser")}),
        (_("Rights in the admin"), {"fields": ("groups", "user_permissions"), "classes": ("collapse",)}),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # Deleting would take the chart along. An account is closed: "may sign in" off.
        return False

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        return self.inlines if obj else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            audit.record(request.user, "user.change" if change else "user.add", obj, fields=form.changed_data)


@admin.register(AuditEvent)
class AuditAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "actor_label", "action", "object_type", "object_id", "athlete_id")
    list_filter = ("action", "object_type")
    search_fields = ("actor_label", "=object_id", "=athlete_id", "=request_id")
    date_hierarchy = "created_at"
