"""Which problem each of our typed errors is, and to which part of the request it points. One table."""

from collections.abc import Callable

from config.api.problems import Place, RequestRefused, pointer
from config.errors import AnotherPatient, AnswersInvalid, CaseUnderWay
from pharmacy.errors import SafetyAnswersError
from records.errors import (
    ConsentMissing,
    KeyInUse,
    KeyOfAnotherRequest,
    PatientInvalid,
    RecordNotFound,
    RoleRefused,
)
from referrals.errors import (
    AppointmentInvalid,
    AppointmentMissing,
    HospitalStepRefused,
    IllegalTransition,
    OutcomeMissing,
    ReasonMissing,
    ReferralChanged,
)
from risk.errors import ImplausibleAnswer
from screening.errors import (
    CancelReasonMissing,
    ExamIncomplete,
    ExternalIdTaken,
    LateralityTaken,
    SamePhotographBothEyes,
)


def _plain(problem: str) -> Callable[[Exception], RequestRefused]:
    return lambda error: RequestRefused(problem, str(error))


def _silent(problem: str) -> Callable[[Exception], RequestRefused]:
    """For errors written for staff at a screen: the problem's own advice says it to a partner."""
    return lambda _: RequestRefused(problem)


def _at(problem: str, *path: str) -> Callable[[Exception], RequestRefused]:
    def refused(error: Exception) -> RequestRefused:
        return RequestRefused(problem, places=[Place(pointer(*path), str(error))])

    return refused


def _field_of(*section: str) -> Callable[[Exception], RequestRefused]:
    """An answer of a section of `meta`; the error's `field` leads on from there."""

    def refused(error: Exception) -> RequestRefused:
        field = str(error.field)
        path = ("patient", "birth_date") if field == "age_years" else (*section, *field.split("."))
        advice = str(error).removeprefix(f"{field}: ")
        code = str(getattr(error, "code", ""))
        return RequestRefused("content-invalid", places=[Place(pointer("meta", *path), advice, code)])

    return refused


def _under_way(error: Exception) -> RequestRefused:
    return RequestRefused("request-under-way", str(error), wait=getattr(error, "seconds", None))


def _another_patient(_: Exception) -> RequestRefused:
    """Never which detail differs: asked often enough, that would tell who the patient is."""
    advice = "belongs to another patient; check the record number and the details"
    return RequestRefused("content-invalid", places=[Place(pointer("meta", "patient", "mrn"), advice)])


def _appointment(error: Exception) -> RequestRefused:
    place = Place(pointer(str(getattr(error, "field", ""))), str(getattr(error, "advice", "")))
    return RequestRefused("content-invalid", places=[place])


_REFUSALS: dict[type[Exception], Callable[[Exception], RequestRefused]] = {
    AnswersInvalid: _field_of(),
    AnotherPatient: _another_patient,
    PatientInvalid: _field_of("patient"),
    ImplausibleAnswer: _field_of("risk"),
    SafetyAnswersError: _field_of("safety"),
    ConsentMissing: _at("consent-missing", "meta", "consent"),
    SamePhotographBothEyes: _at("photograph-refused", "left"),
    LateralityTaken: _plain("content-invalid"),
    ExamIncomplete: _plain("content-invalid"),
    CancelReasonMissing: _at("content-invalid", "reason"),
    CaseUnderWay: _plain("case-under-way"),
    ExternalIdTaken: _at("external-id-taken", "meta", "external_id"),
    IllegalTransition: _plain("transition-refused"),
    HospitalStepRefused: _plain("transition-refused"),
    AppointmentMissing: _plain("transition-refused"),
    AppointmentInvalid: _appointment,
    ReferralChanged: _silent("version-stale"),
    ReasonMissing: _at("content-invalid", "reason"),
    OutcomeMissing: _at("content-invalid", "outcome"),
    KeyInUse: _under_way,
    KeyOfAnotherRequest: _plain("idempotency-key-reused"),
    RecordNotFound: _silent("not-found"),
    RoleRefused: _plain("forbidden"),
}


def refusal_of(error: Exception) -> RequestRefused | None:
    """What a partner is told of one of our errors; None for an error that nobody anticipated."""
    for kind, refused in _REFUSALS.items():
        if isinstance(error, kind):
            return refused(error)
    return None
