"""How often a client may ask, and a machine may guess tokens. Counted in Redis, by the minute."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

WINDOW_SECONDS = 60


@dataclass(frozen=True)
class Allowance:
    """How many requests a minute allows, how many of them are left, and in how many seconds it ends."""

    limit: int
    left: int
    ends_in: int

    @property
    def spent(self) -> bool:
        return self.left < 0

    def headers(self) -> dict[str, str]:
        """RateLimit fields for HTTP (draft-ietf-httpapi-ratelimit-headers-10)."""
        return {
            "RateLimit-Policy": f'"client";q={self.limit};w={WINDOW_SECONDS}',
            "RateLimit": f'"client";r={max(self.left, 0)};t={self.ends_in}',
        }


def spend(
    what: str, *, limit: int, seconds: float, amount: int = 1, window: int = WINDOW_SECONDS
) -> Allowance:
    """Count `amount` more of `what` in the window of `seconds` (since 1970); without Redis nothing is limited.

    An amount of 0 only looks.
    """
    number, into = divmod(int(seconds), window)
    key = f"api:{what}:{number}"
    cache.add(key, 0, timeout=2 * window)
    try:
        used = cache.incr(key, amount)
    except ValueError:  # the key was thrown out meanwhile
        used = amount
    return Allowance(limit=limit, left=limit - used, ends_in=window - into)


class PerClient(BaseThrottle):
    """`API_REQUESTS_PER_MINUTE` for each client; the view puts the allowance into the reply's headers."""

    allowance: Allowance | None = None

    def counted(self, request: Request) -> str:
        """Under which name a request is counted."""
        return f"client:{request.auth.token_hash[:16]}"

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.API_REQUESTS_PER_MINUTE
        self.allowance = spend(self.counted(request), limit=limit, seconds=view.now.timestamp())
        view.allowance = self.allowance
        return not self.allowance.spent

    def wait(self) -> float | None:
        return self.allowance.ends_in if self.allowance else None
