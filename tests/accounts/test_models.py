"""People and what they agreed to."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Consent, User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_an_address_is_kept_in_lower_case():
    assert User.objects.create_user("Ada@Example.ORG").email == "ada@example.org"
    assert User.objects.get_by_natural_key("ADA@example.org").email == "ada@example.org"


def test_the_database_refuses_an_address_in_another_case():
    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="Ada@example.org").save()


def test_an_address_is_taken_whatever_its_case():
    User.objects.create_user("ada@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ADA@EXAMPLE.org")


def test_a_form_puts_an_address_in_lower_case():
    user = User(email="Ada@example.org", password="x")
    user.full_clean()
    assert user.email == "ada@example.org"


def test_without_a_password_nobody_gets_in_by_password():
    assert not User.objects.create_user("ada@example.org").has_usable_password()


@pytest.mark.parametrize("zone", ["Europe/London", "Pacific/Apia", "Asia/Kolkata", "UTC"])
def test_a_zone_of_the_world_is_fine(zone):
    user = UserFactory(time_zone=zone)
    user.set_password("x")
    user.full_clean()
    assert user.zone.key == zone


@pytest.mark.parametrize("zone", ["Mars/Olympus", "localtime", "../../etc/passwd", "europe/london", "GMT+25"])
def test_any_other_zone_is_refused(zone):
    with pytest.raises(ValidationError) as refused:
        User(email="ada@example.org", password="x", time_zone=zone).full_clean()
    assert list(refused.value.message_dict) == ["time_zone"]


@pytest.mark.parametrize("field", ["time_zone", "country"])
def test_the_database_refuses_an_empty(field):
    with pytest.raises(IntegrityError), transaction.atomic():
        UserFactory(**{field: ""})


@pytest.mark.parametrize("country", ["G", "12", "GB;"])
def test_a_country_is_a_code(country):
    with pytest.raises(ValidationError) as refused:
        User(email="ada@example.org", password="x", country=country).full_clean()
    assert list(refused.value.message_dict) == ["country"]


def test_a_person_is_called_by_name_or_else_by_address():
    assert str(User(email="ada@example.org", name="Ada")) == "Ada"
    assert str(User(email="ada@example.org")) == "ada@example.org"


def test_a_superuser_is_an_admin():
    user = User.objects.create_superuser("root@example.org", "a long pass phrase")
    assert (user.is_staff, user.is_superuser, user.is_physio) == (True, True, False)


def test_consent_is_given_once_and_keeps_its_date():
    user = UserFactory(consent=False)
    assert Consent.accepted_by(user) is None
    with time_machine.travel("2026-03-01T10:00:00Z", tick=False):
        first = Consent.accept(user)
    assert Consent.accept(user) == first
    assert Consent.accepted_by(user).isoformat() == "2026-03-01T10:00:00+00:00"


def test_new_wording_is_asked_for_again(monkeypatch):
    """SF1-102."""
    user = UserFactory()
    assert Consent.accepted_by(user)
    monkeypatch.setattr(Consent, "MEDICAL_DISCLAIMER", 2)
    assert Consent.accepted_by(user) is None
    Consent.accept(user)
    assert user.consents.count() == 2


def test_a_version_of_a_wording_is_counted_from_1():
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(user=UserFactory(consent=False), privacy_notice=0, medical_disclaimer=1)
