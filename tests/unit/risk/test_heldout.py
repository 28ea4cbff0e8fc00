from pathlib import Path

import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.errors import FusionTrainingDataInvalid
from risk.fusion.heldout import HeldOut, read_heldout
from screening.domain.both_eyes import BothEyes
from screening.domain.exam_result import ExamResult, EyeResult
from screening.domain.findings import LABELS, Decision, Finding
from screening.domain.joined_logits import joined_logits
from screening.domain.laterality import Laterality
from screening.domain.quality import Gradability
from tests.unit.risk.made_up import write_heldout

SPREAD = np.random.default_rng(4)
FUSION = BothEyes(SPREAD.normal(size=(8, 17)), SPREAD.normal(size=(8, 10)), SPREAD.normal(size=8))


def write_eyes(path: Path, patients: int = 40) -> np.ndarray:
    """Two eyes each; the left of patient 0 cannot be judged, of patient 1 neither. The logits (patients, 2, 8)."""
    rng = np.random.default_rng(6)
    logits = np.round(rng.normal(size=(patients, 2, 8)), 3)
    names = [f"{part}_{label}" for part in ("patient", "logit") for label in LABELS]
    lines = [",".join(["patient_id", "eye", *names])]
    for patient in range(patients):
        for side, eye in enumerate(("left", "right")):
            blind = (patient, eye) in {(0, "left"), (1, "left"), (1, "right")}
            values = [""] * 8 if blind else [str(value) for value in logits[patient, side]]
            lines.append(",".join([f"p{patient}", eye, *(["1" if patient % 2 else "0"] * 8), *values]))
    path.write_text("\n".join(lines) + "\n")
    return logits


@pytest.mark.parametrize("fusion", [FUSION, None])
def test_a_patients_eyes_are_joined_as_the_service_joins_them(
    tmp_path: Path, fusion: BothEyes | None
) -> None:
    logits = write_eyes(tmp_path / "h.csv")
    read = read_heldout(tmp_path / "h.csv", fusion)
    eyes = [
        EyeResult(
            side,
            Gradability.GRADABLE,
            (),
            tuple(
                Finding(label, 0.5, value, 0.5, Decision.ABSENT)
                for label, value in zip(LABELS, values, strict=True)
            ),
        )
        for side, values in zip((Laterality.LEFT, Laterality.RIGHT), logits[5].tolist(), strict=True)
    ]
    served = joined_logits(ExamResult(tuple(eyes), "r"), fusion)
    row = read.patient_ids.index("p5")
    assert list(read.logits[row]) == pytest.approx([served[label] for label in FUSED_LABELS])


def test_a_patient_without_a_judged_eye_is_left_out_and_one_with_a_single_one_stays(tmp_path: Path) -> None:
    write_eyes(tmp_path / "h.csv")
    assert read_heldout(tmp_path / "h.csv", FUSION).patient_ids == ("p0", *(f"p{n}" for n in range(2, 40)))


def test_eyes_of_a_patient_with_different_labels_are_refused(tmp_path: Path) -> None:
    write_eyes(tmp_path / "h.csv")
    text = (tmp_path / "h.csv").read_text().replace("p3,left,1", "p3,left,0")
    (tmp_path / "h.csv").write_text(text)
    with pytest.raises(FusionTrainingDataInvalid, match="row 9: the patient's eyes have other labels"):
        read_heldout(tmp_path / "h.csv")


def test_one_eye_twice_or_two_rows_without_an_eye_are_refused(tmp_path: Path, heldout: HeldOut) -> None:
    write_eyes(tmp_path / "h.csv")
    text = (tmp_path / "h.csv").read_text()
    (tmp_path / "h.csv").write_text(text.replace("p3,left", "p3,right"))
    with pytest.raises(FusionTrainingDataInvalid, match="right eye twice"):
        read_heldout(tmp_path / "h.csv")
    path = write_heldout(tmp_path / "h.csv", heldout)
    path.write_text(path.read_text().replace("p1,", "p0,", 1))
    with pytest.raises(FusionTrainingDataInvalid, match="a patient has two rows"):
        read_heldout(path)


def test_without_patient_ids_every_row_is_a_patient(tmp_path: Path, heldout: HeldOut) -> None:
    path = write_heldout(tmp_path / "h.csv", heldout)
    anonymous = [line.split(",", 1)[1] for line in path.read_text().splitlines()]
    path.write_text("\n".join(anonymous))
    np.testing.assert_array_equal(read_heldout(path).labels, heldout.labels)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace("logit_G", "score_G", 1), "row 2: no usable column or value 'logit_G'"),
        (lambda text: text.replace("p0,", ",", 1), "row 2: patient_id is empty"),
        (
            lambda text: text.replace("p1,0", "p1,2").replace("p1,1", "p1,2"),
            "row 3: no usable column or value",
        ),
        (
            lambda text: "\n".join([*text.splitlines()[:3], "p9,0,0,0,0,0,0,nan,0,0,0,0,0"]),
            "row 4: a logit is",
        ),
        (lambda text: "\n".join([*text.splitlines()[:3], "p9,0,0,0,0,0,0,x,0,0,0,0,0"]), "row 4: a logit is"),
        (lambda text: "\n".join(text.splitlines()[:3]), "needs at least 5 patients"),
        (lambda text: text.splitlines()[0], "needs at least 5 patients"),
    ],
)
def test_unusable_rows_are_named(tmp_path: Path, heldout: HeldOut, change, told: str) -> None:
    path = write_heldout(tmp_path / "h.csv", heldout)
    path.write_text(change(path.read_text()))
    with pytest.raises(FusionTrainingDataInvalid, match=told):
        read_heldout(path)


def test_an_eye_that_could_not_be_judged_counts_as_missing_in_training_too(tmp_path: Path) -> None:
    logits = write_eyes(tmp_path / "h.csv")
    read = read_heldout(tmp_path / "h.csv", FUSION)
    findings = zip(LABELS, logits[0, 1].tolist(), strict=True)
    right = EyeResult(
        Laterality.RIGHT,
        Gradability.GRADABLE,
        (),
        tuple(Finding(label, 0.5, value, 0.5, Decision.ABSENT) for label, value in findings),
    )
    served = joined_logits(ExamResult((right,), "r"), FUSION)
    assert list(read.logits[0]) == pytest.approx([served[label] for label in FUSED_LABELS])
