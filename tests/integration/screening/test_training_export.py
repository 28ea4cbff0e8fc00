"""What a hospital found is in the next training set and in the figures of the model, with its source."""

import csv
from itertools import count
from pathlib import Path

import pytest
from django.utils import timezone

from config.agreement_truth import truth_lines
from records.actor import Actor
from records.models import AuditEvent, ConsentScope, Organization, Role
from records.services import consent_give, consent_withdraw
from screening.domain.diagnosis import Diagnosis
from screening.domain.findings import DISEASES, Label
from screening.domain.laterality import Laterality
from screening.imaging.training_data import read_labels
from screening.models import Encounter, FundusImage
from screening.services import derivatives_make, diagnosis_report
from screening.training_export import export
from tests.factories import records as people
from tests.factories import screening
from tests.integration.config import cast


@pytest.fixture
def case(clinic: Organization, screener: Actor) -> Encounter:
    """The machine saw diabetes in the right eye; the hospital examined it and found glaucoma instead."""
    visit = cast.screened(
        screener, screening.eye("R", D=0.9), screening.eye("L"), name="Kim Jiwoo", synthetic=False
    )
    derivatives_make(visit.exams.get().pk)
    told(visit, clinic, {label: "present" if label is Label.GLAUCOMA else "none" for label in DISEASES})
    return visit


def told(visit: Encounter, clinic: Organization, stages: dict[Label, str]) -> None:
    now = timezone.now()
    diagnosis_report(
        patient=visit.patient,
        found=[Diagnosis(Laterality.RIGHT, label, stage) for label, stage in stages.items()],
        hospital="Hill Hospital",
        confirmed_on=timezone.localdate(now),
        by=people.actor(clinic, Role.COORDINATOR),
        now=now,
    )


def agrees(visit: Encounter, by: Actor) -> None:
    consent_give(patient=visit.patient, scope=ConsentScope.TRAINING, by=by, now=timezone.now())


def exported(clinic: Organization, folder: Path) -> list[dict[str, str]]:
    names = count(1)
    export(clinic, folder, now=timezone.now(), pseudonym=lambda: f"x{next(names)}")
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_an_eye_that_a_hospital_knows_is_exported_with_its_sources_and_training_reads_it(
    clinic: Organization, screener: Actor, case: Encounter, tmp_path: Path
) -> None:
    agrees(case, screener)
    (row,) = exported(clinic, tmp_path / "set")
    assert (row["eye"], row["eye_G_derived"], row["eye_D_derived"], row["eye_N_derived"]) == (
        "right",
        "1",
        "0",
        "0",
    )
    assert row["sources"] == ";".join(f"{label}=hospital" for label in DISEASES)
    assert "Kim" not in (tmp_path / "set" / "labels.csv").read_text()
    (read,) = read_labels(tmp_path / "set")
    assert read.path.stat().st_size > 0
    assert AuditEvent.objects.filter(detail="training set: 1 eyes of 1 patients").exists()


def test_an_export_that_breaks_off_is_on_record_too(
    clinic: Organization, screener: Actor, case: Encounter, tmp_path: Path
) -> None:
    agrees(case, screener)

    def broken() -> str:
        raise OSError("no names left")

    with pytest.raises(OSError, match="no names"):
        export(clinic, tmp_path / "set", now=timezone.now(), pseudonym=broken)
    assert AuditEvent.objects.filter(detail="training set: begun").exists()


def test_without_consent_or_with_it_taken_back_nothing_is_exported(
    clinic: Organization, screener: Actor, case: Encounter, tmp_path: Path
) -> None:
    assert exported(clinic, tmp_path / "never asked") == []
    agrees(case, screener)
    consent_withdraw(
        patient=case.patient, scope=ConsentScope.TRAINING, by=screener, now=timezone.now(), reason="no"
    )
    assert exported(clinic, tmp_path / "taken back") == []


def test_neither_a_drawn_eye_nor_one_of_another_clinic_is_exported(
    clinic: Organization, screener: Actor, case: Encounter, tmp_path: Path
) -> None:
    agrees(case, screener)
    assert exported(people.clinic("Elsewhere"), tmp_path / "elsewhere") == []
    FundusImage.objects.update(synthetic=True)
    assert exported(clinic, tmp_path / "drawn") == []


def test_the_models_figures_count_what_it_found_missed_and_saw_for_nothing(
    clinic: Organization, case: Encounter
) -> None:
    by = people.actor(clinic, Role.PHYSICIAN)
    lines = {str(one.line.name): one for one in truth_lines(by=by, since=None)}
    counted = {name: (one.found, one.missed, one.alarm) for name, one in lines.items()}
    assert len(counted) == len(DISEASES)
    assert sorted(counted.values(), reverse=True)[0] == (0, 1, 0)
    assert (0, 0, 1) in counted.values()
    assert truth_lines(by=people.actor(people.clinic("Elsewhere"), Role.PHYSICIAN), since=None) == []
