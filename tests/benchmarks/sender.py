"""One sending process: `python -m tests.benchmarks.sender rows 3000`, `... floor 3000 2525`, `... ours 2525`.

rows: fill the outbox of DATABASE_URL. floor: as many messages of the same size through Django's own backend over one
connection. ours: claim, check, write, send and mark until nothing is due. The last two say "ready", wait for a line,
and answer in JSON when they began and ended and where the time went.
"""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection  # noqa: E402 - models need the settings above
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from plans.models import Channel, Message  # noqa: E402
from plans.reminders import claims, compose, marks, outbox, sending  # noqa: E402
from plans.reminders.channels import email  # noqa: E402
from plans.reminders.journal import Journal  # noqa: E402
from rehab.celery import app  # noqa: E402
from tests.outbox import people, reminders  # noqa: E402

PEOPLE = 1000
TEXT = "Your session of today is ready.\n" * 20
HTML = "<p>Your session of today is ready.</p>\n" * 35
# What P10 counts as claiming and marking, and where the rest goes.
PARTS: dict[str, list[tuple[Any, str]]] = {
    "claim": [(claims, "take"), (claims, "start"), (claims, "hand_on")],
    "mark": [(marks, "write")],
    "load": [(sending.Batch, "_load")],
    "journal": [(Journal, "started"), (Journal, "begin"), (Journal, "flush"), (Journal, "close")],
    "write": [(email, "letter")],
}


def rows(number: int) -> None:
    call_command("migrate", verbosity=0)
    Message.objects.all().delete()
    reminders(list(Channel.objects.select_related("user")) or people(PEOPLE), number)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def floor(number: int) -> dict[str, float]:
    out = get_connection()
    out.open()
    for n in range(number):
        mail = EmailMultiAlternatives(f"Reminder {n}", TEXT, to=[f"u{n}@example.org"], connection=out)
        mail.attach_alternative(HTML, "text/html")
        mail.send()
    out.close()
    return {}


def ours() -> dict[str, float]:
    spent: Counter[str] = Counter()
    for name, places in PARTS.items():
        for owner, attribute in places:
            setattr(owner, attribute, _timed(spent, name, getattr(owner, attribute)))
    while (taken := claims.take(timezone.now())).rows:
        for claim in taken.batches:
            outbox.send_batch(claim)
    return dict(spent)


def _timed(spent: Counter[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        begin = time.perf_counter()
        try:
            return real(*args, **kwargs)
        finally:
            spent[name] += time.perf_counter() - begin

    return call


def measured(work: Callable[[], dict[str, float]]) -> None:
    connection.ensure_connection()
    app.loader.import_default_modules()  # as a worker has, and what it loads with its first message
    for message in compose.examples():
        message.pk = 1
        email.letter(message)

    print("ready", flush=True)
    sys.stdin.readline()
    begin = time.time()
    spent = work()
    print(json.dumps({"begin": begin, "end": time.time(), "spent": spent}), flush=True)


def main(what: str, number: int = 0) -> None:
    if what == "rows":
        rows(number)
        print(json.dumps(Message.objects.count()))
    else:
        measured(ours if what == "ours" else lambda: floor(number))


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
