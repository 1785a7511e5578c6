import pytest
from django.test import Client

from plans.models import Plan

from .daily import Phone, running
from .walk import Walker


@pytest.fixture
def walker(db: None, client: Client) -> Walker:
    return Walker(client)


@pytest.fixture
def plan(db: None) -> Plan:
    """Day 10 of the shipped plan for a sore back, the third of its second stage, a day with a session."""
    return running(days=10)


@pytest.fixture
def phone(client: Client, plan: Plan) -> Phone:
    """The browser of the plan's own athlete."""
    return Phone(client, plan)
