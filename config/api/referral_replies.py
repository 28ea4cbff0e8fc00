"""A referral as a hospital's program reads it: what the FHIR Task says, in plain JSON."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from config.api.replies import CAUTION
from config.fhir import loading_referred
from config.fhir.mapping.task_answers import CODES, EYES
from records.models import Patient
from referrals.models import Referral

# The steps that a hospital may take, by the last part of their addresses.
STEPS = ("accept", "reject", "complete", "appointment", "did-not-attend", "resume")


def summary(row: Referral, request: HttpRequest) -> dict[str, Any]:
    """What a list says of one referral; nothing of the person. `row` as `referral_reads` gives it."""
    task = loading_referred.task(row)
    visit = loading_referred.visit_of(row)
    own = request.build_absolute_uri(reverse("api-referral", args=[row.pk]))
    return {
        "id": row.pk,
        "version": int(task["meta"]["versionId"]),
        "status": task["status"],
        "business_status": str(visit.code) if visit else None,
        "appointment_at": visit.starts_at.isoformat() if visit and visit.starts_at else None,
        "urgency": task["priority"],
        "due_by": task["restriction"]["period"]["end"],
        "changed_at": task["lastModified"],
        "links": {
            "self": own,
            "letter": f"{own}/letter",
            "task": request.build_absolute_uri(f"/fhir/Task/{row.pk}"),
        }
        | {step: f"{own}/{step}" for step in STEPS},
    }


def whole(row: Referral, request: HttpRequest, *, patient: Patient | None) -> dict[str, Any]:
    """`patient`: None where the hospital is not, or no longer, to treat the person."""
    task = loading_referred.task(row)
    return summary(row, request) | {
        "clinic": {"name": row.organization.name, "telephone": row.organization.telephone or None},
        "hospital": row.hospital.name if row.hospital else None,
        "patient": _patient(patient) if patient else None,
        "reason": task.get("statusReason", {}).get("text"),
        "notes": [{"at": one["time"], "text": one["text"]} for one in task.get("note", ())],
        "outcome": [_found(one) for one in task.get("output", ())],
        "caution": CAUTION,
    }


def etag_of(row: Referral) -> str:
    return f'W/"{loading_referred.task(row)["meta"]["versionId"]}"'


def _patient(patient: Patient) -> dict[str, Any]:
    return {
        "mrn": patient.mrn,
        "name": patient.name,
        "birth_date": patient.birth_date.isoformat() if patient.birth_date else None,
        "sex": patient.sex,
        "language": patient.language,
    }


def _found(one: dict[str, Any]) -> dict[str, Any]:
    laterality, label = CODES[one["type"]["coding"][0]["code"]]
    return {"eye": EYES[laterality], "code": str(label), "present": one["valueBoolean"]}
