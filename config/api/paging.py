"""Pages of a list by key: a row that arrives meanwhile neither repeats nor hides another one."""

from urllib.parse import urlencode

from django.core import signing
from django.http import QueryDict
from rest_framework.request import Request

from config.api.problems import Place, RequestRefused

LIMIT_DEFAULT = 50
LIMIT_MOST = 200
SALT = "config.api.cursor"


def cursor_of(key: int) -> str:
    """An opaque cursor behind the row with this key; signed, so that nobody builds one."""
    return signing.dumps(key, salt=SALT, compress=False)


def parse_cursor(text: str | None) -> int | None:
    """Raises RequestRefused for a cursor that we did not make."""
    if text is None:
        return None
    try:
        return int(signing.loads(text, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError) as error:
        # Well formed and yet wrong: no schema can say which cursors we made.
        place = Place("?cursor", "is not one of ours; take it from next of the page before")
        raise RequestRefused("content-invalid", places=[place]) from error


def next_page(request: Request, last: int) -> dict[str, str]:
    """The same list behind the row with this key, as a cursor and as a whole address."""
    cursor = cursor_of(last)
    asked = {name: value for name, value in request.query_params.items() if name != "cursor"}
    here = request.build_absolute_uri(request.path)
    return {"cursor": cursor, "url": f"{here}?{urlencode(asked | {'cursor': cursor})}"}


def parse_limit(text: str | None) -> int:
    if text is None:
        return LIMIT_DEFAULT
    if not text.isascii() or not text.isdecimal() or len(text) > 4 or not 1 <= int(text) <= LIMIT_MOST:
        raise refused_parameter("limit", f"must be a whole number from 1 to {LIMIT_MOST}")
    return int(text)


def only_parameters(given: QueryDict, *known: str) -> None:
    """A filter that is spelt wrong, or given twice, must not look like a list without one."""
    for name, values in given.lists():
        if name not in known:
            raise refused_parameter(str(name)[:40], f"is not a parameter; use {', '.join(known) or 'none'}")
        if len(values) > 1:
            raise refused_parameter(name, "is given more than once; send one value")


def refused_parameter(name: str, advice: str) -> RequestRefused:
    return RequestRefused("request-invalid", places=[Place(f"?{name}", advice)])
