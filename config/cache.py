"""What is counted in Redis: tries of passwords and codes, requests of partners. Without Redis nothing is counted.

A clinic whose Redis is away goes on working: who knows a password and shows the second factor gets in. That somebody
could then guess faster is said in the log, and `readyz` says that Redis is away.
"""

import logging
from collections.abc import Callable
from typing import Any, TypeVar

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")


class Counters(RedisCache):
    """As if nothing had been counted yet, where Redis does not answer."""

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return _or(True, lambda: super(Counters, self).add(key, value, timeout, version))  # noqa: FBT003

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return _or(default, lambda: super(Counters, self).get(key, default, version))

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        _or(None, lambda: super(Counters, self).set(key, value, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return _or(False, lambda: super(Counters, self).delete(key, version))  # noqa: FBT003

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return _or(delta, lambda: super(Counters, self).incr(key, delta, version))

    def ping(self) -> None:
        """Raises RedisError where Redis does not answer."""
        self._cache.get_client().ping()


def _or(otherwise: Answer, ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except RedisError:
        logger.warning("Tries and requests are not counted: Redis does not answer")
        return otherwise
