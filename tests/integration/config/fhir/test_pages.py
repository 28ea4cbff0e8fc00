"""A page of many rows asks the database no more often than a page of few."""

from copy import copy

from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from pharmacy.models import Dispense
from records.models import Organization, Role
from referrals.models import Referral
from screening.domain.findings import Label
from screening.services import grading_claim, read_sign
from tests.factories import grading
from tests.factories import records as people
from tests.integration.config import fhir_case
from tests.integration.config.fhir_case import Caller

FEW, MANY = 2, 20


def test_a_page_of_many_asks_as_often_as_a_page_of_few(clinic: Organization) -> None:
    hospital: Caller | None = None
    asked: dict[int, dict[str, int]] = {}
    for number in range(MANY):
        referral = fhir_case.sent(clinic, seed=number, name=f"Hong {number}")
        _read_by_people(referral)
        hospital = hospital or fhir_case.speaks_for(fhir_case.caller(clinic), referral.hospital)
        _supplied(referral, number)
        if number + 1 in (FEW, MANY):
            hospital.get("Task")  # the first request of an hour notes that the program was there
            asked[number + 1] = {kind: _asked(hospital, kind) for kind in fhir_case.SEARCHED}
    assert asked[MANY] == asked[FEW]


def _read_by_people(referral: Referral) -> None:
    by, now = people.actor(referral.organization, Role.GRADER), timezone.now()
    task = grading.task(referral.encounter)
    grading_claim(task_id=task.pk, by=by, now=now)
    read_sign(task_id=task.pk, position="first", entries=grading.both(Label.GLAUCOMA), by=by, now=now)


def _supplied(referral: Referral, number: int) -> None:
    """A further medicine and its hand-over; the first visit's are the pattern."""
    if number == 0:
        fhir_case.supplied(referral)
        return
    pattern = Dispense.objects.select_related("prescription__order").earliest("pk")
    order = _again(pattern.prescription.order, patient=referral.encounter.patient)
    supply = _again(
        pattern.prescription, assessment=referral.assessment, encounter=referral.encounter, order=order
    )
    _again(pattern, prescription=supply, status="cancelled", ended_at=pattern.released_at)


def _again(row: Model, **changes: object) -> Model:
    made = copy(row)
    made.pk, made._state.adding = None, True
    for name, value in changes.items():
        setattr(made, name, value)
    made.save(force_insert=True)
    return made


def _asked(hospital: Caller, kind: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = hospital.get(f"{kind}?_count=100")
    assert found["entry"], kind
    return len(queries)
