"""A partner finds its own id of a request in the answer, and we find it in the log."""

import logging
from collections.abc import Iterator
from hashlib import sha256
from io import StringIO
from uuid import UUID

import pytest
from django.test import Client

from config.logs import PrivateFormatter
from config.request_ids import current
from records.models import Organization
from tests.integration.config import fhir_case

HEADER = "X-Request-ID"
ADDRESSES = ("/fhir/metadata", "/fhir/Task", "/fhir", "/api/v1/screenings", "/api/none", "/oauth/token")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_id_that_can_be_read_is_repeated_whatever_the_answer(db: None, address: str) -> None:
    for given in ("7", "a-b_c:1/2", "x" * 64):
        assert Client(headers={HEADER: given}).get(address).headers[HEADER] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "ä", "a\x7f", "a\tb"])
def test_another_is_replaced_by_a_new_one(db: None, given: str) -> None:
    told = [Client(headers={HEADER: given}).get("/fhir/metadata").headers[HEADER] for _ in range(2)]
    assert len({UUID(one) for one in told}) == 2


def test_a_page_for_people_has_none(db: None) -> None:
    assert HEADER not in Client(headers={HEADER: "7"}).get("/healthz").headers


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the running service's own handler writes."""
    service = next(one for one in logging.getLogger().handlers if isinstance(one.formatter, PrivateFormatter))
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(service.formatter)
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


# A partner may number its requests by people: the log has no such number.
HASHED = f"sha256:{sha256(b'their-7').hexdigest()[:16]}"


def test_the_line_of_an_error_has_the_id(
    clinic: Organization, log: StringIO, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.ERROR, "config.fhir.errors")
    calling = fhir_case.caller(clinic)
    monkeypatch.setattr("config.fhir.reading.search", _fails)
    reply = calling.reply("Task", **{HEADER: "their-7"})
    assert (reply.status_code, reply.headers[HEADER]) == (500, "their-7")
    lines = log.getvalue().splitlines()
    (failed,) = (line for line in lines if "A FHIR request failed" in line)
    assert failed.endswith(f"A FHIR request failed request={HASHED}")
    (status,) = (line for line in lines if "django.request" in line)
    assert status.endswith(f"request={HASHED}")
    assert current() == "", "what is logged afterwards is of another request, or of none"


def _fails(*args: object, **more: object) -> None:
    raise ValueError("nobody thought of this")
