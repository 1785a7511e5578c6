"""What a sender that died had under way."""

from pathlib import Path
from uuid import uuid4

import pytest
from pytest_django import Settings
from redis import RedisError

from plans.reminders import journal
from plans.reminders.channels import Answer, Outcome
from plans.reminders.journal import LOST, Journal
from rehab.redis import client
from tests.servers import Services

SENT = Answer(Outcome.SENT, "250 2.0.0 OK queued as 4F2 (ünïcode)")


@pytest.fixture
def book() -> Journal:
    made = Journal(uuid4())
    made.begin()
    return made


def test_three_things_are_known_of_a_message(book: Journal) -> None:
    book.started(1)
    book.ended(1, SENT)
    book.started(2)
    notes = journal.read(book.claim)
    assert (notes.of(1), notes.of(2), notes.of(3)) == (SENT, LOST, None)


def test_an_outcome_is_written_with_the_next_start_or_when_asked(book: Journal) -> None:
    book.started(1)
    book.ended(1, SENT)
    assert journal.read(book.claim).of(1) == LOST
    book.flush()
    assert journal.read(book.claim).of(1) == SENT


def test_every_answer_comes_back_as_it_was(book: Journal) -> None:
    answers = [Answer(outcome, text) for outcome in Outcome for text in ("", "421 4.3.2  come again ")]
    for pk, answer in enumerate(answers, start=1):
        book.ended(pk, answer)
    book.flush()
    notes = journal.read(book.claim)
    assert [notes.of(pk) for pk in range(1, len(answers) + 1)] == answers


def test_notes_that_are_gone_leave_everything_in_doubt(book: Journal) -> None:
    book.started(1)
    book.close()
    assert journal.read(book.claim).of(1) == LOST
    assert journal.read(book.claim).of(2) == LOST


def test_notes_go_by_themselves_after_a_day(book: Journal) -> None:
    assert 0 < client().ttl(f"rehab:sending:{book.claim}") <= 86400


def test_a_server_that_was_started_anew_is_believed_only_in_what_it_knows(settings: Settings) -> None:
    """It may have lost the last second before it fell: what it does not know was perhaps sent all the same."""
    first, second = Services(with_postgres=False), Services(with_postgres=False)
    try:
        settings.REDIS_URL = first.redis_url
        book = Journal(uuid4())
        book.begin()
        book.started(1)
        book.ended(1, SENT)
        book.flush()
        kept = client().hgetall(f"rehab:sending:{book.claim}")
        settings.REDIS_URL = second.redis_url
        client().hset(f"rehab:sending:{book.claim}", mapping=kept)
        notes = journal.read(book.claim)
        assert (notes.of(1), notes.of(2)) == (SENT, LOST)
    finally:
        first.stop()
        second.stop()


def test_without_a_server_nothing_is_noted_so_nothing_is_sent(
    book: Journal, settings: Settings, tmp_path: Path
) -> None:
    settings.REDIS_URL = f"unix://{tmp_path}/absent.sock"
    for step in (book.begin, lambda: book.started(1), lambda: journal.read(book.claim)):
        with pytest.raises(RedisError):
            step()
    book.flush()
    book.close()
