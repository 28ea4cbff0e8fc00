from base64 import b64encode
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.fhir.errors import FhirRefused
from config.fhir.mapping.given import photograph_of
from config.fhir.mapping.submitted import read_transaction
from config.fhir.mapping.transaction import kinds_of
from records.models import Organization
from screening.domain.laterality import Laterality
from screening.imaging.gate import MAX_BYTES
from tests.factories import bundles
from tests.factories.records import NOW

CLINIC = Organization(pk=1)
GOOD = bundles.transaction(CLINIC, by_binary=True)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path to every element."""
    steps = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    return [found for step, inner in steps for found in ((*path, step), *_places(inner, (*path, step)))]


@given(st.sampled_from(_places(GOOD)), JSON)
def test_whatever_stands_in_one_place_is_read_or_refused(path: tuple[Any, ...], value: Any) -> None:
    bundle = deepcopy(GOOD)
    part = bundle
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    _read_or_refused(bundle)


@given(JSON)
def test_whatever_is_no_bundle_is_refused(value: Any) -> None:
    with pytest.raises(FhirRefused):
        read_transaction(value, organization_id=1, now=NOW)


def _read_or_refused(bundle: Any) -> None:
    try:
        read_transaction(bundle, organization_id=1, now=NOW)
    except FhirRefused as refused:
        assert refused.status in (400, 413, 415, 422)


def test_a_good_one_is_read() -> None:
    assert kinds_of(GOOD) == {"Patient", "Media", "Binary", "ServiceRequest"}
    read = read_transaction(GOOD, organization_id=1, now=NOW)
    assert read.patient["mrn"] == "P-1"
    assert (read.screening.external_id, read.screening.consent) == ("EXT-1", ("screening",))
    assert set(read.screening.photographs) == set(Laterality)
    eyes = {entry.kind: entry.eye for entry in read.entries if entry.kind in ("Binary", "Patient")}
    assert eyes == {"Patient": None, "Binary": Laterality.RIGHT}


def test_the_first_moment_and_the_camera_are_those_of_the_visit() -> None:
    bundle = deepcopy(GOOD)
    bundles.part(bundle, "Media").update(createdDateTime="2026-11-20T10:05:00+09:00")
    bundles.part(bundle, "Media", 1).update(createdDateTime="2026-11-20T10:00:00+09:00", deviceName=" Cam 7 ")
    read = read_transaction(bundle, organization_id=1, now=NOW)
    assert read.screening.captured_at is not None
    assert (read.screening.captured_at.isoformat(), read.screening.camera) == (
        "2026-11-20T01:00:00+00:00",
        "Cam 7",
    )


def test_a_photograph_that_is_too_large_is_not_decoded() -> None:
    content = {"contentType": "image/png", "data": "A" * (MAX_BYTES * 3 // 2)}
    with pytest.raises(FhirRefused) as refused:
        photograph_of(content, "Media.content")
    assert refused.value.status == 413


def test_base64_may_be_broken_into_lines() -> None:
    text = b64encode(b"photograph").decode()
    content = {"contentType": "image/png", "data": f"{text[:5]}\r\n{text[5:]}"}
    assert photograph_of(content, "Media.content") == b"photograph"
