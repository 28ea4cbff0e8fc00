"""What a hospital answers through its program is in the next training set; what it left open is learned from nobody."""

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import torch
from django.core.cache import cache
from django.utils import timezone

from records.models import ConsentScope, Organization, Role
from records.services import consent_give
from referrals.models import Referral
from screening.domain.findings import DISEASES, LABELS, Label
from screening.domain.grading import OverrideReason
from screening.imaging.folds import NEVER_HELD_OUT, deal_folds
from screening.imaging.targets import TARGETS
from screening.imaging.train_config import TrainConfig
from screening.imaging.train_loss import criterion_of
from screening.imaging.training_data import answers_of, read_labels
from screening.training_export import export
from tests.factories import grading, partners
from tests.factories import records as people
from tests.factories.partners import Partner
from tests.integration.config import fhir_case

LEFT_OPEN = [label for label in LABELS if label not in ("G", "N")]


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> None:
    cache.clear()


@pytest.fixture
def referral(clinic: Organization) -> Referral:
    """Of somebody who agreed to training."""
    made = fhir_case.sent(clinic, synthetic=False)
    by = people.actor(clinic, Role.SCREENER)
    consent_give(patient=made.encounter.patient, scope=ConsentScope.TRAINING, by=by, now=timezone.now())
    return made


def told_by_task(referral: Referral, *, glaucoma: bool) -> None:
    hospital = fhir_case.speaks_for(fhir_case.caller(referral.organization), referral.hospital)
    code = {"system": "urn:nungil:codesystem:referral-outcome", "code": "right-glaucoma"}
    found = {"output": [{"type": {"coding": [code]}, "valueBoolean": glaucoma}]}
    for status in ("received", "accepted", "in-progress", "completed"):
        task = hospital.get(f"Task/{referral.pk}") | {"status": status}
        reply = hospital.backend.browser.put(
            f"/fhir/Task/{referral.pk}",
            json.dumps(task | (found if status == "completed" else {})),
            content_type="application/fhir+json",
            headers={
                "authorization": f"Bearer {hospital.token}",
                "if-match": f'W/"{task["meta"]["versionId"]}"',
            },
        )
        assert reply.status_code == 200, reply.content


def told_by_rest(referral: Referral, *, glaucoma: bool) -> None:
    client, token = partners.token(referral.organization)
    fhir_case.client_speaks_for(client, referral.hospital)
    hospital, address = Partner(token), f"/api/v1/referrals/{referral.pk}"
    found = {"outcome": [{"eye": "right", "code": "G", "present": glaucoma}]}
    for step, body in (("accept", {}), ("complete", found)):
        headers = {"idempotency-key": step, "if-match": hospital.get(address).headers["ETag"]}
        reply: Any = hospital.browser.post(
            f"{address}/{step}", body, content_type="application/json", headers=headers
        )
        assert reply.status_code == 200, reply.content


def exported(clinic: Organization, folder: Path) -> list[dict[str, str]]:
    names = count(1)
    export(clinic, folder, now=timezone.now(), pseudonym=lambda: f"x{next(names)}")
    with (folder / "labels.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("told", [told_by_task, told_by_rest])
def test_the_one_disease_that_a_hospital_told_is_exported_and_the_others_are_left_open(
    clinic: Organization, referral: Referral, tmp_path: Path, told: Callable[..., None]
) -> None:
    told(referral, glaucoma=True)
    (row,) = exported(clinic, tmp_path / "set")
    assert (row["eye"], row["eye_G_derived"], row["eye_N_derived"], row["sources"]) == (
        "right",
        "1",
        "0",
        "G=hospital",
    )
    open_cells = [f"eye_{label}_derived" for label in LEFT_OPEN] + [f"patient_{label}" for label in LEFT_OPEN]
    assert {row[column] for column in open_cells} == {""}
    assert row["eye_keywords"] == ""


def test_a_disease_that_a_hospital_did_not_find_makes_no_eye_normal(
    clinic: Organization, referral: Referral, tmp_path: Path
) -> None:
    told_by_rest(referral, glaucoma=False)
    (row,) = exported(clinic, tmp_path / "set")
    assert (row["eye_G_derived"], row["eye_N_derived"], row["eye_keywords"]) == ("0", "", "")


def test_training_learns_what_was_told_and_nothing_of_what_was_left_open(
    clinic: Organization, referral: Referral, tmp_path: Path
) -> None:
    told_by_task(referral, glaucoma=True)
    exported(clinic, tmp_path / "set")
    eyes = read_labels(tmp_path / "set")
    answers = torch.from_numpy(answers_of(eyes))
    logits = torch.zeros_like(answers, requires_grad=True)
    criterion_of(answers, TrainConfig(device="cpu"))(logits, answers).backward()
    assert logits.grad is not None
    learned = {name for name, slope in zip(TARGETS, logits.grad[0], strict=True) if slope}
    assert learned == {"N", "G"}


def test_who_is_known_in_part_is_never_held_out(
    clinic: Organization, referral: Referral, tmp_path: Path
) -> None:
    told_by_rest(referral, glaucoma=True)
    exported(clinic, tmp_path / "set")
    (partly,) = read_labels(tmp_path / "set")
    normal = (1, *[0] * len(DISEASES))
    whole = [
        replace(partly, patient_id=name, eye_labels=normal, patient_labels=normal) for name in ("a", "b")
    ]
    fold_of = deal_folds([*whole, partly], folds=2, seed=1)
    assert [patient for patient, fold in fold_of.items() if fold == NEVER_HELD_OUT] == [partly.patient_id]


def test_a_hospitals_word_goes_before_what_people_read_of_that_disease_alone(
    clinic: Organization, referral: Referral, tmp_path: Path
) -> None:
    reader = people.actor(clinic, Role.GRADER)
    task = grading.task(referral.encounter)
    entries = grading.both(Label.CATARACT, override=OverrideReason.ARTEFACT)
    grading.signed(task, entries, reader)
    before = exported(clinic, tmp_path / "before")
    told_by_task(referral, glaucoma=True)
    after = exported(clinic, tmp_path / "after")
    right = [next(row for row in rows if row["eye"] == "right") for rows in (before, after)]
    assert [row["eye_G_derived"] for row in right] == ["0", "1"]
    assert [row["eye_C_derived"] for row in right] == ["1", "1"]
    assert "G=hospital" in right[1]["sources"] and "C=read" in right[1]["sources"]
    assert "" not in [row[f"eye_{label}_derived"] for row in after for label in LABELS]
