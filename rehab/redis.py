"""The one way to the server behind REDIS_URL: with short timeouts, shared by all threads of a process."""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from redis import Redis

TIMEOUT_S = 2


def client() -> "Redis":
    """Answers in bytes. Whatever goes wrong on the way is a redis.RedisError, after two seconds at most."""
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> "Redis":
    from redis import Redis  # six megabytes that a process else has no use for
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # One more try at once, for a connection that the server has closed meanwhile.
    retry = Retry(NoBackoff(), 1)
    return Redis.from_url(url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=retry)
