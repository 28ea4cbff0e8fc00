"""The medicines of a visit, and who did what."""

from collections.abc import Iterable

from config.fhir import loading_trail, reach, reach_medicines
from config.fhir.changes import updated
from config.fhir.kinds.kind import Kind, Source, each
from config.fhir.mapping import medicines, trail
from config.fhir.parameters import (
    AUDIT_CODES,
    ORDER_CODES,
    SUPPLY_CODES,
    dispense_status,
    intent,
    led_by,
    named,
    numbered,
    of_visit,
    patient,
    prefixed,
    target,
)
from config.fhir.search import token_of

MEDICATION_REQUEST = Kind(
    "MedicationRequest",
    "rs",
    (
        Source(
            lambda client: reach_medicines.prescriptions(client).select_related(
                "medicine", "order", "authorised_by", "encounter__patient"
            ),
            each(medicines.supply),
            numbered,
            "encounter.patient_id",
            {
                "patient": patient("encounter__patient__public_id"),
                "status": ("token", token_of("status", SUPPLY_CODES)),
                "intent": ("token", intent),
                "_lastUpdated": updated("changed_at"),
            },
        ),
        Source(
            lambda client: reach_medicines.orders(client).select_related(
                "medicine", "patient", "organization"
            ),
            loading_trail.orders_of,
            prefixed(medicines.ORDER),
            "patient_id",
            {
                "patient": patient("patient__public_id"),
                "status": ("token", token_of("status", ORDER_CODES)),
                "intent": ("token", intent),
                "_lastUpdated": updated("changed_at"),
            },
        ),
    ),
    exact=("status",),
)
MEDICATION_DISPENSE = Kind(
    "MedicationDispense",
    "rs",
    (
        Source(
            lambda client: reach_medicines.dispenses(client).select_related(
                "lot__medicine", "prescription__encounter__patient", "released_by"
            ),
            each(medicines.dispense),
            numbered,
            "prescription.encounter.patient_id",
            {
                "patient": patient("prescription__encounter__patient__public_id"),
                "status": ("token", dispense_status),
                "prescription": led_by("MedicationRequest", "prescription"),
                "_lastUpdated": updated("changed_at"),
            },
        ),
    ),
    includes={"prescription": ("authorizingPrescription", "MedicationRequest")},
)
PROVENANCE = Kind(
    "Provenance",
    "rs",
    (
        Source(
            reach.assessments,
            loading_trail.provenances_of,
            named("encounter__public_id", longer=True),
            "encounter.patient_id",
            of_visit(target=("reference", target)),
            ways=reach.assessments_by_way,
        ),
    ),
    includes={"target": ("target", "DiagnosticReport")},
    keeps_versions=True,
)
AUDIT_EVENT = Kind(
    "AuditEvent",
    "rs",
    (
        Source(
            lambda client: reach.audit_events(client).select_related("organization"),
            each(trail.audit_event),
            numbered,
            "patient_id",
            {
                "patient": patient("person"),
                "date": updated("recorded_at"),
                "action": ("token", token_of("action", AUDIT_CODES)),
            },
        ),
    ),
)
FOLLOWED: Iterable[Kind] = (MEDICATION_REQUEST, MEDICATION_DISPENSE, PROVENANCE, AUDIT_EVENT)
