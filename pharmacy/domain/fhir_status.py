"""Our status of a dispense as FHIR R4 MedicationDispense writes it."""

from typing import Final

# A reconciled dispense is completed when packs reached the patient, else stopped.
FHIR_STATUS: Final = {
    "released": "preparation",
    "dispensing": "in-progress",
    "in-bay": "in-progress",
    "completed": "completed",
    "partial": "completed",
    "failed": "stopped",
    "unknown": "unknown",
    "cancelled": "cancelled",
    "expired": "cancelled",
}


def fhir_status(status: str, *, packs_handed_over: int) -> str:
    """The FHIR code of a dispense."""
    if status == "reconciled":
        return "completed" if packs_handed_over else "stopped"
    return FHIR_STATUS[status]


# What nobody authorised is a draft; a refusal ends it before anything was ordered.
PRESCRIPTION_FHIR_STATUS: Final = {
    "proposed": "draft",
    "needs-pharmacist": "draft",
    "authorised": "active",
    "refused": "cancelled",
    "cancelled": "cancelled",
}
