"""The way to the Redis or Valkey server for what is not Celery's: the last tick, and what a sender has under way.

Nothing lies there that the database could not do without, so whoever asks lets a server that is away be away.
"""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from redis import Redis

# A page or a sender that asks must not hang on a server that does not answer.
TIMEOUT_S = 2


def client() -> "Redis":
    """One for all threads of this process, with connections of its own after a fork. Text comes back as str.

    Raises redis.RedisError when the server does not answer.
    """
    return _client(settings.REDIS_URL)


@cache
def _client(url: str) -> "Redis":
    from redis import Redis  # six megabytes that a web process else has no use for
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    # Once more, on a new connection: a server that was restarted has closed the one in the pool.
    again = Retry(NoBackoff(), 1)
    return Redis.from_url(
        url, decode_responses=True, retry=again, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
    )
