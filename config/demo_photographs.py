"""Photographs for the demo's cast: rendered by us, or taken from a folder of real ones."""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from django.conf import settings

from config.demo_cast import CAST, CastMember
from config.intake import PhotographGiven
from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus

SIDES = {"left": Laterality.LEFT, "right": Laterality.RIGHT}
# Standard deviation of the demo's camera shake, as a share of the picture's width.
SHAKE = 0.03


class NoPhotographs(Exception):
    """The folder holds no pair of photographs that the demo understands."""


@dataclass(frozen=True)
class Source:
    """Where photographs come from; `of` gives those of one member of the cast."""

    description: str
    picture: Callable[[int, Laterality], bytes]
    synthetic: bool

    def of(self, member: CastMember) -> list[PhotographGiven]:
        number = CAST.index(member)
        pictures = [(Laterality(eye), self.picture(number, Laterality(eye))) for eye in member.eyes]
        return [
            PhotographGiven(eye, _shaken(data) if member.blurred else data, self.synthetic)
            for eye, data in pictures
        ]


def source(folder: Path | None) -> Source:
    """Real photographs of `folder`, or rendered ones. Raises NoPhotographs."""
    if folder is None:
        return Source("rendered (synthetic)", _rendered, synthetic=True)
    pairs = _pairs_of_labels(folder) if (folder / "labels.csv").is_file() else _pairs_by_name(folder)
    if not pairs:
        raise NoPhotographs(
            f"{folder} holds neither NAME_left.jpg with NAME_right.jpg nor a labels.csv with file, patient_id and eye"
        )
    return Source(
        f"{min(len(pairs), len(CAST))} real pairs",
        lambda number, eye: pairs[number % len(pairs)][eye].read_bytes(),
        synthetic=False,
    )


def _rendered(number: int, laterality: Laterality) -> bytes:
    """Drawn once and kept: drawing takes longer than screening."""
    path = settings.VAR_DIR / "rendered" / f"{number}_{laterality}.jpg"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_jpeg(render_fundus(number, laterality)[:, :, ::-1]))
    return path.read_bytes()


def _shaken(data: bytes) -> bytes:
    bgr = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return _jpeg(cv2.GaussianBlur(bgr, (0, 0), SHAKE * bgr.shape[1]))


def _jpeg(bgr: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def _pairs_by_name(folder: Path) -> list[dict[Laterality, Path]]:
    names = sorted(path.name.removesuffix("_left.jpg") for path in folder.glob("*_left.jpg"))
    pairs = [{eye: folder / f"{name}_{side}.jpg" for side, eye in SIDES.items()} for name in names]
    return _complete(pairs)


def _pairs_of_labels(folder: Path) -> list[dict[Laterality, Path]]:
    pairs: dict[str, dict[Laterality, Path]] = {}
    with (folder / "labels.csv").open(newline="", encoding="utf-8-sig") as file:
        for line in csv.DictReader(file):
            try:
                pairs.setdefault(line["patient_id"], {})[SIDES[line["eye"]]] = folder / line["file"]
            except KeyError as error:
                raise NoPhotographs(
                    f"{folder}/labels.csv: {error} is missing or unknown; see README"
                ) from error
    return _complete(list(pairs.values()))


def _complete(pairs: list[dict[Laterality, Path]]) -> list[dict[Laterality, Path]]:
    """The first pairs of which both files exist, as many as the cast needs."""
    found = (
        pair for pair in pairs if len(pair) == len(SIDES) and all(path.is_file() for path in pair.values())
    )
    return [pair for pair, _ in zip(found, CAST, strict=False)]
