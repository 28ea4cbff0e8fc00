"""Intake is for the clinic's own records, for people who take cases, and under a consent in force."""

from collections.abc import Callable

import pytest

from records.actor import Actor, software
from records.errors import ConsentMissing, RecordNotFound, RoleRefused
from records.models import Role
from records.permission import INTAKE_ROLES
from records.services import consent_withdraw
from screening import services
from screening.domain.laterality import Laterality
from screening.models import Encounter, Exam, FundusImage
from tests.factories import photographs
from tests.factories import records as cast
from tests.factories import screening as made
from tests.factories.records import NOW

Step = Callable[[Exam, Actor], object]
STEPS: dict[str, Step] = {
    "open a visit": lambda exam, by: services.encounter_open(patient=exam.encounter.patient, by=by, now=NOW),
    "open an exam": lambda exam, by: services.exam_open(encounter=exam.encounter, by=by, now=NOW),
    "add a photograph": lambda exam, by: services.image_add(
        exam=exam, laterality=Laterality.LEFT, data=photographs.jpeg(2), by=by, now=NOW
    ),
    "submit": lambda exam, by: services.exam_submit(exam=exam, by=by, now=NOW),
}


@pytest.fixture
def exam(screener: Actor) -> Exam:
    opened = made.open_exam(screener)
    services.image_add(
        exam=opened, laterality=Laterality.RIGHT, data=photographs.jpeg(1), by=screener, now=NOW
    )
    return opened


def _assert_unchanged(exam: Exam) -> None:
    assert (Encounter.objects.count(), Exam.objects.count(), FundusImage.objects.count()) == (1, 1, 1)
    assert Exam.objects.get().status == "open"


@pytest.mark.parametrize("step", STEPS)
def test_another_clinics_case_does_not_exist(exam: Exam, step: str) -> None:
    with pytest.raises(RecordNotFound):
        STEPS[step](exam, cast.actor(cast.clinic()))
    _assert_unchanged(exam)


def test_another_clinics_exam_takes_no_result(screener: Actor) -> None:
    exam = made.submitted_exam(screener)
    with pytest.raises(RecordNotFound):
        made.outcome(exam, made.eye(Laterality.RIGHT), by=cast.actor(cast.clinic()))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", Role.values)
def test_only_people_who_take_cases_do_so(exam: Exam, step: str, role: str) -> None:
    by = cast.actor(exam.encounter.organization, role)
    if role in INTAKE_ROLES:
        STEPS[step](exam, by)
        return
    with pytest.raises(RoleRefused, match="screener"):
        STEPS[step](exam, by)
    _assert_unchanged(exam)


def test_an_auditor_and_a_pharmacist_take_no_cases() -> None:
    assert set(Role) - set(INTAKE_ROLES) == {Role.AUDITOR, Role.PHARMACIST}


@pytest.mark.parametrize("step", STEPS)
def test_software_may_take_a_case(exam: Exam, step: str) -> None:
    assert STEPS[step](exam, software("demo", exam.encounter.organization_id)) is not None


@pytest.mark.parametrize("step", STEPS)
def test_nothing_goes_on_after_the_consent_was_withdrawn(exam: Exam, screener: Actor, step: str) -> None:
    consent_withdraw(
        patient=exam.encounter.patient, scope="screening", by=screener, now=NOW, reason="patient's wish"
    )
    with pytest.raises(ConsentMissing):
        STEPS[step](exam, screener)
    _assert_unchanged(exam)
