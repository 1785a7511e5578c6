import pytest

from .ways import Out


@pytest.fixture
def out(monkeypatch: pytest.MonkeyPatch) -> Out:
    """Every message goes to it, whatever its way."""
    made = Out()
    monkeypatch.setattr("plans.reminders.sending.sender", made)
    return made


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is enqueued: the token and the queue of each batch. Nothing runs by itself."""
    from plans.reminders.tasks import send

    queued: list[tuple[str, str]] = []
    monkeypatch.setattr(send, "apply_async", lambda args, queue: queued.append((args[0], queue)))
    return queued
