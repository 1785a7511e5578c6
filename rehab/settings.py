"""Settings, read from the environment. With an empty environment: this machine, http, SQLite in var/.

One variable makes it a public site: SITE_URL=https://... docs/operate.md lists them all.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str = "") -> str:
    """The value of `name`; an empty variable counts as absent, as container tools write it so."""
    return os.environ.get(name, "") or default


def envbool(name: str, default: bool) -> bool:
    value = env(name, "1" if default else "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")
    return value in {"1", "true", "yes", "on"}


def envint(name: str, default: int) -> int:
    value = env(name, str(default))
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def envlist(name: str, default: list[str]) -> list[str]:
    return [item.strip() for item in env(name, ",".join(default)).split(",") if item.strip()]


def url_parts(url: str) -> tuple[SplitResult, dict[str, str]]:
    parts = urlsplit(url)
    return parts, dict(parse_qsl(parts.query))


BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env("VAR", str(BASE_DIR / "var")))  # everything that this installation writes
VAR.mkdir(parents=True, exist_ok=True)

# --- where it is reached -------------------------------------------------------------------------

SITE_URL = env("SITE_URL", "http://localhost:8000").rstrip("/")
_site, _ = url_parts(SITE_URL)
if _site.scheme not in {"http", "https"} or not _site.hostname:
    raise ImproperlyConfigured(f"SITE_URL must be like https://rehab.example.org, not {SITE_URL!r}.")
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
LOCAL = _site.hostname in {"localhost", "127.0.0.1", "::1"}
HTTPS = _site.scheme == "https"

DEBUG = envbool("DEBUG", False)
ALLOWED_HOSTS = envlist("ALLOWED_HOSTS", LOOPBACK if LOCAL else [_site.hostname])
CSRF_TRUSTED_ORIGINS = envlist("CSRF_TRUSTED_ORIGINS", [] if LOCAL else [SITE_URL])
ROOT_URLCONF = "rehab.urls"
WSGI_APPLICATION = "rehab.wsgi.application"


def secret_key() -> str:
    """SECRET_KEY, or on this machine alone a key made once and kept private in var/."""
    if key := env("SECRET_KEY"):
        return key
    if not LOCAL:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. It signs sessions and links, the same in every process of a site. "
            'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(64))"'
        )
    path = VAR / "secret_key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    key = secrets.token_urlsafe(64)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


SECRET_KEY = secret_key()
SECRET_KEY_FALLBACKS = envlist("SECRET_KEY_FALLBACKS", [])

# --- what it is made of --------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "plans",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",  # the second-factor pages use it
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "rest_framework",
]

MIDDLEWARE = [
    "rehab.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "accounts.middleware.RequestIdMiddleware",
    "rehab.middleware.SecurityHeadersMiddleware",
    "rehab.typed.KeepTypedMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# --- where it keeps things -----------------------------------------------------------------------


def database(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name`; `?host=/dir` is a socket directory, the rest passes on."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": env("SQLITE_NAME", str(VAR / "db.sqlite3")),
            "TEST": {"NAME": VAR / "test.sqlite3"},  # a file, so that tests see its locking and other processes it
            # IMMEDIATE: a transaction that reads and then writes would fail with "database is locked" instead
            # of waiting for its turn.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;",
            },
        }
    parts, options = url_parts(url)
    if parts.scheme not in {"postgresql", "postgres"} or len(parts.path) < 2:
        raise ImproperlyConfigured("DATABASE_URL must be like postgresql://user:password@host:5432/name.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path[1:]),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": database(env("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The broker that `make run` starts listens on this socket, so that manage.py reaches it too.
BROKER_SOCKET = Path(env("BROKER_SOCKET", str(VAR / "broker" / "broker.sock")))
REDIS_URL = env("REDIS_URL", f"unix://{BROKER_SOCKET}")
# Sign-in attempts are counted in the cache, so with several web processes it must be a shared one.
CACHE_URL = env("CACHE_URL", env("REDIS_URL", "locmem://"))
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if CACHE_URL == "locmem://"
    else {"BACKEND": "rehab.cache.FallbackCache", "LOCATION": CACHE_URL, "KEY_PREFIX": "cache"}
}

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(VAR / "static")))
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns when it is not there yet
_static = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if envbool("STATIC_MANIFEST", not DEBUG)
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
WHITENOISE_USE_FINDERS = DEBUG
MEDIA_ROOT = VAR / "media"

# --- who comes in --------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"

# An e-mailed code is the usual way in; a password is possible, a passkey quicker.
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ACCOUNT_RATE_LIMITS = {"request_login_code": "20/m/ip,3/m/key", "login_failed": "10/m/ip,5/5m/key"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Rehab planner"
MFA_TOTP_TOLERANCE = 1  # phones' clocks are off by some seconds
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL and not HTTPS

# --- what crosses the wire -----------------------------------------------------------------------

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
CSRF_COOKIE_HTTPONLY = True  # pages send the token from their own forms
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = envbool("SSL_REDIRECT", HTTPS)
SECURE_HSTS_SECONDS = envint("HSTS_SECONDS", 60 * 60 * 24 * 365 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Preloading is for the owner of the domain to ask for, and cannot be undone quickly.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
# How many proxies of ours stand in front. Only then are their headers believed: anybody can send them.
ALLAUTH_TRUSTED_PROXY_COUNT = envint("TRUSTED_PROXY_COUNT", 0)
if ALLAUTH_TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- mail ----------------------------------------------------------------------------------------


def mail(url: str) -> dict[str, Any]:
    """`smtp://user:password@host:587` (STARTTLS), `smtps://...:465`, or `smtp://host:25?tls=0` nearby."""
    if not url:
        return {"EMAIL_BACKEND": "rehab.mail.LocalBackend", "EMAIL_FILE_PATH": VAR / "mail"}
    parts, options = url_parts(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("EMAIL_URL must be like smtp://user:password@mail.example.org:587.")
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and options.get("tls", "1") == "1",
        "EMAIL_TIMEOUT": 20,
    }


globals().update(mail(env("EMAIL_URL")))
DEFAULT_FROM_EMAIL = env("EMAIL_FROM", f"Rehab planner <rehab@{_site.hostname}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- other ways out ------------------------------------------------------------------------------

# Push services and people's own services are on the internet. With 1, those of this site's own network are called too.
OUTBOUND_PRIVATE = envbool("OUTBOUND_PRIVATE", False)

# --- work in the background ----------------------------------------------------------------------

# The same address in the dialect of Celery's own library.
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")
    if REDIS_URL.startswith("unix://")
    else REDIS_URL
)
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 600
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A page must not hang for long because the broker is away: the rows in the database are the truth, and the
# next tick picks them up.
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,  # above the longest task; none is ever put off by eta or countdown
    # A task of a worker that was killed comes back after the above, not 100 s later.
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    # Longer than a worker's own wait for the next task; a server that hangs must not hang those who ask it.
    "socket_timeout": 30,
    "socket_connect_timeout": 5,
    "queue_order_strategy": "priority",  # queues in the order below, the next one only while those before are empty
}
# Every worker takes from all of them. The tick stands with escalations: behind a thousand reminders it would hand out
# the next escalation too late.
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"escalations": {}, "reminders": {}, "clock": {}}
CELERY_TASK_DEFAULT_QUEUE = "clock"
CELERY_TASK_ROUTES = {"reminders.tick": {"queue": "escalations"}}
CELERY_IMPORTS = ["plans.reminders.tasks"]
CELERY_BEAT_MAX_LOOP_INTERVAL = 5

# --- what is told to a monitor -------------------------------------------------------------------

METRICS_TOKEN = env("METRICS_TOKEN")
# By name: the project's own modules know nothing of what stands on them.
READINESS = "plans.reminders.status.readiness"
METRICS = "plans.reminders.metrics.text"

# --- the API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}

# --- language, time, log -------------------------------------------------------------------------

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
USE_I18N = len(LANGUAGES) > 1  # with one language there is nothing to look up
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "WARNING")},
    # Without this Django would also write to its own handlers, with DEBUG on or by mail to admins.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # At DEBUG it would tell the secret part of people's push addresses.
        "urllib3": {"level": "WARNING"},
    },
}
