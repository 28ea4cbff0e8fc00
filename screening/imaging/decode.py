"""Full decode of an accepted photograph: upright RGB, whatever the camera wrote."""

import cv2
import numpy as np

from screening.imaging.arrays import Image
from screening.imaging.gate import MAX_PIXELS, MIN_SIDE_PX
from screening.imaging.header import Header, HeaderBroken, HeaderUnknown, read_header


class PhotographUnreadable(ValueError):
    """The bytes cannot be decoded to pixels."""


def decode_photograph(data: bytes) -> Image:
    """Bytes to (h, w, 3) RGB uint8, EXIF orientation applied exactly once (by the decoder itself).

    Raises PhotographUnreadable, also for a size the gate refuses, before any pixel is made.
    """
    try:
        header = read_header(data)
        if not _allowed(header):
            raise PhotographUnreadable("smaller or larger than a photograph may be; export it at full size")
        rgb = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB)
    except (HeaderBroken, HeaderUnknown, IndexError, cv2.error):
        rgb = None
    if rgb is None:
        raise PhotographUnreadable("the photograph cannot be decoded; copy it from the camera again")
    return np.asarray(rgb, dtype=np.uint8)


def _allowed(header: Header) -> bool:
    return min(header.width, header.height) >= MIN_SIDE_PX and header.width * header.height <= MAX_PIXELS
