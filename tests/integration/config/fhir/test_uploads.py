"""Photographs that a partner's program sends ahead of their order: they wait, are found by it alone, and end."""

from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha1
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from pytest_django import Settings

from config.fhir.creating import CREATE
from config.fhir.kinds import KINDS
from records.models import AuditEvent, ConsentScope, FoundPatient, Organization, Patient, Role
from records.services import consent_give, consent_withdraw, found_patients_forget, partner_client_revoke
from screening import services
from screening.models import FundusImage, PartnerUpload
from screening.services import uploads_forget
from screening.storage import ContentStorage, original_name
from screening.upload_selectors import UPLOAD_KEPT
from tests.factories import bundles, photographs, screening
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir.uploaded import address, binary, described, media, person, sent
from tests.integration.config.fhir_case import Caller, checked
from tests.integration.screening.test_concurrency import together


def test_what_can_be_created_is_what_the_statement_offers() -> None:
    assert set(CREATE) == {kind.name for kind in KINDS.values() if "c" in kind.letters}


def png(seed: int) -> bytes:
    picture = cv2.imdecode(np.frombuffer(photographs.jpeg(seed), np.uint8), cv2.IMREAD_COLOR)
    return cv2.imencode(".png", picture)[1].tobytes()


@pytest.mark.parametrize(("kind", "drawn"), [("image/jpeg", photographs.jpeg), ("image/png", png)])
def test_bytes_are_kept_and_read_as_they_were_sent(partner: Caller, kind: str, drawn: Any) -> None:
    reply = partner.post("/fhir/Binary", drawn(3), content_type=kind)
    made = checked(reply, 201)
    assert (made["contentType"], "data" in made) == (kind, False)
    assert reply.headers["Location"] == f"http://testserver/fhir/Binary/{made['id']}"
    read = partner.reply(f"Binary/{made['id']}")
    assert (read.content, read.headers["Content-Type"]) == (drawn(3), kind)
    assert partner.reply(f"Binary/{made['id']}", accept=kind).content == drawn(3)
    told = partner.get(f"Binary/{made['id']}", accept="application/fhir+json")
    assert told["data"] == b64encode(drawn(3)).decode()


def test_a_binary_may_come_in_json(partner: Caller) -> None:
    made = sent(partner, "Binary", {"resourceType": "Binary"} | bundles.content(4))
    assert partner.reply(f"Binary/{made['id']}").content == photographs.jpeg(4)


@pytest.mark.parametrize("whole", [False, True])
def test_a_media_says_whose_photograph_a_binary_is(partner: Caller, whose: str, whole: bool) -> None:
    held = binary(partner)
    url = f"http://testserver/fhir/{address(held)}" if whole else address(held)
    taken = "2026-11-20T09:00:00+09:00"
    given = described(whose, "L", {"url": url}, createdDateTime=taken, deviceName="Topcon NW400")
    made = sent(partner, "Media", given)
    assert (made["id"], made["content"]["url"]) == (held["id"], address(held))
    assert (made["subject"]["reference"], made["deviceName"]) == (whose, "Topcon NW400")
    assert partner.get(f"Media/{made['id']}") == made
    assert partner.all(f"Media?patient={whose}") == [made]
    assert made["createdDateTime"] == "2026-11-20T00:00:00+00:00"
    assert made["content"]["size"] == len(photographs.jpeg(0))
    assert b64decode(made["content"]["hash"]) == sha1(photographs.jpeg(0)).digest()


def test_the_same_twice_is_one(partner: Caller, whose: str) -> None:
    held = binary(partner)
    assert binary(partner, status=200)["id"] == held["id"]
    given = described(whose, "R", {"url": address(held)})
    made = sent(partner, "Media", given)
    assert binary(partner, status=200)["id"] == held["id"], "also after it was described"
    assert sent(partner, "Media", given, 200)["id"] == made["id"]
    assert media(partner, whose, "L", seed=5)["id"] == media(partner, whose, "L", seed=5, status=200)["id"]
    assert PartnerUpload.objects.count() == 2


def test_one_binary_is_of_one_person_and_eye(partner: Caller, whose: str) -> None:
    held = {"url": address(binary(partner))}
    sent(partner, "Media", described(whose, "R", held))
    sent(partner, "Media", described(whose, "L", held), 409)
    assert PartnerUpload.objects.get().laterality == "R"


def test_nobody_else_finds_what_waits(clinic: Organization, partner: Caller, whose: str) -> None:
    made = media(partner, whose)
    elsewhere = uploaded.sender(people.clinic())
    for other in (uploaded.sender(clinic), elsewhere):
        other.get(address(made), status=404)
        other.get(f"Binary/{made['id']}", status=404, accept="application/fhir+json")
        assert other.all("Media") == []
        theirs = person(other, other.backend.client.organization, "P-9")
        sent(other, "Media", described(theirs, "R", made["content"]), 422)
        sent(other, "Media", described(whose, "R", bundles.content(8)), 422)
        sent(other, "ServiceRequest", uploaded.order(theirs, made), 422)
        sent(other, "ServiceRequest", uploaded.order(whose, made), 422)
    assert not FundusImage.objects.exists()


def test_what_waits_is_no_photograph_of_the_record(clinic: Organization, partner: Caller, whose: str) -> None:
    media(partner, whose, seed=6)
    exam = screening.open_exam(people.actor(clinic))
    image = services.image_add(
        exam=exam,
        laterality="R",
        data=photographs.jpeg(6),
        by=people.actor(clinic),
        now=timezone.now(),
    )
    assert not image.possible_mix_up, "nobody has filed the other yet"
    partner.get(whose, status=404)


def test_a_person_is_named_by_whoever_found_them_lately(
    clinic: Organization, partner: Caller, whose: str
) -> None:
    now = timezone.now()
    FoundPatient.objects.update(found_at=now - timedelta(hours=24))
    media(partner, whose, status=422)
    assert found_patients_forget(now=now) == 1
    person(partner, clinic, status=200)
    media(partner, whose)


WITHOUT = {
    "consent": (lambda m: m.update(extension=[]), 422),
    "the consent to screening": (lambda m: m.update(extension=bundles.agreed("referral")), 422),
    "an eye": (lambda m: m.update(bodySite={"coding": []}), 422),
    "a person": (lambda m: m.pop("subject"), 400),
    "one of our people": (lambda m: m.update(subject={"reference": "https://example.org/Patient/1"}), 422),
    "a Binary that waits": (
        lambda m: m.update(content={"url": "Binary/00000000-0000-0000-0000-000000000000"}),
        422,
    ),
    "one of our addresses": (lambda m: m.update(content={"url": "https://example.org/a.jpg"}), 422),
    "a photograph": (lambda m: m["content"].update(data=b64encode(b"hello").decode()), 422),
    "bytes": (lambda m: m["content"].update(data=""), 400),
    "a kind of photograph": (lambda m: m["content"].update(contentType="video/mp4"), 415),
    "its type": (lambda m: m.update(resourceType="Observation"), 400),
    "a photograph that was taken": (lambda m: m.update(status="entered-in-error"), 422),
    "a meaning that is understood": (lambda m: m.update(modifierExtension=[{"url": "urn:x"}]), 422),
    "one kind of content": (lambda m: m["content"].update(url="Binary/1"), 422),
}


@pytest.mark.parametrize("what", WITHOUT)
def test_a_media_without_it_is_refused(partner: Caller, whose: str, what: str) -> None:
    change, status = WITHOUT[what]
    given = described(whose, "R", bundles.content())
    change(given)
    assert "Hong" not in str(sent(partner, "Media", given, status))
    assert not PartnerUpload.objects.exists()
    assert not Path(default_storage.path("originals")).exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"hello", "image/jpeg", 422),
        (b"hello", "text/plain", 415),
        (b"hello", "application/pdf", 415),
        (b"{}", "application/fhir+json", 400),
        (b"\xff\xd8" + bytes(21_000_000), "image/jpeg", 413),
        (bytes(28_000_000), "image/jpeg", 413),
    ],
    ids=["no photograph", "text", "a document", "no Binary", "more than a photograph", "more than is read"],
)
def test_bytes_that_are_none_are_refused(partner: Caller, body: bytes, kind: str, status: int) -> None:
    sent(partner, "Binary", body, status, content_type=kind)
    assert not PartnerUpload.objects.exists()


def test_a_photograph_is_no_media(partner: Caller) -> None:
    sent(partner, "Media", photographs.jpeg(), 415, content_type="image/jpeg")


def test_nothing_has_an_identifier_to_be_found_by(partner: Caller, whose: str) -> None:
    found_by = {"if-none-exist": "identifier=1"}
    sent(partner, "Binary", {"resourceType": "Binary"} | bundles.content(), 400, headers=found_by)
    sent(partner, "Media", described(whose, "R", bundles.content()), 400, headers=found_by)


@pytest.mark.parametrize("kind", ["Media", "Binary", "ServiceRequest"])
def test_each_takes_its_scope(clinic: Organization, kind: str) -> None:
    reader = fhir_case.caller(clinic, scopes=f"system/{kind}.rs system/Patient.rs")
    sent(reader, kind, {"resourceType": kind}, 403)


def test_the_door_is_no_store(partner: Caller, whose: str, settings: Settings) -> None:
    now = timezone.now()
    settings.API_UPLOADS_WAITING = 3
    client = partner.backend.client
    PartnerUpload.objects.bulk_create(
        PartnerUpload(client=client, sha256=f"{number:064x}", format="JPEG", size_bytes=1, received_at=now)
        for number in range(3)
    )
    full = partner.post("/fhir/Binary", photographs.jpeg(1), content_type="image/jpeg")
    checked(full, 429)
    assert 23 * 3600 < int(full.headers["Retry-After"]) <= 24 * 3600
    PartnerUpload.objects.filter(sha256=f"{0:064x}").update(received_at=now - UPLOAD_KEPT)
    binary(partner, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_at_once_is_one_and_no_more_wait_than_may(settings: Settings) -> None:
    settings.API_UPLOADS_WAITING = 3
    client, now = uploaded.sender(people.clinic()).backend.client, timezone.now()

    def store(seed: int) -> Any:
        return lambda: services.upload_store(data=photographs.jpeg(seed), client=client, now=now)

    made = together(*[store(0)] * 4)
    assert sorted(fresh for _, fresh in made) == [False, False, False, True]
    together(*[store(seed) for seed in range(1, 6)])
    assert PartnerUpload.objects.count() == 3


def test_one_that_cannot_be_removed_does_not_keep_the_others(
    partner: Caller, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (binary(partner, seed) for seed in (1, 2))
    kept = PartnerUpload.objects.get(public_id=first["id"])
    remove = ContentStorage.delete

    def delete(self: ContentStorage, name: str) -> None:
        if name == original_name(kept.sha256):
            raise OSError("read-only")
        remove(self, name)

    monkeypatch.setattr(ContentStorage, "delete", delete)
    with pytest.raises(OSError, match="read-only"):
        uploads_forget(now=timezone.now() + UPLOAD_KEPT)
    assert PartnerUpload.objects.get() == kept
    assert second["id"] != first["id"]


@pytest.mark.parametrize("end", ["the partner", "the consent"])
def test_what_ends_with_the_partner_or_the_consent_is_forgotten_too(
    clinic: Organization, partner: Caller, whose: str, end: str
) -> None:
    media(partner, whose)
    by, now = people.actor(clinic, Role.ADMINISTRATOR), timezone.now()
    if end == "the partner":
        partner_client_revoke(client_id=partner.backend.client.pk, by=by, now=now, reason="left")
    else:
        patient = Patient.objects.get()
        consent_give(patient=patient, scope=ConsentScope.SCREENING, by=by, now=now)
        consent_withdraw(patient=patient, scope=ConsentScope.SCREENING, by=by, now=now, reason="no more")
    assert uploads_forget(now=timezone.now()) == 1
    assert not PartnerUpload.objects.exists()


def test_a_page_never_hides_what_was_ordered_meanwhile(
    clinic: Organization, partner: Caller, whose: str
) -> None:
    waiting = [media(partner, whose, eye, seed=seed) for eye, seed in (("R", 1), ("L", 2), ("R", 3))]
    first = partner.get("Media?_count=1")
    sent(partner, "ServiceRequest", uploaded.order(whose, waiting[0], waiting[1]))
    following = next(one["url"] for one in first["link"] if one["relation"] == "next")
    rest = partner.all(following.removeprefix("http://testserver"))
    found = {one["id"] for one in [*(entry["resource"] for entry in first["entry"]), *rest]}
    assert found == {one["id"] for one in waiting}


def test_after_its_day_it_is_gone_with_its_bytes(partner: Caller, whose: str) -> None:
    made = media(partner, whose, seed=2)
    later = timezone.now() + UPLOAD_KEPT
    assert uploads_forget(now=later - timedelta(minutes=1)) == 0
    row = PartnerUpload.objects.get()
    assert uploads_forget(now=later) == 1
    assert not default_storage.exists(original_name(row.sha256))
    partner.get(address(made), status=404)
    told = AuditEvent.objects.get(entity=f"screening.partnerupload:{row.pk}", action="E")
    assert (told.actor, told.reason) == ("software:screening.uploads", "forgotten before any order")


def test_before_it_is_swept_its_day_is_over_too(partner: Caller, whose: str) -> None:
    made = media(partner, whose)
    PartnerUpload.objects.update(received_at=timezone.now() - UPLOAD_KEPT)
    partner.get(address(made), status=404)
    sent(partner, "ServiceRequest", uploaded.order(whose, made), 422)
    assert media(partner, whose)["id"] != made["id"]


def test_bytes_that_an_exam_has_too_are_kept(clinic: Organization, partner: Caller, whose: str) -> None:
    by = people.actor(clinic)
    media(partner, whose, seed=7)
    exam = screening.open_exam(by)
    kept = services.image_add(exam=exam, laterality="R", data=photographs.jpeg(7), by=by, now=timezone.now())
    assert uploads_forget(now=timezone.now() + UPLOAD_KEPT) == 1
    assert default_storage.exists(original_name(kept.sha256))


def test_bytes_that_never_arrived_whole_are_asked_for_again(
    partner: Caller, whose: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(default_storage, "save", _no_space)
        checked(partner.post("/fhir/Binary", photographs.jpeg(9), content_type="image/jpeg"), 500)
    row = PartnerUpload.objects.get()
    partner.get(f"Binary/{row.public_id}", status=404, accept="application/fhir+json")
    assert binary(partner, 9, status=200)["id"] == str(row.public_id)
    assert partner.reply(f"Binary/{row.public_id}").content == photographs.jpeg(9)


def _no_space(*_: object) -> str:
    raise OSError(28, "No space left on device")


def test_a_consent_given_anew_with_the_same_photograph_counts(
    clinic: Organization, partner: Caller, whose: str
) -> None:
    by, patient = people.actor(clinic), Patient.objects.get()
    made = media(partner, whose)
    consent_give(patient=patient, scope=ConsentScope.SCREENING, by=by, now=timezone.now())
    consent_withdraw(
        patient=patient, scope=ConsentScope.SCREENING, by=by, now=timezone.now(), reason="not today"
    )
    assert media(partner, whose, status=200)["id"] == made["id"]
    assert uploads_forget(now=timezone.now()) == 0
    sent(partner, "ServiceRequest", uploaded.order(whose, made))
