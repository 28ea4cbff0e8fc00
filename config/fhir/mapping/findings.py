"""What one visit showed, as Observations: one a label and eye.

Preliminary until people signed; an eye that could not be judged has a reason instead of a value, never "normal".
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from config.api.status import ScreeningStatus
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
from records.models import Organization
from screening.domain.exam_result import EyeResult
from screening.domain.findings import DISEASES, Finding, Label
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from screening.domain.reading import EyeReading


@dataclass(frozen=True)
class Shown:
    """One version of a visit as far as its resources need it. `ordered`: who reads it ordered it.

    `photographs`: (laterality, key) of each, oldest first. `version` changes whenever anything here does.
    `decided`: what people read in each eye, and `signers` who signed for it. `changed`: they did so again after the
    report had been final; `amended`: the eyes of which they then said something else.
    """

    visit: UUID
    patient: UUID
    clinic: Organization
    eyes: tuple[EyeResult, ...]
    photographs: tuple[tuple[str, str], ...]
    release: str
    release_sha256: str
    taken_at: datetime
    updated_at: datetime
    version: int
    status: ScreeningStatus
    decided: Mapping[Laterality, EyeReading] = field(default_factory=dict)
    signers: tuple[str, ...] = ()
    changed: bool = False
    amended: frozenset[Laterality] = frozenset()
    ordered: bool = False

    @property
    def signed(self) -> bool:
        """People settled what it shows."""
        return self.status == ScreeningStatus.FINAL

    @property
    def cancelled(self) -> bool:
        return self.status == ScreeningStatus.CANCELLED


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
    if not (shown.signed and eye.read):
        return "preliminary"
    # Not "corrected": nobody says whether an amendment corrects an error or adds what was not known before.
    return "amended" if eye.laterality in shown.amended else "final"


def _value(found: Finding) -> Element:
    value: Element = {"valueCodeableConcept": concept(f"{OURS}finding-decision", found.decision)}
    if found.score is not None:
        score = {"value": round(found.score, 4), "system": "http://unitsofmeasure.org", "code": "1"}
        value["component"] = [{"code": concept(OURS + "measure", "score"), "valueQuantity": score}]
    return value


def _absent(eye: EyeResult) -> Element:
    why = ", ".join(["ungradable", *map(str, eye.quality_reasons)])
    return {"dataAbsentReason": concept(f"{TERMINOLOGY}data-absent-reason", "unknown", "Unknown", why)}
