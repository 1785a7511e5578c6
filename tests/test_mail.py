"""A stranger who has typed `make run` reads the sign-in code in the terminal."""

from pathlib import Path

import pytest
from django.core.mail import get_connection, send_mail


def test_mail_is_printed_and_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = get_connection("rehab.mail.LocalBackend", file_path=tmp_path)
    sent = send_mail("Sign-in code", "Your code:\n\nK7-QP", None, ["anna@example.org"], connection=connection)
    assert sent == 1
    said = capsys.readouterr().out
    assert "Mail to anna@example.org: Sign-in code" in said
    assert "    K7-QP" in said
    (kept,) = tmp_path.iterdir()
    assert "K7-QP" in kept.read_text()
