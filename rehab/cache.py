"""A cache in Redis that goes on in this process's memory while Redis does not answer.

Sign-in attempts are counted in the cache. Without Redis people must still come in, and attempts must still be counted:
then each process counts for itself, so a limit is at most that many times as wide as there are processes.
"""

import logging
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)

# A page waits this long, once; then nobody asks again for a while.
TIMEOUT_S = 0.5
REST_S = 5
AWAY = "redis-is-away"


class FallbackCache(BaseCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        # Six megabytes that a process without a cache in Redis has no use for.
        from redis.backoff import NoBackoff
        from redis.exceptions import RedisError
        from redis.retry import Retry

        self.error = RedisError
        once = {"socket_timeout": TIMEOUT_S, "socket_connect_timeout": TIMEOUT_S, "retry": Retry(NoBackoff(), 0)}
        self.redis = RedisCache(server, {**params, "OPTIONS": once})
        # Shared by all threads of the process, by its name. Roomy: what is thrown out is no longer counted.
        self.memory = LocMemCache(f"instead of {server}", {**params, "OPTIONS": {"MAX_ENTRIES": 10_000}})

    def _do(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if not self.memory.get(AWAY):
            try:
                return getattr(self.redis, name)(*args, **kwargs)
            except self.error as error:
                log.warning("The cache in Redis does not answer (%s); this process counts by itself", error)
                self.memory.set(AWAY, True, REST_S)
        return getattr(self.memory, name)(*args, **kwargs)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._do("add", key, value, timeout, version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._do("get", key, default, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._do("set", key, value, timeout, version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._do("touch", key, timeout, version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._do("delete", key, version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._do("incr", key, delta, version))

    def clear(self) -> None:
        self._do("clear")
