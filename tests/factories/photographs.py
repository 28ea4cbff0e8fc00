"""Small coloured photographs, each different, that pass the gate. They show no fundus."""

import cv2
import numpy as np


def jpeg(seed: int = 0, *, width: int = 320, height: int = 300) -> bytes:
    pixels = np.random.default_rng(seed).integers(0, 255, (height // 20, width // 20, 3), dtype=np.uint8)
    picture = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    return cv2.imencode(".jpg", picture)[1].tobytes()
