import pytest
from django.test import Client

from .walk import Walker


@pytest.fixture
def walker(db: None, client: Client) -> Walker:
    return Walker(client)
