"""What is new is looked up by when it happened: that changes how soon it is found, and never what is found."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from config.fhir import changes, reach
from records.models import Organization, Role
from referrals.models import Referral
from referrals.services import referral_follow_up
from screening.domain.findings import Label
from screening.models import PartnerScreening
from screening.services import encounter_cancel, grading_claim, read_sign
from tests.factories import bundles, grading
from tests.factories import records as people
from tests.integration.config import cast, fhir_case
from tests.integration.config.fhir import uploaded
from tests.integration.config.fhir.test_submission import send
from tests.integration.config.fhir.test_task import moved
from tests.integration.config.fhir_case import Caller

SECOND = timedelta(seconds=1)


@pytest.fixture(params=[changes.FEW, 0], ids=["few are new", "too many are new"], autouse=True)
def _looked_up(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "FEW", request.param)


@pytest.fixture
def later() -> datetime:
    return timezone.now().replace(microsecond=0) + timedelta(hours=1)


def found(calling: Caller, kind: str, since: datetime) -> bool:
    moment = since.isoformat().replace("+", "%2B")
    return bool(calling.all(f"{kind}?_lastUpdated=ge{moment}"))


def test_a_result(hospital: Caller, referral: Referral) -> None:
    assessed_at = referral.assessment.assessed_at
    assert found(hospital, "DiagnosticReport", assessed_at)
    assert not found(hospital, "DiagnosticReport", assessed_at + SECOND)


def test_a_read_that_a_person_signed(hospital: Caller, referral: Referral, later: datetime) -> None:
    assert not found(hospital, "Observation", later)
    by = people.actor(referral.organization, Role.GRADER)
    task = grading.task(referral.encounter)
    grading_claim(task_id=task.pk, by=by, now=later)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=later)
    assert found(hospital, "Observation", later)
    assert not found(hospital, "Observation", later + SECOND)


def test_a_visit_that_was_cancelled(hospital: Caller, referral: Referral, later: datetime) -> None:
    assert not found(hospital, "DiagnosticReport", later)
    by = people.actor(referral.organization)
    encounter_cancel(encounter=referral.encounter, by=by, now=later, reason="wrong person")
    assert found(hospital, "DiagnosticReport", later)
    assert not found(hospital, "DiagnosticReport", later + SECOND)


@pytest.mark.parametrize("kind", ["Task", "ServiceRequest"])
def test_a_step_of_a_referral(hospital: Caller, referral: Referral, kind: str) -> None:
    before = timezone.now()
    assert not found(hospital, kind, before)
    moved(hospital, referral, "received")
    assert found(hospital, kind, before)
    assert not found(hospital, kind, timezone.now() + SECOND)


def test_an_order_of_a_screening(clinic: Organization) -> None:
    partner, before = fhir_case.caller(clinic, scopes=uploaded.SCOPES), timezone.now()
    send(partner, bundles.transaction(clinic))
    assert found(partner, "ServiceRequest", before)
    assert found(partner, "Media", before)
    assert not found(partner, "ServiceRequest", timezone.now() + SECOND)


def test_a_follow_up(hospital: Caller, referral: Referral, later: datetime) -> None:
    moved(hospital, referral, "rejected", statusReason={"text": "no retina service"})
    assert not found(hospital, "Task", later)
    by = people.actor(referral.organization, Role.COORDINATOR)
    referral_follow_up(referral_id=referral.pk, by=by, now=later, words="called another clinic")
    assert found(hospital, "Task", later)
    assert not found(hospital, "Task", later + SECOND)


def test_the_ways_to_a_visit_lead_to_what_is_within_reach_and_nowhere_else(
    hospital: Caller, referral: Referral
) -> None:
    client, clinic = hospital.backend.client, referral.organization
    both = fhir_case.sent(clinic, seed=3, name="Kim").encounter
    sent, _others = (cast.screened(people.actor(clinic), seed=seed, name="Park") for seed in (4, 6))
    withdrawn = fhir_case.sent(clinic, seed=5, name="Lee").encounter
    withdrawn.patient.consents.filter(scope="referral").update(withdrawn_at=timezone.now())
    for encounter in (both, sent):
        PartnerScreening.objects.create(
            client=client, encounter=encounter, external_id=str(encounter.pk), received_at=timezone.now()
        )
    led = {visit for way in reach.ways(client) for visit in way}
    assert led == set(reach.visits(client)) == {referral.encounter, both, sent}


def test_a_visit_that_is_reached_in_two_ways_is_told_once(hospital: Caller, referral: Referral) -> None:
    both = fhir_case.sent(referral.organization, seed=3, name="Kim").encounter
    PartnerScreening.objects.create(
        client=hospital.backend.client, encounter=both, external_id="E-1", received_at=timezone.now()
    )
    pages = hospital.all("DiagnosticReport?_lastUpdated=ge2020-01-01&_count=1")
    assert [one["id"] for one in pages] == [str(both.public_id), str(referral.encounter.public_id)]
