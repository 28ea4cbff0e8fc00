"""Maps of where a disease was seen, without the image model."""

import cv2
import numpy as np
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from screening.storage import map_name

RELEASE = "test-1"  # tests.factories.screening.release


def stored(sha256: str, label: str, *, release: str = RELEASE) -> bytes:
    """A map in storage, brightest in the middle; returns its bytes."""
    rows, columns = np.mgrid[-1:1:180j, -1:1:192j]
    alpha = 255 * np.exp(-6 * (rows**2 + columns**2))
    picture = np.dstack([np.full((180, 192), each) for each in (255, 230, 0)] + [alpha])
    png = cv2.imencode(".png", picture.astype(np.uint8))[1].tobytes()
    default_storage.save(map_name(sha256, release, label), ContentFile(png))
    return png
