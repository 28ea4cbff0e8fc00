"""Log lines without personal data."""

import logging
import traceback
from collections.abc import Iterator
from types import TracebackType

from config import request_ids
from records.errors import may_be_shown


class PrivateFormatter(logging.Formatter):
    """Shows where an error arose and its kind, and its text only when that promises no personal data.

    `%(of_request)s` in the format is the id of the partner's request that is being answered, if any.
    """

    def format(self, record: logging.LogRecord) -> str:
        number = request_ids.current()
        record.of_request = f" request={number}" if number else ""
        return super().format(record)

    def formatException(  # noqa: N802 - the name in logging.Formatter
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "\n".join(_described(error) for error in reversed(list(_chain(ei[1]))))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        yield error
        seen.add(id(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _described(error: BaseException) -> str:
    stack = "".join(traceback.format_tb(error.__traceback__))
    kind = f"{type(error).__module__}.{type(error).__qualname__}"
    text = f": {error}" if may_be_shown(error) else ""
    return f"Traceback (most recent call last):\n{stack}{kind}{text}"
