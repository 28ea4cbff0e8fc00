"""Photographs to measure with: real ones where they lie beside the project, else rendered ones."""

from pathlib import Path

import cv2

from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus

REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "odir5k" / "images"


def pairs(count: int) -> tuple[str, list[dict[Laterality, bytes]]]:
    """(what they are, right and left photograph of `count` people)."""
    rights = [path for path in sorted(REAL.glob("*_right.jpg")) if _left_of(path).exists()][:count]
    if len(rights) == count:
        read = [
            {Laterality.RIGHT: path.read_bytes(), Laterality.LEFT: _left_of(path).read_bytes()}
            for path in rights
        ]
        return "real 448 px", read
    return "rendered 1024 px", [{eye: _rendered(seed, eye) for eye in Laterality} for seed in range(count)]


def _left_of(right: Path) -> Path:
    return right.with_name(right.name.replace("_right", "_left"))


def _rendered(seed: int, eye: Laterality) -> bytes:
    return cv2.imencode(".jpg", render_fundus(seed, eye)[:, :, ::-1])[1].tobytes()
