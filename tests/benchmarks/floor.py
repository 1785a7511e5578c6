"""The bare floor: a one-file Django site whose page costs about as little as a page of this kind can.

Session, user and three queries, twelve exercises in one plain template; no translation, no rules, no catalogue.
`python -m tests.benchmarks.floor 1000` makes the tables and the people and prints their session keys as JSON;
`gunicorn tests.benchmarks.floor:application` serves /html5/ and /noop/. DATABASE_URL names the database.
"""

import json
import os
import sys
from datetime import date
from typing import Any

import django
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

DAY = date(2026, 1, 15)
EXERCISES, DONE = 12, 4

TEMPLATE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Today</title>
<meta name="viewport" content="width=device-width,initial-scale=1"></head><body>
<header><h1>{{ plan.name }}</h1><p>{{ user.username }} &middot; {{ day|date:"D j M" }}</p></header><main><ol>
{% for e in exercises %}<li class="exercise {% if e.done %}done{% endif %}"><h2>{{ e.name }}</h2>
<p>{{ e.sets }} sets &times; {{ e.reps }} repetitions{% if e.hold %}, hold {{ e.hold }} s{% endif %}</p>
<p class="how">{{ e.instructions }}</p>
<form method="post" action="/log/{{ e.id }}/"><label>Pain <input type="range" name="pain" min="0" max="10"></label>
<label><input type="checkbox" name="done" {% if e.done %}checked{% endif %}> Done</label>
<button>Save</button></form></li>
{% endfor %}</ol></main></body></html>"""


def database() -> dict[str, Any]:
    from rehab.settings import database as parse  # the same connection settings as the site's, so both pay the same

    return parse(os.environ["DATABASE_URL"])


settings.configure(
    DEBUG=False,
    SECRET_KEY="bench-only",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.contenttypes",
        "django.contrib.auth",
        "django.contrib.sessions",
        "django.contrib.messages",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                ],
                "loaders": [
                    (
                        "django.template.loaders.cached.Loader",
                        [("django.template.loaders.locmem.Loader", {"today.html": TEMPLATE})],
                    )
                ],
            },
        }
    ],
    DATABASES={"default": database()},
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402 - models need the settings above
from django.contrib.auth.models import User  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.shortcuts import render  # noqa: E402

from tests.benchmarks.sessions import sign_in  # noqa: E402


class Plan(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)

    class Meta:
        app_label = "floor"


class Exercise(models.Model):
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    instructions = models.TextField()
    sets = models.IntegerField(default=3)
    reps = models.IntegerField(default=10)
    hold = models.IntegerField(default=5)

    class Meta:
        app_label = "floor"


class Log(models.Model):
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE)
    day = models.DateField()

    class Meta:
        app_label = "floor"
        indexes = [models.Index(fields=["user", "day"], name="floor_log_user_day")]


def noop(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@login_required
def html5(request: HttpRequest) -> HttpResponse:
    plan = Plan.objects.get(user=request.user)
    rows = list(Exercise.objects.filter(plan=plan)[:EXERCISES])
    done = set(Log.objects.filter(user=request.user, day=DAY).values_list("exercise_id", flat=True))
    for row in rows:
        row.done = row.id in done
    return render(request, "today.html", {"plan": plan, "exercises": rows, "day": DAY})


urlpatterns = [path("noop/", noop), path("html5/", html5)]
application = get_wsgi_application()


def make(plans: int) -> list[str]:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        for model in (Plan, Exercise, Log):
            editor.create_model(model)
    users = User.objects.bulk_create(User(username=f"u{n}", password="!") for n in range(plans))
    made = Plan.objects.bulk_create(Plan(user=user, name="Knee, weeks 1-12") for user in users)
    how = "Keep the knee straight, lift slowly, hold, lower. " * 9
    exercises = Exercise.objects.bulk_create(
        Exercise(plan=plan, name=f"Straight leg raise {n}", instructions=how) for plan in made for n in range(EXERCISES)
    )
    Log.objects.bulk_create(
        Log(user=exercise.plan.user, exercise=exercise, day=DAY)
        for number, exercise in enumerate(exercises)
        if number % EXERCISES < DONE
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return sign_in(users[0], [user.pk for user in users], "django.contrib.auth.backends.ModelBackend")


if __name__ == "__main__":
    print(json.dumps(make(int(sys.argv[1]))))
