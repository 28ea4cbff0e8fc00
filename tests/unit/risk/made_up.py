"""Held-out scores small enough to train a fusion in a test. Made up; releases stand on real ones only."""

import os
from pathlib import Path

import numpy as np
import pytest

from deploy import embedded
from risk.domain.bands import FUSED_LABELS
from risk.fusion.heldout import HeldOut
from risk.fusion.release import FusionRelease, load_release
from risk.fusion.train import train_fusion
from risk.fusion_release import FUSION_RELEASE

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


def train_small_release(folder: Path, *, patients: int = 20_000) -> FusionRelease:
    """Train into `folder`, whose last part is the release's name, and load it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    csv = write_heldout(folder.parent / "heldout.csv", made_up_heldout())
    train_fusion(csv, folder, image_release="test-1", patients=patients, seed=1, num_threads=1)
    return load_release(folder)


def small_releases(temporary: pytest.TempPathFactory, *, patients: int = 20_000) -> Path:
    """The folder of a small release of the usual name; whoever spoils it copies it first.

    Trained once for all processes that share a run.
    """
    own = temporary.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / f"fusion-of-{patients}"
    with embedded.lock(folder):
        if not (folder / FUSION_RELEASE).exists():
            train_small_release(folder / FUSION_RELEASE, patients=patients)
    return folder
