"""Reminders: what is due to whom (clock), on their terms (day), and how it gets there (outbox, channels).

    clock.tick ── looks at plans whose next_due_at has come: follow → due → day → rows of the outbox
               └─ outbox.dispatch: claims rows that are due, a Celery task a batch ── channels

Nothing here decides about care: what is due is read off the course.
"""
