"""Reminders: a person's terms, where messages reach them, and the outbox with one row a message.

The rows are the truth. A broker only says that there is something to do, so nothing is lost when it goes away.
"""

from datetime import time
from enum import StrEnum
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import Person
from accounts.models import User

from .base import choices, number, one_of, together, within


class Kind(StrEnum):
    """Why a message is sent; plans.reminders.kinds says of each when, to whom and how often."""

    MORNING = "morning"
    SESSION = "session"
    LATER = "later"
    REVIEW = "review"
    CHECKPOINT_OPENS = "checkpoint_opens"
    CHECKPOINT_OPEN = "checkpoint_open"
    CHECKPOINT_CLOSES = "checkpoint_closes"
    BOOKING = "booking"
    SILENCE = "silence"
    CATCH_UP = "catch_up"
    MESSAGE = "message"
    ESCALATION = "escalation"
    DIGEST = "digest"
    TEST = "test"


class Way(StrEnum):
    """How a message travels. Every person has an inbox in the app and their e-mail address."""

    INBOX = "inbox"
    EMAIL = "email"
    PUSH = "push"
    SERVICE = "service"  # one that Apprise knows, by its URL


class Use(StrEnum):
    """reserve: only when no other way works."""

    ALWAYS = "always"
    RESERVE = "reserve"
    OFF = "off"


class State(StrEnum):
    """due → claimed → sending → sent; or an end without: failed, missed (too late to help), withdrawn, unknown."""

    DUE = "due"
    CLAIMED = "claimed"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    MISSED = "missed"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


OPEN = (State.DUE.value, State.CLAIMED.value, State.SENDING.value)
ENDED = tuple(state.value for state in State if state.value not in OPEN)
EVERY_DAY = [0, 1, 2, 3, 4, 5, 6]


def every_day() -> list[int]:
    return list(EVERY_DAY)


class OwnQuerySet(models.QuerySet[Any]):
    """Rows of one person, athlete or physio, that nobody else reads."""

    owner: ClassVar[str] = "user"

    def for_user(self, user: Person) -> Self:
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(**{self.owner: user.pk})


class Preferences(models.Model):
    """One person's terms. Times are wall-clock times of their own zone; days count from Monday, 0."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="preferences")
    morning = models.TimeField(gettext_lazy("mornings"), default=time(8))
    session = models.TimeField(gettext_lazy("for a session"), default=time(17, 30))
    evening = models.TimeField(gettext_lazy("evenings"), default=time(20))
    # The time for a session is learned from the diary instead.
    usual = models.BooleanField(gettext_lazy("when I usually train"), default=False)
    days = models.JSONField(gettext_lazy("days"), default=every_day)
    quiet_from = models.TimeField(gettext_lazy("quiet from"), default=time(21, 30))
    quiet_until = models.TimeField(gettext_lazy("quiet until"), default=time(7, 30))
    budget = number(gettext_lazy("at most this many a week"), 0, 21, default=5)
    # Kinds that are switched off.
    off = models.JSONField(default=list, blank=True)
    holiday_from = models.DateField(gettext_lazy("away from"), null=True, blank=True)
    holiday_until = models.DateField(gettext_lazy("away until"), null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = OwnQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "preferences"
        constraints = [
            together("preferences_holiday", "holiday_from", "holiday_until"),
            models.CheckConstraint(
                condition=Q(holiday_from=None) | Q(holiday_until__gte=models.F("holiday_from")),
                name="preferences_holiday_ends_after",
            ),
            within("preferences_budget_0_21", "budget", 0, 21),
        ]

    def __str__(self) -> str:
        return str(self.user)

    @classmethod
    def of(cls, user: User) -> "Preferences":
        """What they chose, or the usual terms, not yet saved."""
        try:
            return user.preferences
        except cls.DoesNotExist:
            return cls(user=user)

    def clean(self) -> None:
        super().clean()
        if not set(self.days) <= set(EVERY_DAY):
            raise ValidationError({"days": _("Choose days of the week.")}, code="days")
        if not set(self.off) <= {kind.value for kind in Kind}:
            raise ValidationError({"off": _("Choose from the list.")}, code="off")
        if self.holiday_from and self.holiday_until and self.holiday_until < self.holiday_from:
            raise ValidationError({"holiday_until": _("Choose a day after the first day away.")}, code="holiday")


class ChannelQuerySet(OwnQuerySet):
    def open(self) -> Self:
        return self.filter(ended_at=None)


class Channel(models.Model):
    """One way to one person: their inbox, their e-mail, one browser on one device, or one service by its URL.

    address: a push endpoint or a service's URL, which are secrets; the e-mail address is the account's. keys: of a push
    subscription, p256dh and auth. failing_since: it has failed at every attempt since then.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="channels")
    way = models.CharField(max_length=8, choices=choices(Way))
    address = models.TextField(blank=True)
    keys = models.JSONField(default=dict, blank=True)
    label = models.CharField(gettext_lazy("name"), max_length=80, blank=True)
    use = models.CharField(max_length=8, choices=choices(Use), default=Use.ALWAYS.value)
    # A service counts only once its owner has seen a test message arrive.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    failing_since = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ChannelQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(
                fields=["failing_since"],
                condition=Q(failing_since__isnull=False, ended_at=None),
                name="channel_failing",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "way", "address"], condition=Q(ended_at=None), name="channel_once_a_person"
            ),
            one_of("channel_way_known", "way", Way),
            one_of("channel_use_known", "use", Use),
            models.CheckConstraint(
                condition=Q(way__in=[Way.INBOX.value, Way.EMAIL.value], address="")
                | (Q(way__in=[Way.PUSH.value, Way.SERVICE.value]) & ~Q(address="")),
                name="channel_address_where_needed",
            ),
        ]

    def __str__(self) -> str:
        return self.label or self.get_way_display()


class MessageQuerySet(OwnQuerySet):
    owner = "recipient"

    def open(self) -> Self:
        return self.filter(state__in=OPEN)


class Message(models.Model):
    """One sending of one reminder over one channel: a row of the outbox.

    plan: None for what is about several plans or none: a catch-up, a digest, a test.
    local_date: the recipient's day that it is about. about: which one, where a day can have several: the local time of
    a catch-up ("08:00"), "<escalation>:<step>" of an escalation, "again" after a snooze of an hour.
    parts: what a catch-up sums up, as [plan, kind] pairs.
    revision: the plan's when this was planned; while it stands, nothing was done since.
    planned_at: when it was meant to go. due_at: when the row next needs a hand: to be sent, tried again or, claimed, to
    be taken from a worker that died. claim: the batch that holds it. answer: what the provider said.
    """

    # Without indexes of their own: those of Meta begin with them, and each costs at every claim.
    recipient = models.ForeignKey(User, on_delete=models.CASCADE, related_name="messages", db_index=False)
    plan = models.ForeignKey(
        "plans.Plan", on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="messages")
    escalation = models.ForeignKey(
        "plans.Escalation", on_delete=models.CASCADE, null=True, blank=True, related_name="messages", db_index=False
    )
    kind = models.CharField(max_length=20, choices=choices(Kind))
    parts = models.JSONField(default=list, blank=True)
    local_date = models.DateField()
    about = models.CharField(max_length=40, blank=True)
    revision = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=choices(State), default=State.DUE.value)
    planned_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = number(gettext_lazy("attempts"), 0, 100, default=0)
    claim = models.UUIDField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=200, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["-planned_at", "-id"]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=OPEN), name="message_due"),
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="message_claim"),
            # For the figures of a day. A row enters it once, when it has come to its end.
            models.Index(fields=["-planned_at"], condition=Q(state__in=ENDED), name="message_ended"),
            models.Index(fields=["recipient", "-planned_at"], name="message_newest"),
            models.Index(fields=["escalation"], condition=Q(escalation__isnull=False), name="message_escalation"),
            models.Index(fields=["plan", "local_date"], name="message_of_plan"),
        ]
        constraints = [
            # Two, because NULL equals nothing: a digest is of no plan.
            models.UniqueConstraint(
                fields=["recipient", "plan", "kind", "local_date", "channel", "about"],
                condition=Q(plan__isnull=False),
                name="message_once",
            ),
            models.UniqueConstraint(
                fields=["recipient", "kind", "local_date", "channel", "about"],
                condition=Q(plan=None),
                name="message_once_of_no_plan",
            ),
            within("message_attempts_0_100", "attempts", 0, 100),
            one_of("message_kind_known", "kind", Kind),
            one_of("message_state_known", "state", State),
            models.CheckConstraint(
                condition=Q(state=State.SENT.value, sent_at__isnull=False)
                | (~Q(state=State.SENT.value) & Q(sent_at=None)),
                name="message_sent_when",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[State.CLAIMED.value, State.SENDING.value], claim__isnull=False)
                | ~Q(state__in=[State.CLAIMED.value, State.SENDING.value]),
                name="message_claimed_by_a_batch",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.local_date}"


class MessageCount(models.Model):
    """What is left of pruned rows: how many of a kind, by way and end, on one local date."""

    local_date = models.DateField()
    kind = models.CharField(max_length=20, choices=choices(Kind))
    way = models.CharField(max_length=8, choices=choices(Way))
    state = models.CharField(max_length=10, choices=choices(State))
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-local_date"]
        constraints = [
            models.UniqueConstraint(fields=["local_date", "kind", "way", "state"], name="message_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.local_date} {self.kind} {self.way} {self.state}: {self.count}"


class PushKey(models.Model):
    """The site's key pair for web push (VAPID). In the database, so that every worker has the same one."""

    private_key = models.TextField()  # PEM
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # Always true, and unique: two workers that make one at once end up with the same.
    only = models.BooleanField(default=True, unique=True, editable=False)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="push_key_only_one")]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d}"
