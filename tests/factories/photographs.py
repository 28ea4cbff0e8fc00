"""Small photographs, each different, that pass the gate: quickly coloured noise, or a drawn fundus to be looked at."""

from functools import cache

import cv2
import numpy as np

from screening.domain.laterality import Laterality
from screening.imaging.render import render_fundus


def jpeg(seed: int = 0, *, width: int = 320, height: int = 300) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
    picture = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", picture)[1].tobytes()


@cache
def fundus(seed: int, laterality: Laterality) -> bytes:
    picture = cv2.cvtColor(render_fundus(seed, laterality, size=512), cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", picture)[1].tobytes()
