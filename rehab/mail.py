"""How mail is delivered when no mail server is named: into var/mail, and its text to the terminal.

So somebody who has just typed `make run` can read the sign-in code.
"""

import sys
from collections.abc import Sequence

from django.core.mail.backends.filebased import EmailBackend as FileBackend
from django.core.mail.message import EmailMessage


class LocalBackend(FileBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        sent = super().send_messages(email_messages) or 0
        for message in email_messages:
            to = ", ".join(message.recipients())
            text = "\n".join(f"    {line}" for line in message.body.splitlines())
            sys.stdout.write(f"\nMail to {to}: {message.subject}\n\n{text}\n\n")
        sys.stdout.flush()
        return sent
