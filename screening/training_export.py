"""A training set from our own cases: photographs whose eyes are known, without who they are of."""

import csv
import shutil
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.core.files.storage import default_storage
from django.db import transaction

from records.actor import software
from records.models import AuditAction, Consent, ConsentScope, Organization, Patient
from records.selectors import age_years
from records.services import audit_record
from screening.domain.diagnosis import NONE, PRESENT
from screening.domain.findings import DISEASES, LABELS, Label
from screening.domain.laterality import Laterality
from screening.domain.truth import State, Truth, eye_states, keyword_of, known_of, person_states
from screening.models import Encounter, FundusImage
from screening.read_selectors import images_to_read, readings_settled
from screening.storage import derivative_name
from screening.truth_selectors import truths

EYES = {Laterality.RIGHT: "right", Laterality.LEFT: "left"}
SEXES = {"female": "Female", "male": "Male"}
OLDEST_TOLD = 89  # older people are few enough to be known by their age
READ = "read"
COLUMNS = (
    "file",
    "patient_id",
    "eye",
    "age",
    "sex",
    *(f"patient_{label}" for label in LABELS),
    *(f"eye_{label}_derived" for label in LABELS),
    "eye_keywords",
    "sources",
)
Known = Mapping[Label, Truth]
Told = defaultdict[int, defaultdict[Laterality, dict[Label, Truth]]]  # by visit, eye and disease


@dataclass
class Exported:
    """How many eyes were written, `partial` of them without every disease known, and why others were not."""

    eyes: int = 0
    partial: int = 0
    patients: int = 0
    left_out: Counter[str] = field(default_factory=Counter)


def export(
    organization: Organization, folder: Path, *, now: datetime, pseudonym: Callable[[], str]
) -> Exported:
    """Write `folder`/labels.csv with its photographs, as training reads it; its start and its end are audited.

    An eye is in it when a disease of it is known, from a settled read or a clinician's diagnosis, which wins (GT-02);
    its patient agreed to training and did not take that back; and it was photographed, not drawn. A label that nobody
    told is an empty cell, which training leaves out. Of a patient the newest visit of which something is known counts,
    and the patient's labels are those of the eyes in it. Each row says which label is from where.

    Parameters
    ----------
    pseudonym : a new name for each patient that nobody can lead back, such as random letters; nothing keeps it.
    """
    done, rows = Exported(), []
    # Before the first photograph leaves: an export that breaks off has left something behind too.
    _audit(organization, "training set: begun", now)
    (folder / "images").mkdir(parents=True)
    for patient, visit, eyes in _labelled(organization, done):
        rows += _rows(patient, visit, eyes, folder, pseudonym(), done)
    rows.sort(key=lambda row: row["file"])  # the order of patients tells nothing
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(rows)
    done.eyes, done.patients = len(rows), len({row["patient_id"] for row in rows})
    done.partial = sum("" in [row[f"eye_{label}_derived"] for label in DISEASES] for row in rows)
    _audit(organization, f"training set: {done.eyes} eyes of {done.patients} patients", now)
    return done


@transaction.atomic
def _audit(organization: Organization, detail: str, now: datetime) -> None:
    by = software("screening.training_export", organization.pk)
    audit_record(by=by, now=now, action=AuditAction.EXECUTE, entity=organization, detail=detail)


def _labelled(
    organization: Organization, done: Exported
) -> list[tuple[Patient, Encounter, dict[Laterality, Known]]]:
    """The newest visit of each patient who agreed, with what is known of its eyes."""
    agreed = Consent.objects.filter(scope=ConsentScope.TRAINING, withdrawn_at=None).values("patient")
    visits = Encounter.objects.filter(organization=organization, cancelled_at=None)
    known = _known(organization)
    newest: dict[int, Encounter] = {}
    for visit in visits.filter(pk__in=known).select_related("patient").order_by("pk"):
        newest[visit.patient_id] = visit
    may = set(Patient.objects.filter(pk__in=agreed).values_list("pk", flat=True))
    done.left_out["no consent to training"] = sum(patient not in may for patient in newest)
    return [(one.patient, one, known[one.pk]) for key, one in newest.items() if key in may]


def _known(organization: Organization) -> dict[int, dict[Laterality, Known]]:
    read, confirmed = _settled(organization), _confirmed(organization)
    return {
        visit: {
            eye: known_of(read[visit][eye], confirmed[visit][eye])
            for eye in EYES
            if eye in read[visit] or eye in confirmed[visit]
        }
        for visit in {*read, *confirmed}
    }


def _settled(organization: Organization) -> Told:
    found = _nothing_told()
    for visit, reading in readings_settled(Encounter.objects.filter(organization=organization)).items():
        for eye in reading:
            if eye.ungradable is None:
                found[visit][eye.laterality] = {
                    label: _as_read(visit, eye.laterality, label, present=label in eye.present)
                    for label in DISEASES
                }
    return found


def _confirmed(organization: Organization) -> Told:
    found = _nothing_told()
    for truth in truths(organization):
        found[truth.encounter_id][truth.laterality][truth.label] = truth
    return found


def _nothing_told() -> Told:
    return defaultdict(lambda: defaultdict(dict))


def _as_read(visit: int, eye: Laterality, label: Label, *, present: bool) -> Truth:
    return Truth(visit, eye, label, PRESENT if present else NONE, READ)


def _rows(
    patient: Patient,
    visit: Encounter,
    eyes: Mapping[Laterality, Known],
    folder: Path,
    name: str,
    done: Exported,
) -> list[dict[str, object]]:
    images = images_to_read(visit.pk)
    usable = {eye: known for eye, known in eyes.items() if _is_usable(images.get(eye), done)}
    person = {
        "patient_id": name,
        "age": _age(patient, visit),
        "sex": SEXES.get(patient.sex, "unknown"),
    } | _columns("patient_{}", person_states([eye_states(known) for known in usable.values()]))
    rows = []
    for eye, known in usable.items():
        file = f"images/{name}_{EYES[eye]}.jpg"
        copy = derivative_name(images[eye].sha256)
        with default_storage.open(copy) as source, (folder / file).open("wb") as target:
            shutil.copyfileobj(source, target)
        rows.append(person | {"file": file, "eye": EYES[eye]} | _answers(known))
    return rows


def _is_usable(image: FundusImage | None, done: Exported) -> bool:
    why = ""
    if image is None or not default_storage.exists(derivative_name(image.sha256)):
        why = "no copy without its camera's notes"
    elif image.synthetic:
        why = "drawn, not photographed"
    if why:
        done.left_out[why] += 1
    return not why


def _answers(known: Known) -> dict[str, object]:
    states = eye_states(known)
    words = [keyword_of(truth.label, truth.severity) for truth in known.values() if truth.present]
    sources = ";".join(f"{label}={known[label].source}" for label in DISEASES if label in known)
    return _columns("eye_{}_derived", states) | {
        "eye_keywords": ",".join(filter(None, words)) or ("normal fundus" if states[Label.NORMAL] else ""),
        "sources": sources,
    }


def _columns(name: str, states: Mapping[Label, State]) -> dict[str, int | str]:
    """Empty where not known, for 0 would say absent."""
    return {name.format(label): "" if states[label] is None else int(bool(states[label])) for label in LABELS}


def _age(patient: Patient, visit: Encounter) -> str:
    """Whole years, those of the oldest together; empty where not known."""
    age = age_years(patient.birth_date, visit.started_at.date())
    return "" if age is None else str(min(age, OLDEST_TOLD + 1))
