"""What admins see of reminders: the outbox by number, the banner, and the pages that prove that it works."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from plans.admin import reminder
from plans.models.reminder import State, Way
from plans.reminders import masked, status
from rehab.redis import client as redis
from tests.factories import AdminFactory, ChannelFactory, MessageFactory

pytestmark = pytest.mark.django_db

OUTBOX = "admin:plans_message_changelist"


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


class TestOutbox:
    def test_a_row_is_numbers_its_kind_and_what_came_of_it(self, client, staff):
        failed = MessageFactory(state=State.FAILED.value, attempts=3, answer="550 <a.person@example.org> unknown")
        sent = MessageFactory(state=State.SENT.value, sent_at=timezone.now())
        text = client.get(reverse(OUTBOX), {"state__exact": "failed"}).content.decode()
        assert f">{failed.pk}</a>" in text
        assert f"#{failed.recipient_id}" in text
        assert "a…@example.org" in text
        assert "a.person" not in text
        assert f">{sent.pk}</a>" not in text

    def test_it_is_counted_no_further_than_anybody_turns_pages(self, client, staff, monkeypatch):
        for _ in range(4):
            MessageFactory()
        monkeypatch.setattr(reminder, "MOST", 3)
        assert client.get(reverse(OUTBOX)).context["cl"].result_count == 3


class TestChannels:
    def test_where_one_leads_without_the_way_in(self, client, staff):
        push = {"way": Way.PUSH.value, "address": "https://push.example.org/send/secret-1"}
        ChannelFactory(label="Their own words", last_error="410 https://push.example.org/send/secret-1", **push)
        ChannelFactory(way=Way.SERVICE.value, address="ntfys://secret-2@ntfy.example.org/secret-3")
        ChannelFactory(user__email="a.person@example.org")
        ended = ChannelFactory(way=Way.PUSH.value, address="-", ended_at=timezone.now())
        assert masked.address(ended) == ""
        text = client.get(reverse("admin:plans_channel_changelist")).content.decode()
        for shown in ("https://push.example.org/…", "ntfys://…", "a…@example.org", "410 https://push.example.org/…"):
            assert shown in text
        for hidden in ("secret", "a.person", "Their own words", "ntfy.example.org"):
            assert hidden not in text

    @pytest.mark.parametrize(
        ("said", "shown"),
        [
            ("554 5.7.1 <Bob.O+x@mail.example.co.uk>: refused", "554 5.7.1 <B…@mail.example.co.uk>: refused"),
            ("tgram://123456:AAbb/98765 timed out", "tgram://… timed out"),
            ("Connection refused", "Connection refused"),
            ("", ""),
        ],
    )
    def test_answers_lose_the_addresses_in_them(self, said, shown):
        assert masked.text(said) == shown


class TestBanner:
    WORDS = 'class="clock-warning"'

    def page(self, client):
        return client.get(reverse("admin:index")).content.decode()

    def test_nothing_is_said_while_the_clock_ticks(self, client, staff):
        assert self.WORDS not in self.page(client)

    def test_five_minutes_without_a_tick(self, client, staff):
        redis().set(status.TICK, (timezone.now() - timedelta(minutes=7, seconds=1)).isoformat())
        assert "The clock last ticked 7 minutes ago" in self.page(client)
        assert self.WORDS in client.get(reverse("admin:plans_plan_changelist")).content.decode()

    def test_a_clock_that_never_ticked(self, client, staff):
        redis().delete(status.TICK)
        assert "has never ticked" in self.page(client)

    def test_redis_away(self, client, staff, settings, tmp_path):
        settings.REDIS_URL = f"unix://{tmp_path}/absent.sock"
        assert "Redis does not answer. Nothing is sent until it does." in self.page(client)

    def test_it_asks_the_database_nothing(self, client, staff):
        def questions():
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("admin:index"))
            return len(asked)

        client.get(reverse("admin:index"))  # content types are kept from now on
        quiet = questions()
        redis().delete(status.TICK)
        assert questions() == quiet

    def test_who_is_not_signed_in_is_told_nothing(self, client):
        redis().delete(status.TICK)
        assert self.WORDS not in client.get(reverse("admin:index"), follow=True).content.decode()
