"""The settings as different environments give them."""

import os
import runpy
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parent.parent
KEY = "x" * 30 + "0123456789abcdefghijklmnopqrstuvwxyz-"
PUBLIC = {"SITE_URL": "https://rehab.example.org", "SECRET_KEY": KEY}
Read = Callable[..., dict[str, Any]]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """`read({"DEBUG": "1"}, "DEBUG")` gives these settings as that environment alone makes them."""

    def run(env: dict[str, str], *names: str) -> dict[str, Any]:
        monkeypatch.setattr(os, "environ", {"VAR": str(tmp_path / "var"), **env})
        made = runpy.run_path(str(ROOT / "rehab" / "settings.py"))
        return {name: made.get(name) for name in names}

    return run


def test_with_no_environment_it_is_this_machine_alone(read: Read, tmp_path: Path) -> None:
    got = read({}, "DEBUG", "ALLOWED_HOSTS", "DATABASES", "SECURE_SSL_REDIRECT", "EMAIL_BACKEND", "SECRET_KEY")
    assert got["DEBUG"] is False
    assert got["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert got["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert got["DATABASES"]["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert got["SECURE_SSL_REDIRECT"] is False
    assert got["EMAIL_BACKEND"] == "rehab.mail.LocalBackend"
    key = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert got["SECRET_KEY"] == key.read_text()
    assert len(got["SECRET_KEY"]) >= 64


def test_the_key_is_made_once(read: Read) -> None:
    assert read({}, "SECRET_KEY") == read({}, "SECRET_KEY")


def test_a_public_site_wants_a_key_of_its_own(read: Read) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECRET_KEY is not set"):
        read({"SITE_URL": "https://rehab.example.org"})


def test_a_public_site_passes_djangos_own_check(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "VAR": str(tmp_path), **PUBLIC}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_public_site_is_https_only(read: Read) -> None:
    names = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
    got = read(PUBLIC, *names, "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "SECURE_PROXY_SSL_HEADER")
    assert got == {
        "ALLOWED_HOSTS": ["rehab.example.org"],
        "CSRF_TRUSTED_ORIGINS": ["https://rehab.example.org"],
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_SECURE": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 31536000,
        "SECURE_PROXY_SSL_HEADER": None,
    }


def test_a_proxys_headers_are_believed_only_when_there_is_one(read: Read) -> None:
    got = read({**PUBLIC, "TRUSTED_PROXY_COUNT": "1"}, "SECURE_PROXY_SSL_HEADER", "ALLAUTH_TRUSTED_PROXY_COUNT")
    assert got["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")
    assert got["ALLAUTH_TRUSTED_PROXY_COUNT"] == 1


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://me:p%40ss@db.example:5433/rehab?sslmode=require",
            {"HOST": "db.example", "PORT": "5433", "USER": "me", "PASSWORD": "p@ss", "NAME": "rehab"}
            | {"OPTIONS": {"sslmode": "require"}},
        ),
        ("postgres://me@/rehab?host=/run/postgresql", {"HOST": "/run/postgresql", "PORT": "", "OPTIONS": {}}),
    ],
)
def test_database_url(read: Read, url: str, expected: dict[str, Any]) -> None:
    got = read({"DATABASE_URL": url}, "DATABASES")["DATABASES"]["default"]
    assert {name: got[name] for name in expected} == expected
    assert (got["CONN_MAX_AGE"], got["CONN_HEALTH_CHECKS"]) == (60, True)


@pytest.mark.parametrize(
    ("url", "celery"),
    [
        ("redis://cache.example:6379/2", "redis://cache.example:6379/2"),
        ("unix:///run/redis.sock?db=3", "redis+socket:///run/redis.sock?virtual_host=3"),
    ],
)
def test_redis_url(read: Read, url: str, celery: str) -> None:
    got = read({"REDIS_URL": url}, "CELERY_BROKER_URL", "CACHES")
    assert got["CELERY_BROKER_URL"] == celery
    assert got["CACHES"]["default"]["LOCATION"] == url


def test_without_redis_url_the_cache_is_each_processs_own(read: Read) -> None:
    """The broker of `make run` serves one web process, and manage.py works while it is not there."""
    assert read({}, "CACHES")["CACHES"]["default"]["BACKEND"].endswith("LocMemCache")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "smtp://me:secret@mail.example",
            {"PORT": 587, "USE_TLS": True, "USE_SSL": False, "HOST_USER": "me"},
        ),
        ("smtps://mail.example", {"PORT": 465, "USE_TLS": False, "USE_SSL": True, "HOST_USER": ""}),
        ("smtp://localhost:25?tls=0", {"PORT": 25, "USE_TLS": False, "USE_SSL": False, "HOST_USER": ""}),
    ],
)
def test_email_url(read: Read, url: str, expected: dict[str, Any]) -> None:
    names = {f"EMAIL_{name}": value for name, value in expected.items()}
    assert read({"EMAIL_URL": url}, *names) == names


@pytest.mark.parametrize(
    ("env", "hint"),
    [
        ({"SITE_URL": "rehab.example.org"}, "SITE_URL must be like"),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL must be like"),
        ({"EMAIL_URL": "imap://x"}, "EMAIL_URL must be like"),
        ({"DEBUG": "maybe"}, "DEBUG must be 1 or 0"),
        ({"HSTS_SECONDS": "year"}, "HSTS_SECONDS must be a whole number"),
    ],
)
def test_a_mistake_is_named(read: Read, env: dict[str, str], hint: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=hint):
        read(env)
