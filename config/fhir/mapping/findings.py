"""What one visit showed, as Observations: one a label and eye.

Preliminary until people signed; an eye that could not be judged has a reason instead of a value, never "normal".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.fhir.mapping.elements import (
    MODEL,
    OURS,
    SNOMED,
    TERMINOLOGY,
    Element,
    concept,
    label_concept,
    meta,
    model,
    moment,
    reference,
    retina,
    without_empty,
)
from screening.domain.exam_result import EyeResult
from screening.domain.findings import DISEASES, Finding, Label
from screening.domain.quality import Gradability


@dataclass(frozen=True)
class Shown:
    """One visit as far as its resources need it. `signed`: people settled what it shows.
    `ordered`: who reads it ordered it.

    `photographs`: (laterality, key) of each, oldest first. `version` changes whenever anything here does.
    """

    visit: UUID
    patient: UUID
    eyes: tuple[EyeResult, ...]
    photographs: tuple[tuple[str, int], ...]
    release: str
    release_sha256: str
    taken_at: datetime
    updated_at: datetime
    version: int
    signed: bool
    cancelled: bool = False
    ordered: bool = False


def observations(shown: Shown) -> list[Element]:
    """Every label of every photographed eye, the right eye first."""
    return [_observation(shown, eye, label, found) for eye in shown.eyes for label, found in _labels(eye)]


def observation_ids(shown: Shown) -> list[str]:
    return [_key(shown, eye, label) for eye in shown.eyes for label, _ in _labels(eye)]


def _labels(eye: EyeResult) -> Iterator[tuple[Label, Finding | None]]:
    if not _judged(eye):
        yield from ((label, None) for label in DISEASES)
        return
    yield from ((finding.label, finding) for finding in eye.findings)


def _judged(eye: EyeResult) -> bool:
    return eye.gradability is not Gradability.UNGRADABLE


def _key(shown: Shown, eye: EyeResult, label: Label) -> str:
    return f"{shown.visit}-{eye.laterality}-{label}"


def _observation(shown: Shown, eye: EyeResult, label: Label, found: Finding | None) -> Element:
    return without_empty(
        {
            "resourceType": "Observation",
            "id": _key(shown, eye, label),
            "meta": meta(shown.version, shown.updated_at),
            "contained": [model(shown.release, shown.release_sha256)],
            "status": _status(shown, eye),
            "category": [concept(f"{TERMINOLOGY}observation-category", "imaging", "Imaging")],
            "code": label_concept(label),
            "subject": reference("Patient", shown.patient),
            "effectiveDateTime": moment(shown.taken_at),
            "bodySite": retina(eye.laterality),
            "method": concept(SNOMED, "314971001", "Camera fundoscopy"),
            "device": MODEL,
            "derivedFrom": [
                reference("Media", key) for side, key in shown.photographs if side == eye.laterality
            ],
        }
        | (_value(found) if found else _absent(eye))
    )


def _status(shown: Shown, eye: EyeResult) -> str:
    if shown.cancelled:
        return "cancelled"
    return "final" if shown.signed and eye.read else "preliminary"


def _value(found: Finding) -> Element:
    value: Element = {"valueCodeableConcept": concept(f"{OURS}finding-decision", found.decision)}
    if found.score is not None:
        score = {"value": round(found.score, 4), "system": "http://unitsofmeasure.org", "code": "1"}
        value["component"] = [{"code": concept(OURS + "measure", "score"), "valueQuantity": score}]
    return value


def _absent(eye: EyeResult) -> Element:
    why = ", ".join(["ungradable", *map(str, eye.quality_reasons)])
    return {"dataAbsentReason": concept(f"{TERMINOLOGY}data-absent-reason", "unknown", "Unknown", why)}
