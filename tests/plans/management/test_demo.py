"""`manage.py demo` and `manage.py load_catalogue`."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import Consent, User
from plans import demo
from plans.models import Entry, Escalation, Plan
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def run(*args, **kwargs):
    out = io.StringIO()
    call_command(*args, stdout=out, **kwargs)
    return out.getvalue()


class TestDemo:
    def test_the_people_their_days_and_their_sign_ins(self, client):
        said = run("demo")
        back = Plan.objects.get(athlete__email=demo.BACK.email)
        elbow = Plan.objects.get(athlete__email=demo.ELBOW.email)
        assert (back.condition, back.course().today, back.course().stage) == ("lumbar-strain", 9, "rebuild")
        assert (elbow.condition, elbow.course().today, elbow.course().held) == ("tennis-elbow", 13, True)
        assert {check.outcome.value for check in elbow.course().checks} >= {"progress", "hold", "ease_amber"}
        assert [plan.course().status for plan in (back, elbow)] == ["active", "active"]
        for person in demo.PEOPLE:
            user = User.objects.get(email=person.email)
            assert not user.has_usable_password()
            assert person.email in said
            assert Consent.accepted_by(user)
        assert User.objects.get(email=demo.PHYSIO.email).is_physio
        assert User.objects.get(email=demo.ADMIN.email).is_superuser

    def test_nobody_was_told_what_only_hindsight_knows(self):
        run("demo")
        assert [told.kind for told in Escalation.objects.all()] == ["asked"], "what the athlete with the elbow asked"
        assert {
            entry.created_at.astimezone(entry.plan.athlete.zone).date() == entry.date for entry in Entry.objects.all()
        } == {True}

    def test_a_second_run_changes_nothing_and_says_the_same(self):
        first = run("demo")
        entries = Entry.objects.count()
        assert run("demo") == first
        assert (Entry.objects.count(), User.objects.count(), Plan.objects.count()) == (entries, 4, 2)

    def test_somebody_who_was_removed_is_not_made_again(self):
        run("demo")
        User.objects.get(email=demo.PHYSIO.email).delete()
        assert demo.PHYSIO.email not in run("demo")

    def test_they_sign_in_by_the_code_in_the_mail(self, client, mailoutbox):
        run("demo")
        client.post(reverse("account_login"), {"login": demo.BACK.email})
        code = re.search(r"^[A-Z0-9-]{6,}$", mailoutbox[-1].body, re.MULTILINE)[0]
        client.post(reverse("account_confirm_login_code"), {"code": code})
        assert client.get(reverse("plans:today")).status_code == 200

    def test_beside_people_of_its_own_a_site_gets_none(self):
        UserFactory()
        assert "no demo people were made" in run("demo")
        assert User.objects.count() == 1
        run("demo", "--yes")
        assert User.objects.count() == 5

    def test_a_public_site_must_say_yes(self, settings):
        settings.LOCAL = False
        with pytest.raises(CommandError, match="--yes"):
            run("demo")
        assert not User.objects.exists()
