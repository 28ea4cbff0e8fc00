"""Which photographs the likeness to a fundus was fitted on, and others, so that none is measured on its own fit."""

from pathlib import Path

import numpy as np

FITTED_PHOTOGRAPHS = 1000
FIT_SEED = 20261


def fitted_photographs(data: Path, number: int = FITTED_PHOTOGRAPHS, *, seed: int = FIT_SEED) -> list[Path]:
    """`number` photographs of `data`/images by chance; the same seed chooses the same."""
    files = sorted((data / "images").glob("*.jpg"))
    chosen = np.random.default_rng(seed).permutation(len(files))[:number]
    return [files[place] for place in sorted(chosen)]


def other_photographs(data: Path, number: int, *, seed: int) -> list[Path]:
    """`number` photographs by chance from patients of whom the fit saw none, or as many as there are.

    Of a folder so small that the fit would have taken all, any.
    """
    seen = {_patient(path) for path in fitted_photographs(data)}
    everything = sorted((data / "images").glob("*.jpg"))
    files = [path for path in everything if _patient(path) not in seen] or everything
    places = np.random.default_rng(seed).permutation(len(files))[:number]
    return [files[place] for place in sorted(places)]


def _patient(path: Path) -> str:
    """Files are named by patient and eye: 12_left.jpg."""
    return path.stem.rpartition("_")[0]
