"""Reminders from outside: the outbox, what is left of pruned rows, and the ways to people, by number."""

from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.readonly import ReadOnlyAdmin
from plans.models import Channel, Message, MessageCount
from plans.reminders import masked

from . import reminder_pages

MOST = 10_000


class BoundedPaginator(Paginator):
    """An outbox is long: it is counted as far as anybody would turn pages."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST].count())


class ByNumber(ReadOnlyAdmin):
    """Newest first by the key, which needs no sorting; people are numbers."""

    ordering = ("-pk",)
    sortable_by = ()
    show_facets = admin.ShowFacets.NEVER
    paginator = BoundedPaginator

    @staticmethod
    def number(pk: int | None) -> str | None:
        return f"#{pk}" if pk else None


@admin.register(Message)
class MessageAdmin(ByNumber):
    list_display = ("id", "state", "kind", "way", "planned_at", "recipient_number", "plan_number", "attempts", "said")
    list_filter = ("state", "kind", "channel__way", "planned_at")
    search_fields = ("=id", "=recipient__id", "=plan__id")
    list_select_related = ("channel",)
    change_list_template = "admin/reminders/outbox.html"
    fields = (
        "recipient_number",
        "plan_number",
        "kind",
        "about",
        "way",
        "channel_number",
        "local_date",
        "state",
        "planned_at",
        "due_at",
        "attempts",
        "sent_at",
        "seen_at",
        "said",
        "created_at",
    )

    def get_urls(self) -> list[Any]:
        return [*reminder_pages.urls(), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """That somebody has a plan and is reminded of it is theirs: who looked leaves a trace."""
        found = self.get_object(request, object_id)
        if found is not None and self.has_view_permission(request, found):
            whose = found.plan.athlete_id if found.plan else None
            with transaction.atomic():
                audit.record(request.user, "message.view", found, athlete_id=whose)
        return super().change_view(request, object_id, form_url, extra_context)

    @admin.display(description=_("to"))
    def recipient_number(self, message: Message) -> str | None:
        return self.number(message.recipient_id)

    @admin.display(description=_("plan"))
    def plan_number(self, message: Message) -> str | None:
        return self.number(message.plan_id)

    @admin.display(description=_("channel"))
    def channel_number(self, message: Message) -> str | None:
        return self.number(message.channel_id)

    @admin.display(description=_("way"))
    def way(self, message: Message) -> str:
        return message.channel.get_way_display()

    @admin.display(description=_("answer"))
    def said(self, message: Message) -> str | None:
        return masked.text(message.answer) or None


@admin.register(MessageCount)
class MessageCountAdmin(ReadOnlyAdmin):
    list_display = ("local_date", "kind", "way", "state", "count")
    list_filter = ("state", "kind", "way")
    search_fields = ("=local_date",)
    fields = list_display
    date_hierarchy = "local_date"


@admin.register(Channel)
class ChannelAdmin(ByNumber):
    list_display = ("id", "user_number", "way", "use", "leads_to", "last_sent_at", "failing_since", "said", "ended_at")
    list_filter = (
        "way",
        "use",
        ("failing_since", admin.EmptyFieldListFilter),
        ("ended_at", admin.EmptyFieldListFilter),
    )
    search_fields = ("=id", "=user__id")
    list_select_related = ("user",)
    fields = (
        "user_number",
        "way",
        "use",
        "leads_to",
        "confirmed_at",
        "last_sent_at",
        "failing_since",
        "said",
        "created_at",
        "ended_at",
    )

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.label = ""  # in its owner's own words, which a title would repeat
        return found

    @admin.display(description=_("whose"))
    def user_number(self, channel: Channel) -> str | None:
        return self.number(channel.user_id)

    @admin.display(description=_("leads to"))
    def leads_to(self, channel: Channel) -> str | None:
        return masked.address(channel) or None

    @admin.display(description=_("last answer"))
    def said(self, channel: Channel) -> str | None:
        return masked.text(channel.last_error) or None
