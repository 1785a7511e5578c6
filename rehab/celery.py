"""Celery's app. Its settings are the `CELERY_` ones of rehab/settings.py."""

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rehab.settings")

app = Celery("rehab")
app.config_from_object("django.conf:settings", namespace="CELERY")

# Two beats at once do no harm: each task claims what it does. A tick that waited until the next one is due is dropped.
app.conf.beat_schedule = {
    "tick": {"task": "reminders.tick", "schedule": crontab(), "options": {"expires": 55}},
    "housekeeping": {
        "task": "reminders.housekeeping",
        "schedule": crontab(minute="17"),
        "options": {"expires": 3300},
    },
}
