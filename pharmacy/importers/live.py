"""The listings of the MFDS services, page after page, kept in a file before anything is read of them.

Source: facts 2.2 [R] for addresses and parameters; the gateway's codes and limits of requests a day [K].
"""

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pharmacy.errors import DrugDataRefused, DrugDataUnreadable, DrugServiceUnavailable
from pharmacy.importers.files import PageBook
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


def fetch_pages(service: Service, into: Path, *, progress: Callable[[int, int], object] | None = None) -> int:
    """Fetch every page of a listing into a file, one answer a line; returns the number of rows.

    `progress` is told the rows of each page and the total.

    Raises
    ------
    DrugServiceQuota, DrugServiceUnavailable, DrugDataUnreadable, DrugDataRefused
        A page repeats, is another than was asked for, is empty, or the total changed meanwhile. Nobody reads the
        file then.
    """
    pages = PageBook("the service")
    number, total = 0, None
    with into.open("w", encoding="utf-8") as file:
        while total is None or pages.rows < total:
            number += 1
            page = _fetch(service, number)
            if page.total and page.number != number:
                raise DrugDataRefused(
                    f"asked for page {number}, the service sent page {page.number}; try later"
                )
            total = pages.take(page).total
            if not total:
                raise DrugDataRefused("the service lists nothing at all; nothing was changed, try later")
            if not page.items:
                raise DrugDataRefused(f"page {number} is empty after {pages.rows} of {total} rows; try later")
            file.write(_line(page) + "\n")
            if progress:
                progress(len(page.items), total)
    pages.whole()
    return pages.rows


def _line(page: Page) -> str:
    body = {"pageNo": page.number, "totalCount": page.total, "items": page.items}
    return json.dumps({"header": {"resultCode": "00"}, "body": body}, ensure_ascii=False)


def _fetch(service: Service, number: int) -> Page:
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
