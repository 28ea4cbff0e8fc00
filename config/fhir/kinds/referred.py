"""The person, and what the hospital is asked to do for them."""

from collections.abc import Iterable

from config.fhir import loading_referred, reach
from config.fhir.changes import updated_referral, updated_visit
from config.fhir.kinds.kind import Kind, Source
from config.fhir.mapping.task_answers import CHANGEABLE
from config.fhir.mapping.task_visits import SYSTEM, VisitCode
from config.fhir.parameters import (
    NOTHING,
    TASK_CODES,
    birthdate,
    identifier,
    named,
    numbered,
    order_identifier,
    owner,
    patient,
)
from config.fhir.search import token_of

OF_VISIT = "encounter.patient_id"

PATIENT = Kind(
    "Patient",
    "crs",
    (
        Source(
            reach.patients,
            loading_referred.patients_of,
            named("public_id"),
            "pk",
            {"identifier": ("token", identifier), "birthdate": ("date", birthdate)},
        ),
    ),
    needs=("_id", "identifier"),
    documentation="A search names one person, by _id or by identifier; birthdate, a whole day, is a further condition.",
)
_PATIENT = {"patient": patient("encounter__patient__public_id")}
# What a hospital was sent, and what a partner ordered here.
SERVICE_REQUEST = Kind(
    "ServiceRequest",
    "crs",
    (
        Source(
            loading_referred.referrals,
            loading_referred.service_requests,
            numbered,
            OF_VISIT,
            {
                **_PATIENT,
                "_lastUpdated": updated_referral(),
                "identifier": ("token", lambda _: NOTHING),
            },
        ),
        Source(
            reach.screening_orders,
            loading_referred.screening_orders_of,
            named("encounter__public_id"),
            OF_VISIT,
            {
                **_PATIENT,
                "_lastUpdated": updated_visit(),
                "identifier": ("token", order_identifier),
            },
        ),
    ),
    includes={"subject": ("subject", "Patient")},
    keeps_versions=True,
    documentation="What is created here is a screening; a referral is created by the clinic.",
)
TASK = Kind(
    "Task",
    "rus",
    (
        Source(
            loading_referred.referrals,
            loading_referred.tasks,
            numbered,
            OF_VISIT,
            {
                **_PATIENT,
                "status": ("token", token_of("status", TASK_CODES)),
                "owner": ("reference", owner),
                "_lastUpdated": updated_referral(),
            },
        ),
    ),
    includes={"focus": ("focus", "ServiceRequest"), "patient": ("for", "Patient")},
    keeps_versions=True,
    documentation=f"An update takes If-Match and changes {', '.join(CHANGEABLE)} only. businessStatus has a code of "
    f"{SYSTEM}: {', '.join(VisitCode)}; executionPeriod.start is when the booked appointment begins, "
    "restriction.period.end the day by which the patient must be seen.",
)
REFERRED: Iterable[Kind] = (PATIENT, SERVICE_REQUEST, TASK)
