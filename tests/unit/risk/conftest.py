"""A fusion small enough to train for the tests. Its image scores are made up; releases use real ones only."""

from pathlib import Path

import numpy as np
import pytest

from risk.domain.bands import FUSED_LABELS
from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease, load_release
from risk.fusion.train import train_fusion

HOSPITAL_PREVALENCE = (0.33, 0.10, 0.10, 0.10, 0.08, 0.10)


def made_up_heldout(patients: int = 600) -> HeldOut:
    rng = np.random.default_rng(5)
    labels = rng.random((patients, len(FUSED_LABELS))) < HOSPITAL_PREVALENCE
    logits = rng.normal(np.where(labels, 1.0, -1.5), 1.2)
    return HeldOut(logits, labels, "made up")


def write_heldout(path: Path, heldout: HeldOut) -> Path:
    names = [label.value for label in FUSED_LABELS]
    lines = [",".join(["patient_id", *(f"patient_{n}" for n in names), *(f"logit_{n}" for n in names)])]
    for number, (truth, logits) in enumerate(zip(heldout.labels, heldout.logits, strict=True)):
        lines.append(",".join([f"p{number}", *(str(int(t)) for t in truth), *(f"{z:.4f}" for z in logits)]))
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture(scope="session")
def heldout() -> HeldOut:
    return made_up_heldout()


@pytest.fixture(scope="session")
def small_release(heldout: HeldOut, tmp_path_factory: pytest.TempPathFactory) -> FusionRelease:
    folder = tmp_path_factory.mktemp("fusion")
    csv = write_heldout(folder / "heldout.csv", heldout)
    release = folder / "test-fusion"
    train_fusion(csv, release, image_release="test", patients=12_000, seed=1, num_threads=1)
    return load_release(release)
