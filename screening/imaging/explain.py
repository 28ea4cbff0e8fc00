"""From class activation maps to pictures that lie over a photograph."""

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np

from screening.domain.exam_result import EyeResult
from screening.domain.findings import LABELS, Decision, Label
from screening.imaging.arrays import Floats, Image
from screening.imaging.preprocess import Box

MAX_SIDE_PX = 192
_BGR = (255, 230, 0)  # no retina is cyan, and people who see no red or green see it
_SUSPECTED = (Decision.PRESENT, Decision.ABSTAIN)


@dataclass(frozen=True)
class Place:
    """Where the field that the network saw lay in a photograph of `width` x `height` pixels, upright."""

    box: Box
    width: int
    height: int


@dataclass(frozen=True)
class Explained:
    """A result, and for each suspected disease a PNG of where it was seen, to be laid over the photograph."""

    eye: EyeResult
    maps: Mapping[Label, bytes]


def joined_maps(branch_maps: Floats) -> Floats:
    """Maps (n, 8, g, g) of the pair from those of both branches (2, n, 8, g, g): their plain mean.

    Its mean plus the mean of both biases is the mean of both branches' logits, exactly. The release's own logit
    joins sigmoids and is calibrated; it rises with each branch's, but no map adds up to it.
    """
    return np.asarray(branch_maps.mean(axis=0), dtype=np.float32)


def suspected_diseases(eye: EyeResult) -> tuple[Label, ...]:
    """Labels present or left to a person; for normal there is nothing to point at."""
    return tuple(f.label for f in eye.findings if f.decision in _SUSPECTED and f.label is not Label.NORMAL)


def map_pictures(maps: Floats, eye: EyeResult, place: Place) -> dict[Label, bytes]:
    """PNG pictures for the suspected diseases of an eye from its maps (8, g, g)."""
    found = {}
    for label in suspected_diseases(eye):
        shown = on_photograph(maps[LABELS.index(label)], place)
        if shown.max() > 0:
            found[label] = _png(shown)
    return found


def on_photograph(values: Floats, place: Place, max_side: int = MAX_SIDE_PX) -> Floats:
    """A map (g, g) in the frame of its photograph, (h, w) with at most `max_side` a side; 0 outside the field."""
    scale = min(1.0, max_side / max(place.width, place.height))
    width, height = max(1, round(place.width * scale)), max(1, round(place.height * scale))
    square, grid = place.box.square, values.shape[0]
    # From the middle of a pixel here, over the photograph, to the grid whose cells have their middle at whole numbers.
    cells = grid / square.width
    across, down = place.width / width * cells, place.height / height * cells
    there = np.array(
        [
            [across, 0, across / 2 - square.left * cells - 0.5],
            [0, down, down / 2 - square.top * cells - 0.5],
        ]
    )
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    shown = cv2.warpAffine(values, there, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(shown * _inside(place, width, height), dtype=np.float32)


def _inside(place: Place, width: int, height: int) -> Image:
    """1 within the field's box, 0 in the border; (height, width)."""
    box = place.box
    x = (np.arange(width) + 0.5) * place.width / width - box.left
    y = (np.arange(height) + 0.5) * place.height / height - box.top
    return np.outer((y >= 0) & (y < box.height), (x >= 0) & (x < box.width)).astype(np.uint8)


def _png(shown: Floats) -> bytes:
    """One colour, the more opaque the more a place speaks for the label; what speaks against it is clear."""
    alpha = np.round(np.clip(shown / shown.max(), 0, 1) * 255).astype(np.uint8)
    colour = np.full((*alpha.shape, 3), _BGR, np.uint8)
    encoded, png = cv2.imencode(".png", np.dstack([colour, alpha]), [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not encoded:
        raise ValueError("the map cannot be encoded as PNG")
    return bytes(png.tobytes())
