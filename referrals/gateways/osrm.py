"""Minutes by road from an OSRM server: its table service. Source: facts 3.5 (BSD-2; run beside the product).

Only coordinates are sent, without who lives there, and only to the server that the clinic runs.
"""

import http.client
import json
import logging
import math
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

from referrals.domain.travel import Place

logger = logging.getLogger(__name__)

TIMEOUT_SECONDS = 2.0
ANSWER_BYTES_MAX = 2**20
# Whatever a wrong address or a broken answer raises; nested lists without end exhaust the stack of the parser.
_UNUSABLE = (OSError, ValueError, TypeError, KeyError, IndexError, RecursionError)


def minutes_by_road(
    url: str, start: Place, places: Sequence[Place], *, timeout_s: float = TIMEOUT_SECONDS
) -> list[float | None]:
    """Minutes from `start` to each place; inf where the router knows no way, None for all where it does not answer.

    Never raises: whoever asks has an estimate to fall back on.
    """
    if not places:
        return []
    try:
        return _minutes(_answer(_address(url, start, places), timeout_s), len(places))
    except (*_UNUSABLE, http.client.HTTPException) as error:
        logger.warning("the router gave no minutes (%s); they are estimated", type(error).__name__)
        return [None] * len(places)


def _address(url: str, start: Place, places: Sequence[Place]) -> str:
    points = ";".join(f"{one.longitude:.6f},{one.latitude:.6f}" for one in (start, *places))
    return f"{url.rstrip('/')}/table/v1/driving/{points}?sources=0&annotations=duration"


def _answer(address: str, timeout_s: float) -> Any:
    # The address is the operator's setting; only its scheme could be something else than a web server.
    if not address.startswith(("http://", "https://")):
        raise ValueError("the router's address begins with http:// or https://")
    with urllib.request.urlopen(address, timeout=timeout_s) as response:  # noqa: S310
        content = response.read(ANSWER_BYTES_MAX + 1)
    if len(content) > ANSWER_BYTES_MAX:
        raise ValueError("the answer is too long")
    return json.loads(content)


def _minutes(answer: Any, places: int) -> list[float | None]:
    if answer["code"] != "Ok":
        raise ValueError("the router refused")
    seconds = answer["durations"][0][1:]
    if len(seconds) != places:
        raise ValueError("the router answered about other places")
    return [_checked(value) for value in seconds]


def _checked(seconds: object) -> float:
    if seconds is None:
        return math.inf
    value = float(str(seconds))
    if not math.isfinite(value) or value < 0:
        raise ValueError("no time is negative")
    return value / 60
