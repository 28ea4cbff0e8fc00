"""Every refusal under /api/ is a problem document that says what to do and names no person."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client

from config.api import reads
from config.api.problems import PAGE, PROBLEMS
from records.models import Organization, Patient
from screening.models import FundusImage, PartnerScreening
from tests.factories import partners, photographs
from tests.factories.partners import SCREENINGS, Partner, jpeg_file, meta

NAME = "Kim Yeong-ja"


@pytest.fixture
def partner(clinic: Organization) -> Partner:
    return Partner(partners.token(clinic)[1])


def problem(reply: Any, status: int, code: str = "") -> dict[str, Any]:
    """The document, after what every one of them must be."""
    assert reply.status_code == status, reply.content
    assert reply.headers["Content-Type"] == "application/problem+json"
    body = reply.json()
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert (body["status"], body["type"]) == (status, f"{PAGE}#{code}" if code else "about:blank")
    assert len(body["detail"]) > 10
    assert NAME not in reply.content.decode()
    return body


def pointers(reply: Any, status: int = 422, code: str = "content-invalid") -> list[str]:
    return [one["pointer"] for one in problem(reply, status, code)["errors"]]


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ("no json", "#/meta"),
        ("[]", "#/meta"),
        ('{"external_id": NaN}', "#/meta"),
        ('{"external_id": "\\ud800"}', "#/meta"),
        ("[" * 100_000, "#/meta"),
        ('{"external_id": ' + "9" * 5000 + "}", "#/meta"),
        ('{"external_id": "a", "external_id": "b"}', "#/meta/external_id"),
        ('{"patient": {"mrn": "1", "name": "x", "mrn": "2"}}', "#/meta/patient/mrn"),
        ('{"risk": {"symptoms": {"itchy": true, "itchy": false}}}', "#/meta/risk/symptoms/itchy"),
        ('{"safety": {"allergies": [{"a": 1, "a": 2}]}}', "#/meta/safety/allergies/0/a"),
        (meta(external_id=None), "#/meta/external_id"),
        (meta(external_id=" "), "#/meta/external_id"),
        (meta(external_id=7), "#/meta/external_id"),
        (meta(external_id="x" * 65), "#/meta/external_id"),
        (meta(external_id="a b"), "#/meta/external_id"),
        (meta(camera=1), "#/meta/camera"),
        (meta(camera="\0"), "#/meta/camera"),
        (meta(captured_at="yesterday"), "#/meta/captured_at"),
        (meta(captured_at="2026-11-20T09:30:00"), "#/meta/captured_at"),
        (meta(captured_at="2099-01-01T00:00:00Z"), "#/meta/captured_at"),
        (meta(captured_at="2026-02-30T00:00:00Z"), "#/meta/captured_at"),
        (meta(synthetic="yes"), "#/meta/synthetic"),
        (meta(surname="x"), "#/meta/surname"),
        (meta(**{"a/b~c": 1}), "#/meta/a~1b~0c"),
        (meta(patient=None), "#/meta/patient"),
        (meta(patient=[]), "#/meta/patient"),
        (meta(patient={"mrn": "1"}), "#/meta/patient"),
        (meta(patient={"mrn": "1", "name": "x", "birth_date": "1956-7-19"}), "#/meta/patient/birth_date"),
        (meta(patient={"mrn": "1", "name": "x", "birth_date": "2999-07-19"}), "#/meta/patient/birth_date"),
        (meta(patient={"mrn": "1", "name": "x", "birth_date": "1900-01-01"}), "#/meta/patient/birth_date"),
        (meta(patient={"mrn": "1", "name": "\0"}), "#/meta/patient/name"),
        (meta(patient={"mrn": "1", "name": "\u202eKim"}), "#/meta/patient/name"),
        (meta(patient={"mrn": "1\u200b", "name": "x"}), "#/meta/patient/mrn"),
        (meta(patient={"mrn": "1", "name": "\u3164"}), "#/meta/patient/name"),
        (meta(patient={"mrn": "1", "name": "x", "latitude": 91, "longitude": 0}), "#/meta/patient/latitude"),
        (meta(consent=["everything"]), "#/meta/consent"),
        (meta(consent={}), "#/meta/consent"),
        (meta(risk={"hba1c_percent": 88}), "#/meta/risk/hba1c_percent"),
        (meta(risk={"shoe_size": 38}), "#/meta/risk/shoe_size"),
        (meta(risk={"symptoms": {"itchy": "very"}}), "#/meta/risk/symptoms/itchy"),
        (meta(safety={"allergies": "none"}), "#/meta/safety/allergies"),
        (meta(safety={"allergies": ["a\0"]}), "#/meta/safety/allergies"),
        (meta(safety={"current_medicines": ["\0"]}), "#/meta/safety/current_medicines"),
    ],
)
def test_a_wrong_answer_is_named_by_its_place(partner: Partner, given: Any, where: str) -> None:
    assert pointers(partner.send(given)) == [where]
    assert not Patient.objects.exists()


def test_another_person_under_a_known_number_is_refused_without_telling_who(partner: Partner) -> None:
    first = meta()
    partner.send(first)
    other = meta(patient=first["patient"] | {"name": "Somebody Else"})
    assert pointers(partner.send(other)) == ["#/meta/patient/mrn"]


def test_without_consent_nothing_is_taken(partner: Partner) -> None:
    for consent in ([], ["referral"], None):
        assert pointers(partner.send(meta(consent=consent)), code="consent-missing") == ["#/meta/consent"]


@pytest.mark.parametrize(
    ("parts", "where"),
    [
        ({"top": jpeg_file()}, "#/top"),
        ({"right": "only text"}, "#/right"),
        ({"right": [jpeg_file(1), jpeg_file(2)]}, "#/right"),
        ({"right": jpeg_file(1), "right[]": jpeg_file(2)}, "#/right"),
    ],
)
def test_a_part_that_cannot_be_right_is_named(partner: Partner, parts: dict[str, Any], where: str) -> None:
    assert pointers(partner.send(**parts)) == [where]


def test_meta_alone_is_no_screening(partner: Partner) -> None:
    reply = partner.browser.post(SCREENINGS, {"meta": json.dumps(meta())}, headers={"idempotency-key": "k"})
    assert pointers(reply) == ["#/right"]


def test_each_refused_photograph_is_named_with_what_to_do(partner: Partner) -> None:
    reply = partner.send(right=jpeg_file(data=b"GIF89a"), left=jpeg_file(data=b""))
    errors = {one["pointer"]: one["code"] for one in problem(reply, 422, "photograph-refused")["errors"]}
    assert errors == {"#/right": "not-a-photograph", "#/left": "empty"}


def test_the_same_photograph_for_both_eyes_is_refused(partner: Partner) -> None:
    same = photographs.jpeg(4)
    reply = partner.send(right=jpeg_file(data=same), left=jpeg_file(data=same))
    assert pointers(reply, code="photograph-refused") == ["#/left"]


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256, "눈"])
def test_a_screening_needs_an_idempotency_key(partner: Partner, key: str) -> None:
    headers = {"idempotency-key": key.encode().decode("latin-1")}  # as WSGI hands it on
    reply = partner.browser.post(
        SCREENINGS, {"meta": json.dumps(meta()), "right": jpeg_file()}, headers=headers
    )
    problem(reply, 400, "idempotency-key-invalid")


def test_what_is_not_multipart_is_refused(partner: Partner) -> None:
    headers = {"idempotency-key": "k"}
    json_body = partner.browser.post(SCREENINGS, meta(), content_type="application/json", headers=headers)
    problem(json_body, 415, "media-type-unsupported")
    no_boundary = partner.browser.post(SCREENINGS, b"x", content_type="multipart/form-data", headers=headers)
    problem(no_boundary, 400, "request-invalid")


def test_a_cancellation_that_is_no_json_is_refused(partner: Partner) -> None:
    address = partner.send().headers["Location"]
    problem(partner.cancel(address, "{"), 400, "request-invalid")
    problem(partner.browser.post(f"{address}/cancel", {"reason": "x"}), 415, "media-type-unsupported")


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"limit": "0"}, "?limit"),
        ({"limit": "201"}, "?limit"),
        ({"limit": "²"}, "?limit"),
        ({"status": "done"}, "?status"),
        ({"since": "2026-11-20"}, "?since"),
        ({"since": "2026-13-20T00:00:00Z"}, "?since"),
        ({"external_id": "\n"}, "?external_id"),
        ({"statsu": "final"}, "?statsu"),
    ],
)
def test_a_wrong_parameter_is_named(partner: Partner, query: dict[str, str], where: str) -> None:
    assert pointers(partner.get(**query), 400, "request-invalid") == [where]


@pytest.mark.parametrize("cursor", ["", "x", "MQ:1tXXXX:forged"])
def test_a_cursor_that_we_did_not_make_is_refused(partner: Partner, cursor: str) -> None:
    assert pointers(partner.get(cursor=cursor)) == ["?cursor"]


def test_the_address_the_method_and_the_format_are_checked_too(partner: Partner) -> None:
    problem(partner.get("/api/v1/nothing"), 404, "not-found")
    problem(partner.get("/api/"), 404, "not-found")
    strict = Client(enforce_csrf_checks=True)
    problem(strict.post("/api/v1/nothing"), 404, "not-found")
    problem(partner.get(f"{SCREENINGS}/not-a-uuid"), 404, "not-found")
    problem(partner.get(f"{SCREENINGS}/0b6f3c5e-6f6e-4c65-9d0a-3f1f6a3f0c11"), 404, "not-found")
    for method in ("put", "patch", "delete", "options", "trace"):
        refused = getattr(partner.browser, method)(SCREENINGS)
        problem(refused, 405, "method-not-allowed")
        assert "POST" in refused.headers["Allow"]
    problem(partner.browser.get(SCREENINGS, headers={"accept": "text/html"}), 406, "not-acceptable")
    problem(partner.browser.post("/api/schema/"), 405, "method-not-allowed")
    problem(partner.browser.get("/api/schema/", headers={"host": "else.example"}), 400, "request-invalid")


def test_a_body_that_is_too_large_is_refused_before_it_is_read(
    partner: Partner, settings: LazySettings
) -> None:
    settings.API_BODY_MAX_MB = 0
    problem(partner.send(), 413, "too-large")
    address = f"{SCREENINGS}/0b6f3c5e-6f6e-4c65-9d0a-3f1f6a3f0c11"
    problem(partner.cancel(address, {"reason": "x" * 70_000}), 413, "too-large")


def test_answers_of_a_megabyte_and_more_are_refused(partner: Partner) -> None:
    problem(partner.send(json.dumps({"external_id": "x" * 1_100_000})), 413, "too-large")


def test_an_error_nobody_foresaw_tells_a_partner_nothing(
    partner: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError(f"the row of {NAME}")

    monkeypatch.setattr(reads, "screenings_of_client", broken)
    body = problem(partner.get(), 500)
    assert "row" not in body["detail"]


def test_every_kind_of_problem_is_explained_on_its_page(db: None) -> None:
    page = Client().get(PAGE).content.decode()
    for one in PROBLEMS.values():
        assert f'id="{one.code}"' in page


@pytest.mark.slow
def test_every_hostile_file_is_taken_or_refused(
    partner: Partner, shared: Path, settings: LazySettings
) -> None:
    settings.API_REQUESTS_PER_MINUTE = 100_000
    files = sorted(path for path in (shared / "data/images-hostile").rglob("*") if path.is_file())
    assert len(files) > 500, "the corpora are incomplete"
    taken = 0
    for path in files:
        reply = partner.send(right=jpeg_file(data=path.read_bytes()))
        if reply.status_code == 202:
            taken += 1
        else:
            errors = problem(reply, 422, "photograph-refused")["errors"]
            assert [one["pointer"] for one in errors] == ["#/right"], path.name
    assert FundusImage.objects.count() == PartnerScreening.objects.count() == taken
