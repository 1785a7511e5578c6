"""Fill a database with plans: `python -m tests.benchmarks.people 30:1000 366:200` (logged days : plans).

One person of each kind is made through the same functions as a real one; the rest are copies, made by
INSERT ... SELECT, so that a million take minutes. Prints, for each kind, session keys and what today's page asks
of the database.
"""

import json
import os
import sys
from datetime import timedelta
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 - models need the settings above
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Consent, User  # noqa: E402
from plans.catalogue import catalogue  # noqa: E402
from plans.models import Activity, Entry, Plan, Screening, Version, WeeklyReview, shipped  # noqa: E402
from plans.models.start import start  # noqa: E402
from plans.rules.screening import SITE_QUESTION, questions  # noqa: E402
from plans.rules.words import Condition  # noqa: E402
from tests.benchmarks.sessions import sign_in  # noqa: E402

APART = 10_000_000  # between the ids of one kind and the next
ASKED = 1000  # people of each kind whose page is asked for
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
CONDITION = Condition.LUMBAR_STRAIN


def person(days: int) -> Plan:
    """Somebody who has logged each of the last `days` days, with a session every other day, and is getting better."""
    user = User.objects.create_user(f"first{days}@example.org", name="Robin Example", country="GB")
    Consent.accept(user)
    first = timezone.localdate(timezone=user.zone) - timedelta(days=days)
    then = timezone.now() - timedelta(days=days)
    answers = {id: "no" for id in questions(CONDITION.region) if id != SITE_QUESTION}
    screening = Screening.answer(CONDITION.region, 34, answers, athlete=user, country="GB")
    values = {"pain": 5, "sport": "strength", "activities": [("Tie my shoes", 4), ("Carry the shopping", 4)]}
    version = Version.objects.current(CONDITION)
    plan = start(user, screening, values, version, first, now=then)
    Entry.objects.bulk_create(entry(plan, number) for number in range(1, days + 1))
    WeeklyReview.objects.bulk_create(
        WeeklyReview(plan=plan, week=week, function=min(9, 4 + week)) for week in range(1, days // 7 + 1)
    )
    return plan


def entry(plan: Plan, number: int) -> Entry:
    pain = max(1, 5 - number // 5)
    session = {"during": pain, "after": pain, "dose": 100} if number % 2 else {}
    return Entry(plan=plan, date=plan.date_of(number), pain=pain, morning=pain, **session)


def copy(model: type[models.Model], number: int, source: str, **changed: str) -> None:
    """Copy the rows `source` selects `number` times; `n` counts the copies. changed: columns that differ, as SQL."""
    columns = [field.column for field in model._meta.local_concrete_fields if field.column != "id" or "id" in changed]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'row."{column}"') for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({names}) SELECT {values} '  # noqa: S608 - of our own model names alone
            f'FROM "{table}" row CROSS JOIN generate_series(1, {number}) n WHERE {source} ORDER BY n'
        )


def crowd(plan: Plan, kind: int, number: int) -> range:
    """`number` people like this one; their ids, which are those of their plans as well."""
    id = f"{kind * APART} + n"
    copy(User, number, f"row.id = {plan.athlete_id}", id=id, email=f"'athlete' || ({id}) || '@example.org'")
    copy(Screening, number, f"row.id = {plan.screening_id}", id=id, athlete_id=id)
    copy(Plan, number, f"row.id = {plan.pk}", id=id, athlete_id=id, screening_id=id)
    for model in (Activity, Entry, WeeklyReview):
        copy(model, number, f"row.plan_id = {plan.pk}", plan_id=id)
    return range(kind * APART + 1, kind * APART + number + 1)


def page(key: str) -> dict[str, Any]:
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["sessionid"] = key
    with CaptureQueriesContext(connection) as queries:
        response = client.get("/today/")
    if response.status_code != 200:
        raise RuntimeError(f"Today's page answers {response.status_code}")
    return {"queries": len(queries), "bytes": len(response.content)}


def main(kinds: list[str]) -> dict[str, Any]:
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    shipped.publish(catalogue())
    made = {}
    for kind, asked in enumerate(kinds, start=1):
        days, number = map(int, asked.split(":"))
        plan = person(days)
        ids = crowd(plan, kind, number)
        keys = sign_in(plan.athlete, ids[:: max(1, number // ASKED)][:ASKED], BACKEND)
        made[str(days)] = {"keys": keys, **page(keys[0])}
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return made


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:])))
