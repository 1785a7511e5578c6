"""The project: settings, addresses, servers.

Celery's app is not imported here, as is often done: a web process that has nothing to enqueue is a quarter smaller
without it. So tasks are declared on the app itself: `from rehab.celery import app`, then `@app.task`.
"""
