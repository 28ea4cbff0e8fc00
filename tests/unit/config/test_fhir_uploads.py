from copy import deepcopy
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.fhir.errors import FhirRefused
from config.fhir.mapping.uploads import own_id, read_binary, read_media_upload, read_order_of_uploads
from tests.factories import bundles
from tests.factories.records import NOW
from tests.unit.config.test_fhir_submitted import JSON, _places

BASE = "https://clinic.example/fhir"
WHOSE = f"Patient/{uuid4()}"
MEDIA = bundles.media("R", bundles.content(), WHOSE, extension=bundles.agreed("screening"))
ORDER = bundles.order(WHOSE) | {"supportingInfo": [{"reference": f"Media/{uuid4()}"}]}
BINARY = {"resourceType": "Binary"} | bundles.content()


def _read(resource: Any) -> None:
    match resource.get("resourceType") if isinstance(resource, dict) else None:
        case "Media":
            read_media_upload(resource, base=BASE, now=NOW)
        case "ServiceRequest":
            read_order_of_uploads(resource, base=BASE)
        case _:
            read_binary(resource)


@pytest.mark.parametrize("good", [MEDIA, ORDER, BINARY], ids=["Media", "ServiceRequest", "Binary"])
def test_a_good_one_is_read(good: dict[str, Any]) -> None:
    _read(good)


@given(st.sampled_from([MEDIA, ORDER, BINARY]), st.data(), JSON)
def test_whatever_stands_in_one_place_is_read_or_refused(
    good: dict[str, Any], data: st.DataObject, value: Any
) -> None:
    changed = deepcopy(good)
    path = data.draw(st.sampled_from(_places(good)))
    part: Any = changed
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    try:
        _read(changed)
    except FhirRefused as refused:
        assert refused.status in (400, 413, 415, 422)


@given(st.text(max_size=60))
def test_an_address_is_one_of_ours_or_refused(text: str) -> None:
    with pytest.raises(FhirRefused):
        own_id(text, "Media", base=BASE, place="Media")


@given(st.uuids(), st.booleans())
def test_our_address_is_read_whole_or_relative(key: UUID, whole: bool) -> None:
    text = f"{BASE}/Media/{key}" if whole else f"Media/{key}"
    assert own_id(text, "Media", base=BASE, place="Media") == key
