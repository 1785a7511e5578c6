"""An athlete with a plan that runs, and their browser."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from plans.catalogue import catalogue
from plans.models import Activity, Entry, Plan, Version
from plans.rules.words import Condition
from tests.factories import EntryFactory, PlanFactory, TemplateFactory

DOOR = "allauth.account.auth_backends.AuthenticationBackend"


def shipped(condition: Condition = Condition.LUMBAR_STRAIN) -> Version:
    return TemplateFactory(condition=condition.value).publish(catalogue().protocols[condition])


def running(days: int = 1, condition: Condition = Condition.LUMBAR_STRAIN, **fields: Any) -> Plan:
    """On day `days`; each day before it has a quiet entry, every second one a calm session."""
    plan = PlanFactory(
        condition=condition.value, version=shipped(condition), days_ago=days - 1, **{"sport": "running", **fields}
    )
    for position, name in enumerate(("Run 5 km", "Tie my shoes"), start=1):
        Activity.objects.create(plan=plan, name=name, position=position, score=4)
    for day in range(1, days):
        lived(plan, day, session=day % 2 == 0)
    return plan


def lived(plan: Plan, day: int, *, session: bool = False, **values: Any) -> Entry:
    did = {"during": 2, "after": 2, "dose": 100} if session else {}
    return EntryFactory(plan=plan, date=plan.date_of(day), **{"pain": 3, "morning": 2, **did, **values})


class Phone:
    def __init__(self, client: Client, plan: Plan) -> None:
        self.client, self.plan = client, plan
        client.force_login(plan.athlete, backend=DOOR)

    @property
    def today(self) -> str:
        return self.plan.local_today().isoformat()

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"plans:{name}", args=[self.plan.pk, *args])

    def get(self, name: str, *args: Any, **query: Any) -> HttpResponse:
        return self.client.get(self.url(name, *args), query)

    def post(self, name: str, *args: Any, **data: Any) -> HttpResponse:
        return self.client.post(self.url(name, *args), data)

    def check_in(self, part: str, day: str = "", *, json: bool = False, **data: Any) -> HttpResponse:
        """Send a part as its page would, with what the page was made from unless told otherwise."""
        there = self.url("checkin_on", part, day or self.today)
        if "seen" not in data:
            data["seen"] = self.client.get(there).context["seen"]
        return self.client.post(there, data, headers={"Accept": "application/json"} if json else {})

    def entry(self, day: str = "") -> Entry:
        return Entry.objects.get(plan=self.plan, date=day or self.today)
