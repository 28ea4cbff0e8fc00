"""The order of photographs that were sent ahead: one screening, the same as a Bundle would make, and once."""

import pytest
from django.utils import timezone

from config.fhir.ordering import order_create
from config.fhir.sent import Created, Sent
from records.models import AuditEvent, Consent, Organization, Patient
from screening.models import Encounter, FundusImage, PartnerScreening, PartnerUpload
from screening.services import derivatives_make, uploads_forget
from screening.upload_selectors import UPLOAD_KEPT
from tests.factories import bundles, photographs, screening
from tests.factories import records as people
from tests.factories.bundles import Resource
from tests.integration.config import fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir.uploaded import address, described, media, order, person, sent
from tests.integration.config.fhir_case import Caller, checked
from tests.integration.screening.test_concurrency import together


@pytest.fixture
def both(partner: Caller, whose: str) -> list[Resource]:
    """A photograph of each eye, as they are in `bundles.transaction`."""
    return [media(partner, whose, "R", seed=0), media(partner, whose, "L", seed=1)]


def stored(visit: Encounter) -> dict[str, object]:
    """What a screening leaves behind, without keys and moments."""
    sent_as = PartnerScreening.objects.get(encounter=visit)
    images = FundusImage.objects.filter(exam__encounter=visit).order_by("laterality")
    columns = ("laterality", "sha256", "format", "width", "height", "size_bytes", "camera", "exam__status")
    return {
        "exams": list(visit.exams.values_list("status", "not_done_reason")),
        "images": list(images.values_list(*columns)),
        "consent": sorted(Consent.objects.filter(patient=visit.patient).values_list("scope", flat=True)),
        "partner": (sent_as.captured_at, sent_as.camera),
        "audit": sorted(
            AuditEvent.objects.filter(patient_id=visit.patient_id, action="C")
            .exclude(entity__startswith="screening.partnerupload")
            .values_list("action", "detail")
        ),
    }


def test_it_is_the_visit_that_a_bundle_makes(clinic: Organization) -> None:
    of_bundle, alone = uploaded.sender(clinic), uploaded.sender(clinic)
    checked(of_bundle.post("/fhir", bundles.transaction(clinic)), 200)
    whose = person(alone, clinic, "P-2")
    photographs_sent = [media(alone, whose, "R", seed=0), media(alone, whose, "L", seed=1)]
    sent(alone, "ServiceRequest", order(whose, *photographs_sent))
    first, second = Encounter.objects.order_by("pk")
    FundusImage.objects.update(possible_mix_up=False)
    assert stored(first) == stored(second)
    assert not PartnerUpload.objects.exists()


def test_the_answer_is_the_order_and_leads_to_the_result(
    clinic: Organization, partner: Caller, whose: str, both: list[Resource]
) -> None:
    reply = partner.post("/fhir/ServiceRequest", order(whose, *both))
    made = checked(reply, 201)
    assert reply.headers["Location"] == f"http://testserver/fhir/{address(made)}"
    assert (made["status"], made["identifier"][0]["value"]) == ("active", "EXT-1")
    assert partner.get(address(made)) == made
    by = people.actor(clinic)
    fhir_case.result(Encounter.objects.get(), screening.eye("R", G=0.9), screening.eye("L"), by=by)
    (report,) = partner.all(f"DiagnosticReport?based-on={address(made)}")
    assert sorted(one["link"]["reference"] for one in report["media"]) == sorted(map(address, both))
    assert partner.get(whose)["name"] == [{"text": "Hong Gil-dong"}]


def test_the_ids_outlive_the_order(partner: Caller, whose: str, both: list[Resource]) -> None:
    made = sent(partner, "ServiceRequest", order(whose, *both))
    assert sorted(one["reference"] for one in made["supportingInfo"]) == sorted(map(address, both))
    right = partner.get(address(both[0]))
    assert (right["id"], right["meta"]["versionId"]) == (both[0]["id"], "2")
    assert {one["id"] for one in partner.all(f"Media?patient={whose}")} == {one["id"] for one in both}
    assert [one["id"] for one in partner.all(f"Media?_id={both[0]['id']}")] == [both[0]["id"]]
    partner.get(f"Media/{FundusImage.objects.first().pk}", status=404)
    partner.get(right["content"]["url"], status=404, accept="application/fhir+json")
    derivatives_make(Encounter.objects.get().exams.get().pk)
    assert partner.reply(right["content"]["url"]).headers["Content-Type"] == "image/jpeg"
    assert uploads_forget(now=timezone.now() + UPLOAD_KEPT) == 0


def test_one_eye_and_the_camera_of_its_photograph(partner: Caller, whose: str) -> None:
    taken = "2026-11-20T09:00:00+09:00"
    given = described(whose, "L", bundles.content(), createdDateTime=taken, deviceName="Topcon NW400")
    sent(partner, "ServiceRequest", order(whose, sent(partner, "Media", given)))
    screened = PartnerScreening.objects.get()
    assert (screened.captured_at.isoformat(), screened.camera) == (
        "2026-11-20T00:00:00+00:00",
        "Topcon NW400",
    )
    (photograph,) = partner.all("Media")
    assert photograph["createdDateTime"] == "2026-11-20T00:00:00+00:00"
    assert FundusImage.objects.get().laterality == "L"


@pytest.mark.parametrize(
    "condition", ["", "identifier=EXT-1", "identifier=urn:example|EXT-1", "identifier=urn%3Aexample%7CEXT-1"]
)
def test_the_same_order_again_is_the_same_screening(
    partner: Caller, whose: str, both: list[Resource], condition: str
) -> None:
    headers = {"if-none-exist": condition} if condition else {}
    first = sent(partner, "ServiceRequest", order(whose, *both), headers=headers)
    again = sent(partner, "ServiceRequest", order(whose, *reversed(both)), 200, headers=headers)
    assert first["id"] == again["id"]
    assert (Encounter.objects.count(), FundusImage.objects.count()) == (1, 2)


def test_whoever_lost_every_answer_sends_everything_again(
    clinic: Organization, partner: Caller, whose: str, both: list[Resource]
) -> None:
    first = sent(partner, "ServiceRequest", order(whose, *both))
    again = [media(partner, whose, "R", seed=0), media(partner, whose, "L", seed=1)]
    assert {one["id"] for one in again}.isdisjoint(one["id"] for one in both)
    assert sent(partner, "ServiceRequest", order(whose, *again), 200)["id"] == first["id"]
    assert (Encounter.objects.count(), FundusImage.objects.count()) == (1, 2)
    partner.get(address(again[0]))


def test_a_description_whose_answer_was_lost_is_told_again_after_the_order(
    partner: Caller, whose: str
) -> None:
    held = sent(partner, "Binary", photographs.jpeg(3), content_type="image/jpeg")
    given = described(whose, "R", {"url": address(held)})
    media_sent = sent(partner, "Media", given)
    sent(partner, "ServiceRequest", order(whose, media_sent))
    assert sent(partner, "Media", given, 200)["id"] == media_sent["id"]
    sent(partner, "Media", described(whose, "L", {"url": address(held)}), 409)


def test_the_same_one_by_one_after_a_bundle_is_the_same_screening(
    clinic: Organization, partner: Caller, whose: str, both: list[Resource]
) -> None:
    checked(partner.post("/fhir", bundles.transaction(clinic)), 200)
    sent(partner, "ServiceRequest", order(whose, *both), 200)
    assert Encounter.objects.count() == 1


def test_a_bundle_of_the_same_is_the_same_screening(
    clinic: Organization, partner: Caller, whose: str, both: list[Resource]
) -> None:
    sent(partner, "ServiceRequest", order(whose, *both))
    answered = checked(partner.post("/fhir", bundles.transaction(clinic)), 200)
    addresses = {entry["response"]["location"] for entry in answered["entry"]}
    assert {address(one) for one in both} <= addresses
    assert Encounter.objects.count() == 1


def test_an_identifier_is_of_one_screening(partner: Caller, whose: str, both: list[Resource]) -> None:
    sent(partner, "ServiceRequest", order(whose, both[0]))
    sent(partner, "ServiceRequest", order(whose, both[1]), 409)
    assert Encounter.objects.count() == 1
    sent(partner, "ServiceRequest", order(whose, both[1], number="EXT-2"))


def test_a_photograph_is_of_one_order(partner: Caller, whose: str, both: list[Resource]) -> None:
    sent(partner, "ServiceRequest", order(whose, *both))
    sent(partner, "ServiceRequest", order(whose, both[0], number="EXT-2"), 409)
    assert Encounter.objects.count() == 1


def test_a_known_order_with_another_photograph_beside_is_another_order(
    partner: Caller, whose: str, both: list[Resource]
) -> None:
    sent(partner, "ServiceRequest", order(whose, both[0]))
    sent(partner, "ServiceRequest", order(whose, both[0], media(partner, whose, "R", seed=9)), 409)


def test_two_people_are_two_orders(
    clinic: Organization, partner: Caller, whose: str, both: list[Resource]
) -> None:
    other = media(partner, person(partner, clinic, "P-2"), "L", seed=4)
    sent(partner, "ServiceRequest", order(whose, both[0], other), 422)
    sent(partner, "ServiceRequest", order(other["subject"]["reference"], *both), 422)
    assert not Encounter.objects.exists()
    assert PartnerUpload.objects.count() == 3, "whatever was refused still waits"


WRONG = {
    "no photograph": (lambda o: o.pop("supportingInfo"), 422),
    "a photograph that is none": (
        lambda o: o.update(supportingInfo=[{"reference": "Media/00000000-0000-0000-0000-000000000000"}]),
        422,
    ),
    "a photograph by its number": (lambda o: o.update(supportingInfo=[{"reference": "Media/1"}]), 422),
    "a photograph elsewhere": (lambda o: o.update(supportingInfo=[{"reference": "http://x/Media/1"}]), 422),
    "no consent": (lambda o: o.update(extension=[]), 422),
    "another consent alone": (lambda o: o.update(extension=bundles.agreed("referral")), 422),
    "no identifier": (lambda o: o.pop("identifier"), 422),
    "a draft": (lambda o: o.update(status="draft"), 422),
    "another order": (lambda o: o.update(code={"coding": []}), 422),
    "nobody": (lambda o: o.update(subject={"reference": "Patient/1"}), 422),
    "a consent to something else": (
        lambda o: o.update(extension=bundles.agreed("screening", "training")),
        422,
    ),
    "what must not be done": (lambda o: o.update(doNotPerform=True), 422),
    "rules of its own": (lambda o: o.update(implicitRules="urn:x"), 422),
    "a modifier": (lambda o: o.update(modifierExtension=[{"url": "urn:x"}]), 422),
    "another type": (lambda o: o.update(resourceType="Task"), 400),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_leaves_the_photographs_waiting(
    partner: Caller, whose: str, both: list[Resource], what: str
) -> None:
    change, status = WRONG[what]
    given = order(whose, *both)
    change(given)
    sent(partner, "ServiceRequest", given, status)
    assert PartnerUpload.objects.count() == 2
    assert not Encounter.objects.exists()
    sent(partner, "ServiceRequest", order(whose, *both))


def test_two_photographs_of_one_eye_are_no_order(partner: Caller, whose: str, both: list[Resource]) -> None:
    more = media(partner, whose, "R", seed=5)
    sent(partner, "ServiceRequest", order(whose, both[0], more), 422)
    sent(partner, "ServiceRequest", order(whose, *both, more), 422)


def test_a_binary_that_nobody_described_is_no_photograph_of_an_order(partner: Caller, whose: str) -> None:
    held = sent(partner, "Binary", photographs.jpeg(3), content_type="image/jpeg")
    sent(partner, "ServiceRequest", order(whose, held | {"resourceType": "Media"}), 422)


@pytest.mark.parametrize(
    "condition", ["identifier=EXT-2", "EXT-1", "_id=7|EXT-1", "status=active&identifier=EXT-1"]
)
def test_a_condition_names_the_same_order(
    partner: Caller, whose: str, both: list[Resource], condition: str
) -> None:
    headers = {"if-none-exist": condition}
    sent(partner, "ServiceRequest", order(whose, *both), 400, headers=headers)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("numbers", [("EXT-1",) * 3, ("EXT-1", "EXT-2", "EXT-3")])
def test_at_once_a_photograph_is_ordered_once(numbers: tuple[str, ...]) -> None:
    clinic = people.clinic()
    partner = uploaded.sender(clinic)
    whose = person(partner, clinic)
    both = [media(partner, whose, "R", seed=0), media(partner, whose, "L", seed=1)]
    client, now, base = partner.backend.client, timezone.now(), "http://testserver/fhir"
    orders = [Sent(order(whose, *both, number=number), "", base) for number in numbers]
    made = together(*[lambda one=one: order_create(one, client=client, now=now) for one in orders])
    done = [one for one in made if isinstance(one, Created)]
    assert [one.fresh for one in done].count(True) == 1
    assert {getattr(one, "status", 409) for one in made if not isinstance(one, Created)} <= {409}
    assert len(done) == (3 if len(set(numbers)) == 1 else 1)
    counts = (Encounter.objects.count(), FundusImage.objects.count(), Patient.objects.count())
    assert counts == (1, 2, 1)
