"""People: users, what they agreed to, and who looks after whom."""

from datetime import datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .audit import AuditEvent
from .zones import zone_of, zones

__all__ = ["AuditEvent", "CareLink", "Consent", "User", "UserManager", "validate_time_zone"]


def validate_time_zone(value: str) -> None:
    if value not in zones():
        raise ValidationError(
            _("%(zone)s is not a time zone. Choose one such as Europe/London."), params={"zone": value}, code="zone"
        )


class UserManager(BaseUserManager["User"]):
    """Makes people by e-mail address. Without a password they sign in by an e-mailed code or a passkey."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=(email or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who signs in with an e-mail address.

    Everyone can have plans of their own. A physio may look after others as well; an admin (is_staff) edits templates.
    None of the two, nor being a superuser, opens an athlete's diary: see accounts.access.
    """

    email = models.EmailField(gettext_lazy("e-mail address"), unique=True)
    name = models.CharField(gettext_lazy("name"), max_length=120, blank=True)
    # IANA name. A day is a day of this zone, for everything that the athlete sees or is reminded of.
    time_zone = models.CharField(
        gettext_lazy("time zone"), max_length=64, default="Europe/London", validators=[validate_time_zone]
    )
    # A code of settings.LANGUAGES. One that is not offered any more, or not translated yet, reads as English.
    language = models.CharField(gettext_lazy("language"), max_length=12, default="en-gb")
    # Chooses which emergency numbers are shown; a code of the catalogue's countries.
    country = models.CharField(
        gettext_lazy("country of the emergency numbers"),
        max_length=8,
        default="GB",
        validators=[RegexValidator(r"^[A-Za-z]{2,8}$")],
    )
    is_physio = models.BooleanField(gettext_lazy("physio"), default=False)
    is_staff = models.BooleanField(gettext_lazy("admin"), default=False)
    is_active = models.BooleanField(gettext_lazy("may sign in"), default=True)
    date_joined = models.DateTimeField(gettext_lazy("joined"), default=timezone.now)

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        verbose_name = gettext_lazy("person")
        verbose_name_plural = gettext_lazy("people")
        constraints = [
            # With the plain unique index this makes addresses unique whatever their case.
            models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case"),
            models.CheckConstraint(condition=~models.Q(time_zone=""), name="user_time_zone_given"),
            models.CheckConstraint(condition=~models.Q(country=""), name="user_country_given"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    @property
    def zone(self) -> ZoneInfo:
        return zone_of(self.time_zone)


class Consent(models.Model):
    """What somebody accepted at set-up, and in which wording (SF1-102): kept as long as the account is."""

    # The wording in force; a new wording is a new number and is asked for again.
    PRIVACY_NOTICE = 1
    MEDICAL_DISCLAIMER = 1

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="consents")
    privacy_notice = models.PositiveSmallIntegerField(gettext_lazy("version of the privacy notice"))
    medical_disclaimer = models.PositiveSmallIntegerField(gettext_lazy("version of the medical disclaimer"))
    accepted_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "privacy_notice", "medical_disclaimer"], name="consent_once"),
            models.CheckConstraint(
                condition=models.Q(privacy_notice__gte=1, medical_disclaimer__gte=1), name="consent_versions_from_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.accepted_at:%Y-%m-%d}"

    @classmethod
    def accept(cls, user: User) -> "Consent":
        """Note that the user accepts the present wording; a second time changes nothing, not even the date."""
        return cls.objects.get_or_create(
            user=user, privacy_notice=cls.PRIVACY_NOTICE, medical_disclaimer=cls.MEDICAL_DISCLAIMER
        )[0]

    @classmethod
    def accepted_by(cls, user: User) -> datetime | None:
        """When the user accepted the present wording, or None when it is still to be asked for."""
        current = cls.objects.filter(
            user=user, privacy_notice=cls.PRIVACY_NOTICE, medical_disclaimer=cls.MEDICAL_DISCLAIMER
        )
        return current.values_list("accepted_at", flat=True).first()


class CareLinkQuerySet(models.QuerySet["CareLink"]):
    def open(self) -> "CareLinkQuerySet":
        return self.filter(ended_at=None, physio__is_physio=True, physio__is_active=True)


class CareLink(models.Model):
    """A physio looks after an athlete, from the athlete's consent until either ends it.

    It says whom an escalation is sent to. It opens no chart by itself: see accounts.access.
    """

    athlete = models.ForeignKey(User, on_delete=models.CASCADE, related_name="carers")
    physio = models.ForeignKey(User, on_delete=models.CASCADE, related_name="clients")
    since = models.DateTimeField(gettext_lazy("accepted by the athlete"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True, blank=True)

    objects = CareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["athlete", "physio"], condition=models.Q(ended_at=None), name="care_link_one_open_of_two"
            ),
            models.CheckConstraint(condition=~models.Q(athlete=models.F("physio")), name="care_link_of_two_people"),
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("since")),
                name="care_link_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.physio} looks after {self.athlete}"
