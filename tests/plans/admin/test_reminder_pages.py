"""The pages that prove to an admin that reminders work: figures, a test to oneself, previews, a dry run."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.audit import AuditEvent
from plans.models import Message
from plans.models.reminder import Kind, State, Way
from plans.reminders import compose, rehearsal, status, ways
from rehab.redis import client as redis
from tests.factories import (
    AdminFactory,
    CareLinkFactory,
    ChannelFactory,
    MessageFactory,
    PhysioFactory,
    PlanFactory,
    UserFactory,
)
from tests.plans.views.daily import running

pytestmark = pytest.mark.django_db

OVERVIEW, DAY = reverse("admin:reminders"), reverse("admin:reminders_day")
PREVIEW = reverse("admin:reminders_preview", args=["en-gb"])
MAIL = reverse("admin:reminders_mail", args=["en-gb", 0])
NOW = datetime(2031, 3, 3, 6, tzinfo=UTC)  # a Monday
TODAY = NOW.date()


@pytest.fixture
def staff(client):
    user = AdminFactory()
    client.force_login(user)
    return user


@pytest.fixture(autouse=True)
def ticked():
    redis().set(status.TICK, timezone.now().isoformat())
    yield
    redis().delete(status.TICK)


@pytest.mark.parametrize("there", [OVERVIEW, PREVIEW, MAIL, DAY])
class TestWhoMay:
    @pytest.mark.parametrize("person", [None, UserFactory, PhysioFactory])
    def test_others_are_sent_to_the_door(self, client, there, person):
        if person:
            client.force_login(person())
        assert client.get(there).status_code == 302

    def test_staff_without_the_right_to_see_the_outbox(self, client, there):
        client.force_login(UserFactory(is_staff=True))
        assert client.get(there).status_code == 403

    def test_admins(self, client, staff, there):
        assert client.get(there).status_code == 200


class TestOverview:
    def test_figures_at_a_glance(self, client, staff):
        MessageFactory(planned_at=timezone.now() - timedelta(seconds=90))
        MessageFactory(state=State.SENT.value, sent_at=timezone.now())
        text = client.get(OVERVIEW).content.decode()
        assert "All is well." in text
        assert re.search(r"Oldest due, reminders</dt><dd>9\d s<", text)
        assert "Sent in the last hour</dt><dd>1<" in text
        assert client.get(OVERVIEW).context["table"] == [("session", "email", [1, 0, 0, 0, 0])]

    def test_what_is_wrong_stands_on_top(self, client, staff):
        redis().delete(status.TICK)
        assert 'class="errornote">The clock has not ticked for 5 minutes' in client.get(OVERVIEW).content.decode()

    def test_every_page_of_the_admin_leads_here(self, client, staff):
        assert f'href="{OVERVIEW}"' in client.get(reverse("admin:index")).content.decode()


class TestSendATest:
    def test_to_ones_own_channel_and_what_came_of_it(self, client, staff):
        client.get(OVERVIEW)
        channel = staff.channels.get(way=Way.EMAIL.value)
        assert client.post(OVERVIEW, {"channel": channel.pk}).url == OVERVIEW
        message = Message.objects.get(kind=Kind.TEST.value)
        assert (message.recipient_id, message.channel_id, message.state) == (staff.pk, channel.pk, State.DUE.value)
        Message.objects.update(state=State.FAILED.value, answer=f"550 <{staff.email}> unknown")
        text = client.get(OVERVIEW).content.decode()
        assert "<td>failed</td>" in text
        assert "550 &lt;a…@example.org&gt; unknown" in text

    def test_nobody_tests_another_persons_phone(self, client, staff):
        other = ChannelFactory()
        response = client.post(OVERVIEW, {"channel": other.pk})
        assert "This channel is not there any more" in response.content.decode()
        assert not Message.objects.exists()

    def test_what_cannot_be_sent_says_why(self, client, staff, monkeypatch):
        def refuse(channel):
            raise ValidationError("This one is no longer connected.")

        client.get(OVERVIEW)
        monkeypatch.setattr(ways, "test", refuse)
        response = client.post(OVERVIEW, {"channel": staff.channels.first().pk})
        assert "This one is no longer connected." in response.content.decode()

    def test_a_channel_that_has_ended_gets_none(self, client, staff):
        ended = ChannelFactory(user=staff, ended_at=timezone.now())
        assert client.post(OVERVIEW, {"channel": ended.pk}).status_code == 200
        assert not Message.objects.exists()


class TestPreview:
    @pytest.mark.parametrize("language", ["en-gb"])
    def test_every_kind_in_every_language_of_the_site(self, client, staff, settings, language):
        assert language in dict(settings.LANGUAGES)
        response = client.get(reverse("admin:reminders_preview", args=[language]))
        examples = response.context["examples"]
        assert {example.kind for example in examples} == {kind.value for kind in Kind}
        text = response.content.decode()
        for example in examples:
            mail = reverse("admin:reminders_mail", args=[language, example.number])
            assert f'<iframe src="{mail}" sandbox=""' in text

    def test_each_mail_is_the_very_one_that_is_sent(self, client, staff):
        for number, message in enumerate(compose.examples("en-gb")):
            shown = client.get(reverse("admin:reminders_mail", args=["en-gb", number])).content.decode()
            assert f"<title>{compose.compose(message).subject}</title>".replace("'", "&#x27;") in shown

    def test_a_mail_is_shut_in(self, client, staff):
        """It may have its style inside it, as mails do; nothing in it runs, loads or leads anywhere."""
        headers = client.get(MAIL).headers
        policy = headers["Content-Security-Policy"]
        assert "sandbox" in policy.split("; ")
        assert "script-src" not in policy
        assert policy.startswith("default-src 'none'")
        assert "frame-ancestors 'self'" in policy
        assert headers["X-Frame-Options"] == "SAMEORIGIN"

    def test_the_page_around_it_is_as_strict_as_all_others(self, client, staff):
        policy = client.get(PREVIEW).headers["Content-Security-Policy"]
        assert "'unsafe-inline'" not in policy
        assert policy.endswith("frame-src 'self'")

    @pytest.mark.parametrize("there", [("xx", 0), ("en-gb", 999)])
    def test_a_language_or_number_that_is_not_there(self, client, staff, there):
        assert client.get(reverse("admin:reminders_mail", args=there)).status_code == 404


class TestDryRun:
    @pytest.fixture(autouse=True)
    def now(self):
        with time_machine.travel(NOW, tick=False):
            redis().set(status.TICK, NOW.isoformat())
            yield

    @pytest.fixture
    def client_of(self):
        """A physio with one client, and somebody else's plan beside them."""
        plan = running(days=8, athlete__name="Hidden Name", athlete__email="hidden@example.org")
        running(days=8)
        return CareLinkFactory(athlete=plan.athlete), plan

    def ask(self, client, physio=None, on=TODAY):
        return client.post(DAY, {"physio": physio.pk if physio else "", "date": on})

    def test_what_the_clients_of_a_physio_would_get(self, client, staff, client_of):
        link, plan = client_of
        response = self.ask(client, link.physio)
        found = response.context["found"]
        assert [seen.pk for seen in found.seen] == [plan.pk]
        assert found.messages
        assert {number for sent in found.messages for number in sent.plans} == {plan.pk}
        text = response.content.decode()
        assert f"#{plan.pk}" in text
        assert f"{found.messages[0].at:%H:%M}" in text
        for hidden in ("Hidden Name", "hidden@example.org"):
            assert hidden not in text

    def test_nothing_is_stored_and_nothing_sent(self, client, staff, client_of):
        self.ask(client, client_of[0].physio)
        assert not Message.objects.exists()

    def test_each_chart_that_was_read_leaves_a_trace(self, client, staff, client_of):
        link, plan = client_of
        self.ask(client, link.physio)
        run, chart = AuditEvent.objects.filter(action="reminders.dry_run").order_by("pk")
        assert (run.actor_id, run.object_id) == (staff.pk, str(link.physio_id))
        assert (chart.actor_id, chart.object_id, chart.athlete_id) == (staff.pk, str(plan.pk), plan.athlete_id)

    def test_everybody_is_a_count_alone(self, client, staff, client_of):
        response = self.ask(client)
        assert len(response.context["found"].seen) == 2
        assert "#" + str(client_of[1].pk) not in response.content.decode()
        assert AuditEvent.objects.get(action="reminders.dry_run").object_id == str(staff.pk)

    def test_no_more_than_some_plans_and_it_says_so(self, client, staff, monkeypatch):
        for _ in range(3):
            PlanFactory()
        monkeypatch.setattr(rehearsal, "MOST", 2)
        response = self.ask(client)
        assert len(response.context["found"].seen) == 2
        text = " ".join(response.content.decode().split())
        assert "2 plans of 3 were looked at. More than 2 are too many for one page." in text

    def test_an_ended_link_gives_no_clients(self, client, staff):
        link = CareLinkFactory(athlete=running(days=3).athlete, ended_at=timezone.now())
        assert "has no clients now" in self.ask(client, link.physio).content.decode()

    @pytest.mark.parametrize(
        ("on", "said"),
        [
            (date(2031, 3, 2), "Choose today or one of the next 14 days."),
            (date(2031, 3, 18), "Choose today or one of the next 14 days."),
            ("", "Choose a day."),
            ("soon", "Write the day as year-month-day."),
        ],
    )
    def test_another_day_is_refused_and_stays_typed(self, client, staff, on, said):
        response = self.ask(client, on=on)
        assert said in response.content.decode()
        assert f'value="{on}"' in response.content.decode() or not on
        assert not AuditEvent.objects.filter(action="reminders.dry_run").exists()

    def test_hours_are_those_of_the_persons_own_clock(self, client, staff):
        here, there = running(days=8), running(days=8, athlete__time_zone="Asia/Kolkata")
        found = self.ask(client, on=date(2031, 3, 4)).context["found"]
        hours = {
            number: {sent.at.hour for sent in found.messages if number in sent.plans} for number in (here.pk, there.pk)
        }
        assert hours[here.pk] == hours[there.pk] != set()
        assert [sum for _hour, _counts, sum in found.hours] == [2] * len(hours[here.pk])
        assert all(sent.at.date() == date(2031, 3, 4) for sent in found.messages)
