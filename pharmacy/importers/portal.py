"""One page from the data portal of the MFDS.

Source: facts 2.2 [R] for parameters; how keys are given out and failures are answered [K].
"""

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pharmacy.errors import DrugDataUnreadable, DrugServiceUnavailable
from pharmacy.importers.payload import Page, read_page

# The service refuses more (code 11).
ROWS_A_PAGE = 100
TRIES = 3
TIMEOUT_SECONDS = 30
PAGE_BYTES_MAX = 64 * 2**20


@dataclass(frozen=True)
class Service:
    """Where a listing is, and how it is asked. `pause`: called with seconds between two tries."""

    url: str
    key: str = field(repr=False)
    pause: Callable[[float], None] = time.sleep
    rows_a_page: int = ROWS_A_PAGE


def fetch_page(service: Service, number: int) -> Page:
    """One page of a listing, asked for again where the failure may pass.

    Raises DrugServiceQuota, DrugServiceUnavailable or DrugDataUnreadable; none of them carries the key.
    """
    failure: DrugServiceUnavailable | None = None
    for attempt in range(TRIES):
        if attempt:
            service.pause(2.0**attempt)
        try:
            return _read(_get(service, number), number)
        except _Passing as error:
            failure = DrugServiceUnavailable(
                f"page {number}: {error}; tried {TRIES} times, nothing was changed"
            )
    raise failure or DrugServiceUnavailable(f"page {number}: no answer")


def _read(content: bytes, number: int) -> Page:
    try:
        return read_page(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DrugDataUnreadable(
            f"page {number} is not UTF-8 at byte {error.start}; nothing was changed, try later"
        ) from None
    except DrugDataUnreadable as error:
        raise DrugDataUnreadable(f"page {number}: {error}; nothing was changed") from None


class _Passing(Exception):
    """What may be otherwise in a moment."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        """The key goes to the service only."""


_OPENER = urllib.request.build_opener(_NoRedirect)


def _get(service: Service, number: int) -> bytes:
    # The portal gives keys out encoded and plain; encoded twice it knows neither.
    key = urllib.parse.unquote(service.key)
    asked = {"serviceKey": key, "type": "json", "numOfRows": service.rows_a_page, "pageNo": number}
    # Errors carry the address and with it the key, so that none is passed on.
    try:
        with _OPENER.open(
            f"{service.url}?{urllib.parse.urlencode(asked)}", timeout=TIMEOUT_SECONDS
        ) as answer:
            content: bytes = answer.read(PAGE_BYTES_MAX + 1)
    except urllib.error.HTTPError as error:
        if error.code >= 500 or error.code == 429:
            raise _Passing(f"the service answers {error.code}") from None
        raise DrugServiceUnavailable(
            f"page {number}: the service answers {error.code}; check MFDS_URL"
        ) from None
    except http.client.IncompleteRead:
        raise _Passing("the answer broke off") from None
    except (OSError, http.client.HTTPException) as error:
        raise _Passing(f"no answer ({type(error).__name__})") from None
    if len(content) > PAGE_BYTES_MAX:
        raise DrugDataUnreadable(
            f"page {number} is longer than {PAGE_BYTES_MAX >> 20} MB; nothing was changed"
        )
    return content
