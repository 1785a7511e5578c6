"""The project: settings, addresses, servers. `celery` is imported here so that tasks find their app."""

from rehab.celery import app as celery_app

__all__ = ["celery_app"]
