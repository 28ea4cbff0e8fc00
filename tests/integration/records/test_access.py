import pytest

from records import access
from records.actor import Actor, software
from records.errors import RecordNotFound, RoleRefused
from records.models import AuditEvent, Role
from tests.factories import records as cast
from tests.factories.records import NOW


def test_reading_a_patient_leaves_a_trace(screener: Actor) -> None:
    patient = cast.patient(screener)
    assert access.patient_by_public_id(str(patient.public_id), by=screener, now=NOW) == patient
    event = AuditEvent.objects.latest("sequence")
    assert (event.action, event.patient_id) == ("R", patient.pk)


def test_another_clinics_patient_does_not_exist(screener: Actor) -> None:
    foreign = cast.patient(cast.actor(cast.clinic()))
    with pytest.raises(RecordNotFound):
        access.patient_by_public_id(str(foreign.public_id), by=screener, now=NOW)
    assert not AuditEvent.objects.filter(organization_id=screener.organization_id).exists()


@pytest.mark.parametrize("role", Role.values)
def test_a_role_passes_only_where_it_is_named(clinic: object, role: str) -> None:
    by = Actor(organization_id=1, label="practitioner:1", role=role, practitioner_id=1)
    access.role_required(by, role)
    with pytest.raises(RoleRefused):
        access.role_required(by, *(other for other in Role.values if other != role))


def test_software_never_passes_for_a_person() -> None:
    with pytest.raises(RoleRefused):
        access.role_required(software("screening.scorer", 1), *Role.values)
