"""Pages that keep themselves up to date: the browser says what it shows, and hears only of what is new."""

import hashlib

from django.http import HttpRequest

POLL = "X-Nungil-Poll"
SEEN = "X-Nungil-Seen"
LAST_LIST = "work_list"


def is_poll(request: HttpRequest) -> bool:
    """Whether an open page asks by itself, not the person before it."""
    return request.headers.get(POLL) == "1"


def unchanged(request: HttpRequest, digest: str) -> bool:
    """Whether the page that asks shows exactly this already."""
    return is_poll(request) and request.headers.get(SEEN) == digest


def digest_of(shown: object) -> str:
    """Changes whenever what is shown does."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def list_remember(request: HttpRequest, address: str) -> None:
    """Where "back to the list" leads from a case, with every filter kept."""
    if request.session.get(LAST_LIST) != address:
        request.session[LAST_LIST] = address
