"""The JSON of the replies, described from the codes that fill it."""

from typing import Any

from config.api.replies import CAUTION
from config.api.status import ScreeningStatus
from risk.domain.disposition import Disposition
from risk.domain.urgency import Urgency
from screening.domain.findings import Decision, Label
from screening.domain.quality import Gradability, QualityReason
from screening.domain.severity import ICDR_GRADES, AmdStage

Schema = dict[str, Any]
ID = "0b6f3c5e-6f6e-4c65-9d0a-3f1f6a3f0c11"
ADDRESS = f"https://nungil.example/api/v1/screenings/{ID}"


def codes(choices: Any, *, nullable: bool = False) -> Schema:
    known: list[str | None] = [str(choice) for choice in choices]
    if nullable:
        return {"type": ["string", "null"], "enum": [*known, None]}
    return {"type": "string", "enum": known}


def whole(properties: Schema, *, nullable: bool = False) -> Schema:
    """An object that always has all of its properties."""
    kind = ["object", "null"] if nullable else "object"
    return {"type": kind, "properties": properties, "required": list(properties)}


def ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


MOMENT: Schema = {"type": "string", "format": "date-time"}
MOMENT_OR_NULL: Schema = {"type": ["string", "null"], "format": "date-time"}
SUMMARY: Schema = {
    "id": {"type": "string", "format": "uuid"},
    "external_id": {"type": "string"},
    "status": codes(ScreeningStatus)
    | {
        "description": "queued: no result yet · ungradable: no eye could be judged, take the photographs again"
        " · preliminary: the software's result, seen by no clinician · final: signed by a clinician"
        " · cancelled"
    },
    "received_at": MOMENT,
    "captured_at": MOMENT_OR_NULL,
    "links": whole({"self": {"type": "string"}, "cancel": {"type": "string"}}),
}
SHARE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1}
FINDING = whole(
    {
        "code": codes(Label),
        "label": {"type": "string", "description": "English words for the code"},
        "score": SHARE | {"description": "calibrated probability; null: only a person could judge it"},
        "threshold": SHARE,
        "decision": codes(Decision),
    }
)
QUALITY = whole(
    {"gradability": codes(Gradability), "reasons": {"type": "array", "items": codes(QualityReason)}}
)
SEVERITY = whole(
    {
        "icdr": {"type": ["integer", "null"], "enum": [*ICDR_GRADES, None]},
        "macular_oedema": {"type": ["boolean", "null"]},
        "amd": codes(AmdStage, nullable=True),
    }
) | {"description": "as a person graded it; null is not stated"}
EYE = whole(
    {
        "quality": QUALITY,
        "findings": {"type": "array", "items": FINDING},
        "severity": SEVERITY,
        "read_by_person": {"type": "boolean", "description": "a person decided the findings"},
    }
)
EYE_OR_NULL: Schema = {
    "oneOf": [ref("Eye"), {"type": "null"}],
    "description": "null: not photographed, or not scored yet",
}
SCREENING = SUMMARY | {
    "camera": {"type": ["string", "null"]},
    "synthetic": {"type": "boolean", "description": "true: a photograph is drawn, not of a person"},
    "caution": {"type": "string", "description": "show it wherever you show the result"},
    "delayed": {"type": "boolean", "description": "a step failed; the clinic's staff sees it and retries"},
    "eyes": whole({"right": EYE_OR_NULL, "left": EYE_OR_NULL}),
    "model": whole({key: {"type": "string"} for key in ("name", "version", "sha256")}, nullable=True)
    | {"description": "the image model; sha256 is that of its card, which names its weights"},
    "recommended_action": codes(Disposition, nullable=True),
    "urgency": codes(Urgency, nullable=True),
    "due_by": {
        "type": ["string", "null"],
        "format": "date",
        "description": "the earliest date on which something is due",
    },
    "interval_days": {"type": ["integer", "null"], "description": "days from assessment to the next visit"},
    "assessed_at": MOMENT_OR_NULL,
}
NEXT = whole({"cursor": {"type": "string"}, "url": {"type": "string"}}, nullable=True)
PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457. The kinds are listed at /api/docs/problems/.",
    "properties": {
        "type": {"type": "string", "description": "address of the kind of problem, or about:blank"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "what to do; names no person"},
        "instance": {"type": "string", "description": "the address that was asked"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "JSON pointer into the request (#/meta/risk/hba1c_percent, #/right)"
                        " or the name of a parameter (?limit)",
                    },
                    "detail": {"type": "string"},
                    "code": {"type": "string"},
                },
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail", "instance"],
}
SCHEMAS: dict[str, Schema] = {
    "Eye": EYE,
    "Problem": PROBLEM,
    "Screening": whole(SCREENING),
    "ScreeningSummary": whole(SUMMARY),
    "ScreeningList": whole({"screenings": {"type": "array", "items": ref("ScreeningSummary")}, "next": NEXT}),
}
SUMMARY_EXAMPLE: Schema = {
    "id": ID,
    "external_id": "VISIT-2026-0017",
    "status": "queued",
    "received_at": "2026-11-24T00:31:02.120000+00:00",
    "captured_at": "2026-11-24T00:30:00+00:00",
    "links": {"self": ADDRESS, "cancel": f"{ADDRESS}/cancel"},
}
UNGRADED = {"icdr": None, "macular_oedema": None, "amd": None}
SCREENING_EXAMPLE: Schema = SUMMARY_EXAMPLE | {
    "status": "preliminary",
    "camera": "Example NM-1",
    "synthetic": False,
    "caution": CAUTION,
    "delayed": False,
    "eyes": {
        "right": {
            "quality": {"gradability": "gradable", "reasons": []},
            "findings": [
                {
                    "code": "D",
                    "label": "Diabetes in the eye",
                    "score": 0.8312,
                    "threshold": 0.41,
                    "decision": "present",
                }
            ],
            "severity": UNGRADED,
            "read_by_person": False,
        },
        "left": {
            "quality": {"gradability": "ungradable", "reasons": ["blurred"]},
            "findings": [],
            "severity": UNGRADED,
            "read_by_person": False,
        },
    },
    "model": {"name": "nungil-b0-256", "version": "1", "sha256": "5f" * 32},
    "recommended_action": "refer",
    "urgency": "urgent",
    "due_by": "2026-12-08",
    "interval_days": 14,
    "assessed_at": "2026-11-24T00:31:04.512000+00:00",
}
