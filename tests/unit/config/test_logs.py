"""A log line says what failed and where, and nothing about a person."""

import logging

import psycopg
import pytest
from django.db import IntegrityError

from config.logs import PrivateFormatter
from records.errors import RecordNotFound
from screening.errors import PhotographDamaged
from screening.models import Exam

NAME = "Hong Gil-dong"


def _fail(error: Exception, cause: Exception | None) -> None:
    raise error from cause


def _logged(error: Exception, cause: Exception | None = None) -> str:
    """What the running service's own handler would write."""
    handler = next(
        each for each in logging.getLogger().handlers if isinstance(each.formatter, PrivateFormatter)
    )
    try:
        _fail(error, cause)
    except type(error) as caught:
        with_stack = (type(caught), caught, caught.__traceback__)
        record = logging.LogRecord("work", logging.ERROR, __file__, 1, "step %d", (7,), with_stack)
    return handler.format(record)


@pytest.mark.parametrize(
    "error",
    [
        psycopg.errors.UniqueViolation(f"Key (name)=({NAME}) already exists."),
        IntegrityError(f"DETAIL: Failing row contains ({NAME})"),
        ValueError(NAME),
        Exam.DoesNotExist(NAME),
    ],
    ids=lambda error: type(error).__qualname__,
)
def test_another_errors_text_is_withheld_but_not_its_kind_and_place(error: Exception) -> None:
    line = _logged(error)
    assert NAME not in line
    assert "ERROR work step 7" in line
    assert f"{type(error).__module__}.{type(error).__qualname__}" in line
    assert "in _fail" in line


def test_our_own_errors_say_what_to_do() -> None:
    assert "PhotographDamaged: restore it" in _logged(PhotographDamaged("restore it"))


def test_the_cause_of_an_error_is_named_and_withheld_too() -> None:
    line = _logged(RecordNotFound("no such record"), IntegrityError(NAME))
    assert line.index("django.db.utils.IntegrityError") < line.index("RecordNotFound: no such record")
    assert NAME not in line


def test_django_writes_through_no_handler_of_its_own() -> None:
    assert logging.getLogger("django").handlers == []
